"""What forward mode hands out: results with their tangents, and the Jacobian made of these, column by column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, count, islice
from typing import Any

import numpy as np

from adjoint.arguments import varies
from adjoint.pullback import jacobian_of
from adjoint.results import is_sole
from adjoint.runtime import trees
from adjoint.runtime.arrays import owned
from adjoint.seeds import Described

Run = Callable[..., Any]
# Tangents stand by argument, those of an argument in a list.
PushSeveral = Callable[[Sequence[Any], Sequence[Sequence[Any]]], tuple[Any, list[Any]]]
TOGETHER = 64  # so many tangents are pushed in one sweep: each has intermediate values of its own
Push = Callable[[Sequence[Any], Sequence[Any]], tuple[Any, Any]]


def pushed(run: Run, extra: tuple[Any, ...], has_aux: bool) -> Push:
    """The function of arguments and tangents that gives a result and its tangent, both the caller's own.

    A tangent has the type of what it is the tangent of. With `has_aux` the result is a pair of which the first half
    has one.
    """

    def push(args: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
        out, out_dot = run(*args, *extra, *tangents)
        held = {id(leaf) for leaf in trees.parts((tuple(args), tuple(tangents))) if isinstance(leaf, np.ndarray)}
        out = trees.map_leaves(lambda leaf: _own(leaf, held), out)
        value = out[0] if has_aux else out
        return out, trees.map_leaves(lambda leaf, dot: _own(_typed(leaf, dot), held), value, out_dot)

    return push


def pushed_several(compiled: Any, extra: tuple[Any, ...], has_aux: bool) -> PushSeveral:
    """The same for several tangents of each argument, which share the computation of the primal where they can.

    A tangent that is returned may be any of those given: nobody but the caller of `jacobian_by_columns` sees them.
    """
    if not compiled.several:
        push = pushed(compiled.run, extra, has_aux)

        def one_by_one(args: Sequence[Any], tangents: Sequence[Sequence[Any]]) -> tuple[Any, list[Any]]:
            pairs = [push(args, each) for each in zip(*tangents)]
            return pairs[0][0], [dot for _, dot in pairs]

        return one_by_one

    def together(args: Sequence[Any], tangents: Sequence[Sequence[Any]]) -> tuple[Any, list[Any]]:
        out, dots = compiled.run(*args, *extra, *map(list, tangents))
        value = out[0] if has_aux else out
        return trees.map_leaves(owned, out), [trees.map_leaves(_typed, value, dot) for dot in dots]

    return together


def _own(leaf: Any, held: set[int]) -> Any:
    """An array that nobody else has: a copy of a view, and of one that came from the caller or stands here twice."""
    if not isinstance(leaf, np.ndarray):
        return leaf
    if (leaf.base is None or is_sole(leaf.base)) and leaf.flags.writeable and id(leaf) not in held:
        held.add(id(leaf))
        return leaf
    return leaf.copy()


def _typed(leaf: Any, dot: Any) -> Any:
    """A tangent as an array, a NumPy scalar or a Python number, as the value is one; None for what has none."""
    if not Described(leaf).numeric:
        return None
    if isinstance(leaf, np.ndarray):
        kind = leaf.dtype if leaf.dtype.kind in "fc" else None
        return dot if isinstance(dot, np.ndarray) and dot.dtype == kind else np.array(dot, dtype=kind)
    if isinstance(leaf, np.inexact):
        return leaf.dtype.type(dot)
    return dot.item() if isinstance(dot, (np.ndarray, np.generic)) else dot


def jacobian_by_columns(
    push: Callable[[Sequence[Sequence[Any]]], tuple[Any, list[Any]]],
    arguments: Sequence[Any],
    together: int | None = TOGETHER,
) -> Iterator[Any]:
    """Yield a result, then for each argument its derivative: of shape `out.shape + argument.shape`.

    So many columns are computed `together`, in one run of the function; None: all of them. A result in a list, tuple
    or dictionary gives a Jacobian for each of its parts, in the same structure; None for what is neither number nor
    array.
    """
    zeros = [trees.map_parts(_zero, argument) for argument in arguments]
    seeds = chain([zeros], _seeds(arguments, zeros))  # the first tangent tells shapes, also where nothing varies
    columns: list[list[Any]] = []
    while batch := list(islice(seeds, together)):
        out, dots = push([[seed[k] for seed in batch] for k in range(len(arguments))])
        if not columns:
            yield out
            out_dot = dots[0]
        columns += [trees.leaves(dot) for dot in dots]
    shapes, columns = [np.asarray(leaf) for leaf in columns[0]], columns[1:]
    for argument in arguments:
        count = sum([np.size(leaf) for leaf in trees.parts(argument) if varies(leaf)])
        own, columns = columns[:count], columns[count:]
        matrices = iter([_of_part([c[k] for c in own], leaf, argument) for k, leaf in enumerate(shapes)])
        yield trees.map_leaves(lambda leaf, found=matrices: _numeric(leaf, next(found)), out_dot)


def _seeds(arguments: Sequence[Any], zeros: Sequence[Any]) -> Iterator[list[Any]]:
    """The tangents of all arguments in which one number is 1."""
    for which, argument in enumerate(arguments):
        for direction in _directions(argument, [leaf for leaf in trees.parts(argument) if varies(leaf)]):
            yield [direction if k == which else zero for k, zero in enumerate(zeros)]


def product_of(out: Any, pullback: Any, arguments: Sequence[Any]) -> Callable[[Sequence[Any]], Any]:
    """The product of a Jacobian with tangents of the arguments; the Jacobian by rows, from a pullback."""
    found: list[Any] = []

    def product(tangents: Sequence[Any]) -> Any:
        if not found:
            found.append(list(jacobian_of(out, pullback, arguments)))
        return trees.map_leaves(lambda leaf, *rows: _typed(leaf, _product(rows, tangents)), out, *found[0])

    return product


def _product(rows: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """The rows of one part of the result, times the tangents."""
    pairs = [pair for r, t in zip(rows, tangents) if r is not None for pair in zip(trees.parts(r), trees.parts(t))]
    return sum([np.tensordot(row, dot, np.ndim(dot)) for row, dot in pairs if varies(dot)])


def _zero(leaf: Any) -> Any:
    return Described(leaf).zeros() if varies(leaf) else leaf


def _directions(argument: Any, parts: Sequence[Any]) -> Iterator[Any]:
    """The tangents of an argument in which one number is 1."""
    for which, part in enumerate(parts):
        for position in range(np.size(part)):
            yield _direction(argument, which, position)


def _direction(argument: Any, which: int, position: int) -> Any:
    places = count()

    def seed(leaf: Any) -> Any:
        return _unit(leaf, next(places) == which, position) if varies(leaf) else leaf

    return trees.map_parts(seed, argument)


def _unit(leaf: Any, here: bool, position: int) -> Any:
    if not isinstance(leaf, np.ndarray):
        return 1.0 if here else 0.0
    seed = np.zeros_like(leaf)
    if here:
        seed.flat[position] = 1.0
    return seed


def _of_part(columns: list[Any], leaf: Any, argument: Any) -> Any:
    """The derivative of one part of the result by an argument, in the argument's structure."""
    remaining = iter(columns)

    def stacked(part: Any) -> Any:
        if not varies(part):
            return part
        taken = [next(remaining) for _ in range(np.size(part))]
        if leaf.shape == () and not isinstance(part, np.ndarray):
            return taken[0]
        shape = (*leaf.shape, *np.shape(part))
        return np.stack(taken, axis=-1).reshape(shape) if taken else np.zeros(shape)

    return trees.map_parts(stacked, argument)


def _numeric(leaf: Any, matrix: Any) -> Any:
    """The Jacobian of one part of a result; a text, say, has none."""
    return matrix if Described(leaf).numeric else None
