"""Machine code kept on disk: the second process compiles nothing.

Numba asks its dispatcher's cache before it compiles, and tells it afterwards. This one finds files by a digest of all
that the machine code was made of: the code of the function and of all that it calls, what is compiled in, the types of
the arguments, the options, the processor, and the versions of everything that has a part in it.
"""

from __future__ import annotations

import io
import pickle
import platform
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import llvmlite
import numba
import numpy as np
from numba.core.caching import _Cache
from numba.core.compiler import CompileResult
from numba.core.dispatcher import Dispatcher
from numba.core.environment import _rebuild_env
from numba.core.serialize import dumps

import adjoint
from adjoint.backends.digests import digest, of_code
from adjoint.backends.option import Numba
from adjoint.backends.store import Store, store


class UnknownIdentity(Exception):
    """What is compiled in is nothing that another process would know again."""


class Kept(_Cache):
    """The cache of one dispatcher, as Numba asks it."""

    def __init__(self, kept: Store, identity: str) -> None:
        self._store, self._identity, self._enabled = kept, identity, True

    @property
    def cache_path(self) -> str:
        return str(self._store.directory)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The machine code for these types, None where there is none."""
        if not self._enabled:
            return ready_to_compile()
        found = self._store.read(self._key(sig, target_context.codegen()))
        if found is None:
            return ready_to_compile()
        target_context.refresh()
        try:
            return CompileResult._rebuild(target_context, *_Unpickler(io.BytesIO(found)).load())
        except Exception:  # of another make than its key says: compiled anew, and written over
            return ready_to_compile()

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep the machine code for these types."""
        if not self._enabled or data.lifted or data.library.has_dynamic_globals:
            return
        self._store.write(self._key(sig, data.codegen), dumps(data._reduce()))

    def enable(self) -> None:
        self._enabled = True

    def disable(self) -> None:
        self._enabled = False

    def flush(self) -> None:
        """Leave the files: others may use them."""

    def _key(self, sig: Any, codegen: Any) -> str:
        return digest([self._identity, repr(sig), repr(codegen.magic_tuple()), versions()])


class _Unpickler(pickle.Unpickler):
    """Reads what Numba's pickler wrote."""

    def find_class(self, module: str, name: str) -> Any:
        known = (module, name) == (_rebuild_env.__module__, _rebuild_env.__name__)
        return _environment if known else super().find_class(module, name)


def _environment(module: str, *parts: Any) -> Any:
    """What machine code holds of a function's module: no module of ours is imported for names that nobody looks up."""
    found = _rebuild_env("adjoint.generated" if module.partition(".")[0] == "adjoint" else module, *parts)
    found.consts[:] = map(_single, found.consts)
    return found


def _single(constant: Any) -> Any:
    """NumPy's one object for a plain dtype: what is unpickled is a copy, with which every array would be made."""
    is_plain = isinstance(constant, np.dtype) and constant.names is None and constant.subdtype is None
    return np.dtype(constant.str) if is_plain else constant


def keep(dispatcher: Any, option: Numba) -> None:
    """Let a dispatcher keep what it compiles; all that it calls must be in its place.

    Symbols of machine code are found by their names, in all that a process has loaded: so the function gets a name that
    nothing else has.
    """
    function = dispatcher.py_func
    try:
        identity = digest([repr(option), *_identified(function, {})])
    except UnknownIdentity:
        ready_to_compile()
        return
    function.__qualname__ = f"{function.__name__}_{identity[:24]}"
    kept = store() if option.cache else None
    if kept is None:
        ready_to_compile()
    else:
        dispatcher._cache = Kept(kept, identity)


def ready_to_compile() -> None:
    """Let Numba know what we have written for it: machine code from the disk needs none of it."""
    from adjoint.backends import overloads  # noqa: F401


def _outside(function: FunctionType, seen: dict[Any, int]) -> Iterator[str]:
    """What a function finds under its free names, as texts that say the same in another process."""
    seen[function] = len(seen)
    names = sorted({*function.__code__.co_names} & function.__globals__.keys())
    cells = zip(function.__code__.co_freevars, function.__closure__ or ())
    for name, value in [*((n, function.__globals__[n]) for n in names), *((n, c.cell_contents) for n, c in cells)]:
        yield name
        yield from _identified(value, seen)


def _identified(value: Any, seen: dict[Any, int]) -> Iterator[str]:
    if isinstance(value, Dispatcher):
        value = value.py_func
    match value:
        case None | bool() | int() | float() | complex() | str() | bytes() | np.generic():
            yield f"{type(value).__name__} {value!r}"
        case tuple():
            for item in value:
                yield from _identified(item, seen)
            yield f"tuple {len(value)}"
        case ModuleType():
            yield f"module {value.__name__}"
        case FunctionType() if value in seen:
            yield f"function {seen[value]}"
        case FunctionType():
            yield from of_code(value.__code__)
            yield from _identified(value.__defaults__ or (), seen)
            yield from _outside(value, seen)
        case type() | np.ufunc() | BuiltinFunctionType():
            yield f"object {getattr(value, '__module__', '')} {value.__name__}"
        case _ if _is_numpys(value):
            yield f"function {value.__module__} {value.__qualname__}"
        case _:
            raise UnknownIdentity(type(value).__name__)


def _is_numpys(value: Any) -> bool:
    """A function of NumPy's own, behind its dispatch by arguments' types."""
    return str(getattr(value, "__module__", "")).partition(".")[0] == "numpy" and hasattr(value, "__qualname__")


@cache
def versions() -> str:
    """The versions of all that has a part in machine code; of our own, the texts."""
    versions = [sys.version, platform.machine(), adjoint.__version__]
    versions += [module.__version__ for module in (numba, np, llvmlite)]
    root = Path(__file__).parent
    ours = sorted([*root.glob("*.py"), *(root.parent / "runtime").glob("*.py")])
    return digest([*versions, *(path.read_text(encoding="utf-8") for path in ours)])
