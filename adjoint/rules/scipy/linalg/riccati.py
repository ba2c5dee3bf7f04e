"""Algebraic Riccati equations: with the gain K and the closed loop C = A - B K, dX solves a Lyapunov equation with C.

Aᵀ X + X A - X B K + Q = 0 with K = R⁻¹ Bᵀ X, and Aᵀ X C - X + Q = 0 with K = (R + Bᵀ X B)⁻¹ Bᵀ X A. Q and R are
symmetric, which SciPy asks for. Y is the solution of the transposed Lyapunov equation.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from adjoint.rules.declare import jvp, vjp
from adjoint.rules.scipy.linalg.systems import check_real


@vjp(linalg.solve_continuous_are, ignored=("balanced",))
def solve_continuous_are(a: Any, b: Any, q: Any, r: Any, *, out: Any, out_bar: Any) -> Any:
    check_real(a, b, q, r)
    gain = np.linalg.solve(r, b.T @ out)
    y = -linalg.solve_continuous_lyapunov(a - b @ gain, out_bar)
    both = out @ (y + y.T)
    return both, -both @ gain.T, y, gain @ y @ gain.T


@jvp(linalg.solve_continuous_are, ignored=("balanced",))
def solve_continuous_are_jvp(
    a: Any, b: Any, q: Any, r: Any, *, out: Any, a_dot: Any, b_dot: Any, q_dot: Any, r_dot: Any
) -> Any:
    check_real(a, b, q, r)
    gain = np.linalg.solve(r, b.T @ out)
    loop = (a - b @ gain).T
    by_a, by_b = out @ a_dot, -out @ b_dot @ gain
    return (
        -linalg.solve_continuous_lyapunov(loop, by_a + by_a.T),
        -linalg.solve_continuous_lyapunov(loop, by_b + by_b.T),
        -linalg.solve_continuous_lyapunov(loop, q_dot),
        -linalg.solve_continuous_lyapunov(loop, gain.T @ r_dot @ gain),
    )


@vjp(linalg.solve_discrete_are, ignored=("balanced",))
def solve_discrete_are(a: Any, b: Any, q: Any, r: Any, *, out: Any, out_bar: Any) -> Any:
    check_real(a, b, q, r)
    gain = np.linalg.solve(r + b.T @ out @ b, b.T @ out @ a)
    loop = a - b @ gain
    y = linalg.solve_discrete_lyapunov(loop, out_bar)
    both = out @ loop @ (y + y.T)
    return both, -both @ gain.T, y, gain @ y @ gain.T


@jvp(linalg.solve_discrete_are, ignored=("balanced",))
def solve_discrete_are_jvp(
    a: Any, b: Any, q: Any, r: Any, *, out: Any, a_dot: Any, b_dot: Any, q_dot: Any, r_dot: Any
) -> Any:
    check_real(a, b, q, r)
    gain = np.linalg.solve(r + b.T @ out @ b, b.T @ out @ a)
    loop = a - b @ gain
    by_a, by_b = loop.T @ out @ a_dot, -loop.T @ out @ b_dot @ gain
    return (
        linalg.solve_discrete_lyapunov(loop.T, by_a + by_a.T),
        linalg.solve_discrete_lyapunov(loop.T, by_b + by_b.T),
        linalg.solve_discrete_lyapunov(loop.T, q_dot),
        linalg.solve_discrete_lyapunov(loop.T, gain.T @ r_dot @ gain),
    )
