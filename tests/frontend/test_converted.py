"""The conversion of Python's trees to gast's gives what gast's own gives."""

from __future__ import annotations

import ast
import inspect
import types

import gast
import pytest

from adjoint.frontend.converted import converted

MODULES = ("argparse", "dataclasses", "functools", "typing", "asyncio.tasks", "ast", "contextlib", "fractions")
CONSTRUCTS = """
def f(a: int, b=2, /, c=3, *rest: int, d, e=5, **more) -> int:
    global g
    match a:
        case [1, *xs] | {"k": int(real=r), **others} if xs:
            pass
        case None:
            return [x async for x in y]
    try:
        with open(a) as (h, i), b:
            x: int = yield
    except* ValueError as error:
        raise error from None
    nonlocal_ = lambda p, *q, r=1: (p := q)
    return f"{a!r:>{b}}" + a[1:2, ::3] if not a < b <= c else {**d, 1: (yield from e)}, {*a}
"""


def same(node: ast.AST) -> bool:
    one, other = converted(node), gast.ast_to_gast(node)
    return bool(gast.dump(one, include_attributes=True) == gast.dump(other, include_attributes=True))


def test_constructs() -> None:
    assert same(ast.parse(CONSTRUCTS).body[0])


@pytest.mark.parametrize("name", MODULES)
def test_functions_of_the_standard_library(name: str) -> None:
    module = __import__(name, fromlist=["_"])
    assert isinstance(module, types.ModuleType)
    nodes = [n for n in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(n, (ast.FunctionDef, ast.Lambda))]
    assert nodes
    assert all(map(same, nodes))
