"""Write docs/limits.md from the messages themselves: `python tests/limits/limits.py --write`.

Each program of refusals.py is run as a file model.py. Which places of the compiler raised is noted, so that a test
can say which refusals have no program.
"""

from __future__ import annotations

import ast
import functools
import linecache
import math
import sys
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

import adjoint  # noqa: E402
from adjoint import errors, standalone  # noqa: E402

sys.path.insert(0, str(Path(__file__).parent))
from messages import Message, messages  # noqa: E402
from refusals import ELSEWHERE, SECTIONS, UNSHOWN, Case, Section  # noqa: E402

PAGE = ROOT / "docs" / "limits.md"
PACKAGE = Path(adjoint.__file__).parent

Place = tuple[str, int]  # a file of the package, and a line
RAISING = {name for name, cls in vars(errors).items() if isinstance(cls, type) and issubclass(cls, errors.AdjointError)}
RAISING -= {"InternalError"}
MAKING = {"problem_at", "Problem", "_refused"}


@dataclass
class Run:
    """What became of a case: the error, and the lines of the package that it came through."""

    error: BaseException | None = None
    places: set[Place] = field(default_factory=set)


@functools.cache
def run(case: Case) -> Run:
    """Run a case, watching where problems are described and errors raised."""
    found = Run()
    made = {errors.problem_at.__code__, errors.Problem.__init__.__code__}

    def watch(frame: Any, event: str, argument: Any) -> None:
        if event == "call" and frame.f_code in made:
            found.places |= set(_places(frame.f_back))

    sys.setprofile(watch)
    try:
        with warnings.catch_warnings():  # `np.matrix` warns of itself
            warnings.simplefilter("ignore")
            eval(case.call, namespace(case.text))
    except Exception as error:
        found.error = error
    finally:
        sys.setprofile(None)
    error = found.error
    while error is not None:  # what rules raise becomes another error
        found.places |= {(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)}
        error = error.__context__
    return found


def _places(frame: Any) -> Iterator[Place]:
    while frame is not None and frame.f_code.co_filename.startswith(str(PACKAGE)):
        yield frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back


def namespace(text: str) -> dict[str, Any]:
    """The names of a case: those of its file, and what its call may use."""
    names = {name: getattr(adjoint, name) for name in adjoint.__all__}
    space: dict[str, Any] = {
        **names,
        "__name__": "__main__",  # one that is in sys.modules, as data classes need
        "np": np,
        "math": math,
        "x": np.array([0.3, 0.7, 1.1]),
        "opaque": _opaque,
        "compiled_elsewhere": partial(_executed, "<string>"),
        "typed_at_a_prompt": partial(_executed, "<stdin>"),
        "edited_since": _edited,
        "too_deep": _too_deep,
        "too_nested": _too_nested,
        "Options": _Options,
        "export": lambda f, *args: standalone.export(adjoint.grad(f).entry(*args)[1].compiled),
    }
    _run_as("model.py", text, space)
    return space


def _run_as(file: str, text: str, space: dict[str, Any]) -> None:
    linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file
    exec(compile(text, file, "exec"), space)


_opaque: Callable[..., Any] = np.frompyfunc(float, 1, 1)


class _Options(dict[str, float]):
    """A mapping whose keys only the run can tell."""


def _executed(file: str, text: str, name: str = "f") -> FunctionType:
    space: dict[str, Any] = {}
    exec(compile(text, file, "exec"), space)
    return space[name]


def _edited(before: str, after: str) -> FunctionType:
    function = _executed("edited.py", before)
    linecache.cache["edited.py"] = len(after), None, after.splitlines(keepends=True), "edited.py"
    return function


def _too_deep(f: Any) -> None:
    """As the message is where the room of `deep.run` is too small."""
    from adjoint.frontend.source import too_deep

    raise too_deep(f)


def _too_nested(f: Any) -> None:
    lines = "".join(f"    if x < {k}:\n        return x * {k}\n    x = x * x\n" for k in range(100))
    space: dict[str, Any] = {}
    _run_as("model.py", f"def f(x):\n{lines}    return x\n", space)
    adjoint.grad(space["f"])(1.0)


# Which refusals there are


def sites() -> dict[tuple[str, int, int], str]:
    """Every place of the package that describes a problem or raises an error for users, by its file and lines."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name in ("errors.py", "__main__.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in RAISING | MAKING and "render(" not in ast.unparse(node):
                    found[str(path), node.lineno, node.end_lineno or node.lineno] = ast.unparse(node)
    return found


def without_case(runs: list[Run]) -> dict[str, str]:
    """The refusals that no case came through."""
    places = set().union(*(r.places for r in runs))
    return {
        f"{Path(file).relative_to(PACKAGE)}:{first}": text
        for (file, first, last), text in sites().items()
        if not any((file, line) in places for line in range(first, last + 1))
        if not any(str(Path(file).relative_to(PACKAGE)).startswith(folder) for folder in ELSEWHERE)
    }


def unsaid(runs: list[Run]) -> list[Message]:
    """The messages that no case's error shows."""
    texts = [" ".join(str(r.error).split()) for r in runs]
    return [message for message in messages(PACKAGE, RAISING, ELSEWHERE) if not any(map(message.is_in, texts))]


def unexplained(texts: Iterable[str]) -> list[str]:
    """Those of the texts of refusals for which `UNSHOWN` has no reason."""
    return [text for text in texts if not any(part in text for part in UNSHOWN)]


def idle(texts: Iterable[str]) -> list[str]:
    """Reasons that no text needs any more; whether machine code is there already differs from run to run."""
    texts = list(texts)
    return [p for p, why in UNSHOWN.items() if not why.startswith("shown; machine") and not any(p in t for t in texts)]


# The page

HEAD = """\
# What adjoint does not take

Each of these is refused with an error that shows the line, not answered with a wrong number. This page is written by
`python tests/limits/limits.py --write` from the programs in `tests/limits/refusals.py` and the messages they give: the
last line of a message says what to write instead. What is taken is listed in [constructs.md](constructs.md).

Some limits raise no error:

- **Kinks.** Where a function has no derivative, such as `abs` at 0 or `max` at a tie, the result is one of the
  one-sided or generalised derivatives; the rules say which.
- **Memory.** A loop records the values that its reverse needs, so memory may grow with the number of trips.
- **Modes.** What reverse mode takes, forward mode takes too, but for a `try` that might catch what only a tangent
  raises.

"""


def page() -> str:
    return HEAD + "\n".join(_section(section) for section in SECTIONS)


def _section(section: Section) -> str:
    parts = [f"## {section.title}\n", *([section.about + "\n"] if section.about else [])]
    return "\n".join([*parts, *(_entry(case) for case in section.cases if case.since <= 13)])


def _entry(case: Case) -> str:
    if not case.here:
        return ""
    error = run(case).error
    return f"```python\n{case.text}\n{case.call}\n```\n\n```text\n{case.error}: {error}\n```\n"


def main() -> None:
    if "--write" in sys.argv:
        PAGE.write_text(page())
    for section in SECTIONS:
        for case in section.cases:
            if not case.here:
                continue
            found = run(case)
            if type(found.error).__name__ != case.error:
                print(f"{case.error} expected: {case.call}\n{case.text}{type(found.error).__name__}: {found.error}\n")
    runs = [run(c) for s in SECTIONS for c in s.cases if c.here]
    for text in unexplained([*without_case(runs).values(), *(m.written for m in unsaid(runs))]):
        print(f"no case: {text[:150]}")


if __name__ == "__main__":
    main()
