"""Frozen distributions: `norm(mu, sigma)` is what it was given, and its methods are the distribution's own.

d = stats.norm(mu, sigma)               d_loc = mu
y = d.logpdf(x)                  ->     d_scale = sigma
                                        y = stats.norm.logpdf(x, loc=d_loc, scale=d_scale)
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Sequence
from typing import Any

from adjoint.structures.evaluator import Evaluator
from adjoint.structures.values import Known, Partial
from adjoint.syntax import core


def parameters_of(distribution: Any) -> list[str]:
    """The names of the parameters that a distribution is frozen with, in their order.

    >>> class Normal:
    ...     def __call__(self, mean=None, cov=1, seed=None): ...
    >>> parameters_of(Normal())
    ['mean', 'cov']
    """
    if not hasattr(distribution, "shapes"):
        return [n for n in inspect.signature(distribution).parameters if n != "seed"]
    shapes = [n.strip() for n in (distribution.shapes or "").split(",") if n.strip()]
    return [*shapes, "loc", *(["scale"] if hasattr(distribution, "pdf") else [])]


def made(
    callee: Known, args: Sequence[str], keywords: Sequence[tuple[str, str]], node: Any, ev: Evaluator
) -> Partial | None:
    """The distribution with the names of its parameters; None where they do not fit it, as the run will say."""
    names = parameters_of(callee.value)
    given = dict(zip(names, args))
    if len(args) > len(names) or any(n not in names or n in given for n, _ in keywords):
        return None
    return Partial(callee, (), (*given.items(), *keywords))


def method(frozen: Partial, name: str, ev: Evaluator) -> Partial | None:
    """A method of a frozen distribution; None where it has none of this name."""
    assert isinstance(frozen.callee, Known)
    distribution = frozen.callee.value
    if not inspect.ismethod(getattr(distribution, name, None)):
        return None
    path = f"{ev.path_of(distribution, getattr(distribution, 'name', 'distribution'))}.{name}"
    found = ev.bindings.setdefault(path, getattr(distribution, name))
    return Partial(Known(found, path), (), frozen.keywords)


def outer_method(value: Any, name: str, node: Any, ev: Evaluator) -> Partial | None:
    """A method of a frozen distribution from outside, whose parameters do not change; None where it has none."""
    from adjoint.structures.invoke import outer_atom

    # It holds a copy of its distribution, whose methods are other objects.
    distribution = getattr(sys.modules["scipy.stats"], value.dist.name, None)
    if type(distribution) is not type(value.dist):
        return None
    given = dict(zip(parameters_of(distribution), value.args)) | dict(value.kwds)
    words: list[tuple[str, str]] = []
    for parameter, number in given.items():
        atom = outer_atom(number, ev, node, parameter)
        words.append((parameter, atom.id if core.is_name(atom) else ev.fresh(parameter)))
        if not core.is_name(atom):
            ev.bind(words[-1][1], atom, node)
    return method(Partial(Known(distribution), (), tuple(words)), name, ev)
