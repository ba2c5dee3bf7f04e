"""Sample calls of SciPy's functions: importing this loads their rules, too."""

import samples_linalg
import samples_signal
import samples_solvers
import samples_space
import samples_special
import samples_stats

__all__ = ["samples_linalg", "samples_signal", "samples_solvers", "samples_space", "samples_special", "samples_stats"]
