"""Loops: what holds at each trip is known in the body; objects that differ from trip to trip are carried in variables.

    p = State(x, v)                          p_x, p_v = x, v
    for i in range(n):                       for i in range(n):
        p = State(p.x + h * p.v, p.v)   ->       p_x = p_x + h * p_v

Where the body needs to know which item of a record a trip takes, the loop is written out trip by trip.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.classes import dataclass
from adjoint.normalize import tree
from adjoint.structures import branches, checkpoints, displays, expressions, generators, promotion, statements
from adjoint.structures.conditions import settled
from adjoint.structures.evaluator import Evaluator, Result, is_virtual
from adjoint.structures.values import Demotion, Generating, Known, Listed, Lost, Record, Shadow, State, Value
from adjoint.syntax import core
from adjoint.syntax.core import load

ROUNDS = 6
TRIPS = 64


def loop(stmt: Any, ev: Evaluator) -> None:
    """A loop."""
    source = ev.known(stmt.iter) if isinstance(stmt, gast.For) and core.is_name(stmt.iter) else None
    if isinstance(source, Generating):
        generators.run(stmt, source, ev)
        return
    if generators.counted(stmt, ev):
        return
    ev.depth += 1
    try:
        _loop(stmt, ev)
    finally:
        ev.depth -= 1


def _loop(stmt: Any, ev: Evaluator) -> None:
    if isinstance(stmt, gast.For) and core.is_name(stmt.iter) and _is_structure(ev.known(stmt.iter)):
        parts = displays.elements(stmt.iter, ev, stmt)
        if parts is not None:
            _written_out(stmt, parts, ev, ev.known(stmt.iter))
            return
    promotion.promote_carried(stmt, ev)
    mark = _Mark.of(ev)
    if not ev.state.env and _plain(stmt, mark, ev):
        return
    try:
        _carried(stmt, ev)
    except Demotion as demotion:
        mark.back(ev)
        trips = _trips(stmt, ev)
        if trips is not None and len(trips) <= TRIPS:
            _written_out(stmt, [Known(k) for k in trips], ev)
        elif not _begins_otherwise(stmt, demotion, ev):
            raise
        else:
            _first_apart(stmt, demotion, mark, ev)


def _begins_otherwise(stmt: Any, demotion: Demotion, ev: Evaluator) -> bool:
    """May the first trip of a loop over a range find None or a number where the others find an object?

    if m is None: m = {…}           if k > 0: total += last.x
    """
    if demotion.promote or stmt in ev.apart:
        return False
    match stmt:
        case gast.For(iter=gast.Call(args=[*_, _] as args)) if len(args) < 3 and all(map(core.is_atom, args)):
            leaves = isinstance(stmt.body[-1], gast.If) and isinstance(stmt.body[-1].body[0], gast.Break)
            return not leaves and (demotion.either or any(v == Known(None) for v in ev.state.env.values()))
    return False


def _first_apart(stmt: Any, demotion: Demotion, mark: _Mark, ev: Evaluator) -> None:
    """The loop with its first trip written out ahead of it."""
    args = stmt.iter.args
    start = args[0] if len(args) == 2 else core.const(0, stmt)
    second = ev.fresh(stmt.target.id)
    ahead = [core.bind(stmt.target.id, core.copy(start), stmt), *(ev.copied(s, {}, None) for s in stmt.body)]
    rest = tree.replace(stmt, iter=tree.replace(stmt.iter, args=[load(second), core.copy(args[-1])]))
    rest = tree.replace(rest, body=[ev.copied(s, {}, None) for s in stmt.body])
    ev.apart.add(rest)
    more = core.bind(second, core.binary(core.copy(start), gast.Add, core.const(1)), stmt)

    def trips() -> None:
        statements.statements([more, *ahead, rest], ev)

    try:
        branches.ways(core.compare(core.copy(start), gast.Lt, core.copy(args[-1])), trips, lambda: None, ev, stmt)
    except Demotion:
        mark.back(ev)
        raise demotion from None


def _is_structure(value: Value | None) -> bool:
    return isinstance(value, Record) and (value.is_sequence or value.cls is dict)


def _plain(stmt: Any, mark: _Mark, ev: Evaluator) -> bool:
    """A loop in which nothing is known at entry: a record made in the body is one of that trip. Was it one?"""
    with ev.block() as out:
        head = _head(stmt, ev)
    body = _body(stmt, ev)
    if any(name in ev.plain and is_virtual(value) for name, value in ev.state.env.items() if name in mark.plain):
        mark.back(ev)
        return False
    if isinstance(stmt, gast.While):
        _write(stmt, head, out, body, [], ev)
    else:
        ev.out += [*out, tree.replace(head, body=body)]
    return True


@dataclass
class _Mark:
    """A point to go back to."""

    state: State
    length: int
    taken: set[str]
    made: set[str]
    last: dict[str, int]
    temps: set[str]
    plain: set[str]
    hidden: dict[str, Value]
    frames: int
    open: int
    active: tuple[Any, ...]
    around: tuple[Any, ...]
    names: dict[Record, dict[Any, str]]

    @classmethod
    def of(cls, ev: Evaluator) -> _Mark:
        namer = ev.namer
        names = {r: dict(r.names) for r in ev.state.keys}
        sets = (set(namer.taken), set(namer.made), dict(namer.last), set(ev.temps), set(ev.plain), dict(ev.hidden))
        return cls(ev.state.fork(), len(ev.out), *sets, len(ev.frames), len(ev.open), ev.active, ev.around, names)

    def back(self, ev: Evaluator) -> None:
        ev.state = self.state.fork()
        del ev.out[self.length :]
        ev.namer.taken, ev.namer.made, ev.namer.last = set(self.taken), set(self.made), dict(self.last)
        ev.temps, ev.plain, ev.hidden = set(self.temps), set(self.plain), dict(self.hidden)
        for table in ev.tables.values():
            ev.namer.taken.update(table.columns.values())
            ev.temps.update(table.columns.values())
        del ev.frames[self.frames :], ev.open[self.open :]
        ev.active, ev.around = self.active, self.around
        for record, names in self.names.items():
            record.names = dict(names)


def _head(stmt: Any, ev: Evaluator) -> Any:
    """The loop with its range or test in plain variables; what it binds is known no longer."""
    if isinstance(stmt, gast.While):
        known, test = expressions.truth(stmt.test, ev, stmt)
        return stmt if test is stmt.test else tree.replace(stmt, test=core.const(known) if test is None else test)
    ev.forget(stmt.target.id)
    if isinstance(stmt.iter, gast.Call):
        args = [expressions.expression(a, ev, stmt) for a in stmt.iter.args]
        return stmt if tree.same(args, stmt.iter.args) else tree.replace(stmt, iter=tree.replace(stmt.iter, args=args))
    value = ev.known(stmt.iter)
    if is_virtual(value):
        raise ev.demote([value], "the items of this object are known only when the program runs", stmt)
    return stmt


def _body(stmt: Any, ev: Evaluator) -> list[Any]:
    ev.trips += 1
    try:
        with ev.block() as body:
            statements.statements(stmt.body, ev)
    finally:
        ev.trips -= 1
    return body or [core.pass_(stmt)]


def _carried(stmt: Any, ev: Evaluator) -> None:
    """Find what holds at the head of each trip, and write the loop."""
    head = _entry(stmt, ev)
    mark = _Mark.of(ev)
    carried: dict[Record, Record] = {}
    for _ in range(ROUNDS):
        mark.back(ev)
        ev.state = head.fork()
        for record in carried:  # what was found in an earlier round keeps its names
            ev.namer.taken.update(record.names.values())
            ev.temps.update(record.names.values())
        copies = _at_entry(carried, mark.state, ev, stmt)
        if not isinstance(stmt, gast.While):
            with ev.block() as before:
                header = _head(stmt, ev)
        else:
            before, header = [], stmt
        top = ev.state.fork()
        with ev.block() as tests:
            if isinstance(stmt, gast.While):
                header = _head(stmt, ev)
        body = _body(stmt, ev)
        changes = _Changes(top, ev.state, carried, mark.plain, ev, stmt)
        if changes.settled():
            if carried and ev.unroll:
                raise ev.demote(list(carried), "it is carried by a loop", stmt)
            _refuse_kept(stmt, changes, ev)
            for old, new in changes.linked:
                old.origins = (*old.origins, new)
            ev.out += [*copies, *before]
            _write(stmt, header, tests, body, changes.copies(), ev)
            ev.state = changes.after()
            return
        head, carried = changes.weaker(head), {**carried, **changes.new}
    raise ev.demote([*head.env.values()], "what this loop carries changes its structure from trip to trip", stmt)


def _refuse_kept(stmt: Any, changes: _Changes, ev: Evaluator) -> None:
    """Demote what a trip began with where another name still means it behind the loop: its variables are the new ones.

    before = state; state = step(state)        in a loop, and `before` read after it
    """
    for old, _ in changes.linked:
        names = [n for n, v in ev.state.env.items() if v is old and changes.top.env.get(n) is not old]
        if any(_is_read_outside(name, stmt, ev) for name in names):
            raise ev.demote([old], "it is carried by a loop", stmt)


def _is_read_outside(name: str, loop: Any, ev: Evaluator) -> bool:
    """Is a name read elsewhere than in a loop of the function, or of one that is being written out?"""
    here = _reads(name, loop)
    if _reads(name, ev.fn.tree) > here:
        return True
    return any(f.definition is not None and _reads(f.own(name), f.definition) > here for f in ev.frames)


def _reads(name: str, node: Any) -> int:
    return sum(core.is_name(n, name) and isinstance(n.ctx, gast.Load) for n in core.walk(node))


def _entry(stmt: Any, ev: Evaluator) -> State:
    """What is known before the loop and not bound in it."""
    head = ev.state.fork()
    for name in tree.bound(stmt):
        if not is_virtual(head.env.get(name)):
            head.env.pop(name, None)
    return head


def _at_entry(carried: dict[Record, Record], before: State, ev: Evaluator, stmt: Any) -> list[Any]:
    """Bind the variables of the records that are carried, from those that there are before the loop."""
    out: list[Any] = []
    for new, old in carried.items():
        for key in before.keys[old]:
            if not is_virtual(before.env.get(old.names[key])):
                out.append(core.bind(ev.variable(new, key), load(old.names[key]), at=stmt))
                ev.plain.add(ev.variable(new, key))
    return out


@dataclass
class _Changes:
    """How the end of a trip differs from its beginning."""

    top: State
    end: State
    carried: dict[Record, Record]
    plain: set[str]  # the names that variables held before the loop
    ev: Evaluator
    stmt: Any

    def __post_init__(self) -> None:
        self.new: dict[Record, Record] = {}
        self.ways: dict[Record, tuple[Record, Record]] = {}  # what each of these is at the beginning and end of a trip
        self.flowed: dict[Record, Record] = {}
        self.flows: list[tuple[str, str]] = []
        self.linked: list[tuple[Record, Record]] = []
        self.drop: set[str] = set()
        self.lost: dict[str, Value] = {}
        self.replace: dict[str, Value] = {}
        self.stale: set[tuple[Record, Any]] = set()
        self.grown = [
            r for r, keys in self.top.keys.items() if self.end.keys.get(r, keys) != keys or self._less_sure(r, r)
        ]
        for name, value in self.top.env.items():
            self._compare(name, value, self.end.env.get(name))
        for name, value in self.end.env.items():
            if name in self.plain and name not in self.top.env and is_virtual(value):
                self.lost[name] = Lost((None, value))  # the next trip may begin with either
        renewed = {old for old, _ in self.linked}
        kept = self.top.keys.keys() - renewed
        self.stale |= {pair for pair in self.end.stale - self.top.stale if pair[0] in kept}

    def settled(self) -> bool:
        return not (self.new or self.drop or self.lost or self.replace or self.grown or self.stale)

    def _compare(self, name: str, old: Value, new: Value | None) -> None:
        if old == new:
            return
        if isinstance(old, Record) and isinstance(new, Record) and self._alike(old, new):
            if old in self.carried and self.flowed.setdefault(old, new) is new:
                self._flow(old, new)
            else:  # of two names for one object, each may go its own way
                self._carry(name, old, new)
        elif not is_virtual(old) and not is_virtual(new):
            self.drop.add(name)
        elif isinstance(old, Lost):
            return
        else:
            promotion.promote_other(old, new, self.ev, self.stmt)
            self.lost[name] = Lost((old, new))

    def _alike(self, old: Record, new: Record) -> bool:
        return old.cls is new.cls and self.top.keys[old] == self.end.keys[new] and not self._less_sure(old, new)

    def _less_sure(self, old: Record, new: Record) -> bool:
        """May a record lack parts at the end of a trip that it has at its beginning?"""
        return not self.end.unsure.get(new, frozenset()) <= self.top.unsure.get(old, frozenset())

    def _carry(self, name: str, old: Record, new: Record) -> None:
        """From the next round on, variables of its own hold what the name holds."""
        made = next((m for m, pair in self.ways.items() if pair[0] is old and pair[1] is new), None)
        if made is None:
            first = self.carried.get(old, old)
            made = Record(
                old.cls,
                old.site,
                self.ev.stem(name, old.cls) if name in self.ev.hidden else old.stem,
                origins=(old, new),
                places=old.places | new.places,
            )
            self.new[made] = first
            self.ways[made] = old, new
        self.replace[name] = made

    def _flow(self, old: Record, new: Record) -> None:
        """At the end of a trip, the carried variables get what the next trip begins with."""
        self.linked.append((old, new))
        for key in self.top.keys[old]:
            target, source = old.names[key], new.names[key]
            if (new, key) in self.end.stale and (old, key) not in self.top.stale:
                self.stale.add((old, key))
            a, b = self.top.env.get(target), self.end.env.get(source)
            if not is_virtual(a) and not is_virtual(b):
                self.flows.append((target, source))
                if a is not None:
                    self.drop.add(target)
            elif isinstance(a, Record) and isinstance(b, Record) and a is not b and self._alike(a, b):
                if a in self.carried:
                    self._flow(a, b)
                else:
                    self._carry(target, a, b)
            elif a != b:
                promotion.promote_other(a, b, self.ev, self.stmt)
                self.lost[target] = Lost((a, b))

    def weaker(self, head: State) -> State:
        """What to assume in the next round."""
        head = head.fork()
        ev = self.ev
        for record in self.grown:
            if record.is_sequence:
                raise ev.demote([record], "the length of this list changes from trip to trip", self.stmt)
            keys, more = self.top.keys[record], self.end.keys[record]
            head.keys[record] = keys + tuple(k for k in more if k not in keys)
            unsure = self.top.unsure.get(record, frozenset()) | self.end.unsure.get(record, frozenset())
            head.unsure[record] = unsure | frozenset(keys) ^ frozenset(more)
        head.stale |= self.stale
        for name in self.drop:
            head.env.pop(name, None)
        head.env.update(self.lost)
        head.env.update(self.replace)
        for made, old in self.new.items():
            head.keys[made] = self.top.keys[old]
            for key in self.top.keys[old]:
                value = self.top.env.get(old.names[key])
                variable = ev.variable(made, key)
                if isinstance(value, (Known, Shadow, Listed)) and not is_virtual(value):
                    continue
                if value is not None:
                    head.env[variable] = value
        return head

    def copies(self) -> list[tuple[str, str]]:
        return [(t, s) for t, s in dict.fromkeys(self.flows) if t != s]

    def after(self) -> State:
        """What is known behind the loop: what holds at its head, and what only the body binds."""
        state = self.top.fork()
        state.stale |= self.end.stale
        for name, value in self.end.env.items():
            if name not in state.env and is_virtual(value) and name not in self.ev.plain:
                state.env[name] = value
        for record, keys in self.end.keys.items():
            state.keys.setdefault(record, keys)
        for record in self.end.keys:
            for variable in record.names.values():
                known = self.end.env.get(variable)
                if variable not in state.env and is_virtual(known) and known is not None:
                    state.env[variable] = known
        return state


def _write(
    stmt: Any, header: Any, tests: list[Any], body: list[Any], copies: list[tuple[str, str]], ev: Evaluator
) -> None:
    """The loop, the copies at the end of its body (before it may be left)."""
    moves = _moves(copies, ev, stmt)
    last = body[-1]
    if moves and isinstance(last, gast.If) and isinstance(last.body[0], gast.Break):
        stop = ev.fresh("stop")
        exit_ = core.if_(load(stop), last.body, at=last)
        body = [*body[:-1], *settled(stop, last.test, ev, last), *moves, exit_]
    else:
        body = [*body, *moves]
    body = [s for s in body if not isinstance(s, gast.Pass)] or [core.pass_(stmt)]
    if not tests:
        ev.out.append(tree.replace(header, body=body))
        return
    go = ev.fresh("go")
    again = [*map(core.copy, tests), *settled(go, core.copy(header.test), ev, stmt)]
    last = body[-1]
    if isinstance(last, gast.If) and isinstance(last.body[0], gast.Break):
        body = [*body[:-1], core.if_(last.test, [core.bind(go, core.const(False), at=last)], again, at=last)]
    else:
        body = [*body, *again]
    ev.out += [*tests, *settled(go, header.test, ev, stmt), core.while_(load(go), body, at=stmt)]


def _moves(copies: list[tuple[str, str]], ev: Evaluator, stmt: Any) -> list[Any]:
    """Binds that mean: all at once."""
    targets = [t for t, _ in copies]
    if any(s in targets[:k] for k, (_, s) in enumerate(copies)):
        held = [(t, ev.fresh(t), s) for t, s in copies]
        first = [core.bind(h, load(s), at=stmt) for _, h, s in held]
        return [*first, *(core.bind(t, load(h), at=stmt) for t, h, _ in held)]
    return [core.bind(t, load(s), at=stmt) for t, s in copies]


# Written out


def _trips(stmt: Any, ev: Evaluator) -> range | None:
    """The trips of a loop over a range that is known."""
    if not isinstance(stmt, gast.For) or not isinstance(stmt.iter, gast.Call):
        return None
    values = []
    for argument in stmt.iter.args:
        ev.wants_length = True
        with ev.block():
            result = expressions.fold(argument, ev) or expressions.evaluate(argument, ev, stmt)
        ev.wants_length = False
        if not isinstance(result, Known) or type(result.value) is not int:
            return None
        values.append(result.value)
    return range(*values) if len(values) < 3 or values[2] else None


def _written_out(stmt: Any, parts: Sequence[Result], ev: Evaluator, source: Value | None = None) -> None:
    """The body once for each trip; of a `source` that may change meanwhile, each trip takes what stands there then."""
    around = ev.around
    try:
        _trip(stmt, 0, parts, source if isinstance(source, Record) and source.is_sequence else None, ev)
    finally:
        ev.around = around


def _trip(stmt: Any, place: int, parts: Sequence[Result], source: Record | None, ev: Evaluator) -> None:
    """The trips from one on."""
    keys = () if source is None else ev.keys(source, stmt)
    if source is not None and len(keys) != len(parts):
        raise ev.demote([source], "a loop goes through a list that becomes longer or shorter meanwhile", stmt)
    if place == len(parts):
        return
    ev.bind(stmt.target.id, parts[place] if source is None else ev.part(source, keys[place], stmt), stmt)
    ev.around = (*ev.around, len(parts) - 1 - place)
    body = [ev.copied(s, {}, None) for s in stmt.body]
    last = body[-1]
    leaves = isinstance(last, gast.If) and isinstance(last.body[0], gast.Break)
    own = body[:-1] if leaves else body
    if any(checkpoints.is_counted(s, ev) for s in own):  # the loop is no more, but each trip can be computed again
        with checkpoints.once("trip", ev, stmt):
            statements.statements([s for s in own if not checkpoints.is_counted(s, ev)], ev)
    else:
        statements.statements(own, ev)

    def more() -> None:
        _trip(stmt, place + 1, parts, source, ev)

    changed = source is not None and len(ev.keys(source, stmt)) != len(parts)
    if not leaves:
        more()
    elif place + 1 < len(parts) or changed:
        known, test = expressions.truth(last.test, ev, stmt)
        if known is None:
            branches.ways(test, lambda: None, more, ev, last)
        elif not known:
            more()
