"""The families of forms: importing this registers them all, `scalars` first, whose first form always fits."""

from __future__ import annotations

import importlib

FAMILIES = (
    "scalars", "stores", "aliases", "branches", "loops", "helpers", "closures", "containers", "effects", "writing",
    "language", "dicts", "kept", "classes", "more",
)  # fmt: skip
for name in FAMILIES:
    importlib.import_module(f"families.{name}")
