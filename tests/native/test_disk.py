"""Machine code on disk: found by all that it was made of, and by nothing else; read only where this user wrote it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import adjoint
from adjoint.backends.store import Store

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, sys
import numpy as np
import adjoint

SCALE, COUNT = 3.0, {count}

def helper(x):
    return x * 2.0

def f(x):
    y = x * SCALE
    for i in range(COUNT):
        y[1:] += y[:-1] * helper(x[0])
    return np.sum(y * y)

g = adjoint.grad(f, backend=adjoint.Numba(boundscheck={boundscheck}))
found = g(np.ones(4))
stats = g.last.dispatchers[0].stats
compilers = {{"adjoint.pipeline", "adjoint.rules.registry", "adjoint.backends.overloads", "gast"}}
is_itself = found.base is not None and found.dtype is np.dtype(float)
json.dump([found.tolist(), sum(stats.cache_hits.values()), is_itself, len(compilers & {{*sys.modules}})], sys.stdout)
"""


def run(directory: Path, count: int = 2, boundscheck: bool = False) -> Any:
    """In a new process: the gradient, how often machine code was found, whether it is the array that this has made, and
    how much of our compiler was imported."""
    script = directory.parent / f"program{count}.py"
    script.write_text(PROGRAM.format(count=count, boundscheck=boundscheck))
    env = {**os.environ, "PYTHONPATH": str(ROOT), "ADJOINT_CACHE_DIR": str(directory), "ADJOINT_CACHE_TEXTS": "1"}
    found = subprocess.run([sys.executable, script], env=env, capture_output=True, text=True, check=True)
    return json.loads(found.stdout)


def test_a_second_process_compiles_nothing(tmp_path: Path) -> None:
    kept = tmp_path / "cache"
    first, second = run(kept), run(kept)
    assert first == [second[0], 0, True, 4]
    assert second[1:] == [1, True, 0]
    assert kept.stat().st_mode & 0o077 == 0
    assert run(kept, count=3)[1] == run(kept, boundscheck=True)[1] == 0
    # What is broken is compiled anew, and written again.
    for path in kept.iterdir():
        if path.name != "secret":
            path.write_bytes(path.read_bytes()[:-7])
    assert run(kept) == first
    assert run(kept) == second


def test_nothing_is_read_that_somebody_else_may_have_written(tmp_path: Path) -> None:
    kept, other = Store(tmp_path / "kept"), Store(tmp_path / "other")
    kept.write("a", b"ours")
    other.write("a", b"theirs")
    (tmp_path / "kept" / "b").write_bytes((tmp_path / "kept" / "a").read_bytes())
    assert kept.read("b") is None  # ours, but for another key
    (tmp_path / "kept" / "a").write_bytes((tmp_path / "other" / "a").read_bytes())
    assert kept.read("a") is None
    kept.write("a", b"ours")
    assert kept.read("a") == b"ours"
    if hasattr(os, "getuid"):
        (tmp_path / "kept" / "a").chmod(0o620)
        assert kept.read("a") is None
        os.replace(tmp_path / "kept" / "a", tmp_path / "a")
        (tmp_path / "a").chmod(0o600)
        (tmp_path / "kept" / "a").symlink_to(tmp_path / "a")
        assert kept.read("a") is None
        (tmp_path / "other").chmod(0o770)
        assert Store(tmp_path / "other").read("a") is None


def test_writers_at_once(tmp_path: Path) -> None:
    contents = [bytes([k]) * 100_000 for k in range(8)]
    stores = [Store(tmp_path / "kept") for _ in contents]
    threads = [threading.Thread(target=s.write, args=("k", c)) for s, c in zip(stores, contents, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Store(tmp_path / "kept").read("k") in contents
    assert sorted(p.name for p in (tmp_path / "kept").iterdir()) == ["k", "secret"]


def test_what_is_not_used_goes_first(tmp_path: Path) -> None:
    kept = Store(tmp_path)
    for k in range(6):
        kept.write(f"{k}", bytes(100))
        os.utime(tmp_path / f"{k}", (0, 10**9 + k))
    (tmp_path / ".new-left").touch()
    os.utime(tmp_path / ".new-left", (0, 0))
    assert kept.read("0") is not None  # which makes it new
    kept.trim(files=100, size=4 * 132)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["0", "3", "4", "5", "secret"]
    kept.trim(files=2, size=10**6)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["0", "5", "secret"]


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Store(tmp_path / "file" / "below")
    kept.write("a", b"content")
    assert kept.read("a") is None


def test_clearing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADJOINT_CACHE_DIR", str(tmp_path / "kept"))
    Store(tmp_path / "kept").write("a", b"content")
    adjoint.clear_cache()
    assert not list((tmp_path / "kept").iterdir())
    Store(tmp_path / "kept").write("a", b"content")
    assert Store(tmp_path / "kept").read("a") == b"content"


TOGETHER = """
import adjoint

def f(x):
    def even(n):
        return x if n == 0 else odd(n - 1) * x

    def odd(n):
        return 1.0 if n == 0 else even(n - 1) + x

    return even(4) + odd(3)

try:
    adjoint.vjp(f, backend="numba")(1.5)
except adjoint.UnsupportedByNumba as error:
    print("refused")
"""


def test_functions_that_call_each_other_end_no_process(tmp_path: Path) -> None:
    """Numba finds out that it cannot when these run, or not even then."""
    script = tmp_path / "together.py"
    script.write_text(TOGETHER)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "ADJOINT_CACHE_DIR": str(tmp_path / "cache")}
    for _ in range(2):
        run = subprocess.run([sys.executable, script], env=env, capture_output=True, text=True, check=True)
        assert run.stdout == "refused\n"


PARTS = """
import sys
import numpy as np
import adjoint

def f(w, x):
    b = len(x)
    return np.sum(w[:b] * x) + np.sum(w[b:] * w[b:])

w, x = np.arange(1.0, 1 + float(sys.argv[1])), np.array([0.5, 2.0, 3.0])
print(adjoint.grad(f, backend="numba")(w, x).tolist())
"""


def test_what_is_kept_for_some_sizes_is_not_used_for_others(tmp_path: Path) -> None:
    script = tmp_path / "parts.py"
    script.write_text(PARTS)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "ADJOINT_CACHE_DIR": str(tmp_path / "cache")}
    for length in (6, 5, 6):
        run = subprocess.run([sys.executable, script, str(length)], env=env, capture_output=True, text=True, check=True)
        assert json.loads(run.stdout) == [0.5, 2.0, 3.0, *(2.0 * k for k in range(4, length + 1))]
