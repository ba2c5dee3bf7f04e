"""The way of a function through the compiler, as code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import FunctionType
from typing import Any, Literal

from adjoint import deep
from adjoint.analysis.infer import infer
from adjoint.analysis.kinds import UNKNOWN, Array, Kind, Number, Unknown
from adjoint.calls.higher_order import without_higher_order
from adjoint.calls.inline import inline
from adjoint.calls.lifting import lifted
from adjoint.calls.recursion import Pair, Recursion, filled, paired
from adjoint.collector import resting
from adjoint.debug import stage
from adjoint.differentiate.compose import agreed
from adjoint.differentiate.gradient import Derivative, differentiate
from adjoint.differentiate.prepare import without_copies
from adjoint.differentiate.pushforward import pushed_forward
from adjoint.differentiate.reserved import guards_of_reserved, reserved
from adjoint.emit.comments import layout
from adjoint.emit.link import link, source_of
from adjoint.errors import InternalError, UnsupportedMutation, problem_at, raise_problems
from adjoint.frontend.check import check, check_result
from adjoint.frontend.imports import imports
from adjoint.frontend.resolve import resolve
from adjoint.frontend.source import parse, too_deep
from adjoint.guards import ClassGuard, Guard, Parts, guards_of
from adjoint.normalize import normalize
from adjoint.outcome import PLAIN, Outcome, with_aux, with_output
from adjoint.structures.layout import Layout, assembled
from adjoint.structures.reasons import explained
from adjoint.syntax import core
from adjoint.templates import LEAF, Template, without_objects
from adjoint.tidy import tidy

Mode = Literal["grad", "value_and_grad", "split", "jvp"]


@dataclass(frozen=True)
class Request:
    """What to compile: a function, the parameters to differentiate by, the kinds of all arguments, the form."""

    target: FunctionType
    wrt: tuple[str, ...]
    kinds: tuple[Kind, ...]
    mode: Mode
    outcome: Outcome = PLAIN


@dataclass(frozen=True)
class Compiled:
    """A generated function (two of them in mode "split"), and what it relies on.

    `result` is the kind of what the function returns; `changes` names the parameters whose arrays it changes in place,
    `outer` are the arrays of globals and closures among the guards that it changes,
    `hidden` names objects into which it puts values that vary, `parts` the arguments of which it binds a part anew.
    """

    run: FunctionType
    reverse: FunctionType | None
    text: str
    callees: tuple[Compiled, ...]
    guards: tuple[Guard | ClassGuard | Parts, ...]
    result: Kind
    changes: tuple[str, ...]
    outer: tuple[Guard, ...] = ()
    hidden: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    template: Template = LEAF

    @property
    def scalar(self) -> bool | None:
        """Is the result a number? None where that is not known."""
        return _is_scalar(self.result)


def core_of(target: FunctionType) -> core.Function:
    """Read a function and bring it into Core form."""
    fn = parse(target)
    check(fn)
    return lifted(without_higher_order(stage("normalize", normalize(resolve(imports(fn))))))


def compile(request: Request) -> Compiled:
    """Generate, print and link the gradient that a request asks for."""
    try:
        with resting():
            return deep.run(lambda: _compiled(request))
    except RecursionError:
        raise too_deep(request.target) from None


def _compiled(request: Request) -> Compiled:
    read = lru_cache(None)(core_of)
    check_result(read(request.target))
    fn = with_output(read(request.target), request.outcome, request.kinds)
    inlined = inline(fn, read, kinds=dict(zip(fn.params, request.kinds, strict=True)), wrt=request.wrt)
    layout = inlined.layout
    plain, template = without_objects(inlined.fn)
    recursion = Recursion(read)
    with explained(inlined.reasons, fn.origin):
        derivative = derived(stage("inline", plain), layout.kinds, layout.wrt, request.mode, recursion, request.outcome)
    linked = [link(f) for f in finished(derivative, layout)]
    callees = _linked_pairs(recursion, request.mode)
    texts = [source_of(f) for f in linked]
    own = guards_of_reserved(inlined.fn, request.target, texts)
    guards = (*guards_of(fn, request.target), *own, *inlined.guards, *recursion.guards)
    return Compiled(
        filled(linked[0]),
        filled(linked[1]) if len(linked) > 1 else None,
        "\n\n".join(texts),
        callees,
        guards,
        derivative.result,
        layout.roots(derivative.changes),
        tuple(g for g in guards if isinstance(g, Guard) and any(g.value is array for array in derivative.outer)),
        derivative.hidden,
        layout.parts,
        template,
    )


def derived(
    fn: core.Function,
    kinds: Sequence[Kind],
    wrt: Sequence[str],
    mode: str,
    recursion: Recursion,
    outcome: Outcome = PLAIN,
) -> Derivative:
    """Split the recursive calls of a function in Core form, and reverse it."""
    result_of: Any = recursion.result_of
    fn, new = reserved(without_copies(fn))
    arguments = dict(zip(fn.params, kinds, strict=True))
    wrt = [new.get(name, name) for name in wrt]
    if not set(wrt).issubset(fn.params):
        raise InternalError("reserved", f"{', '.join(wrt)} are not all parameters: {', '.join(fn.params)}")
    if outcome.has_aux:
        fn = with_aux(fn, infer(fn, arguments, result_of))
    fn, pairs = paired(fn, lambda: infer(fn, arguments, result_of), recursion)
    if mode == "jvp":
        derivative = pushed_forward(fn, arguments, wrt, result_of, pairs)
    else:
        derivative = differentiate(fn, arguments, wrt, mode, result_of, pairs)
    old = {name: name_before for name_before, name in new.items()}
    return replace(derivative, changes=tuple(old.get(name, name) for name in derivative.changes))


def _linked_pairs(recursion: Recursion, mode: Mode) -> tuple[Compiled, ...]:
    """Compile the sweeps of the recursive functions, which may ask for more of them, until all are there."""
    done: dict[Any, Compiled] = {}
    while len(done) < len(recursion.pairs):
        for key, pair in list(recursion.pairs.items()):
            if key not in done:
                done[key] = _linked_pair(pair, recursion, mode)
    for compiled in done.values():
        filled(compiled.run)
        if compiled.reverse is not None:
            filled(compiled.reverse)
    return tuple(done.values())


def _linked_pair(pair: Pair, recursion: Recursion, mode: Mode) -> Compiled:
    fn = recursion.returning(pair)
    wrt = [fn.params[k] for k in pair.wrt]
    derivative = derived(fn, pair.kinds, wrt, "jvp" if mode == "jvp" else "split", recursion)
    if set(derivative.changes) - {fn.params[k] for k in pair.changes}:
        problem = problem_at(
            fn.tree,
            f"the recursive function `{pair.target.__name__}` changes its argument `{derivative.changes[0]}`",
            "Return the new array instead, or write the recursion as a loop.",
        )
        raise_problems(UnsupportedMutation, [problem], fn.origin)
    linked = [link(f) for f in finished(derivative)]
    halves = [pair.jvp] if mode == "jvp" else [pair.forward, pair.reverse]
    pair.linked = {half.__name__: function for half, function in zip(halves, linked, strict=True)}
    text = "\n\n".join(map(source_of, linked))
    return Compiled(linked[0], linked[1] if len(linked) > 1 else None, text, (), (), UNKNOWN, ())


def finished(derivative: Derivative, structure: Layout | None = None) -> list[core.Function]:
    """The generated functions, tidied and laid out for reading."""
    for fn in derivative.functions:
        stage("differentiate", fn, folded=True)
    first, *others = derivative.functions
    memory, *memories = derivative.memories
    tidied = [tidy(fn, memory) for fn, memory in zip(others, memories, strict=True)]
    if tidied:
        first, tidied[0] = agreed(first, tidied[0])
    ready = [stage("tidy", fn, folded=True) for fn in (tidy(first, memory), *tidied)]
    return [layout(fn if structure is None else assembled(fn, structure, k)) for k, fn in enumerate(ready)]


def _is_scalar(kind: Any) -> bool | None:
    if isinstance(kind, Unknown):
        return None
    if isinstance(kind, Array):
        return None if kind.shape is None else kind.shape == ()
    return isinstance(kind, Number)
