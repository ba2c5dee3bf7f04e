"""Check that a function is Core Python, and say all that is wrong with it.

    >>> tree = gast.parse("def f(x):\\n    y = x * (x + 1)\\n    return z").body[0]
    >>> fn = core.Function(tree, core.Origin("model.py", 1, (), "f"), temps=frozenset(["z"]))
    >>> try:
    ...     validate(fn, "flatten")
    ... except InternalError as error:
    ...     print(error)
    not Core, line 2: not a flat value: `x * (x + 1)`
    not Core, line 3: `z` is read but bound nowhere: `return z`
      after `flatten`:
        def f(x):
            y = x * (x + 1)
            return z
      This is a bug in adjoint: please report it with the function that you differentiated.

The grammar is that of `core`. Further: no node stands twice in a tree, and what is read is bound somewhere.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import gast

from adjoint.emit.printer import to_source
from adjoint.errors import InternalError
from adjoint.syntax import core
from adjoint.syntax.grammar import Grammar
from adjoint.syntax.whole import Complaint, bound, twice, unbound


def validate(fn: core.Function, stage: str, *, folded: bool = False) -> None:
    """Raise if `fn` is not Core; `stage` names the pass that made it, `folded` lets expressions nest.

    Raises:
        InternalError: with every complaint and the printed tree.
    """
    grammar = Grammar(folded, fn.bindings, bound(fn.tree))
    # A statement that stands inside itself has no end: shapes are looked at only where nothing stands twice.
    found = list(twice(fn.tree)) or [*_function(fn.tree, grammar), *unbound(fn)]
    if found:
        message = "\n".join(f"not Core, line {getattr(n, 'lineno', '?')}: {why}: `{_line(n)}`" for n, why in found)
        raise InternalError(stage, message, _printed(fn.tree))


def _function(tree: Any, grammar: Grammar) -> Iterator[Complaint]:
    last = next((s for s in reversed(tree.body) if not isinstance(s, core.Comment)), None)
    if not isinstance(last, gast.Return):
        yield tree, "a function's last statement is its return"
    yield from _block(tree.body, grammar, last)


def _block(block: Sequence[Any], grammar: Grammar, last: Any = None) -> Iterator[Complaint]:
    """Complaints about the statements of a block, in which `last` (a return, or the break of a loop) may stand."""
    for stmt in block:
        if isinstance(stmt, gast.Return) and stmt is last:
            yield from _returned(stmt, grammar)
        elif isinstance(stmt, gast.If) and stmt is last and _is_exit(stmt):
            yield from _test(stmt, grammar)
        elif isinstance(stmt, gast.Break) and stmt is last and grammar.folded:
            continue  # its condition turned out to be true
        else:
            rule = RULES.get(type(stmt))
            if rule is None:
                yield stmt, f"no place for {type(stmt).__name__}"
            else:
                yield from rule(stmt, grammar)


def _inner(block: Sequence[Any], stmt: Any, grammar: Grammar, last: Any = None) -> Iterator[Complaint]:
    if all(isinstance(s, core.Comment) for s in block):
        yield stmt, "an empty block"
    yield from _block(block, grammar, last)


def _is_exit(stmt: Any) -> bool:
    body = [s for s in stmt.body if not isinstance(s, core.Comment)]
    return len(body) == 1 and isinstance(body[0], gast.Break) and not stmt.orelse


# One function for each kind of statement


def _returned(stmt: Any, grammar: Grammar) -> Iterator[Complaint]:
    value = stmt.value
    values = value.elts if isinstance(value, gast.Tuple) else [value]
    if not all(map(grammar.is_atom, values)):
        yield stmt, "a function returns atoms"


def _assign(stmt: Any, grammar: Grammar) -> Iterator[Complaint]:
    target, value = stmt.targets[0], stmt.value
    if len(stmt.targets) > 1:
        yield stmt, "a chained assignment"
    elif isinstance(target, gast.Name):
        if not grammar.is_rhs(value):
            yield value, "not a flat value"
    elif isinstance(target, gast.Tuple):
        yield from _several(stmt, target, value, grammar)
    else:
        yield from _cell(target, grammar)
        if not grammar.is_atom(value):
            yield stmt, "what is stored is no atom"


def _several(stmt: Any, target: Any, value: Any, grammar: Grammar) -> Iterator[Complaint]:
    names = [t.id for t in target.elts if isinstance(t, gast.Name)]
    if len(names) != len(target.elts):
        yield stmt, "a nested target"
    elif isinstance(value, gast.Tuple) and not grammar.folded:
        if not all(map(core.is_name, value.elts)) or sorted(e.id for e in value.elts) != sorted(names):
            yield stmt, "not the same names on both sides"
    elif not (grammar.is_call(value) or grammar.is_atom(value)):
        yield stmt, "only the results of a call or a named value are unpacked"


def _cell(target: Any, grammar: Grammar) -> Iterator[Complaint]:
    """A target that is an array's cell or an object's attribute."""
    if not isinstance(target, (gast.Subscript, gast.Attribute)):
        yield target, f"no target: {type(target).__name__}"
    elif not core.is_name(target.value):
        yield target, "a store into something without a name"
    elif isinstance(target, gast.Subscript) and not grammar.is_index(target.slice):
        yield target, "not an index"


def _accumulate(stmt: Any, grammar: Grammar) -> Iterator[Complaint]:
    if not isinstance(stmt.target, gast.Name):
        yield from _cell(stmt.target, grammar)
        if isinstance(stmt.target, gast.Attribute) or not isinstance(stmt.op, (gast.Add, gast.Sub)):
            yield stmt, "only += and -= change a cell"
    if not grammar.is_atom(stmt.value):
        yield stmt, "what is added is no atom"


def _if(stmt: Any, grammar: Grammar) -> Iterator[Complaint]:
    if not grammar.folded:  # else a draw, which one `if` alone asks, may have become its test
        yield from _test(stmt, grammar)
    yield from _inner(stmt.body, stmt, grammar)
    if stmt.orelse:
        yield from _inner(stmt.orelse, stmt, grammar)


def _test(stmt: Any, grammar: Grammar) -> Iterator[Complaint]:
    if not grammar.is_pure(stmt.test):
        yield stmt.test, "not a pure test"


def _loop(stmt: Any, grammar: Grammar) -> Iterator[Complaint]:
    if isinstance(stmt, gast.While):
        yield from _test(stmt, grammar)
    else:
        if not core.is_name(stmt.target):
            yield stmt, "a loop's variable is no name"
        is_range = isinstance(stmt.iter, gast.Call) and grammar.resolved(core.path_of(stmt.iter.func)) is range
        if not (is_range and grammar.is_call(stmt.iter)) and not grammar.is_atom(stmt.iter):
            yield stmt.iter, "not a range or a name"
    if stmt.orelse:
        yield stmt, "a loop with else"
    last = next((s for s in reversed(stmt.body) if not isinstance(s, core.Comment)), None)
    yield from _inner(stmt.body, stmt, grammar, last if isinstance(last, (gast.If, gast.Break)) else None)


def _with(stmt: Any, grammar: Grammar) -> Iterator[Complaint]:
    for item in stmt.items:
        named = item.optional_vars is None or core.is_name(item.optional_vars)
        if not (named and grammar.is_atom(item.context_expr)):
            yield stmt, "`with` takes an atom and a name"
    yield from _inner(stmt.body, stmt, grammar)


def _attempt(stmt: Any, grammar: Grammar) -> Iterator[Complaint]:
    for catch in stmt.catches:
        if catch.type is not None and not grammar.is_pure(catch.type):
            yield stmt, "what is caught is not pure"
    yield from _inner(stmt.body, stmt, grammar)


def _effect(stmt: Any, grammar: Grammar) -> Iterator[Complaint]:
    is_docstring = isinstance(stmt.value, gast.Constant) and isinstance(stmt.value.value, str)
    if isinstance(stmt.value, gast.Yield) and grammar.is_atom(stmt.value.value):
        return
    if not is_docstring and not grammar.is_call(stmt.value):
        yield stmt, "not a flat call"


def _assert(stmt: Any, grammar: Grammar) -> Iterator[Complaint]:
    for part in filter(None, (stmt.test, stmt.msg)):
        if not grammar.is_pure(part):
            yield part, "not pure"


def _raise(stmt: Any, grammar: Grammar) -> Iterator[Complaint]:
    caused = stmt.cause is None or grammar.is_atom(stmt.cause)
    if not caused or (stmt.exc is not None and not grammar.is_rhs(stmt.exc)):
        yield stmt, "not a flat raise"


def _delete(stmt: Any, grammar: Grammar) -> Iterator[Complaint]:
    if not all(map(core.is_name, stmt.targets)):
        yield stmt, "only names are deleted"


def _nothing(stmt: Any, grammar: Grammar) -> Iterator[Complaint]:
    return iter(())


RULES: dict[type, Callable[[Any, Grammar], Iterator[Complaint]]] = {
    gast.Assign: _assign,
    gast.AugAssign: _accumulate,
    gast.If: _if,
    gast.For: _loop,
    gast.While: _loop,
    gast.With: _with,
    core.Attempt: _attempt,
    core.Shared: _nothing,
    gast.Expr: _effect,
    gast.Assert: _assert,
    gast.Raise: _raise,
    gast.Delete: _delete,
    gast.Pass: _nothing,
    core.Comment: _nothing,
    gast.FunctionDef: _function,
}


def _printed(tree: Any) -> str:
    try:
        return to_source(tree)
    except Exception:  # a broken tree may not print: then its bare form shows what is wrong
        return ast.dump(tree, indent=2) if isinstance(tree, ast.AST) else repr(tree)


def _line(node: Any) -> str:
    return _printed(node).strip().partition("\n")[0]
