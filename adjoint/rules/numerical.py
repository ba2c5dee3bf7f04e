"""Differences, integrals, interpolation, and sequences of numbers in a progression."""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.rules.declare import jvp, linear, vjp
from adjoint.rules.reductions import diff
from adjoint.runtime.arrays import add_at, unbroadcast


@linear(np.ediff1d, operands=("ary", "to_end", "to_begin"))
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None, *, out_bar: Any) -> Any:
    begin = 0 if to_begin is None else np.size(to_begin)
    end = out_bar.size - (0 if to_end is None else np.size(to_end))
    ary_bar = np.reshape(diff(np.ravel(ary), out_bar=out_bar[begin:end]), np.shape(ary))
    end_bar = 0.0 if to_end is None else np.array(np.reshape(out_bar[end:], np.shape(to_end)))
    return ary_bar, end_bar, 0.0 if to_begin is None else np.array(np.reshape(out_bar[:begin], np.shape(to_begin)))


# What is put before and behind the array takes part as cells of it.
@linear(np.diff, operands=("a", "prepend", "append"), fuller=True)
def diff_with_ends(a: Any, n: Any = 1, axis: Any = -1, prepend: Any = None, append: Any = None, *, out_bar: Any) -> Any:
    before = 0 if prepend is None else (1 if np.ndim(prepend) == 0 else np.shape(prepend)[axis])
    whole = np.moveaxis(diff(a, n, axis, out_bar=out_bar), axis, 0)
    length = a.shape[axis]
    ends = (whole[:before], whole[before + length :])
    prepend_bar = 0.0 if prepend is None else unbroadcast(np.moveaxis(ends[0], 0, axis), prepend) + 0.0
    append_bar = 0.0 if append is None else unbroadcast(np.moveaxis(ends[1], 0, axis), append) + 0.0
    return np.array(np.moveaxis(whole[before : before + length], 0, axis)), prepend_bar, append_bar


@jvp(np.trapezoid)
def trapezoid_jvp(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1, *, y_dot: Any, x_dot: Any, dx_dot: Any) -> Any:
    if x is None:
        return np.trapezoid(y_dot, dx=dx, axis=axis), 0.0, np.trapezoid(y, dx=dx_dot, axis=axis)
    else:
        return np.trapezoid(y_dot, x, axis=axis), np.trapezoid(y, x_dot, axis=axis), 0.0


@vjp(np.trapezoid, operands=("y", "x", "dx"))
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1, *, out_bar: Any) -> Any:
    rows = np.moveaxis(y, axis, -1)
    points = x if x is None or np.ndim(x) == 1 else np.moveaxis(x, axis, -1)
    widths = dx if points is None else points[..., 1:] - points[..., :-1]
    g = np.expand_dims(out_bar, -1)
    heights = g * (rows[..., 1:] + rows[..., :-1]) / 2
    parts = np.broadcast_to(g * widths / 2, heights.shape)
    zero = np.zeros(heights.shape[:-1] + (1,), dtype=y.dtype)
    rows_bar = np.concatenate([parts, zero], axis=-1) + np.concatenate([zero, parts], axis=-1)
    y_bar = np.moveaxis(rows_bar, -1, axis).astype(y.dtype)
    if points is None:
        return y_bar, 0.0, np.sum(heights)
    points_bar = np.concatenate([zero, heights], axis=-1) - np.concatenate([heights, zero], axis=-1)
    return y_bar, unbroadcast(points_bar if np.ndim(x) == 1 else np.moveaxis(points_bar, -1, axis), x) + 0.0, 0.0


if hasattr(np, "trapz"):  # until NumPy 2.3
    vjp(np.trapz, operands=("y", "x", "dx"))(trapezoid)
    jvp(np.trapz)(trapezoid_jvp)


# The gradient along one axis is a matrix with five diagonals; combs of ones, five cells apart, give its entries.
@linear(np.gradient, operands=("f",))
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: Any = 1, out_bar: Any) -> Any:
    axes = tuple(range(f.ndim)) if axis is None else tuple(np.atleast_1d(axis))
    spacings = [varargs[k if len(varargs) > 1 else 0] if varargs else 1.0 for k in range(len(axes))]
    parts = [out_bar] if len(axes) == 1 else list(out_bar)
    bars = [gradient_bar(g, int(along), h, edge_order) for g, along, h in zip(parts, axes, spacings, strict=True)]
    return sum(bars)


def gradient_bar(g: Any, axis: int, spacing: Any, edge_order: Any) -> Any:
    """The transpose of the gradient along one axis."""
    rows = np.moveaxis(g, axis, -1)
    n = rows.shape[-1]
    place = np.arange(n)
    combs = np.equal(np.reshape(place, (1, n)) % 5, np.reshape(np.arange(5), (5, 1))).astype(rows.dtype)
    entries = np.gradient(combs, spacing, axis=1, edge_order=edge_order).astype(rows.dtype)
    bar = np.zeros(rows.shape, dtype=rows.dtype)
    for offset in range(-2, 3):
        source = place + offset
        inside = (source >= 0) & (source < n)
        bar[..., source[inside]] += rows[..., inside] * entries[source[inside] % 5, place[inside]]
    return np.moveaxis(bar, -1, axis)


# Between two points: f0 + (x - x0) * slope. At a point the slope is that to its right. Outside nothing depends on x.
@jvp(np.interp)
def interp_jvp(
    x: Any,
    xp: Any,
    fp: Any,
    left: Any = None,
    right: Any = None,
    *,
    x_dot: Any,
    xp_dot: Any,
    fp_dot: Any,
    left_dot: Any,
    right_dot: Any,
) -> Any:
    low, high, share, slope = between_points(x, xp, fp)
    below, above = x < xp[0], x > xp[len(xp) - 1]
    by_x = np.where(below | above, 0.0, slope * x_dot)
    points_dot = np.asarray(xp_dot)
    by_xp = np.where(below | above, 0.0, -slope * (points_dot[low] * (1 - share) + points_dot[high] * share))
    nothing = 0.0 * by_x
    by_fp = np.interp(x, xp, fp_dot, None if left is None else 0.0, None if right is None else 0.0)
    by_left = nothing if left is None else np.where(below, left_dot, 0.0)
    return by_x, by_xp, by_fp, by_left, nothing if right is None else np.where(above, right_dot, 0.0)


@vjp(np.interp, operands=("x", "xp", "fp", "left", "right"))
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, *, out_bar: Any) -> Any:
    n = len(xp)
    low, high, share, slope = between_points(x, xp, fp)
    below, above = x < xp[0], x > xp[n - 1]
    g = np.where(below | above, 0.0, out_bar)
    fp_bar, xp_bar = np.zeros(n, dtype=np.result_type(out_bar)), np.zeros(n, dtype=np.result_type(out_bar))
    add_at(fp_bar, low, g * (1 - share))
    add_at(fp_bar, high, g * share)
    add_at(xp_bar, low, -g * slope * (1 - share))
    add_at(xp_bar, high, -g * slope * share)
    left_bar, right_bar = np.sum(np.where(below, out_bar, 0.0)), np.sum(np.where(above, out_bar, 0.0))
    fp_bar[0] += left_bar if left is None else 0.0
    fp_bar[n - 1] += right_bar if right is None else 0.0
    return g * slope, xp_bar, fp_bar, left_bar, right_bar


def between_points(x: Any, xp: Any, fp: Any) -> Any:
    """The points to the left and right of each x, how far it is from the left one, and the slope between them."""
    points, values = np.asarray(xp), np.asarray(fp)
    n = len(points)
    low = np.clip(np.searchsorted(points, x, side="right") - 1, 0, max(n - 2, 0))
    high = np.minimum(low + 1, n - 1)
    width = points[high] - points[low] + (high == low)
    return low, high, (x - points[low]) / width, (values[high] - values[low]) / width


# Whole turns are added: they do not depend on the phases.
@jvp(np.unwrap)
def unwrap_jvp(p: Any, discont: Any = None, axis: Any = -1, *, period: Any = 6.283185307179586, p_dot: Any) -> Any:
    return p_dot


@vjp(np.unwrap, operands=("p",), borrows=True)
def unwrap(p: Any, discont: Any = None, axis: Any = -1, *, period: Any = 6.283185307179586, out_bar: Any) -> Any:
    return out_bar


# Progressions


@jvp(np.logspace)
def logspace_jvp(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: Any = True,
    base: Any = 10.0,
    *,
    out: Any,
    start_dot: Any,
    stop_dot: Any,
) -> Any:
    t = np.linspace(0, 1, num, endpoint)
    return out * np.log(base) * (1 - t) * start_dot, out * np.log(base) * t * stop_dot


@vjp(np.logspace, operands=("start", "stop"), ignored=("dtype",))
def logspace(
    start: Any, stop: Any, num: Any = 50, endpoint: Any = True, base: Any = 10.0, *, out: Any, out_bar: Any
) -> Any:
    t = np.linspace(0, 1, num, endpoint)
    g = out_bar * out * np.log(base)
    return unbroadcast(np.sum(g * (1 - t)), start), unbroadcast(np.sum(g * t), stop)


@jvp(np.geomspace)
def geomspace_jvp(
    start: Any, stop: Any, num: Any = 50, endpoint: Any = True, *, out: Any, start_dot: Any, stop_dot: Any
) -> Any:
    t = np.linspace(0, 1, num, endpoint)
    return out * (1 - t) * start_dot / start, out * t * stop_dot / stop


@vjp(np.geomspace, operands=("start", "stop"), ignored=("dtype",))
def geomspace(start: Any, stop: Any, num: Any = 50, endpoint: Any = True, *, out: Any, out_bar: Any) -> Any:
    t = np.linspace(0, 1, num, endpoint)
    g = out_bar * out
    return unbroadcast(np.sum(g * (1 - t)) / start, start), unbroadcast(np.sum(g * t) / stop, stop)
