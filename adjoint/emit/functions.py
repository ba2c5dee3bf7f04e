"""Functions of texts: what a text needs to run, to be shown in tracebacks, and to be found by `inspect`.

>>> f = from_text(Text("def f(x):\\n    return helper(x)", {}), "f", {"helper": abs})
>>> f(-2.0), source_of(f)
(2.0, 'def f(x):\\n    return helper(x)')
"""

from __future__ import annotations
import __future__

import ast
import builtins
import itertools
import linecache
import weakref
from collections.abc import Mapping
from types import CellType, CodeType, FunctionType, MappingProxyType
from typing import Any

from adjoint import deep
from adjoint.classes import dataclass
from adjoint.emit.names import Scope, codes
from adjoint.errors import InternalError

MADE = "__made__"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Text:
    """A linked text: `lines` maps the lines that statements start on to the user's file and line."""

    source: str
    lines: Mapping[int, tuple[str, int]]


_texts: dict[str, Text] = {}


def from_text(
    text: Text,
    name: str,
    values: Mapping[str, Any],
    cells: Mapping[str, CellType] = MappingProxyType({}),
    scope: dict[str, Any] | None = None,
) -> FunctionType:
    """The function of a text whose free names mean `values`, or what `cells` hold, or what `scope` has."""
    filename = file_name(name)
    around = {"__builtins__": builtins, "__name__": "adjoint.generated"} if scope is None else scope
    function = made_function(text.source, filename, Scope(around, cells, values), None)
    register(function.__code__, filename, text.source, text.lines)
    return function


def file_name(name: str) -> str:
    """A name that no other text has."""
    return f"<adjoint {name} {next(_numbers)}>"


def source_of(linked: Any) -> str:
    """The text that a linked function was compiled from."""
    return _text_of(linked).source


def lines_of(linked: Any) -> dict[str, Mapping[int, tuple[str, int]]]:
    """For the text's file name: the user's file and line that each line of the text came from."""
    return {_code_of(linked).co_filename: _text_of(linked).lines}


def sources_of(file: str) -> Mapping[int, tuple[str, int]]:
    """The user's file and line for lines of a text of ours; nothing of other files."""
    text = _texts.get(file)
    return {} if text is None else text.lines


def text_of(linked: Any) -> Text:
    """The text of a linked function, and where its lines came from."""
    return _text_of(linked)


def made_function(text: str, filename: str, scope: Scope, itself: str | None) -> FunctionType:
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


def register(code: CodeType, filename: str, text: str, lines: Mapping[int, tuple[str, int]]) -> None:
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
