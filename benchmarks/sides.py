"""The sides of the benchmark: for each, a function without arguments that gives a kernel's value and gradients.

Everything is imported here by the side that needs it, so that the time to a first gradient is that side's alone. A side
raises `NotHere` where the kernel has no text for it. What a call returns is put into NumPy's arrays by `arrays_of`.
"""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Callable
from types import CellType, FunctionType
from typing import Any

import numpy as np

from benchmarks.kernels.kernel import Kernel

Call = Callable[[], Any]


class NotHere(Exception):
    """The kernel has no text for this side, or the library is not installed."""


def positions(kernel: Kernel) -> tuple[int, ...]:
    parameters = list(inspect.signature(kernel.loss).parameters)
    return tuple(parameters.index(name) for name in kernel.wrt)


def njit(fn: FunctionType, done: dict[FunctionType, Any] | None = None) -> Any:
    """`numba.njit` of a function and of the plain functions that it calls."""
    import numba

    done = {} if done is None else done
    if fn not in done:

        def swapped(value: Any) -> Any:
            return njit(value, done) if isinstance(value, FunctionType) else value

        used = {n: swapped(fn.__globals__[n]) for n in fn.__code__.co_names if n in fn.__globals__}
        cells = tuple(CellType(swapped(c.cell_contents)) for c in fn.__closure__ or ())
        space = {**used, "__builtins__": builtins, "__name__": fn.__name__}
        done[fn] = numba.njit(
            FunctionType(fn.__code__, space, fn.__name__, fn.__defaults__, cells), error_model="numpy"
        )
    return done[fn]


# The primal alone


def numpy_primal(kernel: Kernel, args: tuple[Any, ...]) -> Call:
    return lambda: (kernel.loss(*args),)


def primal(kernel: Kernel, args: tuple[Any, ...]) -> Call:
    f = njit(kernel.loss)
    return lambda: (f(*args),)


def primal_loops(kernel: Kernel, args: tuple[Any, ...]) -> Call:
    if kernel.loops is None:
        raise NotHere
    f = njit(kernel.loops)
    return lambda: (f(*args),)


# Value and gradients


def native(kernel: Kernel, args: tuple[Any, ...]) -> Call:
    import adjoint

    f = adjoint.value_and_grad(kernel.loss, wrt=kernel.wrt, backend="numba")
    return lambda: f(*args)


def native_into(kernel: Kernel, args: tuple[Any, ...]) -> Call:
    """The gradients by arrays in buffers that the caller keeps; None where a number is among the parameters."""
    import adjoint

    given = [args[k] for k in positions(kernel)]
    if not all(isinstance(a, np.ndarray) for a in given):
        raise NotHere
    f = adjoint.value_and_grad(kernel.loss, wrt=kernel.wrt, backend="numba").into(*[np.empty_like(a) for a in given])
    return lambda: f(*args)


def interpreted(kernel: Kernel, args: tuple[Any, ...]) -> Call:
    import adjoint

    f = adjoint.value_and_grad(kernel.loss, wrt=kernel.wrt)
    return lambda: f(*args)


def by_hand(kernel: Kernel, args: tuple[Any, ...]) -> Call:
    if kernel.by_hand is None:
        raise NotHere
    f = njit(kernel.by_hand)
    return lambda: f(*args)


def jax(kernel: Kernel, args: tuple[Any, ...]) -> Call:
    return _jax(kernel, kernel.jax, args)


def jax_loops(kernel: Kernel, args: tuple[Any, ...]) -> Call:
    return _jax(kernel, kernel.jax_loops, args)


def jax_algebra(kernel: Kernel, args: tuple[Any, ...]) -> Call:
    return _jax(kernel, kernel.jax_algebra, args)


def _jax(kernel: Kernel, maker: Any, args: tuple[Any, ...]) -> Call:
    """Whole numbers are static; arrays are on JAX's side before the clock runs."""
    if maker is None:
        raise NotHere
    import jax

    static = tuple(k for k, a in enumerate(args) if isinstance(a, int))
    f = jax.jit(jax.value_and_grad(maker(), positions(kernel)), static_argnums=static)
    given = [a if k in static else jax.numpy.asarray(a) for k, a in enumerate(args)]
    return lambda: jax.block_until_ready(f(*given))


def autograd(kernel: Kernel, args: tuple[Any, ...]) -> Call:
    if kernel.over is None:
        raise NotHere
    import autograd.numpy
    from autograd import value_and_grad

    f = value_and_grad(kernel.over(autograd.numpy), positions(kernel))
    return lambda: f(*args)


def torch(kernel: Kernel, args: tuple[Any, ...]) -> Call:
    if kernel.torch is None and kernel.over is None:
        raise NotHere
    import torch

    from benchmarks.torch_names import Names

    torch.set_num_threads(1)
    loss = kernel.torch(torch) if kernel.torch is not None else kernel.over(Names())
    wrt = positions(kernel)
    given = [_tensor(torch, a, k in wrt) for k, a in enumerate(args)]

    def run():
        value = loss(*given)
        return value, torch.autograd.grad(value, [given[k] for k in wrt])

    return run


def _tensor(torch: Any, value: Any, varies: bool) -> Any:
    if isinstance(value, int) or (isinstance(value, float) and not varies):
        return value
    return torch.tensor(np.asarray(value), requires_grad=varies)


def tangent(kernel: Kernel, args: tuple[Any, ...]) -> Call:
    """Its gradient has the value only where `preserve_result` gives it, last."""
    if not kernel.tangent:
        raise NotHere
    import tangent

    f = tangent.grad(kernel.loss, wrt=positions(kernel), preserve_result=True)

    def run():
        *gradients, value = f(*args)
        return (value, *gradients)

    return run


PRIMALS = {"numpy": numpy_primal, "primal": primal, "primal_loops": primal_loops}
GRADIENTS = {
    "native": native,
    "native_into": native_into,
    "by_hand": by_hand,
    "jax": jax,
    "jax_loops": jax_loops,
    "jax_algebra": jax_algebra,
    "interpreted": interpreted,
    "torch": torch,
    "autograd": autograd,
    "tangent": tangent,
}
SIDES = {**PRIMALS, **GRADIENTS}


def arrays_of(result: Any) -> list[np.ndarray]:
    """The value and the gradients, one after the other."""
    flat: list[Any] = []
    for part in result:
        flat += part if isinstance(part, (tuple, list)) else [part]
    return [np.asarray(part.detach() if hasattr(part, "detach") else part, dtype=float) for part in flat]
