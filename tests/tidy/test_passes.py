"""Each pass on small texts: what it must do, and what it must leave."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint
from adjoint.emit.printer import to_source
from adjoint.tidy import NUMBER, example, tidy
from adjoint.tidy.arithmetic import arithmetic
from adjoint.tidy.copies import copies
from adjoint.tidy.dead_code import dead_code
from adjoint.tidy.loop_names import loop_names
from adjoint.tidy.merge import merge
from adjoint.tidy.refold import refold
from adjoint.tidy.rename import rename

NUMBERS = dict.fromkeys("abcdefghijklmnpqrsuwxyz", NUMBER)
MEMORY = {
    **NUMBERS, **{n: n for n in ("A", "B", "A_bar", "B_bar")}, "v": "A", "v_bar": "A_bar",
    "x_bar": NUMBER, "y_bar": NUMBER, "out_bar": NUMBER, "t_bar": NUMBER,
}  # fmt: skip


def body(change: Any, text: str, memory: Any = MEMORY, **bindings: Any) -> str:
    after = change(example.function(text.strip("\n"), bindings), memory)
    return "\n".join(to_source(s).strip("\n") for s in after.tree.body)


def impure(*args: Any) -> Any:
    return args


KEPT = [
    (refold, "x = a * b\nreturn x", "a user's name is not folded"),
    (refold, "t = A[i]\nA[i] = 0.0\ny = t * 2\nreturn y", "the store would change what is read"),
    (refold, "t = A[i]\nv[0] = 0.0\ny = t * 2\nreturn y", "so would a store through a view"),
    (refold, "t = M[i]\nA[i] = 0.0\ny = t * 2\nreturn y", "nothing is known of M"),
    (refold, "t = a * b\na = 3\ny = t * 2\nreturn y, a", "a is bound anew"),
    (refold, "t = a * b\nfor k in range(n):\n    x = t + x\nreturn x", "a loop evaluates it again"),
    (refold, "t = a * b\nwhile t > x:\n    x = x + 1\nreturn x", "so does a loop's test"),
    (refold, "t = a * b\nif x > 0:\n    x = t\nreturn x", "a branch may not evaluate it"),
    (refold, "t = x * 2\nif a > 0:\n    t = x\ny = t + 1\nreturn y", "another bind may reach the use"),
    (refold, "for k in range(n):\n    y = t\n    t = x * 2\nreturn y", "read in the next trip"),
    (refold, "t = A[i]\nt_1 = g(A)\ny = t + t_1\nz = t_1\nreturn y, z", "g may change A"),
    (refold, "t = g(A)\nA[i] += t\nreturn 1", "A[i] += e reads A[i] first"),
    (refold, "t = g(A)\ny = A[i] + t\nreturn y", "A[i] would be read before g changes it"),
    (merge, "A_bar[i] += a\nx = A_bar[i]\nA_bar[i] += b\nreturn x", "the sum is read in between"),
    (merge, "A_bar = np.zeros(3)\nA_bar[i] += a\nx = v_bar[i]\nA_bar[i] += b\nreturn x", "a view of it is read"),
    (merge, "A_bar = np.zeros(3)\nA_bar[i] += a\nA_bar[i] += v_bar[j]\nreturn A_bar", "it reads the first sum"),
    (merge, "A_bar = np.zeros(3)\nA_bar[i] += a\ni = i + 1\nA_bar[i] += b\nreturn A_bar", "another cell"),
    (merge, "x_bar = a * b\na = 2\nx_bar += c\nreturn x_bar, a", "a is bound anew"),
    (merge, "B_bar = np.zeros(3)\nB_bar += b * c\nreturn B_bar", "zeros give the shape and dtype"),
    (merge, "s = 0\ns += x\nreturn s", "a user's name"),
    (dead_code, "A[i] = x\nreturn x", "an argument changes"),
    (dead_code, "B_bar = np.zeros(3)\nrow = B_bar[1:]\nB_bar[2] = x\nreturn row", "row sees the store"),
    (dead_code, "y = g(A)\nreturn x", "a call with an effect"),
    (dead_code, "while x > 0:\n    x = x - y\nreturn y", "a loop that may not end"),
    (dead_code, "for k in range(n):\n    s = s + x\n    if s > 3:\n        break\nreturn s", "the break decides s"),
    (copies, "y = x\nz = y + 1\nreturn z", "a user's copy"),
    (copies, "t = x\nx = 2\ny = t + x\nreturn y", "x is bound anew"),
    (copies, "t = x\nx += a\ny = t + x\nreturn y", "an accumulation binds"),
    (copies, "t = x\nfor k in range(n):\n    y = t + y\n    x = y\nreturn y, x", "bound anew in the loop"),
    (loop_names, "for i_1 in range(n):\n    x = x + i_1\nreturn x, i", "no user's name"),
    (loop_names, "i = 1\nfor i_1 in range(n):\n    x = x + i_1\nreturn x, i", "i is read after the loop"),
    (loop_names, "i = 1\nfor i_1 in range(n):\n    x = x + i_1\nreturn x, i_1", "so is i_1"),
    (loop_names, "for i in range(n):\n    for i_1 in range(n):\n        x = x + i", "i is read in the loop"),
    (arithmetic, "x = 1 * a\ny = b + 0\nreturn x, y", "a user's text"),
    (arithmetic, "B_bar = 1.0 * A_bar\nreturn B_bar", "an array of its own"),
    (arithmetic, "x_bar = 0 * a\nreturn x_bar", "infinity times 0"),
    (arithmetic, "x_bar = 2 * (3 * a)\nreturn x_bar", "no product is regrouped"),
]  # fmt: skip


@pytest.mark.parametrize("change, text, why", KEPT, ids=[f"{c.__name__}: {w}" for c, _, w in KEPT])
def test_left_alone(change: Any, text: str, why: str) -> None:
    assert body(change, text, g=impure) == text


CHANGED = [
    (refold, "t = g(A)\nt_1 = A[i]\ny = t + t_1\nreturn y", "y = g(A) + A[i]\nreturn y"),
    (refold, "t = g(A)\nt_1 = g(B)\ny = t_1 + t\nreturn y", "t = g(A)\ny = g(B) + t\nreturn y"),
    (refold, "t = a * b\nt_1 = g(A)\ny = t + t_1\nreturn y", "y = a * b + g(A)\nreturn y"),
    (refold, "t = x > 0\nassert t\nreturn x", "assert x > 0\nreturn x"),
    (refold, "t = a * b\nA[i] = 0.0\ny = t * 2\nreturn y", "A[i] = 0.0\ny = a * b * 2\nreturn y"),
    (refold, "t = A[i]\nB[i] = 0.0\ny = t * 2\nreturn y", "B[i] = 0.0\ny = A[i] * 2\nreturn y"),
    (refold, "t = g(x)\nx += t\nreturn x", "x += g(x)\nreturn x"),
    (refold, "t = x > 0\nif t:\n    x = 1\nreturn x", "if x > 0:\n    x = 1\nreturn x"),
    (refold, "t = n * 2\nfor k in range(t):\n    x = x + k", "for k in range(n * 2):\n    x = x + k"),
    (refold, "t = a + b\nt_1 = t * c\ny = t_1 ** 2\nreturn y", "y = ((a + b) * c) ** 2\nreturn y"),
    (refold, "t = A * 2\nt_1 = t.sum()\nreturn t_1", "return (A * 2).sum()"),
    (refold, "x_bar = y_bar * 2\nx_bar = x_bar * a\nreturn x_bar", "return y_bar * 2 * a"),
    (merge, "y_bar = 0.0\ny_bar -= a * b\nreturn y_bar", "y_bar = -(a * b)\nreturn y_bar"),
    (merge, "B_bar = 0.0\nB_bar += A * b\nreturn B_bar", "B_bar = A * b\nreturn B_bar"),
    (merge, "A_bar = np.ones(n)\nA_bar[i] -= a\nA_bar[i] += b", "A_bar = np.ones(n)\nA_bar[i] += b - a"),
    (dead_code, "t_stack = []\nfor k in range(n):\n    t_stack.append(k)\nreturn x", "return x"),
    (dead_code, "if x > 0:\n    y = 1\nreturn x", "return x"),
    (dead_code, "if x in A:\n    y = 1\nelse:\n    x = 2\nreturn x", "if x not in A:\n    x = 2\nreturn x"),
    (dead_code, "B_bar = np.zeros(3)\nB_bar[0] = x\nB_bar[1] += x\nreturn x", "return x"),
    (copies, "t = u\nt_1 = t\ny = t_1 + 1\nreturn y", "t = u\nt_1 = u\ny = u + 1\nreturn y"),
    (arithmetic, "if 1 > 2:\n    x = 1\nelse:\n    x = 2\nreturn x", "x = 2\nreturn x"),
    (arithmetic, "x_bar = -(-a)\nx_bar += -(a * b)\nreturn x_bar", "x_bar = a\nx_bar -= a * b\nreturn x_bar"),
    (arithmetic, "x_bar = -1 * y_bar + c / 1\nreturn x_bar", "x_bar = c - y_bar\nreturn x_bar"),
    (rename, "t_5 = a * a\ny = t_5 ** 2\nt_9 = y * y\nreturn t_9", "t = a * a\ny = t**2\nt_1 = y * y\nreturn t_1"),
    (rename, "for t_3 in range(n):\n    x = x * 2\nreturn x", "for _ in range(n):\n    x = x * 2\nreturn x"),
]  # fmt: skip


@pytest.mark.parametrize("change, text, expected", CHANGED)
def test_changed(change: Any, text: str, expected: str) -> None:
    assert body(change, text, g=impure) == expected


def test_lines_of_the_compiler_end_at_88_columns() -> None:
    terms = [f"t_{k} = t_{k - 1} * a_long_name_{k}" for k in range(2, 12)]
    names = {f"a_long_name_{k}": NUMBER for k in range(12)}
    text = "\n".join(["t_1 = y_bar * a_long_name_1", *terms, "x_bar = t_11 * 2", "return x_bar"])
    ours = body(tidy, text, {**MEMORY, **names})
    assert max(map(len, ours.splitlines())) <= 84 and len(ours.splitlines()) == 3
    text = "\n".join(["t_1 = y * a_long_name_1", *terms, "x = t_11 * 2", "return x"])
    theirs = tidy(example.function(text), {**MEMORY, **names})
    assert len(theirs.tree.body) == 2


GROWTH = """
def growth_grad(x, r, out_bar=1.0):
    t = len(r)
    y = np.zeros(t)
    y[0] = x
    for i in range(1, len(r)):
        t_1 = y[i - 1]
        t_2 = r[i]
        t_3 = y[i - 1]
        t_4 = 1 - t_3
        t_5 = t_2 * t_4
        t_6 = 1 + t_5
        t_7 = t_1 * t_6
        y[i] = t_7
    t_8 = y.sum()
    t_8_bar = out_bar
    y_bar = np.zeros(len(y))
    y_bar += t_8_bar
    x_bar = 0.0
    for i in range(len(r) - 1, 1 - 1, -1):
        t_1 = y[i - 1]
        t_2 = r[i]
        t_3 = y[i - 1]
        t_4 = 1 - t_3
        t_5 = t_2 * t_4
        t_6 = 1 + t_5
        t_7_bar = y_bar[i]
        y_bar[i] = 0.0
        t_1_bar = t_7_bar * t_6
        t_6_bar = t_7_bar * t_1
        t_5_bar = t_6_bar
        t_4_bar = t_5_bar * t_2
        t_3_bar = -t_4_bar
        y_bar[i - 1] += t_3_bar
        y_bar[i - 1] += t_1_bar
    t_15 = y_bar[0]
    y_bar[0] = 0.0
    x_bar += t_15
    return x_bar
"""


def test_a_recurrence_reads_as_by_hand(golden: Any) -> None:
    memory = {"y": "y", "y_bar": "y_bar", "r": "r", **dict.fromkeys(("x", "x_bar", "out_bar", "t_15"), NUMBER)}
    memory |= {f"t_{k}": NUMBER for k in (1, 2, 3)} | {"t_7_bar": NUMBER, "t_8_bar": NUMBER}
    before = example.function(GROWTH.strip())
    after = tidy(before, memory)
    golden("tidy/growth.py", to_source(after.tree) + "\n")
    r = np.random.default_rng(0).normal(size=6)
    values = []
    for fn in (before, after):
        space: dict[str, Any] = {"np": np}
        exec(to_source(fn.tree), space)
        values.append(space["growth_grad"](0.3, r))
    assert values[0] == pytest.approx(values[1], rel=1e-14)


def test_a_variable_for_nothing_gets_a_name_where_the_reverse_sweep_reads_it():
    def f(x, n):
        for _ in range(n):
            x = np.sin(x) * x
        return x

    text = adjoint.source(f, 0.5, 3)
    assert "for _ in range(n):" in text and "for k in range(n - 1, -1, -1):" in text, text
    assert "[k]" in text and "_bar = x_bar\n" not in text, text
