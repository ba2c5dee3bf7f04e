"""Judge the gradient of one program: against central differences, and against what other ways to it give.

The first look is the same for every program: the result is the primal's to the bit, arguments stay as they are, a
pullback called again gives the same bits, and the gradient is that of central differences at two steps that agree.
Then come one or more further looks (`looks.py`), in turn.
"""

from __future__ import annotations

import contextlib
import io
import linecache
import re
import signal
import sys
import types
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from differences import STEP, NotSmooth, estimates, fresh, leaves, random_cotangent, tolerance
from generator import Program

import adjoint
from adjoint import errors

sys.modules.setdefault("hunted", types.ModuleType("hunted"))  # the module of programs: dataclasses look it up
LARGEST = 1e4
SECONDS = 10
NATIVE = "Numba"  # the look that takes seconds to compile
# Programs repeat products and sines, so fifth derivatives are large and the oracle is good to fewer digits than for
# programs written by hand; a missing or doubled contribution is larger than this by far.
ACCURATE = 1e-6
SINGLE = 2e-3  # where an argument is of single precision
# Where a sum is made in another order: `np.add.at` adds one entry after the other, the generated text their sum;
# `np.vectorize` gives an array that lies in memory as its argument does, the loop that stands for it one by rows. An
# argument with gaps between its cells is changed in a copy without gaps, which BLAS adds in another order.
LAST_BITS = (".at(", ".vectorize(")


@dataclass(frozen=True)
class Verdict:
    """`kind` is ok, refused, inconclusive, wrong or crash; `zero` says that the gradient vanishes; `looks` are done.

    `untaken` is why Numba does not take the program, where that was asked.
    """

    kind: str
    detail: str = ""
    zero: bool = False
    looks: tuple[str, ...] = ()
    untaken: str = ""


class Inaccurate(AssertionError):
    """The gradient differs from the oracle's by less than the oracle may be off."""


@dataclass(frozen=True)
class Case:
    """A program at a point: what further looks start from.

    `right` are the derivatives by `wrt` for `cotangent`, `doubt` is by how much the two steps that gave them disagree.
    """

    text: str
    name: str
    f: Any
    args: tuple[Any, ...]
    wrt: list[str]
    cotangent: Any
    right: Any
    accurate: float
    doubt: float = 0.0


def function(text: str, name: str, chosen: str = "f") -> types.FunctionType:
    """A function of a program, its source to be found by `inspect`."""
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    scope: dict[str, Any] = {"np": np, "xp": np, "__name__": "hunted"}
    exec(compile(text, name, "exec"), scope)
    made: types.FunctionType = scope[chosen]
    return made


def judge(program: Program, name: str, looks: Iterable[str] = (), text: str | None = None) -> Verdict:
    """Differentiate a program by all its arguments (or by one), and look at it in the ways named."""
    signal.signal(signal.SIGVTALRM, _too_long)  # time of this process, however busy the machine is
    looks = tuple(looks)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS * (10 if NATIVE in looks else 1))
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return _judged(program, program.text if text is None else text, name, looks)
    except TimeoutError:
        return Verdict("inconclusive", "takes too long")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        for file in [f for f in linecache.cache if f.startswith(name)]:
            del linecache.cache[file]


def _too_long(*_: object) -> None:
    raise TimeoutError


def _judged(program: Program, text: str, name: str, looks: tuple[str, ...]) -> Verdict:
    f = function(text, name)
    rng = np.random.default_rng(program.seed)
    args = program.arguments(rng)
    # An awkward name may stand in the place of the parameter's own.
    wrt = list(f.__code__.co_varnames[: len(program.names)])
    # By one argument only, much of a program is inactive.
    wrt = wrt[program.seed // 5 % len(wrt) :][:1] if program.seed % 5 == 0 else wrt
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            expected = f(*fresh(args))
    except TimeoutError:
        raise
    except Exception as error:
        return Verdict("inconclusive", f"the program raises {type(error).__name__}: {error}")
    if not all(isinstance(v, (float, np.ndarray, np.floating)) for v in leaves(expected)):
        return Verdict("inconclusive", "the result is no float")
    if not all(np.all(np.isfinite(v)) and np.all(np.abs(v) < LARGEST) for v in leaves(expected)):
        return Verdict("inconclusive", "large values")
    if _spreads_nothing(program, text, args):
        return Verdict("inconclusive", "the standard deviation of equal entries")
    accurate = SINGLE if any(np.asarray(a).dtype == np.float32 for a in leaves(args)) else ACCURATE
    case = Case(text, name, f, args, wrt, random_cotangent(expected, rng), None, accurate)
    return attempted(case, expected, looks)


def _spreads_nothing(program: Program, text: str, args: tuple[Any, ...]) -> bool:
    """Does a program take the standard deviation of entries that are equal but for rounding?

    There it has a kink, which differences do not see if the entries move together, and the slope is made of rounding.
    """
    spread = re.sub(r"\b(\w+)\.std\(\)", r"spread(\1)", text)
    if spread == text:
        return False
    found = []

    def noted(value: Any) -> Any:
        found.append(np.std(value) <= 1e-12 * np.max(np.abs(value)))
        return np.std(value)

    f = function(spread, "<spread>")
    f.__globals__["spread"] = noted
    f(*fresh(args))
    return any(found)


def attempted(case: Case, expected: Any, looks: tuple[str, ...]) -> Verdict:
    """The first look and the others, and what comes of them."""
    from looks import LOOKS

    done = "the pullback"
    try:
        case = first_look(case, expected)
        untaken = ""
        for done in looks:
            untaken = LOOKS[done](case) or untaken
        return Verdict("ok", "", not any(np.any(g) for g in leaves(case.right)), looks, untaken)
    except NotSmooth:
        return Verdict("inconclusive", "not smooth")
    except errors.InternalError as error:
        return Verdict("crash", f"{done}: {type(error).__name__}: {error}")
    except errors.AdjointError as error:
        return Verdict("refused", str(error).splitlines()[0])
    except Inaccurate as error:
        return Verdict("inconclusive", str(error))
    except AssertionError as error:
        return Verdict("wrong", f"{done}: {error}")
    except TimeoutError:
        raise
    except Exception as error:
        return Verdict("crash", f"{done}: {type(error).__name__}: {error}")


def first_look(case: Case, expected: Any) -> Case:
    """Compare the result and the pullback with what they must be; return the case with the derivatives."""
    before = fresh(case.args)
    out, pullback = adjoint.vjp(case.f, wrt=case.wrt)(*case.args)
    if any(mark in case.text for mark in LAST_BITS) or any(map(_has_gaps, leaves(case.args))):
        near(out, expected, case.accurate * 1e-3)
    else:
        same_bits(out, expected, "the result")
    first = pullback(case.cotangent)
    kept = fresh(first)
    same_bits(pullback(case.cotangent), kept, "a second pullback")
    same_bits(first, kept, "what the first pullback gave")
    same_bits(case.args, before, "the arguments")
    _same_types(case, first)
    right, doubt = estimates(case.f, case.args, case.wrt, case.cotangent)
    case = replace(case, right=right, doubt=doubt)
    try:
        agree(first, case)
    except AssertionError:
        if _is_right_nearby(first, case):
            raise Inaccurate("a kink between the steps") from None
        raise
    return case


def _is_right_nearby(ours: Any, case: Case) -> bool:
    """Are these the differences at steps that are a hundred times smaller? Both usual ones may reach over one kink."""
    try:
        right, _ = estimates(case.f, case.args, case.wrt, case.cotangent, STEP / 100)
        close(ours, right, case.accurate / 10)
    except (AssertionError, Inaccurate):
        return False
    return True


def _has_gaps(value: Any) -> bool:
    return isinstance(value, np.ndarray) and not (value.flags.c_contiguous or value.flags.f_contiguous)


def _same_types(case: Case, gradients: Any) -> None:
    names = case.f.__code__.co_varnames
    for name, gradient in zip(case.wrt, gradients, strict=True):
        for ours, argument in zip(leaves(gradient), leaves(case.args[names.index(name)]), strict=True):
            assert np.shape(ours) == np.shape(argument), f"the gradient by {name} has shape {np.shape(ours)}"
            dtypes = np.asarray(ours).dtype, np.asarray(argument).dtype
            assert dtypes[0] == dtypes[1], f"the gradient by {name} is of {dtypes[0]}, not {dtypes[1]}"


def agree(ours: Any, case: Case) -> None:
    """The gradient is right, or nearer to what the oracle says than this is sure of."""
    close(ours, case.right, case.accurate, case.doubt)


def close(ours: Any, theirs: Any, accurate: float, doubt: float = 0.0) -> None:
    top = max(1.0, *(float(np.max(np.abs(v), initial=0.0)) for v in leaves(theirs)))
    for a, b in zip(leaves(ours), leaves(theirs), strict=True):
        assert np.shape(a) == np.shape(b), f"shape {np.shape(a)}, not {np.shape(b)}"
        error = float(np.max(np.abs(np.subtract(a, b)), initial=0.0)) / top
        if accurate < error <= doubt / top:
            raise Inaccurate("off by no more than the two steps disagree")
        assert not error > accurate and not np.isnan(error), f"off by {error:.3g}\n ours: {a}\n right: {b}"
        if error > max(tolerance(a) * 100, accurate / 10):
            raise Inaccurate("at the limit of the oracle")


def same_bits(ours: Any, theirs: Any, what: str) -> None:
    assert len(leaves(ours)) == len(leaves(theirs)), f"{what} has another structure"
    for a, b in zip(leaves(ours), leaves(theirs), strict=True):
        assert np.shape(a) == np.shape(b) and np.array_equal(a, b, equal_nan=True), f"{what} differs: {a} is not {b}"


def near(ours: Any, theirs: Any, accurate: float) -> None:
    for a, b in zip(leaves(ours), leaves(theirs), strict=True):
        assert np.shape(a) == np.shape(b) and np.allclose(a, b, accurate, accurate), f"the result differs: {a}, not {b}"
