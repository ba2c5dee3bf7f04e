"""The text of functions, wherever they come from."""

from __future__ import annotations

import ast
import collections
import doctest
import fractions
import functools
import importlib.util
import linecache
import math
import statistics
import textwrap
import types
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import gast
import pytest

from adjoint.errors import SourceNotFound
from adjoint.frontend.source import parse

SCALE = 2.0


def text_of(fn) -> str:
    return ast.unparse(gast.gast_to_ast(parse(fn).tree))


def plain(x, y=1.0, /, *rest, z=2, **more):
    """Doc."""
    return x * y + z  # end


def test_a_module_function_keeps_its_arguments_and_places() -> None:
    fn = parse(plain)
    first = plain.__code__.co_firstlineno
    assert text_of(plain) == 'def plain(x, y=1.0, /, *rest, z=2, **more):\n    """Doc."""\n    return x * y + z'
    assert (fn.origin.file, fn.origin.line, fn.origin.name) == (__file__, first, "plain")
    assert fn.origin.lines[0] == "def plain(x, y=1.0, /, *rest, z=2, **more):"
    value = fn.tree.body[-1].value
    assert (value.lineno, value.col_offset, value.end_col_offset) == (first + 2, 11, 20)
    assert fn.target is plain
    assert fn.params == ("x", "y", "rest", "z", "more")


def test_nested_functions_keep_their_columns_and_multi_line_strings() -> None:
    a, b = 2.0, 3.0

    def inner(x: float) -> float:
        s = """text
at the margin"""
        return x * a + len(s) + b

    fn = parse(inner)
    assert fn.tree.body[0].value.value == "text\nat the margin"
    assert (fn.tree.col_offset, fn.tree.body[0].col_offset) == (4, 8)
    assert fn.tree.args.args[0].annotation is None
    assert fn.tree.returns is None


def test_several_lambdas_on_one_line() -> None:
    k = 3
    f, g, h = lambda x: x * 2, lambda x: x * k, lambda x: (lambda y: y + x)(k)
    assert text_of(f) == "def f(x):\n    return x * 2"
    assert text_of(g) == "def f(x):\n    return x * k"
    assert text_of(h) == "def f(x):\n    return (lambda y: y + x)(k)"
    assert parse(f).origin.name == "<lambda>"


def test_equal_lambdas_on_one_line_are_told_by_their_columns() -> None:
    f, g = lambda x: x + 1, lambda x: x + 1
    assert parse(f).tree.body[0].col_offset < parse(g).tree.body[0].col_offset


def test_lambdas_inside_lambdas_and_defaults() -> None:
    f = lambda x: lambda y: x + y
    g = lambda x=(lambda: 1): x()
    assert text_of(f(1)) == "def f(y):\n    return x + y"
    assert text_of(f) == "def f(x):\n    return lambda y: x + y"
    assert text_of(g) == "def f(x=lambda: 1):\n    return x()"
    assert text_of(g.__defaults__[0]) == "def f():\n    return 1"


def test_lambdas_in_the_middle_of_a_statement() -> None:
    table = {
        "a": lambda x: x
        + 1,
        "b": [0, lambda x: (x
                            * 2)],
    }  # fmt: skip
    assert text_of(table["a"]) == "def f(x):\n    return x + 1"
    assert text_of(table["b"][1]) == "def f(x):\n    return x * 2"


def test_the_name_given_to_a_lambda_is_free_in_it() -> None:
    f = abs
    assert parse(lambda x: f(x)).tree.name == "f_1"


def wrapper_of(fn):
    @functools.wraps(fn)
    def wrapper(*args):
        return fn(*args) * SCALE

    return wrapper


@wrapper_of
@wrapper_of
def decorated(x):
    return x + 1


def test_a_wrapper_is_read_as_what_runs_and_the_wrapped_without_its_decorators() -> None:
    assert text_of(decorated) == "def wrapper(*args):\n    return fn(*args) * SCALE"
    inner = parse(decorated.__wrapped__.__wrapped__)
    assert ast.unparse(gast.gast_to_ast(inner.tree)) == "def decorated(x):\n    return x + 1"
    assert inner.origin.lines[0] == "@wrapper_of"
    assert inner.tree.lineno == inner.origin.line + 2


class Model:
    __rate = 0.5
    shift = lambda self, x: x + self.__rate

    def loss(self, w):
        return w * self.__rate + self.__dict__.get("a", 0)

    @staticmethod
    def half(x):
        return x / 2

    @classmethod
    def made(cls, x):
        return cls().loss(x)

    def closed(self):
        def inner(x):
            return super().__repr__(), x * self.__rate

        return inner


def test_methods_and_private_names() -> None:
    assert text_of(Model().loss) == ("def loss(self, w):\n    return w * self._Model__rate + self.__dict__.get('a', 0)")
    assert text_of(Model.half) == "def half(x):\n    return x / 2"
    assert text_of(Model.made) == "def made(cls, x):\n    return cls().loss(x)"
    assert text_of(Model.shift) == "def f(self, x):\n    return x + self._Model__rate"
    assert text_of(Model().closed()) == "def inner(x):\n    return (super().__repr__(), x * self._Model__rate)"


def executed(text: str, file: str) -> types.FunctionType:
    linecache.cache[file] = len(text), None, text.splitlines(True), file
    namespace: dict = {}
    exec(compile(text, file, "exec"), namespace)
    return namespace["f"]


def test_text_in_the_line_cache_as_notebooks_and_our_own_functions_have_it() -> None:
    assert text_of(executed("\n\ndef f(x):\n\treturn x * 2\n", "<cell 1>")) == "def f(x):\n    return x * 2"
    text = "def make(k):\n    def f(x):\n        return x * k\n    return f\nf = make(3)"
    assert text_of(executed(text, "<cell 2>")) == "def f(x):\n    return x * k"


def test_a_function_linked_from_a_factory_with_other_globals() -> None:
    f = executed("def make(add):\n    def f(x):\n        return add(x)\n    return f\nf = make(abs)", "<adjoint f>")
    linecache.cache["<adjoint f>"] = 1, None, ["def f(x):\n", "    return add(x)\n"], "<adjoint f>"
    code = f.__code__.replace(co_firstlineno=1)
    linked = types.FunctionType(code, {}, "f", None, f.__closure__)
    assert text_of(linked) == "def f(x):\n    return add(x)"


def functions_of(module):
    for value in vars(module).values():
        for inner in vars(value).values() if isinstance(value, type) else [value]:
            inner = getattr(inner, "__func__", getattr(inner, "fget", inner))
            if isinstance(inner, types.FunctionType) and inner.__module__ == module.__name__:
                yield inner


# Functions that call themselves, name their class, call methods of what is imported and of what is not.
@pytest.mark.parametrize("module", [collections, fractions, statistics, textwrap], ids=lambda m: m.__name__)
def test_what_runs_is_recognised_in_code_of_many_kinds(module) -> None:
    made_from_strings = {f for f in functions_of(module) if f.__code__.co_filename != module.__file__}
    found = [parse(f).tree.name for f in functions_of(module) if f not in made_from_strings]
    assert len(found) > 4


def in_doctest() -> None:
    """
    >>> from adjoint.frontend.source import parse
    >>> def f(x):
    ...     return x * 2
    >>> parse(f).origin.lines
    ('def f(x):', '    return x * 2')
    """


def test_functions_in_doctests() -> None:
    test = doctest.DocTestFinder().find(in_doctest, globs={})[0]
    assert doctest.DocTestRunner().run(test).failed == 0


def asserting(x):
    assert math.isfinite(x), "not finite"
    return x * SCALE


def test_functions_whose_asserts_pytest_has_rewritten() -> None:
    assert "@pytest_ar" in asserting.__code__.co_names
    assert text_of(asserting).endswith("    return x * SCALE")


def imported(path, text):
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return x * 2", "return x * 3"),
        ("return x * 2", "return x * 2.0"),
        ("return x * 2", "return x + 2"),
        ("return x * 2", "return y * 2"),
        ("return x * 2", "y = 1\n    return x * 2"),
        ("def f(x)", "def g(x)"),
        ("def f(x):\n    return x * 2\n", ""),
        ("def f(x)", "\n\ndef f(x)"),
    ],
)
def test_a_file_that_changed_is_refused(tmp_path, old, new) -> None:
    path = tmp_path / "stale.py"
    text = "a = 0\ndef f(x):\n    return x * 2\n"
    f = imported(path, text).f
    path.write_text(text.replace(old, new))
    with pytest.raises(SourceNotFound) as caught:
        parse(f)
    assert str(caught.value) == (
        f"the source of `f` is not what runs\n  {path}:2\n"
        "  The file has changed since it was imported: import it again, or start Python anew."
    )


def test_a_file_that_changed_elsewhere_or_was_read_before_is_taken(tmp_path) -> None:
    path = tmp_path / "later.py"
    text = "def f(x):\n    return x * 2\n"
    f = imported(path, text).f
    path.write_text(text + "def g(x):\n    return x\n")
    assert text_of(f) == "def f(x):\n    return x * 2"
    path.write_text("b = 1\n")
    assert text_of(f) == "def f(x):\n    return x * 2"


def test_no_source() -> None:
    namespace: dict = {}
    exec("def f(x): return x", namespace)
    with pytest.raises(SourceNotFound) as caught:
        parse(namespace["f"])
    assert str(caught.value) == (
        "`f` has no source that can be read\n"
        "  <string>:1\n"
        "  Put the function into a file or a notebook cell. For text run by `exec`, compile it with a file name of\n"
        "  its own and store it first: linecache.cache[name] = len(text), None, text.splitlines(True), name."
    )


def test_not_a_python_function() -> None:
    with pytest.raises(SourceNotFound) as caught:
        parse(math.sin)
    assert str(caught.value) == (
        "`sin` is not a Python function\n  Give a function written in Python that calls it: `lambda x: sin(x)`."
    )


def test_decorators_over_several_lines_and_headers_with_closing_brackets_at_the_margin() -> None:
    text = (
        "def d(*a):\n    return lambda f: f\n"
        "@d(\n1,\n)\n# comment\ndef f(\n    x,\n):\n"
        "    y = (\nx\n)\n    z = 'a\\\nb'\n\n# c\n    return y, z\n\nf.a = 1\n"
    )
    assert text_of(executed(text, "<many lines>")) == "def f(x):\n    y = x\n    z = 'ab'\n    return (y, z)"


def test_the_users_warnings_are_not_repeated(recwarn) -> None:
    f = executed(r"def f(x):" + "\n    return x, r'\\d'\n", "<plain>")
    linecache.cache["<plain>"] = 1, None, ["def f(x):\n", "    return x, '\\d'\n"], "<plain>"
    text_of(f)
    assert [str(w.message) for w in recwarn] == []


def test_the_compilers_warnings_are_not_repeated(recwarn) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        f = executed("def f(x):\n    return x is 1\n", "<odd>")
    text_of(f)
    assert [str(w.message) for w in recwarn] == []


def test_many_threads_leave_the_filters_of_warnings_as_they_were() -> None:
    before = list(warnings.filters)
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(text_of, [plain] * 200))) == 1
    assert warnings.filters == before


def test_reading_takes_little_more_than_parsing(calls_in: Callable[[Callable[[], object]], int]) -> None:
    text = "def f(x):\n" + "    x = x * 2 + x\n" * 28 + "    return x\n"
    f = executed("\n" * 3000 + text, "<thirty>")
    parse(f)
    assert calls_in(lambda: parse(f)) < 3 * calls_in(lambda: gast.parse(text))
