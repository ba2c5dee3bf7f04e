"""Integer arithmetic in `range` and in indices, where constants may be gathered.

>>> from adjoint.emit.printer import to_source
>>> [to_source(integer(gast.parse(e).body[0].value)) for e in ("n - 1 - 1", "i + 1 - 1", "len(v) - 2 + 1", "2 * n - 1")]
['n - 2', 'i', 'len(v) - 1', '2 * n - 1']
"""

from __future__ import annotations

from typing import Any

import gast

from adjoint.syntax import core
from adjoint.tidy.rebuild import map_parts


def integer(node: Any) -> Any:
    """Index arithmetic with its constants gathered: `n - 1 - 1` is `n - 2`, `i + 1 - 1` is `i`."""
    if isinstance(node, (gast.Slice, gast.Tuple)):
        return map_parts(node, integer)
    if not isinstance(node, gast.BinOp) or not isinstance(node.op, (gast.Add, gast.Sub)):
        return node
    rest, offset, count = _gathered(node)
    if count == 0 or (count == 1 and offset != 0 and rest is not None):
        return node
    if rest is None:
        return core.const(offset, node)
    if offset == 0:
        return rest
    return core.binary(rest, gast.Add if offset > 0 else gast.Sub, core.const(abs(offset)), node)


def _gathered(node: Any) -> tuple[Any, int, int]:
    """A sum as what is not constant, the sum of its integer constants, and how many of these there are."""
    if core.is_constant(node) and isinstance(core.constant_value(node), int):
        return None, core.constant_value(node), 1
    if not isinstance(node, gast.BinOp) or not isinstance(node.op, (gast.Add, gast.Sub)):
        return node, 0, 0
    left, first, m = _gathered(node.left)
    right, second, n = _gathered(node.right)
    sign = 1 if isinstance(node.op, gast.Add) else -1
    if right is None:
        return left, first + sign * second, m + n
    if left is None and (sign == 1 or first == 0):
        return (right if sign == 1 else core.unary(gast.USub, right, node)), first + sign * second, m + n
    if n == 0 and m == 0:
        return node, 0, 0
    if left is None:
        return node, 0, 0
    return core.binary(left, type(node.op), right, node), first + sign * second, m + n
