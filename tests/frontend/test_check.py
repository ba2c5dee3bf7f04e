"""What is refused: the whole text of each message."""

from __future__ import annotations

import ast
import sys
import textwrap

import gast
import pytest

import adjoint
from adjoint.errors import UnsupportedSyntax
from adjoint.frontend.check import check
from adjoint.syntax import core


def function(body: str) -> core.Function:
    text = "def f(x):\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    return core.Function(gast.parse(text).body[0], core.Origin("model.py", 1, tuple(text.splitlines()), "f"))


def message(body: str) -> str:
    with pytest.raises(UnsupportedSyntax) as caught:
        check(function(body))
    return str(caught.value)


VALUES = "Return a list of values instead, or mark the function with @adjoint.constant."
ORDINARY = "Await the values first, and pass them to an ordinary function."
TRY = "Test with `if`, before the step that may fail, whether it would."
OUT = "Write out what it stands for."

# The text of the body, the part that the carets mark (all of it that stands on its line), what it is, what to do.
REFUSED = [
    ("y = yield", "yield", "`yield`", VALUES),
    ("y = yield from x", "yield from x", "`yield from`", VALUES),
    ("try:\n    y = 1\nexcept* OSError:\n    y = 2", "try:", "`except*`", TRY),
    ("class C:\n    pass", "class C:", "a class inside a function", "Define the class outside the function."),
    ("async def g(): pass", "async def g(): pass", "`async def`", ORDINARY),
    ("del x.y", "x.y", "`del` of an attribute", "Set it to None."),
    ("y = [k async for k in x]", "[k async for k in x]", "`async for`", ORDINARY),
    ("y = eval('x * 2')", "eval('x * 2')", "`eval`", OUT),
    ("y = locals()", "locals()", "`locals`", OUT),
    ("y = vars()['x']", "vars()", "`vars`", OUT),
    ("y = super().f(x)", "super()", "`super`", OUT),
]
if sys.version_info >= (3, 12):
    REFUSED.append(
        ("type T = int", "type T = int", "`type` inside a function", "Define the type outside the function.")
    )
if sys.version_info >= (3, 14):
    REFUSED.append(("y = t'{x}'", "t'{x}'", "a template string", "Write an f-string."))


@pytest.mark.parametrize(("body", "marked", "what", "advice"), REFUSED, ids=[case[0] for case in REFUSED])
def test_the_message_of_each_refused_construct(body, marked, what, advice) -> None:
    lines = ["    " + line for line in body.splitlines()]
    # A name is looked for behind what introduces it, so that `x` in "lambda **x" is not found in an earlier word.
    line = next(i for i, text in enumerate(lines) if marked in text)
    column = lines[line].rindex(marked) if marked in ("rest", "more", "x") else lines[line].index(marked)
    number = line + 2
    assert message(body) == (
        f"{what} cannot be differentiated\n"
        f"  model.py:{number}:{column + 1}\n"
        f"    {number} | {lines[line]}\n"
        f"      | {' ' * column}{'^' * len(marked)}\n"
        f"  {advice}"
    )


def test_all_problems_at_once_in_the_order_of_the_text() -> None:
    body = """
    class C: pass
    try:
        del x.y
    except OSError:
        z = yield y
    await y
    """
    assert [part.split("\n")[0] for part in message(body).split("\n\n")] == [
        "a class inside a function cannot be differentiated",
        "`del` of an attribute cannot be differentiated",
        "`yield` cannot be differentiated",
        "`await` cannot be differentiated",
    ]


def test_an_async_function() -> None:
    text = "async def f(x):\n    async for k in x:\n        await k"
    fn = core.Function(gast.parse(text).body[0], core.Origin("model.py", 1, tuple(text.splitlines()), "f"))
    with pytest.raises(UnsupportedSyntax) as caught:
        check(fn)
    assert str(caught.value) == (
        "`async def` cannot be differentiated\n  model.py:1:1\n    1 | async def f(x):\n      | ^^^^^^^^^^^^^^^\n  "
        + ORDINARY
    )


def test_a_node_that_is_not_known_is_refused() -> None:
    class Later(ast.expr):
        _fields = ()

    fn = function("return x")
    fn.tree.body[0].value = core.place(Later(), fn.tree.body[0].value)
    with pytest.raises(UnsupportedSyntax) as caught:
        check(fn)
    assert str(caught.value) == (
        "a construct (Later) that adjoint does not know cannot be differentiated\n"
        "  model.py:2:12\n    2 |     return x\n      |            ^\n"
        "  Move it to a function of its own, outside what is differentiated."
    )


TAKEN = """
"Doc."
a = b = x
(a, [b, c]), d = x
a, b = b, a
a += 1; x[0] -= a; x.y *= b; x[1:, ..., None] @= c
if a: pass
elif b or not c and a < b <= c: pass
else: pass
for i, (j, k) in enumerate(x):
    if i: break
    else: continue
else: pass
while (n := a) > 0: a = a - 1
else: pass
s = [i * j for i in x if i for j in i if j]
@cache
def g(y: Later, /, z=1, *rest, w=2, **more) -> Later:
    nonlocal a
    return y if z else w
h = lambda y, z=2: y * z
a, (*b, c), *d = x
for x[0], x.y in c: pass
for a, *b in c: pass
yield
yield x
yield from x
a = [1, *x, (2, *x)], {**x, 1: 2, **y}, {1, *x}, {k for k in x}, {k: 1 for k in x}, any(k for k in x)
b = [(s := k) for k in z]
import os, os.path as p
from os import sep as q, path
match x, y:
    case [1, *_] | {"a": None, **rest} | C(1, b=2) as k if k: pass
    case _: pass
try: pass
except (OSError, ValueError) as e: raise
except: pass
else: pass
finally: pass
with x as y, z: pass
with x as (y, z), a as b[0]: pass
assert a, "no"
t: float = 1
u: float
x.v: float = 2
del a, b[0], b[1:]
raise ValueError from None
print(f"{x:.{k}} {y!r}", *a, sep="", **k)
vars(x); super(C, x); sorted(x, key=lambda v: -v)
if s: raise ValueError("no")
y = {"a": 1, b: 2}[b], [], (), ~a | b & c ^ d << 1 >> 2 // 3 % 4 ** 5, a is not None, a not in x
return y
"""


def test_what_is_taken() -> None:
    check(function(TAKEN))


def test_local_names_are_not_the_builtins_they_are_spelled_like() -> None:
    check(function("eval = x\nreturn eval(1)"))


def test_defaults_and_annotations_of_the_function_itself_are_not_its_body() -> None:
    tree = gast.parse("def f(x: {int} = {1}): return x").body[0]
    check(core.Function(tree, core.Origin("model.py", 1, ("",), "f")))


def test_a_class_made_with_what_the_function_imports() -> None:
    def f(x):
        from dataclasses import dataclass

        @dataclass
        class Pair:
            a: float
            b: float = 2.0

        return Pair(x).a * x

    with pytest.raises(UnsupportedSyntax, match="a class inside a function"):
        adjoint.grad(f)(1.5)
