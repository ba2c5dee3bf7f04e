"""A mutant meets the tests that run the statement it lacks, in a process of its own, until one fails.

Tests of its own module come first, then quick ones, then any. A test that passes although the compiler wrote another
text in it brings forward the other tests of its program. Where a test of texts fails, the others have a moment to say
whether numbers are wrong too.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import time
import traceback
from array import array
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from types import FunctionType
from typing import Any

from covering import Probe, Seen, Texts, attempted
from mutants import Mutant, Place, install, near

MEMORY = 6 << 30
MOMENT = 0.3  # seconds to find a wrong number behind a text that differs
FIRST, RARE = 3, 24  # quick tests, and those of lines that few tests run, before all others
CHANGED = "changed"  # what becomes of a mutant that writes another text, of which no test complains
Answer = dict[str, Any]


@dataclass
class Covered:
    """The tests that pass, what each showed, which run each line, and which are of one program."""

    probes: list[Probe]
    seen: list[Seen]
    by_line: dict[tuple[str, int], array[int]]
    by_subject: dict[str, list[int]]

    def of(self, mutant: Mutant) -> list[int]:
        """The tests that run the statement."""
        lines = range(mutant.line, mutant.end + 1)
        return sorted({n for line in lines for n in self.by_line.get((mutant.file, line), array("H"))})


def order_of(mutant: Mutant, covered: Covered, seconds: float) -> list[int]:
    """The tests that run the statement, in the order in which they are run."""
    rng = random.Random(mutant.key)
    ranks: Counter[str] = Counter()
    costs = {}
    for n in covered.of(mutant):
        probe = covered.probes[n]
        part, _, stem = mutant.module.partition("/")
        own = probe.name.startswith((f"adjoint/{mutant.module}.py", f"tests/{part}/test_{stem}"))
        ranks[probe.subject] += 1
        costs[n] = covered.seen[n].seconds * ranks[probe.subject] * rng.uniform(1, 3) * (0.1 if own else 1)
    cheap = sorted(costs, key=lambda n: costs[n])
    spent, first = 0.0, 0
    while first < len(cheap) and spent < seconds / 2:
        spent += covered.seen[cheap[first]].seconds
        first += 1
    rest = cheap[first:]
    rng.shuffle(rest)
    rare = [n for n in _rare(mutant, covered) if n in costs]
    return list(dict.fromkeys([*cheap[:FIRST], *rare, *cheap[:first], *rest]))


def _rare(mutant: Mutant, covered: Covered) -> list[int]:
    """Tests that run what few others do of the functions that the statement calls, and of its own."""
    found: dict[int, None] = {}
    lines = sorted((len(covered.by_line[place]), place) for place in near(mutant) if place in covered.by_line)
    for _, place in lines:
        tests = sorted(covered.by_line[place], key=lambda n: covered.seen[n].seconds)
        found.update(dict.fromkeys(tests[:2]))
        if len(found) >= RARE:
            break
    return list(found)


def met(
    mutant: Mutant, covered: Covered, functions: dict[Place, list[FunctionType]], texts: Texts, seconds: float
) -> Answer:
    """What became of a mutant: how it was noticed, and by which test."""
    order = order_of(mutant, covered, seconds)
    if not order:
        return {"kind": "unreached"}
    told = in_child(lambda tell: _meet(mutant, covered, order, functions, texts, seconds, _in_lines(tell)))
    lines = [line for line in told.splitlines() if line.endswith(b"}")]
    last: Answer = json.loads(lines[-1]) if lines else {"kind": "error", "detail": "the process ended"}
    return {**last, "covering": len(order)}


def _in_lines(tell: Callable[[bytes], None]) -> Callable[[Answer], None]:
    return lambda answer: tell(json.dumps(answer).encode() + b"\n")


def _meet(
    mutant: Mutant,
    covered: Covered,
    order: list[int],
    functions: dict[Place, list[FunctionType]],
    texts: Texts,
    seconds: float,
    tell: Callable[[Answer], None],
) -> None:
    try:
        install(mutant, functions)
    except SyntaxError:
        tell({"kind": "no program"})
        return
    every, queue, done = frozenset(order), deque(order), set[int]()
    changed, text, end, numbers = 0, None, time.process_time() + seconds, count()
    while queue and time.process_time() < end:
        n = queue.popleft()
        if n in done:
            continue
        done.add(n)
        probe, was = covered.probes[n], covered.seen[n]
        tell({"kind": "error", "by": probe.name, "detail": "takes too long"})  # stands if it never ends
        signal.setitimer(signal.ITIMER_PROF, 3 + 10 * was.seconds)
        seen = attempted(probe, texts, numbers)
        if seen.failure:
            kind, _, detail = seen.failure.partition(": ")
            answer = {"kind": kind, "by": probe.name, "detail": detail}
            if kind != "text":
                tell(answer)
                return
            if text is None:
                text, end = answer, min(end, time.process_time() + MOMENT)
        elif seen.texts != was.texts:
            changed += 1
            queue.extendleft([k for k in covered.by_subject[probe.subject] if k in every and k not in done][:6])
    tell({**(text or {"kind": CHANGED if changed else "survives"}), "ran": len(done)})


def in_child(work: Callable[[Callable[[bytes], None]], None]) -> bytes:
    """What a function tells, in a process of its own, before it ends or is killed."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        with os.fdopen(write, "wb", buffering=0) as pipe:
            try:
                work(lambda said: _write(pipe, said))
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return answer


def _write(pipe: Any, said: bytes) -> None:
    while said:
        said = said[pipe.write(said) :]
