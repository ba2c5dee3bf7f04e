"""Functions of Python's that call functions or make iterators, in plain Python: they are written into what calls them.

>>> list(pairwise([1, 2, 3])), reduced(lambda a, b: a * b, [2, 3, 4]), sorted_by([3, -5, 4], abs)
([(1, 2), (2, 3)], 24, [3, 4, -5])
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

Items = Iterable[Any]


def each(iterable: Items) -> Iterator[Any]:
    yield from iterable


def numbered(iterable: Items, start: int = 0) -> Iterator[Any]:
    number = start
    for item in iterable:
        yield number, item
        number += 1


def counted(iterable: Items) -> Any:
    counts: Counter[Any] = Counter()
    for item in iterable:
        counts[item] += 1
    return counts


# functools


def reduced(function: Callable[[Any, Any], Any], iterable: Items) -> Any:
    items = list(iterable)
    if not items:
        raise TypeError("reduce() of empty iterable with no initial value")
    result = items[0]
    for k in range(1, len(items)):
        result = function(result, items[k])
    return result


def reduced_from(function: Callable[[Any, Any], Any], iterable: Items, initial: Any) -> Any:
    result = initial
    for item in iterable:
        result = function(result, item)
    return result


# Order


def order_of(keys: Sequence[Any], reverse: bool = False) -> list[int]:
    """The positions of items in the order of their keys, as `sorted` does it."""
    return sorted(range(len(keys)), key=keys.__getitem__, reverse=reverse)


def least(keys: Sequence[Any]) -> int:
    """The position of the first least key."""
    return min(range(len(keys)), key=keys.__getitem__)


def greatest(keys: Sequence[Any]) -> int:
    """The position of the first greatest key."""
    return max(range(len(keys)), key=keys.__getitem__)


def in_order(iterable: Items, reverse: bool = False) -> list[Any]:
    items = list(iterable)
    order = order_of(items, reverse)
    return [items[k] for k in order]


def sorted_by(iterable: Items, key: Callable[[Any], Any], reverse: bool = False) -> list[Any]:
    items = list(iterable)
    keys = [key(item) for item in items]
    order = order_of(keys, reverse)
    return [items[k] for k in order]


def least_by(iterable: Items, key: Callable[[Any], Any]) -> Any:
    items = list(iterable)
    keys = [key(item) for item in items]
    return items[least(keys)]


def greatest_by(iterable: Items, key: Callable[[Any], Any]) -> Any:
    items = list(iterable)
    keys = [key(item) for item in items]
    return items[greatest(keys)]


def least_or(iterable: Items, default: Any) -> Any:
    items = list(iterable)
    if items:
        return items[least(items)]
    return default


def greatest_or(iterable: Items, default: Any) -> Any:
    items = list(iterable)
    if items:
        return items[greatest(items)]
    return default


# itertools


def running_sums(iterable: Items) -> Iterator[Any]:
    items = list(iterable)
    if items:
        total = items[0]
        yield total
        for k in range(1, len(items)):
            total = total + items[k]
            yield total


def running(iterable: Items, function: Callable[[Any, Any], Any]) -> Iterator[Any]:
    items = list(iterable)
    if items:
        total = items[0]
        yield total
        for k in range(1, len(items)):
            total = function(total, items[k])
            yield total


def product_of_two(first: Items, second: Items) -> Iterator[Any]:
    items = list(second)
    for a in first:
        for b in items:
            yield a, b


def product_of_three(first: Items, second: Items, third: Items) -> Iterator[Any]:
    items = list(second)
    more = list(third)
    for a in first:
        for b in items:
            for c in more:
                yield a, b, c


def chain_of_two(first: Items, second: Items) -> Iterator[Any]:
    yield from first
    yield from second


def chain_of_three(first: Items, second: Items, third: Items) -> Iterator[Any]:
    yield from first
    yield from second
    yield from third


def chained(iterables: Iterable[Items]) -> Iterator[Any]:
    for iterable in iterables:
        yield from iterable


def concatenated(lists: Iterable[list[Any]], start: list[Any]) -> list[Any]:
    """What `sum(lists, [])` gives."""
    found = list(start)
    for items in lists:
        found.extend(items)
    return found


def concatenated_tuples(tuples: Iterable[tuple[Any, ...]], start: tuple[Any, ...]) -> tuple[Any, ...]:
    """What `sum(tuples, ())` gives."""
    found = list(start)
    for items in tuples:
        found.extend(items)
    return tuple(found)


def star_map(function: Callable[..., Any], iterable: Items) -> Iterator[Any]:
    for item in iterable:
        yield function(*item)


def groups(iterable: Items) -> Iterator[Any]:
    items = list(iterable)
    start = 0
    while start < len(items):
        stop = start + 1
        while stop < len(items) and items[stop] == items[start]:
            stop += 1
        yield items[start], items[start:stop]
        start = stop


def groups_by(iterable: Items, key: Callable[[Any], Any]) -> Iterator[Any]:
    items = list(iterable)
    keys = [key(item) for item in items]
    start = 0
    while start < len(items):
        stop = start + 1
        while stop < len(items) and keys[stop] == keys[start]:
            stop += 1
        yield keys[start], items[start:stop]
        start = stop


def pairwise(iterable: Items) -> Iterator[Any]:
    items = list(iterable)
    for k in range(len(items) - 1):
        yield items[k], items[k + 1]


def combinations_of_two(iterable: Items) -> Iterator[Any]:
    items = list(iterable)
    for i in range(len(items)):
        for j in range(i + 1, len(items)):
            yield items[i], items[j]


def combinations_of_three(iterable: Items) -> Iterator[Any]:
    items = list(iterable)
    for i in range(len(items)):
        for j in range(i + 1, len(items)):
            for k in range(j + 1, len(items)):
                yield items[i], items[j], items[k]


def permutations_of_two(iterable: Items) -> Iterator[Any]:
    items = list(iterable)
    for i in range(len(items)):
        for j in range(len(items)):
            if i != j:
                yield items[i], items[j]


def count(start: Any = 0, step: Any = 1) -> Iterator[Any]:
    number = start
    while True:
        yield number
        number = number + step


def repeat(value: Any, times: int) -> Iterator[Any]:
    for _ in range(times):
        yield value


def without_end(value: Any) -> Iterator[Any]:
    while True:
        yield value


def first_items(iterable: Items, stop: int) -> Iterator[Any]:
    taken = 0
    for item in iterable:
        if taken >= stop:
            break
        yield item
        taken += 1


def items_between(iterable: Items, start: int, stop: int, step: int = 1) -> Iterator[Any]:
    place = 0
    for item in iterable:
        if place >= stop:
            break
        if place >= start and (place - start) % step == 0:
            yield item
        place += 1


def items_from(iterable: Items, start: int, step: int = 1) -> Iterator[Any]:
    place = 0
    for item in iterable:
        if place >= start and (place - start) % step == 0:
            yield item
        place += 1


def cycle(iterable: Items) -> Iterator[Any]:
    items = list(iterable)
    while len(items) > 0:
        yield from items


def without_those(test: Callable[[Any], Any], iterable: Items) -> Iterator[Any]:
    for item in iterable:
        if not test(item):
            yield item


def chosen_items(items: Sequence[Any], selectors: Sequence[Any]) -> Iterator[Any]:
    for k in range(min(len(items), len(selectors))):
        if selectors[k]:
            yield items[k]


def item_getter(place: Any) -> Callable[[Any], Any]:
    return lambda value: value[place]


def getter_of_two_items(first: Any, second: Any) -> Callable[[Any], Any]:
    return lambda value: (value[first], value[second])


def attribute_getter(name: str) -> Callable[[Any], Any]:
    return lambda value: getattr(value, name)


def insert_in_order(items: list[Any], item: Any) -> None:
    items.insert(bisect.bisect_right(items, item), item)


def take_while(test: Callable[[Any], Any], iterable: Items) -> Iterator[Any]:
    for item in iterable:
        if not test(item):
            break
        yield item


def drop_while(test: Callable[[Any], Any], iterable: Items) -> Iterator[Any]:
    dropping = True
    for item in iterable:
        if dropping and test(item):
            continue
        dropping = False
        yield item


def zip_longest(first: Items, second: Items, fillvalue: Any = None) -> Iterator[Any]:
    items = list(first)
    others = list(second)
    for k in range(max(len(items), len(others))):
        a = items[k] if k < len(items) else fillvalue
        b = others[k] if k < len(others) else fillvalue
        yield a, b


# `zip`, `reversed` and `x.flat` where what they give is kept


def one_by_one(items: Items) -> Iterator[Any]:
    for item in items:
        yield (item,)


def side_by_side(first: Items, second: Items) -> Iterator[Any]:
    yield from zip(first, second)


def three_side_by_side(first: Items, second: Items, third: Items) -> Iterator[Any]:
    yield from zip(first, second, third)


def four_side_by_side(first: Items, second: Items, third: Items, fourth: Items) -> Iterator[Any]:
    yield from zip(first, second, third, fourth)


def any_side_by_side(rows: Sequence[Sequence[Any]]) -> Iterator[Any]:
    for k in range(min([len(row) for row in rows])):
        yield tuple([row[k] for row in rows])


def two_of_one_length(first: Sequence[Any], second: Sequence[Any]) -> Iterator[Any]:
    yield from zip(first, second, strict=True)


def each_column(rows: Sequence[Sequence[Any]]) -> Iterator[Any]:
    yield from columns(rows)


def each_cell(array: Any) -> Iterator[Any]:
    yield from array.flat


def backwards(items: Sequence[Any]) -> Iterator[Any]:
    return from_the_end(items, len(items))


def from_the_end(items: Sequence[Any], count: int) -> Iterator[Any]:
    """Python begins at what was the last item when `reversed` was called."""
    grown = len(items) - count
    if grown >= 0:
        for k, item in enumerate(reversed(items)):
            if k >= grown:
                yield item


def columns(rows: Sequence[Sequence[Any]]) -> list[Any]:
    """What `zip(*rows)` goes through."""
    if len(rows) == 0:
        return []
    length = min([len(row) for row in rows])
    return [[row[k] for row in rows] for k in range(length)]


# Heaps: no item is less than the one at half its place


def heapify(heap: list[Any]) -> None:
    for start in range(len(heap) // 2 - 1, -1, -1):
        settle(heap, start)


def heap_push(heap: list[Any], item: Any) -> None:
    heap.append(item)
    rise(heap, 0, len(heap) - 1)


def heap_pop(heap: list[Any]) -> Any:
    first = heap.pop()
    if len(heap) > 0:
        last = first
        first = heap[0]
        heap[0] = last
        settle(heap, 0)
    return first


def heap_replace(heap: list[Any], item: Any) -> Any:
    first = heap[0]
    heap[0] = item
    settle(heap, 0)
    return first


def heap_push_and_pop(heap: list[Any], item: Any) -> Any:
    first = item
    if len(heap) > 0 and heap[0] < item:
        first = heap[0]
        heap[0] = item
        settle(heap, 0)
    return first


def rise(heap: list[Any], start: int, place: int) -> None:
    """Move the item at a place up while it is less than the one above it."""
    item = heap[place]
    while place > start and item < heap[(place - 1) // 2]:
        heap[place] = heap[(place - 1) // 2]
        place = (place - 1) // 2
    heap[place] = item


def settle(heap: list[Any], start: int) -> None:
    """Move the item at a place to the bottom along the lesser items, then up to where it belongs."""
    item = heap[start]
    place = start
    below = 2 * place + 1
    while below < len(heap):
        if below + 1 < len(heap) and not heap[below] < heap[below + 1]:
            below = below + 1
        heap[place] = heap[below]
        place = below
        below = 2 * place + 1
    heap[place] = item
    rise(heap, start, place)


def smallest(n: int, iterable: Items) -> list[Any]:
    return in_order(iterable)[:n]


def largest(n: int, iterable: Items) -> list[Any]:
    return in_order(iterable, True)[:n]
