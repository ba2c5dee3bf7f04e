"""What generated code does where a `try` of the user's has caught something."""

from __future__ import annotations

from typing import Any

from adjoint.errors import CaughtException


def refuse_half_done(begun: bool, place: str) -> None:
    """Raise where an exception was caught after part of what derivatives pass through has run.

    Raises:
        CaughtException: if that part has `begun`; the one that was caught is its context.
    """
    if begun:
        raise CaughtException(
            f"an exception was caught after values that derivatives pass through had changed\n  {place}\n"
            "  Test with `if` whether the step would fail, or move what changes values out of the `try`."
        )


def shorten(stack: list[Any], length: int) -> None:
    """Take off a stack what was put on it since it had this length."""
    del stack[length:]
