"""A derivative as a file that needs nothing but NumPy: generated functions, the helpers they call, numeric globals.

The text of a helper is copied from where it is defined, with whatever it calls in turn. Globals and closure variables
that are numbers, strings or small arrays become constants at the top, with the values they have now.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import math
import symtable
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from adjoint.caching import all_compiled
from adjoint.classes import dataclass, field
from adjoint.errors import AdjointError, UnsupportedArgument
from adjoint.runtime import dispatch

if TYPE_CHECKING:
    from adjoint.compiled import Compiled

_MODULES = {"numpy", "math"}
_LARGEST = 1000  # numbers of an array that is written out
_MISSING = object()


def export(compiled: Compiled) -> str:
    """Return the text of a file that defines the generated functions.

    Raises:
        UnsupportedArgument: if they need something that cannot be written down; it says what.
    """
    file = _File()
    items = list(all_compiled(compiled))
    _refuse_calls_of_the_run(items)
    for item in items:
        for function in _functions(item):
            file.claim(function.__name__, function)
    known = set(file.meanings)
    for item in items:
        file.add_generated(item, known)
    imports = "\n".join(sorted(file.imports, key=lambda line: (line.startswith("from"), line)))
    constants = "\n".join(file.constants.values())
    parts = [imports, constants, *file.helpers.values(), *file.texts]
    return "\n\n\n".join(part for part in parts if part) + "\n"


@dataclass
class _File:
    """The parts of the file, each by the name that it defines; `meanings` are the objects that the names stand for."""

    imports: set[str] = field(default_factory=set)
    constants: dict[str, str] = field(default_factory=dict)
    helpers: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    meanings: dict[str, Any] = field(default_factory=dict)

    def add_generated(self, item: Compiled, known: set[str]) -> None:
        text = item.text.strip("\n")
        if text not in self.texts:
            self.texts.append(text)
            space = {name: value for f in _functions(item) for name, value in _space(f).items()}
            self.add_names(text, space, known, item.run.__name__)

    def add_names(self, text: str, space: Mapping[str, Any], known: set[str], user: str) -> None:
        """Add what the free names of a text stand for; `space` says what that is."""
        for name in _free_names(text):
            value = space.get(name, _MISSING)
            if name in known or (value is _MISSING and hasattr(builtins, name)):
                continue
            if value is _MISSING:
                raise UnsupportedArgument(f"`{user}` needs `{name}`, which is not defined")
            if self.claim(name, value):
                self.add(name, value, user)

    def claim(self, name: str, value: Any) -> bool:
        """True where a name is new; an error where it stands for something else already."""
        if name in self.meanings:
            if not _same(self.meanings[name], value):
                raise UnsupportedArgument(
                    f"`{name}` means two things in the functions to be exported\n  Rename one of them."
                )
            return False
        self.meanings[name] = value
        return True

    def add(self, name: str, value: Any, user: str) -> None:
        if isinstance(value, ModuleType):
            self.add_module(name, value, user)
        elif isinstance(value, type) and issubclass(value, AdjointError):
            self.constants[name] = f"class {name}(Exception):\n    pass"
        elif isinstance(value, (FunctionType, type)) or hasattr(value, "__wrapped__"):
            self.add_helper(name, value, user)
        elif (found := _imported(value)) is not None:
            module, attribute = found
            self.imports.add(f"from {module} import {attribute}" + ("" if attribute == name else f" as {name}"))
        elif (literal := _literal(value)) is not None:
            if "np." in literal:
                self.add_module("np", np, user)
            self.constants[name] = f"{name} = {literal}"
        else:
            raise UnsupportedArgument(
                f"`{user}` needs `{name}`, a {type(value).__name__}, which cannot be written into a file\n"
                "  Pass what is needed of it as an argument."
            )

    def add_module(self, name: str, module: ModuleType, user: str) -> None:
        if module.__name__.partition(".")[0] not in _MODULES:
            raise UnsupportedArgument(
                f"`{user}` needs the module `{module.__name__}`; an exported file imports NumPy and math only"
            )
        self.meanings.setdefault(name, module)
        self.imports.add(f"import {module.__name__}" + ("" if module.__name__ == name else f" as {name}"))

    def add_helper(self, name: str, value: Any, user: str) -> None:
        if (found := _imported(value)) is not None:
            self.imports.add(f"from {found[0]} import {found[1]}" + ("" if found[1] == name else f" as {name}"))
            return
        text = _source(value, user)
        self.helpers[name] = ""  # its place: before what it needs in turn, so that a circle ends here
        if value.__name__ != name:
            text += f"\n\n\n{name} = {value.__name__}"
        self.add_names(text, _space(value), {value.__name__}, value.__name__)
        self.helpers[name] = text


def _refuse_calls_of_the_run(items: Sequence[Compiled]) -> None:
    """Refuse texts that compile more when they run."""
    for item in items:
        for function in _functions(item):
            if any(getattr(v, "__module__", None) == dispatch.__name__ for v in _space(function).values()):
                what, advice = "calls what only the run can tell", "Call each function by a name of its own."
                if item.checkpointed:
                    what, advice = "has checkpointed code, which is compiled when it runs", "Leave `checkpoint` out."
                raise UnsupportedArgument(f"`{function.__name__}` {what}, and so needs adjoint itself\n  {advice}")


def _functions(item: Compiled) -> list[FunctionType]:
    return [f for f in (item.run, item.reverse) if isinstance(f, FunctionType)]


def _same(first: Any, second: Any) -> bool:
    if first is second:
        return True
    return type(first) is type(second) and _literal(first) is not None and _literal(first) == _literal(second)


def _space(function: Any) -> dict[str, Any]:
    """What a function's free names stand for: its globals, and closure cells before them."""
    function = inspect.unwrap(function)
    if isinstance(function, type):
        return dict(vars(inspect.getmodule(function)))
    cells = zip(function.__code__.co_freevars, function.__closure__ or ())
    return {**function.__globals__, **{name: cell.cell_contents for name, cell in cells}}


def _free_names(text: str) -> list[str]:
    """The names that a text uses and does not define, in a fixed order."""
    found: dict[str, None] = {}
    top = symtable.symtable(text, "<exported>", "exec")
    defined = {s.get_name() for s in top.get_symbols() if s.is_assigned()}

    def tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
        yield table
        for child in table.get_children():
            yield from tables(child)

    for table in tables(top):
        for symbol in table.get_symbols():
            if symbol.is_referenced() and symbol.is_global() and symbol.get_name() not in defined:
                found[symbol.get_name()] = None
    return list(found)


def _source(function: Any, user: str) -> str:
    """The text of a helper, without decorators, annotations and docstring."""
    plain = inspect.unwrap(function)
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(plain))).body[0]
    except (OSError, TypeError, SyntaxError) as error:
        name = getattr(function, "__name__", str(function))
        raise UnsupportedArgument(f"`{user}` needs `{name}`, whose source cannot be read") from error
    if not isinstance(tree, ast.FunctionDef):
        name = getattr(function, "__name__", str(function))
        raise UnsupportedArgument(f"`{user}` needs `{name}`, which is not a function defined by `def`")
    return ast.unparse(_Bare().visit(tree))


class _Bare(ast.NodeTransformer):
    """Drop what a definition does not need to run."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        self.generic_visit(node)
        node.decorator_list, node.returns = [], None
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return node

    def visit_arg(self, node: ast.arg) -> Any:
        node.annotation = None
        return node


def _imported(value: Any) -> tuple[str, str] | None:
    """The module and name from which NumPy or math gives this object."""
    name = getattr(value, "__name__", None)
    for module in (np, np.linalg, np.fft, math):
        if name is not None and getattr(module, name, None) is value:
            return module.__name__, name
    return None


def _literal(value: Any) -> str | None:
    """An expression for a value, None where there is none."""
    if isinstance(value, np.ndarray):
        if value.size > _LARGEST or value.dtype.kind not in "biufc":
            return None
        return f"np.array({_rows(value.tolist())}, dtype=np.{value.dtype.name})"
    if isinstance(value, np.generic) and value.dtype.kind in "biufc":
        return f"np.{value.dtype.name}({_number(value.item())})"
    if isinstance(value, (int, float, complex)) and type(value) in (bool, int, float, complex):
        return _number(value)
    if value is None or type(value) in (str, bytes):
        return repr(value)
    if type(value) in (tuple, list):
        parts = [_literal(v) for v in value]
        if None in parts:
            return None
        text = ", ".join(str(p) for p in parts)
        return f"[{text}]" if type(value) is list else f"({text},)" if len(parts) == 1 else f"({text})"
    return None


def _rows(values: Any) -> str:
    return f"[{', '.join(map(_rows, values))}]" if isinstance(values, list) else _number(values)


def _number(value: complex) -> str:
    """A number as an expression: infinity and nan have no literal."""
    if isinstance(value, complex):
        return f"complex({_number(value.real)}, {_number(value.imag)})"
    return repr(value) if isinstance(value, bool) or math.isfinite(value) else f'float("{value}")'
