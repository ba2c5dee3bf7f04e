"""Each pass keeps the meaning: a function is run before and after it, results, effects and exceptions compared."""

from __future__ import annotations

import copy

import constructs
import constructs_later
import numpy as np
import pytest
from jumping import Program, compiled, outcome

from adjoint.emit.printer import to_source
from adjoint.frontend.check import check
from adjoint.frontend.resolve import resolve
from adjoint.frontend.source import parse
from adjoint.normalize import PASSES, normalize
from adjoint.normalize.example import function
from adjoint.syntax.validate import validate

CASES = [*constructs.CASES, *constructs_later.CASES]
SPACE = {**vars(constructs), **vars(constructs_later)}


def observed(fn, args):
    """The result (or exception) of a call, its arguments afterwards, and what it said."""
    constructs.LOG.clear()
    args = copy.deepcopy(args)
    try:
        result = fn(*args)
    except Exception as error:
        result = type(error)
    return repr((plain(result), plain(args), constructs.LOG))


def plain(value):
    """A value as text compares it: arrays as lists, NumPy's numbers as Python's."""
    if isinstance(value, (tuple, list)):
        return type(value)(plain(v) for v in value)
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].__name__)
def test_each_pass_keeps_the_meaning(case):
    original, calls = case
    fn = resolve(parse(original))
    check(fn)
    expected = [observed(original, args) for args in calls]
    for run in PASSES:
        fn = run(fn)
        text = to_source(fn.tree)
        after = compiled(text, original.__name__, **SPACE, **helpers(fn))
        assert [observed(after, args) for args in calls] == expected, f"{run.__name__}:\n{text}"
    validate(fn, "normalize")


def helpers(fn):
    return {name: value for name, value in fn.bindings.items() if "." not in name and name not in SPACE}


def cells(program):
    k = program.random.randint(0, 2)
    return [program.random.choice([f"xs[{k}] += {program.atom()}", f"xs[{k}] *= 2", f"xs[{k}] = {program.atom()}"])]


def tuples(program):
    a, b = program.name(), program.name()
    return [program.random.choice([f"{a}, {b} = {b}, {a}", f"{a}, {b} = {b}, ({a} + {b}) % 5", f"{a} = {b} = n % 3"])]


def ternaries(program):
    value = program.random.choice([f"{program.atom()} if {program.test()} else {program.name()}", program.test()])
    connected = f"{program.test()} {program.random.choice(['and', 'or'])} {program.name()}"
    return [f"{program.name()} = {program.random.choice([value, connected])}"]


def sequences(program):
    k = program.random.choice(["a", "b", "q"])
    body = f"    n += {k}"
    head = program.random.choice(
        ["{} in xs", "n, {} in enumerate(xs)", "{}, c in zip(xs, range(b))", "{} in reversed(xs)"]
    )
    return [f"for {head.format(k)}:", body] if k != "q" else [f"b = sum([q * a for q in xs if {program.test()}])"]


@pytest.mark.parametrize("start", range(0, 200, 20))
def test_random_programs_keep_their_meaning(start):
    for seed in range(start, start + 20):
        program = Program(seed, [cells, tuples, ternaries, sequences] if seed % 2 else [])
        fn = function(program.text)
        calls = [(0, 1, 2), (3, 2, 1), (5, 0, 4), (1, 1, 1)]
        before = compiled(program.text)
        expected = [outcome(before, *args, [1, 2, 3]) for args in calls]
        core = normalize(fn)
        validate(core, "normalize")
        after = compiled(to_source(core.tree))
        assert [outcome(after, *args, [1, 2, 3]) for args in calls] == expected, program.text


def test_passes_are_pure():
    for original, _ in CASES:
        fn = resolve(parse(original))
        for run in PASSES:
            before = to_source(fn.tree)
            after = run(fn)
            assert to_source(fn.tree) == before, run.__name__
            fn = after


def test_same_input_same_text():
    for original, _ in CASES:
        texts = {to_source(normalize(resolve(parse(original))).tree) for _ in range(2)}
        assert len(texts) == 1
