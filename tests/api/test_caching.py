"""Compiled once, and never stale."""

from __future__ import annotations

import gc
import linecache
import math

import numpy as np
import pytest

from adjoint import UnsupportedSyntax, grad, vjp
from adjoint.arguments import exact
from adjoint.caching import _EXACT, cache_of

rate = 2.0


def helper(x):
    return inner(x) * rate


def inner(x):
    return x * x


def target(x, power=1):
    return helper(x) ** power


@pytest.fixture
def gradient():
    return grad(target)


def test_compiled_once_for_the_same_kinds(compiler, gradient):
    pulled = vjp(target)
    for n in (3, 3, 4):
        pulled.compiled(np.ones(n))
    assert len(compiler.requests) == 1
    vjp(target).compiled(np.ones(5))
    assert len(compiler.requests) == 1, "transformations of one function share what was compiled"
    gradient.compiled(1.0)
    pulled.compiled(np.ones(1))
    assert len(compiler.requests) == 3
    grad(target, wrt=(0,)).compiled(1.0)
    assert len(compiler.requests) == 4
    compiler.requests.clear()
    cache_of(target, "grad", (("x",), True)).variants.clear()


def test_a_rebound_helper_is_seen(monkeypatch, gradient):
    assert gradient(3.0) == 12.0
    with monkeypatch.context() as patch:
        patch.setitem(globals(), "helper", lambda x: 5 * x)
        assert gradient(3.0) == 5.0
    assert gradient(3.0) == 12.0


def test_a_helpers_helper_is_seen(monkeypatch, gradient):
    assert gradient(3.0) == 12.0
    monkeypatch.setitem(globals(), "inner", lambda x: x)
    assert gradient(3.0) == 2.0


def test_the_code_of_a_helper_is_seen(monkeypatch, gradient):
    assert gradient(3.0) == 12.0
    monkeypatch.setattr(inner, "__code__", (lambda x: x * x * x).__code__)
    assert gradient(3.0) == pytest.approx(54.0)


def test_a_global_that_changes_its_kind_is_seen(compiler, monkeypatch, gradient):
    gradient(3.0)
    before = len(compiler.requests)
    monkeypatch.setitem(globals(), "rate", 4.0)
    gradient(3.0)
    assert len(compiler.requests) == before, "the value is read when the code runs"
    monkeypatch.setitem(globals(), "rate", 4)
    assert gradient(3.0) == 24.0
    assert len(compiler.requests) == before + 1


def test_a_patched_module_is_seen(monkeypatch):
    gradient = grad(lambda x: math.floor(2.5) * x)
    assert gradient(3.0) == 2.0
    monkeypatch.setattr(math, "floor", lambda x: 7.0)
    assert gradient(3.0) == 7.0


def test_a_global_that_comes_to_hide_a_builtin_is_seen(monkeypatch):
    def scoped(x):
        return x * len([1, 2])

    gradient = grad(scoped)
    assert gradient(3.0) == 2.0
    monkeypatch.setitem(globals(), "len", lambda x: 7)
    assert gradient(3.0) == 7.0


def test_changed_code_defaults_and_parameters(compiler):
    def scoped(x, k=2.0):
        return x * k

    gradient = grad(scoped)
    assert gradient(1.0) == 2.0
    scoped.__defaults__ = (5.0,)
    assert gradient(1.0) == 5.0
    assert gradient(1.0, 3.0) == 3.0
    scoped.__code__ = (lambda x, k: x * k * 2).__code__
    assert gradient(1.0, 3.0) == 6.0
    assert gradient(1.0) == 10.0
    scoped.__code__ = (lambda a, b, x: x * x).__code__
    scoped.__defaults__ = (1.0, 4.0)
    assert gradient(2.0) == 0.0
    assert grad(scoped, wrt="x")(2.0) == 8.0


def test_changed_keyword_defaults():
    def scoped(x, *, k=2.0):
        return x * k

    gradient = grad(scoped)
    assert gradient(1.0) == 2.0
    scoped.__kwdefaults__["k"] = 3.0
    assert gradient(1.0) == 3.0


def test_closure_cells_are_read_live():
    def make():
        scale, function = 2.0, inner

        def scoped(x):
            return function(x) * scale

        def change(to, new):
            nonlocal scale, function
            scale, function = to, new

        return grad(scoped), change

    gradient, change = make()
    assert gradient(3.0) == 12.0
    change(3.0, inner)
    assert gradient(3.0) == 18.0
    change(np.array(3.0), lambda x: x)
    assert gradient(3.0) == 3.0


def test_a_redefinition_has_a_cache_of_its_own():
    def run(text, name):
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        exec(compile(text, name, "exec"), space)

    space = {"grad": grad}
    run("def f(x): return x * x\ng = grad(f)", "<cell 1>")
    assert space["g"](2.0) == 4.0
    run("def f(x): return x * 7\ng = grad(f)", "<cell 2>")
    assert space["g"](2.0) == 7.0


def test_a_wrapper_does_not_share_the_cache_of_what_it_wraps():
    import functools

    def scoped(x):
        return x * x

    grad(scoped)(1.0)

    @functools.wraps(scoped)
    def wrapper(x):
        return 3.0 * scoped(x)

    assert grad(wrapper)(1.0) == 6.0


def test_exact_keys_are_bounded(compiler):
    gradient = grad(lambda x: x[0] * 1.0)
    for n in range(2, _EXACT + 12):
        gradient.compiled(np.ones(n))
    assert len(compiler.requests) == 1
    assert len(gradient._cache.exact) == _EXACT


@pytest.mark.parametrize(
    "pair",
    [
        (1, 1.0),
        (True, 1),
        (np.float64(1), 1.0),
        (np.ones(2), np.ones(2, np.float32)),
        (np.ones(2), np.ones((2, 1))),
        ([1.0, 2.0], [1.0]),
        ([1.0], (1.0,)),
        ("add", "sub"),
        ({"a": 1.0}, {"b": 1.0}),
        (slice(1), slice(2)),
        (math.sin, math.cos),
    ],
)
def test_exact_keys_tell_apart(pair):
    first, second = pair
    assert exact(first) != exact(second)
    assert exact(first) == exact(first)
    hash(exact(first))


def test_the_collector_rests_only_while_compiling():
    assert gc.isenabled()
    grad(lambda x: x * x)(3.0)
    assert gc.isenabled()
    with pytest.raises(UnsupportedSyntax):
        grad(refused)(3.0)
    assert gc.isenabled()


def test_a_collector_that_the_user_switched_off_stays_off():
    gc.disable()
    try:
        grad(lambda x: x * x * x)(3.0)
        assert not gc.isenabled()
    finally:
        gc.enable()


def refused(x):
    yield x
