"""The state of one walk over a function: what is known, what is written, the names that are free.

The walk goes through the statements in order, as the program would; the modules beside this one say what becomes of
each form of statement and expression. What they share is here: binding names, the parts of records, fresh names.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from types import FunctionType, ModuleType
from typing import Any

import gast

from adjoint.analysis.joins import join
from adjoint.analysis.kinds import Array, Kind, Number, RowOf
from adjoint.classes import dataclass, field
from adjoint.guards import ClassGuard, Guard, Parts
from adjoint.rules.late import is_frozen
from adjoint.structures import views
from adjoint.structures.values import (
    CONSTANTS,
    Choice,
    Closure,
    Demotion,
    Env,
    Generating,
    Known,
    Lost,
    Partial,
    Pull,
    Record,
    Row,
    Shadow,
    State,
    Super,
    Transformed,
    Value,
)
from adjoint.syntax import core
from adjoint.syntax.core import load

Reader = Callable[[FunctionType], core.Function]
Result = Any  # a Value, or an expression


SEVERAL = "an object that may be one of several is changed while both live"


@dataclass(frozen=True)
class Frame:
    """A function whose body is being written out: `receiver` is its first argument's name, `given` are those of all.

    `definition` is its text.
    """

    function: FunctionType | None
    receiver: str | None = None
    given: tuple[str | None, ...] = ()
    definition: Any = None
    names: Mapping[str, Any] = field(default_factory=dict)

    def own(self, name: str) -> str:
        """What the function itself calls a name of its body as it is written out."""
        return next((n for n, new in self.names.items() if new == name or core.is_name(new, name)), name)


@dataclass
class Evaluator:
    """One walk. `demoted` are the sites of objects that stay objects, `promoted` those of lists that become records."""

    fn: core.Function
    read: Reader
    namer: core.Namer
    bindings: dict[str, Any]
    active: tuple[FunctionType, ...]
    demoted: frozenset[Any] = frozenset()
    promoted: frozenset[Any] = frozenset()
    guards: list[Guard | ClassGuard | Parts] = field(default_factory=list)
    temps: set[str] = field(default_factory=set)
    state: State = field(default_factory=State)
    out: list[Any] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    open: list[Any] = field(default_factory=list)  # the nested functions being written out around this place
    sites: dict[Any, Any] = field(default_factory=dict)
    plain: set[str] = field(default_factory=set)  # names that a statement so far binds to what only the run knows
    hidden: dict[str, Value] = field(default_factory=dict)  # names of what no variable holds
    apart: set[Any] = field(default_factory=set)  # loops whose first trip stands ahead of them
    misread: set[Any] = field(default_factory=set)  # statements that read names of what no variable holds there
    changed: set[Record] = field(default_factory=set)  # records of which a part was set
    around: tuple[Any, ...] = ()  # the calls, and the trips of loops written out, around this place
    log: list[Any] = field(default_factory=list)  # every statement written, for the kinds of what they bind
    asked: int = 0
    unroll: bool = False  # loops that carry objects are written out, where their trips are known
    here: Any = None  # the statement that is looked at
    wants_length: bool = False  # a loop that is to be written out asks how long a tuple is
    kinds: dict[str, Any] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()  # names that functions inside bind anew when they are called
    depth: int = 0  # the loops around this place
    trips: int = 0  # those of them that are not written out
    calls_itself: bool = False  # a call of a function that is being written out around it was left
    running: list[Any] = field(default_factory=list)  # the generators that are being read around this place
    inputs: list[Record] = field(default_factory=list)  # arguments that have parts
    through: set[str] = field(default_factory=set)  # names of global objects that are stored to
    tables: dict[type, Any] = field(default_factory=dict)  # the lists that hold fields of rows, by class
    rows: dict[str, Kind] = field(default_factory=dict)  # the kinds of names that are, or hold, rows
    outside: dict[str, Record] = field(default_factory=dict)  # global objects that are taken apart, by their names
    arguments: dict[str, Record] = field(default_factory=dict)  # their parts that have parts, by their names

    @property
    def differentiates(self) -> bool:
        """Are derivatives taken inside this function, or one that it calls?"""
        from adjoint.structures import nested

        return any(map(nested.differentiates, self.bindings.values()))

    # Names

    def fresh(self, stem: str) -> str:
        """A name for a value that the compiler keeps."""
        name = self.namer.fresh(stem)
        self.temps.add(name)
        return name

    def stem(self, name: str, cls: type) -> str:
        """How the names of an object's variables begin: as the user calls it, else as its class."""
        given = bool(name) and name not in self.temps and name not in self.fn.temps
        return name if given else cls.__name__.lower().strip("_") or "part"

    def variable(self, record: Record, key: Any) -> str:
        """The variable of a record's part."""
        if key not in record.names:
            part = re.sub(r"\W", "_", str(key)).strip("_") or "part"
            stem = f"{record.stem}_{part}" if record.stem else part
            named = part.isidentifier() and not keyword.iskeyword(part)
            if record.source is not None and named and part not in self.namer.taken:
                stem = part
            record.names[key] = self.fresh(stem)
        return record.names[key]

    def path_of(self, value: Any, stem: str = "value") -> str:
        """The name by which the text calls an object from outside."""
        for path, bound in self.bindings.items():
            if bound is value:
                return path
        hides = getattr(builtins, stem, value) is not value
        name = self.namer.fresh("value" if hides or not stem.isidentifier() else stem)
        self.bindings[name] = value
        return name

    # Writing

    @contextmanager
    def block(self) -> Iterator[list[Any]]:
        """Collect what is written inside."""
        before, self.out = self.out, []
        try:
            yield self.out
        finally:
            self.out = before

    def emit(self, stmt: Any) -> None:
        """Write a statement; what it binds is known no longer."""
        if self.hidden and any(is_virtual(self.state.env.get(n)) for n in core.names_read(stmt) & self.hidden.keys()):
            self.misread.add(stmt)
        for name in core.names_bound(stmt):
            self.forget(name)
        self.out.append(stmt)
        self.log.append(stmt)

    def forget(self, name: str) -> None:
        """A statement binds a name to what only the run knows."""
        self.plain.add(name)
        env = self.state.env
        env.pop(name, None)
        for other in [
            n for n, v in env.items() if isinstance(v, Shadow) and any(core.is_name(a, name) for a in v.items)
        ]:
            del env[other]

    def bind(self, name: str, result: Result, stmt: Any) -> None:
        """`name = result`: a variable is written only for what is not a record."""
        if not isinstance(result, Value):
            self.emit(core.bind(name, result, at=stmt))
            return
        if isinstance(result, Row):
            self.emit(core.bind(name, load(result.atom), at=stmt))
            return
        if isinstance(result, Known) and isinstance(result.value, (*CONSTANTS, float)):
            self.emit(core.bind(name, core.const(result.value, stmt), at=stmt))
            if isinstance(result.value, CONSTANTS):
                self.state.env[name] = result
            return
        if isinstance(result, Shadow):
            self.emit(core.bind(name, core.tuple_([core.copy(a) for a in result.items], stmt), at=stmt))
            if not any(core.is_name(a, name) for a in result.items):
                self.state.env[name] = result
            return
        if isinstance(result, Known):
            path = result.path or self.path_of(result.value, getattr(result.value, "__name__", "value"))
            self.emit(core.bind(name, core.dotted(path, stmt), at=stmt))
            self.state.env[name] = result
            return
        held = name in self.plain  # by a variable elsewhere, in a branch or an earlier trip
        self.forget(name)
        if not held:
            self.plain.discard(name)
        self.state.env[name] = result
        self.hidden[name] = result

    def atom(self, result: Result, stmt: Any, stem: str = "t") -> Any:
        """A name or constant for a result."""
        if isinstance(result, Known) and isinstance(result.value, CONSTANTS):
            return core.const(result.value, stmt)
        if isinstance(result, Row):
            return load(result.atom, stmt)
        if not isinstance(result, Value) and core.is_atom(result):
            return result
        name = self.fresh(stem)
        self.bind(name, result, stmt)
        return load(name, stmt)

    def held(self, result: Result, stmt: Any, stem: str = "t") -> Any:
        """A name of its own for a result, which no later bind changes; a constant as it is."""
        if not isinstance(result, Value) and core.is_constant(result):
            return result
        if isinstance(result, Value) and not isinstance(result, (Shadow, Row)):
            return self.atom(result, stmt, stem)
        name = self.fresh(stem)
        self.bind(name, result if isinstance(result, Value) else core.copy(result), stmt)
        return load(name, stmt)

    def is_number(self, node: Any) -> bool:
        """Is this atom known to be a number or an array?"""
        return core.is_constant(node) or isinstance(self.kind_of(node), (Array, Number))

    def is_array(self, node: Any) -> bool:
        """Is this atom known to be an array?"""
        return isinstance(self.kind_of(node), Array)

    def kind_of(self, node: Any) -> Kind | None:
        """The kind of a name, as far as the statements written tell."""
        from adjoint.analysis.infer import bound_kinds

        while self.asked < len(self.log):
            stmt = self.log[self.asked]
            self.asked += 1
            for name, kind in bound_kinds(stmt, self.kinds, self.bindings, _rows().result_of):
                if isinstance(kind, (Number, Array)) and not isinstance(kind, RowOf):
                    self.rows.pop(name, None)  # in the walk before, the name meant something else
                joined = self.rows.get(name) or join(self.kinds.get(name), kind)
                if joined is not None:
                    self.kinds[name] = joined
        return self.rows.get(node.id) or self.kinds.get(node.id) if core.is_name(node) else None

    # What is known

    def known(self, node: Any) -> Value | None:
        """What is known of the value of an atom."""
        if isinstance(node, gast.Name):
            return self.state.env.get(node.id)
        if core.is_constant(node):
            value = core.constant_value(node)
            return Known(value) if isinstance(value, CONSTANTS) else None
        return None

    def outer(self, path: str | None) -> Known | None:
        """The function, class or module that a global path stands for."""
        if path is None or path not in self.bindings or path.partition(".")[0] in self.state.env:
            return None
        value = self.bindings[path]
        if value is None or value is NotImplemented or isinstance(value, (type, ModuleType)) or callable(value):
            return Known(value, path)
        return Known(value, path) if isinstance(value, Enum) or is_frozen(value) else None

    # Records

    def allocate(self, cls: type, site: Any, stem: str, node: Any) -> Record:
        """A new object."""
        if site in self.demoted:
            raise AssertionError("a demoted site is not allocated")
        place = (self.around, getattr(node, "lineno", 0), getattr(node, "col_offset", 0), site)
        record = Record(cls, site, self.stem(stem, cls), places=frozenset([place]))
        self.state.keys[record] = ()
        return record

    def has(self, record: Record, key: Any) -> bool:
        if isinstance(record, Row):
            return key in self.tables[record.cls].columns
        if key in self.state.unsure.get(record, ()):
            raise Demotion(_sites(record), f"`{key}` is set on some ways to this place only", self.here)
        if (record, key) in self.state.stale:
            self._refuse_stale(record, None)
        return key in self.state.keys[record]

    def parts(self, record: Record, at: Any) -> list[Result]:
        """All parts of a record, read."""
        return [self.part(record, key, at) for key in self.keys(record, at)]

    def keys(self, record: Record, at: Any) -> tuple[Any, ...]:
        """The keys of a record."""
        if isinstance(record, Row):
            return tuple(self.tables[record.cls].columns)
        if self.state.unsure.get(record):
            raise Demotion(_sites(record), "which items this has, only the run can tell", at)
        if (record, views.LENGTH) in self.state.stale:
            self._refuse_stale(record, at)
        return self.state.keys[record]

    def part(self, record: Record, key: Any, at: Any) -> Result:
        """A part of a record, read."""
        if isinstance(record, Row):
            return _rows().part(record, key, self)
        if (record, key) in self.state.stale:
            self._refuse_stale(record, at)
        name = self.variable(record, key)
        return self.state.env.get(name) or load(name, at)

    def _refuse_stale(self, record: Record, at: Any) -> None:
        owner = views.owner_of(record, self.state)
        message = SEVERAL if owner is record else "a view of this dictionary is read after it has changed"
        raise Demotion(_sites(owner), message, at if hasattr(at, "lineno") else self.here)

    def set_part(self, record: Record, key: Any, result: Result, stmt: Any) -> None:
        """A part of a record, bound anew; other objects that this one may be are not sure of theirs any longer."""
        if isinstance(record, Row):
            _rows().set_part(record, key, result, self, stmt)
            return
        if key in self.state.unsure.get(record, ()):
            self.state.unsure[record] -= {key}
        self.bind(self.variable(record, key), result, stmt)
        if key not in self.state.keys[record]:
            self.state.keys[record] += (key,)
        self.touch(record, key, stmt, stored=True)

    def touch(self, record: Record, key: Any, stmt: Any, stored: bool = False) -> None:
        """Note that a part of a record changes: of others that may be the same object, it is known no longer."""
        if record.is_global:
            self._write_through(record, key, stmt, stored)
        self.changed.add(record)
        self.state.stale.discard((record, key))
        views.outdate(record, key, self.state)
        for other in [r for r in self.state.keys if r is not record and _may_be_one(record, r)]:
            self.state.stale.add((other, key))
            views.outdate(other, key, self.state)

    def _write_through(self, record: Record, key: Any, stmt: Any, stored: bool) -> None:
        """Store a part of a global object too, so that others see it."""
        source, name = record.source, record.names[key]
        if (
            not stored
            or record.is_sequence
            or source is None
            or isinstance(self.state.env.get(name), (Record, Partial))
        ):
            raise Demotion(_sites(record), "an object that others see is changed", stmt)
        where = source.root
        outer = self.outside[where]
        for step in source.path:
            by_name = not issubclass(outer.cls, (dict, list, tuple))
            here = core.attribute(load(where), step) if by_name else core.item(load(where), core.const(step))
            where = self.fresh("t")
            self.emit(core.bind(where, here, at=stmt))
            outer = self.arguments[outer.names[step]]
        self.through.add(where)
        if issubclass(record.cls, dict):
            self.emit(core.store_item(where, core.const(key), load(name), at=stmt))
        else:
            target = core.attribute(load(where), key)
            target.ctx = gast.Store()
            self.emit(core.place(gast.Assign([target], load(name), None), stmt))

    def site(self, node: Any, kind: str = "") -> Any:
        """The place in the program that a display or call stands at."""
        found = self.sites.get(node)
        return found if found is not None else (None, getattr(node, "lineno", 0), getattr(node, "col_offset", 0))

    def copied(self, stmt: Any, rename: Any, owner: Any) -> Any:
        """A copy of a statement of the function `owner`, the places that make objects kept in mind."""
        new = core.copy(stmt, rename)
        for old_inner, inner in zip(core.statements([stmt]), core.statements([new]), strict=True):
            value = getattr(old_inner, "value", None)
            if isinstance(value, (gast.List, gast.Dict, gast.Call, gast.Tuple)):
                self.sites[inner.value] = self.sites.get(value) or (owner, value.lineno, value.col_offset)
        return new

    def demote(self, values: Sequence[Value | None], message: str, node: Any) -> Demotion:
        """The error that makes the records among the values ordinary objects."""
        sites = tuple(s for v in values for s in self._sites(v))
        either = any(isinstance(v, Lost) and None in v.values for v in values)
        return Demotion(sites, message, node, either=either)

    def _sites(self, value: Value | None) -> Iterator[Any]:
        match value:
            case Record():
                yield from _sites(value)
            case Partial():
                yield from self._sites(value.callee)
                for name in (*value.args, *(n for _, n in value.keywords)):
                    yield from self._sites(self.state.env.get(name))
            case Choice():
                for _, option in value.options:
                    yield from self._sites(option)
            case Lost():
                for inner in value.values:
                    yield from self._sites(inner)


def _rows() -> Any:
    from adjoint.structures import rows

    return rows


def _may_be_one(a: Record, b: Record) -> bool:
    """May two records stand for the same object? One that was made in this trip is in no record that came into it."""
    if a.origins and b.origins:
        return bool(a.places & b.places)
    return a in origins_of(b) or b in origins_of(a)


def origins_of(record: Record) -> set[Record]:
    """All objects that a record may be besides itself."""
    found: set[Record] = set()
    todo = list(record.origins)
    while todo:
        origin = todo.pop()
        if origin not in found:
            found.add(origin)
            todo += origin.origins
    return found


def _sites(record: Record) -> tuple[Any, ...]:
    return (record.site, *(r.site for r in origins_of(record)))


def is_virtual(value: Value | None) -> bool:
    """Is there no variable that holds this?"""
    kinds = (Record, Partial, Lost, Super, Generating, Transformed, Pull, Choice)
    return isinstance(value, kinds) and not isinstance(value, Row)


def is_part(value: Result) -> bool:
    """Is this what only a record can hold so that it stays known?"""
    return (
        is_virtual(value)
        or isinstance(value, Closure)
        or (isinstance(value, Known) and not isinstance(value.value, CONSTANTS))
    )


__all__ = ["Closure", "Env", "Evaluator", "Frame", "Reader", "Result", "is_virtual", "origins_of"]
