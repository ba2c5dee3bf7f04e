"""The text parses to the tree it was printed from, with no more parentheses than needed."""

from __future__ import annotations

import ast
import importlib.util
import sys
import tokenize
import warnings
from pathlib import Path

import gast
import pytest

from adjoint.emit.printer import printed, to_source
from adjoint.syntax import core

# What is printed as it stands here.
EXACT = r"""
a * (b + c)
a * b + c
a - (b - c)
a - b - c
(a - b) * c - d * (e - f)
-(X @ w)
t_bar - t_bar * a / x**2
p_bar * p**2 * e
x**-1 + x**-y + 2.0**n + x.T**2
(a + b) ** 2 + (-1) ** n + f(x) ** 2 + x[i] ** 2
a**b**c
(a**b) ** c
-x**2
(-x) ** 2
--x
not a and (b or c)
not (a and b)
(not a) == b
a < b <= c != d
(a < b) < c
a if b else c if d else e
(a if b else c) if d else e
(a if b else c) + 1
lambda: (yield)
lambda x, /, y=1, *args, z, w=2, **kw: x + y
(lambda x: x)(1)
a | b ^ c & d << e + f
(a | b) & c
a @ b % c // d
~a
x[i - 1 : i + 1]
A[1:3, ::2]
x[:-1] + x[1:] + x[-n:]
x[: len(x) - 1]
x[i + 1 :, 1:2, None, ...]
x[::f]
x[a.b : c, (1, 2)]
x[()]
x[i,]
x[*i, j]
x[f(i)][j].T.sum(axis=0)(k)
f(*args, k, a=1, **kw)
sum(x * y for x, y in zip(a, b))
f((x for x in y), 1)
[x for (x,) in y if x if (y if x else z)]
{k: v for k, v in d.items()}
{x, *y} | {**d, "a": 1}
{x for x in y or z}
(x, y)
(x,)
()
[(x, y), [z]]
(1).real + 1.5.real + 1j.imag
"it's" + 'say "x"' + b"\x00"
"a\nb\\"
f"{x!r:>{w}}{{}}" + f"{(lambda: 1)}" + f'{d["k"]}'
f"{ {1: 2}[1]}" + f"{x:.3f}"
... is None or True
(y := f(x)) + y
x = y = yield
x = yield y
x = (y := 1)
a, b = b, a
(a,) = f(x)
a, *b = c
[a, b] = c
x[i, j] = y.z = 1
x += 1
x **= y
x @= a, b
x: int = 1
(x): int
x.y: "str"
return
return a, b
return *a, b
return (yield)
del a, b[0], (c, d)
assert a, "no"
assert (a, b)
raise
raise E(a) from b
global a, b
nonlocal c
import a.b as c, d
from . import x as y
from ..a import *
pass
"""

BLOCKS = r"""
if a:
    pass
elif b:
    x = 1
elif (y := c):
    pass
else:
    if d:
        pass
    pass
---
if a:
    pass
else:
    if b:
        pass
    else:
        pass
    x
---
for i, (j, k) in zip(a, b):
    break
else:
    continue
---
for x in *a, b:
    pass
---
while (n := f(n)) > 0:
    pass
else:
    pass
---
with a as b, c, d as (e, f):
    pass
---
with (a, b):
    pass
---
with ((a, b)):
    pass
---
try:
    a
except (A, B) as e:
    b
except C:
    pass
except:
    c
else:
    d
finally:
    f
---
try:
    a
except* A:
    pass
---
@d.e(1)
@f
def g(a, b: int = 1, /, c=2, *d: tuple, e, f=3, **h) -> None:
    "doc"
    def inner():
        return
    x = 1
    async def k(*, a):
        async with b as c:
            await d
        async for e in f:
            return [x async for x in y]
        return await (await g)
    class A(B, metaclass=C):
        "doc \\ with backslash"
        x: int
    class D:
        def m(self):
            yield from a
---
match x, y:
    case 1 | -2 | "a" | None | 1 + 2j:
        pass
    case [a, *_, (b | c) as d] if e:
        pass
    case {"k": [], **rest} | {}:
        pass
    case A.B(x, y=A.C()):
        pass
    case (1 | 2) as z:
        pass
    case [*rest]:
        pass
    case _:
        pass
"""

NEWER = """
def f[T: int, *Ts, **P](x: T) -> T:
    pass
---
class A[T](B):
    pass
---
type X[T] = list[T]
"""


def agrees(source: str) -> str:
    """The printed text, after checking that it means what the text does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        text = to_source(gast.parse(source))
        assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(source)), text
    return text


@pytest.mark.parametrize("source", EXACT.strip().split("\n"))
def test_expressions_and_simple_statements_are_printed_as_they_stand(source: str) -> None:
    assert agrees(source) == source


@pytest.mark.parametrize("source", BLOCKS.strip().split("\n---\n"))
def test_blocks(source: str) -> None:
    agrees(source)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax of Python 3.12")
@pytest.mark.parametrize("source", NEWER.strip().split("\n---\n"))
def test_type_parameters(source: str) -> None:
    agrees(source)


def test_f_strings_of_python_3_11() -> None:
    agrees("f'''{x['a']}{y[\"b\"]}'''")
    agrees("f'a\\n{x}\\t\\\\ \\x00 é \\'{y!s:{z}.{w}}'")
    agrees("f'{x=}'")
    agrees("f'{(a, b)}{(yield)}{a if b else c}{a != b}{x:{{}}}'" if sys.version_info < (3, 12) else "f'{(a, b)}'")


def sample(package: str, count: int) -> list[Path]:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return []
    files = sorted(Path(spec.origin).parent.rglob("*.py"))
    return files[:: max(len(files) // count, 1)][:count]


FILES = sample("numpy", 40) + sample("scipy", 20)


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-3:]))
def test_files_of_numerical_packages(path: Path) -> None:
    with tokenize.open(path) as file:
        agrees(file.read())


def test_a_sum_of_a_thousand_terms() -> None:
    total = core.load("a")
    for _ in range(1000):
        total = core.binary(total, gast.Add, core.load("b"))
    assert to_source(total) == "a" + " + b" * 1000
    text = to_source(core.bind("x", total))
    assert max(map(len, text.split("\n"))) < 100
    assert "".join(text.split()) == "x=(a" + "+b" * 1000 + ")"


def test_enclosed_sums_of_many_terms() -> None:
    total = core.load("a")
    for _ in range(1000):
        total = core.binary(core.binary(total, gast.Add, core.load("b")), gast.Mult, core.load("c"))
    assert to_source(total) == "(" * 1000 + "a" + " + b) * c" * 1000


def test_five_thousand_statements() -> None:
    body = [core.accumulate("x", core.const(k)) for k in range(5000)]
    text = to_source(core.function_def("f", ["x"], body))
    assert text.split("\n")[-1] == "    x += 4999"
    assert len(text.split("\n")) == 5001


def test_a_long_chain_of_elif() -> None:
    chain: list[object] = [core.pass_()]
    for _ in range(2000):
        chain = [core.if_(core.load("a"), [core.pass_()], chain)]
    assert to_source(chain).count("elif a:") == 1999


def test_comments() -> None:
    body = [
        core.Comment("the loop\nin two lines"),
        core.for_("i", core.load("r"), [core.Comment("alone")]),
        core.Comment("after a block", trailing=True),
        core.Comment(""),
        core.bind("x", core.const(1)),
        core.Comment("behind", trailing=True),
    ]
    assert to_source(core.function_def("f", [], body)) == (
        "def f():\n"
        "    # the loop\n"
        "    # in two lines\n"
        "    for i in r:\n"
        "        # alone\n"
        "        pass\n"
        "    # after a block\n"
        "\n"
        "    x = 1  # behind"
    )


def test_definitions_stand_apart() -> None:
    source = 'def f():\n    """Add.\n\n    More."""\n\n    def g():\n        pass\n\n    x = 1\n\n\ndef h():\n    pass'
    assert agrees(source) == source


def test_the_lines_that_statements_come_from() -> None:
    source = 'def f(x):\n    """Two\n    lines."""\n\n    y = x\n    if y:\n\n        return y'
    text, lines = printed(gast.parse(source).body[0])
    shown = text.split("\n")
    assert {shown[k - 1].strip(): line for k, line in lines.items()} == {
        "def f(x):": 1,
        "y = x": 5,
        "if y:": 6,
        "return y": 8,
    }


def test_python_3_14_has_no_constant_n(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("n", "s"):
        if hasattr(ast.Constant, name):
            monkeypatch.delattr(ast.Constant, name)
    assert to_source(gast.parse("(1).real + 'a'.x")) == '(1).real + "a".x'
