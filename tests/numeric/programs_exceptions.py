"""Programs with `try`: nothing is raised, or it is caught where no derivative passes; `finally`, `raise`, `else`."""

from __future__ import annotations

import math

import numpy as np
from program import Program, numbers, positive


def parsed_or_default(x, text):
    try:
        k = float(text)
    except ValueError:
        k = 2.0
    return x * k * x


def nothing_is_raised(x):
    try:
        y = np.sin(x)
        z = y * x
    except ZeroDivisionError:
        z = 0.0
    else:
        z = z * y
    finally:
        w = 2.0
    return z * w


def caught_before_anything_matters(x, s):
    try:
        y = math.log(x * s - 1)
    except ValueError:
        y = x * x
    return y * x


def chosen_by_what_is_caught(x, table, key):
    y = x
    try:
        k = table[key]
        n = 10 // k
    except KeyError as error:
        y = y * len(str(error))
    except (ZeroDivisionError, TypeError):
        y = y * y
    else:
        y = y * n
    return y * x


def in_a_loop(x, texts):
    s = 0.0
    k = 1.0
    for i, text in enumerate(texts):
        try:
            k = float(text)
        except ValueError:
            s = s + x[i]
            continue
        s = s * 0.5 + x[i] * x[i] * k
    return s * k


def active_in_a_loop(x, z, y):
    s = 1.0
    for v in (x, z, x):
        try:
            t = v / y
            s = s * t
        except ZeroDivisionError:
            s = s + v
    return s


def with_arrays(x, texts):
    a = x.copy()
    for i, text in enumerate(texts):
        try:
            n = int(text)
            a[i] = a[n] * x[i]
        except ValueError:
            a[i] *= 2
        finally:
            a[0] += 1
    return a


def jumps_out(x, texts):
    s = x
    for text in texts:
        try:
            if text == "stop":
                break
            if text == "skip":
                continue
            k = int(text)
            if k > 5:
                return s * k
            s = s * k
        except ValueError:
            s = s * x
        finally:
            s = s + 1
    else:
        return s
    return -s * x


def finally_after_every_jump(x, texts):
    s = x
    n = 0.0
    for text in texts:
        try:
            if text == "skip":
                continue
            s = s * float(text)
            if s > 100:
                break
        finally:
            n = n + s
            s = s + x
    return s * n


def nested(x, text):
    y = x
    try:
        try:
            k = int(text)
        except ValueError:
            k = float(text)
        y = y * k
    except Exception:
        y = y + 1
    return y * x


def overwritten_before_it_fails(x, texts):
    k = 2.0
    y = 0.0
    for text in texts:
        y = y + x * k
        try:
            k = 3.0
            k = float(text)
        except ValueError:
            y = y * x
    return y


def raised_and_caught_beside(x, n):
    y = x * x
    try:
        if n > 2:
            raise ValueError("large")
        m = 1
    except ValueError:
        m = 3
    return y * m


def helper_that_may_fail(text, default):
    try:
        return float(text)
    except ValueError:
        return default


def caught_in_a_helper(x, texts):
    s = 0.0
    for text in texts:
        s = s + helper_that_may_fail(text, 1.5) * x * x
    return s


def default_that_varies(x, text):
    return helper_that_may_fail(text, x) * x


def bound_in_the_body_and_in_the_handler(x, y, text):
    z = x * y
    acc = [x]
    try:
        n = int(text)
        y = y * 0.5 + 0.2 * n
        z += 0.7 * 0.3
    except ValueError:
        y = np.sin(acc[0] + z)
        z = np.sin(y - 1.5)
    return x + 2 * y + z * 0.5 + acc[0]


def loops_in_the_body(x, text):
    s = 0.0
    try:
        for i in range(3):
            s = s + x[i] * x[i]
        s = s * int(text)
    except KeyError:
        s = x[0]
    return s * x[1]


def checked(x):
    if x < 0:
        raise ValueError("negative")
    return math.sqrt(x)


def raising_helper(x):
    try:
        y = checked(x)
    except ValueError:
        y = -x
    return y * x


PROGRAMS = [
    *(Program(parsed_or_default, numbers(text), note=text) for text in ("1.5", "nan text")),
    Program(nothing_is_raised, numbers()),
    *(Program(caught_before_anything_matters, numbers(s), note=str(s)) for s in (5.0, 0.0)),
    *(Program(chosen_by_what_is_caught, numbers({"a": 3, "zero": 0}, key), note=key) for key in ("a", "zero", "no")),
    *(Program(in_a_loop, positive(3, rest=(texts,)), note=str(k)) for k, texts in enumerate((
        ("1.5", "2.5", "0.5"), ("a", "2.5", "b"), ("1.5", "c", "d")))),
    Program(active_in_a_loop, numbers(2.0, count=2), ("x", "z")),
    *(Program(with_arrays, positive(4, rest=(texts,)), note=str(k)) for k, texts in enumerate((
        ("1", "2", "3"), ("1", "a", "0", "b")))),
    *(Program(jumps_out, numbers(texts), note=str(k)) for k, texts in enumerate((
        ("2", "3"), ("2", "skip", "3"), ("2", "stop", "2"), ("3", "7", "2"), ()))),
    *(Program(finally_after_every_jump, numbers(texts), note=str(k)) for k, texts in enumerate((
        ("2", "skip", "3"), ("2", "1000", "2")))),
    *(Program(nested, numbers(text), note=text) for text in ("2", "2.5", "none")),
    Program(overwritten_before_it_fails, numbers(("1.0", "2.0"))),
    *(Program(raised_and_caught_beside, numbers(n), note=str(n)) for n in (1, 3)),
    Program(caught_in_a_helper, numbers(("1", "b", "3"))),
    *(Program(default_that_varies, numbers(text), note=text) for text in ("2", "a")),
    *(Program(bound_in_the_body_and_in_the_handler, numbers(text, count=2), ("x", "y"), text) for text in ("2", "b")),
    Program(loops_in_the_body, positive(3, rest=("3",))),
    Program(raising_helper, numbers()),
    Program(raising_helper, lambda rng: (-1.3,), note="negative"),
]  # fmt: skip
