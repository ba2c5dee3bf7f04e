"""Many statements deleted at once meet every test: where one fails, halves of the group tell which statement it misses.

Survivors are many, and few tests miss any of them. So a group of them, each in a function of its own, goes through all
tests in the time of one; a test that fails is repeated with half of the group until one statement is left. Where a
group is `alike`, a test fails too when the compiler writes another text in it.
"""

from __future__ import annotations

import json
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from types import FunctionType

from covering import Texts, attempted
from meeting import CHANGED, Answer, Covered, in_child
from mutants import Mutant, Place, install, without

AT_ONCE = 150  # statements
TOGETHER = 40  # tests of one process
LONGEST = 2.0  # seconds: tests that take longer are left out


def groups(mutants: Sequence[Mutant]) -> list[list[Mutant]]:
    """Groups of mutants of different functions."""
    made: list[list[Mutant]] = []
    taken: list[set[tuple[str, int]]] = []
    for mutant in mutants:
        function = mutant.module, mutant.outer
        k = next((k for k, g in enumerate(made) if len(g) < AT_ONCE and function not in taken[k]), len(made))
        if k == len(made):
            made.append([])
            taken.append(set())
        made[k].append(mutant)
        taken[k].add(function)
    return made


def again(
    kind: str,
    mutants: Sequence[Mutant],
    covered: Covered,
    functions: dict[Place, list[FunctionType]],
    texts: Texts,
    seconds: float,
) -> Iterator[tuple[Mutant, Answer]]:
    """What becomes of mutants that survived, or changed texts, when they meet more tests, for some seconds each."""
    for group in groups(mutants):
        end = time.time() + seconds * len(group)
        one = Group(group, kind == "survives", covered, functions, texts)
        yield from one.judged(lambda end=end: time.time() < end)  # type: ignore[misc]
        for mutant in one.alive:
            met = len(one.done & one.tests[mutant])
            yield mutant, {"kind": kind, "ran": met, "covering": len(one.tests[mutant])}


class Group:
    """Mutants that live in one process, and what became of those that a test missed."""

    def __init__(
        self,
        mutants: Sequence[Mutant],
        alike: bool,
        covered: Covered,
        functions: dict[Place, list[FunctionType]],
        texts: Texts,
    ) -> None:
        self.alive = list(mutants)
        self.alike = alike
        self.covered, self.functions, self.texts = covered, functions, texts
        self.done = set[int]()
        self.tests = {m: set(covered.of(m)) for m in mutants}
        for mutant in mutants:  # compiled once, for all processes
            without(mutant)

    def order(self) -> list[int]:
        """All tests that run one of the statements, first one of each program."""
        rng, ranks = random.Random(1), Counter[str]()
        costs = {}
        for n in sorted(set().union(*self.tests.values())):
            if self.covered.seen[n].seconds < LONGEST:
                subject = self.covered.probes[n].subject
                costs[n] = ranks[subject], rng.random()
                ranks[subject] += 1
        return sorted(costs, key=lambda n: costs[n])

    def judged(self, goes_on: Callable[[], bool]) -> Iterator[tuple[Mutant, Answer]]:
        """The mutants that a test misses, each with how."""
        order = self.order()
        while order and self.alive and goes_on():
            failed = self.first_failure(self.alive, order[:TOGETHER])
            if failed is None:
                self.done.update(order[:TOGETHER])
                order = order[TOGETHER:]
                continue
            k = order.index(failed[0])
            culprit = self.culprit(order[k])
            if culprit is None:  # it takes two of them
                order = order[k + 1 :]
                continue
            self.done.update(order[:k])
            order = order[k:]
            self.alive.remove(culprit[0])
            yield culprit

    def culprit(self, test: int) -> tuple[Mutant, Answer] | None:
        """The mutant for which a test fails."""
        group = [m for m in self.alive if test in self.tests[m]]
        while len(group) > 1:
            half = group[: len(group) // 2]
            group = half if self.first_failure(half, [test]) is not None else group[len(half) :]
        failed = self.first_failure(group, [test])
        return (group[0], failed[1]) if failed is not None else None

    def first_failure(self, mutants: Sequence[Mutant], tests: Sequence[int]) -> tuple[int, Answer] | None:
        """The first of the tests that fails with these statements deleted, and how."""

        def work(tell: Callable[[bytes], None]) -> None:
            for mutant in mutants:
                install(mutant, self.functions)
            numbers = count()
            for n in tests:
                tell(json.dumps([n, {"kind": "error", "detail": "takes too long"}]).encode() + b"\n")
                signal.setitimer(signal.ITIMER_PROF, 3 + 10 * self.covered.seen[n].seconds)
                seen = attempted(self.covered.probes[n], self.texts, numbers)
                failure = seen.failure
                if self.alike and not failure and seen.texts != self.covered.seen[n].texts:
                    failure = f"{CHANGED}: another text"
                if failure:
                    kind, _, detail = failure.partition(": ")
                    tell(json.dumps([n, {"kind": kind, "detail": detail}]).encode() + b"\n")
                    return
            tell(b"null\n")

        lines = in_child(work).splitlines()
        last = json.loads(lines[-1])
        return None if last is None else (last[0], {**last[1], "by": self.covered.probes[last[0]].name})
