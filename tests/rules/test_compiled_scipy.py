"""The rules of SciPy through the compiler, twice and forward: the tests of `test_compiled` for them."""

from __future__ import annotations

import pytest
import test_compiled
from test_rules import OURS, named, samples_of

from adjoint.rules import late, registry

# Powers that are real by chance have complex parts on the way; sums from a start are refused the second time.
ONCE = ("fractional_matrix_power", "cumulative_simpson")
SCIPY = [r for r in OURS if r.body.__module__.startswith("adjoint.rules.scipy") and not late.calls_back(r.primitive)]


@pytest.mark.parametrize("rule", [r for r in SCIPY if r.primitive.__name__ not in ONCE and samples_of(r)], ids=named)
def test_gradients_of_gradients(rule: registry.Rule) -> None:
    test_compiled.test_gradients_of_gradients(rule)
