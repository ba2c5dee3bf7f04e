"""The programs of the numeric tests under Numba: `python tests/native/taken.py --write` goes through all of them.

Every program whose gradient Numba compiles must give what Python gives. What it refuses is listed in refused.txt by its
reason: a program that is not listed there must be taken.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

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


def main() -> None:
    reasons: Counter[str] = Counter()
    refused: dict[str, str] = {}
    taken = 0
    for program in PROGRAMS:
        try:
            reason = refusal(program)
        except Exception as error:
            print(f"WRONG {program.name}: {type(error).__name__}: {' '.join(str(error).split())[:300]}", flush=True)
            continue
        taken += reason is None
        if reason is not None:
            refused[program.name] = general(reason)
            reasons[general(reason)] += 1
    if "--write" in sys.argv:
        LIST.write_text("".join(f"{name}: {reason}\n" for name, reason in refused.items()))
    print(f"{taken} of {len(PROGRAMS)} programs are taken")
    for reason, count in reasons.most_common():
        print(f"{count:5} {reason[:150]}")


if __name__ == "__main__":
    main()
