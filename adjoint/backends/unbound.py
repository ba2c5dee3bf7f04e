"""Names that may be read before they are bound: Numba would read a zero where Python raises.

for v in x:                     t_bound = False
    t = v * v                   for v in x:
return t                            t = v * v
                        ->          t_bound = True
                                if not t_bound:
                                    raise UnboundLocalError("t")
                                return t
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import chain
from types import MappingProxyType
from typing import Any

import gast

from adjoint.analysis.definite import unbound_reads
from adjoint.classes import dataclass
from adjoint.syntax import core
from adjoint.syntax.traverse import changed
from adjoint.tidy.rebuild import map_blocks


def checked(fn: core.Function, unsure: frozenset[str] = frozenset()) -> core.Function:
    """Raise where a name is read that is not bound; those `unsure` have a value until then that means nothing."""
    names = unbound_reads(fn.tree.body, fn.params) | unsure
    if not names:
        return fn
    namer = fn.namer()
    flags = {name: namer.fresh(f"{name}_bound") for name in sorted(names)}
    error = namer.fresh("UnboundLocalError")
    start = [core.bind(flag, core.const(False)) for flag in flags.values()]
    body = [*start, *_Checker(flags, error, set(unsure)).block(fn.tree.body)]
    bindings = MappingProxyType({**fn.bindings, error: UnboundLocalError})
    return fn.with_body(body, bindings=bindings, helpers=fn.helpers | {error})


@dataclass
class _Checker:
    """Adds flags and tests; what is first bound to the names in `places` is no value of theirs yet."""

    flags: dict[str, str]
    error: str
    places: set[str]

    def block(self, block: Sequence[Any]) -> list[Any]:
        found: list[Any] = []
        for stmt in block:
            found += [stmt] if type(stmt) is core.Comment else self.statement(stmt)
        return found

    def statement(self, stmt: Any) -> list[Any]:
        tests = []
        for name in sorted(_used(stmt) & self.flags.keys()):
            raised = core.place(gast.Raise(core.call(self.error, core.const(name)), None), stmt)
            tests.append(core.if_(core.unary(gast.Not, core.load(self.flags[name])), [raised], at=stmt))
        names = core.names_bound(stmt) & self.flags.keys()
        bound = [core.bind(self.flags[n], core.const(True), at=stmt) for n in sorted(names - self.places)]
        self.places -= names
        new = map_blocks(stmt, self.block)
        if isinstance(stmt, gast.For) and bound:
            return [*tests, changed(new, body=[*bound, *new.body])]
        return [*tests, new, *bound]


def _used(stmt: Any) -> frozenset[str]:
    """The names whose values a statement computes with."""
    match stmt:
        case gast.Assign(targets=[gast.Name()], value=gast.Name()):
            return frozenset()
        case gast.Expr(value=gast.Call(func=gast.Attribute(attr="append"), args=[gast.Name()])):
            return frozenset()
        case gast.Return(value=gast.Tuple(elts=[out, gast.Tuple()])):
            return core.names_read(out)
    return core.names_read(stmt)


def sources(fn: core.Function, names: Set[str]) -> Set[str]:
    """The names from which these may have their values, by way of other names and of lists."""
    flows = set(chain.from_iterable(map(_flows, fn.statements)))
    found, more = set(names), True
    while more:
        new = {source for source, target in flows if target in found} - found
        found, more = found | new, bool(new)
    return found


def _flows(stmt: Any) -> list[tuple[str, str]]:
    """Which name, or list, a statement hands on as it is, and to which."""
    match stmt:
        case gast.Assign(targets=[gast.Name(id=target)], value=gast.Name(id=source)):
            return [(source, target)]
        case gast.Assign(targets=[gast.Name(id=target)], value=gast.Subscript(value=gast.Name(id=source))):
            return [(source, target)]
        case gast.Assign(targets=[gast.Subscript(value=gast.Name(id=target))], value=gast.Name(id=source)):
            return [(source, target)]
        case gast.Assign(
            targets=[gast.Name(id=target)], value=gast.Call(func=gast.Attribute(value=gast.Name(id=source)))
        ):
            return [(source, target)]
        case gast.Expr(value=gast.Call(func=gast.Attribute(value=gast.Name(id=target)), args=args)):
            return [(a.id, target) for a in args if isinstance(a, gast.Name)]
        case gast.Assign(targets=[gast.Name(id=target)], value=gast.List(elts=items) | gast.Tuple(elts=items)):
            return [(a.id, target) for a in items if isinstance(a, gast.Name)]
    return []
