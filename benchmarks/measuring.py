"""One kernel, size and side, measured in this process: see `native.py`.

A reference is small, so that it can be kept in a file: of the value and of each gradient its norm and its products with
a few random arrays. Two arrays whose products agree are the same up to rounding.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

START = time.perf_counter()
if "ADJOINT_CORE" in os.environ and hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {int(os.environ["ADJOINT_CORE"])})

import numpy as np  # noqa: E402

from benchmarks.kernels import KERNELS  # noqa: E402
from benchmarks.sides import PRIMALS, SIDES, NotHere, arrays_of  # noqa: E402

PROJECTIONS = 4


def measured(name: str, size: str, side: str, reference: Any, seconds: float) -> dict[str, Any]:
    kernel = KERNELS[name]
    args = kernel.inputs(np.random.default_rng(12), **kernel.sizes[size])
    start = time.perf_counter()
    try:
        run = SIDES[side](kernel, args)
    except NotHere:
        return {"failed": "not written for it"}
    result = run()
    first = time.perf_counter() - start
    found = [summary(a) for a in arrays_of(result)]
    apart = disagreement(found, reference) if reference else 0.0
    if apart > kernel.tolerance:
        return {"failed": f"WRONG: apart from the sides before by {apart:.1e}"}
    least, median, repeats = timed(run, seconds)
    figures = {"first": first, "least": least, "median": median, "repeats": repeats, "apart": apart}
    figures["memory"] = peak_of(run)
    if side == "interpreted":
        figures["record"] = recorded(kernel, args)
    if side not in PRIMALS and reference is None:
        figures["reference"] = found
    return figures


def timed(run: Callable[[], Any], seconds: float) -> tuple[float, float, int]:
    """The least and the median time of a call: calls in groups that take 2 ms or more, 5 groups or more."""
    number, begin = 1, time.perf_counter()
    run()
    once = time.perf_counter() - begin
    number = max(1, int(2e-3 / max(once, 1e-9)))
    times: list[float] = []
    gc.collect()
    gc.disable()
    end = time.perf_counter() + seconds
    while len(times) < 5 or (time.perf_counter() < end and len(times) < 2000):
        begin = time.perf_counter()
        for _ in range(number):
            run()
        times.append((time.perf_counter() - begin) / number)
        if times[0] > seconds and len(times) >= 2:
            break
    gc.enable()
    return min(times), sorted(times)[len(times) // 2], len(times) * number


def peak_of(run: Callable[[], Any]) -> int | None:
    """By how many bytes a call raises the peak of the process; None where the system does not tell."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")
        before = _status("VmRSS")
        run()
        return max(0, _status("VmHWM") - before)
    except (OSError, AttributeError):
        return None


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def recorded(kernel: Any, args: tuple[Any, ...]) -> int:
    """The bytes in what the forward sweep hands to the reverse one, what the arguments hold left out."""
    import adjoint

    _, pullback = adjoint.vjp(kernel.loss, wrt=kernel.wrt)(*args)
    seen = {_base(a) for a in args if isinstance(a, np.ndarray)}
    return _bytes(pullback._given[-1], seen)


def _bytes(value: Any, seen: set[int]) -> int:
    if isinstance(value, np.ndarray):
        if _base(value) in seen:
            return 0
        seen.add(_base(value))
        return value.nbytes
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        if id(value) in seen:
            return 0
        seen.add(id(value))
        if value and all(isinstance(v, (int, float)) for v in value):
            return 8 * len(value)
        return sum(_bytes(v, seen) for v in value)
    return 8 if isinstance(value, (int, float, np.generic)) else 0


def _base(array: np.ndarray) -> int:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array.__array_interface__["data"][0]


def summary(array: np.ndarray) -> list[float]:
    rng = np.random.default_rng(array.size)
    flat = array.ravel()
    return [float(np.linalg.norm(flat)), *(float(flat @ rng.normal(size=flat.size)) for _ in range(PROJECTIONS))]


def disagreement(found: list[list[float]], reference: list[list[float]]) -> float:
    """The largest difference, relative to the norm; what is not a number disagrees. A primal has the value alone."""
    largest = 0.0
    if len(found) not in (1, len(reference)):
        return float("inf")
    for ours, theirs in zip(found, reference):
        for a, b in zip(ours, theirs):
            difference = abs(a - b) / max(theirs[0], sys.float_info.min)
            largest = max(largest, difference if difference == difference else float("inf"))
    return largest
