"""The pullback that `vjp` returns, the seeds that it takes, and the Jacobian that is made of its rows."""

from __future__ import annotations

from _thread import allocate_lock
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from adjoint.arguments import varies
from adjoint.errors import SeedMismatch
from adjoint.runtime import trees
from adjoint.runtime.objects import is_object
from adjoint.seeds import Described, checked_seed, described
from adjoint.templates import LEAF, Template


class Pullback:
    """Map a cotangent of the result to the cotangents of the arguments; may be called any number of times.

    The seed has the structure and shape of the result. Each call computes anew from the record of the forward sweep:
    neither earlier calls nor later changes of the arguments matter, and what is returned is the caller's own.
    """

    def __init__(
        self,
        title: str,
        out: Any,
        held: tuple[Any, ...],
        record: Any,
        compiled: Any,
        pull: Callable[..., Any],
        template: Template = LEAF,
    ) -> None:
        self.compiled = compiled
        self._title = title
        self._out = described(out)
        self._is_nothing = out is None
        self._given = (*held, record)
        self._pull = pull
        self._template = template
        # A record may hold cotangents that the reverse sweep writes.
        self._lock = allocate_lock()

    def __call__(self, seed: Any) -> Any:
        """Return the product of `seed` with the Jacobian.

        Raises:
            SeedMismatch: if the seed is not like the result.
        """
        if seed is None and not self._is_nothing:
            raise SeedMismatch(f"the seed of `{self._title}` is a NoneType\n  Give one like the result.")
        checked = checked_seed(self._template.taken(seed), self._out, self._title)
        try:
            with self._lock:
                return self._pull(self.compiled.reverse, *self._given, checked)
        except Exception as exc:  # whatever the user's code raises is raised again
            from adjoint.caching import explain

            explain(exc, self.compiled)
            raise

    def __repr__(self) -> str:
        return f"<pullback of {self._title}>"


def jacobian_of(out: Any, pullback: Pullback, arguments: Sequence[Any]) -> Iterator[Any]:
    """Yield for each argument the derivative of the result: of shape `out.shape + argument.shape`.

    A result in a list, tuple or dictionary gives a Jacobian for each of its parts, in the same structure; None for
    what is neither number nor array.
    """
    rows: list[tuple[Any, ...]] = []
    total = [np.asarray(leaf if Described(leaf).numeric else ()) for leaf in trees.leaves(out)]
    for k, leaf in enumerate(total):
        for position in range(leaf.size):
            rows.append(_row(out, pullback, k, position, bool(np.iscomplexobj(leaf))))
    for which, argument in enumerate(arguments):
        start = 0
        parts = []
        for leaf in total:
            chosen = [row[which] for row in rows[start : start + leaf.size]]
            parts.append(_stacked(chosen, leaf, argument))
            start += leaf.size
        remaining = iter(parts)
        yield trees.map_leaves(lambda leaf, remaining=remaining: _part(leaf, next(remaining)), out)


def _part(leaf: Any, matrix: Any) -> Any:
    """The Jacobian of one part of a result; a text, say, has none."""
    return matrix if Described(leaf).numeric else None


def _row(out: Any, pullback: Pullback, which: int, position: int, is_complex: bool) -> tuple[Any, ...]:
    """The gradients of one number of the result.

    The gradient of a complex number by a real one is its derivative's real part, so its imaginary part is asked for
    apart: as the real part of -i times it.
    """
    found: tuple[Any, ...] = pullback(_one_hot(out, which, position, 1.0))
    if not is_complex:
        return found
    turned: tuple[Any, ...] = pullback(_one_hot(out, which, position, -1j))
    return tuple(
        trees.map_parts(lambda a, b: a if np.iscomplexobj(a) or not varies(a) else a + 1j * b, a, b)
        for a, b in zip(found, turned)
    )


def _one_hot(out: Any, which: int, position: int, value: complex) -> Any:
    counter = iter(range(len(trees.leaves(out))))

    def seed(leaf: Any) -> Any:
        here = next(counter) == which
        if not isinstance(leaf, np.ndarray):
            return value if here else 0.0
        zeros = np.zeros(leaf.shape, leaf.dtype if leaf.dtype.kind in "fc" else float)
        if here:
            zeros.flat[position] = value
        return zeros

    return trees.map_leaves(seed, out)


def _stacked(rows: list[Any], leaf: Any, argument: Any) -> Any:
    if isinstance(argument, (list, tuple, dict)) or is_object(argument):
        return trees.map_parts(lambda part, *each: _stacked(list(each), leaf, part), argument, *rows)
    if not varies(argument):
        return argument
    shape = leaf.shape + np.shape(argument)
    if not rows:
        return np.zeros(shape)
    if shape == () and not isinstance(argument, np.ndarray):
        return rows[0]
    return np.array(rows).reshape(shape)
