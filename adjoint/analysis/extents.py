"""What the sizes of one call's arguments say about each other, as far as a compilation asks.

Kinds tell which sizes are equal. Whether `w[:b]` has the length b depends on more: that w is that long. The compiler
asks here, about the call that it compiles for, and what was asked is noted: what it made holds for the calls of which
the answers are the same.

>>> a, b = Size(0, (("a", 1),)), Size(0, (("b", 1),))
>>> with of_call({"a": 12, "b": 3}), noted() as answers:
...     at_least_zero(a - b), at_least_zero(b - a), at_least_zero(a + b), canonical(a - b * 3), canonical(a - b)
(True, False, True, b, a-1*b)
>>> for question, answer in answers.items():
...     print(question, answer)
Question(size=a-1*b, sign='>=') True
Question(size=-1*a+b, sign='>=') False
Question(size=-3*b, sign='==') False
Question(size=a-4*b, sign='==') True
Question(size=-1*b, sign='==') False
Question(size=a-2*b, sign='==') False
>>> with of_call({"a": 2, "b": 3}):
...     hold(answers.items())
False
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Literal, NamedTuple

from adjoint.analysis.kinds import Size


class Question(NamedTuple):
    """Is a size at least zero, or is it zero?"""

    size: Size
    sign: Literal[">=", "=="]


Answers = dict[Question, bool]

# The sizes behind the symbols of the call at hand, none where only kinds are known; and who notes what is asked.
_sizes: ContextVar[Mapping[str, int]] = ContextVar("sizes", default=MappingProxyType({}))
_asked: ContextVar[tuple[Answers, ...]] = ContextVar("asked", default=())


@contextmanager
def of_call(sizes: Mapping[str, int]) -> Iterator[None]:
    """Compile for arguments of these sizes, by symbol."""
    token = _sizes.set(sizes)
    asked = _asked.set(())
    try:
        yield
    finally:
        _asked.reset(asked)
        _sizes.reset(token)


@contextmanager
def noted() -> Iterator[Answers]:
    """Note what is asked, and answered."""
    answers: Answers = {}
    token = _asked.set((*_asked.get(), answers))
    try:
        yield answers
    finally:
        _asked.reset(token)


def at_least_zero(size: Size) -> bool:
    """Is a size certainly not negative, in this call and in all that use what is made for it?"""
    if size.constant >= 0 and all(k >= 0 for _, k in size.terms):
        return True
    return _answer(Question(size, ">="))


def canonical(size: Size) -> Size:
    """The size as one symbol, where it is equal to one of those that it is made of: `4 * b - 3 * b` is b."""
    if not size.terms or _is_symbol(size):
        return size
    for symbol, _ in size.terms:
        alone = Size(0, ((symbol, 1),))
        if _answer(Question(size - alone, "==")):
            return alone
    return size


def same(a: Size | None, b: Size | None) -> bool:
    """Are two sizes equal, in this call and in all that use what is made for it? Symbols of their own never are."""
    if a is None or b is None or a == b:
        return a is not None and a == b
    if _is_symbol(a) and _is_symbol(b):
        return False
    return _answer(Question(a - b, "=="))


def _is_symbol(size: Size) -> bool:
    return size.constant == 0 and len(size.terms) == 1 and size.terms[0][1] == 1


def hold(answers: Iterable[tuple[Question, bool]]) -> bool:
    """Are these the answers for the call at hand?"""
    return all(_is(question) is answer for question, answer in answers)


def note(answers: Iterable[tuple[Question, bool]]) -> None:
    """Note answers that were given before, on which something relies that is used now."""
    answers = tuple(answers)
    for asked in _asked.get():
        asked.update(answers)


def _answer(question: Question) -> bool:
    found = _is(question)
    if found is not None:
        note([(question, found)])
    return found or False


def _is(question: Question) -> bool | None:
    """The answer for the call at hand; None where its sizes are not known."""
    sizes, size = _sizes.get(), question.size
    if not all(symbol in sizes for symbol, _ in size.terms):
        return None
    value = size.constant + sum(k * sizes[symbol] for symbol, k in size.terms)
    return value == 0 if question.sign == "==" else value >= 0
