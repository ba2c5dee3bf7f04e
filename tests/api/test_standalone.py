"""An exported file runs without adjoint and gives the same numbers."""

from __future__ import annotations

import linecache
import math
import subprocess
import sys
from types import FunctionType, SimpleNamespace

import numpy as np
import pytest

from adjoint.errors import UnsupportedArgument
from adjoint.runtime.arrays import unbroadcast
from adjoint.standalone import _free_names, _literal, export

RATE = 0.25
TABLE = np.array([[1.0, np.inf], [-0.0, 1e-300]])
SIZES = (2, 3)


def shifted(x: float) -> float:
    """A helper of the user's, with a helper in turn."""
    return doubled(x) + RATE


def doubled(x: float, by: float = 2.0) -> float:
    return x * by if x > 0 else shifted(-x) * 0 + x * by


def compiled(text, space, reverse=None, callees=()):
    """What the compiler makes of a text, as far as an export looks at it."""
    file = f"<exported {len(linecache.cache)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    names = {}
    exec(compile(text, file, "exec"), space, names)
    functions = [f for f in names.values() if isinstance(f, FunctionType)]
    space.update(names)
    return SimpleNamespace(
        run=functions[0], reverse=functions[1] if len(functions) > 1 else None, text=text, callees=tuple(callees)
    )


def run_alone(text, expression, tmp_path):
    (tmp_path / "exported.py").write_text(text)
    code = f"import sys; sys.modules['adjoint'] = None\nfrom exported import *\nimport numpy as np\nprint({expression})"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_helpers_constants_and_imports(tmp_path):
    text = (
        "def f_grad(x, out_bar=1.0):\n"
        "    y = math.exp(x) * shifted(x) + sin(x) + TABLE[1, 1] + len(SIZES)\n"
        "    return unbroadcast(np.ones((2, 1)) * y * RATE, x)  # return ...\n"
    )
    space = dict(globals(), math=math, sin=np.sin, unbroadcast=unbroadcast)
    item = compiled(text, space)
    exported = export(item)
    assert exported.startswith("import math\nimport numpy as np\nfrom numpy import sin\n")
    assert "adjoint" not in exported
    assert text.strip() in exported
    assert eval(run_alone(exported, "float(f_grad(0.5))", tmp_path)) == item.run(0.5)


def test_callees_are_exported_with_their_callers(tmp_path):
    inner = compiled(
        "def g_forward(x):\n    return x * RATE, x\n\n\ndef g_reverse(x, record, out_bar):\n"
        "    return (out_bar * RATE,)\n",
        dict(globals()),
    )
    space = dict(globals(), g_forward=inner.run, g_reverse=inner.reverse)
    outer = compiled(
        "def f_grad(x, out_bar=1.0):\n    y, r = g_forward(x)\n    return g_reverse(x, r, out_bar)[0]\n",
        space,
        callees=[inner],
    )
    assert run_alone(export(outer), "f_grad(1.0)", tmp_path) == "0.25"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("thing", object(), "`f_grad` needs `thing`, a object, which cannot be written into a file"),
        ("big", np.zeros(2000), "`f_grad` needs `big`, a ndarray, which cannot be written"),
        ("os", __import__("os"), "needs the module `os`; an exported file imports NumPy and math only"),
        ("lost", eval("lambda: 0"), "needs `lost`|whose source cannot be read"),
        ("Kind", type("Kind", (), {}), "`f_grad` needs `Kind`"),
    ],
)
def test_what_cannot_be_exported_is_named(name, value, message):
    item = compiled(f"def f_grad(x):\n    return x * {name}\n", {name: value})
    with pytest.raises(UnsupportedArgument, match=message):
        export(item)


def test_a_name_that_means_two_things():
    inner = compiled("def g_grad(x):\n    return x * k\n", {"k": 1.0})
    outer = compiled("def f_grad(x):\n    return g_grad(x) * k\n", {"k": 2.0, "g_grad": inner.run}, callees=[inner])
    with pytest.raises(UnsupportedArgument, match="`k` means two things"):
        export(outer)


def test_free_names():
    assert _free_names("def f(x, y=d):\n    z = a(x)\n    return [b for c in z] + f(x) + np.sin(1)\n") == [
        "d",
        "a",
        "np",
        "b",
    ]


@pytest.mark.parametrize(
    "value", [1, -2.5, True, None, "a", 1 - 2j, float("inf"), (1.0,), [2, (3,)], np.float32(0.1), TABLE, np.arange(3)]
)
def test_literals(value):
    back = eval(_literal(value), {"np": np})
    assert type(back) is type(value)
    assert repr(back) == repr(value)
