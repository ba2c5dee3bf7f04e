"""Sums of products are written without the product where that pays; new axes that nobody needs are not made."""

from __future__ import annotations

import numpy as np

import adjoint

RNG = np.random.default_rng(3)


def distances(x, means, factors):
    d = x[:, None, :] - means[None, :, :]
    return np.sum(np.sum(factors[None, :, :, :] * d[:, :, None, :], axis=3) ** 2)


def test_no_product_is_made_for_its_sum() -> None:
    args = RNG.normal(size=(5, 3)), RNG.normal(size=(2, 3)), RNG.normal(size=(2, 4, 3))
    text = adjoint.source(adjoint.grad(distances, wrt=(0, 1, 2)), *args)
    reverse = text[text.index("# return") :]
    assert reverse.count("np.einsum(") == 2
    assert "[None]" not in reverse


def test_matrices_keep_their_sums() -> None:
    text = adjoint.source(adjoint.grad(lambda x, A: np.sum(A * x * A)), RNG.normal(size=3), RNG.normal(size=(2, 3)))
    assert "np.einsum(" not in text
