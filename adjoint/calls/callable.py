"""What an object turns out to be when it is called: the Python function behind it, and the sweeps of that one.

    partial(f, 2.0), obj.method, obj        the function inside, with what it is given before
    lru_cache(f), numba.njit(f)             f
    np.sin, a function with a rule          a function of one line that calls it:  def sin(x): return np.sin(x)

The gradients are compiled and cached as any others, on the function itself.
"""

from __future__ import annotations

import functools
import threading
from collections import Counter
from collections.abc import Mapping
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, Literal

import gast
import numpy as np

from adjoint.backends.option import python_of
from adjoint.caching import explain, kept_with
from adjoint.calls.derivatives import Derivative
from adjoint.checkpoints import Checkpointed
from adjoint.classes import dataclass
from adjoint.emit.link import link
from adjoint.errors import UnknownFunction, UnsupportedArgument
from adjoint.frontend.resolve import resolve
from adjoint.frontend.source import parse
from adjoint.rules import registry
from adjoint.runtime import trees
from adjoint.runtime.arrays import owned
from adjoint.runtime.watching import Watching, refuse_reading
from adjoint.syntax import core

ADVICE = (
    "Give it a rule (adjoint.rules.vjp), mark it with adjoint.constant if its derivative is zero, "
    "or write it in Python that adjoint can read."
)
VARIADIC = 0x04 | 0x08
MANY = 5000  # calls of a cached function inside one call from outside
LOOPS = (gast.For, gast.While, gast.ListComp, gast.DictComp, gast.SetComp, gast.GeneratorExp)
# What carries no derivative, whatever it was made from.
PLAIN = (str, bytes, int, bool, type(None), np.integer, np.bool_, range, slice, type, np.dtype, ModuleType)


@dataclass(frozen=True)
class Call:
    """A call resolved: `shift` arguments stand before those that were written.

    What a derivative gives (`fresh`) is always memory of its own.
    """

    function: Any
    args: tuple[Any, ...]
    keywords: Mapping[str, Any]
    shift: int
    title: str
    constant: bool = False
    fresh: bool = False

    def place(self, position: int | str) -> int | str:
        """Where an argument that was written stands."""
        return position if isinstance(position, str) else position + self.shift

    def value(self, place: int | str) -> Any:
        return self.keywords[place] if isinstance(place, str) else self.args[place]

    def run(self, by: tuple[int | str, ...], apart: bool) -> tuple[Any, Any, tuple[Any, ...]]:
        """Run the forward sweep; returns the result, the reverse sweep and its arguments but the last."""
        gradient = sweeps_of(self.function, by)
        values, entry = gradient.ready(*self.args, **self.keywords)
        if apart:
            values = trees.private(values)
        compiled = entry.compiled
        refuse_reading(self.title, compiled.reads)

        def reverse(*given: Any) -> Any:
            try:
                return compiled.reverse(*given)
            except Exception as exc:  # whatever the user's code raises is raised again
                explain(exc, compiled)
                raise

        _running.depth += 1
        try:
            out, record = entry.run(*values, *gradient.extra)
        except Exception as exc:  # whatever the user's code raises is raised again
            explain(exc, compiled)
            raise
        finally:
            _running.depth -= 1
            if not _running.depth:
                _running.cached.clear()
        return owned(out) if apart and self.fresh else out, reverse, (*values, *gradient.extra, record)

    def pushed(self, by: tuple[int | str, ...], dots: tuple[Any, ...], apart: bool) -> tuple[Any, Any]:
        """Run the forward sweep with these tangents; returns the result and its tangent."""
        gradient = sweeps_of(self.function, by, "call_jvp")
        values, entry = gradient.ready(*self.args, **self.keywords)
        try:
            out, out_dot = entry.run(*values, *gradient.extra, *dots)
        except Exception as exc:  # whatever the user's code raises is raised again
            explain(exc, entry.compiled)
            raise
        return owned((out, out_dot)) if apart and self.fresh else (out, out_dot)


@dataclass(frozen=True)
class Method:
    """The method of this name, of what is given first."""

    name: str

    def __call__(self, receiver: Any, *args: Any, **keywords: Any) -> Any:
        return getattr(receiver, self.name)(*args, **keywords)


@dataclass(frozen=True)
class Attribute:
    """The attribute of this name, of what is given."""

    name: str

    def __call__(self, value: Any) -> Any:
        return getattr(value, self.name)


def resolved(f: Any, args: tuple[Any, ...], keywords: Mapping[str, Any]) -> Call:
    """Find the function behind a callable.

    Raises:
        UnknownFunction: if there is none that can be read, and no rule.
    """
    shift, title = 0, str(getattr(f, "__name__", type(f).__name__))
    from adjoint.calls.again import pulling, pushing
    from adjoint.calls.recomputed import call_of
    from adjoint.calls.symmetric import Symmetric, called
    from adjoint.calls.turned import DerivativeCall
    from adjoint.runtime import dispatch

    for _ in range(50):
        if isinstance(f, Watching):
            f = f.helper
        if f is dispatch.reverse_of:
            return Call(pulling(*args), args, keywords, shift, title, fresh=True)
        if f in dispatch.PUSHING:
            return Call(pushing(f, args, keywords), args, keywords, shift, title)
        if isinstance(f, Checkpointed):
            return call_of(f, args, keywords, shift)
        if registry.rule_of(f) is not None or registry.is_constant(f):
            constant = registry.is_constant(f) and not registry.draws(f)
            return Call(_one_line(f, len(args), tuple(keywords)), args, keywords, shift, title, constant)
        if isinstance(f, (Method, Attribute)):
            return Call(_one_line(f, len(args), tuple(keywords)), args, keywords, shift, f.name)
        if registry.refusal_of(f) is not None:
            break
        if isinstance(f, FunctionType) and not _is_generic(f):
            if f.__code__.co_flags & VARIADIC:
                key = "with", len(args), *keywords
                f = kept_with(f, key, functools.partial(_calling, f, len(args), tuple(keywords)))
            return Call(f, args, keywords, shift, title)
        if _is_gradient(f):
            return Call(f, args, keywords, shift, title, fresh=True)
        if isinstance(f, Symmetric):
            return called(f, args, shift)
        if isinstance(f, Derivative):
            return DerivativeCall.of(f, args, shift, title)
        before, inner, more = _inside(f, args)
        if inner is None:
            break
        f, args, keywords, shift = inner, (*before, *args), {**more, **keywords}, shift + len(before)
    reason = registry.refusal_of(f)
    advice = ADVICE if reason is None else f"{reason[0].upper()}{reason[1:]}."
    raise UnknownFunction(f"the derivative of `{title}` is not known\n  {advice}")


def can_vary(value: Any) -> bool:
    """Is this a number or an array of floats, or does it hold one? A whole number may stand for a real one."""
    return any(
        leaf.dtype.kind in ("fcO" if isinstance(leaf, np.ndarray) else "fciu")
        if isinstance(leaf, (np.ndarray, np.generic))
        else isinstance(leaf, (int, float, complex)) and not isinstance(leaf, bool)
        for leaf in trees.leaves(value)
    )


def method_of(name: str, receiver: Any) -> Any:
    """The function that calls a method of an array or a number, for the receiver and the other arguments.

    Raises:
        UnknownFunction: if the receiver is something else, or the method has no rule.
    """
    if not isinstance(receiver, (np.ndarray, np.generic, float, complex)) or name not in registry.METHODS:
        kind = type(receiver).__name__
        raise UnknownFunction(
            f"derivatives are not followed into `.{name}` of a {kind}, which is known only when it runs\n  {ADVICE}"
        )
    return Method(name)


def attribute_of(name: str, value: Any) -> Any:
    """The function that reads an attribute of an array or a number.

    Raises:
        UnknownFunction: if the value is something else, or the attribute has no rule.
    """
    if not isinstance(value, (np.ndarray, np.generic, int, float, complex)) or name not in registry.ATTRIBUTES:
        kind = type(value).__name__
        raise UnknownFunction(
            f"derivatives are not followed into `.{name}` of a {kind}, which is known only when it runs\n"
            "  Keep the value in a variable, an array or a tuple."
        )
    return Attribute(name)


def refuse_carried(value: Any) -> None:
    """Refuse an object that derivatives may pass through, though it is neither a number nor an array.

    Raises:
        UnsupportedArgument: if it may hold such, as an object or a closure does.
    """
    for leaf in trees.leaves(value):
        if not _carries_nothing(leaf):
            raise UnsupportedArgument(
                f"derivatives are not followed through a {type(leaf).__name__} into a call that is known only when"
                " it runs\n  Pass the numbers and arrays themselves."
            )


def _carries_nothing(leaf: Any, depth: int = 5) -> bool:
    if isinstance(leaf, PLAIN) or isinstance(leaf, (np.ufunc, BuiltinFunctionType, CodeType)):
        return not isinstance(getattr(leaf, "__self__", None), (np.ndarray, np.generic))
    if isinstance(leaf, np.ndarray):
        return leaf.dtype.kind not in "fcO"
    if isinstance(leaf, FunctionType) and depth:
        held = [c.cell_contents for c in leaf.__closure__ or () if c.cell_contents is not leaf]
        held += [*(leaf.__defaults__ or ()), *(leaf.__kwdefaults__ or {}).values()]
        return all(_carries_nothing(v, depth - 1) for v in held)
    return False


def _inside(f: Any, args: tuple[Any, ...]) -> tuple[tuple[Any, ...], Any, Mapping[str, Any]]:
    """What a callable calls, the arguments that it puts before those given, and the keywords that it adds."""
    cls: Any = type(f)
    if isinstance(f, functools.partial):
        return f.args, f.func, f.keywords
    if isinstance(f, MethodType):
        return (f.__self__,), f.__func__, {}
    if _is_generic(f):
        return (), f.dispatch(type(args[0])) if args else None, {}
    if cls.__name__ == "_lru_cache_wrapper":
        _refuse_branching(f)
        return (), f.__wrapped__, {}
    if (compiled := python_of(f)) is not None:
        return (), compiled, {}
    if isinstance(getattr(f, "__self__", None), np.ndarray) and getattr(f, "__name__", "") in registry.METHODS:
        return (f.__self__,), Method(f.__name__), {}
    if isinstance(getattr(cls, "__call__", None), FunctionType):  # noqa: B004
        return (f,), cls.__call__, {}
    return (), None, {}


class _Running(threading.local):
    """The calls around this place in this thread, and how often cached functions were called in them."""

    def __init__(self) -> None:
        self.depth = 0
        self.cached: Counter[int] = Counter()


_running = _Running()


def _refuse_branching(cached: Any) -> None:
    """Refuse a cached function that calls itself again and again: without its cache it would run for ever.

    Raises:
        UnknownFunction: if it does.
    """
    _running.cached[id(cached)] += 1
    if _running.cached[id(cached)] == MANY and _branches(cached):
        inner = cached.__wrapped__
        raise UnknownFunction(
            f"`{inner.__name__}` calls itself several times and relies on its cache, which derivatives do not use\n"
            f"  {inner.__code__.co_filename}:{inner.__code__.co_firstlineno}\n"
            "  Compute the values in a loop, the small cases first, and keep them in a list or a dictionary."
        )


def _branches(cached: Any) -> bool:
    """Does a cached function mention itself more than once, or in a loop?"""
    fn = resolve(parse(cached.__wrapped__))
    own = {path for path, value in fn.bindings.items() if value is cached}
    again = [n for n in core.walk(fn.tree) if isinstance(n, (gast.Name, gast.Attribute)) and core.path_of(n) in own]
    loops = [n for n in core.walk(fn.tree) if isinstance(n, LOOPS)]
    return len(again) > 1 or any(n in again for loop in loops for n in core.walk(loop))


def _is_generic(f: Any) -> bool:
    """Is this what `functools.singledispatch` made?"""
    return (
        isinstance(f, FunctionType) and f.__module__ is not None and hasattr(f, "registry") and hasattr(f, "dispatch")
    )


def _is_gradient(f: Any) -> bool:
    from adjoint.gradient import Gradient

    return isinstance(f, Gradient)


def sweeps_of(function: Any, by: tuple[int | str, ...], mode: Literal["call", "call_jvp"] = "call") -> Any:
    """What compiles the sweeps of a function that generated code calls, by the arguments at these places."""
    from adjoint.gradient import Gradient

    return kept_with(function, (mode, by), lambda: Gradient(function, by, mode))


@functools.lru_cache(512)
def _one_line(f: Any, count: int, keywords: tuple[str, ...]) -> FunctionType:
    return _calling(f, count, keywords)


def _calling(f: Any, count: int, keywords: tuple[str, ...]) -> FunctionType:
    """A function of one line that does what `f` does with so many arguments by position, and these by name."""
    title = f.name if isinstance(f, (Method, Attribute)) else str(getattr(f, "__name__", "f"))
    title = title if title.isidentifier() else "f"
    namer = core.Namer({title, *keywords})
    names = [namer.fresh(chr(ord("a") + k) if k < 26 else "a") for k in range(count)]
    given, named = [*map(core.load, names)], {k: core.load(k) for k in keywords}
    bindings: dict[str, Any] = {}
    match f:
        case Attribute():
            value = core.attribute(given[0], f.name)
        case Method():
            value = core.call(core.attribute(given[0], f.name), *given[1:], **named)
        case _:
            value = core.call(title, *given, **named)
            bindings[title] = f
    tree = core.function_def(title, [*names, *keywords], [core.return_(value)])
    return link(core.Function(tree, core.Origin(f"<{title}>", 1, (), title), None, bindings))
