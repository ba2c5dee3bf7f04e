"""The rule of `np.einsum`: explicit or implicit output, an ellipsis, indices that repeat, are summed out or broadcast.

With all indices named, the cotangent of one operand is the einsum of the result's cotangent with the other operands:

    >>> parse("...i,ji", (2, 2))
    (['ai', 'ji'], 'aj')
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.classes import dataclass
from adjoint.errors import UnsupportedArgument
from adjoint.rules.declare import constant, jvp, vjp

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Plan:
    """How one operand's cotangent comes about, in the order of its steps."""

    product: str  # subscripts of out_bar and the other operands, giving the operand's indices that they have
    broadcast: tuple[int, ...]  # axes to sum over: the operand has length 1 there
    summed: tuple[int, ...]  # axes of indices that only this operand has: its cells share one cotangent
    shape: tuple[int, ...]  # the operand's, each index once
    diagonals: str  # subscripts that spread this over an operand whose indices repeat; "" if they do not
    units: tuple[int, ...]  # sizes of the unit matrices that these take


@vjp(np.einsum, operands=("*operands",), result="maybe", multilinear=True)
def einsum(subscripts: Any, *operands: Any, optimize: Any = False, out_bar: Any) -> Any:
    return cotangents(subscripts, operands, out_bar, optimize)


def cotangents(subscripts: Any, operands: Any, g: Any, optimize: Any) -> Any:
    """The cotangents of all operands, `g` being the result's."""
    return tuple([one_cotangent(k, subscripts, operands, g, optimize) for k in range(len(operands))])


@jvp(cotangents)
def cotangents_jvp(subscripts: Any, operands: Any, g: Any, optimize: Any, *, operands_dot: Any, g_dot: Any) -> Any:
    by_operands = [np.zeros_like(x) for x in operands]
    for k in range(len(operands)):
        others = (*operands[:k], operands_dot[k], *operands[k + 1 :])
        for j in range(len(operands)):
            if j != k:
                by_operands[j] = by_operands[j] + one_cotangent(j, subscripts, others, g, optimize)
    return tuple(by_operands), cotangents(subscripts, operands, g_dot, optimize)


# The sum over k of <out_bar[k], cotangent of operand k> is the sum of <einsum with out_bar[k] for operand k, g>.
@vjp(cotangents, operands=("operands", "g"))
def cotangents_vjp(subscripts: Any, operands: Any, g: Any, optimize: Any, *, out_bar: Any) -> Any:
    bars = [np.zeros_like(x) for x in operands]
    g_bar = np.zeros_like(g)
    for k in range(len(operands)):
        others = (*operands[:k], out_bar[k], *operands[k + 1 :])
        g_bar = g_bar + np.einsum(subscripts, *others, optimize=optimize)
        for j in range(len(operands)):
            if j != k:
                bars[j] = bars[j] + one_cotangent(j, subscripts, others, g, optimize)
    return tuple(bars), g_bar


def one_cotangent(k: int, subscripts: Any, operands: Any, out_bar: Any, optimize: Any) -> Any:
    """The cotangent of operand k."""
    steps = plan(k, subscripts, tuple([np.shape(x) for x in operands]))
    others = operands[:k] + operands[k + 1 :]
    g = np.einsum(steps.product, out_bar, *others, optimize=optimize)
    g = np.sum(g, axis=steps.broadcast, keepdims=True)
    g = np.broadcast_to(np.expand_dims(g, steps.summed), steps.shape) + 0.0
    if steps.diagonals == "":
        return g
    return np.einsum(steps.diagonals, g, *[np.eye(n, dtype=g.dtype) for n in steps.units])


@constant
def plan(k: int, subscripts: Any, shapes: tuple[tuple[int, ...], ...]) -> Plan:
    """Work out the steps for operand k.

    >>> plan(0, "iij,j->i", ((2, 2, 3), (3,)))
    Plan(product='i,j->ij', broadcast=(), summed=(), shape=(2, 3), diagonals='ij,ia->iaj', units=(2,))
    """
    if not isinstance(subscripts, str):
        raise UnsupportedArgument('np.einsum: give the subscripts as a string, "ij,jk->ik"')
    terms, output = parse(subscripts, tuple(len(shape) for shape in shapes))
    own = "".join(dict.fromkeys(terms[k]))
    sizes = dict(zip(terms[k], shapes[k], strict=True))
    others = [*terms[:k], *terms[k + 1 :]]
    seen = output + "".join(others)
    kept = "".join(letter for letter in own if letter in seen)
    diagonals, units = onto_diagonals(own, terms[k])
    return Plan(
        ",".join([output, *others]) + "->" + kept,
        tuple(axis for axis, letter in enumerate(kept) if sizes[letter] == 1),
        tuple(axis for axis, letter in enumerate(own) if letter not in seen),
        tuple(sizes[letter] for letter in own),
        diagonals,
        tuple(sizes[letter] for letter in units),
    )


def onto_diagonals(own: str, term: str) -> tuple[str, str]:
    """Subscripts that spread an array with each index once over one whose indices repeat, by unit matrices.

    >>> onto_diagonals("ij", "iij")
    ('ij,ia->iaj', 'i')
    """
    free = [letter for letter in LETTERS if letter not in term]
    result, units = "", ""
    for letter in term:
        if letter in result:
            result += free[len(units)]
            units += letter
        else:
            result += letter
    deltas = [letter + free[k] for k, letter in enumerate(units)]
    return (",".join([own, *deltas]) + "->" + result if units else ""), units


def parse(subscripts: str, ranks: tuple[int, ...]) -> tuple[list[str], str]:
    """Name all indices: the ellipsis gets letters, and an output that was left out is written."""
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    free = [letter for letter in LETTERS if letter not in subscripts]
    hidden = [rank - len(term.replace("...", "")) for term, rank in zip(terms, ranks, strict=True)]
    depth = max([n for term, n in zip(terms, hidden, strict=True) if "." in term], default=0)
    shared = "".join(free[:depth])
    named = [term.replace("...", shared[depth - n :]) for term, n in zip(terms, hidden, strict=True)]
    if not arrow:
        letters = inputs.replace("...", "").replace(",", "")
        output = "..." + "".join(sorted([letter for letter in set(letters) if letters.count(letter) == 1]))
    return named, output.replace("...", shared)
