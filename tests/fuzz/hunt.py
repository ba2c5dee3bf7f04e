"""Hunt for wrong gradients: `python tests/fuzz/hunt.py --programs 2000 --seed 1`."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "numeric")]

from generator import Program  # noqa: E402
from judge import Verdict, judge  # noqa: E402
from shrink import shrunk  # noqa: E402


def run(seed: int, size: int, text: str | None = None, label: str = "") -> tuple[str, Verdict]:
    """Make one program and judge it; with `text`, that program in its place."""
    program = Program(seed, size)
    chosen = program.text if text is None else text
    return chosen, judge(chosen, program.arguments, seed, f"<program {seed}{label}>")


def same_failure(a: Verdict, b: Verdict) -> bool:
    return a.kind == b.kind and (a.kind == "wrong" or a.detail.split(":")[0] == b.detail.split(":")[0])


def shrink(seed: int, size: int, text: str, verdict: Verdict) -> str:
    count = iter(range(10**6))

    def fails(smaller: str) -> bool:
        try:
            return same_failure(run(seed, size, smaller, f".{next(count)}")[1], verdict)
        except SyntaxError:
            return False

    return shrunk(text, fails)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=10)
    parser.add_argument("--show", type=int, default=5, help="how many failures to shrink and print")
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--refused", action="store_true", help="shrink refusals too")
    options = parser.parse_args()
    kinds: Counter[str] = Counter()
    details: Counter[str] = Counter()
    shown = 0
    start = time.time()
    for seed in range(options.seed * 10**6, options.seed * 10**6 + options.programs):
        if time.time() - start > options.seconds:
            break
        text, verdict = run(seed, options.size)
        kinds[verdict.kind] += 1
        if verdict.kind != "ok":
            details[f"{verdict.kind}: {_general(verdict.detail)}"] += 1
        bad = ("wrong", "crash", "refused") if options.refused else ("wrong", "crash")
        if verdict.kind in bad and shown < options.show:
            shown += 1
            small = shrink(seed, options.size, text, verdict)
            detail = run(seed, options.size, small, ".small")[1].detail
            print(f"--- {seed}: {verdict.kind}: {detail}\n{small}\n", flush=True)
    print(dict(kinds))
    for detail, n in details.most_common(25):
        print(f"{n:6d}  {detail}")
    return 1 if kinds["wrong"] or kinds["crash"] else 0


def _general(detail: str) -> str:
    """The first line of a message without its names and numbers."""
    import re

    line = detail.splitlines()[0] if detail else ""
    return re.sub(r"`[^`]*`|\d[\d.e-]*", "…", line)[:110]


if __name__ == "__main__":
    sys.exit(main())
