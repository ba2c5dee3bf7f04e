"""What a caller gets: gradients of the type, shape and dtype of their arguments, in memory of their own.

    >>> settle = one(finisher(2, "x"))
    >>> settle(np.float64(3.0))
    3.0
    >>> kept = np.ones(3)
    >>> finish = one(finisher(np.zeros(3), "x"))
    >>> finish(kept) is kept  # someone else has it: copied
    False

Generated code gives fresh arrays nearly always. An array that nobody else refers to, neither by a name nor as the base
of a view, shares its memory with nobody; that is what is tested here, by counting references. How many there are when
nobody else holds any is measured once, by a trial: it differs between versions of Python. A debugger that holds one
more costs a copy and no more. The base of an array that compiled code has made is its memory.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adjoint.arguments import varies
from adjoint.errors import InternalError, NotScalar
from adjoint.runtime import objects, trees

Finish = Callable[[Any], Any]
Made = Callable[[int], Finish]  # a finisher, once it is told the number of references to an array that nobody else has


def finisher(argument: Any, name: str) -> Made:
    """Return what turns a computed gradient into the one to hand out, for arguments of the exact key of this one."""
    if isinstance(argument, np.ndarray):
        return _array(argument.dtype, argument.shape, name)
    if isinstance(argument, (list, tuple, dict)) or objects.is_object(argument):
        return _tree(argument, name)
    return _number(argument)


def one(made: Made) -> Finish:
    """Finish a single gradient."""
    finish = made(_ONE)
    return finish


def several(made: Sequence[Made]) -> Finish:
    """Finish a tuple of gradients; generated code gives one that is alone as it is."""
    return _only(made[0](_ONLY)) if len(made) == 1 else _several([m(_SEVERAL) for m in made])


def with_value(made: Sequence[Made], single: bool) -> Finish:
    """Finish a pair of a result and its gradient or gradients."""
    if single:
        return _valued_one(made[0](_VALUED_ONE))
    if len(made) == 1:
        return _valued_only(made[0](_VALUED_ONLY))
    return _valued_several([m(_VALUED_SEVERAL) for m in made])


def with_aux(finish: Finish, built: Finish) -> Finish:
    """Finish a pair of a result that is itself a pair, and its gradients: the former's second half is the caller's."""

    def finished(pair: Any) -> tuple[Any, Any]:
        (value, aux), gradient = finish(pair)
        return (value, built(own(aux))), gradient

    return finished


def own(tree: Any) -> Any:
    """What a tree holds, arrays copied: the function may go on using its own."""
    return trees.map_leaves(lambda leaf: leaf.copy() if isinstance(leaf, np.ndarray) else leaf, tree)


def require_scalar(out: Any, title: str, call: str, options: str = "") -> None:
    """Raise NotScalar unless a function's result is one number.

    Raises:
        NotScalar: which says what can be asked for instead.
    """
    if isinstance(out, (int, float, complex, np.number, np.bool_)) or (isinstance(out, np.ndarray) and out.ndim == 0):
        return
    described = f"an array of shape {out.shape}" if isinstance(out, np.ndarray) else f"a {type(out).__name__}"
    raise NotScalar(not_scalar(title, call, described, options))


def describe(kind: Any) -> str:
    """A result of this kind, in the words of a message.

    >>> from adjoint.analysis.values import kind_of
    >>> describe(kind_of(np.ones((2, 3)))), describe(kind_of((1.0, 2.0))), describe(kind_of(None))
    ('an array of rank 2', 'a tuple', 'None')
    """
    from adjoint.analysis.kinds import Array, ListOf, Static, TupleOf

    match kind:
        case Array(shape=tuple(shape)):
            return f"an array of rank {len(shape)}"
        case TupleOf():
            return "a tuple"
        case ListOf():
            return "a list"
        case Static(value=None):
            return "None"
    return "something else than a number"


def not_scalar(title: str, call: str, described: str, options: str = "") -> str:
    """The message for a gradient of something else than a number; `call` is a call's arguments as text.

    `options` are those that the transformation was given, as text.
    """
    text = (
        f"`{title}` returns {described}, and a gradient is that of one number\n"
        "  What you may want is\n"
        f"    the product of a vector v with the Jacobian:  vjp({title}{options})({call})[1](v)\n"
        f"    the Jacobian, row by row:                     jacobian({title}{options})({call})"
    )
    if options:
        return text
    return (
        f"{text}\n    the gradient of the sum:                      grad(lambda {call}: {title}({call}).sum())({call})"
    )


def _number(argument: Any) -> Made:
    kind: Any = type(argument)
    if issubclass(kind, np.integer):
        kind = np.float64
    elif not issubclass(kind, (np.inexact, complex)):
        kind = float

    def finish(gradient: Any) -> Any:
        return gradient if type(gradient) is kind else kind(gradient)

    return lambda limit: finish


def _array(dtype: np.dtype[Any], shape: tuple[int, ...], name: str) -> Made:
    def made(limit: int, ndarray: Any = np.ndarray, count: Callable[[Any], int] = sys.getrefcount) -> Finish:
        def finish(gradient: Any) -> Any:
            if (
                type(gradient) is ndarray
                and count(gradient) <= limit
                and gradient.dtype is dtype
                and gradient.shape == shape
                and gradient.flags.writeable
            ):
                base = gradient.base
                if base is None or is_sole(base):
                    return gradient
            return _renewed(gradient, dtype, shape, name)

        return finish

    return made


def is_sole(base: Any) -> bool:
    """Is this memory that compiled code made, and that one array alone has? Numba counts who does."""
    return type(base) is not np.ndarray and getattr(base, "refcount", 0) == 1 and base.parent is None


def _renewed(gradient: Any, dtype: np.dtype[Any], shape: tuple[int, ...], name: str) -> Any:
    if np.shape(gradient) != shape:
        found = f"the gradient by `{name}` has shape {np.shape(gradient)}, its argument {shape}"
        raise InternalError("result", found)
    if np.iscomplexobj(gradient) and dtype.kind != "c":
        raise InternalError("result", f"the gradient by `{name}` is complex, its argument is not")
    return np.array(gradient, dtype=dtype, subok=False)


def _kept(limit: int) -> Finish:
    """What carries no derivative is handed out as it is."""
    return lambda value: value


def _tree(argument: Any, name: str) -> Made:
    finishers = trees.map_parts(lambda leaf: finisher(leaf, name) if varies(leaf) else _kept, argument)

    def made(limit: int) -> Finish:
        # No count of references is known in here: every array is copied.
        ready = trees.map_parts(lambda m: m(0), finishers)
        return lambda gradient: trees.map_parts(lambda finish, leaf: finish(leaf), ready, gradient)

    return made


def _only(inner: Finish) -> Finish:
    return lambda gradient: (inner(gradient),)


def _several(finishers: Sequence[Finish]) -> Finish:
    def finish(gradients: Any) -> tuple[Any, ...]:
        return tuple([f(g) for f, g in zip(finishers, gradients)])

    return finish


def _valued_one(inner: Finish) -> Finish:
    def finish(pair: Any) -> tuple[Any, Any]:
        out, gradient = pair
        return out, inner(gradient)

    return finish


def _valued_only(inner: Finish) -> Finish:
    def finish(pair: Any) -> tuple[Any, tuple[Any]]:
        out, gradient = pair
        return out, (inner(gradient),)

    return finish


def _valued_several(finishers: Sequence[Finish]) -> Finish:
    def finish(pair: Any) -> tuple[Any, Any]:
        out, gradients = pair
        return out, tuple([f(g) for f, g in zip(finishers, gradients)])

    return finish


def _first(inner: Finish) -> Finish:
    def finish(pair: Any) -> tuple[Any, Any]:
        out, record = pair
        return inner(out), record

    return finish


def _owned(limit: int, count: Callable[[Any], int] = sys.getrefcount) -> Finish:
    def finish(out: Any) -> Any:
        if type(out) is np.ndarray and (out.base is None or is_sole(out.base)) and count(out) <= limit:
            return out
        return trees.map_leaves(lambda leaf: leaf.copy() if isinstance(leaf, np.ndarray) else leaf, out)

    return finish


def _references(make: Callable[[Finish], Finish], fresh: Callable[[], Any]) -> int:
    """How many references a finisher counts, on this way to it, to an array that only the way itself holds."""
    found = []

    def probe(gradient: Any, count: Callable[[Any], int] = sys.getrefcount) -> Any:
        found.append(count(gradient))
        return gradient

    make(probe)(fresh())
    return min(found)


_ONE = _references(lambda probe: probe, lambda: np.empty(0))
_ONLY = _references(_only, lambda: np.empty(0))
_SEVERAL = _references(lambda probe: _several([probe, probe]), lambda: (np.empty(0), np.empty(0)))
_VALUED_ONE = _references(_valued_one, lambda: (0.0, np.empty(0)))
_VALUED_ONLY = _references(_valued_only, lambda: (0.0, np.empty(0)))
_VALUED_SEVERAL = _references(lambda p: _valued_several([p, p]), lambda: (0.0, (np.empty(0), np.empty(0))))

# Map the pair of a result and the record of a forward sweep to a pair whose result is the caller's own.
own_first = _first(_owned(_references(_first, lambda: (np.empty(0), None))))
