"""Names outside that a function assigns: those that it declares `global`, and `nonlocal` ones of its own closure.

    def f(x):                             def f(x):
        global calls                          model.calls += 1
        calls += 1                ->          return x * model.rate
        rate = 2.0
        return x * rate

They become attributes of an object that holds them (`runtime/outside.py`), which is taken apart as any object that
stands outside. Every function that is read in the same compilation reads the same attribute; so when a helper turns out
to assign a name, the compilation begins anew (`Assigned`).
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from types import CellType, FunctionType, MappingProxyType
from typing import Any

import gast

from adjoint.classes import dataclass, replace
from adjoint.errors import Problem, UnsupportedSyntax, problem_at, raise_problems
from adjoint.frontend.resolve import COMPREHENSIONS, locals_of
from adjoint.runtime.outside import Names, shown
from adjoint.syntax import core
from adjoint.syntax.traverse import changed, mapped

DECLARED = (gast.Global, gast.Nonlocal)
ADVICE = "Bind a name of the function's own, and assign that: `{name} = …`."


class Assigned(Exception):
    """A function assigns names outside that were not known to be assigned."""

    def __init__(self, places: Places) -> None:
        super().__init__()
        self.places = places


@dataclass(frozen=True)
class Places:
    """The names outside that are assigned: for each dictionary of globals (by its id) a holder, and the cells."""

    spaces: tuple[Names, ...] = ()
    cells: tuple[CellType, ...] = ()

    def holder(self, target: Any, name: str, declared: bool = False) -> tuple[Any, str] | None:
        """The object that holds a name outside `target` that is assigned somewhere, and its attribute there.

        `declared` is true for a name that is declared `global`.
        """
        if name in target.__code__.co_freevars and not declared:
            cell = _cell(target, name)
            return (cell, "cell_contents") if any(cell is c for c in self.cells) else None
        for space in self.spaces:
            if space.__dict__ is target.__globals__ and name in shown(space):
                return space, name
        return None

    def more(self, target: Any, names: set[tuple[str, bool]]) -> Places:
        """These, and names outside `target`, each with whether it is declared `global`."""
        free = target.__code__.co_freevars
        cells = tuple(_cell(target, n) for n, declared in sorted(names) if n in free and not declared)
        own = {n for n, declared in names if declared or n not in free}
        space = next((s for s in self.spaces if s.__dict__ is target.__globals__), Names(target.__globals__, ()))
        others = tuple(s for s in self.spaces if s is not space)
        spaces = (*others, Names(target.__globals__, {*shown(space), *own})) if own else self.spaces
        return Places(spaces, (*self.cells, *cells))


NONE = Places()


def outside(fn: core.Function, places: Places) -> core.Function:
    """Read and assign the names in `places` as attributes.

    Raises:
        Assigned: if the function assigns a name that is not among them.
        UnsupportedSyntax: if it binds one by a definition, an import or a pattern.
    """
    target = fn.target
    if not isinstance(target, FunctionType):
        return fn
    if not fn.forms.isdisjoint(DECLARED):
        found = _Outside(fn, places, target)
        new = {(n, declared) for n, declared in found.assigned() if places.holder(target, n, declared) is None}
        if new:
            raise Assigned(places.more(target, new))
    elif not (places.spaces or places.cells):
        return fn
    return _Outside(fn, places, target).done()


@dataclass(frozen=True)
class _Scope:
    """What names mean at one place: those of functions around it, and those that are declared `global`."""

    bound: frozenset[str] = frozenset()
    forced: frozenset[str] = frozenset()

    def inside(self, node: Any) -> _Scope:
        names = {n for d in _declarations(node) if isinstance(d, gast.Global) for n in d.names}
        own = locals_of(node) | _imported(node) - names
        return _Scope(self.bound - names | own, self.forced - own | names)


class _Outside:
    def __init__(self, fn: core.Function, places: Places, target: FunctionType) -> None:
        self.fn, self.places, self.target = fn, places, target
        self.root = _Scope().inside(fn.tree)
        self.holders: dict[str, Any] = {}
        self.namer = core.Namer([*core.all_names(fn.tree), *target.__globals__, *vars(builtins)])
        self.problems: list[Problem] = []

    def assigned(self) -> set[tuple[str, bool]]:
        """The names outside that the function assigns, each with whether it is declared `global`."""
        found = _places(self.fn.tree.body, self.root)
        return {(name, name in scope.forced) for node, scope in found for name in _stored(node, scope)}

    def done(self) -> core.Function:
        body = [self.moved(stmt, self.root) for stmt in self.fn.tree.body]
        if self.problems:
            raise_problems(UnsupportedSyntax, self.problems, self.fn.origin)
        bindings = MappingProxyType({**self.fn.bindings, **self.holders})
        fn = replace(self.fn, bindings=bindings, helpers=self.fn.helpers | frozenset(self.holders))
        return fn.with_body(body)

    def moved(self, node: Any, scope: _Scope) -> Any:
        """A node in which names that are assigned outside are attributes."""
        match node:
            case gast.Name():
                return self.name(node, scope)
            case gast.Global():
                return core.pass_(node)
            case gast.Nonlocal():
                inner = [n for n in node.names if n in scope.bound]
                return changed(node, names=inner) if inner else core.pass_(node)
            case gast.arguments():
                defaults = [self.moved(d, scope) for d in node.defaults]
                named = [d and self.moved(d, scope) for d in node.kw_defaults]
                return changed(node, defaults=defaults, kw_defaults=named)
            case gast.Import() | gast.ImportFrom():
                return changed(node, names=[self.alias(alias, scope) for alias in node.names])
            case gast.AnnAssign():
                value = node.value and self.moved(node.value, scope)
                return changed(node, target=self.moved(node.target, scope), value=value)
        self.check(node, scope)
        return mapped(node, lambda child: self.moved(child, _scope_of(child, node, scope)))

    def alias(self, alias: Any, scope: _Scope) -> Any:
        """An import that binds a name outside: as the dotted path of the attribute, which `imports` assigns."""
        found = self.holder(_name(alias), scope) if alias.asname or "." not in alias.name else None
        if found is None:
            return alias
        holder, attribute = found
        return changed(alias, asname=f"{self.named(holder, alias.name)}.{attribute}")

    def name(self, node: Any, scope: _Scope) -> Any:
        found = self.holder(node.id, scope)
        if found is None:
            return node
        holder, attribute = found
        return core.place(gast.Attribute(core.load(self.named(holder, node.id), node), attribute, node.ctx), node)

    def holder(self, name: str, scope: _Scope) -> tuple[Any, str] | None:
        return None if name in scope.bound else self.places.holder(self.target, name, name in scope.forced)

    def named(self, holder: Any, name: str) -> str:
        """The name by which the text calls a holder: that of the module, or of the name itself for a cell."""
        for known, value in self.holders.items():
            if value is holder:
                return known
        module = str(self.target.__globals__.get("__name__", "")).rpartition(".")[2].strip("_")
        stem = f"{name}_cell" if isinstance(holder, CellType) else module
        made: str = self.namer.fresh(stem if stem.isidentifier() else "module")
        self.holders[made] = holder
        return made

    def check(self, node: Any, scope: _Scope) -> None:
        submodules = [
            a for a in getattr(node, "names", ()) if isinstance(node, gast.Import) and not a.asname and "." in a.name
        ]
        ways = [*_bound_otherwise(node), *((_name(a), "`import` of a submodule") for a in submodules)]
        for name, way in ways:
            if self.holder(name, scope) is not None:
                message = f"`{name}`, which stands outside, is bound by {way}, which cannot be differentiated"
                self.problems.append(problem_at(node, message, ADVICE.format(name=name)))


def _bound_otherwise(node: Any) -> Iterator[tuple[str, str]]:
    """The names that a node binds by anything but an assignment, with what that is."""
    match node:
        case gast.FunctionDef():
            yield node.name, "`def`"
        case gast.ExceptHandler(name=gast.Name(id=name)):
            yield name, "`except`"
        case gast.Delete():
            yield from ((t.id, "`del`") for t in node.targets if isinstance(t, gast.Name))
    if isinstance(node, core.CAPTURES):
        yield from ((name, "a pattern") for name in core.captured(node) if name)


def _stored(node: Any, scope: _Scope) -> Iterator[str]:
    if isinstance(node, gast.Name) and not isinstance(node.ctx, gast.Load) and node.id not in scope.bound:
        yield node.id
    yield from (name for name, _ in _bound_otherwise(node) if name not in scope.bound)
    if isinstance(node, (gast.Import, gast.ImportFrom)):
        yield from (name for name in map(_name, node.names) if name not in scope.bound)


def _places(roots: list[Any], scope: _Scope) -> Iterator[tuple[Any, _Scope]]:
    """Every node below the roots, with what names mean there."""
    todo = [(node, scope) for node in roots]
    while todo:
        node, here = todo.pop()
        yield node, here
        if not isinstance(node, gast.arguments):
            todo += [(child, _scope_of(child, node, here)) for child in core.children(node)]


def _scope_of(child: Any, node: Any, scope: _Scope) -> _Scope:
    """What names mean in a node right below another."""
    if isinstance(node, (gast.FunctionDef, gast.Lambda)):
        outer = isinstance(child, gast.arguments) or child in getattr(node, "decorator_list", ())
        return scope if outer else scope.inside(node)
    if isinstance(node, COMPREHENSIONS):
        targets = {n.id for g in node.generators for n in core.walk(g.target) if isinstance(n, gast.Name)}
        return _Scope(scope.bound | targets, scope.forced - targets)
    return scope


def _imported(node: Any) -> frozenset[str]:
    """The names that a function binds itself by `import`."""
    return frozenset(_name(alias) for stmt in _own(node, (gast.Import, gast.ImportFrom)) for alias in stmt.names)


def _name(alias: Any) -> str:
    """The name that an import binds."""
    return str(alias.asname or alias.name.partition(".")[0])


def _declarations(node: Any) -> list[Any]:
    """The `global` and `nonlocal` statements of a function itself."""
    return _own(node, DECLARED)


def _own(node: Any, kinds: tuple[type, ...]) -> list[Any]:
    """The statements of some kinds of a function itself."""
    todo = list(node.body) if isinstance(node.body, list) else []
    found: list[Any] = []
    while todo:
        stmt = todo.pop()
        if isinstance(stmt, kinds):
            found.append(stmt)
        elif not isinstance(stmt, (gast.FunctionDef, gast.Lambda)):
            todo += [c for c in core.children(stmt) if isinstance(c, (gast.stmt, gast.ExceptHandler, gast.match_case))]
    return found


def _cell(target: Any, name: str) -> CellType:
    cell: CellType = target.__closure__[target.__code__.co_freevars.index(name)]
    return cell
