"""Refuse what cannot be differentiated: every problem of a function at once, each with what to write instead.

    >>> from adjoint.frontend.source import parse
    >>> def f(x):
    ...     for k in range(3):
    ...         got = yield x * k
    >>> try:
    ...     check(parse(f))
    ... except UnsupportedSyntax as error:
    ...     print(error)  # doctest: +ELLIPSIS
    `yield` cannot be differentiated
      <doctest ...>:3:15
        3 |         got = yield x * k
          |               ^^^^^^^^^^^
      Return a list of values instead, or mark the function with @adjoint.constant.

What is not listed as taken is refused, so that a construct of a later Python gives an error and no wrong number.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import gast

from adjoint.errors import Problem, UnsupportedSyntax, problem_at, raise_problems
from adjoint.frontend.codes import words
from adjoint.frontend.resolve import free_names
from adjoint.syntax import core

TAKEN = (
    *(gast.FunctionDef, gast.Return, gast.Assign, gast.AugAssign, gast.AnnAssign, gast.Expr, gast.Pass),
    *(gast.If, gast.For, gast.While, gast.With, gast.Break, gast.Continue, gast.Assert, gast.Raise, gast.Delete),
    *(gast.Try, gast.ExceptHandler, gast.Nonlocal, gast.Global),
    *(gast.Name, gast.Constant, gast.Attribute, gast.Subscript, gast.Slice, gast.Starred, gast.NamedExpr),
    *(gast.Tuple, gast.List, gast.Dict, gast.BinOp, gast.UnaryOp, gast.BoolOp, gast.Compare, gast.IfExp),
    *(gast.Call, gast.Lambda, gast.ListComp, gast.JoinedStr, gast.FormattedValue),
    *(gast.Set, gast.SetComp, gast.DictComp, gast.GeneratorExp),
    *(gast.Import, gast.ImportFrom, gast.alias),
    *(gast.Match, gast.match_case, gast.MatchValue, gast.MatchSingleton, gast.MatchSequence, gast.MatchMapping),
    *(gast.MatchClass, gast.MatchStar, gast.MatchAs, gast.MatchOr),
    *(gast.arguments, gast.keyword, gast.comprehension, gast.withitem),
    *(ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context),
)

VALUES = "Return a list of values instead, or mark the function with @adjoint.constant."
ORDINARY = "Await the values first, and pass them to an ordinary function."
OUTSIDE = "Move it to a function of its own, outside what is differentiated."

REFUSED: dict[type, tuple[str, str]] = {
    gast.Yield: ("`yield`", VALUES),
    gast.YieldFrom: ("`yield from`", VALUES),
    gast.Await: ("`await`", ORDINARY),
    gast.AsyncFunctionDef: ("`async def`", ORDINARY),
    gast.AsyncFor: ("`async for`", ORDINARY),
    gast.AsyncWith: ("`async with`", ORDINARY),
    gast.TryStar: ("`except*`", "Test with `if`, before the step that may fail, whether it would."),
    gast.ClassDef: ("a class inside a function", "Define the class outside the function."),
    gast.TypeAlias: ("`type` inside a function", "Define the type outside the function."),
    gast.TemplateStr: ("a template string", "Write an f-string."),
}

# They see or change names behind the function's text.
FRAME = ("eval", "exec", "globals", "locals", "vars", "super")


def check(fn: core.Function) -> None:
    """Raise an error that shows all the constructs of a function that are not taken; else do nothing.

    Raises:
        UnsupportedSyntax: if there is any.
    """
    if _is_plain(fn):
        return
    in_class = "__class__" in getattr(getattr(fn.target, "__code__", None), "co_freevars", ())
    found = [*_problems(fn.tree, fn.tree), *_frame_calls(fn, in_class)]
    if found:
        raise_problems(UnsupportedSyntax, found, fn.origin)


def _is_plain(fn: core.Function) -> bool:
    """Is there nothing in a function that has to be looked at?"""
    if not fn.forms <= PLAIN:
        return False
    code = getattr(fn.target, "__code__", None)
    has_defaults = fn.tree.args.defaults or fn.tree.args.kw_defaults  # of these the code knows nothing
    return (core.all_names(fn.tree) if code is None or has_defaults else words(code)).isdisjoint(FRAME)


def check_result(fn: core.Function) -> None:
    """Raise if a function to be differentiated is a generator.

    Raises:
        UnsupportedSyntax: with the place of the first `yield`.
    """
    for stmt in core.own_statements(fn.tree.body):
        if isinstance(stmt, gast.Expr) and isinstance(stmt.value, gast.Yield):
            raise_problems(UnsupportedSyntax, [_refused(stmt, "`yield`", VALUES)], fn.origin)


def _problems(node: Any, root: Any) -> Iterator[Problem]:
    """The problems of a node and of all below it, each node looked at once."""
    known = REFUSED.get(type(node))
    if known is not None:
        yield _refused(node, *known)
    elif not isinstance(node, TAKEN):
        yield _refused(node, f"a construct ({type(node).__name__}) that adjoint does not know", OUTSIDE)
    else:
        rule = RULES.get(type(node))
        if rule is not None and node is not root:
            yield from rule(node)
    if isinstance(node, (*TAKEN, gast.TryStar)):
        for child in _evaluated(node, node is root):
            yield from _problems(child, root)


def _evaluated(node: Any, is_root: bool) -> Iterable[Any]:
    """What is looked at below a node: not annotations, nor what ran when the function was made."""
    if isinstance(node, gast.TryStar):
        return [stmt for block in core.blocks(node) for stmt in block]
    if isinstance(node, gast.FunctionDef):
        return node.body if is_root else _inner_parts(node)
    if isinstance(node, gast.AnnAssign):
        return filter(None, (node.target, node.value))
    if isinstance(node, gast.Name):
        return ()
    if isinstance(node, gast.Expr) and isinstance(node.value, (gast.Yield, gast.YieldFrom)):
        return filter(None, [node.value.value])
    return core.children(node)


def _inner_parts(node: Any) -> list[Any]:
    """What is evaluated where a function inside is made or called."""
    return [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults), *node.body]


def _refused(node: Any, what: str, advice: str) -> Problem:
    return problem_at(node, f"{what} cannot be differentiated", advice)


def _frame_calls(fn: core.Function, in_class: bool) -> Iterator[Problem]:
    free = free_names(fn.tree) if isinstance(fn.tree, gast.FunctionDef) else frozenset()
    hidden = {n for n in free.intersection(FRAME) if not _is_users(n, fn.target)}
    for node in core.walk(fn.tree) if hidden else ():
        if isinstance(node, gast.Call) and isinstance(node.func, gast.Name) and node.func.id in hidden:
            # `vars(x)` and `super(C, self)` do not look at the caller's names.
            if not (node.args and node.func.id in ("vars", "super")) and not (in_class and node.func.id == "super"):
                yield _refused(node, f"`{node.func.id}`", "Write out what it stands for.")


def _is_users(name: str, target: Any) -> bool:
    """Has the user given the name of a builtin to something else?"""
    return target is not None and (name in target.__code__.co_freevars or name in target.__globals__)


# Constructs that are taken in some forms only


def _delete(node: Any) -> Iterator[Problem]:
    for target in node.targets:
        if isinstance(target, gast.Attribute):
            yield _refused(target, "`del` of an attribute", "Set it to None.")
        elif isinstance(target, gast.Subscript) and isinstance(target.slice, gast.Slice) and target.slice.step:
            yield _refused(target, "`del` of every so many items", "Keep the others: `xs = [x for … if …]`.")


def _comprehension(node: Any) -> Iterator[Problem]:
    if any(clause.is_async for clause in node.generators):
        yield _refused(node, "`async for`", ORDINARY)


RULES: dict[type, Callable[[Any], Iterator[Problem]]] = {
    gast.Delete: _delete,
    gast.ListComp: _comprehension,
    gast.SetComp: _comprehension,
    gast.DictComp: _comprehension,
    gast.GeneratorExp: _comprehension,
}

# What is taken wherever it stands.
PLAIN = frozenset(TAKEN).difference(RULES, [gast.Nonlocal])
