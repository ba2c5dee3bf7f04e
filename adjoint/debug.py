"""The debug mode: every stage checked and shown, every cotangent held against what is known of its primal.

    >>> import adjoint
    >>> def square(x):
    ...     return x * x
    >>> stages = []
    >>> with debugging(lambda stage, text: stages.append(stage)):
    ...     adjoint.grad(square)(3.0)
    6.0
    >>> stages
    ['normalize', 'inline', 'prepare', 'differentiate', 'tidy']

What is compiled inside the block is compiled anew, and again after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from adjoint.classes import dataclass
from adjoint.errors import InternalError
from adjoint.rules import table

if TYPE_CHECKING:
    from adjoint.syntax import core

Show = Callable[[str, str], None]


@dataclass
class _Mode:
    on: bool = False
    show: Show | None = None


MODE = _Mode()


@contextmanager
def debugging(show: Show | None = None) -> Iterator[None]:
    """Compile with all checks inside the block; `show` is called with each stage's name and text.

    The mode is one for the process, not one for each thread.

    Raises:
        InternalError: where a stage breaks the grammar, or a cotangent has another rank or field than its primal.
    """
    before = MODE.on, MODE.show
    MODE.on, MODE.show = True, show
    table.changed()
    try:
        yield
    finally:
        MODE.on, MODE.show = before
        table.changed()


def stage(name: str, fn: core.Function, folded: bool = False) -> core.Function:
    """Hand a function on; in debug mode, check and show it on the way."""
    if MODE.on:
        from adjoint.emit.printer import to_source
        from adjoint.syntax.validate import validate

        if MODE.show is not None:
            MODE.show(name, to_source(fn.tree))
        validate(fn, name, folded=folded)
    return fn


def expect(bar: Any, name: str, dtype: str, rank: int | None) -> None:
    """Check a cotangent against its primal's dtype and rank (None: not known); called by code generated in debug mode.

    A cotangent that is the same along leading axes may lack them until it is used. Its precision may be another than
    the primal's, where arrays of both meet or a rule computes with 0.5; it is cast where it becomes a gradient.

    >>> expect(np.zeros(3), "x", "float64", 1)
    >>> expect(np.zeros((3, 1)), "x", "float64", 1)
    Traceback (most recent call last):
    adjoint.errors.InternalError: the cotangent of `x` has rank 2, not 1
      after `differentiate`
      This is a bug in adjoint: please report it with the function that you differentiated.
    """
    found = np.asarray(bar)
    if rank is not None and found.ndim > rank:
        raise InternalError("differentiate", f"the cotangent of `{name}` has rank {found.ndim}, not {rank}")
    if found.ndim and not np.can_cast(found.dtype, np.dtype(dtype), "same_kind"):
        raise InternalError("differentiate", f"the cotangent of `{name}` has dtype {found.dtype}, not {dtype}")
