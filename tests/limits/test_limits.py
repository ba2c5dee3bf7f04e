"""docs/limits.md is what the messages say, and no refusal is without a program."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import pytest
from limits import PAGE, page, run, without_case
from refusals import SECTIONS, Case

CASES = [case for section in SECTIONS for case in section.cases]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.error}: {case.call}")
def test_the_error_and_what_it_says(case: Case) -> None:
    if not case.here:
        pytest.skip("takes another Python, or a package that is not installed")
    error = run(case).error
    assert type(error).__name__ == case.error, error


def test_the_page_is_up_to_date() -> None:
    """`python tests/limits/limits.py --write` writes it."""
    if sys.version_info >= (3, 12):
        pytest.skip("the page is written with the lowest Python: messages of later ones may differ")
    if find_spec("numba") is None:
        pytest.skip("messages of the native backend take Numba")
    assert page() == PAGE.read_text()


def test_every_refusal_has_a_program() -> None:
    if find_spec("numba") is None:
        pytest.skip("refusals of the native backend take Numba")
    assert without_case([run(case) for case in CASES if case.here]) == {}
