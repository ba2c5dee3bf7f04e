"""What becomes of each statement: statements on records bind the variables of their parts, or vanish."""

from __future__ import annotations

from typing import Any

import gast

from adjoint.normalize import tree
from adjoint.structures import attributes, branches, expressions, generators, invoke, items, loops, operators
from adjoint.structures.evaluator import Evaluator, Result, is_virtual
from adjoint.structures.values import Closure, Generating, Listed, Lost, Partial, Record, Shadow, Value
from adjoint.syntax import core


def statements(block: list[Any], ev: Evaluator) -> None:
    """The statements of a block, in order."""
    for stmt in block:
        statement(stmt, ev)


def statement(stmt: Any, ev: Evaluator) -> None:
    """One statement."""
    ev.here = stmt
    match stmt:
        case gast.Assign(targets=[target]):
            _assign(target, stmt, ev)
        case gast.AugAssign():
            _accumulate(stmt, ev)
        case gast.If():
            branches.branch(stmt, ev)
        case gast.For() | gast.While():
            loops.loop(stmt, ev)
        case gast.With():
            _with(stmt, ev)
        case core.Attempt():
            branches.attempt(stmt, ev)
        case gast.Expr():
            _effect(stmt, ev)
        case gast.FunctionDef():
            _define(stmt, ev)
        case gast.Delete():
            _delete(stmt, ev)
        case _:
            ev.emit(_rewritten(stmt, ev))


def _assign(target: Any, stmt: Any, ev: Evaluator) -> None:
    match target:
        case gast.Name(id=name):
            _bind(name, stmt, ev)
        case gast.Tuple():
            _unpack([t.id for t in target.elts], stmt, ev)
        case gast.Subscript():
            if not items.store(target, stmt.value, ev, stmt):
                index = operators.index(target.slice, ev, stmt)
                _stored(stmt, target if index is target.slice else tree.replace(target, slice=index), ev)
        case gast.Attribute():
            record = expressions.evaluate(target.value, ev, stmt)
            if isinstance(record, Record):
                attributes.write(record, target.attr, expressions.evaluate(stmt.value, ev, stmt), ev, stmt)
            elif isinstance(record, (Lost, Partial)):
                raise ev.demote([record], "which object this is, only the run can tell", stmt)
            else:
                _stored(stmt, target, ev)


def _stored(stmt: Any, target: Any, ev: Evaluator) -> None:
    """A store into what only the run knows."""
    value = expressions.expression(stmt.value, ev, stmt)
    if value is not stmt.value and core.is_name(stmt.value) and not is_virtual(ev.known(stmt.value)):
        value = stmt.value
    value = value if core.is_atom(value) else ev.atom(value, stmt)
    same = value is stmt.value and target is stmt.targets[0]
    ev.emit(stmt if same else core.place(gast.Assign([target], value, None), stmt))


def _bind(name: str, stmt: Any, ev: Evaluator) -> None:
    value = stmt.value
    if isinstance(value, gast.Lambda):
        ev.emit(stmt)
        return
    folded = expressions.fold(value, ev)
    if folded is None and not isinstance(value, FOLLOWED) and not expressions.touches(value, ev):
        ev.emit(stmt)
        return
    if folded is not None:
        ev.emit(stmt)
        ev.state.env[name] = folded
        return
    result = expressions.evaluate(value, ev, stmt, name)
    if isinstance(result, Shadow) and result.items and core.is_name(value):
        _copied(name, stmt, result, ev)
    elif result is value:
        known = _listed(value, ev)
        ev.emit(stmt)
        if known is not None:
            ev.state.env[name] = known
    else:
        ev.bind(name, result, stmt)


FOLLOWED = (gast.Call, gast.Name, gast.Attribute, gast.List, gast.Tuple, gast.Dict)


def _copied(name: str, stmt: Any, shadow: Shadow, ev: Evaluator) -> None:
    ev.emit(stmt)
    if not any(core.is_name(a, name) for a in shadow.items):
        ev.state.env[name] = shadow


def _listed(value: Any, ev: Evaluator) -> Listed | None:
    """What is remembered of a list that stands in a variable: where it was made."""
    if isinstance(value, gast.List):
        return Listed(ev.site(value), ev.trips)
    known = ev.state.env.get(value.id) if isinstance(value, gast.Name) else None
    return known if isinstance(known, Listed) else None


def _unpack(names: list[str], stmt: Any, ev: Evaluator) -> None:
    value = stmt.value
    if isinstance(value, gast.Tuple):
        _permute(names, value, stmt, ev)
        return
    result = expressions.evaluate(value, ev, stmt)
    if isinstance(result, Record) and not result.is_sequence and result.cls is not dict:
        method = attributes.method(result, "__iter__", ev)
        if method is not None:
            result = invoke.invoke(method, [items.receiver(result, ev)], [], value, ev, stmt)
    if isinstance(result, Generating):
        source = ev.atom(result, stmt)
        result = generators.listed_as_name(source, ev, stmt)
    parts = _parts_of(result, ev, stmt)
    if parts is None:
        _several(names, result, stmt, ev)
        return
    if len(parts) != len(names):
        raise ev.demote([result], f"{len(parts)} values are unpacked into {len(names)} names", stmt)
    parallel(names, parts, stmt, ev)


def _several(names: list[str], result: Result, stmt: Any, ev: Evaluator) -> None:
    plain = expressions.written(result, ev, stmt)
    if not (isinstance(plain, gast.Call) or core.is_atom(plain)):
        plain = ev.atom(plain, stmt)
    ev.emit(stmt if plain is stmt.value else core.bind_several(names, plain, at=stmt))


def _parts_of(result: Result, ev: Evaluator, stmt: Any) -> list[Result] | None:
    match result:
        case Shadow():
            return [core.copy(a) for a in result.items]
        case Record() if result.is_sequence:
            return [ev.part(result, key, stmt) for key in ev.keys(result, stmt)]
        case Record() if result.cls is dict:
            return [core.const(key, stmt) for key in ev.keys(result, stmt)]
        case gast.Tuple():
            return list(result.elts)
        case Record():
            raise ev.demote([result], f"an object of `{result.cls.__name__}` is unpacked", stmt)
    return None


def _permute(names: list[str], value: Any, stmt: Any, ev: Evaluator) -> None:
    results = [ev.known(e) if is_virtual(ev.known(e)) else e for e in value.elts]
    if not any(isinstance(r, Value) for r in results) and not any(is_virtual(ev.state.env.get(n)) for n in names):
        ev.emit(stmt)
        return
    parallel(names, results, stmt, ev)


def parallel(names: list[str], results: list[Result], stmt: Any, ev: Evaluator) -> None:
    """Bind all names at once: none of the results sees what another bind changes."""
    read = [core.names_read(r) if not isinstance(r, Value) else frozenset() for r in results]
    clash = any(n in later for k, n in enumerate(names) for later in read[k + 1 :])
    if clash:
        results = [ev.held(r, stmt) if not isinstance(r, Value) else r for r in results]
    for name, result in zip(names, results, strict=True):
        if not isinstance(result, Value) and core.is_name(result):
            result = expressions.evaluate(result, ev, stmt)
        ev.bind(name, result, stmt)


def _accumulate(stmt: Any, ev: Evaluator) -> None:
    target = stmt.target
    if isinstance(target, gast.Name):
        record = ev.known(target)
        if isinstance(record, Record):
            ev.bind(target.id, operators.in_place(target.id, record, stmt, ev, stmt), stmt)
            return
        value = _operand(stmt.value, ev, stmt)
        folded = expressions.fold(core.binary(target_load(target), stmt.op, stmt.value), ev)
        if isinstance(ev.known(core.load(target.id)), Shadow):
            folded = None
        if isinstance(value, Record):
            node = core.binary(core.load(target.id), stmt.op, stmt.value, stmt)
            ev.bind(target.id, operators.operation(node, ev, stmt, target.id), stmt)
            return
        ev.emit(stmt if value is stmt.value else tree.replace(stmt, value=value))
        if folded is not None:
            ev.state.env[target.id] = folded
        return
    record = ev.known(target.value)
    if isinstance(record, Record):
        _accumulate_part(record, target, stmt, ev)
        return
    index = operators.index(target.slice, ev, stmt)
    value = _plain(stmt.value, ev, stmt)
    if index is target.slice and value is stmt.value:
        ev.emit(stmt)
    else:
        ev.emit(tree.replace(stmt, target=tree.replace(target, slice=index), value=value))


def target_load(target: Any) -> Any:
    return core.load(target.id, target)


def _operand(node: Any, ev: Evaluator, stmt: Any) -> Result:
    value = ev.known(node)
    return value if isinstance(value, Record) else _plain(node, ev, stmt)


def _plain(node: Any, ev: Evaluator, stmt: Any) -> Any:
    """An atom in plain variables."""
    value = ev.known(node) if isinstance(node, gast.Name) else None
    if value is None or not is_virtual(value):
        return node
    return ev.atom(expressions.written(value, ev, node), stmt)


def _accumulate_part(record: Record, target: Any, stmt: Any, ev: Evaluator) -> None:
    """`d["a"] += value`: in place where the part is an array."""
    key = items.position(record, items.key_of(target.slice, ev), ev)
    whole = record.is_global and issubclass(record.cls, dict)  # what stands outside is stored to, whatever it holds
    if key is items.MISSING or whole or not issubclass(record.cls, (dict, list)) or not ev.has(record, key):
        old = core.item(core.copy(target.value), target.slice, stmt)
        name = ev.fresh("t")
        ev.bind(name, expressions.evaluate(old, ev, stmt), stmt)
        statement(core.accumulate(name, stmt.value, type(stmt.op), at=stmt), ev)
        items.store(target, core.load(name), ev, stmt)
        return
    statement(core.accumulate(ev.variable(record, key), stmt.value, type(stmt.op), at=stmt), ev)
    ev.touch(record, key, stmt)


def _effect(stmt: Any, ev: Evaluator) -> None:
    if not isinstance(stmt.value, gast.Call):
        ev.emit(stmt)
        return
    result = expressions.evaluate(stmt.value, ev, stmt)
    if isinstance(result, gast.Call):
        ev.emit(stmt if result is stmt.value else core.effect(result, at=stmt))


def _define(stmt: Any, ev: Evaluator) -> None:
    """A nested function; what its defaults hold now is kept."""
    args = stmt.args
    defaults = [_default(d, ev, stmt) for d in args.defaults]
    keywords = [d if d is None else _default(d, ev, stmt) for d in args.kw_defaults]
    if not (tree.same(defaults, args.defaults) and tree.same(keywords, args.kw_defaults)):
        stmt = tree.replace(stmt, args=tree.replace(args, defaults=defaults, kw_defaults=keywords))
    ev.emit(stmt)
    ev.shared |= core.shared_names(stmt.body)
    ev.state.env[stmt.name] = Closure(stmt)


def _default(node: Any, ev: Evaluator, stmt: Any) -> Any:
    if not isinstance(node, gast.Name) or ev.outer(node.id) is not None:
        return node
    return ev.held(expressions.evaluate(node, ev, stmt), stmt, node.id)


def _delete(stmt: Any, ev: Evaluator) -> None:
    left = []
    for target in stmt.targets:
        if is_virtual(ev.state.env.get(target.id)):
            del ev.state.env[target.id]
        else:
            ev.state.env.pop(target.id, None)
            left.append(target)
    if left:
        ev.out.append(stmt if len(left) == len(stmt.targets) else tree.replace(stmt, targets=left))


def _with(stmt: Any, ev: Evaluator) -> None:
    if len(stmt.items) > 1 and any(isinstance(ev.known(i.context_expr), (Record, Generating)) for i in stmt.items):
        first, *others = stmt.items
        _with(tree.replace(stmt, items=[first], body=[tree.replace(stmt, items=others)]), ev)
        return
    contexts = [expressions.evaluate(i.context_expr, ev, stmt) for i in stmt.items]
    if len(contexts) == 1 and isinstance(contexts[0], Record):
        _managed(contexts[0], stmt, ev)
        return
    if len(contexts) == 1 and isinstance(contexts[0], Generating):
        target = stmt.items[0].optional_vars
        name = ev.fresh("item") if target is None else target.id
        generators.run(core.for_(name, stmt.items[0].context_expr, stmt.body, stmt), contexts[0], ev, managed=True)
        return
    kept = [
        i if c is i.context_expr else tree.replace(i, context_expr=expressions.written(c, ev, stmt))
        for i, c in zip(stmt.items, contexts, strict=True)
    ]
    for name in core.names_bound(stmt):
        ev.forget(name)
    with ev.block() as body:
        statements(stmt.body, ev)
    ev.out.append(tree.replace(stmt, items=kept, body=body or [core.pass_(stmt)]))


def _managed(record: Record, stmt: Any, ev: Evaluator) -> None:
    """A context manager of the user's: entered, and left where nothing was raised."""
    enter, leave = (attributes.method(record, n, ev) for n in ("__enter__", "__exit__"))
    if enter is None or leave is None:
        raise ev.demote([record], f"an object of `{record.cls.__name__}` is no context manager here", stmt)
    result = invoke.invoke(enter, [items.receiver(record, ev)], [], stmt.items[0].context_expr, ev, stmt)
    if stmt.items[0].optional_vars is not None:
        ev.bind(stmt.items[0].optional_vars.id, result, stmt)
    statements(stmt.body, ev)
    nothing = [core.const(None, stmt) for _ in range(3)]
    invoke.invoke(leave, [items.receiver(record, ev), *nothing], [], stmt.items[0].context_expr, ev, stmt)


def _rewritten(stmt: Any, ev: Evaluator) -> Any:
    """A statement with its expressions in plain variables."""
    changes: dict[str, Any] = {}
    for field, value in stmt.__dict__.items():
        if isinstance(value, gast.expr) and expressions.touches(value, ev):
            new = expressions.written(expressions.evaluate(value, ev, stmt), ev, value)
            if new is not value:
                changes[field] = new
    return tree.replace(stmt, **changes) if changes else stmt
