"""Sample calls of interpolants and distances."""

from __future__ import annotations

import numpy as np
from samples import between, call, numbers_from, real, samples
from scipy import interpolate
from scipy.spatial import distance

from adjoint.rules import late
from adjoint.rules.scipy import interpolate as of_values

late.load_all()
numbers_from(20240613)

KNOTS = np.array([0.0, 1.0, 2.5, 3.0, 4.2, 5.0])
PLACES = np.array([0.3, 2.7, 4.9])


def settled(**settings: object) -> dict[str, object]:
    return settings


SPLINE = (interpolate.CubicSpline, settled(bc_type="not-a-knot", extrapolate=None))
NATURAL = (interpolate.CubicSpline, settled(bc_type="natural", extrapolate=None))
QUADRATIC = (interpolate.make_interp_spline, settled(k=2, t=None, bc_type=None))


def one(kind: str, fill: object = np.nan) -> tuple[object, dict[str, object]]:
    return interpolate.interp1d, settled(kind=kind, bounds_error=None, fill_value=fill, assume_sorted=False)


samples(
    of_values.values_at,
    of=[
        *[call(k, KNOTS, real(6), PLACES, 0, s) for k, s in (SPLINE, NATURAL, QUADRATIC)],
        *[call(k, KNOTS, real(6), PLACES, 0, s) for k, s in map(one, ("linear", "cubic", "quadratic", "nearest"))],
        call(SPLINE[0], KNOTS, real(6, 2), PLACES, 0, SPLINE[1]),
        call(SPLINE[0], KNOTS, real(6), 1.3, 1, SPLINE[1]),
        call(SPLINE[0], KNOTS, real(6), between(0.1, 4.9, 2, 2), 0, SPLINE[1]),
        call(one("linear")[0], KNOTS, real(6, 2), PLACES, 0, one("linear")[1]),
        call(
            one("linear")[0], KNOTS, real(6), np.array([-1.0, 0.4]), 0, {**one("linear", 0.7)[1], "bounds_error": False}
        ),
        call(one("cubic")[0], KNOTS, real(6), np.array([-0.3, 0.4]), 0, one("cubic", "extrapolate")[1]),
    ],
)
AXES = (np.array([0.0, 1.0, 3.0]), np.array([0.0, 2.0]))
samples(
    of_values.within,
    of=[
        call(AXES, real(3, 2), np.array([[0.5, 1.0], [2.0, 0.3]]), True, np.nan),
        call(AXES, real(3, 2, 2), np.array([[0.5, 1.0], [2.0, 0.3]]), True, np.nan),
        call(AXES, real(3, 2), np.array([[0.5, 1.0], [7.0, 0.3]]), False, 0.7),
        call(AXES, real(3, 2), np.array([[0.5, 1.0], [7.0, 0.3]]), False, None),
        call(AXES[:1], real(3), np.array([[0.5], [2.2]]), True, np.nan),
    ],
)

SETS = [call(real(4, 3), real(2, 3) + 0.1, metric) for metric in ("euclidean", "sqeuclidean", "cityblock", "cosine")]
samples(distance.cdist, of=[call(real(4, 3), real(2, 3)), *SETS])
samples(distance.pdist, of=[call(real(4, 3)), call(real(4, 3), "sqeuclidean"), call(real(4, 3), metric="cityblock")])
samples(distance.euclidean, distance.sqeuclidean, distance.cityblock, of=[call(real(3), real(3) + 0.1)])
