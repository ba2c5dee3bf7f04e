"""Arguments with parts: the compiler sees a parameter for each part; generated code takes the whole.

    def loss_grad(params, x, out_bar=1.0):
        w = params["w"]                         the parts that are used
        b = params["b"]
        …
        return {"w": w_bar, "b": b_bar}         the gradient, put together

What carries no derivative (texts, None, truth values, functions) is in the gradient what it is in the argument; an
array of integers in an object is None there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gast

from adjoint.analysis.kinds import UNKNOWN, Array, Kind
from adjoint.analysis.structured import Structure, varies
from adjoint.classes import dataclass, replace
from adjoint.emit.names import RESERVED
from adjoint.runtime.objects import like
from adjoint.structures.evaluator import Evaluator
from adjoint.structures.values import Record
from adjoint.syntax import core
from adjoint.syntax.core import load

LIKE = "like"
HIDING = (*RESERVED, "_")


@dataclass(frozen=True)
class Leaf:
    """A part of an argument that is a parameter of its own, with the way to it from the argument."""

    name: str
    root: str
    path: tuple[Any, ...]
    kind: Kind


@dataclass(frozen=True)
class Layout:
    """How the parameters of a function are spread over those that the compiler sees.

    `arguments` are the function's own parameters, each with its kind and the leaves that stand for it (None where it is
    used as it is); `asked` are those to differentiate by, `parts` those of which a part is bound anew.
    """

    arguments: tuple[tuple[str, Kind, tuple[Leaf, ...] | None], ...]
    asked: tuple[str, ...]
    parts: tuple[str, ...] = ()

    @property
    def params(self) -> tuple[str, ...]:
        """The parameters that the compiler sees."""
        spread = [[name] if leaves is None else [leaf.name for leaf in leaves] for name, _, leaves in self.arguments]
        return tuple(n for names in spread for n in names)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        spread = [[_whole(kind)] if leaves is None else [f.kind for f in leaves] for _, kind, leaves in self.arguments]
        return tuple(k for kinds in spread for k in kinds)

    @property
    def wrt(self) -> tuple[str, ...]:
        """What to differentiate by, of the parameters that the compiler sees."""
        return tuple(n for name in self.asked for n in self._wrt(name))

    def _wrt(self, name: str) -> list[str]:
        leaves = self.leaves(name)
        return [name] if leaves is None else [leaf.name for leaf in leaves if varies(leaf.kind)]

    def leaves(self, name: str) -> tuple[Leaf, ...] | None:
        return next(leaves for n, _, leaves in self.arguments if n == name)

    def kind(self, name: str) -> Kind:
        return next(kind for n, kind, _ in self.arguments if n == name)

    @property
    def is_plain(self) -> bool:
        """Are all arguments used as they are?"""
        return all(leaves is None for _, _, leaves in self.arguments)

    def roots(self, names: Sequence[str]) -> tuple[str, ...]:
        """The function's own parameters that parameters belong to."""
        own = {leaf.name: leaf.root for _, _, leaves in self.arguments for leaf in leaves or ()}
        return tuple(dict.fromkeys(own.get(n, n) for n in names))


def _whole(kind: Kind) -> Kind:
    return kind.whole if isinstance(kind, Structure) else kind


def layout_of(
    params: Sequence[str], kinds: Mapping[str, Kind], wrt: Sequence[str], body: Sequence[Any], ev: Evaluator
) -> Layout:
    """The layout of a function whose arguments have been taken apart in `body`."""
    if not ev.inputs:
        return Layout(tuple((p, kinds.get(p, UNKNOWN), None) for p in params), tuple(wrt))
    used = {n.id for n in core.walk(*body) if isinstance(n, gast.Name)}
    records = {r.source.root: r for r in ev.inputs if r.source is not None}
    arguments = []
    for param in params:
        kind, record = kinds.get(param, UNKNOWN), records.get(param)
        leaves = None
        if record is not None and isinstance(kind, Structure):
            leaves = tuple(_leaves(record, kind, param in wrt, used, ev))
        arguments.append((param, kind, leaves))
    set_ = {r.source.root for r in ev.changed if r.source is not None}
    return Layout(tuple(arguments), tuple(wrt), tuple(p for p in params if p in set_))


def _leaves(record: Record, kind: Structure, asked: bool, used: set[str], ev: Evaluator) -> list[Leaf]:
    assert record.source is not None
    found: list[Leaf] = []
    for key, part in kind.items:
        if isinstance(part, Structure):
            inner = ev.arguments[record.names[key]]
            found += _leaves(inner, part, asked, used, ev)
        elif record.names.get(key) in used or (asked and varies(part)):
            path = (*record.source.path, key)
            found.append(Leaf(ev.variable(record, key), record.source.root, path, part))
    return found


def with_params(fn: core.Function, layout: Layout) -> core.Function:
    """The function with the parameters that the compiler sees."""
    if layout.is_plain:
        return fn
    new = core.function_def(fn.tree.name, layout.params, fn.tree.body)
    return replace(fn, tree=core.place(new, fn.tree))


def assembled(fn: core.Function, layout: Layout, half: int) -> core.Function:
    """A generated function, taking the arguments and giving gradients that are like them.

    `half` is 0 for a whole function or a forward sweep, 1 for a reverse sweep.
    """
    if layout.is_plain:
        return fn
    fn = _apart(fn, layout)
    layout = _named_as(fn, layout)
    if fn.tree.name.endswith("_jvp"):
        return _of_tangents(fn, layout)
    extra = fn.params[len(layout.params) :]
    *body, last = fn.tree.body
    helper = _helper(fn)
    value = last.value
    if half == 1:
        value = core.tuple_(_gathered(list(value.elts), layout, helper))
    elif fn.tree.name.endswith("_value_and_grad"):
        value = core.tuple_([value.elts[0], _gradient(value.elts[1], layout, helper)])
    elif fn.tree.name.endswith("_grad"):
        value = _gradient(value, layout, helper)
    body = [*body, core.return_(value, last)]
    read = {n.id for n in core.walk(*body) if isinstance(n, gast.Name)}
    leaves = [leaf for _, _, leaves in layout.arguments for leaf in leaves or () if leaf.name in read]
    entry = [core.bind(leaf.name, _reached(leaf.root, leaf.path, layout)) for leaf in leaves]
    names = [*(name for name, _, _ in layout.arguments), *extra]
    defaults = dict(zip(extra[len(extra) - len(fn.tree.args.defaults) :], fn.tree.args.defaults))
    tree = core.function_def(fn.tree.name, names, [*entry, *body], defaults)
    return replace(fn, tree=core.place(tree, fn.tree), bindings={**fn.bindings, helper: like})


def _apart(fn: core.Function, layout: Layout) -> core.Function:
    """The function with no variable that is called as an argument which is still read where the gradient is built."""
    bound = {name for stmt in fn.statements for name in fn.binds[stmt]}
    hiding = sorted(bound & {name for name, _, leaves in layout.arguments if leaves is not None})
    if not hiding:
        return fn
    namer = fn.namer()
    new = {name: namer.fresh(name) for name in hiding}
    body = [core.copy(stmt, new) for stmt in fn.tree.body]
    return fn.with_body(body, temps=frozenset(new.get(n, n) for n in fn.temps))


def _of_tangents(fn: core.Function, layout: Layout) -> core.Function:
    """A forward sweep, taking the arguments and tangents that are like them."""
    dots = dict(zip(layout.wrt, fn.params[len(layout.params) :], strict=True))
    namer = fn.namer()
    leaves = [leaf for _, _, parts in layout.arguments for leaf in parts or ()]
    read = {n.id for n in core.walk(*fn.tree.body) if isinstance(n, gast.Name)}
    entry = [core.bind(f.name, _reached(f.root, f.path, layout)) for f in leaves if f.name in read]
    names = [name for name, _, _ in layout.arguments]
    for root in layout.asked:
        parts = layout.leaves(root)
        whole = dots[root] if parts is None else namer.fresh(f"{root}_dot")
        names.append(whole)
        varying = [f for f in parts or () if varies(f.kind) and dots[f.name] in read]
        entry += [core.bind(dots[f.name], _reached(f.root, f.path, layout, whole)) for f in varying]
    tree = core.function_def(fn.tree.name, names, [*entry, *fn.tree.body])
    return replace(fn, tree=core.place(tree, fn.tree))


def _named_as(fn: core.Function, layout: Layout) -> Layout:
    """The layout in the names of generated code, in which none may hide a builtin that passes write by name."""
    new = dict(zip(layout.params, fn.params))
    namer = fn.namer()
    new |= {n: namer.fresh(f"{n}_") for n, _, leaves in layout.arguments if leaves is not None and n in HIDING}
    if all(old == name for old, name in new.items()):
        return layout
    arguments = tuple(
        (new.get(n, n), kind, None if leaves is None else tuple(_renamed(leaf, new) for leaf in leaves))
        for n, kind, leaves in layout.arguments
    )
    return replace(layout, arguments=arguments, asked=tuple(new.get(n, n) for n in layout.asked))


def _renamed(leaf: Leaf, new: Mapping[str, str]) -> Leaf:
    return replace(leaf, name=new.get(leaf.name, leaf.name), root=new.get(leaf.root, leaf.root))


def _helper(fn: core.Function) -> str:
    known = next((n for n, v in fn.bindings.items() if v is like), None)
    return known or fn.namer().fresh(LIKE)


def _gradient(value: Any, layout: Layout, helper: str) -> Any:
    """The gradient, or the tuple of gradients, that the function returns."""
    parts = list(value.elts) if len(layout.wrt) != 1 else [value]
    gathered = _gathered(parts, layout, helper)
    return gathered[0] if len(gathered) == 1 else core.tuple_(gathered)


def _gathered(parts: list[Any], layout: Layout, helper: str) -> list[Any]:
    """For each argument that is asked for, its gradient, from those of its parts."""
    found = []
    for name in layout.asked:
        leaves = layout.leaves(name)
        if leaves is None:
            found.append(parts.pop(0))
            continue
        given = {leaf.path: parts.pop(0) for leaf in leaves if varies(leaf.kind)}
        kind = layout.kind(name)
        assert isinstance(kind, Structure)
        found.append(_built(kind, name, (), given, layout, helper))
    return found


def _built(
    kind: Structure, root: str, path: tuple[Any, ...], given: Mapping[tuple[Any, ...], Any], layout: Layout, helper: str
) -> Any:
    """An expression for a structure of gradients."""
    parts = {}
    for key, part in kind.items:
        here = (*path, key)
        if isinstance(part, Structure):
            parts[key] = _built(part, root, here, given, layout, helper)
        elif here in given:
            parts[key] = given[here]
        elif isinstance(part, Array):
            parts[key] = core.const(None)
        elif not (kind.by_attribute):
            parts[key] = _reached(root, here, layout)
    whole = _reached(root, path, layout)
    if kind.cls is dict:
        return core.place(gast.Dict([core.const(k) for k in parts], list(parts.values())), None)
    if kind.cls in (list, tuple):
        return core.list_(parts.values()) if kind.cls is list else core.tuple_(parts.values())
    if issubclass(kind.cls, tuple):
        return core.call(core.attribute(whole, "_replace"), **parts)
    return core.call(helper, whole, **parts)


def _reached(root: str, path: Sequence[Any], layout: Layout, whole: str | None = None) -> Any:
    """The expression for a part of an argument, or of `whole`, which is like it."""
    expr, kind = load(whole or root), layout.kind(root)
    for key in path:
        assert isinstance(kind, Structure)
        expr = core.attribute(expr, key) if kind.by_attribute else core.item(expr, core.const(key))
        kind = dict(kind.items)[key]
    return expr
