"""The programs of the numeric tests under Numba: `python tests/native/taken.py --write` goes through all of them.

Every program whose gradient Numba compiles must give what Python gives. What it refuses is listed in refused.txt by its
reason: a program that is not listed there must be taken.

Processes that take fifty programs each try them, one at a time, and one that takes longer than `--limit` seconds is
named and left. With `--state FILE` each answer is noted: a run that was cut short goes on where it was, and `--again`
asks once more about what was not taken.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import selectors
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

sys.path[:0] = [str(Path(__file__).parents[1] / "numeric"), str(Path(__file__).parents[2])]

import numpy as np  # noqa: E402
from differences import fresh, leaves, random_cotangent  # noqa: E402
from program import Program  # noqa: E402
from programs import PROGRAMS  # noqa: E402

import adjoint  # noqa: E402

CHECKED = adjoint.Numba(boundscheck=True)
LIST = Path(__file__).with_name("refused.txt")


def refusal(program: Program) -> str | None:
    """Why Numba does not take a program; None where it does, and gives the same result and gradients.

    Raises:
        AssertionError: if it gives others.
    """
    rng = np.random.default_rng(0)
    args = program.args(rng)
    out, pullback = adjoint.vjp(program.f, wrt=program.wrt)(*fresh(args))
    cotangent = random_cotangent(out, rng)
    expected = out, pullback(cotangent)
    try:
        out, pullback = adjoint.vjp(program.f, wrt=program.wrt, backend=CHECKED)(*fresh(args))
        found = out, pullback(cotangent)
    except adjoint.AdjointError as error:
        if isinstance(error, adjoint.InternalError):
            raise
        return str(error).partition("\n")[0]
    for ours, theirs in zip(leaves(found), leaves(expected), strict=True):
        agree(ours, theirs)
    return None


def agree(ours: Any, theirs: Any) -> None:
    if theirs is None or isinstance(theirs, str):
        assert ours == theirs
        return
    assert np.shape(ours) == np.shape(theirs)
    close = 1e-5 if np.asarray(theirs).dtype in (np.float32, np.complex64) else 1e-9
    np.testing.assert_allclose(ours, theirs, rtol=close, atol=close)


def listed() -> dict[str, str]:
    """The programs that Numba does not take, and why."""
    return dict(line.split(": ", 1) for line in LIST.read_text().splitlines())


def general(reason: str) -> str:
    """A reason without addresses, names and paths."""
    return re.sub(r"0x\w+|'[^']*'|, defined at .*| Raised from .*|<module .*?>", "…", reason)[:120].rstrip()


# Answers of many programs: None where a program is taken, else "refused: …" or "wrong: …".
Answer = tuple[str, str | None]
BATCH = 50


def answer(program: Program) -> str | None:
    try:
        reason = refusal(program)
    except Exception as error:
        return f"wrong: {type(error).__name__}: {' '.join(str(error).split())[:300]}"
    return None if reason is None else f"refused: {general(reason)}"


def answers(names: list[str], limit: float) -> Iterator[Answer]:
    """The answers of programs, each within its time; a process that exceeds it, or dies, is followed by another."""
    left = names
    while left:
        done = 0
        for pair in batch(left[:BATCH], limit):
            done += 1
            yield pair
        left = left[done:]


def batch(names: list[str], limit: float) -> Iterator[Answer]:
    """Those of one process, which ends with the first program that it does not survive."""
    command = [sys.executable, "-W", "ignore", os.path.abspath(__file__), "--here", *names]
    with (
        tempfile.TemporaryFile("w+") as printed,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=printed, bufsize=0) as process,
    ):
        assert process.stdout is not None
        for name in names:
            line = line_within(process.stdout, limit)
            if not line:
                process.kill()
                printed.seek(0)
                last = (printed.read().strip().splitlines() or ["no answer"])[-1]
                yield name, f"wrong: took more than {limit:g} s" if line is None else f"wrong: died, {last[:200]}"
                return
            yield name, json.loads(line)


def line_within(stream: IO[bytes], limit: float) -> bytes | None:
    """The next line, empty at the end of the stream; None if it does not come in time. Nothing is read ahead."""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        return stream.readline() if selector.select(limit) else None


def here(names: list[str]) -> None:
    """Answer for these programs, a line for each: what they print goes elsewhere."""
    sys.stdout, out = sys.stderr, sys.stdout
    programs = {p.name: p for p in PROGRAMS}
    for name in names:
        print(json.dumps(answer(programs[name])), file=out, flush=True)


def noted(state: Path | None, again: bool) -> dict[str, str | None]:
    """The answers in a file, the last of each program."""
    lines = state.read_text().splitlines() if state is not None and state.exists() else []
    found = dict(json.loads(line) for line in lines)
    return {name: said for name, said in found.items() if not (again and said)}


def main() -> None:
    options = parsed()
    if options.here:
        here(options.here)
        return
    known = noted(options.state, options.again)
    for name, said in answers([p.name for p in PROGRAMS if p.name not in known], options.limit):
        known[name] = said
        if said and said.startswith("wrong"):
            print(f"{name}: {said}", flush=True)
        if options.state is not None:
            with options.state.open("a") as file:
                file.write(json.dumps([name, said]) + "\n")
    told = {p.name: known[p.name] for p in PROGRAMS}
    refused = {name: said.removeprefix("refused: ") for name, said in told.items() if said and said[0] == "r"}
    if options.write:
        LIST.write_text("".join(f"{name}: {reason}\n" for name, reason in refused.items()))
    wrong = [name for name, said in told.items() if said and said[0] == "w"]
    print(f"{len(told) - len(refused) - len(wrong)} of {len(told)} programs are taken; wrong: {wrong}")
    for reason, count in Counter(refused.values()).most_common():
        print(f"{count:5} {reason[:150]}")


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="the programs of the numeric tests under Numba")
    parser.add_argument("--write", action="store_true", help="write refused.txt")
    parser.add_argument("--state", type=Path, help="where answers are noted, and taken from")
    parser.add_argument("--again", action="store_true", help="ask again about programs that were not taken")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds that a program may take")
    parser.add_argument("--here", nargs="+", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
