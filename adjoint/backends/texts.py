"""Generated texts kept on disk: the second process does not even run our compiler.

What is kept of a derivative is its texts, how each free name of theirs is found again, and the guards in words that
another process understands ("`helper` is a function with this code", "`SCALE` is a float"). Each is tested when the
texts are read; where one fails, or something has no such words (objects taken apart, recursive functions, rules of the
user's), the compiler runs. The key is the function's code, the arguments' kinds, the options, and our own
files as they are.
"""

from __future__ import annotations

import builtins
import importlib
import os
import pickle
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, reduce
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from adjoint.analysis import extents
from adjoint.arguments import exact
from adjoint.backends.disk import digest, of_code, versions
from adjoint.backends.jit import connected, jitted
from adjoint.backends.option import Linked, Numba, python_of
from adjoint.backends.store import Store, store
from adjoint.compiled import Compiled
from adjoint.debug import MODE
from adjoint.emit.functions import Text, from_text, text_of
from adjoint.guards import DATA, Guard
from adjoint.rules.table import THEIRS
from adjoint.templates import LEAF

_ADDRESS = re.compile(r"0x[0-9a-f]{4}")
Words = tuple[Any, ...]  # what says in another process which object is meant


class Unspoken(Exception):
    """There are no words for this."""


@dataclass(frozen=True)
class Key:
    """What a text is found by."""

    kept: Store
    name: str
    target: FunctionType
    option: Numba


def key_for(target: FunctionType, option: Numba, request: Sequence[Any]) -> Key | None:
    """The key for a request, as far as there are words for it."""
    kept = store() if option.cache else None
    described = [repr(part) for part in request]
    # A function or an object among the arguments is known by its address, which says nothing.
    if kept is None or MODE.on or not all(THEIRS.values()) or any(map(_ADDRESS.search, described)):
        return None
    code = target.__code__
    own = [*of_code(code), repr(target.__defaults__), repr(target.__kwdefaults__)]
    own += [target.__qualname__, code.co_filename, str(code.co_firstlineno), code.co_linetable.hex()]
    return Key(kept, digest([*own, *described, repr(option), versions(), _ours()]), target, option)


def keep(key: Key, compiled: Compiled, answers: Mapping[extents.Question, bool]) -> None:
    """Keep a compiled derivative, if it can be told in words, with the answers about sizes that it relies on."""
    simple = not (compiled.callees or compiled.outer or compiled.hidden or compiled.parts or compiled.again)
    if not simple or compiled.template != LEAF or compiled.checkpointed:
        return
    # What is compiled in is found by its value with the machine code, and guarded anew.
    guards = [g for g in compiled.guards if isinstance(g, Guard) and not g.frozen]
    if not all(isinstance(g, Guard) for g in compiled.guards):
        return
    try:
        told = _told_guards(guards, key.target)
        parts = [_told(m, key.target, guards) for m in compiled.native]
    except Unspoken:
        return
    rest = compiled.text, compiled.result, compiled.changes, tuple(answers.items())
    key.kept.write(key.name, pickle.dumps((told, parts, rest)))


def found(key: Key, again: Callable[[], Compiled]) -> Compiled | None:
    """What was kept, put together in this process; `again` compiles anew what was not."""
    content = key.kept.read(key.name)
    if content is None:
        return None
    try:
        told, parts, (text, result, changes, answers) = pickle.loads(content)
        if not extents.hold(answers):
            return None  # made for other sizes: compiled anew, and written over
        guards = _guards(told, key.target)
    except (Unspoken, LookupError, AttributeError, ImportError, ValueError, TypeError, pickle.UnpicklingError):
        return None
    extents.note(answers)
    made: list[Linked] = []
    for part in parts:
        made.append(_linked(part, key, guards))
    more = connected(key.option, [m.dispatcher for m in made], [], guards)
    reverse = made[1].run if len(made) > 1 else None
    if made[0].run is not made[0].dispatcher:
        made[0] = replace(made[0], closed=cache(lambda: again().native[0].closed()))  # type: ignore[misc]
    return Compiled(made[0].run, reverse, text, (), (*guards, *more), result, changes, native=tuple(made))


# Functions


def _told(made: Linked, target: FunctionType, guards: Sequence[Guard]) -> Words:
    """A generated function: its text, and the words for what its names stand for; the same of what calls it."""
    native = _told_text(made.linked, made.free, guards)
    if made.run is made.dispatcher:
        return native, None
    cells = dict(zip(target.__code__.co_freevars, target.__closure__ or ()))
    own = dict(zip(made.run.__code__.co_freevars, made.run.__closure__ or ()))
    live = [name for name, cell in own.items() if cells.get(name) is cell]
    helpers = {n: c.cell_contents for n, c in own.items() if n not in live and c.cell_contents is not made.dispatcher}
    call = [n for n, c in own.items() if n not in live and c.cell_contents is made.dispatcher]
    return native, (_told_text(made.run, helpers, guards), live, call)


def _told_text(function: FunctionType, free: Mapping[str, Any], guards: Sequence[Guard]) -> Words:
    known = text_of(function)
    words = {name: _word(value, guards) for name, value in free.items()}
    return known.source, dict(known.lines), function.__name__, words


def _linked(part: Words, key: Key, guards: Sequence[Guard]) -> Linked:
    (source, lines, name, words), entry = part
    values = {n: _meant(w, guards) for n, w in words.items()}
    linked = from_text(Text(source, lines), name, values)
    dispatcher = jitted(linked, key.option)
    if entry is None:
        return Linked(dispatcher, linked, dispatcher)
    (source, lines, name, words), live, call = entry
    values = {n: _meant(w, guards) for n, w in words.items()} | dict.fromkeys(call, dispatcher)
    cells = dict(zip(key.target.__code__.co_freevars, key.target.__closure__ or ()))
    run = from_text(Text(source, lines), name, values, {n: cells[n] for n in live}, key.target.__globals__)
    return Linked(run, linked, dispatcher)


# Objects


def _word(value: Any, guards: Sequence[Guard]) -> Words:
    """The words for an object."""
    if isinstance(value, ModuleType):
        return "module", value.__name__
    if isinstance(value, DATA):
        return _word_of_data(value, guards)
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    for module in (getattr(value, "__module__", None), "numpy", "builtins"):
        if isinstance(module, str) and isinstance(name, str) and module != "__main__":
            with_name = "named", module, name
            try:
                if _meant(with_name, ()) is value:
                    return with_name
            except (AttributeError, ImportError):
                pass
    for k, guard in enumerate(guards):
        if guard.value is value:
            return "guarded", k
    raise Unspoken


def _word_of_data(value: Any, guards: Sequence[Guard]) -> Words:
    """Data is what a guard found: one alone, since two may differ in another process."""
    places = [k for k, guard in enumerate(guards) if guard.value is value]
    if len(places) != 1:
        raise Unspoken
    return "guarded", places[0]


def _meant(words: Words, guards: Sequence[Guard]) -> Any:
    match words:
        case "module", name:
            return importlib.import_module(name)
        case "named", module, name:
            return reduce(getattr, name.split("."), importlib.import_module(module))
        case "guarded", k:
            return guards[k].value
    raise Unspoken


# Guards


def _told_guards(guards: Sequence[Guard], target: FunctionType) -> list[Words]:
    """The guards in words; a function among them is one whose names later ones may look up."""
    functions = [target]
    found: list[Words] = []
    for guard in guards:
        if not any(guard.function is f for f in functions):
            raise Unspoken
        where = next(k for k, f in enumerate(functions) if f is guard.function)
        root = None if guard.root is None else guard.root.__name__
        try:
            value = _looked_up(guard.path, guard.function, guard.root)
        except (LookupError, AttributeError, ValueError):
            raise Unspoken from None
        if value is not guard.value:
            raise Unspoken
        found.append((guard.path, where, root, guard.exact, _seen(value)))
        functions += filter(None, [_function(value)])
    return found


def _function(value: Any) -> FunctionType | None:
    """The function whose code is relied on, in a guarded object."""
    return value if isinstance(value, FunctionType) else python_of(value)


def _seen(value: Any) -> Words:
    """What is relied on of a guarded object."""
    if _is_theirs(value):
        raise Unspoken
    if value is None or isinstance(value, (bool, str, bytes)):
        return "same", repr(value)
    if isinstance(value, DATA):
        return "kind", repr(exact(value))
    function = _function(value)
    if function is None:
        return _word(value, ())
    code = [*of_code(function.__code__), repr(function.__defaults__), repr(function.__kwdefaults__)]
    return "code", type(value).__name__, digest(code)


def _is_theirs(value: Any) -> bool:
    """Has a user declared a rule for this, or that it is constant?"""
    return any(value is known for known in THEIRS)


def _guards(told: Sequence[Words], target: FunctionType) -> list[Guard]:
    """The guards, each tested.

    Raises:
        Unspoken: if one does not hold.
    """
    functions = [target]
    found = []
    for path, where, root_name, is_exact, seen in told:
        root = None if root_name is None else importlib.import_module(root_name)
        value = _looked_up(path, functions[where], root)
        guard = Guard(path, value, functions[where], is_exact, root)
        if _seen(value) != seen:
            raise Unspoken
        found.append(guard)
        functions += filter(None, [_function(value)])
    return found


def _looked_up(path: str, function: FunctionType, root: ModuleType | None) -> Any:
    """What a path stands for where a function looks it up."""
    name, *attributes = path.split(".")
    if root is not None:
        return reduce(getattr, attributes, root)
    free = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
    if name in free:
        value = free[name].cell_contents
    else:
        space = function.__globals__
        value = space[name] if name in space else getattr(builtins, name)
    return reduce(getattr, attributes, value)


# Our own files


@cache
def _ours() -> str:
    """Our own files as they are: texts are of the compiler's making."""
    return digest(sorted(_stamps(Path(__file__).parents[1])) + [np.__version__])


def _stamps(directory: Path) -> Iterator[str]:
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _stamps(Path(entry.path))
            elif entry.name.endswith(".py"):
                found = entry.stat()
                yield f"{entry.path} {found.st_size} {found.st_mtime_ns}"
