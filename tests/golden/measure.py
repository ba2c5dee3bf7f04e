"""Measure our adjoints against the ones written by hand: `python tests/golden/measure.py`.

For both texts: the number of statements (simple statements and the headers of compound ones; comments, docstrings,
imports and the `def` line do not count), the calls of our helpers, and the places that record a value.

    >>> size("def f(x):\\n    s = []\\n    for i in range(9):\\n        s.append(x)\\n    return unbroadcast(x, s)\\n")
    Size(statements=4, helper_calls=1, recorded=1)
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import pkgutil
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from types import ModuleType

import numpy as np

HERE = Path(__file__).parent
GENERATED = ("_grad", "_vjp", "_forward", "_reverse")


@dataclass(frozen=True)
class Size:
    statements: int
    helper_calls: int
    recorded: int

    def __add__(self, other: Size) -> Size:
        return Size(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True)
class Row:
    name: str
    hand: Size
    ours: Size

    @property
    def ratio(self) -> float:
        """How many of our statements stand against one written by hand."""
        return self.ours.statements / self.hand.statements


def by_hand_modules() -> list[ModuleType]:
    """The twelve modules in `by_hand/`, by name."""
    if str(HERE) not in sys.path:
        sys.path.insert(0, str(HERE))
    return [importlib.import_module(f"by_hand.{path.stem}") for path in sorted((HERE / "by_hand").glob("*.py"))]


def measure(modules: list[ModuleType]) -> list[Row]:
    """One row a function."""
    return [Row(m.__name__.rsplit(".", 1)[-1], size(hand_text(m)), size(our_text(m))) for m in modules]


def total(rows: list[Row]) -> Row:
    """All rows as one."""
    zero = Size(0, 0, 0)
    return Row("total", sum((r.hand for r in rows), zero), sum((r.ours for r in rows), zero))


def hand_text(module: ModuleType) -> str:
    """The source of the functions of the adjoint, which are named by what they do; the primals are left out."""
    tree = ast.parse(inspect.getsource(module))
    chosen = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name.endswith(GENERATED)]
    return "\n\n".join(ast.unparse(n) for n in chosen)


def our_text(module: ModuleType) -> str:
    """What the compiler prints for the gradient of the module's `f` at the kinds of its samples."""
    import adjoint

    args = module.samples(np.random.default_rng(0))[-1]
    wrt = module.WRT if len(module.WRT) > 1 else module.WRT[0]
    return str(adjoint.source(adjoint.grad(module.f, wrt=wrt), *args))


def size(text: str) -> Size:
    """Count the statements, helper calls and recording places of a text."""
    nodes = list(ast.walk(ast.parse(text)))
    helpers = helper_names() - {n.name for n in nodes if isinstance(n, ast.FunctionDef)}
    return Size(
        statements=sum(map(_counts, nodes)),
        helper_calls=sum(isinstance(n, ast.Call) and _is_helper(n.func, helpers) for n in nodes),
        recorded=sum(map(_records, nodes)),
    )


def helper_names() -> frozenset[str]:
    """The functions of `adjoint.runtime` and `adjoint.rules`: generated text calls them by these names."""
    names: set[str] = {"unbroadcast"}
    for package in ("adjoint.runtime", "adjoint.rules"):
        for module in _modules(package):
            names |= {k for k, v in vars(module).items() if callable(v) and _is_ours(v, package)}
    return frozenset(names - set(dir(builtins)))


def _modules(package: str) -> list[ModuleType]:
    try:
        root = importlib.import_module(package)
    except ImportError:
        return []
    names = [m.name for m in pkgutil.walk_packages(root.__path__, package + ".") if ".scipy" not in m.name]
    inner = [importlib.import_module(name) for name in names]
    return [root, *inner]


def _is_ours(value: object, package: str) -> bool:
    return str(getattr(value, "__module__", "")).startswith(package)


def _is_helper(func: ast.expr, helpers: frozenset[str]) -> bool:
    if isinstance(func, ast.Attribute):
        return ast.unparse(func).startswith("adjoint.")
    stem, _, number = func.id.rpartition("_") if isinstance(func, ast.Name) else ("", "", "")
    return isinstance(func, ast.Name) and (func.id in helpers or (number.isdigit() and stem in helpers))


def _counts(node: ast.AST) -> bool:
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    not_run = (ast.FunctionDef, ast.Import, ast.ImportFrom)
    return isinstance(node, ast.stmt) and not isinstance(node, not_run) and not docstring


def _records(node: ast.AST) -> bool:
    """An append to a list, or a store into an array that is named as a record."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "append"
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        return "_stack" in ast.unparse(node.value) or "record" in ast.unparse(node.value)
    return False


def table(rows: list[Row]) -> str:
    """The rows as text: each pair is ours against by hand."""
    lines = [f"{'ours / by hand':20}{'statements':>16}{'ratio':>8}{'helper calls':>16}{'recorded':>12}"]
    for row in [*rows, total(rows)]:
        ours, hand = row.ours, row.hand
        cells = [f"{getattr(ours, f.name)} / {getattr(hand, f.name)}" for f in fields(Size)]
        lines.append(f"{row.name:20}{cells[0]:>16}{row.ratio:8.2f}{cells[1]:>16}{cells[2]:>12}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(measure(by_hand_modules())))
