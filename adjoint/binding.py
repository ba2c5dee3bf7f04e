"""How a call's arguments become the tuple of parameters that generated code takes.

The binder is a function with the primal's own signature, so that Python itself binds positions, keywords and defaults,
at its own speed and with its own messages:

    >>> def loss(w, x, *, scale=2.0):
    ...     return w * x * scale
    >>> found = parameters_of(loss)
    >>> found.names
    ('w', 'x', 'scale')
    >>> found.bind(1.0, x=3.0)
    (1.0, 3.0, 2.0)
    >>> found.bind(1.0)
    Traceback (most recent call last):
    TypeError: loss() missing 1 required positional argument: 'x'
    >>> resolve_wrt(found, ("scale", 0))
    ('scale', 'w')

What `*xs` takes is one parameter, a tuple, and what `**options` takes one more, a dictionary:

    >>> def total(*xs, **options):
    ...     return sum(xs) * options["scale"]
    >>> parameters_of(total).bind(1.0, 2.0, scale=3.0)
    ((1.0, 2.0), {'scale': 3.0})
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import CodeType, FunctionType
from typing import Any

from adjoint.classes import dataclass
from adjoint.errors import UnsupportedArgument

Wrt = int | str | Sequence[int | str]

_REST, _KEYWORDS = 0x04, 0x08  # flags of code that takes `*xs`, `**options`


@dataclass(frozen=True)
class Parameters:
    """The parameters of one function as it stands: its code and defaults are kept to notice when they change."""

    function: FunctionType
    code: CodeType
    defaults: tuple[Any, ...] | None
    keyword_defaults: dict[str, Any] | None
    names: tuple[str, ...]
    bind: Callable[..., tuple[Any, ...]]

    @property
    def simple(self) -> int:
        """How many arguments a call has that needs no binder; -1 where each does."""
        special = self.code.co_kwonlyargcount or self.code.co_flags & (_REST | _KEYWORDS)
        return -1 if special else self.code.co_argcount

    @property
    def rest(self) -> int | None:
        """The position of the parameter that takes all arguments that remain, `*xs`."""
        return self.code.co_argcount if self.code.co_flags & _REST else None

    def split(self, values: tuple[Any, ...]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of a call from the values of all parameters."""
        count = self.code.co_argcount
        given, keywords = values[:count], dict(zip(self.names[count:], values[count:]))
        rest, more = _rest_of(self.code)
        given += tuple(keywords.pop(rest)) if rest else ()
        keywords |= keywords.pop(more) if more else {}
        return given, keywords

    def current(self) -> bool:
        """True while the function has the code and defaults that this was read from."""
        function = self.function
        return (
            function.__code__ is self.code
            and function.__defaults__ is self.defaults
            and _copied(function.__kwdefaults__) == self.keyword_defaults
        )


def parameters_of(function: FunctionType) -> Parameters:
    """Read a function's parameters."""
    code = function.__code__
    names = names_of_code(code)
    return Parameters(
        function, code, function.__defaults__, _copied(function.__kwdefaults__), names, _binder(function, names)
    )


def names_of_code(code: CodeType) -> tuple[str, ...]:
    """The names of all parameters, in the order of the signature."""
    count, rest = code.co_argcount, _rest_of(code)
    only = code.co_varnames[count : count + code.co_kwonlyargcount]
    return (*code.co_varnames[:count], *filter(None, rest[:1]), *only, *filter(None, rest[1:]))


def _rest_of(code: CodeType) -> tuple[str | None, str | None]:
    """The names of what takes the remaining arguments, those given by position and those given by name."""
    count = code.co_argcount + code.co_kwonlyargcount
    names = iter(code.co_varnames[count:])
    rest = next(names) if code.co_flags & _REST else None
    return rest, next(names) if code.co_flags & _KEYWORDS else None


def resolve_wrt(parameters: Parameters, wrt: Wrt, skipped: int = 0) -> tuple[str, ...]:
    """Return the names of the parameters that `wrt` means; positions count from parameter number `skipped`.

    Raises:
        UnsupportedArgument: if one of them does not exist or stands twice.
    """
    chosen = [wrt] if isinstance(wrt, (int, str)) else wrt
    if not isinstance(chosen, (list, tuple)) or not chosen:
        raise UnsupportedArgument(f"wrt={wrt!r}: give a position, a name, or a tuple of them")
    found = tuple(_parameter(parameters, item, skipped) for item in chosen)
    for name in found:
        if found.count(name) > 1:
            raise UnsupportedArgument(f"wrt={wrt!r} names `{name}` twice")
    return found


def _parameter(parameters: Parameters, item: object, skipped: int) -> str:
    names = parameters.names[skipped:]
    title = parameters.function.__name__
    if isinstance(item, str):
        if item in names:
            return item
        more = _rest_of(parameters.code)[1]
        advice = f"\n  What `**{more}` takes is one parameter: wrt={more!r} gives a dictionary." if more else ""
        raise UnsupportedArgument(f"wrt={item!r}: `{title}` has no such parameter; it has {_listed(names)}{advice}")
    if isinstance(item, bool) or not isinstance(item, int):
        raise UnsupportedArgument(f"wrt={item!r}: give a position, a name, or a tuple of them")
    if -len(names) <= item < len(names):
        return names[item]
    raise UnsupportedArgument(f"wrt={item}: `{title}` has {len(names)} parameters: {_listed(names)}")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{n}`" for n in names) or "none"


def _binder(function: FunctionType, names: tuple[str, ...]) -> Callable[..., tuple[Any, ...]]:
    code = function.__code__
    rest, more = _rest_of(code)
    parts = list(names[: code.co_argcount])
    if code.co_posonlyargcount:
        parts.insert(code.co_posonlyargcount, "/")
    if rest or code.co_kwonlyargcount:
        parts.append(f"*{rest or ''}")
    count = code.co_argcount + bool(rest)
    parts += names[count : count + code.co_kwonlyargcount]
    parts += [f"**{more}"] if more else []
    values = "".join(f"{n}, " for n in names)
    space: dict[str, Any] = {}
    exec(f"def bind({', '.join(parts)}): return ({values})", space)
    bind: FunctionType = space["bind"]
    bind.__name__, bind.__qualname__ = function.__name__, function.__qualname__
    bind.__defaults__, bind.__kwdefaults__ = function.__defaults__, _copied(function.__kwdefaults__)
    return bind


def _copied(values: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if values is None else dict(values)
