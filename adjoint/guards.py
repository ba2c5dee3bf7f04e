"""Is what a gradient was compiled from still what runs? One generated chain of tests answers, before each use.

    >>> import numpy as np
    >>> def square(x):
    ...     return x * x
    >>> def loss(x):
    ...     return square(np.sin(x))
    >>> fresh = guard([Guard("square", square, loss), Guard("np.sin", np.sin, loss)], [loss])
    >>> fresh()
    True
    >>> square.__code__ = loss.__code__
    >>> fresh()
    False

Functions, modules and other objects are compared by identity, the functions also by code and defaults; data, which
generated code reads anew at each call, by kind. Names are looked up as Python does: in closure cells, then globals,
then builtins; so a global that comes to hide a builtin is seen too.
"""

from __future__ import annotations

import builtins
import functools
from collections.abc import Callable, Iterable, Iterator
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from adjoint.arguments import PLAIN, exact
from adjoint.classes import dataclass, field
from adjoint.rules import table

if TYPE_CHECKING:
    from adjoint.syntax import core

# What a name may hold that is data: generated code reads it when it runs, and relies on its kind only.
DATA: tuple[type, ...] = (*PLAIN, np.generic, np.ndarray, list, tuple, dict)


@dataclass(frozen=True)
class Guard:
    """A path ("np.sin", "helper") that `function` reads, and the object it stood for at compile time.

    `exact` where generated code holds the object itself, so that even data must be the very same. `root` is what the
    path starts from where `function` does not look that up by its name: a module that it imports itself.
    `frozen` where the value of data is compiled in.
    """

    path: str
    value: Any
    function: FunctionType
    exact: bool = False
    root: ModuleType | None = None
    frozen: bool = False

    def current(self) -> Any:
        """What the path stands for now; what it stood for where generated code holds the object itself."""
        if self.exact:
            return self.value
        root, *attributes = self.path.split(".")
        if self.root is not None:
            return functools.reduce(getattr, attributes, self.root)
        free = self.function.__code__.co_freevars
        if root in free:
            value = (self.function.__closure__ or ())[free.index(root)].cell_contents
        else:
            value = self.function.__globals__.get(root, self.value)
        for name in attributes:
            value = getattr(value, name)
        return value


@dataclass(frozen=True)
class Parts:
    """An object or dict that was taken apart: its parts are still of the same kinds.

    An object is the one that another guard holds fast; a dict is found by its name, as `function` looks that up.
    """

    path: str
    value: Any
    function: FunctionType | None = None

    def current(self) -> Any:
        return self.value


def guards_of(
    fn: core.Function, target: FunctionType, exact: Callable[[str, Any], bool] = lambda path, value: False
) -> Iterator[Guard]:
    """The guards of what the text of a function, which `target` runs, mentions."""
    for path, value in fn.bindings.items():
        root, _, rest = path.partition(".")
        if root not in fn.helpers:
            yield Guard(path, value, target, exact(path, value))
        elif rest and isinstance(fn.bindings[root], ModuleType):
            yield Guard(path, value, target, root=fn.bindings[root])


@dataclass(frozen=True)
class ClassGuard:
    """What a class (or the nearest of its bases that has it) holds under a name."""

    cls: type
    name: str
    value: Any

    @property
    def path(self) -> str:
        return f"{self.cls.__name__}.{self.name}"

    def current(self) -> Any:
        """What the class holds now."""
        return getattr(self.cls, self.name, None)


def guard(guards: Iterable[Guard | ClassGuard | Parts], functions: Iterable[FunctionType]) -> Callable[[], bool]:
    """Return a function that is true as long as all guards hold and all `functions` keep their code and defaults."""
    chain = _Chain()
    watched = dict.fromkeys(functions)
    for item in guards:
        if isinstance(item, ClassGuard):
            chain.add_class(item)
        elif isinstance(item, Parts):
            chain.add_parts(item)
        else:
            chain.add_path(item)
        watched.update(dict.fromkeys(_functions(item.value)))
    for function in watched:
        chain.add_function(function)
    return chain.compiled()


@functools.lru_cache(256)
def mentioned(code: CodeType) -> frozenset[str]:
    """The names that a function, or one inside it, looks up outside itself."""
    inner = (c for c in code.co_consts if isinstance(c, CodeType))
    return frozenset(code.co_names).union(code.co_freevars, *map(mentioned, inner))


@dataclass
class _Chain:
    """The tests of one chain: their text, and the objects that it mentions by made-up names."""

    tests: dict[str, None] = field(default_factory=dict)
    objects: dict[str, Any] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    def name(self, value: Any) -> str:
        """The name by which the text mentions this object."""
        if id(value) not in self.names:
            self.names[id(value)] = f"o{len(self.names)}"
            self.objects[self.names[id(value)]] = value
        return self.names[id(value)]

    def test(self, text: str) -> None:
        self.tests[text] = None

    def add_function(self, function: FunctionType) -> None:
        f = self.name(function)
        self.test(f"{f}.__code__ is {self.name(function.__code__)}")
        self.test(f"{f}.__defaults__ is {self.name(function.__defaults__)}")
        if function.__kwdefaults__ is not None:
            kept = self.name(dict(function.__kwdefaults__))
            self.test(f"{f}.__kwdefaults__ == {kept}")
        elif function.__code__.co_kwonlyargcount:
            self.test(f"{f}.__kwdefaults__ is None")

    def add_path(self, item: Guard) -> None:
        root, *attributes = item.path.split(".")
        if item.root is None and not (hasattr(builtins, root) or root in mentioned(item.function.__code__)):
            return  # a name that the compiler made for a builtin whose own name is taken
        where, value = self.root(root, item.function) if item.root is None else (self.name(item.root), item.root)
        for name in attributes:
            # A module on the way is known once it is tested: what follows need not look it up again.
            if isinstance(value, ModuleType):
                self.test(f"{where} is {self.name(value)}")
                where = self.name(value)
            where, value = f"{where}.{name}", getattr(value, name)
        if item.frozen:
            self.test(f"{where} == {self.name(item.value)}")
        elif isinstance(item.value, DATA) and not item.exact:
            self.add_data(where, item.value)
        elif isinstance(item.value, MethodType):  # made anew each time that it is read
            self.test(f"{where} == {self.name(item.value)}")
        else:
            self.test(f"{where} is {self.name(item.value)}")

    def add_parts(self, item: Parts) -> None:
        found = isinstance(item.function, FunctionType)
        where = self.root(item.path, item.function)[0] if found else self.name(item.value)  # type: ignore[arg-type]
        self.test(f"{self.name(_same_parts(item.value))}({where})")

    def add_class(self, item: ClassGuard) -> None:
        """Tests in the order in which Python looks: the bases before the one that has the name lack it still."""
        for parent in item.cls.__mro__:
            if parent.__module__ == "builtins":
                continue
            space = f"{self.name(parent)}.__dict__"
            if item.name in vars(parent):
                self.test(f"{space}.get({item.name!r}) is {self.name(item.value)}")
                return
            self.test(f"{item.name!r} not in {space}")

    def add_data(self, where: str, value: Any) -> None:
        if isinstance(value, (bool, type(None))):
            self.test(f"{where} is {value}")
        elif type(value) in PLAIN:
            self.test(f"type({where}) is {self.name(type(value))}")
        else:
            self.test(f"{self.name(_same_kind(value))}({where})")

    def root(self, name: str, function: FunctionType) -> tuple[str, Any]:
        """Text that looks a name up as `function` does, and what it finds now."""
        free = function.__code__.co_freevars
        if name in free:
            cell = (function.__closure__ or ())[free.index(name)]
            return f"{self.name(cell)}.cell_contents", cell.cell_contents
        space = function.__globals__
        if name in space:
            return f"{self.name(space)}[{name!r}]", space[name]
        inner = space.get("__builtins__", builtins)
        inner = inner if isinstance(inner, dict) else vars(inner)
        self.test(f"{name!r} not in {self.name(space)}")
        return f"{self.name(inner)}[{name!r}]", inner[name]

    def compiled(self) -> Callable[[], bool]:
        self.test(f"{self.name(table.DECLARATIONS)}[0] == {table.generation()}")
        body = "\n            and ".join(self.tests)
        text = f"""
def make({", ".join(self.objects)}):
    def fresh():
        try:
            return (
            {body})
        except (LookupError, AttributeError, NameError, ValueError):  # a name is gone, or a cell is empty
            return False
    return fresh
"""
        space: dict[str, Any] = {}
        exec(text, space)
        fresh: Callable[[], bool] = space["make"](**self.objects)
        return fresh


def _functions(value: Any) -> list[FunctionType]:
    """The functions behind a value whose code is relied on."""
    if isinstance(value, property):
        return [f for f in (value.fget, value.fset) if isinstance(f, FunctionType)]
    inner = value.__func__ if isinstance(value, (staticmethod, classmethod)) else getattr(value, "func", value)
    inner = getattr(inner, "py_func", inner)  # what Numba has compiled
    return [inner] if isinstance(inner, FunctionType) else []


def _same_parts(value: Any) -> Callable[[Any], bool]:
    """The test that another object has the same parts, of the same kinds."""
    from adjoint.analysis.structured import structure_of

    key, kind = exact(value), structure_of(value)
    return lambda other: exact(other) == key or structure_of(other) == kind


def _same_kind(value: Any) -> Callable[[Any], bool]:
    """The test that another value is of this one's kind (made quick for the case that nothing changed)."""
    from adjoint.analysis.values import kinds_of

    key, kinds = exact(value), kinds_of((value,))
    return lambda other: exact(other) == key or kinds_of((other,)) == kinds
