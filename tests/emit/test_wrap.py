"""Long lines are broken inside brackets, and mean what they meant."""

from __future__ import annotations

import ast

import gast
import pytest

from adjoint.emit.printer import to_source
from adjoint.emit.wrap import wrap

LONG = [
    ("    x = a * (c - ddd) + bbb", ["    x = (", "        a * (c - ddd)", "        + bbb", "    )"]),
    ("    xxxxx = a * (c - dddd)", ["    xxxxx = (", "        a * (c - dddd)", "    )"]),
    ("    x = a + b * (c - ddd)", ["    x = (", "        a", "        + b * (c - ddd)", "    )"]),
    ("return add(aaaa, bbbb, cc)", ["return add(", "    aaaa, bbbb, cc", ")"]),
    ("return add(aaaaaaaa, bbbbbbbb, cc)", ["return add(", "    aaaaaaaa,", "    bbbbbbbb,", "    cc,", ")"]),
    ("return aaaaaaaa, bbbbbbbb, cc", ["return (", "    aaaaaaaa,", "    bbbbbbbb,", "    cc,", ")"]),
    ("if aaaaaaaa < bbbbbbbb or cc:", ["if (", "    aaaaaaaa < bbbbbbbb", "    or cc", "):"]),
    ("def f(aaaaaaaa, bbbbbbbb, cc=1):", ["def f(", "    aaaaaaaa,", "    bbbbbbbb,", "    cc=1,", "):"]),
    ("x = [aaaaaaaa for aaaaaaaa, b in c]", ["x = [", "    aaaaaaaa", "    for aaaaaaaa, b in c", "]"]),
    ("x = [aa for bb, cc in dd if eeeeee]", ["x = [", "    aa", "    for bb, cc in dd", "    if eeeeee", "]"]),
    ("x[i, j] = f('a, b) + c', ddddddd)", ["x[i, j] = f(", "    'a, b) + c', ddddddd", ")"]),
    ("aaaaaaaa_very_long_name = bbbbbbbbbbbbb", ["aaaaaaaa_very_long_name = bbbbbbbbbbbbb"]),
    ("assert aaaaaaaa, f(bbbbbbbbb, ccccc)", ["assert aaaaaaaa, f(", "    bbbbbbbbb, ccccc", ")"]),
    ("import aaaaaaaa, bbbbbbbb, cccccccc", ["import aaaaaaaa, bbbbbbbb, cccccccc"]),
    ('"""A docstring of one line, (long)."""', ['"""A docstring of one line, (long)."""']),
]


@pytest.mark.parametrize(("line", "expected"), LONG)
def test_long_lines(line: str, expected: list[str]) -> None:
    assert wrap(line, 24) == expected


def test_a_line_that_fits_is_left_alone() -> None:
    assert wrap("x = (a + b)", 11) == ["x = (a + b)"]


def test_a_comment_behind_a_broken_line_goes_above_it() -> None:
    from adjoint.syntax import core

    long = gast.parse(f"x = f({', '.join('abcdefghij' for _ in range(12))})").body
    text = to_source(core.if_(core.load("c"), [*long, core.Comment("why", trailing=True)]))
    assert text.split("\n")[1:3] == ["    # why", "    x = f("]
    assert text.split("\n")[-1] == "    )"


@pytest.mark.parametrize(
    "template",
    [
        "x = {}",
        "x = y = f({})",
        "return_value[{}] += 1",
        "f(x)[{}].sum(axis=0)",
        "x = [({}) for x in y if ({})]",
        "x = lambda a, b: ({})",
        "if {}:\n    pass\nelif f({}):\n    pass",
        "while not ({}):\n    pass",
        "for i in range({}):\n    pass",
        "with open({}) as f:\n    pass",
        "def f(x=({}), *args, **kwargs):\n    return ({}), *y",
        "print(f'{{x}} or (', {}, sep=', ')",
        "raise E({}) from None",
        "assert {}, ({})",
        "x = a if ({}) else b if c else ({})",
        "x: int = {}",
    ],
)
@pytest.mark.parametrize(
    "part",
    [
        " + ".join(f"name_{k} * 2" for k in range(20)),
        " or ".join(f"name_{k} < name_{k + 1} and not f(a, b)" for k in range(8)),
        ", ".join(f"name_{k}" for k in range(30)),
        ", ".join(f"'text ( {k}'" for k in range(30)),
    ],
)
def test_the_tree_stays_the_same(template: str, part: str) -> None:
    source = template.replace("{}", part).replace("{{", "{").replace("}}", "}")
    if "," in part and template.startswith(("if", "while", "assert")):
        source = source.replace("if " + part, f"if ({part})").replace("assert " + part, f"assert [{part}]")
    tree = ast.parse(source)
    text = to_source(gast.parse(source))
    assert ast.dump(ast.parse(text)) == ast.dump(tree)
    if not template.startswith(("with", "assert")):
        assert max(map(len, text.split("\n"))) <= 100
