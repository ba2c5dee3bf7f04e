"""Why statements of the compiler could be deleted unnoticed, and what was done about each: those that need words.

A survivor of kind "test" has a test since; one of kind "dead" is gone from the compiler. Of others `explaining.py` says
what their place says.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parent.parent.parent / "adjoint"

KINDS = {
    "test": "a gap in the tests, which has a test now (this run had no time to come to it)",
    "dead": "dead code, removed",
    "same": "`pass` does the same: the function ends, or goes on to find nothing to do",
    "shortcut": "an early way out: in the tests that were met what follows came to the same, to the letter of the text",
    "time": "costs time or an easier text alone",
    "changed": "another text, whose numbers are right wherever they were compared",
    "open": "not explained: no test that was met fails, no text differs, no program is known to go wrong",
    "unreached": "not explained: no test of the run comes here",
}


@dataclass(frozen=True)
class Survivor:
    """A statement (its beginning) in a function of a module; `was` is the module that it was in when it was deleted."""

    module: str
    function: str
    statement: str
    kind: str
    why: str
    was: str = ""

    def is_there(self) -> bool:
        """Does the function still have such a statement?"""
        tree = ast.parse((PACKAGE / f"{self.module}.py").read_text())
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == self.function]
        return any(self.fits(ast.unparse(s)) for f in functions for s in ast.walk(f) if isinstance(s, ast.stmt))

    def fits(self, statement: str) -> bool:
        return statement == self.statement or len(self.statement) > 30 and statement.startswith(self.statement)


SURVIVORS = (
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
