"""The messages of the compiler's refusals, as far as their texts are constant; `test_limits.py` wants a case for each.

A message is a text with a space in it that is given, by itself or by a name, to what describes or raises a refusal:
`problem_at(node, f"`{name}` cannot be …", ADVICE)`, `raise UnsupportedArgument(…)`, `ev.demote(…)`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SPEAKING = re.compile(r"(^|_)refuse|problem|demot|Demotion|unless_it_matters")


@dataclass(frozen=True)
class Message:
    """A message's text as it is written, where, and its constant parts in their order."""

    place: str
    written: str
    parts: tuple[str, ...]

    def is_in(self, text: str) -> bool:
        """Are the constant parts in a text, in their order?"""
        at = 0
        for part in self.parts:
            found = text.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        return True


def messages(package: Path, raising: set[str], left_out: Sequence[str]) -> Iterator[Message]:
    """The messages of a package's files; `raising` are the classes of its errors."""
    for path in sorted(package.rglob("*.py")):
        name = str(path.relative_to(package))
        if name in ("errors.py", "__main__.py") or name.startswith(tuple(left_out)):
            continue
        tree = ast.parse(path.read_text())
        named = _named(tree)
        seen = {}
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and _speaks(call, raising):
                given = [*call.args, *(k.value for k in call.keywords)]
                seen.update({id(text): text for text in _texts(given, named)})
        for text in seen.values():
            parts = tuple(" ".join(p.split()) for p in _constants(text))
            if " " in max(parts, key=len, default=""):
                yield Message(f"{name}:{getattr(text, 'lineno', 0)}", ast.unparse(text), parts)


def _speaks(call: ast.Call, raising: set[str]) -> bool:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    return name in raising or SPEAKING.search(name) is not None


def _named(tree: ast.Module) -> Mapping[str, list[ast.expr]]:
    """What each name of a file is bound to, anywhere in it."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found.setdefault(name, []).append(value)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                for target, value in zip(targets, values, strict=False):
                    found.setdefault(getattr(target, "id", ""), []).append(value)
    return found


def _texts(given: Sequence[ast.expr], named: Mapping[str, list[ast.expr]]) -> Iterator[ast.expr]:
    """The texts among what a call is given, those that names stand for too."""
    for value in given:
        match value:
            case ast.Name(id=name):
                bound = [v for v in named.get(name, ()) if not isinstance(v, ast.Name)]
                yield from _texts(bound, named)
            case ast.IfExp():
                yield from _texts([value.body, value.orelse], named)
            case ast.Constant(value=str()) | ast.JoinedStr():
                yield value


def _constants(text: ast.expr) -> Iterator[str]:
    match text:
        case ast.Constant(value=str(value)):
            yield value
        case ast.JoinedStr(values=values):
            for part in values:
                yield from _constants(part)
