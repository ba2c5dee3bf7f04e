"""A function taken out of another, to be differentiated there: its body, with what it reads around it as arguments.

    def f(x):                            def g(y, x):
        def g(y):                ->          return x * y**2
            return x * y**2

The variables of g get names that nobody has; which of its parameters each stands for is kept beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import CodeType, MappingProxyType
from typing import Any, NoReturn

import gast

from adjoint.analysis.kinds import Kind
from adjoint.analysis.repeated import done_again
from adjoint.binding import names_of_code
from adjoint.caching import kept_with
from adjoint.calls.outlined import unmarked
from adjoint.checkpoints import Checkpointed
from adjoint.classes import dataclass, replace
from adjoint.emit.link import link
from adjoint.errors import UnsupportedSyntax, problem_at, raise_problems
from adjoint.frontend.codes import quiet
from adjoint.normalize.elements import spelled_out
from adjoint.structures import displays, expressions
from adjoint.structures.evaluator import Evaluator
from adjoint.structures.spread import By, Leaf, Tree, inside, leaves, spread
from adjoint.structures.values import Closure, Known, Partial, Record, State, Transformed, Value
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.syntax.said import said


@dataclass(frozen=True)
class TakenOut:
    """A function taken out of another: `args` are the atoms of a call, `captured` the names that it read around it.

    `trees` say which of its own variables stand for each argument, `names` which parameter it is for (None: none of its
    own), and `signature` all parameters of the callee, None where nothing can tell these. `given` are the arguments as
    they were written.
    """

    function: Any
    trees: tuple[Tree, ...]
    names: tuple[str | None, ...]
    signature: tuple[str, ...] | None
    args: tuple[Any, ...]
    captured: tuple[str, ...]
    given: tuple[Any, ...]

    @property
    def arguments(self) -> Sequence[tuple[Tree, Any]]:
        """What became of each argument, and how it was given."""
        return list(zip(self.trees, self.given, strict=True))

    def place(self, param: str) -> int:
        """The position of a variable."""
        return [leaf.param for tree in self.trees for leaf in leaves(tree)].index(param)


def taken_out(
    callee: Value, args: Sequence[Any], keywords: Sequence[Any], wrt: Any, node: Any, ev: Evaluator, stmt: Any,
    has_aux: bool = False,
) -> TakenOut:  # fmt: skip
    """The function that a call would run, as one of its own: written out with new names for the arguments.

    By what `wrt` means derivatives are wanted; with `has_aux`, of the first half of a pair.
    """
    from adjoint.structures import invoke

    args = [ev.atom(expressions.evaluate(a, ev, stmt), stmt) for a in args]
    values = [ev.atom(expressions.evaluate(k.value, ev, stmt), stmt) for k in keywords]
    signature, own = _signature(callee), [*_positional(callee, len(args)), *(k.arg for k in keywords)]
    names = [name or "a" for name in own]
    by = {_place_of(w, own, signature) for w in (wrt if isinstance(wrt, (tuple, list)) else (wrt,))}
    given = (*args, *values)
    trees = tuple(spread(n, atom, k in by, (node, k), ev, stmt) for k, (n, atom) in enumerate(zip(names, given)))
    params = [leaf for tree in trees for leaf in leaves(tree)]
    for leaf in params:
        _same_kind(leaf.param, leaf.atom, ev)
    around, ev.state = ev.state, ev.state.fork()
    kinds, ev.kinds = ev.kinds, dict(ev.kinds)
    plain = set(ev.plain)
    ev.plain.update(leaf.param for leaf in params)
    with ev.block() as lines:
        seen = [_seen(tree, node, ev, stmt) for tree in trees]
        positional = seen[: len(args)]
        named = [core.keyword(k.arg, atom) for k, atom in zip(keywords, seen[len(args) :], strict=True)]
        result = ev.atom(invoke.invoke(callee, positional, named, node, ev, stmt), stmt)
        result = ev.atom(half(result, 0, node, ev, stmt), stmt) if has_aux else result
        if isinstance(found := ev.known(result), Record):
            result = displays.rebuilt(found, ev, node)
    body = [*lines, core.return_(result, node)]
    _refuse_bound(body, around, plain, node, ev)
    ev.kind_of(result)
    own_kinds = ev.kinds
    ev.state, ev.kinds, ev.plain = around, kinds, plain
    bound = {n for s in core.statements(body) for n in core.names_bound(s)} | {leaf.param for leaf in params}
    captured = sorted({n for s in core.statements(body) for n in core.names_read(s)} - bound - ev.bindings.keys())
    captured = [n for n in captured if n in ev.plain or n in ev.fn.params or ev.kind_of(load(n)) is not None]
    _refuse_changes(body, captured, node, ev)
    function = _linked(callee, [*(leaf.param for leaf in params), *captured], body, own_kinds, ev)
    atoms = tuple(leaf.atom for leaf in params)
    return TakenOut(function, trees, tuple(own), signature, atoms, tuple(captured), given)


def _seen(tree: Tree, node: Any, ev: Evaluator, stmt: Any) -> Any:
    """An atom that holds an argument inside."""
    found = inside(tree, node, ev, stmt)
    return found if isinstance(tree, Leaf) else ev.atom(found, stmt)


def _place_of(wrt: Any, own: Sequence[str | None], signature: tuple[str, ...] | None) -> int | None:
    """Which of the arguments `wrt` means, None where that is none of them."""
    order: Any = range(len(own)) if signature is None else signature
    if isinstance(wrt, int):
        name = order[wrt] if -len(order) <= wrt < len(order) else None
        return name if signature is None else own.index(name) if name in own else None
    return own.index(wrt) if isinstance(wrt, str) and wrt in own else None


def trees_of(wrt: Any, taken: TakenOut, node: Any, ev: Evaluator) -> By:
    """What derivatives by `wrt` are by: the parts of one argument, or those of several."""
    if isinstance(wrt, (tuple, list)):
        if len(wrt) == 1:
            refuse(node, "a derivative by a tuple of one argument inside a function", "Name the argument alone.", ev)
        return tuple(_tree_of(w, taken, node, ev) for w in wrt)
    return _tree_of(wrt, taken, node, ev)


def _tree_of(wrt: Any, taken: TakenOut, node: Any, ev: Evaluator) -> Tree:
    place = _place_of(wrt, taken.names, taken.signature)
    if place is None:
        advice = "Pass the argument in this call, by position or by that name."
        refuse(node, f"`wrt={wrt!r}` means none of the arguments that are passed here", advice, ev)
    return taken.trees[place]


def names_of(wrt: Any, taken: TakenOut, node: Any, ev: Evaluator) -> Any:
    """The variables of a function taken out that `wrt` means; several in a tuple."""
    trees = trees_of(wrt, taken, node, ev)
    found = tuple(leaf.param for tree in (trees if isinstance(trees, tuple) else (trees,)) for leaf in leaves(tree))
    if not found:
        refuse(node, f"there is nothing to differentiate by in `wrt={wrt!r}`", "Pass a number or an array.", ev)
    return found if len(found) > 1 else found[0]


def half(pair: Any, k: int, node: Any, ev: Evaluator, stmt: Any) -> Any:
    """One half of the pair that a function with `has_aux` gives."""
    return expressions.evaluate(core.item(core.copy(pair), core.const(k), node), ev, stmt)


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


def _linked(callee: Value, params: Sequence[str], body: Sequence[Any], kinds: Mapping[str, Kind], ev: Evaluator) -> Any:
    tree = core.function_def(title_of(callee, "inner", ev), params, body)
    bindings = MappingProxyType(dict(ev.bindings))
    taken = replace(ev.fn, tree=core.place(tree, ev.fn.tree), bindings=bindings, temps=frozenset())
    with quiet():  # of arguments written in for parameters: `5 is None`
        function = link(spelled_out(unmarked(taken)))
    kept_with(function, "pure", lambda: done_again(taken, kinds) is None)
    return function


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
