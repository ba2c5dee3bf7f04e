"""Why statements of the compiler could be deleted unnoticed, and what was done about each: those that need words.

A survivor of kind "test" has a test since; one of kind "dead" is gone from the compiler. Of others `explaining.py` says
what their place says.
"""

from __future__ import annotations

from survivor import Survivor
from survivors_analysis import ANALYSIS
from survivors_differentiate import DIFFERENTIATE
from survivors_tidy import TIDY

TRIED = (
    Survivor(
        "differentiate/reserved", "reserved", "others += ['_'] if '_' in fn._names and _is_read(fn) else []", "test",
        "`underscore_read_below_a_loop`: a wrong gradient without it",
    ),
    Survivor(
        "analysis/results", "kind_of_result", "return UNKNOWN", "test",
        "`one_variance_added_to`: a wrong gradient without it", "analysis/infer",
    ),
    Survivor(
        "analysis/containers", "is_maker", "return any((primitive is f for f in MAKERS))", "test",
        "`pairs_copied_and_appended`: a wrong gradient without it",
    ),
    Survivor(
        "analysis/dataflow", "step", "end = self.merge(end, raised)", "test",
        "`bound_before_what_fails`: a name unbound without it",
    ),
    Survivor(
        "differentiate/dicts", "last_taken", "return [first, second, self.taken(stmt, value, name", "test",
        "`last_entry_thrown_away`: an internal error without it",
    ),
    Survivor(
        "differentiate/containers", "augmented", "return self.replaced(stmt, name, core.binary(load(name), gast.Mult",
        "test", "`list_repeated_in_place`: refused without it",
    ),
    Survivor(
        "differentiate/refusals", "refuse_foreign_memory",
        "raise_problems(UnsupportedMutation, problems, fn.origin)", "test",
        "`test_an_array_of_others_is_not_put_back`: not refused without it", was="differentiate/gradient",
    ),
    Survivor(
        "differentiate/dicts", "updated", "return self.writer.refuse(stmt, f'{name}.update'", "test",
        "`test_a_dictionary_is_updated_by_dictionaries_and_lists_alone`: an error of NumPy's without it",
    ),
    Survivor(
        "analysis/indexing", "_basic_shape", "return None", "test",
        "`test_too_many_indices_are_told_by_numpy`: an internal error without it",
    ),
    Survivor(
        "tidy/effects", "is_helper", "return module.startswith(('adjoint.runtime', 'adjoint.rules'))", "test",
        "`test_what_a_helper_gives_is_written_where_it_is_used`: a longer text without it",
    ),
    Survivor(
        "tidy/site", "reads", "return any((isinstance(n, gast.Name) and n.id == self.name", "test",
        "`test_a_test_is_written_in_the_choice_that_it_makes`: a longer text without it",
    ),
    Survivor(
        "differentiate/numpy_calls", "vector_store", "return [stmt]", "test",
        "`test_vectors_in_equal_steps_are_not_looked_at_when_the_program_runs`: a needless check without it",
    ),
    Survivor(
        "analysis/indexing", "indexed", "item = items[core.constant_value(index)]", "dead",
        "constant tuples are tuples of kinds: the case was never reached",
    ),
    Survivor("analysis/record", "overwrite", "return needed", "time", "nothing is needed: nothing is found below"),
    Survivor("tidy/copies", "rank", "self.ranks[name] = found", "time", "a cache"),
    Survivor("differentiate/text", "is_fresh", "return True", "time", "at most a copy more"),
    Survivor(
        "tidy/refold", "drop", "self.watch.drop(name)", "time",
        "what is gone is found again, and leaving it does nothing",
    ),
    Survivor("analysis/alias", "is_swap", "return False", "time", "the pattern below does not match"),
    Survivor("syntax/core", "stored_name", "return None", "same", "the end of the function", was="analysis/alias"),
    Survivor("analysis/storage", "_related", "return False", "same", "the end of the function"),
    Survivor("tidy/effects", "pops", "return False", "same", "the end of the function"),
    Survivor(
        "differentiate/statements", "bind_mirrored", "return", "same",
        "a holder is never defined and never has a cotangent of its own to take",
    ),
    Survivor(
        "analysis/unknown", "unknown_problem", "advice = 'Pass the object as an argument of the function.'", "open",
        "other refusals came before this one wherever it was tried",
    ),
    Survivor(
        "analysis/containers", "shares_items", "return any(map(shares_items, items))", "open",
        "less is recorded without it, and the collection is right; refusals stay",
    ),
    Survivor(
        "differentiate/ownership", "memory_groups", "shared = sorted(core.names_read(value))", "open",
        "more is written in one line without it, and the collection is right",
    ),
    Survivor(
        "analysis/expressions", "_result", "return None", "open",
        "of a call by keywords whose values are not known yet; no text of the collection differs without it",
        "analysis/infer",
    ),
)  # fmt: skip
TABLES = (ANALYSIS, DIFFERENTIATE, TIDY)
READ = tuple(Survivor(module, *row) for table in TABLES for module, rows in table.items() for row in rows)
SURVIVORS = TRIED + READ
