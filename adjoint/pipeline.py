"""The way of a function through the compiler, as code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import FunctionType
from typing import Any, Literal

from adjoint.analysis.kinds import Array, Kind, Number, Unknown
from adjoint.calls.inline import inline
from adjoint.differentiate.gradient import Derivative, differentiate
from adjoint.emit.comments import layout
from adjoint.emit.link import link, source_of
from adjoint.frontend.check import check
from adjoint.frontend.resolve import resolve
from adjoint.frontend.source import parse
from adjoint.guards import Guard
from adjoint.normalize import normalize
from adjoint.syntax import core
from adjoint.tidy import tidy

Mode = Literal["grad", "value_and_grad", "split"]


@dataclass(frozen=True)
class Request:
    """What to compile: a function, the parameters to differentiate by, the kinds of all arguments, the form."""

    target: FunctionType
    wrt: tuple[str, ...]
    kinds: tuple[Kind, ...]
    mode: Mode


@dataclass(frozen=True)
class Compiled:
    """A generated function (two of them in mode "split"), and what it relies on.

    `changes` names the parameters whose arrays the function changes in place; `scalar` says whether the result is a
    number, None where that is not known.
    """

    run: FunctionType
    reverse: FunctionType | None
    text: str
    callees: tuple[Compiled, ...]
    guards: tuple[Guard, ...]
    scalar: bool | None
    changes: tuple[str, ...]


def core_of(target: FunctionType) -> core.Function:
    """Read a function and bring it into Core form."""
    fn = parse(target)
    check(fn)
    return normalize(resolve(fn))


def compile(request: Request) -> Compiled:
    """Generate, print and link the gradient that a request asks for."""
    read = lru_cache(None)(core_of)
    fn = read(request.target)
    inlined = inline(fn, read)
    guards = (*(Guard(path, value, request.target) for path, value in fn.bindings.items()), *inlined.guards)
    fn = inlined.fn
    kinds = dict(zip(fn.params, request.kinds, strict=True))
    derivative = differentiate(fn, kinds, request.wrt, request.mode)
    linked = [link(f) for f in finished(derivative)]
    return Compiled(
        linked[0],
        linked[1] if len(linked) > 1 else None,
        "\n\n".join(source_of(f) for f in linked),
        (),
        guards,
        _is_scalar(derivative.result),
        derivative.changes,
    )


def finished(derivative: Derivative) -> list[core.Function]:
    """The generated functions, tidied and laid out for reading."""
    pairs = zip(derivative.functions, derivative.memories, strict=True)
    return [layout(tidy(fn, memory)) for fn, memory in pairs]


def _is_scalar(kind: Any) -> bool | None:
    if isinstance(kind, Unknown):
        return None
    if isinstance(kind, Array):
        return None if kind.shape is None else kind.shape == ()
    return isinstance(kind, Number)
