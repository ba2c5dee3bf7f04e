"""Show what a pass of fusion makes of a function, for the doctests: `x="float64 a-1"` is the kind of a parameter.

>>> kind("float64 a-1,b"), kind("int"), kind("float64 1")
(Array('float64', (a-1, b)), Number('int'), Array('float64', (1,)))
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from adjoint.analysis.kinds import Array, Kind, Number, Size
from adjoint.emit.printer import to_source
from adjoint.tidy import example


def kind(text: str) -> Kind:
    """The kind that a short text describes."""
    dtype, _, sizes = text.partition(" ")
    return Array(dtype, tuple(map(_size, sizes.split(",")))) if sizes else Number(dtype)


def _size(text: str) -> Size | None:
    match = re.fullmatch(r"([a-z]?)([+-]?\d*)", text)
    if match is None:
        return None
    symbol, constant = match.groups()
    return Size(int(constant or 0), ((symbol, 1),) if symbol else ())


def show(change: Callable[..., Any], text: str, **kinds: str) -> None:
    """Print a function after a pass."""
    from adjoint.fusion.context import Context

    fn = example.function(text.strip())
    context = Context(fn, {name: kind(value) for name, value in kinds.items()})
    print(to_source(change(fn, context).tree).strip())
