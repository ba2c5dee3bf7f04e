"""A linked function lives where its target does, and its text is found by tracebacks and `inspect`."""

from __future__ import annotations

import gc
import inspect
import linecache
import math
import sys
import threading
import traceback
import types
from collections.abc import Callable
from typing import Any

import gast
import numpy as np
import pytest

from adjoint.emit.link import free_names, lines_of, link, source_of
from adjoint.emit.names import scope_of
from adjoint.errors import InternalError
from adjoint.syntax import core

factor = 2.0
ORIGIN = core.Origin("model.py", 10, ("def f(x):",), "f")


def function(text: str, target: Callable[..., Any] | None = None, **bindings: Any) -> core.Function:
    return core.Function(gast.parse(text).body[0], ORIGIN, target, bindings)


def in_module(source: str, name: str = "f", **names: Any) -> Any:
    """A function of a module of its own."""
    module = types.ModuleType("user_module")
    vars(module).update(names)
    exec(source, vars(module))
    return vars(module)[name]


def test_defaults_and_keyword_only_parameters() -> None:
    f = link(
        function("def f(x, out_bar=1.0, /, y=-2, *args, z=(1, None), **kw):\n    return x, out_bar, y, args, z, kw")
    )
    assert f(0) == (0, 1.0, -2, (), (1, None), {})
    assert f(0, 5, 6, 7, z=8, w=9) == (0, 5, 6, (7,), 8, {"w": 9})
    assert str(inspect.signature(f)) == "(x, out_bar=1.0, /, y=-2, *args, z=(1, None), **kw)"


def test_name_and_module() -> None:
    f = link(function("def f_grad(x):\n    return x", in_module("def f(x): return x")))
    assert (f.__name__, f.__qualname__, f.__module__) == ("f_grad", "f_grad", "user_module")
    g = link(function("def f_grad(x):\n    return x"), name="other")
    assert (g.__name__, g.__code__.co_name, source_of(g)) == ("other", "other", "def other(x):\n    return x")


def test_globals_are_live() -> None:
    target = in_module("a = 1\ndef f(x): return a * x")
    f = link(function("def f_grad(x):\n    return a", target, a=1))
    assert f(0) == 1
    target.__globals__["a"] = 7
    assert f(0) == 7
    del target.__globals__["a"]
    with pytest.raises(NameError):
        f(0)


def test_a_global_bound_after_linking_is_seen() -> None:
    target = in_module("def f(x): return later(x)")
    f = link(function("def f_grad(x):\n    return later(x)", target))
    target.__globals__["later"] = lambda x: x + 1
    assert f(1) == 2


def test_closure_cells_are_live() -> None:
    def make() -> tuple[Any, Any, Any]:
        a, b = 1, [2]

        def f(x: float) -> float:
            return a * x + b[0]

        def rebind(value: int) -> None:
            nonlocal a
            a = value

        return f, rebind, b

    target, rebind, b = make()
    f = link(function("def f_grad(x):\n    return a, b, [a + x for _ in b]", target, a=1, b=b))
    assert f(0) == (1, b, [1])
    rebind(5)
    assert f(0) == (5, b, [5])
    assert f.__closure__[f.__code__.co_freevars.index("a")] is target.__closure__[0]


def test_an_empty_cell() -> None:
    def make() -> tuple[Any, Any]:
        def f(x: float) -> float:
            return late(x)

        linked = link(function("def f_grad(x):\n    return late(x)", f))
        late = math.sqrt
        return linked, late

    assert make()[0](4.0) == 2.0


def test_helpers_are_cells_and_nothing_is_put_into_the_module() -> None:
    target = in_module("def f(x): return x")
    before = set(target.__globals__)
    f = link(
        function("def f_grad(x):\n    return np.sin(add(x, 1))", target, **{"np": np, "np.sin": np.sin, "add": max})
    )
    assert f(0) == math.sin(1)
    assert set(target.__globals__) == before
    assert f.__code__.co_freevars == ("add", "np")


def test_a_global_that_is_the_bound_object_stays_live() -> None:
    target = in_module("def f(x): return np.cos(x)", np=np)
    f = link(function("def f_grad(x):\n    return np.sin(x)", target, np=np))
    assert f.__code__.co_freevars == ()
    target.__globals__["np"] = types.SimpleNamespace(sin=lambda x: "seen")
    assert f(0) == "seen"


def test_a_helper_with_the_name_of_a_global_that_the_target_does_not_read() -> None:
    target = in_module("add = 'mine'\ndef f(x): return x.add")
    assert link(function("def f_grad(x):\n    return add(x, 2)", target, add=max))(1) == 2
    assert target.__globals__["add"] == "mine"


@pytest.mark.parametrize("source", ["def f(x): return add(x)", "def f(x): return [add(v) for v in x]"])
def test_a_name_that_means_two_things_is_refused(source: str) -> None:
    target = in_module(source, add=min)
    with pytest.raises(InternalError, match="`add` is a global of the user's and a different helper") as error:
        link(function("def f_grad(x):\n    return add(x)", target, add=max))
    assert "return add(x)" in str(error.value)


def test_a_builtin_that_the_target_reads_is_not_replaced() -> None:
    with pytest.raises(InternalError, match="`sum` is a global"):
        link(function("def f_grad(x):\n    return sum(x)", in_module("def f(x): return sum(x)"), sum=np.sum))
    target = in_module("def f(x): return x")
    assert link(function("def f_grad(x):\n    return sum(x)", target, sum=max))([1, 2]) == 2


def test_data_that_the_user_rebound_since_is_the_users() -> None:
    target = in_module("a = 1.0\ndef f(x): return a * x")
    target.__globals__["a"] = 3.0
    assert link(function("def f_grad(x):\n    return a", target, a=1.0))(0) == 3.0


def test_builtins() -> None:
    target = in_module("def f(x): return x")
    f = link(function("def f_grad(x):\n    return [len(x) for _ in range(2)]", target, len=len, range=range))
    assert f("abc") == [3, 3]
    assert f.__code__.co_freevars == ()
    target.__globals__["len"] = lambda x: "shadowed"
    assert f("abc") == ["shadowed"] * 2


def test_without_a_target() -> None:
    f = link(function("def f(x):\n    return np.sin(x) + len([x])", None, np=np, len=len))
    assert f(0.0) == 1.0
    assert set(f.__globals__) == {"__builtins__", "__name__"}


def test_a_method_as_target() -> None:
    class Model:
        def loss(self, x: float) -> float:
            return factor * x

    f = link(function("def loss_grad(self, x):\n    return factor", Model().loss, factor=factor))
    assert f.__globals__ is globals()
    assert f(None, 0) == 2.0


def test_nested_functions_reach_helpers_and_cells() -> None:
    text = "def f(x):\n    def g(y):\n        return add(y, x) + (lambda z: scale * z)(y)\n    return g"
    scale = 10
    target = lambda: scale
    g = link(function(text, target, add=max, scale=scale))(3)
    assert g(1) == 13
    assert inspect.getsource(g) == "    def g(y):\n        return add(y, x) + (lambda z: scale * z)(y)\n"


def test_a_function_may_call_itself() -> None:
    target = in_module("def f(x): return x")
    fact = link(function("def fact(n):\n    return n * fact(n - 1) if n else 1", target))
    assert fact(5) == 120
    assert "fact" not in target.__globals__


def test_a_text_with_the_name_of_a_global_that_it_calls() -> None:
    target = in_module("def f(x): return x + 1")
    f = link(function("def f(x):\n    return 2 * f(x)", target, f=target))
    assert f(1) == 4


def test_global_declarations_reach_the_module() -> None:
    target = in_module("count = 0\ndef f(x):\n    global count\n    count += 1")
    link(function("def f_grad(x):\n    global count\n    count += 1", target, count=0))(1)
    assert target.__globals__["count"] == 1


def test_defaults_may_name_globals_cells_and_helpers() -> None:
    cell = 3
    target = lambda: cell
    f = link(function("def f(a=factor, b=cell, c=one, *, d=-one):\n    return a, b, c, d", target, one=1))
    assert f() == (2.0, 3, 1, -1)


def test_free_names() -> None:
    text = "def f(a, b=c):\n    global d\n    e = [g.h for i in j(a)]\n    lambda k: (k, m)\n    d = (w := p)"
    assert free_names(text) == {"c", "g", "j", "m", "p"}


def test_get_source_and_traceback() -> None:
    text = "def f_grad(x):\n    # why\n    y = x\n    return y / (x - x)"
    f = link(function("def f_grad(x):\n    y = x\n    return y / (x - x)"))
    fn = function("def f_grad(x):\n    y = x\n    return y / (x - x)")
    f = link(fn.with_body([core.Comment("why"), *fn.tree.body]))
    linecache.checkcache()
    assert inspect.getsource(f) == text + "\n"
    assert source_of(f) == text
    with pytest.raises(ZeroDivisionError) as error:
        f(1)
    frame = traceback.extract_tb(error.value.__traceback__)[-1]
    assert (frame.lineno, frame.name, frame.line) == (4, "f_grad", "return y / (x - x)")
    assert (frame.colno, frame.end_colno) == (11, 22)
    assert frame.filename.startswith("<adjoint f_grad ")


def test_the_lines_of_the_user() -> None:
    fn = function("def f(x):\n\n    y = x\n    return y")
    f = link(fn.with_body([core.Comment("why"), core.bind("z", core.const(1)), *fn.tree.body]))
    assert lines_of(f) == {f.__code__.co_filename: {1: ("model.py", 1), 4: ("model.py", 3), 5: ("model.py", 4)}}


def test_two_functions_have_two_files() -> None:
    f, g = (link(function("def f(x):\n    return x")) for _ in range(2))
    assert f.__code__.co_filename != g.__code__.co_filename


def test_the_text_goes_with_the_function() -> None:
    f = link(function("def f(x):\n    return helper(x)", None, helper=abs))
    name = f.__code__.co_filename
    assert name in linecache.cache
    del f
    gc.collect()
    assert name not in linecache.cache


def test_the_text_stays_while_an_inner_function_lives() -> None:
    f = link(function("def f(x):\n    return lambda: x"))
    g, name = f(1), f.__code__.co_filename
    del f
    gc.collect()
    assert inspect.getsource(g) == "    return lambda: x\n"
    del g
    gc.collect()
    assert name not in linecache.cache


def test_source_of_what_was_not_linked() -> None:
    with pytest.raises(InternalError, match="was not linked"):
        source_of(test_free_names)


def test_a_text_that_does_not_compile() -> None:
    with pytest.raises(InternalError, match="the text does not compile: 'break' outside loop"):
        link(core.Function(core.function_def("f", [], [core.break_()]), ORIGIN))


def test_a_sum_of_a_thousand_terms() -> None:
    total = core.load("a")
    for _ in range(1000):
        total = core.binary(total, gast.Add, core.load("a"))
    limit = sys.getrecursionlimit()
    f = link(core.Function(core.function_def("f", ["a"], [core.return_(total)]), ORIGIN))
    assert f(1) == 1001
    assert sys.getrecursionlimit() == limit


def test_five_thousand_statements() -> None:
    body = [core.accumulate("x", core.const(1)) for _ in range(5000)]
    assert link(core.Function(core.function_def("f", ["x"], [*body, core.return_(core.load("x"))]), ORIGIN))(0) == 5000


def test_linking_in_threads() -> None:
    made: list[Any] = []
    text = "def f(x):\n    return helper(x)"
    threads = [
        threading.Thread(target=lambda k=k: made.append((k, link(function(text, None, helper=lambda x: x + k)))))
        for k in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f(0) == k for k, f in made)
    assert len({f.__code__.co_filename for _, f in made}) == 20


def test_a_scope_says_where_names_are_found() -> None:
    scale = 1
    scope = scope_of(
        {"scale", "factor", "len", "extra", "unknown"}, function("def f():\n    pass", lambda: scale, extra=max)
    )
    assert (scope.globals is globals(), set(scope.cells), scope.helpers) == (True, {"scale"}, {"extra": max})
