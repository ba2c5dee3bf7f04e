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

import symtable
from types import FunctionType
from typing import Any

import gast

from adjoint.emit.functions import file_name, made_function, register
from adjoint.emit.functions import lines_of as lines_of
from adjoint.emit.functions import source_of as source_of
from adjoint.emit.functions import sources_of as sources_of
from adjoint.emit.names import needs_no_cells, scope_of
from adjoint.emit.printer import printed
from adjoint.errors import AdjointError, InternalError, Problem, UnsupportedSyntax, nearest, render
from adjoint.syntax import core


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
    filename = file_name(tree.name)
    try:
        free = frozenset() if needs_no_cells(text, fn) else _free_names(tree, text, filename)
        scope = scope_of(free, fn, text)
        itself = old.name if old.name in free and old.name not in {*fn.bindings, *scope.cells} else None
        function = made_function(text, filename, scope, itself)
    except SyntaxError as error:
        raise _refusal(error, text, fn) from error
    register(function.__code__, filename, text, {k: _of_user(fn.origin, line) for k, line in origins.items()})
    return function


def _of_user(origin: core.Origin, line: int) -> tuple[str, int]:
    """Where a line of a function comes from: in a text of ours, where that line comes from."""
    return nearest(origin.sources, line) or (origin.file, line)


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


def _refusal(error: SyntaxError, text: str, fn: core.Function) -> AdjointError:
    """Why Python does not take a text: its limits, which the user kept to, are too narrow for the derivative."""
    if not (isinstance(error, IndentationError) or "too many statically nested blocks" in str(error)):
        return InternalError("link", f"the text does not compile: {error}", text)
    problem = Problem(
        f"the derivative of `{fn.origin.name}` would have more nested blocks than Python takes",
        "Return once, at the end, and write the innermost loops with whole arrays.",
    )
    return UnsupportedSyntax(render(problem, fn.origin))
