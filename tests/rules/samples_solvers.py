"""Sample calls of sums over samples, and the names of the solvers that test_scipy_solvers has programs for."""

from __future__ import annotations

import numpy as np
from samples import call, numbers_from, real, samples
from scipy import integrate, optimize

from adjoint.rules import late
from adjoint.rules.scipy import integrate as of_integrals
from adjoint.rules.scipy import optimize as of_roots

late.load_all()
numbers_from(20240612)

POINTS = np.array([0.0, 1.0, 1.5, 3.0, 3.4])
ROWS = [call(real(5)), call(real(3, 5), dx=0.5), call(real(5, 2), axis=0)]
samples(integrate.trapezoid, of=[*ROWS, call(real(5), real(5)), call(real(3, 4), real(3, 4))])
samples(
    integrate.cumulative_trapezoid,
    of=[*ROWS, call(real(5), real(5)), call(real(5), POINTS, initial=0), call(real(3, 4), real(4), axis=1)],
)
samples(integrate.cumulative_trapezoid, of=[call(real(4, 2), real(4, 2), axis=0)])
samples(integrate.simpson, integrate.cumulative_simpson, of=[*ROWS, call(real(5), x=POINTS), call(real(6))])
samples(integrate.cumulative_simpson, of=[call(real(5), initial=0.0), call(real(3, 4), dx=0.2, initial=0.7)])
samples(integrate.romb, of=[call(real(5)), call(real(2, 9), 0.5), call(real(5, 2), axis=0)])

# What calls a function: a sample would have to move what the function is not called with
samples(
    integrate.quad, integrate.odeint, of_integrals.states_of, optimize.brentq, optimize.brenth, optimize.bisect,
    optimize.ridder, optimize.toms748, optimize.newton, optimize.fixed_point, optimize.fsolve, of_roots.root_of,
    of_roots.scalar_root_of, of_roots.minimum_of, of_roots.scalar_minimum_of,
    of=[],
)  # fmt: skip
