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

from typing import Any, NoReturn

import gast

from adjoint.analysis.activity import operands as operands_of
from adjoint.analysis.alias import alias_sources, is_swap, popped_name, sharing_of
from adjoint.analysis.indexing import is_element
from adjoint.analysis.kinds import Array, Kind, ListOf, Number
from adjoint.differentiate.primitives import apply
from adjoint.differentiate.sweep import Sweep
from adjoint.errors import UnsupportedMutation, problem_at, raise_problems
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
            if sweep.facts.classes.is_changed(target):
                refuse_attribute(value, sweep)
            return  # `math.pi`, a model's number
        case _:
            apply(g, target, value, out, sweep)


def refuse_attribute(value: Any, sweep: Sweep) -> NoReturn:
    message = f"the array `{core.path_of(value)}` is changed by a value that derivatives pass through"
    problem = problem_at(value, message, "Change a copy of it that is kept in a variable.")
    raise_problems(UnsupportedMutation, [problem], sweep.fn.origin)


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
