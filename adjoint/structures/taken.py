"""A function taken out of another, to be differentiated there: its body, with what it reads around it as arguments.

    def f(x):                            def g(y, x):
        def g(y):                ->          return x * y**2
            return x * y**2

The variables of g get names that nobody has; which of its parameters each stands for is kept beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import CodeType, MappingProxyType
from typing import Any, NoReturn

import gast

from adjoint.binding import names_of_code
from adjoint.calls.outlined import unmarked
from adjoint.checkpoints import Checkpointed
from adjoint.classes import dataclass, replace
from adjoint.emit.link import link
from adjoint.errors import UnsupportedSyntax, problem_at, raise_problems
from adjoint.structures import displays, expressions
from adjoint.structures.evaluator import Evaluator
from adjoint.structures.values import Closure, Known, Partial, Record, State, Transformed, Value
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.syntax.said import said


@dataclass(frozen=True)
class TakenOut:
    """A function taken out of another: `args` are the atoms of a call, `captured` the names that it read around it.

    `params` are its own variables, `names` the parameters that they stand for (None: none of its own), and `signature`
    all parameters of the callee, None where nothing can tell these.
    """

    function: Any
    params: tuple[str, ...]
    names: tuple[str | None, ...]
    signature: tuple[str, ...] | None
    args: tuple[Any, ...]
    captured: tuple[str, ...]


def taken_out(
    callee: Value, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any
) -> TakenOut:
    """The function that a call would run, as one of its own: written out with new names for the arguments."""
    from adjoint.structures import invoke

    args = [ev.atom(expressions.evaluate(a, ev, stmt), stmt) for a in args]
    values = [ev.atom(expressions.evaluate(k.value, ev, stmt), stmt) for k in keywords]
    signature, own = _signature(callee), [*_positional(callee, len(args)), *(k.arg for k in keywords)]
    names = [ev.fresh(name or "a") for name in own]
    for name, atom in zip(names, (*args, *values), strict=True):
        _same_kind(name, atom, ev)
    around, ev.state = ev.state, ev.state.fork()
    kinds, ev.kinds = ev.kinds, dict(ev.kinds)
    plain = set(ev.plain)
    with ev.block() as lines:
        positional = [load(n, node) for n in names[: len(args)]]
        named = [core.keyword(k.arg, load(n, node)) for k, n in zip(keywords, names[len(args) :], strict=True)]
        result = ev.atom(invoke.invoke(callee, positional, named, node, ev, stmt), stmt)
        if isinstance(found := ev.known(result), Record):
            result = displays.rebuilt(found, ev, node)
    body = [*lines, core.return_(result, node)]
    _refuse_bound(body, around, plain, node, ev)
    ev.state, ev.kinds, ev.plain = around, kinds, plain
    bound = {n for s in core.statements(body) for n in core.names_bound(s)} | set(names)
    captured = sorted({n for s in core.statements(body) for n in core.names_read(s)} - bound - ev.bindings.keys())
    captured = [n for n in captured if n in ev.plain or n in ev.fn.params or ev.kind_of(load(n)) is not None]
    _refuse_changes(body, captured, node, ev)
    function = _linked(callee, [*names, *captured], body, ev)
    return TakenOut(function, tuple(names), tuple(own), signature, (*args, *values), tuple(captured))


def names_of(wrt: Any, taken: TakenOut, node: Any, ev: Evaluator) -> Any:
    """The parameters of a function taken out that `wrt` means."""
    if isinstance(wrt, (tuple, list)):
        found = tuple(names_of(w, taken, node, ev) for w in wrt)
        if len(found) == 1:
            refuse(node, "a derivative by a tuple of one argument inside a function", "Name the argument alone.", ev)
        return found
    order = taken.params if taken.signature is None else taken.signature
    if isinstance(wrt, int) and -len(order) <= wrt < len(order):
        if taken.signature is None:
            return taken.params[wrt]
        name: Any = order[wrt]
    else:
        name = wrt
    if isinstance(name, str) and name in taken.names:
        return taken.params[taken.names.index(name)]
    advice = "Pass the argument in this call, by position or by that name."
    return refuse(node, f"`wrt={wrt!r}` means none of the arguments that are passed here", advice, ev)


def called(made: Any, name: str, taken: TakenOut, more: Sequence[Any], node: Any, ev: Evaluator) -> Any:
    """A call of the object that computes a derivative: the arguments, what the function read, tangents or a seed."""
    path = ev.path_of(made, name)
    captured = [load(n, node) for n in taken.captured]
    return core.call(path, *map(core.copy, taken.args), *captured, *more, at=node)


def title_of(callee: Value, of_lambda: str, ev: Evaluator) -> str:
    """What a function is called; one that the user has not named, `of_lambda`."""
    title = _title(callee)
    return of_lambda if title in ev.fn.temps | ev.temps else title


def _title(callee: Value) -> str:
    match callee:
        case Known(value=value):
            name = str(getattr(value, "__name__", "f"))
        case Transformed():
            name = f"{_title(callee.callee)}_{callee.kind}"
        case _:
            name = str(getattr(getattr(callee, "definition", None), "name", "f"))
    return name if name.isidentifier() else "f"


def refuse(node: Any, message: str, advice: str, ev: Evaluator) -> NoReturn:
    raise_problems(UnsupportedSyntax, [problem_at(node, message, advice)], ev.fn.origin)


def _linked(callee: Value, params: Sequence[str], body: Sequence[Any], ev: Evaluator) -> Any:
    tree = core.function_def(title_of(callee, "inner", ev), params, body)
    bindings = MappingProxyType(dict(ev.bindings))
    taken = replace(ev.fn, tree=core.place(tree, ev.fn.tree), bindings=bindings, temps=frozenset())
    return link(unmarked(taken))


def _signature(callee: Value) -> tuple[str, ...] | None:
    """The names of all parameters of a callee that it is not given yet; None where only a call can tell."""
    match callee:
        case Transformed():
            return _signature(callee.callee)
        case Partial():
            found = _signature(callee.callee)
            words = dict(callee.keywords)
            return None if found is None else tuple([n for n in found[len(callee.args) :] if n not in words])
        case Closure():
            return core.parameters(callee.definition.args)
        case Known(value=Checkpointed() as value):
            return _signature(Known(value.function))
        case Known(value=value) if isinstance(code := getattr(value, "__code__", None), CodeType):
            return names_of_code(code)
        case Known(value=value) if _is_gradient(value):
            return value.parameters  # type: ignore[no-any-return]
    return None


def _is_gradient(value: Any) -> bool:
    from adjoint.gradient import Gradient

    return isinstance(value, Gradient)


def _positional(callee: Value, count: int) -> list[str | None]:
    """The names of the parameters that so many arguments by position are for; None for what `*xs` takes."""
    match callee:
        case Transformed():
            return _positional(callee.callee, count)
        case Partial():
            before = len(callee.args)
            return _positional(callee.callee, before + count)[before:]
        case Closure():
            found = [n.id for n in (*callee.definition.args.posonlyargs, *callee.definition.args.args)]
        case Known(value=Checkpointed() as value):
            return _positional(Known(value.function), count)
        case Known(value=value) if isinstance(code := getattr(value, "__code__", None), CodeType):
            found = list(code.co_varnames[: code.co_argcount])
        case Known(value=value) if _is_gradient(value):
            found = list(value.parameters)
        case _:
            found = []
    return [*found[:count], *(None for _ in range(count - len(found)))]


def _refuse_bound(body: Sequence[Any], around: State, plain: set[str], node: Any, ev: Evaluator) -> None:
    """Refuse a function that binds names around it anew: by `nonlocal`, or as the parts of objects."""
    known = plain | around.env.keys() | set(ev.fn.params)
    own = [s for s in core.own_statements(body) if not isinstance(s, gast.FunctionDef)]
    bound = {n for s in own for n in core.names_bound(s)} & known
    parts = {part: _part(record, key) for record in around.keys for key, part in record.names.items()}
    bound |= {n for n in ev.shared | parts.keys() if ev.state.env.get(n) != around.env.get(n)}
    if bound:
        _refuse_change(min(parts.get(n, n) for n in bound), node, ev)
    for record, keys in around.keys.items():
        if ev.state.keys.get(record) != keys:
            _refuse_change(record.stem or record.cls.__name__, node, ev)


def _part(record: Record, key: Any) -> str:
    """The part of an object, as the user's text has it."""
    return f"{record.stem}[{key!r}]" if issubclass(record.cls, (dict, list, tuple)) else f"{record.stem}.{key}"


def _refuse_changes(body: Sequence[Any], captured: Sequence[str], node: Any, ev: Evaluator) -> None:
    """Refuse a function that stores into what it reads around it; of views, only its compilation tells."""
    from adjoint.analysis.alias import grown_name, stored_name

    for stmt in core.statements(body):
        name = stored_name(stmt) or grown_name(stmt, ev.kinds)
        if name is not None and name in captured:
            _refuse_change(name, node, ev)


def _refuse_change(name: str, node: Any, ev: Evaluator) -> NoReturn:
    advice = "Let it work on a copy, and return what is new."
    refuse(node, f"a function that is differentiated here changes {said(name, ev.fn)}", advice, ev)


def _same_kind(name: str, atom: Any, ev: Evaluator) -> None:
    kind = ev.kind_of(atom)
    if kind is not None:
        ev.kinds[name] = kind
