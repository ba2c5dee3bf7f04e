"""A long loop reversed with few states kept: `python benchmarks/checkpoint.py [steps]`.

100,000 steps over 1,000 floats, 20 snapshots; beside it the plain reverse sweep, which records every step, and JAX's
scan, plain and with `jax.checkpoint` around nested scans (three levels, the usual way to few states), where JAX is
installed. One thread. Each runs in a process of its own: the time is that of the second call, memory the process's peak
beyond what it had before the first.
"""

from __future__ import annotations

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import resource  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from importlib.util import find_spec  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402

sys.path.insert(0, str(Path(__file__).parents[1]))
import adjoint  # noqa: E402
from adjoint.runtime.schedule import recomputed  # noqa: E402

STEPS, SIZE, SNAPSHOTS = 100_000, 1_000, 20


def plain(u: Any, w: Any, steps: int) -> Any:
    for _ in range(steps):
        u = u + 1e-5 * np.sin(w * u)
    return np.sum(u * u)


def saving(u: Any, w: Any, steps: int) -> Any:
    for _ in adjoint.checkpoint(range(steps), snapshots=20):
        u = u + 1e-5 * np.sin(w * u)
    return np.sum(u * u)


def in_jax(levels: int) -> Callable[[Any, Any, int], Any]:
    """The gradient in JAX, the loop in so many nested scans, all but the outermost checkpointed."""
    import jax

    jax.config.update("jax_enable_x64", True)

    def loss(u: Any, w: Any, steps: int) -> Any:
        def step(u: Any, _: None) -> tuple[Any, None]:
            return u + 1e-5 * jax.numpy.sin(w * u), None

        body, left = step, steps
        for level in range(levels, 1, -1):
            divisors = [d for d in range(1, left + 1) if left % d == 0]
            length = min(divisors, key=lambda d: abs(d - left ** (1 / level)))
            body, left = _scanned(jax, body, length), left // length
        return (jax.lax.scan(body, u, None, length=left)[0] ** 2).sum()

    compiled = jax.jit(jax.grad(loss), static_argnums=2)
    return lambda u, w, steps: np.asarray(compiled(u, w, steps))


def _scanned(jax: Any, body: Any, length: int) -> Any:
    return jax.checkpoint(lambda u, _: (jax.lax.scan(body, u, None, length=length)[0], None))


WAYS: dict[str, Callable[[], Callable[..., Any]]] = {
    "plain reverse sweep": lambda: adjoint.grad(plain),
    "20 snapshots": lambda: adjoint.grad(saving),
    "JAX, plain scan": lambda: in_jax(1),
    "JAX, checkpoint": lambda: in_jax(3),
}


def measured(way: str, steps: int) -> None:
    """Print the seconds of a call, the megabytes at the peak, and a sum over the gradient."""
    gradient = WAYS[way]()
    u, w = np.linspace(0.1, 1.0, SIZE), np.linspace(1.0, 2.0, SIZE)
    gradient(u, w, 10)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    gradient(u, w, steps)
    start = time.perf_counter()
    found = gradient(u, w, steps)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(seconds, peak / 1024, float(np.sum(found)))


def main(steps: int) -> None:
    print(f"{steps} steps over {SIZE} floats; {recomputed(steps, SNAPSHOTS) / steps:.2f} times as many computed again")
    print(f"{'':22}{'s':>10}{'MB':>10}   gradient's sum")
    for way in WAYS:
        if way.startswith("JAX") and find_spec("jax") is None:
            continue
        run = subprocess.run([sys.executable, __file__, str(steps), way], capture_output=True, text=True, check=True)
        seconds, megabytes, total = map(float, run.stdout.split())
        print(f"{way:22}{seconds:10.2f}{megabytes:10.1f}   {total:.10f}")


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else STEPS
    measured(sys.argv[2], number) if len(sys.argv) > 2 else main(number)
