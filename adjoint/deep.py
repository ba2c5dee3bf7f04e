"""Give work that recurses deeply the room it needs: a sum of a thousand terms is a tree a thousand levels high.

    >>> def depth(n):
    ...     return 0 if n == 0 else 1 + depth(n - 1)
    >>> run(lambda: depth(20_000))
    20000

Work is tried as it is; only where Python's limit stops it, it is done anew in a thread with a large stack and a high
limit. The limit is one for the whole process, but it is only ever raised, so what others do is not disturbed, and
one such thread runs at a time.
"""

from __future__ import annotations

import contextvars
import os
import sys
from _thread import _local, allocate_lock, stack_size
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")

LIMIT = 60_000  # frames: about 5,000 levels of an expression
STACK = 256 << 20  # bytes of address space, of which a run takes what it touches

_inside = _local()


class _Turn:
    """One deep thread at a time; renewed in a child process, where the thread that held it is gone."""

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        self.lock = allocate_lock()


_turn = _Turn()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_turn.renew)


def run(work: Callable[[], T]) -> T:
    """Return what `work` returns, with room for deep recursion if it needs that.

    Raises:
        RecursionError: if the room is still too small.
    """
    try:
        return work()
    except RecursionError:
        if getattr(_inside, "deep", False):
            raise
    return _in_a_thread(work)


def _in_a_thread(work: Callable[[], T]) -> T:
    """Run `work` in a thread of its own; what it raises is raised here."""
    found: list[T] = []
    raised: list[BaseException] = []
    context = contextvars.copy_context()  # np.errstate is in it

    def job() -> None:
        _inside.deep = True
        with _turn.lock:
            limit = sys.getrecursionlimit()
            sys.setrecursionlimit(max(limit, LIMIT))
            try:
                found.append(context.run(work))
            except BaseException as error:
                raised.append(error)
            finally:
                sys.setrecursionlimit(limit)

    import threading

    thread = threading.Thread(target=job, name="adjoint", daemon=True)
    before = _stack_size(STACK)
    try:
        thread.start()
    finally:
        stack_size(before)
    thread.join()
    if raised:
        raise raised[0]
    return found[0]


def _stack_size(wanted: int) -> int:
    """Ask for stacks of that size for the threads to come; return what they had before."""
    before = stack_size()
    with suppress(ValueError, RuntimeError):  # more than this system gives: its own choice must do
        stack_size(wanted)
    return before
