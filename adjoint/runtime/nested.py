"""What generated code calls for derivatives taken inside a function."""

from __future__ import annotations

from typing import Any

import numpy as np


def ones_like(value: Any) -> Any:
    """The seed of the gradient of a sum."""
    return np.ones_like(value) if isinstance(value, np.ndarray) else 1.0
