"""Rules of `scipy.linalg`: importing this package declares them.

Matrices are (n, n) unless it is said otherwise; stacks of them are refused where NumPy has no such function.
`overwrite_a=True` and its like, which leave an argument changed, are refused.
"""

from scipy import linalg

from adjoint.rules import late
from adjoint.rules.scipy.linalg import banded, bases, factors, functions, riccati, sorted, structured, systems, written

__all__ = [
    "banded", "bases", "factors", "functions", "riccati", "sorted", "structured", "systems", "written",
]  # fmt: skip

# Complex or real, as the values are.
late.OPEN.update((linalg.eig, linalg.eigvals, linalg.logm, linalg.sqrtm, linalg.fractional_matrix_power))
