"""What is Core, and what is said of everything else."""

from __future__ import annotations

import builtins
from collections.abc import Callable

import gast
import numpy as np
import pytest

from adjoint.errors import InternalError
from adjoint.syntax import core
from adjoint.syntax.validate import validate

BINDINGS = {"np": np, "np.sin": np.sin, "np.sum": np.sum, "np.random.rand": np.random.rand}


def function(body: str, **fields) -> core.Function:
    text = "def f(x, A, b):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    fields.setdefault("bindings", BINDINGS)
    return core.Function(gast.parse(text).body[0], core.Origin("model.py", 1, (), "f"), **fields)


def complaints(body: str, folded: bool = False, **fields) -> list[str]:
    try:
        validate(function(body, **fields), "test", folded=folded)
    except InternalError as error:
        return [line.removeprefix("not Core, ") for line in error.args[1].splitlines()]
    return []


CORE = """
y = x
y = -1
y = ...
y = x + 1
y = not x
y = x < 1
y = np.sin(x, out=b)
y = x.sum(axis=(0, 1))
y = g(x, *b, k=x, **A)
y = A[2 * i + 1, :len(x) - 1, ..., None, -b.shape[0] // 2]
y = A[[0, 2]]
y = x.T
y = np.pi
y = (x, 1)
y = [x, (1, 2)]
y = {"a": x, 1: 2}
y = x if x > 0 and np.sin(x).any() else b
y = lambda v: v * 2 + x
y = f"{x:.3f}"
y, z = x.pair()
y, z = x
y, z = z, y
A[y, 1:] = x
A.v = x
y @= x
A[y] += x
A[y] -= 1
if 0 < x <= np.sum(A[0]) + 1 or not x.any():
    pass
elif x:
    y = 1
else:
    print(x)
for k in range(len(x) - 1, -1, -1):
    y = x
    if y > 1:
        break
for v in x:
    pass
while x.sum() < 3:
    y = x + 1
    if y > 1:
        break
with x as y:
    pass
assert y > 0, "no"
raise ValueError("no")
del y
def g(v, w=1):
    return v, w
return y, 1"""


def test_what_is_core() -> None:
    assert complaints(CORE.strip()) == []


SHAPES = [
    ("y = x + b * 2\nreturn y", "line 2: not a flat value: `x + b * 2`"),
    ("y = g(x + 1)\nreturn y", "line 2: not a flat value: `g(x + 1)`"),
    ("y = g(x)(b)\nreturn y", "line 2: not a flat value: `g(x)(b)`"),
    ("y = (x + 1).sum()\nreturn y", "line 2: not a flat value: `(x + 1).sum()`"),
    ("y = x < b < A\nreturn y", "line 2: not a flat value: `x < b < A`"),
    ("y = x and b\nreturn y", "line 2: not a flat value: `x and b`"),
    ("y = x + 1 if b else x\nreturn y", "line 2: not a flat value: `x + 1 if b else x`"),
    ("y = [v for v in x]\nreturn y", "line 2: not a flat value: `[v for v in x]`"),
    ("y = (z := x)\nreturn y", "line 2: not a flat value: `(z := x)`"),
    ("y = A[b[0]]\nreturn y", "line 2: not a flat value: `A[b[0]]`"),
    ("y = A[x > 0]\nreturn y", "line 2: not a flat value: `A[x > 0]`"),
    ("y = A[x / 2]\nreturn y", "line 2: not a flat value: `A[x / 2]`"),
    ("y = {**x}\nreturn y", "line 2: not a flat value: `{**x}`"),
    ("y = lambda v: (z := v)\nreturn y", "line 2: not a flat value: `lambda v: (z := v)`"),
    ("y = z = x\nreturn y", "line 2: a chained assignment: `y = z = x`"),
    ("(y, z), u = x\nreturn y", "line 2: a nested target: `(y, z), u = x`"),
    ("y, z = x, b\nreturn y", "line 2: not the same names on both sides: `y, z = x, b`"),
    ("y, z = x + b\nreturn y", "line 2: only the results of a call or a named value are unpacked: `y, z = x + b`"),
    ("[y, z] = x\nreturn y", "line 2: no target: List: `[y, z]`"),
    ("A[0] = x + 1\nreturn x", "line 2: what is stored is no atom: `A[0] = x + 1`"),
    ("A[0][1] = x\nreturn x", "line 2: a store into something without a name: `A[0][1]`"),
    ("A.b.c = x\nreturn x", "line 2: a store into something without a name: `A.b.c`"),
    ("A[g(x)] = x\nreturn x", "line 2: not an index: `A[g(x)]`"),
    ("A[0] *= x\nreturn x", "line 2: only += and -= change a cell: `A[0] *= x`"),
    ("A.v += x\nreturn x", "line 2: only += and -= change a cell: `A.v += x`"),
    ("x += b * 2\nreturn x", "line 2: what is added is no atom: `x += b * 2`"),
    ("if g(x):\n    pass\nreturn x", "line 2: not a pure test: `g(x)`"),
    ("if np.random.rand() > 0:\n    pass\nreturn x", "line 2: not a pure test: `np.random.rand() > 0`"),
    ("while (y := x):\n    pass\nreturn x", "line 2: not a pure test: `(y := x)`"),
    ("for k, v in x:\n    pass\nreturn x", "line 2: a loop's variable is no name: `for k, v in x:`"),
    ("for k in enumerate(x):\n    pass\nreturn x", "line 2: not a range or a name: `enumerate(x)`"),
    ("for k in range(g(x)):\n    pass\nreturn x", "line 2: not a range or a name: `range(g(x))`"),
    ("for k in x:\n    pass\nelse:\n    pass\nreturn x", "line 2: a loop with else: `for k in x:`"),
    ("for k in x:\n    if k:\n        break\n    pass\nreturn x", "line 4: no place for Break: `break`"),
    ("for k in x:\n    if k:\n        break\n    else:\n        pass\nreturn x", "line 4: no place for Break: `break`"),
    ("for k in x:\n    continue\nreturn x", "line 3: no place for Continue: `continue`"),
    ("with g(x) as y:\n    pass\nreturn x", "line 2: `with` takes an atom and a name: `with g(x) as y:`"),
    ("x + b\nreturn x", "line 2: not a flat call: `x + b`"),
    ("assert g(x)\nreturn x", "line 2: not pure: `g(x)`"),
    ("raise ValueError(x + 1)\nreturn x", "line 2: not a flat raise: `raise ValueError(x + 1)`"),
    ("del A[0]\nreturn x", "line 2: only names are deleted: `del A[0]`"),
    ("try:\n    pass\nfinally:\n    pass\nreturn x", "line 2: no place for Try: `try:`"),
    ("y: float = x\nreturn y", "line 2: no place for AnnAssign: `y: float = x`"),
    ("if x:\n    return b\nreturn x", "line 3: no place for Return: `return b`"),
    ("return x + 1", "line 2: a function returns atoms: `return x + 1`"),
    ("pass", "line 1: a function's last statement is its return: `def f(x, A, b):`"),
    ("def g(v):\n    return v + 1\nreturn x", "line 3: a function returns atoms: `return v + 1`"),
    ("range = g\nfor k in range(x):\n    pass\nreturn x", "line 3: not a range or a name: `range(x)`"),
]


@pytest.mark.parametrize(("body", "complaint"), SHAPES, ids=[case[0] for case in SHAPES])
def test_what_is_not(body, complaint) -> None:
    assert complaints(body) == [complaint]


def test_all_complaints_with_the_stage_and_the_printed_tree() -> None:
    with pytest.raises(InternalError) as caught:
        validate(function("y = x + b * 2\nreturn y + 1"), "flatten")
    assert str(caught.value) == (
        "not Core, line 2: not a flat value: `x + b * 2`\n"
        "not Core, line 3: a function returns atoms: `return y + 1`\n"
        "  after `flatten`:\n"
        "    def f(x, A, b):\n        y = x + b * 2\n        return y + 1\n"
        "  This is a bug in adjoint: please report it with the function that you differentiated."
    )


def test_comments_stand_anywhere() -> None:
    fn = function("for k in x:\n    if k:\n        break\nreturn x")
    loop, back = fn.tree.body
    loop.body.append(core.Comment("why", trailing=True))
    loop.body[0].body.insert(0, core.Comment("why"))
    validate(fn.with_body([core.Comment("first"), loop, back, core.Comment("last")]), "test")


def test_a_block_of_comments_alone_is_empty() -> None:
    fn = function("if x:\n    pass\nreturn x")
    fn.tree.body[0].body = [core.Comment("nothing")]
    with pytest.raises(InternalError, match="^not Core, line 2: an empty block: `if x:`"):
        validate(fn, "test")


FOLDED = """
y = g(x + 1, [b * 2, 3]) * -A[np.sum(x) - 1:, b > 0][0]
y, z = np.sin(x + 1)
A[x.sum(), 1:] = y + 1
A[0] += np.sin(y) * b
for k in range(int(x) + 1):
    y *= x + k
if np.sin(x).any():
    print(x + 1)
return y + 1, (x * b).sum()"""


def test_folded_expressions_nest() -> None:
    assert complaints(FOLDED.strip(), folded=True) == []
    assert len(complaints(FOLDED.strip())) == 9  # line 4 has two, line 8 none


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("y = x + (z := b)\nreturn y", "line 2: not a flat value: `x + (z := b)`"),
        ("y = g([v for v in x])\nreturn y", "line 2: not a flat value: `g([v for v in x])`"),
        ("A[0] *= x\nreturn x", "line 2: only += and -= change a cell: `A[0] *= x`"),
    ],
)
def test_what_is_not_folded_core_either(body, complaint) -> None:
    assert complaints(body, folded=True) == [complaint]


def test_a_node_that_stands_twice_is_told_once() -> None:
    fn = function("y = x + b\nreturn y")
    with pytest.raises(InternalError) as caught:
        validate(fn.with_body([fn.tree.body[0], fn.tree.body[0], fn.tree.body[1]]), "test")
    assert caught.value.args[1] == "not Core, line 2: a node that stands twice in the tree: `y = x + b`"


def scale(x):
    return x * unknown + other(x)  # noqa: F821


def test_reads_of_names_that_nothing_binds() -> None:
    body = "y = x_bar * unknown\nz = other(x)\nfor k in range(len(t)):\n    y = k\nreturn f"
    assert complaints(body, target=scale) == [
        "line 2: `x_bar` is read but bound nowhere: `y = x_bar * unknown`",
        "line 4: `t` is read but bound nowhere: `for k in range(len(t)):`",
    ]
    assert complaints(body, temps=frozenset(["t"])) == [
        "line 4: `t` is read but bound nowhere: `for k in range(len(t)):`",
    ]


def test_a_renamed_builtin_is_known_by_its_binding() -> None:
    bindings = {"range_1": range, "len_1": len}
    assert complaints("range = x\nfor k in range_1(len_1(x)):\n    y = range\nreturn y", bindings=bindings) == []
    assert hasattr(builtins, "range")


def test_a_tree_that_does_not_print_is_dumped() -> None:
    fn = function("y = x\nreturn y")
    fn.tree.body[0].targets = [None]
    with pytest.raises(InternalError) as caught:
        validate(fn, "test")
    assert caught.value.args[1] == "not Core, line ?: no target: NoneType: `None`"
    assert "targets=[\n" in str(caught.value)


def test_the_work_grows_linearly(calls_in: Callable[[Callable[[], object]], int]) -> None:
    def work(count: int) -> int:
        fn = function("x = A[2 * b + 1] + np.sin(x)\n" * count + "return x")
        return calls_in(lambda: validate(fn, "test", folded=True))

    assert work(1000) < 11 * work(100)
