"""What the loops compute is what the statements did, at all shapes: also of length 0 and 1."""

from __future__ import annotations

import inspect
import textwrap
from typing import Any

import gast
import numpy as np
import pytest
from array_programs import PROGRAMS

from adjoint.analysis.values import kinds_of
from adjoint.emit.link import link, source_of
from adjoint.fusion import PASSES, fused
from adjoint.syntax import core
from adjoint.tidy import example

SHAPES = [(4, 5), (5, 5), (1, 3), (3, 1), (1, 1), (2, 2), (0, 3), (3, 0), (0, 0), (3, 4)]


def core_of(fn: Any) -> core.Function:
    source = textwrap.dedent(inspect.getsource(fn))
    return example.function(source[source.index("def ") :])


@pytest.mark.parametrize("fn, make", PROGRAMS, ids=[fn.__name__ for fn, _ in PROGRAMS])
@pytest.mark.parametrize("n, m", SHAPES)
def test_same_numbers(fn: Any, make: Any, n: int, m: int) -> None:
    args = make(np.random.default_rng(n * 7 + m), n, m)
    compare(fn, args)


def compare(fn: Any, args: Any) -> None:
    tree = core_of(fn)
    before = gast.dump(tree.tree)
    new = fused(tree, dict(zip(tree.params, kinds_of(args), strict=True)))
    assert gast.dump(tree.tree) == before
    once = [node for node in core.walk(new.tree) if not isinstance(node, (gast.expr_context, gast.operator))]
    assert len(once) == len(set(map(id, once)))
    linked = link(new)
    with np.errstate(all="ignore"):
        expected, found = outcome(fn, fresh(args)), outcome(linked, fresh(args))
    assert type(expected) is type(found), source_of(linked)
    for theirs, ours in zip(leaves(expected), leaves(found), strict=True):
        assert np.shape(ours) == np.shape(theirs), source_of(linked)
        assert np.result_type(ours) == np.result_type(theirs), source_of(linked)
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-13, err_msg=source_of(linked))


def loops(fn: core.Function) -> int:
    return sum(isinstance(stmt, gast.For) for stmt in fn.statements)


def outcome(fn: Any, args: Any) -> Any:
    try:
        return fn(*args)
    except (ValueError, IndexError) as error:
        return str(error)


def fresh(args: Any) -> Any:
    return [np.copy(a) if isinstance(a, np.ndarray) and a.base is None else a for a in args]


def leaves(value: Any) -> list[Any]:
    return [leaf for v in value for leaf in leaves(v)] if isinstance(value, (tuple, list)) else [value]


def test_most_programs_become_loops() -> None:
    """Else the test above compares statements with themselves."""
    left = set()
    for fn, make in PROGRAMS:
        args = make(np.random.default_rng(0), 4, 5)
        tree = core_of(fn)
        new = fused(tree, dict(zip(tree.params, kinds_of(args), strict=True)))
        if loops(new) == loops(tree):
            left.add(fn.__name__)
    assert left == {"single_precision"}


def test_passes_are_pure() -> None:
    names = ["lowered", "gathered", "unused", "joined", "contracted", "rooms", "stacks", "upward", "scalars", "named"]
    assert [run.__name__ for run in PASSES] == names
