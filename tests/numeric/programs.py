"""All programs of the collection, in one list."""

from __future__ import annotations

import programs_aliases
import programs_arrays
import programs_calls
import programs_changes
import programs_chosen
import programs_configured
import programs_containers
import programs_contractions
import programs_copies
import programs_dispatch
import programs_enums
import programs_exceptions
import programs_found
import programs_gathered
import programs_generators
import programs_groups
import programs_indices
import programs_iteration
import programs_language
import programs_late
import programs_logistic
import programs_loops
import programs_missed
import programs_models
import programs_numpy
import programs_objects
import programs_outside
import programs_readback
import programs_recursion
import programs_renewed
import programs_review
import programs_rows
import programs_seldom
import programs_starred
import programs_states
import programs_structures
import programs_syntax
import programs_table
import programs_unpacked
import programs_unsure
from program import Program

PARTS = (
    programs_language, programs_loops, programs_arrays, programs_aliases, programs_calls, programs_recursion,
    programs_readback, programs_logistic,
    programs_contractions, programs_copies,
    programs_chosen, programs_found,
    programs_missed, programs_seldom,
    programs_review, programs_syntax, programs_numpy, programs_containers, programs_exceptions, programs_changes,
    programs_structures, programs_objects, programs_rows, programs_outside,
    programs_dispatch, programs_indices,
    programs_enums, programs_generators, programs_groups, programs_iteration, programs_late,
    programs_table, programs_gathered, programs_models, programs_configured,
    programs_renewed, programs_starred, programs_states, programs_unpacked, programs_unsure,
)  # fmt: skip
PROGRAMS: list[Program] = [program for part in PARTS for program in part.PROGRAMS]
REFUSED: list[Program] = [*programs_recursion.REFUSED, *programs_rows.REFUSED, *programs_missed.REFUSED]
