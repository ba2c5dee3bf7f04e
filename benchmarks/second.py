"""What a second process pays: our gradient from the disk beside a file with `njit(cache=True)` of the same text.

    python benchmarks/native.py --second               three kernels
    python benchmarks/native.py --second lu cholesky   these

Each side is a program of its own, that runs once to fill its cache and then in fresh processes, the two taking turns.
"first" is the time from before the first import to the first value and gradients, "call" that of a warm call with the
smallest arguments, by which the public call is compared with that of Numba's dispatcher: both the least of all
processes, since what a busy machine adds is not theirs.
"""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.kernels import KERNELS

CHOSEN = ("gauss_seidel", "newton", "cholesky")
ROOT = Path(__file__).parents[1]
PAIRS = 9
OURS = """\
import adjoint
run = adjoint.value_and_grad(kernel.loss, wrt=kernel.wrt, backend="numba")
"""
BY_HAND = """\
from {module} import {name} as run
"""
PROGRAM = """\
import json, os, time
start = time.perf_counter()
os.sched_setaffinity(0, {{{core}}})
import numpy as np
from benchmarks.kernels import KERNELS
kernel = KERNELS["{kernel}"]
args = kernel.inputs(np.random.default_rng(12), **kernel.sizes["tiny"])
{side}
run(*args)
first = time.perf_counter() - start

least, end = 1.0, time.perf_counter() + {seconds}
while time.perf_counter() < end:
    begin = time.perf_counter()
    for _ in range(1000):
        run(*args)
    least = min(least, (time.perf_counter() - begin) / 1000)
print(json.dumps([first, least]))
"""


def measured(name: str, core: int, environment: dict[str, str]) -> dict[str, float]:
    """The figures of one kernel."""
    with tempfile.TemporaryDirectory() as directory:
        module, function = written(name, Path(directory))
        environment = {**environment, "ADJOINT_CACHE_DIR": str(Path(directory) / "cache"), "PYTHONPATH": str(ROOT)}
        sides = {"native": OURS, "by_hand": BY_HAND.format(module=module, name=function)}
        programs = {side: Path(directory) / f"{side}.py" for side in sides}
        for side, path in programs.items():
            path.write_text(PROGRAM.format(kernel=name, side=sides[side], core=core, seconds=0.1))
            _run(path, environment)
        found: dict[str, list[list[float]]] = {side: [] for side in sides}
        for _ in range(PAIRS):
            for side, path in programs.items():
                found[side].append(_run(path, environment))
    figures: dict[str, float] = {}
    for side, pairs in found.items():
        figures[f"{side} first"] = min(first for first, _ in pairs)
        figures[f"{side} call"] = min(least for _, least in pairs)
    return figures


def written(name: str, directory: Path) -> tuple[str, str]:
    """Write the generated text into a file as one would by hand; the names of its module and function."""
    import adjoint
    from adjoint.emit.functions import text_of

    kernel = KERNELS[name]
    gradient: Any = adjoint.value_and_grad(kernel.loss, wrt=kernel.wrt, backend="numba")
    args = kernel.inputs(np.random.default_rng(12), **kernel.sizes["tiny"])
    gradient(*args)
    linked = gradient.last.native[0].linked
    free = dict(zip(linked.__code__.co_freevars, [c.cell_contents for c in linked.__closure__ or ()]))
    parts = [
        "from __future__ import annotations",
        "import numba",
        *(f"import {v.__name__} as {n}" for n, v in free.items() if isinstance(v, ModuleType)),
        "",
    ]
    parts += [_compiled(v) for v in free.values() if not isinstance(v, ModuleType)]
    parts.append(f'@numba.njit(cache=True, error_model="numpy")\n{text_of(linked).source}')
    (directory / "hand_written.py").write_text("\n".join(parts))
    return "hand_written", linked.__name__


def _compiled(helper: Any) -> str:
    return f'@numba.njit(error_model="numpy")\n{inspect.getsource(getattr(helper, "py_func", helper))}\n'


def _run(path: Path, environment: dict[str, str]) -> list[float]:
    command = [sys.executable, "-P", str(path)] if sys.version_info >= (3, 11) else [sys.executable, str(path)]
    paths = os.pathsep.join([environment["PYTHONPATH"], str(path.parent)])
    done = subprocess.run(command, env={**environment, "PYTHONPATH": paths}, capture_output=True, text=True, check=True)
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found
