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
from adjoint.analysis.alias import alias_sources, is_swap, sharing_of
from adjoint.analysis.callees import callee_of
from adjoint.analysis.containers import Change, change_of
from adjoint.analysis.indexing import is_element
from adjoint.analysis.kinds import UNKNOWN, Array, DictOf, Kind, ListOf, Number, TupleOf, Unknown, is_text
from adjoint.differentiate.primitives import apply
from adjoint.differentiate.projection import projected
from adjoint.differentiate.sweep import Sweep
from adjoint.differentiate.text import Text, check_atom
from adjoint.errors import UnsupportedMutation, problem_at, raise_problems
from adjoint.rules import registry
from adjoint.runtime import arrays, dispatch
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.syntax.said import said


def adjoin(stmt: Any, sweep: Sweep) -> None:
    """Emit the adjoint of a simple statement."""
    match stmt:
        case gast.Assign(targets=[gast.Name(id=target)]):
            bind(target, stmt.value, sweep)
        case gast.Assign(targets=[gast.Tuple(elts=targets)]) if is_swap(stmt):
            swap([t.id for t in targets], [v.id for v in stmt.value.elts], sweep)
        case gast.Assign(targets=[gast.Tuple(elts=[result, record])], value=gast.Call() as call) if (
            forward_of(call, sweep) in sweep.pairs
        ):
            call_of_pair(result.id, record.id, call, sweep)
        case gast.Assign(targets=[gast.Tuple(elts=[result, record])], value=gast.Call()) if dispatch.is_forward(
            stmt.value, sweep.fn.bindings
        ):
            dynamic_call(result.id, record.id, stmt.value, sweep)
        case gast.Assign(targets=[gast.Tuple(elts=targets)]):
            bind_several([t.id for t in targets], stmt.value, sweep)
        case gast.Assign(targets=[gast.Subscript(value=gast.Name(id=target), slice=index)]):
            store(target, index, stmt.value, sweep)
        case gast.AugAssign(target=gast.Subscript(value=gast.Name(id=target), slice=index)):
            accumulate(target, index, stmt, sweep)
        case gast.Expr() if (change := change_of(stmt, sweep.facts.kinds)) is not None:
            put_in(change, sweep)


def bind(target: str, value: Any, sweep: Sweep) -> None:
    """`y = rhs`."""
    change = change_of(core.bind(target, value), sweep.facts.kinds) if isinstance(value, gast.Call) else None
    if change is not None:
        taken_out(target, change, sweep)
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
    if sweep.is_holder(target):
        bind_holder(target, value, sharing, active, sweep)
        return
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


def bind_holder(target: str, value: Any, sharing: str, active: bool, sweep: Sweep) -> None:
    """A container of arrays or containers: these are the same ones in it, but for what a call makes anew."""
    sources = alias_sources(value, sweep.facts.kinds, sweep.fn.bindings)
    if not active or sharing == "view" or sources and all(map(sweep.is_mirrored, sources)):
        return
    if sharing != "fresh" or sources:
        refuse_choice(value, sweep)
    g = sweep.temp()
    sweep.emit(core.bind(g, sweep.looked_up(arrays.cotangents_in, target)))
    flow(g, target, value, None, sweep)


def refuse_choice(value: Any, sweep: Sweep) -> NoReturn:
    advice = "Add `.copy()` to make it a copy in any case."
    if not hasattr(value, "lineno"):  # of a pass: its statement has the user's place
        value = next((stmt for stmt in sweep.fn.statements if getattr(stmt, "value", None) is value), value)
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
                check_atom(element, sweep)
                if sweep.is_active(element):
                    part = core.item(load(g), core.const(k))
                    sweep.add(element.id, part, sweep.slot(target, sweep.facts.kinds.get(element.id)))
        case gast.Constant() | gast.Dict(keys=[]) | gast.JoinedStr():
            return
        case gast.BinOp(op=gast.Mod()) if is_text(sweep.kind(value)):
            return
        case gast.Attribute() if not core.names_read(value) & sweep.facts.active:
            if sweep.facts.classes.is_changed(target):
                refuse_attribute(value, sweep)
            return  # `math.pi`, a model's number
        case _:
            apply(g, target, value, out, sweep)


def refuse_attribute(value: Any, sweep: Text) -> NoReturn:
    message = (
        f"the array {said(core.path_of(value) or '', sweep.fn)} is changed by a value that derivatives pass through"
    )
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
    kind = sweep.kind(value)
    together = core.list_(parts) if isinstance(kind, ListOf) else core.tuple_(parts)
    if isinstance(kind, (Unknown, Array)) and core.is_name(value):  # it may be an array, or is one
        together = core.call(sweep.helper(arrays.together), together, load(value.id))
    sweep.emit(core.bind(g, together))
    out = g
    if isinstance(value, gast.Call) and reads_result(value, sweep):
        out = sweep.temp("t")
        sweep.emit(core.bind(out, core.tuple_(map(load, targets))))
    flow(g, out, value, None, sweep)


def reads_result(call: Any, sweep: Sweep) -> bool:
    """Does the rule of a call read what the call gave?"""
    callee = callee_of(call, sweep.facts.kinds, sweep.fn.bindings)
    rule = registry.rule_of(callee.primitive) if callee is not None else None
    if callee is None or rule is None:
        return False
    code = registry.fitting(rule, callee.args, callee.keywords).body.__code__
    return "out" in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def forward_of(call: Any, sweep: Sweep) -> str:
    """The path of the forward sweep that a call's node calls, itself or by `kept`."""
    path = core.path_of(call.func) or ""
    return core.path_of(call.args[0]) or "" if sweep.fn.bindings.get(path) is arrays.kept else path


def call_of_pair(target: str, record: str, call: Any, sweep: Sweep) -> None:
    """`y, record = f_forward(x)`: the reverse sweep of f gives the cotangents of the arguments."""
    forward = forward_of(call, sweep)
    pair = sweep.pairs[forward]
    given = call.args[1:] if core.path_of(call.func) != forward else call.args
    g = sweep.take(target) if target in sweep.facts.active else None
    if g is None:
        return
    path = next(name for name, value in sweep.fn.bindings.items() if value is pair.reverse)
    bars = sweep.temp()
    sweep.emit(core.bind(bars, core.call(path, *map(core.copy, given), load(record), load(g))))
    for k, position in enumerate(pair.wrt):
        argument = given[position]
        if sweep.is_active(argument):
            sweep.add(argument.id, core.item(load(bars), core.const(k)), None)


def dynamic_call(target: str, record: str, call: Any, sweep: Sweep) -> None:
    """`y, y_record = call_forward(f, (0,), x)`: the record gives the cotangents of what the tuple names."""
    g = sweep.take(target) if target in sweep.facts.active else None
    if g is None:
        return
    _, by, *args = call.args
    named = {k.arg: k.value for k in call.keywords}
    places = [core.constant_value(e) for e in by.elts]
    bars = sweep.temp()
    sweep.emit(core.bind(bars, core.call(sweep.helper(dispatch.call_reverse), load(record), load(g))))
    for k, place in enumerate(places):
        argument = named[place] if isinstance(place, str) else args[place]
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
    if target not in sweep.facts.active or sweep.is_holder(target):
        return
    if target not in sweep.defined and not sweep.is_view(target):
        return
    if isinstance(sweep.facts.kinds.get(target), ListOf) and isinstance(index, gast.Slice):
        store_all(target, value, sweep)
        return
    sweep.define(target)
    kind = sweep.facts.kinds.get(target)
    if isinstance(kind, DictOf):
        store_entry(target, index, value, sweep)
        return
    region = sweep.kind(core.item(load(target), index))
    cells = core.cell(sweep.bar(target), core.copy(index))
    zero = core.const(0.0)
    if isinstance(kind, ListOf):
        region = sweep.slot(target, region)
    if sweep.is_active(value):
        g = sweep.temp(kind=region)
        sweep.emit(core.bind(g, taken(sweep.bar(target), target, index, region, sweep)))
        sweep.emit(gast.Assign([cells], zero, None))
        sweep.add(value.id, load(g), _stored_kind(value.id, region, sweep), moved=True)
    else:
        sweep.emit(gast.Assign([cells], zero, None))


def _stored_kind(value: str, region: Kind | None, sweep: Sweep) -> Kind | None:
    """The kind of a region's cotangent, as that of what was stored: a list is not told by it how it was broadcast."""
    listed = isinstance(region, Array) and isinstance(sweep.facts.kinds.get(value), (ListOf, TupleOf))
    return UNKNOWN if listed else region


def store_entry(target: str, key: Any, value: Any, sweep: Sweep) -> None:
    """`d[k] = e`: what the cotangent lacks is zero."""
    if not sweep.is_active(value):
        sweep.emit(core.effect(core.call(f"{sweep.bar(target)}.pop", core.copy(key), core.const(None))))
        return
    region = sweep.facts.kinds.get(value.id)
    g = sweep.temp(kind=region)
    sweep.emit(core.bind(g, core.call(f"{sweep.bar(target)}.pop", core.copy(key), core.const(0.0))))
    sweep.add(value.id, load(g), region if isinstance(region, Number) else UNKNOWN)


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
        g = g if sweep.is_fresh(g) or sweep.is_fresh(projected(g, region, stmt.value.id, sweep)) else _copied(g)
    sweep.add(stmt.value.id, g, _stored_kind(stmt.value.id, region, sweep))


def _copied(g: Any) -> Any:
    return core.call(core.attribute(g, "copy"))


def put_in(change: Change, sweep: Sweep) -> None:
    """`L.append(x)`, `L.insert(k, x)`."""
    target, item = change.name, change.item
    if target not in sweep.facts.active or sweep.is_holder(target):
        return
    if target not in sweep.defined and not sweep.is_view(target):
        return
    sweep.define(target)
    g = core.call(core.attribute(load(sweep.bar(target)), "pop"), *_at(change))
    if not sweep.is_active(item):
        sweep.emit(core.effect(g))
        return
    name = sweep.temp()
    sweep.emit(core.bind(name, g))
    sweep.add(item.id, load(name), sweep.slot(target, sweep.facts.kinds.get(item.id)))


def taken_out(target: str, change: Change, sweep: Sweep) -> None:
    """`x = L.pop()`, `x = L.pop(k)`: the cotangents' list becomes as long as the list was before."""
    items = change.name
    g = sweep.take(target) if target in sweep.facts.active else None
    if items not in sweep.facts.active or sweep.is_holder(items):
        return
    sweep.define(items)
    bar = sweep.bar(items)
    if isinstance(sweep.facts.kinds.get(items), DictOf):
        if g is not None:
            sweep.emit(gast.Assign([core.cell(bar, core.copy(change.index))], load(g), None))
        return
    value = sweep.zeros(target) if g is None else load(g)
    put = core.call(f"{bar}.append", value) if change.index is None else core.call(f"{bar}.insert", *_at(change), value)
    sweep.emit(core.effect(put))


def _at(change: Change) -> list[Any]:
    return [] if change.index is None else [core.copy(change.index)]


def store_all(target: str, value: Any, sweep: Sweep) -> None:
    """`L[:] = xs`: the items have the cotangents of the list's; what it had before it is another list's matter."""
    if sweep.is_mirrored(target):
        g: str | None = sweep.temp()
        sweep.emit(core.bind(g or "", sweep.looked_up(arrays.cotangent_of, target)))
        sweep.emit(core.effect(core.call(sweep.helper(arrays.forget), load(sweep.mirror or ""), load(target))))
        sweep.defined -= sweep.facts.classes.mates(target)
    else:
        g = sweep.take(target)
    if g is not None and sweep.is_active(value):
        sweep.add(value.id, load(g), None, moved=True)
