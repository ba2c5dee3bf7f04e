"""The logistic function, written out: `p = 1 / (1 + e)`, `e = np.exp(-z)`, has the derivative `p * (1 - p)`.

Where e is small, p is 1 in the end and `1 - p` has no digits left: there it is `p * e` (4e-18 at z = 40). Factor by
factor the derivative is `p**2 * e`: 0 where p**2 is (z = -400), and 0 · inf where the exponential overflows. What the
statements between p and z make is passed over; what else reads them is not concerned.

M. Abramowitz, I. Stegun (1964), "Handbook of mathematical functions", 4.2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import gast
import numpy as np

from adjoint.analysis.alias import Classes
from adjoint.analysis.kinds import Array, Kind, Number
from adjoint.classes import dataclass
from adjoint.rules.registry import elementwise, rule_of
from adjoint.syntax import core

EXPONENTIALS = (np.exp, math.exp)


def logistic(z: Any, e: Any) -> Any:
    """The function that the written out form stands for; `e` is `np.exp(-z)`."""
    return 1 / (1 + e)


def logistic_of_a_number(z: Any, e: Any) -> Any:
    """The same of a number."""
    return 1 / (1 + e)


# The minimum changes nothing where it is chosen, and keeps 0 · inf from where it is not.
@elementwise(logistic, operands=("z",))
def logistic_partial(z: Any, e: Any, out: Any) -> Any:
    return out * np.where(e > 1, 1 - out, out * np.minimum(e, 1.0))


@elementwise(logistic_of_a_number, operands=("z",))
def partial_of_a_number(z: Any, e: Any, out: Any) -> Any:
    return out * (1 - out if e > 1 else out * e)


@dataclass(frozen=True)
class Place:
    """Where a statement stands."""

    block: list[Any]
    position: int

    @property
    def stmt(self) -> Any:
        return self.block[self.position]

    @property
    def value(self) -> Any:
        """What the statement binds one name to; None of any other statement."""
        is_bind = isinstance(self.stmt, gast.Assign) and core.is_name(self.stmt.targets[0])
        return self.stmt.value if is_bind else None


class Definitions:
    """The names that one statement binds, with it and its place: a block and a position there."""

    def __init__(self, fn: core.Function, classes: Classes) -> None:
        self.fn, self.classes = fn, classes
        self.found: dict[str, Place] = {}
        self.values: dict[Any, Place] = {}  # by what a statement binds
        self.again: set[str] = set(fn.params)  # bound more than once
        self._add(fn.tree.body)

    def _add(self, block: list[Any]) -> None:
        for k, stmt in enumerate(block):
            if type(stmt) is gast.Assign:
                self.values[stmt.value] = Place(block, k)
            for name in self.fn.binds[stmt]:
                if name in self.found:
                    self.again.add(name)
                self.found[name] = Place(block, k)
            for inner in core.blocks(stmt):
                self._add(inner)

    def before(self, node: Any, target: Place) -> Place | None:
        """The one bind of a name, ahead of a statement in its block."""
        if not core.is_name(node) or node.id in self.again or self.classes.is_changed(node.id):
            return None
        found = self.found.get(node.id)
        if found is None or found.block is not target.block or found.position >= target.position:
            return None
        return found if found.value is not None else None

    def stays(self, name: str, first: Place, last: Place) -> bool:
        """Does a name stand for the same value from one statement to another of its block?"""
        between = core.statements(first.block[first.position : last.position])
        return not self.classes.is_changed(name) and not any(name in self.fn.binds[s] for s in between)

    def logistic_call(self, value: Any, kinds: Mapping[str, Kind]) -> tuple[Any, Mapping[str, Any]] | None:
        """The rule of a bind of `1 / (1 + e)`, and the z and e that it takes, names; None of any other value."""
        quotient = self.values.get(value)
        if quotient is None:
            return None
        e = self._added_to_one(value, quotient)
        power = self.before(e, quotient)
        if power is None or not self._is_exponential(power.value):
            return None
        negative, rule = self.before(power.value.args[0], power), _rule_for(kinds.get(e.id))
        if negative is None or rule is None:
            return None
        match negative.value:
            case gast.UnaryOp(op=gast.USub(), operand=gast.Name(id=name) as z) if self.stays(name, negative, quotient):
                return rule, {"z": z, "e": e}
        return None

    def _added_to_one(self, value: Any, quotient: Place) -> Any:
        """The name in `1 / (1 + name)`, the sum bound to a name ahead."""
        total = self.before(_beside_one(value, gast.Div), quotient)
        return None if total is None else _beside_one(total.value, gast.Add)

    def _is_exponential(self, value: Any) -> bool:
        if not isinstance(value, gast.Call) or len(value.args) != 1 or value.keywords:
            return False
        callee = self.fn.bindings.get(core.path_of(value.func) or "")
        return any(callee is e for e in EXPONENTIALS)


def _rule_for(kind: Kind | None) -> Any:
    """The rule for an exponential of this kind, None for complex and unknown ones."""
    match kind:
        case Array(dtype="float64" | "float32"):
            return rule_of(logistic)
        case Number(dtype="float64" | "float32" | "float"):
            return rule_of(logistic_of_a_number)
    return None


def _beside_one(value: Any, operation: type) -> Any:
    """The name in `1 / name`, or in `1 + name`."""
    match value:
        case gast.BinOp(left=left, op=op, right=right) if type(op) is operation:
            if _is_one(left):
                return right
            return left if operation is gast.Add and _is_one(right) else None
    return None


def _is_one(node: Any) -> bool:
    return isinstance(node, gast.Constant) and type(node.value) in (int, float) and node.value == 1
