"""The dependency graph of a run."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

from adjoint.errors import UnknownFunction, UnsupportedSyntax
from adjoint.graphs import graph


def test_the_textbook_example():
    def f(x):
        return np.log(x**2) * np.sin(x) + 1 / x

    found = graph(f, 2.0)
    assert found.to_text() == (
        "x  = 2\n"
        "v1 = x**2 = 4                dv1/dx = 4\n"
        "v2 = np.log(v1) = 1.38629    dv2/dv1 = 0.25\n"
        "v3 = np.sin(x) = 0.909297    dv3/dx = -0.416147\n"
        "v4 = v2 * v3 = 1.26055       dv4/dv2 = 0.909297, dv4/dv3 = 1.38629\n"
        "v5 = 1 / x = 0.5             dv5/dx = -0.25\n"
        "v6 = v4 + v5 = 1.76055       dv6/dv4 = 1, dv6/dv5 = 1"
    )
    assert repr(found) == found.to_text()
    assert found.results == ("v6",)


def test_the_chain_rule_over_its_edges_gives_the_gradient():
    def f(x, y):
        a = math.exp(x) * y
        for k in range(3):
            if k != 1:
                a = a + x * k
        return a / y

    found = graph(f, 0.5, y=2.0)
    bars = dict.fromkeys((n.name for n in found.nodes), 0.0)
    bars[found.results[0]] = 1.0
    for node in reversed(found.nodes):
        for edge in node.edges:
            bars[edge.source] += bars[node.name] * edge.derivative
    step = 1e-6
    assert bars["x"] == pytest.approx((f(0.5 + step, 2.0) - f(0.5 - step, 2.0)) / (2 * step), rel=1e-8)
    assert bars["y"] == pytest.approx((f(0.5, 2.0 + step) - f(0.5, 2.0 - step)) / (2 * step), rel=1e-8)


def test_names_of_variables_are_kept():
    def f(x):
        y = 2 * x
        y = y * y
        return y

    assert [n.name for n in graph(f, 1.0).nodes] == ["x", "y", "v1"]
    assert [n.text for n in graph(f, 1.0).nodes] == ["", "2 * x", "y * y"]


def test_calls_are_entered():
    def square(t):
        return t * t

    def f(x):
        return square(x) + square(t=3.0)

    assert [n.text for n in graph(f, 2.0).nodes] == ["", "x * x", "v1 + square(t=3.0)"]


def test_arrays():
    def f(x):
        return (x * x).sum() + x[1]

    nodes = graph(f, np.array([1.0, 2.0])).nodes
    assert nodes[1].edges[0].derivative.tolist() == [1.0, 2.0]
    assert nodes[2].edges[0].derivative.tolist() == [1.0, 1.0]
    assert nodes[3].edges[0].derivative.tolist() == [0.0, 1.0]


def test_dot():
    def f(x):
        return 3 * x

    assert graph(f, 2.0).to_dot() == (
        "digraph {\n"
        "  rankdir=LR\n"
        "  node [shape=box, fontname=monospace]\n"
        '  "x" [label="x\\n2"]\n'
        '  "v1" [label="v1 = 3 * x\\n6", peripheries=2]\n'
        '  "x" -> "v1" [label="3"]\n'
        "}\n"
    )


def test_refused():
    def stores(x):
        y = np.zeros(2)
        y[0] = x
        return y

    with pytest.raises(UnsupportedSyntax, match="a store into an array, a container or an attribute cannot be shown"):
        graph(stores, 1.0)
    with pytest.raises(UnknownFunction, match="`getsizeof` has no derivative rule"):
        graph(lambda x: sys.getsizeof(x), 1.0)
