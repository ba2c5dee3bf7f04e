"""What counts as the result of a function: what it returns, that without its second half, or arguments that it fills.

    has_aux=True     return loss, steps          the loss is differentiated, the steps are handed to the caller
    output="y"       y[:] = np.sin(x)            ->      y[:] = np.sin(x)
                                                         return y

An output is worked on in a copy, as any argument that changes, and returned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import gast

from adjoint.analysis.kinds import UNKNOWN, Kind, Number, Static, TupleOf, Unknown
from adjoint.errors import UnsupportedArgument, UnsupportedMutation, UnsupportedSyntax, problem_at, raise_problems
from adjoint.runtime import arrays
from adjoint.syntax import core

Output = str | Sequence[str] | None


@dataclass(frozen=True)
class Outcome:
    """`output` names the arguments that are the result, a tuple of them where `packed`.

    `checked` asks for a test, made when it runs, that the result is one number.
    """

    has_aux: bool = False
    output: tuple[str, ...] = ()
    packed: bool = False
    checked: bool = False

    @classmethod
    def of(cls, has_aux: bool, output: Output) -> Outcome:
        """What the options of a transformation mean.

        >>> Outcome.of(False, "y")
        Outcome(has_aux=False, output=('y',), packed=False, checked=False)

        Raises:
            UnsupportedArgument: for an `output` that is no name, or `output` together with `has_aux`.
        """
        given = [output] if isinstance(output, str) else [] if output is None else output
        names = tuple(given) if isinstance(given, (list, tuple)) else ()
        if not all(isinstance(n, str) for n in names) or (output is not None and not names):
            raise UnsupportedArgument(f"output={output!r}: give the name of a parameter, or a tuple of names")
        if len(set(names)) < len(names):
            raise UnsupportedArgument(f"output={output!r} names a parameter twice")
        if has_aux and names:
            raise UnsupportedArgument("`output` and `has_aux` cannot both be given\n  Name each argument in `output`.")
        return cls(bool(has_aux), names, bool(names) and not isinstance(output, str))

    @property
    def text(self) -> str:
        """The options as text, behind other arguments of a call.

        >>> Outcome.of(False, ("y", "z")).text
        ", output=('y', 'z')"
        """
        named = self.output if self.packed else self.output[0] if self.output else None
        return ", has_aux=True" if self.has_aux else f", output={named!r}" if self.output else ""

    def check(self, names: Sequence[str], title: str) -> None:
        """Refuse outputs that are no parameters.

        Raises:
            UnsupportedArgument: if there is one.
        """
        for name in self.output:
            if name not in names:
                listed = ", ".join(f"`{n}`" for n in names)
                raise UnsupportedArgument(f"output={name!r}: `{title}` has no such parameter; it has {listed}")


PLAIN = Outcome()


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
