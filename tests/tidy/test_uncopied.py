"""Copies stay where somebody else may come to hold the array."""

from __future__ import annotations

import pytest

from adjoint.emit.printer import to_source
from adjoint.tidy import example
from adjoint.tidy.uncopied import uncopied

COPY = "x_bar = x_bar.copy()"


@pytest.mark.parametrize(
    "use", ["y_bar = x_bar", "y_bar[k] = x_bar", "parts_bar += [x_bar]", "parts_bar.append(x_bar)", "y_bar = x_bar[1:]"]
)
def test_what_another_name_or_list_holds_is_copied(use: str) -> None:
    text = (
        f"parts_bar = []\ny_bar = [0, 0]\nx_bar = x * 2\n{use}\n{COPY}\nx_bar[0] = 0.0\nreturn x_bar, y_bar, parts_bar"
    )
    assert COPY in to_source(uncopied(example.function(text)).tree)


def test_what_nobody_else_holds_is_not() -> None:
    text = f"x_bar = x * 2\ny_bar = x_bar + x\n{COPY}\nx_bar[0] = 0.0\nreturn x_bar, y_bar"
    assert COPY not in to_source(uncopied(example.function(text)).tree)
