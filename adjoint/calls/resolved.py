"""The kinds of what calls give that the run resolves, where it is known that a derivative is called.

y, y_record = call_forward(g_grad, (0,), x)     y is of the kind that g_grad(x) is of
y, y_dot = call_jvp(g_grad, (0,), (x_dot,), x)  so are both of these
t = reverse_of(y_record, y_bar)                 t[0] is of the kind of x, if the record is known

>>> from adjoint.analysis.kinds import Array, Number, Static
>>> places, by = TupleOf((Number("int", Size(0)),)), Array("float64", (None,))
>>> kind_of_resolved(dispatch.reverse_of, [TupleOf((Static(_Doubled()), places, TupleOf(()), by)), by])
TupleOf(items=(Array('float64', (?,)),))
"""

from __future__ import annotations

from collections.abc import Sequence
from types import FunctionType
from typing import Any

from adjoint.analysis.kinds import UNKNOWN, Kind, Number, Size, Static, TupleOf, cotangent_kind
from adjoint.runtime import dispatch


def kind_of_resolved(helper: Any, known: Sequence[Kind]) -> Kind | None:
    """The kind of what a helper gives for arguments of these kinds, None where it is no such helper."""
    if helper is dispatch.reverse_of:
        return _of_record(known[0]) if known else None
    if helper in (dispatch.call_forward, dispatch.call_apart) and len(known) > 2:
        return TupleOf((_result(known[0], known[2:]), UNKNOWN))
    if helper in (dispatch.call_jvp, dispatch.call_apart_jvp) and len(known) > 3:
        found = _result(known[0], known[3:])
        return TupleOf((found, cotangent_kind(found) or UNKNOWN))
    return None


def kind_of_derivative(value: Any, known: Sequence[Kind]) -> Kind | None:
    """The kind of what a derivative gives, None of anything else."""
    tells = getattr(type(value), "kind_of_result", None)
    return tells(value, known) if isinstance(tells, FunctionType) else None


def _result(callee: Kind, known: Sequence[Kind]) -> Kind:
    found = kind_of_derivative(callee.value, known) if isinstance(callee, Static) else None
    return UNKNOWN if found is None else found


def _of_record(record: Kind) -> Kind:
    """The kinds of the cotangents of a call's arguments."""
    match record:
        case TupleOf(items=(Static(value=value), TupleOf(items=places), TupleOf(items=()), *args)):
            if isinstance(getattr(type(value), "kind_of_result", None), FunctionType):
                return TupleOf(tuple(_cotangent(place, args) for place in places))
    return UNKNOWN


def _cotangent(place: Kind, args: Sequence[Kind]) -> Kind:
    match place:
        case Number(size=Size(terms=terms, constant=k)) if not terms and 0 <= k < len(args):
            return cotangent_kind(args[k]) or UNKNOWN
    return UNKNOWN


class _Doubled:
    """What the example above calls."""

    def kind_of_result(self, kinds: Sequence[Kind]) -> Kind:
        return kinds[0]
