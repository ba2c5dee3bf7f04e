"""The passes that bring a function into Core form, in order: each maps a function to one with fewer constructs.

>>> from adjoint.normalize.example import show
>>> show(normalize, '''
... def f(xs: list[float], tol=1e-3):
...     "The sum until a term is small."
...     total, n = 0.0, len(xs)
...     for i, x in enumerate(xs):
...         if abs(x) < tol:
...             break
...         total += x / (i + 1) if x > 0 else -x
...     return total / n
... ''')
def f(xs, tol=0.001):
    total = 0.0
    n = len(xs)
    for i in range(len(xs)):
        x = xs[i]
        t_1 = abs(x)
        stop = t_1 < tol
        if not stop:
            if x > 0:
                t_2 = i + 1
                t = x / t_2
            else:
                t = -x
            total += t
        if stop:
            break
    t_3 = total / n
    return t_3
"""

from __future__ import annotations

from collections.abc import Callable

from adjoint.normalize.augmented import augmented
from adjoint.normalize.elements import elements
from adjoint.normalize.flatten import flatten
from adjoint.normalize.growing import growing
from adjoint.normalize.hoist import hoist
from adjoint.normalize.iterators import iterators
from adjoint.normalize.jumps import jumps
from adjoint.normalize.loops import loops
from adjoint.normalize.marking import marking
from adjoint.normalize.matching import matching
from adjoint.normalize.merging import merging
from adjoint.normalize.plain import plain
from adjoint.normalize.unpack import unpack
from adjoint.normalize.versions import versions
from adjoint.normalize.whiles import whiles
from adjoint.syntax.core import Function

__all__ = ["PASSES", "normalize"]

PASSES: tuple[Callable[[Function], Function], ...] = (
    elements,  # no `element(xs, k)`
    matching,  # no `match`
    marking,  # no `checkpoint` in the head of a loop
    plain,  # no docstrings, annotations, `pass`
    growing,  # no tuples that grow in loops
    merging,  # no loops over generator expressions
    iterators,  # no `zip` and no `reversed` that is read elsewhere than it is made
    jumps,  # one `return`, `break` at the end of a body only, no handlers and no `finally`
    whiles,  # conditions of loops are pure
    augmented,  # `op=` on names, `+=` and `-=` on cells
    hoist,  # no ternaries, `and`, comprehensions, `:=`, lambdas inside expressions
    loops,  # loops over ranges
    unpack,  # one target, or several names
    flatten,  # one operation a statement
    versions,  # a name for each value
)


def normalize(fn: Function) -> Function:
    """Bring a function into Core form."""
    for run in PASSES:
        fn = run(fn)
    return fn
