"""Where comments go: behind one short statement, above a group, nowhere if nothing is left of the group."""

from __future__ import annotations

import gast
import pytest

from adjoint.emit.comments import arranged, layout
from adjoint.emit.printer import to_source
from adjoint.syntax import core


def block(text: str) -> list[object]:
    """The statements of a text in which `'#...'` stands for a comment, `'#'` for an empty line."""
    return [_comments(stmt) for stmt in gast.parse(text).body]


def _comments(stmt: object) -> object:
    if isinstance(stmt, gast.Expr) and isinstance(stmt.value, gast.Constant) and str(stmt.value.value)[:1] == "#":
        return core.Comment(stmt.value.value[1:])
    for name in ("body", "orelse", "finalbody"):
        if isinstance(getattr(stmt, name, None), list):
            setattr(stmt, name, [_comments(inner) for inner in getattr(stmt, name)])
    for handler in getattr(stmt, "handlers", []):
        _comments(handler)
    return stmt


CASES = {
    "one statement": ("'#c'\nx = 1", "x = 1  # c"),
    "two statements": ("'#c'\nx = 1\ny = 2", "# c\nx = 1\ny = 2"),
    "each its own": ("'#c'\nx = 1\n'#d'\ny = 2", "x = 1  # c\ny = 2  # d"),
    "before a loop": ("'#c'\nfor i in r:\n  x = i", "# c\nfor i in r:\n    x = i"),
    "one statement, then a loop": ("'#c'\nx = 1\nfor i in r:\n  x = i", "x = 1  # c\nfor i in r:\n    x = i"),
    "one statement after a loop": ("for i in r:\n  x = i\n'#c'\nx = 1", "for i in r:\n    x = i\nx = 1  # c"),
    "an empty line ends the group": ("'#c'\nx = 1\n'#'\ny = 2", "x = 1  # c\n\ny = 2"),
    "nothing after it": ("x = 1\n'#c'", "x = 1"),
    "nothing before the next": ("'#c'\n'#d'\nx = 1", "x = 1  # d"),
    "nothing before an empty line": ("x = 1\n'#c'\n'#'\ny = 1", "x = 1\n\ny = 1"),
    "the same twice": ("'#c'\nx = 1\n'#c'\ny = 2", "# c\nx = 1\ny = 2"),
    "the same thrice": ("'#c'\nx = 1\n'#c'\ny = 2\n'#c'\nz = 2", "# c\nx = 1\ny = 2\nz = 2"),
    "the same, one of them empty": ("'#c'\n'#c'\nx = 1", "x = 1  # c"),
    "the same, another that is empty between": ("'#c'\nx = 1\n'#d'\n'#c'\ny = 2", "# c\nx = 1\ny = 2"),
    "the same, another between": ("'#c'\nx = 1\n'#d'\nz = 0\n'#c'\ny = 2", "x = 1  # c\nz = 0  # d\ny = 2  # c"),
    "the same on both sides of an empty line": ("'#c'\nx = 1\n'#'\n'#c'\ny = 2", "x = 1  # c\n\ny = 2  # c"),
    "empty lines": ("'#'\n'#'\nx = 1\n'#'\n'#'\ny = 1\n'#'", "x = 1\n\ny = 1"),
    "empty lines with a dropped comment between": ("x = 1\n'#'\n'#c'\n'#'\ny = 1", "x = 1\n\ny = 1"),
    "of two lines": ("'#c\\nd'\nx = 1", "# c\n# d\nx = 1"),
    "nothing but a comment": ("if a:\n  '#c'\nelse:\n  '#d'", "if a:\n    pass"),
    "elif": (
        "if a:\n  '#c'\n  x = 1\nelif b:\n  '#c'\n  x = 1\n  y = 1\nelse:\n  '#e'\n  z = 1",
        "if a:\n    x = 1  # c\nelif b:\n    # c\n    x = 1\n    y = 1\nelse:\n    z = 1  # e",
    ),
    "other blocks": (
        "try:\n  '#c'\n  x = 1\nexcept E as e:\n  '#d'\n  y = 1\nfinally:\n  with a:\n    '#e'\n    z = 1",
        "try:\n    x = 1  # c\nexcept E as e:\n    y = 1  # d\nfinally:\n    with a:\n        z = 1  # e",
    ),
    "a definition": ("'#c'\ndef f():\n  '#d'\n  x = 1", "# c\ndef f():\n    x = 1  # d"),
}


@pytest.mark.parametrize(("given", "expected"), CASES.values(), ids=CASES)
def test_arrangement(given: str, expected: str) -> None:
    once = arranged(block(given))
    assert to_source(once) == expected
    assert to_source(arranged(once)) == expected


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_the_line_with_its_indentation_stays_within_88_columns(depth: int) -> None:
    for length, fits in ((88, True), (89, False)):
        text = "c" * (length - 4 * depth - len("x = 1  # "))
        stmts = arranged([core.Comment(text), core.bind("x", core.const(1))], depth)
        assert [isinstance(s, core.Comment) for s in stmts] == [not fits, fits]


def test_the_indentation_inside_blocks_counts() -> None:
    for length, fits in ((88, True), (89, False)):
        text = "c" * (length - 12 - len("x = 1  # "))
        inner = [core.Comment(text), core.bind("x", core.const(1))]
        tree = core.if_(
            core.load("a"), [core.pass_()], [core.if_(core.load("b"), [core.for_("i", core.load("r"), inner)])]
        )
        shown = to_source(layout(function([tree])).tree).split("\n")
        assert any(line.strip().startswith("x = 1  # c") for line in shown) == fits
        assert max(map(len, shown)) <= 88 + 8  # the elif is one level less deep than it is nested


def test_a_pass_is_pure() -> None:
    body = block("for i in r:\n  '#c'\n  x = 1\n'#d'\ny = 1")
    fn = function(body)
    before = to_source(fn.tree)
    out = layout(fn)
    assert to_source(fn.tree) == before
    assert to_source(out.tree) == "def f():\n    for i in r:\n        x = 1  # c\n    y = 1  # d"
    # Statements are shared, not copied, and no node stands in the tree twice.
    assert out.tree.body[1] is body[2]
    nodes = [id(node) for node in gast.walk(out.tree) if isinstance(node, (gast.stmt, gast.Name, gast.Constant))]
    assert len(nodes) == len(set(nodes))


def function(body: list[object]) -> core.Function:
    return core.Function(core.function_def("f", [], body), core.Origin("model.py", 1, (), "f"))
