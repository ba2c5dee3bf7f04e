"""A spread of the programs of the numeric tests on both backends; `taken.py` goes through all of them."""

from __future__ import annotations

import pytest
from program import Program
from programs import PROGRAMS
from taken import refusal

# What Numba must take, one of a kind: each costs a second or more.
TAKEN = (
    "operators powers swap_in_a_loop branches_first nested_branches_0.5_0.5 ternaries_0.5_0.6 booleans"
    " ranges_7_-2_-2 loop_over_an_array_empty loop_variable_afterwards while_of_arrays overlapping_accumulate"
    " starred_targets"
).split()


@pytest.mark.parametrize("program", [p for p in PROGRAMS if p.name in TAKEN], ids=lambda p: p.name)
def test_program(program: Program) -> None:
    assert refusal(program) is None
