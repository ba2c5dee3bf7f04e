"""Tests here compile with Numba, and import the oracle and the programs of the numeric tests."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "numeric")]
collect_ignore_glob = [] if find_spec("numba") else ["*.py"]
