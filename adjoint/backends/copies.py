"""`working_copies` for Numba: copies of arrays that share memory among themselves as the arrays do.

Arrays whose memory overlaps, as far as first and last byte tell, are copied into one block, each to the place that it
has in theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numba import types
from numba.core import cgutils
from numba.core.imputils import impl_ret_borrowed
from numba.extending import intrinsic, overload
from numba.np.arrayobj import make_array, populate_array

from adjoint.runtime import arrays


@intrinsic
def _laid_out(typing_context: Any, like: Any, block: Any, offset: Any) -> Any:
    """An array laid out as `like`, in a block of bytes from `offset` on."""
    made = like.copy(readonly=False)
    signature = made(like, block, types.intp)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        source = make_array(signature.args[0])(context, builder, args[0])
        memory = make_array(signature.args[1])(context, builder, args[1])
        new = make_array(signature.return_type)(context, builder)
        data = builder.bitcast(builder.gep(memory.data, [args[2]]), new.data.type)
        shape, strides = cgutils.unpack_tuple(builder, source.shape), cgutils.unpack_tuple(builder, source.strides)
        populate_array(new, data, shape, strides, source.itemsize, memory.meminfo)
        return impl_ret_borrowed(context, builder, signature.return_type, new._getvalue())

    return signature, generate


@numba.njit(nogil=True)
def extent(array: Any) -> tuple[int, int]:
    """The addresses of the first byte of an array and of the one behind its last."""
    first = last = array.ctypes.data
    if array.size == 0:
        return first, last
    for length, stride in zip(array.shape, array.strides):
        first += min(0, (length - 1) * stride)
        last += max(0, (length - 1) * stride)
    return first, last + array.itemsize


@numba.njit(nogil=True)
def _joined(extents: Any) -> None:
    """Widen extents that overlap to their union."""
    moved = True
    while moved:
        moved = False
        for i in range(len(extents)):
            for j in range(i):
                one, other = extents[i], extents[j]
                if one[0] < other[1] and other[0] < one[1] and (one[0] != other[0] or one[1] != other[1]):
                    one[0] = other[0] = min(one[0], other[0])
                    one[1] = other[1] = max(one[1], other[1])
                    moved = True


@numba.njit(nogil=True)
def _blocks(extents: Any) -> Any:
    """A block of memory for each extent, the same one for equal ones."""
    found = [np.empty(extents[0, 1] - extents[0, 0], np.uint8)]
    for i in range(1, len(extents)):
        block = np.empty(0, np.uint8)
        for j in range(i):
            if extents[i, 0] == extents[j, 0] and extents[i, 1] == extents[j, 1]:
                block = found[j]
        if block.size == 0:
            block = np.empty(extents[i, 1] - extents[i, 0], np.uint8)
        found.append(block)
    return found


@overload(arrays.working_copies, strict=False)
def working_copies(values: Any) -> Callable[..., Any] | None:
    """Arrays alone, in a tuple: a list of arrays may share memory with any of them."""
    if isinstance(values, types.Array):
        return lambda values: values.copy()
    if not isinstance(values, types.BaseTuple):
        return None
    kinds = list(values)
    if not all(isinstance(k, (types.Array, types.Number, types.Boolean)) or _is_plain_list(k) for k in kinds):
        return None
    found = [k for k, kind in enumerate(kinds) if isinstance(kind, types.Array)]
    rows = "".join(f"    extents[{row}, 0], extents[{row}, 1] = extent(values[{k}])\n" for row, k in enumerate(found))
    copies = "".join(
        f"    a{k} = laid_out(values[{k}], memory[{row}], values[{k}].ctypes.data - extents[{row}, 0])\n"
        f"    a{k}[:] = values[{k}]\n"
        for row, k in enumerate(found)
    )
    parts = [f"a{k}" if k in found else _copied(kind, f"values[{k}]") for k, kind in enumerate(kinds)]
    text = (
        f"def copied(values):\n    extents = np.empty(({len(found)}, 2), np.int64)\n{rows}"
        f"    joined(extents)\n    memory = blocks(extents)\n{copies}    return ({', '.join(parts)},)\n"
    )
    space = {"np": np, "extent": extent, "joined": _joined, "blocks": _blocks, "laid_out": _laid_out}
    exec(text if found else f"def copied(values):\n    return ({', '.join(parts)},)\n", space)
    made: Callable[..., Any] = space["copied"]
    return made


def _is_plain_list(kind: Any) -> bool:
    return isinstance(kind, types.List) and isinstance(kind.dtype, (types.Number, types.Boolean))


def _copied(kind: Any, text: str) -> str:
    return f"{text}.copy()" if isinstance(kind, types.List) else text
