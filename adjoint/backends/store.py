"""Files of our own on disk, found by what they were made of; nothing is read that this user has not written.

    <cache directory>/secret            32 random bytes, made once
    <cache directory>/<key>             32 bytes that prove who wrote it and for which key, then the content

Writers put a whole file in its place at once, so that readers never see half of one. What is broken, or not ours,
counts as not there. Where there are too many files, or they take too much room, those that nobody has used for longest
go. The directory is `ADJOINT_CACHE_DIR`, else the platform's for caches; an empty `ADJOINT_CACHE_DIR`
turns all this off.

>>> import tempfile
>>> kept = Store(os.path.join(tempfile.mkdtemp(), "cache"))
>>> kept.write("0a", b"content")
>>> kept.read("0a"), kept.read("0b")
(b'content', None)
"""

from __future__ import annotations

import os
import stat
import sys
import time
from contextlib import suppress
from functools import cache

from adjoint.backends.digests import SIZE, proof

VARIABLE = "ADJOINT_CACHE_DIR"
FILES, BYTES = 8192, 512 << 20  # in a directory, about: each 256th write looks
_DAY = 86400
_SECRET = "secret"
_NEW = ".new-"
_BINARY = getattr(os, "O_BINARY", 0)


class Store:
    """Contents by key, in one directory."""

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        self.directory = os.fspath(directory)
        self._secret: bytes | None = None

    def read(self, key: str) -> bytes | None:
        """What was written for a key; None where there is nothing that can be trusted."""
        try:
            secret = self.secret()
            found = _read_own(self.path(key))
        except OSError:
            return None
        content = found[SIZE:]
        # How long this takes tells nobody anything: who can write here knows the secret.
        return content if found[:SIZE] == proof(secret, key.encode(), content) else None

    def write(self, key: str, content: bytes) -> None:
        """Keep a content; where the directory cannot be written, or is somebody else's, nothing is kept."""
        with suppress(OSError):
            self._put(key, proof(self.secret(), key.encode(), content) + content)
            if key.endswith("00"):
                self.trim(FILES, BYTES)

    def trim(self, files: int, size: int) -> None:
        """Remove what was used last longest ago, and what writers that were stopped have left, down to these sizes."""
        with os.scandir(self.directory) as entries:
            found = sorted(((e.stat(), e) for e in entries if e.name != _SECRET), key=lambda f: -f[0].st_mtime)
        for stats, entry in found:
            is_left = entry.name.startswith(_NEW) and time.time() - stats.st_mtime > _DAY
            files, size = files - 1, size - stats.st_size
            if files < 0 or size < 0 or is_left:
                _removed(entry.path)

    def clear(self) -> None:
        """Remove all files."""
        with suppress(OSError):
            _check_directory(self.directory)
            for name in os.listdir(self.directory):
                _removed(self.path(name))
        self._secret = None

    def secret(self) -> bytes:
        """What only this user knows.

        Raises:
            OSError: if the directory or the secret may be somebody else's.
        """
        if self._secret is None:
            os.makedirs(self.directory, mode=0o700, exist_ok=True)
            _check_directory(self.directory)
            path = self.path(_SECRET)
            if not os.path.exists(path):
                self._put(_SECRET, os.urandom(SIZE))
            found = _read_own(path)
            if len(found) != SIZE:
                raise OSError(f"{path} is broken")
            self._secret = found
        return self._secret

    def path(self, name: str) -> str:
        return os.path.join(self.directory, name)

    def _put(self, name: str, content: bytes) -> None:
        temporary = self.path(_NEW + os.urandom(8).hex())  # as `tempfile` does it, which imports much
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            if name == _SECRET:  # the first one stays: others may have used it
                with suppress(FileExistsError):
                    os.link(temporary, self.path(name))
                os.unlink(temporary)
            else:
                os.replace(temporary, self.path(name))
        except OSError:
            with suppress(OSError):
                os.unlink(temporary)
            raise


def store() -> Store | None:
    """The store of this process, None where it is turned off."""
    found = os.environ.get(VARIABLE)
    return None if found == "" else _store_in(found)


@cache
def _store_in(given: str | None) -> Store:
    return Store(given or os.path.join(_platform_directory(), "adjoint"))


def clear_cache() -> None:
    """Remove the generated texts and the machine code that were kept on disk.

    Nothing else is: a process that runs on keeps what it has, and the next one compiles anew.
    """
    found = store()
    if found is not None:
        found.clear()


def _platform_directory() -> str:
    """Where programs keep what they can make again."""
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches")
    return os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")


def _removed(path: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)


def _check_directory(path: str) -> None:
    """Raise OSError unless a directory is this user's alone."""
    found = os.lstat(path)
    if not stat.S_ISDIR(found.st_mode) or not _is_own(found):
        raise OSError(f"{path} is not this user's alone")


def _read_own(path: str) -> bytes:
    """The bytes of a plain file that nobody else can have written."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | _BINARY)
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or not _is_own(found):
            raise OSError(f"{path} is not this user's alone")
        if time.time() - found.st_mtime > _DAY:  # used: what is not goes first
            with suppress(OSError):
                os.utime(path)
        return file.read()


def _is_own(found: os.stat_result) -> bool:
    if not hasattr(os, "getuid"):
        return True  # the platform's directory is the user's own
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
