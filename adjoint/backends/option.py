"""The option `backend` of the transformations: what runs the generated text.

>>> Numba()
Numba(boundscheck=False, nogil=False, fuse=True, cache=True)
>>> backend_of(None) is None, backend_of("python") is None
(True, True)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

from adjoint.classes import dataclass, field
from adjoint.errors import UnsupportedArgument
from adjoint.runtime.objects import package_of


@dataclass(frozen=True)
class Numba:
    """Run derivatives as machine code, compiled by Numba: `grad(f, backend=Numba(nogil=True))`.

    Parameters
    ----------
    boundscheck
        Raise IndexError for an index outside of its array, as NumPy does; without it such an index reads or overwrites
        other memory.
    nogil
        Let other threads of Python run meanwhile. Nobody may change the arguments until the call is done.
    fuse
        Write array statements as loops over their elements, several statements in one loop. Without it they are what
        Numba makes of them, each with a temporary array.
    cache
        Keep the machine code on disk for other processes (`clear_cache` removes it); see `ADJOINT_CACHE_DIR`.
    """

    boundscheck: bool = False
    nogil: bool = False
    fuse: bool = True
    cache: bool = True


@dataclass(frozen=True)
class Linked:
    """A generated function: `run` is called, `linked` has its text.

    `dispatcher` is that of Numba, `closed` makes one of it that takes no more than the function's parameters. `free` is
    what the text's free names mean.
    """

    run: Any
    linked: FunctionType
    dispatcher: Any = None
    closed: Callable[[], Any] | None = None
    free: Mapping[str, Any] = field(default_factory=dict)


Backend = Numba | str | None  # a text is "python" or "numba"; None: what a gradient inside has, else Python


def backend_of(given: Backend) -> Numba | None:
    """What an option means; None for NumPy, in Python.

    Raises:
        UnsupportedArgument: for anything else than "python", "numba" or a `Numba`, or where Numba is not installed.
    """
    if given is None or (isinstance(given, str) and given == "python"):
        return None
    found: Any = Numba() if isinstance(given, str) and given == "numba" else given
    if not isinstance(found, Numba):
        raise UnsupportedArgument(f'backend={given!r}: give "python", "numba" or `adjoint.Numba(...)`')
    try:
        import numba  # noqa: F401
    except ImportError as error:
        raise UnsupportedArgument(
            f"backend={given!r}: Numba cannot be imported ({error})\n  Install it: `pip install 'adjoint-ad[numba]'`."
        ) from error
    return found


def python_of(value: Any) -> FunctionType | None:
    """The Python function that `numba.njit` compiled, None for anything else."""
    found = getattr(value, "py_func", None) if package_of(type(value)) == "numba" else None
    return found if isinstance(found, FunctionType) else None
