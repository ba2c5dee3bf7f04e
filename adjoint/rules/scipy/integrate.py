"""Rules of `scipy.integrate`: sums over samples, integrals by parameters and limits, initial value problems.

Second derivatives of what calls the user's function are refused.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy import integrate

from adjoint.errors import UnsupportedArgument
from adjoint.rules import late
from adjoint.rules import numerical as of_numpy
from adjoint.rules.declare import constant, jvp, linear, vjp
from adjoint.rules.scipy.callbacks import as_tuple, like_args, pulled, pushed, scaled
from adjoint.rules.scipy.transpose import along
from adjoint.runtime.arrays import unbroadcast

# Samples


if integrate.trapezoid is not np.trapezoid:
    vjp(integrate.trapezoid, operands=("y", "x", "dx"))(of_numpy.trapezoid)
    jvp(integrate.trapezoid)(of_numpy.trapezoid_jvp)


@vjp(integrate.cumulative_trapezoid, operands=("y", "x"))
def cumulative_trapezoid(
    y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1, initial: Any = None, *, out_bar: Any
) -> Any:
    rows, widths = np.moveaxis(y, axis, -1), steps_of(x, dx, axis)
    g = np.moveaxis(out_bar, axis, -1)
    g = g if initial is None else g[..., 1:]
    rest = np.flip(np.cumsum(np.flip(g, -1), axis=-1), -1)  # each trapezium is in all the sums behind it
    parts = np.broadcast_to(rest * widths / 2, rest.shape)
    zero = np.zeros(rest.shape[:-1] + (1,), dtype=parts.dtype)
    y_bar = np.concatenate([parts, zero], axis=-1) + np.concatenate([zero, parts], axis=-1)
    y_bar = unbroadcast(np.moveaxis(y_bar, -1, axis), y) + 0.0
    if x is None:
        return y_bar, 0.0
    heights = rest * (rows[..., 1:] + rows[..., :-1]) / 2
    x_bar = np.concatenate([zero, heights], axis=-1) - np.concatenate([heights, zero], axis=-1)
    return y_bar, unbroadcast(x_bar if np.ndim(x) == 1 else np.moveaxis(x_bar, -1, axis), x) + 0.0


@jvp(integrate.cumulative_trapezoid)
def cumulative_trapezoid_jvp(
    y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1, initial: Any = None, *, y_dot: Any, x_dot: Any
) -> Any:
    by_y = integrate.cumulative_trapezoid(y_dot, x, dx, axis, initial)
    return by_y, 0.0 if x is None else integrate.cumulative_trapezoid(y, x_dot, dx, axis, initial)


def steps_of(x: Any, dx: Any, axis: int) -> Any:
    """The widths between samples, along the last axis."""
    if x is None:
        return dx
    points = x if np.ndim(x) == 1 else np.moveaxis(x, axis, -1)
    return points[..., 1:] - points[..., :-1]


# Weighted sums, the weights being those that unit samples get


@linear(integrate.simpson, operands=("y",))
def simpson(y: Any, x: Any = None, *, dx: Any = 1.0, axis: Any = -1, out_bar: Any) -> Any:
    def weights(columns: Any) -> Any:
        return np.reshape(integrate.simpson(columns, x, dx=dx, axis=0), (1, -1))

    check_points(x)
    return along(weights, np.expand_dims(out_bar, axis), np.shape(y)[axis], axis)


@jvp(integrate.cumulative_simpson)
def cumulative_simpson_jvp(
    y: Any, *, x: Any = None, dx: Any = 1.0, axis: Any = -1, initial: Any = None, y_dot: Any
) -> Any:
    first = None if initial is None else 0.0
    return integrate.cumulative_simpson(y_dot, x=x, dx=dx, axis=axis, initial=first)


@vjp(integrate.cumulative_simpson, operands=("y",))
def cumulative_simpson(
    y: Any, *, x: Any = None, dx: Any = 1.0, axis: Any = -1, initial: Any = None, out_bar: Any
) -> Any:
    def sums(columns: Any) -> Any:
        found = integrate.cumulative_simpson(columns, x=x, dx=dx, axis=0)
        return found if initial is None else np.concatenate([np.zeros_like(found[:1]), found])

    check_points(x)
    return along(sums, out_bar, np.shape(y)[axis], axis)


@linear(integrate.romb, operands=("y",))
def romb(y: Any, dx: Any = 1.0, axis: Any = -1, *, out_bar: Any) -> Any:
    def weights(columns: Any) -> Any:
        return np.reshape(integrate.romb(columns, dx, 0), (1, -1))

    return along(weights, np.expand_dims(out_bar, axis), np.shape(y)[axis], axis)


@constant
def check_points(x: Any) -> None:
    """Refuse points of their own for each row.

    Raises:
        UnsupportedArgument: if there are such.
    """
    if np.ndim(x) > 1:
        raise UnsupportedArgument("points that differ from row to row have no derivative rule; take one row at a time")


# Integrals: by the limits the function's values there, by the parameters the integrals of its derivatives. The estimate
# of the error has no derivative.

QUAD = ("epsabs", "epsrel", "limit", "points")


@vjp(integrate.quad, operands=("a", "b", "args"), ignored=QUAD)
def quad(func: Any, a: Any, b: Any, args: Any = (), *, out_bar: Any) -> Any:
    given, g = as_tuple(args), out_bar[0]
    a_bar = 0.0 if np.isinf(a) else -g * func(a, *given)
    b_bar = 0.0 if np.isinf(b) else g * func(b, *given)
    return a_bar, b_bar, scaled(of_parameters(func, a, b, args), g) if given else like_args(args, ())


@jvp(integrate.quad, ignored=QUAD)
def quad_jvp(func: Any, a: Any, b: Any, args: Any = (), *, a_dot: Any, b_dot: Any, args_dot: Any) -> Any:
    given, dots = as_tuple(args), as_tuple(args_dot)
    by_a = 0.0 if np.isinf(a) else -a_dot * func(a, *given)
    by_b = 0.0 if np.isinf(b) else b_dot * func(b, *given)
    inner = integrate.quad_vec(lambda t: pushed(func, (t, *given), (0.0, *dots)), a, b)[0] if given else 0.0
    return (by_a, 0.0), (by_b, 0.0), (inner, 0.0)


def of_parameters(func: Any, a: Any, b: Any, args: Any) -> Any:
    """The integral of a function's derivatives by its parameters, in their form."""
    given = as_tuple(args)
    shape = [np.shape(arg) for arg in given]
    ends = np.cumsum([int(np.prod(s)) for s in shape])
    flat = integrate.quad_vec(lambda t: flattened(pulled(func, (t, *given), 1.0)[1:], given), a, b)[0]
    parts = [np.reshape(part, s) for part, s in zip(np.split(flat, ends[:-1]), shape, strict=True)]
    return like_args(args, [part if np.ndim(part) else float(part) for part in parts])


def flattened(parts: Any, like: Any) -> Any:
    """Cotangents of numbers and arrays one behind the other."""
    return np.concatenate([np.ravel(np.broadcast_to(p, np.shape(v))) for p, v in zip(parts, like, strict=True)])


# Initial value problems. With dy/dt = f(t, y, p) the cotangent of y obeys dλ/dt = -λ f_y between the times of the
# result, at each of which its own cotangent is added, and p_bar is the integral of λ f_p: L. S. Pontryagin et al.
# (1962), "The mathematical theory of optimal processes". The tangent obeys ds/dt = f_y s + f_p dp.


class Trajectory(NamedTuple):
    """What `scipy.integrate.solve_ivp` finds."""

    t: Any
    y: Any
    success: bool
    status: int
    message: str
    nfev: int


def solve_ivp(
    fun: Any,
    t_span: Any,
    y0: Any,
    method: Any = "RK45",
    t_eval: Any = None,
    dense_output: Any = False,
    events: Any = None,
    vectorized: Any = False,
    args: Any = None,
    rtol: Any = 1e-3,
    atol: Any = 1e-6,
    max_step: Any = np.inf,
    first_step: Any = None,
    jac: Any = None,
) -> Trajectory:
    """`scipy.integrate.solve_ivp` without events and continuous output."""
    check_plain(dense_output, events, vectorized, first_step, jac)
    y, details = states_of(fun, t_span, y0, args, method, t_eval, (rtol, atol, max_step))
    t, success, status, message, nfev = course(details)
    return Trajectory(t, y, success, status, message, nfev)


@constant
def check_plain(dense_output: Any, events: Any, vectorized: Any, first_step: Any, jac: Any) -> None:
    """Refuse what the trajectory alone does not give, and what does not fit the equations of the derivatives.

    Raises:
        UnsupportedArgument: if it is asked for.
    """
    given = {"dense_output": dense_output, "vectorized": vectorized, "events": events, "jac": jac}
    for name, value in (*given.items(), ("first_step", first_step)):
        if value is not None and value is not False:
            raise UnsupportedArgument(
                f"solve_ivp with {name}= is not differentiated\n  Ask for the times that you need in `t_eval`."
            )


def course(details: Any) -> tuple[Any, ...]:
    """The times of a trajectory, and what a result says besides."""
    return details.t, details.success, details.status, details.message, details.nfev


def states_of(fun: Any, t_span: Any, y0: Any, args: Any, method: Any, t_eval: Any, tolerances: Any) -> Any:
    """The states at the times asked for, and the whole result."""
    rtol, atol, max_step = tolerances
    found = integrate.solve_ivp(fun, t_span, y0, method, t_eval, args=args, rtol=rtol, atol=atol, max_step=max_step)
    return found.y, found


@vjp(states_of, operands=("y0", "args"))
def states_of_vjp(
    fun: Any,
    t_span: Any,
    y0: Any,
    args: Any,
    method: Any,
    t_eval: Any,
    tolerances: Any,
    *,
    out: Any,
    out_bar: Any,
) -> Any:
    times = np.concatenate([[t_span[0]], out[1].t])
    return backwards(fun, times, y0, as_tuple(args), args, out_bar[0].T, (method, *tolerances))


@jvp(states_of)
def states_of_jvp(
    fun: Any,
    t_span: Any,
    y0: Any,
    args: Any,
    method: Any,
    t_eval: Any,
    tolerances: Any,
    *,
    out: Any,
    y0_dot: Any,
    args_dot: Any,
) -> Any:
    still = [np.zeros_like(a) if np.ndim(a) else 0.0 for a in as_tuple(args)]
    given, settings = (fun, t_span, out[1].t, y0, as_tuple(args)), (method, *tolerances)
    by_start = variation(*given, y0_dot, still, settings)
    by_args = variation(*given, np.zeros(np.shape(y0)), as_tuple(args_dot), settings) if as_tuple(args) else 0.0
    return (by_start, 0.0), (by_args, 0.0)


@vjp(integrate.odeint, operands=("y0", "args"), ignored=("mxstep", "hmax", "h0", "hmin", "Dfun", "col_deriv"))
def odeint(
    func: Any,
    y0: Any,
    t: Any,
    args: Any = (),
    *,
    rtol: Any = 1.49e-8,
    atol: Any = 1.49e-8,
    tfirst: Any = False,
    out_bar: Any,
) -> Any:
    fun = func if tfirst else time_first(func)
    times = np.concatenate([t[:1], t])
    settings = ("LSODA", rtol or 1.49e-8, atol or 1.49e-8, np.inf)
    return backwards(fun, times, y0, as_tuple(args), args, out_bar, settings)


@jvp(integrate.odeint, ignored=("mxstep", "hmax", "h0", "hmin", "Dfun", "col_deriv"))
def odeint_jvp(
    func: Any,
    y0: Any,
    t: Any,
    args: Any = (),
    *,
    rtol: Any = 1.49e-8,
    atol: Any = 1.49e-8,
    tfirst: Any = False,
    y0_dot: Any,
    args_dot: Any,
) -> Any:
    fun = func if tfirst else time_first(func)
    still = [np.zeros_like(a) if np.ndim(a) else 0.0 for a in as_tuple(args)]
    given = (fun, (t[0], t[-1]), t, np.atleast_1d(y0), as_tuple(args))
    settings = ("LSODA", rtol or 1.49e-8, atol or 1.49e-8, np.inf)
    by_start = variation(*given, np.atleast_1d(y0_dot), still, settings).T
    moved = variation(*given, np.zeros(np.size(y0)), as_tuple(args_dot), settings).T if as_tuple(args) else 0.0
    return by_start, moved


def time_first(func: Any) -> Any:
    """A right-hand side that takes the time before the state, kept with the function."""
    from adjoint.caching import kept_with

    return kept_with(func, ("time first",), lambda: lambda t, y, *args: func(y, t, *args))


def backwards(fun: Any, times: Any, y0: Any, given: Any, args: Any, rows_bar: Any, settings: Any) -> Any:
    """The cotangents of the start, with which `times` begin, and of the parameters; `rows_bar` are for the others."""
    method, rtol, atol, max_step = settings
    options = {"method": method, "rtol": rtol, "atol": atol, "max_step": max_step}
    n = np.size(y0)
    path = integrate.solve_ivp(fun, (times[0], times[-1]), np.atleast_1d(y0), args=given, dense_output=True, **options)

    def slopes(t: float, bars: Any) -> Any:
        _, state_bar, *others = pulled(fun, (float(t), path.sol(t), *given), bars[:n])
        return -np.concatenate([np.ravel(np.broadcast_to(state_bar, n)), flattened(others, given) if given else []])

    bars = np.zeros(n + sum(np.size(a) for a in given))
    for k in range(len(times) - 1, 0, -1):
        bars[:n] += np.ravel(rows_bar[k - 1])
        if times[k] != times[k - 1]:
            bars = integrate.solve_ivp(slopes, (times[k], times[k - 1]), bars, **options).y[:, -1]
    ends = np.cumsum([n, *[np.size(a) for a in given]])
    parts = [np.reshape(p, np.shape(a)) for p, a in zip(np.split(bars, ends[:-1])[1:], given, strict=True)]
    shaped = [p if np.ndim(p) else float(p) for p in parts]
    return np.reshape(bars[:n], np.shape(y0)), like_args(args, shaped) if given else 0.0


def variation(fun: Any, t_span: Any, times: Any, y0: Any, given: Any, y0_dot: Any, dots: Any, settings: Any) -> Any:
    """The tangents of the states at these times, one a column."""
    method, rtol, atol, max_step = settings
    n = np.size(y0)

    def slopes(t: float, both: Any) -> Any:
        state, state_dot = both[:n], both[n:]
        change = pushed(fun, (float(t), state, *given), (0.0, state_dot, *dots))
        return np.concatenate([np.ravel(fun(t, state, *given)), np.ravel(change)])

    start = np.concatenate([np.ravel(y0), np.ravel(y0_dot)])
    found = integrate.solve_ivp(slopes, t_span, start, method, times, rtol=rtol, atol=atol, max_step=max_step)
    return found.y[n:]


late.WRITTEN[integrate.solve_ivp] = solve_ivp
constant(integrate.newton_cotes)
constant(course, pure=False)


# With nodes that are given once


def fixed_quad(func: Any, a: Any, b: Any, args: Any = (), n: Any = 5) -> Any:
    """`scipy.integrate.fixed_quad`, by the limits and the arguments."""
    nodes, weights = gauss_nodes(n)
    return (b - a) / 2 * np.sum(weights * func((b - a) * (nodes + 1) / 2 + a, *args), axis=-1), None


@constant
def gauss_nodes(n: int) -> Any:
    """The nodes and weights of Gauss's rule between -1 and 1."""
    return np.polynomial.legendre.leggauss(n)


late.WRITTEN[integrate.fixed_quad] = fixed_quad
late.refuse(
    integrate,
    {
        "dblquad tplquad nquad cubature nsum qmc_quad quad_vec tanhsinh": (
            "how it depends on what the function is given is not known here: use `integrate.quad`, "
            "`integrate.fixed_quad`, or a sum over nodes"
        ),
        "solve_bvp": "how its solution depends on parameters is not known here: use `optimize.root` of the equations",
    },
)
if hasattr(integrate, "lebedev_rule"):
    constant(integrate.lebedev_rule)
