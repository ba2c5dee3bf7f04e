"""Our adjoints are about as short as the ones written by hand, and record no more than they must."""

from __future__ import annotations

import pytest
from measure import Row, by_hand_modules, measure, table, total

LINEAR = ("gauss_seidel", "ping_pong")


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return measure(by_hand_modules())


def test_statements_in_total(rows: list[Row]) -> None:
    assert total(rows).ratio <= 1.2, table(rows)


@pytest.mark.parametrize("name", [m.__name__.rsplit(".", 1)[-1] for m in by_hand_modules()])
def test_statements_of_each(rows: list[Row], name: str) -> None:
    assert next(r for r in rows if r.name == name).ratio <= 1.5, table(rows)


@pytest.mark.parametrize("name", LINEAR)
def test_linear_kernels_record_nothing(rows: list[Row], name: str) -> None:
    assert next(r for r in rows if r.name == name).ours.recorded == 0
