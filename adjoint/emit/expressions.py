"""Print expressions with as few parentheses as their precedence allows, laid out as the usual formatters do.

>>> import gast
>>> from adjoint.emit.printer import to_source
>>> def show(text):
...     print(to_source(gast.parse(text)))
>>> show("(a * (b + c)) - (-(X @ w)); (t*a) / (x ** 2); x[(i-1):(i+1), ::2], (x+1) ** n")
a * (b + c) - -(X @ w)
t * a / x**2
(x[i - 1 : i + 1, ::2], (x + 1) ** n)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import astunparse
import gast

from adjoint.emit.fstrings import fstring
from adjoint.emit.literals import literal
from adjoint.emit.precedence import OPERATORS, UNARY, Level, is_bound, is_simple_power, level_of


class ExpressionPrinter(astunparse.Unparser):
    """The methods for expressions; `expr` adds the parentheses that a place needs."""

    def __init__(self) -> None:
        # Not the base class's, which prints at once. `pieces` are those of the line being written.
        self.pieces: list[str] = []
        self._indent = 0
        self.future_imports: list[str] = []  # the base class notes them

    @classmethod
    def text(cls, node: Any, level: Level = Level.TEST) -> str:
        """The source text of one expression."""
        printer = cls()
        printer.expr(node, level)
        return "".join(printer.pieces)

    def write(self, text: str) -> None:
        self.pieces.append(text)

    def dispatch(self, tree: Any) -> None:
        """Print an expression or a part of one (what the inherited methods call)."""
        if isinstance(tree, gast.expr):
            self.expr(tree)
        else:
            getattr(self, "_" + type(tree).__name__)(tree)

    def expr(self, node: Any, level: int = Level.TEST) -> None:
        """Print an expression where one of at least this level may stand bare."""
        kind = type(node)
        if kind is gast.Name:
            self.pieces.append(node.id)
        elif level_of(node) < level:
            self.write("(")
            getattr(self, f"_{kind.__name__}")(node)
            self.write(")")
        else:
            getattr(self, f"_{kind.__name__}")(node)

    def series(self, nodes: Iterable[Any], level: Level = Level.TEST) -> None:
        """Print expressions with commas between them."""
        for k, node in enumerate(nodes):
            if k:
                self.write(", ")
            self.expr(node, level)

    def _BinOp(self, node: Any) -> None:
        """Walk down the left operands in a loop: a sum may have more terms than Python has stack frames."""
        if isinstance(node.op, gast.Pow):
            return self._power(node)
        steps = []
        while True:
            sign, level = OPERATORS[type(node.op)]
            left = node.left
            enclosed = level_of(left) < level
            steps.append((sign, level, node.right, enclosed))
            if not isinstance(left, gast.BinOp) or isinstance(left.op, gast.Pow):
                break
            node = left
        self.write("(" * sum(enclosed for *_, enclosed in steps))
        self.expr(left, Level.WALRUS)
        for sign, level, right, enclosed in reversed(steps):
            self.write(f"{')' * enclosed} {sign} ")
            self.expr(right, level + 1)
        return None

    def _power(self, node: Any) -> None:
        self.expr(node.left, Level.AWAIT)
        self.write("**" if is_simple_power(node) else " ** ")
        self.expr(node.right, Level.FACTOR)

    def _UnaryOp(self, node: Any) -> None:
        self.write(UNARY[type(node.op)])
        self.expr(node.operand, level_of(node))

    def _BoolOp(self, node: Any) -> None:
        level = level_of(node)
        word = " and " if level == Level.AND else " or "
        for k, value in enumerate(node.values):
            if k:
                self.write(word)
            self.expr(value, level + 1)

    def _Compare(self, node: Any) -> None:
        self.expr(node.left, Level.BIT_OR)
        for op, value in zip(node.ops, node.comparators):
            self.write(f" {self.cmpops[type(op).__name__]} ")
            self.expr(value, Level.BIT_OR)

    def _NamedExpr(self, node: Any) -> None:
        self.expr(node.target)
        self.write(" := ")
        self.expr(node.value)

    def _IfExp(self, node: Any) -> None:
        self.expr(node.body, Level.OR)
        self.write(" if ")
        self.expr(node.test, Level.OR)
        self.write(" else ")
        self.expr(node.orelse)

    def _Lambda(self, node: Any) -> None:
        self.write("lambda")
        if any((node.args.args, node.args.posonlyargs, node.args.vararg, node.args.kwonlyargs, node.args.kwarg)):
            self.write(" ")
        self.dispatch(node.args)
        self.write(": ")
        self.expr(node.body)

    def _arguments(self, node: Any) -> None:
        self.write(", ".join(self._parameters(node)))

    def _parameters(self, node: Any) -> Iterator[str]:
        positional = [*node.posonlyargs, *node.args]
        defaults = [None] * (len(positional) - len(node.defaults)) + node.defaults
        for k, (param, default) in enumerate(zip(positional, defaults), 1):
            yield self._parameter(param, default)
            if k == len(node.posonlyargs):
                yield "/"
        if node.vararg is not None:
            yield "*" + self._parameter(node.vararg, None)
        elif node.kwonlyargs:
            yield "*"
        for param, default in zip(node.kwonlyargs, node.kw_defaults):
            yield self._parameter(param, default)
        if node.kwarg is not None:
            yield "**" + self._parameter(node.kwarg, None)

    def _parameter(self, param: Any, default: Any) -> str:
        text = str(param.id)
        if param.annotation is not None:
            text += f": {self.text(param.annotation)}"
        if default is None:
            return text
        return text + (" = " if param.annotation is not None else "=") + self.text(default)

    def _Yield(self, node: Any) -> None:
        self.write("yield")
        if node.value is not None:
            self.write(" ")
            self.expr(node.value, Level.TUPLE)

    def _YieldFrom(self, node: Any) -> None:
        self.write("yield from ")
        self.expr(node.value)

    def _Await(self, node: Any) -> None:
        self.write("await ")
        self.expr(node.value, Level.ATOM)

    def _Constant(self, node: Any) -> None:
        self.write("u" * (node.kind == "u") + literal(node.value))

    def _JoinedStr(self, node: Any) -> None:
        self.write(fstring(node, lambda field: self.text(field, Level.OR)))

    def _Attribute(self, node: Any) -> None:
        # `1.real` would be a malformed number.
        if isinstance(node.value, gast.Constant) and isinstance(node.value.value, int):
            self.write(f"({literal(node.value.value)})")
        else:
            self.expr(node.value, Level.ATOM)
        self.write(f".{node.attr}")

    def _Call(self, node: Any) -> None:
        self.expr(node.func, Level.ATOM)
        if len(node.args) == 1 and not node.keywords and isinstance(node.args[0], gast.GeneratorExp):
            return self.expr(node.args[0])  # its own parentheses are the call's
        self.write("(")
        self._arglist(node.args, node.keywords)
        return self.write(")")

    def _arglist(self, args: Sequence[Any], keywords: Sequence[Any]) -> None:
        self.series(args)
        for k, keyword in enumerate(keywords):
            self.write(", " if k or args else "")
            self._keyword(keyword)

    def _keyword(self, node: Any) -> None:
        self.write("**" if node.arg is None else f"{node.arg}=")
        self.expr(node.value)

    def _Starred(self, node: Any) -> None:
        self.write("*")
        self.expr(node.value, Level.BIT_OR)

    def _Subscript(self, node: Any) -> None:
        self.expr(node.value, Level.ATOM)
        self.write("[")
        if isinstance(node.slice, gast.Tuple) and node.slice.elts:
            self.series(node.slice.elts)
            self.write("," * (len(node.slice.elts) == 1))
        else:
            self.expr(node.slice)
        self.write("]")

    def _Slice(self, node: Any) -> None:
        bounds = [node.lower, node.upper, node.step][: 2 if node.step is None else 3]
        space = "" if all(b is None or is_bound(b) for b in bounds) else " "
        for k, bound in enumerate(bounds):
            if k:
                self.write(":")
            if bound is not None:
                self.write(space * (k > 0))
                self.expr(bound)
                self.write(space * (k + 1 < len(bounds)))

    def _Tuple(self, node: Any) -> None:
        if len(node.elts) > 1:
            return self.series(node.elts)
        self.write("(")
        self.series(node.elts)
        return self.write(",)" if node.elts else ")")

    def _List(self, node: Any) -> None:
        self.write("[")
        self.series(node.elts)
        self.write("]")

    def _Set(self, node: Any) -> None:
        self.write("{")
        self.series(node.elts)
        self.write("}")

    def _Dict(self, node: Any) -> None:
        self.write("{")
        for k, (key, value) in enumerate(zip(node.keys, node.values)):
            self.write(", " if k else "")
            if key is None:
                self.write("**")
                self.expr(value, Level.BIT_OR)
            else:
                self.expr(key)
                self.write(": ")
                self.expr(value)
        self.write("}")

    def _comprehension(self, node: Any) -> None:
        self.write(" async for " if node.is_async else " for ")
        self.expr(node.target, Level.TUPLE)
        self.write(" in ")
        self.expr(node.iter, Level.OR)
        for test in node.ifs:
            self.write(" if ")
            self.expr(test, Level.OR)
