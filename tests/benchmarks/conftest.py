"""Tests here import the oracle of the numeric tests, and the benchmarks from the root."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1] / "numeric")]
