"""Objects that only the run can count: each of their fields is a list, and each object the number of its row in these.

    ps = [Particle(v) for v in x]               particle_x, particle_v = [], []
    for p in ps:                                ps = []
        p.x = p.x + h * p.v             ->      for v in x:
                                                    particle_x.append(v)
                                                    particle_v.append(0.0)
                                                    ps.append(len(particle_x) - 1)
                                                for p in ps:
                                                    particle_x[p] = particle_x[p] + h * particle_v[p]

So two names of one object, wherever they stand, are two equal numbers, and what is done with lists of objects is done
with lists of whole numbers. That a name holds such a number its kind says (`RowOf`), which is known of names in loops
only behind them: the walk begins anew until it finds what it began with. What is done with an object that a number
does not do as well (it is returned, printed, passed to what is not written out) `row_uses` finds: then objects of that
class are left whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import gast

from adjoint.analysis.callees import Callee
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.joins import certain
from adjoint.analysis.kinds import UNKNOWN, DictOf, Kind, ListOf, MaybeNumber, RowOf, TupleOf
from adjoint.classes import dataclass, field
from adjoint.structures import expressions
from adjoint.structures.evaluator import Evaluator, Result
from adjoint.structures.values import Demotion, Known, Record, Row
from adjoint.syntax import core
from adjoint.syntax.core import load

SETTLING = 6  # walks until it must be known which names hold rows


@dataclass(frozen=True)
class Found:
    """What a walk found out about rows, with which the next one begins: the fields of each class, the names."""

    fields: Mapping[type, tuple[Any, ...]] = field(default_factory=dict)
    kinds: Mapping[str, Kind] = field(default_factory=dict)


class Last:
    """Stands for `len(column) - 1`, the row of the object of this class that was made last, while the walk goes on."""

    def __init__(self, cls: type) -> None:
        self.cls = cls

    def __call__(self, column: list[Any]) -> int:
        return len(column) - 1


@dataclass(frozen=True)
class Table:
    """The objects of one class: the list for each field."""

    columns: Mapping[Any, str]
    last: Last


class Unsettled(Exception):
    """A walk found rows that it did not know of when it began."""

    def __init__(self, found: Found) -> None:
        super().__init__()
        self.found = found


def begin(found: Found, ev: Evaluator) -> None:
    """Let a walk know what the one before has found."""
    for cls, keys in found.fields.items():
        _columns(cls, keys, ev)
    ev.rows = dict(found.kinds)


def site_of(cls: type) -> Any:
    """Demoted, it keeps objects of the class from being rows."""
    return ("rows", cls)


def keeps_whole(demotion: Demotion) -> bool:
    """Does this keep objects from being rows?"""
    return any(isinstance(site, tuple) and site[:1] == ("rows",) for site in demotion.sites)


def entered(record: Record, ev: Evaluator, stmt: Any) -> Row:
    """The row of an object that has just been made: its fields are put at the ends of their lists."""
    keys = ev.keys(record, stmt)
    if record.cls not in ev.tables:
        _columns(record.cls, keys, ev)
    columns = ev.tables[record.cls].columns
    if not keys or set(keys) != set(columns) or _is_held(record, ev):
        raise ev.demote([record], f"objects of `{record.cls.__name__}` have different fields", stmt)
    atoms = {key: _plain(ev.part(record, key, stmt), ev, stmt) for key in keys}
    for key, atom in atoms.items():
        ev.emit(core.effect(core.call(f"{columns[key]}.append", atom), at=stmt))
    row, last = ev.fresh(record.stem or "row"), ev.path_of(ev.tables[record.cls].last, "last")
    ev.emit(core.bind(row, core.call(last, load(next(iter(columns.values())))), at=stmt))
    return Row(record.cls, site_of(record.cls), record.stem, atom=row)


def _columns(cls: type, keys: Sequence[Any], ev: Evaluator) -> None:
    stem = cls.__name__.lower().strip("_") or "row"
    ev.tables[cls] = Table({key: ev.fresh(f"{stem}_{key}") for key in keys}, Last(cls))


def _is_held(record: Record, ev: Evaluator) -> bool:
    """Does an object that has just been made stand in another one, or in itself?"""
    return any(ev.state.env.get(name) is record for other in ev.state.keys for name in other.names.values())


def row_of(node: Any, ev: Evaluator) -> Row | None:
    """The object that a plain name holds, as the number of its row."""
    if not ev.tables or type(node) is not gast.Name or node.id in ev.state.env:
        return None
    kind = ev.kind_of(node)
    number = certain(kind) if kind is not None else None
    if not isinstance(number, RowOf) or number.cls not in ev.tables:
        return None
    return Row(number.cls, site_of(number.cls), atom=node.id, optional=isinstance(kind, MaybeNumber))


def of_expression(expr: Any, ev: Evaluator, stmt: Any) -> Row | None:
    """The object that an expression gives, as the number of its row."""
    if not ev.tables or core.is_atom(expr):
        return row_of(expr, ev)
    ev.kind_of(None)
    kind = kind_of_expression(expr, {**ev.kinds, **ev.rows}, ev.bindings, result_of)
    if kind is None or not isinstance(certain(kind), RowOf):
        return None
    name = ev.fresh("t")
    ev.emit(core.bind(name, expr, at=stmt))
    return row_of(load(name), ev)


def part(row: Row, key: Any, ev: Evaluator) -> Result:
    """A field of an object, read."""
    name = ev.fresh("t")
    ev.emit(core.bind(name, core.item(load(ev.tables[row.cls].columns[key]), load(row.atom)), at=ev.here))
    return row_of(load(name), ev) or load(name)


def set_part(row: Row, key: Any, result: Result, ev: Evaluator, stmt: Any) -> None:
    """A field of an object, set."""
    columns = ev.tables[row.cls].columns
    if key not in columns:
        raise ev.demote([row], f"`{key}` is set of an object that was made without", stmt)
    ev.emit(core.store_item(columns[key], load(row.atom), _plain(result, ev, stmt), at=stmt))


def _plain(result: Result, ev: Evaluator, stmt: Any) -> Any:
    """A name or constant for what a field holds, which has to stand in a variable."""
    return ev.atom(expressions.written(result, ev, stmt), stmt)


def truth(row: Row, node: Any) -> Result:
    """Whether an object, or None in its place, counts as true."""
    return core.compare(load(row.atom), gast.IsNot, core.const(None), node) if row.optional else Known(True)


def same(left: Result, right: Result, node: Any, wanted: bool) -> Result | None:
    """Whether two results, of which one is a row, are one object; None where None is asked about."""
    if isinstance(left, Row) and isinstance(right, Row):
        return core.compare(load(left.atom), gast.Eq if wanted else gast.NotEq, load(right.atom), node)
    row, other = (left, right) if isinstance(left, Row) else (right, left)
    if isinstance(row, Row) and isinstance(other, Record):
        return Known(not wanted)
    return None


def result_of(callee: Callee, kinds: Sequence[Kind]) -> Kind | None:
    """The kind of the row of a new object."""
    return RowOf("int", cls=callee.primitive.cls) if isinstance(callee.primitive, Last) else UNKNOWN


def classes_in(kind: Kind | None, mixed: bool = False) -> Iterator[type]:
    """The classes of objects that a value of this kind is, or holds; of such as are `mixed` alone."""
    inner: tuple[Kind | None, ...] = ()
    match kind:
        case RowOf() if kind.mixed or not mixed:
            yield kind.cls
        case MaybeNumber(number=number):
            inner = (number,)
        case ListOf(item=item):
            inner = (item,)
        case DictOf(key=key, item=item):
            inner = (key, item)
        case TupleOf(items=items):
            inner = items
    for part in inner:
        yield from classes_in(part, mixed)
