"""The compiler, watched: tests count what is compiled, and may slow it down or make it wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adjoint import pipeline


class Watched:
    """`requests` are those that reached the compiler; `compile` may be replaced."""

    def __init__(self) -> None:
        self.requests: list[pipeline.Request] = []
        self.compile: Callable[[pipeline.Request], Any] = pipeline.compile

    def __call__(self, request: pipeline.Request) -> Any:
        self.requests.append(request)
        return self.compile(request)


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> Watched:
    watched = Watched()
    monkeypatch.setattr(pipeline, "compile", watched)
    return watched
