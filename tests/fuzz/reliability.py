"""Write what the hunts found into docs/reliability.md, between the marks of each section."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from counted import all_constructs
from survivors import KINDS, Survivor, explained
from traps import TRAPS

import adjoint

if TYPE_CHECKING:
    from hunt import Figures

PAGE = Path(__file__).parent.parent.parent / "docs" / "reliability.md"


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


def write_survivors(state: Mapping[str, Any]) -> None:
    """How many deleted statements nobody noticed, by module."""
    answers: dict[str, str] = state["answers"]
    done: dict[str, int] = {}
    alive: dict[str, int] = {}
    for key, answer in answers.items():
        module = key.split(":")[0]
        done[module] = done.get(module, 0) + 1
        alive[module] = alive.get(module, 0) + (not answer)
    survivors = sorted(key for key, answer in answers.items() if not answer)
    rows = [f"| `{m}` | {done[m]} | {alive[m]} |" for m in sorted(done) if alive[m]]
    others = [m for m in done if not alive[m]]
    head = (
        f"{len(answers)} of {state['total']} statements were deleted, one at a time; {len(survivors)} were not missed."
        f" Of the {sum(done[m] for m in others)} deleted in {len(others)} further modules every one was missed."
    )
    table = ["", "| module | deleted | survive |", "|---|---:|---:|", *rows, ""]
    put("deleted statements", "\n".join([head, *table, *_explanations(survivors)]))


def _explanations(survivors: Sequence[str]) -> list[str]:
    """Each survivor by the kind of why it survived."""
    found = {key: explained(key) for key in survivors}
    lines = []
    for kind, meaning in [*KINDS.items(), ("", "not explained")]:
        keys = [key for key, why in found.items() if (why.kind if why is not None else "") == kind]
        if keys:
            lines += [f"{len(keys)} of them: {meaning}.", "", "| module | statement | |", "|---|---|---|"]
            lines += [_row(k, found[k]) for k in keys] + [""]
    return lines


def _row(key: str, survivor: Survivor | None) -> str:
    module, _, statement = key.split(":", 2)
    text = " ".join(statement.split()).replace("|", "\\|")
    return f"| `{module}` | `{text}` | {survivor.why if survivor else ''} |"
