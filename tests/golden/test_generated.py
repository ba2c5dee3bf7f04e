"""The generated texts, as they are: whoever changes one looks at it first (`--update-golden` writes them anew)."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import everyday
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


EVERYDAY: dict[Any, tuple[tuple[int, ...], ...]] = {
    everyday.recurrent: ((4, 2), (3,), (3, 2), (3, 3)),
    everyday.weighted: ((4, 3), (4,)),
    everyday.squares: ((5,),),
    everyday.bilinear: ((6, 5), (4,), (4,)),
    everyday.rotated: ((5, 3), (2, 3)),
    everyday.conjugate_gradient: ((4, 4), (4,)),
    everyday.log_likelihood: ((3, 3), (4, 3)),
}


@pytest.mark.parametrize("function", EVERYDAY, ids=lambda f: f.__name__)
def test_what_people_write_every_day(function: Any, golden: Golden) -> None:
    rng = np.random.default_rng(0)
    args = [rng.uniform(0.5, 2.5, shape) for shape in EVERYDAY[function]]
    transform = adjoint.vjp if np.ndim(function(*args)) else adjoint.grad
    text = adjoint.source(transform(function, wrt=tuple(range(len(args)))), *args)
    golden(f"generated/everyday_{function.__name__}.py", text + "\n")
