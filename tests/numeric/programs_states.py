"""State that programs keep: globals, closures, objects, what is None until something is found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from program import Program, arrays, numbers, positive

evaluations = 0
trace = []
cache = {}
settings = {"rate": 0.3, "rounds": 3, "inner": {"k": 2.0}}
level = 1.0


def objective(w, target):
    global evaluations
    evaluations += 1
    return ((w - target) ** 2).sum()


def minimise(x):
    global evaluations
    evaluations = 0
    w = np.zeros_like(x)
    while evaluations < 4:
        if objective(w, x) < 1e-09:
            break
        w = w + settings["rate"] * (x - w)
    return objective(w, x) + w[0] * evaluations


def level_raised(x, n):
    global level
    level = 1.0

    def up(v):
        global level
        level = level + v * v
        return level

    total = 0.0
    for k in range(n):
        if k == 2:
            continue
        total = total + up(x * k) * level
    return total


def make_adder(step):
    total = 0.0

    def add(v):
        nonlocal total
        total = total + step * v
        return total

    def reset():
        nonlocal total
        total = 0.0

    return (add, reset)


adder, reset_adder = make_adder(2.0)


def uses_adder(x):
    reset_adder()
    adder(x)
    y = adder(x * x)
    return y * adder(1.0)


def adders_made(x):
    add, reset = make_adder(x)
    add(1.0)
    add(x)
    first = add(2.0)
    reset()
    return first + add(x)


@dataclass
class Account:
    balance: float = 0.0
    history: list = None

    def __post_init__(self):
        self.history = []

    def deposit(self, v):
        self.balance += v
        self.history.append(self.balance)
        return self

    def __len__(self):
        return len(self.history)


def accounts(x):
    a = Account(x)
    b = Account()
    for k in range(3):
        a.deposit(x * k)
        if k % 2:
            b.deposit(a.balance)
    return a.balance * b.balance + sum(a.history) + len(b)


def global_until(x):
    global level
    level = x
    for k in range(6):
        level = level * x + 0.1
        if level > 3:
            break
    else:
        level = level * 2
    return level


def global_in_try(x):
    global level
    try:
        level = x * 2
        y = level / 1.5
    finally:
        level = 0.5
    return y * level


def tuple_state(x, n):
    state = (x, 1.0, ())
    for k in range(n):
        a, b, log = state
        state = (a * b, b + x, (*log, k))
    return state[0] * len(state[2])


def swap_state(x):
    a, b = ({"v": x}, {"v": 2.0})
    for k in range(3):
        a, b = (b, a)
        a["v"] = a["v"] * x + k
    return a["v"] * b["v"]


def optional(x, scale=None, *, shift=None):
    if scale is None:
        scale = x
    if shift is not None:
        x = x + shift
    return x * scale


def optional_calls(x):
    return optional(x) + optional(x, 3.0) + optional(x, shift=x) * optional(2.0, scale=x, shift=1.0)


def maybe_loop(x):
    low = high = None
    for v in x:
        if low is None or v < low:
            low = v
        if high is None or v > high:
            high = v
    if low is None:
        return 0.0
    return (high - low) * high


def maybe_return(x, k):

    def find(values, test):
        for v in values:
            if test(v):
                return v
        return None

    hit = find(x, lambda v: v > k)
    if hit is None:
        hit = x[0] * 2
    return hit * hit


def maybe_none_kept(x):
    best = None
    for i in range(len(x)):
        cand = x[i] * (i + 1)
        best = cand if best is None else max(best, cand)
    out = [best, x[0]]
    out.append(best * 2)
    return sum(out)


def object_result_in_loop(x):

    class P:
        def __init__(self, a, b):
            self.a, self.b = (a, b)

        def moved(self, d):
            return P(self.a + d, self.b * d)

    p = P(x, 1.0)
    for k in range(3):
        p = p.moved(x * k + 1)
    return p.a * p.b


def star_in_loop(x):
    total = 0.0
    for i, (first, *rest) in enumerate(x):
        if first < -1:
            continue
        for r in rest:
            total = total + first * r * i
        if total > 50:
            break
    return total


def choose_in_loop(x, keys):
    memory = x * 0.5

    def plus(v):
        return v + memory

    def times(v):
        nonlocal memory
        memory = memory * v
        return v * x

    table = {"+": plus, "*": times}
    y = x
    for k in keys:
        y = table[k](y)
    return y * memory


PROGRAMS = [
    Program(minimise, positive(3)),
    Program(level_raised, numbers(4)),
    Program(uses_adder, numbers()),
    Program(adders_made, numbers()),
    Program(accounts, numbers()),
    Program(global_until, numbers()),
    Program(global_in_try, numbers()),
    Program(tuple_state, numbers(3)),
    Program(swap_state, numbers()),
    Program(optional_calls, numbers()),
    Program(maybe_loop, arrays(4)),
    Program(maybe_return, positive(3, rest=(0.9,))),
    Program(maybe_none_kept, arrays(4)),
    Program(object_result_in_loop, numbers()),
    Program(star_in_loop, positive((3, 3))),
    Program(choose_in_loop, numbers("+*+*+")),
]
