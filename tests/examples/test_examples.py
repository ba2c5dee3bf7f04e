"""The examples run, as a user runs them: each asserts its own results; what it prints and writes is looked at here."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PNG = b"\x89PNG\r\n\x1a\n"


def run(name: str, directory: Path) -> str:
    """What an example prints, run in another directory."""
    result = subprocess.run(
        [sys.executable, str(ROOT / "examples" / name)],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg", "MPLCONFIGDIR": str(directory / "matplotlib")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_quickstart(tmp_path: Path) -> None:
    printed = run("quickstart.py", tmp_path)
    assert "gradient by x:" in printed
    assert "def growth_grad(" in printed
    assert "all derivatives agree" in printed


def test_textbook(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    printed = run("textbook.py", tmp_path)
    assert "all results as they should be" in printed
    assert "digraph" in printed
    assert (tmp_path / "sine.png").read_bytes().startswith(PNG)


def test_digits(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    right = re.search(r"right on ([\d.]+)% of the 449 digits held back", run("digits.py", tmp_path))
    assert right is not None
    assert float(right[1]) >= 95


def test_lotka_volterra(tmp_path: Path) -> None:
    pytest.importorskip("scipy")
    pytest.importorskip("matplotlib")
    printed = run("lotka_volterra.py", tmp_path)
    assert "a = 0.540, b = 0.0272, c = 0.796, d = 0.0237" in printed
    assert (tmp_path / "lotka_volterra.png").read_bytes().startswith(PNG)
