"""A small hunt for wrong gradients in every test run; `python tests/fuzz/hunt.py --programs 2000` is the large one."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
import pytest
from counted import all_constructs
from generator import Program, programs
from hunt import RARE, looks_of, reached_by, size_of
from hypothesis import HealthCheck, given, settings
from judge import Verdict, judge
from looks import LOOKS
from planted import BUDGET
from shrink import shrunk
from traps import TRAPS, trap

import adjoint

TOGETHER = 10
NATIVE_SEEDS, NATIVE_SIZE = range(7_000_000, 7_000_006), 4  # each takes a second or more to compile


@cache
def verdicts(start: int) -> list[tuple[Verdict, str]]:
    """Some programs of the small hunt, judged."""
    found = []
    for seed in range(start, start + TOGETHER):
        program = Program(seed, size_of(seed))
        looks = tuple(name for name in looks_of(seed, 1) if name != "Numba")  # it takes seconds to compile
        found.append((judge(program, f"<hunted program {seed}>", looks), program.text))
    return found


@pytest.mark.parametrize("start", range(0, BUDGET, TOGETHER))
def test_no_random_program_has_a_wrong_gradient(start: int) -> None:
    for verdict, text in verdicts(start):
        assert verdict.kind not in ("wrong", "crash"), f"{verdict.detail}\n{text}"


def test_most_programs_are_taken_and_have_a_gradient() -> None:
    found = [verdict for start in range(0, BUDGET, TOGETHER) for verdict, _ in verdicts(start)]
    kinds = Counter(v.kind for v in found)
    assert kinds["refused"] <= 0.1 * len(found) and kinds["inconclusive"] <= 0.1 * len(found), kinds
    assert sum(v.kind == "ok" and not v.zero for v in found) >= 0.75 * len(found), kinds


@pytest.mark.parametrize("seed", NATIVE_SEEDS)
def test_no_random_program_is_wrong_as_machine_code(seed: int) -> None:
    pytest.importorskip("numba")
    program = Program(seed, NATIVE_SIZE)
    verdict = judge(program, f"<hunted program {seed} for Numba>", ("Numba",))
    assert verdict.kind not in ("wrong", "crash"), f"{verdict.detail}\n{program.text}"


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(programs(size=6))
def test_no_program_drawn_by_hypothesis_has_a_wrong_gradient(program: Program) -> None:
    verdict = judge(program, f"<drawn program {program.seed}>")
    assert verdict.kind not in ("wrong", "crash"), f"{verdict.detail}\n{program.text}"


def test_constructs_are_reached_on_active_paths() -> None:
    found: Counter[str] = Counter()
    for seed in range(300):
        found.update(reached_by(Program(seed, size_of(seed))))
    assert set(found) <= all_constructs()
    assert len(found) >= 0.95 * len(all_constructs()), sorted(all_constructs() - set(found))


@pytest.mark.parametrize("name", TRAPS)
def test_traps_are_refused_or_right(name: str) -> None:
    assert judge(trap(name), f"<trap {name}>").kind in ("refused", "ok")


@pytest.mark.parametrize("look", sorted(set(LOOKS) - {"Numba"}))
def test_every_look_at_a_program(look: str) -> None:
    text = (
        "def f(x, s):\n    y = x.copy()\n    for i in range(1, 3):\n        v = y[i:]\n        v *= np.sin(y[0]) + s\n"
        "        if y[1] > -9:\n            y[0] = v[0] * x[i]\n    return (y * x).sum()\n"
    )
    program = _with_text(text)
    assert judge(program, f"<looked at {look}>", (look,)).kind == "ok"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_seed_determines_the_program(seed: int) -> None:
    assert Program(seed).text == Program(seed).text != Program(seed + 1).text


def test_a_wrong_gradient_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge is no use if it cannot say no: here every gradient is twice what it should be."""
    original = adjoint.vjp

    def doubled(f: object, wrt: object) -> object:
        def run(*args: object) -> object:
            out, pullback = original(f, wrt=wrt)(*args)
            return out, lambda seed: tuple(2 * g for g in pullback(seed))

        return run

    monkeypatch.setattr(adjoint, "vjp", doubled)
    assert judge(_with_text("def f(x, s):\n    return (x * s).sum()\n"), "<doubled>").kind == "wrong"


def test_rare_looks_are_looks() -> None:
    assert set(RARE) <= set(LOOKS)


def test_shrinking_keeps_what_fails() -> None:
    text = "def f(x, s):\n    if s > 0:\n        x[0] = t + s\n    for i in r:\n        s = 1\n    return x\n"
    assert shrunk(text, lambda t: "x[0]" in t) == "def f(x, s):\n    x[0] = t"


def _with_text(text: str) -> Program:
    program = Program(1)
    program.text, program.names, program.table = text, ("x", "s"), False
    assert len(program.arguments(np.random.default_rng(0))) == 2
    return program
