"""What Numba does not take, said of the user's line.

No implementation of function Function(<function einsum at 0x7f…>) found for signature: …
File "<adjoint f_grad 3>", line 5:                                  ->   model.py:12:5
                                                                            12 |     y = np.einsum("ij,j->i", x, t)
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Iterator, Mapping
from types import FunctionType, TracebackType
from typing import Any, NoReturn

from adjoint.emit.functions import sources_of
from adjoint.errors import AdjointError, Problem, UnsupportedByNumba, nearest, render, shown_path
from adjoint.syntax.origin import Origin

ADVICE = 'Write it with what Numba knows, or leave `backend="numba"` out: Python runs all that NumPy has.'
_PLACE = re.compile(r'File "([^"]+)", line (\d+)|at (<adjoint [^>]*>) \((\d+)\)')
_NOISE = re.compile(r"Failed in |During: |File |There are \d|^\s*(\^|>>>|-|Of which)|<source elided>|[Ii]nvalid use of")
_TEXT = re.compile("_(forward|reverse|jvp)$")  # what the name of a generated function ends in
WIDEST = 80  # characters of a call with its types
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
# What Numba finds out when it runs: a strided array that no view has in another shape.
_LATE = ("incompatible shape for array",)
# What it finds out when it takes an argument: lists of several types.
_EARLY = ("can't unbox", "cannot reflect")
# What Numba says of our own texts, or hides behind their words: what it means for the user, and what to do about it.
LEAVE = 'or leave `backend="numba"` out'
SAID: tuple[tuple[str, str, str], ...] = (
    (
        r"imprecise type: DictType\[undefined",
        "which arrays, or lists, share memory here only the run can tell",
        f"Let each name stand for one array, by a copy where it may be one of several (`.copy()`), {LEAVE}.",
    ),
    (
        r"Untyped global name '?\w*call_(forward|reverse)|Watching",
        "only the run can tell what is called here",
        f"Call a function by its name, {LEAVE}.",
    ),
    (
        r"exception_match|Exception object cannot be stored",
        "it catches exceptions by `except Exception` or `except` alone, and gives them no names",
        f"Test beforehand what would fail, {LEAVE}.",
    ),
    (
        r"Return type of recursive function",
        "it cannot tell the type of what this recursive function returns",
        f"Write a loop, {LEAVE}.",
    ),
    (
        r"function working_copies|RecordType",
        "what the reverse sweep must put back here has no one type",
        f"Keep arrays and numbers in names of their own, not in nested lists, {LEAVE}.",
    ),
    (
        r"\(<function (impl_pop|add_at|in_slot|unbroadcast|plus|placed|owned|written)>",
        "the derivative of this is made of steps that it does not know for these types",
        ADVICE,
    ),
    (
        r"has no attribute '(exc_class|args)'|unsupported control flow due to (raise|try)",
        "it raises or catches exceptions in a way that is not followed",
        f"Test beforehand what would fail, {LEAVE}.",
    ),
    (r"^(AssertionError|NameError)\b", "it fails inside for the types that it finds here", ADVICE),
    (
        r"function identical|identical\(",
        "whether two values are one object (`is`) only the interpreter can tell",
        f"Compare numbers by `==`, {LEAVE}.",
    ),
    (
        r"function truths_added|truths_added\(",
        "whether two truth values are Python's or NumPy's, which add up otherwise, only the interpreter can tell",
        f"Make numbers of them first (`int(a) + int(b)`), {LEAVE}.",
    ),
    (r"CALL_FUNCTION_EX", "arguments given by `**`", f"Give them by their names, {LEAVE}."),
)
_SIGNATURE = re.compile(r">>> (\w+\(.*\))\s*$", re.MULTILINE)
Lines = Mapping[str, Mapping[int, tuple[str, int]]]


def refusal_of(exc: BaseException, lines: Lines) -> AdjointError | None:
    """The error to raise for one that Numba raised while it compiled; None for one of the compiled code itself."""
    if not _of_compiler(exc):
        return None
    (reason, advice), place = _said(exc), _place(exc, lines)
    message = f"Numba does not compile this: {reason}"
    if place is None:
        return UnsupportedByNumba(render(Problem(message, advice)))
    file, line = place
    text = linecache.getline(file, line).rstrip("\n")
    start = len(text) - len(text.lstrip())
    width = len(text.encode()) if text else None
    problem = Problem(message, advice, line, len(text[:start].encode()), line, width)
    return UnsupportedByNumba(render(problem, Origin(file, line, (text,), "")))


def refuse_each_other(one: FunctionType, other: FunctionType) -> NoReturn:
    """Refuse functions whose machine code has symbols that nothing resolves: running it may end Python."""
    names = [_TEXT.sub("", f.__name__) for f in (one, other)]
    places = [next(iter(sources_of(f.__code__.co_filename).values()), None) for f in (one, other)]
    where = "".join(f"\n  {shown_path(place[0])}:{place[1]}" for place in places if place is not None)
    raise UnsupportedByNumba(
        f"`{names[0]}` and `{names[1]}` call each other, which Numba does not compile{where}\n"
        '  Make one function of them, or leave `backend="numba"` out.'
    )


def _of_compiler(exc: BaseException) -> bool:
    """Was an error raised inside Numba's compiler? The code that it makes has no frames of its own."""
    if type(exc).__module__.startswith("numba.") or str(exc).endswith(_LATE) or str(exc).startswith(_EARLY):
        return True
    return any("numba" in name and "/core/" in name for name in map(_portable, _files(exc.__traceback__)))


def _portable(name: str) -> str:
    return name.replace("\\", "/")


def _files(traceback: TracebackType | None) -> Iterator[str]:
    while traceback is not None:
        yield traceback.tb_frame.f_code.co_filename
        traceback = traceback.tb_next


def _said(exc: BaseException) -> tuple[str, str]:
    """What is wrong, in words for the user, and what to do."""
    reason = _reason(exc)
    for pattern, words, advice in SAID:
        if re.search(pattern, reason):
            return words, advice
    called = _SIGNATURE.search(str(exc))
    if reason.startswith("No implementation of function") and called is not None:
        return f"`{_clipped(called[1])}`, a function that it knows for other types", ADVICE
    return reason, ADVICE


def _clipped(text: str) -> str:
    """A call with the types of its arguments, which may be long."""
    return text if len(text) <= WIDEST else f"{text[:WIDEST]}…"


def _reason(exc: BaseException) -> str:
    """The line of Numba's message that says what is wrong."""
    for line in str(exc).splitlines():
        line = line.strip()
        if line and not _NOISE.match(line):
            return _shortened(line)
    return f"{type(exc).__name__}: {exc}" if not str(exc) else _shortened(str(exc).splitlines()[0])


def _shortened(line: str) -> str:
    line = _ADDRESS.sub("", line).replace("Function(", "(").rstrip(".:")
    return re.sub(r", defined at <adjoint.*", "", line)


def _place(exc: BaseException, lines: Lines) -> tuple[str, int] | None:
    """The user's file and line that Numba's message leads to: it names the innermost place first."""
    for found in _PLACE.finditer(str(exc)):
        file, line = (found[1], found[2]) if found[1] else (found[3], found[4])
        if file in lines:
            # What stands ahead of the user's first statement is made for that.
            return nearest(lines[file], int(line)) or next(iter(lines[file].values()), None)
    loc: Any = getattr(exc, "loc", None)
    if loc is not None and getattr(loc, "filename", None) in lines:
        return nearest(lines[loc.filename], loc.line)
    return None
