"""What `jvp`, `linearize` and `hvp` return: functions that take tangents beside arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ParamSpec

from adjoint.caching import Entry, explain
from adjoint.errors import SeedMismatch
from adjoint.gradient import Gradient
from adjoint.lasting import lasting
from adjoint.runtime import trees
from adjoint.seeds import checked_tangent

P = ParamSpec("P")


class Pushforward(Gradient[P, Any]):
    """A function of arguments and tangents: what `jvp` returns."""

    def __call__(self, *given: Any) -> Any:  # type: ignore[override]
        """Return the result for the arguments, and its tangent for the tangents of those in `wrt`: two tuples.

        Raises:
            SeedMismatch: if a tangent is not like its argument.
        """
        if len(given) < 2:
            raise TypeError(f"`jvp` of `{self.title}` takes the arguments and their tangents, each in a tuple")
        *receivers, primals, tangents = given  # a method is given its object
        values, entry = self.ready(*receivers, *packed(primals))
        return self.push(values, entry, packed(tangents))

    def push(self, values: tuple[Any, ...], entry: Entry, tangents: Sequence[Any]) -> Any:
        """The result and its tangent, for the values of all parameters."""
        checked = self.checked(values, tangents)
        try:
            return entry.run(values, checked)
        except Exception as exc:  # whatever the user's code raises is raised again
            explain(exc, entry.compiled)
            raise

    def checked(self, values: tuple[Any, ...], tangents: Sequence[Any]) -> list[Any]:
        """The tangents as generated code takes them."""
        if len(tangents) != len(self.wrt):
            names = ", ".join(f"`{n}`" for n in self.wrt)
            raise SeedMismatch(f"{len(tangents)} tangents are given\n  Give one for each of {names}, in a tuple.")
        by_name = dict(zip(self.parameters, values, strict=True))
        return [checked_tangent(t, by_name[n], n) for n, t in zip(self.wrt, tangents)]


class Linear(Pushforward[P]):
    """A function that gives its result and, as a function of tangents, its derivative: what `linearize` returns.

    The derivative runs the function again with its arguments as they were, and is refused once what the function reads
    outside is something else (`lasting`). Where that would do something again, or
    differently, it is the Jacobian, row by row from the record of the one run.
    """

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Any:
        values, entry = self.ready(*args, **kwargs)
        if entry.compiled.again is not None:
            return self.recorded(values)
        held, check = trees.private(values), lasting(self.title, entry.compiled)
        out, _, *aux = self.push(held, entry, [None] * len(self.wrt))

        def pushforward(*tangents: Any) -> Any:
            check()
            return self.push(held, entry, tangents)[1]

        return out, pushforward, *aux

    def recorded(self, values: tuple[Any, ...]) -> Any:
        """The same of a function that may not run again: in reverse mode, from the record of one run."""
        by_rows: Gradient[..., Any] = Gradient(
            self._given, self._wrt, "linear", self.skipped, self._outcome, self._given_backend
        )
        values, entry = by_rows.ready_for(values)
        held = trees.private(values)
        out, product, *aux = entry.run(*values)

        def pushforward(*tangents: Any) -> Any:
            return product(self.checked(held, tangents))

        return out, pushforward, *aux


class HessianProduct(Pushforward[P]):
    """A function of arguments and a direction: what `hvp` returns."""

    def __call__(self, *args: Any) -> Any:  # type: ignore[override]
        """Return the product of the Hessian at `args[:-1]` with the direction `args[-1]`."""
        *primals, direction = args
        values, entry = self.ready(*primals)
        return self.push(values, entry, (direction,) if self.single else packed(direction))[1]


class Hessian(Gradient[P, Any]):
    """The Jacobian of a gradient, its parts in the order of the arguments: what `hessian` returns."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Any:
        found: Any = super().__call__(*args, **kwargs)
        return found if self.single else tuple(zip(*found, strict=True))


def packed(given: Any) -> tuple[Any, ...]:
    """Arguments or tangents: a tuple of them, or the only one.

    >>> packed((1.0, 2.0)), packed(1.0)
    ((1.0, 2.0), (1.0,))
    """
    return given if type(given) is tuple else (given,)
