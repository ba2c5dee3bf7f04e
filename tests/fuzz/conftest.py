"""Put the helpers of this directory, and the numeric tests' oracle, on the path."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
for folder in (HERE, HERE.parent / "numeric"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
