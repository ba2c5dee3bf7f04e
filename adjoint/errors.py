"""The errors that a user may meet, and how they show the line at fault.

Each message names the construct, shows it, and says what to do instead:

    >>> import gast
    >>> from adjoint.syntax import core
    >>> text = "def f(x):\\n    yield x * 2"
    >>> tree = gast.parse(text).body[0]
    >>> origin = core.Origin("model.py", 1, tuple(text.splitlines()), "f")
    >>> problem = problem_at(tree.body[0], "`yield` cannot be differentiated", "Return a list of values instead.")
    >>> try:
    ...     raise_problems(UnsupportedSyntax, [problem], origin)
    ... except UnsupportedSyntax as error:
    ...     print(error)
    `yield` cannot be differentiated
      model.py:2:5
        2 |     yield x * 2
          |     ^^^^^^^^^^^
      Return a list of values instead.

All problems of a function are reported at once, with an empty line between two.
"""

from __future__ import annotations

import ast
import linecache
import os
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NoReturn

from adjoint.classes import dataclass

if TYPE_CHECKING:
    from adjoint.syntax.origin import Origin


class AdjointError(Exception):
    """The base of every error that adjoint raises.

    >>> issubclass(NotScalar, AdjointError)
    True
    """


class UnsupportedSyntax(AdjointError):
    """A construct of Python that adjoint does not differentiate."""


class UnknownFunction(AdjointError):
    """A call, where derivatives must pass, of a function whose derivative is not known."""


class SourceNotFound(AdjointError):
    """A function whose source cannot be read, or no longer is what runs."""


class UnsupportedArgument(AdjointError):
    """An argument that has no derivative: a keyword without a rule, an object, masked or integer array."""


class UnsupportedMutation(AdjointError):
    """A change of an array that cannot be followed to all the names that see it."""


class CaughtException(AdjointError):
    """An exception that the program caught half-way through what derivatives pass through."""


class UnsupportedByNumba(AdjointError):
    """A function that Numba does not compile, with `backend="numba"`."""


class NotScalar(AdjointError):
    """The gradient of a function whose result is not one number."""


class SeedMismatch(AdjointError):
    """A seed whose structure, shape or dtype is not that of the result."""


class SharedMemory(AdjointError):
    """Arguments or buffers that overlap where each must have its own memory."""


class InternalError(AdjointError):
    """A contradiction inside the compiler: a bug in adjoint, not in the user's program.

    >>> print(InternalError("flatten", "a call is not flat", "y = f(g(x))"))
    a call is not flat
      after `flatten`:
        y = f(g(x))
      This is a bug in adjoint: please report it with the function that you differentiated.
    """

    def __init__(self, stage: str, message: str, printed: str = "") -> None:
        super().__init__(stage, message, printed)

    def __str__(self) -> str:
        stage, message, printed = self.args
        text = f"{message}\n  after `{stage}`"
        if printed:
            text += ":\n" + _indent(printed, 4)
        return text + "\n  This is a bug in adjoint: please report it with the function that you differentiated."


# What is refused in one mode may be possible in the other.
REFUSALS = (UnsupportedSyntax, UnknownFunction, UnsupportedArgument, UnsupportedMutation)


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place, and what to write instead.

    `line` and `end_line` count from 1, the columns are the parser's: UTF-8 bytes from 0. A `line` of None
    means the function as a whole.
    """

    message: str
    advice: str
    line: int | None = None
    column: int = 0
    end_line: int | None = None
    end_column: int | None = None


def problem_at(node: ast.AST | None, message: str, advice: str) -> Problem:
    """Describe a problem at the source position of `node`.

    >>> import gast
    >>> problem_at(gast.parse("x = 1 + y").body[0].value, "no", "yes")
    Problem(message='no', advice='yes', line=1, column=4, end_line=1, end_column=9)
    """
    line = getattr(node, "lineno", None)
    column = getattr(node, "col_offset", 0)
    return Problem(
        message, advice, line, column, getattr(node, "end_lineno", line), getattr(node, "end_col_offset", None)
    )


def raise_problems(cls: type[AdjointError], problems: Iterable[Problem], origin: Origin | None) -> NoReturn:
    """Raise one error of class `cls` that shows all `problems`, in the order of the text.

    Raises:
        AdjointError: always, as `cls`.
    """
    ordered = sorted(problems, key=lambda p: (p.line or 0, p.column))
    raise cls("\n\n".join(dict.fromkeys(render(p, origin) for p in ordered)))


def render(problem: Problem, origin: Origin | None = None) -> str:
    """Return a problem as text: message, place, the line with carets, advice.

    >>> print(render(Problem("no gradient", "Return a number.")))
    no gradient
      Return a number.
    """
    parts = [problem.message]
    if origin is not None:
        parts += _place(problem, origin)
    if problem.advice:
        parts.append(_indent(problem.advice, 2))
    return "\n".join(parts)


def shown_path(file: str) -> str:
    """Return the path of `file` from the working directory if it is below it, else as it is.

    >>> import os
    >>> shown_path(os.path.join(os.getcwd(), "models", "heat.py")).replace(os.sep, "/")
    'models/heat.py'
    >>> shown_path("<stdin>")
    '<stdin>'
    """
    here = os.path.join(os.getcwd(), "")
    return file.removeprefix(here)


def note_user_line(exc: BaseException, where: Mapping[str, Mapping[int, tuple[str, int]]]) -> None:
    """Add to `exc` a note that names the user's line at which generated code failed.

    `where` maps the file name of a generated text to a map of its lines to the user's file and line. A line of
    the text that is not in it belongs to the nearest line before that is. The innermost generated frame counts.

    >>> try:
    ...     exec(compile("x = 1\\ny = x / 0", "<adjoint f>", "exec"))
    ... except ZeroDivisionError as exc:
    ...     note_user_line(exc, {"<adjoint f>": {2: ("model.py", 7)}})
    ...     print(*exc.__notes__, sep="\\n")
    In the derivative of model.py:7
    """
    found = None
    traceback = exc.__traceback__
    while traceback is not None:
        lines = where.get(traceback.tb_frame.f_code.co_filename)
        if lines:
            found = nearest(lines, traceback.tb_lineno) or found
        traceback = traceback.tb_next
    if found is not None:
        add_note_with_location(exc, *found)


def add_note_with_location(exc: BaseException, file: str, line: int) -> None:
    """Add to `exc`, once, a note that names and shows a line of the user's source.

    >>> exc = ValueError("no")
    >>> add_note_with_location(exc, "model.py", 7)
    >>> exc.__notes__
    ['In the derivative of model.py:7']
    """
    note = f"In the derivative of {shown_path(file)}:{line}"
    text = linecache.getline(file, line).rstrip()
    if text:
        note += f"\n    {line} | {text}"
    if note not in getattr(exc, "__notes__", ()):
        exc.add_note(note)


def nearest(lines: Mapping[int, tuple[str, int]], line: int) -> tuple[str, int] | None:
    """The user's file and line for a line of a generated text, which may be that of a statement before it."""
    before = [k for k in lines if k <= line]
    return lines[max(before)] if before else None


def _place(problem: Problem, origin: Origin) -> list[str]:
    """The lines that show where: `file:line:column`, the text, and carets below it."""
    if origin.sources:
        return _place_of_user(nearest(origin.sources, problem.line or max(origin.sources)), origin)
    if problem.line is None:
        return [f"  {shown_path(origin.file)}:{origin.line}"]
    index = problem.line - origin.line
    text = origin.lines[index].rstrip() if 0 <= index < len(origin.lines) else ""
    start = _characters(text, problem.column)
    place = f"  {shown_path(origin.file)}:{problem.line}:{start + 1}"
    if not text:
        return [place]
    one_line = problem.end_line in (None, problem.line) and problem.end_column is not None
    stop = _characters(text, problem.end_column or 0) if one_line else len(text)
    # Tabs are kept, so that the carets stand below what they mark however wide a tab is.
    space = re.sub(r"[^\t]", " ", text[:start])
    gutter = " " * len(str(problem.line))
    return [place, f"    {problem.line} | {text}", f"    {gutter} | {space}{'^' * max(stop - start, 1)}"]


def _place_of_user(found: tuple[str, int] | None, origin: Origin) -> list[str]:
    """The same for a line of a text of ours: the user's line that it is for."""
    file, line = found or next(iter(origin.sources.values()))
    text = linecache.getline(file, line).rstrip()
    place = f"  {shown_path(file)}:{line}, in `{origin.name}`, which is differentiated again"
    return [place, f"    {line} | {text}"] if text else [place]


def _characters(text: str, column: int) -> int:
    """The number of characters in the first `column` bytes, which is how the parser counts."""
    return len(text.encode()[:column].decode(errors="ignore"))


def _indent(text: str, width: int) -> str:
    return "\n".join(" " * width + line if line else "" for line in text.splitlines())
