"""The pullback that `vjp` returns, the seeds that it takes, and the Jacobian that is made of its rows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from adjoint.arguments import varies
from adjoint.errors import SeedMismatch, note_user_line
from adjoint.runtime import trees
from adjoint.runtime.objects import is_object
from adjoint.templates import LEAF, Template

_NUMBERS = (int, float, complex, np.number)


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
        self._out = trees.map_leaves(_described, out)
        self._is_nothing = out is None
        self._given = (*held, record)
        self._pull = pull
        self._template = template
        # A record may hold cotangents that the reverse sweep writes.
        self._lock = threading.Lock()

    def __call__(self, seed: Any) -> Any:
        """Return the product of `seed` with the Jacobian.

        Raises:
            SeedMismatch: if the seed is not like the result.
        """
        if seed is None and not self._is_nothing:
            raise SeedMismatch(f"the seed of `{self._title}` is a NoneType\n  Give one like the result.")
        checked = _checked(self._template.taken(seed), self._out, self._title)
        try:
            with self._lock:
                return self._pull(self.compiled.reverse, *self._given, checked)
        except Exception as exc:
            from adjoint.caching import lines_of

            note_user_line(exc, lines_of(self.compiled))
            raise

    def __repr__(self) -> str:
        return f"<pullback of {self._title}>"


class _Described:
    """What a seed for one number or array of the result must be like."""

    def __init__(self, leaf: Any) -> None:
        self.array = isinstance(leaf, np.ndarray)
        self.shape: tuple[int, ...] = np.shape(leaf) if isinstance(leaf, (np.ndarray, *_NUMBERS)) else ()
        self.numeric = self.array or isinstance(leaf, _NUMBERS)
        kind = leaf.dtype if isinstance(leaf, (np.ndarray, np.generic)) else np.asarray(leaf).dtype
        self.dtype = kind if kind.kind in "fc" else np.dtype(float)

    def zeros(self) -> Any:
        """The seed by which nothing flows."""
        return np.zeros(self.shape, self.dtype) if self.array else 0.0

    def __str__(self) -> str:
        return f"an array of shape {self.shape}" if self.array else "a number"


def _described(leaf: Any) -> _Described:
    return _Described(leaf)


def _checked(seed: Any, out: Any, title: str) -> Any:
    """The seed as generated code takes it; None inside stands for zeros."""
    if isinstance(out, _Described):
        return _checked_leaf(seed, out, title)
    if seed is None:
        return trees.map_leaves(lambda leaf: leaf.zeros(), out)
    if isinstance(out, dict):
        if not isinstance(seed, dict) or seed.keys() != out.keys():
            advice = "Give a dictionary with a seed for each; None stands for zeros."
            raise SeedMismatch(f"`{title}` returns a dictionary with the keys {list(out)}\n  {advice}")
        return {key: _checked(seed[key], out[key], title) for key in out}
    if not isinstance(seed, (list, tuple)) or len(seed) != len(out):
        raise SeedMismatch(f"`{title}` returns {len(out)} values\n  Give a {_sequence(out)} of {len(out)} seeds.")
    checked = [_checked(s, o, title) for s, o in zip(seed, out)]
    return checked if isinstance(out, list) else tuple(checked)


def _sequence(out: Any) -> str:
    return "list" if isinstance(out, list) else "tuple"


def _checked_leaf(seed: Any, out: _Described, title: str) -> Any:
    if seed is None or not out.numeric:  # a text, say, has no cotangent
        return out.zeros()
    found = np.asarray(seed)
    if found.dtype.kind not in "fciu" or isinstance(seed, bool):
        raise SeedMismatch(f"the seed of `{title}` is a {type(seed).__name__}\n  Give {out} of floats.")
    if found.shape != out.shape:
        given = f"an array of shape {found.shape}" if found.shape else "a number"
        raise SeedMismatch(f"`{title}` returns {out}, the seed is {given}\n  Give {out}.")
    if found.dtype.kind == "c" and out.dtype.kind != "c":
        raise SeedMismatch(f"the seed of `{title}` is complex, its result is real\n  Give {out} of real numbers.")
    if out.array:
        return found.astype(out.dtype, copy=False)
    number = found.item() if found.dtype.itemsize <= 16 else found[()]
    return float(number) if isinstance(number, int) else number


def jacobian_of(out: Any, pullback: Pullback, arguments: Sequence[Any]) -> Iterator[Any]:
    """Yield for each argument the derivative of the result: of shape `out.shape + argument.shape`.

    A result in a list, tuple or dictionary gives a Jacobian for each of its parts, in the same structure; None for
    what is neither number nor array.
    """
    rows: list[tuple[Any, ...]] = []
    total = [np.asarray(leaf if _Described(leaf).numeric else ()) for leaf in trees.leaves(out)]
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
    return matrix if _Described(leaf).numeric else None


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
