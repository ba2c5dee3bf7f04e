"""Tidy: from what the transforms generate to what a careful person would have written.

    >>> from adjoint.tidy import example
    >>> def body(text):
    ...     example.show(tidy, text)
    >>> body('''
    ... t = a * x
    ... y = np.sin(t)
    ... t_bar = 0.0
    ... y_bar = 1.0 * out_bar
    ... t_1 = np.cos(t)
    ... t_2 = y_bar * t_1
    ... t_bar += t_2
    ... x_bar = t_bar * a
    ... return x_bar
    ... ''')
    return out_bar * np.cos(a * x) * a

Each pass is a pure function, small and of use alone; they run in turn until none finds anything.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from adjoint.syntax import core
from adjoint.tidy.advance import advance
from adjoint.tidy.alike import alike
from adjoint.tidy.arithmetic import arithmetic
from adjoint.tidy.axes import without_new_axes
from adjoint.tidy.copies import copies
from adjoint.tidy.dead_code import dead_code
from adjoint.tidy.effects import NUMBER
from adjoint.tidy.facts import facts_of
from adjoint.tidy.in_place import in_place
from adjoint.tidy.loop_names import loop_names
from adjoint.tidy.merge import merge
from adjoint.tidy.refold import refold
from adjoint.tidy.rename import rename
from adjoint.tidy.reread import reread
from adjoint.tidy.signs import leading_signs
from adjoint.tidy.uncopied import uncopied
from adjoint.tidy.whole import whole_arrays

__all__ = ["NUMBER", "PASSES", "tidy"]

# Merging makes room for a fold now and then: looked for at once, it mostly spares a round.
PASSES = (copies, alike, dead_code, without_new_axes, arithmetic, advance, refold, merge, reread, uncopied, refold)
ROUNDS = 8  # two or three rounds settle what is met in practice


def tidy(fn: core.Function, memory: Mapping[str, Hashable] | None = None) -> core.Function:
    """Make generated Core readable; it computes what it did.

    `memory` gives the memory class of the arrays that a name holds: names of different classes never share memory.
    `NUMBER` stands for what is immutable through and through (a number, a string, None, tuples of these). A name that
    is not in `memory` may share with any that is no NUMBER.
    """
    facts = facts_of(fn, memory)
    settled: dict[Any, core.Function] = {}  # what each pass has last returned: there it finds nothing more
    for _ in range(ROUNDS):
        before = fn
        for run in PASSES:
            if settled.get(run) is not fn:
                fn = settled[run] = run(fn, facts)
        if fn is before:
            break
    for run in (in_place, leading_signs, whole_arrays, loop_names, rename):
        fn = run(fn, facts)
    return fn
