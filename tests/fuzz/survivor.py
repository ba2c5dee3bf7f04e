"""What is said of a statement of the compiler that could be deleted unnoticed."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parent.parent.parent / "adjoint"

KINDS = {
    "test": "a gap in the tests, which has a test now (this run had no time to come to it)",
    "dead": "dead code, removed",
    "same": "`pass` does the same: the function ends, or goes on to find nothing to do",
    "shortcut": "an early way out: in the tests that were met what follows came to the same, to the letter of the text",
    "time": "costs time or an easier text alone",
    "changed": "another text, whose numbers are right wherever they were compared",
    "guard": "never reached, or a refusal beside another: what comes before it or after it says why",
    "open": "not explained: no test that was met fails, no text differs, no program is known to go wrong",
    "unreached": "not explained: no test of the run comes here",
}


@dataclass(frozen=True)
class Survivor:
    """A statement (its beginning) in a function of a module; `was` is the module that it was in when it was deleted."""

    module: str
    function: str
    statement: str
    kind: str
    why: str
    was: str = ""

    def is_there(self) -> bool:
        """Does the function still have such a statement?"""
        tree = ast.parse((PACKAGE / f"{self.module}.py").read_text())
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == self.function]
        return any(self.fits(ast.unparse(s)) for f in functions for s in ast.walk(f) if isinstance(s, ast.stmt))

    def fits(self, statement: str) -> bool:
        return statement == self.statement or len(self.statement) > 30 and statement.startswith(self.statement)
