"""Bugs planted on purpose are found by the small hunt; `python tests/fuzz/planted.py` plants them all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from planted import ROOT, Plant
from plants import ELUSIVE, PLANTS

EACH = 1  # of the plants, in a test run; which ones changes with the compiler's text
# `width` decides where lines are broken; what `inferred` says of memory counts where the differentiation says nothing;
# what `unknown` refuses is right, has a derivative of zero, or fails, where it is let through.
LEFT_OUT = ("__init__", "example", "width", "inferred", "unknown", "records")


@pytest.mark.parametrize("plant", [*PLANTS, *ELUSIVE], ids=lambda p: f"{p.module}: {p.what}")
def test_what_a_plant_replaces_is_there(plant: Plant) -> None:
    compile(plant.text(), plant.module, "exec")


@pytest.mark.parametrize("folder", ["analysis", "differentiate", "tidy"])
def test_every_module_has_a_plant(folder: str) -> None:
    modules = {f"{folder}/{path.stem}" for path in (ROOT / "adjoint" / folder).glob("*.py")}
    assert {m for m in modules if m.split("/")[1] not in LEFT_OUT} <= {p.module for p in PLANTS}


def test_some_plants_are_found() -> None:
    size = sum(path.stat().st_size for path in sorted((ROOT / "adjoint").rglob("*.py")))
    start = size % len(PLANTS)
    names = [p.what for p in (PLANTS * 2)[start : start + EACH]]
    script = Path(__file__).parent / "planted.py"
    done = subprocess.run([sys.executable, str(script), *names], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
