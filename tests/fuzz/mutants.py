"""The compiler with one statement less: which statements there are, and how one is taken out of a process.

A statement is replaced by `pass`. Only the code of the outermost function around it is made anew and put into the
function that lives, so whoever has imported that function, or holds it wrapped, has the mutant.
"""

from __future__ import annotations
import __future__

import ast
import gc
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType

PACKAGE = Path(__file__).parent.parent.parent / "adjoint"
FOLDERS = ("analysis", "differentiate", "tidy")
LEFT_OUT = ("__init__", "example")  # nothing but names; the doctests' display
KINDS = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return, ast.Continue, ast.Break, ast.Raise, ast.Delete)
Place = tuple[str, str, int]  # of a function: its file, qualified name and first line


@dataclass(frozen=True)
class Mutant:
    """A module (a path below the package) without the statement of some lines, of a function.

    `outer` is the first line of the outermost function around, with its decorators.
    """

    module: str
    line: int
    end: int
    column: int
    function: str
    statement: str
    outer: int

    @property
    def key(self) -> str:
        return f"{self.module}:{self.line}: {self.function}: {self.statement}"

    @property
    def file(self) -> str:
        return str(PACKAGE / f"{self.module}.py")


def modules() -> list[str]:
    paths = [p for folder in FOLDERS for p in sorted((PACKAGE / folder).glob("*.py"))]
    return [str(p.relative_to(PACKAGE).with_suffix("")) for p in paths if p.stem not in LEFT_OUT]


def mutants(module: str) -> list[Mutant]:
    """A mutant for each simple statement inside a function that does something."""
    found: dict[tuple[int, int], Mutant] = {}
    for function in (n for n in ast.walk(_tree(module)) if isinstance(n, ast.FunctionDef) and n.name != "show"):
        first = min([function.lineno, *(d.lineno for d in function.decorator_list)])
        for s in ast.walk(function):  # of inner functions after their outer ones, whose statements they are too
            if isinstance(s, KINDS) and not _does_nothing(s):
                place = s.lineno, s.col_offset
                outer = found[place].outer if place in found else first
                text = " ".join(ast.unparse(s).split())[:90]
                found[place] = Mutant(
                    module, s.lineno, s.end_lineno or s.lineno, s.col_offset, function.name, text, outer
                )
    return [found[place] for place in sorted(found)]


def _mutant(module: str, function: str, s: ast.stmt, outer: int) -> Mutant:
    text = " ".join(ast.unparse(s).split())[:90]
    return Mutant(module, s.lineno, s.end_lineno or s.lineno, s.col_offset, function, text, outer)


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse((PACKAGE / f"{module}.py").read_text())


def near(mutant: Mutant) -> list[tuple[str, int]]:
    """The lines, with their files, of the functions that the statement mentions and of the one that it is in."""
    mentioned = {mutant.function} | set(re.findall(r"\w+", mutant.statement))
    return [place for name in mentioned for place in _lines_of_functions().get(name, ())]


@cache
def _lines_of_functions() -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for module in modules():
        for node in ast.walk(_tree(module)):
            if isinstance(node, ast.FunctionDef):
                file, end = str(PACKAGE / f"{module}.py"), node.end_lineno or node.lineno
                found.setdefault(node.name, []).extend((file, k) for k in range(node.lineno, end + 1))
    return found


def _does_nothing(s: ast.stmt) -> bool:
    """A docstring, or an annotation alone."""
    return isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant) or isinstance(s, ast.AnnAssign) and not s.value


@cache
def without(mutant: Mutant, left: bool = False) -> CodeType:
    """The outermost function around the statement, as it is without it; `left` leaves it where it is never run."""
    tree = _tree(mutant.module)
    around = next(s for s in tree.body if s.lineno <= mutant.line <= (s.end_lineno or s.lineno))
    body, k = next(
        (body, k)
        for node in ast.walk(around)
        for body in (getattr(node, field, None) for field in ("body", "orelse", "finalbody"))
        if isinstance(body, list)
        for k, s in enumerate(body)
        if (s.lineno, s.col_offset) == (mutant.line, mutant.column) and isinstance(s, KINDS)
    )
    before = body[k]
    body[k] = ast.copy_location(ast.If(ast.Constant(False), [before], []) if left else ast.Pass(), before)
    try:
        module = ast.fix_missing_locations(ast.Module([around], []))
        code = compile(module, mutant.file, "exec", __future__.annotations.compiler_flag, dont_inherit=True)
    finally:
        body[k] = before
    return next(c for c in outermost(code) if c.co_firstlineno == mutant.outer)


def outermost(code: CodeType) -> Iterator[CodeType]:
    """The functions of a module or class that are in no other function."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            if inner.co_flags & 0x2:  # CO_NEWLOCALS: no class
                yield inner
            else:
                yield from outermost(inner)


def living() -> dict[Place, list[FunctionType]]:
    """The functions of this process that have a place in the modules."""
    found: dict[Place, list[FunctionType]] = {}
    files = {str(PACKAGE / f"{m}.py") for m in modules()}
    for f in gc.get_objects():
        if type(f) is FunctionType and f.__code__.co_filename in files:
            found.setdefault(place_of(f.__code__), []).append(f)
    return found


def place_of(code: CodeType) -> Place:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def install(mutant: Mutant, functions: dict[Place, list[FunctionType]]) -> None:
    """Let the functions of this process have one statement less."""
    code = without(mutant)
    found = functions[place_of(code)]
    if any(f.__code__.co_freevars != code.co_freevars for f in found):  # `super()` was in the statement alone
        code = without(mutant, left=True)
    for f in found:
        f.__code__ = code
