"""The tables and plots of docs/performance.md, from the results of `native.py`.

Ratios are of least times that one run of the benchmark took; means are geometric. What is not measured is a dash.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks.kernels import KERNELS
from benchmarks.native import size_of, time_of

DOCS = Path(__file__).parents[1] / "docs"
GROUPS = {
    "loops": "Loops",
    "stencils": "Stencils",
    "vector": "Vector code",
    "mixed": "Gaussian mixture, LSTM, and the textbook's `while`",
}
RIVALS = ("jax", "jax_loops", "jax_algebra", "torch", "autograd", "tangent", "interpreted")
TITLES = {
    "native": "native",
    "native_into": "into buffers",
    "by_hand": "by hand",
    "jax": "JAX",
    "jax_loops": "JAX, loops",
    "jax_algebra": "JAX, algebra",
    "torch": "PyTorch",
    "autograd": "autograd",
    "tangent": "tangent",
    "interpreted": "interpreted",
}
LINEAR = ("gauss_seidel", "jacobi_1d", "jacobi_2d", "heat_3d", "fdtd_2d")
# What keeps a kernel from an aim, said beneath the aims that it misses.
REASONS = {
    "gauss_seidel": "the best rewriting for JAX scans along rows and copies no array; loop for loop it is far slower.",
    "cholesky": "the best rewriting for JAX does a column with one product of a matrix and a vector.",
    "lu": "the best rewriting for JAX does one column, and what it takes from all others, with whole arrays.",
    "trmm": "the best rewriting for JAX does a row with one product of a vector and a matrix; ours goes down columns.",
    "trisolv": "the gradient by the matrix is as large as the matrix: to clear and write it takes most of the time.",
    "convolution": "each place of the result sums into arrays of its own, which then are added to the gradients.",
    "newton": "each root takes its own number of steps, so that they are recorded on a stack that grows.",
    "spmv": "both gradients go through the list of columns, one cell at a time.",
    "jacobi_1d": "terms are put into arrays with margins of zeros, so that no cell at an edge is treated apart; with"
    " the edges apart, by hand, the reverse sweep took 0.73 of its time.",
    "heat_3d": "terms are put into arrays with margins of zeros, so that no cell at an edge is treated apart.",
    "fdtd_2d": "the three fields do not fit the nearest caches, and are read and written several times a step. By hand,"
    " without the arrays with margins and all fields in one sweep, it took 0.75 of the time, half of that the primal.",
    "n_body": "what the forces are computed of is recorded for all pairs of bodies, and read again.",
    "perceptron": "97 % of it are products of matrices: an adjoint by hand, which has the same BLAS, takes as long.",
    "chain": "products of matrices and nothing else: both sides wait for a BLAS.",
    "mixture": "XLA goes through the differences of points and means fewer times.",
    "lstm": "states are put on a stack as arrays, one by one.",
}
HEAD = """# Performance

Measured and written by `python benchmarks/native.py --everything`, which takes an hour.

Each kernel of `benchmarks/kernels` is plain NumPy, written once. Measured are the value of its result times a random
cotangent and the gradients by all its float arguments, of double precision, on one thread pinned to one core, without
fast-math on any side. Times are the least of repeated warm calls; before a side is timed its gradients are compared
with the others'. "primal" is the better of `numba.njit` of the kernel as it stands and of the same as explicit loops;
"by hand" an adjoint written by hand, also under Numba; "into buffers" the native gradients written into arrays that
the caller keeps. "JAX" is the best rewriting by `scan` and `fori_loop` that we found, "JAX, loops" the kernel loop for
loop, its innermost loops as array operations; "JAX, algebra" leaves the loops behind for matrix algebra or a routine
of JAX's own. Numbers in brackets say how many times as long as the native gradient a side takes. Sizes S and M are
NPBench's where it has the kernel. The time to a first gradient is that of a fresh process; native code, as always, is
taken from the disk where an earlier process has put it there. Memory that a call frees stays with the process on all
sides. Each library finds out itself which processor it runs on: where the environment told OpenBLAS of an older one
(`OPENBLAS_CORETYPE`), products of matrices took half as long again. What falls short of an aim is said below each
table, beside what the adjoint written by hand reaches.
"""
SECOND = """The first value and gradients of a process whose texts and machine code an earlier one has put on the disk,
from before its first import on, beside a file that has the same text under `njit(cache=True)`: the least of nine fresh
processes each, which take turns. And a warm call with the smallest arguments: the public call, beside that of the
file's function. The aims are at most 0.1 s and 1 µs more (`python benchmarks/native.py --second`).
"""


class Table:
    """What the results say of one size."""

    def __init__(self, content: dict[str, Any], size: str) -> None:
        self.figures, self.size = content["figures"], size

    def get(self, kernel: str, side: str, what: str = "least") -> float | None:
        found: float | None = self.figures.get(f"{kernel} {self.size} {side}", {}).get(what)
        return found

    def primal(self, kernel: str) -> float | None:
        known = [t for t in (self.get(kernel, "primal"), self.get(kernel, "primal_loops")) if t is not None]
        return min(known, default=None)

    def native(self, kernel: str) -> float | None:
        known = [t for t in (self.get(kernel, "native"), self.get(kernel, "native_into")) if t is not None]
        return min(known, default=None)

    def over_primal(self, kernel: str, side: str = "native") -> float | None:
        time = self.native(kernel) if side == "native" else self.get(kernel, side)
        return _ratio(time, self.primal(kernel))

    def over_native(self, kernel: str, side: str) -> float | None:
        return _ratio(self.get(kernel, side), self.native(kernel))


def write(content: dict[str, Any]) -> None:
    """Write docs/performance.md, and beside it the plots where matplotlib is installed."""
    sizes = [s for s in ("S", "M") if any(key.split()[1] == s for key in content["figures"])]
    parts = [HEAD, *_plots(content, sizes), _versions(content)]
    for size in sizes:
        parts.append(f"## Size {size}\n")
        table = Table(content, size)
        for group, title in GROUPS.items():
            parts += [f"### {title}\n", times(table, group)]
        parts += ["### The aims\n", aims(table)]
        parts += ["### First gradient, memory, records\n", others(table)]
    parts += ["## A second process, and a call\n", SECOND, second(content["second"])] if content["second"] else []
    (DOCS / "performance.md").write_text("\n".join(parts))


def times(table: Table, group: str) -> str:
    names = [name for name, kernel in KERNELS.items() if kernel.group == group]
    rivals = [side for side in RIVALS if any(table.get(n, side) is not None for n in names)]
    head = ["kernel", "primal", "native", "/ primal", "into buffers", "by hand", *(TITLES[r] for r in rivals)]
    rows = []
    for name in names:
        plain = [table.primal(name), table.get(name, "native")]
        more = [table.get(name, "native_into"), table.get(name, "by_hand")]
        cells = [*map(_time, plain), _number(table.over_primal(name)), *map(_time, more)]
        rows.append([f"`{name}`", *cells, *(_with_ratio(table, name, r) for r in rivals)])
    mean = ["*geometric mean*", "", "", _number(geometric(table.over_primal(n) for n in names)), ""]
    mean.append(_number(geometric(table.over_primal(n, "by_hand") for n in names)) + " of the primal")
    mean += [_number(geometric(table.over_native(n, r) for n in names), "x") for r in rivals]
    return _markdown(head, [*rows, mean])


def others(table: Table) -> str:
    """The first gradient of a fresh process, the memory of a call, and the record."""
    first = ("native", "by_hand", "jax", "interpreted")
    memory = ("native", "by_hand", "jax")
    head = ["kernel", *(f"first, {TITLES[s]}" for s in first), *(f"memory, {TITLES[s]}" for s in memory), "record"]
    rows = []
    for name in KERNELS:
        cells = [_time(table.get(name, s, "first")) for s in first]
        cells += [_size(table.get(name, s, "memory")) for s in memory]
        rows.append([f"`{name}`", *cells, _size(table.get(name, "interpreted", "record"))])
    return _markdown(head, rows)


def second(found: dict[str, dict[str, float]]) -> str:
    """What a second process pays, and the public call."""
    head = ["kernel", "first, native", "first, by hand", "more", "call, native", "call, by hand", "more"]
    rows = []
    for name, figures in found.items():
        cells = []
        for what in ("first", "call"):
            ours, theirs = figures[f"native {what}"], figures[f"by_hand {what}"]
            cells += [_time(ours), _time(theirs), _time(ours - theirs)]
        rows.append([f"`{name}`", *cells])
    return _markdown(head, rows)


def aims(table: Table) -> str:
    """What was aimed at, what came out, and why it falls short where it does."""
    rows: list[list[str]] = []
    missed: set[str] = set()

    def add(
        text: str,
        found: Iterable[tuple[str, float | None]],
        reached: Callable[[float], bool],
        best: Any,
        over: str = "",
    ) -> None:
        known = {name: x for name, x in found if x is not None}
        if known:
            short = [f"`{n}` {_number(x)}{_by_hand(table, n, over)}" for n, x in known.items() if not reached(x)]
            missed.update(n for n, x in known.items() if not reached(x))
            worst = best(known.values())
            rows.append([text, _number(worst), "reached" if not short else "missed: " + ", ".join(short)])

    group = {g: [n for n, k in KERNELS.items() if k.group == g] for g in GROUPS}
    factor = 10 if table.size == "S" else 50
    mean = geometric(table.over_primal(n) for n in group["loops"])
    add("loops: gradient over primal, geometric mean, at most 2.5", [("mean", mean)], lambda x: x <= 2.5, max)
    found = [(n, table.over_primal(n)) for n in group["loops"]]
    add("loops: gradient over primal, each, at most 4", found, lambda x: x <= 4, max)
    for side in ("jax_loops", "jax"):
        for name in ("gauss_seidel", "cholesky", "lu", "trmm", "trisolv"):
            least = 8 if name == "trisolv" and factor == 50 else factor
            found = [(name, table.over_native(name, side))]
            add(f"`{name}`: {TITLES[side]} over native, at least {least}", found, _at_least(least), min, side)
    found = [(n, table.over_native(n, "jax")) for n in group["stencils"]]
    add("stencils: JAX over native, each, at least 2.5", found, lambda x: x >= 2.5, min, "jax")
    found = [(n, table.over_native(n, "jax")) for n in group["vector"]]
    add("vector code: JAX over native, each, at least 1", found, lambda x: x >= 1, min, "jax")
    for name, most in (("mixture", 2.3), ("lstm", 1.5)):
        add(f"`{name}`: over primal, at most {most}", [(name, table.over_primal(name))], _at_most(most), max)
    found = [(n, table.get(n, "interpreted", "record")) for n in LINEAR]
    add("linear kernels record nothing but numbers: bytes, at most 64", found, _at_most(64), max)
    for name in ("cholesky", "lu"):
        square = 8 * KERNELS[name].sizes[table.size]["n"] ** 2
        found = [(name, _ratio(table.get(name, "interpreted", "record"), square))]
        add(f"`{name}` of order n: record in arrays of n x n, at most 2", found, _at_most(2), max)
    reasons = [f"* `{name}`: {text}" for name, text in REASONS.items() if name in missed]
    why = ["Why, where an aim is missed:\n", *reasons, ""] if reasons else []
    return "\n".join([_markdown(["aim", "worst", ""], rows), *why])


def _by_hand(table: Table, name: str, over: str) -> str:
    """What the adjoint written by hand reaches beside a rival."""
    ratio = _ratio(table.get(name, over), table.get(name, "by_hand"))
    return "" if ratio is None else f" (by hand {_number(ratio)})"


def _at_least(least: float) -> Callable[[float], bool]:
    return lambda x: x >= least


def _at_most(most: float) -> Callable[[float], bool]:
    return lambda x: x <= most


def geometric(ratios: Iterable[float | None]) -> float | None:
    known = [r for r in ratios if r is not None]
    return math.exp(sum(map(math.log, known)) / len(known)) if known else None


def _plots(content: dict[str, Any], sizes: list[str]) -> list[str]:
    try:
        import matplotlib
    except ImportError:
        return []
    matplotlib.use("svg")
    from matplotlib import pyplot

    matplotlib.rcParams["svg.hashsalt"] = "adjoint"
    parts = []
    for size in sizes:
        table = Table(content, size)
        names = [n for n in KERNELS if table.over_primal(n) is not None]
        figure, axes = pyplot.subplots(figsize=(9, 4), layout="constrained")
        for k, side in enumerate(("native", "by_hand", "jax")):
            heights = [table.over_primal(n, side) or 0.0 for n in names]
            axes.bar([x + 0.27 * (k - 1) for x in range(len(names))], heights, 0.27, label=TITLES[side])
        axes.set_xticks(range(len(names)), names, rotation=45, ha="right")
        axes.set_yscale("log")
        axes.axhline(1.0, color="0.3", linewidth=0.8)
        axes.set_ylabel("value and gradients, in native primals")
        axes.legend()
        figure.savefig(DOCS / f"performance_{size}.svg", metadata={"Date": None})
        pyplot.close(figure)
        parts.append(f"![Time of a gradient over that of the native primal, size {size}](performance_{size}.svg)\n")
    return parts


def _versions(content: dict[str, Any]) -> str:
    known = content["versions"]
    packages = ", ".join(f"{n} {v}" for n, v in known.items() if n not in ("processor", "system"))
    return f"Measured on {known.get('processor', '?')}: {packages}.\n"


def _ratio(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a / b


def _with_ratio(table: Table, name: str, side: str) -> str:
    time, ratio = table.get(name, side), table.over_native(name, side)
    return _time(time) if ratio is None else f"{_time(time)} ({_number(ratio, 'x')})"


def _time(seconds: float | None) -> str:
    return "–" if seconds is None else time_of(seconds).replace("us", "µs")


def _size(count: float | None) -> str:
    return "–" if count is None else size_of(count)


def _number(x: float | None, unit: str = "") -> str:
    return "–" if x is None else f"{x:.0f}{unit}" if x >= 99.5 else f"{x:.2g}{unit}" if x < 9.95 else f"{x:.0f}{unit}"


def _markdown(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
