"""Infer a kind for each name of a Core function from the kinds of its arguments.

One kind a name, whatever the point of the program (the web of a name is one value's life already); loops are gone
round until nothing changes. Rank and dtype of a primitive's result are found by calling it on a tiny sample: they
cannot depend on more than the arguments' ranks, dtypes and constants. What fails so is unknown.
"""

from __future__ import annotations

import operator
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from types import FunctionType, MappingProxyType
from typing import Any

import gast
import numpy as np

from adjoint.analysis.callees import EXAMPLES, Callee, callee_of
from adjoint.analysis.containers import (
    CONTAINERS,
    MAKERS,
    REPLACED,
    bound_by_methods,
    is_open,
    made_by,
    method_kind,
    shared,
)
from adjoint.analysis.indexing import RANGE, indexed
from adjoint.analysis.kinds import (
    UNKNOWN,
    Array,
    DictOf,
    Instance,
    Kind,
    ListOf,
    Number,
    OneOf,
    SetOf,
    Shape,
    Size,
    Static,
    Text,
    TupleOf,
    certain,
    cotangent_kind,
    is_sparse,
    is_text,
    join,
    key_kind,
    kind_of,
    wider,
)
from adjoint.analysis.settled import Settled
from adjoint.analysis.shapes import shape_of, shape_of_display
from adjoint.errors import SourceNotFound, UnsupportedSyntax
from adjoint.rules import late, registry
from adjoint.rules.table import BODIES
from adjoint.runtime import arrays, dispatch
from adjoint.syntax import core

ROUNDS = 8
# Whole numbers and others to try a primitive on: the first are sizes, then axes; the last is where `acosh` is defined.
# The third is how long the axes of arrays are.
SAMPLES = ((2, 0.625, 2), (0, 0.625, 2), (1, 0.625, 2), (2, 1.625, 2))
LONGEST = 16
# What is made of anything, or raises.
CONVERSIONS: dict[Any, Kind] = {
    float: Number("float"),
    int: Number("int"),
    bool: Number("bool"),
    len: Number("int"),
    str: Text(),
    repr: Text(),
    format: Text(),
    set: SetOf(),
    frozenset: SetOf(),
}
SHAPE_IS_DATA = (np.squeeze, np.asarray, np.array, np.asanyarray)
DISPLAYED = (np.asarray, np.array, np.asanyarray)
# How many arrays, or axes, these give depends on sizes; whether these are complex depends on values.
SIZED = (np.unstack, np.cross, np.linalg.eig, np.linalg.eigvals, np.roots, np.poly, np.real_if_close)
# These leave out axes of length 1.
SQUEEZED = (np.cov, np.corrcoef)
# Of the same kind, whatever the second argument says.
LIKE_SORTS: Mapping[Any, Any] = {np.partition: np.sort, np.argpartition: np.argsort}
ResultOf = Callable[[Callee, Sequence[Kind]], Kind | None]


def unknown_result(callee: Callee, kinds: Sequence[Kind]) -> Kind | None:
    """The kind of the result of a function of which nothing is known."""
    return UNKNOWN


def infer(
    fn: core.Function,
    arguments: Mapping[str, Kind],
    result_of: ResultOf = unknown_result,
    before_pass: Mapping[str, Kind] = MappingProxyType({}),
) -> Settled:
    """The kind of every name that the function binds; `result_of` tells of calls of the user's functions.

    `before_pass` are the kinds before a pass that only added names: then only new statements are looked at.
    """
    work = _Rounds(fn, {**before_pass, **arguments, **fn.given}, result_of, before_pass)
    for _ in range(ROUNDS):
        moved = work.go() or work.given_up()
        if not moved:
            return work.settled()
    # Not settled (a shape that grows from trip to trip, say): what still changes is unknown.
    return Settled({**work.found, **dict.fromkeys(moved, UNKNOWN)}, fn.bindings)


class _Rounds:
    """Goes over a function's statements; one is looked at again once a name in it has got another kind."""

    def __init__(
        self, fn: core.Function, found: dict[str, Kind], result_of: ResultOf, before: Mapping[str, Kind]
    ) -> None:
        self.fn, self.found, self.result_of = fn, found, result_of
        self.clock = 0
        self.changed: dict[str, int] = {}  # when a name got its kind
        self.seen: dict[Any, int] = {}  # when a statement was looked at
        self.names: dict[Any, frozenset[str]] = {}  # what it mentions
        self.known: dict[Any, dict[Any, Kind | None]] = {}  # the kinds of the expressions in it
        self.displays = _displays(fn)
        self.open: set[str] = set()  # names of what is made of a list that holds nothing yet
        self.before: Settled | None = None  # as long as it holds
        if isinstance(before, Settled) and before.bindings is fn.bindings and before.items() <= found.items():
            self.before, self.names = before, dict(before.statements)
            self.seen = dict.fromkeys(before.statements, 0)

    def go(self) -> set[str]:
        """One round; returns the names whose kinds are others now."""
        moved: set[str] = set()
        for stmt in self.fn.statements:
            when = self.seen.get(stmt)
            if when is None or self.is_outdated(stmt, when):
                moved |= self.look(stmt)
        return moved

    def is_outdated(self, stmt: Any, when: int) -> bool:
        """Has a name in a statement got another kind since?"""
        names = self.names[stmt]
        return not self.changed.keys().isdisjoint(names) and any(self.changed.get(n, 0) > when for n in names)

    def look(self, stmt: Any) -> set[str]:
        asked = _Asked(self.found, self.fn.bindings, self.result_of, {}, self.displays)
        moved: set[str] = set()
        when = self.clock
        for name, kind in (*_bound_kinds(stmt, asked), *shared(stmt, self.found)):
            old = self.found.get(name)
            new = join(old, kind)
            if new is None and self.is_of_nothing(stmt):
                self.open.add(name)
            if new is None or new is old or new == old or name in self.fn.given:
                continue
            self.found[name] = new
            moved.add(name)
            self.clock += 1
            self.changed[name] = self.clock
            if self.before is not None and name in self.before:
                self.before = None
                self.seen.clear()
        reads = self.fn.reads[stmt]
        if stmt not in self.names:
            self.names[stmt] = reads | self.fn.binds[stmt]
        if asked.is_lasting:
            self.known[stmt] = asked.known
            # What it says may depend on the kinds of names that it binds itself.
            again = not moved.isdisjoint(reads) or any(isinstance(self.found[n], CONTAINERS) for n in moved)
            self.seen[stmt] = when if again else self.clock
        return moved

    def is_of_nothing(self, stmt: Any) -> bool:
        """Is this a call about a list of which no item is known? (That of a user's function may be on its way.)"""
        if not isinstance(stmt, gast.Assign) or not isinstance(stmt.value, gast.Call):
            return False
        kinds = (self.found.get(n) for n in self.fn.reads[stmt])
        return any(isinstance(k, ListOf) and k.item is None for k in kinds)

    def given_up(self) -> set[str]:
        """Names of which nothing became known, as of the sum of a list that stays empty: unknown from now on."""
        missing = self.open - self.found.keys()
        self.open.clear()
        for name in sorted(missing):
            self.found[name] = UNKNOWN
            self.clock += 1
            self.changed[name] = self.clock
        return missing

    def settled(self) -> Settled:
        result = Settled(self.found, self.fn.bindings)
        result.statements = {stmt: self.names[stmt] for stmt in self.seen}
        if self.before is not None:
            result.expressions.update(self.before.expressions)
            result.callees.update(self.before.callees)
        for known in self.known.values():
            result.expressions.update(known)
        return result


def _displays(fn: core.Function) -> Mapping[str, Any]:
    """The lists that are written out, by the temporaries that stand for them and are read once: nothing is added."""
    found = {
        stmt.targets[0].id: stmt.value
        for stmt in fn.statements
        if isinstance(stmt, gast.Assign) and type(stmt.value) is gast.List and stmt.value.elts
        if isinstance(stmt.targets[0], gast.Name) and stmt.targets[0].id in fn.temps
    }
    if not found:
        return found
    reads = Counter(chain.from_iterable(map(fn.reads.__getitem__, fn.statements)))
    binds = Counter(chain.from_iterable(map(fn.binds.__getitem__, fn.statements)))
    return {n: value for n, value in found.items() if reads[n] == binds[n] == 1}


def bound_kinds(
    stmt: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any], result_of: ResultOf = unknown_result
) -> list[tuple[str, Kind | None]]:
    """The names that a statement binds, with what it binds them to."""
    return _bound_kinds(stmt, _Asked(kinds, bindings, result_of, {}))


def _bound_kinds(stmt: Any, asked: _Asked) -> list[tuple[str, Kind | None]]:
    kinds, kind = asked.kinds, asked.kind
    match stmt:
        case gast.Assign(targets=[gast.Name(id=name)]):
            return [(name, kind(stmt.value)), *bound_by_methods(stmt, kinds, kind)]
        case gast.Assign(targets=[gast.Tuple(elts=targets)]):
            value = kind(stmt.value)
            items = value.items if isinstance(value, TupleOf) and len(value.items) == len(targets) else None
            return [(t.id, items[i] if items else row_of(value)) for i, t in enumerate(targets)]
        case gast.Assign(targets=[gast.Subscript()]) | gast.AugAssign(target=gast.Subscript()):
            return bound_by_methods(stmt, kinds, kind)
        case gast.AugAssign(target=gast.Name(id=name)) if isinstance(kinds.get(name), CONTAINERS):
            return bound_by_methods(stmt, kinds, kind)
        case gast.AugAssign(target=gast.Name(id=name)):
            if isinstance(kinds.get(name), Array):
                return []
            return [(name, kind(core.binary(core.load(name), stmt.op, stmt.value)))]
        case gast.For(target=gast.Name(id=name)):
            if isinstance(stmt.iter, gast.Call) and core.path_of(stmt.iter.func) == "range":
                return [(name, Number("int", limit=_limit(stmt.iter.args, kind)))]
            return [(name, row_of(kind(stmt.iter)))]
        case gast.Expr():
            return bound_by_methods(stmt, kinds, kind)
        case gast.With():
            return [(n, UNKNOWN) for n in core.names_bound(stmt)]
        case core.Attempt():
            kept = [(c.kept.id, UNKNOWN) for c in stmt.catches if c.kept is not None]
            return [(stmt.flag.id, Number("int")), *kept]
        case gast.FunctionDef():
            return [(stmt.name, UNKNOWN)]
    return []


def _limit(args: Sequence[Any], kind: Callable[[Any], Kind | None]) -> Size | None:
    """The number below which the items of `range(n)`, `range(1, n)`, `range(n - 1, -1, -1)` are, in terms of shapes."""
    start, stop = (None, args[0]) if len(args) == 1 else args[:2]
    if len(args) > 2 and core.is_constant(args[2]) and core.constant_value(args[2]) == -1:
        if not core.is_constant(stop) or core.constant_value(stop) < -1:
            return None
        found = kind(start)
        return found.size + Size(1) if isinstance(found, Number) and found.size is not None else None
    if len(args) > 2 or start is not None and not (core.is_constant(start) and core.constant_value(start) >= 0):
        return None
    found = kind(stop)
    return found.size if isinstance(found, Number) else None


def row_of(kind: Kind | None) -> Kind:
    """The kind of an item that iterating over a value gives."""
    match kind:
        case Array(shape=shape) if shape:
            return Number(kind.dtype) if len(shape) == 1 else Array(kind.dtype, shape[1:])
        case ListOf(item=Kind() as item):
            return item
        case DictOf(key=Kind() as key):
            return key
        case TupleOf(items=items) if items and all(k == items[0] for k in items):
            return items[0]
        case TupleOf(items=items) if isinstance(functions := _joined(items), OneOf):
            return functions
    return UNKNOWN


def kind_of_expression(
    expr: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any], result_of: ResultOf = unknown_result
) -> Kind | None:
    """The kind of an expression's value; None where it depends on a name that has no value yet."""
    if type(expr) is gast.Name and (found := kinds.get(expr.id)) is not None:
        return found
    if type(kinds) is Settled and kinds.bindings is bindings and result_of is unknown_result:
        return _Asked(kinds, bindings, result_of, kinds.expressions).kind(expr)
    return _Asked(kinds, bindings, result_of, {}).kind(expr)


class _Asked:
    """What the kind of an expression depends on; `known` are the kinds that have been found with it."""

    __slots__ = ("bindings", "displays", "is_lasting", "kinds", "known", "result_of")

    def __init__(
        self,
        kinds: Mapping[str, Kind],
        bindings: Mapping[str, Any],
        result_of: ResultOf,
        known: dict[Any, Kind | None],
        displays: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self.kinds, self.bindings, self.known, self.displays = kinds, bindings, known, displays
        self.result_of = result_of
        self.is_lasting = True  # else it depends on what is still being found out of other functions

    def kind(self, expr: Any) -> Kind | None:
        form = type(expr)
        if form is gast.Name:
            name = expr.id
            found = self.kinds.get(name)
            return kind_of(self.bindings[name]) if found is None and name in self.bindings else found
        if form is gast.Constant:
            return _constant(expr.value)
        try:
            return self.known[expr]
        except KeyError:
            found = self.known[expr] = _FORMS.get(form, _of_operation)(expr, self)
            return found

    def result(self, callee: Callee, kinds: Sequence[Kind]) -> Kind | None:
        """The kind of a call of a function that is no primitive."""
        if self.result_of is not unknown_result:
            self.is_lasting = False
        return self.result_of(callee, kinds)


def _of_display(expr: Any, asked: _Asked) -> Kind | None:
    items = [asked.kind(e) for e in expr.elts]
    if type(expr) is gast.List:
        return _list_of(items)
    return None if _lacks(items) else TupleOf(tuple(k for k in items if k is not None))


def _of_dict(expr: Any, asked: _Asked) -> Kind:
    keys = _joined([key_kind(asked.kind(k)) for k in expr.keys])
    return DictOf(keys, _joined([asked.kind(v) for v in expr.values]))


def _of_negation(expr: Any, asked: _Asked) -> Kind | None:
    return _constant(core.constant_value(expr)) if core.is_constant(expr) else _of_operation(expr, asked)


def _of_binary(expr: Any, asked: _Asked) -> Kind | None:
    if type(expr.op) is gast.Mod and is_text(asked.kind(expr.left)):
        return Text()
    if type(expr.op) is gast.MatMult:
        left, right = asked.kind(expr.left), asked.kind(expr.right)
        if is_sparse(left) or is_sparse(right):
            return _of_sparse_product(left, right)
    return _of_operation(expr, asked)


def _transposed(sparse: Any) -> Kind:
    """The kind of a sparse matrix whose format only the run knows: of the most general of its classes."""
    base = [c for c in sparse.cls.__mro__ if c.__module__.startswith("scipy.sparse")][-1]
    return Instance(base, sparse.attributes)


def _of_sparse_product(left: Kind | None, right: Kind | None) -> Kind | None:
    """The kind of a product of a sparse matrix and an array: an array of the other's rank."""
    sparse, other = (left, right) if is_sparse(left) else (right, left)
    cells = sparse.attribute("data") if isinstance(sparse, Instance) else None
    if not (isinstance(other, Array) and other.shape and isinstance(cells, Array) and cells.dtype != "object"):
        return None if other is None else UNKNOWN
    return Array(wider(cells.dtype, other.dtype), (None,) * len(other.shape))


def _of_comparison(expr: Any, asked: _Asked) -> Kind | None:
    is_chain = len(expr.ops) > 1 or isinstance(expr.ops[0], (gast.In, gast.NotIn))
    return Number("bool") if is_chain else _of_operation(expr, asked)


def _of_attribute(expr: Any, asked: _Asked) -> Kind | None:
    path = core.path_of(expr)
    if path is not None and path in asked.bindings and path not in asked.kinds:
        return kind_of(asked.bindings[path])
    owner = asked.kinds.get(expr.value.id) if type(expr.value) is gast.Name else None
    if isinstance(owner, Array) and expr.attr == "flat":
        return Array(owner.dtype, (None,))
    if expr.attr == "T" and is_sparse(asked.kind(expr.value)):
        return _transposed(asked.kind(expr.value))
    if isinstance(owner, Instance):
        return owner.attribute(expr.attr)
    return _of_operation(expr, asked)


OF_TEXTS: Mapping[str, Kind] = {
    **dict.fromkeys(("upper", "lower", "strip", "lstrip", "rstrip", "replace", "join", "title", "format"), Text()),
    **dict.fromkeys(("split", "rsplit", "splitlines"), ListOf(Text())),
    **dict.fromkeys(("startswith", "endswith", "isdigit", "isalpha", "isnumeric"), Number("bool")),
    **dict.fromkeys(("partition", "rpartition"), TupleOf((Text(), Text(), Text()))),
    **dict.fromkeys(("find", "count", "index"), Number("int")),
}


def _of_call(expr: Any, asked: _Asked) -> Kind | None:
    match expr.func:
        case gast.Attribute(value=gast.Name(id=name)):
            if expr.func.attr in OF_TEXTS and is_text(asked.kinds.get(name)):
                return OF_TEXTS[expr.func.attr]
            if isinstance(asked.kinds.get(name), CONTAINERS):
                return method_kind(expr, asked.kinds, asked.kind)
            if name not in asked.kinds and name not in asked.bindings:
                return None
    return _of_operation(expr, asked)


def _of_operation(expr: Any, asked: _Asked) -> Kind | None:
    """The kind of what a primitive gives, or a function of the user's."""
    callee = callee_of(expr, asked.kinds, asked.bindings)
    if callee is None or callee.starred:
        functions = asked.kinds.get(core.path_of(getattr(expr, "func", None)) or "")
        if isinstance(expr, gast.Call) and isinstance(functions, OneOf):
            return _of_any(functions, Callee(None, tuple(expr.args), _keywords(expr)), asked)
        return UNKNOWN
    if id(callee.primitive) in _MADE:
        return made_by(callee, asked.kind)
    if callee.primitive is range:
        return RANGE
    if id(callee.primitive) in _DISPATCHED:
        return _dispatched(callee, asked)
    found = _result(callee, asked)
    if callee.primitive in DISPLAYED and isinstance(found, Array) and callee.args:
        shape = shape_of_display(callee.args[0], asked.displays, asked.kind)
        if shape is not None and len(shape) == found.rank:
            return Array(found.dtype, shape)
    return found


_MADE = frozenset(map(id, (*MAKERS, *REPLACED)))
_DISPATCHED = frozenset(map(id, dispatch.FORWARD))
_FORMS: Mapping[type, Callable[[Any, _Asked], Kind | None]] = {
    gast.Tuple: _of_display,
    gast.List: _of_display,
    gast.Dict: _of_dict,
    gast.JoinedStr: lambda expr, asked: Text(),
    gast.UnaryOp: _of_negation,
    gast.BinOp: _of_binary,
    gast.Compare: _of_comparison,
    gast.BoolOp: lambda expr, asked: _joined([asked.kind(e) for e in expr.values]),
    gast.IfExp: lambda expr, asked: join(asked.kind(expr.body), asked.kind(expr.orelse)),
    gast.Subscript: lambda expr, asked: indexed(asked.kind(expr.value), expr.slice, asked.kind),
    core.Element: lambda expr, asked: indexed(asked.kind(expr.value), expr.slice, asked.kind),
    gast.Attribute: _of_attribute,
    gast.Call: _of_call,
}


def _keywords(call: Any) -> dict[str, Any]:
    return {k.arg: k.value for k in call.keywords}


def _of_any(functions: Kind, callee: Callee, asked: _Asked) -> Kind | None:
    """The kind of what a call gives, whichever of some functions is called."""
    if any(isinstance(a, gast.Starred) for a in callee.args) or None in callee.keywords:
        return UNKNOWN
    match functions:
        case OneOf(values=values):
            found = [_of_one(callee._replace(primitive=v), asked) for v in values]
            return None if _lacks(found) else _joined(found)
        case Static(value=value) if callable(value):
            return _of_one(callee._replace(primitive=value), asked)
    return UNKNOWN


def _of_one(callee: Callee, asked: _Asked) -> Kind | None:
    try:
        return _result(callee, asked)
    except (UnsupportedSyntax, SourceNotFound):  # told when it is called, if ever it is
        return UNKNOWN


def _dispatched(callee: Callee, asked: _Asked) -> Kind | None:
    """The kind of the pair of a result and a record."""
    what, _, *args = callee.args
    found: Kind | None = UNKNOWN
    if callee.primitive in (dispatch.call_forward, dispatch.call_apart):
        functions = asked.kind(what)
        if functions is None:
            return None
        found = _of_any(functions, Callee(None, tuple(args), callee.keywords), asked)
    return None if found is None else TupleOf((found, Static(None)))


def _constant(value: Any) -> Kind:
    if type(value) is int:
        return _whole(value)
    return Static(value) if isinstance(value, bool) or not isinstance(value, (float, complex)) else kind_of(value)


@lru_cache(256)
def _whole(value: int) -> Kind:
    return Number("int", Size(value))


def _list_of(items: Sequence[Kind | None]) -> Kind:
    return ListOf(_joined([Number("bool") if isinstance(k, Static) and type(k.value) is bool else k for k in items]))


def _joined(items: Sequence[Kind | None]) -> Kind | None:
    found: Kind | None = None
    for item in items:
        found = join(found, item)
    return found


def _lacks(kinds: Iterable[Kind | None]) -> bool:
    """Is something not known yet?"""
    return any(k is None for k in kinds)


# Where None stands in the place of a number, these raise.
OPERATIONS = frozenset(
    map(
        id,
        [operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow]
        + [operator.neg, operator.pos, operator.lt, operator.le, operator.gt, operator.ge],
    )
)
ARITHMETIC = OPERATIONS.union(map(id, [abs, float, int]))


# Helpers of ours: what they give has the structure of their first argument.
LIKE_FIRST = (
    arrays.zeros_like, arrays.owned, arrays.working_copies, arrays.like_nested, arrays.like_sequence,
    arrays.shares_where_equal, arrays.filled, arrays.emptied,
)  # fmt: skip


def _result(callee: Callee, asked: _Asked) -> Kind | None:
    known: list[Kind] = []
    for arg in callee.args:
        kind = asked.kind(arg)
        if kind is None:
            return None
        known.append(kind)
    named = {name: kind for name, value in callee.keywords.items() if (kind := asked.kind(value)) is not None}
    if len(named) < len(callee.keywords):
        return None
    if id(callee.primitive) in ARITHMETIC:
        known = [certain(kind) for kind in known]
    size = _size(callee.primitive, known)
    if size is not None:
        return Number("int", size)
    if id(callee.primitive) in OPERATIONS:
        return None if any(map(is_open, known)) else _of_sample(callee.primitive, known, named)
    if callee.primitive in CONVERSIONS:
        converted = _of_sample(callee.primitive, known, named)
        return CONVERSIONS[callee.primitive] if converted is UNKNOWN else converted
    if callee.primitive is np.shape and isinstance(known[0], Array) and known[0].shape is not None:
        return TupleOf(tuple(Number("int", n) for n in known[0].shape))
    if registry.draws(callee.primitive):
        example = EXAMPLES.get(type(callee.primitive.__self__))
        return UNKNOWN if example is None else _of_sample(getattr(example, callee.primitive.__name__), known, named)
    if known and isinstance(known[0], (TupleOf, *CONTAINERS)) and _is_like_first(callee.primitive):
        return cotangent_kind(known[0])
    if registry.writes_log(callee.primitive) and callee.primitive.__name__ == "getLogger":
        return Instance(callee.primitive.__globals__["Logger"])
    if callee.primitive is np.random.default_rng:
        return Instance(np.random.Generator)
    if callee.primitive is slice:
        return Instance(slice)
    if callee.primitive is np.random.RandomState:
        return Instance(np.random.RandomState)
    if isinstance(getattr(callee.primitive, "__self__", None), np.ufunc):
        return _of_sample(callee.primitive, known, named)
    if isinstance(tells := getattr(type(callee.primitive), "kind_of_result", None), FunctionType):  # a derivative
        return tells(callee.primitive, known) if not named else UNKNOWN
    if registry.rule_of(callee.primitive) is None and not registry.is_pure(callee.primitive):
        return asked.result(callee, known)
    if callee.method and len(known) > 2 and callee.primitive in (np.reshape, np.transpose):
        known = [known[0], TupleOf(tuple(known[1:]))]
    if callee.primitive in SQUEEZED and not all(_is_never_one(k) for k in (*known, *named.values())):
        return UNKNOWN
    if callee.primitive in LIKE_SORTS and len(known) >= 2:
        return _of_sample(LIKE_SORTS[callee.primitive], [known[0], *known[2:]], named)
    if callee.primitive is len and isinstance(known[0], (SetOf, *CONTAINERS)):
        return Number("int")
    if any(map(is_open, known)):
        return None  # more is known once something is appended
    return _of_sample(callee.primitive, known, named)


def _is_like_first(primitive: Any) -> bool:
    """Does a helper, or the body of a linear rule, give what has the structure of its first argument?"""
    rule = BODIES.get(primitive) if type(primitive) is FunctionType else None
    if rule is not None:
        return [n.removeprefix("*") for n in rule.operands] == [primitive.__code__.co_varnames[0]]
    return any(primitive is f for f in LIKE_FIRST)


def _size(primitive: Any, args: Sequence[Kind]) -> Size | None:
    """The value of an integer expression in terms of the shapes."""
    if primitive is len and isinstance(args[0], Array) and args[0].shape:
        return args[0].shape[0]
    sizes = [k.size for k in args if isinstance(k, Number) and k.size is not None]
    if len(sizes) != len(args):
        return None
    if primitive is operator.add:
        return sizes[0] + sizes[1]
    if primitive is operator.sub:
        return sizes[0] - sizes[1]
    if primitive is operator.mul and not (sizes[0].terms and sizes[1].terms):
        a, b = sizes if sizes[0].terms else sizes[::-1]
        return a * b.constant
    return None


def _of_sample(primitive: Any, args: Sequence[Kind], keywords: Mapping[str, Kind]) -> Kind:
    try:
        kind = _evaluate(primitive, tuple(map(_forget, args)), tuple((n, _forget(k)) for n, k in keywords.items()))
    except TypeError:  # an argument that cannot be hashed
        return UNKNOWN
    if isinstance(kind, Array) and kind.shape is not None and primitive not in SHAPE_IS_DATA:
        return Array(kind.dtype, shape_of(primitive, args, keywords, len(kind.shape)))
    return kind


def _forget(kind: Kind) -> Kind:
    """The kind without symbolic sizes, so that few samples serve many shapes; constants stay."""
    match kind:
        case Array(shape=tuple(shape)):
            return Array(kind.dtype, (None,) * len(shape))
        case Number(size=Size(terms=terms)) if terms:
            return Number(kind.dtype)
        case Number(limit=Size()):
            return Number(kind.dtype)
        case TupleOf():
            return TupleOf(tuple(map(_forget, kind.items)))
        case ListOf(item=Kind() as item):
            return ListOf(_forget(item))
    return kind


@lru_cache(4096)
def _evaluate(primitive: Any, args: tuple[Kind, ...], keywords: tuple[tuple[str, Kind], ...]) -> Kind:
    """The kind of a primitive's result on a sample, sizes unknown."""
    if primitive is np.reshape and len(args) == 2:
        return _reshaped(args[0], args[1]) if isinstance(args[1], (Number, TupleOf, Static)) else UNKNOWN
    if primitive is np.squeeze and isinstance(args[0], Array):
        return _squeezed(args[0], [*args[1:], *(k for n, k in keywords if n == "axis")])
    if primitive in SIZED or late.is_open(primitive):
        return UNKNOWN
    for whole, part, length in (*SAMPLES, *_longer([*args, *(k for _, k in keywords)])):
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                values = [sample(k, whole, part, length) for k in args]
                value = primitive(*values, **{n: sample(k, whole, part, length) for n, k in keywords})
                break
        except Exception:  # whatever a primitive raises on a sample that does not suit it
            continue
    else:
        return UNKNOWN
    # Also of a named tuple; what a text says depends on more than kinds.
    return _without_texts(kind_of(tuple(value) if isinstance(value, tuple) else value))


def _without_texts(kind: Kind) -> Kind:
    match kind:
        case Static(value=str() | bytes()):
            return Text()
        case TupleOf():
            return TupleOf(tuple(map(_without_texts, kind.items)))
        case ListOf(item=Kind() as item):
            return ListOf(_without_texts(item))
    return kind


def _is_never_one(kind: Kind) -> bool:
    """False of an array one of whose axes may have length 1."""
    sizes = (kind.shape or (None,)) if isinstance(kind, Array) and kind.rank != 1 else ()
    return all(n is not None and (n.constant != 1 if not n.terms else n.constant == 0) for n in sizes)


def _longer(kinds: Sequence[Kind]) -> tuple[tuple[int, float, int], ...]:
    """Samples of arrays long enough for an index or a window that is a constant, and as long as it."""
    sizes = [k.size.constant for k in _parts(kinds) if isinstance(k, Number) and k.size and not k.size.terms]
    longest = max((abs(n) for n in sizes), default=0)
    return ((2, 0.625, longest + 1), (2, 0.625, longest)) if 2 <= longest <= LONGEST else ()


def _parts(kinds: Sequence[Kind]) -> list[Kind]:
    return [p for k in kinds for p in (_parts(k.items) if isinstance(k, TupleOf) else [k])]


def _squeezed(array: Array, axes: Sequence[Kind]) -> Kind:
    """Axes that are named are gone; else the sizes decide."""
    match axes:
        case [Number()]:
            gone = 1
        case [TupleOf(items=items)]:
            gone = len(items)
        case [Static(value=tuple(items))]:
            gone = len(items)
        case _:
            return Array(array.dtype, None)
    return Array(array.dtype, None if array.shape is None else (None,) * (len(array.shape) - gone))


def _reshaped(array: Kind, shape: Kind) -> Kind:
    lengths = shape.items if isinstance(shape, TupleOf) else shape.value if isinstance(shape, Static) else (shape,)
    unknown: Shape = (None,) * len(lengths)
    return Array(array.dtype, unknown) if isinstance(array, Array) else UNKNOWN


def sample(kind: Kind, whole: int = 2, part: float = 0.625, length: int = 2) -> Any:
    """Some value of a kind: sizes of `length`, matrices that can be inverted, numbers `whole` and `part`."""
    match kind:
        case Number(size=Size(constant=c, terms=())):
            return c
        case Number(dtype="bool" | "int" | "float" | "complex" as name):
            return {"bool": True, "int": whole, "float": part, "complex": part + 0.5j}[name]
        case Number():
            return np.dtype(kind.dtype).type(whole if np.dtype(kind.dtype).kind in "iu" else part)
        case Array(shape=tuple(shape)):
            whole_numbers = np.dtype(kind.dtype).kind in "iu"
            value = np.full((length,) * len(shape), 1 if whole_numbers else 0.625).astype(kind.dtype)
            unit = np.eye(length, dtype=kind.dtype)
            return value + unit / 4 if len(shape) >= 2 and value.dtype.kind in "fc" else value
        case TupleOf():
            return tuple([sample(k, whole, part, length) for k in kind.items])
        case ListOf(item=Kind() as item):
            return [sample(item, whole, part, length) for _ in range(2)]
        case Static():
            return kind.value
        case Text():
            return str(part)
        case SetOf():
            return {whole}
    raise TypeError(f"no sample of {kind}")
