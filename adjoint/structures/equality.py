"""Whether two objects of a data class are equal: Python makes that method without a text that could be read.

if a == b:          t = a_height == b_height
                    t_1 = a_mass == b_mass
                    t_2 = t & t_1
             ->     if t_2:
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from types import FunctionType
from typing import Any

import gast

from adjoint.structures.evaluator import Evaluator, Result
from adjoint.structures.values import Known, Record
from adjoint.syntax import core


def is_made(cls: type) -> bool:
    """Has `dataclass` made the method that compares objects of this class?"""
    method = getattr(cls, "__eq__", None)
    return is_dataclass(cls) and isinstance(method, FunctionType) and method.__code__.co_filename.startswith("<")


def equal(left: Record, right: Record, same: Callable[[Result, Result], Result], ev: Evaluator, stmt: Any) -> Result:
    """Are all fields equal that count? `same` compares two of them."""
    unsure = []
    for f in fields(left.cls):
        if f.compare:
            found = same(ev.part(left, f.name, stmt), ev.part(right, f.name, stmt))
            if not isinstance(found, Known):
                unsure.append(found)
            elif not found.value:
                return Known(False)
    if not unsure:
        return Known(True)
    result = ev.atom(unsure[0], stmt)
    for part in unsure[1:]:
        result = ev.atom(core.binary(result, gast.BitAnd, ev.atom(part, stmt), at=stmt), stmt)
    return result
