"""Programs whose calls are known only when they run: functions in lists, in dictionaries, on objects, of a branch.

Then recursion of every kind, and callees in wrappers.
"""

from __future__ import annotations

import functools
import math

import numpy as np
from program import Program, arrays, numbers, positive

history: list[float] = []


def square(x):
    return x * x


def shifted(x, by=1.0, *, factor=2.0):
    return factor * x + by * np.sin(x)


def halves(v):
    return v[::2], v[1::2] * 2


def reversed_(v):
    return v[::-1]


def logged(x):
    history.append(float(np.sum(x)))
    return np.cos(x)


def label(x):
    return f"{np.size(x)}"


def scale_by(k):
    def scaled(x):
        return k * x * x

    return scaled


class Model:
    def __init__(self, rate):
        self.rate = rate
        self.activation = np.tanh

    def energy(self, x, power=2):
        return self.rate * x**power

    def __call__(self, x):
        return self.activation(self.rate * x)


STEPS = [np.sin, square, math.exp, shifted]
VECTOR_STEPS = [np.sin, square, reversed_, np.cumsum, shifted]
BY_NAME = {"sine": np.sin, "square": square, "log": np.log, "two": halves, "logged": logged}
NAMES = ["square", "sine", "square"]
SCALES = [scale_by(2.0), scale_by(-0.5)]
MODEL = Model(0.7)
POWERED = functools.partial(MODEL.energy, power=3)
REDUCTIONS = [np.sum, np.mean, np.max, np.linalg.norm]


def function_by_index(x):
    for k in range(3):
        x = STEPS[k](x)
    return x


def function_by_index_and_keyword(x, y):
    k = 3
    return STEPS[k](x, y) * STEPS[k](x, factor=y, by=x)


def functions_of_a_local_list(x, y):
    ops = [np.sin, square, lambda v: v * 3.0]
    total = 0.0
    for k in range(len(ops)):
        total += ops[k](x) * y
    return total


def functions_in_a_loop(x):
    for f in VECTOR_STEPS:
        x = f(x)
    return x


def functions_zipped_with_weights(x, w):
    total = 0.0
    for k, f in enumerate(REDUCTIONS):
        total = total + w[k] * f(x)
    return total


def function_by_name(x):
    for name in NAMES:
        x = BY_NAME[name](x)
    return x


def several_results_by_name(x):
    a, b = BY_NAME["two"](x)
    return a.sum() * b + a * x[0]


def function_chosen_by_a_branch(x, y):
    f = np.sin if x > 0 else np.cos
    if y > 0:
        g = square
    else:
        g = np.exp
    return f(x * y) + g(x)


def function_that_changes_in_a_loop(x):
    f = np.sin
    for k in range(4):
        x = f(x) + 0.1
        f = np.cos if k % 2 else square
    return x


def method_of_a_global_object(x):
    return MODEL.energy(x) + MODEL.energy(x, power=3) + MODEL(x) * MODEL.activation(x)


HEIGHTS = np.array([1.0, 3.0, 2.0])
UNDER = functools.partial(np.trapezoid, HEIGHTS)
TWICE = functools.partial(np.multiply, 2.0)
CLIPPED = functools.partial(np.clip, a_min=0.2)


def partials_of_numpy(x):
    return UNDER(np.cumsum(x)) * TWICE(x) * CLIPPED(x, a_max=3.0)


def partial_of_a_method(x):
    return POWERED(x) + POWERED(x * 2)


def closures_in_a_list(x):
    return SCALES[0](x) + SCALES[1](x + 1)


def closure_made_here(x):
    g = scale_by(1.5)
    return g(x) + g(x + 1)


def methods_of_an_unknown_result(x):
    y = BY_NAME["square"](x)
    z = y.reshape(2, -1).T
    return y.sum() * z + y.mean(axis=0) * y.shape[0] + z.size + y.T[1]


def shapes_of_an_unknown_result(x):
    y = BY_NAME["square"](x)
    ones = np.full(y.shape, x[0])
    return np.zeros(y.size, dtype=y.dtype) + ones * y.reshape(y.size) / y.ndim


def items_of_an_unknown_result(x):
    y = BY_NAME["square"](x)
    s = y[0] * y[-1]
    for k in range(len(y)):
        s = s + y[k] * x[k]
    return s + y[1:].sum() + (y + 0)[[0, 0, 2]].sum()


def unknown_results_in_an_array(x):
    y = np.zeros(3)
    for k in range(3):
        y[k] = BY_NAME[NAMES[k]](x[k])
    return y


def unknown_results_in_a_list(x):
    found = []
    for k in range(3):
        found.append(STEPS[k](x[k]))
    return found[0] * found[1] * found[2]


def unknown_call_in_a_branch(x):
    if x[0] > -100:
        y = BY_NAME["square"](x)
    else:
        y = x
    return y * 2


def argument_changed_after_the_call(x):
    a = x * 1.0
    y = BY_NAME["square"](a)
    a[0] = a[1] * 7.0
    return y * a


def result_beside_an_array_that_changes(x):
    a = np.zeros(3)
    for k in range(3):
        a[k] = BY_NAME["sine"](x[k])
        a[k] *= x[0]
    return a


def result_that_is_a_view(x):
    y = VECTOR_STEPS[2](x)
    return y * x[0] + y[0]


def a_call_without_derivative(x):
    n = int(BY_NAME["log"](20.0))
    text = label(x)
    return x * n + len(text)


def effect_of_an_unknown_call(x):
    BY_NAME["logged"](x)
    y = BY_NAME["logged"](x * 2)
    return y * x


def unknown_call_while(x):
    k = 0
    while x < 5.0:
        x = BY_NAME["square"](x) + 1.0
        k += 1
    return x * k


def keyword_that_varies(x, y):
    return MODEL.energy(x, power=y)


def array_and_number(x, s):
    return BY_NAME["square"](x * s) + MODEL.energy(s) * x


# Callees in wrappers


def doubled(f):
    def wrapper(x):
        return 2.0 * f(x)

    return wrapper


def doubled_by_wraps(f):
    @functools.wraps(f)
    def wrapper(x):
        return 2.0 * f(x)

    return wrapper


def times(k):
    def decorate(f):
        @functools.wraps(f)
        def wrapper(x):
            return k * f(x) + x

        return wrapper

    return decorate


@doubled
def plainly_decorated(x):
    return x * x


@doubled_by_wraps
def decorated_by_wraps(x):
    return x * x


@times(3.0)
@times(2.0)
def decorated_twice(x):
    return x * np.sin(x)


@functools.lru_cache
def remembered(x):
    return x * x + 1.0


@functools.cache
def remembered_recursion(n, x):
    return x if n < 2 else remembered_recursion(n - 1, x) * remembered_recursion(n - 2, x) + x


@functools.singledispatch
def by_type(x):
    return x * x


@by_type.register
def _(x: float):
    return x * x * x


@by_type.register
def _(x: np.ndarray):
    return np.sin(x)


class Shapes:
    factor = 3.0

    @staticmethod
    def square(x):
        return x * x

    @classmethod
    def scaled(cls, x):
        return cls.factor * x * np.cos(x)


SHAPES = Shapes()


def decorated_callees(x):
    return plainly_decorated(x) + decorated_by_wraps(x) * decorated_twice(x)


def remembered_callees(x):
    return remembered(x) * remembered(x) + remembered(x + 1) + remembered_recursion(5, x)


def callees_by_type(x, a):
    return by_type(x) + by_type(a)


def static_and_class_methods(x):
    return Shapes.square(x) + Shapes.scaled(x) + SHAPES.square(x) * SHAPES.scaled(x)


# Recursion


def even(n, x):
    return x if n == 0 else odd(n - 1, x) * x


def odd(n, x):
    return x + 1.0 if n == 0 else even(n - 1, x) + np.sin(x)


def mutual_recursion(x):
    return even(5, x) + odd(3, x)


def function_of_a_recursion(x):
    return applied(square, x, 2) + applied(np.sin, x, 3)


def applied(f, x, n):
    return f(x) if n == 0 else applied(f, f(x), n - 1)


def power(x, n=3, *, k=2.0):
    if n == 0:
        return k
    return x * power(x, n - 1, k=k)


def recursion_with_defaults(x):
    return power(x) + power(x, k=x) + power(x, 2)


def sum_of_squares(v):
    return 0.0 if len(v) == 0 else v[0] * v[0] + sum_of_squares(v[1:])


def recursion_over_slices(x):
    return sum_of_squares(x) * sum_of_squares(x[:2])


def total(tree):
    if isinstance(tree, tuple):
        s = 0.0
        for part in tree:
            s = s + total(part)
        return s
    return np.sin(tree)


def recursion_over_a_tree(x):
    return total(((x, 2.0), (x * x, (x, 1.0))))


def pair_of(x, n):
    if n == 0:
        return x, x * x
    a, b = pair_of(x, n - 1)
    return a * x, b + a


def recursion_that_returns_a_pair(x):
    a, b = pair_of(x, 3)
    return a + 2 * b


def settled(x, n):
    return x if n == 0 else settled(x, n - 1) * 0.999 + x * 0.001


def deep_recursion(x):
    return settled(x, 300)


def merged(a, b):
    if len(a) == 0:
        return b
    if len(b) == 0:
        return a
    if a[0] < b[0]:
        return np.concatenate((a[:1], merged(a[1:], b)))
    return np.concatenate((b[:1], merged(a, b[1:])))


def merge_sorted(v):
    if len(v) < 2:
        return v
    k = len(v) // 2
    return merged(merge_sorted(v[:k]), merge_sorted(v[k:]))


def merge_sort(x, w):
    return merge_sorted(x) * w


PROGRAMS = [
    Program(function_by_index, numbers()),
    Program(function_by_index_and_keyword, numbers(count=2), ("x", "y")),
    Program(functions_of_a_local_list, numbers(count=2), ("x", "y")),
    Program(functions_of_a_local_list, arrays(3, 3), ("x", "y"), "arrays"),
    Program(functions_in_a_loop, positive(4)),
    Program(functions_zipped_with_weights, positive(3, 4), ("x", "w")),
    Program(function_by_name, numbers()),
    Program(function_by_name, arrays((2, 3)), ("x",), "arrays"),
    Program(several_results_by_name, arrays(6)),
    Program(function_chosen_by_a_branch, numbers(count=2), ("x", "y")),
    Program(function_chosen_by_a_branch, numbers(-1.5), ("x",), "other"),
    Program(function_that_changes_in_a_loop, numbers()),
    Program(method_of_a_global_object, numbers()),
    Program(method_of_a_global_object, arrays(3), ("x",), "arrays"),
    Program(partial_of_a_method, positive(3)),
    Program(partials_of_numpy, positive(3)),
    Program(closures_in_a_list, numbers()),
    Program(closure_made_here, numbers()),
    Program(methods_of_an_unknown_result, arrays(4)),
    Program(shapes_of_an_unknown_result, arrays(4)),
    Program(items_of_an_unknown_result, arrays(3)),
    Program(unknown_results_in_an_array, arrays(3)),
    Program(unknown_results_in_a_list, arrays(3)),
    Program(unknown_call_in_a_branch, arrays(3)),
    Program(argument_changed_after_the_call, arrays(3)),
    Program(result_beside_an_array_that_changes, arrays(3)),
    Program(result_that_is_a_view, arrays(3)),
    Program(a_call_without_derivative, arrays(3)),
    Program(effect_of_an_unknown_call, arrays(3)),
    Program(unknown_call_while, numbers()),
    Program(keyword_that_varies, numbers(count=2), ("x", "y")),
    Program(array_and_number, lambda rng: (rng.normal(size=3), 1.3), ("x", "s")),
    Program(decorated_callees, numbers()),
    Program(remembered_callees, lambda rng: (1.1,)),
    Program(callees_by_type, lambda rng: (1.3, rng.normal(size=3)), ("x", "a")),
    Program(static_and_class_methods, numbers()),
    Program(mutual_recursion, numbers()),
    Program(function_of_a_recursion, numbers()),
    Program(recursion_with_defaults, numbers()),
    Program(recursion_over_slices, arrays(4)),
    Program(recursion_over_a_tree, numbers()),
    Program(recursion_that_returns_a_pair, numbers()),
    Program(deep_recursion, numbers()),
    Program(merge_sort, arrays(5, 5), ("x", "w")),
]
