"""The rule of `np.einsum`: explicit or implicit output, an ellipsis, indices that repeat, are summed out or broadcast.

With all indices named, the cotangent of one operand is the einsum of the result's cotangent with the other operands:

    >>> parse("...i,ji", (2, 2))
    (['ai', 'ji'], 'aj')
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from adjoint.errors import UnsupportedArgument
from adjoint.rules.registry import vjp

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@vjp(np.einsum, operands=("*operands",), result="maybe")
def einsum(subscripts: Any, *operands: Any, optimize: Any = False, out_bar: Any) -> Any:
    if not isinstance(subscripts, str):
        raise UnsupportedArgument('np.einsum: give the subscripts as a string, "ij,jk->ik"')
    terms, output = parse(subscripts, tuple([np.ndim(x) for x in operands]))
    return tuple([one_cotangent(k, terms, output, operands, out_bar, optimize) for k in range(len(terms))])


def one_cotangent(k: int, terms: list[str], output: str, operands: Sequence[Any], out_bar: Any, optimize: Any) -> Any:
    """The cotangent of operand k."""
    own = "".join(dict.fromkeys(terms[k]))
    sizes = dict(zip(terms[k], np.shape(operands[k]), strict=True))
    others = [j for j in range(len(terms)) if j != k]
    seen = output + "".join([terms[j] for j in others])
    kept = "".join([letter for letter in own if letter in seen])
    spec = ",".join([output, *[terms[j] for j in others]]) + "->" + kept
    g = np.einsum(spec, out_bar, *[operands[j] for j in others], optimize=optimize)
    broadcast = tuple([axis for axis, letter in enumerate(kept) if sizes[letter] == 1])
    g = np.sum(g, axis=broadcast, keepdims=True)
    # An index that only this operand has was summed out: its cells share one cotangent.
    g = np.expand_dims(g, tuple([axis for axis, letter in enumerate(own) if letter not in seen]))
    g = np.broadcast_to(g, tuple([sizes[letter] for letter in own])) + 0.0
    return g if own == terms[k] else onto_diagonals(g, own, terms[k], sizes)


def onto_diagonals(g: Any, own: str, term: str, sizes: dict[str, int]) -> Any:
    """Spread `g`, with one axis for each index, over an operand whose indices repeat: zeros off the diagonals.

    >>> onto_diagonals(np.array([1.0, 2.0]), "i", "ii", {"i": 2})
    array([[1., 0.],
           [0., 2.]])
    """
    free = [letter for letter in LETTERS if letter not in term]
    result = ""
    deltas: list[str] = []
    for letter in term:
        if letter in result:
            deltas.append(letter + free[len(deltas)])
            result += deltas[-1][1]
        else:
            result += letter
    units = [np.eye(sizes[delta[0]], dtype=g.dtype) for delta in deltas]
    return np.einsum(",".join([own, *deltas]) + "->" + result, g, *units)


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
