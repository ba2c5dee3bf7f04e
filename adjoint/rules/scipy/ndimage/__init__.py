"""Rules of `scipy.ndimage`: importing this package declares them.

`output=`, which is written into, and `axes=` are refused.
"""

from adjoint.rules.scipy.ndimage import linear, measured, selections

__all__ = ["linear", "measured", "selections"]
