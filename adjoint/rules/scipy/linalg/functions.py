"""Functions of matrices. With E the direction, f([[A, E], [0, A]]) = [[f(A), L(A, E)], [0, f(A)]], L being the
derivative of f at A along E; its transpose is L(Aᵀ, ·). R. Mathias (1996), "A chain rule for matrix functions and
applications". The square root has a Sylvester equation instead: S dS + dS S = dA."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from adjoint.rules import linalg as of_numpy
from adjoint.rules.declare import jvp, vjp


def with_direction(a: Any, e: Any) -> Any:
    """The matrix [[A, E], [0, A]]."""
    upper = np.concatenate([a, e], axis=-1)
    return np.concatenate([upper, np.concatenate([np.zeros_like(a), a], axis=-1)], axis=-2)


def corner(f: Any) -> Any:
    """The upper right quarter of a matrix."""
    n = f.shape[-1] // 2
    return f[..., :n, n:]


def like(m: Any, other: Any) -> Any:
    """The matrix, without the imaginary parts that rounding leaves where the other is real."""
    return m if np.iscomplexobj(other) else np.real(m)


@jvp(linalg.expm)
def expm_jvp(A: Any, *, A_dot: Any) -> Any:
    return corner(linalg.expm(with_direction(A, A_dot)))


@vjp(linalg.expm)
def expm(A: Any, *, out_bar: Any) -> Any:
    return corner(linalg.expm(with_direction(np.swapaxes(A, -1, -2), out_bar))) + 0.0


@jvp(linalg.logm)
def logm_jvp(A: Any, *, out: Any, A_dot: Any) -> Any:
    return like(corner(linalg.logm(with_direction(A, A_dot))), out)


@vjp(linalg.logm)
def logm(A: Any, *, out_bar: Any) -> Any:
    return like(corner(linalg.logm(with_direction(A.T, out_bar))) + 0.0, A)


@jvp(linalg.sqrtm)
def sqrtm_jvp(A: Any, *, out: Any, A_dot: Any) -> Any:
    return like(linalg.solve_sylvester(out, out, A_dot), out)


@vjp(linalg.sqrtm)
def sqrtm(A: Any, *, out: Any, out_bar: Any) -> Any:
    return like(linalg.solve_sylvester(out.T, out.T, out_bar), A)


@jvp(linalg.fractional_matrix_power)
def power_jvp(A: Any, t: Any, *, out: Any, A_dot: Any) -> Any:
    return like(corner(linalg.fractional_matrix_power(with_direction(A, A_dot), t)), out)


@vjp(linalg.fractional_matrix_power, operands=("A",))
def power(A: Any, t: Any, *, out_bar: Any) -> Any:
    return like(corner(linalg.fractional_matrix_power(with_direction(A.T, out_bar), t)) + 0.0, A)


@jvp(linalg.sinm)
def sinm_jvp(A: Any, *, A_dot: Any) -> Any:
    return corner(linalg.sinm(with_direction(A, A_dot)))


@vjp(linalg.sinm)
def sinm(A: Any, *, out_bar: Any) -> Any:
    return corner(linalg.sinm(with_direction(A.T, out_bar))) + 0.0


@jvp(linalg.cosm)
def cosm_jvp(A: Any, *, A_dot: Any) -> Any:
    return corner(linalg.cosm(with_direction(A, A_dot)))


@vjp(linalg.cosm)
def cosm(A: Any, *, out_bar: Any) -> Any:
    return corner(linalg.cosm(with_direction(A.T, out_bar))) + 0.0


@jvp(linalg.tanm)
def tanm_jvp(A: Any, *, A_dot: Any) -> Any:
    return corner(linalg.tanm(with_direction(A, A_dot)))


@vjp(linalg.tanm)
def tanm(A: Any, *, out_bar: Any) -> Any:
    return corner(linalg.tanm(with_direction(A.T, out_bar))) + 0.0


@jvp(linalg.sinhm)
def sinhm_jvp(A: Any, *, A_dot: Any) -> Any:
    return corner(linalg.sinhm(with_direction(A, A_dot)))


@vjp(linalg.sinhm)
def sinhm(A: Any, *, out_bar: Any) -> Any:
    return corner(linalg.sinhm(with_direction(A.T, out_bar))) + 0.0


@jvp(linalg.coshm)
def coshm_jvp(A: Any, *, A_dot: Any) -> Any:
    return corner(linalg.coshm(with_direction(A, A_dot)))


@vjp(linalg.coshm)
def coshm(A: Any, *, out_bar: Any) -> Any:
    return corner(linalg.coshm(with_direction(A.T, out_bar))) + 0.0


@jvp(linalg.tanhm)
def tanhm_jvp(A: Any, *, A_dot: Any) -> Any:
    return corner(linalg.tanhm(with_direction(A, A_dot)))


@vjp(linalg.tanhm)
def tanhm(A: Any, *, out_bar: Any) -> Any:
    return corner(linalg.tanhm(with_direction(A.T, out_bar))) + 0.0


# NumPy's


CHECKED = ("check_finite",)

vjp(linalg.det, ignored=CHECKED)(of_numpy.det)
jvp(linalg.det, ignored=CHECKED)(of_numpy.det_jvp)
vjp(linalg.inv, ignored=CHECKED)(of_numpy.inv)
jvp(linalg.inv, ignored=CHECKED)(of_numpy.inv_jvp)
vjp(linalg.norm, operands=("x",), renamed={"a": "x"}, ignored=CHECKED)(of_numpy.norm)
jvp(linalg.norm, renamed={"a": "x"}, ignored=CHECKED)(of_numpy.norm_jvp)
