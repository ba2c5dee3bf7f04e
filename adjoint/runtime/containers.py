"""The few functions on lists and dictionaries that generated code calls, all of them plain Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


def joined(xs: list[Any], ys: list[Any]) -> list[Any]:
    """`xs + ys`, to have a name for it."""
    return xs + ys


def repeated(xs: list[Any], times: int) -> list[Any]:
    """`xs * times`, to have a name for it."""
    return xs * times


def items_at(xs: Sequence[Any], order: Sequence[int]) -> list[Any]:
    """The items at some places.

    >>> items_at([1.0, 2.0, 3.0], [2, 0])
    [3.0, 1.0]
    """
    return [xs[k] for k in order]


def ordering(xs: Sequence[Any], key: Callable[[Any], Any] | None = None, reverse: bool = False) -> list[int]:
    """The places of the items in the order that `sorted` gives them.

    >>> ordering([3.0, 1.0, 2.0])
    [1, 2, 0]
    """
    value = xs.__getitem__ if key is None else lambda k: key(xs[k])
    return sorted(range(len(xs)), key=value, reverse=reverse)


def turned(count: int, by: int) -> list[int]:
    """The places of `count` items after `deque.rotate(by)`.

    >>> turned(4, 1)
    [3, 0, 1, 2]
    """
    return [(k - by) % count for k in range(count)]


def surplus(xs: Sequence[Any], limit: int) -> int:
    """How many items are too many.

    >>> surplus([1.0, 2.0, 3.0], 2), surplus([], 2)
    (1, 0)
    """
    return max(len(xs) - limit, 0)


def place_of(k: int, xs: Sequence[Any]) -> int:
    """Where `xs.insert(k, …)` puts an item.

    >>> place_of(-1, [1.0, 2.0]), place_of(7, [1.0, 2.0])
    (1, 2)
    """
    return slice(k, None).indices(len(xs))[0]


def item_place(k: int, xs: Sequence[Any]) -> int:
    """The place, counted from the front, of the item `xs[k]`.

    >>> item_place(-1, [1.0, 2.0])
    1
    """
    if not -len(xs) <= k < len(xs):
        raise IndexError("list index out of range")
    return k % len(xs)


def part_of(xs: Sequence[Any], lower: int | None, upper: int | None) -> tuple[int, int]:
    """Where the part `xs[lower:upper]` begins, and where it ends.

    >>> part_of([1.0, 2.0, 3.0], -2, None), part_of([1.0, 2.0, 3.0], 2, 1)
    ((1, 3), (2, 2))
    """
    first, last, _ = slice(lower, upper).indices(len(xs))
    return first, max(first, last)


def entry(items: dict[Any, Any], key: Any) -> tuple[Any, ...]:
    """What a dictionary has under a key: nothing, or one value.

    >>> entry({"a": 1.0}, "a"), entry({}, "a")
    ((1.0,), ())
    """
    return (items[key],) if key in items else ()


def put_back(items: dict[Any, Any], key: Any, entry: tuple[Any, ...]) -> None:
    """Give a dictionary under a key what `entry` said of it.

    >>> items = {"a": 1.0, "b": 2.0}
    >>> put_back(items, "a", ())
    >>> items
    {'b': 2.0}
    """
    if entry:
        items[key] = entry[0]
    else:
        del items[key]


def places_of(xs: Sequence[Any], lower: int | None, upper: int | None, step: int | None) -> list[int]:
    """The places of `xs[lower:upper:step]`.

    >>> places_of([1.0, 2.0, 3.0], None, None, -2)
    [2, 0]
    """
    return list(range(*slice(lower, upper, step).indices(len(xs))))
