"""Functions defined inside another that call themselves: taken out, what they read around them passed as arguments.

    def f(x):                               def g(n, x):
        def g(n):                               return x if n == 0 else g(n - 1, x) * x
            return x if n == 0 else g(n - 1) * x
        return g(4)                 ->      def f(x):
                                                return g(4, x)

The others are written into their callers. A function that is used in another way than by calling it stays where it is,
and so does one that binds names around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import gast

from adjoint.calls.arguments import matched
from adjoint.classes import dataclass, field, replace
from adjoint.frontend.resolve import free_names, locals_of
from adjoint.syntax import core
from adjoint.syntax.core import load


@dataclass(eq=False)
class Lifted:
    """A function that stood inside another, in the bindings of a text that calls it."""

    __name__: str
    fn: Any = field(default=None, repr=False)


def lifted(fn: core.Function) -> core.Function:
    """Take the recursive functions out of a function in Core form."""
    inside = {s.name: s for s in fn.statements if isinstance(s, gast.FunctionDef)}
    if not inside:
        return fn
    found = _Found.of(fn, inside)
    chosen = {name for name in inside if found.is_recursive(name) and found.can_move(name)}
    # What a group calls among itself moves together, or not at all.
    chosen = {name for name in chosen if all(n in chosen for n in found.reached(name) if found.is_recursive(n))}
    if not chosen:
        return fn
    made = {name: Lifted(name) for name in chosen}
    extra = {name: found.taken(name) for name in chosen}
    fn = replace(fn, bindings=MappingProxyType({**fn.bindings, **made}), helpers=fn.helpers | frozenset(made))
    for name, item in made.items():
        definition = inside[name]
        helpers = [inside[n] for n in sorted(found.reached(name) - chosen)]
        body = [_rewritten(s, made, extra, inside, fn) for s in (*helpers, *definition.body)]
        tree = core.function_def(name, [*core.parameters(definition.args), *extra[name]], body)
        item.fn = replace(fn, tree=core.place(tree, definition))
    body = [_rewritten(s, made, extra, inside, fn) for s in _without(fn.tree.body, made)]
    return fn.with_body(body)


@dataclass
class _Found:
    """The functions inside a function: which calls which, and what each reads around it."""

    fn: core.Function
    inside: Mapping[str, Any]
    calls: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, fn: core.Function, inside: Mapping[str, Any]) -> _Found:
        calls = {name: free_names(d) & inside.keys() for name, d in inside.items()}
        return cls(fn, inside, calls)

    def reached(self, name: str) -> frozenset[str]:
        """The functions inside that one calls, directly or not."""
        found: set[str] = set()
        waiting = list(self.calls[name])
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.calls[one]
        return frozenset(found)

    def is_recursive(self, name: str) -> bool:
        return name in self.reached(name)

    def can_move(self, name: str) -> bool:
        """Is a function only ever called, by plain arguments, and does it bind no name around it?"""
        definitions = [self.inside[n] for n in (name, *self.reached(name))]
        if any(core.shared_names([d]) for d in definitions):
            return False
        defaults = [e for d in definitions for e in (*d.args.defaults, *d.args.kw_defaults) if e is not None]
        if not all(map(core.is_constant, defaults)):
            return False
        direct = {id(s) for s in self.fn.tree.body}
        if (
            any(id(d) not in direct for d in definitions)
            or self.inside[name].args.vararg
            or self.inside[name].args.kwarg
        ):
            return False
        return all(
            sum(core.is_name(n, name) for n in core.walk(stmt)) == sum(1 for c in _calls_in(stmt, name) if _is_plain(c))
            for stmt in self.fn.tree.body
        )

    def taken(self, name: str) -> list[str]:
        """The names of the function around them that a function, and those that it calls, read."""
        local = locals_of(self.fn.tree) - self.inside.keys()
        names = {n for d in (name, *self.reached(name)) for n in free_names(self.inside[d])}
        return sorted(names & local)


def _calls_in(stmt: Any, name: str) -> Iterator[Any]:
    return (n for n in core.walk(stmt) if isinstance(n, gast.Call) and core.is_name(n.func, name))


def _is_plain(call: Any) -> bool:
    starred = any(isinstance(a, gast.Starred) for a in call.args)
    return not starred and all(k.arg is not None for k in call.keywords)


def _without(block: list[Any], made: Mapping[str, Lifted]) -> list[Any]:
    return [s for s in block if not (isinstance(s, gast.FunctionDef) and s.name in made)]


def _rewritten(
    stmt: Any, made: Mapping[str, Lifted], extra: Mapping[str, list[str]], inside: Mapping[str, Any], fn: core.Function
) -> Any:
    """A statement whose calls of the functions taken out pass what these read."""
    copied = core.copy(stmt)
    for node in core.walk(copied):
        if isinstance(node, gast.Call) and core.is_name(node.func) and node.func.id in made:
            name = node.func.id
            given = matched(node, inside[name], _defaults(inside[name]), fn.origin)
            node.args = [*(core.copy(a) for a in given.values()), *map(load, extra[name])]
            node.keywords = []
    return copied


def _defaults(definition: Any) -> dict[str, Any]:
    args = definition.args
    positional = [n.id for n in (*args.posonlyargs, *args.args)]
    found = dict(zip(positional[len(positional) - len(args.defaults) :], args.defaults))
    found.update({n.id: d for n, d in zip(args.kwonlyargs, args.kw_defaults) if d is not None})
    return found
