"""Lists that grow and shrink: differentiated once and, as generated text has them too, twice."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint


def fib(x):
    l = [x, x * x]
    for i in range(4):
        l.append(l[-1] * l[-2])
    return l[-1]


def growing(x):
    l = []
    s = 0.0
    for i in range(4):
        l.append(x * (i + 1))
        for j in range(len(l)):
            s = s + l[j] * l[j] * s + l[j]
    return s


def stack(x):
    l = [x]
    s = 1.0
    while len(l) > 0:
        t = l.pop()
        s = s * np.sin(t) + t
        if len(l) == 0 and s > 3:
            s = s * 0.5
        elif t < 8:
            l.append(t * 2)
    return s


def inact(x):
    l = []
    for i in range(3):
        l.append(1.0)
        l.append(x * i)
    return l[-1] * l[2] + l[3] * x


def arrs(x):
    l = []
    for i in range(3):
        l.append(np.array([x, x * i]))
    s = 0.0
    for v in l:
        s = s + (v * v).sum()
    return s


def setarr(x):
    v = np.array([x, 2 * x])
    l = [v]
    c = np.ones(2)
    l[0] = c
    return (l[0] * v).sum() + x


def nested(x):
    s = 0.0
    for i in range(3):
        l = []
        for j in range(i + 1):
            l.append(x * j + s)
        for v in l:
            s = s + v * v
    return s


def cond(x):
    l = [x]
    for i in range(4):
        if i % 2 == 0:
            l.append(l[-1] * x)
    return l[-1]


def dropped(x):
    l = [x, x * x, x**3]
    l.pop()
    return l[-1] * l[0]


def rev(x):
    l = []
    for i in range(3):
        l.append(x**i)
    out = 0.0
    while l:
        out = out * x + l.pop()
    return out


def comp(x):
    l = [x * k for k in range(4)]
    return sum(l) * l[2]


def lstarg(x):
    l = [0.0] * 3
    for i in range(3):
        l[i] = x * i + (l[i - 1] if i else 0.0)
    return l[2] * l[1]


def zipped(x):
    a = [x, 2 * x, 3 * x]
    b = [x * x, x, 1.0]
    s = 0.0
    for p, q in zip(a, b):
        s = s + p * q
    return s


def alias(x):
    a = [x]
    b = a
    b.append(x * x)
    return a[1] * a[0]


def tuples(x):
    l = []
    for i in range(3):
        l.append((x * i, x))
    s = 0.0
    for a, b in l:
        s = s + a * b
    return s


ONCE = [fib, growing, stack, inact, arrs, setarr, nested, cond, dropped, rev, comp, lstarg, zipped, alias, tuples]
TWICE = [f for f in ONCE if f is not nested]  # there a list that holds lists sees them grow: refused


@pytest.mark.parametrize("f", ONCE)
def test_first_derivative(f):
    adjoint.check_grads(f, (1.3,))


@pytest.mark.parametrize("f", TWICE)
def test_second_derivative(f):
    adjoint.check_grads(f, (1.3,), order=2)


def test_a_list_of_the_callers_stays_as_it_is():
    def f(items):
        items.append(items[0] * items[1])
        return items.pop() * items[0]

    given = [2.0, 3.0]
    assert adjoint.grad(f)(given) == [12.0, 4.0]
    assert given == [2.0, 3.0]


def test_a_pullback_runs_again():
    _, pullback = adjoint.vjp(fib)(1.3)
    assert pullback(1.0) == pullback(1.0)
    _, pullback = adjoint.vjp(stack)(1.3)
    assert pullback(1.0) == pullback(1.0)


def repeated(x):
    y = [x] * 3
    y[1] = x * x
    return y[0] * y[1] * y[2]


def joined(x):
    y = [x, x * x] + [2 * x]
    z = (x, y[1]) + (3 * x,)
    return y[0] * y[1] * y[2] * z[2]


@pytest.mark.parametrize("f", [repeated, joined])
def test_operators_on_sequences(f):
    adjoint.check_grads(f, (1.3,), order=2)


def test_a_sum_of_lists_is_a_new_list():
    def f(x):
        a = [x]
        b = a + a
        a[0] = x**3
        return b[0] * b[1] * a[0]

    adjoint.check_grads(f, (1.3,), order=2)


def test_text_made_of_a_number_is_no_fact():
    def f(x):
        shown = f"{x:.1f}" + "%.1f" % x
        return x * x if shown == "1.31.3" else x

    adjoint.check_grads(f, (1.3,))
    adjoint.check_grads(f, (2.0,))


def test_parts_of_tuples():
    def f(x):
        t = (x, x * x, x**3)
        u = t[1:]
        a, b = t[::2]
        return u[0] * u[1] * t[0] + a * b

    adjoint.check_grads(f, (1.3,), order=2)
