"""Derivatives taken inside a function, `jvp(g)` and `vjp(g)`, differentiated again where their own text cannot be.

`calls/symmetric` differentiates a pullback through tangents. The other way round, tangents are differentiated through
the pullback: of `push(x, w) = (g(x), J(x)·w)`, with seeds s of the value and r of the tangent, the cotangents are

    by x:  s·J(x) + d/dt r·J(x + t·w)            by w:  r·J(x)

that is pullbacks, and the tangent of a pullback along w.

    >>> from adjoint.calls.derivatives import push_of
    >>> def cube(x):
    ...     return x * x * x
    >>> call = Tangents.of(push_of(cube, "x"), (2.0, 1.0), 0)
    >>> out, reverse, given = call.run((0, 1), apart=False)
    >>> out, reverse(*given, (1.0, 10.0))
    ((8.0, 12.0), (132.0, 120.0))
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adjoint.analysis.kinds import Kind, cotangent_kind
from adjoint.analysis.structured import argument_kinds
from adjoint.caching import kept_with
from adjoint.calls import symmetric
from adjoint.calls.callable import Call, sweeps_of
from adjoint.calls.derivatives import Derivative, Jacobian, pull_of, push_of
from adjoint.classes import dataclass
from adjoint.entries import refuse_effects
from adjoint.errors import REFUSALS
from adjoint.runtime import trees
from adjoint.runtime.arrays import filled
from adjoint.runtime.watching import refuse_reading

Places = tuple[int | str, ...]


@dataclass(frozen=True)
class DerivativeCall(Call):
    """A call of a derivative, `function` being its generated text for these arguments."""

    derivative: Any = None

    @classmethod
    def of(cls, derivative: Derivative, args: tuple[Any, ...], shift: int, title: str) -> DerivativeCall:
        return cls(derivative.function_for(args), args, {}, shift, title, fresh=True, derivative=derivative)

    def run(self, by: Places, apart: bool) -> tuple[Any, Any, tuple[Any, ...]]:
        turned = self._turned(by, forward=False)
        return super().run(by, apart) if turned is None else turned.run(by, apart)

    def pushed(self, by: Places, dots: tuple[Any, ...], apart: bool) -> tuple[Any, Any]:
        turned = self._turned(by, forward=True)
        return super().pushed(by, dots, apart) if turned is None else turned.pushed(by, dots, apart)

    def _turned(self, by: Places, forward: bool) -> Call | None:
        """The same call, differentiated through the other mode; None where its text can be."""
        turned = kept_with(self.function, ("turned", by, forward), lambda: self._is_to_be_turned(by, forward))
        if not turned:
            return None
        if isinstance(self.derivative, Jacobian):
            return Call(self.derivative.by_calls(self.args), self.args, {}, self.shift, self.title, fresh=True)
        if self.derivative.gradient.mode == "pull":
            return symmetric.called(symmetric.Symmetric(self.derivative.gradient, 1), self.args, self.shift)
        return Tangents.of(self.derivative, self.args, self.shift)

    def _is_to_be_turned(self, by: Places, forward: bool) -> bool:
        """Whether the text cannot be differentiated, and the other mode's can.

        Raises:
            AdjointError: if neither can be, what is said of the text.
        """
        own = self.args[: len(self.derivative.gradient.parameters)]
        if self.derivative.compiled(own).turned and self._can_be_turned(by, forward):
            return True  # whose text has calls that cannot be differentiated a second time
        try:
            sweeps_of(self.function, by, "call_jvp" if forward else "call").ready(*self.args)
        except REFUSALS:
            if not self._can_be_turned(by, forward):
                raise
            return True
        return False

    def _can_be_turned(self, by: Places, forward: bool) -> bool:
        if isinstance(self.derivative, Jacobian):
            return True  # which its columns say when it runs
        gradient, own = self.derivative.gradient, self.args[: len(self.derivative.gradient.parameters)]
        kinds = _kinds(gradient, own)
        compiled = self.derivative.compiled(own)
        if compiled.again is not None or symmetric.is_complex(kinds):
            return False
        places = tuple([k for k in by if isinstance(k, int) and k < len(own)])
        try:
            if gradient.mode == "pull" and gradient.inner is None:
                symmetric.Symmetric(gradient, 1).prepare(kinds, places, forward)
                return True
            if gradient.mode == "call_jvp" and not forward:
                return Tangents.of(self.derivative, self.args, self.shift).prepare(kinds, places, compiled.result)
        except REFUSALS:
            pass
        return False


@dataclass(frozen=True)
class Tangents(Call):
    """A call of what gives a function's result and its tangent, that is differentiated through the pullback.

    `along` are the positions of the parameters that the tangents are of.
    """

    push: Any = None
    along: tuple[int, ...] = ()

    @classmethod
    def of(cls, push: Derivative, args: tuple[Any, ...], shift: int) -> Tangents:
        gradient = push.gradient
        along = tuple([gradient.parameters.index(n) for n in gradient.wrt])
        kind = cls if gradient.inner is None else TangentsOfGradient
        return kind(push, args, {}, shift, gradient.title, False, True, push, along)

    def run(self, by: Places, apart: bool) -> tuple[Any, Any, tuple[Any, ...]]:
        values, count = trees.private(self.args) if apart else self.args, len(self.push.gradient.parameters)
        refuse_reading(self.title, self.push.compiled(values[:count]).reads)
        out = self.push(*values)

        def reverse(*given: Any) -> tuple[Any, ...]:
            args, dots = given[:count], given[count:-1]
            value_bar, tangent_bar = filled(given[-1], out)
            own = tuple([k for k in by if isinstance(k, int) and k < count])
            found = dict(zip(own, self.by_arguments(own, args, dots, value_bar, tangent_bar) if own else ()))
            if len(own) < len(by):
                bars = self.by_tangents(args, dots, tangent_bar)
                found.update((count + k, bar) for k, bar in enumerate(bars))
            return tuple([found[k] for k in by])  # type: ignore[index]

        return out, reverse, values

    def prepare(self, kinds: tuple[Kind, ...], own: tuple[int, ...], result: Kind) -> bool:
        """Compile what derivatives by these positions will need; true where there is such.

        Raises:
            AdjointError: if that cannot be.
        """
        primal = self.push.gradient.primal
        refuse_effects(self.title, pull_of(primal, self.along).gradient.variant(kinds)[0])
        if own:
            text = pull_of(primal, own).gradient.variant(kinds)[0].run
            push_of(text, self.along).gradient.variant((*kinds, cotangent_kind(result) or result))
        return True

    def by_arguments(
        self, own: tuple[int, ...], args: Sequence[Any], dots: Sequence[Any], value_bar: Any, tangent_bar: Any
    ) -> tuple[Any, ...]:
        pull = pull_of(self.push.gradient.primal, own)
        bent = push_of(pull.function_for((*args, tangent_bar)), self.along)(*args, tangent_bar, *dots)[1]
        return _several(_sum(pull(*args, value_bar), bent), own)

    def by_tangents(self, args: Sequence[Any], dots: Sequence[Any], tangent_bar: Any) -> tuple[Any, ...]:
        return _several(pull_of(self.push.gradient.primal, self.along)(*args, tangent_bar), self.along)


class TangentsOfGradient(Tangents):
    """The same of a gradient, which tangents of its function F stand for: `s·∇F(x)` is the tangent of F along s.

    So of `(∇F(x), H(x)·w)` with seeds s and r the cotangents are those of the numbers `push(F)(x, s)`, and
    `push(push(F))(x, r, w)`.
    """

    @property
    def inner(self) -> Any:
        return self.push.gradient.inner

    @property
    def seeded(self) -> tuple[int, ...]:
        """The positions of the parameters that the gradient is by."""
        return tuple([self.inner.parameters.index(n) for n in self.inner.wrt])

    def prepare(self, kinds: tuple[Kind, ...], own: tuple[int, ...], result: Kind) -> bool:
        if self.inner.inner is not None or self.inner.has_aux or self.inner.mode != "grad":
            return False
        compiled = push_of(self.inner.primal, self.seeded).gradient.variant(kinds)[0]
        refuse_effects(self.title, compiled)
        first = symmetric.tangent_of(compiled.run, len(kinds), len(self.seeded))
        kinds_of_first = *kinds, *_tangents(kinds, self.seeded)
        run = push_of(first, self.along).gradient.variant(kinds_of_first)[0].run
        second = symmetric.tangent_of(run, len(kinds_of_first), len(self.along))
        pull_of(first, own or self.seeded).gradient.variant(kinds_of_first)
        by = *own, *range(len(kinds_of_first), len(kinds_of_first) + len(self.along))
        pull_of(second, by).gradient.variant((*kinds_of_first, *_tangents(kinds, self.along)))
        return True

    def by_arguments(
        self, own: tuple[int, ...], args: Sequence[Any], dots: Sequence[Any], value_bar: Any, tangent_bar: Any
    ) -> tuple[Any, ...]:
        seeds, others = _several(value_bar, self.seeded), _several(tangent_bar, self.seeded)
        by_value = pull_of(self._first(args, seeds), own)(*args, *seeds, 1.0)
        by_tangent = pull_of(self._second(args, others, dots), own)(*args, *others, *dots, 1.0)
        return _several(_sum(by_value, by_tangent), own)

    def by_tangents(self, args: Sequence[Any], dots: Sequence[Any], tangent_bar: Any) -> tuple[Any, ...]:
        seeds = _several(tangent_bar, self.seeded)
        places = tuple(range(len(args) + len(seeds), len(args) + len(seeds) + len(dots)))
        return _several(pull_of(self._second(args, seeds, dots), places)(*args, *seeds, *dots, 1.0), places)

    def _first(self, args: Sequence[Any], seeds: Sequence[Any]) -> Any:
        """The tangent of F along seeds, as a function."""
        run = push_of(self.inner.primal, self.seeded).function_for((*args, *seeds))
        return symmetric.tangent_of(run, len(args), len(seeds))

    def _second(self, args: Sequence[Any], seeds: Sequence[Any], dots: Sequence[Any]) -> Any:
        """The tangent of that."""
        run = push_of(self._first(args, seeds), self.along).function_for((*args, *seeds, *dots))
        return symmetric.tangent_of(run, len(args) + len(seeds), len(dots))


def _kinds(gradient: Any, own: Sequence[Any]) -> tuple[Kind, ...]:
    return tuple(argument_kinds(own, [gradient.parameters.index(n) for n in gradient.wrt]))


def _tangents(kinds: Sequence[Kind], places: Sequence[int]) -> list[Kind]:
    return [cotangent_kind(kinds[k]) or kinds[k] for k in places]


def _sum(tree: Any, other: Any) -> Any:
    return trees.map_leaves(lambda a, b: a + b, tree, other)


def _several(found: Any, places: Sequence[int]) -> tuple[Any, ...]:
    return tuple(found) if len(places) > 1 else (found,)
