"""Let Python's garbage collector rest while a function is compiled.

A compilation makes hundreds of thousands of nodes that all live to its end. Each of the collector's rounds goes over
them and finds nothing: a third of the time for a function of a thousand lines, and more the longer it is. Counting
references goes on, so nearly all is freed as ever; afterwards, whatever happened, it is on again.

    >>> import gc
    >>> with resting():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager


class _Rest:
    """Is the collector off because of us? A child process that is forked meanwhile must not keep it off."""

    def __init__(self) -> None:
        self.on = False

    def ended(self) -> None:
        if self.on:
            gc.enable()
            self.on = False


_rest = _Rest()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_rest.ended)


@contextmanager
def resting() -> Iterator[None]:
    """Within this, no automatic collection; one that the user has switched off stays off.

    Two threads may be in here: the first one switches off and on.
    """
    if not gc.isenabled():
        yield
        return
    _rest.on = True
    gc.disable()
    try:
        yield
    finally:
        _rest.ended()
