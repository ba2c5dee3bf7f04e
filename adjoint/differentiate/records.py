"""What is recorded, told to people: each value with its place, its reason, and its bytes as a formula.

>>> from adjoint.analysis.values import kinds_of
>>> import numpy as np
>>> sizes = names_of_sizes(("A", "x"), kinds_of((np.ones((3, 4)), np.ones(4))))
>>> length({"a": 1, "b": 2}, -1, sizes)
'A.shape[0] + 2 * A.shape[1] - 1'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal

import gast
import numpy as np

from adjoint.analysis.alias import stored_index, stored_name
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.kinds import Array, Kind, Number, Size
from adjoint.analysis.record import Plan
from adjoint.classes import dataclass, replace
from adjoint.emit.printer import to_source
from adjoint.syntax import core

Reason = Literal["overwritten", "bound anew", "of each trip", "kept"]
BYTES = {"float": 8, "int": 8, "bool": 1, "complex": 16}


@dataclass(frozen=True)
class Record:
    """One value that is recorded: `keeper` is the record's name in the text, `readers` lines whose adjoints read it."""

    keeper: str
    value: str
    line: int | None
    loops: tuple[str, ...]
    reason: Reason
    readers: tuple[int, ...]
    bytes: str


_listening: ContextVar[list[Record] | None] = ContextVar("listening", default=None)


@contextmanager
def listening() -> Iterator[list[Record]]:
    """Gather the records of what is compiled meanwhile."""
    found: list[Record] = []
    token = _listening.set(found)
    try:
        yield found
    finally:
        _listening.reset(token)


def records_of(
    fn: core.Function, kinds: Mapping[str, Kind], plan: Plan, sites: Mapping[Any, Any]
) -> tuple[Record, ...]:
    """The records of a function's sweeps, if anybody listens; `sites` are where they go."""
    return () if _listening.get() is None else _Teller(fn, kinds, plan).told(sites)


def tell(records: Iterable[Record], new: Mapping[str, str]) -> None:
    """Tell who listens of records, some of which have new names."""
    if (found := _listening.get()) is not None:
        found += [replace(r, keeper=new.get(r.keeper, r.keeper)) for r in records]


class _Teller:
    def __init__(self, fn: core.Function, kinds: Mapping[str, Kind], plan: Plan) -> None:
        self.fn, self.kinds, self.plan, self.needs = fn, kinds, plan, plan.needs
        self.sizes = names_of_sizes(fn.params, [kinds.get(p) for p in fn.params])

    def told(self, sites: Mapping[Any, Any]) -> tuple[Record, ...]:
        found = []
        for key, site in sites.items():
            if not isinstance(key, tuple):
                name, index = stored_name(key) or "", stored_index(key)
                cells = core.item(core.load(name), core.copy(index))
                found.append(self.record(site, to_source(cells), name, key, "overwritten", self.kind(cells)))
                continue
            place, name = key
            at_end = place is site.block
            stmt = site.block.owner if at_end else place
            reason: Reason = "of each trip" if at_end else "bound anew"
            found.append(self.record(site, name, name, stmt, reason, self.kinds.get(name)))
        kept = self.kept({r.value for r in found})
        return (*sorted(found, key=lambda r: (r.line or 0, r.keeper)), *kept)

    def kept(self, recorded: set[str]) -> list[Record]:
        """Arrays of the function's own that stay as they are until the reverse sweep has read them."""
        wanted = {n for need in self.needs.values() for n in need.names}
        found = []
        for stmt in self.plan.places.top.statements:
            for name in sorted(self.fn.binds[stmt] & wanted - recorded - set(self.fn.params)):
                if isinstance(kind := self.kinds.get(name), Array) and isinstance(stmt, gast.Assign):
                    readers, line = self.readers(name), getattr(stmt, "lineno", None)
                    found.append(Record(name, name, line, (), "kept", readers, self.size(name, kind)))
        return found

    def record(self, site: Any, value: str, name: str, stmt: Any, reason: Reason, kind: Kind | None) -> Record:
        loops = site.block.loops()
        heads = tuple(map(_head, loops))
        total = [*([self.trips(loops)] if loops else []), self.size(value, kind)]
        line = getattr(stmt, "lineno", None)
        return Record(site.keeper, value, line, heads, reason, self.readers(name), " * ".join(total))

    def readers(self, name: str) -> tuple[int, ...]:
        lines = {getattr(s, "lineno", None) for s, need in self.needs.items() if s is not None and name in need.names}
        return tuple(sorted(line for line in lines if line is not None))

    def kind(self, node: Any) -> Kind | None:
        return kind_of_expression(node, self.kinds, self.fn.bindings)

    # Formulas

    def size(self, value: str, kind: Kind | None) -> str:
        """The bytes of one value."""
        match kind:
            case Number(dtype=dtype):
                return str(BYTES.get(dtype) or _itemsize(dtype))
            case Array(dtype=dtype, shape=tuple(shape)) if None not in shape:
                axes = [_in_product(length(dict(n.terms), n.constant, self.sizes)) for n in shape if n is not None]
                return " * ".join([str(_itemsize(dtype)), *(a for a in axes if a != "1")])
            case Array(dtype=dtype):
                return f"{_itemsize(dtype)} * np.size({value})"
        return f"sys.getsizeof({value})"

    def trips(self, loops: Sequence[Any]) -> str:
        """How often the body of the innermost loop runs."""
        inner, read = "", frozenset[str]()
        for loop in reversed(loops):
            count = self.count(loop)
            if isinstance(loop, gast.For) and loop.target.id in read:
                inner = f"sum({inner} for {loop.target.id} in {to_source(loop.iter)})"
                read = read - {loop.target.id} | core.names_read(loop.iter)
            else:
                inner = f"{_in_product(count)} * {inner}" if inner else _in_product(count)
                read = read | (core.names_read(loop.iter) if isinstance(loop, gast.For) else frozenset())
        return inner

    def count(self, loop: Any) -> str:
        """How many trips a loop makes."""
        if isinstance(loop, gast.While):
            return f"trips of `{_head(loop)}`"
        arguments = getattr(loop.iter, "args", None)
        if arguments is None or core.path_of(loop.iter.func) != "range" or len(arguments) > 2:
            return f"len({to_source(loop.iter)})"
        sizes = [k.size for k in map(self.kind, arguments) if isinstance(k, Number)]
        if len(sizes) != len(arguments) or None in sizes:
            return to_source(arguments[-1] if len(arguments) == 1 else core.binary(*_difference(arguments)))
        total = sizes[-1] if len(sizes) == 1 else sizes[1] - sizes[0]  # type: ignore[operator]
        return length(dict(total.terms), total.constant, self.sizes)  # type: ignore[union-attr]


def names_of_sizes(params: Sequence[str], kinds: Sequence[Kind | None]) -> dict[str, str]:
    """How one writes each size of the arguments: `len(x)`, `A.shape[1]`."""
    found: dict[str, str] = {}
    for name, kind in zip(params, kinds, strict=True):
        if isinstance(kind, Array) and kind.shape is not None:
            for axis, size in enumerate(kind.shape):
                if isinstance(size, Size) and size.constant == 0 and len(size.terms) == 1:
                    text = f"len({name})" if len(kind.shape) == 1 else f"{name}.shape[{axis}]"
                    found.setdefault(size.terms[0][0], text)
    return found


def length(terms: Mapping[str, int], constant: int, sizes: Mapping[str, str]) -> str:
    """A size in terms of the arguments'."""
    parts = [(k, sizes.get(symbol, symbol)) for symbol, k in terms.items()]
    text = ""
    for k, name in parts:
        factor = name if abs(k) == 1 else f"{abs(k)} * {name}"
        text += (" - " if k < 0 else " + ") + factor if text else ("-" if k < 0 else "") + factor
    if not text:
        return str(constant)
    return text if not constant else f"{text} {'-' if constant < 0 else '+'} {abs(constant)}"


def _in_product(text: str) -> str:
    return f"({text})" if " + " in text or " - " in text else text


def _difference(arguments: Sequence[Any]) -> tuple[Any, Any, Any]:
    return core.copy(arguments[1]), gast.Sub, core.copy(arguments[0])


def _itemsize(dtype: str) -> int:
    try:
        return int(np.dtype(dtype).itemsize)
    except TypeError:
        return 8


def _head(loop: Any) -> str:
    """The first line of a loop."""
    if isinstance(loop, gast.While):
        return f"while {to_source(loop.test)}"
    return f"for {loop.target.id} in {to_source(loop.iter)}"
