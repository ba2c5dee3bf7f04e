"""Programs of arrays that change which simpler models of derivatives get wrong, each in its smallest form.

What is no program of its own is tested elsewhere: a pullback called twice with different seeds, gradients that the user
changes, and arguments overwritten between `vjp` and its pullback in every program (`test_programs.py`), as are
arguments that share memory, a global that is rebound, and a global number that becomes an array.
"""

from __future__ import annotations

import numpy as np
from program import Program, arrays, positive


def part_stored(a, e):
    """A view of the cotangent that is taken and then zeroed loses it."""
    a = a * 1.0
    a[1:] = e
    return a * a


def part_moved_on(a):
    """Adding before zeroing, where the two overlap."""
    a = a * 1.0
    v = a[:-1]
    a[1:] = v
    return a * a


def view_of_each_trip(a):
    """The reverse sweep would see the last trip's view."""
    a = a * 1.0
    for i in range(len(a) - 1):
        r = a[i:]
        r[0] = r[0] * r[1]
    return a


def array_made_in_each_trip(x):
    """The old cotangent of x would be lost."""
    for _ in range(3):
        y = np.zeros_like(x)
        y[0] = x[1] * x[0]
        y[1:] = np.sin(x[:-1])
        x = y
    return x


def both_used_again(x, z):
    """Three cotangents in one array, of which one is added to."""
    b = x + z
    c = b * x
    d = z * x
    return b + c * d + x


def last_write_wins(x):
    """The losers' cotangents are zero."""
    y = np.zeros(3)
    y[[0, 2, 0]] = x
    z = np.ones(3)
    z[[1, 1, 0]] += x
    return y * z


def reference_recorded(a):
    """What the list holds is memory that changes."""
    a = a * 1.0
    held = []
    held.append(a)
    a[:] = np.sin(a)
    held.append(a * a)
    a[0] = held[1][1]
    return held[0] + held[1]


def life_of_a_view(a):
    """It includes the reverse sweep's read."""
    a = a * 1.0
    v = a[1:]
    y = v * v
    a[:] = 0
    return y


def loop_variable_again(x):
    """The second loop's reverse sweep would overwrite the first one's variable, which is used behind it."""
    total = 0.0
    for i in range(len(x)):
        total = total + x[i] * i
    total = total * x[i]
    for i in range(len(x) - 1):
        total = total * np.sin(x[i])
    return total * x[i]


def bound_again(x, y):
    """A cotangent is taken and zeroed at every bind."""
    x = x * y
    for k in range(3):
        t = x * k + y
        x = t * y
    z = y
    if x.sum() > 0:
        z = x * t
    return x * t + z


def layout_of_the_copy(x):
    """What is a view of the argument has to be one of its copy."""
    flat = x.ravel()
    flat[0] = 2 * flat[1]
    return x * x + flat.sum()


def change_first(a, b):
    a[0] = b[1] * b[0]
    return a[1:]


def one_argument_for_two(y):
    """A function that is written into its caller does not copy, and its result may be an alias."""
    y = y * 1.0
    tail = change_first(y, y)
    tail[0] = y[0] * 2
    return y * y


def overlapping_sums(y, a):
    """Cells that are read and added to at once."""
    y = y * 1.0
    y[1:] += y[:-1]
    y[:3] += a * np.flip(y[:3])
    return y


def bump(a):
    a[0] = a[0] * 2
    return a[0]


def order_and_laziness(a, x):
    """`a[0]` is read before the call that changes it, and what is not chosen is not computed."""
    a = a * 1.0
    a[0] += bump(a)
    n = a[1]
    n = n + bump(a)
    safe = x if x < 5 else 1 / (x - x)
    return a * n * safe


def alias_of_the_run(a, b, first):
    """Which array it is, only the run knows."""
    a, b = a * 1.0, b * 1.0
    c = a if first else b
    c[0] = c[1] * a[1]
    return a + 2 * b


def complex_parts(x, y):
    """No single partial serves both modes."""
    z = x + 1j * y
    z[0] = z[1] * np.conj(z[0])
    return np.abs(z) + np.real(z) * np.imag(z * z)


def through_a_try(a):
    """Its block may have run half-way."""
    a = a * 1.0
    try:
        a[0] = a[1] * a[0]
    except ZeroDivisionError:
        a[1] = 0
    return a * a


PROGRAMS = [
    Program(part_stored, arrays(4, 3), ("a", "e")),
    Program(part_moved_on, arrays(4), ("a",)),
    Program(view_of_each_trip, arrays(4), ("a",)),
    Program(array_made_in_each_trip, arrays(3)),
    Program(both_used_again, arrays(3, 3), ("x", "z")),
    Program(last_write_wins, arrays(3)),
    Program(reference_recorded, arrays(3), ("a",)),
    Program(life_of_a_view, arrays(3), ("a",)),
    Program(loop_variable_again, arrays(4)),
    Program(bound_again, positive(3, 3), ("x", "y")),
    Program(layout_of_the_copy, lambda rng: (np.asfortranarray(rng.normal(size=(2, 3))),), note="fortran_order"),
    Program(layout_of_the_copy, lambda rng: (rng.normal(size=(2, 6))[:, ::2],), note="sliced"),
    Program(layout_of_the_copy, arrays((2, 3))),
    Program(one_argument_for_two, arrays(3), ("y",)),
    Program(overlapping_sums, lambda rng: (rng.normal(size=5), 0.7), ("y", "a")),
    Program(order_and_laziness, lambda rng: (rng.normal(size=2), 1.3), ("a", "x")),
    Program(alias_of_the_run, arrays(2, 2, rest=(True,)), ("a", "b")),
    Program(alias_of_the_run, arrays(2, 2, rest=(False,)), ("a", "b"), note="other"),
    Program(complex_parts, arrays(3, 3), ("x", "y")),
    Program(through_a_try, arrays(3), ("a",)),
]  # fmt: skip
