"""Delete single statements of the compiler, one at a time, and see whether anybody notices.

    python tests/fuzz/deletion.py --processes 2 --state deletion.json --seconds 3600
    python tests/fuzz/deletion.py --state deletion.json --report

Each simple statement of the analyses, the differentiation and the tidying is replaced by `pass`, where the module
still compiles. The mutant is *noticed* by a quick set of programs of the collection, by the small hunt, by the module's
own doctests, or by the tests of its own directory and the golden texts. What nobody notices survives. The
state is kept in a file: an interrupted run goes on where it was.
"""

from __future__ import annotations

import argparse
import ast
import json
import multiprocessing
import os
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(HERE.parent / "numeric"), str(ROOT)]

from planted import in_child, install  # noqa: E402

FOLDERS = ("analysis", "differentiate", "tidy")
LEFT_OUT = ("__init__", "example")  # nothing but names; the doctests' display
QUICK = 40  # programs of the hunt
EVERY = 6  # of the collection, every n-th program
SECONDS = 60  # of computing, for one mutant


@dataclass(frozen=True)
class Mutant:
    """A module (a path below the package) without the statement at a line."""

    module: str
    line: int
    statement: str

    @property
    def key(self) -> str:
        return f"{self.module}:{self.line}: {self.statement}"


def modules() -> list[str]:
    paths = [p for folder in FOLDERS for p in sorted((ROOT / "adjoint" / folder).glob("*.py"))]
    return [str(p.relative_to(ROOT / "adjoint").with_suffix("")) for p in paths if p.stem not in LEFT_OUT]


def mutants(module: str) -> list[Mutant]:
    """A mutant for each simple statement inside a function that does something."""
    tree = ast.parse((ROOT / "adjoint" / f"{module}.py").read_text())
    return [Mutant(module, s.lineno, ast.unparse(s).splitlines()[0][:90]) for s in _deletable(tree)]


def _deletable(tree: ast.Module) -> list[ast.stmt]:
    functions = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    shows = {s for f in functions if f.name == "show" for s in ast.walk(f)}
    kinds = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return, ast.Continue, ast.Break, ast.Raise, ast.Delete)
    found = {s for f in functions for s in ast.walk(f) if isinstance(s, kinds) and s not in shows}
    texts = {s for s in found if isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)}
    return sorted(found - texts, key=lambda s: s.lineno)


def without(mutant: Mutant) -> str:
    """The module's text with `pass` in the statement's place."""
    tree = ast.parse((ROOT / "adjoint" / f"{mutant.module}.py").read_text())
    target = next(s for s in _deletable(tree) if s.lineno == mutant.line)

    class Delete(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> Any:
            return ast.copy_location(ast.Pass(), node) if node is target else self.generic_visit(node)

    return ast.unparse(Delete().visit(tree))


def noticed(mutant: Mutant) -> str:
    """Who notices a mutant, "" where nobody does."""
    text = without(mutant)
    try:
        compile(text, "<mutant>", "exec")
    except SyntaxError:
        return "does not compile"

    def work() -> str:
        install(mutant.module, text)
        return _hunt() or _collection() or _texts(mutant)

    answer = in_child(work, SECONDS)
    return answer.split("\n")[0][:100]


def _collection() -> str:
    """Programs of the collection, some of them, at one point: bits of the result, gradient, a second pullback."""
    import warnings

    import numpy as np
    from differences import assert_gradients, fresh, random_cotangent
    from judge import same_bits
    from programs import PROGRAMS

    import adjoint

    warnings.simplefilter("ignore")
    for program in PROGRAMS[::EVERY]:
        rng = np.random.default_rng(0)
        args = program.args(rng)
        try:
            out, pullback = adjoint.vjp(program.f, wrt=list(program.wrt))(*fresh(args))
            expected = program.f(*fresh(args))
            same_bits(out, expected, "the result")
            cotangent = random_cotangent(expected, rng)
            first = pullback(cotangent)
            assert_gradients(program.f, args, program.wrt, cotangent, first)
            same_bits(pullback(cotangent), first, "a second pullback")
        except Exception as error:
            return f"{program.name}: {type(error).__name__}"
    return ""


def _hunt() -> str:
    from planted import hunted

    return hunted(QUICK)


def _texts(mutant: Mutant) -> str:
    """The doctests of the module, and the golden texts and own tests of its part of the package."""
    import contextlib
    import io

    import pytest

    part = mutant.module.split("/")[0]
    places = [f"adjoint/{mutant.module}.py", "tests/golden", f"tests/{part}", "tests/test_errors.py"]
    places = [p for p in places if (ROOT / p).exists()]
    os.chdir(ROOT)
    ignored = "ignore::pytest.PytestAssertRewriteWarning"  # much is imported already
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = pytest.main(["-x", "-q", "--no-header", "-p", "no:cacheprovider", "-W", ignored, *places])
    failed = [line for line in said.getvalue().splitlines() if line.startswith(("FAILED", "ERROR"))]
    return (failed or ["tests fail"])[0] if code else ""


def judged(mutant: Mutant) -> tuple[str, str]:
    try:
        return mutant.key, noticed(mutant)
    except Exception as error:
        return mutant.key, f"{type(error).__name__}: {error}"


def run(options: argparse.Namespace) -> None:
    state = load(options.state)
    todo = [m for module in modules() for m in mutants(module) if m.key not in state["answers"]]
    random.Random(1).shuffle(todo)  # what is done when time is up is a sample
    state["total"] = len(todo) + len(state["answers"])
    start = time.time()
    with multiprocessing.get_context("fork").Pool(options.processes) as pool:
        for key, answer in pool.imap_unordered(judged, todo):
            state["answers"][key] = answer
            options.state.write_text(json.dumps(state, indent=1))
            if not answer:
                print("survives", key, flush=True)
            if time.time() - start > options.seconds:
                pool.terminate()
                break


def load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text()) if path.exists() else {"answers": {}, "total": 0}


def report(state: dict[str, Any]) -> None:
    answers = state["answers"]
    survivors = sorted(key for key, answer in answers.items() if not answer)
    by_module = Counter(key.split(":")[0] for key in survivors)
    print(f"{len(answers)} of {state['total']} statements deleted, {len(survivors)} survive")
    for module, n in sorted(by_module.items()):
        print(f"{n:5d}  {module}")
    print(*survivors, sep="\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/reliability.md")
    options = parser.parse_args()
    if not options.report:
        os.nice(5)
        import hypothesis  # noqa: F401  (once, before the processes part)
        import numpy  # noqa: F401

        run(options)
    report(load(options.state))
    if options.write:
        from reliability import write_survivors

        write_survivors(load(options.state))
    return 0


if __name__ == "__main__":
    sys.exit(main())
