"""The same program with all its names replaced by ones that a compiler might want for itself.

    >>> def scaled(v, by):
    ...     return sum(v) * by
    >>> other = renamed(scaled, ["np", "x_bar", "len"], lambda names: names)
    >>> print(other.text)
    def model(np, x_bar):
        return len(np) * x_bar
    >>> other.function([1.0, 2.0], 3.0)
    9.0

Parameters, variables, nested functions, globals, helpers, modules and builtins are renamed alike: what stood for
`sum` is a global called `len` here. Attributes and names of keyword arguments stay.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import itertools
import linecache
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

NAMES = """
x_bar y_bar out_bar t_bar np_bar x_stack y_stack t_stack len_stack np numpy math adjoint grad vjp jacobian constant
len range sum max min abs float int list tuple zip enumerate print isinstance slice type object super iter next
trips trips_1 trips_stack branch branch_1 branch_stack record forward reverse stop top skip returned result t t_1 s g
_ __ _1 _g out out_1 f f_grad f_vjp f_forward f_reverse model_grad model_forward model_reverse made factory outer
__made__ __x__ __bar__ __len__ _grad _bar _C__x self cls match case soft_kw e i j k n x x_1 y w a b item items key keys
name value values index total count size shape dtype axis zeros zeros_like unbroadcast cotangent_of add_at sign exp log
copy helper helpers space fresh o0 o1 ValueError NameError LookupError AttributeError Exception builtins globals
π Δx ñandú 变量 straße µ x̂
""".split()

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Renamed:
    """A program under other names; `names` are the new names of the old ones."""

    function: FunctionType
    text: str
    names: dict[str, str]


def renamed(function: FunctionType, pool: Sequence[str], order: Callable[[list[str]], Sequence[str]]) -> Renamed:
    """Give a function, and the user's functions that it calls, names from a pool, in an `order` drawn for each."""
    return _Renamer(function.__module__, pool, order).function(function, "model")


class NotRenamed(Exception):
    """The text of a function is not that of a `def` in a module."""


class _Renamer:
    def __init__(self, module: str, pool: Sequence[str], order: Callable[[list[str]], Sequence[str]]) -> None:
        self.module, self.pool, self.order = module, [_folded(name) for name in pool], order
        self.done: dict[FunctionType, dict[str, Any]] = {}
        self.keywords: set[str | None] = set()  # of calls: parameters that they may name keep their names

    def function(self, function: FunctionType, name: str) -> Renamed:
        tree = _definition(function)
        found = dict.fromkeys(itertools.chain(_bound(tree), _read(tree)))
        fixed = self.keywords
        fixed |= {word.arg for word in ast.walk(tree) if isinstance(word, ast.keyword)}
        free = _values(function)
        wanted = [n for n in found if n not in fixed and (n in free or n in _bound(tree)) and n != tree.name]
        new = [n for n in self.order(list(self.pool)) if n not in fixed and n not in found]
        # Old names that are hostile themselves are handed on, so that every name is another one's.
        new = [*(n for n in self.order(wanted) if n in self.pool), *new]
        names = {old: other for old, other in zip(self.order(wanted), new)} | {tree.name: name}
        _Replace(names).visit(tree)
        tree.name, tree.decorator_list = name, []
        text = ast.unparse(tree)
        space: dict[str, Any] = {"__name__": self.module}
        self.done[function] = space
        space |= {names.get(n, n): self.value(v) for n, v in free.items() if n in found and n != function.__name__}
        return Renamed(_compiled(text, space, name), text, names)

    def value(self, value: Any) -> Any:
        """What a global holds: the user's functions renamed in turn, all else as it is."""
        if isinstance(value, FunctionType) and value.__module__ == self.module and value not in self.done:
            try:
                return self.function(value, value.__name__).function
            except NotRenamed:
                return value
        return value


def _compiled(text: str, space: dict[str, Any], name: str) -> FunctionType:
    file = f"<hostile {next(_numbers)}>"
    linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file
    exec(compile(text, file, "exec"), space)
    function: FunctionType = space[name]
    return function


def _definition(function: FunctionType) -> Any:
    if not isinstance(function, FunctionType) or function.__closure__:
        raise NotRenamed(function)
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, SyntaxError) as error:
        raise NotRenamed(function) from error
    if not isinstance(tree, ast.FunctionDef) or tree.decorator_list:
        raise NotRenamed(function)
    if any(isinstance(n, (ast.ClassDef, ast.Global, ast.Import, ast.ImportFrom)) for n in ast.walk(tree)):
        raise NotRenamed(function)
    if any(isinstance(n, ast.keyword) and n.arg is None for n in ast.walk(tree)):
        raise NotRenamed(function)  # which names the keys of a dictionary mean is not known here
    return tree


def _values(function: FunctionType) -> dict[str, Any]:
    """What free names stand for."""
    return {**vars(builtins), **function.__globals__}


def _bound(tree: Any) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.FunctionDef) and node is not tree:
            yield node.name
        elif isinstance(node, (ast.MatchAs, ast.MatchStar, ast.ExceptHandler)) and node.name:
            yield node.name


def _read(tree: Any) -> Iterator[str]:
    return (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def _folded(name: str) -> str:
    """As the parser reads a name (PEP 3131)."""
    tree: Any = ast.parse(name, mode="eval")
    return str(tree.body.id)


class _Replace(ast.NodeVisitor):
    """Put the new names in, in place."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit(self, node: Any) -> None:
        for field in ("id", "arg", "name", "rest"):
            word = getattr(node, field, None)
            if isinstance(word, str) and not isinstance(node, ast.keyword):
                setattr(node, field, self.names.get(word, word))
        if isinstance(node, ast.Nonlocal):
            node.names = [self.names.get(word, word) for word in node.names]
        self.generic_visit(node)
