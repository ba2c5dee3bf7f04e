"""Native gradients beside hand-written ones, JAX, PyTorch, autograd and tangent.

    python benchmarks/native.py --everything           all that docs/performance.md says, and the page itself: an hour
    python benchmarks/native.py                        all kernels at S and M, all sides that are installed
    python benchmarks/native.py lu cholesky --size S   two kernels at one size
    python benchmarks/native.py --side native jax      some sides
    python benchmarks/native.py --second               what a second process pays (see `second.py`)
    python benchmarks/native.py --write                the tables of docs/performance.md, from the results

Each kernel, size and side is measured in a process of its own, on one thread and pinned to one core; a process that
fails or takes too long leaves its reason, and is tried again in the next run. Before it is timed, a side's value and
gradients must agree with those of the sides before it. Results go to a file as they come (`--results`); what is in it
is not measured again unless `--again`: a run that was cut short goes on where it was.

What is measured: "first", from the start of the imports to the first value and gradients; "least" and "median" of
repeated warm calls; "memory", by how much a warm call raises the peak of the process; "record", the bytes that the
forward sweep of `vjp` keeps for the reverse one, beyond the arguments.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = Path(os.environ.get("ADJOINT_RESULTS", ROOT / "benchmarks" / "results" / "native.json"))
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1 --xla_cpu_enable_fast_math=false",
    "JAX_PLATFORMS": "cpu",
    "JAX_ENABLE_X64": "1",
    # What is freed stays with the process, whatever it did before its calls were warm.
    "MALLOC_TRIM_THRESHOLD_": str(2**30),
    "MALLOC_MMAP_THRESHOLD_": str(2**25),
}
# What says which processor this is, whatever it is: each library finds out itself.
PRETENDED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
PACKAGES = ("numpy", "numba", "llvmlite", "scipy", "jax", "jaxlib", "torch", "autograd", "tangent-ad")
NEEDS = {
    "jax": "jax",
    "jax_loops": "jax",
    "jax_algebra": "jax",
    "torch": "torch",
    "autograd": "autograd",
    "tangent": "tangent-ad",
}


def environment() -> dict[str, str]:
    """That of a process which measures."""
    return {name: value for name, value in os.environ.items() if name not in PRETENDED} | ONE_THREAD


def main(arguments: list[str]) -> None:
    options = parsed(arguments)
    if options.here:
        from benchmarks.measuring import measured

        print(json.dumps(measured(*options.here, reference=json.loads(sys.stdin.read()), seconds=options.seconds)))
        return
    results = Results(options.results)
    if options.write:
        from benchmarks import report

        report.write(results.content)
        return
    results.content["versions"] = versions()
    for line in describe(results.content["versions"]):
        print(line)
    if options.second:
        run_second(options, results)
        return
    for name in options.kernels:
        for size in options.size:
            run_kernel(name, size, options, results)
    if options.everything:
        from benchmarks import report

        run_second(options, results)
        report.write(results.content)


def run_kernel(name: str, size: str, options: argparse.Namespace, results: Results) -> None:
    """All sides of one kernel; the first gradients become what the others must agree with."""
    print(f"\n{name} {size}", flush=True)
    for side in options.side or [s for s in ORDER if size == "S" or s not in SLOW]:
        if NEEDS.get(side, "numpy") not in results.content["versions"]:
            continue
        key = f"{name} {size} {side}"
        if options.again or "least" not in results.content["figures"].get(key, {}):
            reference = results.content["references"].get(f"{name} {size}")
            found = in_a_process(name, size, side, reference, options)
            taken = found.pop("reference", None)
            if reference is None and taken is not None:
                results.content["references"][f"{name} {size}"] = taken
            results.content["figures"][key] = found
            results.save()
        print(line_of(side, results.content["figures"][key]), flush=True)


def run_second(options: argparse.Namespace, results: Results) -> None:
    """A second process's first gradient, and the public call, beside a hand-written file's."""
    from benchmarks import second

    print(f"\n{'second process':16}{'native':>10}{'by hand':>10}{'more':>10}{'call':>12}{'by hand':>10}{'more':>10}")
    for name in options.kernels if options.chosen else second.CHOSEN:
        found = second.measured(name, options.core, environment())
        results.content["second"][name] = found
        results.save()
        cells = [time_of(found[f"{side} {what}"]) for what in ("first", "call") for side in ("native", "by_hand")]
        more = [time_of(found[f"native {what}"] - found[f"by_hand {what}"]) for what in ("first", "call")]
        print(
            f"{name:16}{cells[0]:>10}{cells[1]:>10}{more[0]:>10}{cells[2]:>12}{cells[3]:>10}{more[1]:>10}", flush=True
        )


def in_a_process(name: str, size: str, side: str, reference, options: argparse.Namespace) -> dict:
    """The figures of a fresh process; why there are none, as a text."""
    command = [sys.executable, "-W", "ignore", os.path.abspath(__file__), "--here", name, size, side]
    command += ["--seconds", str(options.seconds)]
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    try:
        done = subprocess.run(
            command,
            input=json.dumps(reference),
            env={**environment(), "PYTHONPATH": paths, "ADJOINT_CORE": str(options.core)},
            capture_output=True,
            text=True,
            check=False,
            timeout=options.limit,
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"took more than {options.limit:g} s"}
    lines = done.stdout.strip().splitlines()
    if done.returncode == 0 and lines:
        return json.loads(lines[-1])
    errors = done.stderr.strip().splitlines() or ["no output"]
    return {"failed": next((e for e in reversed(errors) if e and e[0] not in " \t"), errors[-1])[:200]}


class Results:
    """The file of results, read at the start and written after every measurement."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.content: dict[str, dict[str, Any]] = {"figures": {}, "references": {}, "versions": {}, "second": {}}
        if path.exists():
            self.content |= json.loads(path.read_text())

    def save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(".partial")
        partial.write_text(json.dumps(self.content, indent=1))
        partial.replace(self.path)


def versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "processor": _processor(), "system": platform.platform()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            pass
    return found


def describe(found: dict[str, str]) -> list[str]:
    absent = [name for name in PACKAGES if name not in found]
    lines = [f"{name:10} {text}" for name, text in found.items()]
    return lines + [f"{name:10} not installed: left out" for name in absent]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def line_of(side: str, figures: dict) -> str:
    if "failed" in figures:
        return f"  {side:14}{'-':>11}   {figures['failed']}"
    record = figures.get("record")
    kept = "" if record is None else f"   record {size_of(record)}"
    return (
        f"  {side:14}{time_of(figures['least']):>11}{time_of(figures['median']):>11}   first {figures['first']:.2f} s"
        f"   memory {size_of(figures['memory'])}{kept}"
    )


def time_of(seconds: float) -> str:
    if seconds < 0:
        return "-" + time_of(-seconds)
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} us" if seconds < 0.9995e-4 else f"{seconds * 1e6:.0f} us"
    return f"{seconds * 1e3:.3g} ms" if seconds < 0.9995 else f"{seconds:.3g} s"


def size_of(count: float) -> str:
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} GB"


def parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="native gradients beside other libraries'")
    parser.add_argument("kernels", nargs="*", metavar="kernel")
    parser.add_argument("--size", nargs="+", default=["S", "M"])
    parser.add_argument("--side", nargs="+", help="by default all, at S; those that are no interpreters, at M")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--again", action="store_true", help="measure what is in the results too")
    parser.add_argument("--second", action="store_true", help="measure a second process, and the public call")
    parser.add_argument("--everything", action="store_true", help="measure all there is, and write docs/performance.md")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md from the results")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long a warm call is repeated")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds that one process may take")
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)))
    parser.add_argument("--here", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if not options.here and not options.write:
        sys.path.insert(0, str(ROOT))
        from benchmarks.kernels import KERNELS

        unknown = [name for name in options.kernels if name not in KERNELS]
        if unknown:
            parser.error(f"no kernel {', '.join(unknown)}; there are {', '.join(KERNELS)}")
        options.chosen = bool(options.kernels)
        options.kernels = options.kernels or list(KERNELS)
    return options


# In this order: the first gradients are the reference of those that follow.
ORDER = (
    "by_hand",
    "primal",
    "primal_loops",
    "native",
    "native_into",
    "jax",
    "jax_loops",
    "jax_algebra",
    "interpreted",
    "numpy",
    "torch",
    "autograd",
    "tangent",
)
# A loop of a million trips takes minutes in the interpreter.
SLOW = ("numpy", "interpreted", "torch", "autograd", "tangent")

if __name__ == "__main__":
    main(sys.argv[1:])
