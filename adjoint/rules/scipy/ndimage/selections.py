"""Filters of `scipy.ndimage` that choose a cell of each window: extrema, ranks, medians, grey morphology.

    ndimage.median_filter(a, 3)     each cell's cotangent goes to the cell of `a` that it is

Where several cells of a window have the chosen value, they share its cotangent equally. `output=` and `axes=` are
refused, and so is a structure of which the values count.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from adjoint.errors import UnsupportedArgument
from adjoint.rules import late
from adjoint.rules.declare import constant, jvp, vjp
from adjoint.rules.moving import brought_back, cells_of
from adjoint.rules.scipy.ndimage.linear import alone, each, turned
from adjoint.rules.scipy.transpose import reach, taken


@constant
def choices(a: Any, out: Any, footprint: Any, modes: Any, origins: Any, cval: Any) -> Any:
    """For each cell of the windows, in turn: its number (-1 for what was filled in), and its share in the result.

    >>> a = np.array([1.0, 5.0, 2.0])
    >>> numbers, shares = choices(a, np.array([5.0, 5.0, 5.0]), np.ones(3, dtype=bool), ("nearest",), (0,), 0.0)
    >>> numbers.tolist(), shares.tolist()
    ([[0, 0, 1], [0, 1, 2], [1, 2, 2]], [[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    """
    low, high = reach(footprint, origins)
    padded = cells_of(a)
    for axis, mode in enumerate(modes):
        index = taken(a.shape[axis], low[axis], high[axis], mode)
        inside = np.reshape(index >= 0, (-1,) + (1,) * (a.ndim - 1 - axis))
        padded = np.where(inside, np.take(padded, np.maximum(index, 0), axis=axis), -1)
    places = [place for place in np.ndindex(*np.shape(footprint)) if footprint[place]]
    windows = [tuple([slice(k, k + n) for k, n in zip(place, a.shape, strict=True)]) for place in places]
    numbers = np.stack([padded[window] for window in windows])
    equal = np.where(numbers >= 0, np.ravel(a)[numbers], cval) == out
    return numbers, equal / np.maximum(np.sum(equal, axis=0), 1)


def chosen_back(a: Any, numbers: Any, shares: Any, out_bar: Any) -> Any:
    """The cotangent of an array of which cells were chosen."""
    return brought_back(a, numbers, (shares * out_bar).astype(out_bar.dtype))


def chosen(a_dot: Any, numbers: Any, shares: Any) -> Any:
    """The tangents of the cells chosen."""
    moved = np.where(numbers >= 0, np.ravel(a_dot)[numbers], 0.0)
    return np.sum(shares * moved, axis=0).astype(a_dot.dtype)


@constant
def window_of(a: Any, size: Any, footprint: Any) -> Any:
    """The cells of a window that count."""
    return np.ones(each(size, a), dtype=bool) if footprint is None else np.asarray(footprint, dtype=bool)


@vjp(ndimage.maximum_filter, ndimage.minimum_filter, ndimage.median_filter, operands=("input",))
def extremum(
    input: Any,
    size: Any = None,
    footprint: Any = None,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    out: Any,
    out_bar: Any,
) -> Any:
    window = window_of(input, size, footprint)
    numbers, shares = choices(input, out, window, each(mode, input), each(origin, input), cval)
    return chosen_back(input, numbers, shares, out_bar)


@jvp(ndimage.maximum_filter, ndimage.minimum_filter, ndimage.median_filter)
def extremum_jvp(
    input: Any,
    size: Any = None,
    footprint: Any = None,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    out: Any,
    input_dot: Any,
) -> Any:
    window = window_of(input, size, footprint)
    numbers, shares = choices(input, out, window, each(mode, input), each(origin, input), cval)
    return chosen(input_dot, numbers, shares)


@vjp(ndimage.rank_filter, operands=("input",))
def rank_filter(
    input: Any,
    rank: Any,
    size: Any = None,
    footprint: Any = None,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    out: Any,
    out_bar: Any,
) -> Any:
    return extremum(input, size, footprint, mode=mode, cval=cval, origin=origin, out=out, out_bar=out_bar)


@jvp(ndimage.rank_filter)
def rank_filter_jvp(
    input: Any,
    rank: Any,
    size: Any = None,
    footprint: Any = None,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    out: Any,
    input_dot: Any,
) -> Any:
    return extremum_jvp(input, size, footprint, mode=mode, cval=cval, origin=origin, out=out, input_dot=input_dot)


@vjp(ndimage.percentile_filter, operands=("input",))
def percentile_filter(
    input: Any,
    percentile: Any,
    size: Any = None,
    footprint: Any = None,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    out: Any,
    out_bar: Any,
) -> Any:
    return extremum(input, size, footprint, mode=mode, cval=cval, origin=origin, out=out, out_bar=out_bar)


@jvp(ndimage.percentile_filter)
def percentile_filter_jvp(
    input: Any,
    percentile: Any,
    size: Any = None,
    footprint: Any = None,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    out: Any,
    input_dot: Any,
) -> Any:
    return extremum_jvp(input, size, footprint, mode=mode, cval=cval, origin=origin, out=out, input_dot=input_dot)


# Along one axis


@vjp(ndimage.maximum_filter1d, ndimage.minimum_filter1d, operands=("input",))
def extremum_along(
    input: Any,
    size: Any,
    axis: Any = -1,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    out: Any,
    out_bar: Any,
) -> Any:
    numbers, shares = choices_along(input, out, size, axis, mode, origin, cval)
    rows = np.moveaxis(input, axis, -1)
    return np.moveaxis(chosen_back(rows, numbers, shares, np.moveaxis(out_bar, axis, -1)), -1, axis) + 0.0


@jvp(ndimage.maximum_filter1d, ndimage.minimum_filter1d)
def extremum_along_jvp(
    input: Any,
    size: Any,
    axis: Any = -1,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    out: Any,
    input_dot: Any,
) -> Any:
    numbers, shares = choices_along(input, out, size, axis, mode, origin, cval)
    return np.moveaxis(chosen(np.moveaxis(input_dot, axis, -1), numbers, shares), -1, axis)


@constant
def choices_along(a: Any, out: Any, size: Any, axis: Any, mode: Any, origin: Any, cval: Any) -> Any:
    """The choices of windows along an axis, which is moved to the end."""
    rows, found, n = np.moveaxis(a, axis, -1), np.moveaxis(out, axis, -1), np.ndim(a)
    window = np.ones((1,) * (n - 1) + (size,), dtype=bool)
    return choices(rows, found, window, alone(mode, n, "constant"), alone(origin, n, 0), cval)


# Grey morphology: a dilation has the window of a maximum turned around, an erosion that of a minimum.


@vjp(ndimage.grey_erosion, operands=("input",))
def grey_erosion(
    input: Any,
    size: Any = None,
    footprint: Any = None,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    out: Any,
    out_bar: Any,
) -> Any:
    return extremum(input, size, footprint, mode=mode, cval=cval, origin=origin, out=out, out_bar=out_bar)


@jvp(ndimage.grey_erosion)
def grey_erosion_jvp(
    input: Any,
    size: Any = None,
    footprint: Any = None,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    out: Any,
    input_dot: Any,
) -> Any:
    return extremum_jvp(input, size, footprint, mode=mode, cval=cval, origin=origin, out=out, input_dot=input_dot)


@vjp(ndimage.grey_dilation, operands=("input",))
def grey_dilation(
    input: Any,
    size: Any = None,
    footprint: Any = None,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    out: Any,
    out_bar: Any,
) -> Any:
    window = np.flip(window_of(input, size, footprint))
    origins = turned(each(origin, input), np.shape(window))
    numbers, shares = choices(input, out, window, each(mode, input), origins, cval)
    return chosen_back(input, numbers, shares, out_bar)


@jvp(ndimage.grey_dilation)
def grey_dilation_jvp(
    input: Any,
    size: Any = None,
    footprint: Any = None,
    *,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    out: Any,
    input_dot: Any,
) -> Any:
    window = np.flip(window_of(input, size, footprint))
    origins = turned(each(origin, input), np.shape(window))
    numbers, shares = choices(input, out, window, each(mode, input), origins, cval)
    return chosen(input_dot, numbers, shares)


# One behind the other, and their differences


def plain(structure: Any, output: Any) -> None:
    """Refuse what is not a choice of cells.

    Raises:
        UnsupportedArgument: if the values of a structure count, or an array is to be written into.
    """
    if structure is not None or output is not None:
        raise UnsupportedArgument(
            "grey morphology has a derivative without `structure=` and `output=`: use `footprint=`"
        )


def grey_opening(
    input: Any,
    size: Any = None,
    footprint: Any = None,
    structure: Any = None,
    output: Any = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
) -> Any:
    """`scipy.ndimage.grey_opening`"""
    plain(structure, output)
    low = ndimage.grey_erosion(input, size, footprint, mode=mode, cval=cval, origin=origin)
    return ndimage.grey_dilation(low, size, footprint, mode=mode, cval=cval, origin=origin)


def grey_closing(
    input: Any,
    size: Any = None,
    footprint: Any = None,
    structure: Any = None,
    output: Any = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
) -> Any:
    """`scipy.ndimage.grey_closing`"""
    plain(structure, output)
    high = ndimage.grey_dilation(input, size, footprint, mode=mode, cval=cval, origin=origin)
    return ndimage.grey_erosion(high, size, footprint, mode=mode, cval=cval, origin=origin)


def morphological_gradient(
    input: Any,
    size: Any = None,
    footprint: Any = None,
    structure: Any = None,
    output: Any = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
) -> Any:
    """`scipy.ndimage.morphological_gradient`"""
    plain(structure, output)
    high = ndimage.grey_dilation(input, size, footprint, mode=mode, cval=cval, origin=origin)
    return high - ndimage.grey_erosion(input, size, footprint, mode=mode, cval=cval, origin=origin)


def morphological_laplace(
    input: Any,
    size: Any = None,
    footprint: Any = None,
    structure: Any = None,
    output: Any = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
) -> Any:
    """`scipy.ndimage.morphological_laplace`"""
    plain(structure, output)
    high = ndimage.grey_dilation(input, size, footprint, mode=mode, cval=cval, origin=origin)
    low = ndimage.grey_erosion(input, size, footprint, mode=mode, cval=cval, origin=origin)
    return high + low - input - input


def white_tophat(
    input: Any,
    size: Any = None,
    footprint: Any = None,
    structure: Any = None,
    output: Any = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
) -> Any:
    """`scipy.ndimage.white_tophat`"""
    return input - grey_opening(input, size, footprint, structure, output, mode, cval, origin)


def black_tophat(
    input: Any,
    size: Any = None,
    footprint: Any = None,
    structure: Any = None,
    output: Any = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
) -> Any:
    """`scipy.ndimage.black_tophat`"""
    return grey_closing(input, size, footprint, structure, output, mode, cval, origin) - input


late.WRITTEN.update(
    {
        ndimage.grey_opening: grey_opening,
        ndimage.grey_closing: grey_closing,
        ndimage.morphological_gradient: morphological_gradient,
        ndimage.morphological_laplace: morphological_laplace,
        ndimage.white_tophat: white_tophat,
        ndimage.black_tophat: black_tophat,
    }
)
