"""Names and objects outside that a program assigns: each program sets them first, so that it may be called again."""

from __future__ import annotations

import numpy as np
from program import Program, arrays, numbers, positive

count = 0
last = 0.0
weights = np.ones(3)
best = None
table = {"scale": 1.0, "steps": 0}


class Model:
    def __init__(self):
        self.state, self.steps = 0.0, 0

    def step(self, x):
        self.steps += 1
        self.state = np.tanh(self.state + x)
        return self.state


model = Model()


def global_counter(x):
    global count
    count = 0
    for k in range(4):
        count += 1
        if k % 2:
            x = x * count
    return x * count


def noted():
    global count
    count += 2
    return count


def counted_by_a_helper(x):
    global count
    count = 1
    y = x * noted()
    return y + x * noted() * count


def global_that_varies(x):
    global last
    last = x * x
    y = last * x
    last = last * y
    return last + y


def scaled(x):
    return x * last


def read_by_a_helper(x):
    global last
    last = 2.0
    y = scaled(x)
    last = y * x
    return scaled(x) + y


def global_in_a_loop(x):
    global last
    last = 1.0
    for k in range(4):
        if x[k % 3] > 0:
            last = last * x[k % 3]
        else:
            last = np.sin(last + x[k % 3])
    return last


def global_array_rebound(x):
    global weights
    weights = np.ones(3)
    for _ in range(3):
        weights = weights * x + 0.5
    weights[1] = weights[0] * x[2]
    return weights.sum() * x[0]


def global_array_overwritten(x):
    global weights
    weights = x * 0.5
    total = 0.0
    for k in range(3):
        total = total + np.sin(weights[0] * weights[1])
        for i in range(3):
            weights[i] = 0.3 * weights[i] * weights[i - 1] + 0.1 * x[k]
    return total * weights.sum()


def best_so_far(x):
    global best
    best = None
    for k in range(3):
        value = x[k] ** 2
        if best is None or value < best:
            best = value
    return best * 3


def targets_of_every_kind(x):
    global count, last
    for count in range(3):
        pass
    last, y = x * 2, x * 3
    (last) = last + y
    last **= 2
    return last * count


def declared_in_a_nested_function(x):
    def keep(v):
        global last
        last = v * 2
        return last

    return keep(x) * keep(x * x) + last


def hidden_by_a_local(x):
    global last
    last = x

    def other(last):
        return [last * 2 for last in [last, 1.0]][0]

    return other(x * x) * last


def a_dictionary_outside(x):
    table["scale"] = x * 2
    table["steps"] = 0
    for _ in range(3):
        table["steps"] += 1
        table["scale"] = table["scale"] * x
    return table["scale"] * table["steps"]


def an_object_outside(x):
    model.state, model.steps = 0.0, 0
    total = 0.0
    for k in range(3):
        total = total + model.step(x[k])
    return total * model.steps + model.state


def closure():
    calls, memory = 0, 0.0

    def of_a_closure(x):
        nonlocal calls, memory
        calls = 0
        memory = x
        for _ in range(3):
            calls += 1
            memory = memory * x + calls
        return memory * read()

    def read():
        return calls + memory

    return of_a_closure


of_a_closure = closure()


def a_constant_first_in_a_list(x):
    state, states = START, []
    for _ in range(3):
        states.append(state)
        state = np.tanh(state * x)
    state = states.pop()
    return state * states[0] + states[1]


def a_constant_first_of_what_changes(x):
    state = START
    before = state
    for _ in range(2):
        state = np.tanh(state * x)
        state[0] = x
        before = state
    return state * before


def a_constant_among_what_changes(x):
    states = [START, START * x]
    state = states[int(0 * x) + 1]
    state[0] = state[1] * x
    return state * x


def bound_in_a_test(x):
    global last
    y = (last := x * 3) + last * (last := x * x) + last
    while (last := last * 0.5) > 0.1:
        y = y + last
    return y


def bound_in_a_comprehension(x):
    global last
    return sum([(last := v * v) for v in x]) * last


def imported_outside(x):
    global trigonometry, cosine
    import math as trigonometry
    from math import cos as cosine

    return trigonometry.sin(x) * cosine(x) * x


START = np.array([1.0, 2.0, 3.0])

PROGRAMS = [
    *(
        Program(f, numbers())
        for f in (
            global_counter, counted_by_a_helper, global_that_varies, read_by_a_helper, targets_of_every_kind,
            declared_in_a_nested_function, hidden_by_a_local, a_dictionary_outside, of_a_closure,
            a_constant_first_in_a_list, a_constant_first_of_what_changes, bound_in_a_test, imported_outside,
            a_constant_among_what_changes,
        )
    ),
    Program(global_in_a_loop, arrays(3)),
    Program(bound_in_a_comprehension, arrays(3)),
    Program(global_array_rebound, positive(3)),
    Program(global_array_overwritten, positive(3)),
    Program(best_so_far, positive(3)),
    Program(an_object_outside, arrays(3)),
]  # fmt: skip
