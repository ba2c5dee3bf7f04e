"""Rules of `scipy.spatial.distance`: distances between all pairs of points."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.spatial import distance

from adjoint.errors import UnsupportedArgument
from adjoint.rules.declare import jvp, vjp

# Between two sets of points, the rows of XA and XB. Where a distance is 0: 0, as for norms.


@vjp(distance.cdist, operands=("XA", "XB"))
def cdist(XA: Any, XB: Any, metric: Any = "euclidean", *, out: Any, out_bar: Any) -> Any:
    if metric == "cityblock":
        signs = np.sign(np.expand_dims(XA, 1) - XB)
        products = np.expand_dims(out_bar, -1) * signs
        return np.sum(products, axis=1), -np.sum(products, axis=0)
    if metric == "cosine":
        return cosine_bar(XA, XB, out, out_bar), cosine_bar(XB, XA, out.T, out_bar.T)
    g = pull_of(metric, out) * out_bar
    return np.expand_dims(np.sum(g, axis=1), 1) * XA - g @ XB, np.expand_dims(np.sum(g, axis=0), 1) * XB - g.T @ XA


@jvp(distance.cdist)
def cdist_jvp(XA: Any, XB: Any, metric: Any = "euclidean", *, out: Any, XA_dot: Any, XB_dot: Any) -> Any:
    if metric == "cityblock":
        signs = np.sign(np.expand_dims(XA, 1) - XB)
        return np.sum(signs * np.expand_dims(XA_dot, 1), axis=-1), -np.sum(signs * XB_dot, axis=-1)
    if metric == "cosine":
        return cosine_dot(XA, XB, out, XA_dot), cosine_dot(XB, XA, out.T, XB_dot).T
    pull = pull_of(metric, out)
    by_first = np.expand_dims(np.sum(XA * XA_dot, axis=1), 1) - XA_dot @ XB.T
    by_second = np.sum(XB * XB_dot, axis=1) - XA @ XB_dot.T
    return pull * by_first, pull * by_second


def pull_of(metric: Any, out: Any) -> Any:
    """How much a distance grows as two points are moved apart, in terms of their difference."""
    if metric == "euclidean":
        return np.where(out == 0, 0.0, 1 / (out + (out == 0)))
    if metric == "sqeuclidean":
        return np.full_like(out, 2.0)
    raise UnsupportedArgument(
        f'the derivative of distances by metric="{metric}" is not known; "euclidean", "sqeuclidean", "cityblock" and '
        '"cosine" are'
    )


def cosine_bar(a: Any, b: Any, out: Any, out_bar: Any) -> Any:
    """The cotangent of the first points, 1 minus the distance being the cosine of the angle between two."""
    first, second = np.linalg.norm(a, axis=1, keepdims=True), np.linalg.norm(b, axis=1, keepdims=True)
    return np.expand_dims(np.sum(out_bar * (1 - out), axis=1), 1) * a / first**2 - out_bar @ (b / second) / first


def cosine_dot(a: Any, b: Any, out: Any, a_dot: Any) -> Any:
    """The tangent of the distances as the first points move."""
    first, second = np.linalg.norm(a, axis=1, keepdims=True), np.linalg.norm(b, axis=1, keepdims=True)
    along = np.expand_dims(np.sum(a * a_dot, axis=1), 1) / first**2
    return (1 - out) * along - (a_dot / first) @ (b / second).T


# Of one set among themselves: the upper triangle of the square


@vjp(distance.pdist, operands=("X",))
def pdist(X: Any, metric: Any = "euclidean", *, out: Any, out_bar: Any) -> Any:
    first, second = cdist(X, X, metric, out=square_of(out, X), out_bar=square_of(out_bar, X) / 2)
    return first + second


@jvp(distance.pdist)
def pdist_jvp(X: Any, metric: Any = "euclidean", *, out: Any, X_dot: Any) -> Any:
    first, second = cdist_jvp(X, X, metric, out=square_of(out, X), XA_dot=X_dot, XB_dot=X_dot)
    upper = np.triu_indices(len(X), 1)
    return (first + second)[upper]


def square_of(pairs: Any, X: Any) -> Any:
    """The symmetric matrix of what belongs to pairs."""
    n = len(X)
    full = np.zeros((n, n), dtype=pairs.dtype)
    full[np.triu_indices(n, 1)] = pairs
    return full + full.T


# Between two points


@vjp(distance.euclidean)
def euclidean(u: Any, v: Any, *, out: Any, out_bar: Any) -> Any:
    g = out_bar * (u - v) / (out + (out == 0))
    return g, -g


@jvp(distance.euclidean)
def euclidean_jvp(u: Any, v: Any, *, out: Any, u_dot: Any, v_dot: Any) -> Any:
    away = (u - v) / (out + (out == 0))
    return np.sum(away * u_dot), -np.sum(away * v_dot)


@vjp(distance.sqeuclidean)
def sqeuclidean(u: Any, v: Any, *, out_bar: Any) -> Any:
    g = 2 * out_bar * (u - v)
    return g, -g


@jvp(distance.sqeuclidean)
def sqeuclidean_jvp(u: Any, v: Any, *, u_dot: Any, v_dot: Any) -> Any:
    return 2 * np.sum((u - v) * u_dot), -2 * np.sum((u - v) * v_dot)


@vjp(distance.cityblock)
def cityblock(u: Any, v: Any, *, out_bar: Any) -> Any:
    g = out_bar * np.sign(u - v)
    return g, -g


@jvp(distance.cityblock)
def cityblock_jvp(u: Any, v: Any, *, u_dot: Any, v_dot: Any) -> Any:
    return np.sum(np.sign(u - v) * u_dot), -np.sum(np.sign(u - v) * v_dot)
