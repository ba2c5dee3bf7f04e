"""The kind of what a call gives, from the kinds of its arguments.

Of a primitive it is that of a sample, unless its value matters (`len`, sizes), or it is one of the few of which a
sample says too much (`np.squeeze` of axes that may have length 1) or too little (`float`).

    >>> import numpy as np
    >>> kind_of_result(Callee(np.shape, (), {}), [Array("float64", (Size(3), None))], {}, unknown_result)
    TupleOf(items=(Number('int', 3), Number('int')))
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

import gast
import numpy as np

from adjoint.analysis.callees import EXAMPLES, Callee
from adjoint.analysis.containers import CONTAINERS, is_open
from adjoint.analysis.joins import certain
from adjoint.analysis.kinds import UNKNOWN, Array, Instance, Kind, Number, SetOf, Size, Text, TupleOf, cotangent_kind
from adjoint.analysis.samples import kind_of_sample
from adjoint.calls.resolved import kind_of_derivative, kind_of_resolved
from adjoint.rules import registry
from adjoint.rules.table import BODIES
from adjoint.runtime import arrays

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
NOTHING = TupleOf(())
# These leave out axes of length 1.
SQUEEZED = (np.cov, np.corrcoef)
# Of the same kind, whatever the second argument says.
LIKE_SORTS: Mapping[Any, Any] = {np.partition: np.sort, np.argpartition: np.argsort}
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
# What these make, by the function's id (not all that is called can be hashed).
OBJECTS: Mapping[int, type] = {
    id(np.random.default_rng): np.random.Generator,
    id(np.random.RandomState): np.random.RandomState,
    id(slice): slice,
}
ResultOf = Callable[[Callee, Sequence[Kind]], Kind | None]


def unknown_result(callee: Callee, kinds: Sequence[Kind]) -> Kind | None:
    """The kind of the result of a function of which nothing is known."""
    return UNKNOWN


def kind_of_result(callee: Callee, known: list[Kind], named: dict[str, Kind], result_of: ResultOf) -> Kind | None:
    """The kind of a call's result; None where more becomes known later. `result_of` tells of the user's functions."""
    primitive = callee.primitive
    if id(primitive) in ARITHMETIC:
        known = [certain(kind) for kind in known]
    size = _size(primitive, known)
    if size is not None:
        return Number("int", size)
    if primitive is operator.mul and any(isinstance(k, TupleOf) for k in known) and not all(map(_has_value, known)):
        return UNKNOWN  # how long it is, the run decides
    if id(primitive) in OPERATIONS:
        return None if any(map(is_open, known)) else kind_of_sample(primitive, known, named)
    found = _of_value(primitive, known, named) or _of_maker(primitive, known, named)
    if found is not None:
        return found
    if registry.rule_of(primitive) is None and not registry.is_pure(primitive):
        return result_of(callee, known)
    for k, argument in enumerate(callee.args):
        if type(argument) is gast.List and not argument.elts:  # nothing is appended to what only stands here
            known[k] = NOTHING
    if callee.method and len(known) > 2 and primitive in (np.reshape, np.transpose):
        known = [known[0], TupleOf(tuple(known[1:]))]
    if primitive in SQUEEZED and not all(_is_never_one(k) for k in (*known, *named.values())):
        return UNKNOWN
    if primitive in LIKE_SORTS and len(known) >= 2:
        return kind_of_sample(LIKE_SORTS[primitive], [known[0], *known[2:]], named)
    if primitive is len and isinstance(known[0], (SetOf, *CONTAINERS)):
        return Number("int")
    if any(map(is_open, (*known, *named.values()))):
        return None  # more is known once something is appended
    return kind_of_sample(primitive, known, named)


def _of_value(primitive: Any, known: Sequence[Kind], named: Mapping[str, Kind]) -> Kind | None:
    """The kind of what is no array operation: a conversion, a shape, a draw, a cotangent like its argument."""
    if primitive in CONVERSIONS:
        converted = kind_of_sample(primitive, known, named)
        return CONVERSIONS[primitive] if converted is UNKNOWN else converted
    if primitive is np.shape and isinstance(known[0], Array) and known[0].shape is not None:
        return TupleOf(tuple(Number("int", n) for n in known[0].shape))
    if registry.draws(primitive):
        example = EXAMPLES.get(type(primitive.__self__))
        return UNKNOWN if example is None else kind_of_sample(getattr(example, primitive.__name__), known, named)
    if known and isinstance(known[0], (TupleOf, *CONTAINERS)) and _is_like_first(primitive):
        return cotangent_kind(known[0])
    if primitive is arrays.working_copies and known and isinstance(known[0], Array):
        return known[0]
    if isinstance(getattr(primitive, "__self__", None), np.ufunc):
        return kind_of_sample(primitive, known, named)
    found = kind_of_derivative(primitive, known) or kind_of_resolved(primitive, known)
    return UNKNOWN if found is not None and named else found


def _of_maker(primitive: Any, known: Sequence[Kind], named: Mapping[str, Kind]) -> Kind | None:
    """The kind of an object that the run makes and asks later."""
    if registry.writes_log(primitive) and primitive.__name__ == "getLogger":
        return Instance(primitive.__globals__["Logger"])
    made = OBJECTS.get(id(primitive))
    return None if made is None else Instance(made)


def _has_value(kind: Kind) -> bool:
    """Is this no number, or one whose value is known?"""
    return not isinstance(kind, Number) or kind.size is not None and not kind.size.terms


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


def _is_never_one(kind: Kind) -> bool:
    """False of an array one of whose axes may have length 1."""
    sizes = (kind.shape or (None,)) if isinstance(kind, Array) and kind.rank != 1 else ()
    return all(n is not None and (n.constant != 1 if not n.terms else n.constant == 0) for n in sizes)
