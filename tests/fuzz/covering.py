"""Which tests run which statements of the compiler, how long they take, and what they say of a mutant.

Tests are pytest's items, and programs of the small hunt beside them. Each begins with cold caches, so that it compiles
what it differentiates; `sys.monitoring` (Python 3.12) says which lines ran, at next to no cost.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import itertools
import sys
import time
import warnings
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import CodeType, FunctionType
from typing import Any

import pytest

TOOL = 3  # of `sys.monitoring`: one that nobody has claimed
ABOUT_TEXTS = ("adjoint/", "tests/golden", "tests/tidy", "tests/emit", "tests/fusion", "tests/normalize")
ABOUT_MESSAGES = ("tests/limits", "tests/test_errors", "tests/frontend")


@dataclass(frozen=True)
class Probe:
    """A test, by its name, and what runs it: it raises what fails."""

    name: str
    run: Callable[[], None]

    @property
    def subject(self) -> str:
        """What the test is about, its program where it is one of several of a program."""
        return self.name.partition("[")[2] or self.name


@dataclass
class Seen:
    """What a run of a probe showed: lines by file, seconds, a digest of the texts compiled, and a failure."""

    lines: dict[str, array[int]] = field(default_factory=dict)
    seconds: float = 0.0
    texts: str = ""
    failure: str = ""


def of_item(item: Any) -> Probe:
    """A test of pytest's, set up and torn down by itself."""
    test = getattr(item, "dtest", None)
    names = dict(test.globs) if test is not None else {}

    def run() -> None:
        if test is not None:  # a doctest empties its names
            test.globs = dict(names)
        if hasattr(item, "_request"):
            item._initrequest()
        try:
            item.session._setupstate.setup(item)
            item.runtest()
        except pytest.skip.Exception:
            pass
        finally:
            item.session._setupstate.teardown_exact(None)

    return Probe(item.nodeid, run)


def hunted(seed: int) -> Probe:
    """A program of the hunt, with its look and forward mode."""
    from generator import Program
    from hunt import looks_of, size_of
    from judge import judge

    def run() -> None:
        looks = {name: None for name in (*looks_of(seed, 1), "forward mode") if name != "Numba"}
        verdict = judge(Program(seed, size_of(seed)), f"<hunted {seed}>", looks)
        assert verdict.kind != "wrong", verdict.detail
        if verdict.kind == "crash":
            raise RuntimeError(verdict.detail)

    return Probe(f"hunted[{seed}]", run)


class Texts:
    """What the compiler wrote since it was last asked."""

    def __init__(self) -> None:
        import adjoint.pipeline

        self.digest = hashlib.sha1()
        plain: Any = adjoint.pipeline.source_of

        def noted(fn: Any) -> str:
            text: str = plain(fn)
            self.digest.update(text.encode())
            return text

        adjoint.pipeline.source_of = noted  # type: ignore[assignment]

    def taken(self) -> str:
        found, self.digest = self.digest.hexdigest(), hashlib.sha1()
        return found


def cold(count: Iterator[int]) -> None:
    """Forget what was compiled, and what was worked out of functions."""
    import adjoint.caching

    adjoint.caching._ATTRIBUTE = f"__adjoint_{next(count)}__"
    for cached in _caches():
        cached.cache_clear()


@functools.cache
def _caches() -> tuple[Any, ...]:
    wrappers = [o for o in gc.get_objects() if isinstance(o, functools._lru_cache_wrapper)]
    return tuple(o for o in wrappers if getattr(o, "__module__", "").startswith(("adjoint.", "limits")))


def attempted(probe: Probe, texts: Texts, count: Iterator[int]) -> Seen:
    """Run a probe with cold caches; the failure begins with its kind."""
    cold(count)
    texts.taken()
    seen = Seen()
    start = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            probe.run()
    except BaseException as error:  # pytest's own failures are no Exceptions
        seen.failure = f"{kind_of(probe.name, error)}: {type(error).__name__}: {error}"[:300]
    seen.seconds, seen.texts = time.process_time() - start, texts.taken()
    return seen


def kind_of(name: str, error: BaseException) -> str:
    """How a mutant was noticed: numbers, error, refusal, message, text, or another assertion of a test."""
    import doctest

    from adjoint import errors

    if isinstance(error, errors.AdjointError):
        return "error" if isinstance(error, errors.InternalError) else "refusal"
    if name.startswith("adjoint/") and "Failure" in type(error).__name__:
        failures = getattr(error, "failures", [error])
        return "error" if any(isinstance(f, doctest.UnexpectedException) for f in failures) else "text"
    if not isinstance(error, (AssertionError, pytest.fail.Exception)):
        return "error"
    if name.startswith(ABOUT_TEXTS):
        return "text"
    return "message" if name.startswith(ABOUT_MESSAGES) else "numbers"


class Lines:
    """Which lines of some functions ran, once for each probe."""

    def __init__(self, functions: Iterable[FunctionType]) -> None:
        monitoring = sys.monitoring
        self.found: dict[str, set[int]] = {}
        monitoring.use_tool_id(TOOL, "covering")
        monitoring.register_callback(TOOL, monitoring.events.LINE, self._ran)
        for code in {c for f in functions for c in _with_inner(f.__code__)}:
            monitoring.set_local_events(TOOL, code, monitoring.events.LINE)

    def _ran(self, code: CodeType, line: int) -> Any:
        self.found.setdefault(code.co_filename, set()).add(line)
        return sys.monitoring.DISABLE

    def taken(self) -> dict[str, set[int]]:
        found, self.found = self.found, {}
        sys.monitoring.restart_events()
        return found


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _with_inner(inner)


def recorded(probes: Sequence[Probe], functions: Iterable[FunctionType], texts: Texts) -> list[Seen]:
    """Run probes one after the other, and tell what each did."""
    lines = Lines(functions)
    count = itertools.count()
    found = []
    for probe in probes:
        lines.taken()
        seen = attempted(probe, texts, count)
        seen.lines = {file: array("H", sorted(ran)) for file, ran in lines.taken().items()}
        found.append(seen)
    return found
