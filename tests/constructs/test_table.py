"""The table of constructs names programs that are there, and refusals that docs/limits.md shows."""

from __future__ import annotations

import pytest
from programs import PROGRAMS
from table import PAGE, ROOT, TABLE, Row, page

ROWS = [row for rows in TABLE.values() for row in rows]
KNOWN = {program.name for program in PROGRAMS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.construct)
def test_each_row_is_shown_or_refused(row: Row) -> None:
    assert row.shown or row.refused
    for name in row.shown.split():
        file, _, test = name.partition("::")
        assert name in KNOWN or ((ROOT / file).is_file() and f"def {test}" in (ROOT / file).read_text()), name
    assert row.refused in (ROOT / "docs" / "limits.md").read_text(), row.refused


def test_the_page_is_up_to_date() -> None:
    """`python tests/constructs/table.py --write` writes it."""
    assert page() == PAGE.read_text()
