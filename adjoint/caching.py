"""What was compiled for one function, one `wrt` and one way of calling it; never a stale gradient.

Two levels: the exact key of a call's arguments (types, dtypes, shapes) leads to an entry at once; a key not seen
before leads through the arguments' kinds to an entry, or to the compiler. An entry is used only while its guard holds.
All that belongs to a function hangs on the function itself, so it goes when the function goes.

>>> def square(x):
...     return x * x
>>> cache_of(square, "grad", 0) is cache_of(square, "grad", 0)
True
"""

from __future__ import annotations

import os
from _thread import RLock
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from adjoint.classes import dataclass
from adjoint.errors import InternalError, note_user_line

if TYPE_CHECKING:
    from adjoint.compiled import Compiled

    Answers = tuple[tuple[Any, bool], ...]  # see `analysis.extents`

_EXACT = 512  # keys of a cache: the oldest goes, and costs a look at the kinds when it comes back
_KINDS = 128  # entries of a cache: the one not used for longest goes, and costs a compilation when it comes back
_ATTRIBUTE = "__adjoint__"

_lock = RLock()


def _wait_for_compiler() -> None:
    """No thread compiles while the process forks: the child would have its half-done work and the locks it holds."""
    _lock.acquire()


def _renew_lock() -> None:
    global _lock
    _lock = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_wait_for_compiler, after_in_parent=lambda: _lock.release(), after_in_child=_renew_lock)


def _true() -> bool:
    return True


@dataclass(frozen=True, eq=False)
class Entry:
    """A compiled variant, ready to call: `finish(run(*arguments))` while `fresh()`.

    `real` makes real numbers of whole ones among the arguments, as `run` does by itself. Arguments for which `fits` is
    true have the key of this entry; others may.
    """

    run: Callable[..., Any]
    finish: Callable[[Any], Any]
    fresh: Callable[[], bool]
    compiled: Compiled
    real: Callable[[tuple[Any, ...]], tuple[Any, ...]] | None = None
    fits: Callable[..., bool] = lambda *values: False


class Cache:
    """The entries of one function, one `wrt` and one way of calling it."""

    def __init__(self) -> None:
        self.exact: dict[Hashable, Entry] = {}
        self.variants: OrderedDict[tuple[Hashable, Answers], tuple[Compiled, Callable[[], bool]]] = OrderedDict()
        # By kinds: what the compiler asked about sizes, and was told, for each variant.
        self.answers: dict[Hashable, set[Answers]] = {}
        self.last: Compiled | None = None

    def entry(
        self,
        key: Hashable,
        kinds: Hashable,
        compile: Callable[[], tuple[Compiled, Callable[[], bool]]],
        ready: Callable[[Compiled, Callable[[], bool]], Entry],
    ) -> Entry:
        """Find the entry of a key, or make it `ready` from a compiled variant; threads do this one after another."""
        with _lock:
            found = self.exact.get(key)
            if found is not None and found.fresh():
                return found
            made = ready(*self.variant(kinds, compile))
            while len(self.exact) >= _EXACT:
                del self.exact[next(iter(self.exact))]
            self.exact[key] = made
            return made

    def variant(
        self, kinds: Hashable, compile: Callable[[], tuple[Compiled, Callable[[], bool]]]
    ) -> tuple[Compiled, Callable[[], bool]]:
        """Find the variant for these kinds, and sizes as they are here, or compile it."""
        from adjoint.analysis import extents

        with _lock:
            key = kinds, next((a for a in self.answers.get(kinds, ()) if extents.hold(a)), ())
            found = self.variants.get(key)
            if found is None or not found[1]():
                self.drop_stale()
                with extents.noted() as asked:
                    found = compile()
                key = kinds, tuple(asked.items())
                self.variants[key] = found
                self.answers.setdefault(kinds, set()).add(key[1])
            else:
                extents.note(key[1])
            self.variants.move_to_end(key)
            while len(self.variants) > _KINDS:
                oldest = next(iter(self.variants))
                self.exact = {k: e for k, e in self.exact.items() if e.compiled is not self.variants[oldest][0]}
                self.drop(oldest)
            self.last = found[0]
            return found

    def drop(self, key: tuple[Hashable, Answers]) -> None:
        """Forget a variant."""
        del self.variants[key]
        kinds, answers = key
        self.answers[kinds].discard(answers)
        if not self.answers[kinds]:
            del self.answers[kinds]

    def drop_stale(self) -> None:
        self.exact = {k: e for k, e in self.exact.items() if e.fresh()}
        for key in [k for k, (_, fresh) in self.variants.items() if not fresh()]:
            self.drop(key)


class _Table(dict[Hashable, Cache]):
    """A function's caches. A copy or a pickle of a function, which takes its attributes along, gets an empty one."""

    def __init__(self, owner: Any = None) -> None:
        super().__init__()
        self.owner = owner
        self.others: dict[Hashable, Any] = {}

    def __reduce__(self) -> tuple[type[_Table], tuple[()]]:
        return _Table, ()


def cache_of(function: Any, mode: str, wrt: Hashable) -> Cache:
    """Return the cache that all transformations of `function` with this mode and `wrt` share."""
    with _lock:
        return _table_of(function).setdefault((mode, wrt), Cache())


def _table_of(function: Any) -> _Table:
    table = function.__dict__.get(_ATTRIBUTE)
    # `functools.wraps` gives a wrapper the attributes of what it wraps: those are not its own.
    if not isinstance(table, _Table) or table.owner is not function:
        table = function.__dict__[_ATTRIBUTE] = _Table(function)
    return table


def kept_with(function: Any, key: Hashable, make: Callable[[], Any]) -> Any:
    """Return what belongs to a function under a key, made the first time."""
    with _lock:
        table = _table_of(function)
        if key not in table.others:
            table.others[key] = make()
        return table.others[key]


def all_compiled(compiled: Compiled) -> Iterator[Compiled]:
    """A compiled function and all that it calls, each once."""
    seen: dict[int, Compiled] = {}
    todo = [compiled]
    while todo:
        item = todo.pop(0)
        if id(item) not in seen:
            seen[id(item)] = item
            yield item
            todo += item.callees


def explain(exc: Exception, compiled: Compiled) -> None:
    """Say of which line of the user's an error is that generated code raised; the caller raises it again.

    Raises:
        UnsupportedByNumba: in its place, where it was raised while Numba compiled.
    """
    lines = lines_of(compiled)
    if compiled.dispatchers:
        from adjoint.backends.refusals import refusal_of

        refusal = refusal_of(exc, lines)
        if refusal is not None:
            raise refusal from exc
    note_user_line(exc, lines)


def lines_of(compiled: Compiled) -> dict[str, Mapping[int, tuple[str, int]]]:
    """For each generated file's name, the user's file and line behind its lines."""
    from adjoint.emit import functions

    found: dict[str, Mapping[int, tuple[str, int]]] = {}
    for item in all_compiled(compiled):
        for function in (*(d.py_func for d in item.dispatchers), item.run, item.reverse):
            if function is not None:
                with suppress(InternalError):  # one that was not linked has no lines to name
                    found |= functions.lines_of(function)
    return found
