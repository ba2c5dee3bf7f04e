"""Gradients have their arguments' type, shape and dtype, and memory of their own; arguments without one are refused."""

from __future__ import annotations

import numpy as np
import pytest

from adjoint import grad, jacobian, value_and_grad, vjp
from adjoint.errors import InternalError, SeedMismatch, SharedMemory, UnsupportedArgument
from adjoint.results import finisher, one, several, with_value


def total(x):
    return (x * x).sum() if isinstance(x, np.ndarray) else x * x


@pytest.mark.parametrize(
    ("argument", "kind"),
    [(2, float), (2.0, float), (np.float32(2), np.float32), (np.int64(2), np.float64), (np.float64(2), np.float64)],
)
def test_numbers(argument, kind):
    found = grad(total)(argument)
    assert type(found) is kind
    assert found == 4.0


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "longdouble", ">f8"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 1)])
def test_arrays(dtype, shape):
    found = grad(total)(np.full(shape, 2.0, dtype))
    assert type(found) is np.ndarray
    assert found.shape == shape
    assert found.dtype == dtype
    assert (found == 4.0).all()


def test_shared_memory_is_copied():
    kept = np.ones(3)
    finish = one(finisher(kept, "x"))
    for given in (kept, kept[:], np.broadcast_to(1.0, 3), np.ones(6)[::2]):
        found = finish(given)
        assert not np.shares_memory(found, given)
        assert found.base is None
        assert found.flags.writeable
    assert finish(np.ones(3)).tolist() == [1.0, 1.0, 1.0]


def test_fresh_arrays_are_not_copied(monkeypatch):
    import adjoint.results as module

    monkeypatch.setattr(module, "_renewed", lambda *args: pytest.fail("copied"))
    made = finisher(np.ones(3), "x")
    one(made)(np.ones(3))
    several([made, made])((np.ones(3), np.ones(3)))
    with_value([made], True)((1.0, np.ones(3)))
    with_value([made, made], False)((1.0, (np.ones(3), np.ones(3))))
    with pytest.raises(pytest.fail.Exception):
        twice = np.ones(3)
        several([made, made])((twice, twice))


def test_wrong_gradients_are_our_fault():
    with pytest.raises(InternalError, match="shape"):
        one(finisher(np.ones(3), "x"))(1.0)
    with pytest.raises(InternalError, match="complex"):
        one(finisher(np.ones(3), "x"))(np.ones(3, complex))


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        (np.arange(3), "`x` is an array of int64, by which there is no derivative\n  Pass `x.astype(float)`"),
        (np.ones(2, bool), "`x` is an array of bool, by which there is no derivative"),
        (np.ones(2, object), "`x` is an array of objects\n  Pass an array of floats: `.astype(float)`."),
        (np.ma.ones(2), "`x` is a MaskedArray, not a plain array\n  Pass `.filled(...)`."),
        (np.ones(2).view(np.recarray), "`x` is a recarray, not a plain array\n  Pass `np.asarray(x)`."),
        (True, "`x` is a truth value, by which there is no derivative"),
        ("1", "`x` is a str, by which `total` has no derivative"),
        (None, "`x` is a NoneType, by which `total` has no derivative"),
        ([], "`x` is empty: there is nothing to differentiate by"),
    ],
)
def test_refused_arguments(argument, message):
    with pytest.raises(UnsupportedArgument) as caught:
        grad(total)(argument)
    assert str(caught.value).startswith(message)


def test_arguments_that_are_only_used_may_be_anything_but_odd_arrays():
    gradient = grad(lambda x, n: x * len(n))
    assert gradient(2.0, np.arange(3)) == 3.0
    assert gradient(2.0, "abc") == 3.0
    with pytest.raises(UnsupportedArgument, match="MaskedArray"):
        gradient(2.0, np.ma.ones(3))


def test_containers():
    found = grad(lambda p: p["a"][0] * p["b"])
    with pytest.raises(UnsupportedArgument, match="`p` is an array of int64"):
        found({"a": [1.0], "b": np.arange(2)})


def test_arguments_that_share_memory():
    def changing(a, b):
        a[0] = b[0] * 2
        return (a * b).sum()

    gradient = grad(changing, wrt=(0, 1))
    x = np.ones(4)
    gradient(x, x.copy())
    gradient(x[::2], x[1::2])
    for other in (x, x[1:], x[::-1]):
        with pytest.raises(SharedMemory, match=r"`a` is changed in place and shares memory with `b`\n  Pass a copy"):
            gradient(x[: len(other)], other)


def test_value():
    value, gradient = value_and_grad(total)(np.array([1.0, 2.0]))
    assert value == 5.0
    assert gradient.tolist() == [2.0, 4.0]


def test_pullback_many_times_with_any_seed():
    x = np.array([1.0, 2.0])
    out, pullback = vjp(lambda x: x * x)(x)
    x[:] = 0
    first = pullback(np.array([1.0, 0.0]))
    assert pullback([0, 1]).tolist() == [0.0, 4.0]
    assert first.tolist() == [2.0, 0.0]
    out[:] = 7
    assert pullback(np.ones(2)).tolist() == [2.0, 4.0]


def test_result_is_no_alias_of_the_record():
    x = np.ones(2)
    out, pullback = vjp(lambda x: x)(x)
    assert not np.shares_memory(out, x)
    seed = np.ones(2)
    assert not np.shares_memory(pullback(seed), seed)


@pytest.mark.parametrize(
    ("seed", "message"),
    [
        (np.ones(3), "returns an array of shape (2,), the seed is an array of shape (3,)\n  Give an array of"),
        (1.0, "returns an array of shape (2,), the seed is a number\n"),
        (np.ones(2, complex), "is complex, its result is real\n"),
        ("ab", "is a str\n"),
        (None, "is a NoneType\n"),
    ],
)
def test_wrong_seeds(seed, message):
    def double(x):
        return 2 * x

    _, pullback = vjp(double)(np.ones(2))
    with pytest.raises(SeedMismatch) as caught:
        pullback(seed)
    assert message in str(caught.value)
    assert "`double`" in str(caught.value)


def test_seeds_follow_the_structure_of_the_result():
    _, pullback = vjp(lambda x: (x, 2 * x))(3.0)
    for seed in (1.0, (1.0,), (1.0, np.ones(2))):
        with pytest.raises(SeedMismatch):
            pullback(seed)


def test_into_a_buffer():
    x = np.array([1.0, 2.0])
    kept = np.zeros(2)
    into = grad(total).into(kept)
    assert into(x) is kept
    assert kept.tolist() == [2.0, 4.0]
    assert grad(total).add_to(kept)(x) is kept
    assert kept.tolist() == [4.0, 8.0]
    value, written = value_and_grad(total, wrt=(0,)).into(kept)(x)
    assert value == 5.0
    assert written[0] is kept
    number = np.zeros(())
    assert grad(total).into(number)(3.0) == 6.0


def test_a_parameter_called_out_is_the_users():
    kept = np.zeros(2)
    assert grad(lambda x, out: (x * out).sum()).into(kept)(np.ones(2), out=3.0).tolist() == [3.0, 3.0]


@pytest.mark.parametrize(
    ("buffer", "error", "message"),
    [
        (np.zeros(3), UnsupportedArgument, "has shape (3,) and dtype float64, its argument (2,) and float64"),
        (np.zeros(2, np.float32), UnsupportedArgument, "has shape (2,) and dtype float32, its argument"),
        (np.broadcast_to(0.0, 2), UnsupportedArgument, "is read-only"),
        ([0.0, 0.0], UnsupportedArgument, "is a list\n  Give an array."),
    ],
)
def test_wrong_buffers(buffer, error, message):
    with pytest.raises(error) as caught:
        grad(total).into(buffer)(np.ones(2))
    assert message in str(caught.value)


def test_buffers_that_overlap():
    x = np.ones(4)
    with pytest.raises(SharedMemory, match="shares memory with the argument `x`\n  Give an array of its own"):
        grad(total).into(x[:2])(x[1:3])
    with pytest.raises(SharedMemory, match="by `a` and `b` share memory"):
        grad(lambda a, b: a * b, wrt=(0, 1)).into(x, x)
    with pytest.raises(UnsupportedArgument, match="1 buffers for the gradients by `a`, `b`"):
        grad(lambda a, b: a * b, wrt=(0, 1)).into(x)


class Vector:
    """Made by an `__init__` that counts, which generated code must not run again."""

    made = 0

    def __init__(self, x, y, name="v"):
        Vector.made += 1
        self.x, self.y, self.name = x, y, name

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.name + other.name)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k, self.name)

    def __call__(self, t):
        return Vector(self.x * t, self.y + t, "called")


class Named(Vector):
    pass


def sum_of_vectors(x):
    v = Vector(x, x * x) + Vector(1.0, x) * 2.0
    return v(x)


def nested_vectors(x):
    return Named(Vector(x, np.array([x, 1.0])), x * x), x + 1


def test_objects_as_results():
    out, pullback = vjp(sum_of_vectors)(1.5)
    assert (type(out), out.x, out.y, out.name) == (Vector, 3.5 * 1.5, 2.25 + 3.0 + 1.5, "called")
    assert pullback(Vector(1.0, 0.0)) == 2 * 1.5 + 2
    assert pullback(Vector(0.0, 1.0)) == pullback((0.0, 1.0, None)) == 2 * 1.5 + 2 + 1
    assert pullback(Vector(None, 1.0)) == 6.0
    slope = jacobian(sum_of_vectors)(1.5)
    assert (type(slope), slope.x, slope.y) == (Vector, 5.0, 6.0)
    with pytest.raises(SeedMismatch, match="Give a Vector of seeds"):
        pullback(1.0)


def test_objects_in_objects_and_beside():
    (out, other), pullback = vjp(nested_vectors)(2.0)
    assert (type(out), type(out.x), out.y, other) == (Named, Vector, 4.0, 3.0)
    np.testing.assert_array_equal(out.x.y, [2.0, 1.0])
    seed = Named(Vector(1.0, np.array([10.0, 20.0])), 100.0)
    assert pullback((seed, 1000.0)) == 1.0 + 10.0 + 400.0 + 1000.0
    value, kept = value_and_grad(lambda x: (x * x, Vector(x, 2.0)), has_aux=True)(3.0)[0]
    assert (value, type(kept), kept.x, kept.y) == (9.0, Vector, 3.0, 2.0)


def test_generated_code_makes_no_object_by_its_init():
    gradient = vjp(sum_of_vectors)
    gradient(1.5)
    before = Vector.made
    out, _ = gradient(1.5)
    assert Vector.made - before == 5  # the function's own counts
    assert isinstance(out, Vector)
