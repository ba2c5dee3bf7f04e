"""The documents tell the truth: each Python block of README.md and docs/ is run and prints what the document says.

The blocks of one document are one program. A block ```text that follows a block of Python is what that block prints;
`pytest --update-golden tests/test_project.py` writes these anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import adjoint

ROOT = Path(__file__).parent.parent
PROGRAMS = ["README.md", "docs/guide.md", "docs/conventions.md"]
DOCUMENTS = [*PROGRAMS, "docs/limits.md", "docs/constructs.md", "docs/architecture.md", "CONTRIBUTING.md"]

BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```\n(?:\n```text\n(?P<printed>.*?)^```\n)?", re.DOTALL | re.MULTILINE)
FRACTION = re.compile(r"-?\d+\.\d{9,}(e-?\d+)?")
BETWEEN = "-- the next block --"


@pytest.mark.parametrize("name", PROGRAMS)
def test_documents_print_what_they_say(name: str, tmp_path: Path, update_golden: bool) -> None:
    document = ROOT / name
    text = document.read_text()
    blocks = list(BLOCK.finditer(text))
    printed = run_blocks([block["code"] for block in blocks], tmp_path)
    if update_golden:
        text = with_outputs(text, blocks, printed)
        document.write_text(text)
        blocks = list(BLOCK.finditer(text))
    for block, got in zip(blocks, printed, strict=True):
        said = block["printed"] or ""
        assert rounded(got) == rounded(said), f"{name} prints something else after\n\n{block['code']}"


def rounded(text: str) -> str:
    """Long fractions to 9 digits: the last ones are the machine's own."""
    return FRACTION.sub(lambda found: f"{float(found[0]):.9g}", text)


def run_blocks(blocks: list[str], directory: Path) -> list[str]:
    """What each block prints, run one after the other as one file (the compiler needs a file to read)."""
    script = directory / "blocks.py"
    script.write_text(f"print({BETWEEN!r})\n".join(blocks))
    run = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.split(BETWEEN + "\n")


def with_outputs(text: str, blocks: list[re.Match[str]], printed: list[str]) -> str:
    parts, end = [], 0
    for block, got in zip(blocks, printed, strict=True):
        parts += [text[end : block.start()], f"```python\n{block['code']}```\n"]
        parts += [f"\n```text\n{got}```\n"] if got else []
        end = block.end()
    return "".join([*parts, text[end:]])


def test_every_public_name_is_in_a_document() -> None:
    documents = "".join((ROOT / name).read_text() for name in PROGRAMS)
    missing = [name for name in adjoint.__all__ if not re.search(rf"\b{name}\b", documents)]
    assert not missing


def test_links_of_the_documents_exist() -> None:
    for name in DOCUMENTS:
        text = re.sub(r"^```.*?^```$", "", (ROOT / name).read_text(), flags=re.DOTALL | re.MULTILINE)
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", text):
            assert ((ROOT / name).parent / link).exists(), f"{name} links to {link}"


def test_package_says_that_it_is_typed() -> None:
    assert (Path(adjoint.__file__).parent / "py.typed").exists()


def test_core_needs_only_what_it_declares() -> None:
    """Importing adjoint loads none of the extras."""
    extras = ["numba", "scipy", "matplotlib", "sklearn", "pytest", "hypothesis"]
    program = f"import sys, adjoint; print([name for name in {extras} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_version_is_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "version" in project["dynamic"]
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.dev\d+)?", adjoint.__version__)


def test_no_module_stands_in_the_place_of_a_function() -> None:
    modules = {path.stem for path in (ROOT / "adjoint").glob("*.py")} | {p.name for p in (ROOT / "adjoint").iterdir()}
    assert not modules.intersection(adjoint.__all__)
