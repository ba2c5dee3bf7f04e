"""What a run leaves behind: its nodes, and the local derivatives between them as the rules give them."""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.classes import dataclass, field
from adjoint.emit.printer import to_source
from adjoint.graphs import Edge, Graph, Node
from adjoint.numeric import is_float
from adjoint.rules import registry
from adjoint.syntax import core

_LARGEST = 10_000  # Jacobians with more numbers are left out


@dataclass(frozen=True)
class Traced:
    """A value, the number of its node (None: it depends on no argument), its expression in terms of other nodes.

    A list or tuple has the traced values of its parts.
    """

    value: Any
    shown: Any
    node: int | None = None
    parts: tuple[Traced, ...] | None = None

    @property
    def depends(self) -> bool:
        return self.node is not None or any(p.depends for p in self.parts or ())


@dataclass
class _Draft:
    """A node whose name is not settled yet: a variable's, or the next number."""

    shown: Any
    value: Any
    edges: list[tuple[int, Any]]
    name: str | None = None


@dataclass
class Tape:
    """The nodes so far."""

    drafts: list[_Draft] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def argument(self, name: str, value: Any) -> Traced:
        if isinstance(value, (list, tuple)):
            parts = tuple(self.argument(f"{name}[{k}]", v) for k, v in enumerate(value))
            return Traced(value, core.load(name), None, parts)
        return self.add(core.load(name), value, [], name) if is_float(value) else Traced(value, core.load(name))

    def add(self, shown: Any, value: Any, edges: list[tuple[int, Any]], name: str | None = None) -> Traced:
        self.drafts.append(_Draft(shown, value, edges))
        number = len(self.drafts) - 1
        found = Traced(value, core.load(f"node {number}"), number)
        if name is not None:
            self.call(found, name)
        return found

    def call(self, value: Traced, name: str) -> None:
        """Give a node the name of the variable that it is bound to, if that is free and the node has none."""
        if value.node is not None and self.drafts[value.node].name is None and name not in self.names:
            self.drafts[value.node].name = name
            self.names.add(name)

    def graph(self, result: Traced) -> Graph:
        namer, k = self.names, 0
        for draft in self.drafts:
            while draft.name is None:
                k += 1
                draft.name = f"v{k}" if f"v{k}" not in namer else None
        labels = {f"node {i}": str(d.name) for i, d in enumerate(self.drafts)}
        nodes = []
        for draft in self.drafts:
            text = to_source(core.copy(draft.shown, labels)) if draft.edges else ""
            edges = tuple(Edge(labels[f"node {i}"], d) for i, d in draft.edges)
            nodes.append(Node(str(draft.name), text.strip(), draft.value, edges))
        returned = [result] if result.parts is None else result.parts
        return Graph(tuple(nodes), tuple(labels[f"node {r.node}"] for r in returned if r.node is not None))


def edges_of(rule: registry.Rule, args: list[Traced], keywords: dict[str, Traced], out: Any, method: bool) -> list[Any]:
    """The local derivatives by each operand that depends on an argument."""
    rule = registry.fitting(rule, args, keywords)
    bound = registry.bind(rule, args, keywords, method)
    plain = {name: _plain(value) for name, value in bound.items()}
    operands = [bound.get(name.lstrip("*")) for name in rule.operands]
    if rule.form == "elementwise":
        partials = _called(rule, plain, out, None)
        partials = partials if isinstance(partials, tuple) else (partials,)
        found = zip(operands, (np.broadcast_to(p, np.shape(out)) if np.ndim(out) else p for p in partials))
        return [(o.node, p) for o, p in found if isinstance(o, Traced) and o.node is not None]
    leaves = [t for o in operands for t in _traced(o)]
    jacobians = _jacobians(rule, plain, out, [np.shape(t.value) for t in leaves])
    return [(t.node, j) for t, j in zip(leaves, jacobians) if t.node is not None]


def _jacobians(rule: registry.Rule, plain: dict[str, Any], out: Any, shapes: list[tuple[int, ...]]) -> list[Any]:
    size = np.size(out)
    if size * sum(int(np.prod(s)) for s in shapes) > _LARGEST:
        return ["(large)"] * len(shapes)
    rows = []
    for k in range(size):
        seed: Any = 1.0
        if np.ndim(out):
            seed = np.zeros(np.shape(out))
            seed.flat[k] = 1.0
        bars = _called(rule, plain, out, seed)
        rows.append(_flat(bars))
    stacked = [np.array([np.broadcast_to(r[j], s) for r in rows]) for j, s in enumerate(shapes)]
    return [s.reshape(np.shape(out) + shape) for s, shape in zip(stacked, shapes)]


def _called(rule: registry.Rule, plain: dict[str, Any], out: Any, out_bar: Any) -> Any:
    code = rule.body.__code__
    count = code.co_argcount
    names = code.co_varnames[: count + code.co_kwonlyargcount]
    given = {**plain, "out": out, "out_bar": out_bar}
    rest = [v for name, v in plain.items() if name not in names]
    positional = [given.pop(n) for n in names[:count] if n in given] if rest else []
    return rule.body(*positional, *(rest[0] if rest else ()), **{n: given[n] for n in names if n in given})


def _plain(bound: Any) -> Any:
    if isinstance(bound, Traced):
        return bound.value
    return tuple(_plain(b) for b in bound) if isinstance(bound, tuple) else bound


def _traced(operand: Any) -> list[Traced]:
    if operand is None:
        return []
    if isinstance(operand, tuple):
        return [t for o in operand for t in _traced(o)]
    return list(operand.parts) if operand.parts is not None else [operand]


def _flat(bars: Any) -> list[Any]:
    return [b for bar in bars for b in _flat(bar)] if isinstance(bars, (tuple, list)) else [bars]
