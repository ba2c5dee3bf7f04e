"""Distances of `scipy.spatial.distance` between two vectors, and between sets, written out.

distance.cosine(u, v)       1 - u @ v / sqrt((u @ u) * (v @ v))
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special
from scipy.spatial import distance

from adjoint.rules import late
from adjoint.rules.declare import constant

# Of two vectors, with weights if there are any


def weighted(values: Any, w: Any) -> Any:
    """The sum, with weights if there are any."""
    return np.sum(values) if w is None else np.sum(values * w)


def braycurtis(u: Any, v: Any, w: Any = None) -> Any:
    """`scipy.spatial.distance.braycurtis`"""
    return weighted(np.abs(u - v), w) / weighted(np.abs(u + v), w)


def canberra(u: Any, v: Any, w: Any = None) -> Any:
    """`scipy.spatial.distance.canberra`; where both are 0, nothing is added."""
    size = np.abs(u) + np.abs(v)
    return weighted(np.where(size == 0, 0.0, np.abs(u - v) / (size + (size == 0))), w)


def chebyshev(u: Any, v: Any, w: Any = None) -> Any:
    """`scipy.spatial.distance.chebyshev`, of the cells with a weight above 0."""
    far = np.abs(u - v)
    return np.max(far) if w is None else np.max(np.where(np.asarray(w) > 0, far, 0.0))


def correlation(u: Any, v: Any, w: Any = None, centered: Any = True) -> Any:
    """`scipy.spatial.distance.correlation`"""
    share = np.full(np.shape(u), 1 / np.size(u)) if w is None else w / np.sum(w)
    first, second = u, v
    if centered:
        first, second = u - np.sum(u * share), v - np.sum(v * share)
    both = np.sum(first * second * share)
    return np.clip(1 - both / np.sqrt(np.sum(first**2 * share) * np.sum(second**2 * share)), 0.0, 2.0)


def cosine(u: Any, v: Any, w: Any = None) -> Any:
    """`scipy.spatial.distance.cosine`"""
    return correlation(u, v, w, False)


def jensenshannon(p: Any, q: Any, base: Any = None, *, axis: Any = 0, keepdims: Any = False) -> Any:
    """`scipy.spatial.distance.jensenshannon`"""
    first, second = p / np.sum(p, axis=axis, keepdims=True), q / np.sum(q, axis=axis, keepdims=True)
    middle = (first + second) / 2
    parts = special.rel_entr(first, middle) + special.rel_entr(second, middle)
    total = np.sum(parts, axis=axis, keepdims=keepdims)
    return np.sqrt(total / 2) if base is None else np.sqrt(total / (2 * np.log(base)))


def mahalanobis(u: Any, v: Any, VI: Any) -> Any:
    """`scipy.spatial.distance.mahalanobis`"""
    return np.sqrt((u - v) @ VI @ (u - v))


def minkowski(u: Any, v: Any, p: Any = 2, w: Any = None) -> Any:
    """`scipy.spatial.distance.minkowski`, for a p that is finite, or without weights."""
    if p == math.inf:
        return chebyshev(u, v, w)
    return weighted(np.abs(u - v) ** p, w) ** (1 / p)


def seuclidean(u: Any, v: Any, V: Any) -> Any:
    """`scipy.spatial.distance.seuclidean`"""
    return np.sqrt(np.sum((u - v) ** 2 / V))


def hamming(u: Any, v: Any, w: Any = None) -> Any:
    """`scipy.spatial.distance.hamming`, by the weights."""
    return np.mean(u != v) if w is None else np.sum((u != v) * w) / np.sum(w)


# Of sets


def directed_hausdorff(u: Any, v: Any, rng: Any = 0) -> Any:
    """`scipy.spatial.distance.directed_hausdorff`"""
    far = distance.cdist(u, v)
    nearest = np.min(far, axis=1)
    first = np.argmax(nearest)
    return np.max(nearest), first, np.argmin(far[first])


def squareform(X: Any, force: Any = "no", checks: Any = True) -> Any:
    """`scipy.spatial.distance.squareform`"""
    if np.ndim(X) == 1:
        n = side_of(len(X))
        half = np.zeros((n, n))
        half[np.triu_indices(n, 1)] = X
        return half + half.T
    return X[np.triu_indices(len(X), 1)]


@constant
def side_of(count: int) -> int:
    """How many points have so many pairs.

    >>> side_of(3), side_of(6)
    (3, 4)
    """
    return int(np.ceil(np.sqrt(2 * count)))


late.WRITTEN.update(
    {
        distance.braycurtis: braycurtis,
        distance.canberra: canberra,
        distance.chebyshev: chebyshev,
        distance.correlation: correlation,
        distance.cosine: cosine,
        distance.jensenshannon: jensenshannon,
        distance.mahalanobis: mahalanobis,
        distance.minkowski: minkowski,
        distance.seuclidean: seuclidean,
        distance.hamming: hamming,
        distance.directed_hausdorff: directed_hausdorff,
        distance.squareform: squareform,
    }
)
constant(distance.is_valid_dm, distance.is_valid_y, distance.num_obs_dm, distance.num_obs_y)
late.refuse(
    distance,
    {
        "dice jaccard rogerstanimoto russellrao sokalsneath yule": (
            "it compares truth values, whose derivative is zero or none: write the quotient with sums of numbers"
        )
    },
)
