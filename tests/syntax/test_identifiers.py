"""What a function keeps of its statements is what a look at its whole tree gives."""

from __future__ import annotations

import ast
import inspect
import textwrap

import gast
import pytest

from adjoint.frontend.source import parse
from adjoint.normalize import PASSES
from adjoint.syntax import core


def everything(x, n=3, *rest, k=2, **more):
    """A function with every way to give a name."""

    @textwrap.dedent
    def inner(a, b=n):
        nonlocal x
        x = [c for c in rest if (w := c)]
        return lambda d: d + a

    try:
        with open(x) as handle, inner:
            y, (z, *others) = handle
    except (ValueError, TypeError) as error:
        y = error
    finally:
        n += 1
    match more:
        case {"k": v, **left} if v > k:
            y = left
        case [first, *_] as whole:
            del y
    for i in range(n):
        x[i].part = whole
    return {p: q for p, q in zip(x, y)}


def branches(x, n):
    y = x
    while n > 0:
        n -= 1
        if x > 2:
            y = y * x if n > 1 else x
            continue
        y += sum(x for _ in range(n))
    return y


@pytest.mark.parametrize("target", [everything, branches])
def test_identifiers_are_those_of_the_tree(target):
    fn = parse(target)
    assert fn.identifiers == core.identifiers(fn.tree)
    assert fn._names == core.all_names(fn.tree)


def test_they_stay_right_from_pass_to_pass():
    fn = parse(branches)
    for run in PASSES:
        assert fn.identifiers == core.identifiers(fn.tree)
        assert fn.forms == {type(n) for n in core.walk(fn.tree)}
        assert all(fn.reads[s] == core.names_read(s) for s in fn.statements)
        fn = run(fn)
    assert fn.identifiers == core.identifiers(fn.tree)


def test_a_walk_meets_every_node_once():
    tree = gast.parse(inspect.getsource(everything)).body[0]
    shared = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
    nodes = core.walk(tree)
    assert set(nodes) == {n for n in ast.walk(tree) if not isinstance(n, shared)}
    assert len(nodes) == len(set(nodes))
