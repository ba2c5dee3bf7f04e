"""Break a long line inside brackets, so that it reads as the usual formatters lay it out.

    >>> print(*wrap("    x_bar = np.concatenate((first_bar, second_bar)) + scale * third_bar", 40), sep="\\n")
        x_bar = (
            np.concatenate(
                (first_bar, second_bar)
            )
            + scale * third_bar
        )
    >>> print(*wrap("return add_at(some_array, some_index, some_value)", 40), sep="\\n")
    return add_at(
        some_array, some_index, some_value
    )

Only line breaks are put in where Python ignores them, parentheses round the whole right-hand side, and the comma after
the last of several arguments. What cannot be broken so stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

STEP = "    "
# What may be put in parentheses: all that comes after one of these.
ASSIGNMENT = re.compile(r" (?:[-+*/@%&|^]|//|\*\*|>>|<<)?= ")
KEYWORD = re.compile(r"(?:return|if|elif|while|assert) ")
OTHER_STATEMENT = re.compile(r"(?:import|from|del|global|nonlocal|with|async|try|except\*?|case|match|class|type) ")
# Operators in the order in which a line breaks before them: those that bind loosest first.
OPERATORS = [
    re.compile(r" (?=(?:if|else) )"),
    re.compile(r" (?=or )"),
    re.compile(r" (?=and )"),
    re.compile(r" (?=(?:==|!=|<=?|>=?|in|not in|is) )"),
    re.compile(r" (?=[|] )"),
    re.compile(r" (?=[\^] )"),
    re.compile(r" (?=& )"),
    re.compile(r" (?=(?:<<|>>) )"),
    re.compile(r" (?=[-+] )"),
    re.compile(r" (?=(?:[*]|@|/|//|%) )"),
]
COMMA = re.compile(r",(?: |$)")
COMPREHENSION = re.compile(r" (?=for )")
CONDITION = re.compile(r" (?=if )")
LAMBDA = re.compile(r"\blambda\b[^:]*:")


def wrap(line: str, width: int = 100) -> list[str]:
    """The lines that a statement of one line (or the header of a compound one) is broken into."""
    code = line.lstrip(" ")
    indent = line[: len(line) - len(code)]
    if len(line) <= width or OTHER_STATEMENT.match(code):
        return [line]
    start = _value_start(code)
    if start is None:
        return _in_brackets(code, indent, width)
    end = len(code) - code.endswith(":")
    value = code[start:end]
    if not _can_enclose(value):
        return _in_brackets(code, indent, width)
    inner = _pieces(value, indent + STEP, width)
    return [f"{indent}{code[:start]}(", *inner, f"{indent}){code[end:]}"]


def _value_start(code: str) -> int | None:
    """Where the expression begins that parentheses may be put round; None where there is no such place."""
    outside = _outside(code)
    found = [m.end() for m in ASSIGNMENT.finditer(outside)]
    keyword = KEYWORD.match(code)
    if keyword:
        # `assert test, message` is not one expression.
        return None if code.startswith("assert") and COMMA.search(outside) else keyword.end()
    return found[-1] if found and not code.startswith("def ") else None


def _can_enclose(value: str) -> bool:
    outside = _outside(value)
    return bool(COMMA.search(outside)) or any(op.search(outside) for op in OPERATORS)


def _pieces(value: str, indent: str, width: int) -> list[str]:
    """The lines of an expression, or of some with commas between them, that stands in brackets."""
    outside = _outside(value)
    if len(indent) + len(value) <= width:
        return [indent + value]
    if COMPREHENSION.search(outside):
        parts = _split(value, COMPREHENSION)
    elif COMMA.search(outside):
        arguments = [_pieces(part, indent, width - 1) for part in _split(value.removesuffix(","), COMMA)]
        return [line for lines in arguments for line in (*lines[:-1], lines[-1] + ",")]
    else:
        parts = next((_split(value, op) for op in OPERATORS if op.search(outside)), [value])
    return [line for part in parts for line in _part(part, indent, width)]


def _part(code: str, indent: str, width: int) -> list[str]:
    """The lines of an operand: broken in its brackets if it has any, else before its own operators."""
    if code.startswith("for "):
        # Its commas are no delimiters: they are of the targets.
        target, *tests = _split(code, CONDITION)
        return _in_brackets(target, indent, width) + [line for test in tests for line in _part(test, indent, width)]
    if _full_brackets(code) or not any(op.search(_outside(code)) for op in OPERATORS):
        return _in_brackets(code, indent, width)
    return _pieces(code, indent, width)


def _in_brackets(code: str, indent: str, width: int) -> list[str]:
    """Break inside the last brackets that hold anything (the longest, where the rest would still be too long)."""
    pairs = _full_brackets(code)
    if len(indent) + len(code) <= width or not pairs:
        return [indent + code]
    start, end = pairs[-1]
    if max(start, len(code) - end) + len(indent) >= width:
        start, end = max(pairs, key=lambda pair: pair[1] - pair[0])
    head = _in_brackets(code[:start], indent, width - 1)
    tail = _in_brackets(code[end + 1 :], indent, width - 1)
    head[-1] += code[start]
    tail[0] = indent + code[end] + tail[0].removeprefix(indent)
    return [*head, *_pieces(code[start + 1 : end], indent + STEP, width), *tail]


def _split(code: str, at: re.Pattern[str]) -> list[str]:
    outside, parts, start = _outside(code), [], 0
    for match in at.finditer(outside):
        parts.append(code[start : match.start()])
        start = match.end()
    return [*parts, code[start:]]


def _outside(code: str) -> str:
    """The code with what stands in brackets, in strings and between `lambda` and its colon blanked out by dots."""
    outside = "".join(c if depth == 0 else "." for c, depth in zip(code, _depths(code)))
    return LAMBDA.sub(lambda m: "." * len(m.group()), outside)


def _full_brackets(code: str) -> list[tuple[int, int]]:
    """Where the outermost brackets that hold anything open and close."""
    pairs, start = [], 0
    for k, depth in enumerate(_depths(code)):
        if depth == 1 and code[k] in "([{":
            start = k
        if depth == 1 and code[k] in ")]}" and k > start + 1:
            pairs.append((start, k))
    return pairs


def _depths(code: str) -> Iterator[int]:
    """How deep each character stands in brackets, these included; -1 in a string."""
    depth, k = 0, 0
    while k < len(code):
        if code[k] in "\"'":
            end = _string_end(code, k)
            yield from [-1] * (end - k)
            k = end
            continue
        depth += code[k] in "([{"
        yield depth
        depth -= code[k] in ")]}"
        k += 1


def _string_end(code: str, start: int) -> int:
    quote = code[start : start + 3]
    quote = quote if quote in ('"""', "'''") else code[start]
    k = start + len(quote)
    while k < len(code) and not code.startswith(quote, k):
        k += 2 if code[k] == "\\" else 1
    return k + len(quote)
