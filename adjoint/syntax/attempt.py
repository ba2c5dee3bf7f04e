"""The one statement of Core that Python spells otherwise: a `try` whose handlers only note what was caught.

    try:                                   caught = 0
        v = float(s)                       try:
    except ValueError as e:                    v = float(s)
        v = 0.0                  ->        except ValueError as error:
                                               e = error
                                               caught = 1
                                           if caught == 1:
                                               v = 0.0

So there is one block, whose end control reaches whether or not something was caught, and the flag says which. A
`finally` is an attempt that catches everything: its block follows, and then what was caught is raised again, so that
control never goes on after an exception. `reraises` is the number of these statements, which no jump may leave out.
"""

from __future__ import annotations

import ast
from typing import Any

import gast

from adjoint.syntax.traverse import place


class Catch(ast.AST):
    """`except type as name: kept = name; flag = number`, the number being that of the catch, from 1."""

    _fields = ("type", "name", "kept")

    def __init__(self, type: Any, name: Any = None, kept: Any = None) -> None:
        super().__init__()
        self.type, self.name, self.kept = type, name, kept


class Attempt(gast.stmt):
    """`try: body`, with a list of catches; each of these begins with the calls in `guard`."""

    _fields = ("catches", "flag", "guard", "body", "reraises")

    def __init__(self, catches: list[Any], flag: Any, guard: list[Any], body: list[Any], reraises: int) -> None:
        super().__init__()
        self.catches, self.flag, self.guard, self.body, self.reraises = catches, flag, guard, body, reraises


def attempt(body: list[Any], catches: list[Any], flag: str, at: Any, reraises: int = 0) -> Any:
    """The statement; `flag` is the name that says what was caught."""
    target = place(gast.Name(flag, gast.Store(), None, None), at)
    return place(Attempt(catches, target, [], body, reraises), at)


def noted(stmt: Any) -> frozenset[str]:
    """The names that the handlers bind."""
    return frozenset([stmt.flag.id, *(c.kept.id for c in stmt.catches if c.kept is not None)])
