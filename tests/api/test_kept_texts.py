"""Texts for Python on disk: a second process takes them and runs no compiler; whatever has changed is compiled anew."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
COMPILER = {"adjoint.pipeline", "adjoint.rules.registry", "adjoint.frontend.source", "adjoint.syntax.core", "gast"}
START = "import json, sys\nimport numpy as np\nimport adjoint\n"
END = """
import numpy
json.dump({"found": numpy.asarray(found).tolist(), "modules": [*sys.modules]}, sys.stdout)
"""
PROGRAM = """
SCALE, COUNT = 3.0, 2
FLAG = True

def helper(x, rate=2.0):
    return x * rate

def f(x):
    y = x * SCALE
    for i in range(COUNT):
        y[1:] += y[:-1] * helper(x[0])
    if FLAG:
        y = np.sin(y)
    return np.sum(y * y)

found = adjoint.grad(f)(np.linspace(0.5, 1.0, 4))
"""


class Kept:
    """Programs run in processes of their own, which share a directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.script = directory / "program.py"

    @property
    def files(self) -> list[Path]:
        return [p for p in (self.directory / "cache").iterdir() if p.name != "secret"]

    def start(self, text: str, **variables: str) -> subprocess.Popen[str]:
        self.script.write_text(START + text + END)
        kept = {"ADJOINT_CACHE_DIR": str(self.directory / "cache"), "ADJOINT_CACHE_TEXTS": "1"}
        env = {**os.environ, "PYTHONPATH": str(ROOT), **kept, **variables}
        return subprocess.Popen([sys.executable, self.script], env=env, text=True, stdout=-1, stderr=-1)

    def run(self, text: str, **variables: str) -> tuple[Any, bool]:
        """What a program finds, and whether the compiler was imported."""
        return result_of(self.start(text, **variables))

    def compiled(self, text: str) -> bool:
        """Does a program need the compiler? What it finds is what it finds with nothing kept."""
        found, compiled = self.run(text)
        assert found == self.run(text, ADJOINT_CACHE_DIR="")[0]
        return compiled


def result_of(process: subprocess.Popen[str]) -> tuple[Any, bool]:
    out, errors = process.communicate()
    assert process.returncode == 0, errors
    answer = json.loads(out)
    return answer["found"], bool(COMPILER & {*answer["modules"]})


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def test_a_second_process_imports_no_compiler(kept: Kept) -> None:
    first = kept.run(PROGRAM)
    assert first[1]
    assert kept.run(PROGRAM) == (first[0], False)
    assert kept.run(PROGRAM, ADJOINT_CACHE_DIR="") == kept.run(PROGRAM, ADJOINT_CACHE_TEXTS="0") == first


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("y * y", "y * 2"),
        ("x * rate", "x + rate"),
        ("rate=2.0", "rate=3.0"),
        ("SCALE, COUNT = 3.0, 2", "SCALE, COUNT = np.float32(3.0), 2"),
        ("SCALE, COUNT = 3.0, 2", "SCALE, COUNT = np.ones(4), 2"),
        ("FLAG = True", "FLAG = False"),
        ("FLAG = True", "FLAG = True\nnp = type('np', (), dict(sin=np.cos, sum=np.sum, linspace=np.linspace))"),
        ("FLAG = True", "FLAG = True\ndef range(n):\n    return [0] * n"),
        ("FLAG = True", "FLAG = True\nnp.sin = np.cos"),
        ("linspace(0.5, 1.0, 4)", "linspace(0.5, 1.0, 4).astype(np.float32)"),
        ("linspace(0.5, 1.0, 4)", "linspace(0.5, 1.0, 1)"),
        ("adjoint.grad(f)", "adjoint.grad(f, wrt=('x',))"),
        ("adjoint.grad(f)", "adjoint.elementwise_grad(f)"),
        ("def helper", "\ndef helper"),  # tracebacks name its lines
        ("\ndef f(", "def odd(x):\n    return x\nhelper = odd\ndef f("),
        ("\ndef f(", "helper = np.tanh\ndef f("),
        ("\ndef f(", "helper = adjoint.constant(helper)\ndef f("),
        ("\ndef f(", "adjoint.constant(np.floor)\ndef f("),
    ],
)
def test_what_has_changed_is_compiled_anew(kept: Kept, old: str, new: str) -> None:
    kept.run(PROGRAM)
    changed = PROGRAM.replace(old, new)
    assert changed != PROGRAM
    assert kept.compiled(changed)
    assert not kept.compiled(PROGRAM)


def test_contents_may_change(kept: Kept) -> None:
    kept.run(PROGRAM)
    for old, new in [("3.0, 2", "4.0, 3"), ("linspace(0.5, 1.0, 4)", "linspace(0.5, 2.0, 5)")]:
        assert not kept.compiled(PROGRAM.replace(old, new))


WAYS = """
def f(w, x):
    return np.tanh(x * w["a"]) + w["b"]

w, x = {"a": np.ones(3), "b": 2.0}, np.linspace(0.0, 1.0, 3)
out, pull = adjoint.vjp(f, wrt=(0, 1))(w, x)
(by_w, by_x), dot = pull(out), adjoint.jvp(f, wrt=1)((w, x), x)[1]
rows, columns = adjoint.jacrev(f, wrt=1)(w, x), adjoint.jacfwd(f, wrt=1)(w, x)
value, slope = adjoint.value_and_grad(lambda x: (x * x).sum())(x)
aux = adjoint.grad(lambda x: ((x * x).sum(), x), has_aux=True)(x)[0]
found = np.concatenate([by_w["a"], by_x, dot, rows.ravel(), columns.ravel(), slope, aux])
"""


def test_every_way_of_calling(kept: Kept) -> None:
    first = kept.run(WAYS)
    assert kept.run(WAYS) == (first[0], False)


SECOND = """
def f(x):
    return np.sum(np.sin(x) * x**2)

x = np.linspace(0.1, 1.0, 3)
g = adjoint.grad(adjoint.grad(lambda x: np.exp(-x * x)))
text = adjoint.source(g, 0.5)
values = adjoint.hvp(f)(x, x), adjoint.hessian(f)(x), adjoint.jacrev(adjoint.grad(f))(x), g(0.5)
found = [str(v) for v in (*values, text)]
"""


def test_derivatives_of_derivatives(kept: Kept) -> None:
    first = kept.run(SECOND)
    assert kept.run(SECOND) == (first[0], False)
    assert kept.compiled(SECOND.replace("x**2", "x**3"))
    # The same text of another line of the user's.
    assert kept.compiled("\n" + SECOND)


WHOLE = """
def helper(x):
    return x * 3

def f(x, n):
    return helper(x) ** n + np.arange(n)[n - 1]

found = adjoint.grad(f, wrt=(0, ))(3, 4)
"""


def test_whole_numbers(kept: Kept) -> None:
    first = kept.run(WHOLE)
    assert kept.run(WHOLE) == (first[0], False)
    used = WHOLE.replace("x * 3", "[1.0, 2.0, 5.0, 7.0][x] * x * 1.0")
    assert kept.compiled(used)
    assert not kept.compiled(WHOLE)


RETURNED = """
import types

def f(x, beside):
    return x * x, beside

local = type("Local", (), {})()
values = types.SimpleNamespace(a=1), np.sin, np, local, lambda y: y, open(sys.argv[0])
found = [adjoint.grad(f, has_aux=True)(float(k), v)[0] for k, v in enumerate(values)]
"""


def test_what_stands_beside_a_result(kept: Kept) -> None:
    first = kept.run(RETURNED)[0]
    assert kept.run(RETURNED)[0] == first == [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]


CLOSURE = """
import warnings

def of(scale):
    def inner(x):
        return x * x

    def f(x):
        if x > 100:
            raise ValueError(warnings)
        return inner(x) * scale

    return f

f = of({scale})
g = adjoint.grad(f)
found = [g(2.0)]
f.__closure__[-1].cell_contents = 7.0
found += [g(2.0)]
f.__code__ = (lambda inner, scale: lambda x: inner(x) + scale)(1, 2).__code__
found += [g(2.0)]
"""


def test_cells_are_read_anew_and_guards_hold_on(kept: Kept) -> None:
    for scale in (3.0, 5.0):
        text = CLOSURE.replace("{scale}", str(scale))
        assert kept.run(text)[0] == kept.run(text, ADJOINT_CACHE_DIR="")[0]
    # Until the code was exchanged, nothing had to be compiled.
    short = CLOSURE.rsplit("f.__code__", 1)[0]
    kept.run(short.replace("{scale}", "3.0"))
    assert kept.run(short.replace("{scale}", "4.0"))[1] is False


SHOWN = """
import traceback
import inspect

def helper(x):
    if x[0] < 0:
        raise ValueError("below")
    return np.sqrt(x)

def f(x):
    return np.sum(helper(x) * x)

g = adjoint.grad(f)
shown = [g(np.ones(3)).sum()]
shown += [adjoint.source(g), inspect.getsource(g.last.run)]
if "explain":
    shown += [adjoint.explain(f, np.ones(3)), adjoint.source(g, np.ones(3), standalone=True)]
try:
    g(-np.ones(3))
except ValueError as error:
    shown += [*error.__notes__, "".join(traceback.format_tb(error.__traceback__)[1:])]
found = [str(s) for s in shown]
"""


def test_what_is_shown_is_the_same(kept: Kept) -> None:
    first = kept.run(SHOWN)
    assert len(first[0]) == 7
    assert kept.run(SHOWN)[0] == first[0]
    assert kept.run(SHOWN.replace('if "explain"', "if 0"))[1] is False


REFUSED = """
def f(x):
    yield x

try:
    adjoint.grad(f)(1.0)
except adjoint.UnsupportedSyntax as error:
    found = str(error)
"""


def test_what_is_refused_is_refused_again(kept: Kept) -> None:
    first = kept.run(REFUSED)
    assert "program.py" in first[0]
    assert kept.run(REFUSED) == first == (first[0], True)


LIVE = [
    # objects taken apart, recursion, functions that only the run can tell, draws, arrays from outside that change
    "class A:\n    def f(self, x):\n        return x * self.w\na = A()\na.w = 2.0\ng = adjoint.grad(lambda x: a.f(x))",
    "def p(n, x):\n    return x if n == 0 else x * p(n - 1, x)\ng = adjoint.grad(lambda x: p(3, x))",
    "rng = np.random.default_rng(0)\ng = adjoint.grad(lambda x: x * rng.normal())",
    "inner = adjoint.grad(lambda x: x * x * x)\ng = adjoint.grad(lambda x: inner(x) * x)",
    "from functools import partial\nh = partial(lambda a, b: a * b * b, 3.0)\ng = adjoint.grad(lambda x: h(x))",
    "FS = [lambda x: x * x, np.sin]\ng = adjoint.grad(lambda x: FS[int(x > 0)](x))",
    "FS = [lambda x: x * x * x, np.sin]\ng = adjoint.grad(lambda x: FS[int(x < 0)](x) + FS[0](x))",
]


@pytest.mark.parametrize("text", LIVE)
def test_what_has_no_words_is_compiled_as_ever(kept: Kept, text: str) -> None:
    found = [kept.run(f"{text}\nfound = g({x})")[0] for x in (2.0, 2.0)]
    assert found[0] == found[1] == kept.run(f"{text}\nfound = g(2.0)", ADJOINT_CACHE_DIR="")[0]


def test_sizes_that_a_text_relies_on(kept: Kept) -> None:
    text = """
def f(w, x):
    b = len(x)
    return np.sum(w[:b] * x) + np.sum(w[b:] * w[b:])

found = adjoint.grad(f)(np.arange(1.0, {n}), np.array([0.5, 2.0, 3.0]))
"""
    for n in (7, 6, 7, 4):
        kept.compiled(text.replace("{n}", str(n)))


def test_files_that_are_broken_or_not_ours(kept: Kept) -> None:
    first = kept.run(PROGRAM)
    contents = [p.read_bytes() for p in kept.files]
    for spoilt in (b"", b"abc", contents[0][:-5], contents[0] + b"x", bytes([contents[0][0] ^ 1]) + contents[0][1:]):
        kept.files[0].write_bytes(spoilt)
        assert kept.run(PROGRAM) == first
        assert kept.run(PROGRAM) == (first[0], False)
    # A file of ours under the name of another, and a secret of somebody else's.
    kept.run(PROGRAM.replace("y * y", "y * 2"))
    one, other = kept.files
    one.write_bytes(other.read_bytes())
    other.write_bytes(one.read_bytes())
    assert kept.run(PROGRAM)[0] == first[0]
    (kept.directory / "cache" / "secret").write_bytes(bytes(32))
    assert kept.run(PROGRAM) == first
    if hasattr(os, "getuid"):
        for path in kept.files:
            path.chmod(0o622)
        assert kept.run(PROGRAM) == first


def test_processes_at_once(kept: Kept) -> None:
    programs = [PROGRAM.replace("y * y", f"y * {k}.0") for k in (2, 2, 3)]
    started = []
    for program in programs:
        started.append(kept.start(program))
        kept.script = kept.directory / f"program{len(started)}.py"
    found = [result_of(process)[0] for process in started]
    assert found[0] == found[1]
    assert found[2] == [1.5 * v for v in found[0]] or found[2] != found[0]
    assert not [p for p in kept.files if p.name.startswith(".")]
