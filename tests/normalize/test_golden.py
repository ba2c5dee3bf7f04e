"""The normal form of every construct, to be read."""

from __future__ import annotations

import constructs
import constructs_later
import gast

from adjoint.emit.printer import to_source
from adjoint.frontend.resolve import resolve
from adjoint.frontend.source import parse
from adjoint.normalize import normalize
from adjoint.syntax import core

CASES = [*constructs.CASES, *constructs_later.CASES]


def test_constructs(golden):
    texts = [to_source(normalize(resolve(parse(original))).tree).strip() for original, _ in CASES]
    golden("normalize/constructs.py", "\n\n\n".join(texts) + "\n")


def test_positions():
    """Every statement knows the user's statement that it comes from: of a compound one, the header."""
    for original, _ in CASES:
        fn = parse(original)
        for stmt in core.statements(normalize(resolve(fn)).tree.body):
            lines = fn.origin.lines[stmt.lineno - fn.origin.line : stmt.end_lineno - fn.origin.line + 1]
            assert len(lines) == 1 or isinstance(stmt, gast.FunctionDef), lines
