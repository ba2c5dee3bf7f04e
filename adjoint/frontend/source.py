"""Read the text of a function as a gast tree that keeps its places in the user's file.

    >>> square = lambda x: x * x
    >>> fn = parse(square)
    >>> fn.tree.name, fn.params, fn.origin.name, fn.origin.lines
    ('f', ('x',), '<lambda>', ('square = lambda x: x * x',))

The text is found by the file and line of the function's own code, so it is that of a wrapper where a decorator
has put one around. Decorators, annotations of parameters and of the result are left out: they have done their
work when the function was made. `lambda x: e` becomes `def f(x): return e`. Text that no longer is what runs is
refused.
"""

from __future__ import annotations

import ast
import linecache
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from types import CodeType, FunctionType
from typing import Any

import gast

from adjoint.emit.link import sources_of
from adjoint.errors import Problem, SourceNotFound, UnsupportedSyntax, render
from adjoint.frontend.codes import (
    Definition,
    enclosing_class,
    guessed_imports,
    imports_of,
    quiet,
    same_code,
    same_place,
    similar_code,
)
from adjoint.frontend.converted import converted
from adjoint.runtime.objects import package_of
from adjoint.syntax import core

# A block that does not parse grows to the next line that may end it; after so many the whole file is parsed.
ATTEMPTS = 20

PROMPT = "Put the function into a file or a notebook cell (the prompt of Python 3.13 will do, too)."
NO_FILE = (
    "Put the function into a file or a notebook cell. For text run by `exec`, compile it with a file name of\n"
    "its own and store it first: linecache.cache[name] = len(text), None, text.splitlines(True), name."
)


def parse(fn: Callable[..., Any]) -> core.Function:
    """Return the tree of a function, lambda or method, with lines and columns of the file it stands in.

    Raises:
        SourceNotFound: if there is no text, or it is not what runs.
        RecursionError: if an expression is nested too deeply for the room there is (`deep.run` gives more).
    """
    target = _plain(fn)
    code = target.__code__
    lines, node = _definition(target)
    first = code.co_firstlineno
    text = tuple(line.rstrip("\r\n") for line in lines[first - 1 : node.end_lineno])
    origin = core.Origin(code.co_filename, first, text, target.__name__, sources_of(code.co_filename))
    tree = _tree(node)
    name = enclosing_class(code)
    if name is not None and any("__" in line for line in text):
        _mangle(tree, name.lstrip("_"))
    return core.Function(tree, origin, target)


def too_deep(fn: FunctionType) -> UnsupportedSyntax:
    """The refusal of a function in which an expression is nested deeper than any stack has room for."""
    code = fn.__code__
    lines = _lines(code, fn.__globals__)
    text = tuple(line.rstrip("\r\n") for line in lines[code.co_firstlineno - 1 :])
    origin = core.Origin(code.co_filename, code.co_firstlineno, text, fn.__name__)
    problem = Problem("an expression is nested too deeply", "Write it as several statements.", _fullest_line(code))
    return UnsupportedSyntax(render(problem, origin))


def _fullest_line(code: CodeType) -> int:
    """The line with the most instructions: there stands the deepest expression, which no recursion could look for."""
    count = Counter(line for line, _, _, _ in code.co_positions() if line is not None)
    return max(count, key=lambda line: count[line], default=code.co_firstlineno)


def _plain(fn: Callable[..., Any]) -> FunctionType:
    """The function below a method; anything that is not written in Python is refused."""
    inner = getattr(fn, "__func__", fn)
    if isinstance(inner, FunctionType):
        return inner
    name = getattr(fn, "__name__", type(fn).__name__)
    advice = f"Give a function written in Python that calls it: `lambda x: {name}(x)`."
    raise SourceNotFound(render(Problem(f"`{name}` is not a Python function", advice)))


def _definition(fn: FunctionType) -> tuple[Sequence[str], Definition]:
    """The lines of the file, and the node in them that `fn` was compiled from."""
    code = fn.__code__
    lines: Sequence[str] = ()
    # Text read before may be what runs even where the file has changed since: it goes first.
    for refresh in (False, True):
        if refresh:
            linecache.checkcache(code.co_filename)
        before, lines = lines, _lines(code, fn.__globals__)
        if refresh and lines is before:
            break
        for candidates, imports in _candidates(lines, fn):
            node = _choose(candidates, imports, fn)
            if node is not None:
                return lines, node
    # What `exec` runs is called as the text of `python -c` is.
    raise _not_found(fn, bool(lines) and code.co_filename != "<string>")


def _lines(code: CodeType, scope: dict[str, Any]) -> Sequence[str]:
    """The text of the file that a function stands in; that of `python -c` before Python 3.13 is in its arguments."""
    lines: Sequence[str] = linecache.getlines(code.co_filename, scope)
    if not lines and code.co_filename == "<string>" and "-c" in sys.orig_argv[:-1]:
        return sys.orig_argv[sys.orig_argv.index("-c") + 1].splitlines(keepends=True)
    return lines


def _candidates(lines: Sequence[str], fn: FunctionType) -> Iterator[tuple[list[Definition], frozenset[str]]]:
    """Definitions at the line of a function, and the imports around them.

    First those in the statement that starts there, then those in the whole file, which takes longer.
    """
    code = fn.__code__
    if code.co_firstlineno > len(lines):
        return
    tree = _statement(lines, code.co_firstlineno)
    if tree is not None:
        yield _definitions(tree, code), guessed_imports(fn)
    tree = _parsed("".join(lines))
    if tree is not None:
        yield _definitions(tree, code), imports_of(tree)


def _definitions(tree: ast.Module, code: CodeType) -> list[Definition]:
    for first in tree.body[:1]:  # below the header that stands for what is around it, if it is indented
        only = first.body[0] if isinstance(first, ast.If) else first
        if isinstance(only, ast.FunctionDef) and _starts(only, code):
            return [only]
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    return [n for n in reversed(core.walk(tree)) if type(n) in kinds and _starts(n, code)]


def _starts(node: Definition, code: CodeType) -> bool:
    if isinstance(node, ast.Lambda):
        return node.lineno == code.co_firstlineno and code.co_name == "<lambda>"
    line = node.decorator_list[0].lineno if node.decorator_list else node.lineno
    return line == code.co_firstlineno and node.name == code.co_name


def _choose(candidates: list[Definition], imports: frozenset[str], fn: FunctionType) -> Definition | None:
    """The candidate that compiles to what runs; of equal ones the one at the same column."""
    code = fn.__code__
    same = [n for n in candidates if same_code(code, n, imports)]
    if len(same) > 1:
        return next((n for n in same if same_place(code, n, imports)), same[0])
    if not same and _rewritten(fn):
        same = [n for n in candidates if similar_code(code, n, imports)]
    return same[0] if len(same) == 1 else None


def _rewritten(fn: FunctionType) -> bool:
    """True if an import hook may have changed the code of the function's module: then its loader is a foreign one."""
    loader = getattr(fn.__globals__.get("__spec__"), "loader", None)
    return package_of(type(loader)) not in sys.stdlib_module_names


def _statement(lines: Sequence[str], first: int) -> ast.Module | None:
    """Parse the statement that starts at line `first`, at its place: lines and columns are those of the file."""
    indent = _indent(lines[first - 1])
    # An indented statement needs a header above it; empty lines before it count up to its place.
    above = "\n" * (first - 1) if indent == 0 else "\n" * (first - 2) + "if 1:\n"
    ends = [i for i in range(first, len(lines)) if lines[i].strip() and _indent(lines[i]) <= indent]
    for end in [*ends, len(lines)][:ATTEMPTS]:
        tree = _parsed(above + "".join(lines[first - 1 : end]))
        if tree is not None:
            return tree
    return None


def _parsed(text: str) -> ast.Module | None:
    with quiet():
        try:
            return ast.parse(text)
        except SyntaxError:
            return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _tree(node: Definition) -> Any:
    """The gast function for a definition, decorators and annotations left out."""
    tree: Any = converted(node)
    if isinstance(node, ast.Lambda):
        name = core.Namer(core.all_names(tree)).fresh("f")
        body = [core.return_(tree.body, tree.body)]
        tree = core.place(gast.FunctionDef(name, tree.args, body, [], None, None, []), tree)
    tree.decorator_list, tree.type_params = [], []
    for stmt in core.statements([tree]):
        if type(stmt) is gast.FunctionDef:
            stmt.returns = None
            for param in core.parameter_nodes(stmt.args):
                param.annotation = None
    return tree


def _mangle(tree: Any, name: str) -> None:
    """Spell private names (`self.__x` in `class C`) as Python stores them: `self._C__x`."""
    for node in ast.walk(tree):
        field = {gast.Name: "id", gast.Attribute: "attr", gast.keyword: "arg", gast.FunctionDef: "name"}.get(type(node))
        if field is None or node is tree:
            continue
        word = getattr(node, field)
        if name and word and word.startswith("__") and not word.endswith("__"):
            setattr(node, field, f"_{name}{word}")


def _not_found(fn: FunctionType, found: bool) -> SourceNotFound:
    name, code = fn.__name__, fn.__code__
    if found:
        message = f"the source of `{name}` is not what runs"
        advice = "The file has changed since it was imported: import it again, or start Python anew."
    else:
        message = f"`{name}` has no source that can be read"
        advice = PROMPT if code.co_filename == "<stdin>" else NO_FILE
    origin = core.Origin(code.co_filename, code.co_firstlineno, (), name)
    return SourceNotFound(render(Problem(message, advice), origin))
