"""Make a failing program small: leave out statements, replace compound ones by their bodies, while it still fails."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator


def shrunk(text: str, fails: Callable[[str], bool]) -> str:
    """The smallest program found of which `fails` is still true."""
    text = ast.unparse(ast.parse(text))
    changed = True
    while changed:
        changed = False
        for smaller in candidates(text):
            if len(smaller) < len(text) and fails(smaller):
                text, changed = smaller, True
                break
    return text


def candidates(text: str) -> Iterator[str]:
    """Programs with one thing less."""
    count = sum(1 for _ in blocks(ast.parse(text)))
    for k in range(count):
        size = len(list(blocks(ast.parse(text)))[k])
        for i in range(size):
            for form in ("drop", "body", "orelse"):
                tree = ast.parse(text)
                block = list(blocks(tree))[k]
                inner = getattr(block[i], form, None)
                if form != "drop" and not isinstance(inner, list):
                    continue
                block[i : i + 1] = [] if form == "drop" else inner
                if not block:
                    block.append(ast.Pass())
                yield ast.unparse(ast.fix_missing_locations(tree))
    yield from simpler(text)


def simpler(text: str) -> Iterator[str]:
    """Programs with one operation replaced by one of its operands."""
    operations = [n for n in ast.walk(ast.parse(text)) if isinstance(n, (ast.BinOp, ast.Call, ast.BoolOp, ast.UnaryOp))]
    for k in range(len(operations)):
        for side in range(3):
            tree = ast.parse(text)
            target = [n for n in ast.walk(tree) if isinstance(n, (ast.BinOp, ast.Call, ast.BoolOp, ast.UnaryOp))][k]
            parts = [n for n in ast.iter_child_nodes(target) if isinstance(n, ast.expr)]
            if side < len(parts):
                yield ast.unparse(_Replace(target, parts[side]).visit(tree))


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse"):
            block = getattr(node, name, None)
            if isinstance(block, list) and not isinstance(node, ast.Module) and block:
                yield block
