"""Spell constants so that their text evaluates to the very same value.

    >>> literal(0.1), literal(float("inf")), literal("it's"), literal((1, None))
    ('0.1', '1e309', '"it\\'s"', '(1, None)')
    >>> literal(complex(-0.0, 2.0))
    '-(0.0 - 2j)'

Names such as `float` or `inf` are avoided: the user may have rebound them. What has no spelling (an array, a
function) is refused.
"""

from __future__ import annotations

import math
from typing import Any

from adjoint.errors import InternalError

INFINITY = "1e309"  # overflows to infinity in binary64
NAN = f"{INFINITY} - {INFINITY}"


def literal(value: Any) -> str:
    """The source text of a constant; what is not a single token carries no outer parentheses around a sign or a sum."""
    if value is Ellipsis:
        return "..."
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, (str, bytes)):
        return _quoted(value)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, complex):
        return _complex(value)
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' * (len(value) == 1)})"
    raise InternalError("printer", f"a constant of type {type(value).__name__} has no source text")


def _float(value: float) -> str:
    if math.isnan(value):
        return NAN
    return float.__repr__(value).replace("inf", INFINITY)


def _complex(value: complex) -> str:
    """The first spelling that gives back both parts, the signs of zeros included.

    In a sum with an imaginary number a real one may count as `real + 0j`, which loses the sign of some zeros.
    """
    if math.isnan(value.imag):
        raise InternalError("printer", f"the complex number {value!r} has no source text")
    real, imag = _float(abs(value.real)), repr(complex(0.0, abs(value.imag))).replace("inf", INFINITY)
    sums = [imag, f"{real} + {imag}", f"{real} - {imag}", f"-{imag}", f"-{real} + {imag}", f"-{real} - {imag}"]
    negated = [f"-({text})" for text in sums]
    parts = repr(value)  # tells signed zeros apart, which == does not
    return next(text for text in sums + negated if repr(eval(text)) == parts)


def _quoted(text: str | bytes) -> str:
    """In double quotes, where that needs no more escapes than single ones."""
    single = repr(text)
    prefix = single[: single.index(single[-1])]
    if single[-1] == "'" and '"' not in single:
        return f'{prefix}"{single[len(prefix) + 1 : -1]}"'
    return single


def docstring(text: str) -> str | None:
    """A triple-quoted literal for a docstring; None where only an escaped literal gives the text back.

    >>> docstring("Add.\\n\\n    More.\\n    ")
    '\"\"\"Add.\\n\\n    More.\\n    \"\"\"'
    """
    lines = text.split("\n")
    plain = all(line.isprintable() for line in lines) and "\\" not in text and '"""' not in text
    if not plain or text.endswith('"') or not text:
        return None
    return f'"""{text}"""'
