"""Functions of `scipy.ndimage` that are written out: sums over labels, places between cells, magnitudes of gradients.

ndimage.mean(a, labels, 2)          np.mean(a[labels == 2])
ndimage.map_coordinates(a, at)      the sum over the corners of the cell that each place lies in, for order <= 1
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from adjoint.errors import UnsupportedArgument
from adjoint.rules import late
from adjoint.rules.declare import constant

# One number for each label; without labels for the whole, without index for all that is labelled


@constant
def regions(a: Any, labels: Any, index: Any) -> Any:
    """Which cells each number is of, in turn."""
    if labels is None:
        return np.ones((1, *np.shape(a)), dtype=bool)
    given = np.broadcast_to(labels, np.shape(a))
    if index is None:
        return np.expand_dims(given > 0, 0)
    return np.stack([given == k for k in np.ravel(index)])


@constant
def region(a: Any, labels: Any, index: Any) -> Any:
    """Which cells the one number is of."""
    return regions(a, labels, index)[0]


def sum_labels(input: Any, labels: Any = None, index: Any = None) -> Any:
    """`scipy.ndimage.sum_labels`"""
    if labels is None or index is None or isinstance(index, int):
        return np.sum(input[region(input, labels, index)])
    values = [np.sum(input[inside]) for inside in regions(input, labels, index)]
    return np.reshape(np.stack(values), np.shape(index))


def mean(input: Any, labels: Any = None, index: Any = None) -> Any:
    """`scipy.ndimage.mean`"""
    if labels is None or index is None or isinstance(index, int):
        return np.mean(input[region(input, labels, index)])
    values = [np.mean(input[inside]) for inside in regions(input, labels, index)]
    return np.reshape(np.stack(values), np.shape(index))


def variance(input: Any, labels: Any = None, index: Any = None) -> Any:
    """`scipy.ndimage.variance`"""
    if labels is None or index is None or isinstance(index, int):
        return np.var(input[region(input, labels, index)])
    values = [np.var(input[inside]) for inside in regions(input, labels, index)]
    return np.reshape(np.stack(values), np.shape(index))


def standard_deviation(input: Any, labels: Any = None, index: Any = None) -> Any:
    """`scipy.ndimage.standard_deviation`"""
    if labels is None or index is None or isinstance(index, int):
        return np.std(input[region(input, labels, index)])
    values = [np.std(input[inside]) for inside in regions(input, labels, index)]
    return np.reshape(np.stack(values), np.shape(index))


def minimum(input: Any, labels: Any = None, index: Any = None) -> Any:
    """`scipy.ndimage.minimum`"""
    if labels is None or index is None or isinstance(index, int):
        return np.min(input[region(input, labels, index)])
    values = [np.min(input[inside]) for inside in regions(input, labels, index)]
    return np.reshape(np.stack(values), np.shape(index))


def maximum(input: Any, labels: Any = None, index: Any = None) -> Any:
    """`scipy.ndimage.maximum`"""
    if labels is None or index is None or isinstance(index, int):
        return np.max(input[region(input, labels, index)])
    values = [np.max(input[inside]) for inside in regions(input, labels, index)]
    return np.reshape(np.stack(values), np.shape(index))


def median(input: Any, labels: Any = None, index: Any = None) -> Any:
    """`scipy.ndimage.median`"""
    if labels is None or index is None or isinstance(index, int):
        return np.median(input[region(input, labels, index)])
    values = [np.median(input[inside]) for inside in regions(input, labels, index)]
    return np.reshape(np.stack(values), np.shape(index))


def center_of_mass(input: Any, labels: Any = None, index: Any = None) -> Any:
    """`scipy.ndimage.center_of_mass`, of one region."""
    if np.ndim(index) != 0:
        raise UnsupportedArgument("ndimage.center_of_mass is differentiated for one label at a time")
    masses = np.where(region(input, labels, index), input, 0.0)
    total = np.sum(masses)
    return tuple([np.sum(masses * places) / total for places in np.indices(np.shape(input))])


# Places between cells


def map_coordinates(
    input: Any,
    coordinates: Any,
    output: Any = None,
    order: Any = 3,
    mode: Any = "constant",
    cval: Any = 0.0,
    prefilter: Any = True,
) -> Any:
    """`scipy.ndimage.map_coordinates` for order 0 and 1; by the values, the places and `cval`."""
    check_places(output, order, mode)
    places = np.asarray(coordinates) * 1.0
    inside, total = np.ones(np.shape(places)[1:], dtype=bool), 0.0
    for axis in range(input.ndim):
        inside = inside & (places[axis] >= 0) & (places[axis] <= input.shape[axis] - 1)
    for corner in np.ndindex(*(order + 1,) * input.ndim):
        total = total + at_corner(input, places, corner, order)
    return np.where(inside, total, cval) if mode == "constant" else total


def at_corner(input: Any, places: Any, corner: Any, order: Any) -> Any:
    """What one corner of the cells that places lie in adds to their values."""
    weight, cells = 1.0, []
    for axis in range(input.ndim):
        last = input.shape[axis] - 1
        place = np.clip(places[axis], 0.0, last)
        if order == 0:
            cells.append(np.floor(place + 0.5).astype(int))
        else:
            cell = np.clip(np.floor(place).astype(int), 0, max(last - 1, 0))
            share = place - cell
            weight = weight * (share if corner[axis] else 1 - share)
            cells.append(np.minimum(cell + corner[axis], last))
    return weight * input[tuple(cells)]


@constant
def check_places(output: Any, order: Any, mode: Any) -> None:
    """Refuse splines of higher order, and other boundaries.

    Raises:
        UnsupportedArgument: if one is asked for.
    """
    if output is not None or order > 1 or mode not in ("constant", "nearest"):
        raise UnsupportedArgument(
            'places between cells have a derivative with order=0 or order=1, mode="constant" or mode="nearest", and '
            "without output="
        )


def affine_transform(
    input: Any,
    matrix: Any,
    offset: Any = 0.0,
    output_shape: Any = None,
    output: Any = None,
    order: Any = 3,
    mode: Any = "constant",
    cval: Any = 0.0,
    prefilter: Any = True,
) -> Any:
    """`scipy.ndimage.affine_transform` for order 0 and 1; by the values, the matrix and the offset."""
    shape, n = np.shape(input) if output_shape is None else output_shape, np.ndim(input)
    grid = np.reshape(np.indices(shape), (n, -1)) * 1.0
    if np.ndim(matrix) == 1:
        places = np.expand_dims(matrix, 1) * grid + np.reshape(offset, (-1, 1))
    elif np.shape(matrix)[1] == n + 1:
        places = matrix[:n, :n] @ grid + np.reshape(matrix[:n, n], (-1, 1))
    else:
        places = matrix @ grid + np.reshape(offset, (-1, 1))
    return map_coordinates(input, np.reshape(places, (n, *shape)), output, order, mode, cval, prefilter)


# Of derivatives


def gaussian_gradient_magnitude(
    input: Any, sigma: Any, output: Any = None, mode: Any = "reflect", cval: Any = 0.0
) -> Any:
    """`scipy.ndimage.gaussian_gradient_magnitude`"""
    if output is not None:
        raise UnsupportedArgument("ndimage.gaussian_gradient_magnitude has a derivative without output=")
    total = 0.0
    for axis in range(np.ndim(input)):
        orders = tuple([1 if k == axis else 0 for k in range(np.ndim(input))])
        total = total + ndimage.gaussian_filter(input, sigma, orders, mode=mode, cval=cval) ** 2
    return np.sqrt(total)


late.WRITTEN.update(
    {
        ndimage.sum_labels: sum_labels,
        ndimage.sum: sum_labels,
        ndimage.mean: mean,
        ndimage.variance: variance,
        ndimage.standard_deviation: standard_deviation,
        ndimage.minimum: minimum,
        ndimage.maximum: maximum,
        ndimage.median: median,
        ndimage.center_of_mass: center_of_mass,
        ndimage.map_coordinates: map_coordinates,
        ndimage.affine_transform: affine_transform,
        ndimage.gaussian_gradient_magnitude: gaussian_gradient_magnitude,
    }
)

REASONS = {
    "generic_filter generic_filter1d vectorized_filter generic_gradient_magnitude generic_laplace "
    "labeled_comprehension": "it calls a function of its own accord: write it with slices, or a loop",
    "geometric_transform": "it calls a function for each cell: compute the places, and use `ndimage.map_coordinates`",
    "rotate": "write it with `ndimage.affine_transform` and order=1, of which the matrix has a derivative too",
    "extrema": "it gives places beside values: use `ndimage.minimum` and `ndimage.maximum`",
    "distance_transform_edt distance_transform_bf": (
        "distances to the next background cell change in jumps with the array, and how with `sampling` is not known"
    ),
}

constant(
    ndimage.binary_closing, ndimage.binary_dilation, ndimage.binary_erosion, ndimage.binary_fill_holes,
    ndimage.binary_hit_or_miss, ndimage.binary_opening, ndimage.binary_propagation, ndimage.distance_transform_cdt,
    ndimage.find_objects, ndimage.generate_binary_structure, ndimage.histogram, ndimage.iterate_structure,
    ndimage.label, ndimage.maximum_position, ndimage.minimum_position, ndimage.value_indices, ndimage.watershed_ift,
)  # fmt: skip
late.refuse(ndimage, REASONS)
