"""Short texts that stand for long ones: by them files are found, and what a function does is known again.

>>> def f(x):
...     return 2 * x
>>> def g(x):
...     return 3 * x
>>> digest(of_code(f.__code__)) == digest(of_code(g.__code__))
False
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from types import CodeType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hashlib import blake2b
else:
    try:
        from _blake2 import blake2b  # hashlib itself loads OpenSSL
    except ImportError:
        from hashlib import blake2b

SIZE = 32  # bytes


def proof(secret: bytes, *parts: bytes) -> bytes:
    """What only who knows the secret can say of these parts."""
    found = blake2b(key=secret, digest_size=SIZE)
    for part in parts:
        found.update(len(part).to_bytes(8, "little"))
        found.update(part)
    return found.digest()


def digest(parts: Iterable[str]) -> str:
    """A short text that two sequences share only if they are equal."""
    return proof(b"", *[part.encode(errors="surrogatepass") for part in parts]).hex()


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
    return digest([*versions, repr(sorted(_stamps(os.path.dirname(os.path.dirname(__file__)))))])


def _stamps(root: str) -> Iterator[tuple[str, int, int]]:
    """Path, size and time of each file of ours."""
    directories = [root]
    for directory in directories:
        with os.scandir(directory) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    found = entry.stat()
                    yield entry.path, found.st_size, found.st_mtime_ns
                elif entry.name != "__pycache__" and entry.is_dir():
                    directories.append(entry.path)
