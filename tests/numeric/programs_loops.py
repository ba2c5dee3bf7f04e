"""Programs of loops: over everything, nested, with `break`, `continue` and early `return`."""

from __future__ import annotations

import numpy as np
from program import Program, arrays, numbers, positive

# Loops


def ranges(x, start, stop, step):
    s = x
    for k in range(start, stop, step):
        s = s * (1 + 0.1 * k) + x
    return s


def range_ends_change(x, n):
    s = x
    for k in range(n):
        n = 2
        s = s * x + k
    return s * n


def loop_over_an_array(x):
    s = 1.0
    for v in x:
        s = s * v + v
    return s


def loop_over_rows(a, x):
    for row in a:
        x = np.tanh(row * x)
    return x


def enumerate_and_zip(x, y):
    s = 0.0
    for k, v in enumerate(x):
        s = s * v + k
    for v, w in zip(x, y):
        s = s + v * w * s
    for k, (v, w) in enumerate(zip(x, y), 1):
        s += v * w**k
    return s


def reversed_loops(x):
    s = 1.0
    for v in reversed(x):
        s = s * v + 1
    for k in reversed(range(1, len(x))):
        s = s * x[k] + x[k - 1]
    return s


def loop_over_a_list_of_arrays(x, y):
    out = np.zeros(3)
    for part in [x, y, x * y]:
        out = out * part + part
    return out


def triangular_loops(a):
    s = 0.0
    for i in range(a.shape[0]):
        for j in range(i):
            for k in range(j, i):
                s = np.sin(s + a[i, j] * a[k, j])
    return s


def loop_variable_afterwards(x, n):
    s = 0.0
    for i in range(n):
        s = s + x[i] * s + x[i]
    s = s * x[i]
    for i in range(1, n, 2):
        s = s * x[i - 1]
    return s + i


def temporary_afterwards(x):
    s = 0.0
    for v in x:
        t = v * v
        s = s + t * s + 1
    return s * t * v


def while_loop(x):
    trips = 0
    while x < 100:
        x = x * (1.5 + 0.1 * x)
        trips += 1
    return x / (1 + trips)


def while_of_arrays(x):
    while np.abs(x).sum() < 50 and x[0] < 1000:
        x = x * 1.7 + x[::-1] * 0.1
    return x


def loops_in_a_while(x):
    total = 0.0
    while x > 0.4:
        for k in range(3):
            if x > 1:
                x = x * 0.7
            total = total + x * k
        x = x * 0.8
    return total


# Jumps


def breaks(x):
    s = 0.0
    for v in x:
        if s > 1.2:
            break
        s = s + v * v
        if s > 1:
            break
        s = s * 1.1
    return s


def continues(x):
    s = 1.0
    for v in x:
        if v < 0:
            continue
        s = s * v
        if s > 2:
            s = s / 3
            continue
        s = s + v
    return s


def break_of_an_inner_loop(a):
    s = 0.0
    for row in a:
        for v in row:
            if v < 0:
                break
            s = s + v * s + v
        s = s * 1.1 + row[0]
    return s


def while_true(x):
    k = 1
    while True:
        x = np.sin(x) + x / k
        k += 1
        if k > 4:
            break
    return x


def break_before_the_condition(x):
    i = 0
    s = 1.0
    while x[i] > 0:
        s = s * x[i]
        i += 1
        if i == len(x):
            break
    return s


def early_returns(x, limit):
    if limit < 0:
        return x
    s = x
    for k in range(10):
        s = s * (1 + 0.2 * x)
        if s > limit:
            return s * x
    return s


def return_from_nested_loops(a, limit):
    s = 0.0
    for i in range(a.shape[0]):
        for j in range(i + 1):
            s = s + a[i, j] ** 2
            if s > limit:
                return s * a[i, 0]
        s = s * 1.2
    return s


def states_kept_by_steps(x):
    state, states = x[:2], []
    for _ in range(3):
        step = np.array([state[1], state[0] ** 2])
        states.append(state)
        state = state + step
    return states[1] * states[2] + states[0]


def states_kept_by_shorter_steps(x):
    state, states = x[:2] * x[1], [x[1:] * 2.0]
    for _ in range(3):
        step = np.array([state[1], x[0]])
        state = step[:1] + state
        states.append(state)
        state[0] += step[1]
    return states[1] * states[3]


PROGRAMS = [
    Program(states_kept_by_steps, arrays(4)),
    Program(states_kept_by_shorter_steps, positive(3)),
    *(Program(ranges, numbers(*bounds), note="_".join(map(str, bounds))) for bounds in (
        (0, 4, 1), (3, 10, 3), (7, -2, -2), (5, 0, -1), (2, 2, 1), (5, 0, 1))),
    Program(range_ends_change, numbers(4)),
    Program(loop_over_an_array, arrays(4)),
    Program(loop_over_an_array, arrays(0), note="empty"),
    Program(loop_over_rows, arrays((4, 3), 3), ("a", "x")),
    Program(enumerate_and_zip, arrays(4, 3), ("x", "y")),
    Program(reversed_loops, arrays(4)),
    Program(loop_over_a_list_of_arrays, arrays(3, 3), ("x", "y")),
    Program(triangular_loops, arrays((4, 4)), ("a",)),
    Program(loop_variable_afterwards, arrays(5, rest=(4,))),
    Program(temporary_afterwards, arrays(3)),
    Program(while_loop, numbers()),
    Program(while_loop, lambda rng: (200.0,), note="no_trips"),
    Program(while_of_arrays, positive(3)),
    Program(loops_in_a_while, lambda rng: (3.3,)),
    *(Program(breaks, lambda rng, x=x: (np.array(x),), note=str(len(x))) for x in (
        [0.3, 0.4, 0.2], [0.3, 0.4, 0.97, 2.0, 0.5], [3.0], [])),
    Program(continues, lambda rng: (np.array([0.7, -1.0, 2.5, 0.8, -0.2, 1.9]),)),
    Program(break_of_an_inner_loop, lambda rng: (np.array([[0.7, 1.0, 2.5], [0.8, -0.2, 1.9], [-1, 3, 0.1]]),), ("a",)),
    Program(while_true, numbers()),
    Program(break_before_the_condition, lambda rng: (np.array([0.7, 1.2, 0.4]),)),
    Program(break_before_the_condition, lambda rng: (np.array([0.7, 1.2, -0.4]),), note="by_condition"),
    *(Program(early_returns, numbers(limit), note=str(limit)) for limit in (-1.0, 0.01, 2.3, 1e9)),
    *(Program(return_from_nested_loops, positive((3, 3), rest=(limit,)), ("a",), str(limit))
      for limit in (1e-3, 2.03, 1e9)),
]  # fmt: skip
