"""Figures under stress: `python benchmarks/stress.py [threads drop size trips interrupts] [--quick]`.

threads     eight threads compile and run the same and different functions at once: results as with one thread
drop        10,000 distinct functions compiled and dropped: memory every 1,000
size        5,000 statements, 200 loops nested ten deep, 1,000 terms, 180 parentheses: time for each line or term
trips       a loop of ten million trips: bytes for each value that is recorded
interrupts  Ctrl-C at random moments of compiling and running: the next call is right
"""

from __future__ import annotations

import argparse
import gc
import linecache
import platform
import random
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "stress")]
from texts import forget, fresh, loops, parentheses, small, straight_line, terms  # noqa: E402

import adjoint  # noqa: E402
from adjoint import pipeline  # noqa: E402

X, Y = np.array([0.2, -0.4, 0.9]), np.array([0.1, 0.7, 0.5])


def threads(quick: bool) -> None:
    count, rounds = (10, 3) if quick else (40, 25)
    functions = [fresh(small(k)) for k in range(count)]
    start, requests, compile = threading.Barrier(8), [0], pipeline.compile

    def counted(request: Any) -> Any:
        requests[0] += 1
        return compile(request)

    def work(number: int) -> list[tuple[int, bytes]]:
        start.wait()
        order = [k for r in range(rounds) for k in ((k + number * (r % 2)) % count for k in range(count))]
        return [(k, b"".join(g.tobytes() for g in gradient(functions[k]))) for k in order]

    sys.setswitchinterval(1e-5)
    pipeline.compile = counted  # type: ignore[assignment]
    begin = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        found = [pair for part in pool.map(work, range(8)) for pair in part]
    seconds = time.perf_counter() - begin
    pipeline.compile = compile
    sys.setswitchinterval(5e-3)
    alone = [b"".join(g.tobytes() for g in gradient(fresh(small(k)))) for k in range(count)]
    wrong = sum(result != alone[k] for k, result in found)
    print(f"threads: {len(found)} calls of {count} functions in 8 threads, {requests[0]} compilations, {wrong} wrong,")
    print(f"         {seconds:.1f} s")


def gradient(function: Any) -> Any:
    return adjoint.grad(function, wrt=("x", "y"))(X, Y)


def drop(quick: bool) -> None:
    total = 1_000 if quick else 10_000
    print(f"drop:    {total} functions compiled and dropped")
    for k in range(total + 1):
        if k % (total // 10) == 0:
            gc.collect()
            entries = sum("adjoint" in name or "stress" in name for name in linecache.cache)
            print(f"  {k:6}  {resident():7.1f} MB  {len(gc.get_objects())} objects  {entries} line cache entries")
        function = fresh(small(k))
        gradient(function)
        forget(function)


def size(quick: bool) -> None:
    cases: list[tuple[str, Any, tuple[int, ...]]] = [
        ("statements", straight_line, (250, 1000) if quick else (310, 1250, 5000)),
        ("loops, ten deep", loops, (50, 200)),
        ("terms", terms, (250, 1000)),
        ("parentheses", parentheses, (45, 180)),
    ]
    print("size:    CPU time to compile, and its growth for each fourfold length (linear: 4)")
    for what, make, counts in cases:
        before = None
        for count in counts:
            function = fresh(make(count))
            gc.collect()
            begin = time.process_time()
            adjoint.grad(function, wrt=("x", "y")).compiled(0.3, 0.4)
            seconds = time.process_time() - begin
            growth = "" if before is None else f"  x {seconds / before:.1f}"
            print(f"  {count:6} {what:16} {seconds:7.2f} s  {seconds / count * 1e3:6.2f} ms each{growth}")
            before = seconds


def trips(quick: bool) -> None:
    count = 1_000_000 if quick else 10_000_000
    bodies = {
        "y - 1e-8 * y * y": "one Python float a trip",
        "np.sin(y) * x": "one NumPy float a trip",
        "0.999 * y + x": "nothing",
    }
    for body, recorded in bodies.items():
        function = fresh(f"def model(x, n):\n    y = x\n    for i in range(n):\n        y = {body}\n    return y\n")
        gradient = adjoint.grad(function)
        gradient(0.5, 10)
        before, begin = resident(), time.perf_counter()
        peak = Peak()
        gradient(0.5, count)
        used = peak.stop() - before
        seconds = time.perf_counter() - begin
        print(f"trips:   {count} of `y = {body}`: {recorded} recorded, {used:.0f} MB,", end=" ")
        print(f"{used * 1e6 / count:.1f} bytes a trip, {seconds:.1f} s")


def interrupts(quick: bool) -> None:
    if not hasattr(signal, "setitimer"):
        print("interrupts: this system has no timers")
        return
    total, hits, wrong = 40 if quick else 400, 0, 0
    expected = [g.tobytes() for g in gradient(fresh(small(1)))]
    choose = random.Random(0)
    previous = signal.signal(signal.SIGALRM, signal.default_int_handler)
    for _ in range(total):
        function, longest = fresh(small(1)), 0.06
        try:
            signal.setitimer(signal.ITIMER_REAL, choose.uniform(1e-4, longest))
            for _ in range(1000):
                gradient(function)
            signal.setitimer(signal.ITIMER_REAL, 0)
        except KeyboardInterrupt:
            hits += 1
        wrong += [g.tobytes() for g in gradient(function)] != expected
        forget(function)
    signal.signal(signal.SIGALRM, previous)
    print(f"interrupts: {hits} of {total} calls interrupted, {wrong} wrong afterwards")


class Peak:
    """The most memory of the process while it stands, looked at every few milliseconds."""

    def __init__(self) -> None:
        self.most, self.done = resident(), threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self) -> None:
        while not self.done.wait(0.005):
            self.most = max(self.most, resident())

    def stop(self) -> float:
        self.done.set()
        self.thread.join()
        return self.most


def resident() -> float:
    """MB of memory that this process holds."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096 / 1e6
    except OSError:  # not Linux: the most that it ever held
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


PARTS = {"threads": threads, "drop": drop, "size": size, "trips": trips, "interrupts": interrupts}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="what to measure; without any, all")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, adjoint {adjoint.__version__}")
    for name in options.parts or PARTS:
        PARTS[name](options.quick)


if __name__ == "__main__":
    main()
