"""A stand-in for the compiler, used only where the real one is not wanted: gradients by complex step."""

from __future__ import annotations

import builtins
import dataclasses
import sys
import types
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
import pytest

from adjoint.guards import Guard


@dataclasses.dataclass(frozen=True)
class Request:
    target: Any
    wrt: tuple[str, ...]
    kinds: tuple[Any, ...]
    mode: str


@dataclasses.dataclass(frozen=True)
class Compiled:
    run: Any
    reverse: Any
    text: str
    callees: tuple[Any, ...] = ()
    guards: tuple[Guard, ...] = ()
    scalar: bool | None = True
    changes: tuple[str, ...] = ()


STEP = 1e-30


def _called(function: Any, values: Any) -> Any:
    n, names = function.__code__.co_argcount, function.__code__.co_varnames
    return function(*values[:n], **dict(zip(names[n:], values[n:])))


def _gradient(function: Any, args: tuple[Any, ...], which: int, seed: Any) -> Any:
    def at(value: Any) -> Any:
        out = _called(function, [*args[:which], value, *args[which + 1 :]])
        seeds, outs = (seed, out) if isinstance(out, tuple) else ((seed,), (out,))
        return sum(np.sum(np.asarray(s) * np.imag(np.asarray(o))) for s, o in zip(seeds, outs)) / STEP

    value = args[which]
    if not isinstance(value, np.ndarray):
        return at(complex(value) + 1j * STEP)
    found = np.zeros(value.shape)
    for index in np.ndindex(value.shape):
        moved = value.astype(complex)
        moved[index] += 1j * STEP
        found[index] = at(moved)
    return found


def _guards(function: FunctionType, seen: set[Any]) -> list[Guard]:
    if function in seen:
        return []
    seen.add(function)
    found = []
    names = [*function.__code__.co_names, *function.__code__.co_freevars]
    for name in names:
        cells = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
        if name in cells:
            value = cells[name].cell_contents
        elif name in function.__globals__:
            value = function.__globals__[name]
        elif hasattr(builtins, name):
            value = getattr(builtins, name)
        else:
            continue
        found.append(Guard(name, value, function))
        if isinstance(value, ModuleType):
            found += [Guard(f"{name}.{n}", getattr(value, n), function) for n in names if hasattr(value, n)]
        if isinstance(value, FunctionType):
            found += _guards(value, seen)
    return found


class Stub(types.ModuleType):
    """Counts compilations; `scalar` and `changes` are what it says of everything."""

    Request = Request

    def __init__(self) -> None:
        super().__init__("adjoint.pipeline")
        self.requests: list[Request] = []
        self.scalar: bool | None = True
        self.changes: tuple[str, ...] = ()

    def compile(self, request: Request) -> Compiled:
        self.requests.append(request)
        target = request.target
        # What runs is what was compiled: a change that no guard notices shows as a stale result.
        frozen = FunctionType(
            target.__code__, dict(target.__globals__), target.__name__, target.__defaults__, target.__closure__
        )
        names = target.__code__.co_varnames
        which = [names.index(n) for n in request.wrt]

        def reverse(*args: Any) -> tuple[Any, ...]:
            *params, _, seed = args
            return tuple([_gradient(frozen, tuple(params), k, seed) for k in which])

        def grad(*args: Any) -> Any:
            found = tuple([_gradient(frozen, args, k, 1.0) for k in which])
            return found[0] if len(found) == 1 else found

        run = {
            "grad": grad,
            "value_and_grad": lambda *args: (_called(frozen, args), grad(*args)),
            "split": lambda *args: (_called(frozen, args), ()),
        }[request.mode]
        text = f"def {target.__name__.strip('<>')}_{request.mode}(): ...\n"
        guards = tuple(_guards(target, set()))
        return Compiled(run, reverse if request.mode == "split" else None, text, (), guards, self.scalar, self.changes)


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> Stub:
    import adjoint

    stub = Stub()
    monkeypatch.setitem(sys.modules, "adjoint.pipeline", stub)
    monkeypatch.setattr(adjoint, "pipeline", stub, raising=False)
    return stub
