"""Rules of `scipy.spatial.distance`: importing this package declares them."""

from adjoint.rules.scipy.spatial import pairs, vectors

__all__ = ["pairs", "vectors"]
