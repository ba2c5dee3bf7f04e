"""Tests here import the samples beside them."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

if importlib.util.find_spec("scipy") is not None:
    importlib.import_module("samples_scipy")
