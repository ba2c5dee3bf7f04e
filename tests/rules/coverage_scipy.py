"""Which callables of SciPy have a derivative: the page docs/coverage_scipy.md, from the registry.

python tests/rules/coverage_scipy.py --write
"""

from __future__ import annotations

import importlib
import inspect
import sys
from pathlib import Path
from typing import Any

import scipy
from scipy import stats

from adjoint.rules import late, registry

PAGE = Path(__file__).parents[2] / "docs" / "coverage_scipy.md"
WRITTEN_WITH = ("3.11", "1.17")
PACKAGES = (
    "special", "linalg", "fft", "signal", "ndimage", "interpolate", "integrate", "optimize", "spatial.distance",
)  # fmt: skip
STATES = ("rule", "rewritten", "zero", "refused", "not yet")
METHODS = ("pdf", "logpdf", "pmf", "logpmf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf")

late.load_all()


def callables(package: str) -> dict[str, tuple[list[str], Any]]:
    """The public callables of a package, each once, by its first name, with all its names."""
    module = importlib.import_module(f"scipy.{package}")
    names = sorted(n for n in getattr(module, "__all__", dir(module)) if not n.startswith("_"))
    found: dict[int, tuple[list[str], Any]] = {}
    for name in names:
        value = getattr(module, name)
        # Classes of exceptions and of systems, and the runner of tests
        if callable(value) and not (inspect.isclass(value) and value not in late.WRITTEN) and name != "test":
            found.setdefault(id(value), ([], value))[0].append(name)
    return {names[0]: (names, value) for names, value in found.values()}


def state_of(value: Any) -> str:
    if registry.rule_of(value) is not None:
        return "rule"
    if value in late.WRITTEN:
        return "rewritten"
    if registry.is_constant(value):
        return "zero"
    return "refused" if registry.refusal_of(value) is not None else "not yet"


def distributions() -> dict[str, list[str]]:
    """The distributions of which methods have rules, and these methods."""
    found = {}
    for name in sorted(dir(stats)):
        value = getattr(stats, name)
        if late.is_distribution(value):
            ruled = [m for m in METHODS if hasattr(value, m) and registry.rule_of(getattr(value, m)) is not None]
            if ruled:
                found[name] = ruled
    return found


def page() -> str:
    tables = {p: {n: (names, state_of(v), v) for n, (names, v) in callables(p).items()} for p in PACKAGES}
    methods = distributions()
    lines = [
        "# Coverage of SciPy",
        "",
        "Written by `python tests/rules/coverage_scipy.py --write` from the registry, with SciPy "
        f"{WRITTEN_WITH[1]} on Python {WRITTEN_WITH[0]}. The",
        "words are those of [the page on NumPy](coverage.md). What is *rewritten* is written out as functions of",
        "NumPy's and SciPy's that have rules; what is *refused* may be called with what does not vary. Of a function",
        "that is not here, what SciPy writes in Python is read as the user's own functions are, and refused where that",
        "does not go.",
        "",
        "| module | callables | " + " | ".join(STATES) + " |",
        "|---" * (len(STATES) + 2) + "|",
    ]
    for package, found in tables.items():
        states = [state for _, state, _ in found.values()]
        counts = " | ".join(str(states.count(s)) for s in STATES)
        lines.append(f"| scipy.{package} | {len(found)} | {counts} |")
    total = sum(map(len, methods.values()))
    lines.append(f"| scipy.stats, methods | {total} | {total} | 0 | 0 | 0 | |")
    for package, found in tables.items():
        lines += ["", f"## scipy.{package}", ""]
        lines += [line for state in STATES for line in section(state, found)]
    lines += ["", "## scipy.stats", "", "| distribution | methods with rules |", "|---|---|"]
    lines += [f"| `{name}` | {', '.join(ruled)} |" for name, ruled in methods.items()]
    return "\n".join(lines).rstrip().replace("\n\n\n", "\n\n") + "\n"


def section(state: str, found: dict[str, tuple[list[str], str, Any]]) -> list[str]:
    chosen = [(names, value) for names, s, value in found.values() if s == state]
    if not chosen:
        return []
    if state == "rule":
        rows = [f"| {shown(names)} | {operands(value)} |" for names, value in chosen]
        return ["| rule | by |", "|---|---|", *rows, ""]
    if state == "refused":
        rows = [f"| {shown(names)} | {registry.refusal_of(value)} |" for names, value in chosen]
        return ["| refused | |", "|---|---|", *rows, ""]
    return [f"{state.capitalize()}: " + ", ".join(shown(names) for names, _ in chosen) + ".", ""]


def shown(names: list[str]) -> str:
    others = ", ".join(f"`{n}`" for n in names[1:])
    return f"`{names[0]}`" + (f" ({others})" if others else "")


def operands(value: Any) -> str:
    rule = registry.rule_of(value)
    assert rule is not None
    return ", ".join(rule.operands).replace("*", "\\*")


def count() -> int:
    """How many distinct functions and methods of SciPy have a rule, or are written out."""
    states = [state_of(v) for p in PACKAGES for _, v in callables(p).values()]
    return sum(s in ("rule", "rewritten") for s in states) + sum(map(len, distributions().values()))


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(page())
    else:
        print(page(), count(), scipy.__version__)
