"""Names that start as numbers and are never seen under another name: for these `s += e` is `s = s + e`.

    s = 0.0
    for k in keys:
        s += weights[k] * x        ->        s = s + weights[k] * x
    return s

If `e` is an array, `s` is one from the first trip on, and changes in place from the second: in memory that the first
sum made, and that no other name can see. So nobody can tell the difference, whatever `e` turns out to be.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gast

from adjoint.analysis.callees import callee_of
from adjoint.analysis.infer import kind_of_expression
from adjoint.analysis.kinds import Kind, Number
from adjoint.rules import registry
from adjoint.syntax import core

ARITHMETIC = (gast.BinOp, gast.UnaryOp, gast.Compare)


def is_private(name: str, fn: core.Function, kinds: Mapping[str, Kind]) -> bool:
    """Is a name bound to numbers and sums only, and read by arithmetic only?"""
    if name in fn.params:
        return False
    return all(_keeps(stmt, name, fn, kinds) for stmt in fn.statements)


def _keeps(stmt: Any, name: str, fn: core.Function, kinds: Mapping[str, Kind]) -> bool:
    match stmt:
        case gast.FunctionDef():
            return name not in core.all_names(stmt)
        case gast.AugAssign() if core.is_name(stmt.target, name):
            return not core.is_name(stmt.value, name)
        case gast.Assign(targets=[gast.Name(id=target)], value=value) if target == name:
            fresh = isinstance(value, ARITHMETIC) or isinstance(kind_of_expression(value, kinds, fn.bindings), Number)
            return fresh and (isinstance(value, ARITHMETIC) or _reads(value, name, fn, kinds))
        case gast.Return():
            return True
        case _ if name in core.names_bound(stmt):
            return False
    return all(_reads(part, name, fn, kinds) for part in core.heads(stmt))


def _reads(node: Any, name: str, fn: core.Function, kinds: Mapping[str, Kind]) -> bool:
    """Does an expression give no other name to what the name holds?"""
    if name not in core.names_read(node) or isinstance(node, ARITHMETIC):
        return True
    if isinstance(node, gast.Call):
        callee = callee_of(node, kinds, fn.bindings)
        return callee is not None and registry.result_of(callee.primitive) == "fresh" and not callee.starred
    return False
