"""Many threads that compile and run the same and different functions at once, and processes that fork."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from texts import fresh, small

from adjoint import grad, pipeline, vjp

THREADS, FUNCTIONS = 8, 6
X, Y = np.array([0.2, -0.4, 0.9]), np.array([0.1, 0.7, 0.5])


@pytest.fixture
def often() -> Iterator[None]:
    """Threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    requests: list[Any] = []
    compile = pipeline.compile
    monkeypatch.setattr(pipeline, "compile", lambda request: (requests.append(request), compile(request))[1])
    return requests


def results(function: Any) -> tuple[bytes, ...]:
    out, pullback = vjp(function, wrt=("x", "y"))(X, Y)
    return tuple(np.asarray(a).tobytes() for a in (out, *pullback(1.0), *grad(function, wrt=("x", "y"))(X, Y)))


def test_threads_get_what_one_thread_gets_and_compile_once(often: None, compiled: list[Any]) -> None:
    functions = [fresh(small(k)) for k in range(FUNCTIONS)]
    start = threading.Barrier(THREADS, timeout=60)

    def work(number: int) -> list[tuple[int, tuple[bytes, ...]]]:
        start.wait()
        # First all of them the same functions, then each another.
        order = [*range(FUNCTIONS), *((k + number) % FUNCTIONS for k in range(FUNCTIONS))]
        return [(k, results(functions[k])) for k in order]

    with ThreadPoolExecutor(THREADS) as pool:
        found = [pair for part in pool.map(work, range(THREADS)) for pair in part]
    assert len(compiled) == 2 * FUNCTIONS, "once for each function and way of calling it"
    alone = [results(fresh(small(k))) for k in range(FUNCTIONS)]
    assert all(result == alone[k] for k, result in found)


def test_one_pullback_in_many_threads(often: None) -> None:
    _, pullback = vjp(fresh(small(1)), wrt=("x", "y"))(X, Y)
    alone = [pullback(float(k))[0].tobytes() for k in range(40)]
    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(lambda k: pullback(float(k))[0].tobytes(), range(40))) == alone


def test_threads_with_arguments_of_different_kinds(often: None) -> None:
    function = fresh(small(2))
    arguments = [(np.linspace(0.1, 0.9, 2 + k % 4).astype(f"f{4 + 4 * (k % 2)}"),) * 2 for k in range(24)]
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda args: grad(function)(*args), arguments))
    for args, result in zip(arguments, found, strict=True):
        assert (result.shape, result.dtype) == (args[0].shape, args[0].dtype)
        np.testing.assert_array_equal(result, grad(fresh(small(2)))(*args))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_child_process_compiles_and_runs_while_threads_of_its_parent_compile(often: None) -> None:
    stop = threading.Event()

    def busy() -> None:
        k = 0
        while not stop.is_set():
            k += 1
            grad(fresh(small(k)))(X, Y)

    function = fresh(small(3))
    expected = results(function)
    thread = threading.Thread(target=busy)
    thread.start()
    try:
        codes = [_in_a_child(lambda: results(function) == expected == results(fresh(small(3)))) for _ in range(8)]
    finally:
        stop.set()
        thread.join()
    assert codes == [0] * 8


def _in_a_child(work: Any) -> int:
    """The exit code of a forked process: 0 if `work` is true there, -14 if it waits for ever."""
    import signal

    child = os.fork()
    if child == 0:
        signal.alarm(60)
        try:
            os._exit(0 if work() else 1)
        finally:
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
