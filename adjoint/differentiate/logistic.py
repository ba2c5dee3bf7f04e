"""The logistic function, written out: `p = 1 / (1 + np.exp(-z))` has the derivative `p * (1 - p)`.

Factor by factor the derivative is `p**2 * np.exp(-z)`: 0 · inf where the exponential overflows, and three values to
keep where one will do. What the statements between p and z make is passed over; what else reads them is not concerned.

The derivative is off by a rounding of p. M. Abramowitz, I. Stegun (1964), "Handbook of mathematical functions", 4.2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import gast
import numpy as np

from adjoint.analysis.alias import Classes
from adjoint.rules.registry import elementwise, rule_of
from adjoint.syntax import core

EXPONENTIALS = (np.exp, math.exp)


def logistic(z: Any) -> Any:
    """The function that the written out form stands for."""
    return 1 / (1 + np.exp(-z))


@elementwise(logistic)
def logistic_partial(z: Any, out: Any) -> Any:
    return out * (1 - out)


RULE: Any = rule_of(logistic)


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
        self.again: set[str] = set(fn.params)  # bound more than once
        self._add(fn.tree.body)

    def _add(self, block: list[Any]) -> None:
        for k, stmt in enumerate(block):
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

    def logistic_operand(self, target: str) -> Any:
        """The z of `target = 1 / (1 + exp(-z))`, a name; None of any other bind."""
        if target in self.again or target not in self.found:
            return None
        quotient = self.found[target]
        total = self.before(_beside_one(quotient.value, gast.Div), quotient)
        power = None if total is None else self.before(_beside_one(total.value, gast.Add), total)
        if power is None or not self._is_exponential(power.value):
            return None
        negative = self.before(power.value.args[0], power)
        if negative is None:
            return None
        match negative.value:
            case gast.UnaryOp(op=gast.USub(), operand=gast.Name(id=name) as z) if self.stays(name, negative, quotient):
                return z
        return None

    def _is_exponential(self, value: Any) -> bool:
        if not isinstance(value, gast.Call) or len(value.args) != 1 or value.keywords:
            return False
        callee = self.fn.bindings.get(core.path_of(value.func) or "")
        return any(callee is e for e in EXPONENTIALS)


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
