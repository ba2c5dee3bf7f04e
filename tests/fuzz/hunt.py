"""Hunt for wrong gradients: `python tests/fuzz/hunt.py --programs 20000 --seed 1 --processes 2 --write`.

Each seed is one program, judged by the first look, every second one by another too (`--looks` for others). Wrong
programs and crashes are made small and printed. With `--write`, the figures go into docs/reliability.md.

With `--state FILE` each verdict is noted in a file: a run that was cut short goes on where it was, and `--again 17 23`
judges these seeds anew, once what they found is mended.

`--native` gives every program the look at Numba's code alone, and says what Numba does not take: two seconds each.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "numeric"), str(HERE.parent.parent)]

import numpy as np  # noqa: E402
from counted import constructs  # noqa: E402
from generator import Program  # noqa: E402
from judge import NATIVE, Verdict, function, judge  # noqa: E402
from looks import LOOKS  # noqa: E402
from reached import active_lines, lines_run  # noqa: E402
from shrink import shrunk  # noqa: E402

# Every program gets the first look; of these, every n-th.
RARE = {NATIVE: 400, "second derivative": 19, "forward mode": 3, "Jacobian by columns": 8}
USUAL = [name for name in LOOKS if name not in RARE]
PER_MILLION = 10**6


Task = tuple[int, tuple[str, ...] | None, bool]  # a seed, its looks if they are given, whether constructs are counted
Result = tuple[int, Verdict, set[str]]  # a seed, what came of its program, the constructs reached


@dataclass
class Figures:
    """What a hunt found."""

    kinds: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    looks: Counter[str] = field(default_factory=Counter)
    constructs: Counter[str] = field(default_factory=Counter)
    zero: int = 0
    counted: int = 0  # programs whose constructs were counted
    untaken: Counter[str] = field(default_factory=Counter)  # why Numba did not take programs
    again: int = 0  # programs judged anew, after what they found was mended
    failures: list[tuple[int, str]] = field(default_factory=list)

    def add(self, seed: int, verdict: Verdict, found: set[str]) -> None:
        self.kinds[verdict.kind] += 1
        self.zero += verdict.zero
        self.looks.update(verdict.looks)
        self.constructs.update(found)
        self.counted += bool(found)
        if verdict.untaken:
            self.untaken[general(verdict.untaken)] += 1
        if verdict.kind in ("refused", "inconclusive"):
            self.reasons[f"{verdict.kind}: {general(verdict.detail)}"] += 1
        elif verdict.kind != "ok":
            self.failures.append((seed, f"{verdict.kind}: {verdict.detail}"))


def size_of(seed: int) -> int:
    """Small programs and large ones."""
    return 5 + seed % 16


def looks_of(seed: int, every: int = 2) -> tuple[str, ...]:
    """The further looks that a seed's program gets: one, in one of `every` programs, and the rare ones."""
    rare = tuple(name for name, step in RARE.items() if seed % step == 0)
    turn = seed // every
    usual = "gradient" if turn % 3 == 0 else USUAL[(turn - turn // 3) % len(USUAL)]
    return (usual, *rare) if seed % every == 0 else rare


def reached_by(program: Program) -> set[str]:
    """The constructs that ran on an active path."""
    f = function(program.text, f"<reached {program.seed}>")
    f.__globals__["print"] = lambda *_: None
    with np.errstate(all="ignore"):
        try:
            ran = lines_run(f, program.arguments(np.random.default_rng(program.seed)), f"<reached {program.seed}>")
        except Exception:  # such a program is inconclusive
            return set()
    return constructs(
        program.text, program.tags, active_lines(program.text, ran, f.__code__.co_varnames[: len(program.names)])
    )


def one(task: Task) -> Result:
    """Make the program of a seed, and judge it."""
    seed, looks, counted = task
    program = Program(seed, size_of(seed))
    verdict = judge(program, f"<program {seed}>", looks_of(seed) if looks is None else looks)
    found = reached_by(program) if counted and verdict.kind != "inconclusive" else set()
    return seed, verdict, found


def general(detail: str) -> str:
    """The first line of a message without its names and numbers."""
    line = detail.splitlines()[0] if detail else ""
    return re.sub(r"`[^`]*`|\d[\d.e-]*", "…", line)[:110]


def same_failure(a: Verdict, b: Verdict) -> bool:
    return a.kind == b.kind and general(a.detail).split(":")[:2] == general(b.detail).split(":")[:2]


def made_small(seed: int, given: tuple[str, ...] | None = None) -> tuple[str, Verdict]:
    """The smallest program found that fails like a seed's program."""
    program = Program(seed, size_of(seed))
    done = looks_of(seed) if given is None else given
    verdict = judge(program, f"<program {seed}>", done)
    looks = tuple(name for name in done if verdict.detail.startswith(name))[:1]
    count = iter(range(10**6))

    def fails(smaller: str) -> bool:
        try:
            return same_failure(judge(program, f"<program {seed}.{next(count)}>", looks, smaller), verdict)
        except Exception:  # it is no program any more
            return False

    small = shrunk(program.text, fails) if fails(program.text) else program.text
    return small, judge(program, f"<program {seed}.small>", looks, small)


def results(tasks: list[Task], processes: int) -> Iterator[Result]:
    if processes < 2:
        yield from map(one, tasks)
        return
    with multiprocessing.get_context("spawn").Pool(processes, maxtasksperchild=2000) as pool:
        yield from pool.imap_unordered(one, tasks, chunksize=20)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1, help="programs' seeds begin at a million times this")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--show", type=int, default=5, help="how many failures to shrink and print")
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--looks", nargs="*", help="further looks for every program")
    parser.add_argument("--refused", action="store_true", help="print refused programs too")
    parser.add_argument("--state", type=Path, help="where verdicts are noted, and taken from")
    parser.add_argument("--again", type=int, nargs="*", default=[], help="seeds that are judged anew")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/reliability.md")
    parser.add_argument(
        "--native", action="store_true", help="the look at Numba's code for every program, and no other"
    )
    options = parser.parse_args()
    if options.native:
        options.looks = [NATIVE]
    os.nice(5)
    figures = hunt(options)
    report(figures)
    if options.write:
        from reliability import write_figures, write_native

        write = write_native if options.native else write_figures
        write(figures, options.seed * PER_MILLION)
    return 1 if figures.kinds["wrong"] or figures.kinds["crash"] else 0


def hunt(options: argparse.Namespace) -> Figures:
    """Judge the programs that are asked for, but such as the state knows."""
    first = options.seed * PER_MILLION
    looks = tuple(options.looks) if options.looks is not None else None
    known = noted(options.state)
    figures = Figures(again=len({seed for seed, times in Counter(s for s, _, _ in known).items() if times > 1}))
    seeds = range(first, first + options.programs)
    done = {seed: result for seed, *result in known if seed in seeds and seed not in options.again}
    for seed, (verdict, found) in done.items():
        figures.add(seed, verdict, found)
    tasks: list[Task] = [(seed, looks, seed % 4 == 0) for seed in seeds if seed not in done]
    start, shown = time.time(), 0
    for seed, verdict, found in results(tasks, options.processes):
        figures.add(seed, verdict, found)
        note(options.state, (seed, verdict, found))
        if verdict.kind in ("wrong", "crash") or options.refused and verdict.kind == "refused":
            shown += 1
            if shown <= options.show:
                small, again = made_small(seed, looks)
                print(f"--- {seed}: {again.kind}: {again.detail}\n{small}\n", flush=True)
        if time.time() - start > options.seconds:
            break
    return figures


def note(state: Path | None, result: Result) -> None:
    """Put a verdict at the end of the state."""
    if state is not None:
        seed, verdict, found = result
        with state.open("a") as file:
            file.write(json.dumps([seed, asdict(verdict), sorted(found)]) + "\n")


def noted(state: Path | None) -> list[Result]:
    """The verdicts of a state; the last one of a seed holds."""
    if state is None or not state.exists():
        return []
    lines = [json.loads(line) for line in state.read_text().splitlines()]
    return [(seed, Verdict(**{**v, "looks": tuple(v["looks"])}), set(found)) for seed, v, found in lines]


def report(figures: Figures) -> None:
    total = sum(figures.kinds.values())
    print(dict(figures.kinds), f"zero gradients: {figures.zero}", f"of {total}")
    looked = figures.looks[NATIVE]
    print(f"under Numba: {looked - figures.untaken.total()} of {looked}")
    for reason, n in (*figures.untaken.most_common(30), *figures.reasons.most_common(30)):
        print(f"{n:6d}  {reason}")
    rare = [
        f"{name} {100 * n / figures.counted:.1f}%"
        for name, n in sorted(figures.constructs.items())
        if n < 0.015 * figures.counted
    ]
    print("rare:", ", ".join(rare))
    print("failed:", [seed for seed, _ in figures.failures])


if __name__ == "__main__":
    sys.exit(main())
