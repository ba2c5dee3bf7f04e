"""The kind of an expression, from the kinds of the names in it.

    >>> value = gast.parse("2 * n").body[0].value
    >>> kind_of_expression(value, {"n": Number("int", Size(3))}, {})
    Number('int', 6)

One function for each form; what a call gives is told by `results`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import gast
import numpy as np

from adjoint.analysis.callees import Callee, callee_of
from adjoint.analysis.containers import CONTAINERS, MAKERS, REPLACED, made_by, method_kind
from adjoint.analysis.indexing import RANGE, indexed
from adjoint.analysis.joins import join, join_all, wider
from adjoint.analysis.kinds import (
    UNKNOWN,
    Array,
    DictOf,
    Instance,
    Kind,
    ListOf,
    Number,
    OneOf,
    Size,
    Static,
    Text,
    TupleOf,
    is_sparse,
    is_text,
)
from adjoint.analysis.results import ResultOf, kind_of_result, unknown_result
from adjoint.analysis.samples import kind_of_sample
from adjoint.analysis.settled import Settled
from adjoint.analysis.shapes import shape_of_display
from adjoint.analysis.values import key_kind, kind_of
from adjoint.errors import SourceNotFound, UnsupportedSyntax
from adjoint.runtime import dispatch
from adjoint.syntax import core

DISPLAYED = (np.asarray, np.array, np.asanyarray)
JOINING = (np.concatenate, np.stack, np.hstack, np.vstack, np.column_stack)


def kind_of_expression(
    expr: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any], result_of: ResultOf = unknown_result
) -> Kind | None:
    """The kind of an expression's value; None where it depends on a name that has no value yet."""
    if type(expr) is gast.Name and (found := kinds.get(expr.id)) is not None:
        return found
    if type(kinds) is Settled and kinds.bindings is bindings and result_of is unknown_result:
        return Asked(kinds, bindings, result_of, kinds.expressions).kind(expr)
    return Asked(kinds, bindings, result_of, {}).kind(expr)


class Asked:
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


def _of_display(expr: Any, asked: Asked) -> Kind | None:
    items = [asked.kind(e) for e in expr.elts]
    if type(expr) is gast.List:
        return _list_of(items)
    return None if _lacks(items) else TupleOf(tuple(k for k in items if k is not None))


def _of_dict(expr: Any, asked: Asked) -> Kind:
    keys = join_all([key_kind(asked.kind(k)) for k in expr.keys])
    return DictOf(keys, join_all([asked.kind(v) for v in expr.values]))


def _of_negation(expr: Any, asked: Asked) -> Kind | None:
    return _constant(core.constant_value(expr)) if core.is_constant(expr) else _of_operation(expr, asked)


def _of_binary(expr: Any, asked: Asked) -> Kind | None:
    if type(expr.op) is gast.Mod and is_text(asked.kind(expr.left)):
        return Text()
    if type(expr.op) is gast.MatMult:
        left, right = asked.kind(expr.left), asked.kind(expr.right)
        if is_sparse(left) or is_sparse(right):
            return _of_sparse_product(left, right)
    if type(expr.op) is gast.BitOr:
        left, right = asked.kind(expr.left), asked.kind(expr.right)
        if isinstance(left, DictOf) and isinstance(right, DictOf):
            return DictOf(join(left.key, right.key), join(left.item, right.item), left.default)
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


def _of_comparison(expr: Any, asked: Asked) -> Kind | None:
    is_chain = len(expr.ops) > 1 or isinstance(expr.ops[0], (gast.In, gast.NotIn))
    return Number("bool") if is_chain else _of_operation(expr, asked)


def _of_attribute(expr: Any, asked: Asked) -> Kind | None:
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


def _of_call(expr: Any, asked: Asked) -> Kind | None:
    match expr.func:
        case gast.Attribute(value=gast.Name(id=name)):
            if expr.func.attr in OF_TEXTS and is_text(asked.kinds.get(name)):
                return OF_TEXTS[expr.func.attr]
            if isinstance(asked.kinds.get(name), CONTAINERS):
                return method_kind(expr, asked.kinds, asked.kind)
            if name not in asked.kinds and name not in asked.bindings:
                return None
    return _of_operation(expr, asked)


def _of_operation(expr: Any, asked: Asked) -> Kind | None:
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
    if found == UNKNOWN and callee.primitive in JOINING and callee.args:
        return _of_joined(callee, asked)
    if callee.primitive in DISPLAYED and isinstance(found, Array) and callee.args:
        shape = shape_of_display(callee.args[0], asked.displays, asked.kind)
        if shape is not None and len(shape) == found.rank:
            return Array(found.dtype, shape)
    return found


def _of_joined(callee: Callee, asked: Asked) -> Kind | None:
    """What is made of a list that is written out, of arrays and lists: `np.concatenate([h, [x]])`."""
    first = callee.args[0]
    display = asked.displays.get(first.id) if isinstance(first, gast.Name) else first
    if not isinstance(display, gast.List):
        return UNKNOWN
    items = [asked.kind(e) for e in display.elts]
    others = [asked.kind(a) for a in callee.args[1:]]
    words = {name: asked.kind(value) for name, value in callee.keywords.items()}
    if _lacks((*items, *others, *words.values())):
        return None
    whole = TupleOf(tuple(k for k in items if k is not None))
    return kind_of_sample(callee.primitive, [whole, *(k for k in others if k)], {n: k for n, k in words.items() if k})


_MADE = frozenset(map(id, (*MAKERS, *REPLACED)))
_DISPATCHED = frozenset(map(id, dispatch.FORWARD))
_FORMS: Mapping[type, Callable[[Any, Asked], Kind | None]] = {
    gast.Tuple: _of_display,
    gast.List: _of_display,
    gast.Dict: _of_dict,
    gast.JoinedStr: lambda expr, asked: Text(),
    gast.UnaryOp: _of_negation,
    gast.BinOp: _of_binary,
    gast.Compare: _of_comparison,
    gast.BoolOp: lambda expr, asked: join_all([asked.kind(e) for e in expr.values]),
    gast.IfExp: lambda expr, asked: join(asked.kind(expr.body), asked.kind(expr.orelse)),
    gast.Subscript: lambda expr, asked: indexed(asked.kind(expr.value), expr.slice, asked.kind),
    core.Element: lambda expr, asked: indexed(asked.kind(expr.value), expr.slice, asked.kind),
    gast.Attribute: _of_attribute,
    gast.Call: _of_call,
}


def _keywords(call: Any) -> dict[str, Any]:
    return {k.arg: k.value for k in call.keywords}


def _of_any(functions: Kind, callee: Callee, asked: Asked) -> Kind | None:
    """The kind of what a call gives, whichever of some functions is called."""
    if any(isinstance(a, gast.Starred) for a in callee.args) or None in callee.keywords:
        return UNKNOWN
    match functions:
        case OneOf(values=values):
            found = [_of_one(callee._replace(primitive=v), asked) for v in values]
            return None if _lacks(found) else join_all(found)
        case Static(value=value) if callable(value):
            return _of_one(callee._replace(primitive=value), asked)
    return UNKNOWN


def _of_one(callee: Callee, asked: Asked) -> Kind | None:
    try:
        return _result(callee, asked)
    except (UnsupportedSyntax, SourceNotFound):  # told when it is called, if ever it is
        return UNKNOWN


def _result(callee: Callee, asked: Asked) -> Kind | None:
    known = [asked.kind(arg) for arg in callee.args]
    named = {name: asked.kind(value) for name, value in callee.keywords.items()}
    if _lacks(known) or _lacks(named.values()):
        return None
    return kind_of_result(callee, known, named, asked.result)  # type: ignore[arg-type]


def _dispatched(callee: Callee, asked: Asked) -> Kind | None:
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
    return ListOf(join_all([Number("bool") if isinstance(k, Static) and type(k.value) is bool else k for k in items]))


def _lacks(kinds: Iterable[Kind | None]) -> bool:
    """Is something not known yet?"""
    return any(k is None for k in kinds)
