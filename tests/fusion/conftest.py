"""Tests here import the collection of functions beside them and the oracle of the numeric tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "numeric")]
