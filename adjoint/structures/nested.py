"""Derivatives taken inside a function: `grad(g)`, `jvp(g)` and the like become functions that the run resolves.

    def f(x):                                  def g(y, x):
        def g(y):                                  return x * y**2
            return x * y**2            ->      def f(x):
        return grad(g)(x)                          return g_grad(x, x)

The function that is differentiated is taken out, whatever it reads around it passed as arguments behind its own: so an
outer derivative sees all that its value depends on, and two derivatives by the same variable are never confused. What
is called is an object of `calls/derivatives.py`, differentiated like any callee that only the run knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from adjoint.calls.derivatives import Derivative, gradient_of, jacobian_of, pull_of, push_of
from adjoint.classes import replace
from adjoint.runtime import nested as runtime
from adjoint.structures import checkpoints, expressions
from adjoint.structures.evaluator import Evaluator, Result
from adjoint.structures.spread import By, Leaf, Tree, along, are_leaves, by_parts, leaves
from adjoint.structures.taken import TakenOut, called, half, names_of, refuse, taken_out, trees_of
from adjoint.structures.values import Known, Pull, Record, Transformed, Value
from adjoint.syntax import core
from adjoint.syntax.core import load

OPTIONS = ("f", "wrt", "mode")
WITH_AUX = ("grad", "value_and_grad")


def transformation(value: Any) -> str | None:
    """The name of the transformation that an object is, None for any other.

    >>> import adjoint
    >>> transformation(adjoint.hvp), transformation(max)
    ('hvp', None)
    """
    name = getattr(value, "__name__", "")
    if name not in KINDS or getattr(value, "__module__", "") not in ("adjoint.api", "adjoint.checkpoints"):
        return None
    return str(name)


def differentiates(value: Any) -> bool:
    """Is this a transformation, or a derivative made outside?"""
    if getattr(type(value), "__module__", "") in ("adjoint.gradient", "adjoint.forward_mode"):
        return True
    return callable(value) and transformation(value) not in (None, "checkpoint")


def transformed(kind: str, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any) -> Result:
    """`grad(g, wrt=…)`; without a function, the decorator."""
    given = {**dict(zip(OPTIONS, args)), **{k.arg: k.value for k in keywords}}
    if kind == "checkpoint" and "snapshots" in given:
        refuse(node, "a loop is checkpointed in its head", "Write `for k in checkpoint(range(n), snapshots=20)`.", ev)
    has_aux = kind in WITH_AUX and constant(given.pop("has_aux", core.const(False)), node, ev) is True
    if unknown := [n for n in given if n not in OPTIONS]:
        refuse(node, f"`{kind}` with `{unknown[0]}` inside a function", "Use it outside, on a function of its own.", ev)
    wrt = constant(given.get("wrt", core.const(0)), node, ev)
    if "f" not in given:
        return Transformed(f"@{kind}", Known(None), wrt, has_aux)
    callee = expressions.evaluate(given["f"], ev, stmt)
    if not isinstance(callee, Value) or isinstance(callee, Record):
        refuse(node, f"which function `{kind}` is given here, only the run can tell", "Name the function.", ev)
    return Transformed(kind, callee, wrt, has_aux)


def invoked(
    callee: Transformed, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any
) -> Result:
    """A call of what a transformation gave."""
    if callee.kind.startswith("@"):
        found = transformed(callee.kind[1:], args, keywords, node, ev, stmt)
        return replace(found, wrt=callee.wrt, has_aux=callee.has_aux)
    return KINDS[callee.kind](callee, args, keywords, node, ev, stmt)


def takes_tangents(value: Any) -> bool:
    """Is this a derivative made outside that takes tangents or gives a pullback? Others are callees like any.

    >>> import adjoint
    >>> takes_tangents(adjoint.jvp(lambda x: x * x)), takes_tangents(adjoint.grad(lambda x: x * x))
    (True, False)
    """
    module = getattr(type(value), "__module__", "")
    return (
        module == "adjoint.forward_mode"
        and hasattr(value, "push")
        or (module == "adjoint.gradient" and getattr(value, "mode", "") == "vjp")
    )


def made_outside(value: Any, node: Any, ev: Evaluator) -> Transformed:
    """The same, as if it were made where it is called."""
    from adjoint.forward_mode import HessianProduct, Linear, Pushforward

    kind = {HessianProduct: "hvp", Linear: "linearize", Pushforward: "jvp"}.get(type(value), "vjp")
    if value.plainly is None:
        refuse(node, f"`{kind}` with options of its result inside a function", "Use it outside.", ev)
    function, wrt = value.plainly
    if kind == "hvp":
        function, wrt = function.plainly
    return Transformed(kind, Known(function), wrt)


def pulled(callee: Pull, args: Sequence[Any], node: Any, ev: Evaluator, stmt: Any) -> Any:
    """A call of a pullback, or of a pushforward."""
    given = list(args) if callee.tangents is None else _along(callee.tangents, args, node, ev, stmt)
    call = core.call(callee.path, *(load(n, node) for n in callee.args), *given, at=node)
    found = call if callee.item is None else core.item(ev.atom(call, stmt), core.const(callee.item))
    return found if callee.by is None else by_parts(callee.by, found, node, ev, stmt)


# Each transformation


def _gradient(callee: Transformed, args: Any, keywords: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    if callee.has_aux:
        return _gradient_and_aux(callee, args, keywords, node, ev, stmt)
    taken = taken_out(callee.callee, args, keywords, callee.wrt, node, ev, stmt)
    mode: Any = callee.kind
    made = gradient_of(taken.function, names_of(callee.wrt, taken, node, ev), mode, taken.captured)
    found = called(made, f"{taken.function.__name__}_{callee.kind}", taken, (), node, ev)
    trees = trees_of(callee.wrt, taken, node, ev)
    if mode == "grad" or are_leaves(trees):
        return by_parts(trees, found, node, ev, stmt)
    value, slopes = ev.fresh("out"), ev.fresh("out_grad")
    ev.emit(core.bind_several([value, slopes], found, at=stmt))
    return _pair(load(value, node), by_parts(trees, load(slopes, node), node, ev, stmt), node, ev, stmt)


def _gradient_and_aux(callee: Transformed, args: Any, keywords: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    """The gradient of the first half of a pair: the pair is computed here, the derivative by a pullback."""
    taken = taken_out(callee.callee, args, keywords, callee.wrt, node, ev, stmt, has_aux=True)
    made = pull_of(taken.function, names_of(callee.wrt, taken, node, ev), of_number=True)
    by = trees_of(callee.wrt, taken, node, ev)
    pull = Pull("", (), by=None if are_leaves(by) else by)
    both = _with_result(callee, made, "vjp", pull, taken, args, keywords, node, ev, stmt)
    out = ev.atom(ev.part(both, 0, node), stmt)
    pullback = ev.part(both, 1, node)
    assert isinstance(pullback, Pull)
    slopes = pulled(pullback, [core.const(1.0)], node, ev, stmt)
    if callee.kind == "grad":
        return _pair(slopes, half(out, 1, node, ev, stmt), node, ev, stmt)
    return _pair(ev.known(out) or out, slopes, node, ev, stmt)


def _vjp(callee: Transformed, args: Any, keywords: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    taken = taken_out(callee.callee, args, keywords, callee.wrt, node, ev, stmt)
    made = pull_of(taken.function, names_of(callee.wrt, taken, node, ev))
    by = trees_of(callee.wrt, taken, node, ev)
    pull = Pull("", (), by=None if are_leaves(by) else by)
    return _with_result(callee, made, "vjp", pull, taken, args, keywords, node, ev, stmt)


def _linearize(callee: Transformed, args: Any, keywords: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    push, taken = _push(callee.callee, callee.wrt, args, keywords, node, ev, stmt)
    made, trees = replace(push, repeats=True), trees_of(callee.wrt, taken, node, ev)
    pull = Pull("", (), 1, _of_gradient(callee.callee, taken, node, ev), None if are_leaves(trees) else trees)
    return _with_result(callee, made, "jvp", pull, taken, args, keywords, node, ev, stmt)


def _with_result(
    callee: Transformed, made: Any, suffix: str, pull: Pull, taken: TakenOut, args: Any, keywords: Any, node: Any,
    ev: Evaluator, stmt: Any,
) -> Result:  # fmt: skip
    """The result of a call, and the function that computes its derivative."""
    from adjoint.structures import invoke

    path = ev.path_of(made, f"{taken.function.__name__}_{suffix}")
    kept = [_kept(a, ev, stmt) for a in (*taken.args, *(load(n, node) for n in taken.captured))]
    names = iter(kept)
    given = [load(next(names), node) if isinstance(t, Leaf) else _skipped(t, a, names) for t, a in taken.arguments]
    count = len(args)
    named = [core.keyword(k.arg, v) for k, v in zip(keywords, given[count:], strict=True)]
    out = invoke.invoke(callee.callee, given[:count], named, node, ev, stmt)
    return _pair(out, replace(pull, path=path, args=tuple(kept)), node, ev, stmt)


def _skipped(tree: Tree, atom: Any, names: Iterator[str]) -> Any:
    """An argument with parts, as it was given; the names of the parts are passed over."""
    for _ in leaves(tree):
        next(names)
    return atom


def _jvp(callee: Transformed, args: Any, keywords: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    if len(args) != 2 or keywords:
        refuse(node, "`jvp` takes the arguments and their tangents", "Give two tuples.", ev)
    primals, tangents = (_several(a, node, ev, stmt) for a in args)
    push, taken = _push(callee.callee, callee.wrt, primals, [], node, ev, stmt)
    dots = _along(trees_of(callee.wrt, taken, node, ev), tangents, node, ev, stmt)
    pair = called(push, f"{taken.function.__name__}_jvp", taken, dots, node, ev)
    by = _of_gradient(callee.callee, taken, node, ev)
    if by is None:
        return pair
    both = [ev.fresh("out"), ev.fresh("out_dot")]
    ev.emit(core.bind_several(both, pair, at=stmt))
    out, out_dot = (by_parts(by, load(n, node), node, ev, stmt) for n in both)
    return _pair(out, out_dot, node, ev, stmt)


def _hessian_product(callee: Transformed, args: Any, keywords: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    *primals, direction = args
    push, taken = _push(_gradient_by(callee), callee.wrt, primals, keywords, node, ev, stmt)
    trees = trees_of(callee.wrt, taken, node, ev)
    directions = _several(direction, node, ev, stmt) if isinstance(trees, tuple) else [ev.atom(direction, stmt)]
    dots = _along(trees, directions, node, ev, stmt)
    pair = called(push, f"{taken.function.__name__}_hvp", taken, dots, node, ev)
    return by_parts(trees, core.item(ev.atom(pair, stmt), core.const(1)), node, ev, stmt)


def _elementwise(callee: Transformed, args: Any, keywords: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    pair = _vjp(callee, args, keywords, node, ev, stmt)
    assert isinstance(pair, Record)
    out, pull = (ev.part(pair, k, node) for k in range(2))
    assert isinstance(pull, Pull)
    ones = core.call(ev.path_of(runtime.ones_like, "ones_like"), ev.atom(out, stmt))
    return pulled(pull, [ev.atom(ones, stmt)], node, ev, stmt)


def _jacobian(callee: Transformed, args: Any, keywords: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    push, taken = _push(callee.callee, callee.wrt, args, keywords, node, ev, stmt)
    return _by_columns(push, f"{taken.function.__name__}_jacobian", callee.wrt, taken, node, ev)


def _hessian(callee: Transformed, args: Any, keywords: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    push, taken = _push(_gradient_by(callee), callee.wrt, args, keywords, node, ev, stmt)
    return _by_columns(push, f"{taken.function.__name__}_hessian", callee.wrt, taken, node, ev)


def _by_columns(push: Any, name: str, wrt: Any, taken: TakenOut, node: Any, ev: Evaluator) -> Result:
    """The Jacobian by one argument, a forward sweep a column."""
    names = names_of(wrt, taken, node, ev)
    if isinstance(names, tuple):
        refuse(node, "a Jacobian by several arguments inside a function", "Take one for each argument.", ev)
    return called(jacobian_of(push, taken.place(names)), name, taken, (), node, ev)


def _checkpoint(callee: Transformed, args: Any, keywords: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    return checkpoints.called(callee.callee, args, keywords, node, ev, stmt)


KINDS: Mapping[str, Callable[..., Result]] = {
    "grad": _gradient,
    "value_and_grad": _gradient,
    "vjp": _vjp,
    "jvp": _jvp,
    "linearize": _linearize,
    "hvp": _hessian_product,
    "elementwise_grad": _elementwise,
    "jacobian": _jacobian,
    "jacfwd": _jacobian,
    "jacrev": _jacobian,
    "hessian": _hessian,
    "checkpoint": _checkpoint,
}


# What they share


def constant(node: Any, at: Any, ev: Evaluator) -> Any:
    """The value of an option, which must be written out: a number, a name, a tuple of these."""
    value = ev.known(node) if core.is_name(node) else None
    if isinstance(value, Record) and value.cls in (tuple, list):
        parts = [ev.part(value, k, at) for k in ev.keys(value, at)]
        return tuple(p.value if isinstance(p, Known) else constant(p, at, ev) for p in parts)
    if isinstance(value, Known):
        return value.value
    if core.is_constant(node):
        return core.constant_value(node)
    if hasattr(node, "elts"):
        return tuple(constant(e, at, ev) for e in node.elts)
    return refuse(at, "what `wrt` is here, only the run can tell", "Write a position or a name.", ev)


def _several(node: Any, at: Any, ev: Evaluator, stmt: Any) -> list[Any]:
    """The atoms in a tuple that is written out; anything else is the only one."""
    result = expressions.evaluate(node, ev, stmt)
    if isinstance(result, Record) and result.cls is tuple:
        return [ev.atom(ev.part(result, k, at), stmt) for k in ev.keys(result, at)]
    if isinstance(getattr(result, "items", None), tuple):
        return list(result.items)
    return [ev.atom(result, stmt)]


def _push(
    callee: Value, wrt: Any, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any
) -> tuple[Derivative, TakenOut]:
    """What gives the tangents of a function; of a gradient, those of its own text."""
    if isinstance(callee, Transformed) and callee.kind == "grad" and not callee.has_aux:
        both = (*_listed(callee.wrt), *_listed(wrt))
        taken = taken_out(callee.callee, args, keywords, both, node, ev, stmt)
        names = names_of(callee.wrt, taken, node, ev)
        made = gradient_of(taken.function, names, "grad", taken.captured)
        return push_of(made, names_of(wrt, taken, node, ev)), taken
    taken = taken_out(callee, args, keywords, wrt, node, ev, stmt)
    return push_of(taken.function, names_of(wrt, taken, node, ev)), taken


def _gradient_by(callee: Transformed) -> Transformed:
    """The gradient by the same parameters."""
    return Transformed("grad", callee.callee, callee.wrt)


def _of_gradient(callee: Value, taken: TakenOut, node: Any, ev: Evaluator) -> By | None:
    """The parts that a function's result has because it is a gradient by them."""
    if not (isinstance(callee, Transformed) and callee.kind == "grad" and not callee.has_aux):
        return None
    trees = trees_of(callee.wrt, taken, node, ev)
    return None if are_leaves(trees) else trees


def _along(trees: By, tangents: Sequence[Any], node: Any, ev: Evaluator, stmt: Any) -> list[Any]:
    """The tangents of the numbers and arrays in what derivatives are by."""
    if are_leaves(trees):
        return list(tangents)
    every = _listed(trees)
    if len(every) != len(tangents):
        refuse(node, f"{len(tangents)} tangents for {len(every)} arguments", "Give one for each.", ev)
    return [a for tree, t in zip(every, tangents, strict=True) for a in along(tree, ev.atom(t, stmt), ev, stmt)]


def _listed(several: Any) -> tuple[Any, ...]:
    return tuple(several) if isinstance(several, (tuple, list)) else (several,)


def _pair(out: Result, other: Result, node: Any, ev: Evaluator, stmt: Any) -> Record:
    pair = ev.allocate(tuple, (None, "vjp", getattr(node, "lineno", 0), getattr(node, "col_offset", 0)), "", node)
    ev.set_part(pair, 0, out, stmt)
    ev.set_part(pair, 1, other, stmt)
    return pair


def _kept(node: Any, ev: Evaluator, stmt: Any) -> str:
    """A name that holds an argument until the pullback is called."""
    name = ev.fresh(node.id if core.is_name(node) else "t")
    ev.bind(name, core.copy(node), stmt)
    return name
