"""Legendre functions and spherical harmonics with their derivatives, as SciPy gives them for `diff_n`.

    legendre_p(n, z, diff_n=1)          [P(z), P'(z)]: the derivative of each is the next

The last one's derivative is the last of `diff_n + 1`, which SciPy has up to 2. The first axis of a result counts
derivatives, and is there for `diff_n=0` too; the argument's axes are the last. Degrees and orders are whole numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from adjoint.errors import UnsupportedArgument
from adjoint.rules import late
from adjoint.rules.declare import constant, jvp, vjp
from adjoint.runtime.arrays import unbroadcast


@constant
def check_order(diff_n: Any) -> None:
    """Refuse what SciPy has no next derivative of.

    Raises:
        UnsupportedArgument: for second derivatives.
    """
    if diff_n > 1:
        raise UnsupportedArgument("the third derivative of Legendre functions is not in SciPy: diff_n=2 is refused")


def like_argument(g: Any, z: Any) -> Any:
    """The sum of what belongs to each argument, whose axes are the last ones."""
    return unbroadcast(np.reshape(g, (-1,) + np.shape(g)[np.ndim(g) - np.ndim(z) :]).sum(axis=0), z)


@vjp(special.legendre_p, operands=("z",))
def legendre_p(n: Any, z: Any, *, diff_n: Any = 0, out_bar: Any) -> Any:
    check_order(diff_n)
    more = special.legendre_p(n, z, diff_n=diff_n + 1)
    return like_argument(out_bar * more[1:], z)


@jvp(special.legendre_p)
def legendre_p_dot(n: Any, z: Any, *, diff_n: Any = 0, z_dot: Any) -> Any:
    check_order(diff_n)
    more = special.legendre_p(n, z, diff_n=diff_n + 1)
    return more[1:] * z_dot


@vjp(special.assoc_legendre_p, operands=("z",))
def assoc_legendre_p(
    n: Any, m: Any, z: Any, *, branch_cut: Any = 2, norm: Any = False, diff_n: Any = 0, out_bar: Any
) -> Any:
    check_order(diff_n)
    more = special.assoc_legendre_p(n, m, z, branch_cut=branch_cut, norm=norm, diff_n=diff_n + 1)
    return like_argument(out_bar * more[1:], z)


@jvp(special.assoc_legendre_p)
def assoc_legendre_p_dot(
    n: Any, m: Any, z: Any, *, branch_cut: Any = 2, norm: Any = False, diff_n: Any = 0, z_dot: Any
) -> Any:
    check_order(diff_n)
    more = special.assoc_legendre_p(n, m, z, branch_cut=branch_cut, norm=norm, diff_n=diff_n + 1)
    return more[1:] * z_dot


@vjp(special.sph_legendre_p, operands=("theta",))
def sph_legendre_p(n: Any, m: Any, theta: Any, *, diff_n: Any = 0, out_bar: Any) -> Any:
    check_order(diff_n)
    more = special.sph_legendre_p(n, m, theta, diff_n=diff_n + 1)
    return like_argument(out_bar * more[1:], theta)


@jvp(special.sph_legendre_p)
def sph_legendre_p_dot(n: Any, m: Any, theta: Any, *, diff_n: Any = 0, theta_dot: Any) -> Any:
    check_order(diff_n)
    more = special.sph_legendre_p(n, m, theta, diff_n=diff_n + 1)
    return more[1:] * theta_dot


# Of all degrees up to n, and all orders up to m and down to -m


@vjp(special.legendre_p_all, operands=("z",))
def legendre_p_all(n: Any, z: Any, *, diff_n: Any = 0, out_bar: Any) -> Any:
    check_order(diff_n)
    return like_argument(out_bar * special.legendre_p_all(n, z, diff_n=diff_n + 1)[1:], z)


@jvp(special.legendre_p_all)
def legendre_p_all_dot(n: Any, z: Any, *, diff_n: Any = 0, z_dot: Any) -> Any:
    check_order(diff_n)
    return special.legendre_p_all(n, z, diff_n=diff_n + 1)[1:] * z_dot


@vjp(special.assoc_legendre_p_all, operands=("z",))
def assoc_legendre_p_all(
    n: Any, m: Any, z: Any, *, branch_cut: Any = 2, norm: Any = False, diff_n: Any = 0, out_bar: Any
) -> Any:
    check_order(diff_n)
    more = special.assoc_legendre_p_all(n, m, z, branch_cut=branch_cut, norm=norm, diff_n=diff_n + 1)
    return like_argument(out_bar * more[1:], z)


@jvp(special.assoc_legendre_p_all)
def assoc_legendre_p_all_dot(
    n: Any, m: Any, z: Any, *, branch_cut: Any = 2, norm: Any = False, diff_n: Any = 0, z_dot: Any
) -> Any:
    check_order(diff_n)
    more = special.assoc_legendre_p_all(n, m, z, branch_cut=branch_cut, norm=norm, diff_n=diff_n + 1)
    return more[1:] * z_dot


@vjp(special.sph_legendre_p_all, operands=("theta",))
def sph_legendre_p_all(n: Any, m: Any, theta: Any, *, diff_n: Any = 0, out_bar: Any) -> Any:
    check_order(diff_n)
    return like_argument(out_bar * special.sph_legendre_p_all(n, m, theta, diff_n=diff_n + 1)[1:], theta)


@jvp(special.sph_legendre_p_all)
def sph_legendre_p_all_dot(n: Any, m: Any, theta: Any, *, diff_n: Any = 0, theta_dot: Any) -> Any:
    check_order(diff_n)
    return special.sph_legendre_p_all(n, m, theta, diff_n=diff_n + 1)[1:] * theta_dot


# Spherical harmonics are products of a function of each angle; orders from 0 on, then the negative ones.


def harmonic(n: Any, m: Any, theta: Any, phi: Any, *, diff_n: Any = 0) -> Any:
    """`scipy.special.sph_harm_y`, without derivatives besides."""
    if diff_n != 0:
        raise UnsupportedArgument("sph_harm_y with diff_n has no derivative rule; differentiate what it is without")
    return special.sph_legendre_p(n, m, theta)[0] * np.exp(1j * m * phi)


def harmonics_to(n: Any, m: Any, theta: Any, phi: Any, *, diff_n: Any = 0) -> Any:
    """`scipy.special.sph_harm_y_all`, without derivatives besides."""
    if diff_n != 0:
        raise UnsupportedArgument("sph_harm_y_all with diff_n has no derivative rule; differentiate what it is without")
    angle, turn = np.broadcast_arrays(theta, phi)
    orders = np.concatenate([np.arange(m + 1), np.arange(-m, 0)])
    return special.sph_legendre_p_all(n, m, angle)[0] * np.exp(1j * np.multiply.outer(orders, turn))


late.WRITTEN.update({special.sph_harm_y: harmonic, special.sph_harm_y_all: harmonics_to})
