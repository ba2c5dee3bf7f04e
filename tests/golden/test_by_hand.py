"""The adjoints written by hand, which ours are measured against, are right themselves."""

from __future__ import annotations

import numpy as np
import pytest
from differences import assert_gradients, fresh
from measure import by_hand_modules

MODULES = by_hand_modules()


def test_there_are_twelve():
    assert len(MODULES) == 12


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__.rsplit(".", 1)[-1])
def test_against_differences(module):
    rng = np.random.default_rng(12)
    for args in module.samples(rng):
        out_bar = rng.normal()
        before = fresh(args)
        gradients = module.f_grad(*args, out_bar=out_bar)
        gradients = gradients if len(module.WRT) > 1 else (gradients,)
        assert_gradients(module.f, args, module.WRT, out_bar, gradients)
        for now, then in zip(args, before, strict=True):
            np.testing.assert_array_equal(now, then)


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__.rsplit(".", 1)[-1])
def test_out_bar_defaults_to_one(module):
    args = module.samples(np.random.default_rng(3))[-1]
    plain, seeded = module.f_grad(*args), module.f_grad(*args, out_bar=1.0)
    for a, b in zip(*((g if len(module.WRT) > 1 else (g,)) for g in (plain, seeded)), strict=True):
        np.testing.assert_array_equal(a, b)
