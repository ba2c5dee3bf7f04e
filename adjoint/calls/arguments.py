"""Which argument of a call goes to which parameter, by Python's rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gast

from adjoint.errors import UnsupportedSyntax, problem_at, raise_problems
from adjoint.syntax import core


def matched(call: Any, tree: Any, defaults: Mapping[str, Any], origin: core.Origin) -> dict[str, Any]:
    """Map each parameter of the function `tree` to the expression that a call passes for it.

    `defaults` holds expressions for parameters that have a default. A `*args` parameter gets a tuple, a `**kwargs`
    parameter a dict. What is starred in the place of `*args` alone is a tuple already.

        >>> import gast
        >>> call = gast.parse("g(a, k=b)").body[0].value
        >>> tree = gast.parse("def g(x, y=1, *, k): pass").body[0]
        >>> found = matched(call, tree, {"y": tree.args.defaults[0]}, core.Origin("", 1, (), "g"))
        >>> from adjoint.emit.printer import to_source
        >>> {name: to_source(e) for name, e in found.items()}
        {'x': 'a', 'y': '1', 'k': 'b'}

    Raises:
        UnsupportedSyntax: for `*` and `**` in the call, where what they hold is not known.
        TypeError: as Python would, where arguments and parameters do not fit.
    """
    arguments = tree.args
    positional = [n.id for n in (*arguments.posonlyargs, *arguments.args)]
    extra = list(call.args[len(positional) :])
    rest = extra[0].value if len(extra) == 1 and isinstance(extra[0], gast.Starred) else None
    args = call.args if rest is None or arguments.vararg is None else call.args[: len(positional)]
    starred = [a for a in args if isinstance(a, gast.Starred)] + [k for k in call.keywords if k.arg is None]
    if starred:
        where = call if isinstance(starred[0], gast.keyword) else starred[0]
        message = "`*` and `**` in a call are not taken here"
        problem = problem_at(where, message, "Pass the arguments one by one.")
        raise_problems(UnsupportedSyntax, [problem], origin)
    found: dict[str, Any] = dict(zip(positional, call.args, strict=False))
    if extra and arguments.vararg is None:
        raise TypeError(f"{tree.name}() takes {len(positional)} positional arguments but {len(call.args)} were given")
    if arguments.vararg is not None:
        found[arguments.vararg.id] = core.tuple_(extra) if rest is None else rest
    names = core.parameters(arguments)
    named: dict[str, Any] = {}
    for keyword in call.keywords:
        known = arguments.kwarg is None or keyword.arg in names and keyword.arg != arguments.kwarg.id
        (found if known else named)[keyword.arg] = keyword.value
    if arguments.kwarg is not None:
        keys = [core.const(name, call) for name in named]
        found[arguments.kwarg.id] = core.place(gast.Dict(keys, list(named.values())), call)
    missing = [n for n in names if n not in found and n not in defaults]
    unknown = [n for n in found if n not in names]
    if missing or unknown:
        what = f"is missing the argument {missing[0]!r}" if missing else f"got an unexpected argument {unknown[0]!r}"
        raise TypeError(f"{tree.name}() {what}")
    return {name: found[name] if name in found else defaults[name] for name in names}
