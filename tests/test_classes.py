"""Our data classes beside those of the standard library: the same classes, made by either, behave alike."""

from __future__ import annotations

import dataclasses
import pickle
from functools import cached_property
from typing import Any

import pytest

from adjoint import classes


def made(module: Any) -> Any:
    """The same classes, by one decorator or the other."""
    dataclass, field = module.dataclass, module.field

    @dataclass(frozen=True)
    class Point:
        x: int
        y: tuple[int, ...] = ()
        seen: list[int] = field(default_factory=list, compare=False, repr=False)

    @dataclass(frozen=True)
    class Named(Point):
        name: str = "p"

        @cached_property
        def size(self) -> int:
            return len(self.name)

    @dataclass(eq=False)
    class Entry:
        value: int = 3
        later: int = field(init=False)

        def __post_init__(self) -> None:
            self.later = self.value + 1

    @dataclass(frozen=True)
    class Nothing:
        pass

    @dataclass
    class Open:
        a: int
        b: int = 2

        def __repr__(self) -> str:
            return "open"

    return Point, Named, Entry, Nothing, Open


def looked_at(module: Any) -> list[Any]:
    """What is seen of objects of these classes."""
    Point, Named, Entry, Nothing, Open = made(module)
    replace = module.replace
    a, b, c = Point(1, (2,)), Point(1, (2,), [5]), Named(1, name="long")
    found = [a == b, hash(a) == hash(b), a == c, a != Point(2), a == 1, len({a, b, Point(3)}), a.seen is not b.seen]
    found += [repr(a), repr(c), c.size, c == Named(1, name="long"), hash(c) == hash(Named(1, name="long"))]
    found += [replace(c, x=5).name, replace(c, x=5).x, replace(b, y=()).seen, Point.y, Named.__match_args__]
    entry = Entry(7)
    found += [entry.later, replace(entry, value=1).later, entry == Entry(7), isinstance(hash(entry), int), repr(entry)]
    found += [Nothing() == Nothing(), hash(Nothing()) == hash(Nothing()), repr(Nothing()), Nothing() == a]
    opened = Open(1)
    opened.a = 5
    found += [repr(opened), opened == Open(5, 2), Open.__hash__ is None]
    return [str(f).replace("made.<locals>.", "") for f in found]


def test_objects_behave_alike() -> None:
    assert looked_at(classes) == looked_at(dataclasses)


@pytest.mark.parametrize("module", [classes, dataclasses])
def test_what_is_frozen_stays(module: Any) -> None:
    Point, Named, Entry, _, _ = made(module)
    for value in (Point(1), Named(1)):
        with pytest.raises(AttributeError, match="cannot assign to field 'x'"):
            value.x = 2
        with pytest.raises(AttributeError, match="cannot delete field 'x'"):
            del value.x
    for wrong in (
        lambda: Point(),
        lambda: Point(1, z=2),
        lambda: Entry(later=2),
        lambda: module.replace(Point(1), z=2),
    ):
        with pytest.raises(TypeError):
            wrong()


def test_objects_are_pickled() -> None:
    from adjoint.analysis.kinds import Array, Size

    kind = Array("float64", (Size(2), None))
    assert pickle.loads(pickle.dumps(kind)) == kind
