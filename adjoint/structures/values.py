"""What is known, at one place of a program, of what a name holds.

A name that nothing is said of holds a number, an array, or anything else that only the run knows. All other names hold
one of the values below. A `Record` stands for one object (a dict, a tuple, an instance): each of its parts is kept
in a variable of its own, so the object itself is never made.

    >>> point = Record(dict, ("f", 3, 0), "d")
    >>> state = State()
    >>> state.keys[point] = ("x",)
    >>> other = state.fork()
    >>> other.keys[point] = ("x", "y")
    >>> state.keys[point]
    ('x',)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adjoint.classes import dataclass, field

# Constants that decide branches, and serve as keys.
CONSTANTS = (str, bool, int, type(None), bytes)


class Value:
    """The base of what is known."""


@dataclass(frozen=True, eq=False)
class Known(Value):
    """One object: a function, a class, a module, a string, None, a whole number; `path` is what a text calls it."""

    value: Any
    path: str | None = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Known):
            return False
        if isinstance(self.value, CONSTANTS):
            return type(self.value) is type(other.value) and bool(self.value == other.value)
        return self.value is other.value

    def __hash__(self) -> int:
        return hash(self.value) if isinstance(self.value, CONSTANTS) else id(self.value)


@dataclass(eq=False)
class Record(Value):
    """An object made of parts: `names` gives the variable of each part, by key, field name or position.

    `site` is the place of the program that makes it; `stem` begins its variables' names. `origins` are the
    objects that this one may be, where ways meet; `places` tell which objects may be one: where each may have been
    made, with the calls around.
    """

    cls: type
    site: Any
    stem: str = ""
    names: dict[Any, str] = field(default_factory=dict)
    origins: tuple[Record, ...] = ()
    places: frozenset[Any] = frozenset()
    source: Source | None = None

    @property
    def is_global(self) -> bool:
        return isinstance(self.site, tuple) and len(self.site) == 2 and self.site[0] == "global"

    @property
    def is_sequence(self) -> bool:
        return issubclass(self.cls, (list, tuple))


@dataclass(eq=False)
class Row(Record):
    """An object that stands in a variable, as the number of its row in the lists that hold the fields: `atom` names it.

    `optional` says that it may be None.
    """

    atom: str = ""
    optional: bool = False


@dataclass(frozen=True, eq=False)
class Source:
    """Where a record comes from that was not made here: an argument or a global, and the kinds of its parts."""

    root: str
    path: tuple[Any, ...]
    parts: Mapping[Any, Any]


@dataclass(frozen=True)
class Partial(Value):
    """A callable with its first arguments given: a bound method, a `functools.partial`."""

    callee: Value
    args: tuple[str, ...] = ()
    keywords: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Closure(Value):
    """A function defined inside the function; its free names are the function's own."""

    definition: Any


@dataclass(frozen=True)
class Transformed(Value):
    """What `grad(g)` gives: the name of the transformation, the function, and what it is to be differentiated by.

    With `has_aux`, the function gives a pair, of which the first half is differentiated.
    """

    kind: str
    callee: Value
    wrt: Any = 0
    has_aux: bool = False


@dataclass(frozen=True)
class Pull(Value):
    """The pullback of a call: the object that computes it, and the names of the call's arguments.

    Of a pushforward, the object gives the result too: what is asked for is its `item`. `by` are the parts of what is
    given, `tangents` those of what is taken, where they have parts (see `spread`).
    """

    path: str
    args: tuple[str, ...]
    item: int | None = None
    by: Any = None
    tangents: Any = None


@dataclass(frozen=True)
class Choice(Value):
    """One of several functions, by a key that only the run knows; `key` is an atom.

    `options` are the functions, each with the keys that mean it.
    """

    key: Any
    options: tuple[tuple[tuple[Any, ...], Value], ...]


@dataclass(eq=False)
class Generating(Value):
    """A generator: the function `tree`, whose names are `names` here; `layers` are `enumerate` and the like around it.

    `depth` is the number of loops around the place that makes it.
    """

    tree: Any
    names: Mapping[str, Any]
    owner: Any
    depth: int
    layers: tuple[tuple[str, Any], ...] = ()
    used: bool = False


@dataclass(frozen=True)
class Super(Value):
    """What `super()` gives: the classes behind `cls`, for the object that `receiver` names."""

    cls: type
    receiver: str


@dataclass(frozen=True)
class Shadow(Value):
    """A tuple of numbers and arrays that does stand in a variable; `items` are atoms that hold the same.

    `site` is the place that makes it.
    """

    items: tuple[Any, ...]
    site: Any = field(default=None, compare=False)


@dataclass(frozen=True)
class Listed(Value):
    """A list that does stand in a variable, made at `site` with so many loops around it that are not written out."""

    site: Any
    trips: int = 0


@dataclass(frozen=True)
class Lost(Value):
    """One of several things, and only the run knows which."""

    values: tuple[Value | None, ...]


Env = dict[str, Value]


@dataclass(frozen=True, eq=False)
class View:
    """What a view of a dictionary goes through, as it stood when it was taken: its keys, or what stands under them."""

    owner: Record
    keys: tuple[Any, ...]
    of_values: bool


@dataclass
class State:
    """What is known at one place: of each name, and which parts each record has."""

    env: Env = field(default_factory=dict)
    keys: dict[Record, tuple[Any, ...]] = field(default_factory=dict)
    unsure: dict[Record, frozenset[Any]] = field(default_factory=dict)  # keys that a record may lack
    stale: set[tuple[Record, Any]] = field(default_factory=set)  # parts that a change elsewhere may have changed
    views: dict[Record, View] = field(default_factory=dict)  # the lists that stand for views of dictionaries

    def fork(self) -> State:
        return State(dict(self.env), dict(self.keys), dict(self.unsure), set(self.stale), dict(self.views))


class Discovery(Exception):
    """A callee mentions an object from outside that can be taken apart, if it is known from the start."""

    def __init__(self, name: str, value: Any) -> None:
        super().__init__(name)
        self.name, self.value = name, value


class Demotion(Exception):
    """An object is used in a way that needs it whole: it is made as the program says, and followed no further.

    With `promote`, the other way round: a list turns out to hold what has to be followed. `either` says that what is
    used may be the object, or what stands in a variable.
    """

    def __init__(
        self, sites: tuple[Any, ...], message: str, node: Any, promote: bool = False, either: bool = False
    ) -> None:
        super().__init__(message)
        self.sites = sites
        self.promote = promote
        self.either = either
        self.message = message
        self.node = node
