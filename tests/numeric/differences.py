"""Central differences: the oracle that every numeric test of gradients goes by, and its tolerances.

The seeded result F(x) = <seed, f(x)> of a function is differentiated by each entry of each argument at the steps h and
2h; Richardson's extrapolation of the two has an error of order h**4. With h = eps**(1/5) truncation and rounding
are both near eps**(4/5) of the scale of F. Where the two steps disagree the function is not smooth at that point,
and the test's sample is wrong: that is an error, never a pass.

Values may be numbers, arrays, and tuples, lists or dictionaries of them; a pairing is bilinear (no conjugates).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

EPS = float(np.finfo(float).eps)
STEP = EPS ** (1 / 5)
# The two steps differ by 3 h**2 f'''/6: eps**(2/5) of the scale, and some room for large third derivatives.
AGREE = EPS ** (2 / 5) * 50
# eps**(4/5) is what the extrapolation gives for derivatives of order one; the fifth derivative may be larger.
CLOSE = EPS ** (4 / 5) * 1000


class NotSmooth(AssertionError):
    """Two step sizes give different derivatives: the sample lies at or beside a kink or jump."""


def differences(f: Callable[..., Any], args: Sequence[Any], wrt: Sequence[str | int], seed: Any) -> tuple[Any, ...]:
    """The derivatives of <seed, f(args)> by each argument in `wrt`, computed in double precision."""
    return estimates(f, args, wrt, seed)[0]


def estimates(
    f: Callable[..., Any], args: Sequence[Any], wrt: Sequence[str | int], seed: Any, step: float = STEP
) -> tuple[tuple[Any, ...], float]:
    """The derivatives, and by how much the two steps, `step` and twice that, disagree where they do most."""
    args = tuple(_double(a) for a in args)
    scale = _magnitude(seed, f(*fresh(args)))
    found, doubts = zip(*(_by_argument(f, args, k, seed, scale, step) for k in positions(f, wrt)), strict=True)
    return tuple(found), max(doubts)


def assert_gradients(
    f: Callable[..., Any], args: Sequence[Any], wrt: Sequence[str | int], seed: Any, gradients: Sequence[Any]
) -> None:
    """Assert that `gradients` (one for each of `wrt`) are those of <seed, f(args)>."""
    expected = differences(f, args, wrt, seed)
    scale = _magnitude(seed, f(*fresh(args)))
    assert len(gradients) == len(expected)
    for name, ours, theirs in zip(wrt, gradients, expected, strict=True):
        _assert_close(ours, theirs, scale, f"gradient by {name!r} of {getattr(f, '__name__', f)}")


def assert_smooth(f: Callable[..., Any], args: Sequence[Any], wrt: Sequence[str | int], seed: Any) -> None:
    """Assert that two step sizes agree on the derivatives and that all of them are finite."""
    for name, value in zip(wrt, differences(f, args, wrt, seed), strict=True):
        for leaf in leaves(value):
            assert np.isfinite(leaf).all(), f"derivative by {name!r} is not finite"


def random_cotangent(out: Any, rng: np.random.Generator) -> Any:
    """A random seed with the structure, shapes and dtypes of a result."""
    if isinstance(out, (tuple, list)):
        return type(out)(random_cotangent(o, rng) for o in out)
    if isinstance(out, dict):
        return {k: random_cotangent(v, rng) for k, v in out.items()}
    if isinstance(out, np.ndarray):
        real = rng.normal(size=out.shape)
        return np.asarray(real + 1j * rng.normal(size=out.shape) if np.iscomplexobj(out) else real).astype(out.dtype)
    if isinstance(out, np.generic):
        return out.dtype.type(rng.normal())
    return rng.normal()


def pair(seed: Any, out: Any) -> Any:
    """The sum of seed times result over all entries."""
    return sum(np.sum(np.multiply(s, o)) for s, o in zip(leaves(seed), leaves(out), strict=True))


def fresh(args: Any) -> Any:
    """A copy of the arguments, so that a function which changes them can be called again.

    Memory order is kept, and cells that lie apart do so in the copy too: the order in which NumPy adds depends on it.
    """
    if isinstance(args, np.ndarray):
        flags = args.flags
        apart = args.ndim and not (flags.c_contiguous or flags.f_contiguous)
        return np.repeat(args, 2, axis=-1)[..., ::2] if apart else args.copy(order="K")
    if isinstance(args, (tuple, list)):
        return type(args)(fresh(a) for a in args)
    if isinstance(args, dict):
        return {k: fresh(v) for k, v in args.items()}
    return args


def leaves(value: Any) -> list[Any]:
    """The numbers and arrays of a result or an argument, in order."""
    if isinstance(value, dict):
        value = list(value.values())
    return [leaf for v in value for leaf in leaves(v)] if isinstance(value, (tuple, list)) else [value]


def positions(f: Callable[..., Any], wrt: Sequence[str | int]) -> list[int]:
    """The positions of parameters given by name or position."""
    names = list(inspect.signature(f).parameters)
    return [names.index(w) if isinstance(w, str) else w for w in wrt]


def _by_argument(
    f: Callable[..., Any], args: tuple[Any, ...], k: int, seed: Any, scale: float, relative: float
) -> tuple[Any, float]:
    def moved(leaf: int, index: tuple[int, ...], by: float) -> Any:
        changed = list(fresh(args))
        changed[k] = _moved(changed[k], leaf, index, by)
        return pair(seed, f(*changed))

    def slope(leaf: int, index: tuple[int, ...], step: float) -> Any:
        return (moved(leaf, index, step) - moved(leaf, index, -step)) / (2 * step)

    results, doubt = [], 0.0
    for number, leaf in enumerate(leaves(args[k])):
        near, far = np.zeros((2, *np.shape(leaf)), dtype=np.result_type(leaf, float))
        near, far = np.asarray(near), np.asarray(far)
        for index in np.ndindex(np.shape(leaf)):
            step = relative * max(1.0, abs(np.asarray(leaf)[index]))
            near[index] = slope(number, index, step)
            far[index] = slope(number, index, 2 * step)
        _assert_agree(near, far, scale)
        doubt = max(doubt, float(np.max(np.abs(near - far), initial=0.0)))
        results.append((4 * near - far) / 3)
    several = isinstance(args[k], (tuple, list))
    return type(args[k])(results) if several else results if len(results) > 1 else results[0], doubt


def _moved(arg: Any, leaf: int, index: tuple[int, ...], by: float) -> Any:
    if isinstance(arg, (tuple, list)):
        parts = list(arg)
        for k, part in enumerate(parts):
            if leaf < len(leaves(part)):
                parts[k] = _moved(part, leaf, index, by)
                break
            leaf -= len(leaves(part))
        return type(arg)(parts)
    if isinstance(arg, dict):
        return dict(zip(arg, _moved(list(arg.values()), leaf, index, by), strict=True))
    if isinstance(arg, np.ndarray):
        arg[index] += by
        return arg
    return float(arg + by) if type(arg) is float else arg + by  # `match` and `is` tell a float from one of NumPy's


def _double(arg: Any) -> Any:
    if isinstance(arg, np.ndarray) and arg.dtype.kind == "f":
        return fresh(arg) if arg.dtype == float else arg.astype(float, order="K")
    if isinstance(arg, (np.floating, float)):
        return float(arg)
    if isinstance(arg, dict):
        return {k: _double(a) for k, a in arg.items()}
    return type(arg)(_double(a) for a in arg) if isinstance(arg, (tuple, list)) else arg


def _magnitude(seed: Any, out: Any) -> float:
    """What the rounding of F is relative to: its terms without their signs."""
    terms = (np.sum(np.abs(np.multiply(s, o))) for s, o in zip(leaves(seed), leaves(out), strict=True))
    return float(sum(terms))


def _assert_agree(near: Any, far: Any, scale: float) -> None:
    scale = max(scale, float(np.max(np.abs(near), initial=0.0)), 1.0)
    if not np.max(np.abs(near - far), initial=0.0) <= AGREE * scale:
        raise NotSmooth(f"central differences disagree between two steps:\n{near}\n{far}")


def _assert_close(ours: Any, theirs: Any, scale: float, what: str) -> None:
    mine, other = leaves(ours), leaves(theirs)
    assert len(mine) == len(other), what
    for a, b in zip(mine, other, strict=True):
        assert np.shape(a) == np.shape(b), f"{what}: shape {np.shape(a)}, not {np.shape(b)}"
        top = max(scale, float(np.max(np.abs(b), initial=0.0)), 1.0)
        error = float(np.max(np.abs(np.subtract(a, b)), initial=0.0))
        allowed = tolerance(a) * top
        assert error <= allowed, f"{what}: off by {error:.3g}, allowed {allowed:.3g}\n ours: {a}\n differences: {b}"


def tolerance(value: Any) -> float:
    """The relative error allowed of a gradient of this dtype."""
    dtype = np.result_type(value, np.float32) if isinstance(value, (np.ndarray, np.generic)) else np.dtype(float)
    return max(CLOSE, 100 * float(np.finfo(dtype).eps))
