"""A small hunt for wrong gradients in every test run; `python tests/fuzz/hunt.py --programs 2000` is the large one."""

from __future__ import annotations

from typing import Any

import pytest
from generator import Program
from judge import judge
from shrink import shrunk

from adjoint.analysis import record, storage
from adjoint.differentiate import reverse
from adjoint.differentiate.sweep import Sweep


@pytest.mark.parametrize("start", range(0, 60, 10))
def test_no_random_program_has_a_wrong_gradient(start: int) -> None:
    for seed in range(start, start + 10):
        program = Program(seed, size=4 + seed % 9)
        verdict = judge(program.text, program.arguments, seed, f"<hunted program {seed}>")
        assert verdict.kind not in ("wrong", "crash"), f"{verdict.detail}\n{program.text}"


def test_most_programs_are_taken_and_can_be_judged() -> None:
    kinds = [judge((p := Program(seed, 8)).text, p.arguments, seed, f"<taken {seed}>").kind for seed in range(100, 130)]
    assert kinds.count("ok") >= 20


def test_a_seed_determines_the_program() -> None:
    assert Program(7).text == Program(7).text != Program(8).text


def test_a_wrong_gradient_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge is no use if it cannot say no: here every gradient is twice what it should be."""
    import judge as judging

    def doubled(f: object, wrt: object) -> object:
        def run(*args: object) -> object:
            out, pullback = original(f, wrt=wrt)(*args)
            return out, lambda seed: tuple(2 * g for g in pullback(seed))

        return run

    original = judging.adjoint.vjp
    monkeypatch.setattr(judging.adjoint, "vjp", doubled)
    text = "def f(x, s):\n    return (x * s).sum()\n"
    assert judge(text, lambda rng: (rng.normal(size=3), 0.7), 0, "<doubled>").kind == "wrong"


@pytest.mark.parametrize(
    ("owner", "rule", "without"),
    [
        (record._Recorder, "hits", lambda *_: False),  # cells are not put back
        (storage, "_observed", lambda *_: set()),  # views are treated as copies
        (reverse, "_fill", lambda *_: None),  # what one branch defines is not zero in the other
        (Sweep, "may_repeat", lambda *_: False),  # an index that repeats adds once
    ],
)
def test_leaving_out_a_rule_is_noticed(monkeypatch: pytest.MonkeyPatch, owner: Any, rule: str, without: Any) -> None:
    monkeypatch.setattr(owner, rule, without)
    programs = (Program(seed, 10) for seed in range(14_000_000, 14_000_150))
    assert any(judge(p.text, p.arguments, p.seed, f"<{rule} {p.seed}>").kind == "wrong" for p in programs)


def test_shrinking_keeps_what_fails() -> None:
    text = "def f(x, s):\n    if s > 0:\n        x[0] = t + s\n    for i in r:\n        s = 1\n    return x\n"
    assert shrunk(text, lambda t: "x[0]" in t) == "def f(x, s):\n    x[0] = t"
