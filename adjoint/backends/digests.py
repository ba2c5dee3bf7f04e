"""Short texts that stand for long ones: by them files are found, and what a function does is known again.

>>> def f(x):
...     return 2 * x
>>> def g(x):
...     return 3 * x
>>> digest(of_code(f.__code__)) == digest(of_code(g.__code__))
False
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType

import numpy as np


def digest(parts: Iterable[str]) -> str:
    """A short text that two sequences share only if they are equal."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode(errors="surrogatepass")
        found.update(len(data).to_bytes(8, "little"))
        found.update(data)
    return found.hexdigest()


def of_code(code: CodeType) -> Iterator[str]:
    """What a function does, as texts."""
    yield f"code {code.co_code.hex()} {code.co_names} {code.co_varnames} {code.co_freevars} {code.co_flags}"
    yield f"{code.co_argcount} {code.co_posonlyargcount} {code.co_kwonlyargcount} {_exceptions(code)}"
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from of_code(constant)
        else:
            yield repr(constant)


def of_lines(code: CodeType) -> Iterator[str]:
    """Where the code of a function stands, as texts: messages and tracebacks say so."""
    lines: bytes = getattr(code, "co_linetable", b"")
    yield f"{code.co_filename} {code.co_firstlineno} {lines.hex()}"
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from of_lines(constant)


def _exceptions(code: CodeType) -> str:
    table: bytes = getattr(code, "co_exceptiontable", b"")
    return table.hex()


@cache
def ours() -> str:
    """Python, NumPy, and our own files as they are: texts are of the compiler's making."""
    versions = [sys.version, platform.machine(), str(sys.flags.optimize), np.__version__]
    return digest([*versions, *sorted(_stamps(Path(__file__).parents[1]))])


def _stamps(directory: Path) -> Iterator[str]:
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _stamps(Path(entry.path))
            elif entry.name.endswith(".py"):
                found = entry.stat()
                yield f"{entry.path} {found.st_size} {found.st_mtime_ns}"
