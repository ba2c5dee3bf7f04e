"""The normal form of every construct, to be read."""

from __future__ import annotations

import constructs

from adjoint.emit.printer import to_source
from adjoint.frontend.resolve import resolve
from adjoint.frontend.source import parse
from adjoint.normalize import normalize


def test_constructs(golden):
    texts = [to_source(normalize(resolve(parse(original))).tree).strip() for original, _ in constructs.CASES]
    golden("normalize/constructs.py", "\n\n\n".join(texts) + "\n")
