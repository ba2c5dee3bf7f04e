"""Derivative rules of SciPy, one package for each of SciPy's; `adjoint.rules.late` says when they are loaded."""
