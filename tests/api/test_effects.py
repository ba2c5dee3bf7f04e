"""The function's own effects happen once for each call of its gradient, in order, however the gradient is asked for."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint
from adjoint import (
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    linearize,
    value_and_grad,
    vjp,
)
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


def pushed_twice(f):
    def run(x):
        out, pushforward = linearize(f)(x)
        pushforward(1.0)
        pushforward(2.0)
        return out

    return run


def hessian_product(f):
    return lambda x: hvp(f)(x, 1.0)


def grad_of_grad(f):
    return grad(grad(f))


def tall(f):
    """A Jacobian that has more rows than columns, so that it goes forward where it may."""
    return lambda x: jacobian(lambda x: np.ones(3) * f(x))(x)


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


TRANSFORMS = [
    grad, value_and_grad, pulled_twice, pushed_twice, jacobian, jacrev, jacfwd, tall, hessian, hessian_product,
    elementwise_grad, grad_of_grad,
]  # fmt: skip


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("transform", TRANSFORMS, ids=lambda t: t.__name__)
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


total = 0
level = np.ones(2)


def counts_a_global(x):
    global total
    total += 1
    return x * x * x


def overwrites_a_global(x):
    global level
    level = level * x
    y = 0.0
    for k in range(3):
        y = y + level[0] * level[1]
        level[k % 2] = level[0] * x + level[1]
    return y


def counting():
    calls = 0

    def counted(x):
        nonlocal calls
        calls += 1
        return x * x * calls

    return counted, lambda: calls


@pytest.mark.parametrize("ask", [grad, value_and_grad, jacobian])
def test_a_global_counts_once(ask) -> None:
    before = total
    ask(counts_a_global)(2.0)
    assert total == before + 1


def test_a_global_counts_once_however_often_a_pullback_runs() -> None:
    before = total
    _, pullback = vjp(counts_a_global)(2.0)
    assert (pullback(1.0), pullback(1.0), total) == (12.0, 12.0, before + 1)
    assert (grad(grad(counts_a_global))(2.0), total) == (12.0, before + 2)


def test_a_cell_counts_once() -> None:
    counted, calls = counting()
    assert [grad(counted)(1.5), grad(counted)(1.5), calls()] == [3.0, 6.0, 2]
    assert (counted(2.0), calls()) == (12.0, 3)


@pytest.mark.parametrize("ask", [grad, value_and_grad, vjp])
def test_an_array_outside_is_left_as_the_function_leaves_it(ask) -> None:
    global level
    level = np.ones(2)
    overwrites_a_global(1.3)
    expected, level = level, np.ones(2)
    ask(overwrites_a_global)(1.3)
    np.testing.assert_array_equal(level, expected)


def test_a_list_keeps_arrays_as_the_function_leaves_them() -> None:
    kept: list[np.ndarray] = []

    def keeps(x):
        w = x * 2.0
        kept.append(w)
        y = 0.0
        for k in range(3):
            y = y + np.sin(w[0] * w[1])
            w[k % 2] = w[0] * w[1]
        return y

    x = np.array([0.3, 0.7])
    keeps(x)
    grad(keeps)(x)
    np.testing.assert_array_equal(kept[0], kept[1])


def test_a_global_that_is_not_there_yet() -> None:
    def sets(x):
        global newly_made
        newly_made = x * 2
        return newly_made * x

    globals().pop("newly_made", None)
    assert (grad(sets)(1.5), globals()["newly_made"]) == (6.0, 3.0)
    assert grad(sets)(1.5) == 6.0


def noisy(x):
    """As many rows as columns, each with its own draw."""
    return x**2 * rng.normal(size=x.shape)


def noisy_and_wide(x):
    return np.outer(x, x) * rng.normal()


def noisy_to_a_depth(x, depth=2):
    """Calls itself, so that tangents cannot share what the function computes."""
    if depth == 0:
        return x * rng.normal()
    return noisy_to_a_depth(x * x, depth - 1) * rng.normal()


def through_a_table(x):
    functions = [noisy, noisy_and_wide]
    return functions[int(x[0] > 100)](x)


@pytest.mark.parametrize("size", [3, 100])
@pytest.mark.parametrize("f", [noisy, noisy_and_wide, noisy_to_a_depth, through_a_table], ids=lambda f: f.__name__)
def test_all_columns_of_a_jacobian_see_the_same_draws(f, size):
    size = min(size, 12) if f is noisy_and_wide else size
    x = np.linspace(0.5, 1.5, size)

    def replayed(x):
        reset()
        return f(x)

    step = 1e-6
    columns = [(replayed(x + step * e) - replayed(x - step * e)) / (2 * step) for e in np.eye(size)]
    expected = np.stack(columns, axis=-1)
    for transform in (jacrev, jacfwd, jacobian):
        reset()
        np.testing.assert_allclose(transform(f)(x), expected, rtol=1e-6, atol=1e-6)
        drawn = rng.bit_generator.state
        replayed(x)
        assert rng.bit_generator.state == drawn
    reset()
    out, pushforward = linearize(f)(x)
    for direction in (np.ones(size), np.linspace(-1.0, 1.0, size)):
        np.testing.assert_allclose(pushforward(direction), expected @ direction, rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(out, replayed(x))


def test_the_linear_function_of_structures_is_right_where_it_is_recorded():
    def f(p, k):
        history.append(1.0)
        return {"a": p["w"] * k, "b": [np.sum(p["w"]) * p["b"], "text"]}

    args = ({"w": np.array([1.0, 2.0]), "b": 3.0}, 2.0)
    tangents = ({"w": np.array([0.3, -0.2]), "b": 0.7}, 1.1)
    out, pushforward = linearize(f, wrt=(0, 1))(*args)
    expected_out, expected = jvp(f, wrt=(0, 1))(args, tangents)
    tangent = pushforward(*tangents)
    np.testing.assert_array_equal(out["a"], expected_out["a"])
    np.testing.assert_allclose(tangent["a"], expected["a"])
    np.testing.assert_allclose(tangent["b"][0], expected["b"][0])
    assert type(tangent["b"][0]) is type(expected["b"][0])
    assert tangent["b"][1] is None is expected["b"][1]


def test_a_hessian_draws_once():
    def loss(x):
        return np.sum(x**3) * rng.normal()

    reset()
    noise = rng.normal()
    for transform in (hessian, lambda f: jacrev(grad(f)), lambda f: jacfwd(grad(f))):
        reset()
        np.testing.assert_allclose(transform(loss)(np.array([1.0, 2.0])), np.diag([6.0, 12.0]) * noise)


def pulls_a_draw(x):
    out, pullback = vjp(lambda y: y * y * rng.normal())(x)
    return out + pullback(1.0)


def each_number_of_a_draw(x):
    return elementwise_grad(lambda y: y * y * rng.normal())(x)


def all_columns_of_draws(x):
    return np.sum(jacobian(lambda y: y * y * rng.normal())(x * np.ones(2)))


def pulls_what_prints(x):
    def g(y):
        print(1.0)
        return y * y

    return vjp(g)(x)[1](1.0)


@pytest.mark.parametrize("f", [pulls_a_draw, each_number_of_a_draw, all_columns_of_draws, pulls_what_prints])
def test_derivatives_inside_that_would_draw_again_are_refused(f):
    for transform in (grad, lambda f: lambda x: jvp(f)(x, 1.0)):
        with pytest.raises(UnsupportedMutation, match="runs more than once, (draws random numbers|calls `print`)"):
            transform(f)(1.5)


def draws_inside(x):
    value, slope = value_and_grad(lambda y: y * y * x * rng.normal())(x)
    return value + slope + jvp(lambda y: y**3 * rng.normal())(x, x)[1]


def test_derivatives_inside_that_run_once_draw_once():
    def replayed(x):
        reset()
        return draws_inside(x)

    expected = (replayed(1.5 + 1e-6) - replayed(1.5 - 1e-6)) / 2e-6
    for transform in (grad, lambda f: lambda x: jvp(f)(x, 1.0)[1], lambda f: lambda x: linearize(f)(x)[1](1.0)):
        reset()
        assert transform(draws_inside)(1.5) == pytest.approx(expected, rel=1e-6)


@adjoint.constant
def noted(k):
    history.append(k)
    return 2.0


def test_what_is_marked_constant_runs_as_often_as_it_is_called():
    """Not on samples when the gradient is compiled, though its kind would be known then."""
    history.clear()
    assert grad(lambda x: x * noted(3.0))(1.5) == 2.0
    assert history == [3.0]


def test_a_function_that_gives_another_result_each_time_is_no_case_for_differences():
    with pytest.raises(adjoint.UnsupportedArgument, match="another result"):
        adjoint.check_grads(draws, (1.5,))
