"""Where a text comes from: what messages need to know of it, and all of Core that is needed without a compiler."""

from __future__ import annotations

from collections.abc import Mapping

from adjoint.classes import dataclass, field


@dataclass(frozen=True)
class Origin:
    """Where a function's text comes from: `line` is the number in `file` of `lines[0]`.

    Of a text of ours, `sources` maps the lines that statements start on to the user's file and line.
    """

    file: str
    line: int
    lines: tuple[str, ...]
    name: str
    sources: Mapping[int, tuple[str, int]] = field(default_factory=dict)
