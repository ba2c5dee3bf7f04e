"""What pytest leaves out where an optional package is missing."""

import os
import tempfile
from importlib.util import find_spec

# Tests keep machine code apart from the user's.
os.environ.setdefault("ADJOINT_CACHE_DIR", os.path.join(tempfile.gettempdir(), f"adjoint-tests-{os.getuid()}"))
# The compiler is what they test: what an earlier run has kept of it would stand in the way.
os.environ.setdefault("ADJOINT_CACHE_TEXTS", "0")

# What Numba compiles
_NUMBA = (
    "along", "checks", "compile", "contractions", "copies", "disk", "elementary", "jit", "lower", "numpy_functions",
    "overloads", "records", "steps",
)  # fmt: skip
collect_ignore = [] if find_spec("numba") else [f"adjoint/backends/{name}.py" for name in _NUMBA]
# The tests of SciPy's rules leave themselves out; these are modules whose doctests would be looked for.
collect_ignore_glob = (
    [] if find_spec("scipy") else ["adjoint/rules/scipy/*", "tests/rules/coverage_scipy.py", "tests/rules/samples_*.py"]
)
