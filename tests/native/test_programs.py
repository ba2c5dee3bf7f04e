"""A spread of the programs of the numeric tests on both backends; `taken.py` goes through all of them."""

from __future__ import annotations

import pytest
from program import Program
from programs import PROGRAMS
from taken import listed, refusal

REFUSED = listed()
# One of a kind, and every so many of the others: each costs a second or more.
TAKEN = (
    "operators powers swap_in_a_loop branches_first nested_branches_0.5_0.5 ternaries_0.5_0.6 booleans"
    " ranges_7_-2_-2 loop_over_an_array_empty loop_variable_afterwards while_of_arrays overlapping_accumulate"
    " starred_targets store_all class_inside network extended repeated_store variadic lists_of_tuples"
).split()
SPREAD = [p for p in PROGRAMS if p.name not in REFUSED and p.name not in TAKEN][::40]


@pytest.mark.filterwarnings(r"ignore:[\s\S]*reflected list")  # which Numba takes, until it has a better kind of list
@pytest.mark.parametrize("program", [p for p in PROGRAMS if p.name in TAKEN] + SPREAD, ids=lambda p: p.name)
def test_program(program: Program) -> None:
    assert refusal(program) is None


def test_no_fewer_programs_are_taken() -> None:
    """`python tests/native/taken.py --write` notes what is refused: a name is not put there by hand."""
    assert REFUSED.keys() <= {p.name for p in PROGRAMS}
    assert not set(TAKEN) & REFUSED.keys()
    assert sum(p.name not in REFUSED for p in PROGRAMS) >= 570
