"""Lay statements out in lines and blocks: indentation, empty lines, comments, docstrings.

>>> from adjoint.emit.printer import to_source
>>> from adjoint.syntax import core
>>> print(to_source([core.pass_(), core.Comment("why", trailing=True), core.Comment(""), core.Comment("above")]))
pass  # why
<BLANKLINE>
# above
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.emit.expressions import ExpressionPrinter
from adjoint.emit.literals import docstring
from adjoint.emit.wrap import wrap
from adjoint.syntax import core

WIDTH = 100
COMPOUND = (
    gast.FunctionDef,
    gast.AsyncFunctionDef,
    gast.ClassDef,
    gast.If,
    gast.For,
    gast.AsyncFor,
    gast.While,
    gast.With,
    gast.AsyncWith,
    gast.Try,
    gast.TryStar,
    gast.Match,
    core.Attempt,
)
DEFINITIONS = (gast.FunctionDef, gast.AsyncFunctionDef, gast.ClassDef)


class BlockPrinter(ExpressionPrinter):
    """The methods for lines and blocks; a line is open until the next one starts."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.origins: dict[int, int] = {}
        self.comment = ""  # what is to stand behind the open line

    def finish(self) -> None:
        """Close the open line, if there is one."""
        if not self.pieces:
            return
        line = "".join(self.pieces)
        if len(line) > WIDTH or "\n" in line:
            self._finish_long(line)
        else:
            self.lines.append(f"{line}  # {self.comment}" if self.comment else line)
        self.pieces, self.comment = [], ""

    def _finish_long(self, line: str) -> None:
        """Close a line that may have to be broken; a docstring has line breaks of its own."""
        is_code = "\n" not in line and not line.lstrip().startswith("#")
        lines = wrap(line, WIDTH) if is_code else [line]
        if self.comment and len(lines) > 1:
            lines.insert(0, line[: len(line) - len(line.lstrip())] + f"# {self.comment}")
        elif self.comment:
            lines[0] += f"  # {self.comment}"
        self.lines += "\n".join(lines).split("\n")

    def fill(self, text: str = "") -> None:
        self.finish()
        self.pieces.append("    " * self._indent + text)

    def dispatch(self, tree: Any) -> None:
        if isinstance(tree, list):
            self.block(tree)
        else:
            super().dispatch(tree)

    def block(self, stmts: Sequence[Any], is_documented: bool = False) -> None:
        """Print statements, with empty lines around definitions; a block of nothing but comments gets a `pass`."""
        before: Any = None
        for stmt in stmts:
            if before is not None:
                self._separate(before, stmt)
            if before is None and is_documented and _is_docstring(stmt):
                self._docstring(stmt.value)
            elif isinstance(stmt, core.Comment) and stmt.trailing and _may_carry(before):
                self.comment = stmt.text.replace("\n", " ")
            else:
                self._note_origin(stmt)
                self.dispatch(stmt)
            before = stmt
        if self._indent and all(isinstance(stmt, core.Comment) for stmt in stmts):
            self.fill("pass")

    def _note_origin(self, stmt: Any) -> None:
        self.finish()
        line = getattr(stmt, "lineno", None)
        if line is not None:
            self.origins[len(self.lines) + 1] = line

    def _separate(self, before: Any, stmt: Any) -> None:
        if isinstance(before, DEFINITIONS) or (isinstance(stmt, DEFINITIONS) and not isinstance(before, core.Comment)):
            if not (isinstance(stmt, core.Comment) and (stmt.trailing or not stmt.text)):
                self._empty_lines(1 if self._indent else 2)

    def _empty_lines(self, count: int) -> None:
        self.finish()
        self.lines.extend([""] * count)

    def _Comment(self, node: core.Comment) -> None:
        if not node.text:
            return self._empty_lines(1)
        for line in node.text.split("\n"):
            self.fill(f"# {line}".rstrip())
        return None

    def _docstring(self, node: Any) -> None:
        text = docstring(node.value)
        self.fill()
        self.write(text) if text is not None else self._Constant(node)

    def _body(self, stmts: Sequence[Any], is_documented: bool = False) -> None:
        self.enter()
        self.block(stmts, is_documented)
        self.leave()

    def _otherwise(self, word: str, stmts: Sequence[Any]) -> None:
        if stmts:
            self.fill(word)
            self._body(stmts)


def _may_carry(stmt: Any) -> bool:
    """Whether a trailing comment may go behind this statement."""
    return stmt is not None and not isinstance(stmt, (*COMPOUND, core.Comment))


def _is_docstring(stmt: Any) -> bool:
    return isinstance(stmt, gast.Expr) and isinstance(stmt.value, gast.Constant) and isinstance(stmt.value.value, str)
