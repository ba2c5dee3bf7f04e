"""What of the compiler may be left out without a change of any number: optional passes and analyses, facts, forms.

Each ablation is a context in which programs are compiled with one thing less. A program may then be refused, where the
analysis is what tells that it can be followed; if it is taken, its gradient must be what it was.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import adjoint.pipeline  # noqa: F401  (all modules that are patched)
from adjoint.analysis import record, storage
from adjoint.analysis.activity import activity
from adjoint.analysis.kinds import UNKNOWN, Array, Number, can_vary, without_sizes
from adjoint.analysis.places import places  # noqa: F401
from adjoint.classes import replace
from adjoint.differentiate import gradient
from adjoint.syntax import core
from adjoint.tidy import PASSES

TIDY = sys.modules["adjoint.tidy"]
PIPELINE = sys.modules["adjoint.pipeline"]
Change = tuple[Any, str, Any]


@contextmanager
def changed(*changes: Change) -> Iterator[None]:
    """Replace attributes for a while."""
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in changes]
    for owner, name, value in changes:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)


def _all_active(fn: Any, kinds: Any, classes: Any, wrt: Any) -> tuple[frozenset[str], frozenset[str]]:
    """Every name that can vary, but such as only stand for parameters that are not differentiated by."""
    bound = {n for s in core.statements(fn.tree.body) for n in core.names_bound(s)} | set(fn.params)
    active = frozenset(n for n in bound if can_vary(kinds.get(n)))
    return active, active | activity(fn, kinds, classes, wrt)[1]


def _all_buffers(fn: Any, kinds: Any, classes: Any, live: Any, active: Any) -> Any:
    found = storage.storage(fn, kinds, classes, live, active)
    return replace(found, buffers=found.buffers | {n for n in active if isinstance(kinds.get(n), Array)})


_mirrored = storage._mirrored


def _all_mirrored(fn: Any, kinds: Any, classes: Any, active: Any, conflicts: Any) -> frozenset[str]:
    arrays = [(n,) for n in sorted(active) if isinstance(kinds.get(n), Array)]
    return _mirrored(fn, kinds, classes, active, [*conflicts, *arrays])


def _all_observed(fn: Any, kinds: Any, classes: Any, live: Any) -> set[tuple[str, str]]:
    """Every two names that may share memory, if either may change."""
    names = sorted(core.all_names(fn.tree) & set(kinds))
    pairs = {(a, b) for a in names for b in names if a != b and classes.may_overlap(a, b)}
    return {(a, b) for a, b in pairs if classes.is_changed(a) or classes.is_changed(b)}


def _facts(forget: Callable[[Any], Any]) -> Callable[..., Any]:
    """Reversal with less known of the arguments of the program's functions.

    What the compiler writes itself for a call that the run resolves (`lambda a: a.copy()`, known by its file) keeps its
    facts: it is made because they were missing, and would call itself for ever.
    """

    def differentiate(fn: Any, arguments: Any, *rest: Any) -> Any:
        ours = fn.origin.file.startswith("<adjoint")
        return gradient.differentiate(fn, arguments if ours else {n: forget(k) for n, k in arguments.items()}, *rest)

    return differentiate


def _rankless(kind: Any) -> Any:
    return Array(kind.dtype, None) if isinstance(kind, Array) else kind


def _nothing_known(kind: Any) -> Any:
    return UNKNOWN if isinstance(kind, (Array, Number)) and can_vary(kind) else kind


ABLATIONS: dict[str, tuple[Change, ...]] = {
    "no tidying": ((PIPELINE, "tidy", lambda fn, memory=None: fn),),
    **{f"tidying without {p.__name__}": ((TIDY, "PASSES", tuple(q for q in PASSES if q is not p)),) for p in PASSES},
    "everything active": ((gradient, "activity", _all_active),),
    "no comparison of indices": (
        (record, "written_later", lambda *_: True),
        (record, "differ_here", lambda *_: False),
    ),
    "nothing recomputed": ((record._Recorder, "choose_recomputed", lambda self: None),),
    "every cotangent a buffer": ((gradient, "storage", _all_buffers),),
    "every cotangent mirrored": ((storage, "_mirrored", _all_mirrored),),
    "every view observed": ((storage, "_observed", _all_observed),),
    "sizes unknown": ((PIPELINE, "differentiate", _facts(without_sizes)),),
    "ranks unknown": ((PIPELINE, "differentiate", _facts(_rankless)),),
    "kinds unknown": ((PIPELINE, "differentiate", _facts(_nothing_known)),),
    "no branch decided by kinds": ((gradient, "decided", lambda fn, kinds_of: (fn, kinds_of(fn))),),
}
