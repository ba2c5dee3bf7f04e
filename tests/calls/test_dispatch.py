"""Calls that are known only when they run: compiled once, right or refused, with the lines of both functions."""

from __future__ import annotations

import ctypes
import functools
import re
import threading

import numpy as np
import pytest

import adjoint
from adjoint import grad, jacobian, pipeline, value_and_grad, vjp
from adjoint.errors import UnknownFunction, UnsupportedArgument, UnsupportedMutation, UnsupportedSyntax
from adjoint.rules import registry
from adjoint.runtime import dispatch

X = np.array([0.3, 0.7, -1.1])
calls: list[str] = []


class Box:
    """What it holds is unknown to the compiler: its class has a say in what its attributes are."""

    def __getattr__(self, name):
        raise AttributeError(name)


box = Box()


def square(x):
    return x * x


def first_doubled(v):
    v[0] = 2 * v[0]
    return v.sum()


def appended(v, items):
    items.append(1.0)
    return v


def failing(x):
    return x / (x - x)


def generating(x):
    yield x


@pytest.fixture
def counted(monkeypatch):
    made = []
    compile_ = pipeline.compile
    monkeypatch.setattr(pipeline, "compile", lambda request: made.append(request) or compile_(request))
    return made


def through(x):
    return box.f(x)


def refused(f, *args, match, kind=UnsupportedMutation):
    before = [np.copy(a) for a in args]
    with pytest.raises(kind, match=match) as caught:
        vjp(f)(*args)
    for a, b in zip(args, before):
        np.testing.assert_array_equal(a, b)
    return caught.value


def test_each_function_is_compiled_once_for_a_kind(counted):
    def f(x):
        return box.f(x) * box.f(x)

    box.f = lambda x: x * x
    g = grad(f)
    assert g(2.0) == 32.0
    made = len(counted)
    assert (g(3.0), g(4.0)) == (108.0, 256.0)
    assert len(counted) == made
    box.f = lambda x: x * x * x
    assert g(2.0) == 192.0
    assert len(counted) == made + 1


def test_what_is_rebound_inside_is_seen(monkeypatch):
    box.f = lambda x: square(x) * 2
    assert grad(through)(3.0) == 12.0
    monkeypatch.setitem(globals(), "square", lambda x: x)
    assert grad(through)(3.0) == 2.0


def test_callables_of_every_kind():
    class Cubed:
        def __call__(self, x):
            return x**3

        def method(self, x):
            return x**3

        @classmethod
        def of_class(cls, x):
            return x**3

        @staticmethod
        def static(x):
            return x**3

    def with_default(x, n=3):
        return x**n

    @functools.wraps(square)
    def wrapped(*args, **kwargs):
        return args[0] ** 3

    cubes = [
        Cubed(), Cubed().method, Cubed.of_class, Cubed.static, Cubed().static, with_default, lambda x: x**3,
        functools.partial(with_default, n=3), functools.lru_cache(with_default), functools.cache(with_default),
        grad(lambda x: 0.25 * x**4), functools.singledispatch(with_default),
    ]  # fmt: skip
    for f in cubes:
        box.f = f
        assert grad(through)(2.0) == pytest.approx(12.0), f


def test_what_numba_compiles():
    numba = pytest.importorskip("numba")
    box.f = numba.njit(lambda x: x * x * x)
    assert grad(through)(2.0) == pytest.approx(12.0)


def test_a_wrapper_is_not_what_it_wraps():
    @functools.wraps(square)
    def wrapper(x):
        return 5.0 * square(x)

    box.f = wrapper
    assert grad(through)(2.0) == 20.0


def test_rules_constants_and_integers():
    for f, expected in [(np.sin, np.cos(2.0)), (np.floor, 0.0), (np.argmax, 0.0), (len, None), (abs, 1.0)]:
        box.f = f
        if expected is not None:
            assert grad(lambda x: box.f(x) * 1.0 + 0 * x)(2.0) == pytest.approx(expected)

    @adjoint.constant
    def kept(x):
        return x * x

    box.f = kept
    assert grad(lambda x: box.f(x) * x)(2.0) == 4.0


def test_rules_of_the_user():
    def wave(x):
        return ctypes.c_double(np.sin(x)).value

    box.f = wave

    @registry.elementwise(wave)
    def wave_partial(x, out):
        return 10.0 * np.cos(x)

    assert grad(through)(2.0) == pytest.approx(10 * np.cos(2.0))


def test_what_has_no_rule_is_refused_with_the_callers_line():
    box.f = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(lambda x: x)
    error = refused(through, 2.0, match="the derivative of `.*` is not known\n  Give it a rule", kind=UnknownFunction)
    assert re.search(r"test_dispatch.py:\d+\n +\d+ \|     return box.f\(x\)", error.__notes__[-1])
    box.f = Box
    refused(through, 2.0, match="the derivative of `Box` is not known", kind=UnknownFunction)


def test_what_cannot_be_read_is_refused_with_both_lines():
    box.f = generating
    error = refused(through, 2.0, match="(?s)`yield`.*yield x", kind=UnsupportedSyntax)
    assert "return box.f(x)" in error.__notes__[-1]


def test_exceptions_keep_their_type_and_name_both_lines():
    box.f = failing
    with pytest.raises(ZeroDivisionError) as caught:
        grad(through)(2.0)
    assert "return x / (x - x)" in caught.value.__notes__[0]
    assert "return box.f(x)" in caught.value.__notes__[1]
    assert grad(lambda x: box.f(x + np.zeros(2)).sum())  # the next call is as good as any
    box.f = square
    assert grad(through)(2.0) == 4.0


def test_a_callee_that_changes_its_argument_is_refused():
    box.f = first_doubled
    error = refused(through, X.copy(), match="`first_doubled`, which is called here, changes `v` in place")
    assert "return box.f(x)" in error.__notes__[-1]

    def only_called(x):
        box.f(x)
        return x.sum()

    refused(only_called, X.copy(), match="`first_doubled` changes an argument")

    def with_list(x):
        items = []
        y = box.f(x, items)
        return y * len(items)

    box.f = appended
    refused(with_list, X.copy(), match="changes")


def test_a_view_is_refused_where_it_matters():
    def stored(x):
        y = box.f(x)
        y[...] = 5.0
        return (y * x).sum()

    def stored_argument(x):
        a = x * 1.0
        y = box.f(a)
        a[0] = 5.0
        return (y * x).sum()

    def read(x):
        return (box.f(x) * x).sum()

    box.f = lambda v: v[::-1]
    refused(stored_argument, X.copy(), match="returns shares memory with an argument, and one of the two is changed")
    assert grad(read)(X).tolist() == pytest.approx((2 * X[::-1]).tolist())
    box.f = lambda v: v[::-1] * 1.0
    np.testing.assert_allclose(grad(stored_argument)(X), X[::-1] + X[::-1])


def test_functions_chosen_by_a_number_of_the_run():
    def captured(x):
        def inner(v):
            return v * x[0]

        fs = [inner, np.sin]
        return fs[int(x[2] > 0)](x[1])

    assert grad(captured)(np.array([2.0, 3.0, -1.0])).tolist() == [3.0, 2.0, 0.0]
    assert grad(captured)(np.array([2.0, 3.0, 1.0])).tolist() == [0.0, np.cos(3.0), 0.0]


def test_objects_that_may_hold_derivatives_are_refused():
    def bound(x):
        f = x.sum
        return f() * x[0]

    for f in (bound,):
        with pytest.raises(
            UnknownFunction, match=r"may hold values that derivatives pass through\n  .*test_dispatch.py"
        ):
            grad(f)(X)


def test_arguments_of_no_array():
    box.f = lambda x, n, name, table: x * n * len(name) * table["a"]

    def f(x):
        return box.f(x, 2, "abc", {"a": 5.0})

    assert grad(f)(1.5) == 30.0
    box.f = lambda x: x * 2.0 if x is not None else 3.0

    def maybe(x):
        y = box.f(x if x > 0 else None)
        return y * x

    assert grad(maybe)(2.0) == 8.0
    assert grad(maybe)(-2.0) == 3.0


def test_a_whole_number_may_stand_for_a_real_one():
    box.f = square
    assert grad(through)(3) == 6.0
    assert dispatch.call_reverse(dispatch.call_forward(square, (0,), 3)[1], 1.0) == (6.0,)


def test_second_derivatives():
    box.f = square
    assert grad(grad(through))(2.0) == 2.0
    steps = [np.sin, square]

    def known(x):
        for f in steps:
            x = f(x)
        return x

    assert grad(grad(known))(2.0) == pytest.approx(2 * np.cos(4.0))


def test_effects_happen_once_and_in_order():
    calls.clear()

    def loud(x):
        calls.append(f"loud {float(x):g}")
        return x * x

    def f(x):
        calls.append("begin")
        y = box.f(x) + box.f(x + 1)
        calls.append("end")
        return y

    box.f = loud
    expected = ["begin", "loud 2", "loud 3", "end"]
    assert grad(f)(2.0) == 10.0
    assert calls == expected
    calls.clear()
    assert value_and_grad(f)(2.0) == (13.0, 10.0)
    assert calls == expected
    calls.clear()
    _, pullback = vjp(f)(2.0)
    assert (pullback(1.0), pullback(2.0)) == (10.0, 20.0)
    assert calls == expected
    calls.clear()
    assert jacobian(f)(2.0) == 10.0
    assert calls == expected


def test_threads_resolve_at_once():
    functions = [(lambda k: lambda x: x**k)(k) for k in range(1, 9)]

    def f(x, k):
        return functions[k](x)

    found: dict[int, float] = {}

    def work(k):
        found[k] = grad(f)(1.5, k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert found == pytest.approx({k: (k + 1) * 1.5**k for k in range(8)})


def test_the_text_reads_as_written_by_hand():
    ops = [np.sin, square]

    def f(x, k):
        y = ops[k](x)
        return y * x

    assert adjoint.source(grad(f), 2.0, 1) == (
        "def f_grad(x, k, out_bar=1.0):\n"
        "    y, y_record = call_forward(ops[k], (0,), x)\n"
        "\n"
        "    return out_bar * y + call_reverse(y_record, out_bar * x)[0]  # y = ops[k](x)"
    )


def test_helpers_by_hand():
    out, record = dispatch.call_forward(lambda a, b, *, c: a * b + c, (1, "c"), 2.0, 3.0, c=np.ones(2))
    assert out.tolist() == [7.0, 7.0]
    b_bar, c_bar = dispatch.call_reverse(record, np.array([1.0, 2.0]))
    assert (b_bar, c_bar.tolist()) == (6.0, [1.0, 2.0])
    with pytest.raises(UnsupportedArgument, match="not followed through a Box"):
        dispatch.call_forward(lambda a: 1.0, (0,), Box())
    with pytest.raises(UnknownFunction, match="not followed into `.swap` of a Box"):
        dispatch.method_forward("swap", (0,), Box())


def test_values_put_into_a_dictionary_are_followed():
    table = {}

    def by_update(x):
        table.update(a=x * x)
        return table["a"] * x

    assert grad(by_update)(2.0) == 12.0
    assert table == {"a": 4.0}


def test_values_put_where_the_result_finds_them_are_refused():
    kept = []
    model = Box()
    table = {}

    def through_a_list(x):
        kept.append(x * x)
        return kept[-1] * x

    def through_an_attribute(x):
        model.v = x * x
        return model.v * x

    def by_setattr(x):
        setattr(model, "v", x * x)
        return model.v * x

    for f in (through_a_list, through_an_attribute, by_setattr):
        refused(f, 2.0, match=r"(?s)`(kept|model)(\[…\])?`, (on|which).*test_dispatch.py")

    def hides(x):
        model.v = x * x
        return x

    box.f = hides
    refused(through, 2.0, match="`hides`, which is called here, puts a value .* into `model`")

    def only_kept(x):
        kept.append(x * x)
        table.update(a=x)
        return x * len(kept)

    kept.clear()
    assert (grad(only_kept)(2.0), kept, table) == (1.0, [4.0], {"a": 2.0})


def test_a_global_list_by_another_name_is_refused():
    kept = []

    def f(x):
        mine = kept
        mine.append(x * x)
        return kept[-1] * x

    refused(f, 2.0, match=r"which array this alias stands for|share memory")


def crossed(a, b, n):
    if n == 0:
        return
    a[n] = b[n - 1] * a[n]
    crossed(b, a, n - 1)


def test_arguments_of_a_recursion_that_overlap_are_refused():
    def same(x):
        a = x * 1.0
        crossed(a, a, 2)
        return a.sum()

    def overlapping(x):
        a = x * 1.0
        crossed(a[:2], a[1:], 1)
        return a.sum()

    def apart(x):
        a = np.concatenate((x, x))
        crossed(a[:3], a[3:], 2)
        return a.sum()

    for f in (same, overlapping):
        with pytest.raises(adjoint.SharedMemory, match="an argument is changed in a call"):
            grad(f)(X)
    adjoint.check_grads(apart, (X,))


class Ring:
    def __init__(self, x):
        self.shape, self.size = x * x, 2


def ring(x):
    return Ring(x)


def test_a_shape_is_that_of_an_array() -> None:
    def by_its_shape(x, makers):
        return x * makers[0](x).shape

    def by_its_size(x, makers):
        return x * makers[0](x).size

    assert adjoint.grad(by_its_size)(1.5, [ring]) == 2.0
    with pytest.raises(adjoint.UnknownFunction, match="`.shape` of a Ring"):
        adjoint.grad(by_its_shape)(1.5, [ring])
