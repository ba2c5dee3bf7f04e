"""Calls of generated code's own helpers, resolved for a derivative of that code: each as a function of one line.

reverse_of(record, out_bar)              def reverse_of(record, out_bar):
                                             t = f_grad(record[3], record[4], out_bar)
                                             return (t, 0.0)

call_jvp(f, (0,), (x_dot,), x, y)        def call_jvp(f, by, dots, a, b):
                                             return f_jvp(a, b, dots[0])
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

from adjoint.caching import kept_with
from adjoint.calls.callable import Call, attribute_of, can_vary, method_of, resolved
from adjoint.calls.derivatives import Derivative, pull_of, push_of
from adjoint.classes import dataclass
from adjoint.emit.link import link
from adjoint.errors import UnsupportedMutation
from adjoint.gradient import Gradient
from adjoint.runtime import dispatch
from adjoint.runtime.tangents import zero_tangent
from adjoint.syntax import core
from adjoint.syntax.core import load


@dataclass(frozen=True)
class _Asked:
    """A call with what is asked of it: the places that derivatives are by, those of them that vary."""

    call: Call
    places: tuple[int | str, ...]
    chosen: tuple[int | str, ...]

    @classmethod
    def of(cls, f: Any, by: Sequence[int | str], args: tuple[Any, ...], keywords: Mapping[str, Any]) -> _Asked:
        call = resolved(f, args, keywords)
        if not isinstance(call.function, FunctionType | Gradient):
            raise UnsupportedMutation(
                f"a derivative of `{call.title}` taken here goes through the other mode, and cannot be differentiated"
                " a second time\n"
                "  Change a copy in it, so that no two names hold the array; or take `hvp` or `hessian` in its stead."
            )
        places = tuple([call.place(position) for position in by])
        return cls(call, places, tuple([p for p in places if not call.constant and can_vary(call.value(p))]))

    @property
    def wanted(self) -> tuple[bool, ...]:
        return tuple([place in self.chosen for place in self.places])

    def arguments(
        self, derivative: Derivative, place_of: Callable[[int | str], Any]
    ) -> tuple[list[Any], dict[str, Any], tuple[Any, ...]]:
        """The expressions for all parameters, what these stand for that is fixed, and the values."""
        given = derivative.gradient.values(*self.call.args, **self.call.keywords)
        names = derivative.gradient.parameters
        bindings: dict[str, Any] = {}
        nodes: list[Any] = []
        for k, name in enumerate(names):
            if self.call.shift <= k < len(self.call.args):
                nodes.append(place_of(k - self.call.shift))
            elif name in self.call.keywords:
                nodes.append(place_of(name))
            else:
                bindings[f"fixed_{k}"] = given[k]
                nodes.append(load(f"fixed_{k}"))
        return nodes, bindings, given


def pulling(record: tuple[Any, ...], out_bar: Any) -> FunctionType:
    """The function behind `reverse_of(record, out_bar)`."""
    f, by, words, *values = record
    count = len(values) - len(words)
    asked = _Asked.of(f, by, tuple(values[:count]), dict(zip(words, values[count:])))
    if not asked.chosen:
        return _made("reverse_of", ["record", "out_bar"], [], core.tuple_([core.const(0.0) for _ in by]), {})
    pull = pull_of(asked.call.function, asked.chosen)

    def place_of(position: int | str) -> Any:
        k = position if isinstance(position, int) else count + words.index(position)
        return core.item(load("record"), core.const(3 + k))

    nodes, bindings, given = asked.arguments(pull, place_of)
    function = pull.function_for((*given, out_bar))
    first = core.bind("t", core.call("pull", *nodes, load("out_bar")))
    taken = iter(range(len(asked.chosen)))
    several = len(asked.chosen) > 1
    parts = [
        (core.item(load("t"), core.const(next(taken))) if several else load("t")) if w else core.const(0.0)
        for w in asked.wanted
    ]
    key = "reverse_of", count, tuple(words), asked.call.shift, asked.wanted, tuple(map(id, bindings.values()))
    bindings["pull"] = function
    make = functools.partial(_made, "reverse_of", ["record", "out_bar"], [first], core.tuple_(parts), bindings)
    return kept_with(function, key, make)  # type: ignore[no-any-return]


def pushing(helper: Any, args: tuple[Any, ...], keywords: Mapping[str, Any]) -> FunctionType:
    """The function behind `call_jvp(f, by, dots, …)` and its sisters."""
    what, by, _, *values = args
    f = what if helper in (dispatch.call_jvp, dispatch.call_apart_jvp) else method_of(what, values[0])
    if helper in (dispatch.attribute_jvp, dispatch.attribute_apart_jvp):
        f = attribute_of(what, values[0])
    asked = _Asked.of(f, by, tuple(values), keywords)
    names = [f"a_{k}" for k in range(len(values))]
    params = ["what", "by", "dots", *names, *keywords]
    if not asked.chosen:
        called = core.call("f", *map(load, names), **{k: load(k) for k in keywords})
        zero = core.call("zero_tangent", load("t"))
        bindings: dict[str, Any] = {"f": f, "zero_tangent": zero_tangent}
        return _made("call_jvp", params, [core.bind("t", called)], core.tuple_([load("t"), zero]), bindings)
    push = push_of(asked.call.function, asked.chosen)
    nodes, bindings, given = asked.arguments(push, lambda p: load(p) if isinstance(p, str) else load(names[p]))
    dots = [core.item(load("dots"), core.const(k)) for k, w in enumerate(asked.wanted) if w]
    function = push.function_for((*given, *(None for _ in dots)))
    key = "call_jvp", len(values), tuple(keywords), asked.call.shift, asked.wanted, tuple(map(id, bindings.values()))
    bindings["push"] = function
    result = core.call("push", *nodes, *dots)
    return kept_with(function, key, functools.partial(_made, "call_jvp", params, [], result, bindings))  # type: ignore[no-any-return]


def _made(name: str, params: list[str], body: list[Any], value: Any, bindings: Mapping[str, Any]) -> FunctionType:
    if not core.is_atom(value) and not hasattr(value, "elts"):
        body, value = [*body, core.bind("t", value)], load("t")
    tree = core.function_def(name, params, [*body, core.return_(value)])
    return link(core.Function(tree, core.Origin(f"<{name}>", 1, (), name), None, bindings))
