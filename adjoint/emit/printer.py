"""Print a tree as source text: the one artefact that is shown, compiled and exported.

    >>> from adjoint.syntax import core
    >>> step = core.accumulate("b_bar", core.load("t_bar"))
    >>> loop = core.for_("_", core.call("range", core.load("n")), [step, core.Comment("b = b * 2", trailing=True)])
    >>> body = [core.Comment("the reverse sweep"), loop, core.return_(core.load("b_bar"))]
    >>> print(to_source(core.function_def("f_grad", ["n", "t_bar"], body, {"t_bar": core.const(1.0)})))
    def f_grad(n, t_bar=1.0):
        # the reverse sweep
        for _ in range(n):
            b_bar += t_bar  # b = b * 2
        return b_bar

Comments aside, parsing the text gives the tree back. The layout is that of the usual formatters; a line of more than
100 columns is broken inside brackets where it has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gast

from adjoint.emit.patterns import PatternPrinter
from adjoint.emit.precedence import OPERATORS, Level


def to_source(tree: Any) -> str:
    """The text of an expression, a statement, a list of statements or a module, without a newline at its end."""
    if isinstance(tree, gast.Expression):
        tree = tree.body
    return Printer.text(tree) if isinstance(tree, gast.expr) else printed(tree)[0]


def printed(tree: Any) -> tuple[str, Mapping[int, int]]:
    """The text of statements, and for the line of the text that each one starts on the line that it came from."""
    printer = Printer()
    if isinstance(tree, (gast.Module, list)):
        printer.block(tree if isinstance(tree, list) else tree.body, is_documented=True)
    else:
        printer.block([tree])
    printer.finish()
    return "\n".join(printer.lines), printer.origins


class Printer(PatternPrinter):
    """The methods for statements."""

    def _Expr(self, node: Any) -> None:
        self.fill()
        self.expr(node.value, Level.YIELD if not isinstance(node.value, gast.Tuple) else Level.TEST)

    def _Assign(self, node: Any) -> None:
        self.fill()
        for target in node.targets:
            self.expr(target, Level.TUPLE)
            self.write(" = ")
        self.expr(node.value, Level.YIELD)

    def _AugAssign(self, node: Any) -> None:
        self.fill()
        self.expr(node.target)
        self.write(f" {OPERATORS[type(node.op)][0]}= ")
        self.expr(node.value, Level.YIELD)

    def _AnnAssign(self, node: Any) -> None:
        self.fill()
        enclosed = isinstance(node.target, gast.Name) and not node.simple
        self.write("(" * enclosed)
        self.expr(node.target)
        self.write(")" * enclosed + ": ")
        self.expr(node.annotation)
        if node.value is not None:
            self.write(" = ")
            self.expr(node.value, Level.YIELD)

    def _Return(self, node: Any) -> None:
        self.fill("return")
        if node.value is not None:
            self.write(" ")
            self.expr(node.value, Level.TUPLE)

    def _TypeAlias(self, node: Any) -> None:
        self.fill("type ")
        self.expr(node.name)
        self._type_params(node)
        self.write(" = ")
        self.expr(node.value)

    def _If(self, node: Any) -> None:
        word = "if "
        while True:
            self.fill(word)
            self._condition(node.test)
            self._body(node.body)
            if len(node.orelse) != 1 or not isinstance(node.orelse[0], gast.If):
                break
            node, word = node.orelse[0], "elif "
        self._otherwise("else", node.orelse)

    def _condition(self, node: Any) -> None:
        # The one place where a walrus is plain to read without parentheses, and a tuple may not stand bare.
        self.expr(node, Level.WALRUS if isinstance(node, gast.NamedExpr) else Level.TEST)

    def _While(self, node: Any) -> None:
        self.fill("while ")
        self._condition(node.test)
        self._body(node.body)
        self._otherwise("else", node.orelse)

    def _For(self, node: Any) -> None:
        self.fill("async for " if isinstance(node, gast.AsyncFor) else "for ")
        self.expr(node.target, Level.TUPLE)
        self.write(" in ")
        self.expr(node.iter)
        self._body(node.body)
        self._otherwise("else", node.orelse)

    def _withitem(self, node: Any) -> None:
        # Twice for a tuple: `with (a, b):` enters two contexts.
        enclosed = isinstance(node.context_expr, gast.Tuple)
        self.write("(" * enclosed)
        super()._withitem(node)
        self.write(")" * enclosed)

    def _Try(self, node: Any) -> None:
        self.fill("try")
        self._body(node.body)
        for handler in node.handlers:
            self._handler(handler, "except*" if isinstance(node, gast.TryStar) else "except")
        self._otherwise("else", node.orelse)
        self._otherwise("finally", node.finalbody)

    def _Shared(self, node: Any) -> None:
        self.fill("nonlocal " + ", ".join(n.id for n in node.names))

    def _Attempt(self, node: Any) -> None:
        self.fill("try")
        self._body(node.body)
        for number, catch in enumerate(node.catches, 1):
            self.fill("except")
            if catch.type is not None:
                self.write(" ")
                self.expr(catch.type)
            if catch.name is not None:
                self.write(f" as {catch.name.id}")
            self.enter()
            for call in node.guard:
                self.fill()
                self.expr(call)
            if catch.kept is not None:
                self.fill(f"{catch.kept.id} = {catch.name.id}")
            self.fill(f"{node.flag.id} = {number}")
            self.leave()

    def _handler(self, node: Any, word: str) -> None:
        self.fill(word)
        if node.type is not None:
            self.write(" ")
            self.expr(node.type)
        if node.name is not None:
            self.write(f" as {node.name.id}")
        self._body(node.body)

    def _FunctionDef(self, node: Any) -> None:
        self._decorators(node)
        self.fill(f"{'async ' * isinstance(node, gast.AsyncFunctionDef)}def {node.name}")
        self._type_params(node)
        self.write("(")
        self._arguments(node.args)
        self.write(")")
        if node.returns is not None:
            self.write(" -> ")
            self.expr(node.returns)
        self._body(node.body, is_documented=True)

    def _ClassDef(self, node: Any) -> None:
        self._decorators(node)
        self.fill(f"class {node.name}")
        self._type_params(node)
        if node.bases or node.keywords:
            self.write("(")
            self._arglist(node.bases, node.keywords)
            self.write(")")
        self._body(node.body, is_documented=True)

    def _decorators(self, node: Any) -> None:
        for decorator in node.decorator_list:
            self.fill("@")
            self.expr(decorator)

    _AsyncFor = _For
    _AsyncFunctionDef = _FunctionDef
    _TryStar = _Try
