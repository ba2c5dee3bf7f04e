"""What is said of deleted statements is about statements that are there."""

from __future__ import annotations

import pytest
from survivor import KINDS, Survivor
from survivors import SURVIVORS


@pytest.mark.parametrize("survivor", SURVIVORS, ids=lambda s: f"{s.module}.{s.function}: {s.statement[:30]}")
def test_the_statement_is_there_unless_it_was_dead(survivor: Survivor) -> None:
    assert survivor.kind in KINDS
    assert survivor.is_there() == (survivor.kind != "dead")
