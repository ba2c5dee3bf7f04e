"""Which functions of Python's are written out as functions of our own in plain Python: see `runtime/iteration.py`.

>>> import functools
>>> replacement(functools.reduce, ["f", "xs"], {})[0].__name__
'reduced'
>>> replacement(sorted, ["xs"], {}) is None
True
"""

from __future__ import annotations

import bisect
import builtins
import collections
import functools
import heapq
import itertools
import operator
from collections.abc import Mapping, Sequence
from types import FunctionType
from typing import Any

import gast

from adjoint.rules import late
from adjoint.runtime import iteration
from adjoint.syntax import core

Found = tuple[Any, Sequence[Any], Mapping[str, Any]]

# By the number of positional arguments, where there are no others.
PLAIN: dict[tuple[Any, int], Any] = {
    (functools.reduce, 2): iteration.reduced,
    (functools.reduce, 3): iteration.reduced_from,
    (builtins.iter, 1): iteration.each,
    (builtins.enumerate, 1): iteration.numbered,
    (builtins.enumerate, 2): iteration.numbered,
    (collections.Counter, 1): iteration.counted,
    (itertools.accumulate, 1): iteration.running_sums,
    (itertools.accumulate, 2): iteration.running,
    (itertools.product, 2): iteration.product_of_two,
    (itertools.product, 3): iteration.product_of_three,
    (itertools.chain, 2): iteration.chain_of_two,
    (itertools.chain, 3): iteration.chain_of_three,
    (itertools.pairwise, 1): iteration.pairwise,
    (itertools.starmap, 2): iteration.star_map,
    (itertools.groupby, 1): iteration.groups,
    (itertools.groupby, 2): iteration.groups_by,
    (itertools.count, 0): iteration.count,
    (itertools.count, 1): iteration.count,
    (itertools.count, 2): iteration.count,
    (itertools.repeat, 1): iteration.without_end,
    (itertools.repeat, 2): iteration.repeat,
    (itertools.islice, 2): iteration.first_items,
    (itertools.cycle, 1): iteration.cycle,
    (itertools.filterfalse, 2): iteration.without_those,
    (itertools.compress, 2): iteration.chosen_items,
    (operator.itemgetter, 1): iteration.item_getter,
    (operator.itemgetter, 2): iteration.getter_of_two_items,
    (operator.attrgetter, 1): iteration.attribute_getter,
    (bisect.insort, 2): iteration.insert_in_order,
    (bisect.insort_right, 2): iteration.insert_in_order,
    (itertools.takewhile, 2): iteration.take_while,
    (itertools.dropwhile, 2): iteration.drop_while,
    (itertools.zip_longest, 2): iteration.zip_longest,
    (heapq.heapify, 1): iteration.heapify,
    (heapq.heappush, 2): iteration.heap_push,
    (heapq.heappop, 1): iteration.heap_pop,
    (heapq.heappushpop, 2): iteration.heap_push_and_pop,
    (heapq.heapreplace, 2): iteration.heap_replace,
    (heapq.nsmallest, 2): iteration.smallest,
    (heapq.nlargest, 2): iteration.largest,
}
BY_KEY: dict[Any, tuple[Any, Any]] = {
    builtins.min: (iteration.least_by, iteration.least_or),
    builtins.max: (iteration.greatest_by, iteration.greatest_or),
}
# What a sum from such a sequence on is.
CONCATENATED: dict[type, Any] = {list: iteration.concatenated, tuple: iteration.concatenated_tuples}
CHOSEN = {
    (itertools.combinations, 2): iteration.combinations_of_two,
    (itertools.combinations, 3): iteration.combinations_of_three,
    (itertools.permutations, 2): iteration.permutations_of_two,
}


def is_written(value: Any) -> bool:
    """May a call of this function be written out?"""
    late.wanted(value)
    try:
        return value in WRITTEN or value in late.WRITTEN or is_chain(value)
    except TypeError:
        return False


WRITTEN = {f for f, _ in (*PLAIN, *CHOSEN)} | {*BY_KEY, builtins.sorted, builtins.sum, builtins.zip}


def is_chain(value: Any) -> bool:
    """Is this `itertools.chain.from_iterable`?"""
    return getattr(value, "__self__", None) is itertools.chain and value.__name__ == "from_iterable"


def replacement(
    value: Any, args: Sequence[Any], keywords: Mapping[str, Any], of_array: bool = False, summed: type | None = None
) -> Found | None:
    """The function to write out for a call, and its arguments; None where the call stays.

    `of_array` says that the one argument is an array, `summed` which sequence a sum starts with.
    """
    if is_chain(value) and len(args) == 1 and not keywords:
        return iteration.chained, args, {}
    if not is_written(value):
        return None
    if value is builtins.zip:  # the columns of rows that only the run can count
        starred = len(args) == 1 and isinstance(args[0], gast.Starred) and not keywords
        return (iteration.columns, [args[0].value], {}) if starred else None
    if any(isinstance(a, gast.Starred) for a in args):
        return None
    if value is builtins.sum:
        return None if summed is None else (CONCATENATED[summed], args, {})
    if value in late.WRITTEN:
        return late.WRITTEN[value], args, keywords
    if value is builtins.sorted:
        if of_array and len(args) == 1 and not set(keywords) - {"reverse"}:
            return iteration.in_order, args, keywords
        return _sorted(args, keywords)
    if value in BY_KEY:
        return _extreme(value, args, keywords)
    if value in (itertools.combinations, itertools.permutations):
        return _combined(value, args, keywords)
    if value is functools.reduce and set(keywords) == {"initial"}:
        return iteration.reduced_from, [*args, keywords["initial"]], {}
    if value is itertools.groupby and set(keywords) == {"key"}:
        args, keywords = [*args, keywords["key"]], {}
        args = args[:1] if core.is_constant(args[-1]) else args
    if value is itertools.product and set(keywords) == {"repeat"} and len(args) == 1:
        times = _number(keywords["repeat"])
        repeated = [args[0], *(core.copy(args[0]) for _ in range((times or 1) - 1))]
        found: FunctionType | None = PLAIN.get((value, times or 0))
        return None if found is None else (found, repeated, {})
    if keywords and value not in (itertools.zip_longest, builtins.enumerate):
        return None
    if value is itertools.islice and len(args) > 2:
        return _sliced(*args)
    found = PLAIN.get((value, len(args)))
    return None if found is None else (found, args, keywords)


def _sorted(args: Sequence[Any], keywords: Mapping[str, Any]) -> Found | None:
    if len(args) != 1 or "key" not in keywords or set(keywords) - {"key", "reverse"}:
        return None
    key = keywords["key"]
    if core.is_constant(key):
        return iteration.in_order, args, {k: v for k, v in keywords.items() if k != "key"}
    return iteration.sorted_by, args, keywords


def _extreme(value: Any, args: Sequence[Any], keywords: Mapping[str, Any]) -> Found | None:
    by, otherwise = BY_KEY[value]
    if set(keywords) == {"key"} and not core.is_constant(keywords["key"]):
        given = [args[0] if len(args) == 1 else core.tuple_(map(core.copy, args))]
        return by, given, keywords
    if set(keywords) == {"default"} and len(args) == 1:
        return otherwise, args, keywords
    return None


def _sliced(items: Any, start: Any, stop: Any, step: Any = None) -> Found:
    first = core.const(0) if _is_none(start) else start
    stride = [] if step is None or _is_none(step) else [step]
    if _is_none(stop):
        return iteration.items_from, [items, first, *stride], {}
    return iteration.items_between, [items, first, stop, *stride], {}


def _is_none(node: Any) -> bool:
    return core.is_constant(node) and core.constant_value(node) is None


def _combined(value: Any, args: Sequence[Any], keywords: Mapping[str, Any]) -> Found | None:
    size = _number(args[1]) if len(args) == 2 else _number(keywords["r"]) if "r" in keywords else None
    found = CHOSEN.get((value, size or 0))
    return None if found is None or not args else (found, args[:1], {})


def _number(node: Any) -> int | None:
    value = core.constant_value(node) if core.is_constant(node) else None
    return value if type(value) is int else None
