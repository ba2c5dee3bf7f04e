"""The body of a rule in a derivative's text: written out where it is short, else called as a function."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gast

from adjoint.analysis.kinds import Kind
from adjoint.analysis.values import kind_of
from adjoint.differentiate import bodies
from adjoint.differentiate.text import Text
from adjoint.rules.late import is_distribution
from adjoint.syntax import core
from adjoint.syntax.core import load


def results_of(
    body: Callable[..., Any], arguments: Mapping[str, Any], more: Mapping[str, Any], operands: Sequence[str], text: Text
) -> list[Any]:
    """One expression for each operand, as the body of a rule gives it for these arguments of the primitive.

    `more` are the expressions for what a body takes besides: `out`, and the derivatives that it is given.
    """
    nodes = {n: core.tuple_(a) if isinstance(a, tuple) else a for n, a in arguments.items()}
    known = {**nodes, **more}
    written = None
    if not any(n.startswith("*") for n in operands):  # one expression for each of several arguments
        written = bodies.written(body, known, bodies.Facts(_kinds_of(known, text)))
    if written is None or len(written.body.results) != len(operands):
        return called(body, nodes, known, operands, text)
    found = written.body
    rename: dict[str, Any] = {n: text.helper(v, v.name if is_distribution(v) else n) for n, v in found.bindings.items()}
    rename.update({n: text.temp(n) for n in found.locals})
    for stmt in found.statements:
        text.emit(written.here(stmt, rename))
    results = [written.here(e, rename) for e in found.results]
    if not found.bindings:
        return results
    roots = {rename[n] for n in found.bindings}  # and no local of the body: `rows.T` is no path to an object
    for path in _paths([*text.lines, *results]):
        root = path.split(".")[0]
        if root in roots:
            text.helpers.setdefault(path, _follow(path, {**text.fn.bindings, **text.helpers}))
    return results


def _kinds_of(known: Mapping[str, Any], text: Text) -> Mapping[str, Kind]:
    """The kinds of names, those of arrays and objects from outside too."""
    kinds, bindings = text.facts.kinds, text.fn.bindings
    names = {n.id for n in known.values() if core.is_name(n)}
    outside = {n: kind_of(bindings[n]) for n in names if n in bindings and n not in kinds}
    return ChainMap(outside, kinds) if outside else kinds  # type: ignore[arg-type]


def called(
    body: Any, nodes: Mapping[str, Any], known: Mapping[str, Any], operands: Sequence[str], text: Text
) -> list[Any]:
    """The body called as a function."""
    # The primal statement stands beside the call where its value is computed again.
    nodes = {name: core.copy(node) for name, node in nodes.items()}
    known = {**known, **nodes}
    code = body.__code__
    positional = code.co_varnames[: code.co_argcount]
    rest = code.co_varnames[code.co_argcount + code.co_kwonlyargcount] if code.co_flags & 4 else None
    args: list[Any] = []
    keywords: dict[str, Any] = {}
    skipped = False  # behind a parameter that is left at its default, the others go by name
    for name in positional:
        skipped = skipped or name not in known
        if name in known and skipped:
            keywords[name] = known[name]
        elif name in known:
            args.append(known[name])
    if rest is not None:
        args += nodes[rest].elts
    for name in code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]:
        if name in known:
            keywords[name] = known[name]
    call = core.call(text.helper(body), *args, **keywords)
    if len(operands) == 1 and not operands[0].startswith("*"):
        return [call]
    result = text.temp()
    text.emit(core.bind(result, call))
    if len(operands) == 1:
        return [load(result)]
    return [core.item(load(result), core.const(k)) for k in range(len(operands))]


def _paths(nodes: list[Any]) -> set[str]:
    found = {core.path_of(n) for node in nodes for n in core.walk(node) if isinstance(n, gast.Attribute)}
    return {p for p in found if p is not None}


def _follow(path: str, bindings: dict[str, Any]) -> Any:
    root, *attributes = path.split(".")
    value = bindings.get(root)
    for name in attributes:
        value = getattr(value, name, None)
    return value
