"""Views of dictionaries, `d.keys()`, `d.values()`, `d.items()`: lists of what stands there, until that changes.

    >>> from adjoint.structures.values import Record, State, View
    >>> d, items = Record(dict, None), Record(list, None)
    >>> state = State(keys={d: ("a", "b"), items: (0, 1)}, views={items: View(d, ("a", "b"), True)})
    >>> outdate(d, "b", state)
    >>> state.stale == {(items, 1)}
    True

Python's views show what stands in the dictionary when they are read. So what has changed since may not be read from the
list; whoever does makes the dictionary one of the run, of which the kinds know more (`analysis.late`).
"""

from __future__ import annotations

from typing import Any

from adjoint.structures.values import Record, State, View

LENGTH = object()  # in the place of a key: how many items there are, and which


def outdate(owner: Record, key: Any, state: State) -> None:
    """Note that something was stored under a key of a dictionary, or taken from there."""
    for view, taken in state.views.items():
        if taken.owner is not owner:
            continue
        if key not in taken.keys or key not in state.keys[owner]:
            state.stale |= {(view, k) for k in range(len(taken.keys))} | {(view, LENGTH)}
        elif taken.of_values:
            state.stale.add((view, taken.keys.index(key)))


def owner_of(record: Record, state: State) -> Record:
    """The dictionary of which a list is a view; any other record itself."""
    taken: View | None = state.views.get(record)
    return record if taken is None else taken.owner
