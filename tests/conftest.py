"""What all tests share: the golden files, and how hypothesis runs."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

GOLDEN = Path(__file__).parent / "golden"

# The same examples in every run; HYPOTHESIS_PROFILE=hunt looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.register_profile("hunt", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files and documents' outputs anew")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def golden(update_golden: bool) -> Callable[[str, str], None]:
    """`golden("tidy/swap.py", text)` compares with that file of tests/golden; a file that is missing fails."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if update_golden:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        if not path.exists():
            pytest.fail(f"no golden file {path}: look at the text, then write it with --update-golden\n\n{text}")
        difference = difflib.unified_diff(path.read_text().splitlines(), text.splitlines(), str(path), "generated")
        assert text == path.read_text(), "\n".join(difference)

    return compare


@pytest.fixture
def calls_in() -> Callable[[Callable[[], object]], int]:
    """`calls_in(run)` counts the calls that a run makes: a measure of its work that no other program disturbs."""

    def count(run: Callable[[], object]) -> int:
        calls = 0

        def profile(frame: object, event: str, argument: object) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(profile)
        try:
            run()
        finally:
            sys.setprofile(before)
        return calls

    return count
