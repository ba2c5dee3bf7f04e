"""The adjoint of a call of a primitive: its rule written out, and what it gives added to each active operand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from adjoint.analysis.callees import callee_of
from adjoint.analysis.kinds import COMPLEX, Array, Kind, Number, dtype_of, same_shape
from adjoint.analysis.shapes import broadcast
from adjoint.analysis.unknown import unknown_problem
from adjoint.differentiate import bodies, masks
from adjoint.differentiate.rule_text import results_of
from adjoint.differentiate.sequences import part_kind, parts_of
from adjoint.differentiate.sweep import Sweep
from adjoint.differentiate.text import Text, values_read
from adjoint.errors import UnknownFunction, UnsupportedArgument, problem_at, raise_problems
from adjoint.rules import late, registry
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.syntax.said import said
from adjoint.syntax.traverse import spelled


def apply(g: str, target: str, value: Any, out: Kind | None, sweep: Sweep) -> None:
    """A primitive: write its rule out, and add what it gives to each active operand."""
    callee = callee_of(value, sweep.facts.kinds, sweep.fn.bindings)
    rule = registry.rule_of(callee.primitive) if callee is not None else None
    if (
        callee is not None
        and rule is None
        and registry.is_constant(callee.primitive)
        and not registry.draws(callee.primitive)
    ):
        return
    if callee is None or rule is None:
        refuse_unknown(value, sweep)
    if rule.form == "jvp":
        refuse_forward_only(value, sweep)
    if callee.starred:
        refuse_star(value, sweep)
    parts = None if callee.method else parts_of(callee.primitive, callee.args, callee.keywords, sweep)
    if parts is not None:
        for name, index in parts:
            if name in sweep.facts.active:
                sweep.add(name, core.item(load(g), index), part_kind(sweep.facts.kinds.get(name), out))
        return
    if (known := sweep.logistic_call(value)) is not None:
        rule, arguments = known
    else:
        rule = registry.fitting(rule, callee.args, callee.keywords)
        arguments = bound_arguments(rule, value, callee, sweep)
    operands = [n.removeprefix("*") for n in rule.operands]
    elementwise = rule.form == "elementwise"
    more = {"out": load(target), "out_bar": load(g)}
    body = rule.by_result if rule.by_result is not None and sweep.is_kept(target) else rule.body
    results = results_of(body, arguments, more, rule.operands, sweep)
    # A single use of the cotangent may take over its memory.
    moved = sum(sweep.is_active(arguments.get(n)) for n in operands) == 1 and sweep.is_buffer(target)
    if elementwise and _is_twice(operands, arguments, results, sweep):
        operands, results = operands[:1], [results[0]]
        twice = True
    else:
        twice = False
    # What is bound anew comes last, and the name last of all by which the cotangent taken may go.
    pairs = sorted(zip(operands, results, strict=True), key=lambda p: _turn(arguments.get(p[0]), g, sweep))
    for name, result in pairs:
        argument = arguments.get(name)
        if isinstance(argument, tuple):
            for k, element in enumerate(argument):
                if sweep.is_active(element):
                    part = core.item(core.copy(result), core.const(k))
                    sweep.add(element.id, _real_part(part, element.id, out, sweep), None)
        elif elementwise and core.is_constant(result) and core.constant_value(result) == 0:
            continue
        elif argument is not None and sweep.is_active(argument):
            alone = elementwise and _is_alone(argument, operands, arguments, sweep)
            mask = masks.mask_of(g, sweep) if elementwise else masks.mask_made(rule, arguments, name, target, g, sweep)
            cut = elementwise and mask is not None and not core.is_constant(result)
            whole = (mask.whole or g) if cut and mask is not None else g
            g_of = _narrowed(whole, result, out, argument.id if alone else None, sweep) if elementwise else g
            contribution = bodies.product(load(g_of), result) if elementwise else result
            contribution = bodies.doubled(contribution) if twice else contribution
            if elementwise:
                contribution = masks.cut_off(contribution, mask, sweep) if cut and mask is not None else contribution
                mask = None if mask is None else mask._replace(whole=None)
            else:
                contribution = _real_part(contribution, argument.id, out, sweep)
            was_defined = argument.id in sweep.defined
            sweep.add(argument.id, contribution, out if elementwise else None, moved=moved, fits=alone)
            if not was_defined:
                masks.note(argument.id, mask, out, sweep)


def bound_arguments(rule: Any, value: Any, callee: Any, sweep: Sweep) -> Mapping[str, Any]:
    """The arguments of a call by the names of the rule's parameters. What is no operand must not vary."""
    try:
        arguments: Mapping[str, Any] = registry.bind(rule, callee.args, callee.keywords, method=callee.method)
    except registry.UnsupportedArgument as missing:
        refuse_argument(value, missing.argument, sweep)
    known = {n.removeprefix("*") for n in rule.operands}.union(rule.shaped)
    for name, argument in arguments.items():
        several = argument if isinstance(argument, tuple) else (argument,)
        if name not in known and any(map(sweep.is_active, several)):
            refuse_argument(value, name, sweep)  # its derivative is not known
    return arguments


def _real_part(contribution: Any, name: str, out: Kind | None, sweep: Sweep) -> Any:
    """What counts of a complex result's cotangent for a real operand, such as x in `F @ x`."""
    narrowed = dtype_of(out) in COMPLEX and not may_be_complex(sweep.facts.kinds.get(name))
    return core.call(sweep.numpy("real"), contribution) if narrowed else contribution


def _turn(argument: Any, g: str, sweep: Sweep) -> int:
    """When an operand gets its contribution."""
    if not core.is_name(argument):
        return 1
    return 0 if argument.id in sweep.defined else 2 if sweep.bar(argument.id) == g else 1


def _is_alone(argument: Any, operands: list[str], arguments: Mapping[str, Any], sweep: Sweep) -> bool:
    """Is this the only array among an elementwise function's operands, so that the result has its shape?"""
    others = [n for n in arguments if arguments[n] is not argument]
    numbers = all(isinstance(sweep.kind(arguments[n]), Number) for n in others)
    return numbers and set(arguments) <= set(operands) and isinstance(sweep.facts.kinds.get(argument.id), Array)


def _narrowed(g: str, partial: Any, out: Kind | None, alone: str | None, sweep: Sweep) -> str:
    """The cotangent, or what it is the broadcast value of where the product with the partial broadcasts it anyway."""
    part = sweep.broadcast(g)
    if part is None or not isinstance(out, Array) or out.dtype != "float64":
        return g
    read = values_read(partial)
    wide = any(n == alone or same_shape(sweep.facts.kinds.get(n), out) for n in read)
    return part if wide or _fills(part, read, out, sweep) else g


def _fills(part: str, read: set[str], out: Array, sweep: Sweep) -> bool:
    """Has the product of what was broadcast with these arrays the whole shape, one with the other?"""
    shapes = [sweep.shapes.get(part), *(getattr(sweep.facts.kinds.get(n), "shape", None) for n in sorted(read))]
    known = None not in shapes and out.shape is not None and None not in out.shape
    return known and broadcast(shapes) == out.shape  # type: ignore[arg-type]


def _is_twice(operands: list[str], arguments: Mapping[str, Any], results: list[Any], sweep: Sweep) -> bool:
    """Are the two operands one name, with one partial, as in `x * x`?"""
    if len(operands) != 2:
        return False
    one, other = (arguments.get(n) for n in operands)
    same = core.is_name(one) and core.is_name(other) and one.id == other.id and sweep.is_active(one)  # type: ignore[union-attr]
    return same and spelled(results[0]) == spelled(results[1])


def may_be_complex(kind: Kind | None) -> bool:
    return dtype_of(kind) is None or dtype_of(kind) in COMPLEX


def refuse_unknown(value: Any, text: Text) -> NoReturn:
    raise_problems(UnknownFunction, [unknown_problem(value, text.fn)], text.fn.origin)


def refuse_forward_only(value: Any, sweep: Sweep) -> NoReturn:
    name = core.path_of(value.func) or "this function"
    problem = problem_at(
        value,
        f"`{name}` has a derivative rule for forward mode alone",
        f"Declare the other with `adjoint.rules.vjp({name})`, or differentiate in forward mode.",
    )
    raise_problems(UnknownFunction, [problem], sweep.fn.origin)


def refuse_star(value: Any, sweep: Sweep) -> NoReturn:
    """Which operand an item of a starred list is, only the run can tell."""
    name = core.path_of(value.func) or "this function"
    problem = problem_at(value, f"`*` or `**` in a call of `{name}`", "Pass the arguments one by one, or as a list.")
    raise_problems(UnsupportedArgument, [problem], sweep.fn.origin)


def refuse_argument(value: Any, argument: str, text: Text) -> NoReturn:
    path = core.path_of(getattr(value, "func", value)) or type(value).__name__
    message = f"{said(path, text.fn)} with the argument `{argument}` cannot be differentiated"
    advice = late.advice(text.fn.bindings.get(path), argument)
    raise_problems(UnsupportedArgument, [problem_at(value, message, advice)], text.fn.origin)
