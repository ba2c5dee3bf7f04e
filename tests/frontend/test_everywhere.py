"""Source is found wherever Python keeps it: files, archives, `-c`, prompts, cells; else a refusal says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FUNCTION = "def cube(x):\n    return x * x * x\n"
ASK = "import adjoint\nprint(adjoint.grad(cube)(2.0))\n"
KEPT = sys.version_info >= (3, 13)  # what is typed at a prompt

REFUSED = "`cube` has no source that can be read"


def run(*arguments: str, given: str = "", cwd: Path = ROOT) -> str:
    """What a Python process prints, the last line of its error where it fails."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHON_BASIC_REPL": "1", "TERM": "dumb"}
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        input=given,
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment,
        timeout=120,
    )
    return done.stdout + done.stderr


def test_a_script_and_a_module(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(FUNCTION + ASK)
    assert run("script.py", cwd=tmp_path) == "12.0\n"
    assert run("-m", "script", cwd=tmp_path) == "12.0\n"
    (tmp_path / "user.py").write_text("from script import cube\n" + ASK)
    assert run("user.py", cwd=tmp_path) == "12.0\n12.0\n"


def test_a_module_in_an_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "library.zip", "w") as archive:
        archive.writestr("inside.py", FUNCTION)
    text = f"import sys\nsys.path.insert(0, {str(tmp_path / 'library.zip')!r})\nfrom inside import cube\n{ASK}"
    (tmp_path / "user.py").write_text(text)
    assert run("user.py", cwd=tmp_path) == "12.0\n"


def test_an_archive_that_is_run(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "app.zip", "w") as archive:
        archive.writestr("__main__.py", FUNCTION + ASK)
    assert run("app.zip", cwd=tmp_path) == "12.0\n"


def test_the_command_line() -> None:
    assert run("-c", FUNCTION + ASK) == "12.0\n"
    assert run(
        "-c", "import adjoint; print(adjoint.grad(lambda x: x * x)(3.0), adjoint.grad(lambda x: 5 * x)(3.0))"
    ) == ("6.0 5.0\n")


def test_text_that_is_executed_is_not_taken_for_that_of_the_command_line() -> None:
    printed = run("-c", f"exec({FUNCTION.replace('x * x * x', 'x + 1')!r})\n{ASK}")
    assert "SourceNotFound" in printed


def test_text_without_a_file_is_refused() -> None:
    printed = run("-", given=FUNCTION + ASK)
    assert REFUSED in printed
    assert "Put the function into a file or a notebook cell" in printed
    printed = run("-c", f"space = {{}}\nexec({FUNCTION!r}, space)\ncube = space['cube']\n{ASK}")
    assert "SourceNotFound" in printed
    assert "linecache.cache[name] = len(text), None, text.splitlines(True), name" in printed


def test_a_prompt() -> None:
    lines = FUNCTION + "\n" + ASK + FUNCTION.replace("x * x * x", "5 * x") + "\nprint(adjoint.grad(cube)(2.0))\n"
    printed = run("-i", "-q", given=lines)
    if KEPT:
        assert "12.0" in printed
        assert "5.0" in printed
    else:
        assert REFUSED in printed
        assert "the prompt of Python 3.13 will do" in printed


EDITED = """\
import adjoint, pathlib, edited
gradient = adjoint.grad(edited.cube)
file = pathlib.Path(edited.__file__)
{early}
file.write_text(file.read_text().replace("x * x * x", "x * x"))
try:
    print(gradient(2.0))
except adjoint.SourceNotFound as error:
    print(str(error).splitlines()[0])
"""


@pytest.mark.parametrize(
    ("early", "printed"),
    [("", "the source of `cube` is not what runs\n"), ("gradient(2.0)", "12.0\n")],
    ids=["before", "after"],
)
def test_a_file_edited_after_its_import(tmp_path: Path, early: str, printed: str) -> None:
    (tmp_path / "edited.py").write_text(FUNCTION)
    (tmp_path / "user.py").write_text(EDITED.format(early=early))
    assert run("user.py", cwd=tmp_path) == printed


def test_the_pythonic_prompt_of_ipython() -> None:
    pytest.importorskip("IPython")
    cells = [
        FUNCTION,
        "import adjoint",
        "print(adjoint.grad(cube)(2.0))",
        "def cube(x):\n    return 7 * x",
        "print(adjoint.grad(cube)(2.0))",
        "%timeit -n1 -r1 adjoint.grad(cube)(2.0)",
    ]
    text = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        f"shell = InteractiveShell.instance()\nfor cell in {cells!r}:\n    shell.run_cell(cell)\n"
    )
    printed = run("-c", text)
    assert "12.0" in printed
    assert "7.0" in printed
    assert "Error" not in printed
