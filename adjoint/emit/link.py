"""Turn a finished tree into a Python function, compiled from the text that is shown.

    >>> import gast
    >>> from adjoint.syntax import core
    >>> scale = 3.0
    >>> tree = gast.parse("def f_grad(x, out_bar=1.0):\\n    return scale * helper(out_bar)").body[0]
    >>> origin = core.Origin("model.py", 1, (), "f")
    >>> f_grad = link(core.Function(tree, origin, lambda x: scale * x, {"helper": lambda v: 2 * v}))
    >>> f_grad(1.0)
    6.0
    >>> scale = 5.0
    >>> f_grad(1.0)
    10.0
    >>> print(source_of(f_grad))
    def f_grad(x, out_bar=1.0):
        return scale * helper(out_bar)

The function sees the user's globals and closure cells themselves, so what is rebound there is seen; nothing is put
among them. Helpers that passes have put in are closure cells of their own. For this the parsed text is made the body
of a factory whose parameters are these names; the function is what the factory returns, with the user's cells put in.
Lines and columns in tracebacks are those of the text, and `inspect.getsource` finds it.
"""

from __future__ import annotations
import __future__

import ast
import itertools
import linecache
import symtable
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from types import CellType, CodeType, FunctionType
from typing import Any

import gast

from adjoint import deep
from adjoint.emit.names import Scope, codes, needs_no_cells, scope_of
from adjoint.emit.printer import printed
from adjoint.errors import AdjointError, InternalError, Problem, UnsupportedSyntax, nearest, render
from adjoint.syntax import core

MADE = "__made__"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Text:
    """A linked text: `lines` maps the lines that statements start on to the user's file and line."""

    source: str
    lines: Mapping[int, tuple[str, int]]


_texts: dict[str, Text] = {}


def link(fn: core.Function, name: str | None = None) -> FunctionType:
    """Compile the text of a function into one that lives where its target lives.

    The function is called `name` if that is given, else as in the tree. Its own name in its text means itself,
    unless it is bound to something else.

    Raises:
        InternalError: if one name means the user's global and a different helper, or the text does not compile.
        UnsupportedSyntax: if the text has more nested blocks than Python takes.
    """
    old = fn.tree
    fields = [getattr(old, field) for field in old._fields[1:]]
    tree = old if name is None else core.place(type(old)(name, *fields), old)
    text, origins = printed(tree)
    filename = f"<adjoint {tree.name} {next(_numbers)}>"
    try:
        free = frozenset() if needs_no_cells(text, fn) else _free_names(tree, text, filename)
        scope = scope_of(free, fn, text)
        itself = old.name if old.name in free and old.name not in {*fn.bindings, *scope.cells} else None
        function = _compiled(text, filename, scope, itself)
    except SyntaxError as error:
        raise _refusal(error, text, fn) from error
    _register(function.__code__, filename, text, {k: _of_user(fn.origin, line) for k, line in origins.items()})
    return function


def sources_of(file: str) -> Mapping[int, tuple[str, int]]:
    """The user's file and line for lines of a text of ours; nothing of other files."""
    text = _texts.get(file)
    return {} if text is None else text.lines


def _of_user(origin: core.Origin, line: int) -> tuple[str, int]:
    """Where a line of a function comes from: in a text of ours, where that line comes from."""
    return nearest(origin.sources, line) or (origin.file, line)


def source_of(linked: Any) -> str:
    """The text that a linked function was compiled from."""
    return _text_of(linked).source


def lines_of(linked: Any) -> dict[str, Mapping[int, tuple[str, int]]]:
    """For the text's file name: the user's file and line that each line of the text came from."""
    return {_code_of(linked).co_filename: _text_of(linked).lines}


def _free_names(tree: Any, text: str, filename: str) -> frozenset[str]:
    """What `free_names` gives, read off the tree of a function that has no scopes inside, as nearly all have none."""
    nodes = core.walk(*tree.body)
    if any(type(node) in SCOPES for node in nodes):
        return free_names(text, filename)
    names = [n for n in nodes if type(n) is gast.Name]
    local = {n.id for n in names if type(n.ctx) is not gast.Load}.union(core.parameters(tree.args))
    defaults = core.names_read(tree.args) - {tree.name}
    return frozenset({n.id for n in names} - local | defaults)


# What has names of its own, or says whose a name is.
SCOPES = frozenset(
    [gast.FunctionDef, gast.Lambda, gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp, gast.ClassDef]
    + [gast.AsyncFunctionDef, gast.Global, gast.Nonlocal, core.Shared, gast.Import, gast.ImportFrom, gast.Match]
)


def free_names(text: str, filename: str = "<text>") -> frozenset[str]:
    """The names that a text of definitions reads from outside, those that it declares `global` left out."""
    module = symtable.symtable(text, filename, "exec")
    found = {s.get_name() for s in module.get_symbols() if s.is_referenced() and not s.is_assigned()}
    tables = list(module.get_children())
    while tables:
        table = tables.pop()
        tables += table.get_children()
        found |= {s.get_name() for s in table.get_symbols() if s.is_global() and not s.is_declared_global()}
    return frozenset(found)


def _compiled(text: str, filename: str, scope: Scope, itself: str | None) -> FunctionType:
    """Run the factory for the defaults and the helpers' cells, then put the user's cells in."""
    values = {**scope.helpers, **{name: _contents(cell) for name, cell in scope.cells.items()}}
    if itself is not None:
        values[itself] = None
    if not values and "__builtins__" in scope.globals:
        return _global_function(text, filename, scope)
    code, name = _factory_code(text, filename, list(values))
    made = FunctionType(code, scope.globals)(*values.values())
    cells = dict(zip(made.__code__.co_freevars, made.__closure__ or ()))
    closure = tuple(scope.cells.get(name, cell) for name, cell in cells.items())
    own_code = made.__code__.replace(co_name=name, co_qualname=name)
    function = FunctionType(own_code, scope.globals, name, made.__defaults__, closure)
    function.__kwdefaults__ = made.__kwdefaults__
    if itself is not None:
        cells[itself].cell_contents = function
    return function


def _global_function(text: str, filename: str, scope: Scope) -> FunctionType:
    """The function of a text that needs no cells: what a module would have, but that nothing is put into it."""
    made: dict[str, FunctionType] = {}
    flags = __future__.annotations.compiler_flag
    exec(deep.run(lambda: compile(text, filename, "exec", flags, dont_inherit=True)), scope.globals, made)
    return next(iter(made.values()))


def _refusal(error: SyntaxError, text: str, fn: core.Function) -> AdjointError:
    """Why Python does not take a text: its limits, which the user kept to, are too narrow for the derivative."""
    if not (isinstance(error, IndentationError) or "too many statically nested blocks" in str(error)):
        return InternalError("link", f"the text does not compile: {error}", text)
    problem = Problem(
        f"the derivative of `{fn.origin.name}` would have more nested blocks than Python takes",
        "Return once, at the end, and write the innermost loops with whole arrays.",
    )
    return UnsupportedSyntax(render(problem, fn.origin))


def _contents(cell: CellType) -> Any:
    """What a cell holds; None while it is empty (a default in the signature may read it)."""
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _factory_code(text: str, filename: str, params: list[str]) -> tuple[CodeType, str]:
    """The code of a function with these parameters that returns the function of the text, and the latter's name."""
    return deep.run(lambda: _parsed_and_compiled(text, filename, params))


def _parsed_and_compiled(text: str, filename: str, params: list[str]) -> tuple[CodeType, str]:
    tree = ast.parse(text, filename)
    definition: Any = tree.body[0]
    name = definition.name
    # Not under its own name, which may be that of a global it reads.
    made = MADE
    while made in text:
        made += "_"
    definition.name = made
    factory: Any = ast.parse(f"def factory({', '.join(params)}):\n    return {made}").body[0]
    factory.body.insert(0, definition)
    tree.body = [factory]
    # Annotations are not evaluated: the names in them need not exist.
    module = compile(tree, filename, "exec", __future__.annotations.compiler_flag, dont_inherit=True)
    return next(c for c in module.co_consts if isinstance(c, CodeType)), name


def _register(code: CodeType, filename: str, text: str, lines: Mapping[int, tuple[str, int]]) -> None:
    """Make the text known to tracebacks and `inspect` for as long as code of it lives, that of inner functions too."""
    _texts[filename] = Text(text, lines)
    # No modification time: linecache then takes the entry for one that it cannot check, and keeps it.
    linecache.cache[filename] = (len(text), None, (text + "\n").splitlines(keepends=True), filename)
    alive = set(range(len(list(codes(code)))))
    for number, part in enumerate(codes(code)):
        weakref.finalize(part, _forget, filename, number, alive).atexit = False


def _forget(filename: str, number: int, alive: set[int]) -> None:
    alive.discard(number)
    if not alive:
        _texts.pop(filename, None)
        linecache.cache.pop(filename, None)


def _code_of(linked: Any) -> CodeType:
    # A function that Numba has compiled carries the Python one.
    code: CodeType | None = getattr(getattr(linked, "py_func", linked), "__code__", None)
    if code is None or code.co_filename not in _texts:
        raise InternalError("link", f"{linked!r} was not linked")
    return code


def _text_of(linked: Any) -> Text:
    return _texts[_code_of(linked).co_filename]
