"""Why nobody misses a deleted statement: from the table of `survivors.py`, or by what the statement is.

What can be said of a statement by its place alone is said here: nothing follows a `return` that ends its function; what
follows an early way out comes to the same where no test and no text differs.
"""

from __future__ import annotations

import ast
import re
from functools import cache

from mutants import PACKAGE
from survivor import KINDS
from survivors import SURVIVORS

# Of those that no text shows, what the statement is says why; it is no proof.
AFTER = {
    "same": {
        ast.Continue: "nothing follows in the loop's body",
        ast.Return: "the function ends there: None in place of what is as little",
    },
    "shortcut": {
        ast.Continue: "what follows in the loop's body comes to the same",
        ast.Return: "what follows in the function comes to the same",
    },
}
# What statements look like that no number can depend on.
LOOKS = (
    (r"(self|result|facts|asked)\.(seen|known|settled|statements|expressions|callees|grouped|measured|before|clock|open)\b"
     r"|self\[\w+\] = |facts\.(settled|known)", "time", "what was worked out is kept, or forgotten"),
    (r"stage\(", "same", "shows the stage to who debugs"),
    (r"\w+\.reset\(\w+\)", "same", "what was asked is forgotten when the next call begins"),
    (r"super\(\).__init__\(\)", "same", "an empty dictionary is one before it is told so"),
    (r"check_(bound|atom)\(", "same", "holds the compiler against itself: it never fails"),
    (r"(message|advice) = ", "open", "words of a refusal, before which another comes wherever it was tried"),
    (r"\w+: .* = ", "open", "a first value, which every way that was tried binds anew"),
)  # fmt: skip
assert set(AFTER) <= set(KINDS)


def explained(key: str, kind: str) -> tuple[str, str]:
    """Of a survivor (`module:line: function: statement`) the kind of why, and why, in words."""
    module, line, function, statement = (part.strip() for part in key.split(":", 3))
    for s in SURVIVORS:
        if module in (s.module, s.was) and function == s.function and s.fits(statement):
            return s.kind, s.why
    if kind in ("unreached", "changed"):
        return kind, ""
    found = _statements(module).get(int(line))
    for group, reasons in AFTER.items():
        if found is not None and type(found[0]) in reasons and (group == "same") == found[1]:
            return group, reasons[type(found[0])]
    for pattern, group, why in LOOKS:
        if re.match(pattern, statement):
            return group, why
    return "open", ""


@cache
def _statements(module: str) -> dict[int, tuple[ast.stmt, bool]]:
    """The statements of a module by line, and whether what they stand in ends where they do, with as little a value."""
    found = {}
    tree = ast.parse((PACKAGE / f"{module}.py").read_text())
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.For, ast.While)):
            last = set(_last(node.body))
            wanted = ast.Return if isinstance(node, ast.FunctionDef) else ast.Continue
            for s in ast.walk(node):
                if isinstance(s, wanted):
                    found[s.lineno] = s, s in last and _is_little(getattr(s, "value", None))
    return found


def _last(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements behind which a block ends."""
    end = body[-1]
    if isinstance(end, ast.If):
        return _last(end.body) + (_last(end.orelse) if end.orelse else [])
    if isinstance(end, ast.Match):
        return [s for case in end.cases for s in _last(case.body)]
    return [end]


def _is_little(value: ast.expr | None) -> bool:
    """Nothing, or what is false as None is."""
    if isinstance(value, (ast.List, ast.Tuple)):
        return not value.elts
    return value is None or isinstance(value, ast.Constant) and not value.value
