"""Objects of the user's classes, named tuples, dataclasses; exceptions; functions that are kept."""

from __future__ import annotations

from builder import INDENT, Builder, Line, form
from expressions import scalar, value
from scope import NUMBER, Scope


def _top(b: Builder, *lines: str) -> None:
    b.top += [Line(text, ()) for text in (*lines, "", "")]


@form("objects", 3)
def instance(b: Builder, scope: Scope) -> bool | None:
    """An object with a number and an array, and methods that use and change them."""
    if scope.function:
        return False
    name, obj, target = b.fresh("State"), b.fresh("o"), b.fresh("t")
    array = b.pick(scope.arrays)
    shape = scope.shapes[array]
    first = "0, 0" if len(shape) > 1 else "0"
    change = b.pick([f"self.b[{first}] = self.a", "self.b *= k", "self.b = self.b * k", "self.a = self.a * k"])
    _top(b, f"class {name}:", f"{INDENT}def __init__(self, a, b):", f"{INDENT * 2}self.a = a",
         f"{INDENT * 2}self.b = b", "", f"{INDENT}def step(self, k):", f"{INDENT * 2}{change}",
         f"{INDENT * 2}return self.a * self.b[{first}] + k",
         "", f"{INDENT}@property", f"{INDENT}def total(self):", f"{INDENT * 2}return self.b.sum() * 0.3")  # fmt: skip
    b.emit(scope, f"{obj} = {name}({scalar(b, scope)}, {value(b, scope, shape)})", "object")
    b.emit(scope, f"{target} = {obj}.step({scalar(b, scope)}) + {obj}.{b.pick(['a', 'total'])}", "method")
    scope.shapes[target] = NUMBER
    scope.records[obj] = ((".a", NUMBER), (".b", shape))
    return None


@form("objects", 2)
def operators(b: Builder, scope: Scope) -> bool | None:
    """A class with operators of its own."""
    if scope.function:
        return False
    name, new, target = b.fresh("Vector"), b.fresh("o"), b.fresh("t")
    array = b.pick(scope.arrays)
    shape = scope.shapes[array]
    _top(b, f"class {name}:", f"{INDENT}def __init__(self, v):", f"{INDENT * 2}self.v = v",
         "", f"{INDENT}def __add__(self, other):", f"{INDENT * 2}return {name}(self.v + other.v)",
         "", f"{INDENT}def __mul__(self, k):", f"{INDENT * 2}return {name}(np.sin(self.v) * k)",
         "", f"{INDENT}def __call__(self, u):", f"{INDENT * 2}return self.v.sum() * u")  # fmt: skip
    first, second = value(b, scope, shape), b.pick(scope.like(shape))
    b.emit(scope, f"{new} = {name}({first}) + {name}({second}) * ({scalar(b, scope)})", "operators of a class")
    b.emit(scope, f"{target} = {new}({scalar(b, scope)})", "__call__")
    scope.shapes[target] = NUMBER
    return None


@form("named tuples", 2)
def named_tuple(b: Builder, scope: Scope) -> bool | None:
    if scope.function:
        return False
    name, new, target = b.fresh("Pair"), b.fresh("o"), b.fresh("t")
    shape = scope.shapes[b.pick(scope.arrays)]
    if b.chance(0.5):
        _top(b, "import collections", f"{name} = collections.namedtuple('{name}', 'a b')")
        more, tag = f"{new}._replace(a={scalar(b, scope)}).a", "named tuple"
    else:
        _top(b, "import dataclasses", "", "", "@dataclasses.dataclass", f"class {name}:",
             f"{INDENT}a: float", f"{INDENT}b: object", "",
             f"{INDENT}def total(self, k=2.0):", f"{INDENT * 2}return self.a * k")  # fmt: skip
        more, tag = f"{new}.total({b.pick(['', 'k=0.5'])})", "dataclass"
    b.emit(scope, f"{new} = {name}({scalar(b, scope)}, {value(b, scope, shape)})", tag)
    if tag == "dataclass" and b.chance(0.8):
        b.emit(scope, f"{new}.a = {new}.a * {scalar(b, scope)}", "attribute assigned")
    b.emit(scope, f"{target} = {new}.a + {more} * {new}.b.mean()", tag)
    scope.shapes[target] = NUMBER
    return None


@form("exceptions", 2)
def tried(b: Builder, scope: Scope) -> None:
    """`try` in which nothing is raised."""
    target = b.fresh("t")
    b.emit(scope, "try:", "try")
    b.emit(scope.inner(), f"{target} = {scalar(b, scope, 2)}")
    form = b.integer(0, 2)
    if form < 2:
        b.emit(scope, "except (ZeroDivisionError, IndexError):")
        b.emit(scope.inner(), f"{target} = {b.constant()}")
    if form == 1:
        b.emit(scope, "else:")
        b.emit(scope.inner(), f"{target} = {target} * {scalar(b, scope)}")
    if form:
        b.emit(scope, "finally:", "finally")
        array = b.pick(scope.arrays)
        b.emit(scope.inner(), f"{array}[0] {b.pick(['=', '*='])} {scalar(b, scope)}")
    scope.shapes[target] = NUMBER


@form("kept functions", 4)
def kept(b: Builder, scope: Scope) -> bool | None:
    """Functions in lists and dictionaries, partial functions, decorated ones, starred calls."""
    if scope.function:
        return False
    target, fns, number = b.fresh("t"), b.fresh("fns"), scalar(b, scope)
    form = b.integer(0, 4)
    if form == 0:
        b.emit(scope, f"{fns} = [np.sin, lambda u: u * {number}, np.tanh]", "functions in a list")
        b.emit(scope, f"{target} = {number}")
        g = b.fresh("g")
        b.emit(scope, f"for {g} in {fns}:", "functions in a list")
        b.emit(scope.inner(), f"{target} = {g}({target})")
    elif form == 1:
        b.emit(scope, f"{fns} = {{'p': np.sin, 'q': lambda u: u * {number}}}")
        b.emit(scope, f"{target} = {fns}['p']({number}) * {fns}['q']({scalar(b, scope)})", "functions in a dict")
    elif form == 2:
        helper = b.fresh("scale")
        _top(b, "import functools", "", "", f"def {helper}(k, u):", f"{INDENT}return k * np.sin(u)")
        b.emit(scope, f"{fns} = functools.partial({helper}, {number})")
        b.emit(scope, f"{target} = {fns}({scalar(b, scope)})", "functools.partial")
    elif form == 3:
        wrap, helper = b.fresh("twice"), b.fresh("square")
        _top(b, "import functools", "", "", f"def {wrap}(fn):", f"{INDENT}@functools.wraps(fn)",
             f"{INDENT}def wrapper(*args):", f"{INDENT * 2}return 2 * fn(*args)", f"{INDENT}return wrapper", "", "",
             f"@{wrap}", f"def {helper}(u):", f"{INDENT}return u * u")  # fmt: skip
        b.emit(scope, f"{target} = {helper}({number}) * 0.3", "decorated function")
    else:
        helper, pair = b.fresh("product"), b.fresh("pair")
        _top(b, f"def {helper}(*args, k=2.0):", f"{INDENT}return args[0] * args[1] * k")
        b.emit(scope, f"{pair} = ({number}, {scalar(b, scope)})")
        b.emit(scope, f"{target} = {helper}(*{pair}{b.pick(['', ', k=0.5'])})", "starred call")
    scope.shapes[target] = NUMBER
    return None


@form("nonlocal", 1)
def counting(b: Builder, scope: Scope) -> bool | None:
    """A nested function that changes a number of the function around it."""
    if scope.function or scope.in_loop or not scope.numbers:
        return False
    name, number, u = b.fresh("inner"), b.fresh("t"), b.fresh("u")
    b.emit(scope, f"{number} = {scalar(b, scope)}")
    inside = scope.inner()
    b.emit(scope, f"def {name}({u}):")
    b.emit(inside, f"nonlocal {number}")
    b.emit(inside, f"{number} = {number} * {u} + {b.constant()}")
    b.emit(scope, f"{name}({scalar(b, scope)})", "nonlocal")
    if b.chance(0.5):
        b.emit(scope, f"{name}({scalar(b, scope)})", "nonlocal")
    scope.shapes[number] = NUMBER
    return None


@form("ufunc methods", 1)
def mapped(b: Builder, scope: Scope) -> bool | None:
    """Python functions of entries and rows, by NumPy."""
    name, target = b.pick(scope.arrays), b.fresh("t")
    number = scalar(b, scope)
    call = b.pick(
        [f"np.vectorize(lambda v: v * {number})({name})", f"np.apply_along_axis(lambda v: v * {number}, 0, {name})"]
    )
    b.emit(scope, f"{target} = {call}.sum() * 0.2", "vectorize, apply_along_axis")
    scope.shapes[target] = NUMBER
    return None
