"""Rules of `scipy.linalg`: importing this package declares them.

Matrices are (n, n) unless it is said otherwise; stacks of them are refused where NumPy has no such function.
`overwrite_a=True` and its like, which leave an argument changed, are refused.
"""

from adjoint.rules.scipy.linalg import factors, functions, structured, systems

__all__ = ["factors", "functions", "structured", "systems"]
