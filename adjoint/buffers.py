"""Gradients written into, or added to, arrays that the caller keeps.

`grad(loss).into(buffer)(w)` and `grad(loss).add_to(buffer)(w)`: the buffers are given in a call of their own, so that
they cannot be mistaken for the function's own parameters, whatever those are called. There is one for each parameter in
`wrt`, of its shape and dtype. A call returns what the gradient's call returns, the buffers standing for the gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import FunctionType
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from adjoint.backends.option import Numba
from adjoint.caching import Entry, all_compiled, explain
from adjoint.classes import dataclass
from adjoint.errors import SharedMemory, UnsupportedArgument
from adjoint.runtime import trees
from adjoint.sharing import overlap, refuse_shared
from adjoint.writing import writing

if TYPE_CHECKING:
    from adjoint.compiled import Compiled
    from adjoint.gradient import Gradient


@dataclass(frozen=True)
class _Ready:
    """How to run one entry: `run` takes `more` and the buffers behind the arguments where it `is_direct`.

    `outside` are the arrays that the function reads outside, `refuse` looks for memory that is shared.
    """

    entry: Entry
    run: Callable[..., Any]
    is_direct: bool
    more: tuple[Any, ...]
    outside: tuple[Any, ...]
    refuse: Callable[..., None] | None = None


class Writer:
    """A gradient with the buffers that its results go to."""

    def __init__(self, gradient: Gradient[..., Any], buffers: Sequence[Any], add: bool) -> None:
        if gradient.mode not in ("grad", "value_and_grad"):
            raise UnsupportedArgument("only what `grad` and `value_and_grad` return can be written into a buffer")
        if gradient.has_aux:
            raise UnsupportedArgument("a gradient with `has_aux=True` cannot be written into a buffer")
        if len(buffers) != len(gradient.wrt):
            names = ", ".join(f"`{n}`" for n in gradient.wrt)
            raise UnsupportedArgument(f"{len(buffers)} buffers for the gradients by {names}\n  Give one for each.")
        _check_buffers(gradient.wrt, buffers)
        self.gradient = gradient
        self._buffers = tuple(buffers)
        self._add = add
        self._scratch = tuple([np.empty_like(b) for b in buffers]) if add else ()
        self._ready: _Ready | None = None
        self._made: tuple[Compiled, Callable[..., Any] | None] | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        gradient = self.gradient
        values, entry = gradient.ready(*args, **kwargs)
        ready = self._ready
        if ready is None or ready.entry is not entry:
            ready = self._ready = self._prepared(values, entry)
        self._check_apart(values, ready)
        # What is added is made in arrays of this object's own, the same at each call.
        targets = self._scratch if self._add else self._buffers
        try:
            result = ready.run(*values, *ready.more, *targets) if ready.is_direct else ready.run(*values)
        except Exception as exc:  # whatever the user's code raises is raised again
            explain(exc, entry.compiled)
            raise
        valued = gradient.mode == "value_and_grad"
        found = result[1] if valued else result
        for target, value in zip(targets, found if isinstance(found, tuple) else (found,)):
            if value is not target:
                np.copyto(target, value, casting="same_kind")
        if self._add:
            for buffer, value in zip(self._buffers, targets):
                np.add(buffer, value, out=buffer)
        written = self._buffers[0] if gradient.single else self._buffers
        return (result[0], written) if valued else written

    def _prepared(self, values: tuple[Any, ...], entry: Entry) -> _Ready:
        """Find how to compute the gradients, in the buffers themselves where that can be."""
        compiled, gradient = entry.compiled, self.gradient
        self._check_forms(values)
        outside = [g for item in all_compiled(compiled) for g in item.guards if isinstance(g.value, np.ndarray)]
        arrays = all(isinstance(values[gradient.parameters.index(n)], np.ndarray) for n in gradient.wrt)
        direct = self._direct(compiled) if arrays and compiled.reverse is None else None
        if direct is None:
            return _Ready(entry, entry.run, False, (), tuple(outside))
        refuse = None
        if compiled.changes or compiled.outer or compiled.parts:
            names = gradient.parameters
            refuse = refuse_shared(names, compiled.changes, compiled.guards, compiled.outer, compiled.parts)
        return _Ready(entry, direct, True, (*gradient.extra, 1.0), tuple(outside), refuse)

    def _direct(self, compiled: Compiled) -> Callable[..., Any] | None:
        """The generated function with buffers as parameters, made once for arguments of all sizes."""
        if self._made is None or self._made[0] is not compiled:
            gradient = self.gradient
            valued = gradient.mode == "value_and_grad"
            self._made = compiled, _direct(compiled, len(self._buffers), valued, gradient.backend)
        return self._made[1]

    def _check_apart(self, values: tuple[Any, ...], ready: _Ready) -> None:
        """The buffers are written while the function still runs: nothing that it reads may share their memory."""
        for buffer in self._buffers:
            for guarded in ready.outside:
                if overlap(buffer, guarded.current()):
                    raise SharedMemory(f"a buffer shares memory with `{guarded.path}`, which the function reads")
            for k, value in enumerate(values):
                if type(value) is np.ndarray:
                    if overlap(buffer, value):
                        self._refuse(buffer, k)
                elif any(isinstance(v, np.ndarray) and overlap(buffer, v) for v in trees.leaves(value)):
                    self._refuse(buffer, k)
        if ready.refuse is not None:
            ready.refuse(*values)

    def _refuse(self, buffer: Any, place: int) -> NoReturn:
        name = next(n for n, b in zip(self.gradient.wrt, self._buffers) if b is buffer)
        other = self.gradient.parameters[place]
        raise SharedMemory(
            f"the buffer for the gradient by `{name}` shares memory with the argument `{other}`"
            f"\n  Give an array of its own: `np.empty_like({name})`."
        )

    def _check_forms(self, values: tuple[Any, ...]) -> None:
        """Each buffer is of the shape and dtype of its argument, as it is then in all calls with this entry."""
        gradient = self.gradient
        by_name = dict(zip(gradient.parameters, values))
        for name, buffer in zip(gradient.wrt, self._buffers):
            like = np.asarray(by_name[name]) if not isinstance(by_name[name], int) else np.asarray(0.0)
            if buffer.shape != like.shape or buffer.dtype != like.dtype:
                raise UnsupportedArgument(
                    f"the buffer for the gradient by `{name}` has shape {buffer.shape} and dtype {buffer.dtype},"
                    f" its argument {like.shape} and {like.dtype}"
                )


def _direct(compiled: Compiled, count: int, valued: bool, option: Numba | None) -> Callable[..., Any] | None:
    """The generated function, taking buffers behind its arguments; None where it cannot be told to."""
    if isinstance(compiled.run, FunctionType):
        return None if compiled.dispatchers else writing(compiled.run, compiled.text, count, valued)
    made = writing(compiled.run.py_func, compiled.text, count, valued, native=True)
    if made is None or option is None:
        return None
    from adjoint.backends.jit import with_callees

    direct: Callable[..., Any] = with_callees(made, option)  # type: ignore[arg-type]
    return direct


def _check_buffers(names: Sequence[str], buffers: Sequence[Any]) -> None:
    for name, buffer in zip(names, buffers):
        if type(buffer) is not np.ndarray:
            kind = type(buffer).__name__
            raise UnsupportedArgument(f"the buffer for the gradient by `{name}` is a {kind}\n  Give an array.")
        if not buffer.flags.writeable:
            raise UnsupportedArgument(f"the buffer for the gradient by `{name}` is read-only")
    for k, first in enumerate(buffers):
        for j in range(k):
            if overlap(first, buffers[j]):
                raise SharedMemory(f"the buffers for the gradients by `{names[j]}` and `{names[k]}` share memory")
