"""Recursive functions that change their arguments: each is given copies, and returns them beside its result.

    sort(a, low, high)                (_, t), sort_record = sort_forward(a, low, high)
                              ->      a[...] = t

Which arguments a function changes is the least answer that agrees with itself. A function that returns what it changes
must return it whole, so that the caller knows which array that is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import gast

from adjoint.analysis.alias import Classes, alias_classes, grown_in
from adjoint.analysis.containers import CONTAINERS
from adjoint.analysis.kinds import Array, DictOf, Kind
from adjoint.differentiate.prepare import mapped
from adjoint.errors import UnsupportedMutation, problem_at, raise_problems
from adjoint.syntax import core
from adjoint.syntax.core import load

Changes = tuple[int, ...]
ChangesOf = Callable[[Any], Changes]  # of the function that a statement calls, if it is recursive


def changed_by(fn: core.Function, kinds: Mapping[str, Kind], changes_of: ChangesOf) -> Changes:
    """The positions of the parameters whose cells (or items) a function changes."""
    fn = _with_stores(fn, changes_of)
    stores = {*fn.stores.values(), *grown_in(fn, kinds).values()}
    if not stores:
        return ()
    sites = alias_classes(fn, kinds).sites
    touched = {site for name in stores for site in sites.get(name, frozenset([name]))}
    return tuple(k for k, param in enumerate(fn.params) if param in touched)


def classes_with(fn: core.Function, kinds: Mapping[str, Kind], changes_of: ChangesOf) -> Classes:
    """The alias classes of a function, what its calls change among its stores."""
    return alias_classes(_with_stores(fn, changes_of), kinds)


def _with_stores(fn: core.Function, changes_of: ChangesOf) -> core.Function:
    """What the calls in a function change, as stores."""

    def change(stmt: Any) -> list[Any]:
        changes = changes_of(stmt)
        names = [stmt.value.args[k].id for k in changes if core.is_name(stmt.value.args[k])]
        return [stmt, *(core.store_item(n, core.const(Ellipsis), core.const(0.0), at=stmt) for n in names)]

    return fn.with_body(mapped(fn.tree.body, change))


def returning(fn: core.Function, kinds: Mapping[str, Kind], changes: Changes, changes_of: ChangesOf) -> core.Function:
    """Let a function return what it changes, behind its result: None where that is one of these arrays itself.

    Raises:
        UnsupportedMutation: if it may return a part of what it changes, or something that is not an array or list.
    """
    if not changes:
        return fn
    *body, last = fn.tree.body
    names = [fn.params[k] for k in changes]
    for name in names:
        if not isinstance(kinds.get(name), (Array, *CONTAINERS)):
            message = f"the recursive function `{fn.origin.name}` changes `{name}`, which is not known to be an array"
            _refuse(fn, fn.tree, message, "Return what is new instead.")
        if isinstance(kinds.get(name), DictOf) and (stmt := _removal(fn)) is not None:
            message = f"the recursive function `{fn.origin.name}`, which fills a dictionary, takes items out of one"
            _refuse(fn, stmt, message, "Leave them in.")
    result = core.const(None) if returned(fn, kinds, changes, changes_of) is not None else last.value
    value = core.tuple_([result, *map(load, names)], last)
    if not (core.is_name(result) or core.is_constant(result)):
        whole = fn.namer().fresh("t")
        body = [*body, core.bind(whole, result, at=last)]
        value = core.tuple_([load(whole), *map(load, names)], last)
        fn = fn.with_body(fn.tree.body, temps=fn.temps | {whole})
    return fn.with_body([*body, core.return_(value, last)])


def _removal(fn: core.Function) -> Any:
    """A statement that takes something out of a container."""
    for stmt in fn.statements:
        match stmt:
            case gast.Delete(targets=[gast.Subscript()]):
                return stmt
            case (
                gast.Expr(value=gast.Call(func=gast.Attribute(attr=attr)))
                | gast.Assign(value=gast.Call(func=gast.Attribute(attr=attr)))
            ) if attr in ("pop", "popitem", "clear"):
                return stmt
    return None


def returned(fn: core.Function, kinds: Mapping[str, Kind], changes: Changes, changes_of: ChangesOf) -> int | None:
    """The position of the parameter that a function changes and returns, None where its result is something else."""
    last = fn.tree.body[-1]
    marked = _with_stores(fn, changes_of)
    classes = alias_classes(marked, kinds)
    names = core.names_read(last.value) - set(fn.bindings)
    shared = {k for k in changes for n in names if _may_be(n, fn.params[k], kinds, classes)}
    if not shared:
        return None
    if core.is_name(last.value) and len(shared) == 1:
        (position,) = shared
        if _is_same(last.value.id, fn.params[position], marked, changes_of, frozenset()):
            return position
    message = f"the recursive function `{fn.origin.name}` returns a part of what it changes"
    return _refuse(fn, last, message, "Return a copy, or the array itself.")


def _may_be(name: str, param: str, kinds: Mapping[str, Kind], classes: Classes) -> bool:
    return isinstance(kinds.get(name), (Array, *CONTAINERS)) and classes.may_overlap(name, param)


def _is_same(name: str, param: str, fn: core.Function, changes_of: ChangesOf, seen: frozenset[str]) -> bool:
    """Is a name nothing but another one for a parameter?"""
    if name == param:
        return not any(name in core.names_bound(s) for s in fn.statements)
    if name in seen:
        return True
    binds = [s for s in fn.statements if name in core.names_bound(s)]

    def is_same(stmt: Any) -> bool:
        match stmt:
            case gast.Assign(targets=[gast.Name()], value=gast.Name(id=source)):
                return _is_same(source, param, fn, changes_of, seen | {name})
            case gast.Assign(targets=[gast.Name()], value=gast.Call(args=args)) if changes := changes_of(stmt):
                given = [args[k] for k in changes]
                return (
                    len(given) == 1
                    and core.is_name(given[0])
                    and _is_same(given[0].id, param, fn, changes_of, seen | {name})
                )
        return False

    return bool(binds) and all(map(is_same, binds))


def written_back(
    stmt: Any, pair: str, args: Sequence[Any], changes: Changes, kinds: Mapping[str, Kind], same: int | None, namer: Any
) -> list[Any]:
    """The statements behind a call that gave the tuple `pair`: what was changed is stored, the result bound."""
    news = [namer.fresh("t") for _ in changes]
    targets = stmt.targets if isinstance(stmt, gast.Assign) else []
    simple = bool(targets) and core.is_name(targets[0]) and same is None
    value = targets[0].id if simple else namer.fresh("t")
    result: list[Any] = [core.bind_several([value, *news], load(pair), at=stmt)]
    for position, new in zip(changes, news, strict=True):
        if core.is_name(args[position]) and isinstance(kinds.get(args[position].id), DictOf):
            update = core.attribute(load(args[position].id), "update")
            result.append(core.effect(core.call(update, load(new)), at=stmt))
        elif core.is_name(args[position]):
            is_list = isinstance(kinds.get(args[position].id), CONTAINERS)
            index = core.slice_(None, None, None) if is_list else core.const(Ellipsis)
            result.append(core.store_item(args[position].id, index, load(new), at=stmt))
    if targets and not simple:
        source = value if same is None else args[same].id
        result.append(core.place(gast.Assign(targets, load(source), None), stmt))
    return result


def _refuse(fn: core.Function, node: Any, message: str, advice: str) -> NoReturn:
    raise_problems(UnsupportedMutation, [problem_at(node, message, advice)], fn.origin)
