"""What a derivative records, and why: `explain(f, *args)`.

>>> import numpy as np
>>> def walk(x, steps):
...     for i in range(steps):
...         x = np.sin(x) * x
...     return x
>>> print(explain(walk, 0.5, 10))
The pullback of `walk` records 1 value:
<BLANKLINE>
x_stack     `x` of line 3, in `for i in range(steps)`
            bound anew there, while the adjoint of line 3 still reads it
            steps * 8 bytes
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MethodType
from typing import Any

from adjoint.buffers import Writer
from adjoint.errors import UnsupportedArgument
from adjoint.gradient import Gradient

WIDTH = 12


def explain(f: Any, *args: Any) -> str:
    """Return an account of what the derivative of a function keeps for its reverse sweep.

    For each value: what the text calls it, the user's line and the loops around it, why it is recorded and which
    adjoints read it, and its bytes as a formula in the sizes of the arguments (those of the numbers themselves; in a
    Python list a number takes 24 to 32 bytes more). What is not mentioned is not recorded: it is computed again, or it
    stands where it was.

    Parameters
    ----------
    f
        A function (its gradient by the first parameter is meant) or what `grad`, `value_and_grad` or `vjp` returned.
    args
        Example arguments.

    Raises
    ------
    UnsupportedArgument
        Without example arguments, or if `f` is no derivative in reverse mode.
    """
    from adjoint.differentiate.records import listening

    gradient = _gradient(f)
    if not args:
        raise UnsupportedArgument("explain needs example arguments\n  Write explain(f, x) with arguments for f.")
    with listening() as found:
        text = gradient.compiled_anew(*args).text
    in_text = [r for r in dict.fromkeys(found) if re.search(rf"\b{re.escape(r.keeper)}\b", text)]
    recorded = [r for r in in_text if r.reason != "kept"]
    kept = [r for r in in_text if r.reason == "kept"]
    title = f"The {'pullback' if gradient.mode == 'vjp' else 'gradient'} of `{gradient.title}`"
    parts = [f"{title} records {_count(len(recorded), 'value')}{':' if recorded else '.'}"]
    parts += [_paragraph(r.keeper, _of_record(r)) for r in recorded]
    if kept:
        parts.append("It reads these of the function's own arrays, as they stand:")
        parts += [_paragraph(r.keeper, _of_kept(r)) for r in kept]
    return "\n\n".join(parts)


def _gradient(f: Any) -> Gradient[..., Any]:
    if isinstance(f, Writer):
        return _gradient(f.gradient)
    if isinstance(f, MethodType) and isinstance(f.__func__, Gradient):
        raise UnsupportedArgument("explain takes no bound method\n  Give the class's own, and the object first.")
    if isinstance(f, Gradient):
        if f.mode not in ("grad", "value_and_grad", "vjp"):
            raise UnsupportedArgument("forward mode records nothing\n  Give a function, or what grad or vjp returned.")
        return f
    if not callable(f):
        raise UnsupportedArgument(f"a {type(f).__name__} has no derivative to explain\n  Give a function.")
    return Gradient(f, 0, "vjp")


REASONS = {
    "overwritten": "overwritten there, while the {} the old contents",
    "bound anew": "bound anew there, while the {} it",
    "of each trip": "another in each trip, and the {} it",
}


def _of_record(record: Any) -> list[str]:
    loops = f", in {', '.join(f'`{head}`' for head in record.loops)}" if record.loops else ""
    reads = f"{_adjoints(record.readers)} still {'reads' if len(record.readers) == 1 else 'read'}"
    reason = REASONS[record.reason].format(reads)
    return [f"`{record.value}` of line {record.line}{loops}", reason, f"{record.bytes} bytes"]


def _of_kept(record: Any) -> list[str]:
    return [f"of line {record.line}, read by the {_adjoints(record.readers)}", f"{record.bytes} bytes"]


def _adjoints(lines: Sequence[int]) -> str:
    if len(lines) == 1:
        return f"adjoint of line {lines[0]}"
    return f"adjoints of lines {', '.join(map(str, lines))}"


def _count(n: int, what: str) -> str:
    return f"{n or 'no'} {what}{'' if n == 1 else 's'}"


def _paragraph(name: str, lines: Sequence[str]) -> str:
    first = f"{name:<{WIDTH}}" if len(name) < WIDTH else f"{name}\n{' ' * WIDTH}"
    return first + f"\n{' ' * WIDTH}".join(lines)
