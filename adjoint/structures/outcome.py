"""The result of a function in Core form, as the options of a transformation say what it is (see `adjoint.outcome`).

y[:] = np.sin(x)        output="y"      ->      y[:] = np.sin(x)
                                                return y
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import gast

from adjoint.analysis.kinds import UNKNOWN, Kind, Number, Static, TupleOf, Unknown
from adjoint.classes import replace
from adjoint.errors import UnsupportedArgument, UnsupportedMutation, UnsupportedSyntax, problem_at, raise_problems
from adjoint.outcome import Outcome
from adjoint.runtime import arrays
from adjoint.syntax import core


def with_output(fn: core.Function, outcome: Outcome, kinds: Sequence[Kind]) -> core.Function:
    """Let a function in Core form return the arguments that are its outputs.

    Raises:
        UnsupportedMutation: if one of them is bound to something else, so that the argument is not what it holds.
        UnsupportedArgument: if one of them is nothing that can be changed.
    """
    if not outcome.output:
        return fn
    by_name = dict(zip(fn.params, kinds, strict=True))
    for name in outcome.output:
        if isinstance(by_name[name], (Number, Static, TupleOf)):
            message = f"`{name}` is the output of `{fn.origin.name}`, but nothing that a function can change"
            raise UnsupportedArgument(f"{message}\n  Pass an array for it.")
    problems = [
        problem_at(stmt, f"`{name}`, which is the output, becomes another object here", f"Write `{name}[...] = …`.")
        for stmt in fn.statements
        if not isinstance(stmt, gast.AugAssign)
        for name in core.names_bound(stmt)
        if name in outcome.output
    ]
    if problems:
        raise_problems(UnsupportedMutation, problems, fn.origin)
    *body, last = fn.tree.body
    loads = [core.load(name, last) for name in outcome.output]
    value = core.tuple_(loads, last) if outcome.packed else loads[0]
    return fn.with_body([*body, core.return_(value, last)])


def with_check(fn: core.Function) -> core.Function:
    """Test the result of a function in Core form when it runs: `one_number(y)` before `return y`."""
    *body, last = fn.tree.body
    name = fn.namer().fresh("one_number")
    test = core.effect(core.call(name, core.copy(last.value)), at=last)
    bindings = MappingProxyType({**fn.bindings, name: arrays.one_number})
    return fn.with_body([*body, test, last], bindings=bindings, helpers=fn.helpers | {name})


def with_aux(fn: core.Function, kinds: Mapping[str, Kind]) -> core.Function:
    """Take the pair that a function in Core form returns apart: only the first half is differentiated.

    Raises:
        UnsupportedSyntax: if it returns something else than a pair.
    """
    *body, last = fn.tree.body
    value = last.value
    if isinstance(value, gast.Tuple) and len(value.elts) == 2:
        return replace(fn, aux=True)
    kind = kinds.get(value.id, UNKNOWN) if core.is_name(value) else None
    if not (isinstance(kind, Unknown) or isinstance(kind, TupleOf) and len(kind.items) == 2):
        message = f"`{fn.origin.name}` does not return a pair, as `has_aux=True` says"
        problem = problem_at(last, message, "Return a tuple of the value and the rest, or leave `has_aux` out.")
        raise_problems(UnsupportedSyntax, [problem], fn.origin)
    namer = fn.namer()
    names = [namer.fresh("value"), namer.fresh("aux")]
    taken = core.bind_several(names, core.load(value.id, last), at=last)
    pair = core.tuple_([core.load(n, last) for n in names], last)
    return replace(fn.with_body([*body, taken, core.return_(pair, last)]), aux=True, temps=fn.temps | frozenset(names))
