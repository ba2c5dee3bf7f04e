"""What a derivative asks of the compiler, by its mode.

    grad, value_and_grad     the whole, primal and adjoint in one function; in two halves where only the run
                             can tell that the result is one number
    vjp, jacobian            the two halves
    jvp, jacfwd              the primal with tangents, of one seed or of several
    jacobian of either mode  the form that the number of arguments suggests; where it is refused, the other

An earlier process may have kept the answer on disk.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import FunctionType
from typing import Any, Literal

from adjoint import entries
from adjoint.backends.option import Numba
from adjoint.classes import dataclass, replace
from adjoint.compiled import Compiled
from adjoint.errors import REFUSALS, NotScalar
from adjoint.outcome import Outcome
from adjoint.results import describe, not_scalar


@dataclass(frozen=True)
class Order:
    """The derivative of `target` by `wrt`, for arguments of these kinds; `of_gradient` if `target` is a generated text.

    `single` says that `wrt` is one parameter, not a tuple of one.
    """

    target: FunctionType
    wrt: tuple[str, ...]
    kinds: tuple[Any, ...]
    mode: entries.Mode
    single: bool
    outcome: Outcome
    backend: Numba | None
    of_gradient: bool


def in_one_piece(order: Order, checked: bool) -> Compiled:
    """The gradient as what is differentiated again; `checked` asks for a test that the result is one number."""
    from adjoint import pipeline

    outcome = replace(order.outcome, checked=checked)
    return pipeline.compile(pipeline.Request(order.target, order.wrt, order.kinds, order.mode, outcome, again=True))  # type: ignore[arg-type]


_anew: ContextVar[bool] = ContextVar("anew", default=False)


@contextmanager
def anew() -> Iterator[None]:
    """Let the compiler run for all that is asked within this."""
    token = _anew.set(True)
    try:
        yield
    finally:
        _anew.reset(token)


def kept(order: Order, title: str, names: Sequence[str]) -> Compiled:
    """What is kept on disk of an earlier process, else what is compiled now."""
    if order.mode in entries.OURS or _anew.get():
        return compiled(order, title, names)
    from adjoint.analysis import extents
    from adjoint.backends import texts

    key = texts.key_for(order)
    found = None if key is None else texts.found(key, lambda: compiled(order, title, names))
    if found is None:
        with extents.noted() as answers:
            found = compiled(order, title, names)
        if key is not None:
            texts.keep(key, found, answers)
    return found


def used_as_numbers(target: FunctionType, kinds: tuple[Any, ...], names: Sequence[str]) -> frozenset[str]:
    """Those of the parameters `names` that a function uses as numbers only: kept on disk, or found out now."""
    from adjoint.backends import texts

    key = None if _anew.get() else texts.key_for_numbers(target, kinds, names)
    found = None if key is None else texts.numbers_found(key)
    if found is None:
        from adjoint import pipeline

        found, guards = pipeline.used_as_numbers(target, kinds, names)
        if key is not None and guards is not None:
            texts.keep_numbers(key, found, guards)
    return found


def compiled(order: Order, title: str, names: Sequence[str]) -> Compiled:
    """What the compiler makes of an order; `title` and `names`, the primal's and its parameters', are for messages.

    Raises:
        NotScalar: if a gradient is asked for and the result is not one number.
    """
    from adjoint import pipeline
    from adjoint.analysis.kinds import Number

    request = functools.partial(
        pipeline.Request, order.target, order.wrt, order.kinds, outcome=order.outcome, backend=order.backend
    )
    columns: Literal["jvps", "jvp"] = "jvps" if order.backend is None else "jvp"
    if order.mode == "jacauto":
        return _either(pipeline, request("split"), request(columns))
    if order.mode == "jacfwd" and order.of_gradient:
        return _either(pipeline, request(columns), request("split"))
    if order.mode in entries.FORWARD:
        return pipeline.compile(request(columns if order.mode == "jacfwd" else "jvp"))
    if order.mode == "pull":
        return pipeline.compile(request("grad"))
    if order.mode not in ("grad", "value_and_grad"):
        return pipeline.compile(request("split"))
    found = pipeline.compile(request("value_and_grad" if order.outcome.has_aux else order.mode))
    if found.scalar is False:
        raise NotScalar(not_scalar(title, ", ".join(names), describe(found.result), order.outcome.text))
    # Seen when it runs, between its two halves; an array of rank 0 has a seed that is one too.
    if found.scalar is None or not isinstance(found.result, Number):
        return pipeline.compile(request("split"))
    return found


def _either(pipeline: Any, request: Any, other: Any) -> Compiled:
    """What the first of two requests asks for; where it is refused, the second; else it is refused for the first."""
    try:
        return pipeline.compile(request)  # type: ignore[no-any-return]
    except REFUSALS as first:
        try:
            return pipeline.compile(other)  # type: ignore[no-any-return]
        except REFUSALS:
            raise first from None
