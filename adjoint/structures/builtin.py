"""Python's own functions, asked of what is known: `len(d)`, `isinstance(v, Vector)`, `sorted(ds)`.

`UNKNOWN` is the answer where nothing is known: the call stays a call.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import gast

from adjoint.runtime.objects import like
from adjoint.structures import asking, copying, generators, sequences
from adjoint.structures.asked import UNKNOWN, Call
from adjoint.structures.evaluator import Evaluator, Result
from adjoint.structures.values import Closure, Known
from adjoint.syntax import core


def function(
    value: Any, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any, stem: str
) -> Result:
    """What a builtin gives for these arguments."""
    try:
        handler = _functions().get(value)
    except TypeError:  # what cannot be hashed is none of them
        return UNKNOWN
    if handler is None or any(isinstance(a, gast.Starred) for a in args) or any(k.arg is None for k in keywords):
        return UNKNOWN
    return handler(Call(args, {k.arg: k.value for k in keywords}, node, ev, stmt, stem))


def _cached(call: Call) -> Result:
    """`functools.cache` of a function defined inside: itself, where calling it twice does no more than once."""
    value = call.value(0) if call.args else None
    if value is None or value == Known(None) or isinstance(value, Known) and type(value.value) is int:
        return Known(_cached)  # `lru_cache(maxsize=…)`, which is given the function
    if not isinstance(value, Closure):
        return UNKNOWN
    inside = list(core.statements(value.definition.body))
    plain = all(isinstance(s, (gast.Return, gast.If, gast.For, gast.Pass)) or _is_bind(s) for s in inside)
    names = {value.definition.name, *core.names_bound(call.stmt)}
    again = not names.isdisjoint(n for s in inside for n in core.names_read(s))
    if again or not plain:
        advice = "Define it outside, or keep its values in a dictionary: `if k not in known: known[k] = …`."
        generators.refuse("a function in a cache that calls itself or has effects", advice, call.node, call.ev)
    return value


def _is_bind(stmt: Any) -> bool:
    return isinstance(stmt, gast.Assign) and isinstance(stmt.targets[0], (gast.Name, gast.Tuple))


@functools.cache
def _functions() -> dict[Any, Callable[[Call], Result]]:
    """Who answers for each function."""
    return {
        isinstance: asking.of_isinstance,
        len: asking.of_len,
        min: asking.of_least,
        getattr: asking.of_getattr,
        hasattr: asking.of_hasattr,
        setattr: asking.of_setattr,
        super: asking.of_super,
        type: asking.of_type,
        callable: asking.of_callable,
        dict: sequences.of_dict,
        list: sequences.sequence(list),
        tuple: sequences.sequence(tuple),
        zip: sequences.of_zip,
        enumerate: sequences.of_enumerate,
        reversed: sequences.of_reversed,
        sorted: sequences.of_sorted,
        sum: sequences.of_sum,
        abs: lambda call: asking.of_special("__abs__", call),
        float: lambda call: asking.of_special("__float__", call),
        int: lambda call: asking.of_special("__int__", call),
        copy.copy: copying.of_copy,
        copy.deepcopy: copying.of_deepcopy,
        iter: sequences.of_iter,
        dataclasses.replace: copying.of_replace,
        dataclasses.asdict: copying.as_plain(dict),
        dataclasses.astuple: copying.as_plain(tuple),
        functools.cache: _cached,
        functools.lru_cache: _cached,
        _cached: _cached,
        vars: copying.of_vars,
        like: copying.of_replace,
    }


# These mean something also where nothing is known of their arguments.
ALWAYS = (super, dict, OrderedDict, isinstance, getattr, hasattr, setattr, callable)
