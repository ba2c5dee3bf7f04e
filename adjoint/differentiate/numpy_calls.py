"""NumPy's calls that change arrays, in terms of stores; `in_place` asks here first.

    np.put(a, k, v)                            t = after_put(a, k, v)
                                               a[...] = t
    np.copyto(a, b, where=m)            ->     t = b[m]
                                               a[m] = t
    np.divide(x, y, out=a, where=m)            t = x[m]
                                               t_1 = y[m]
                                               t_2 = np.divide(t, t_1)
                                               a[m] = t_2
    a.flat = v                                 t = after_flat(a, v)
                                               a[...] = t
    rng.shuffle(a)                             order = drawn_order(rng.shuffle, a)
                                               t = a[order]
                                               a[...] = t

With `where=`, only the chosen cells are computed: what the others would give may be infinite, and so would their
derivatives.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn, Protocol

import gast
import numpy as np

from adjoint.analysis.callees import Callee
from adjoint.analysis.indexing import components
from adjoint.analysis.kinds import (
    Array,
    Instance,
    Kind,
    ListOf,
    MaybeArray,
    Number,
    Static,
    TupleOf,
    Unknown,
    can_vary,
    same_shape,
)
from adjoint.errors import AdjointError, UnsupportedArgument, UnsupportedMutation, problem_at, raise_problems
from adjoint.rules import registry
from adjoint.runtime import changes
from adjoint.runtime.rows import in_a_row, in_columns
from adjoint.syntax import core
from adjoint.syntax.core import load

# What an array (the first argument) holds afterwards, and the function's parameters in order.
AFTER: dict[Any, tuple[Any, tuple[str, ...]]] = {
    np.put: (changes.after_put, ("a", "ind", "v", "mode")),
    np.putmask: (changes.after_putmask, ("a", "mask", "values")),
    np.place: (changes.after_place, ("arr", "mask", "vals")),
    np.fill_diagonal: (changes.after_fill_diagonal, ("a", "val", "wrap")),
    np.put_along_axis: (changes.after_put_along_axis, ("arr", "indices", "values", "axis")),
}
MASKED = (np.putmask, np.place)


class Editor(Protocol):
    """What rewriting one function's statements shares: see `effects`."""

    fn: core.Function
    kinds: Any
    namer: core.Namer

    def kind(self, expr: Any) -> Kind | None: ...
    def helper(self, value: Any) -> str: ...
    def may_overlap(self, a: str, b: str) -> bool: ...
    def reads_of(self, name: str, array: str) -> list[Any]: ...
    def numpy(self, function: str) -> str: ...
    def stored(self, name: str, value: Any, stmt: Any) -> Any: ...
    def bound_and_stored(self, name: str, value: Any, stmt: Any) -> list[Any]: ...


def changed(stmt: Any, callee: Callee, to: Editor) -> list[Any] | None:
    """The statements for a call that changes an array; None where the call is none of these."""
    args, keywords = callee.args, dict(callee.keywords)
    if callee.primitive is np.copyto:
        return copied(stmt, args, keywords, to)
    if callee.primitive in AFTER:
        after, names = AFTER[callee.primitive]
        given = dict(zip(names, args)) | keywords
        target: Any = given.get(names[0])
        if core.is_name(target) and isinstance(to.kind(target), Array):
            return direct(stmt, callee.primitive, given, to) or after_call(stmt, target.id, after, names, given, to)
    return None


def direct(stmt: Any, primitive: Any, given: dict[str, Any], to: Editor) -> list[Any] | None:
    """One number put into some cells is stored by an index."""
    target, value = next(iter(given.values())), list(given.values())[-1]
    if not _is_number(value, to):
        return None
    if primitive in MASKED and _is_mask(given.get("mask"), target.id, to):
        return [core.store_item(target.id, given["mask"], value, at=stmt)]
    if primitive is np.put and list(given) == ["a", "ind", "v"] and to.kind(target).rank == 1:  # type: ignore[union-attr]
        return [core.store_item(target.id, given["ind"], value, at=stmt)]
    return None


def after_call(stmt: Any, name: str, after: Any, names: Sequence[str], given: dict[str, Any], to: Editor) -> list[Any]:
    """`t = after_put(a, k, v)` and `a[...] = t`; lists of values become arrays first."""
    out: list[Any] = []
    if after is changes.after_place:
        out += apart(name, given["vals"], stmt, to)
    values = {n: as_array(v, stmt, out, to) for n, v in given.items()}
    positional = [values[n] for n in names if n in values]
    if set(list(names)[: len(positional)]) != set(values):
        call = core.call(to.helper(after), at=stmt.value, **values)
    else:
        call = core.call(to.helper(after), *positional, at=stmt.value)
    return [*out, *to.bound_and_stored(name, call, stmt)]


def as_array(value: Any, stmt: Any, out: list[Any], to: Editor) -> Any:
    """A list or tuple of what derivatives pass through as an array, made before the statement."""
    kind = to.kind(value)
    if value is None or isinstance(kind, (Number, Array, Static)) or not can_vary(kind) or core.is_constant(value):
        return value
    return made_array(value, stmt, out, to)


# Functions of a sequence of arrays, whose rules give each its cotangent.
OF_SEQUENCES = frozenset(
    ["concatenate", "stack", "vstack", "hstack", "dstack", "column_stack", "array", "asarray", "asanyarray", "block"]
    + ["ascontiguousarray", "asfortranarray", "select", "choose", "piecewise", "concat", "multi_dot"]
)  # fmt: skip


OF_ARRAYS = frozenset(["shape", "dtype", "ndim", "size", "T"])


def with_arrays(stmt: Any, callee: Callee, to: Editor) -> tuple[list[Any], Any, Callee]:
    """`np.max([a, b])` -> `t = np.asarray([a, b])`, and then `np.max(t)`; the statement and its callee anew."""
    path = getattr(callee.primitive, "__module__", None) or "numpy" * isinstance(callee.primitive, np.ufunc)
    known = registry.rule_of(callee.primitive)
    if known is None or path.partition(".")[0] != "numpy" or callee.method:
        return [], stmt, callee
    passing = callee.args if known.form == "elementwise" else _operands(known, callee.args)
    sequences = [a for a in passing if _is_sequence(to.kind(a)) and (can_vary(to.kind(a)) or _is_second(a, callee))]
    if known.form != "elementwise" and asks_arrays(known):
        sequences += [
            a for a in callee.args[: len(known.operands)] if isinstance(k := to.kind(a), Number) and can_vary(k)
        ]
    if not sequences:
        return [], stmt, callee
    if callee.primitive.__name__ in OF_SEQUENCES or any(o.startswith("*") for o in known.operands):
        return [], stmt, callee
    out: list[Any] = []
    made = {id(a): made_array(a, stmt, out, to) for a in sequences}
    args = [made.get(id(a), a) for a in callee.args]
    call = core.place(gast.Call(stmt.value.func, args, stmt.value.keywords), stmt.value)
    new = core.effect(call, stmt) if isinstance(stmt, gast.Expr) else gast.Assign(stmt.targets, call, None)
    return out, core.place(new, stmt), callee._replace(args=tuple(args))


def _operands(rule: registry.Rule, args: Sequence[Any]) -> list[Any]:
    """The arguments through which derivatives pass: an empty list of indices is to stay one."""
    code = rule.body.__code__
    names = code.co_varnames[: code.co_argcount]
    return [a for k, a in enumerate(args) if k >= len(names) or names[k] in rule.operands]


def as_it_is(stmt: Any, callee: Callee, to: Editor) -> list[Any]:
    """`y = np.asarray(x, dtype=float)` of an array: `y = x` where it is one of that dtype, else surely a copy."""
    (target,), (x, *rest) = stmt.targets, callee.args
    given = rest[0] if rest else callee.keywords.get("dtype")
    kind = to.kind(x)
    if len(rest) > 1 or callee.keywords.keys() - {"dtype", "copy"} or not (isinstance(kind, Array) and core.is_name(x)):
        return []
    copy = callee.keywords.get("copy")
    if copy is not None and not (core.is_constant(copy) and core.constant_value(copy) in (None, False)):
        return []
    if given is not None and (dtype := _dtype(given, to)) != np.dtype(kind.dtype):
        if copy is not None and core.constant_value(copy) is False:  # an error of NumPy's
            return []
        copied = core.call(f"{x.id}.astype", core.copy(given), at=stmt.value)
        return [] if dtype is None or x.id == target.id else [core.bind(target.id, copied, at=stmt)]
    return [] if x.id == target.id else [core.bind(target.id, load(x.id, stmt.value), at=stmt)]


def _dtype(node: Any, to: Editor) -> Any:
    """The dtype that an argument names, None where that is not known."""
    kind = to.kind(node)
    value = core.constant_value(node) if core.is_constant(node) else getattr(kind, "value", None)
    try:
        return None if value is None else np.dtype(value)
    except TypeError:
        return None


def asks_arrays(rule: registry.Rule) -> bool:
    """Does a rule's body ask of an operand what only arrays know?"""
    return not OF_ARRAYS.isdisjoint(rule.body.__code__.co_names)


def _is_second(argument: Any, callee: Callee) -> bool:
    """Is this the second of two arrays of which a product is made, whose ranks its rule asks about?"""
    rule = registry.rule_of(callee.primitive)
    return rule is not None and rule.multilinear and argument in callee.args[: len(rule.operands)]


def with_array_operands(stmt: Any, to: Editor) -> list[Any]:
    """`y = x * [a, b]` of an array x -> `t = np.asarray([a, b])`, and then `y = x * t`."""
    pair = (stmt.value.left, stmt.value.right)
    kinds = [to.kind(node) for node in pair]
    if not (isinstance(kinds[0], Array) and _is_sequence(kinds[1])):
        if not (isinstance(kinds[1], Array) and _is_sequence(kinds[0])):
            return [stmt]
    out: list[Any] = []
    left, right = (made_array(n, stmt, out, to) if _is_sequence(k) else n for n, k in zip(pair, kinds, strict=True))
    new = core.place(gast.BinOp(left, stmt.value.op, right), stmt.value)
    return [*out, core.place(gast.Assign(stmt.targets, new, None), stmt)]


def with_array_added(stmt: Any, to: Editor) -> list[Any]:
    """`x *= items` of an array x and a list -> `t = np.asarray(items)`, and then `x *= t`."""
    if not isinstance(to.kind(stmt.target), Array) or not _is_sequence(to.kind(stmt.value)):
        return [stmt]
    out: list[Any] = []
    value = made_array(stmt.value, stmt, out, to)
    return [*out, core.place(gast.AugAssign(stmt.target, stmt.op, value), stmt)]


def made_array(value: Any, stmt: Any, out: list[Any], to: Editor) -> Any:
    """A sequence as an array, made before the statement."""
    name = to.namer.fresh("t")
    out.append(core.bind(name, core.call(to.numpy("asarray"), value, at=stmt), at=stmt))
    return load(name)


def _is_sequence(kind: Kind | None) -> bool:
    """Is this a list or tuple, or may it be one in the place of an array?"""
    return isinstance(kind, (ListOf, TupleOf, MaybeArray)) or (
        isinstance(kind, Static) and isinstance(kind.value, (list, tuple))
    )


def apart(name: str, value: Any, stmt: Any, to: Editor) -> list[Any]:
    """The check that a value does not share memory with an array, where it might: NumPy would read what it wrote."""
    if not core.is_name(value) or isinstance(to.kind(value), Number) or not to.may_overlap(name, value.id):
        return []
    return [core.effect(core.call(to.helper(changes.check_apart), load(name), load(value.id), at=stmt), at=stmt)]


def members_apart(stmt: Any, callee: Callee, name: str, to: Editor) -> list[Any]:
    """Joining into an array stores one member after the other."""
    if getattr(callee.primitive, "__name__", "") not in OF_SEQUENCES or not callee.args:
        return []
    return apart(name, callee.args[0], stmt, to)


def masked_store(stmt: Any, name: str, index: Any, value: Any, to: Editor) -> list[Any] | None:
    """`A[mask] = view`: NumPy stores cell by cell, also where the view is of A."""
    kinds = [None if isinstance(p, gast.Slice) or core.is_constant(p) else to.kind(p) for p in components(index)]
    if not any(isinstance(k, Unknown) or (isinstance(k, Array) and k.dtype == "bool") for k in kinds):
        return None
    checks = apart(name, value, stmt, to)
    return [*checks, stmt] if checks else None


def vector_store(stmt: Any, to: Editor) -> list[Any]:
    """`A[:, 1] = A[1]`: where vectors in different steps may share memory, that is looked at when the program runs.

    NumPy copies the value first where the store has several axes, or runs the other way; with equal steps the order in
    which it stores does not matter.
    """
    target, value = stmt.targets[0], stmt.value
    name, index = target.value.id, target.slice
    kind, region = to.kind(value), to.kind(core.item(load(name), index))
    if isinstance(kind, Number) or (isinstance(kind, Array) and kind.rank not in (None, 1)):
        return [stmt]
    if isinstance(region, Array) and region.rank not in (None, 1) or not to.may_overlap(name, value.id):
        return [stmt]
    if any(_is_alike(index, other) for other in to.reads_of(value.id, name)):
        return [stmt]
    out: list[Any] = []
    parts = [_slice_value(part, stmt, out, to) for part in components(core.copy(index))]
    check = core.call(to.helper(changes.check_store), load(name), load(value.id), *parts, at=stmt)
    return [*out, core.effect(check, at=stmt), stmt]


def _is_alike(index: Any, other: Any) -> bool:
    """Do two basic indices choose vectors with the same steps, or of opposite directions?"""
    one, two = components(index), components(other)
    if len(one) != len(two) or not all(
        isinstance(a, gast.Slice) == isinstance(b, gast.Slice) for a, b in zip(one, two)
    ):
        return False
    pairs = [(a.step, b.step) for a, b in zip(one, two) if isinstance(a, gast.Slice)]
    return all(_same_step(a, b) for a, b in pairs)


def _same_step(a: Any, b: Any) -> bool:
    steps = [1 if s is None else core.constant_value(s) if core.is_constant(s) else None for s in (a, b)]
    return None not in steps and (steps[0] == steps[1] or steps[0] * steps[1] < 0)  # type: ignore[operator]


def copied(stmt: Any, args: Sequence[Any], keywords: dict[str, Any], to: Editor) -> list[Any] | None:
    """`np.copyto(a, b)`, in the cells that `where` chooses."""
    given = dict(zip(("dst", "src", "casting", "where"), args)) | keywords
    target, source, where = given.get("dst"), given.get("src"), given.get("where", core.const(True))
    if not core.is_name(target) or not isinstance(to.kind(target), Array) or set(given) - {*COPYTO}:
        return None
    name: str = target.id  # type: ignore[union-attr]
    if isinstance(where, gast.Constant) and where.value is True:
        store = to.stored(name, source, stmt)
        return vector_store(store, to) if core.is_name(source) else [store]
    mask, out = where, [] if _is_mask(where, name, to) else [_spread(where, name, stmt, to)]
    mask = load(out[0].targets[0].id) if out else mask
    part = _part(source, mask, name, stmt, out, to)
    return [*out, core.store_item(name, mask, part, at=stmt)]


COPYTO = ("dst", "src", "casting", "where")


def where_only(stmt: Any, callee: Callee, names: Sequence[str], to: Editor) -> list[Any]:
    """A call of a ufunc with `where=`: the chosen cells of `out` are computed and stored."""
    if len(names) != 1:
        refuse(stmt, to, "`where=` with several outputs is not followed", "Choose cells by an index instead.")
    name, where, out = names[0], callee.keywords["where"], []
    if not _is_mask(where, name, to):
        out.append(_spread(where, name, stmt, to))
        where = load(out[0].targets[0].id)
    parts = [_part(a, where, name, stmt, out, to) for a in callee.args[: callee.primitive.nin]]
    value = core.call(stmt.value.func, *parts, at=stmt.value)
    value.keywords = [k for k in stmt.value.keywords if k.arg not in ("out", "where")]
    made = to.namer.fresh("t")
    return [*out, core.bind(made, value, at=stmt), core.store_item(name, core.copy(where), load(made), at=stmt)]


def _is_number(value: Any, to: Editor) -> bool:
    return value is not None and isinstance(to.kind(value), Number)


def _is_mask(where: Any, name: str, to: Editor) -> bool:
    """Is this an array of truth values with a known array's shape?"""
    kind = to.kind(where) if core.is_name(where) else None
    return isinstance(kind, Array) and kind.dtype == "bool" and same_shape(kind, to.kinds.get(name))


def _spread(where: Any, name: str, stmt: Any, to: Editor) -> Any:
    """The mask brought to the shape of an array."""
    shape = core.attribute(load(name), "shape")
    return core.bind(to.namer.fresh("mask"), core.call(to.numpy("broadcast_to"), where, shape, at=stmt), at=stmt)


def _part(value: Any, mask: Any, name: str, stmt: Any, out: list[Any], to: Editor) -> Any:
    """The entries of an operand that belong to the chosen cells of an array."""
    if core.is_constant(value) or _is_number(value, to):
        return value
    if not (core.is_name(value) and same_shape(to.kind(value), to.kinds.get(name))):
        wide = to.namer.fresh("t")
        shape = core.attribute(load(name), "shape")
        out.append(core.bind(wide, core.call(to.helper(changes.spread_to), value, shape, at=stmt), at=stmt))
        value = load(wide)
    part = to.namer.fresh("t")
    out.append(core.bind(part, core.item(core.copy(value), core.copy(mask)), at=stmt))
    return load(part)


def at(stmt: Any, ufunc: Any, to: Editor) -> list[Any]:
    """`ufunc.at(a, indices, b)` of other functions than `add` and `subtract`."""
    args = stmt.value.args
    if not args or not core.is_name(args[0]) or not isinstance(to.kinds.get(args[0].id), Array):
        return [stmt]
    if not can_vary(to.kinds[args[0].id]):
        call = core.call(to.helper(changes.counts_after_at), stmt.value.func.value, *args, at=stmt.value)
        return to.bound_and_stored(args[0].id, call, stmt)
    if ufunc not in (np.multiply, np.divide, np.maximum, np.minimum) or len(args) != 3:
        text = f"`np.{ufunc.__name__}.at` changes values in a way that is not followed"
        refuse(stmt, to, text, "Write a loop over the indices.")
    out: list[Any] = []
    value = as_array(args[2], stmt, out, to)
    call = core.call(to.helper(changes.after_at), stmt.value.func.value, args[0], args[1], value, at=stmt.value)
    return [*out, *to.bound_and_stored(args[0].id, call, stmt)]


def outer(stmt: Any, to: Editor) -> list[Any]:
    """`ufunc.outer(a, b)`: each axis of a before those of b."""
    args, out = list(stmt.value.args), list[Any]()
    if len(args) != 2:
        return [stmt]
    first, second = (as_array(a, stmt, out, to) for a in args)
    if _is_number(second, to):  # which `outer` takes for an array, and its type for one that counts
        number, second = second, load(to.namer.fresh("t"))
        out.append(core.bind(second.id, core.call(to.numpy("asarray"), number, at=stmt), at=stmt))
    wide = to.namer.fresh("t")
    out.append(
        core.bind(wide, core.call(to.helper(changes.with_axes_for), first, core.copy(second), at=stmt.value), at=stmt)
    )
    value = core.call(stmt.value.func.value, load(wide), second, at=stmt.value)
    value.keywords = stmt.value.keywords
    return [*out, core.place(gast.Assign(stmt.targets, value, None), stmt)]


def shuffled(stmt: Any, name: str, to: Editor) -> list[Any]:
    """`rng.shuffle(a)`: the order is drawn, once, and recorded."""
    order = to.namer.fresh("order")
    call = core.call(to.helper(changes.drawn_order), stmt.value.func, load(name), at=stmt.value)
    taken = core.item(load(name), load(order), stmt.value)
    return [core.bind(order, call, at=stmt), *to.bound_and_stored(name, taken, stmt)]


def drawn_into(stmt: Any, to: Editor) -> list[Any] | None:
    """`rng.random(out=a)` -> `t = rng.random(size=shape)` and `a[...] = t`: the same numbers."""
    call = stmt.value
    given = {k.arg: k.value for k in call.keywords}
    out = given.pop("out", None)
    if not core.is_name(out) or not isinstance(to.kind(out), Array) or "size" in given or len(call.args) > 0:
        return None
    name: str = out.id
    shape, drawn = to.namer.fresh("t"), to.namer.fresh("t")
    value = core.call(call.func, at=call)
    value.keywords = [k for k in call.keywords if k.arg != "out"] + [core.keyword("size", load(shape))]
    body = [
        core.bind(shape, core.attribute(load(name), "shape"), at=stmt),
        core.bind(drawn, value, at=stmt),
        to.stored(name, load(drawn), stmt),
    ]
    if isinstance(stmt, gast.Assign):
        body.append(core.place(gast.Assign(stmt.targets, load(name), None), stmt))
    return body


def drawn_from(stmt: Any, value: Any, to: Editor) -> list[Any]:
    """`rng.permutation(a)` and `rng.choice(a, …)`: positions are drawn, and taken."""
    positions, count = to.namer.fresh("t"), core.call(to.helper(len), value, at=stmt.value)
    length = to.namer.fresh("n")
    call = core.call(stmt.value.func, load(length), *stmt.value.args[1:], at=stmt.value)
    call.keywords = stmt.value.keywords
    taken = core.item(core.copy(value), load(positions), stmt.value)
    return [
        core.bind(length, count, at=stmt),
        core.bind(positions, call, at=stmt),
        core.place(gast.Assign(stmt.targets, taken, None), stmt),
    ]


def attribute_set(stmt: Any, name: str, attr: str, to: Editor) -> list[Any]:
    """`a.flat = v`; what else can be set on an array changes what is known of it."""
    if attr == "flat":
        out: list[Any] = []
        value = as_array(stmt.value, stmt, out, to)
        if _is_number(value, to):
            return [to.stored(name, value, stmt)]
        call = core.call(to.helper(changes.after_flat), load(name), value, at=stmt)
        return [*out, *apart(name, value, stmt, to), *to.bound_and_stored(name, call, stmt)]
    advice = {
        "real": f"Write `{name}[...] = … + 1j * {name}.imag`.",
        "imag": f"Write `{name}[...] = {name}.real + 1j * …`.",
        "shape": f"Write `{name} = {name}.reshape(…)`.",
        "dtype": f"Write `{name} = {name}.view(…)`.",
    }.get(attr, "Make a new array.")
    return refuse(stmt, to, f"`{name}.{attr} = …` changes an array in a way that is not followed", advice)


def row_helper(kind: Kind | None) -> Any:
    """The function for what `np.r_` or `np.c_` gives, None of anything else."""
    value = kind.value if isinstance(kind, Static) else None
    return in_a_row if value is np.r_ else in_columns if value is np.c_ else None


def rows(stmt: Any, helper: Any, to: Editor) -> list[Any]:
    """`np.r_[x, 1:3]` -> `t = slice(1, 3, None)` and `in_a_row(x, t)`."""
    out: list[Any] = []
    items = [_slice_value(part, stmt, out, to) for part in components(stmt.value.slice)]
    call = core.call(to.helper(helper), *items, at=stmt.value)
    return [*out, core.place(gast.Assign(stmt.targets, call, None), stmt)]


def _slice_value(part: Any, stmt: Any, out: list[Any], to: Editor) -> Any:
    """A part of an index as a value."""
    if core.is_atom(part):
        return part
    name, value = to.namer.fresh("t"), part
    if isinstance(part, gast.Slice):
        bounds = [core.const(None) if b is None else b for b in (part.lower, part.upper, part.step)]
        value = core.call(to.helper(slice), *bounds)
    out.append(core.bind(name, value, at=stmt))
    return load(name)


def is_generator(kind: Kind | None) -> bool:
    return isinstance(kind, Instance) and kind.cls in (np.random.Generator, np.random.RandomState)


def draws_in_place(value: Any) -> bool:
    """Is this the `shuffle` of a generator, or the module's?"""
    return getattr(value, "__name__", "") == "shuffle" and registry.is_generator(getattr(value, "__self__", None))


def draws_from(callee: Callee) -> bool:
    """Is this a draw of some rows of an array, or of all in another order?"""
    primitive = callee.primitive
    return getattr(primitive, "__name__", "") in ("permutation", "choice") and registry.draws(primitive)


def refuse(
    node: Any, to: Editor, message: str, advice: str, error: type[AdjointError] = UnsupportedMutation
) -> NoReturn:
    raise_problems(error, [problem_at(node, message, advice)], to.fn.origin)


def refuse_where(stmt: Any, to: Editor) -> NoReturn:
    """`where=` without `out=`: the other cells are whatever was in memory."""
    refuse(
        stmt,
        to,
        "`where=` without `out=` leaves the other cells uninitialised",
        "Pass `out=` with the values for the other cells, or use np.where.",
        UnsupportedArgument,
    )
