"""Second derivatives of a gradient whose text has none: forward and reverse mode change places.

The pullback of a function, `pull(x, s) = s·J(x)`, is differentiated by differentiating tangents in its stead, since

    w·pull(x, s) = s·push(x, w)        push(x, w) = J(x)·w

So the cotangents of `pull(x, s)` are those of `s·push(x, w)`, and its tangent by `w` is the gradient of the latter.
What a gradient cannot be differentiated again for, cotangents that are looked up by the array, say, does not occur in
the text of tangents.

    >>> def cube(x):
    ...     return x * x * x
    >>> from adjoint.gradient import Gradient
    >>> pull = Symmetric(Gradient(cube, 0, "pull"), 1)
    >>> out, reverse, given = called(pull, (2.0, 1.0), 0).run((0,), apart=False)
    >>> out, reverse(*given, 10.0)
    (12.0, (120.0,))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

from adjoint.analysis.kinds import Array, Kind, Number, cotangent_kind
from adjoint.caching import kept_with
from adjoint.calls.callable import Call
from adjoint.calls.derivatives import Derivative, pull_of, push_of
from adjoint.classes import dataclass
from adjoint.emit.link import link
from adjoint.entries import refuse_effects
from adjoint.runtime import trees
from adjoint.runtime.arrays import filled, owned
from adjoint.runtime.tangents import zero_tangent
from adjoint.runtime.watching import refuse_reading
from adjoint.syntax import core
from adjoint.syntax.core import load

By = tuple[int, ...]


class Symmetric(Derivative):
    """The pullback of a function, differentiated through the function's tangents."""

    @property
    def places(self) -> By:
        """The positions of the parameters that it gives the cotangents of."""
        return tuple([self.gradient.parameters.index(n) for n in self.gradient.wrt])

    def second_of(self, run: Callable[..., Any], wrt: By, by: By) -> Derivative:
        """The pullback by `by` of the tangent by `wrt`, as a function of arguments, tangents and a seed."""
        return pull_of(tangent_of(run, len(self.gradient.parameters), len(wrt)), by)

    def prepare(self, kinds: Sequence[Kind], by: By, forward: bool) -> None:
        """Compile what derivatives by these positions will need.

        Raises:
            AdjointError: if that cannot be.
        """
        tangents, wanted = (by, self.places) if forward else (self.places, by)
        compiled = push_of(self.gradient.primal, tangents).gradient.variant(tuple(kinds))[0]
        refuse_effects(self.gradient.title, compiled)
        push = compiled.run
        dots = [cotangent_kind(kinds[k]) or kinds[k] for k in tangents]
        self.second_of(push, tangents, wanted).gradient.variant((*kinds, *dots))


@dataclass(frozen=True)
class SymmetricCall(Call):
    """A call of a pullback that is differentiated through tangents."""

    pull: Any = None

    def run(self, by: tuple[int | str, ...], apart: bool) -> tuple[Any, Any, tuple[Any, ...]]:
        pull, values = self.pull, trees.private(self.args) if apart else self.args
        seed_place = len(values) - 1
        own = tuple([k for k in by if isinstance(k, int) and k != seed_place])
        refuse_reading(self.title, pull.compiled(values[:-1]).reads)

        def reverse(*given: Any) -> tuple[Any, ...]:
            *args, seed, out_bar = given
            bars = (out_bar,) if len(pull.places) == 1 else out_bar
            dots = [filled(bar, args[k]) for k, bar in zip(pull.places, bars, strict=True)]
            push = push_of(pull.gradient.primal, pull.places)
            found = dict(zip(own, self._seconds(push, pull.places, own, [*args, *dots], seed)))
            if seed_place in by:
                found[seed_place] = push(*args, *dots)[1]
            return tuple([found[k] for k in by])  # type: ignore[index]

        return pull(*values), reverse, values

    def pushed(self, by: tuple[int | str, ...], dots: tuple[Any, ...], apart: bool) -> tuple[Any, Any]:
        pull, (*args, seed) = self.pull, self.args
        given = dict(zip(by, dots, strict=True))
        seed_dot = given.pop(len(args), None)
        own = tuple([k for k in given if isinstance(k, int)])
        refuse_reading(self.title, pull.compiled(args).reads)
        out = pull(*args, seed)
        out_dot = zero_tangent(out) if seed_dot is None else pull(*args, seed_dot)
        if own:
            push = push_of(pull.gradient.primal, own)
            found = self._seconds(push, own, pull.places, [*args, *given.values()], seed)
            more = found[0] if len(pull.places) == 1 else found
            out_dot = more if seed_dot is None else trees.map_leaves(lambda a, b: a + b, out_dot, more)
        return out, out_dot

    def _seconds(self, push: Derivative, wrt: By, by: By, args: Sequence[Any], seed: Any) -> tuple[Any, ...]:
        if not by:
            return ()
        second = self.pull.second_of(push.function_for(tuple(args)), wrt, by)
        found = owned(second(*args, seed))
        return tuple(found) if len(by) > 1 else (found,)


def called(pull: Symmetric, args: tuple[Any, ...], shift: int) -> SymmetricCall:
    """A call of such a pullback, for `adjoint.calls.callable.resolved`."""
    return SymmetricCall(pull, args, {}, shift, pull.gradient.title, fresh=True, pull=pull)


def gradient_text(pull: Symmetric, with_value: bool) -> FunctionType:
    """What `grad` or `value_and_grad` computes of a function, as a function of one line that calls `pull`."""
    function = pull.gradient.primal
    params = [*pull.gradient.parameters, core.Namer(set(pull.gradient.parameters)).fresh("out_bar")]
    own = function.__name__ if function.__name__.isidentifier() else "f"
    namer = core.Namer(set(params))
    own, name = namer.fresh(own), namer.fresh(f"{own}_vjp")
    found, value = namer.fresh("t"), namer.fresh("out")
    body = [core.bind(found, core.call(name, *map(load, params)))]
    bindings: dict[str, Any] = {name: pull}
    if with_value:
        body.insert(0, core.bind(value, core.call(own, *map(load, params[:-1]))))
        bindings[own] = function
        result: Any = core.tuple_([load(value), load(found)])
    else:
        result = load(found)
    title = f"{own}_{'value_and_grad' if with_value else 'grad'}"
    tree = core.function_def(title, params, [*body, core.return_(result)])
    return link(core.Function(tree, core.Origin(f"<{title}>", 1, (), title), None, bindings))


def tangent_of(push: Any, count: int, dots: int) -> FunctionType:
    """The function that gives the second of what `push` gives, the tangent."""
    return kept_with(push, ("tangent", count, dots), lambda: _tangent(push))  # type: ignore[no-any-return]


def _tangent(push: FunctionType) -> FunctionType:
    params = push.__code__.co_varnames[: push.__code__.co_argcount]
    namer = core.Namer(set(params))
    name, out, out_dot = namer.fresh(push.__name__), namer.fresh("out"), namer.fresh("out_dot")
    pair = core.bind_several([out, out_dot], core.call(name, *map(load, params)))
    title = f"{push.__name__}_tangent"
    tree = core.function_def(title, params, [pair, core.return_(load(out_dot))])
    return link(core.Function(tree, core.Origin(f"<{title}>", 1, (), title), None, {name: push}))


def is_complex(kinds: Sequence[Kind]) -> bool:
    """Is one of the arguments complex? Products with a complex seed are not symmetric."""
    return any(isinstance(k, (Array, Number)) and str(k.dtype).startswith("complex") for k in kinds)
