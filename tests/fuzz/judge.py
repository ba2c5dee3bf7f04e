"""Judge the gradient of one program against central differences."""

from __future__ import annotations

import ast
import linecache
import signal
import types
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from differences import NotSmooth, differences, fresh, leaves, random_cotangent, tolerance

import adjoint
from adjoint import errors

LARGEST = 1e4
SECONDS = 5
# Programs repeat products and sines, so fifth derivatives are large and the oracle is good to fewer digits than for
# programs written by hand; a missing or doubled contribution is larger than this by far.
ACCURATE = 1e-6


@dataclass(frozen=True)
class Verdict:
    """`kind` is ok, refused, inconclusive, wrong or crash; `detail` tells more."""

    kind: str
    detail: str = ""


def function(text: str, name: str) -> types.FunctionType:
    """The function `f` of a program, its source to be found by `inspect`."""
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    scope: dict[str, Any] = {"np": np}
    exec(compile(text, name, "exec"), scope)
    made: types.FunctionType = scope["f"]
    return made


def judge(text: str, arguments: Callable[[np.random.Generator], tuple[Any, ...]], seed: int, name: str) -> Verdict:
    """Differentiate a program by all its arguments (or by one), at a point drawn with `seed`."""
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(SECONDS)
    try:
        return _judged(text, arguments, seed, name)
    except TimeoutError:
        return Verdict("inconclusive", "takes too long")
    finally:
        signal.alarm(0)


def _too_long(*_: object) -> None:
    raise TimeoutError


def _judged(text: str, arguments: Callable[[np.random.Generator], tuple[Any, ...]], seed: int, name: str) -> Verdict:
    f = function(text, name)
    rng = np.random.default_rng(seed)
    args = arguments(rng)
    wrt = list(f.__code__.co_varnames[: f.__code__.co_argcount])
    # By one argument only, much of a program is inactive.
    wrt = wrt[seed // 5 % len(wrt) :][:1] if seed % 5 == 0 else wrt
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            with np.errstate(over="raise", invalid="raise", divide="raise"):
                expected = f(*fresh(args))
        except TimeoutError:
            raise
        except Exception as error:
            return Verdict("inconclusive", f"the program raises {error!r}")
        if not all(isinstance(v, (float, np.ndarray, np.floating)) for v in leaves(expected)):
            return Verdict("inconclusive", "the result is no float")
        if not all(np.all(np.isfinite(v)) and np.all(np.abs(v) < LARGEST) for v in leaves(expected)):
            return Verdict("inconclusive", "large values")
        try:
            return compared(f, text, args, wrt, expected, rng)
        except NotSmooth:
            return Verdict("inconclusive", "not smooth")
        except errors.InternalError as error:
            return Verdict("crash", f"{type(error).__name__}: {error}")
        except errors.AdjointError as error:
            return Verdict("refused", str(error).splitlines()[0])
        except Inaccurate as error:
            return Verdict("inconclusive", str(error))
        except AssertionError as error:
            return Verdict("wrong", str(error))
        except TimeoutError:
            raise
        except Exception as error:
            return Verdict("crash", f"{type(error).__name__}: {error}")


class Inaccurate(AssertionError):
    """The gradient differs from the oracle's by less than the oracle may be off."""


def compared(
    f: Any, text: str, args: tuple[Any, ...], wrt: list[str], expected: Any, rng: np.random.Generator
) -> Verdict:
    """Compare the result, the pullback and the gradient of the seeded result with what they must be."""
    before = fresh(args)
    out, pullback = adjoint.vjp(f, wrt=wrt)(*args)
    same_bits(out, expected, "the result")
    cotangent = random_cotangent(expected, rng)
    first = pullback(cotangent)
    kept = fresh(first)
    same_bits(pullback(cotangent), kept, "a second pullback")
    same_bits(first, kept, "what the first pullback gave")
    same_bits(args, before, "the arguments")
    right = differences(f, args, wrt, cotangent)
    close(first, right, "the pullback")
    seeded = function(with_dot(text), f"{f.__code__.co_filename}.seeded")
    close(adjoint.grad(seeded, wrt=wrt)(*args, cotangent), right, "the gradient of the product with the seed")
    same_bits(args, before, "the arguments after grad")
    return Verdict("ok")


def with_dot(text: str) -> str:
    """The program that returns the product of its result with a seed, `seed`."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and node.value is not None:
            parts = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            seeds = [f"seed[{k}]" for k in range(len(parts))] if isinstance(node.value, ast.Tuple) else ["seed"]
            sums = [f"np.sum({seed} * ({ast.unparse(part)}))" for seed, part in zip(seeds, parts, strict=True)]
            node.value = ast.parse(" + ".join(sums), mode="eval").body
    tree.body[0].args.args.append(ast.arg("seed"))  # type: ignore[attr-defined]
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def close(ours: Any, theirs: Any, what: str) -> None:
    top = max(1.0, *(float(np.max(np.abs(v), initial=0.0)) for v in leaves(theirs)))
    for a, b in zip(leaves(ours), leaves(theirs), strict=True):
        assert np.shape(a) == np.shape(b), f"{what}: shape {np.shape(a)}, not {np.shape(b)}"
        error = float(np.max(np.abs(np.subtract(a, b)), initial=0.0)) / top
        message = f"{what} is off by {error:.3g}\n ours: {a}\n differences: {b}"
        assert not error > ACCURATE and not np.isnan(error), message
        if error > tolerance(a) * 100:
            raise Inaccurate("at the limit of the oracle")


def same_bits(ours: Any, theirs: Any, what: str) -> None:
    for a, b in zip(leaves(ours), leaves(theirs), strict=True):
        assert np.shape(a) == np.shape(b) and np.array_equal(a, b, equal_nan=True), f"{what} differs: {a} is not {b}"
