"""The benchmark's kernels, and the sides it measures them against, at a tiny size."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from differences import assert_gradients, fresh, leaves

import adjoint
from benchmarks import measuring, sides
from benchmarks.kernels import KERNELS

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "native.py"
BY_HAND = [name for name, kernel in KERNELS.items() if kernel.by_hand is not None]
LOOPS = [name for name, kernel in KERNELS.items() if kernel.loops is not None]
OVER = [name for name, kernel in KERNELS.items() if kernel.over is not None]


def sample(name: str, seed: int = 3) -> tuple[Any, ...]:
    return KERNELS[name].inputs(np.random.default_rng(seed), **KERNELS[name].sizes["tiny"])


@pytest.mark.parametrize("name", KERNELS)
def test_gradient(name: str) -> None:
    kernel, args = KERNELS[name], sample(name)
    before = fresh(args)
    value, gradients = adjoint.value_and_grad(kernel.loss, wrt=kernel.wrt)(*args)
    assert value == kernel.loss(*args)
    assert_gradients(kernel.loss, before, kernel.wrt, 1.0, gradients)
    for now, then in zip(leaves(args), leaves(before), strict=True):
        np.testing.assert_array_equal(now, then)


@pytest.mark.parametrize("name", LOOPS)
def test_loops_compute_the_same(name: str) -> None:
    args = sample(name)
    np.testing.assert_allclose(KERNELS[name].loops(*args), KERNELS[name].loss(*args), rtol=1e-12)


@pytest.mark.parametrize("name", BY_HAND)
def test_adjoints_by_hand(name: str) -> None:
    kernel, args = KERNELS[name], sample(name, 4)
    value, *gradients = kernel.by_hand(*args)
    expected, ours = adjoint.value_and_grad(kernel.loss, wrt=kernel.wrt)(*args)
    np.testing.assert_allclose(value, expected, rtol=1e-12)
    for mine, theirs in zip(gradients, ours, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", OVER)
def test_texts_over_another_module(name: str) -> None:
    args = sample(name, 5)
    np.testing.assert_allclose(KERNELS[name].over(np)(*args), KERNELS[name].loss(*args), rtol=1e-12)


def test_every_kernel_has_its_sizes_and_a_text_for_jax() -> None:
    for name, kernel in KERNELS.items():
        assert list(kernel.sizes) == ["tiny", "S", "M"], name
        assert kernel.jax is not None and kernel.by_hand is not None, name


def test_a_wrong_gradient_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = measuring.measured("chain", "tiny", "interpreted", None, 0.0)
    assert right["apart"] == 0.0 and right["least"] > 0.0
    again = measuring.measured("chain", "tiny", "interpreted", right["reference"], 0.0)
    assert again["apart"] < 1e-12

    def wrong(kernel: Any, args: Any) -> Any:
        value, (a, *others) = sides.interpreted(kernel, args)()
        a[0, 0] *= 1 + 1e-6
        return lambda: (value, (a, *others))

    monkeypatch.setitem(sides.SIDES, "wrong", wrong)
    found = measuring.measured("chain", "tiny", "wrong", right["reference"], 0.0)
    assert found["failed"].startswith("WRONG") and "least" not in found


def test_a_gradient_that_is_not_a_number_disagrees() -> None:
    assert measuring.disagreement([[float("nan")] * 5], [[1.0] * 5]) == float("inf")
    assert measuring.disagreement([[1.0] * 5, [1.0] * 5], [[1.0] * 5]) == float("inf")


def test_records_of_a_linear_kernel_and_of_one_that_is_not() -> None:
    """Of the linear one a few numbers, whatever the size; of the other something like the matrix, not its cube."""

    def bytes_of(name: str, **size: int) -> int:
        return measuring.recorded(KERNELS[name], KERNELS[name].inputs(np.random.default_rng(0), **size))

    assert bytes_of("gauss_seidel", n=4, sweeps=2) == bytes_of("gauss_seidel", n=8, sweeps=4) < 40
    assert 8 * 16**2 <= bytes_of("cholesky", n=16) <= 8 * 3 * 16**2


def test_one_command(tmp_path: Path) -> None:
    """A side that fails leaves its reason; a second run measures nothing anew."""
    results = tmp_path / "results.json"
    command = [sys.executable, str(SCRIPT), "chain", "--size", "tiny", "--seconds", "0", "--results", str(results)]
    command += ["--side", "interpreted", "numpy", "primal_loops"]
    first = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "not written for it" in first and "interpreted" in first
    content = json.loads(results.read_text())
    assert set(content["figures"]) >= {"chain tiny interpreted", "chain tiny numpy"}
    changed = json.loads(results.read_text())
    changed["figures"]["chain tiny numpy"]["least"] = 12.0
    results.write_text(json.dumps(changed))
    assert "12 s" in subprocess.run(command, capture_output=True, text=True, check=True).stdout
