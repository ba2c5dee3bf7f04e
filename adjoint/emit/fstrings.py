"""Spell f-strings so that Python 3.11 reads them too: no backslash and no quote of its own kind inside a field.

>>> import gast
>>> from adjoint.emit.printer import to_source
>>> print(to_source(gast.parse("f'{x!r:>{w}}{{}}' + f'{d[1]}' + f'{p[\\"a\\"]}\\\\n'")))
f"{x!r:>{w}}{{}}" + f"{d[1]}" + f'{p["a"]}\\n'
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import gast

from adjoint.errors import InternalError

QUOTES = ('"', "'", '"""', "'''")


def fstring(node: Any, show: Callable[[Any], str]) -> str:
    """The source text of a JoinedStr; `show` gives that of a field's expression."""
    parts = list(_parts(node, show))
    fields = "".join(text for is_field, text in parts if is_field)
    quote = next((q for q in QUOTES if q not in fields), None)
    if quote is None or (sys.version_info < (3, 12) and ("\\" in fields or "\n" in fields)):
        raise InternalError("printer", "an f-string has quotes or backslashes in its fields that nest too deeply")
    return f"f{quote}{''.join(t if is_field else _escaped(t, quote) for is_field, t in parts)}{quote}"


def _parts(node: Any, show: Callable[[Any], str]) -> Iterator[tuple[bool, str]]:
    """The pieces of the string in order: (True, a field's text) or (False, characters)."""
    for value in node.values:
        if isinstance(value, gast.Constant):
            yield False, value.value.replace("{", "{{").replace("}", "}}")
            continue
        text = show(value.value)
        yield True, "{ " if text.startswith("{") else "{"
        yield True, text
        yield True, "" if value.conversion == -1 else f"!{chr(value.conversion)}"
        if value.format_spec is not None:
            yield True, ":"
            yield from _parts(value.format_spec, show)
        yield True, "}"


def _escaped(text: str, quote: str) -> str:
    return "".join(
        f"\\{c}" if c in (quote[0], "\\") else c if c.isprintable() else c.encode("unicode_escape").decode("ascii")
        for c in text
    )
