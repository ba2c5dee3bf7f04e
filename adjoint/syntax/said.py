"""What a message calls a value: the user's own name for it, else the text that computes it.

    >>> import gast
    >>> from adjoint.syntax import core
    >>> text = "def f(x, k):\\n    return (x[k] * 2).sum()"
    >>> tree = gast.parse(text).body[0]
    >>> product = tree.body[0].value.func.value
    >>> tree.body.insert(0, core.bind("t", product, at=tree.body[0]))
    >>> fn = core.Function(tree, core.Origin("model.py", 1, tuple(text.splitlines()), "f"), temps=frozenset(["t"]))
    >>> said("k", fn), said("t", fn), said("t.sum", fn)
    ('`k`', '`x[k] * 2`', '`(x[k] * 2).sum`')

In a gradient that is differentiated again, `x_bar` is the cotangent of `x`.
"""

from __future__ import annotations

import ast
import re
from typing import Any

import gast

from adjoint.syntax import core

NOBODY = "what is computed here"


def said(path: str, fn: core.Function) -> str:
    """How to speak of a name, or of an attribute of one."""
    root, dot, rest = path.partition(".")
    if fn.origin.sources:
        return _of_generated(path)
    if root not in fn.temps:
        return f"`{_as_written(root, fn)}{dot}{rest}`"
    text = _text_of(root, fn)
    if text is None:
        return NOBODY
    if dot and not re.fullmatch(r"[\w.]+(\([^()]*\)|\[[^][]*\])?", text):
        text = f"({text})"
    return f"`{text}{dot}{rest}`"


def _as_written(name: str, fn: core.Function) -> str:
    """The user's name, of which the compiler's may be a later version: `y` where it says `y_1`."""
    first = re.fullmatch(r"(.*?[^_\d])(_\d+)+", name)
    if first is None:
        return name
    words = set(re.findall(r"\w+", "\n".join(fn.origin.lines)))
    return first[1] if first[1] in words and name not in words else name


def _of_generated(path: str) -> str:
    """A name in a text of ours."""
    name, _, ending = path.rpartition("_")
    whose = NOBODY if re.fullmatch(r"t(_\d+)*", name) else f"`{name}`"
    if ending == "bar" and name:
        return f"the cotangent of {whose}"
    if ending == "stack" and name:
        return f"what is recorded of {whose}"
    return NOBODY if re.fullmatch(r"t(_\d+)*", path) else f"`{path}`"


def _text_of(name: str, fn: core.Function) -> str | None:
    """The user's text for what a name of the compiler's holds; None where it stands on several lines."""
    for stmt in fn.statements:
        if isinstance(stmt, gast.Assign) and core.is_name(stmt.targets[0], name):
            return _spelled(_segment(stmt.value, fn.origin) or _segment(stmt, fn.origin), name)
    return None


def _segment(node: Any, origin: core.Origin) -> str | None:
    line, end = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
    if line is None or line != end or not 0 <= line - origin.line < len(origin.lines):
        return None
    cut: bytes = origin.lines[line - origin.line].encode()[node.col_offset : node.end_col_offset]
    return cut.decode(errors="ignore")


def _spelled(text: str | None, name: str) -> str | None:
    """The expression in a text, or the name that it binds, of which the compiler's is a later version."""
    try:
        tree: Any = ast.parse((text or "").strip())
    except SyntaxError:
        return None
    match tree.body:
        case [ast.Expr(value=value)]:
            return ast.unparse(value)
        case [ast.Assign(targets=[ast.Name(id=target)])] if re.fullmatch(rf"{target}(_\d+)*", name):
            return target
        case [ast.Assign(value=value) | ast.AugAssign(value=value) | ast.Return(value=ast.expr() as value)]:
            return ast.unparse(value)
    return None
