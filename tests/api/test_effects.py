"""The function's own effects happen once for each call of its gradient, in order, however the gradient is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from adjoint import grad, jacobian, value_and_grad, vjp
from adjoint.errors import UnsupportedMutation


class State:
    """What a function may count in."""

    def __init__(self):
        self.count = 0


state = State()
history: list[float] = []
table: dict[str, float] = {}
cells = np.zeros(2)
names: set[str] = set()
rng = np.random.default_rng(1)


def attribute_counts(x):
    state.count += 1
    y = x * state.count
    state.count = state.count * 2
    return y * state.count


def list_grows(x):
    history.append(float(x))
    history.append(len(history))
    return x * x


def list_changes(x):
    del history[:]
    history.extend([1, 2])
    history.insert(0, 3.0)
    history.pop()
    return x * len(history)


def dictionary_changes(x):
    table["calls"] = table.get("calls", 0) + 1
    table.update(last=2.0 * x)
    names.add("called")
    return x * x


def array_changes(x):
    cells[0] += 1.0
    return x * x


def draws(x):
    return x * rng.normal() + rng.normal() * x


def loop_with_effects(x):
    for k in range(3):
        history.append(k)
        if k == 1:
            state.count += 1
        x = x * 1.1
    return x


def effects_of_helpers(x):
    def bump():
        state.count += 1
        return state.count

    return x * x * (bump() + bump() * 2)


def prints(x):
    print("value", x)
    return x * x


FUNCTIONS = [
    attribute_counts, list_grows, list_changes, dictionary_changes, array_changes, draws, loop_with_effects,
    effects_of_helpers, prints,
]  # fmt: skip


def pulled_twice(f):
    def run(x):
        out, pullback = vjp(f)(x)
        pullback(1.0)
        pullback(2.0)
        return out

    return run


def reset():
    state.count = 3
    history[:] = [0.5]
    table.clear()
    names.clear()
    cells[:] = 0.0
    rng.bit_generator.state = np.random.default_rng(1).bit_generator.state


def seen(capsys):
    drawn = rng.bit_generator.state["state"]["state"]
    return state.count, list(history), dict(table), set(names), cells.tolist(), drawn, capsys.readouterr().out


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("transform", [grad, value_and_grad, pulled_twice, jacobian], ids=lambda t: t.__name__)
def test_effects_happen_once(f, transform, capsys):
    reset()
    capsys.readouterr()
    f(1.5)
    expected = seen(capsys)
    for _ in range(2):  # when it is compiled, and from the cache
        reset()
        transform(f)(1.5)
        assert seen(capsys) == expected


def test_effects_on_a_file(tmp_path):
    path = tmp_path / "log.txt"

    def logged(x):
        with open(path, "a") as file:
            file.write(f"{x:.1f}\n")
        return x * x

    assert grad(logged)(1.5) == 3.0
    assert value_and_grad(logged)(2.5) == (6.25, 5.0)
    assert path.read_text() == "1.5\n2.5\n"


def test_effects_before_an_error_are_kept():
    def failing(x):
        history.append(1.0)
        return x / (x - x)

    history.clear()
    with pytest.raises(ZeroDivisionError):
        grad(failing)(1.5)
    assert history == [1.0]


def test_an_array_that_an_attribute_holds_changes_in_place_and_once():
    holder = State()
    holder.count = array = np.ones(2)

    def f(x):
        holder.count += 1
        return x * x

    assert grad(f)(1.5) == 3.0
    assert holder.count is array
    assert array.tolist() == [2.0, 2.0]


OUTER: dict[str, float | list[float]] = {}
LATEST = [0.0]


def kept_by_key(v):
    OUTER["a"] = v * v
    return v


def kept_by_update(v):
    OUTER.update(a=v * v)
    return v


def kept_inside(v):
    OUTER.setdefault("b", []).append(v * v)
    return v


def kept_in_a_list(v):
    LATEST[0] = v * v
    return v


def appended(v):
    LATEST.append(v * v)
    return v


@pytest.mark.parametrize("callee", [kept_by_key, kept_by_update, kept_inside, kept_in_a_list, appended])
def test_what_a_callee_that_only_the_run_knows_puts_outside_is_refused(callee):
    functions = [callee, callee]

    def f(x, i):
        y = functions[i](x)
        return y * (LATEST[-1] + sum(map(np.sum, OUTER.values())))

    with pytest.raises(UnsupportedMutation, match="puts a value that derivatives pass through into"):
        grad(f)(2.0, 1)
