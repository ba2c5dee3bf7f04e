"""`np.einsum` as loops: what Numba compiles of it agrees with NumPy."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest
from differences import leaves

import adjoint

numba = pytest.importorskip("numba")
import adjoint.backends.overloads  # noqa: E402

RNG = np.random.default_rng(4)
CASES = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ijk,ik->ij", (2, 3, 4), (2, 4)),
    ("ijk,ijk->ik", (2, 3, 4), (2, 3, 1)),
    ("ii->", (3, 3)),
    ("ij->ji", (2, 3)),
    ("ij, j, ki -> k", (2, 3), (3,), (4, 2)),
    ("ij,jk", (2, 3), (3, 4)),
    ("...i,...i->...", (2, 3, 4), (3, 4)),
    ("ii->i", (3, 3)),
    ("i,i->", (3,), (3,)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_numba_gives_what_numpy_gives(case: tuple) -> None:
    subscripts, *shapes = case
    space: dict = {"np": np}
    names = ", ".join(f"a{k}" for k in range(len(shapes)))
    exec(f"def f({names}):\n    return np.einsum({subscripts!r}, {names})", space)
    args = [RNG.normal(size=shape) for shape in shapes]
    np.testing.assert_allclose(numba.njit(space["f"])(*args), space["f"](*args), rtol=1e-13)


def test_lengths_that_differ_are_an_error() -> None:
    product = numba.njit(lambda a, b: np.einsum("ij,ij->i", a, b))
    with pytest.raises(ValueError, match="broadcast"):
        product(np.ones((2, 3)), np.ones((2, 4)))


def weighted(x, A):
    return np.sum(np.einsum("ijk,ik->ij", A, x) ** 2)


def test_gradients_of_a_user_s_einsum() -> None:
    args = RNG.normal(size=(2, 4)), RNG.normal(size=(2, 3, 4))
    expected = adjoint.value_and_grad(lambda x, A: np.sum(np.sum(A * x[:, None, :], axis=2) ** 2), wrt=(0, 1))(*args)
    for found in (adjoint.value_and_grad(weighted, wrt=(0, 1))(*args),):
        for a, b in zip(leaves(found), leaves(expected), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_gradients_of_einsum(case: tuple, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subscripts, *shapes = case
    names = [f"a{k}" for k in range(len(shapes))]
    path = tmp_path / "contracted.py"
    path.write_text(
        f"import numpy as np\n\n\ndef f({', '.join(names)}):\n"
        f"    return np.sum(np.sin(np.einsum({subscripts!r}, {', '.join(names)}, optimize=True)))\n"
    )
    f = runpy.run_path(str(path))["f"]
    args = [RNG.normal(size=shape) for shape in shapes]
    expected = adjoint.value_and_grad(f, wrt=tuple(names))(*args)
    found = adjoint.value_and_grad(f, wrt=tuple(names), backend=adjoint.Numba(boundscheck=True))(*args)
    for a, b in zip(leaves(found), leaves(expected), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)
