"""What a loop takes is what Python's iteration gives, of whatever it goes through: keys of mappings, items of lists.

Each program goes through each iterable; its derivative by x is that of differences, or it is refused where the
iteration is a class's own.
"""

from __future__ import annotations

import enum
import functools
import itertools
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, defaultdict, deque
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from adjoint import UnsupportedMutation, checkpoint, grad, value_and_grad

from differences import CLOSE, differences  # isort: skip

X = 1.1


class Renamed(dict):  # type: ignore[type-arg]
    pass


class Shifted(list):  # type: ignore[type-arg]
    """A list whose index begins with 1: no index that a loop goes by."""

    def __getitem__(self, k: Any) -> Any:
        return super().__getitem__(k - 1)


class Doubled(dict):  # type: ignore[type-arg]
    """A dictionary whose iterator gives other things than its keys."""

    def __iter__(self) -> Iterator[Any]:
        return (2.0 * k for k in self.keys())


class Holder:
    """An object whose iterator and index are not of one another."""

    def __init__(self, items: Any) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def __getitem__(self, k: Any) -> Any:
        return self.items[k]


ITERABLES: dict[str, Callable[[dict[Any, float]], Any]] = {
    "dict": dict,
    "OrderedDict": OrderedDict,
    "defaultdict": lambda d: defaultdict(float, d),
    "Counter": lambda d: Counter({k: int(v) for k, v in d.items()}),
    "ChainMap": ChainMap,
    "proxy": MappingProxyType,
    "UserDict": UserDict,
    "renamed": Renamed,
    "keys": lambda d: d.keys(),
    "frozenset": frozenset,
    "list": list,
    "tuple": tuple,
    "deque": deque,
    "UserList": lambda d: UserList(list(d)),
    "array": lambda d: np.array(list(d)),
    "doubled": Doubled,
    "shifted": lambda d: Shifted(list(d)),
    "holder": Holder,
}
OWN = {"UserList", "doubled", "shifted", "holder"}  # a class says how these are gone through


def plain(d: Any, x: Any) -> Any:
    s = x
    for k in d:
        s = s * x + k * x
    return s


def numbered(d: Any, x: Any) -> Any:
    return sum([i * k * x for i, k in enumerate(d)])


def side_by_side(d: Any, x: Any) -> Any:
    return sum([i * k * x for i, k in zip(d, [1.0, 2.0, 3.0])])


def unpacked(d: Any, x: Any) -> Any:
    a, b, c = d
    return a * x + b * x * x + c * x**3


def with_a_star(d: Any, x: Any) -> Any:
    a, *b = d
    return a * x + b[0] * x * x + b[1] * x**3


def with_a_star_before(d: Any, x: Any) -> Any:
    *a, b = d
    return a[0] * x + a[1] * x * x + b * x**3


def defaults(a: Any, b: Any = 1.5, c: Any = 2.5, e: Any = 9.0) -> Any:
    return a + 2 * b * b + 3 * c * e


def spread(d: Any, x: Any) -> Any:
    return defaults(*d, e=x) * x * x


def several(a: Any, *rest: Any) -> Any:
    return a * rest[0] + rest[1]


def spread_over_any_number(d: Any, x: Any) -> Any:
    return several(*d) * x * x + several(x, *d)


def doubled(items: Any) -> Iterator[Any]:
    for k in items:
        yield k * 2


def beside_a_generator(d: Any, x: Any) -> Any:
    s = x
    for a, k in zip(doubled(d), d):
        s = s * x + k * x * a
    return s


def given_on(items: Any) -> Iterator[Any]:
    yield from items


def of_a_generator(d: Any, x: Any) -> Any:
    s = x
    for k in given_on(d):
        s = s * x + k * x
    return s


def twice_over(d: Any, x: Any) -> Any:
    s = x
    for k in d:
        for j in d:
            s = s + k * x * j * x
    return s


def with_a_break(d: Any, x: Any) -> Any:
    s = x
    for k in d:
        if k > 1.5:
            continue
        s = s * x + k * x
        if s > 5:
            break
    else:
        s = s * 2
    return s


def in_order(d: Any, x: Any) -> Any:
    s = x
    for k in sorted(d):
        s = s * x + k * x
    return s * min(d, key=lambda k: (k - x) ** 2)


def reduced(d: Any, x: Any) -> Any:
    return functools.reduce(lambda a, b: a * x + b, d, x)


def in_windows(d: Any, x: Any) -> Any:
    s = x
    for a, b in itertools.pairwise(d):
        s = s * x + a * x + b
    for a in itertools.chain(d, [3.0]):
        s = s * x + a
    return s


def summed(d: Any, x: Any) -> Any:
    return sum(k * x for k in d) + sum(map(lambda k: k * x * x, d)) + max(d) * x


def stored(d: Any, x: Any) -> Any:
    a = np.zeros(3)
    for i, k in enumerate(d):
        a[i] = k * x
    a[:] = a * [k * x for k in d]
    return a @ np.array([1.0, 2.0, 3.0])


def in_checkpoints(d: Any, x: Any) -> Any:
    s = x
    for _ in checkpoint(range(3), snapshots=1):
        for k in d:
            s = s * 0.5 + k * x * x
    return s


def in_a_checkpoint(d: Any, x: Any) -> Any:
    return checkpoint(plain)(d, x) * x


def differentiated_inside(d: Any, x: Any) -> Any:
    return grad(plain, wrt=1)(d, x) * x


PROGRAMS = [
    plain, numbered, side_by_side, unpacked, with_a_star, with_a_star_before, spread, spread_over_any_number,
    beside_a_generator, of_a_generator, twice_over, with_a_break, in_order, reduced, in_windows, summed, stored,
    in_checkpoints, in_a_checkpoint, differentiated_inside,
]  # fmt: skip


def by_x(f: Callable[..., Any], d: Any) -> float:
    """The derivative by x from differences."""
    return differences(lambda x: f(d, x), (X,), ("x",), 1.0)[0]  # type: ignore[no-any-return]


@pytest.mark.parametrize("order", [(0.0, 1.0, 2.0), (2.0, 0.0, 1.0)], ids=["in order", "out of order"])
@pytest.mark.parametrize("iterable", ITERABLES)
@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_a_loop_takes_what_iteration_gives(f: Callable[..., Any], iterable: str, order: tuple[float, ...]) -> None:
    # With keys that are indices too, and items that are keys, what is taken by index is another number, and no error.
    d = ITERABLES[iterable](dict(zip(order, (1.0, 0.0, 2.0))))
    try:
        value, found = value_and_grad(f, wrt=1)(d, X)
    except UnsupportedMutation:
        assert iterable in OWN
        return
    assert value == pytest.approx(f(d, X), rel=1e-12)
    expected = by_x(f, d)
    assert abs(found - expected) <= CLOSE * max(1.0, abs(expected))


# A dictionary by whose values the derivative is asked: its keys are what a loop takes, whatever they are.


class Place(enum.Enum):
    FIRST = 1
    SECOND = 2


KEYS: list[tuple[Any, ...]] = [
    (0, 1, 2), (2, 1, 0), (-1, 0, 1), ("a", "b"), ("a", 0, 1), (0.5, 1.0), (True, False), (None, 1), ((0, 1), (1, 0)),
    tuple(Place), (np.int64(1), np.int64(0)), (b"a", 1j), ("class", "lambda", "None"), (1, "a", (0, 1)),
]  # fmt: skip


def values_in_order(d: Any, x: Any) -> Any:
    s = 0.0
    for i, k in enumerate(d):
        s = s * x + d[k] * d[k] * (i + 1)
    return s


def values_from_the_end(d: Any, x: Any) -> Any:
    s = x
    for k in reversed(d):
        s = s * x + d[k] ** 2
    return s


def values_listed(d: Any, x: Any) -> Any:
    return sum([d[k] ** 2 * x for k in d]) + sum(d[k] ** 3 * x for k in d)


def keys_tested(d: Any, x: Any) -> Any:
    s = x
    for k in d:
        if k == 1:
            s = s * d[k]
        elif k in ("a", 2):
            s = s + d[k] ** 2
        else:
            s = s - d[k] ** 3
    return s


@pytest.mark.parametrize("keys", KEYS, ids=str)
@pytest.mark.parametrize(
    "f", [values_in_order, values_from_the_end, values_listed, keys_tested], ids=lambda f: f.__name__
)
def test_by_the_values_of_a_dictionary(f: Callable[..., Any], keys: tuple[Any, ...]) -> None:
    d = dict(zip(keys, (0.7, 1.3, -0.4)))
    by_d, found = grad(f, wrt=(0, 1))(d, X)
    assert found == pytest.approx(by_x(f, d), rel=1e-9)
    for k in d:
        moved = differences(lambda v: f({**d, k: v}, X), (d[k],), ("v",), 1.0)[0]
        assert by_d[k] == pytest.approx(moved, rel=1e-9, abs=1e-9)
