"""Functions whose derivative is zero wherever it exists, and those that have an effect."""

from __future__ import annotations

import numpy as np

from adjoint.rules.registry import constant

constant(len, range, isinstance, print, np.zeros, np.argmax)
constant(print, np.random.rand, pure=False)
