"""From a compiled variant to something that can be called, for each way of calling: one function a mode.

`grad` and `value_and_grad` run one generated function, or, where the compiler could not tell that the result is a
number, its two halves with a look at the result in between. `vjp` runs the forward half and keeps the record in a
pullback; `jacobian` calls such a pullback once for each number in the result; `call` is for generated code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from adjoint import results
from adjoint.caching import Entry
from adjoint.classes import dataclass, replace
from adjoint.errors import UnknownFunction, UnsupportedMutation
from adjoint.outcome import PLAIN, Outcome
from adjoint.runtime import trees
from adjoint.templates import LEAF, Several, Template

Mode = Literal[
    "grad",
    "value_and_grad",
    "vjp",
    "jacobian",
    "jacfwd",
    "jacauto",
    "jvp",
    "elementwise",
    "linear",
    "call",
    "call_jvp",
    "pull",
]
Run = Callable[..., Any]
Fresh = Callable[[], bool]


@dataclass(frozen=True)
class Call:
    """A call that a variant is made ready for: `values` are its arguments, those of the same exact key are alike.

    `single` is true where `wrt` is one parameter and no tuple. `extra` are arguments that generated code takes behind
    the user's: the seed of a gradient that is itself differentiated. `outcome` says what counts as the function's
    result. `other` computes a Jacobian in the other mode.
    """

    mode: Mode
    title: str
    names: tuple[str, ...]
    wrt: tuple[str, ...]
    single: bool
    values: tuple[Any, ...]
    extra: tuple[Any, ...] = ()
    outcome: Outcome = PLAIN
    other: Callable[..., Any] | None = None

    @property
    def finishers(self) -> list[results.Made]:
        by_name = dict(zip(self.names, self.values))
        return [results.finisher(by_name[n], n) for n in self.wrt]

    @property
    def text(self) -> str:
        return ", ".join(self.names)


def said(mode: Mode) -> str:
    """The transformation that a mode belongs to, by the name that users know."""
    return {"jacauto": "jacobian", "elementwise": "elementwise_grad"}.get(mode, mode)


def ready(call: Call, compiled: Any, fresh: Fresh) -> Entry:
    """Make an entry of a compiled variant."""
    reals = _with_reals(call, compiled) if compiled.dispatchers else compiled
    run, finish = _MODES[call.mode](call, reals)
    if compiled.changes or compiled.outer or compiled.parts:
        run = _refusing_shared(call, compiled, run)
    return Entry(run, finish, fresh, compiled)


def _with_reals(call: Call, compiled: Any) -> Any:
    """Whole numbers by which is differentiated stand for real ones, which compiled code does not know of itself."""
    places = [k for k, n in enumerate(call.names) if n in call.wrt and isinstance(call.values[k], (int, np.integer))]
    if not places:
        return compiled

    def converting(run: Run) -> Run:
        def converted(*args: Any) -> Any:
            return run(*(float(a) if k in places else a for k, a in enumerate(args)))

        return converted

    reverse = compiled.reverse
    return replace(compiled, run=converting(compiled.run), reverse=None if reverse is None else converting(reverse))


def of_real(entry: Entry, real: Callable[[tuple[Any, ...]], tuple[Any, ...]], mode: Mode) -> Entry:
    """The same for arguments with whole numbers in the place of real ones."""
    run = entry.run
    if mode == "jvp":
        return replace(entry, run=lambda args, dots: run(real(tuple(args)), dots), real=real)
    return replace(entry, run=lambda *args: run(*real(args)), real=real)


def _grad(call: Call, compiled: Any) -> tuple[Run, results.Finish]:
    if call.outcome.has_aux:
        run, finish = _value_and_grad(call, compiled)
        return run, lambda pair: _gradient_and_aux(*finish(pair))
    finish = results.one(call.finishers[0]) if call.single else results.several(call.finishers)
    if compiled.reverse is None:
        return _whole(call, compiled), finish
    halves = _halves(call, compiled)
    return (lambda *args: halves(*args)[1]), finish


def _value_and_grad(call: Call, compiled: Any) -> tuple[Run, results.Finish]:
    finish = results.with_value(call.finishers, call.single)
    if call.outcome.has_aux:
        finish = results.with_aux(finish, _templates(call, compiled)[1].built)
    return _whole(call, compiled) if compiled.reverse is None else _halves(call, compiled), finish


def _vjp(call: Call, compiled: Any) -> tuple[Run, results.Finish]:
    flat, template = _flat_vjp(call, compiled), _templates(call, compiled)[0]

    def run(*args: Any) -> tuple[Any, ...]:
        value, pullback, *aux = flat(*args)
        return template.built(value), pullback, *aux

    return run, _same


def _flat_vjp(call: Call, compiled: Any) -> Run:
    """The result as generated code gives it, the pullback, and what stands beside the result."""
    from adjoint.pullback import Pullback

    forward, extra = compiled.run, call.extra
    template, beside = _templates(call, compiled)
    finish = results.one(call.finishers[0]) if call.single else results.several(call.finishers)

    def run(*args: Any) -> tuple[Any, ...]:
        # The record may hold the arguments, and the caller may change them before the pullback runs.
        held = (*trees.private(args), *extra)
        check = None
        if compiled.checkpointed:
            from adjoint.lasting import lasting

            check = lasting(call.title, compiled)
        out, record = results.own_first(forward(*held))
        value, *aux = out if call.outcome.has_aux else (out,)
        first = _take_first if len(call.wrt) == 1 else _take_all

        def pull(*given: Any) -> Any:
            if check is not None:
                check()
            return finish(first(*given))

        pullback = Pullback(call.title, value, held, record, compiled, pull, template)
        return value, pullback, *(beside.built(results.own(a)) for a in aux)

    return run


def _templates(call: Call, compiled: Any) -> tuple[Template, Template]:
    """What the result is to be made of, and what stands beside it."""
    template: Template = compiled.template
    if not call.outcome.has_aux:
        return template, LEAF
    return (template.parts[0], template.parts[1]) if isinstance(template, Several) else (LEAF, LEAF)


def _jacobian(call: Call, compiled: Any) -> tuple[Run, results.Finish]:
    from adjoint.pullback import jacobian_of

    run = _flat_vjp(replace(call, single=False), compiled)
    template = _templates(call, compiled)[0]
    chosen = [call.names.index(n) for n in call.wrt]

    def rows(*args: Any) -> Any:
        out, pullback, *aux = run(*args)
        if call.other is not None and _numbers(out) > sum(_numbers(args[k]) for k in chosen):
            if (columns := call.other(args)) is not None:
                return columns
        found = tuple([template.built(m) for m in jacobian_of(out, pullback, [args[k] for k in chosen])])
        matrix = found[0] if call.single else found
        return (matrix, *aux) if aux else matrix

    return rows, _same


def _linear(call: Call, compiled: Any) -> tuple[Run, results.Finish]:
    """The result, and the function of tangents that its Jacobian is: rows are computed once, when they are needed."""
    from adjoint.pushforward import product_of

    run = _flat_vjp(replace(call, single=False), compiled)
    template = _templates(call, compiled)[0]
    chosen = [call.names.index(n) for n in call.wrt]

    def linear(*args: Any) -> tuple[Any, ...]:
        out, pullback, *aux = run(*args)
        product = product_of(out, pullback, [args[k] for k in chosen])
        return template.built(out), lambda tangents: template.built(product(tangents)), *aux

    return linear, _same


def _jvp(call: Call, compiled: Any) -> tuple[Run, results.Finish]:
    """The result and its tangent, for the arguments and the tangents of those in `wrt`."""
    from adjoint.pushforward import pushed

    template, beside = _templates(call, compiled)
    push = pushed(compiled.run, call.extra, call.outcome.has_aux)

    def run(args: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, ...]:
        out, out_dot = push(args, tangents)
        value, *aux = out if call.outcome.has_aux else (out,)
        return template.built(value), template.built(out_dot), *(beside.built(a) for a in aux)

    return run, _same


def _jacfwd(call: Call, compiled: Any) -> tuple[Run, results.Finish]:
    from adjoint.pushforward import TOGETHER, jacobian_by_columns, pushed_several

    if compiled.again is not None and not compiled.several and call.other is not None:
        return lambda *args: call.other(args), _same
    template, beside = _templates(call, compiled)
    chosen = [call.names.index(n) for n in call.wrt]
    push = pushed_several(compiled, call.extra, call.outcome.has_aux)
    together = None if compiled.again is not None else TOGETHER

    def columns(*args: Any) -> Any:
        arguments = [args[k] for k in chosen]
        out, *matrices = jacobian_by_columns(lambda tangents: push(args, tangents), arguments, together)
        found = tuple([template.built(m) for m in matrices])
        matrix = found[0] if call.single else found
        return (matrix, beside.built(out[1])) if call.outcome.has_aux else matrix

    return columns, _same


def _numbers(tree: Any) -> int:
    return sum(np.size(leaf) for leaf in trees.parts(tree))


def _elementwise(call: Call, compiled: Any) -> tuple[Run, results.Finish]:
    flat = _flat_vjp(call, compiled)

    def run(*args: Any) -> Any:
        out, pullback = flat(*args)
        return pullback(trees.map_leaves(lambda leaf: np.ones_like(leaf) if isinstance(leaf, np.ndarray) else 1.0, out))

    return run, _same


def refuse_effects(title: str, compiled: Any) -> None:
    """Refuse a callee whose effects the generated code that calls it knows nothing of.

    Raises:
        UnsupportedMutation: if it changes an array, or puts what varies into an object.
        UnknownFunction: if it returns an object.
    """
    changed = [*compiled.changes, *(g.path for g in compiled.outer)]
    if changed:
        raise UnsupportedMutation(
            f"`{title}`, which is called here, changes `{changed[0]}` in place\n"
            "  Let it return the new array, or call it by a name that stands for nothing else."
        )
    if compiled.hidden:
        raise UnsupportedMutation(
            f"`{title}`, which is called here, puts a value that derivatives pass through into"
            f" `{compiled.hidden[0]}`\n  Let it return the value."
        )
    if compiled.template != LEAF:
        raise UnknownFunction(f"`{title}`, which is called here, returns an object\n  Let it return a tuple.")


def _call(call: Call, compiled: Any) -> tuple[Run, results.Finish]:
    """The forward sweep, for callers that are generated code; they know nothing of arrays that are changed."""
    refuse_effects(call.title, compiled)
    return compiled.run, _same


_MODES: Mapping[Mode, Callable[[Call, Any], tuple[Run, results.Finish]]] = {
    "grad": _grad,
    "value_and_grad": _value_and_grad,
    "vjp": _vjp,
    "jacobian": _jacobian,
    "elementwise": _elementwise,
    "call": _call,
    "jvp": _jvp,
    "jacauto": _jacobian,
    "jacfwd": _jacfwd,
    "linear": _linear,
    "call_jvp": _call,
}
OURS: frozenset[Mode] = frozenset(["call", "call_jvp", "pull"])  # what generated code calls
FORWARD: frozenset[Mode] = frozenset(["jvp", "jacfwd", "call_jvp"])


def _halves(call: Call, compiled: Any) -> Run:
    forward, reverse, extra = compiled.run, compiled.reverse, call.extra

    def run(*args: Any) -> tuple[Any, Any]:
        out, record = forward(*args, *extra)
        value = out[0] if call.outcome.has_aux else out
        results.require_scalar(value, call.title, call.text, call.outcome.text)
        gradients = reverse(*args, *extra, record, np.ones_like(value) if isinstance(value, np.ndarray) else 1.0)
        return out, gradients[0] if len(call.wrt) == 1 else gradients

    return run


def _refusing_shared(call: Call, compiled: Any, run: Run) -> Run:
    from adjoint.sharing import refuse_shared

    check = refuse_shared(call.names, compiled.changes, compiled.guards, compiled.outer, compiled.parts)

    def checked(*args: Any) -> Any:
        check(*args)
        return run(*args)

    return checked


def _whole(call: Call, compiled: Any) -> Run:
    """The generated function."""
    run, extra = compiled.run, call.extra
    return (lambda *args: run(*args, *extra)) if extra else run


def _gradient_and_aux(out: tuple[Any, Any], gradient: Any) -> tuple[Any, Any]:
    return gradient, out[1]


def _take_first(reverse: Run, *args: Any) -> Any:
    return reverse(*args)[0]


def _take_all(reverse: Run, *args: Any) -> Any:
    return reverse(*args)


def _same(result: Any) -> Any:
    return result
