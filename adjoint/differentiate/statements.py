"""The adjoint of each simple statement of Core: one function a form.

The rules, with `g` the cotangent taken of the target and the target's then zero:

    y = f(x)        x_bar += project(partial * g)
    t = A[i]        A_bar[i] += g
    A[i] = e        g = A_bar[i]; A_bar[i] = 0; e_bar += project(g)
    A[i] += e       e_bar += project(A_bar[i])
    a, b = b, a     a_bar, b_bar = b_bar, a_bar
    L.append(x)     x_bar += L_bar.pop()
    x = L.pop()     L_bar.append(x_bar)
"""

from __future__ import annotations

import ast
from typing import Any, NoReturn

import gast

from adjoint.analysis.activity import operands as operands_of
from adjoint.analysis.alias import alias_sources, is_swap, popped_name, sharing_of
from adjoint.analysis.callees import callee_of
from adjoint.analysis.indexing import is_element
from adjoint.analysis.kinds import COMPLEX, Array, Kind, ListOf, Number, dtype_of, same_shape
from adjoint.analysis.unknown import unknown_problem
from adjoint.differentiate import bodies
from adjoint.differentiate.sequences import part_kind, parts_of
from adjoint.differentiate.sweep import Sweep
from adjoint.errors import UnknownFunction, UnsupportedArgument, UnsupportedMutation, problem_at, raise_problems
from adjoint.rules import registry
from adjoint.runtime import arrays
from adjoint.syntax import core
from adjoint.syntax.core import load


def adjoin(stmt: Any, sweep: Sweep) -> None:
    """Emit the adjoint of a simple statement."""
    match stmt:
        case gast.Assign(targets=[gast.Name(id=target)]):
            bind(target, stmt.value, sweep)
        case gast.Assign(targets=[gast.Tuple(elts=targets)]) if is_swap(stmt):
            swap([t.id for t in targets], [v.id for v in stmt.value.elts], sweep)
        case gast.Assign(targets=[gast.Tuple(elts=[result, record])], value=gast.Call(func=gast.Name(id=path))) if (
            path in sweep.pairs
        ):
            call_of_pair(result.id, record.id, stmt.value, sweep.pairs[path], sweep)
        case gast.Assign(targets=[gast.Tuple(elts=targets)]):
            bind_several([t.id for t in targets], stmt.value, sweep)
        case gast.Assign(targets=[gast.Subscript(value=gast.Name(id=target), slice=index)]):
            store(target, index, stmt.value, sweep)
        case gast.AugAssign(target=gast.Subscript(value=gast.Name(id=target), slice=index)):
            accumulate(target, index, stmt, sweep)
        case gast.Expr(value=gast.Call(func=gast.Attribute(value=gast.Name(id=target), attr="append"), args=[item])):
            append(target, item, sweep)


def bind(target: str, value: Any, sweep: Sweep) -> None:
    """`y = rhs`."""
    if isinstance(value, gast.Call) and (items := popped_name(core.bind(target, value), sweep.facts.kinds)) is not None:
        popped(target, items, sweep)
        return
    if target not in sweep.facts.active:
        return
    if sweep.is_mirrored(target):
        bind_mirrored(target, value, sweep)
        return
    tied = target in sweep.facts.storage.tied
    g = sweep.take(target)
    if tied or g is None:
        return
    flow(g, target, value, sweep.facts.kinds.get(target), sweep)


def bind_mirrored(target: str, value: Any, sweep: Sweep) -> None:
    """`y = rhs`, the cotangent of y known by the array: that of a view or alias is its array's already."""
    kinds, bindings = sweep.facts.kinds, sweep.fn.bindings
    sharing = sharing_of(value, kinds, bindings)
    active = any(n in sweep.facts.active for n in operands_of(value, kinds, bindings))
    if sharing != "view" and active:
        sweep.define(target)
    g = sweep.take(target)
    if sharing == "view" or not active or g is None:
        return
    if sharing == "fresh":
        flow(g, target, value, kinds.get(target), sweep)
        return
    before = set(sweep.defined)
    with sweep.collected() as lines:
        sweep.defined = sweep.untied(before)
        flow(g, target, value, kinds.get(target), sweep)
    made, sweep.defined = sweep.untied(sweep.defined), before
    sources = [n for n in alias_sources(value, kinds, bindings) if sweep.is_mirrored(n)]
    if made != sweep.untied(before) or len(sources) != 1:
        refuse_choice(value, sweep)
    if lines:
        copied = sweep.temp("copied", kind=Number("bool"))
        test = core.call(sweep.helper(arrays.is_copy), load(target), load(sources[0]))
        sweep.emit(core.bind(copied, test), core.if_(load(copied), lines, []))


def refuse_choice(value: Any, sweep: Sweep) -> NoReturn:
    advice = "Add `.copy()` to make it a copy in any case."
    problem = problem_at(value, "whether this is a view of an array that changes is known only at run time", advice)
    raise_problems(UnsupportedMutation, [problem], sweep.fn.origin)


def flow(g: str, target: str, value: Any, out: Kind | None, sweep: Sweep) -> None:
    """Pass the cotangent `g` of an expression's value on to its operands."""
    match value:
        case gast.Name():
            if sweep.is_active(value):
                sweep.add(value.id, load(g), out, moved=sweep.is_buffer(target))
        case gast.Subscript(value=gast.Name(id=source), slice=index):
            if sweep.is_active(value.value):
                sweep.add_item(source, index, load(g), out)
        case gast.Tuple() | gast.List():
            for k, element in enumerate(value.elts):
                if sweep.is_active(element):
                    part = core.item(load(g), core.const(k))
                    sweep.add(element.id, part, sweep.facts.kinds.get(element.id))
        case gast.Constant():
            return
        case gast.Attribute() if not core.names_read(value) & sweep.facts.active:
            return  # `math.pi`, a model's number
        case _:
            apply(g, target, value, out, sweep)


def bind_several(targets: list[str], value: Any, sweep: Sweep) -> None:
    """`a, b = call` and `a, b = t`: the cotangents together are the tuple's."""
    active = [t for t in targets if t in sweep.facts.active]
    if not any(t in sweep.defined for t in active):
        return
    parts = []
    for target in targets:
        if target in active:
            sweep.define(target)
            sweep.take(target)
            parts.append(load(sweep.bar(target)))
        else:
            parts.append(core.call(sweep.helper(arrays.zeros_like), load(target)))
    g = sweep.temp()
    sweep.emit(core.bind(g, core.tuple_(parts)))
    flow(g, g, value, None, sweep)


def call_of_pair(target: str, record: str, call: Any, pair: Any, sweep: Sweep) -> None:
    """`y, record = f_forward(x)`: the reverse sweep of f gives the cotangents of the arguments."""
    g = sweep.take(target) if target in sweep.facts.active else None
    if g is None:
        return
    path = next(name for name, value in sweep.fn.bindings.items() if value is pair.reverse)
    bars = sweep.temp()
    sweep.emit(core.bind(bars, core.call(path, *map(core.copy, call.args), load(record), load(g))))
    for k, position in enumerate(pair.wrt):
        argument = call.args[position]
        if sweep.is_active(argument):
            sweep.add(argument.id, core.item(load(bars), core.const(k)), None)


def swap(targets: list[str], values: list[str], sweep: Sweep) -> None:
    """`a, b = b, a`: the same swap of the cotangents."""
    active = [(t, v) for t, v in zip(targets, values, strict=True) if v in sweep.facts.active]
    if any(sweep.is_mirrored(t) for t in targets):
        for target in targets:
            sweep.take(target)
        return
    if not any(t in sweep.defined for t, _ in active):
        return
    for target, _ in active:
        sweep.define(target)
    active.sort(key=lambda pair: targets.index(pair[1]))
    bars = core.tuple_([load(sweep.bar(t)) for t, _ in active])
    sweep.emit(core.bind_several([sweep.bar(v) for _, v in active], bars))


def store(target: str, index: Any, value: Any, sweep: Sweep) -> None:
    """`A[i] = e`: what stood there before has no influence on what follows."""
    if target not in sweep.facts.active:
        return
    if target not in sweep.defined and not sweep.is_view(target):
        return
    sweep.define(target)
    kind = sweep.facts.kinds.get(target)
    region = sweep.kind(core.item(load(target), index))
    cells = core.cell(sweep.bar(target), core.copy(index))
    zero = core.const(0.0)
    if isinstance(kind, ListOf) and not isinstance(region, Number):
        zero = core.call(sweep.helper(arrays.zeros_like), core.item(load(sweep.bar(target)), core.copy(index)))
    if sweep.is_active(value):
        g = sweep.temp(kind=region)
        sweep.emit(core.bind(g, taken(sweep.bar(target), target, index, region, sweep)))
        sweep.emit(gast.Assign([cells], zero, None))
        sweep.add(value.id, load(g), region, moved=True)
    else:
        sweep.emit(gast.Assign([cells], zero, None))


def taken(bar: str, target: str, index: Any, region: Kind | None, sweep: Sweep) -> Any:
    """The cotangent of what a store wrote: a copy, unless it is a number."""
    cells = cells_of(bar, index)
    if isinstance(region, Number) or isinstance(sweep.facts.kinds.get(target), ListOf):
        return cells
    if sweep.may_repeat(index):
        return core.call(sweep.helper(arrays.written), load(bar), sweep.index_value(core.copy(index)))
    if is_element(index, sweep.facts.kinds.get(target), sweep.kind):
        return cells
    if isinstance(region, Array):
        return core.call(core.attribute(cells, "copy"))
    return core.call(sweep.helper(arrays.owned), cells)


def cells_of(bar: str, index: Any) -> Any:
    """`bar[index]`, and the name itself for `bar[...]`."""
    if isinstance(index, gast.Constant) and index.value is Ellipsis:
        return load(bar)
    return core.item(load(bar), core.copy(index))


def accumulate(target: str, index: Any, stmt: Any, sweep: Sweep) -> None:
    """`A[i] += e` and `A[i] -= e`."""
    if not sweep.is_active(stmt.value) or target not in sweep.facts.active:
        return
    if target not in sweep.defined and not sweep.is_view(target):
        return
    sweep.define(target)
    region = sweep.kind(core.item(load(target), index))
    g = cells_of(sweep.bar(target), index)
    if sweep.may_repeat(index):
        g = taken(sweep.bar(target), target, index, region, sweep)
    if isinstance(stmt.op, gast.Sub):
        g = core.unary(gast.USub, g)
    if not isinstance(region, (Number, Array)):
        g = core.call(sweep.helper(arrays.owned), g)
    elif isinstance(region, Array) and core.is_name(stmt.value):
        g = g if sweep.is_fresh(g) or sweep.is_fresh(sweep.project(g, region, stmt.value.id)) else _copied(g)
    sweep.add(stmt.value.id, g, region)


def _copied(g: Any) -> Any:
    return core.call(core.attribute(g, "copy"))


def append(target: str, item: Any, sweep: Sweep) -> None:
    """`L.append(x)`."""
    if target not in sweep.facts.active:
        return
    if target not in sweep.defined and not sweep.is_view(target):
        return
    sweep.define(target)
    g = core.call(core.attribute(load(sweep.bar(target)), "pop"))
    if not sweep.is_active(item):
        sweep.emit(core.effect(g))
        return
    name = sweep.temp()
    sweep.emit(core.bind(name, g))
    sweep.add(item.id, load(name), sweep.facts.kinds.get(item.id))


def popped(target: str, items: str, sweep: Sweep) -> None:
    """`x = L.pop()`: the cotangents' list becomes as long as the list was before."""
    if items not in sweep.facts.active:
        return
    sweep.define(items)
    g = sweep.take(target) if target in sweep.facts.active else None
    value = sweep.zeros(target) if g is None else load(g)
    sweep.emit(core.effect(core.call(f"{sweep.bar(items)}.append", value)))


def apply(g: str, target: str, value: Any, out: Kind | None, sweep: Sweep) -> None:
    """A primitive: write its rule out, and add what it gives to each active operand."""
    callee = callee_of(value, sweep.facts.kinds, sweep.fn.bindings)
    rule = registry.rule_of(callee.primitive) if callee is not None else None
    if callee is not None and rule is None and registry.is_constant(callee.primitive) and not registry.draws(
        callee.primitive
    ):
        return
    if callee is None or rule is None:
        refuse_unknown(value, sweep)
    parts = None if callee.starred or callee.method else parts_of(callee.primitive, callee.args, callee.keywords, sweep)
    if parts is not None:
        for name, index in parts:
            if name in sweep.facts.active:
                sweep.add(name, core.item(load(g), index), part_kind(sweep.facts.kinds.get(name), out))
        return
    try:
        arguments = registry.bind(rule, callee.args, callee.keywords, method=callee.method)
    except registry.UnsupportedArgument as missing:
        refuse_argument(value, missing.argument, sweep)
    operands = [n.removeprefix("*") for n in rule.operands]
    # What is no operand must not vary: its derivative is not known.
    for name, argument in arguments.items():
        if name not in operands and name not in rule.shaped and sweep.is_active(argument):
            refuse_argument(value, name, sweep)
    elementwise = rule.form == "elementwise"
    results = written_out(rule, arguments, g, target, operands, sweep)
    # A single use of the cotangent may take over its memory.
    moved = sum(sweep.is_active(arguments.get(n)) for n in operands) == 1 and sweep.is_buffer(target)
    if elementwise and _is_twice(operands, arguments, results, sweep):
        operands, results = operands[:1], [results[0]]
        twice = True
    else:
        twice = False
    # What is bound anew comes last: the cotangent taken may go by that name.
    pairs = sorted(zip(operands, results, strict=True), key=lambda p: not _is_defined(arguments.get(p[0]), sweep))
    for name, result in pairs:
        argument = arguments.get(name)
        if isinstance(argument, tuple):
            for k, element in enumerate(argument):
                if sweep.is_active(element):
                    part = core.item(core.copy(result), core.const(k))
                    sweep.add(element.id, _real_part(part, element.id, out, sweep), None)
        elif argument is not None and sweep.is_active(argument):
            alone = elementwise and _is_alone(argument, operands, arguments, sweep)
            g_of = _narrowed(g, result, out, argument.id if alone else None, sweep) if elementwise else g
            contribution = bodies.product(load(g_of), result) if elementwise else result
            contribution = bodies.doubled(contribution) if twice else contribution
            if not elementwise:
                contribution = _real_part(contribution, argument.id, out, sweep)
            sweep.add(argument.id, contribution, out if elementwise else None, moved=moved, fits=alone)


def _real_part(contribution: Any, name: str, out: Kind | None, sweep: Sweep) -> Any:
    """What counts of a complex result's cotangent for a real operand, such as x in `F @ x`."""
    narrowed = dtype_of(out) in COMPLEX and not may_be_complex(sweep.facts.kinds.get(name))
    return core.call(sweep.numpy("real"), contribution) if narrowed else contribution


def _is_defined(argument: Any, sweep: Sweep) -> bool:
    return core.is_name(argument) and argument.id in sweep.defined


def _is_alone(argument: Any, operands: list[str], arguments: dict[str, Any], sweep: Sweep) -> bool:
    """Is this the only array among an elementwise function's operands, so that the result has its shape?"""
    others = [n for n in arguments if arguments[n] is not argument]
    numbers = all(isinstance(sweep.kind(arguments[n]), Number) for n in others)
    return numbers and set(arguments) <= set(operands) and isinstance(sweep.facts.kinds.get(argument.id), Array)


def _narrowed(g: str, partial: Any, out: Kind | None, alone: str | None, sweep: Sweep) -> str:
    """The cotangent, or what it is the broadcast value of where the product with the partial broadcasts it anyway."""
    part = sweep.broadcast(g)
    if part is None or not isinstance(out, Array) or out.dtype != "float64":
        return g
    wide = any(n == alone or same_shape(sweep.facts.kinds.get(n), out) for n in _values_read(partial))
    return part if wide else g


def _values_read(node: Any) -> set[str]:
    """The names of which an expression reads the value, and not only the form."""
    if isinstance(node, gast.Attribute):
        return set()
    if isinstance(node, gast.Name):
        return {node.id}
    return {n for child in ast.iter_child_nodes(node) for n in _values_read(child)}


def _is_twice(operands: list[str], arguments: dict[str, Any], results: list[Any], sweep: Sweep) -> bool:
    """Are the two operands one name, with one partial, as in `x * x`?"""
    if len(operands) != 2:
        return False
    one, other = (arguments.get(n) for n in operands)
    same = core.is_name(one) and core.is_name(other) and one.id == other.id and sweep.is_active(one)  # type: ignore[union-attr]
    return same and ast.dump(results[0]) == ast.dump(results[1])


def may_be_complex(kind: Kind | None) -> bool:
    return dtype_of(kind) is None or dtype_of(kind) in COMPLEX


def written_out(
    rule: registry.Rule, arguments: dict[str, Any], g: str, target: str, operands: list[str], sweep: Sweep
) -> list[Any]:
    """One expression an operand: a partial of an elementwise rule, else the operand's cotangent."""
    nodes = {n: core.tuple_(a) if isinstance(a, tuple) else a for n, a in arguments.items()}
    known = {**nodes, "out": load(target), "out_bar": load(g)}
    body = None
    if not any(isinstance(arguments.get(n), tuple) for n in operands):
        body = bodies.instantiate(rule.body, known, bodies.Facts(sweep.facts.kinds))
    if body is None or len(body.results) != len(operands):
        return called(rule, nodes, g, target, operands, sweep)
    rename: dict[str, Any] = {n: sweep.helper(v, n) for n, v in body.bindings.items()}
    rename.update({n: sweep.temp(n) for n in body.locals})
    for stmt in body.statements:
        sweep.emit(core.copy(stmt, rename))
    results = [core.copy(e, rename) for e in body.results]
    for path in _paths([*sweep.lines, *results]):
        root = path.split(".")[0]
        if root in rename.values():
            sweep.helpers.setdefault(path, _follow(path, {**sweep.fn.bindings, **sweep.helpers}))
    return results


def _paths(nodes: list[Any]) -> set[str]:
    found = {core.path_of(n) for node in nodes for n in ast.walk(node) if isinstance(n, gast.Attribute)}
    return {p for p in found if p is not None}


def _follow(path: str, bindings: dict[str, Any]) -> Any:
    root, *attributes = path.split(".")
    value = bindings.get(root)
    for name in attributes:
        value = getattr(value, name, None)
    return value


def called(
    rule: registry.Rule, nodes: dict[str, Any], g: str, target: str, operands: list[str], sweep: Sweep
) -> list[Any]:
    """The rule's body called as a function."""
    code = rule.body.__code__
    positional = code.co_varnames[: code.co_argcount]
    rest = code.co_varnames[code.co_argcount + code.co_kwonlyargcount] if code.co_flags & 4 else None
    known = {**nodes, "out": load(target), "out_bar": load(g)}
    args: list[Any] = []
    keywords: dict[str, Any] = {}
    skipped = False  # behind a parameter that is left at its default, the others go by name
    for name in positional:
        skipped = skipped or name not in known
        if name in known and skipped:
            keywords[name] = known[name]
        elif name in known:
            args.append(known[name])
    if rest is not None:
        args += nodes[rest].elts
    for name in code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]:
        if name in known:
            keywords[name] = known[name]
    call = core.call(sweep.helper(rule.body), *args, **keywords)
    if len(operands) == 1 and not rule.operands[0].startswith("*"):
        return [call]
    result = sweep.temp()
    sweep.emit(core.bind(result, call))
    if len(operands) == 1:
        return [load(result)]
    return [core.item(load(result), core.const(k)) for k in range(len(operands))]


def refuse_unknown(value: Any, sweep: Sweep) -> NoReturn:
    raise_problems(UnknownFunction, [unknown_problem(value, sweep.fn)], sweep.fn.origin)


def refuse_argument(value: Any, argument: str, sweep: Sweep) -> NoReturn:
    text = core.path_of(getattr(value, "func", value)) or type(value).__name__
    problem = problem_at(
        value,
        f"`{text}` with the argument `{argument}` cannot be differentiated",
        "Leave the argument out, or write the same with functions that adjoint knows.",
    )
    raise_problems(UnsupportedArgument, [problem], sweep.fn.origin)
