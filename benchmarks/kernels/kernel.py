"""What a kernel of the benchmark is: one function in plain NumPy, and what it is measured against.

`loss` gives one number: the kernel's result times a random cotangent, which stands in its last arguments. Every other
field is the same loss, of the same arguments:

- `loops`: explicit scalar loops, for `numba.njit`: the native primal is the better of it and of `loss` itself;
- `by_hand`: an adjoint as one writes it by hand, for `numba.njit`: the value and the gradients by `wrt`, in that order;
- `jax`: a function that imports JAX and returns the loss, rewritten by `scan` and `fori_loop` the best way found: as
  many of the inner loops as can be are array operations;
- `jax_loops`: the same loop for loop, only the innermost one an array operation, where `jax` goes further than that;
- `jax_algebra`: the same where an expert leaves the loops behind for matrix algebra or a library's routine;
- `over`: a function of a module like NumPy (autograd's, or PyTorch's under NumPy's names) that returns the loss;
- `torch`: the same for PyTorch alone, where it needs a text of its own;
- `tangent`: True where tangent can be given `loss` itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Maker = Callable[[], Callable[..., Any]]


@dataclass(frozen=True)
class Kernel:
    name: str
    group: str  # loops, stencils, vector or mixed
    loss: Callable[..., Any]
    wrt: tuple[str, ...]
    inputs: Callable[..., tuple[Any, ...]]  # (rng, **size) -> arguments
    sizes: dict[str, dict[str, Any]]  # "tiny" is for tests
    loops: Callable[..., Any] | None = None
    by_hand: Callable[..., Any] | None = None
    jax: Maker | None = None
    jax_loops: Maker | None = None
    jax_algebra: Maker | None = None
    over: Callable[[Any], Callable[..., Any]] | None = None
    torch: Callable[[Any], Callable[..., Any]] | None = None
    tangent: bool = False
    tolerance: float = 1e-8  # of the agreement, relative to each gradient's norm
    notes: dict[str, str] = field(default_factory=dict)  # what to know about a side's figures


def jax_over(over: Callable[[Any], Callable[..., Any]]) -> Maker:
    """What makes the loss over `jax.numpy`, imported when it is asked for."""

    def maker() -> Callable[..., Any]:
        import jax.numpy as jnp

        return over(jnp)

    return maker
