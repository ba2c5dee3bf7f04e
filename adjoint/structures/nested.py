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

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from adjoint.calls.derivatives import jacobian_of, pull_of, push_of
from adjoint.calls.outlined import unmarked
from adjoint.emit.link import link
from adjoint.errors import UnsupportedSyntax, problem_at, raise_problems
from adjoint.runtime import nested as runtime
from adjoint.structures import checkpoints, displays, expressions
from adjoint.structures.evaluator import Evaluator, Result
from adjoint.structures.values import Known, Pull, Record, Transformed, Value
from adjoint.syntax import core
from adjoint.syntax.core import load

OPTIONS = ("f", "wrt", "mode")


@dataclass(frozen=True)
class TakenOut:
    """A function taken out of another: `args` are the atoms of a call, `captured` the names that it read around it."""

    function: Any
    params: tuple[str, ...]
    args: tuple[Any, ...]
    captured: tuple[str, ...]


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


def transformed(kind: str, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any) -> Result:
    """`grad(g, wrt=…)`; without a function, the decorator."""
    given = {**dict(zip(OPTIONS, args)), **{k.arg: k.value for k in keywords}}
    if kind == "checkpoint" and "snapshots" in given:
        refuse(node, "a loop is checkpointed in its head", "Write `for k in checkpoint(range(n), snapshots=20)`.", ev)
    if unknown := [n for n in given if n not in OPTIONS]:
        refuse(node, f"`{kind}` with `{unknown[0]}` inside a function", "Use it outside, on a function of its own.", ev)
    wrt = constant(given.get("wrt", core.const(0)), node, ev)
    if "f" not in given:
        return Transformed(f"@{kind}", Known(None), wrt)
    callee = expressions.evaluate(given["f"], ev, stmt)
    if not isinstance(callee, Value) or isinstance(callee, Record):
        refuse(node, f"which function `{kind}` is given here, only the run can tell", "Name the function.", ev)
    return Transformed(kind, callee, wrt)


def invoked(
    callee: Transformed, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any
) -> Result:
    """A call of what a transformation gave."""
    if callee.kind.startswith("@"):
        return transformed(callee.kind[1:], args, keywords, node, ev, stmt)
    return KINDS[callee.kind](callee, args, keywords, node, ev, stmt)


def pulled(callee: Pull, args: Sequence[Any], node: Any, ev: Evaluator) -> Any:
    """A call of a pullback."""
    given = [load(n, node) for n in callee.args]
    return core.call(callee.path, *given, *args, at=node)


# Each transformation


def _gradient(callee: Transformed, args: Any, keywords: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    from adjoint.gradient import Gradient

    taken = taken_out(callee.callee, args, keywords, node, ev, stmt)
    made: Any = Gradient(taken.function, names_of(callee.wrt, taken, node, ev), callee.kind)  # type: ignore[arg-type]
    return called(made, f"{taken.function.__name__}_{callee.kind}", taken, (), node, ev)


def _vjp(callee: Transformed, args: Any, keywords: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    from adjoint.structures import invoke

    taken = taken_out(callee.callee, args, keywords, node, ev, stmt)
    path = ev.path_of(pull_of(taken.function, names_of(callee.wrt, taken, node, ev)), f"{taken.function.__name__}_vjp")
    kept = tuple(_kept(a, ev, stmt) for a in (*taken.args, *(load(n, node) for n in taken.captured)))
    count = len(args)
    given = [load(n, node) for n in kept[: len(taken.args)]]
    named = [core.keyword(k.arg, v) for k, v in zip(keywords, given[count:], strict=True)]
    out = invoke.invoke(callee.callee, given[:count], named, node, ev, stmt)
    return _pair(out, Pull(path, kept), node, ev, stmt)


def _jvp(callee: Transformed, args: Any, keywords: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    if len(args) != 2 or keywords:
        refuse(node, "`jvp` takes the arguments and their tangents", "Give two tuples.", ev)
    primals, tangents = (_several(a, node, ev, stmt) for a in args)
    taken = taken_out(callee.callee, primals, [], node, ev, stmt)
    return called(*_push(callee, taken, node, ev), taken, tangents, node, ev)


def _hessian_product(callee: Transformed, args: Any, keywords: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    from adjoint.gradient import Gradient

    *primals, direction = args
    taken = taken_out(callee.callee, primals, keywords, node, ev, stmt)
    names = names_of(callee.wrt, taken, node, ev)
    made = push_of(Gradient(taken.function, names, "grad"), names)
    pair = called(made, f"{taken.function.__name__}_hvp", taken, [direction], node, ev)
    return core.item(ev.atom(pair, stmt), core.const(1))


def _elementwise(callee: Transformed, args: Any, keywords: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    pair = _vjp(callee, args, keywords, node, ev, stmt)
    assert isinstance(pair, Record)
    out, pull = (ev.part(pair, k, node) for k in range(2))
    assert isinstance(pull, Pull)
    ones = core.call(ev.path_of(runtime.ones_like, "ones_like"), ev.atom(out, stmt))
    return pulled(pull, [ev.atom(ones, stmt)], node, ev)


def _jacobian(callee: Transformed, args: Any, keywords: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    taken = taken_out(callee.callee, args, keywords, node, ev, stmt)
    push, _ = _push(callee, taken, node, ev)
    return _by_columns(push, f"{taken.function.__name__}_jacobian", callee.wrt, taken, node, ev)


def _hessian(callee: Transformed, args: Any, keywords: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    from adjoint.gradient import Gradient

    taken = taken_out(callee.callee, args, keywords, node, ev, stmt)
    names = names_of(callee.wrt, taken, node, ev)
    made = push_of(Gradient(taken.function, names, "grad"), names)
    return _by_columns(made, f"{taken.function.__name__}_hessian", callee.wrt, taken, node, ev)


def _by_columns(push: Any, name: str, wrt: Any, taken: TakenOut, node: Any, ev: Evaluator) -> Result:
    """The Jacobian by one argument, a forward sweep a column."""
    names = names_of(wrt, taken, node, ev)
    if isinstance(names, tuple):
        refuse(node, "a Jacobian by several arguments inside a function", "Take one for each argument.", ev)
    return called(jacobian_of(push, taken.params.index(names)), name, taken, (), node, ev)


def _checkpoint(callee: Transformed, args: Any, keywords: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    return checkpoints.called(callee.callee, args, keywords, node, ev, stmt)


KINDS: Mapping[str, Callable[..., Result]] = {
    "grad": _gradient,
    "value_and_grad": _gradient,
    "vjp": _vjp,
    "jvp": _jvp,
    "hvp": _hessian_product,
    "elementwise_grad": _elementwise,
    "jacobian": _jacobian,
    "jacfwd": _jacobian,
    "jacrev": _jacobian,
    "hessian": _hessian,
    "checkpoint": _checkpoint,
}


# What they share


def taken_out(
    callee: Value, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any
) -> TakenOut:
    """The function that a call would run, as one of its own: written out with new names for the arguments."""
    from adjoint.structures import invoke

    args = [ev.atom(expressions.evaluate(a, ev, stmt), stmt) for a in args]
    values = [ev.atom(expressions.evaluate(k.value, ev, stmt), stmt) for k in keywords]
    stems = [*parameter_names(callee, len(args), ev), *(k.arg for k in keywords)]
    names = [ev.fresh(stem) for stem in stems]
    for name, atom in zip(names, (*args, *values), strict=True):
        _same_kind(name, atom, ev)
    around, ev.state = ev.state, ev.state.fork()
    kinds, ev.kinds = ev.kinds, dict(ev.kinds)
    plain = set(ev.plain)
    with ev.block() as lines:
        positional = [load(n, node) for n in names[: len(args)]]
        named = [core.keyword(k.arg, load(n, node)) for k, n in zip(keywords, names[len(args) :], strict=True)]
        result = ev.atom(invoke.invoke(callee, positional, named, node, ev, stmt), stmt)
        if isinstance(found := ev.known(result), Record):
            result = displays.rebuilt(found, ev, node)
    ev.state, ev.kinds, ev.plain = around, kinds, plain
    body = [*lines, core.return_(result, node)]
    bound = {n for s in core.statements(body) for n in core.names_bound(s)} | set(names)
    captured = sorted({n for s in core.statements(body) for n in core.names_read(s)} - bound - ev.bindings.keys())
    captured = [n for n in captured if n in ev.plain or n in ev.fn.params or ev.kind_of(load(n)) is not None]
    refuse_changes(body, captured, node, ev)
    return TakenOut(_linked(callee, [*names, *captured], body, ev), tuple(names), (*args, *values), tuple(captured))


def _linked(callee: Value, params: Sequence[str], body: Sequence[Any], ev: Evaluator) -> Any:
    tree = core.function_def(title_of(callee), params, body)
    bindings = MappingProxyType(dict(ev.bindings))
    taken = replace(ev.fn, tree=core.place(tree, ev.fn.tree), bindings=bindings, temps=frozenset())
    return link(unmarked(taken))


def title_of(callee: Value) -> str:
    """What the function that is differentiated is called."""
    match callee:
        case Known(value=value):
            name = str(getattr(value, "__name__", "f"))
        case Transformed():
            name = f"{title_of(callee.callee)}_{callee.kind}"
        case _:
            name = str(getattr(getattr(callee, "definition", None), "name", "f"))
    return name if name.isidentifier() else "f"


def parameter_names(callee: Value, count: int, ev: Evaluator) -> list[str]:
    """The names of the first parameters of a callee, as far as they are known."""
    match callee:
        case Transformed():
            return parameter_names(callee.callee, count, ev)
        case Known(value=value) if hasattr(value, "__code__"):
            found = list(value.__code__.co_varnames[: value.__code__.co_argcount])
        case _ if hasattr(callee, "definition"):
            found = [n.id for n in (*callee.definition.args.posonlyargs, *callee.definition.args.args)]
        case _:
            found = []
    return [*found[:count], *("a" for _ in range(count - len(found)))]


def names_of(wrt: Any, taken: TakenOut, node: Any, ev: Evaluator) -> Any:
    """The parameters of a function taken out that `wrt` means."""
    if isinstance(wrt, (tuple, list)):
        found = tuple(names_of(w, taken, node, ev) for w in wrt)
        if len(found) == 1:
            refuse(node, "a derivative by a tuple of one argument inside a function", "Name the argument alone.", ev)
        return found
    own = [_stem(n) for n in taken.params]
    if isinstance(wrt, int) and -len(own) <= wrt < len(own):
        return taken.params[wrt]
    if isinstance(wrt, str) and wrt in own:
        return taken.params[own.index(wrt)]
    advice = "Pass the argument in this call, by position or by that name."
    return refuse(node, f"`wrt={wrt!r}` means none of the arguments that are passed here", advice, ev)


def called(made: Any, name: str, taken: TakenOut, more: Sequence[Any], node: Any, ev: Evaluator) -> Any:
    """A call of the object that computes a derivative: the arguments, what the function read, tangents or a seed."""
    path = ev.path_of(made, name)
    captured = [load(n, node) for n in taken.captured]
    return core.call(path, *map(core.copy, taken.args), *captured, *more, at=node)


def refuse_changes(body: Sequence[Any], captured: Sequence[str], node: Any, ev: Evaluator) -> None:
    """Refuse a function that changes what it reads around it."""
    from adjoint.analysis.alias import stored_name

    for stmt in core.statements(body):
        if stored_name(stmt) in captured:
            advice = "Let it work on a copy, and return what is new."
            refuse(node, f"a function that is differentiated here changes `{stored_name(stmt)}`", advice, ev)


def refuse(node: Any, message: str, advice: str, ev: Evaluator) -> Any:
    raise_problems(UnsupportedSyntax, [problem_at(node, message, advice)], ev.fn.origin)


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


def _push(callee: Transformed, taken: TakenOut, node: Any, ev: Evaluator) -> tuple[Any, str]:
    return push_of(taken.function, names_of(callee.wrt, taken, node, ev)), f"{taken.function.__name__}_jvp"


def _pair(out: Result, pull: Pull, node: Any, ev: Evaluator, stmt: Any) -> Record:
    pair = ev.allocate(tuple, (None, "vjp", getattr(node, "lineno", 0), getattr(node, "col_offset", 0)), "", node)
    ev.set_part(pair, 0, out, stmt)
    ev.set_part(pair, 1, pull, stmt)
    return pair


def _kept(node: Any, ev: Evaluator, stmt: Any) -> str:
    """A name that holds an argument until the pullback is called."""
    name = ev.fresh(node.id if core.is_name(node) else "t")
    ev.bind(name, core.copy(node), stmt)
    return name


def _same_kind(name: str, atom: Any, ev: Evaluator) -> None:
    kind = ev.kind_of(atom)
    if kind is not None:
        ev.kinds[name] = kind


def _stem(name: str) -> str:
    """The parameter's own name, without the number that set it apart."""
    head, _, tail = name.rpartition("_")
    return head if head and tail.isdigit() else name
