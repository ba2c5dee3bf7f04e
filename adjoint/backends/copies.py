"""`working_copies` for Numba: copies of arrays that share memory among themselves as the arrays do.

Arrays whose memory overlaps, as far as first and last byte tell, are copied into one block, each to the place that it
has in theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    found = [np.empty(0, np.uint8) for _ in range(0)]
    for i in range(len(extents)):
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
    """Arrays alone, and in a tuple, also in lists there."""
    if isinstance(values, types.Array):
        return lambda values: values.copy()
    if not isinstance(values, types.BaseTuple):
        return None
    kinds = list(values)
    if not all(_is_array(k) or _is_rows(k) or _is_plain(k) for k in kinds):
        return None
    count = " + ".join(["0", *(f"len(values[{k}])" if _is_rows(kind) else "1" for k, kind in enumerate(kinds)
                               if not _is_plain(kind))])  # fmt: skip
    lines = ["def copied(values):", f"    extents = np.empty(({count}, 2), np.int64)", "    row = 0"]
    for k, kind in enumerate(kinds):
        lines += _found(k) if _is_array(kind) else _all_found(k) if _is_rows(kind) else []
    lines += ["    joined(extents)", "    memory = blocks(extents)", "    row = 0"]
    for k, kind in enumerate(kinds):
        if _is_array(kind):
            lines += _copy(k)
        elif isinstance(kind, types.List):
            lines += _once(k, kinds, _all_copied(k) if _is_rows(kind) else [f"    a{k} = values[{k}].copy()"])
    is_made = [_is_array(kind) or isinstance(kind, types.List) for kind in kinds]
    parts = [f"a{k}" if made else f"values[{k}]" for k, made in enumerate(is_made)]
    lines.append(f"    return ({', '.join(parts)},)")
    space = {"np": np, "extent": extent, "joined": _joined, "blocks": _blocks, "laid_out": _laid_out}
    exec("\n".join(lines), space)
    made: Callable[..., Any] = space["copied"]
    return made


# The statements that find where an array, or each of a list, begins and ends, and those that copy it.


def _found(k: int) -> list[str]:
    return [f"    extents[row, 0], extents[row, 1] = extent(values[{k}])", "    row += 1"]


def _all_found(k: int) -> list[str]:
    return [
        f"    for item in values[{k}]:",
        "        extents[row, 0], extents[row, 1] = extent(item)",
        "        row += 1",
    ]


def _copy(k: int) -> list[str]:
    return [
        f"    a{k} = laid_out(values[{k}], memory[row], values[{k}].ctypes.data - extents[row, 0])",
        f"    a{k}[...] = values[{k}]",
        "    row += 1",
    ]


def _all_copied(k: int) -> list[str]:
    return [
        f"    a{k} = []",
        f"    for item in values[{k}]:",
        "        new = laid_out(item, memory[row], item.ctypes.data - extents[row, 0])",
        "        new[...] = item",
        f"        a{k}.append(new)",
        "        row += 1",
    ]


def _once(k: int, kinds: Sequence[Any], copy: Sequence[str]) -> list[str]:
    """The same where an earlier list may be this very list: its copy is this one's."""
    lines: list[str] = []
    for j in range(k):
        if kinds[j] == kinds[k]:
            lines += [f"    {'el' * bool(lines)}if values[{k}] is values[{j}]:", f"        a{k} = a{j}"]
            lines += [f"        row += len(values[{k}])"] * _is_rows(kinds[k])
    return [*lines, "    else:", *(f"    {line}" for line in copy)] if lines else list(copy)


def _is_array(kind: Any) -> bool:
    return isinstance(kind, types.Array)


def _is_rows(kind: Any) -> bool:
    """Is this a list of arrays?"""
    return isinstance(kind, types.List) and isinstance(kind.dtype, types.Array) and not kind.reflected


def _is_plain(kind: Any) -> bool:
    return isinstance(kind, (types.Number, types.Boolean, types.NoneType)) or _is_plain_list(kind)


def _is_plain_list(kind: Any) -> bool:
    return isinstance(kind, types.List) and isinstance(kind.dtype, (types.Number, types.Boolean))
