"""Generated texts kept on disk: the second process does not even import our compiler.

What is kept of a derivative is its texts, how each free name of theirs is found again, and the guards in words that
another process understands ("`helper` is a function with this code", "`SCALE` is a float": `words.py`). Each is tested
when the texts are read; where one fails, or something has no such words (objects taken apart, recursive functions,
rules of the user's), the compiler runs. The key is the function's code, the arguments' kinds, the options, and our own
files as they are.

Texts for Python and texts for Numba are kept alike. `ADJOINT_CACHE_TEXTS=0` turns this off, but for machine code.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from types import CellType, FunctionType
from typing import TYPE_CHECKING, Any

from adjoint.analysis import extents
from adjoint.backends import words
from adjoint.backends.digests import digest, of_code, of_lines, ours
from adjoint.backends.option import Linked, Numba
from adjoint.backends.store import Store, store
from adjoint.backends.words import Unspoken, Words
from adjoint.classes import dataclass, replace
from adjoint.compiled import Compiled
from adjoint.debug import MODE
from adjoint.emit.functions import Text, from_text, text_of
from adjoint.guards import Guard
from adjoint.rules.table import THEIRS
from adjoint.templates import LEAF

if TYPE_CHECKING:
    from adjoint.orders import Order

VARIABLE = "ADJOINT_CACHE_TEXTS"
VARIANTS = 4  # of one key
# Raised by what is not as it was.
_OTHERWISE = (Unspoken, LookupError, AttributeError, ImportError, ValueError, TypeError)


@dataclass(frozen=True)
class Key:
    """What a text is found by."""

    kept: Store
    name: str
    target: FunctionType
    option: Numba | None


def key_for(order: Order) -> Key | None:
    """The key for what is asked of the compiler, as far as there are words for it."""
    asked = order.kinds, order.mode, order.wrt, order.single, order.outcome
    return _key(order.target, asked, _lines(order), order.backend)


def key_for_numbers(target: FunctionType, kinds: Sequence[Any], names: Sequence[str]) -> Key | None:
    """The key for the question which of these parameters a function uses as numbers only."""
    return _key(target, ("numbers", tuple(kinds), tuple(names)), of_lines(target.__code__), None)


def _key(target: FunctionType, asked: tuple[Any, ...], lines: Iterable[str], option: Numba | None) -> Key | None:
    kept = store() if option is None or option.cache else None
    # A rule that a user has declared for a function of NumPy's may be part of any derivative.
    if kept is None or os.environ.get(VARIABLE) == "0" or MODE.on or not all(THEIRS.values()):
        return None
    try:
        said = words.said((asked, option))
        own = [target.__qualname__, *of_code(target.__code__), *lines, *words.defaults(target)]
    except Unspoken:
        return None
    return Key(kept, digest([*own, said, ours(), *_versions(option)]), target, option)


def _lines(order: Order) -> Iterable[str]:
    """Where the user wrote what is differentiated: the lines of a generated text come from there."""
    if not order.of_gradient:
        return of_lines(order.target.__code__)
    text = text_of(order.target)
    return [text.source, repr(sorted(text.lines.items()))]


def keep(key: Key, compiled: Compiled, answers: Mapping[extents.Question, bool]) -> None:
    """Keep a compiled derivative, if it can be told in words, with the answers about sizes that it relies on."""
    simple = not (compiled.callees or compiled.outer or compiled.hidden or compiled.again or compiled.checkpointed)
    if not simple or compiled.template != LEAF:
        return
    # What is compiled in is found by its value with the machine code, and guarded anew.
    guards: list[Any] = [g for g in compiled.guards if not isinstance(g, Guard) or not g.frozen]
    functions = [f for f in (compiled.run, compiled.reverse) if f is not None]
    try:
        words.said(compiled.result)
        told = words.told(guards, key.target)
        parts = [_told(m, key.target, guards) for m in compiled.native or [Linked(f, f) for f in functions]]
    except Unspoken:
        return
    rest = compiled.text, compiled.result, compiled.changes, compiled.parts, compiled.several, tuple(answers.items())
    _write(key, (told, parts, rest))


def keep_numbers(key: Key, names: Iterable[str], guards: Sequence[Any]) -> None:
    """Keep the answer which parameters are used as numbers only."""
    with suppress(Unspoken):
        _write(key, (words.told(guards, key.target), tuple(names)))


def numbers_found(key: Key) -> frozenset[str] | None:
    """The answer that was kept, if all that it relies on is still so."""
    for variant in _variants(key):
        with suppress(*_OTHERWISE):
            told, names = pickle.loads(variant)
            words.understood(told, key.target)
            return frozenset(names)
    return None


def found(key: Key, again: Callable[[], Compiled]) -> Compiled | None:
    """What was kept, put together in this process; `again` compiles anew what was not."""
    for variant in _variants(key):
        compiled = _put_together(variant, key, again)
        if compiled is not None:
            return compiled
    return None


def _variants(key: Key) -> list[bytes]:
    """What was kept under a key: for other sizes, with other functions called, the latest first."""
    content = key.kept.read(key.name)
    found: list[bytes] = [] if content is None else pickle.loads(content)
    return found


def _write(key: Key, content: Any) -> None:
    """Keep one more variant under a key."""
    variant = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    others = [other for other in _variants(key) if other != variant]
    key.kept.write(key.name, pickle.dumps([variant, *others[: VARIANTS - 1]], pickle.HIGHEST_PROTOCOL))


def _put_together(variant: bytes, key: Key, again: Callable[[], Compiled]) -> Compiled | None:
    """A derivative of what was kept of it; None where that does not hold here."""
    try:
        told, parts, (text, result, changes, taken, several, answers) = pickle.loads(variant)
        if not extents.hold(answers):
            return None
        guards = words.understood(told, key.target)
        made = [_linked(part, key, guards) for part in parts]
    except _OTHERWISE:
        return None
    extents.note(answers)
    compiled = Compiled(
        made[0].run, made[1].run if len(made) > 1 else None, text, (), tuple(guards), result, changes, parts=taken
    )
    return replace(compiled, several=several) if key.option is None else _native(compiled, made, key.option, again)


def _native(compiled: Compiled, made: list[Linked], option: Numba, again: Callable[[], Compiled]) -> Compiled:
    """The same with functions that Numba compiles."""
    from adjoint.backends.jit import connected

    guards = connected(option, [m.dispatcher for m in made], [], compiled.guards)
    if made[0].run is not made[0].dispatcher:
        made[0] = replace(made[0], closed=cache(lambda: again().native[0].closed()))  # type: ignore[misc]
    return replace(compiled, guards=(*compiled.guards, *guards), native=tuple(made))


def _versions(option: Numba | None) -> list[str]:
    if option is None:
        return []
    from adjoint.backends.disk import versions

    return [versions()]


# Functions


def _told(made: Linked, target: FunctionType, guards: Sequence[Guard]) -> Words:
    """A generated function: its text, and the words for what its names stand for; the same of what calls it."""
    native = None if made.dispatcher is None else _told_text(made.linked, made.free, guards)
    if made.run is made.dispatcher:
        return native, None
    cells = _cells(target)
    own = _cells(made.run)
    live = [name for name, cell in own.items() if cells.get(name) is cell]
    others = {name: cell.cell_contents for name, cell in own.items() if name not in live}
    call = [name for name, value in others.items() if value is made.dispatcher and native is not None]
    helpers = {name: value for name, value in others.items() if name not in call}
    return native, (_told_text(made.run, helpers, guards), live, call, _is_users(made.run, target))


def _told_text(function: FunctionType, free: Mapping[str, Any], guards: Sequence[Guard]) -> Words:
    known = text_of(function)
    meanings = {name: words.word(value, guards) for name, value in free.items()}
    return known.source, dict(known.lines), function.__name__, meanings


def _linked(part: Words, key: Key, guards: Sequence[Guard]) -> Linked:
    native, entry = part
    dispatcher = None
    if native is not None:
        from adjoint.backends.jit import jitted

        source, lines, name, meanings = native
        linked = from_text(Text(source, lines), name, _meant(meanings, guards))
        dispatcher = jitted(linked, key.option)  # type: ignore[arg-type]
        if entry is None:
            return Linked(dispatcher, linked, dispatcher)
    (source, lines, name, meanings), live, call, is_users = entry
    values = _meant(meanings, guards) | dict.fromkeys(call, dispatcher)
    cells = _cells(key.target)
    scope = key.target.__globals__ if is_users else None
    run = from_text(Text(source, lines), name, values, {n: cells[n] for n in live}, scope)
    return Linked(run, run if native is None else linked, dispatcher)


def _meant(meanings: Mapping[str, Words], guards: Sequence[Guard]) -> dict[str, Any]:
    return {name: words.meant(w, guards) for name, w in meanings.items()}


def _cells(function: FunctionType) -> dict[str, CellType]:
    return dict(zip(function.__code__.co_freevars, function.__closure__ or ()))


def _is_users(function: FunctionType, target: FunctionType) -> bool:
    """Does a text look its names up where the user's function does, or where there is nothing?

    Raises:
        Unspoken: if elsewhere.
    """
    if function.__globals__ is target.__globals__:
        return True
    if set(function.__globals__) != {"__builtins__", "__name__"}:
        raise Unspoken(function.__name__)
    return False
