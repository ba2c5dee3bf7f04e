"""What a rule's body calls has a rule itself, so that gradients can be differentiated again."""

from __future__ import annotations

import ast
import inspect
import textwrap
from types import FunctionType
from typing import Any

import numpy as np
import pytest

from adjoint.rules import late, registry

# Solvers, which call what only the run knows, are not differentiated again: see test_scipy_solvers.
BODIES = {
    body: body.__qualname__
    for r in registry.rules()
    for body in (r.body, r.jvp)
    if body is not None and body.__module__.startswith("adjoint.rules.") and not late.calls_back(r.primitive)
}

# What normal form turns into loops and binds, what makes exceptions, and `a[i] += g` for indices that repeat.
LANGUAGE = {"zip", "enumerate", "tuple", "list", "reversed", "UnsupportedArgument", "type", "add_at"}
LANGUAGE |= {"NoCotangent", "itertools.product"}  # of a sparse matrix, the corners of a cell


@pytest.mark.parametrize("body", BODIES, ids=BODIES.values())
def test_bodies_call_only_what_is_known(body: Any) -> None:
    assert unknown(body, set()) == set()


def unknown(body: Any, seen: set[Any]) -> set[str]:
    """What a function, and the functions of ours that it calls, call without a rule being known."""
    seen.add(body)
    found = set()
    tree = ast.parse(textwrap.dedent(inspect.getsource(body))).body[0]
    assert isinstance(tree, ast.FunctionDef)
    for node in [n for stmt in tree.body for n in ast.walk(stmt)]:
        if not isinstance(node, ast.Call):
            continue
        path = ast.unparse(node.func)
        callee = resolve(path, body)
        if callee is None:
            known = isinstance(node.func, ast.Attribute) and node.func.attr in registry.METHODS or path in LANGUAGE
        elif registry.rule_of(callee) or registry.is_constant(callee) or path in LANGUAGE:
            known = True
        else:
            known = isinstance(callee, FunctionType) and callee.__module__.startswith("adjoint.")
            if known and callee not in seen:
                found |= unknown(callee, seen)
        if not known:
            found.add(f"{body.__name__}: {path}")
    return found


def resolve(path: str, body: Any) -> Any:
    root, *attributes = path.split(".")
    inner = inspect.getclosurevars(body).nonlocals if body.__closure__ else {}
    value = inner.get(root, body.__globals__.get(root, getattr(__import__("builtins"), root, None)))
    for name in attributes:
        value = getattr(value, name, None)
    return value


def test_resolution_finds_what_it_should() -> None:
    def body(x: Any) -> Any:
        return np.intersect1d(x, x) + np.sin(x)

    assert unknown(body, set()) == {"body: np.intersect1d"}
