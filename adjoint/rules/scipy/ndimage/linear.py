"""Rules of `scipy.ndimage` where it is linear: filters with windows, Gaussians, splines, shifts and zooms.

`output=`, which is written into, is refused. What is filled in at the borders (`cval=`) is a constant.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from adjoint.errors import UnsupportedArgument
from adjoint.rules.declare import constant, jvp, linear, vjp
from adjoint.rules.scipy.transpose import along, of_weights, spread_back

# Windows of given weights. A convolution turns them around, and where their number is even, moves them by one.


@vjp(ndimage.correlate, operands=("input", "weights"))
def correlate(
    input: Any, weights: Any, *, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0, out_bar: Any
) -> Any:
    modes, origins = each(mode, input), each(origin, input)
    by_weights = of_weights(out_bar, input, np.shape(weights), modes, origins, cval)
    return spread_back(out_bar, weights, modes, origins), by_weights


@jvp(ndimage.correlate)
def correlate_jvp(
    input: Any,
    weights: Any,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    input_dot: Any,
    weights_dot: Any,
) -> Any:
    return (
        ndimage.correlate(input_dot, weights, mode=mode, origin=origin),
        ndimage.correlate(input, weights_dot, mode=mode, cval=cval, origin=origin),
    )


@vjp(ndimage.convolve, operands=("input", "weights"))
def convolve(input: Any, weights: Any, *, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0, out_bar: Any) -> Any:
    modes, origins = each(mode, input), turned(each(origin, input), np.shape(weights))
    by_weights = of_weights(out_bar, input, np.shape(weights), modes, origins, cval)
    return spread_back(out_bar, np.flip(weights), modes, origins), np.flip(by_weights) + 0.0


@jvp(ndimage.convolve)
def convolve_jvp(
    input: Any,
    weights: Any,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    input_dot: Any,
    weights_dot: Any,
) -> Any:
    return (
        ndimage.convolve(input_dot, weights, mode=mode, origin=origin),
        ndimage.convolve(input, weights_dot, mode=mode, cval=cval, origin=origin),
    )


@vjp(ndimage.correlate1d, operands=("input", "weights"))
def correlate1d(
    input: Any,
    weights: Any,
    axis: Any = -1,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    out_bar: Any,
) -> Any:
    g, a = np.moveaxis(out_bar, axis, -1), np.moveaxis(input, axis, -1)
    window = np.reshape(weights, lying(weights, a.ndim))
    modes, origins = alone(mode, a.ndim, "constant"), alone(origin, a.ndim, 0)
    by_weights = of_weights(g, a, np.shape(window), modes, origins, cval)
    return np.moveaxis(spread_back(g, window, modes, origins), -1, axis) + 0.0, np.ravel(by_weights) + 0.0


@jvp(ndimage.correlate1d)
def correlate1d_jvp(
    input: Any,
    weights: Any,
    axis: Any = -1,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    input_dot: Any,
    weights_dot: Any,
) -> Any:
    return (
        ndimage.correlate1d(input_dot, weights, axis, mode=mode, origin=origin),
        ndimage.correlate1d(input, weights_dot, axis, mode=mode, cval=cval, origin=origin),
    )


@vjp(ndimage.convolve1d, operands=("input", "weights"))
def convolve1d(
    input: Any,
    weights: Any,
    axis: Any = -1,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    out_bar: Any,
) -> Any:
    back = turned((origin,), np.shape(weights))[0]
    by_input, by_weights = correlate1d(
        input, np.flip(weights), axis, mode=mode, cval=cval, origin=back, out_bar=out_bar
    )
    return by_input, np.flip(by_weights) + 0.0


@jvp(ndimage.convolve1d)
def convolve1d_jvp(
    input: Any,
    weights: Any,
    axis: Any = -1,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    input_dot: Any,
    weights_dot: Any,
) -> Any:
    return (
        ndimage.convolve1d(input_dot, weights, axis, mode=mode, origin=origin),
        ndimage.convolve1d(input, weights_dot, axis, mode=mode, cval=cval, origin=origin),
    )


@constant
def each(value: Any, a: Any) -> tuple[Any, ...]:
    """One setting for each axis."""
    return tuple(value) if isinstance(value, (list, tuple)) else (value,) * np.ndim(a)


@constant
def alone(value: Any, ndim: int, others: Any) -> tuple[Any, ...]:
    """The setting for the last axis, behind those of the other axes."""
    return (others,) * (ndim - 1) + (value,)


@constant
def lying(weights: Any, ndim: int) -> tuple[int, ...]:
    """The shape of a window along the last axis."""
    return (1,) * (ndim - 1) + (np.size(weights),)


@constant
def turned(origins: Any, shape: Any) -> tuple[int, ...]:
    """The origins of a convolution's window turned around.

    >>> turned((0, 1), (3, 4))
    (0, -2)
    """
    return tuple([-origin - (1 if n % 2 == 0 else 0) for origin, n in zip(origins, shape, strict=True)])


# Windows that follow from a width: what a unit gives is the window turned around.


@linear(ndimage.uniform_filter1d, operands=("input",), affine=("cval",))
def uniform_filter1d(
    input: Any, size: Any, axis: Any = -1, *, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0, out_bar: Any
) -> Any:
    return window_back(out_bar, np.full(size, 1.0 / size), axis, mode, origin)


@linear(ndimage.uniform_filter, operands=("input",), affine=("cval",))
def uniform_filter(
    input: Any, size: Any = 3, *, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0, out_bar: Any
) -> Any:
    g = out_bar
    sizes, modes, origins = each(size, input), each(mode, input), each(origin, input)
    for axis in range(input.ndim):
        g = window_back(g, np.full(sizes[axis], 1.0 / sizes[axis]), axis, modes[axis], origins[axis])
    return g


@linear(ndimage.gaussian_filter1d, operands=("input",), affine=("cval",))
def gaussian_filter1d(
    input: Any,
    sigma: Any,
    axis: Any = -1,
    order: Any = 0,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    truncate: Any = 4.0,
    radius: Any = None,
    out_bar: Any,
) -> Any:
    return window_back(out_bar, gaussian_window(sigma, order, truncate, radius), axis, mode, 0)


@linear(ndimage.gaussian_filter, operands=("input",), affine=("cval",))
def gaussian_filter(
    input: Any,
    sigma: Any,
    order: Any = 0,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    truncate: Any = 4.0,
    out_bar: Any,
) -> Any:
    g = out_bar
    sigmas, orders, modes = each(sigma, input), each(order, input), each(mode, input)
    for axis in range(input.ndim):
        if sigmas[axis] > 1e-15:
            g = window_back(g, gaussian_window(sigmas[axis], orders[axis], truncate, None), axis, modes[axis], 0)
    return g + 0.0


@linear(ndimage.sobel, operands=("input",), affine=("cval",))
def sobel(input: Any, axis: Any = -1, *, mode: Any = "reflect", cval: Any = 0.0, out_bar: Any) -> Any:
    return edges_back(out_bar, axis, mode, np.array([1.0, 2.0, 1.0]))


@linear(ndimage.prewitt, operands=("input",), affine=("cval",))
def prewitt(input: Any, axis: Any = -1, *, mode: Any = "reflect", cval: Any = 0.0, out_bar: Any) -> Any:
    return edges_back(out_bar, axis, mode, np.array([1.0, 1.0, 1.0]))


def edges_back(g: Any, axis: int, mode: Any, across: Any) -> Any:
    """The transpose of a difference along one axis with weights across it."""
    modes = each(mode, g)
    for k in range(g.ndim):
        g = window_back(g, np.array([-1.0, 0.0, 1.0]) if k == axis % g.ndim else across, k, modes[k], 0)
    return g


@linear(ndimage.laplace, operands=("input",), affine=("cval",))
def laplace(input: Any, *, mode: Any = "reflect", cval: Any = 0.0, out_bar: Any) -> Any:
    modes = each(mode, input)
    total = np.zeros_like(out_bar)
    for axis in range(input.ndim):
        total = total + window_back(out_bar, np.array([1.0, -2.0, 1.0]), axis, modes[axis], 0)
    return total


@linear(ndimage.gaussian_laplace, operands=("input",), affine=("cval",))
def gaussian_laplace(input: Any, sigma: Any, *, mode: Any = "reflect", cval: Any = 0.0, out_bar: Any) -> Any:
    total = np.zeros_like(out_bar)
    for axis in range(input.ndim):
        total = total + gaussian_filter(input, sigma, twice_along(axis, input), mode=mode, out_bar=out_bar)
    return total


@constant
def twice_along(axis: int, a: Any) -> tuple[int, ...]:
    """The orders of a second derivative along one axis."""
    return tuple([2 if k == axis else 0 for k in range(np.ndim(a))])


def window_back(g: Any, weights: Any, axis: Any, mode: Any, origin: Any) -> Any:
    """The transpose of `correlate1d`, in the dtype of `g`."""
    rows = np.moveaxis(g, axis, -1)
    window = np.reshape(weights, lying(weights, rows.ndim))
    back = spread_back(rows, window, alone(mode, rows.ndim, "constant"), alone(origin, rows.ndim, 0))
    return np.moveaxis(back, -1, axis).astype(g.dtype)


@constant
def gaussian_window(sigma: Any, order: Any, truncate: Any, radius: Any) -> Any:
    """The weights of a Gaussian filter, as `correlate1d` takes them."""
    n = int(truncate * float(sigma) + 0.5) if radius is None else radius
    unit = np.zeros(2 * n + 1)
    unit[n] = 1.0
    return ndimage.gaussian_filter1d(unit, sigma, order=order, mode="constant", radius=n)[::-1].copy()


# Splines through the cells, and what is read of them elsewhere, axis by axis


@linear(ndimage.spline_filter1d, operands=("input",))
def spline_filter1d(input: Any, order: Any = 3, axis: Any = -1, *, mode: Any = "mirror", out_bar: Any) -> Any:
    def coefficients(columns: Any) -> Any:
        return ndimage.spline_filter1d(columns, order, 0, mode=mode)

    return along(coefficients, out_bar, input.shape[axis], axis)


@linear(ndimage.spline_filter, operands=("input",))
def spline_filter(input: Any, order: Any = 3, *, mode: Any = "mirror", out_bar: Any) -> Any:
    g = out_bar
    for axis in range(input.ndim):
        g = spline_filter1d(input, order, axis, mode=mode, out_bar=g)
    return g


@linear(ndimage.shift, operands=("input",), affine=("cval",))
def shift(
    input: Any,
    shift: Any,
    *,
    order: Any = 3,
    mode: Any = "constant",
    cval: Any = 0.0,
    prefilter: Any = True,
    out_bar: Any,
) -> Any:
    check_filtered(order, prefilter)
    g = out_bar
    for axis in range(input.ndim):
        g = along(shifting(each(shift, input)[axis], order, mode), g, input.shape[axis], axis)
    return g


@constant
def shifting(by: Any, order: Any, mode: Any) -> Any:
    """The map that shifts columns."""
    return lambda columns: ndimage.shift(columns, (by, 0), order=order, mode=mode)


@linear(ndimage.zoom, operands=("input",), affine=("cval",))
def zoom(
    input: Any,
    zoom: Any,
    *,
    order: Any = 3,
    mode: Any = "constant",
    cval: Any = 0.0,
    prefilter: Any = True,
    grid_mode: Any = False,
    out_bar: Any,
) -> Any:
    check_filtered(order, prefilter)
    g = out_bar
    for axis in range(input.ndim):
        g = along(zooming(each(zoom, input)[axis], order, mode, grid_mode), g, input.shape[axis], axis)
    return g


@constant
def zooming(by: Any, order: Any, mode: Any, grid_mode: Any) -> Any:
    """The map that zooms columns."""
    return lambda columns: ndimage.zoom(columns, (by, 1), order=order, mode=mode, grid_mode=grid_mode)


@constant
def check_filtered(order: Any, prefilter: Any) -> None:
    """Refuse what is not done axis by axis.

    Raises:
        UnsupportedArgument: if a spline of higher order is asked for without its filter.
    """
    if order > 1 and not prefilter:
        raise UnsupportedArgument("prefilter=False has no derivative rule here; apply ndimage.spline_filter yourself")


# Products with a window in the frequencies


@linear(ndimage.fourier_gaussian, operands=("input",))
def fourier_gaussian(input: Any, sigma: Any, n: Any = -1, axis: Any = -1, *, out_bar: Any) -> Any:
    return ndimage.fourier_gaussian(out_bar, sigma, n, axis)


@linear(ndimage.fourier_uniform, operands=("input",))
def fourier_uniform(input: Any, size: Any, n: Any = -1, axis: Any = -1, *, out_bar: Any) -> Any:
    return ndimage.fourier_uniform(out_bar, size, n, axis)


@linear(ndimage.fourier_shift, operands=("input",))
def fourier_shift(input: Any, shift: Any, n: Any = -1, axis: Any = -1, *, out_bar: Any) -> Any:
    return ndimage.fourier_shift(out_bar, shift, n, axis)


@linear(ndimage.fourier_ellipsoid, operands=("input",))
def fourier_ellipsoid(input: Any, size: Any, n: Any = -1, axis: Any = -1, *, out_bar: Any) -> Any:
    return ndimage.fourier_ellipsoid(out_bar, size, n, axis)
