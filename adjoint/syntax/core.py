"""Core Python: the grammar that every stage of the compiler speaks, and the only constructors of its nodes.

    function  = def name(param [= constant], ...): block ; return atom | return (atom, ...)   (one return, last)
    block     = stmt+
    stmt      = name = rhs                              bind
              | name, ... = call | name                 bind several (a call's results, or an unpacked value)
              | name, ... = name, ...                   permute (the same names on both sides: a swap)
              | name[index] = atom                      store
              | name.name = atom                        set
              | name += atom | name[index] += atom      accumulate   (+ and - only)
              | if atom: block [else: block]
              | for name in range(atom, ...) | name: block   [`if atom: break` only as the body's last statement]
              | while pure: block                       [likewise]
              | with atom [as name]: block
              | try: block; except types [as name]: name = name; name = number     (see `attempt.py`)
              | call | assert atom[, atom] | raise [rhs [from atom]] | pass | del name      effect
              | def ...                                 a nested function, until its calls are inlined
              | nonlocal name, ...                      first in a nested function
              | yield atom                              in a function that others read, until it is written out
    rhs       = atom | atom op atom | op atom | atom cmp atom | call | atom[index] | name.name
              | (atom, ...) | [atom, ...] | {atom: atom, ...} | atom if atom else atom | lambda ...: pure
    call      = callee(atom, ..., *atom, key=atom, **atom);  callee = name | name.name...
    index     = atom | slice | (index, ...)
    atom      = name | constant | -constant | ...
    pure      = any expression over names without walrus, call of unknown effect, or lambda

The nodes are gast's. gast fills no defaults, so nodes are built here and nowhere else; each constructor takes
`at`, a node whose position (line and columns of the user's source) the new node carries. A statement carries the
position of the user's whole statement (of its header, for a compound one), an expression that of the user's
expression.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain, compress, count
from types import MappingProxyType
from typing import Any

import gast

from adjoint.classes import dataclass, field, replace
from adjoint.syntax.attempt import Attempt as Attempt
from adjoint.syntax.attempt import noted
from adjoint.syntax.origin import Origin as Origin
from adjoint.syntax.traverse import FIELDS, changed, made, named, names_in, twin
from adjoint.syntax.traverse import children as children
from adjoint.syntax.traverse import place as place
from adjoint.syntax.traverse import walk as walk

Node = ast.AST
Expr = ast.AST
Stmt = ast.AST


@dataclass(frozen=True)
class Function:
    """A function on its way through the compiler; every pass maps one to another.

    `bindings` maps each global, closure or builtin path that the text mentions ("np", "np.sin", "helper", "range")
    to the object it stood for when the function was read, and each helper name that a pass put in to the helper.
    `temps` are the names that the compiler made for intermediate values: tidy may fold these away. `helpers` are the
    bindings that passes put in: the user's module has no such names. `given` are the kinds of names that are bound to
    what stands outside. `apart` are names of objects outside of which no part is read but at entry: what is stored to
    them stands in variables too. `matrices` are names of arrays of at most two axes, and of lists of such.
    `target` is the Python function whose globals and closure cells the text refers to.
    `aux` says that the function returns a pair of which only the first half is differentiated.
    """

    tree: gast.FunctionDef
    origin: Origin
    target: Callable[..., Any] | None = None
    bindings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    temps: frozenset[str] = frozenset()
    helpers: frozenset[str] = frozenset()
    aux: bool = False
    given: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    apart: frozenset[str] = frozenset()
    matrices: frozenset[str] = frozenset()

    def with_body(self, body: Sequence[Stmt], **changes: Any) -> Function:
        """This function with another body (and other fields, where given); itself where nothing is other."""
        old = self.tree
        if body is old.body and all(getattr(self, name) == value for name, value in changes.items()):
            return self
        tree = gast.FunctionDef(old.name, old.args, list(body), [], None, None, [])
        return self.with_tree(place(tree, old), **changes)

    def with_tree(self, tree: gast.FunctionDef, **changes: Any) -> Function:
        """This function with another tree: most statements are still the same, and none is ever changed in place."""
        new = replace(self, tree=tree, **changes)
        for name in TABLES:
            new.__dict__[name] = getattr(self, name)
        return new

    def namer(self) -> Namer:
        """A giver of names that the function does not use yet."""
        return Namer(lambda: self._names)

    @cached_property
    def _names(self) -> frozenset[str]:
        functions = {stmt.name for stmt in self.statements if type(stmt) is gast.FunctionDef}
        roots = {path.partition(".")[0] for path in self.bindings}
        return self.identifiers[0] | functions | roots | {self.tree.name}

    def known(self, **changes: Any) -> Function:
        """This function with more known of it: the tree is the same."""
        new = replace(self, **changes)
        for name in (*TABLES, "forms", "identifiers", "statements", "stores", "calls"):
            if name in self.__dict__:
                new.__dict__[name] = self.__dict__[name]
        return new

    @cached_property
    def forms(self) -> frozenset[type]:
        """The classes of all nodes: a pass that looks for a construct need not go over the tree for it."""
        found = frozenset(map(type, walk(self.tree.args)))
        return found.union([type(self.tree)], *map(self.classes.__getitem__, self.statements))

    @cached_property
    def classes(self) -> Mapping[Any, frozenset[type]]:
        """By statement: the classes of its nodes, without those in its blocks."""
        return _Classes()

    @cached_property
    def reads(self) -> dict[Any, frozenset[str]]:
        """By statement: the names that it reads (see `names_read`)."""
        return Reads()

    @cached_property
    def binds(self) -> Mapping[Any, frozenset[str]]:
        """By statement: the names that it binds (see `names_bound`)."""
        return Binds()

    @cached_property
    def mentions(self) -> Mapping[Any, Identifiers]:
        """By statement: the identifiers in it, without those in its blocks."""
        return _Mentions(self.reads)

    @cached_property
    def identifiers(self) -> Identifiers:
        """All names in the function, and those that it binds (see `identifiers`)."""
        found = [identifiers(self.tree.args), *(self.mentions[stmt] for stmt in self.statements)]
        names, bound = zip(*found, strict=True)
        return frozenset().union(*names), frozenset([self.tree.name]).union(*bound)

    @cached_property
    def statements(self) -> tuple[Any, ...]:
        """Every statement, those of the blocks inside others too, in textual order."""
        return tuple(statements(self.tree.body))

    @cached_property
    def stores(self) -> Mapping[Any, str]:
        """The statements that write cells of an array (or list), with its name."""
        found = ((stmt, stored_name(stmt)) for stmt in self.statements)
        return {stmt: name for stmt, name in found if name is not None}

    @cached_property
    def calls(self) -> tuple[Any, ...]:
        """The statements that bind the value of a call, or call something for its effect."""
        able = [stmt for stmt in self.statements if type(stmt) is gast.Assign or type(stmt) is gast.Expr]
        return tuple([stmt for stmt in able if type(stmt.value) is gast.Call])

    @cached_property
    def params(self) -> tuple[str, ...]:
        """The names of all parameters, in the order of the signature."""
        return parameters(self.tree.args)

    @property
    def result(self) -> Expr:
        """The expression of what is differentiated: what the function (in Core form) returns, without the rest."""
        value = self.tree.body[-1].value
        return value.elts[0] if self.aux else value  # type: ignore[no-any-return]


# What a function keeps of its statements, and hands on.
TABLES = ("reads", "binds", "mentions", "classes")


class Reads(dict[Any, frozenset[str]]):
    """The names that statements read, each looked at once."""

    def __missing__(self, stmt: Any) -> frozenset[str]:
        self[stmt] = found = names_read(stmt)
        return found


class Binds(dict[Any, frozenset[str]]):
    """The names that statements bind, each looked at once."""

    def __missing__(self, stmt: Any) -> frozenset[str]:
        self[stmt] = found = names_bound(stmt)
        return found


Identifiers = tuple[frozenset[str], frozenset[str]]


class _Mentions(dict[Any, Identifiers]):
    """The identifiers in statements, each looked at once; what they read is noted on the way."""

    def __init__(self, reads: dict[Any, frozenset[str]]) -> None:
        super().__init__()
        self.reads = reads

    def __missing__(self, stmt: Any) -> Identifiers:
        kind = type(stmt)
        if not _BLOCK_FIELDS[kind]:
            loaded, others, bound = _told(named(stmt))
            if kind is not gast.AugAssign:
                self.reads[stmt] = frozenset(loaded)
            found = frozenset(loaded | others), frozenset(bound)
        else:
            inside = [
                part for inner in (*getattr(stmt, "handlers", ()), *getattr(stmt, "cases", ())) for part in heads(inner)
            ]
            names, binds = identifiers(*heads(stmt), *inside, *getattr(stmt, "decorator_list", ()))
            found = names, binds | {stmt.name} if kind is gast.FunctionDef else binds
        self[stmt] = found
        return found


class _Classes(dict[Any, frozenset[type]]):
    """The classes of the nodes in statements, each looked at once."""

    def __missing__(self, stmt: Any) -> frozenset[type]:
        nodes = [stmt, *walk(*heads(stmt))] if type(stmt) in _WITH_HEADS else walk(stmt)
        self[stmt] = found = frozenset(map(type, nodes))
        return found


_WITH_HEADS = frozenset([gast.If, gast.For, gast.While, gast.With])


class Shared(gast.stmt):
    """`nonlocal names`, the first statement of a function inside another, until its calls are inlined."""

    _fields = ("names",)

    def __init__(self, names: list[Any]) -> None:
        super().__init__()
        self.names = names


class Comment(gast.stmt):
    """A comment line in generated code; `trailing` puts it behind the statement before it, "" is an empty line."""

    _fields = ("text", "trailing")

    def __init__(self, text: str, trailing: bool = False) -> None:
        super().__init__()
        self.text = text
        self.trailing = trailing


# Expressions


def load(name: str, at: Node | None = None) -> Any:
    new = made(gast.Name, {"id": name, "ctx": _LOAD, "annotation": None, "type_comment": None})
    return new if at is None else place(new, at)


def store(name: str, at: Node | None = None) -> Any:
    new = made(gast.Name, {"id": name, "ctx": _STORE, "annotation": None, "type_comment": None})
    return new if at is None else place(new, at)


_LOAD, _STORE = gast.Load(), gast.Store()  # which all names share


def const(value: Any, at: Node | None = None) -> Any:
    """A constant; a negative number becomes the unary minus that the parser would give."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and (value < 0 or str(value) == "-0.0"):
        return place(gast.UnaryOp(gast.USub(), place(gast.Constant(-value, None), at)), at)
    new = made(gast.Constant, {"value": value, "kind": None})
    return new if at is None else place(new, at)


def binary(left: Expr, op: type | Node, right: Expr, at: Node | None = None) -> Any:
    new = made(gast.BinOp, {"left": left, "op": op() if isinstance(op, type) else op, "right": right})
    return new if at is None else place(new, at)


def unary(op: type | Node, operand: Expr, at: Node | None = None) -> Any:
    new = made(gast.UnaryOp, {"op": op() if isinstance(op, type) else op, "operand": operand})
    return new if at is None else place(new, at)


def compare(left: Expr, op: type | Node, right: Expr, at: Node | None = None) -> Any:
    return place(gast.Compare(left, [op() if isinstance(op, type) else op], [right]), at)


def dotted(path: str, at: Node | None = None) -> Any:
    """The expression for a dotted path: `np.linalg.norm`."""
    root, *attributes = path.split(".")
    node = load(root, at)
    for name in attributes:
        node = attribute(node, name, at)
    return node


def call(callee: str | Expr, *args: Expr, at: Node | None = None, **keywords: Expr) -> Any:
    func = dotted(callee, at) if isinstance(callee, str) else callee
    named = [keyword(k, v) for k, v in keywords.items()] if keywords else []
    new = made(gast.Call, {"func": func, "args": list(args), "keywords": named})
    return new if at is None else place(new, at)


def keyword(name: str | None, value: Expr) -> Any:
    return gast.keyword(name, value)


def attribute(value: Expr, name: str, at: Node | None = None) -> Any:
    new = made(gast.Attribute, {"value": value, "attr": name, "ctx": _LOAD})
    return new if at is None else place(new, at)


def item(value: Expr, index: Expr, at: Node | None = None) -> Any:
    """`value[index]`, read."""
    new = made(gast.Subscript, {"value": value, "slice": index, "ctx": _LOAD})
    return new if at is None else place(new, at)


class Element(gast.Subscript):
    """The item that a trip of a loop over a sequence takes: `xs[k]`; of a dictionary, its key number k."""


Element.__name__ = "Subscript"  # by which whatever prints a tree goes


def element(value: Expr, number: Expr, at: Node | None = None) -> Any:
    """What a loop over `value` gives in the trip of that number."""
    return place(Element(value, number, gast.Load()), at)


def slice_(lower: Expr | None, upper: Expr | None, step: Expr | None, at: Node | None = None) -> Any:
    return place(gast.Slice(lower, upper, step), at)


def tuple_(elements: Iterable[Expr], at: Node | None = None) -> Any:
    return place(gast.Tuple(list(elements), gast.Load()), at)


def list_(elements: Iterable[Expr], at: Node | None = None) -> Any:
    return place(gast.List(list(elements), gast.Load()), at)


def ternary(test: Expr, body: Expr, orelse: Expr, at: Node | None = None) -> Any:
    return place(gast.IfExp(test, body, orelse), at)


# Statements


def bind(name: str, value: Expr, at: Node | None = None) -> Any:
    new = made(gast.Assign, {"targets": [store(name, at)], "value": value, "type_comment": None})
    return new if at is None else place(new, at)


def bind_several(names: Iterable[str], value: Expr, at: Node | None = None) -> Any:
    target = place(gast.Tuple([store(n, at) for n in names], gast.Store()), at)
    return place(gast.Assign([target], value, None), at)


def store_item(name: str, index: Expr, value: Expr, at: Node | None = None) -> Any:
    return place(gast.Assign([cell(name, index, at)], value, None), at)


def cell(name: str, index: Expr, at: Node | None = None) -> Any:
    """`name[index]` as a target."""
    return place(gast.Subscript(load(name, at), index, gast.Store()), at)


def accumulate(target: str | Expr, value: Expr, op: type = gast.Add, at: Node | None = None) -> Any:
    """`target += value` (or `-=`); the target is a name or what `cell` gives."""
    node = store(target, at) if isinstance(target, str) else target
    new = made(gast.AugAssign, {"target": node, "op": op(), "value": value})
    return new if at is None else place(new, at)


def if_(test: Expr, body: Sequence[Stmt], orelse: Sequence[Stmt] = (), at: Node | None = None) -> Any:
    return place(gast.If(test, list(body), list(orelse)), at)


def for_(name: str, iterable: Expr, body: Sequence[Stmt], at: Node | None = None) -> Any:
    return place(gast.For(store(name, at), iterable, list(body), [], None), at)


def while_(test: Expr, body: Sequence[Stmt], at: Node | None = None) -> Any:
    return place(gast.While(test, list(body), []), at)


def effect(value: Expr, at: Node | None = None) -> Any:
    return place(gast.Expr(value), at)


def return_(value: Expr | None, at: Node | None = None) -> Any:
    return place(gast.Return(value), at)


def break_(at: Node | None = None) -> Any:
    return place(gast.Break(), at)


def pass_(at: Node | None = None) -> Any:
    return place(gast.Pass(), at)


def function_def(name: str, params: Sequence[str], body: Sequence[Stmt], defaults: Mapping[str, Expr] = {}) -> Any:
    """A definition with positional parameters; `defaults` belong to the last of them."""
    args = [gast.Name(p, gast.Param(), None, None) for p in params]
    values = [defaults[p] for p in params if p in defaults]
    arguments = gast.arguments(args, [], None, [], [], None, values)
    return gast.FunctionDef(name, arguments, list(body), [], None, None, [])


# Questions


def is_name(node: Node | None, name: str | None = None) -> bool:
    return type(node) is gast.Name and (name is None or node.id == name)  # type: ignore[union-attr]


def is_constant(node: Node | None) -> bool:
    """True of a constant, a negated number and `...`."""
    kind: Any = type(node)
    if kind is gast.UnaryOp and type(node.op) is gast.USub:  # type: ignore[union-attr]
        operand = node.operand  # type: ignore[union-attr]
        return type(operand) is gast.Constant and isinstance(operand.value, (int, float, complex))
    return kind is gast.Constant


def is_atom(node: Node | None) -> bool:
    return type(node) is gast.Name or is_constant(node)


def constant_value(node: Node) -> Any:
    """The value of what `is_constant` accepts."""
    return -node.operand.value if isinstance(node, gast.UnaryOp) else node.value  # type: ignore[attr-defined]


def path_of(node: Node | None) -> str | None:
    """The dotted path that an expression spells (`np.linalg.norm`), None for anything else."""
    if isinstance(node, gast.Name):
        return str(node.id)
    if isinstance(node, gast.Attribute):
        base = path_of(node.value)
        return None if base is None else f"{base}.{node.attr}"
    return None


def parameters(arguments: Any) -> tuple[str, ...]:
    """The names of all parameters of a gast `arguments`, in the order of the signature."""
    return tuple([n.id for n in parameter_nodes(arguments)])


def parameter_nodes(arguments: Any) -> list[Any]:
    """The nodes of all parameters of a gast `arguments`, in the order of the signature."""
    nodes = [*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg]
    return [n for n in nodes if n is not None]


class _BlockFields(dict[type, tuple[str, ...]]):
    """The fields of each class of statements in which blocks may hang."""

    def __missing__(self, kind: type) -> tuple[str, ...]:
        self[kind] = found = tuple(f for f in BLOCKS if f in FIELDS[kind])
        return found


class _HeadFields(dict[type, tuple[str, ...]]):
    """The other fields."""

    def __missing__(self, kind: type) -> tuple[str, ...]:
        self[kind] = found = tuple(f for f in FIELDS[kind] if f not in BLOCKS and f != "decorator_list")
        return found


BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
_BLOCK_FIELDS = _BlockFields()
_HEAD_FIELDS = _HeadFields()


def blocks(stmt: Stmt) -> list[list[Any]]:
    """The blocks directly inside a compound statement."""
    fields = _BLOCK_FIELDS[type(stmt)]
    if not fields:
        return []
    found: list[list[Any]] = []
    own = stmt.__dict__
    for name in fields:
        block = own.get(name)
        if type(block) is list:
            if name == "handlers" or name == "cases":
                found += [inner.body for inner in block]
            else:
                found.append(block)
    return found


def statements(block: Iterable[Stmt]) -> list[Any]:
    """Every statement of a block and of the blocks inside it, in textual order."""
    found = list(block)
    if not _NESTING.isdisjoint(map(type, found)):
        nested = list(compress(count(), map(_NESTING.__contains__, map(type, found))))
        for k in reversed(nested):
            found[k + 1 : k + 1] = chain.from_iterable(map(statements, blocks(found[k])))
    return found


def own_statements(block: Iterable[Stmt]) -> list[Any]:
    """Every statement of a block and of the blocks inside it, but not those of functions that are defined there."""
    own = list(block)
    found = statements(own)
    if gast.FunctionDef not in map(type, found):
        return found
    found = []
    for stmt in own:
        found.append(stmt)
        if not isinstance(stmt, gast.FunctionDef):
            for inner in blocks(stmt):
                found += own_statements(inner)
    return found


# The statements that have blocks.
_NESTING = frozenset(
    [gast.If, gast.For, gast.While, gast.With, gast.Try, gast.FunctionDef, gast.Match, Attempt]
    + [gast.AsyncFor, gast.AsyncWith, gast.AsyncFunctionDef, gast.ClassDef, gast.TryStar]
)


def heads(stmt: Stmt) -> list[Any]:
    """The expressions that a statement evaluates itself, not those of the blocks inside it."""
    found: list[Any] = []
    own = stmt.__dict__
    for name in _HEAD_FIELDS[type(stmt)]:
        value = own.get(name)
        if type(value) is list:
            found += [v for v in value if isinstance(v, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def is_read(name: str, block: Iterable[Stmt]) -> bool:
    """Is a name read anywhere in a block?"""
    return any(name in names_read(stmt) for stmt in statements(block))


def names_read_in(block: Iterable[Node]) -> set[str]:
    """Names that are read anywhere in a block."""
    found = set()
    for node in walk(*block):
        kind = type(node)
        if kind is gast.Name:
            if type(node.ctx) is gast.Load:
                found.add(node.id)
        elif kind is gast.AugAssign and type(node.target) is gast.Name:
            found.add(node.target.id)
    return found


def names_read(node: Node) -> frozenset[str]:
    """Names that evaluating this statement's own expressions (or this expression) reads.

    The array of a store and both the target's name and value of an accumulate count as read.
    """
    kind = type(node)
    found = names_in(*heads(node)) if _BLOCK_FIELDS[kind] and isinstance(node, gast.stmt) else names_in(node)
    if kind is gast.AugAssign:
        if type(node.target) is gast.Name:  # type: ignore[attr-defined]
            found.add(node.target.id)  # type: ignore[attr-defined]
    elif kind is Attempt:
        found.add(node.flag.id)  # type: ignore[attr-defined]  # it keeps its value where nothing is caught
    return frozenset(found)


NOTHING: frozenset[str] = frozenset()


def names_bound(stmt: Stmt) -> frozenset[str]:
    """Names that this statement itself binds: targets, a loop's variable, a nested def (not stores into cells)."""
    kind = type(stmt)
    if kind is gast.Assign:
        targets: list[Any] = stmt.targets  # type: ignore[attr-defined]
        if len(targets) == 1:
            form = type(targets[0])
            if form is gast.Name:
                return frozenset((targets[0].id,))
            if form is gast.Subscript:
                return NOTHING
    elif kind in _UNBINDING:
        return NOTHING
    elif kind is gast.AugAssign or kind is gast.For:
        targets = [stmt.target]  # type: ignore[attr-defined]
    elif kind is gast.With:
        targets = [i.optional_vars for i in stmt.items if i.optional_vars]  # type: ignore[attr-defined]
    elif kind is gast.FunctionDef:
        return frozenset((stmt.name,))  # type: ignore[attr-defined]
    elif kind is Attempt:
        return noted(stmt)
    else:
        return NOTHING
    return frozenset(n.id for n in walk(*targets) if type(n) is gast.Name and type(n.ctx) is gast.Store)


_UNBINDING = frozenset([gast.If, gast.While, gast.Expr, gast.Return, gast.Break, gast.Pass])


def stored_name(stmt: Any) -> str | None:
    """The name of the array (or list) whose cells a statement writes."""
    kind = type(stmt)
    if kind is gast.Assign and len(stmt.targets) == 1:
        target = stmt.targets[0]
    elif kind is gast.AugAssign:
        target = stmt.target
    else:
        return None
    if type(target) is gast.Subscript and type(target.value) is gast.Name:
        return str(target.value.id)
    return None


# Patterns of `match` that give names, which they hold as text.
CAPTURES = (gast.MatchAs, gast.MatchStar, gast.MatchMapping)


def captured(pattern: Any) -> tuple[str | None]:
    """The name that a pattern gives to what it fits, None for none."""
    return (pattern.rest if isinstance(pattern, gast.MatchMapping) else pattern.name,)


def copy(node: Any, rename: Mapping[str, str | Expr] = MappingProxyType({})) -> Any:
    """A fresh copy of a tree, names replaced as `rename` says (by another name, or a load by an expression)."""
    kind = type(node)
    if kind is gast.Name:
        new = rename.get(node.id)
        if new is None:
            return twin(node)
        return changed(node, id=new) if isinstance(new, str) else copy(new)
    if kind is list:
        return [copy(n, rename) for n in node]
    if not isinstance(node, ast.AST):
        return node
    if kind is gast.FunctionDef and rename:
        return _copy_of_definition(node, rename)
    result = twin(node)
    fields = result.__dict__
    for name in FIELDS[kind]:
        value = fields.get(name)
        if type(value) is list or isinstance(value, ast.AST):
            fields[name] = copy(value, rename)
    return result


def _copy_of_definition(node: Any, rename: Mapping[str, str | Expr]) -> Any:
    """The copy of a nested function, in which its own names stay."""
    own = own_names(node)
    inside = {name: new for name, new in rename.items() if name not in own}
    arguments = changed(node.args, defaults=copy(node.args.defaults, rename))
    arguments.kw_defaults = copy(node.args.kw_defaults, rename)
    for group in ("args", "posonlyargs", "vararg", "kwonlyargs", "kwarg"):
        setattr(arguments, group, copy(getattr(node.args, group)))
    name = rename.get(node.name, node.name)
    return changed(
        node, name=name if isinstance(name, str) else node.name, args=arguments, body=copy(node.body, inside)
    )


def own_names(definition: Any) -> frozenset[str]:
    """The parameters and local names of a function, not those of functions inside it, nor what it shares."""
    return own_binds(definition).union(parameters(definition.args))


def own_binds(definition: Any) -> frozenset[str]:
    """The names that a function's own statements bind for itself."""
    found: set[str] = set()
    outer: set[str] = set()
    for stmt in own_statements(definition.body):
        if isinstance(stmt, Shared):
            outer.update(n.id for n in stmt.names)
        else:
            found |= names_bound(stmt)
    return frozenset(found - outer)


def shared_names(block: Iterable[Stmt]) -> frozenset[str]:
    """The names around them that functions inside a block bind."""
    return frozenset(n.id for stmt in statements(block) if isinstance(stmt, Shared) for n in stmt.names)


class Namer:
    """Gives names that no one else has: `fresh("t")` is `t`, then `t_1`, `t_2` …"""

    def __init__(self, taken: Iterable[str] | Callable[[], Iterable[str]]) -> None:
        self._given = taken
        self.made: set[str] = set()
        self.last: dict[str, int] = {}

    @cached_property
    def taken(self) -> set[str]:
        """The names that are given already; they are looked for when the first new one is asked for."""
        return set(self._given() if callable(self._given) else self._given)

    def fresh(self, stem: str) -> str:
        name, k = stem, self.last.get(stem, 0)
        while name in self.taken:
            k += 1
            name = f"{stem}_{k}"
        self.last[stem] = k
        self.taken.add(name)
        self.made.add(name)
        return name


def identifiers(*roots: Any) -> Identifiers:
    """All names in the trees, and those that the trees bind: targets, parameters, nested functions."""
    loaded, others, bound = _told(named(*roots))
    return frozenset(loaded | others), frozenset(bound)


def _told(nodes: Iterable[Any]) -> tuple[set[str], set[str], set[str]]:
    """Of nodes that hold identifiers: the names that are loaded, the other names, and what is bound."""
    loaded: set[str] = set()
    others: set[str] = set()
    bound: set[str] = set()
    for node in nodes:
        kind = type(node)
        if kind is gast.Name:
            ctx = type(node.ctx)
            if ctx is gast.Load:
                loaded.add(node.id)
            else:
                others.add(node.id)
                if ctx is not gast.Del:
                    bound.add(node.id)
        elif kind is gast.FunctionDef:
            bound.add(node.name)
        else:
            bound.update(filter(None, captured(node)))
    return loaded, others, bound


def all_names(tree: Node) -> frozenset[str]:
    """Every identifier in a tree: names, parameters, nested functions' names."""
    return frozenset(
        [node.id if type(node) is gast.Name else node.name for node in named(tree) if type(node) not in CAPTURES]
    )
