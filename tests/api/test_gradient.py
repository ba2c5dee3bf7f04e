"""The object that `grad` returns: calls, structure, names, methods, pickles, threads, forks."""

from __future__ import annotations

import copy
import gc
import inspect
import os
import pickle
import struct
import threading
import weakref

import numpy as np
import pytest

import adjoint
from adjoint import grad, jacobian, value_and_grad, vjp
from adjoint.errors import NotScalar, SourceNotFound, UnknownFunction, UnsupportedArgument, UnsupportedSyntax


def area(r, h=3.0):
    """The area."""
    return r * r * h


decorated = grad(area)
decorated.__qualname__ = "decorated"


@grad(wrt=("w", 0))
def loss(x, w, *, scale=2.0):
    return (x * w * scale).sum()


class Model:
    def __init__(self, rate):
        self.rate = rate

    @grad
    def loss(self, w, b=1.0):
        return self.rate * w * w * b

    def plain(self, w):
        return self.rate * w**3

    @staticmethod
    @grad
    def free(x):
        return x * x

    def __call__(self, x):
        return self.rate * x


def test_positions_keywords_and_defaults():
    assert grad(area)(2.0) == 12.0
    assert grad(area)(r=2.0, h=1.0) == 4.0
    assert grad(area, wrt="h")(2.0) == 4.0
    assert grad(area, wrt=-1)(2.0) == 4.0


def test_structure_follows_wrt():
    x, w = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    by_w, by_x = loss(x, w, scale=1.0)
    assert by_w.tolist() == [1.0, 2.0]
    assert by_x.tolist() == [3.0, 4.0]
    assert grad(area, wrt=(0,))(2.0) == (12.0,)
    assert value_and_grad(area, wrt=[0, 1])(2.0, 1.0) == (4.0, (4.0, 4.0))


def test_wrong_calls_read_like_those_of_the_function():
    with pytest.raises(TypeError, match=r"^area\(\) missing 1 required positional argument: 'r'$"):
        grad(area)()
    with pytest.raises(TypeError, match=r"^area\(\) got an unexpected keyword argument 'q'$"):
        grad(area)(1.0, q=2)


@pytest.mark.parametrize(
    ("wrt", "message"),
    [
        ("q", "wrt='q': `area` has no such parameter; it has `r`, `h`"),
        (2, "wrt=2: `area` has 2 parameters: `r`, `h`"),
        ((0, "r"), "wrt=(0, 'r') names `r` twice"),
        ((), "wrt=(): give a position, a name, or a tuple of them"),
        (True, "wrt=True: give a position, a name, or a tuple of them"),
        (1.0, "wrt=1.0: give a position, a name, or a tuple of them"),
    ],
)
def test_wrong_wrt(wrt, message):
    with pytest.raises(UnsupportedArgument) as caught:
        grad(area, wrt=wrt)
    assert str(caught.value) == message


def test_identity_is_kept():
    assert decorated.__wrapped__ is area
    assert decorated.__name__ == "area"
    assert decorated.__doc__ == "The area."
    assert inspect.signature(loss) == inspect.signature(loss.__wrapped__)
    assert repr(loss) == "<grad of loss by w, x>"


def test_methods():
    model = Model(0.5)
    assert model.loss(3.0) == 3.0
    assert model.loss(3.0, b=2.0) == 6.0
    assert Model.loss(model, 3.0) == 3.0
    assert str(inspect.signature(model.loss)) == "(w, b=1.0)"
    assert Model.free(3.0) == model.free(3.0) == 6.0
    assert grad(model.plain)(2.0) == 6.0
    assert grad(Model.plain, wrt="w")(model, 2.0) == 6.0
    assert grad(model)(5.0) == 0.5
    model.rate = 1.0
    assert model.loss(3.0) == 6.0


def test_what_is_no_function():
    with pytest.raises(SourceNotFound, match="`sin` is not a Python function"):
        grad(np.sin)
    with pytest.raises(UnsupportedSyntax, match="Write `@staticmethod` above the decorator"):
        grad(staticmethod(area))


def test_pickles_by_name_or_by_what_it_is_made_of():
    assert pickle.loads(pickle.dumps(loss)) is loss
    made = pickle.loads(pickle.dumps(grad(area, wrt="h")))
    assert made(2.0) == 4.0
    model = Model(0.5)
    assert pickle.loads(pickle.dumps(model.loss))(3.0) == 3.0
    assert pickle.loads(pickle.dumps(grad(model.plain)))(2.0) == 6.0
    assert copy.deepcopy(loss) is loss


def test_threads_compile_once(compiler):
    gradient = grad(lambda x: x * x * x)
    found = []
    threads = [threading.Thread(target=lambda: found.append(gradient(2.0))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [12.0] * 8
    assert len(compiler.requests) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_fork_while_another_thread_compiles(compiler):
    gradient, entered, leave = grad(lambda x: x * x), threading.Event(), threading.Event()
    original = compiler.compile

    def slow(request):
        entered.set()
        leave.wait(10)
        return original(request)

    compiler.compile = slow
    thread = threading.Thread(target=gradient, args=(1.0,))
    thread.start()
    entered.wait(10)
    child = os.fork()
    if child == 0:
        compiler.compile = original
        os._exit(0 if grad(lambda x: x * x)(3.0) == 6.0 else 1)
    leave.set()
    thread.join()
    assert os.waitpid(child, 0)[1] == 0


def test_functions_that_died_are_let_go(compiler):
    def scoped(x):
        return x * x

    assert grad(scoped)(2.0) == 4.0
    assert vjp(scoped)(2.0)[1](1.0) == 4.0
    seen = weakref.ref(scoped)
    compiler.requests.clear()
    del scoped
    gc.collect()
    assert seen() is None


def test_not_scalar_says_what_to_ask_for():
    with pytest.raises(NotScalar) as caught:
        grad(area)(np.ones(2))
    assert str(caught.value) == (
        "`area` returns an array of rank 1, and a gradient is that of one number\n"
        "  What you may want is\n"
        "    the product of a vector v with the Jacobian:  vjp(area)(r, h)[1](v)\n"
        "    the Jacobian, row by row:                     jacobian(area)(r, h)\n"
        "    the gradient of the sum:                      grad(lambda r, h: area(r, h).sum())(r, h)"
    )
    assert grad(area)(2.0) == 12.0
    assert value_and_grad(area)(2.0) == (12.0, 12.0)


def test_not_scalar_may_be_known_only_when_it_runs():
    def chosen(x):
        return x if x.sum() > 0 else 0.0

    assert grad(lambda x: chosen(x) * 1.0)(np.array(2.0)) == 1.0
    with pytest.raises(NotScalar, match=r"returns an array of shape \(2,\)"):
        grad(chosen)(np.ones(2))


@pytest.mark.parametrize(("result", "described"), [((1.0, 2.0), "a tuple"), ([1.0], "a list"), (None, "None")])
def test_not_scalar_names_what_is_returned(result, described):
    with pytest.raises(NotScalar, match=f"returns {described}, and a gradient"):
        grad(lambda x: (x, result)[1])(1.0)


def test_jacobian():
    x = np.array([1.0, 2.0, 3.0])
    assert np.array_equal(jacobian(lambda x: x * x)(x), np.diag(2 * x))
    by_x, by_a = jacobian(lambda x, a: a * x, wrt=(0, 1))(x, 2.0)
    assert np.array_equal(by_x, 2 * np.eye(3))
    assert by_a.tolist() == [1.0, 2.0, 3.0]
    assert jacobian(area)(2.0) == 12.0
    assert jacobian(lambda x: x[:0])(x).shape == (0, 3)


def test_stop_gradient_and_constant_are_declared():
    from adjoint.rules import registry

    assert registry.is_constant(adjoint.stop_gradient)
    assert registry.result_of(adjoint.stop_gradient) == "view"
    marked = adjoint.constant(lambda x: x)
    assert registry.is_constant(marked)


def test_an_error_of_the_users_keeps_its_type_and_names_the_users_line():
    def broken(a):
        b = a * 2.0
        return np.linalg.inv(b)[0, 0]

    with pytest.raises(np.linalg.LinAlgError) as caught:
        grad(broken)(np.zeros((2, 2)))
    (note,) = caught.value.__notes__
    assert note.startswith("In the derivative of tests")
    assert note.endswith("return np.linalg.inv(b)[0, 0]")


def test_an_error_that_the_user_raises():
    def careful(x):
        if x > 1.0:
            raise ValueError("too large")
        return x * x

    assert grad(careful)(0.5) == 1.0
    with pytest.raises(ValueError, match="too large") as caught:
        grad(careful)(2.0)
    assert caught.value.__notes__[0].endswith('raise ValueError("too large")')


def test_an_error_in_a_function_that_is_called_names_that_functions_line():
    with pytest.raises(np.linalg.LinAlgError) as caught:
        vjp(lambda a: inverse(a) * 2.0)(np.zeros((2, 2)))
    assert caught.value.__notes__


def inverse(a):
    return np.linalg.inv(a)


def test_an_unknown_function_where_it_matters():
    with pytest.raises(UnknownFunction) as caught:
        grad(lambda x: struct.unpack("d", struct.pack("d", x))[0])(2.0)
    assert "the derivative of `struct.pack` is not known" in str(caught.value)
    assert "^^^" in str(caught.value)
    assert "adjoint.rules.vjp" in str(caught.value)


def test_no_source():
    space = {}
    exec("def f(x): return x * x", space)
    with pytest.raises(SourceNotFound, match="`f` has no source that can be read"):
        grad(space["f"])(1.0)


def test_all_that_is_not_taken_is_told_at_once():
    def f(x):
        async def later():
            return x

        return eval("x")

    with pytest.raises(UnsupportedSyntax) as caught:
        grad(f)(1.0)
    assert "`async def`" in str(caught.value)
    assert "`eval` cannot be differentiated" in str(caught.value)
