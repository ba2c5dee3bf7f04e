"""Delete single statements of the compiler, one at a time, and see whether a test notices.

    python3.12 tests/fuzz/deletion.py --state deletion.jsonl
    python3.12 tests/fuzz/deletion.py --state deletion.jsonl --seconds-each 20 --survivors
    python3.12 tests/fuzz/deletion.py --state deletion.jsonl --report --write

A first run of the tests notes which lines each executes (`covering.py`; kept beside the state). A mutant lives in a
forked process, in which one function has a statement less (`mutants.py`), and meets only tests that execute the
statement, until one fails or the time for it is over (`meeting.py`). The state is a file with a line an answer: an
interrupted run goes on where it was. `--survivors` lets those that no test of numbers has noticed meet more tests.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import pickle
import random
import sys
import time
from array import array
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(HERE.parent / "numeric"), str(ROOT)]
os.environ["ADJOINT_CACHE_TEXTS"] = "0"
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest  # noqa: E402
from covering import Probe, Seen, Texts, hunted, of_item, recorded  # noqa: E402
from grouped import again  # noqa: E402
from meeting import CHANGED, Answer, Covered, in_child, met  # noqa: E402
from mutants import Mutant, living, modules, mutants  # noqa: E402

TESTS = ("analysis", "api", "calls", "checkpoints", "constructs", "differentiate", "emit", "frontend", "golden",
         "hygiene", "kernels", "limits", "normalize", "numeric", "structures", "tidy", "test_errors.py",
         "fuzz/test_hunter.py")  # fmt: skip
DOCTESTS = ("analysis", "calls", "differentiate", "emit", "normalize", "structures", "tidy", "pipeline.py")
# What takes long and compiles what others do, or compiles nothing.
NOT = ("test_the_page_is_up_to_date", "test_every_refusal_has", "test_kept_texts", "test_symmetry", "test_a_fork",
       "test_samples", "test_debug.py", "test_written_out", "test_any_names", "test_gradient[1-", "test_types_follow",
       "test_most_programs", "test_arguments_and_seed", "_random_program", "by_hypothesis", "test_constructs_are",
       "test_shrinking")  # fmt: skip
HUNTED = 120  # programs
TOGETHER = 100  # probes of one process while lines are noted


class Deletion:
    """A plugin that lets pytest collect tests, and then does what it likes with them."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options

    def pytest_runtestloop(self, session: Any) -> bool:
        items = [item for item in session.items if not any(part in item.nodeid for part in NOT)]
        probes = [*map(of_item, items), *map(hunted, range(HUNTED))]
        for name in modules():
            importlib.import_module(f"adjoint.{name.replace('/', '.')}")
        work(covered(probes, self.options.state.with_suffix(".cover")), self.options)
        return True


def covered(probes: Sequence[Probe], file: Path) -> Covered:
    """Which lines the tests run, from the file of an earlier run where there is one."""
    known: dict[str, Seen] = pickle.loads(file.read_bytes()) if file.exists() else {}
    new = [p for p in probes if p.name not in known]
    functions = [f for found in living().values() for f in found]
    texts = Texts()
    for k in range(0, len(new), TOGETHER):
        part = new[k : k + TOGETHER]
        answer = in_child(lambda tell, part=part: tell(pickle.dumps(recorded(part, functions, texts))))
        found = pickle.loads(answer) if answer else [Seen(failure="error: the process ended")] * len(part)
        known |= {p.name: seen for p, seen in zip(part, found, strict=True)}
        say(f"{k + len(part)} of {len(new)} tests, {sum(bool(s.failure) for s in known.values())} fail")
    if new:
        file.write_bytes(pickle.dumps(known))
    for p in probes:
        if known[p.name].failure:
            say(f"left out: {p.name}: {known[p.name].failure}")
    passing = [p for p in probes if not known[p.name].failure]
    made = Covered(passing, [known[p.name] for p in passing], {}, {})
    for n, (probe, seen) in enumerate(zip(passing, made.seen, strict=True)):
        made.by_subject.setdefault(probe.subject, []).append(n)
        for path, lines in seen.lines.items():
            for line in lines:
                made.by_line.setdefault((path, line), array("H")).append(n)
        seen.lines = {}
    return made


def work(covered: Covered, options: argparse.Namespace) -> None:
    """Judge the mutants that have no answer yet, in a random order: what is done when time is up is a sample."""
    known = load(options.state)
    chosen = every()
    random.Random(1).shuffle(chosen)
    functions, texts, start = living(), Texts(), time.time()
    gc.collect()
    gc.freeze()
    with options.state.open("a") as state:

        def note(mutant: Mutant, answer: Answer) -> None:
            known[mutant.key] = answer
            state.write(json.dumps({"key": mutant.key, **answer}) + "\n")
            state.flush()

        if options.survivors:
            for kind in ("survives", CHANGED):
                alive = [m for m in chosen if known.get(m.key, {}).get("kind") == kind]
                for mutant, answer in again(kind, alive, covered, functions, texts, options.seconds_each):
                    note(mutant, answer)
            return
        for k, mutant in enumerate(m for m in chosen if m.key not in known):
            note(mutant, met(mutant, covered, functions, texts, options.seconds_each))
            if k % 50 == 0:
                say(f"{k} statements, {time.time() - start:.0f} s")
            if time.time() - start > options.seconds:
                break


def every() -> list[Mutant]:
    return [m for module in modules() for m in mutants(module)]


def load(path: Path) -> dict[str, Answer]:
    """The last answer for each mutant."""
    lines = path.read_text().splitlines() if path.exists() else []
    return {answer.pop("key"): answer for answer in map(json.loads, lines)}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def report(answers: dict[str, Answer]) -> None:
    total = len(every())
    kinds = Counter(answer["kind"] for answer in answers.values())
    print(f"{len(answers)} of {total} statements deleted: {dict(kinds)}")
    for key, answer in sorted(answers.items()):
        if answer["kind"] in ("survives", CHANGED, "unreached"):
            print(f"{answer['kind']} ({answer.get('ran', 0)} of {answer.get('covering', 0)} tests)  {key}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=1e9, help="for all")
    parser.add_argument("--seconds-each", type=float, default=2.0, help="of computing, for a mutant that survives")
    parser.add_argument("--survivors", action="store_true", help="those again that no test of numbers has noticed")
    parser.add_argument("--only", default="", help="tests of these names, as pytest's -k")
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/reliability.md")
    options = parser.parse_args()
    options.state = options.state.absolute()
    if not options.report:
        os.chdir(ROOT)
        places = [f"tests/{p}" for p in TESTS] + [f"adjoint/{p}" for p in DOCTESTS]
        chosen = ["-k", options.only] if options.only else []
        quiet = ["-s", "-p", "no:cacheprovider", "-p", "no:terminal"]
        pytest.main([*quiet, *chosen, *places], plugins=[Deletion(options)])
    report(load(options.state))
    if options.write:
        from reliability import write_survivors

        write_survivors(load(options.state), len(every()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
