"""Numba's dispatchers of linked functions, and of all that these call."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from types import CellType, FunctionType
from typing import TYPE_CHECKING, Any

import numba

from adjoint.backends.disk import keep
from adjoint.backends.frozen import FROZEN, frozen_guards
from adjoint.backends.helpers import is_overloaded
from adjoint.backends.option import Numba
from adjoint.backends.refusals import refuse_each_other
from adjoint.classes import dataclass, field
from adjoint.guards import Guard

if TYPE_CHECKING:
    from adjoint.compiled import Compiled


def connected(
    option: Numba, dispatchers: Sequence[Any], callees: Sequence[Compiled], guards: Sequence[Any]
) -> list[Guard]:
    """Let compiled functions call compiled functions; returns guards of what is compiled in."""
    connector = _Connector(option, [f for c in callees for f in (c.run, c.reverse) if f is not None])
    for dispatcher in dispatchers:
        connector.connect(dispatcher.py_func)
    for dispatcher in (*dispatchers, *connector.done.values()):
        keep(dispatcher, option)
    return [*frozen_guards(guards), *connector.guards]


def jitted(function: FunctionType, option: Numba) -> Any:
    """Numba's dispatcher of a function; it compiles when it is first called."""
    options = {"error_model": "numpy", "boundscheck": option.boundscheck, "nogil": option.nogil}
    return numba.njit(function, **options)


def with_callees(function: FunctionType, option: Numba) -> Any:
    """Numba's dispatcher of a function that was made of a linked one, whose cells hold dispatchers."""
    dispatcher = jitted(function, option)
    connected(option, [dispatcher], [], [])
    return dispatcher


VARIADIC = 0x04 | 0x08  # flags of code that takes `*xs`, `**options`


@dataclass
class _Connector:
    """Puts dispatchers in the places of functions; `own` are linked functions, whose cells belong to nobody else."""

    option: Numba
    own: Sequence[FunctionType]
    done: dict[Any, Any] = field(default_factory=dict)
    around: list[Any] = field(default_factory=list)  # whose calls are being looked at
    guards: list[Guard] = field(default_factory=list)

    def connect(self, linked: FunctionType) -> None:
        for cell in linked.__closure__ or ():
            cell.cell_contents = self.swapped(cell.cell_contents)

    def swapped(self, value: Any) -> Any:
        if not isinstance(value, FunctionType) or is_overloaded(value):
            return value
        if value in self.around[:-1] and not _is_library(value):
            refuse_each_other(value, self.around[-1])
        if value not in self.done:
            ours = value in self.own
            made = value if ours else _twin(value)
            self.done[value] = jitted(made, self.option)
            self.around.append(value)
            if ours:
                self.connect(value)
            else:
                self.fill(made, value)
            self.around.pop()
        return self.done[value]

    def fill(self, made: FunctionType, function: FunctionType) -> None:
        """Give a twin what the function finds under its names, functions compiled."""
        scope = function.__globals__
        found = {n: scope[n] for n in function.__code__.co_names if n in scope}
        free = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
        found |= {n: cell.cell_contents for n, cell in free.items()}
        self.guards += [Guard(n, v, function, frozen=True) for n, v in found.items() if isinstance(v, FROZEN)]
        made.__globals__.update({n: self.swapped(v) for n, v in found.items() if n not in free})
        for name, cell in zip(made.__code__.co_freevars, made.__closure__ or (), strict=True):
            cell.cell_contents = self.swapped(found[name])


def _is_library(function: FunctionType) -> bool:
    """Is this a function of NumPy's, or of ours that no compilation made? Their own names are said of no user's."""
    module = str(function.__module__)
    return module != "adjoint.generated" and module.partition(".")[0] in ("adjoint", "numpy")


def _twin(function: FunctionType) -> FunctionType:
    """A function of somebody else's with globals and cells of its own, still empty.

    Numba calls no parameter by name only: such become ordinary ones, as they are in the code of a function anyhow.
    """
    code, named = function.__code__, function.__kwdefaults__ or {}
    count = code.co_argcount + code.co_kwonlyargcount
    only = code.co_varnames[code.co_argcount : count]
    cells = tuple([CellType() for _ in function.__closure__ or ()])
    space = {"__builtins__": builtins, "__name__": "adjoint.generated"}
    if only and not code.co_flags & VARIADIC:
        code = code.replace(co_argcount=count, co_kwonlyargcount=0)
        defaults = (*(function.__defaults__ or ()), *[named.get(n) for n in only])
        return FunctionType(code, space, function.__name__, defaults, cells)
    made = FunctionType(code, space, function.__name__, function.__defaults__, cells)
    made.__kwdefaults__ = function.__kwdefaults__
    return made
