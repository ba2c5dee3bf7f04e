"""What a seed must be like: the cotangent of a result, or the tangent of an argument."""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.classes import dataclass
from adjoint.errors import SeedMismatch
from adjoint.runtime import objects, trees

_NUMBERS = (int, float, complex, np.number)


class Described:
    """What a seed for one number or array must be like."""

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


@dataclass(frozen=True)
class _Wording:
    """How messages call a seed, and what it is for."""

    seed: str
    verb: str
    whole: str


def described(value: Any) -> Any:
    """What seeds for the numbers and arrays in a value must be like, in its structure."""
    return trees.map_leaves(Described, value)


def checked_seed(seed: Any, out: Any, title: str) -> Any:
    """The cotangent of a function's result as generated code takes it; None inside stands for zeros.

    Raises:
        SeedMismatch: if the seed is not like the result.
    """
    return _checked(seed, out, _Wording(f"the seed of `{title}`", f"`{title}` returns", "its result"))


def checked_tangent(tangent: Any, argument: Any, name: str) -> Any:
    """The tangent of an argument as generated code takes it; None stands for zeros.

    >>> checked_tangent(1, 2.0, "x")
    1.0

    Raises:
        SeedMismatch: if the tangent is not like the argument.
    """
    wording = _Wording(f"the tangent of `{name}`", f"`{name}` is", "the argument")
    return _checked(tangent, trees.map_parts(Described, argument), wording)


def _checked(seed: Any, out: Any, wording: _Wording) -> Any:
    if isinstance(out, Described):
        return _checked_leaf(seed, out, wording)
    if seed is None:
        return trees.map_leaves(lambda leaf: leaf.zeros(), out)
    if isinstance(out, dict):
        if not isinstance(seed, dict) or seed.keys() != out.keys():
            advice = "Give a dictionary with a seed for each; None stands for zeros."
            raise SeedMismatch(f"{wording.verb} a dictionary with the keys {list(out)}\n  {advice}")
        return {key: _checked(seed[key], out[key], wording) for key in out}
    if not isinstance(out, (list, tuple)):
        return _checked_object(seed, out, wording)
    if not isinstance(seed, (list, tuple)) or len(seed) != len(out):
        raise SeedMismatch(f"{wording.verb} {len(out)} values\n  Give a {_sequence(out)} of {len(out)} seeds.")
    checked = [_checked(s, o, wording) for s, o in zip(seed, out)]
    if isinstance(out, list):
        return checked
    return type(out)(*checked) if hasattr(out, "_fields") else tuple(checked)


def _checked_object(seed: Any, out: Any, wording: _Wording) -> Any:
    if type(seed) is not type(out):
        name = type(out).__name__
        raise SeedMismatch(f"{wording.verb} a {name}, {wording.seed} is a {type(seed).__name__}\n  Give a {name}.")
    fields = objects.fields_of(seed)
    checked = {n: _checked(fields[n], d, wording) for n, d in objects.fields_of(out).items() if n in fields}
    return objects.like(seed, **checked)


def _sequence(out: Any) -> str:
    return "list" if isinstance(out, list) else "tuple"


def _checked_leaf(seed: Any, out: Described, wording: _Wording) -> Any:
    if seed is None or not out.numeric:  # a text, say, has no derivative
        return out.zeros()
    found = np.asarray(seed)
    if found.dtype.kind not in "fciu" or isinstance(seed, bool):
        raise SeedMismatch(f"{wording.seed} is a {type(seed).__name__}\n  Give {out} of floats.")
    if found.shape != out.shape:
        given = f"an array of shape {found.shape}" if found.shape else "a number"
        raise SeedMismatch(f"{wording.verb} {out}, the seed is {given}\n  Give {out}.")
    if found.dtype.kind == "c" and out.dtype.kind != "c":
        raise SeedMismatch(f"{wording.seed} is complex, {wording.whole} is real\n  Give {out} of real numbers.")
    if out.array:
        return found.astype(out.dtype, copy=False)
    number = found.item() if found.dtype.itemsize <= 16 else found[()]
    return float(number) if isinstance(number, int) else number
