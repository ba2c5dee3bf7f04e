"""The kernels of `benchmarks/native.py`, by name."""

from __future__ import annotations

from . import (
    bodies,
    convolution,
    dense,
    factors,
    fdtd,
    heat,
    iterations,
    jacobi,
    lstm,
    mixture,
    rank_k,
    sparse,
    sweeps,
    triangular,
)
from .kernel import Kernel

FAMILIES = (
    sweeps,
    triangular,
    rank_k,
    factors,
    iterations,
    sparse,
    convolution,
    jacobi,
    heat,
    fdtd,
    bodies,
    dense,
    mixture,
    lstm,
)
KERNELS: dict[str, Kernel] = {k.name: k for family in FAMILIES for k in family.KERNELS}
