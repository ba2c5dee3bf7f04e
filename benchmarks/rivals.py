"""The interpreted gradient beside one by hand, autograd, JAX, PyTorch, tangent and advect: a call, and the first one.

    python benchmarks/rivals.py                    all cases, all libraries that are installed
    python benchmarks/rivals.py mixture            one case
    python benchmarks/rivals.py mixture jax-jit    one case, one library

Each case and library runs in a process of its own, on one thread and pinned to one core. "first" is the time from the
start of the import to the first gradient, in a fresh process, the least of several, where nothing is kept on disk;
"second" is the same where an earlier process has kept adjoint's texts. "call" is the median of a warm call. Gradients
are compared: the last column is the relative difference from adjoint's. What a library cannot take as it is written is
written as its users would; "-" where it cannot be.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version

CASES = ("scalar", "while", "perceptron", "mixture")
PROCESSES = 7  # for the first gradient
LIBRARIES = ("adjoint", "by-hand", "autograd", "jax", "jax-jit", "torch", "tangent", "advect")
DISTRIBUTIONS = {"jax-jit": "jax", "tangent": "tangent-ad", "adjoint": "numpy", "by-hand": "numpy"}
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
    "JAX_ENABLE_X64": "1",
}


# What says which processor this is, whatever it is: each library finds out itself. An installed library has its
# bytecode: a source tree that is measured may keep its own.
LEFT_OUT = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYTHONDONTWRITEBYTECODE")


def environment() -> dict[str, str]:
    """That of a process which measures."""
    return {name: value for name, value in os.environ.items() if name not in LEFT_OUT} | ONE_THREAD


# The functions, written against a module `np`


def scalar_function(np):
    def f(x):
        a = np.sin(x) * x
        b = np.exp(-a) + x * x
        c = np.log(b + 1.0) / (x + 2.0)
        d = np.tanh(c * a) - b * c
        return d * d + np.cos(a * b)

    return f


def while_function(np):
    def f(b):
        while np.linalg.norm(b) < 1000:
            b = b * 2
        if np.sum(b) > 0:
            c = b
        else:
            c = 100 * b
        return np.sum(c)

    return f


def perceptron_function(np):
    def f(w1, b1, w2, b2, x, labels):
        hidden = np.maximum(x @ w1 + b1, 0.0)
        scores = hidden @ w2 + b2
        shifted = scores - np.max(scores, axis=1, keepdims=True)
        normal = np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
        return -np.sum((shifted - normal) * labels) / 128

    return f


def mixture_function(np):
    """The log-likelihood of a Gaussian mixture, covariances by the inverses' triangular factors."""

    def f(alphas, means, factors, x):
        differences = x[:, None, :] - means[None, :, :]
        scaled = np.sum(factors[None, :, :, :] * differences[:, :, None, :], axis=3)
        distances = np.sum(scaled * scaled, axis=2)
        diagonals = np.sum(np.log(np.abs(np.diagonal(factors, 0, -1, -2))), axis=1)
        terms = alphas[None, :] + diagonals[None, :] - 0.5 * distances
        highest = np.max(terms, axis=1, keepdims=True)
        total = np.sum(np.log(np.sum(np.exp(terms - highest), axis=1)) + highest[:, 0])
        a = np.max(alphas)
        return total - 1000 * (np.log(np.sum(np.exp(alphas - a))) + a)

    return f


def arguments(case):
    import numpy as np

    rng = np.random.default_rng(0)
    if case == "scalar":
        return (0.7,), (0,)
    if case == "while":
        return (rng.normal(size=10),), (0,)
    if case == "perceptron":
        weights = (rng.normal(size=(784, 128)) / 28, np.zeros(128), rng.normal(size=(128, 10)) / 11, np.zeros(10))
        return (*weights, rng.normal(size=(128, 784)), np.eye(10)[rng.integers(0, 10, 128)]), (0, 1, 2, 3)
    factors = np.tril(rng.normal(size=(25, 10, 10)) / 5) + np.eye(10)
    return (rng.normal(size=25), rng.normal(size=(25, 10)), factors, rng.normal(size=(1000, 10))), (0, 1, 2)


FUNCTIONS = {
    "scalar": scalar_function,
    "while": while_function,
    "perceptron": perceptron_function,
    "mixture": mixture_function,
}


# Each library: a function without arguments that gives the gradients


def with_adjoint(case, args, wrt):
    import numpy as np

    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    from adjoint import grad

    f = grad(FUNCTIONS[case](np), wrt=wrt)
    return lambda: f(*args)


def by_hand(case, args, wrt):
    from by_hand import GRADIENTS

    return lambda: GRADIENTS[case](*args)


def with_autograd(case, args, wrt):
    import autograd.numpy as np
    from autograd import grad

    f = grad(FUNCTIONS[case](np), wrt)
    return lambda: f(*args)


def with_jax(case, args, wrt, jit=False):
    import jax
    import jax.numpy as np

    function = FUNCTIONS[case](np)
    if jit and case == "while":

        def function(b):
            # Reverse mode takes no while loop: a scan of so many steps as are ever needed.
            def step(b, _):
                return np.where(np.linalg.norm(b) < 1000, b * 2, b), None

            b, _ = jax.lax.scan(step, b, None, length=32)
            return np.sum(np.where(np.sum(b) > 0, b, 100 * b))

    f = jax.grad(function, wrt)
    f = jax.jit(f) if jit else f
    args = tuple(np.asarray(a) for a in args)
    return lambda: jax.block_until_ready(f(*args))


def with_torch(case, args, wrt):
    import numpy
    import torch

    torch.set_num_threads(1)

    class Module:
        """NumPy's names for what the functions use."""

        def __getattr__(self, name):
            return getattr(torch, name)

        maximum = staticmethod(lambda a, b: torch.clamp(a, min=b))
        linalg = torch.linalg

        @staticmethod
        def max(a, axis=None, keepdims=False):
            return torch.amax(a, dim=tuple(range(a.ndim)) if axis is None else axis, keepdim=keepdims)

        @staticmethod
        def sum(a, axis=None, keepdims=False):
            return torch.sum(a) if axis is None else torch.sum(a, dim=axis, keepdim=keepdims)

    function = FUNCTIONS[case](Module())
    given = [torch.tensor(numpy.asarray(a), requires_grad=k in wrt) for k, a in enumerate(args)]

    def run():
        return torch.autograd.grad(function(*given), [given[k] for k in wrt])

    return run


def with_tangent(case, args, wrt):
    import numpy as np
    import tangent

    f = tangent.grad(FUNCTIONS[case](np), wrt=wrt)
    return lambda: f(*args)


def with_advect(case, args, wrt):
    import advect
    import advect.numpy as np

    f = advect.grad(FUNCTIONS[case](np), wrt)
    return lambda: f(*args)


MAKERS = {
    "adjoint": with_adjoint,
    "by-hand": by_hand,
    "autograd": with_autograd,
    "jax": with_jax,
    "jax-jit": lambda *given: with_jax(*given, jit=True),
    "torch": with_torch,
    "tangent": with_tangent,
    "advect": with_advect,
}


def measured(case, library, only_first):
    """One case and library, in this process."""
    args, wrt = arguments(case)
    start = time.perf_counter()
    run = MAKERS[library](case, args, wrt)
    found = run()
    first = time.perf_counter() - start
    if only_first:
        return {"first": first}
    number = 1
    while True:
        begin = time.perf_counter()
        for _ in range(number):
            run()
        if time.perf_counter() - begin > 0.02:
            break
        number *= 2
    times = []
    for _ in range(25):
        begin = time.perf_counter()
        for _ in range(number):
            run()
        times.append((time.perf_counter() - begin) / number)
    found = found if isinstance(found, (tuple, list)) else (found,)
    return {"first": first, "call": sorted(times)[12], "flat": _sample(found)}


def _sample(gradients):
    import numpy as np

    flat = np.concatenate([np.ravel(np.asarray(g)) for g in gradients])
    rng = np.random.default_rng(1)
    return [float(flat @ rng.normal(size=flat.size)) for _ in range(3)]


def in_processes(case, library):
    """The figures of fresh processes; an error as a text."""
    with tempfile.TemporaryDirectory() as kept:
        found = in_a_process(case, library, kept)
        if isinstance(found, str):
            return found
        firsts = [in_a_process(case, library, "", "--first")["first"] for _ in range(PROCESSES)]
        again = [in_a_process(case, library, kept, "--first")["first"] for _ in range(PROCESSES)]
        return {**found, "first": min(firsts), "second": min(again)}


def in_a_process(case, library, kept, *options):
    """The figures of a fresh process, which keeps texts in a directory; an error as a text."""
    core = ["taskset", "-c", "0"] if os.path.exists("/usr/bin/taskset") else []
    command = [*core, sys.executable, os.path.abspath(__file__), case, library, "--here", *options]
    env = environment() | {"ADJOINT_CACHE_DIR": kept}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if done.returncode == 0 and lines:
        return json.loads(lines[-1])
    return (done.stderr.strip().splitlines() or ["no output"])[-1][:90]


def main(names):
    if "--here" in names:
        print(json.dumps(measured(names[0], names[1], "--first" in names)))
        return
    cases = [n for n in names if n in CASES] or CASES
    libraries = [n for n in names if n in LIBRARIES] or LIBRARIES
    print("Python", sys.version.split()[0])
    for library in libraries:
        try:
            print(f"  {library:9}", version(DISTRIBUTIONS.get(library, library)))
        except PackageNotFoundError:
            libraries = [n for n in libraries if n != library]
            print(f"  {library:9} not installed")
    for case in cases:
        print(f"\n{case:12}{'call':>12}{'to adjoint':>12}{'first':>12}{'second':>12}{'difference':>12}")
        ours = None
        for library in libraries:
            found = in_processes(case, library)
            if isinstance(found, str):
                print(f"{library:12}{'-':>12}   {found}")
                continue
            ours = ours or found
            size = max(map(abs, ours["flat"])) or 1.0
            apart = max(abs(a - b) for a, b in zip(ours["flat"], found["flat"])) / size
            ratio = found["call"] / ours["call"]
            times = f"{_time(found['first']):>12}{_time(found['second']):>12}"
            print(f"{library:12}{_time(found['call']):>12}{ratio:>12.2f}{times}{apart:>12.1e}")


def _time(seconds):
    return f"{seconds * 1e6:.1f} us" if seconds < 1e-3 else f"{seconds * 1e3:.2f} ms"


if __name__ == "__main__":
    main(sys.argv[1:])
