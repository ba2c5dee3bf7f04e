"""What the methods and attributes of an array mean: the primitive with the array as its first argument.

`x.sum(axis=0)` is `np.sum(x, axis=0)`, and `x.T` is `np.transpose(x)`. Methods that change the array in place (`fill`,
`sort`, `put`) are statements, and stand here no more than unknown ones do.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from adjoint.runtime.shapes import itemsize, nbytes

METHODS: Mapping[str, Any] = MappingProxyType(
    {
        "all": np.all,
        "any": np.any,
        "argmax": np.argmax,
        "argmin": np.argmin,
        "argpartition": np.argpartition,
        "argsort": np.argsort,
        "astype": np.ndarray.astype,
        "choose": np.choose,
        "clip": np.clip,
        "compress": np.ndarray.compress,
        "conj": np.conj,
        "conjugate": np.conj,
        "copy": np.copy,
        "cumprod": np.cumprod,
        "cumsum": np.cumsum,
        "diagonal": np.diagonal,
        "dot": np.dot,
        "flatten": np.ndarray.flatten,
        "item": np.ndarray.item,
        "max": np.max,
        "mean": np.mean,
        "min": np.min,
        "nonzero": np.nonzero,
        "prod": np.prod,
        "ravel": np.ravel,
        "repeat": np.repeat,
        "reshape": np.reshape,
        "round": np.round,
        "searchsorted": np.searchsorted,
        "squeeze": np.squeeze,
        "std": np.std,
        "sum": np.sum,
        "swapaxes": np.swapaxes,
        "take": np.take,
        "to_device": np.ndarray.to_device,
        "tolist": np.ndarray.tolist,
        "trace": np.trace,
        "transpose": np.transpose,
        "var": np.var,
        "view": np.ndarray.view,
    }
)

ATTRIBUTES: Mapping[str, Any] = MappingProxyType(
    {
        "T": np.transpose,
        "mT": np.matrix_transpose,
        "real": np.real,
        "imag": np.imag,
        "shape": np.shape,
        "size": np.size,
        "ndim": np.ndim,
        "dtype": np.result_type,
        "itemsize": itemsize,
        "nbytes": nbytes,
    }
)

# The parameter that a method takes one by one as well as in a tuple: x.reshape(2, 3), x.transpose(1, 0).
PACKED: Mapping[Any, str] = MappingProxyType({np.reshape: "shape", np.transpose: "axes"})


def is_fact(attribute: str) -> bool:
    """Does an attribute tell what an array is like, so that it carries no derivative?

    >>> is_fact("shape"), is_fact("T"), is_fact("weight")
    (True, False, False)
    """
    return ATTRIBUTES.get(attribute) in (np.shape, np.size, np.ndim, np.result_type, itemsize, nbytes)
