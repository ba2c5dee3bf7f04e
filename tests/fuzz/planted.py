"""Bugs planted on purpose, which the hunt must find: `python tests/fuzz/planted.py [names of modules]`.

Each plant replaces one snippet of one module of the compiler; a plant whose snippet is gone is an error, so that the
list stays true. Each runs in a process of its own, in which the module is compiled from the changed text.
"""

from __future__ import annotations

import argparse
import importlib.abc
import importlib.machinery
import json
import os
import resource
import sys
import time
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(HERE.parent / "numeric"), str(ROOT)]
BUDGET = 120  # programs: those that every test run judges
TRAPS_AFTER = 15  # programs come the fixed ones, which take no time


@dataclass(frozen=True)
class Plant:
    """`old` in the module becomes `new`; `what` says what is then wrong."""

    module: str
    what: str
    old: str
    new: str

    @property
    def path(self) -> Path:
        return ROOT / "adjoint" / f"{self.module}.py"

    def text(self) -> str:
        """The module's text with the bug in it."""
        text = self.path.read_text()
        if text.count(self.old) != 1:
            raise LookupError(f"{self.module}: the snippet stands there {text.count(self.old)} times: {self.old!r}")
        return text.replace(self.old, self.new)


class Changed(importlib.abc.MetaPathFinder, importlib.machinery.SourceFileLoader):
    """Imports one module from a changed text."""

    def __init__(self, name: str, path: Path, text: str) -> None:
        super().__init__(name, str(path))
        self.text = text

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        if fullname != self.name:
            return None
        is_package = self.path.endswith("__init__.py")
        places = [os.path.dirname(self.path)] if is_package else None
        return (
            importlib.machinery.ModuleSpec(fullname, self, origin=self.path)
            if not is_package
            else _package(fullname, self, self.path, places)
        )

    def get_code(self, fullname: str) -> Any:
        return compile(self.text, self.path, "exec")


def _package(name: str, loader: Any, path: str, places: Any) -> Any:
    spec = importlib.machinery.ModuleSpec(name, loader, origin=path, is_package=True)
    spec.submodule_search_locations = places
    return spec


def install(module: str, text: str) -> None:
    """Let the module of this name (a path below the package) be imported from a text."""
    name = "adjoint." + module.replace("/", ".").removesuffix(".__init__")
    assert name not in sys.modules, f"{name} is imported already"
    sys.meta_path.insert(0, Changed(name, ROOT / "adjoint" / f"{module}.py", text))


def hunted(budget: int = BUDGET, first: int = 0) -> str:
    """The first failure among the programs of a small hunt, "" where there is none."""
    from generator import Program
    from hunt import looks_of, size_of
    from judge import judge
    from traps import TRAPS, trap

    for seed in range(first, first + budget):
        program = Program(seed, size_of(seed))
        looks = tuple(name for name in looks_of(seed, 1) if name != "Numba")
        verdict = judge(program, f"<planted {seed}>", looks)
        if verdict.kind in ("wrong", "crash"):
            return f"{verdict.kind} at {seed}: {verdict.detail.splitlines()[0][:90]}"
        for name in TRAPS if seed == first + TRAPS_AFTER else ():
            verdict = judge(trap(name), f"<trap {name}>")
            if verdict.kind in ("wrong", "crash"):
                return f"{verdict.kind}: {name}"
    return ""


def in_child(work: Any, seconds: int = 120) -> str:
    """What a function gives in a process of its own, as text; how it ended where that is otherwise.

    The seconds are those that the process computes, however busy the machine is.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        try:
            answer = work()
        except BaseException as error:  # whatever it is, the bug is noticed
            where = traceback.extract_tb(error.__traceback__)[-1]
            answer = f"crash: {type(error).__name__}: {error} ({where.name})"
        os.write(write, answer.encode()[:4000])
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        answer = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    return "takes too long" if os.WIFSIGNALED(status) else answer


def found(plant: Plant) -> str:
    """How a small hunt finds a plant, "" where it does not."""
    text = plant.text()

    def work() -> str:
        install(plant.module, text)
        return hunted()

    return in_child(work)


def run(plants: Iterable[Plant], state: Path | None = None) -> list[tuple[Plant, str]]:
    """Run some plants, and print how each is found; "" stands for one that is not. A state keeps what was found."""
    import hypothesis  # noqa: F401  (once, before the processes part)
    import numpy  # noqa: F401

    known = json.loads(state.read_text()) if state is not None and state.exists() else {}
    answers = []
    for plant in plants:
        key = f"{plant.module}: {plant.what}"
        if key in known:
            answers.append((plant, known[key]))
            continue
        start = time.time()
        try:
            answer = found(plant)
        except LookupError as gone:
            print(gone)
            answer = ""
        print(f"{plant.module:28} {plant.what:62} {answer or 'NOT FOUND'} ({time.time() - start:.0f} s)", flush=True)
        answers.append((plant, answer))
        known[key] = answer
        if state is not None:
            state.write_text(json.dumps(known, indent=1))
    return answers


def main() -> int:
    from plants import PLANTS

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "names", nargs="*", help="parts of modules' names or of what is wrong; all plants if none is given"
    )
    parser.add_argument("--state", type=Path, help="where answers are kept: a run that was cut short goes on there")
    parser.add_argument("--write", action="store_true", help="write the answers into docs/reliability.md")
    options = parser.parse_args()
    chosen = [p for p in PLANTS if not options.names or any(n in f"{p.module} {p.what}" for n in options.names)]
    answers = run(chosen, options.state)
    missed = [p for p, answer in answers if not answer]
    print(f"{len(missed)} not found")
    if options.write:
        from reliability import write_plants

        write_plants(answers)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
