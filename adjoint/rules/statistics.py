"""Order statistics, moments of several variables, reductions that leave nan out, histograms."""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.errors import UnsupportedArgument
from adjoint.rules.partial import extremum_of_some, mean_of_some, prod_of_some, std_of_some, var_of_some
from adjoint.rules.reductions import cumprod, cumsum
from adjoint.rules.registry import vjp

# What lies between two neighbours in the order of the cells. Cells that are nan are last in it, and not counted.


@vjp(np.median, np.nanmedian, operands=("a",))
def median(a: Any, axis: Any = None, *, keepdims: Any = False, out_bar: Any) -> Any:
    return between_neighbours(a, 0.5, axis, "linear", out_bar)


@vjp(np.quantile, np.nanquantile, operands=("a",))
def quantile(a: Any, q: Any, axis: Any = None, *, method: Any = "linear", keepdims: Any = False, out_bar: Any) -> Any:
    return between_neighbours(a, q, axis, method, out_bar)


@vjp(np.percentile, np.nanpercentile, operands=("a",))
def percentile(a: Any, q: Any, axis: Any = None, *, method: Any = "linear", keepdims: Any = False, out_bar: Any) -> Any:
    return between_neighbours(a, np.true_divide(q, 100), axis, method, out_bar)


def between_neighbours(a: Any, q: Any, axis: Any, method: str, out_bar: Any) -> Any:
    """The cotangent of an array of which the quantiles `q` were taken along axes."""
    axes = tuple(range(a.ndim)) if axis is None else tuple(np.atleast_1d(axis))
    ends = tuple(range(-len(axes), 0))
    moved = np.moveaxis(a, axes, ends)
    lead = moved.shape[: a.ndim - len(axes)]
    rows = moved.reshape(lead + (-1,))
    n = np.sum(~np.isnan(rows), axis=-1, keepdims=True)
    places = np.arange(rows.shape[-1])
    quantiles = np.ravel(q)
    g = np.reshape(out_bar, (len(quantiles),) + lead + (1,))
    ordered = np.zeros(rows.shape, dtype=a.dtype)
    for k in range(len(quantiles)):
        position = quantiles[k] * (n - 1)
        low = np.floor(position + 1e-12 * n)
        high = np.minimum(low + 1, n - 1)
        share = share_of_upper(np.maximum(position - low, 0.0), low, method).astype(a.dtype)
        ordered = (
            ordered + np.where(places == low, g[k] * (1 - share), 0.0) + np.where(places == high, g[k] * share, 0.0)
        )
    rank = np.argsort(np.argsort(rows, axis=-1, kind="stable"), axis=-1, kind="stable")
    return np.moveaxis(np.take_along_axis(ordered, rank, axis=-1).reshape(moved.shape), ends, axes)


def share_of_upper(fraction: Any, low: Any, method: str) -> Any:
    """The weight of the upper of two neighbours between which a quantile lies."""
    if method == "linear":
        return fraction
    if method == "lower":
        return np.zeros_like(fraction)
    if method == "higher":
        return np.where(fraction > 0, 1.0, 0.0)
    if method == "midpoint":
        return np.where(fraction > 0, 0.5, 0.0)
    if method == "nearest":
        return np.rint(low + fraction) - low
    raise UnsupportedArgument(f'the derivative of quantiles by method="{method}" is not known; leave it at "linear"')


# Cells that are nan are left out; their cotangent is 0.


@vjp(np.nanmean, operands=("a",), ignored=("dtype",))
def nanmean(a: Any, axis: Any = None, *, keepdims: Any = False, out_bar: Any) -> Any:
    return mean_of_some(a, axis, keepdims=keepdims, where=~np.isnan(a), out_bar=out_bar)


@vjp(np.nanvar, operands=("a",), ignored=("dtype",))
def nanvar(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False, out_bar: Any) -> Any:
    return var_of_some(a, axis, ddof=ddof, keepdims=keepdims, where=~np.isnan(a), out_bar=out_bar)


@vjp(np.nanstd, operands=("a",), ignored=("dtype",))
def nanstd(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False, out: Any, out_bar: Any) -> Any:
    return std_of_some(a, axis, ddof=ddof, keepdims=keepdims, where=~np.isnan(a), out=out, out_bar=out_bar)


@vjp(np.nanprod, operands=("a",), ignored=("dtype",))
def nanprod(a: Any, axis: Any = None, *, keepdims: Any = False, out_bar: Any) -> Any:
    return prod_of_some(a, axis, keepdims=keepdims, where=~np.isnan(a), out_bar=out_bar)[0]


@vjp(np.nanmax, np.nanmin, operands=("a",))
def nanextremum(a: Any, axis: Any = None, *, keepdims: Any = False, out: Any, out_bar: Any) -> Any:
    return extremum_of_some(a, axis, keepdims=keepdims, where=~np.isnan(a), out=out, out_bar=out_bar)[0]


@vjp(np.nancumsum, operands=("a",), ignored=("dtype",))
def nancumsum(a: Any, axis: Any = None, *, out_bar: Any) -> Any:
    return np.where(np.isnan(a), 0.0, cumsum(a, axis, out_bar=out_bar))


@vjp(np.nancumprod, operands=("a",), ignored=("dtype",))
def nancumprod(a: Any, axis: Any = None, *, out: Any, out_bar: Any) -> Any:
    return np.where(np.isnan(a), 0.0, cumprod(np.where(np.isnan(a), 1.0, a), axis, out=out, out_bar=out_bar))


# Covariances: X @ conj(X).T / (n - ddof) of the deviations from each variable's mean.


@vjp(np.cov, operands=("m", "y"))
def cov(m: Any, y: Any = None, rowvar: Any = True, bias: Any = False, ddof: Any = None, *, out_bar: Any) -> Any:
    taken = (0 if bias else 1) if ddof is None else ddof
    rows = as_variables(m, rowvar) if y is None else np.concatenate([as_variables(m, rowvar), as_variables(y, rowvar)])
    return to_variables(covariance_bar(rows, taken, out_bar), m, y, rowvar)


@vjp(np.corrcoef, operands=("x", "y"))
def corrcoef(x: Any, y: Any = None, rowvar: Any = True, *, out: Any, out_bar: Any) -> Any:
    rows = as_variables(x, rowvar) if y is None else np.concatenate([as_variables(x, rowvar), as_variables(y, rowvar)])
    if np.iscomplexobj(rows):
        raise UnsupportedArgument(
            "the derivative of np.corrcoef of complex variables is not known; write it with np.cov"
        )
    deviations = rows - np.mean(rows, axis=1, keepdims=True)
    scale = np.sqrt(np.sum(deviations * deviations, axis=1))
    g = np.reshape(out_bar, (len(rows), len(rows)))
    both = (g + g.T) * np.reshape(out, g.shape)
    normed = g / np.outer(scale, scale) - np.diag(np.sum(both, axis=1) / (2 * scale * scale))
    return to_variables((normed + normed.T) @ deviations, x, y, rowvar)


def as_variables(m: Any, rowvar: Any) -> Any:
    """The variables as rows."""
    if np.ndim(m) < 2:
        return np.reshape(m, (1, -1))
    return m if rowvar else m.T


def covariance_bar(rows: Any, ddof: Any, out_bar: Any) -> Any:
    """The cotangent of the variables, one a row."""
    g = np.reshape(out_bar, (len(rows), len(rows)))
    deviations = rows - np.mean(rows, axis=1, keepdims=True)
    if np.iscomplexobj(rows):  # the second factor is conjugate
        return (g @ np.conj(deviations) + np.conj(g.T @ deviations)) / (rows.shape[1] - ddof)
    return (g + g.T) @ deviations / (rows.shape[1] - ddof)


def to_variables(rows_bar: Any, m: Any, y: Any, rowvar: Any) -> Any:
    """The cotangents of the arrays that the variables came in."""
    count = len(as_variables(m, rowvar))
    m_bar = rows_bar[:count] if np.ndim(m) < 2 or rowvar else rows_bar[:count].T
    if y is None:
        return np.array(np.reshape(m_bar, np.shape(m))), 0.0
    y_bar = rows_bar[count:] if np.ndim(y) < 2 or rowvar else rows_bar[count:].T
    return np.array(np.reshape(m_bar, np.shape(m))), np.array(np.reshape(y_bar, np.shape(y)))


# Weights go to the bin of their cell. The edges depend on the cells only where no range is given.


@vjp(np.histogram, operands=("a", "weights"))
def histogram(a: Any, bins: Any = 10, range: Any = None, *, weights: Any = None, out: Any, out_bar: Any) -> Any:
    hist_bar, edges_bar = out_bar
    a_bar = np.zeros(np.shape(a))
    if range is None and np.ndim(bins) == 0:
        t = np.linspace(0.0, 1.0, len(out[1]))
        low, high = np.sum(edges_bar * (1 - t)), np.sum(edges_bar * t)
        a_bar = (a == np.min(a)) * low / np.sum(a == np.min(a)) + (a == np.max(a)) * high / np.sum(a == np.max(a))
    if weights is None:
        return a_bar, 0.0
    edges = out[1]
    place = np.where(a == edges[-1], len(edges) - 2, np.searchsorted(edges, a, side="right") - 1)
    inside = (a >= edges[0]) & (a <= edges[-1])
    return a_bar, np.where(inside, hist_bar[np.where(inside, place, 0)], 0.0)
