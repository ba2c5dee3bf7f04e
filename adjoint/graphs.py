"""The dependency graph of one run of a function: each node with its value, each edge with its local derivative.

>>> import numpy as np
>>> def f(x):
...     return np.log(x**2) * np.sin(x) + 1 / x
>>> graph(f, 2.0)
x  = 2
v1 = x**2 = 4                dv1/dx = 4
v2 = np.log(v1) = 1.38629    dv2/dv1 = 0.25
v3 = np.sin(x) = 0.909297    dv3/dx = -0.416147
v4 = v2 * v3 = 1.26055       dv4/dv2 = 0.909297, dv4/dv3 = 1.38629
v5 = 1 / x = 0.5             dv5/dx = -0.25
v6 = v4 + v5 = 1.76055       dv6/dv4 = 1, dv6/dv5 = 1

Everything in it is computed: the run by the primal's own operations, the derivatives by the rules that gradients are
made of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from adjoint.classes import dataclass
from adjoint.runtime import trees


@dataclass(frozen=True)
class Edge:
    """`derivative` is that of the node by the node called `source`.

    A number for numbers; for an element-wise operation on arrays the derivative of each element by its own; otherwise
    the Jacobian, of shape `out.shape + source.shape`.
    """

    source: str
    derivative: Any


@dataclass(frozen=True)
class Node:
    """One argument or operation; `text` is the operation ("" for an argument)."""

    name: str
    text: str
    value: Any
    edges: tuple[Edge, ...] = ()


@dataclass(frozen=True, repr=False)
class Graph:
    """The nodes in the order in which they were computed, and the names of those that the function returned."""

    nodes: tuple[Node, ...]
    results: tuple[str, ...]

    def __repr__(self) -> str:
        return self.to_text()

    def to_text(self) -> str:
        """Return one line a node: name, operation, value, local derivatives."""
        width = max((len(n.name) for n in self.nodes), default=0)
        lines = [
            (_equation(n, width), [f"d{n.name}/d{e.source} = {shown(e.derivative)}" for e in n.edges])
            for n in self.nodes
        ]
        column = max((len(text) for text, edges in lines if edges), default=0) + 4
        return "\n".join((text.ljust(column) + ", ".join(edges)).rstrip() for text, edges in lines)

    def to_dot(self) -> str:
        """Return the graph in Graphviz' language, results with a double border."""
        lines = ["digraph {", "  rankdir=LR", "  node [shape=box, fontname=monospace]"]
        for node in self.nodes:
            shape = ", peripheries=2" if node.name in self.results else ""
            label = f"{node.name} = {node.text}" if node.text else node.name
            lines.append(f"  {_quoted(node.name)} [label={_quoted(label + chr(10) + shown(node.value))}{shape}]")
        for node in self.nodes:
            for edge in node.edges:
                label = _quoted(shown(edge.derivative))
                lines.append(f"  {_quoted(edge.source)} -> {_quoted(node.name)} [label={label}]")
        return "\n".join([*lines, "}"]) + "\n"


def graph(f: Callable[..., Any], *args: Any, **kwargs: Any) -> Graph:
    """Run a function and return the graph of what it computed from its float arguments.

    Branches and loops are followed as they are taken; calls of the user's functions are entered.

    Raises
    ------
    UnsupportedSyntax
        For what is not a computation of one value from others: stores into arrays, `try`, `with`, nested functions.
    UnknownFunction
        For a call, with what depends on an argument, of a function without a rule.
    """
    from adjoint.tracing import trace

    return trace(f, args, kwargs)


def shown(value: Any) -> str:
    """A value on one line, to six digits."""
    if isinstance(value, (list, tuple, dict)):
        return str(trees.map_leaves(shown, value)).replace("'", "")
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, complex, np.number, np.ndarray)):
        return str(value)
    if isinstance(value, np.ndarray) and value.ndim:
        text = np.array2string(value, precision=4, threshold=12, separator=", ", max_line_width=10_000)
        return " ".join(text.split())
    number: Any = value
    return f"{complex(number):.6g}" if np.iscomplexobj(number) else f"{float(number):.6g}"


def _equation(node: Node, width: int) -> str:
    return " = ".join(part for part in (node.name.ljust(width), node.text, shown(node.value)) if part)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
