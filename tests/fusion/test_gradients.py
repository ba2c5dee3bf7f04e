"""The programs of the numeric collection: their gradients' texts with loops give what they give without."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from differences import fresh, leaves, random_cotangent
from program import Program
from programs import PROGRAMS

import adjoint
from adjoint import pipeline
from adjoint.analysis.kinds import UNKNOWN, Array, Kind, Number
from adjoint.emit.comments import leading
from adjoint.fusion import fused
from adjoint.structures.layout import Layout, assembled

pytest.importorskip("numba")
from adjoint.backends.lower import record_kind

plain = pipeline.finished


def with_loops(derivative: Any, structure: Layout | None = None) -> Any:
    """What the native backend does, for Python."""
    functions = list(map(leading, plain(derivative)))
    if structure is None:
        return functions
    found = []
    record: Kind = UNKNOWN
    for half, fn in enumerate(functions):
        given = list(structure.kinds)
        if half == 1:
            given += [record, derivative.result]
        elif fn.tree.args.defaults:
            given.append(UNKNOWN if isinstance(derivative.result, Array) else Number("float"))
        kinds = {**dict.fromkeys(fn.params, UNKNOWN), **dict(zip(fn.params, given, strict=False))}
        record = (record_kind(fn, kinds) or UNKNOWN) if len(functions) == 2 and half == 0 else UNKNOWN
        found.append(assembled(leading(fused(fn, kinds)), structure, half))
    return found


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_the_same_gradients(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    args = program.args(np.random.default_rng(0))
    expected, pullback = adjoint.vjp(program.f, wrt=program.wrt)(*fresh(args))
    cotangent = random_cotangent(expected, np.random.default_rng(1))
    gradients = pullback(cotangent)
    monkeypatch.setattr(pipeline, "finished", with_loops)
    out, pullback = adjoint.vjp(program.f, wrt=program.wrt)(*fresh(args))
    agree(out, expected)
    agree(pullback(cotangent), gradients)


def agree(ours: Any, theirs: Any) -> None:
    for a, b in zip(leaves(ours), leaves(theirs), strict=True):
        if isinstance(b, (np.ndarray, np.generic, int, float, complex)):
            assert np.shape(a) == np.shape(b)
            assert np.result_type(a) == np.result_type(b)
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-13)
