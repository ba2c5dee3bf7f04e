"""docs/limits.md is what the messages say, and no refusal is without a program."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from limits import PAGE, idle, page, run, unexplained, unsaid, without_case
from messages import messages
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


def test_every_refusal_has_a_program_and_every_message_is_shown() -> None:
    """By a case of its own, or as the reason in another's; what no short program brings about says why."""
    if find_spec("numba") is None:
        pytest.skip("refusals of the native backend take Numba")
    runs = [run(case) for case in CASES if case.here]
    texts = [*without_case(runs).values(), *(message.written for message in unsaid(runs))]
    assert unexplained(texts) == []
    assert idle(texts) == []


def test_a_message_without_a_case_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "new.py").write_text(
        "ADVICE = 'Write it out.'\n"
        "def check(node):\n"
        "    message = f'`{node.id}` is of no use here'\n"
        "    raise_problems(Unsupported, [problem_at(node, message, ADVICE)])\n"
        "    print('nothing is refused')\n"
    )
    found = list(messages(tmp_path, {"Unsupported"}, ()))
    assert [m.written for m in found] == ["f'`{node.id}` is of no use here'", "'Write it out.'"]
    assert found[0].is_in("`x` is of no use here model.py:1")
    assert not found[0].is_in("`x` is of use here")
