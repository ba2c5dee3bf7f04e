"""Whole numbers that a function is differentiated by count as real ones, where they are used as numbers only.

    def f(n):                            def f(n):
        return np.sum(n * n) * 0.5           return x[n] * n
        n may be 3.0                         n may not

What a whole number makes is cut off to whole numbers: arrays of them, and the cotangents that are made like these.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import gast

from adjoint.analysis.callees import callee_of
from adjoint.rules import registry
from adjoint.syntax import core

NUMERIC = (gast.BinOp, gast.UnaryOp, gast.Compare, gast.BoolOp, gast.Tuple, gast.List, gast.Name, gast.IfExp)
CONVERSIONS = (int, float, round, abs)


def used_as_numbers(fn: core.Function, names: Iterable[str]) -> frozenset[str]:
    """Those of the parameters which, with all that is computed of them, are used as numbers only.

    >>> origin = core.Origin("model.py", 1, (), "f")
    >>> text = "def f(x, n, k):\\n    y = n * 2\\n    z = x[k]\\n    return z"
    >>> sorted(used_as_numbers(core.Function(gast.parse(text).body[0], origin), ["n", "k"]))
    ['n']
    """
    return frozenset(name for name in names if _is_number(name, fn))


def _is_number(name: str, fn: core.Function) -> bool:
    found, before = {name}, 0
    while len(found) > before:
        before = len(found)
        for stmt in fn.statements:
            if any(_reads(head, found, fn) for head in core.heads(stmt)):
                if not all(_computes(head, found, fn) for head in core.heads(stmt)):
                    return False
                if isinstance(stmt, (gast.Assign, gast.AugAssign, gast.For)):
                    found |= core.names_bound(stmt)
    return True


def _computes(node: Any, found: set[str], fn: core.Function) -> bool:
    """Are these names used in an expression as numbers are?"""
    if not _reads(node, found, fn):
        return True
    if isinstance(node, gast.Subscript):
        return not _reads(node.slice, found, fn) and _computes(node.value, found, fn)
    if isinstance(node, gast.Call):
        return _takes_numbers(node, found, fn)
    if not isinstance(node, NUMERIC):
        return False
    return all(_computes(part, found, fn) for part in core.children(node) if isinstance(part, gast.expr))


def _reads(node: Any, found: set[str], fn: core.Function) -> bool:
    """Does an expression depend on what these hold, not just on how many there are?"""
    match node:
        case gast.Name(id=name):
            return name in found
        case gast.Call(func=gast.Name(id="len")) if fn.bindings.get("len", len) is len:
            return False
    return any(_reads(part, found, fn) for part in core.children(node))


def _takes_numbers(call: Any, found: set[str], fn: core.Function) -> bool:
    """Are the arguments that read these names operands, by which the function called may be differentiated?"""
    callee = callee_of(call, {}, fn.bindings)
    if callee is None and isinstance(call.func, gast.Attribute) and call.func.attr in registry.METHODS:
        return not any(_reads(a, found, fn) for a in (*call.args, *call.keywords))
    if callee is None or callee.starred:
        return False
    if any(callee.primitive is c for c in CONVERSIONS):
        return True
    rule = registry.rule_of(callee.primitive)
    if rule is None:
        return False
    try:
        arguments = registry.bind(rule, callee.args, callee.keywords)
    except registry.UnsupportedArgument:
        return False
    operands = {n.removeprefix("*") for n in rule.operands}
    for name, argument in arguments.items():
        for part in argument if isinstance(argument, tuple) else (argument,):
            if _reads(part, found, fn) and (name not in operands or not _computes(part, found, fn)):
                return False
    return True
