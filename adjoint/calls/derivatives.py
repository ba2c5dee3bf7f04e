"""Derivatives as functions of plain arguments, for calls that the run resolves: `structures/nested` puts them in texts.

    pull(x, …, out_bar) -> x_bar             the pullback, seeded
    push(x, …, x_dot) -> (out, out_dot)      the result and its tangent

Each is a generated function for the kinds of its arguments, and is differentiated as one.

    >>> def square(x):
    ...     return x * x
    >>> pull_of(square, "x")(3.0, 10.0), push_of(square, "x")(3.0, 10.0)
    (60.0, (9.0, 60.0))
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

import gast
import numpy as np

from adjoint import arguments
from adjoint.analysis.kinds import UNKNOWN, Array, DictOf, ListOf, TupleOf, cotangent_kind, derivatives_by
from adjoint.caching import kept_with
from adjoint.calls.results import kind_of_call, kind_of_matrix
from adjoint.classes import dataclass, replace
from adjoint.emit.link import link
from adjoint.entries import Mode, refuse_effects
from adjoint.errors import UnsupportedArgument, UnsupportedMutation
from adjoint.gradient import Gradient
from adjoint.outcome import PLAIN
from adjoint.runtime.arrays import owned
from adjoint.runtime.nested import ones_like
from adjoint.syntax import core


class Inside(Gradient[Any, Any]):
    """The gradient of a function that was taken out of another; `captured` are the parameters for what it read there.

    A gradient leaves its arguments as they were: the change of one of these would be lost.
    """

    captured: tuple[str, ...] = ()

    def _compile(self, *args: Any, **options: Any) -> Any:
        compiled, fresh = super()._compile(*args, **options)
        refuse_effects(self.title, replace(compiled, changes=tuple(n for n in compiled.changes if n in self.captured)))
        return compiled, fresh


@dataclass(frozen=True, eq=False)
class Derivative:
    """A derivative of `gradient`'s function, of its arguments and `count` more.

    `may_repeat` says that the function may run a second time, whatever it does; `repeats`, that it has run before.
    """

    gradient: Gradient[..., Any]
    count: int
    may_repeat: bool = False
    repeats: bool = False

    def __call__(self, *args: Any) -> Any:
        return owned(self.function_for(args)(*args))

    @property
    def runs_again(self) -> bool:
        """Does a call run the function once more, the first time being that of its result?"""
        return self.repeats or self.gradient.mode == "pull" and not self.may_repeat

    def kind_of_result(self, kinds: Sequence[Any]) -> Any:
        """The kind of what a call with arguments of these kinds gives, as far as it is known."""
        gradient = self.gradient
        if gradient.mode == "pull":
            return derivatives_by(kinds, [gradient.parameters.index(n) for n in gradient.wrt], gradient.single)
        found = self.kind_of_primal(kinds)
        return TupleOf((found, cotangent_kind(found) or UNKNOWN))

    def kind_of_primal(self, kinds: Sequence[Any]) -> Any:
        """The kind of what is differentiated, a function's result or a gradient."""
        own = kinds[: len(self.gradient.parameters)]
        inner = self.gradient.inner
        return kind_of_call(self.gradient.primal, own) if inner is None else inner.kind_of_result(own)

    def repeats_nothing(self) -> bool:
        """May the function run a second time, as far as its text tells?"""
        return self.gradient.repeats_nothing()

    def function_for(self, args: tuple[Any, ...]) -> Callable[..., Any]:
        """The generated function for arguments of these kinds."""
        own = args[: len(args) - self.count]
        compiled = self.compiled(own)
        if self.runs_again:
            refuse_again(self.gradient.title, compiled.again)
        run: FunctionType = compiled.run
        return run if not self.gradient.extra else _with_seeds(run, len(own), self.gradient.extra)

    def text_for(self, kinds: tuple[Any, ...]) -> tuple[Any, Callable[[], bool]]:
        """The generated function for arguments of these kinds, and its guard."""
        compiled, fresh = self.gradient.variant(kinds)
        refuse_effects(self.gradient.title, compiled)
        refuse_again(self.gradient.title, compiled.again)
        run = compiled.run
        return (run if not self.gradient.extra else _with_seeds(run, len(kinds), self.gradient.extra)), fresh

    def compiled(self, own: tuple[Any, ...]) -> Any:
        """What is compiled for these arguments of the function itself."""
        from adjoint.analysis.structured import argument_kinds

        names = self.gradient.parameters
        arguments.check(names, own, self.gradient.wrt, self.gradient.title, ours=True)
        own = self.gradient.real_values(own)
        kinds = argument_kinds(own, [names.index(n) for n in self.gradient.wrt])
        compiled, _ = self.gradient.variant(kinds)
        refuse_effects(self.gradient.title, compiled)
        return compiled


@dataclass(frozen=True, eq=False)
class Jacobian(Derivative):
    """The matrix of a derivative by the argument at `place`, a forward sweep a column."""

    place: int = 0

    @property
    def runs_again(self) -> bool:
        return True

    def kind_of_result(self, kinds: Sequence[Any]) -> Any:
        return kind_of_matrix(self.kind_of_primal(kinds), kinds[self.place])

    def function_for(self, args: tuple[Any, ...]) -> Callable[..., Any]:
        push = super().function_for((*args, args[self.place]))
        title, result = self.gradient.title, self.compiled(args).result
        if isinstance(args[self.place], np.ndarray) and isinstance(result, SEVERAL):
            raise UnsupportedArgument(
                f"the Jacobian of `{title}`, which does not return one array, inside a function\n"
                "  Let it return one, or take a Jacobian for each of its results."
            )
        return self._columns(push, push, args)

    def by_calls(self, args: tuple[Any, ...]) -> Callable[..., Any]:
        """The same, its columns by calls that are resolved when it runs."""
        push = Derivative(self.gradient, self.count)
        return self._columns(super().function_for((*args, args[self.place])), push, args)

    def _columns(self, owner: Callable[..., Any], push: Any, args: tuple[Any, ...]) -> Callable[..., Any]:
        by = args[self.place]
        text = OF_NUMBER if not isinstance(by, np.ndarray) else OF_ARRAY if by.size else OF_NOTHING
        key = "jacobian", self.place, push is owner, text
        return kept_with(owner, key, lambda: _by_columns(owner, push, self.place, text))  # type: ignore[no-any-return]


SEVERAL = (TupleOf, ListOf, DictOf)
OF_NUMBER = """
def {name}({params}):
    _, out_dot = push({params}, 1.0)
    return out_dot
"""
OF_EACH = """
def {name}({params}):
    out = primal({params})
    return pull({params}, ones_like(out))
"""
OF_NOTHING = """
def {name}({params}):
    out, _ = push({params}, {x})
    return np.zeros((*np.shape(out), *{x}.shape))
"""
# A column is copied, so that no list holds what the text of the tangents adds to in place.
OF_ARRAY = """
def {name}({params}):
    units = np.eye({x}.size, dtype={x}.dtype)
    columns = []
    for k in range({x}.size):
        _, out_dot = push({params}, np.reshape(units[k], {x}.shape))
        columns.append(np.copy(out_dot))
    matrix = np.stack(columns, axis=-1)
    return np.reshape(matrix, (*matrix.shape[:-1], *{x}.shape))
"""


def refuse_again(title: str, again: Any) -> None:
    """Refuse what a derivative that needs several runs would do more than once.

    Raises:
        UnsupportedMutation: if it certainly does something.
    """
    if again is not None and again.certain:
        raise UnsupportedMutation(
            f"`{title}`, which a derivative taken here runs more than once, {again.what}\n"
            "  Do that before, and pass what it gives as an argument; or take `grad`, `value_and_grad` or `jvp`,"
            " which run it once."
        )


def _by_columns(owner: Any, push: Any, place: int, text: str) -> FunctionType:
    """The function that puts the columns together, for the function of arguments and a tangent that gives them.

    `owner` is the text of that function, `push` what is called.
    """
    params = owner.__code__.co_varnames[: owner.__code__.co_argcount - 1]
    text = text.format(name=owner.__name__.replace("_jvp", "_jacobian"), params=", ".join(params), x=params[place])
    tree = gast.parse(text).body[0]
    return link(core.Function(tree, core.Origin(f"<{tree.name}>", 1, (), tree.name), None, {"push": push, "np": np}))


def _with_seeds(run: FunctionType, before: int, seeds: tuple[Any, ...]) -> FunctionType:
    """A function of one line that calls a generated one, with the seeds of the gradients inside it put in."""
    return kept_with(run, ("seeds", before, seeds), lambda: _seeded(run, before, seeds))  # type: ignore[no-any-return]


def _seeded(run: FunctionType, before: int, seeds: tuple[Any, ...]) -> FunctionType:
    code = run.__code__
    params = code.co_varnames[: code.co_argcount]
    given = [*params[:before], *params[before + len(seeds) :]]
    args = [*map(core.load, params[:before]), *map(core.const, seeds), *map(core.load, params[before + len(seeds) :])]
    name = core.Namer(set(params)).fresh(run.__name__)
    tree = core.function_def(f"{run.__name__}_seeded", given, [core.return_(core.call(name, *args))])
    return link(core.Function(tree, core.Origin(f"<{run.__name__}>", 1, (), run.__name__), None, {name: run}))


def gradient_of(function: Any, wrt: Any, mode: Mode, captured: Sequence[str]) -> Inside:
    """The gradient of a function taken out of another."""
    gradient = Inside(function, wrt, mode)
    gradient.captured = tuple(captured)
    return gradient


def pull_of(function: Any, wrt: Any, may_repeat: bool = False, of_number: bool = False) -> Derivative:
    """The pullback of a function, as a function of its arguments and a seed.

    With `of_number`, what the function gives is tested to be one number, when it runs.
    """
    outcome = replace(PLAIN, checked=of_number)

    def make() -> Derivative:
        return Derivative(Gradient(function, wrt, "pull", outcome=outcome), 1, may_repeat)

    if isinstance(function, Gradient):
        return make()
    return kept_with(function, ("pull", wrt, may_repeat, of_number), make)  # type: ignore[no-any-return]


def push_of(function: Any, wrt: Any) -> Derivative:
    """The result and tangent of a function, as a function of its arguments and tangents."""
    count = len(wrt) if isinstance(wrt, tuple) else 1
    if isinstance(function, Gradient):
        return Derivative(Gradient(function, wrt, "call_jvp"), count)
    return kept_with(function, ("push", wrt), lambda: Derivative(Gradient(function, wrt, "call_jvp"), count))  # type: ignore[no-any-return]


def jacobian_of(push: Derivative, place: int) -> Jacobian:
    """The Jacobian of what `push_of` gives, by the argument at a place."""
    return Jacobian(push.gradient, push.count, place=place)


def columns_text(function: Any, name: str, kinds: tuple[Any, ...], resolved: bool) -> Any:
    """The Jacobian of a function by a parameter, as a function for arguments of these kinds, and its guard."""
    push = push_of(function, name)
    place = push.gradient.parameters.index(name)
    run, fresh = push.text_for(kinds)
    text = OF_ARRAY if isinstance(kinds[place], Array) else OF_NUMBER
    called = push if resolved else run
    make = functools.partial(_by_columns, run, called, place, text)
    return kept_with(run, ("columns", place, resolved, text), make), fresh


def elementwise_text(function: Any, name: str, kinds: tuple[Any, ...], resolved: bool) -> Any:
    """The derivative of what acts on each number by itself, as a function for arguments of these kinds; its guard."""
    pull = pull_of(function, name)
    run, fresh = pull.text_for(kinds)
    primal = function
    if isinstance(function, Gradient):
        primal = _with_seeds(function.generated(kinds), len(kinds), pull.gradient.extra)
    return kept_with(
        run, ("elementwise", resolved), lambda: _elementwise(run, primal, pull if resolved else run)
    ), fresh


def _elementwise(owner: Any, primal: Any, pull: Any) -> FunctionType:
    params = owner.__code__.co_varnames[: owner.__code__.co_argcount - 1]
    names = ", ".join(params)
    title = primal.__name__ if primal.__name__.isidentifier() else "f"
    tree = gast.parse(OF_EACH.format(name=f"{title}_elementwise", params=names)).body[0]
    bindings = {"primal": primal, "pull": pull, "ones_like": ones_like}
    return link(core.Function(tree, core.Origin(f"<{tree.name}>", 1, (), tree.name), None, bindings))
