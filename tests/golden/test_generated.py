"""The generated texts, as they are: whoever changes one looks at it first (`--update-golden` writes them anew)."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from kernels import FLOATS, KERNELS, SAMPLES
from measure import by_hand_modules, our_text

import adjoint

Golden = Callable[[str, str], None]


def _name(module: ModuleType) -> str:
    return module.__name__.rsplit(".", 1)[-1]


@pytest.mark.parametrize("module", by_hand_modules(), ids=_name)
def test_gradients_of_the_functions_differentiated_by_hand(module: ModuleType, golden: Golden) -> None:
    golden(f"generated/{_name(module)}.py", our_text(module) + "\n")


@pytest.mark.parametrize("name", ["gauss_seidel", "jacobi_2d", "cholesky", "trisolv", "convolution", "n_body"])
def test_both_sweeps_of_kernels(name: str, golden: Golden) -> None:
    args: tuple[Any, ...] = SAMPLES[name](np.random.default_rng(0))
    text = adjoint.source(adjoint.vjp(KERNELS[name], wrt=FLOATS[name]), *args)
    golden(f"generated/vjp_{name}.py", text + "\n")
