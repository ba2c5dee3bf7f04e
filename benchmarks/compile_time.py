"""What compiling costs, and what importing costs: `python benchmarks/compile_time.py`.

A gradient is compiled at its first call. Here that is done anew with a fresh function object in a fresh module each
time, so that no cache helps; the least of several times counts. Import times are those of fresh processes, alternating.
"""

from __future__ import annotations

import linecache
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
os.environ["ADJOINT_CACHE_DIR"] = ""  # nothing is kept from one time to the next
sys.path.insert(0, str(ROOT))
import adjoint  # noqa: E402

THIRTY_LINES = """\
def model(w, x, y, rate):
    n = len(x)
    total = 0.0
    state = np.zeros(n)
    decay = np.exp(-rate)
    state[0] = w * x[0]
    for i in range(1, n):
        drive = w * x[i] + state[i - 1] * decay
        gate = 1 / (1 + np.exp(-drive))
        if drive > 0:
            gain = 1 + gate
            state[i] = gain * np.tanh(drive)
        else:
            gain = 1 - gate
            state[i] = gain * drive
        residual = state[i] - y[i]
        scaled = residual / (1 + rate * rate)
        weight = 1 / (1 + scaled * scaled)
        total += weight * scaled * scaled
        drift = scaled * gate
        total = total + 0.1 * drift * drift
    mean = total / n
    energy = (state * state).sum() / n
    spread = np.sqrt(energy + 1)
    penalty = 0.01 * (w * w + rate * rate)
    curve = np.log(1 + mean * mean)
    blend = curve * spread
    result = mean + blend
    result = result + penalty
    return result
"""

_made = 0


def straight_line(statements: int) -> str:
    """A function of that many statements, each of a few operations on numbers."""
    kinds = ("x = x * y + 0.5", "y = np.sin(x) - y * 0.3", "z = x * y / (1 + z * z)", "x = x - 0.1 * z")
    lines = [kinds[k % len(kinds)] for k in range(statements - 2)]
    return "\n    ".join(["def model(x, y):", "z = 1.0", *lines, "return x + y + z"]) + "\n"


def fresh(text: str) -> FunctionType:
    """A function of a module that nobody has seen."""
    global _made
    _made += 1
    file = f"<benchmark {_made}>"
    text = f"import numpy as np\n\n\n{text}"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    space: dict[str, Any] = {"__name__": "benchmark"}
    exec(compile(text, file, "exec"), space)
    return space["model"]


def compile_time(text: str, args: tuple[Any, ...], wrt: Any, repeats: int = 7) -> float:
    """Seconds from a function to its compiled gradient, without running it."""
    adjoint.grad(fresh(text), wrt=wrt).compiled(*args)  # what is only done once in a process
    times = []
    for _ in range(repeats):
        f = fresh(text)
        start = time.perf_counter()
        adjoint.grad(f, wrt=wrt).compiled(*args)
        times.append(time.perf_counter() - start)
    return min(times)


def import_times(repeats: int = 9) -> tuple[float, float]:
    """Seconds that `import numpy` takes in a fresh process, and `import adjoint` behind it."""
    code = (
        "import time; a = time.perf_counter(); import numpy; b = time.perf_counter(); import adjoint;"
        "print(b - a, time.perf_counter() - b)"
    )
    # As installed: with the byte code that an installation writes, whatever this process was told to write.
    with tempfile.TemporaryDirectory() as cache:
        env = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
        env.pop("PYTHONDONTWRITEBYTECODE", None)

        def times() -> str:
            command = [sys.executable, "-c", code]
            return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout

        times()
        runs = [times() for _ in range(repeats)]
    pairs = [tuple(map(float, run.split())) for run in runs]
    return min(p[0] for p in pairs), min(p[1] for p in pairs)


def first_call(text: str, args: tuple[Any, ...]) -> float:
    """Seconds of the very first gradient in this process: what the compiler imports late is in it."""
    f: Callable[..., Any] = adjoint.grad(fresh(text))
    start = time.perf_counter()
    f(*args)
    return time.perf_counter() - start


def main() -> None:
    rng = np.random.default_rng(0)
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, adjoint {adjoint.__version__}")
    loop_args = (0.7, rng.normal(size=8), rng.normal(size=8), 0.2)
    print(f"first gradient of the process         {first_call(straight_line(4), (0.3, 0.4)) * 1e3:9.1f} ms")
    print(f"30 lines, a loop and a branch         {compile_time(THIRTY_LINES, loop_args, ('w', 'rate')) * 1e3:9.1f} ms")
    for count in (10, 100, 1000):
        seconds = compile_time(straight_line(count), (0.3, 0.4), ("x", "y"), repeats=3 if count == 1000 else 7)
        each = f"{seconds / count * 1e6:.0f} us a statement"
        print(f"{count:5} statements{seconds * 1e3:31.1f} ms   {each}")
    alone, added = import_times()
    print(f"import numpy {alone * 1e3:.1f} ms, import adjoint adds {added * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
