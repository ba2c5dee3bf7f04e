"""Which lines of a program ran on an active path: they carry what depends on the arguments to the result.

The program is run once and its lines are noted. Among the lines that ran, a name is active if the arguments reach it
and it reaches the result, through what lines read and write. Independent of the compiler: it knows no rule and no
alias class, but takes names whose lines mention each other for connected.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from types import FrameType
from typing import Any

Edges = list[tuple[str, str]]


def lines_run(f: Callable[..., Any], args: tuple[Any, ...], file: str) -> frozenset[int]:
    """The numbers of the lines of a file that a call runs."""
    seen: set[int] = set()

    def local(frame: FrameType, event: str, _: Any) -> Any:
        seen.add(frame.f_lineno)
        return local

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        return local(frame, event, _) if frame.f_code.co_filename == file else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        f(*args)
    finally:
        sys.settrace(before)
    return frozenset(seen)


def active_lines(text: str, ran: frozenset[int], wrt: Iterable[str]) -> frozenset[int]:
    """Of the lines that ran, those on an active path; the head of a block counts if a line in the block does."""
    tree = ast.parse(text)
    simple = {s.lineno: s for s in ast.walk(tree) if isinstance(s, ast.stmt) and s.lineno in ran and not _blocks(s)}
    owner = _owners(tree)
    functions = {f.name: f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef)}
    resolve = _resolver(tree, owner)
    touched = {line: _touched(s, functions, resolve, owner.get(line, "")) for line, s in simple.items()}
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For) and loop.lineno in ran:
            scope = owner[loop.lineno]
            names = lambda node: {resolve(scope, n.id) for n in ast.walk(node) if isinstance(n, ast.Name)}
            touched[loop.lineno] = names(loop.iter), names(loop.target)
    edges = [(r, w) for reads, writes in touched.values() for r in reads for w in writes]
    varied = _closure({f"f.{n}" for n in wrt}, edges)
    results = {n for line, s in simple.items() if isinstance(s, ast.Return) and owner.get(line) == "f"
               for n in touched[line][0]}  # fmt: skip
    active = varied & _closure(results, [(w, r) for r, w in edges])
    checks = [n for n in ast.walk(tree) if isinstance(n, ast.If) and isinstance(n.body[0], ast.Raise)]
    active_tests = {n.lineno for n in checks if n.lineno in ran and _names(n.test, owner[n.lineno], resolve) & active}
    carrying = {line for line, (reads, writes) in touched.items() if (reads | writes) & active}
    return frozenset(carrying | active_tests | _heads(tree, carrying) | _jumps(tree, carrying, ran))


def _names(node: ast.AST, scope: str, resolve: Callable[[str, str], str]) -> set[str]:
    return {resolve(scope, n.id) for n in ast.walk(node) if isinstance(n, ast.Name)}


def _blocks(stmt: ast.stmt) -> bool:
    return hasattr(stmt, "body") and not isinstance(stmt, ast.Expr)


def _owners(tree: ast.Module) -> dict[int, str]:
    """The innermost function around each line."""
    found: dict[int, str] = {}
    for node in ast.walk(tree):  # outer ones first
        if isinstance(node, ast.FunctionDef):
            found.update(dict.fromkeys(range(node.lineno + 1, (node.end_lineno or 0) + 1), node.name))
    return found


def _resolver(tree: ast.Module, owner: dict[int, str]) -> Callable[[str, str], str]:
    """Names by the function that binds them."""
    bound: dict[str, set[str]] = {"": set()}
    outer: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            outer[node.name] = owner.get(node.lineno, "")
            bound.setdefault(node.name, set()).update(a.arg for a in [*node.args.args, *node.args.kwonlyargs])
            bound.setdefault(outer[node.name], set()).add(node.name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.setdefault(owner.get(node.lineno, ""), set()).add(node.id)

    def resolve(scope: str, name: str) -> str:
        while scope and name not in bound.get(scope, ()):
            scope = outer.get(scope, "")
        return f"{scope}.{name}"

    return resolve


def _touched(
    stmt: ast.stmt, functions: dict[str, ast.FunctionDef], resolve: Callable[[str, str], str], scope: str
) -> tuple[set[str], set[str]]:
    """What a simple statement reads and may write, parameters and results of the functions that it calls included."""
    names = [n for n in ast.walk(stmt) if isinstance(n, ast.Name)]
    reads = {resolve(scope, n.id) for n in names if isinstance(n.ctx, ast.Load)}
    writes = {resolve(scope, n.id) for n in names if isinstance(n.ctx, ast.Store)}
    targets = stmt.targets if isinstance(stmt, ast.Assign) else [stmt.target] if isinstance(stmt, ast.AugAssign) else []
    for target in targets:
        writes |= {resolve(scope, n.id) for n in ast.walk(target) if isinstance(n, ast.Name)}
    called = [functions[n.id] for n in names if n.id in functions]
    if isinstance(stmt, ast.Expr) or called or _shares(stmt):
        writes |= reads  # a call may change what it is given; an alias may be changed later
    for function in called:
        parameters = {f"{function.name}.{a.arg}" for a in [*function.args.args, *function.args.kwonlyargs]}
        results = {resolve(function.name, n.id) for s in ast.walk(function) if isinstance(s, ast.Return) and s.value
                   for n in ast.walk(s.value) if isinstance(n, ast.Name)}  # fmt: skip
        writes |= parameters
        reads |= results | parameters
    return reads, writes


def _shares(stmt: ast.stmt) -> bool:
    """May the name that is bound share memory with what is read?"""
    if not isinstance(stmt, ast.Assign):
        return False
    parts = stmt.value.elts if isinstance(stmt.value, ast.Tuple) else [stmt.value]
    return any(isinstance(p, (ast.Name, ast.Subscript, ast.Attribute, ast.IfExp, ast.Call)) for p in parts)


def _closure(start: set[str], edges: Edges) -> set[str]:
    followers: dict[str, set[str]] = {}
    for source, target in edges:
        followers.setdefault(source, set()).add(target)
    reached, waiting = set(), list(start)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += followers.get(name, ())
    return reached


def _heads(tree: ast.Module, carrying: set[int]) -> Iterator[int]:
    """The heads of blocks, and the lines of `else`, under which an active line stands."""
    found = set()
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block and hasattr(node, "lineno"):
                lines = range(block[0].lineno, (block[-1].end_lineno or 0) + 1)
                if not carrying.isdisjoint(lines):
                    found.add(node.lineno if name == "body" else block[0].lineno - 1)
    return found  # type: ignore[return-value]


def _jumps(tree: ast.Module, carrying: set[int], ran: frozenset[int]) -> set[int]:
    """`break` and `continue` that ran (the statement before them did), in loops with an active line."""
    found = set()
    for loop in ast.walk(tree):
        if not isinstance(loop, (ast.For, ast.While)):
            continue
        inside = set(range(loop.lineno, (loop.end_lineno or 0) + 1))
        for node in ast.walk(loop) if inside & carrying else ():
            body = getattr(node, "body", None)
            if isinstance(node, ast.If) and isinstance(body[-1], (ast.Break, ast.Continue)) and body[0].lineno in ran:
                found.add(body[-1].lineno)
    return found
