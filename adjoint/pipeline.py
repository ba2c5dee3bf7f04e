"""The way of a function through the compiler, as code."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from types import FunctionType
from typing import Any, Literal

from adjoint import deep
from adjoint.analysis.infer import infer
from adjoint.analysis.kinds import UNKNOWN, Kind
from adjoint.backends.option import Linked, Numba
from adjoint.calls.dispatch import watched
from adjoint.calls.fields import without_fields
from adjoint.calls.higher_order import without_higher_order
from adjoint.calls.inline import Reader, inline
from adjoint.calls.lifting import lifted
from adjoint.calls.outlined import is_marked, outlined, unmarked
from adjoint.calls.recursion import Pair, Recursion, filled, paired
from adjoint.calls.reopened import reopened
from adjoint.classes import dataclass, replace
from adjoint.collector import resting
from adjoint.compiled import Compiled as Compiled
from adjoint.debug import stage
from adjoint.differentiate import records
from adjoint.differentiate.compose import agreed
from adjoint.differentiate.gradient import Derivative, differentiate, edited
from adjoint.differentiate.prepare import without_copies
from adjoint.differentiate.pushforward import pushed_forward
from adjoint.differentiate.reserved import guards_of_reserved, reserved
from adjoint.differentiate.several import shared
from adjoint.emit.comments import layout
from adjoint.emit.link import link, source_of
from adjoint.errors import AdjointError, InternalError, UnsupportedMutation, problem_at, raise_problems
from adjoint.frontend.check import check, check_result
from adjoint.frontend.classes import classes
from adjoint.frontend.imports import imports
from adjoint.frontend.outside import NONE, Assigned, Places, outside
from adjoint.frontend.resolve import resolve
from adjoint.frontend.source import parse, too_deep
from adjoint.guards import Guard, guards_of
from adjoint.normalize import normalize
from adjoint.outcome import PLAIN, Outcome
from adjoint.runtime.outside import described
from adjoint.structures.layout import Layout, assembled
from adjoint.structures.outcome import with_aux, with_check, with_output
from adjoint.structures.reasons import explained
from adjoint.structures.results import without_objects
from adjoint.syntax import core
from adjoint.tidy import tidy
from adjoint.tidy.keepers import records_named
from adjoint.whole_numbers import used_as_numbers as numbers_of

Mode = Literal["grad", "value_and_grad", "split", "jvp", "jvps"]

FORWARD = ("jvp", "jvps")


@dataclass(frozen=True)
class Request:
    """What to compile: a function, the parameters to differentiate by, the kinds of all arguments, the form.

    What is to be differentiated `again` keeps all that it computes: checkpointed code is code like any other.
    """

    target: FunctionType
    wrt: tuple[str, ...]
    kinds: tuple[Kind, ...]
    mode: Mode
    outcome: Outcome = PLAIN
    again: bool = False
    backend: Numba | None = None


def core_of(target: FunctionType, places: Places = NONE) -> core.Function:
    """Read a function and bring it into Core form; `places` are the names outside that are assigned anywhere."""
    fn = classes(parse(target))
    check(fn)
    fn = resolve(imports(outside(fn, places)))
    return lifted(without_higher_order(stage("normalize", normalize(fn))))


def compile(request: Request) -> Compiled:
    """Generate, print and link the gradient that a request asks for."""
    try:
        with resting():
            return deep.run(lambda: _compiled(request))
    except RecursionError:
        raise too_deep(request.target) from None


def used_as_numbers(
    target: FunctionType, kinds: Sequence[Kind], names: Sequence[str]
) -> tuple[frozenset[str], tuple[Any, ...] | None]:
    """Those of the parameters `names` that a function uses as numbers only; and the guards of that, if it was read."""
    read: Any = lru_cache(None)(core_of)
    try:
        with resting():
            fn = read(target)
            inlined = deep.run(lambda: inline(fn, read, kinds=dict(zip(fn.params, kinds, strict=True)), wrt=names))
    except (AdjointError, Assigned, RecursionError):  # what is refused is said when it is compiled
        return frozenset(), None
    return numbers_of(inlined.fn, names), (*guards_of(fn, target), *inlined.guards)


def _compiled(request: Request) -> Compiled:
    places = NONE
    while True:
        try:
            return _read_and_compiled(request, lru_cache(None)(partial(core_of, places=places)))
        except Assigned as found:
            places = found.places


def _read_and_compiled(request: Request, read: Reader) -> Compiled:
    check_result(read(request.target))
    fn = with_output(read(request.target), request.outcome, request.kinds)
    inlined = inline(fn, read, kinds=dict(zip(fn.params, request.kinds, strict=True)), wrt=request.wrt)
    layout = inlined.layout
    plain, template = without_objects(inlined.fn)
    plain = with_check(plain) if request.outcome.checked else plain
    if request.again or request.mode in FORWARD:
        plain = unmarked(plain)
    recursion = Recursion(read)
    with explained(inlined.reasons, fn.origin):
        derivative = derived(stage("inline", plain), layout.kinds, layout.wrt, request.mode, recursion, request.outcome)
    functions = finished(derivative, layout if request.backend is None else None)
    several = None
    if request.mode == "jvps":
        several = shared(functions[0], functions[0].params[-len(layout.asked) :], derivative.primal)
    functions = functions if several is None else [several]
    made = _linked(functions, derivative, layout, request.backend, several is not None)
    linked = [m.linked for m in made]
    callees = _linked_pairs(recursion, request.mode, request.backend)
    for name, value in recursion.put:
        _refuse_shared_store(name, value, inlined.fn, [fn])
    texts = [source_of(f) for f in linked]
    own = guards_of_reserved(inlined.fn, request.target, texts)
    guards = (*guards_of(fn, request.target), *own, *inlined.guards, *recursion.guards)
    for function in linked:
        filled(function)
    dispatchers = tuple(m.dispatcher for m in made if m.dispatcher is not None)
    if request.backend is not None:
        guards = (*guards, *_jit().connected(request.backend, dispatchers, callees, guards))
    return Compiled(
        made[0].run,
        made[1].run if len(made) > 1 else None,
        "\n\n".join(texts),
        callees,
        guards,
        derivative.result,
        layout.roots(derivative.changes),
        tuple(g for g in guards if isinstance(g, Guard) and any(g.value is array for array in derivative.outer)),
        derivative.hidden,
        layout.parts,
        template,
        several is not None,
        is_marked(plain) and not request.again,
        tuple(made) if request.backend is not None else (),
        next(filter(None, [derivative.again, *(c.again for c in callees)]), None),
    )


def _linked(
    functions: Sequence[core.Function], derivative: Derivative, layout: Layout, option: Numba | None, several: bool
) -> list[Linked]:
    """The functions as Python or a backend runs them."""
    watchful = [watched(f, derivative.hidden) for f in functions]
    if option is None:
        return [Linked(made, made) for made in map(link, watchful)]
    backend = _native().Backend(option, layout, derivative.result, several)
    return [backend.native(f, k, split=len(watchful) > 1) for k, f in enumerate(watchful)]


def _jit() -> Any:
    """What makes Numba's dispatchers."""
    from adjoint.backends import jit

    return jit


def _native() -> Any:
    """The module of the backend, imported when it is first asked for."""
    from adjoint.backends import compile

    return compile


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
    fn, new = reserved(reopened(without_fields(without_copies(fn))))
    fn = fn.known(apart=frozenset(new.get(name, name) for name in fn.apart))
    arguments = dict(zip(fn.params, kinds, strict=True))
    wrt = [new.get(name, name) for name in wrt]
    if not set(wrt).issubset(fn.params):
        raise InternalError("reserved", f"{', '.join(wrt)} are not all parameters: {', '.join(fn.params)}")
    if outcome.has_aux:
        fn = with_aux(fn, infer(fn, arguments, result_of))
    kinds_of: Any = partial(infer, arguments=arguments, result_of=result_of)
    fn = outlined(fn, kinds_of, lambda f: edited(f, arguments, result_of)[0], recursion.changes_at)
    fn, pairs = paired(fn, lambda: infer(fn, arguments, result_of), recursion)
    if mode in FORWARD:
        derivative = pushed_forward(fn, arguments, wrt, result_of, pairs)
    else:
        derivative = differentiate(fn, arguments, wrt, mode, result_of, pairs)
    if pairs:
        others = [body for body in recursion.bodies.values() if body.target is not fn.target]
        for name in derivative.hidden:
            _refuse_shared_store(name, fn.bindings.get(name), fn, others)
    old = {name: name_before for name_before, name in new.items()}
    return replace(derivative, changes=tuple(old.get(name, name) for name in derivative.changes))


def _refuse_shared_store(name: str, value: Any, fn: core.Function, readers: Sequence[core.Function]) -> None:
    """Refuse an object outside into which values are put that vary, if one of the other functions mentions it."""
    if any(value is v for reader in readers for v in reader.bindings.values()):
        what = described(name, value)
        message = (
            f"a value that derivatives pass through is put into `{what}`, which a function that calls itself shares"
        )
        problem = problem_at(fn.tree, message, "Pass it as an argument, and return it.")
        raise_problems(UnsupportedMutation, [problem], fn.origin)


def _linked_pairs(recursion: Recursion, mode: Mode, option: Numba | None) -> tuple[Compiled, ...]:
    """Compile the sweeps of the recursive functions, which may ask for more of them, until all are there."""
    done: dict[Any, Compiled] = {}
    while len(done) < len(recursion.pairs):
        for key, pair in list(recursion.pairs.items()):
            if key not in done:
                done[key] = _linked_pair(pair, recursion, mode, option)
    for compiled in done.values():
        filled(compiled.run)
        if compiled.reverse is not None:
            filled(compiled.reverse)
    return tuple(done.values())


def _linked_pair(pair: Pair, recursion: Recursion, mode: Mode, option: Numba | None) -> Compiled:
    fn = recursion.returning(pair)
    wrt = [fn.params[k] for k in pair.wrt]
    derivative = derived(fn, pair.kinds, wrt, "jvp" if mode in FORWARD else "split", recursion)
    if set(derivative.changes) - {fn.params[k] for k in pair.changes}:
        problem = problem_at(
            fn.tree,
            f"the recursive function `{pair.target.__name__}` changes its argument `{derivative.changes[0]}`",
            "Return the new array instead, or write the recursion as a loop.",
        )
        raise_problems(UnsupportedMutation, [problem], fn.origin)
    recursion.put += [(n, fn.bindings.get(n)) for n in derivative.hidden]
    one: Any = link if option is None else _native().callee
    linked = [one(watched(f, derivative.hidden)) for f in finished(derivative)]
    halves = [pair.jvp] if mode in FORWARD else [pair.forward, pair.reverse]
    pair.linked = {half.__name__: function for half, function in zip(halves, linked, strict=True)}
    text = "\n\n".join(map(source_of, linked))
    reverse = linked[1] if len(linked) > 1 else None
    return Compiled(linked[0], reverse, text, (), (), UNKNOWN, (), again=derivative.again)


def finished(derivative: Derivative, structure: Layout | None = None) -> list[core.Function]:
    """The generated functions, tidied and laid out for reading."""
    for fn in derivative.functions:
        stage("differentiate", fn, folded=True)
    first, *others = derivative.functions
    memory, *memories = derivative.memories
    tidied = [tidy(fn, memory) for fn, memory in zip(others, memories, strict=True)]
    if tidied:
        first, tidied[0] = agreed(first, tidied[0])
    named, new = records_named([tidy(first, memory), *tidied])
    records.tell(derivative.records, new)
    ready = [stage("tidy", fn, folded=True) for fn in named]
    return [layout(fn if structure is None else assembled(fn, structure, k)) for k, fn in enumerate(ready)]
