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
from dataclasses import dataclass
from typing import Any

from adjoint.analysis.kinds import Kind, cotangent_kind
from adjoint.analysis.structured import argument_kinds
from adjoint.caching import kept_with
from adjoint.calls import symmetric
from adjoint.calls.callable import Call, sweeps_of
from adjoint.calls.derivatives import Derivative, pull_of, push_of
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
        other = self._turned(by, forward=False)
        return super().run(by, apart) if other is None else other.run(by, apart)

    def pushed(self, by: Places, dots: tuple[Any, ...], apart: bool) -> tuple[Any, Any]:
        other = self._turned(by, forward=True)
        return super().pushed(by, dots, apart) if other is None else other.pushed(by, dots, apart)

    def _turned(self, by: Places, forward: bool) -> Call | None:
        """The same call, differentiated through the other mode; None where its text can be."""
        turned = kept_with(self.function, ("turned", by, forward), lambda: self._is_to_be_turned(by, forward))
        if not turned:
            return None
        if self.derivative.gradient.mode == "pull":
            return symmetric.called(symmetric.Symmetric(self.derivative.gradient, 1), self.args, self.shift)
        return Tangents.of(self.derivative, self.args, self.shift)

    def _is_to_be_turned(self, by: Places, forward: bool) -> bool:
        """Whether the text cannot be differentiated, and the other mode's can.

        Raises:
            AdjointError: if neither can be, what is said of the text.
        """
        try:
            sweeps_of(self.function, by, "call_jvp" if forward else "call").ready(*self.args)
        except REFUSALS:
            if not self._can_be_turned(by, forward):
                raise
            return True
        return False

    def _can_be_turned(self, by: Places, forward: bool) -> bool:
        gradient, own = self.derivative.gradient, self.args[: len(self.derivative.gradient.parameters)]
        kinds = argument_kinds(own, [gradient.parameters.index(n) for n in gradient.wrt])
        compiled = self.derivative.compiled(own)
        if gradient.inner is not None or compiled.again is not None or symmetric.is_complex(kinds):
            return False
        if forward and gradient.mode != "pull":
            return False
        places = tuple([k for k in by if isinstance(k, int) and k < len(own)])
        try:
            if gradient.mode == "pull":
                symmetric.Symmetric(gradient, 1).prepare(kinds, places, forward)
            else:
                _prepare(self.derivative, kinds, places, compiled.result)
        except REFUSALS:
            return False
        return True


@dataclass(frozen=True)
class Tangents(Call):
    """A call of what gives a function's result and its tangent, that is differentiated through the pullback."""

    push: Any = None

    @classmethod
    def of(cls, push: Derivative, args: tuple[Any, ...], shift: int) -> Tangents:
        return cls(push, args, {}, shift, push.gradient.title, fresh=True, push=push)

    def run(self, by: Places, apart: bool) -> tuple[Any, Any, tuple[Any, ...]]:
        push, values = self.push, trees.private(self.args) if apart else self.args
        count, along = len(push.gradient.parameters), _places(push)
        refuse_reading(self.title, push.compiled(values[:count]).reads)
        out = push(*values)

        def reverse(*given: Any) -> tuple[Any, ...]:
            args, dots = given[:count], given[count:-1]
            value_bar, tangent_bar = filled(given[-1], out)
            own = tuple([k for k in by if isinstance(k, int) and k < count])
            found = dict(zip(own, self._by_arguments(own, args, dots, value_bar, tangent_bar)))
            if len(own) < len(by):
                bars = _several(pull_of(push.gradient.primal, along)(*args, tangent_bar), along)
                found.update((count + k, bar) for k, bar in enumerate(bars))
            return tuple([found[k] for k in by])  # type: ignore[index]

        return out, reverse, values

    def _by_arguments(
        self, own: tuple[int, ...], args: Sequence[Any], dots: Sequence[Any], value_bar: Any, tangent_bar: Any
    ) -> tuple[Any, ...]:
        if not own:
            return ()
        pull = pull_of(self.push.gradient.primal, own)
        bent = push_of(pull.function_for((*args, tangent_bar)), _places(self.push))(*args, tangent_bar, *dots)[1]
        return _several(trees.map_leaves(lambda a, b: a + b, pull(*args, value_bar), bent), own)


def _prepare(push: Derivative, kinds: Sequence[Kind], own: tuple[int, ...], result: Kind) -> None:
    """Compile what derivatives by these positions will need.

    Raises:
        AdjointError: if that cannot be.
    """
    primal, along = push.gradient.primal, _places(push)
    by_dots = pull_of(primal, along).gradient.variant(tuple(kinds))[0]
    refuse_effects(push.gradient.title, by_dots)
    if own:
        text = pull_of(primal, own).gradient.variant(tuple(kinds))[0].run
        push_of(text, along).gradient.variant((*kinds, cotangent_kind(result) or result))


def _places(push: Derivative) -> tuple[int, ...]:
    """The positions of the parameters that the tangents are of."""
    return tuple([push.gradient.parameters.index(n) for n in push.gradient.wrt])


def _several(found: Any, places: Sequence[int]) -> tuple[Any, ...]:
    return tuple(found) if len(places) > 1 else (found,)
