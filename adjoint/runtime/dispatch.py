"""Calls of which only the run can tell what is called: resolved, compiled and cached by what it turns out to be.

    y = ops[k](x)               y, y_record = call_forward(ops[k], (0,), x)
                         ->     …
                                x_bar = call_reverse(y_record, y_bar)[0]

The tuple says by which arguments, positions or names, derivatives are wanted.

    >>> out, record = call_forward(np.multiply, (0,), 3.0, 2.0)
    >>> out, call_reverse(record, 10.0)
    (np.float64(6.0), (20.0,))

Generated code has taken for granted that nothing but the result comes out of such a call. So what changes its arguments
is refused when it is met, and a result that shares memory with an argument is, where one of the two is changed later:
that is what the functions `…_apart` are for, which also keep copies of the arguments for the reverse sweep.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from adjoint.calls.callable import attribute_of, can_vary, method_of, refuse_carried, resolved
from adjoint.classes import dataclass, replace
from adjoint.errors import UnsupportedMutation
from adjoint.rules import registry
from adjoint.runtime.tangents import zero_tangent
from adjoint.sharing import arrays_in, overlap

By = tuple[int | str, ...]


@dataclass(frozen=True)
class CallRecord:
    """What the reverse sweep of a call needs; `slots` says where the gradients go among the results, None: zero."""

    reverse: Any
    given: tuple[Any, ...]
    slots: tuple[int | None, ...]

    def renewed(self, copy: Callable[[Any], Any]) -> CallRecord:
        """The same record, what it holds copied."""
        return replace(self, given=copy(self.given))


def call_forward(f: Any, by: By, /, *args: Any, **keywords: Any) -> tuple[Any, CallRecord]:
    """Return `f(*args, **keywords)` and the record that `call_reverse` takes."""
    return _called(f, by, args, keywords, apart=False)


def call_apart(f: Any, by: By, /, *args: Any, **keywords: Any) -> tuple[Any, CallRecord]:
    """The same where arguments or result are changed afterwards."""
    return _called(f, by, args, keywords, apart=True)


def method_forward(name: str, by: By, /, *args: Any, **keywords: Any) -> tuple[Any, CallRecord]:
    """Return what the method of the first argument returns for the others, and a record.

    >>> method_forward("sum", (0,), np.ones((2, 3)), axis=0)[0]
    array([2., 2., 2.])
    """
    return _called(method_of(name, args[0]), by, args, keywords, apart=False)


def method_apart(name: str, by: By, /, *args: Any, **keywords: Any) -> tuple[Any, CallRecord]:
    """The same where arguments or result are changed afterwards."""
    return _called(method_of(name, args[0]), by, args, keywords, apart=True)


def attribute_forward(name: str, by: By, value: Any, /) -> tuple[Any, CallRecord]:
    """Return an attribute of a value (`x.T` of what may be an array), and a record."""
    return _called(attribute_of(name, value), by, (value,), {}, apart=False)


def attribute_apart(name: str, by: By, value: Any, /) -> tuple[Any, CallRecord]:
    """The same where the value or its attribute is changed afterwards."""
    return _called(attribute_of(name, value), by, (value,), {}, apart=True)


def call_reverse(record: CallRecord, out_bar: Any) -> tuple[Any, ...]:
    """The cotangents of the arguments that derivatives are wanted by."""
    if record.reverse is None:
        return (0.0,) * len(record.slots)
    found = record.reverse(*record.given, out_bar)
    return tuple([0.0 if slot is None else found[slot] for slot in record.slots])


def reverse_of(record: tuple[Any, ...], out_bar: Any) -> tuple[Any, ...]:
    """The cotangents that `call_reverse` gives, from a call's arguments: derivatives may pass through these.

    The record is (the callable, the places that derivatives are wanted by, the names of keywords, the arguments …).

    >>> reverse_of((np.multiply, (0, 1), (), 3.0, 2.0), 10.0)
    (20.0, 30.0)
    """
    from adjoint.calls.again import pulling

    found: tuple[Any, ...] = pulling(record, out_bar)(record, out_bar)
    return found


def call_jvp(f: Any, by: By, dots: tuple[Any, ...], /, *args: Any, **keywords: Any) -> tuple[Any, Any]:
    """Return `f(*args, **keywords)` and its tangent; `dots` are the tangents of the arguments that `by` names.

    >>> call_jvp(np.multiply, (0,), (1.0,), 3.0, 2.0)
    (np.float64(6.0), 2.0)
    """
    return _pushed(f, by, dots, args, keywords, apart=False)


def call_apart_jvp(f: Any, by: By, dots: tuple[Any, ...], /, *args: Any, **keywords: Any) -> tuple[Any, Any]:
    """The same where arguments or result are changed afterwards."""
    return _pushed(f, by, dots, args, keywords, apart=True)


def method_jvp(name: str, by: By, dots: tuple[Any, ...], /, *args: Any, **keywords: Any) -> tuple[Any, Any]:
    """Return what the method of the first argument returns for the others, and its tangent."""
    return _pushed(method_of(name, args[0]), by, dots, args, keywords, apart=False)


def method_apart_jvp(name: str, by: By, dots: tuple[Any, ...], /, *args: Any, **keywords: Any) -> tuple[Any, Any]:
    """The same where arguments or result are changed afterwards."""
    return _pushed(method_of(name, args[0]), by, dots, args, keywords, apart=True)


def attribute_jvp(name: str, by: By, dots: tuple[Any, ...], value: Any, /) -> tuple[Any, Any]:
    """Return an attribute of a value, and its tangent."""
    return _pushed(attribute_of(name, value), by, dots, (value,), {}, apart=False)


def attribute_apart_jvp(name: str, by: By, dots: tuple[Any, ...], value: Any, /) -> tuple[Any, Any]:
    """The same where the value or its attribute is changed afterwards."""
    return _pushed(attribute_of(name, value), by, dots, (value,), {}, apart=True)


FORWARD = (call_forward, call_apart, method_forward, method_apart, attribute_forward, attribute_apart)
APART: Mapping[Any, Any] = {
    call_forward: call_apart,
    method_forward: method_apart,
    attribute_forward: attribute_apart,
}


JVP: Mapping[Any, Any] = {
    call_forward: call_jvp,
    call_apart: call_apart_jvp,
    method_forward: method_jvp,
    method_apart: method_apart_jvp,
    attribute_forward: attribute_jvp,
    attribute_apart: attribute_apart_jvp,
}


PUSHING = (call_jvp, call_apart_jvp, method_jvp, method_apart_jvp, attribute_jvp, attribute_apart_jvp)


def is_forward(call: Any, bindings: Mapping[str, Any]) -> bool:
    """Does a call's node call one of these helpers?"""
    return any(bindings.get(getattr(call.func, "id", "")) is helper for helper in FORWARD)


def _called(f: Any, by: By, args: tuple[Any, ...], keywords: dict[str, Any], apart: bool) -> tuple[Any, CallRecord]:
    if not by:
        return _untouched(f, args, keywords), CallRecord(None, (), ())
    call = resolved(f, args, keywords)
    places = [call.place(position) for position in by]
    wanted = [can_vary(call.value(place)) for place in places]
    for place, varies in zip(places, wanted):
        if not varies:
            refuse_carried(call.value(place))
    chosen = tuple([place for place, varies in zip(places, wanted) if varies])
    slots = _slots(wanted)
    if not chosen or call.constant:
        return _untouched(f, args, keywords), CallRecord(None, (), slots)
    out, reverse, given = call.run(chosen, apart)
    if apart:
        _refuse_shared(call.title, out, given)
    return out, CallRecord(reverse, given, slots)


def _pushed(
    f: Any, by: By, dots: tuple[Any, ...], args: tuple[Any, ...], keywords: dict[str, Any], apart: bool
) -> tuple[Any, Any]:
    chosen: dict[int | str, Any] = {}
    if by:
        call = resolved(f, args, keywords)
        for position, dot in zip(by, dots, strict=True):
            place = call.place(position)
            if can_vary(call.value(place)):
                chosen[place] = dot
            else:
                refuse_carried(call.value(place))
    if not chosen or call.constant:
        out = _untouched(f, args, keywords)
        return out, zero_tangent(out)
    out, out_dot = call.pushed(tuple(chosen), tuple(chosen.values()), apart)
    if apart:
        _refuse_shared(call.title, out, (*args, *keywords.values()))
    return out, out_dot


def _refuse_shared(title: str, out: Any, given: Any) -> None:
    if shared := _shared(out, given):
        raise UnsupportedMutation(
            f"what `{title}` returns shares memory with {shared}, and one of the two is changed\n"
            "  Let it return a copy."
        )


def _slots(wanted: Sequence[bool]) -> tuple[int | None, ...]:
    taken = iter(range(len(wanted)))
    return tuple([next(taken) if varies else None for varies in wanted])


def _shared(out: Any, given: Any) -> str:
    """What the arrays of a result share memory with, in words: an argument, or what its function holds."""
    found = list(arrays_in(out))
    return "an argument" if any(overlap(a, b) for a in found for b in arrays_in(given)) else ""


# Methods of arrays and containers that change nothing.
READING = frozenset([*registry.METHODS, "get", "keys", "values", "items", "index", "count", "isdisjoint"])


def _untouched(f: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Call a function through which no derivative passes; it must leave its arguments as they are."""
    if isinstance(getattr(f, "__self__", None), (np.ndarray, list, dict, set)) and f.__name__ not in READING:
        raise _changing(f)
    before = _contents(args, keywords)
    try:
        out = f(*map(_read_only, args), **{name: _read_only(v) for name, v in keywords.items()})
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        raise _changing(f) from error
    after = _contents(args, keywords)
    if len(before) != len(after) or any(a is not b for a, b in zip(before, after)):
        raise _changing(f)
    return out


def _changing(f: Any) -> UnsupportedMutation:
    name = getattr(f, "__name__", type(f).__name__)
    return UnsupportedMutation(
        f"`{name}` changes an argument, which is known only when it runs\n  Let it return what is new."
    )


def _contents(args: tuple[Any, ...], keywords: dict[str, Any]) -> list[Any]:
    """What the lists and dictionaries among the arguments hold."""
    found: list[Any] = []
    for value in (*args, *keywords.values()):
        if isinstance(value, dict):
            found += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            found += value
    return found


def _read_only(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    view = value.view()
    view.flags.writeable = False
    return view
