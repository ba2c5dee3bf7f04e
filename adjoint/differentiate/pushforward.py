"""Differentiate a function in Core form forward: prepare it, analyse it, write the one sweep, put it together.

def f_jvp(x, a, x_dot):
    y = np.sin(x)
    y_dot = np.cos(x) * x_dot
    return a * y, a * y_dot
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import gast
import numpy as np

from adjoint.analysis.activity import activity
from adjoint.analysis.alias import alias_classes
from adjoint.analysis.containers import CONTAINERS
from adjoint.analysis.hidden import put_away
from adjoint.analysis.infer import infer
from adjoint.analysis.kinds import UNKNOWN, Array, Kind, Number, TupleOf, matrices_of
from adjoint.analysis.repeated import done_again
from adjoint.analysis.results import ResultOf
from adjoint.calls.dispatch import dispatched
from adjoint.classes import replace
from adjoint.debug import stage
from adjoint.differentiate.forward import forward_block
from adjoint.differentiate.gradient import (
    Derivative,
    asks_for_a_view,
    edited,
    is_stored,
    refuse,
    result_kind,
    working_copy,
)
from adjoint.differentiate.prepare import chosen, separated
from adjoint.differentiate.rebound import rebound
from adjoint.differentiate.tangents import Tangents
from adjoint.differentiate.text import Known
from adjoint.runtime import arrays, tangents
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.tidy import NUMBER


def pushed_forward(
    fn: core.Function,
    arguments: Mapping[str, Kind],
    wrt: Sequence[str],
    result_of: ResultOf = lambda callee, kinds: UNKNOWN,
    pairs: Mapping[str, Any] = MappingProxyType({}),
) -> Derivative:
    """The function of primals and tangents that gives the result and its tangent."""
    before, old = edited(fn, arguments, result_of)
    facts = analysed(before, infer(before, arguments, result_of, old), wrt)
    known = frozenset(pairs) | {n for n, value in before.bindings.items() if value is arrays.kept}
    fn = prepared(before, facts, known)
    if fn is not before:
        facts = analysed(fn, infer(fn, arguments, result_of, old), wrt)
    stage("prepare", fn, folded=True)
    sinks = refuse(fn, facts, known)
    text = Tangents(fn, facts, fn.namer(), pairs)
    made = composed(fn, wrt, text)
    made = made.known(matrices=matrices_of(facts.kinds, [(dot, n) for n, dot in text.dots.items()]))
    outer = [v for n, v in fn.bindings.items() if isinstance(v, np.ndarray) and is_stored(fn, n, facts)]
    hidden = put_away(fn, facts.kinds, facts.varied, sinks)
    changes = changed_parameters(fn, facts)
    again, names = done_again(fn, facts.kinds, known), core.all_names(fn.tree)
    result = result_kind(fn, facts.kinds)
    return Derivative((made,), (memory_of(text),), result, changes, tuple(outer), hidden, again, names)


def analysed(fn: core.Function, kinds: Mapping[str, Kind], wrt: Sequence[str]) -> Known:
    classes = alias_classes(fn, kinds)
    return Known(kinds, *activity(fn, kinds, classes, wrt), classes)


def prepared(fn: core.Function, facts: Known, known: frozenset[str]) -> core.Function:
    """Tests named, calls that nothing is known of resolved when it runs, no statement that reads what it binds."""
    new = chosen(rebound(fn, facts.kinds, facts.active), frozenset())
    new = dispatched(new, facts.kinds, facts.active, facts.varied, facts.classes, known)
    nonlinear = {n for n, k in facts.kinds.items() if isinstance(k, (TupleOf, *CONTAINERS))}
    return separated(new, facts.active, frozenset(nonlinear))


def changed_parameters(fn: core.Function, facts: Known) -> tuple[str, ...]:
    """The parameters whose arrays are changed in place: worked on in copies."""
    return tuple(p for p in fn.params if facts.classes.is_changed(p) and is_stored(fn, p, facts))


def composed(fn: core.Function, wrt: Sequence[str], text: Tangents) -> core.Function:
    """The generated function: its parameters, the copies it works on, the sweep, both results."""
    active = [n for n in wrt if n in text.facts.active]
    dots = [text.dot(n) for n in wrt]
    copies = []
    for param in changed_parameters(fn, text.facts):
        copies.append(core.bind(param, working_copy(param, text)))
        if param in active:
            copies.append(core.bind(text.dot(param), _own(param, text)))
        elif param in text.facts.active:
            copies.append(core.bind(text.dot(param), text.zeros(load(param))))
    rest = [n for n in fn.params if n in text.facts.active and n not in wrt]
    copies += [core.bind(text.dot(n), text.zeros(load(n))) for n in rest if n not in changed_parameters(fn, text.facts)]
    *block, last = fn.tree.body
    body = forward_block(block, text)
    with text.collected() as lines:
        out_dot = _tangent_of_result(fn.result, text)
    copies += [core.bind(text.dots[n], text.zeros(load(n))) for n in sorted(fn.bindings.keys() & text.dots.keys())]
    result = core.tuple_([core.copy(last.value), out_dot])
    tree = core.function_def(f"{fn.tree.name}_jvp", [*fn.params, *dots], [*copies, *body, *lines, core.return_(result)])
    bindings = MappingProxyType({**fn.bindings, **text.helpers})
    return replace(fn, tree=tree, bindings=bindings, temps=fn.temps | text.foldable)


def _own(param: str, text: Tangents) -> Any:
    """A copy of a tangent that the function changes, its cells in the order of the argument's."""
    if isinstance(text.facts.kinds.get(param), Array):
        if asks_for_a_view(text.fn, param, text.facts):
            return core.call(text.helper(tangents.tangent_like), load(text.dot(param)), load(param))
        return core.call(text.numpy("copy"), load(text.dot(param)))
    return core.call(text.helper(arrays.working_copies), load(text.dot(param)))


def _tangent_of_result(result: Any, text: Tangents) -> Any:
    if isinstance(result, gast.Tuple):
        return core.tuple_([text.of(e) for e in result.elts])
    return text.of(result)


def memory_of(text: Tangents) -> dict[str, Hashable]:
    """The memory classes of names, for tidy: numbers have none, tangents share among themselves as their primals do."""
    found: dict[str, Hashable] = {}
    for name, kind in text.facts.kinds.items():
        dot = text.dots.get(name)
        if isinstance(kind, Number):
            found[name] = NUMBER
        elif isinstance(kind, Array):
            found[name] = f"primal {text.facts.classes.of(name)}"
        if dot is not None and name in found:
            found[dot] = NUMBER if isinstance(kind, Number) else f"tangent {text.facts.classes.of(name)}"
    return found
