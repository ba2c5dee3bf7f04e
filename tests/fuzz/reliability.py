"""Write what the hunts found into docs/reliability.md, between the marks of each section."""

from __future__ import annotations

import platform
import re
from collections import Counter
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from counted import all_constructs
from explaining import explained
from survivor import KINDS
from traps import TRAPS

import adjoint

if TYPE_CHECKING:
    from hunt import Figures

PAGE = Path(__file__).parent.parent.parent / "docs" / "reliability.md"
DELETED = PAGE.with_name("deleted.md")


def put(section: str, text: str) -> None:
    """Replace what stands between the marks of a section."""
    page = PAGE.read_text()
    marks = f"<!-- {section} -->", f"<!-- end of {section} -->"
    before, rest = page.split(marks[0])
    _, after = rest.split(marks[1])
    PAGE.write_text(f"{before}{marks[0]}\n{text.strip()}\n{marks[1]}{after}")


def write_figures(figures: Figures, first: int) -> None:
    """The long run's figures."""
    total = sum(figures.kinds.values())
    judged = figures.kinds["ok"]
    lines = [
        f"adjoint {adjoint.__version__}, Python {platform.python_version()}, NumPy {np.__version__}."
        f" Programs {first} to {first + total - 1}."
        + (f" Of these {figures.again} were judged again, after what they had found was mended." * bool(figures.again)),
        "",
        "| | programs | share |",
        "|---|---:|---:|",
        *(
            f"| {name} | {n} | {n / total:.2%} |"
            for name, n in [
                ("judged", total),
                ("right in every look", judged),
                ("refused", figures.kinds["refused"]),
                ("inconclusive", figures.kinds["inconclusive"]),
                ("wrong", figures.kinds["wrong"]),
                ("internal errors", figures.kinds["crash"]),
            ]
        ),
        f"| gradient not zero (of those that are right) | {judged - figures.zero} | {1 - figures.zero / judged:.2%} |",
        "",
        *_reasons(figures, "refused", total),
        *_reasons(figures, "inconclusive", total),
        "Looks beyond the first (each is a way to the same gradient):",
        "",
        *_table(figures.looks, None, "look", "programs"),
        "",
        f"Constructs, by the share of the {figures.counted} programs counted in which they ran on an active path:",
        "",
        *_shares(figures.constructs, figures.counted),
    ]
    put("figures", "\n".join(lines))


def write_native(figures: Figures, first: int) -> None:
    """What the run in which every program becomes machine code found."""
    total = sum(figures.kinds.values())
    looked, untaken = figures.looks["Numba"], figures.untaken.total()
    rows = [
        ("right from Python's text", looked),
        ("of these, taken by Numba, and right", looked - untaken),
        ("of these, refused by Numba", untaken),
        ("refused, or inconclusive, from Python's text", figures.kinds["refused"] + figures.kinds["inconclusive"]),
        ("wrong", figures.kinds["wrong"]),
        ("internal errors", figures.kinds["crash"]),
    ]
    lines = [
        f"adjoint {adjoint.__version__}, Python {platform.python_version()}, NumPy {np.__version__},"
        f" Numba {version('numba')}. Programs {first} to {first + total - 1}, bounds checked.",
        "",
        "| | programs |",
        "|---|---:|",
        *(f"| {name} | {n} |" for name, n in rows),
        "",
        "Why Numba refused:",
        "",
        *_table(figures.untaken, None, "reason", "programs"),
    ]
    put("native figures", "\n".join(lines))


def _reasons(figures: Figures, kind: str, total: int) -> list[str]:
    found = {k.removeprefix(f"{kind}: "): n for k, n in figures.reasons.items() if k.startswith(kind)}
    return [f"Why {kind}:", "", *_table(found, total, "reason", "programs"), ""] if found else []


def _table(counts: Mapping[str, int], total: int | None, *heads: str) -> list[str]:
    rows = [f"| {_cell(name)} | {n} |" for name, n in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))]
    return [f"| {' | '.join(heads)} |", "|---|---:|", *rows]


def _shares(counts: Mapping[str, int], total: int) -> list[str]:
    """Three constructs a row, the rarest last."""
    order = sorted(all_constructs(), key=lambda name: (-counts.get(name, 0), name))
    cells = [f"{_cell(name)} | {counts.get(name, 0) / total:.1%}" for name in order]
    rows = [cells[k : k + 3] for k in range(0, len(cells), 3)]
    rows[-1] += [" | "] * (3 - len(rows[-1]))
    return [
        "| construct | | construct | | construct | |",
        "|---|---:|---|---:|---|---:|",
        *(f"| {' | '.join(r)} |" for r in rows),
    ]


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|").replace("<", "&lt;")


def write_plants(answers: list[tuple[Any, str]]) -> None:
    """The planted bugs, and how each was found."""
    rows = [f"| `{p.module}` | {p.what} | {_cell(_found(answer))} |" for p, answer in answers]
    put("planted bugs", "\n".join(["| module | what is wrong | found |", "|---|---|---|", *rows]))


def _found(answer: str) -> str:
    where = re.match(r"(wrong|crash) at (\d+)", answer)
    if where:
        return f"{'wrong' if where[1] == 'wrong' else 'error'}, program {int(where[2]) + 1}"
    fixed = re.match(r"(wrong|crash): (.+)", answer)
    if fixed and fixed[2] in TRAPS:
        return f"{'wrong' if fixed[1] == 'wrong' else 'error'}, fixed program “{fixed[2]}”"
    return "error on import" if answer else "not found"


NOTICED = {
    "numbers": "a wrong number, or another test's assertion, fails a test",
    "error": "the compiler, or the text, raises an error, or does not end",
    "refusal": "what is taken is refused",
    "message": "what is refused is taken, or refused in other words",
    "text": "a test of the generated text, or a doctest, fails; no number was seen to be wrong",
    "no program": "Python does not compile the module",
}
MISSED = {
    "changed": "texts differ, and no test fails",
    "survives": "no test fails, and no text differs",
    "unreached": "no test runs the statement",
}


def write_survivors(answers: Mapping[str, Mapping[str, Any]], total: int) -> None:
    """How deleted statements were noticed, how many were not in which module, and a page that explains these."""
    kinds = Counter(str(a["kind"]) for a in answers.values())
    head = [
        f"{len(answers)} of {total} statements were deleted, one at a time.",
        "",
        *_rows("what notices", {meaning: kinds[k] for k, meaning in NOTICED.items()}),
        "",
        *_rows("not noticed", {meaning: kinds[k] for k, meaning in MISSED.items()}),
        "",
        *_met(list(answers.values())),
        "",
        "Each of these stands in [deleted.md](deleted.md), with what is known or guessed of why.",
    ]
    put("deleted statements", "\n".join(head))
    missed = {key: str(a["kind"]) for key, a in answers.items() if a["kind"] in MISSED}
    DELETED.write_text(_page(missed))


def _met(answers: list[Mapping[str, Any]]) -> list[str]:
    """How many tests the survivors met: a run has no time for all."""
    left = [a for a in answers if a["kind"] in ("survives", "changed")]
    alive = [(a["ran"], a["covering"]) for a in left if "ran" in a]
    if not alive:
        return []
    met, there = (f"{median(numbers):.0f}" for numbers in zip(*alive))
    every = sum(ran >= covering for ran, covering in alive)
    return [
        f"Statements of the first two rows met {met} tests (the median) of the {there} (the median) that run them;",
        f"{every} of these {len(left)} met all. So of the others some may be noticed by a test that was not met.",
    ]


def _rows(title: str, counts: Mapping[str, int]) -> list[str]:
    rows = [f"| {name} | {n} |" for name, n in counts.items()]
    return [f"| {title} | statements |", "|---|---:|", *rows]


def _page(missed: Mapping[str, str]) -> str:
    """Each statement that was not missed, by why it was not."""
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for key in sorted(missed):
        kind, why = explained(key, missed[key])
        module, line, function, statement = key.split(":", 3)
        text = " ".join(statement.split()).replace("|", "\\|").replace("`", "'")
        found[kind].append(f"| `{module}` {line} | `{function.strip()}` | `{text}` | {why} |")
    lines = [
        "# Deleted statements that no test misses",
        "",
        "Written by `tests/fuzz/deletion.py --write`; [reliability.md](reliability.md) says how the others are missed,",
        "and how many tests these met. Reasons in the table of `tests/fuzz/survivors.py` were found by looking at",
        "programs; all others are read off the form and the place of a statement (`explaining.py`), and are no proof.",
    ]
    for kind, rows in found.items():
        if rows:
            lines += [
                "",
                f"## {len(rows)}: {KINDS[kind]}",
                "",
                "| where | function | statement | |",
                "|---|---|---|---|",
                *rows,
            ]
    return "\n".join(lines) + "\n"
