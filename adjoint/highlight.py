"""Python text in colours for a terminal.

>>> highlight("return 1  # x")
'\\x1b[34mreturn\\x1b[0m \\x1b[36m1\\x1b[0m  \\x1b[90m# x\\x1b[0m'
>>> highlight("x = (", colours=False)
'x = ('
"""

from __future__ import annotations

import io
import keyword
import os
import tokenize
from typing import Any

_RESET = "\x1b[0m"
_KEYWORD, _NUMBER, _STRING, _COMMENT = "\x1b[34m", "\x1b[36m", "\x1b[32m", "\x1b[90m"


def highlight(text: str, colours: bool = True) -> str:
    """Return the text with keywords, numbers, strings and comments coloured; as it is where it cannot be read."""
    if not colours:
        return text
    lines = text.splitlines(keepends=True)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return text
    for token in reversed(tokens):  # from behind, so that the columns before stay true
        colour = _colour(token)
        (row, column), (end_row, end_column) = token.start, token.end
        if colour and row == end_row:
            line = lines[row - 1]
            lines[row - 1] = f"{line[:column]}{colour}{line[column:end_column]}{_RESET}{line[end_column:]}"
    return "".join(lines)


def wants_colours(stream: Any) -> bool:
    """True for a terminal, unless its user has asked for no colours."""
    return bool(getattr(stream, "isatty", bool)()) and "NO_COLOR" not in os.environ


def _colour(token: tokenize.TokenInfo) -> str | None:
    if token.type == tokenize.NAME and keyword.iskeyword(token.string):
        return _KEYWORD
    return {tokenize.NUMBER: _NUMBER, tokenize.STRING: _STRING, tokenize.COMMENT: _COMMENT}.get(token.type)
