"""A lambda is a nested function of one `return`.

>>> import gast
>>> from adjoint.normalize.example import show
>>> show(lambda fn: fn.with_body([definition("g", fn.tree.body[0].value, fn.tree.body[0])]), "g = lambda x, n=2: x * n")
def g(x, n=2):
    return x * n
"""

from __future__ import annotations

from typing import Any

import gast

from adjoint.syntax import core


def definition(name: str, node: Any, stmt: Any) -> Any:
    """`def name(...): return ...`."""
    body = [core.return_(node.body, stmt)]
    return core.place(gast.FunctionDef(name, node.args, body, [], None, None, []), stmt)
