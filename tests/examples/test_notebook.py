"""The notebook of the examples, run by a real kernel, shows what it has kept (`--update-golden` writes that anew)."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "examples" / "tour.ipynb"

# In a process of its own: the packages of Jupyter give warnings of their own.
PROGRAM = """\
import sys, nbclient, nbformat
notebook = nbformat.read(sys.argv[1], 4)
nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[2])
"""


@pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("nbclient", "ipykernel")), reason="needs nbclient and ipykernel"
)
def test_the_notebook_shows_what_it_has_kept(tmp_path: Path, update_golden: bool) -> None:
    path = tmp_path / "run.ipynb"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JUPYTER_PLATFORM_DIRS": "1"}
    command = [sys.executable, "-c", PROGRAM, str(NOTEBOOK), str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    kept, shown = json.loads(NOTEBOOK.read_text()), json.loads(path.read_text())
    if update_golden:
        for cell, new in zip(kept["cells"], shown["cells"], strict=True):
            if cell["cell_type"] == "code":
                cell |= {"outputs": new["outputs"], "execution_count": new["execution_count"]}
        NOTEBOOK.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    assert [outputs(cell) for cell in kept["cells"]] == [outputs(cell) for cell in shown["cells"]]


def outputs(cell: Any) -> list[str]:
    """The text that a cell has put out."""
    found = []
    for output in cell.get("outputs", ()):
        text = output.get("text") or output.get("data", {}).get("text/plain") or output.get("traceback")
        found.append("".join(text))
    return found
