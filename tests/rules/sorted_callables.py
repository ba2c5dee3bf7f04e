"""Which callables of NumPy, `math` and `cmath` have a derivative: the page docs/coverage.md, from the registry.

python tests/rules/sorted_callables.py --write
"""

from __future__ import annotations

import cmath
import inspect
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import adjoint.rules  # noqa: F401  (fills the registry)
from adjoint.rules import registry
from adjoint.rules.refused import REWRITTEN

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "coverage.md"
# What the page is written with
WRITTEN_WITH = ("3.11", "2.4")
STATES = ("rule", "rewritten", "zero", "refused", "not yet")
ABOUT = {
    "rule": "a derivative rule, for reverse and forward mode",
    "rewritten": "no rule, since the compiler writes what it does by other means",
    "zero": "derivative zero wherever there is one: tests, steps, indices, shapes, texts, files",
    "refused": "no derivative exists, or the result is not numeric: the message says why",
    "not yet": "nobody has said",
}


@dataclass(frozen=True)
class Entry:
    """A callable by the names that it goes by in its module, and what there is of it."""

    names: tuple[str, ...]
    value: Any
    state: str

    @property
    def name(self) -> str:
        return self.names[0]


def modules() -> dict[str, dict[str, Any]]:
    """The public callables of each module by name."""
    found = {
        "numpy": public(np),
        "numpy.linalg": public(np.linalg),
        "numpy.fft": public(np.fft),
        "numpy.ndarray": {n: getattr(np.ndarray, n) for n in dir(np.ndarray) if not n.startswith("_")},
        "math": public(math),
        "cmath": public(cmath),
    }
    return {module: {n: v for n, v in names.items() if callable(v)} for module, names in found.items()}


def public(module: Any) -> dict[str, Any]:
    names = {*dir(module), *getattr(module, "__all__", ())}
    return {n: getattr(module, n) for n in sorted(names) if not n.startswith("_") and hasattr(module, n)}


def state_of(module: str, name: str, value: Any) -> str:
    path = f"{module.removeprefix('numpy').removeprefix('.')}.{name}".removeprefix(".")
    if module == "numpy.ndarray" and name in registry.METHODS:
        value = registry.METHODS[name]
    states = {
        "rule": registry.rule_of(value) is not None,
        "rewritten": module.startswith("numpy") and path in REWRITTEN,
        "zero": registry.is_constant(value),
        "refused": registry.refusal_of(value) is not None,
    }
    true = [state for state, holds in states.items() if holds]
    assert len(true) < 2, (path, true)
    return true[0] if true else "not yet"


def entries(module: str) -> list[Entry]:
    """The callables of a module, each once."""
    found: dict[int, tuple[list[str], Any]] = {}
    for name, value in modules()[module].items():
        found.setdefault(id(value), ([], value))[0].append(name)
    return [Entry(tuple(names), value, state_of(module, names[0], value)) for names, value in found.values()]


def page() -> str:
    tables = {module: entries(module) for module in modules()}
    lines = [
        "# Coverage",
        "",
        "Which functions have a derivative; `python tests/rules/sorted_callables.py --write` writes it from the rules,",
        f"with NumPy {WRITTEN_WITH[1]} on Python {WRITTEN_WITH[0]}. A test fails where a release of NumPy adds a "
        "function that nobody has sorted. A",
        "function that goes by several names counts once. An argument that a rule does not list is refused, never",
        "ignored.",
        "",
        *[f"* **{state}**: {ABOUT[state]}" for state in STATES],
        "",
        "| module | callables | " + " | ".join(STATES) + " |",
        "|---" * (len(STATES) + 2) + "|",
    ]
    for module, found in tables.items():
        counts = [sum(e.state == state for e in found) for state in STATES]
        lines.append(f"| {module} | {len(found)} | " + " | ".join(map(str, counts)) + " |")
    distinct = {id(e.value): e.state for found in tables.values() for e in found}
    counts = [sum(state == s for s in distinct.values()) for state in STATES]
    lines.append(f"| all, each once | {len(distinct)} | " + " | ".join(map(str, counts)) + " |")
    for module, found in tables.items():
        lines += ["", f"## {module}", ""]
        lines += [line for state in STATES for line in section(module, state, found)]
    return "\n".join(lines).rstrip() + "\n"


def section(module: str, state: str, found: list[Entry]) -> list[str]:
    chosen = [e for e in found if e.state == state]
    if not chosen:
        return []
    if state == "rule":
        rows = [f"| {shown(e)} | {operands(module, e)} | {handled(module, e)} |" for e in chosen]
        return ["| rule | by | arguments it knows |", "|---|---|---|", *rows, ""]
    if state in ("refused", "rewritten"):
        reasons = [REWRITTEN[path(module, e)] if state == "rewritten" else reason_of(e) for e in chosen]
        return [f"| {state} | |", "|---|---|", *[f"| {shown(e)} | {r} |" for e, r in zip(chosen, reasons)], ""]
    return [f"{state.capitalize()}: " + ", ".join(map(shown, chosen)) + ".", ""]


def path(module: str, entry: Entry) -> str:
    return f"{module.removeprefix('numpy').removeprefix('.')}.{entry.name}".removeprefix(".")


def reason_of(entry: Entry) -> str:
    return registry.refusal_of(entry.value) or ""


def shown(entry: Entry) -> str:
    others = ", ".join(f"`{n}`" for n in entry.names[1:])
    return f"`{entry.name}`" + (f" ({others})" if others else "")


def rule(module: str, entry: Entry) -> registry.Rule:
    value = registry.METHODS.get(entry.name, entry.value) if module == "numpy.ndarray" else entry.value
    found = registry.rule_of(value)
    assert found is not None
    return found


def operands(module: str, entry: Entry) -> str:
    return ", ".join(rule(module, entry).operands).replace("*", "\\*")


def handled(module: str, entry: Entry) -> str:
    """The arguments besides the operands, those of a second rule for rarer calls among them."""
    found = rule(module, entry)
    names: dict[str, None] = {}
    for one in (found, registry.fuller_of(found)):
        if one is not None:
            parameters = [n for n in inspect.signature(one.body).parameters if n not in ("out", "out_bar")]
            names.update(dict.fromkeys([*parameters, *one.ignored]))
    return ", ".join(n for n in names if n not in {o.removeprefix("*") for o in found.operands})


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(page())
    else:
        print(page())
