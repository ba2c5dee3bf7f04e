"""The families of forms: importing this registers them all. The first form registered is what always fits."""

from __future__ import annotations

from families import scalars  # noqa: F401, I001  (first: the fallback)
from families import aliases, branches, closures, containers, effects, helpers, loops, stores  # noqa: F401
