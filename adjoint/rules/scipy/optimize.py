"""Rules of `scipy.optimize`: solutions by the parameters in `args=`, after the implicit function theorem.

F(x, p) = 0 gives dx = -F_x⁻¹ F_p dp, and a minimum of f has F = f_x. Where the search starts, and between which bounds,
does not matter to where it ends. Second derivatives are refused.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy import optimize

from adjoint.errors import UnsupportedArgument
from adjoint.rules import late
from adjoint.rules.declare import constant, jvp, vjp
from adjoint.rules.scipy.callbacks import as_tuple, jacobian, like_args, pulled, pushed, scaled, still

BRACKETED = (optimize.brentq, optimize.brenth, optimize.bisect, optimize.ridder, optimize.toms748)
SETTINGS = ("xtol", "rtol", "maxiter", "disp", "k")
NEWTON = ("fprime", "fprime2", "tol", "rtol", "maxiter", "disp", "x1")
FSOLVE = ("fprime", "col_deriv", "xtol", "maxfev", "band", "epsfcn", "factor", "diag")

# Roots of one equation


@vjp(*BRACKETED, operands=("args",), shaped=("a", "b"), ignored=SETTINGS)
def bracketed(f: Any, a: Any, b: Any, args: Any = (), *, out: Any, out_bar: Any) -> Any:
    return root_bar(f, out, args, out_bar)


@jvp(*BRACKETED, ignored=SETTINGS)
def bracketed_jvp(f: Any, a: Any, b: Any, args: Any = (), *, out: Any, args_dot: Any) -> Any:
    return root_dot(f, out, args, args_dot)


@vjp(optimize.newton, operands=("args",), shaped=("x0",), ignored=NEWTON)
def newton(func: Any, x0: Any, *, args: Any = (), out: Any, out_bar: Any) -> Any:
    check_one_number(out)
    return root_bar(func, out, args, out_bar)


@jvp(optimize.newton, ignored=NEWTON)
def newton_jvp(func: Any, x0: Any, *, args: Any = (), out: Any, args_dot: Any) -> Any:
    check_one_number(out)
    return root_dot(func, out, args, args_dot)


def check_one_number(out: Any) -> None:
    """Refuse several roots at once."""
    if np.ndim(out):
        raise UnsupportedArgument("optimize.newton of an array is not differentiated\n  Use optimize.fsolve.")


def root_bar(f: Any, root: Any, args: Any, out_bar: Any) -> Any:
    """The cotangents of the parameters of an equation with this root."""
    slope, *by_args = pulled(f, (float(root), *as_tuple(args)), 1.0)
    return like_args(args, [scaled(g, -out_bar / slope) for g in by_args])


def root_dot(f: Any, root: Any, args: Any, args_dot: Any) -> Any:
    """The tangent of the root."""
    given = as_tuple(args)
    slope = pulled(f, (float(root), *given), 1.0)[0]
    return -pushed(f, (float(root), *given), (0.0, *as_tuple(args_dot))) / slope


# Points that a function maps to themselves: x - f(x) = 0


@vjp(optimize.fixed_point, operands=("args",), shaped=("x0",), ignored=("xtol", "maxiter", "method"))
def fixed_point(func: Any, x0: Any, args: Any = (), *, out: Any, out_bar: Any) -> Any:
    given = (point_of(out), *as_tuple(args))
    rest = np.eye(np.size(out)) - square(func, given)
    weights = np.linalg.solve(rest.T, np.ravel(out_bar))
    return like_args(args, pulled(func, given, weights)[1:])


@jvp(optimize.fixed_point, ignored=("xtol", "maxiter", "method"))
def fixed_point_jvp(func: Any, x0: Any, args: Any = (), *, out: Any, args_dot: Any) -> Any:
    given = (point_of(out), *as_tuple(args))
    rest = np.eye(np.size(out)) - square(func, given)
    moved = pushed(func, given, (*still(given[:1]), *as_tuple(args_dot)))
    return np.reshape(np.linalg.solve(rest, np.ravel(moved)), np.shape(out))


def point_of(out: Any) -> Any:
    """A solution as a function is called with it."""
    return out if np.ndim(out) else float(out)


def square(f: Any, args: Any) -> Any:
    """The Jacobian of a function of as many results as unknowns."""
    found = np.reshape(jacobian(f, args), (-1, np.size(args[0])))
    if found.shape[0] != found.shape[1]:
        raise UnsupportedArgument("a system with another number of equations than unknowns is not differentiated")
    return found


# Roots of several equations


@vjp(optimize.fsolve, operands=("args",), shaped=("x0",), ignored=FSOLVE)
def fsolve(func: Any, x0: Any, args: Any = (), *, out: Any, out_bar: Any) -> Any:
    return system_bar(func, out, args, out_bar)


@jvp(optimize.fsolve, ignored=FSOLVE)
def fsolve_jvp(func: Any, x0: Any, args: Any = (), *, out: Any, args_dot: Any) -> Any:
    return system_dot(func, out, args, args_dot)


def system_bar(f: Any, x: Any, args: Any, x_bar: Any) -> Any:
    """The cotangents of the parameters of a system with this solution."""
    given = (x, *as_tuple(args))
    weights = np.linalg.solve(square(f, given).T, np.ravel(x_bar))
    return like_args(args, pulled(f, given, -weights)[1:])


def system_dot(f: Any, x: Any, args: Any, args_dot: Any) -> Any:
    """The tangent of the solution."""
    given = (x, *as_tuple(args))
    moved = pushed(f, given, (*still(given[:1]), *as_tuple(args_dot)))
    return np.reshape(-np.linalg.solve(square(f, given), np.ravel(moved)), np.shape(x))


# What SciPy returns as an object is one of ours, whose first part varies: calls of `root` become calls of the functions
# below, which are written into their callers.


class Root(NamedTuple):
    """What `scipy.optimize.root` finds."""

    x: Any
    success: bool
    status: int
    message: str
    nfev: int


class ScalarRoot(NamedTuple):
    """What `scipy.optimize.root_scalar` finds."""

    root: Any
    converged: bool
    flag: str
    iterations: int
    function_calls: int


class Minimum(NamedTuple):
    """What `scipy.optimize.minimize` and `minimize_scalar` find."""

    x: Any
    fun: Any
    success: bool
    status: int
    message: str
    nfev: int
    nit: int


def root(
    fun: Any,
    x0: Any,
    args: Any = (),
    method: Any = "hybr",
    jac: Any = None,
    tol: Any = None,
    callback: Any = None,
    options: Any = None,
) -> Root:
    """`scipy.optimize.root`."""
    check_free(None, (), callback)
    x, details = root_of(fun, x0, args, method, jac, tol, options)
    success, status, message, nfev = report(details, ("success", "status", "message", "nfev"))
    return Root(x, success, status, message, nfev)


def root_scalar(
    f: Any,
    args: Any = (),
    method: Any = None,
    bracket: Any = None,
    fprime: Any = None,
    fprime2: Any = None,
    x0: Any = None,
    x1: Any = None,
    xtol: Any = None,
    rtol: Any = None,
    maxiter: Any = None,
) -> ScalarRoot:
    """`scipy.optimize.root_scalar`."""
    x, details = scalar_root_of(f, args, method, bracket, fprime, fprime2, x0, x1, xtol, rtol, maxiter)
    converged, flag, iterations, calls = report(details, ("converged", "flag", "iterations", "function_calls"))
    return ScalarRoot(x, converged, flag, iterations, calls)


def minimize(
    fun: Any,
    x0: Any,
    args: Any = (),
    method: Any = None,
    jac: Any = None,
    hess: Any = None,
    hessp: Any = None,
    bounds: Any = None,
    constraints: Any = (),
    tol: Any = None,
    callback: Any = None,
    options: Any = None,
) -> Minimum:
    """`scipy.optimize.minimize` without bounds and constraints."""
    check_free(bounds, constraints, callback)
    x, least, details = minimum_of(fun, x0, args, method, jac, hess, hessp, tol, options)
    success, status, message, nfev, nit = report(details, ("success", "status", "message", "nfev", "nit"))
    return Minimum(x, least, success, status, message, nfev, nit)


def minimize_scalar(
    fun: Any,
    bracket: Any = None,
    bounds: Any = None,
    args: Any = (),
    method: Any = None,
    tol: Any = None,
    options: Any = None,
) -> Minimum:
    """`scipy.optimize.minimize_scalar`, of a minimum within the bounds."""
    x, least, details = scalar_minimum_of(fun, bracket, bounds, args, method, tol, options)
    success, status, message, nfev, nit = report(details, ("success", "status", "message", "nfev", "nit"))
    return Minimum(x, least, success, status, message, nfev, nit)


def check_free(bounds: Any, constraints: Any, callback: Any) -> None:
    """Refuse bounds and constraints, at which a minimum is no root of the gradient, and calls on the way.

    Raises:
        UnsupportedArgument: if there are any.
    """
    for name, value in (("bounds", bounds), ("constraints", constraints or None), ("callback", callback)):
        if value is not None:
            raise UnsupportedArgument(
                f"optimize with {name}= is not differentiated\n"
                "  Transform the unknowns so that they need none: np.exp(z) is positive, say."
            )


def report(details: Any, names: Any) -> tuple[Any, ...]:
    """What a result says besides."""
    return tuple([getattr(details, name, None) for name in names])


def root_of(fun: Any, x0: Any, args: Any, method: Any, jac: Any, tol: Any, options: Any) -> Any:
    """The solution, and the whole result."""
    found = optimize.root(fun, x0, args, method, jac, tol, None, options)
    return found.x, found


@vjp(root_of, operands=("args",), shaped=("x0",))
def root_of_vjp(
    fun: Any, x0: Any, args: Any, method: Any, jac: Any, tol: Any, options: Any, *, out: Any, out_bar: Any
) -> Any:
    return system_bar(without_jacobian(fun, jac), out[0], args, out_bar[0])


@jvp(root_of)
def root_of_jvp(
    fun: Any, x0: Any, args: Any, method: Any, jac: Any, tol: Any, options: Any, *, out: Any, args_dot: Any
) -> Any:
    return system_dot(without_jacobian(fun, jac), out[0], args, args_dot), 0.0


def without_jacobian(fun: Any, jac: Any) -> Any:
    """Refuse a function that gives its Jacobian as well."""
    if jac is True:
        raise UnsupportedArgument("jac=True is not followed here\n  Let `fun` return its value alone, and pass `jac`.")
    return fun


def scalar_root_of(f: Any, args: Any, *settings: Any) -> Any:
    """The root, and the whole result."""
    names = ("method", "bracket", "fprime", "fprime2", "x0", "x1", "xtol", "rtol", "maxiter")
    found = optimize.root_scalar(f, args, **dict(zip(names, settings, strict=True)))
    return found.root, found


@vjp(scalar_root_of, operands=("args",))
def scalar_root_of_vjp(f: Any, args: Any, *settings: Any, out: Any, out_bar: Any) -> Any:
    return root_bar(without_jacobian(f, settings[2]), out[0], args, out_bar[0])


@jvp(scalar_root_of)
def scalar_root_of_jvp(f: Any, args: Any, *settings: Any, out: Any, args_dot: Any) -> Any:
    return root_dot(without_jacobian(f, settings[2]), out[0], args, args_dot), 0.0


# Minima: roots of the gradient. The least value changes as the function does where the minimum lies.


def minimum_of(
    fun: Any, x0: Any, args: Any, method: Any, jac: Any, hess: Any, hessp: Any, tol: Any, options: Any
) -> Any:
    """The minimum, the least value, and the whole result."""
    found = optimize.minimize(fun, x0, args, method, jac, hess, hessp, tol=tol, options=options)
    return found.x, float(found.fun), found


@vjp(minimum_of, operands=("args",), shaped=("x0",))
def minimum_of_vjp(
    fun: Any,
    x0: Any,
    args: Any,
    method: Any,
    jac: Any,
    hess: Any,
    hessp: Any,
    tol: Any,
    options: Any,
    *,
    out: Any,
    out_bar: Any,
) -> Any:
    return minimum_bar(without_jacobian(fun, jac), out[0], args, out_bar)


@jvp(minimum_of)
def minimum_of_jvp(
    fun: Any,
    x0: Any,
    args: Any,
    method: Any,
    jac: Any,
    hess: Any,
    hessp: Any,
    tol: Any,
    options: Any,
    *,
    out: Any,
    args_dot: Any,
) -> Any:
    return (*minimum_dot(without_jacobian(fun, jac), out[0], args, args_dot), 0.0)


def scalar_minimum_of(fun: Any, bracket: Any, bounds: Any, args: Any, method: Any, tol: Any, options: Any) -> Any:
    """The minimum, the least value, and the whole result."""
    found = optimize.minimize_scalar(fun, bracket, bounds, args, method, tol, options)
    if bounds is not None and min(abs(found.x - np.asarray(bounds))) < 1e-4 * abs(bounds[1] - bounds[0]):
        raise UnsupportedArgument("a minimum at a bound is not differentiated")
    return float(found.x), float(found.fun), found


@vjp(scalar_minimum_of, operands=("args",), shaped=("bracket",))
def scalar_minimum_of_vjp(
    fun: Any, bracket: Any, bounds: Any, args: Any, method: Any, tol: Any, options: Any, *, out: Any, out_bar: Any
) -> Any:
    return minimum_bar(fun, out[0], args, out_bar)


@jvp(scalar_minimum_of)
def scalar_minimum_of_jvp(
    fun: Any, bracket: Any, bounds: Any, args: Any, method: Any, tol: Any, options: Any, *, out: Any, args_dot: Any
) -> Any:
    return (*minimum_dot(fun, out[0], args, args_dot), 0.0)


def minimum_bar(fun: Any, x: Any, args: Any, out_bar: Any) -> Any:
    """The cotangents of the parameters of a function with this minimum."""
    given = (x, *as_tuple(args))
    by_place = system_bar(gradient_of(fun), x, as_tuple(args), out_bar[0])
    by_value = pulled(fun, given, out_bar[1])[1:]
    return like_args(args, [added(a, b) for a, b in zip(by_place, by_value, strict=True)])


def minimum_dot(fun: Any, x: Any, args: Any, args_dot: Any) -> Any:
    """The tangents of the minimum and of the least value."""
    given = (x, *as_tuple(args))
    moved = pushed(fun, given, (*still(given[:1]), *as_tuple(args_dot)))
    x_dot = system_dot(gradient_of(fun), x, as_tuple(args), as_tuple(args_dot))
    return (x_dot if np.ndim(x) else float(x_dot)), moved


def added(a: Any, b: Any) -> Any:
    """The sum of two cotangents."""
    return type(a)([added(x, y) for x, y in zip(a, b, strict=True)]) if isinstance(a, (list, tuple)) else a + b


def gradient_of(fun: Any) -> Any:
    """The gradient of a function by its first argument, kept with the function."""
    from adjoint.caching import kept_with
    from adjoint.gradient import Gradient

    return kept_with(fun, ("gradient",), lambda: Gradient(fun, 0, "grad"))


late.WRITTEN.update(
    {
        optimize.root: root,
        optimize.root_scalar: root_scalar,
        optimize.minimize: minimize,
        optimize.minimize_scalar: minimize_scalar,
    }
)
constant(check_free, report, pure=False)


# Rosenbrock's function and its derivatives


def rosen(x: Any) -> Any:
    """`scipy.optimize.rosen`"""
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2, axis=0)


def rosen_der(x: Any) -> Any:
    """`scipy.optimize.rosen_der`"""
    ahead, back = x[1:] - x[:-1] ** 2, np.zeros_like(x[:1])
    return np.concatenate([-400 * x[:-1] * ahead - 2 * (1 - x[:-1]), back]) + np.concatenate([back, 200 * ahead])


def rosen_hess(x: Any) -> Any:
    """`scipy.optimize.rosen_hess`"""
    own = np.concatenate([1200 * x[:-1] ** 2 - 400 * x[1:] + 2, np.zeros(1)]) + np.concatenate(
        [np.zeros(1), np.full(len(x) - 1, 200.0)]
    )
    beside = np.diag(-400 * x[:-1], 1)
    return np.diag(own) + beside + beside.T


def rosen_hess_prod(x: Any, p: Any) -> Any:
    """`scipy.optimize.rosen_hess_prod`"""
    return rosen_hess(x) @ p


late.WRITTEN.update(
    {
        optimize.rosen: rosen,
        optimize.rosen_der: rosen_der,
        optimize.rosen_hess: rosen_hess,
        optimize.rosen_hess_prod: rosen_hess_prod,
    }
)
late.refuse(
    optimize,
    {
        "basinhopping bracket brent brute differential_evolution direct dual_annealing fmin fmin_bfgs fmin_cg "
        "fmin_cobyla fmin_l_bfgs_b fmin_ncg fmin_powell fmin_slsqp fmin_tnc fminbound golden line_search shgo": (
            "it is followed no further: use `optimize.minimize` or `optimize.minimize_scalar`, whose minimum has a "
            "derivative by the parameters in `args=`"
        ),
        "anderson broyden1 broyden2 diagbroyden excitingmixing linearmixing newton_krylov": (
            "it is followed no further: use `optimize.root`, whose root has a derivative by the parameters in `args=`"
        ),
        "curve_fit least_squares leastsq lsq_linear nnls isotonic_regression": (
            "it is followed no further: use `np.linalg.lstsq`, or `optimize.minimize` of the sum of squares"
        ),
        "linprog milp quadratic_assignment": "its solution changes in jumps, and where it does not, is not known here",
        "approx_fprime check_grad": "it takes differences: use `adjoint.grad`, or `adjoint.jacobian`",
        "show_options linprog_verbose_callback": "it prints, and computes no numbers",
    },
)
constant(optimize.linear_sum_assignment)
