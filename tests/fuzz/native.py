"""Run a function and all that it calls as Numba's native code, or say that Numba does not take it."""

from __future__ import annotations

import builtins
from types import CellType, FunctionType
from typing import Any

from differences import fresh


def compiled_or_none(function: Any, args: tuple[Any, ...]) -> Any:
    """What the native code gives, None where Numba refuses it."""
    from numba.core.errors import NumbaError, UnsupportedBytecodeError

    try:
        return _native(function, {})(*fresh(args))
    except (NumbaError, UnsupportedBytecodeError, NotImplementedError, AssertionError, KeyError, TypeError,
            AttributeError, RecursionError):  # fmt: skip
        return None  # Numba's own limits show in many ways


def _native(function: Any, done: dict[Any, Any]) -> Any:
    import numba

    import adjoint.backends.overloads as backend

    if not isinstance(function, FunctionType) or function in backend.OVERLOADED:
        return function
    if function not in done:
        done[function] = None
        cells = tuple(CellType(_native(c.cell_contents, done)) for c in function.__closure__ or ())
        names = function.__code__.co_names
        space = {n: _native(function.__globals__[n], done) for n in names if n in function.__globals__}
        copy = FunctionType(function.__code__, {**space, "__builtins__": builtins}, function.__name__,
                            function.__defaults__, cells)  # fmt: skip
        done[function] = numba.njit(copy, error_model="numpy")
    return done[function]
