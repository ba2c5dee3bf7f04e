"""Order statistics, moments of several variables, reductions that leave nan out, histograms."""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.errors import UnsupportedArgument
from adjoint.rules.declare import constant, jvp, linear, vjp
from adjoint.rules.partial import (
    extremum_of_some,
    extremum_of_some_jvp,
    mean_of_some,
    prod_of_some,
    prod_of_some_jvp,
    std_of_some,
    std_of_some_jvp,
    var_of_some,
    var_of_some_jvp,
)
from adjoint.rules.reductions import cumprod, cumprod_jvp, cumsum
from adjoint.runtime.arrays import unbroadcast

# What lies between two neighbours in the order of the cells. Cells that are nan are last in it, and not counted.


@jvp(np.median, np.nanmedian)
def median_jvp(a: Any, axis: Any = None, *, keepdims: Any = False, out: Any, a_dot: Any) -> Any:
    return among_neighbours(a, 0.5, axis, "linear", out, a_dot)


@vjp(np.median, np.nanmedian, operands=("a",))
def median(a: Any, axis: Any = None, *, keepdims: Any = False, out_bar: Any) -> Any:
    return between_neighbours(a, 0.5, axis, "linear", out_bar)


@jvp(np.quantile, np.nanquantile)
def quantile_jvp(
    a: Any, q: Any, axis: Any = None, *, method: Any = "linear", keepdims: Any = False, out: Any, a_dot: Any
) -> Any:
    return among_neighbours(a, q, axis, method, out, a_dot)


@vjp(np.quantile, np.nanquantile, operands=("a",))
def quantile(a: Any, q: Any, axis: Any = None, *, method: Any = "linear", keepdims: Any = False, out_bar: Any) -> Any:
    return between_neighbours(a, q, axis, method, out_bar)


@jvp(np.percentile, np.nanpercentile)
def percentile_jvp(
    a: Any, q: Any, axis: Any = None, *, method: Any = "linear", keepdims: Any = False, out: Any, a_dot: Any
) -> Any:
    return among_neighbours(a, np.true_divide(q, 100), axis, method, out, a_dot)


@vjp(np.percentile, np.nanpercentile, operands=("a",))
def percentile(a: Any, q: Any, axis: Any = None, *, method: Any = "linear", keepdims: Any = False, out_bar: Any) -> Any:
    return between_neighbours(a, np.true_divide(q, 100), axis, method, out_bar)


def between_neighbours(a: Any, q: Any, axis: Any, method: str, g: Any) -> Any:
    """The cotangent of an array of which the quantiles `q` were taken along axes."""
    axes = tuple(range(a.ndim)) if axis is None else tuple(np.atleast_1d(axis))
    ends = tuple(range(-len(axes), 0))
    moved = np.moveaxis(a, axes, ends)
    rows = moved.reshape(moved.shape[: a.ndim - len(axes)] + (-1,))
    quantiles = np.ravel(q)
    shares = np.reshape(g, (len(quantiles),) + rows.shape[:-1] + (1,))
    ordered = np.zeros(rows.shape, dtype=a.dtype)
    for k in range(len(quantiles)):
        ordered = ordered + shares[k] * weights_of_neighbours(rows, quantiles[k], method)
    rank = np.argsort(np.argsort(rows, axis=-1, kind="stable"), axis=-1, kind="stable")
    return np.moveaxis(np.take_along_axis(ordered, rank, axis=-1).reshape(moved.shape), ends, axes)


# Which cells they are changes in jumps: only the cotangents vary.
@linear(between_neighbours, operands=("g",), shaped=("a",))
def between_neighbours_again(a: Any, q: Any, axis: Any, method: Any, g: Any, *, out_bar: Any) -> Any:
    return among_neighbours(a, q, axis, method, g, out_bar)


def among_neighbours(a: Any, q: Any, axis: Any, method: str, like: Any, a_dot: Any) -> Any:
    """The tangent of the quantiles `q` of an array along axes."""
    axes = tuple(range(a.ndim)) if axis is None else tuple(np.atleast_1d(axis))
    ends = tuple(range(-len(axes), 0))
    lead = np.moveaxis(a, axes, ends).shape[: a.ndim - len(axes)]
    rows = np.reshape(np.moveaxis(a, axes, ends), lead + (-1,))
    rows_dot = np.reshape(np.moveaxis(a_dot, axes, ends), lead + (-1,))
    ordered = np.take_along_axis(rows_dot, np.argsort(rows, axis=-1, kind="stable"), axis=-1)
    dots = [np.sum(ordered * weights_of_neighbours(rows, part, method), axis=-1) for part in np.ravel(q)]
    return np.reshape(np.array(dots), np.shape(like))[()]


@linear(among_neighbours, operands=("a_dot",), shaped=("a", "like"))
def among_neighbours_again(a: Any, q: Any, axis: Any, method: str, like: Any, a_dot: Any, *, out_bar: Any) -> Any:
    return between_neighbours(a, q, axis, method, out_bar)


def weights_of_neighbours(rows: Any, part: Any, method: str) -> Any:
    """How much each cell counts for a quantile, the cells of a row in their order, nan last.

    >>> weights_of_neighbours(np.array([[5.0, 7.0, 9.0]]), 0.25, "linear")
    array([[0.5, 0.5, 0. ]])
    """
    n = np.sum(~np.isnan(rows), axis=-1, keepdims=True)
    position = part * (n - 1)
    low = np.floor(position + 1e-12 * n)
    high = np.minimum(low + 1, n - 1)
    share = share_of_upper(np.maximum(position - low, 0.0), low, method).astype(rows.dtype)
    places = np.arange(rows.shape[-1])
    return np.where(places == low, 1 - share, 0.0) + np.where(places == high, share, 0.0)


constant(weights_of_neighbours)


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


@jvp(np.nanmean)
def nanmean_jvp(a: Any, axis: Any = None, *, keepdims: Any = False, a_dot: Any) -> Any:
    return np.mean(a_dot, axis=axis, keepdims=keepdims, where=~np.isnan(a))


@vjp(np.nanmean, operands=("a",), ignored=("dtype",))
def nanmean(a: Any, axis: Any = None, *, keepdims: Any = False, out_bar: Any) -> Any:
    return mean_of_some(a, axis, keepdims=keepdims, where=~np.isnan(a), out_bar=out_bar)


@jvp(np.nanvar)
def nanvar_jvp(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False, a_dot: Any) -> Any:
    return var_of_some_jvp(a, axis, ddof=ddof, keepdims=keepdims, where=~np.isnan(a), a_dot=a_dot)


@vjp(np.nanvar, operands=("a",), ignored=("dtype",))
def nanvar(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False, out_bar: Any) -> Any:
    return var_of_some(a, axis, ddof=ddof, keepdims=keepdims, where=~np.isnan(a), out_bar=out_bar)


@jvp(np.nanstd)
def nanstd_jvp(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False, out: Any, a_dot: Any) -> Any:
    return std_of_some_jvp(a, axis, ddof=ddof, keepdims=keepdims, where=~np.isnan(a), out=out, a_dot=a_dot)


@vjp(np.nanstd, operands=("a",), ignored=("dtype",))
def nanstd(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False, out: Any, out_bar: Any) -> Any:
    return std_of_some(a, axis, ddof=ddof, keepdims=keepdims, where=~np.isnan(a), out=out, out_bar=out_bar)


@jvp(np.nanprod)
def nanprod_jvp(a: Any, axis: Any = None, *, keepdims: Any = False, a_dot: Any) -> Any:
    return prod_of_some_jvp(a, axis, keepdims=keepdims, where=~np.isnan(a), a_dot=a_dot, initial_dot=0.0)[0]


@vjp(np.nanprod, operands=("a",), ignored=("dtype",))
def nanprod(a: Any, axis: Any = None, *, keepdims: Any = False, out_bar: Any) -> Any:
    return prod_of_some(a, axis, keepdims=keepdims, where=~np.isnan(a), out_bar=out_bar)[0]


@jvp(np.nanmax, np.nanmin)
def nanextremum_jvp(a: Any, axis: Any = None, *, keepdims: Any = False, out: Any, a_dot: Any) -> Any:
    there = ~np.isnan(a)
    return extremum_of_some_jvp(a, axis, keepdims=keepdims, where=there, out=out, a_dot=a_dot, initial_dot=0.0)[0]


@vjp(np.nanmax, np.nanmin, operands=("a",))
def nanextremum(a: Any, axis: Any = None, *, keepdims: Any = False, out: Any, out_bar: Any) -> Any:
    return extremum_of_some(a, axis, keepdims=keepdims, where=~np.isnan(a), out=out, out_bar=out_bar)[0]


@jvp(np.nancumsum)
def nancumsum_jvp(a: Any, axis: Any = None, *, a_dot: Any) -> Any:
    return np.cumsum(np.where(np.isnan(a), 0.0, a_dot), axis=axis)


@vjp(np.nancumsum, operands=("a",), ignored=("dtype",))
def nancumsum(a: Any, axis: Any = None, *, out_bar: Any) -> Any:
    return np.where(np.isnan(a), 0.0, cumsum(a, axis, out_bar=out_bar))


@jvp(np.nancumprod)
def nancumprod_jvp(a: Any, axis: Any = None, *, out: Any, a_dot: Any) -> Any:
    holes = np.isnan(a)
    return cumprod_jvp(np.where(holes, 1.0, a), axis, out=out, a_dot=np.where(holes, 0.0, a_dot))


@vjp(np.nancumprod, operands=("a",), ignored=("dtype",))
def nancumprod(a: Any, axis: Any = None, *, out: Any, out_bar: Any) -> Any:
    return np.where(np.isnan(a), 0.0, cumprod(np.where(np.isnan(a), 1.0, a), axis, out=out, out_bar=out_bar))


# Covariances: X @ conj(X).T / (n - ddof) of the deviations from each variable's mean.


@jvp(np.cov)
def cov_jvp(
    m: Any, y: Any = None, rowvar: Any = True, bias: Any = False, ddof: Any = None, *, out: Any, m_dot: Any, y_dot: Any
) -> Any:
    taken = (0 if bias else 1) if ddof is None else ddof
    terms = [covariance_dot(m, y, rowvar, dots, taken) for dots in ((m_dot, None), (None, y_dot))]
    return np.reshape(terms[0], np.shape(out)), np.reshape(terms[1], np.shape(out))


@vjp(np.cov, operands=("m", "y"))
def cov(m: Any, y: Any = None, rowvar: Any = True, bias: Any = False, ddof: Any = None, *, out_bar: Any) -> Any:
    taken = (0 if bias else 1) if ddof is None else ddof
    rows = as_variables(m, rowvar) if y is None else np.concatenate([as_variables(m, rowvar), as_variables(y, rowvar)])
    return to_variables(covariance_bar(rows, taken, out_bar), m, y, rowvar)


@jvp(np.corrcoef)
def corrcoef_jvp(x: Any, y: Any = None, rowvar: Any = True, *, out: Any, x_dot: Any, y_dot: Any) -> Any:
    return correlation_dot(x, y, rowvar, (x_dot, None), out), correlation_dot(x, y, rowvar, (None, y_dot), out)


@vjp(np.corrcoef, operands=("x", "y"))
def corrcoef(x: Any, y: Any = None, rowvar: Any = True, *, out: Any, out_bar: Any) -> Any:
    rows = real_variables(x, y, rowvar)
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
    return m if rowvar else np.transpose(m)


def real_variables(x: Any, y: Any, rowvar: Any) -> Any:
    """The variables of one or two arrays as rows; complex ones are refused."""
    rows = as_variables(x, rowvar) if y is None else np.concatenate([as_variables(x, rowvar), as_variables(y, rowvar)])
    if np.iscomplexobj(rows):
        raise UnsupportedArgument(
            "the derivative of np.corrcoef of complex variables is not known; write it with np.cov"
        )
    return rows


def covariance_bar(rows: Any, ddof: Any, out_bar: Any) -> Any:
    """The cotangent of the variables, one a row."""
    g = np.reshape(out_bar, (len(rows), len(rows)))
    deviations = rows - np.mean(rows, axis=1, keepdims=True)
    if np.iscomplexobj(rows):  # the second factor is conjugate
        return (g @ np.conj(deviations) + np.conj(g.T @ deviations)) / (rows.shape[1] - ddof)
    return (g + g.T) @ deviations / (rows.shape[1] - ddof)


def covariance_dot(m: Any, y: Any, rowvar: Any, dots: Any, ddof: Any) -> Any:
    """The tangent of the covariances; that of one of the two arrays is None."""
    rows = as_variables(m, rowvar) if y is None else np.concatenate([as_variables(m, rowvar), as_variables(y, rowvar)])
    parts = [(a, dot) for a, dot in zip((m, y), dots, strict=True) if a is not None]
    rows_dot = np.concatenate([as_variables(np.zeros_like(a) if dot is None else dot, rowvar) for a, dot in parts])
    deviations = rows - np.mean(rows, axis=1, keepdims=True)
    half = (rows_dot - np.mean(rows_dot, axis=1, keepdims=True)) @ np.conj(deviations.T) / (rows.shape[1] - ddof)
    return half + np.conj(half.T)


def correlation_dot(x: Any, y: Any, rowvar: Any, dots: Any, out: Any) -> Any:
    """The tangent of the correlations: of each covariance in the scale of its two variables, and of these scales."""
    rows = real_variables(x, y, rowvar)
    scale = np.std(rows, axis=1)
    change = covariance_dot(x, y, rowvar, dots, 0) / np.outer(scale, scale)
    own = np.diag(change) / 2
    values = np.reshape(out, change.shape)
    return np.reshape(change - values * (np.expand_dims(own, 1) + own), np.shape(out))


def to_variables(rows_bar: Any, m: Any, y: Any, rowvar: Any) -> Any:
    """The cotangents of the arrays that the variables came in."""
    count = len(as_variables(m, rowvar))
    m_bar = rows_bar[:count] if np.ndim(m) < 2 or rowvar else rows_bar[:count].T
    if y is None:
        return np.array(np.reshape(m_bar, np.shape(m))), 0.0
    y_bar = rows_bar[count:] if np.ndim(y) < 2 or rowvar else rows_bar[count:].T
    return np.array(np.reshape(m_bar, np.shape(m))), np.array(np.reshape(y_bar, np.shape(y)))


# Weights go to the bin of their cell. The edges depend on the cells only where no range is given.


@jvp(np.histogram)
def histogram_jvp(
    a: Any, bins: Any = 10, range: Any = None, *, weights: Any = None, out: Any, a_dot: Any, weights_dot: Any
) -> Any:
    no_counts, edges = np.zeros(np.shape(out[0])), np.asarray(out[1])
    heights_dot = no_counts if weights is None else np.histogram(a, bins, range, weights=weights_dot)[0]
    return (no_counts, edges_dot(a, bins, range, edges, a_dot)), (heights_dot, np.zeros(len(edges)))


@vjp(np.histogram, operands=("a", "weights"))
def histogram(a: Any, bins: Any = 10, range: Any = None, *, weights: Any = None, out: Any, out_bar: Any) -> Any:
    hist_bar, edges_bar = out_bar
    a_bar = edges_transpose(a, bins, range, edges_bar)
    if weights is None:
        return a_bar, 0.0
    place, inside = bin_of(a, out[1])
    return a_bar, np.where(inside, hist_bar[place], 0.0)


# The bins of a number of equal ones between the extremes; of names such as "auto" the number may change in jumps.


@jvp(np.histogram_bin_edges)
def histogram_bin_edges_jvp(
    a: Any, bins: Any = 10, range: Any = None, *, weights: Any = None, out: Any, a_dot: Any
) -> Any:
    return edges_dot(a, bins, range, out, a_dot)


@vjp(np.histogram_bin_edges, operands=("a",), shaped=("weights",))
def histogram_bin_edges(a: Any, bins: Any = 10, range: Any = None, *, weights: Any = None, out_bar: Any) -> Any:
    return edges_transpose(a, bins, range, out_bar)


def edges_dot(a: Any, bins: Any, range: Any, edges: Any, a_dot: Any) -> Any:
    """The tangent of the edges, which move with the extremes where no range and no edges are given."""
    if range is not None or (np.ndim(bins) != 0):
        return np.zeros(len(edges))
    t = np.linspace(0.0, 1.0, len(edges))
    low, high = a == np.min(a), a == np.max(a)
    return (1 - t) * np.sum(low * a_dot) / np.sum(low) + t * np.sum(high * a_dot) / np.sum(high)


def edges_transpose(a: Any, bins: Any, range: Any, edges_bar: Any) -> Any:
    """The cotangent of the cells by those of the edges."""
    if range is not None or (np.ndim(bins) != 0):
        return unbroadcast(np.zeros(np.shape(a)), a)
    t = np.linspace(0.0, 1.0, len(edges_bar))
    low, high = np.sum(edges_bar * (1 - t)), np.sum(edges_bar * t)
    bar = (a == np.min(a)) * low / np.sum(a == np.min(a)) + (a == np.max(a)) * high / np.sum(a == np.max(a))
    return unbroadcast(bar, a)


def bin_of(a: Any, edges: Any) -> Any:
    """The bin that each cell falls into, and which cells fall into any; the last bin has both its edges."""
    place = np.where(a == edges[-1], len(edges) - 2, np.searchsorted(edges, a, side="right") - 1)
    inside = (a >= edges[0]) & (a <= edges[-1])
    return np.where(inside, place, 0), inside


constant(bin_of)

# Of points in a plane: the weights are what varies, and edges that are given or that a range fixes.


@jvp(np.histogram2d)
def histogram2d_jvp(
    x: Any,
    y: Any,
    bins: Any = 10,
    range: Any = None,
    *,
    weights: Any = None,
    out: Any,
    x_dot: Any,
    y_dot: Any,
    weights_dot: Any,
) -> Any:
    no_counts, still = np.zeros(np.shape(out[0])), (np.zeros(len(out[1])), np.zeros(len(out[2])))
    heights = no_counts if weights is None else np.histogram2d(x, y, (out[1], out[2]), weights=weights_dot)[0]
    by_x = dot_along(0, x, of_both(bins), range, out[1], x_dot)
    by_y = dot_along(1, y, of_both(bins), range, out[2], y_dot)
    return (no_counts, by_x, still[1]), (no_counts, still[0], by_y), (heights, still[0], still[1])


@vjp(np.histogram2d, operands=("x", "y", "weights"), result="maybe")
def histogram2d(
    x: Any, y: Any, bins: Any = 10, range: Any = None, *, weights: Any = None, out: Any, out_bar: Any
) -> Any:
    x_bar = bar_along(0, x, of_both(bins), range, out_bar[1])
    y_bar = bar_along(1, y, of_both(bins), range, out_bar[2])
    if weights is None:
        return x_bar, y_bar, 0.0
    row, in_x = bin_of(x, out[1])
    column, in_y = bin_of(y, out[2])
    return x_bar, y_bar, np.where(in_x & in_y, out_bar[0][row, column], 0.0)


# Of points in any number of dimensions, one a row
@jvp(np.histogramdd)
def histogramdd_jvp(
    sample: Any, bins: Any = 10, range: Any = None, *, weights: Any = None, out: Any, sample_dot: Any, weights_dot: Any
) -> Any:
    no_counts, still = np.zeros(np.shape(out[0])), tuple([np.zeros(len(e)) for e in out[1]])
    heights = no_counts if weights is None else np.histogramdd(sample, out[1], weights=weights_dot)[0]
    moved = [dot_along(k, sample[:, k], bins, range, e, sample_dot[:, k]) for k, e in enumerate(out[1])]
    return (no_counts, tuple(moved)), (heights, still)


@vjp(np.histogramdd, operands=("sample", "weights"), result="maybe")
def histogramdd(sample: Any, bins: Any = 10, range: Any = None, *, weights: Any = None, out: Any, out_bar: Any) -> Any:
    bars = [bar_along(k, sample[:, k], bins, range, g) for k, g in enumerate(out_bar[1])]
    if weights is None:
        return np.stack(bars, axis=1), 0.0
    found = [bin_of(sample[:, k], e) for k, e in enumerate(out[1])]
    inside = np.all(np.array([there for _, there in found]), axis=0)
    return np.stack(bars, axis=1), np.where(inside, out_bar[0][tuple([place for place, _ in found])], 0.0)


def bins_along(k: int, bins: Any, range: Any) -> Any:
    """What was given for the k-th dimension: bins or edges, and the range."""
    return bins if isinstance(bins, (int, np.integer)) else bins[k], None if range is None else range[k]


def of_both(bins: Any) -> Any:
    """The bins of each of two dimensions; an array of edges that is no pair is for both."""
    return bins if isinstance(bins, (int, np.integer)) or len(bins) == 2 else (bins, bins)


def dot_along(k: int, values: Any, bins: Any, range: Any, edges: Any, values_dot: Any) -> Any:
    """The tangent of the edges along the k-th dimension."""
    own, between = bins_along(k, bins, range)
    return edges_dot(values, own, between, edges, values_dot)


def bar_along(k: int, values: Any, bins: Any, range: Any, edges_bar: Any) -> Any:
    """The cotangent of the k-th coordinates by those of the edges."""
    own, between = bins_along(k, bins, range)
    return edges_transpose(values, own, between, edges_bar)
