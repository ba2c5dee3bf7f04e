"""Rules of `scipy.interpolate` by the values between which is interpolated, and by the places where.

    CubicSpline(x, y)(t)            at(CubicSpline, x, y, t, …)

An interpolant is made anew for each place where it is evaluated: it is a linear map of the values, whose transpose is
found column by column. Knots are refused, as they move all that lies between them.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from scipy import interpolate

from adjoint.errors import UnsupportedArgument
from adjoint.rules import late
from adjoint.rules.declare import constant, jvp, vjp
from adjoint.rules.scipy.transpose import along
from adjoint.runtime.arrays import add_at, unbroadcast

# Kinds of `interp1d` that are splines, by their degree; those that are steps do not change with the place.
DEGREES = {"linear": 1, "slinear": 1, "quadratic": 2, "cubic": 3}
STEPS = ("nearest", "nearest-up", "previous", "next", "zero")


class Interpolant:
    """A spline through values at knots, along the first axis."""

    def __init__(self, kind: Any, x: Any, y: Any, settings: Any) -> None:
        self.kind, self.x, self.y, self.settings = kind, x, y, settings

    def __call__(self, t: Any, nu: Any = 0) -> Any:
        return values_at(self.kind, self.x, self.y, t, nu, self.settings)


def cubic_spline(x: Any, y: Any, axis: Any = 0, bc_type: Any = "not-a-knot", extrapolate: Any = None) -> Interpolant:
    """`scipy.interpolate.CubicSpline`."""
    return Interpolant(
        interpolate.CubicSpline, x, y, checked(axis, {"bc_type": bc_type, "extrapolate": extrapolate}, y)
    )


def interpolating_spline(
    x: Any, y: Any, k: Any = 3, t: Any = None, bc_type: Any = None, axis: Any = 0, check_finite: Any = True
) -> Interpolant:
    """`scipy.interpolate.make_interp_spline`."""
    return Interpolant(interpolate.make_interp_spline, x, y, checked(axis, {"k": k, "t": t, "bc_type": bc_type}, y))


def linear_interpolation(
    x: Any,
    y: Any,
    kind: Any = "linear",
    axis: Any = -1,
    copy: Any = True,
    bounds_error: Any = None,
    fill_value: Any = np.nan,
    assume_sorted: Any = False,
) -> Interpolant:
    """`scipy.interpolate.interp1d`, of values along their only axis, or with `axis=0`."""
    settings = {"kind": kind, "bounds_error": bounds_error, "fill_value": fill_value, "assume_sorted": assume_sorted}
    return Interpolant(interpolate.interp1d, x, y, checked(axis, settings, y))


@constant
def checked(axis: Any, settings: dict[str, Any], y: Any) -> dict[str, Any]:
    """The settings of an interpolant.

    Raises:
        UnsupportedArgument: if it is along another axis than the first, or held at its ends by other numbers than 0.
    """
    if axis % max(np.ndim(y), 1) != 0:
        raise UnsupportedArgument("an interpolant is differentiated along the first axis\n  Use np.moveaxis before.")
    ends = settings.get("bc_type")
    if ends is not None and not isinstance(ends, str):
        raise UnsupportedArgument('bc_type is taken by its name: "natural", "clamped", "not-a-knot"')
    if isinstance(settings.get("fill_value"), tuple):
        raise UnsupportedArgument("interp1d with two fill values is not differentiated\n  Use np.where.")
    return settings


def values_at(kind: Any, x: Any, y: Any, t: Any, nu: Any, settings: Any) -> Any:
    """The values of an interpolant, or of its derivative of degree `nu`, at places."""
    if kind is not interpolate.interp1d:
        return kind(x, y, **settings)(t, nu)
    if nu == 0:
        axis = {"axis": 0} if np.ndim(y) > 1 else {}
        return interpolate.interp1d(x, y, **settings, **axis)(t)
    return slopes_at(x, y, t, nu, settings)


def slopes_at(x: Any, y: Any, t: Any, nu: Any, settings: Any) -> Any:
    """The derivatives of what `interp1d` gives; 0 where a constant is filled in."""
    shape = np.shape(t) + np.shape(y)[1:]
    if settings["kind"] in STEPS or nu > DEGREES.get(settings["kind"], 0):
        return np.zeros(shape)
    if settings["kind"] not in DEGREES:
        raise UnsupportedArgument(f"interp1d with kind={settings['kind']!r} is not differentiated\n  Name the kind.")
    order = np.argsort(x)
    slopes = interpolate.make_interp_spline(x[order], y[order], k=DEGREES[settings["kind"]])(t, nu)
    if settings["fill_value"] == "extrapolate":
        return slopes
    inside = (np.asarray(t) >= x[order[0]]) & (np.asarray(t) <= x[order[-1]])
    return np.where(np.reshape(inside, np.shape(t) + (1,) * (np.ndim(y) - 1)), slopes, 0.0)


@vjp(values_at, operands=("y", "t"))
def values_at_vjp(kind: Any, x: Any, y: Any, t: Any, nu: Any, settings: Any, *, out_bar: Any) -> Any:
    rows = np.reshape(out_bar, (np.size(t),) + np.shape(y)[1:])
    y_bar = along(mapping(kind, x, np.ravel(t), nu, settings), rows, len(x), 0)
    return y_bar, place_bar(values_at(kind, x, y, t, nu + 1, settings), t, out_bar)


def place_bar(slope: Any, t: Any, out_bar: Any) -> Any:
    """The cotangent of the places: over the axes of a value, a sum."""
    products = out_bar * slope
    return unbroadcast(np.sum(products, axis=tuple(range(np.ndim(t), np.ndim(products)))) + 0.0, t)


@jvp(values_at)
def values_at_jvp(kind: Any, x: Any, y: Any, t: Any, nu: Any, settings: Any, *, y_dot: Any, t_dot: Any) -> Any:
    slope = values_at(kind, x, y, t, nu + 1, settings)
    moved = slope * np.reshape(t_dot, np.shape(t) + (1,) * (np.ndim(y) - 1))
    return values_at(kind, x, y_dot, t, nu, without_fill(settings)), moved


@constant
def without_fill(settings: Any) -> Any:
    """The settings of the linear map: what is filled in outside the knots is 0."""
    if settings.get("fill_value") is None or isinstance(settings.get("fill_value"), str):
        return settings
    return {**settings, "fill_value": 0.0}


@constant
def mapping(kind: Any, x: Any, t: Any, nu: Any, settings: Any) -> Any:
    """The map from columns of values to what is interpolated."""
    return lambda columns: values_at(kind, x, columns, t, nu, without_fill(settings))


# On grids, linearly between the corners of a cell


class Grid:
    """Values at the points of a grid."""

    def __init__(self, points: Any, values: Any, bounds_error: Any, fill_value: Any) -> None:
        self.points, self.values, self.bounds_error, self.fill_value = points, values, bounds_error, fill_value

    def __call__(self, xi: Any, method: Any = "linear") -> Any:
        check_linear(method)
        return within(self.points, self.values, xi, self.bounds_error, self.fill_value)


def grid(points: Any, values: Any, method: Any = "linear", bounds_error: Any = True, fill_value: Any = np.nan) -> Grid:
    """`scipy.interpolate.RegularGridInterpolator`."""
    check_linear(method)
    return Grid(points, values, bounds_error, fill_value)


def interpn(
    points: Any, values: Any, xi: Any, method: Any = "linear", bounds_error: Any = True, fill_value: Any = np.nan
) -> Any:
    """`scipy.interpolate.interpn`."""
    check_linear(method)
    return within(points, values, xi, bounds_error, fill_value)


@constant
def check_linear(method: Any) -> None:
    """Refuse other ways than between the corners.

    Raises:
        UnsupportedArgument: if another one is asked for.
    """
    if method != "linear":
        raise UnsupportedArgument(f'interpolation on a grid by method="{method}" is not differentiated')


def within(points: Any, values: Any, xi: Any, bounds_error: Any, fill_value: Any) -> Any:
    """The values between the points of a grid."""
    return interpolate.interpn(points, values, xi, "linear", bounds_error, fill_value)


@vjp(within, operands=("values", "xi"))
def within_vjp(points: Any, values: Any, xi: Any, bounds_error: Any, fill_value: Any, *, out_bar: Any) -> Any:
    cells, shares, widths, inside = located(points, xi, fill_value)
    rest = np.ndim(values) - len(points)
    g = np.where(np.reshape(inside, np.shape(inside) + (1,) * rest), out_bar, 0.0)
    values_bar, xi_bar = np.zeros(np.shape(values)), np.zeros(np.shape(xi))
    for corner in itertools.product((0, 1), repeat=len(points)):
        at = tuple([cell + side for cell, side in zip(cells, corner, strict=True)])
        weights = [share if side else 1 - share for share, side in zip(shares, corner, strict=True)]
        full = np.reshape(np.prod(weights, axis=0), np.shape(inside) + (1,) * rest)
        add_at(values_bar, at, g * full)
        pairing = np.sum(g * values[at], axis=tuple(range(np.ndim(inside), np.ndim(out_bar))))
        for k in range(len(points)):
            others = np.prod([w for j, w in enumerate(weights) if j != k], axis=0) if len(points) > 1 else 1.0
            xi_bar[..., k] += pairing * others * (1 if corner[k] else -1) / widths[k]
    return values_bar, xi_bar


@jvp(within)
def within_jvp(
    points: Any, values: Any, xi: Any, bounds_error: Any, fill_value: Any, *, values_dot: Any, xi_dot: Any
) -> Any:
    cells, shares, widths, inside = located(points, xi, fill_value)
    rest = (1,) * (np.ndim(values) - len(points))
    by_xi = np.zeros(np.shape(inside) + np.shape(values)[len(points) :])
    for corner in itertools.product((0, 1), repeat=len(points)):
        at = tuple([cell + side for cell, side in zip(cells, corner, strict=True)])
        weights = [share if side else 1 - share for share, side in zip(shares, corner, strict=True)]
        for k in range(len(points)):
            others = np.prod([w for j, w in enumerate(weights) if j != k], axis=0) if len(points) > 1 else 1.0
            slope = inside * others * (1 if corner[k] else -1) / widths[k] * xi_dot[..., k]
            by_xi = by_xi + np.reshape(slope, np.shape(inside) + rest) * values[at]
    filled = None if fill_value is None else 0.0
    return within(points, values_dot, xi, bounds_error, filled), by_xi


@constant
def located(points: Any, xi: Any, fill_value: Any) -> Any:
    """For each axis the cells that places lie in, their share of its width, and the width; and which are inside."""
    cells, shares, widths, inside = [], [], [], np.ones(np.shape(xi)[:-1], dtype=bool)
    for k, axis in enumerate(points):
        x, knots = np.asarray(xi)[..., k], np.asarray(axis)
        cell = np.clip(np.searchsorted(knots, x, side="right") - 1, 0, len(knots) - 2)
        width = knots[cell + 1] - knots[cell]
        cells.append(cell)
        shares.append((x - knots[cell]) / width)
        widths.append(width)
        if fill_value is not None:
            inside = inside & (x >= knots[0]) & (x <= knots[-1])
    return cells, shares, widths, inside


late.WRITTEN.update(
    {
        interpolate.CubicSpline: cubic_spline,
        interpolate.make_interp_spline: interpolating_spline,
        interpolate.interp1d: linear_interpolation,
        interpolate.RegularGridInterpolator: grid,
        interpolate.interpn: interpn,
    }
)


# The polynomial through all values, at places that are none of the nodes


def polynomial_through(xi: Any, yi: Any, x: Any) -> Any:
    """The polynomial through the values at the nodes, as a sum of Lagrange's, values along the first axis."""
    shares = []
    for k in range(len(xi)):
        share = np.ones_like(x * 1.0)
        for j in range(len(xi)):
            if j != k:
                share = share * (x - xi[j]) / (xi[k] - xi[j])
        shares.append(share)
    return np.tensordot(np.stack(shares, axis=-1), yi, axes=(-1, 0))


def barycentric_interpolate(xi: Any, yi: Any, x: Any, axis: Any = 0, *, der: Any = 0, rng: Any = None) -> Any:
    """`scipy.interpolate.barycentric_interpolate`, of values along the first axis."""
    check_polynomial(xi, axis, der)
    return polynomial_through(xi, yi, x)


def krogh_interpolate(xi: Any, yi: Any, x: Any, der: Any = 0, axis: Any = 0) -> Any:
    """`scipy.interpolate.krogh_interpolate`, of different nodes and values along the first axis."""
    check_polynomial(xi, axis, der)
    return polynomial_through(xi, yi, x)


@constant
def check_polynomial(xi: Any, axis: Any, der: Any) -> None:
    """Refuse what is not the value of a polynomial through different nodes.

    Raises:
        UnsupportedArgument: for other axes, derivatives, and nodes that repeat.
    """
    if axis != 0 or np.ndim(der) or der != 0 or len(np.unique(xi)) < len(xi):
        raise UnsupportedArgument(
            "polynomial interpolation is differentiated for values along axis 0, der=0, and nodes that differ"
        )


late.WRITTEN.update(
    {
        interpolate.barycentric_interpolate: barycentric_interpolate,
        interpolate.krogh_interpolate: krogh_interpolate,
    }
)
late.refuse(
    interpolate,
    {
        "approximate_taylor_polynomial lagrange pade": (
            "it makes an object of a polynomial: use `interpolate.barycentric_interpolate`, or coefficients"
        ),
        "splrep splprep make_lsq_spline make_smoothing_spline make_splprep make_splrep generate_knots bisplrep": (
            "how the spline depends on the values is not known here: use `interpolate.make_interp_spline` or "
            "`interpolate.CubicSpline`"
        ),
        "splev splint splder splantider spalde sproot insert bisplev": (
            "splines as tuples have no derivative here: use `interpolate.make_interp_spline` or "
            "`interpolate.CubicSpline`, and what they give"
        ),
        "pchip_interpolate griddata": (
            "its derivative is not known here: use `interpolate.CubicSpline`, or `interpolate.interpn` on a grid"
        ),
    },
)
