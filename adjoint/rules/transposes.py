"""Rules of the bodies of linear rules: a transpose is linear too, and its own transpose is the primitive again.

    @linear(np.tile, operands=("A",))
    def tile(A, reps, *, out_bar): ...

A gradient that calls `tile(x, 2, out_bar=y_bar)` is so differentiated again without going into the body: the cotangent
of `y_bar` is `np.tile` of that of the result. The text of such a rule is made when it is first asked for:

    >>> import inspect
    >>> from adjoint.rules.shaping import tile
    >>> print(inspect.getsource(transpose_of(tile).body).strip())
    def tile_again(A, reps, *, cotangent, out_bar):
        return np.tile(out_bar, reps)
"""

from __future__ import annotations

import inspect
import linecache
from functools import lru_cache
from typing import Any

import numpy as np

from adjoint.rules.table import BODIES, Rule

# Bodies that take what their primitive does not: slices among the operands, None, an argument of another mode
_APART = ("row", "columns", "diff_with_ends", "pad")


def transpose_of(body: Any) -> Rule | None:
    """The rule of a linear rule's body, None where this is none, or serves several primitives."""
    rule = BODIES.get(body)
    return None if rule is None or body.__name__ in _APART else _made_of(rule)


@lru_cache(None)
def _made_of(rule: Rule) -> Rule:
    body: Any = rule.body
    operands = [n.removeprefix("*") for n in rule.operands]
    result = "maybe" if rule.borrows else "fresh"
    return Rule(
        body,
        "linear",
        _function(rule, operands),
        ("cotangent",),
        result,  # type: ignore[arg-type]
        renamed=(("out_bar", "cotangent"),),
        borrows=rule.result != "fresh",
        shaped=(*operands, *rule.shaped),
    )


def _function(rule: Rule, operands: list[str]) -> Any:
    body: Any = rule.body
    root, path = _path_of(rule.primitive)
    parameters = inspect.signature(body).parameters.values()
    if path in inspect.signature(body).parameters:  # ndimage.shift has a parameter `shift`
        root, path = {f"{path}_": rule.primitive}, f"{path}_"
    name = f"{body.__name__}_again"
    given = [t for p in parameters if p.name not in rule.affine and (t := _argument(p, operands))]
    head = inspect.Signature([_plain(p) for p in parameters if p.name != "out_bar"] + [_COTANGENT, _OUT_BAR])
    lines = [f"def {name}{head}:\n", f"    return {path}({', '.join(given)})\n"]
    filename = f"<adjoint {name}>"
    linecache.cache[filename] = (0, None, lines, filename)
    scope = {**body.__globals__, **root, "__name__": body.__module__}
    exec(compile("".join(lines), filename, "exec"), scope)
    return scope[name]


_COTANGENT = inspect.Parameter("cotangent", inspect.Parameter.KEYWORD_ONLY)
_OUT_BAR = inspect.Parameter("out_bar", inspect.Parameter.KEYWORD_ONLY)


def _plain(parameter: inspect.Parameter) -> inspect.Parameter:
    return parameter.replace(annotation=inspect.Parameter.empty)


def _argument(parameter: inspect.Parameter, operands: list[str]) -> str:
    """How the primitive is given what its parameter takes; "" for what only the body has."""
    name = parameter.name
    if name in ("out", "out_bar"):
        return ""
    value = name
    if name in operands:
        value = "out_bar" if len(operands) == 1 else f"out_bar[{operands.index(name)}]"
        value = f"None if {name} is None else {value}" if parameter.default is None else value
    if parameter.kind is parameter.VAR_POSITIONAL:
        return f"*{value}"
    return value if parameter.default is parameter.empty else f"{name}={value}"


def _path_of(primitive: Any) -> tuple[dict[str, Any], str]:
    """What a text calls a primitive, and what it needs for that: NumPy's functions by their path."""
    name = primitive.__name__
    for owner, path in ((np, "np"), (np.linalg, "np.linalg"), (np.fft, "np.fft"), (np.ndarray, "np.ndarray")):
        if getattr(owner, name, None) is primitive:
            return {"np": np}, f"{path}.{name}"
    return {name: primitive}, name
