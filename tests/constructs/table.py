"""Which program shows which construct: `python tests/constructs/table.py --write` writes docs/constructs.md from this.

A program is one of tests/numeric (differentiated there and compared with differences), or a test `file::name`. What is
refused names a part of the message that docs/limits.md shows.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "constructs.md"


@dataclass(frozen=True)
class Row:
    construct: str
    shown: str  # names, separated by spaces
    refused: str = ""  # a part of the message


R = Row

TABLE: dict[str, tuple[Row, ...]] = {
    "Loops and jumps": (
        R("`for`/`else`", "for_else jumps_out_2"),
        R("`while`/`else`", "while_else while_else_broken"),
        R("`while True` with `break`", "while_true while_true_in_loops"),
        R("`break`, `continue`, early `return`", "break_before_the_condition early_returns_2.3"),
        R("`return` from nested loops", "return_from_nested_loops_2.03 return_from_three_loops"),
        R("loops with dependent bounds", "triangular_loops range_ends_change"),
        R("the loop variable behind its loop", "loop_variable_afterwards"),
    ),
    "Statements": (
        R("starred unpacking", "starred_targets starred_of_tuples starred_of_rows"),
        R("`:=`", "walrus ternaries_and_chains"),
        R("`match`", "match_literals_sin_0 match_sequences_2_2 match_mappings_2"),
        R("`del`", "deleted_names_and_items deleted_items"),
        R("`assert`, `raise` in a branch not taken", "asserts_and_raises"),
        R("`try`, `except`, `else`, `finally`", "nothing_is_raised finally_after_every_jump_0"),
        R(
            "exceptions raised and caught",
            "caught_before_anything_matters_5.0",
            "an exception was caught after values that derivatives pass through had changed",
        ),
        R("`with`: `np.errstate`, a user's manager", "with_errstate with_users_manager with_in_a_loop"),
        R("`print`, f-strings", "prints text_beside data_beside"),
        R("imports, annotated assignments inside a function", "imports_inside"),
        R("`async`", "", "`async def` cannot be differentiated"),
    ),
    "Functions": (
        R("nested functions, closures", "nested_functions closures_on_two_levels"),
        R("`nonlocal`", "nonlocal_counter nonlocal_accumulator nonlocal_of_two_levels"),
        R("globals that are read", "globals_read global_read_in_a_helper"),
        R("`global` that is assigned", "global_that_varies read_by_a_helper global_array_rebound"),
        R("`nonlocal` of the function's own closure", "of_a_closure"),
        R("lambdas, several on a line", "two_lambdas_on_a_line lambdas_passed_on"),
        R("functions passed as arguments", "nested_function_passed_on lambdas_passed_on"),
        R(
            "functions kept in lists and dictionaries",
            "tests/numeric/programs_dispatch.py",
            "may hold values that derivatives pass through",
        ),
        R("functions chosen by a key of the run", "chosen_by_name chosen_by_place chosen_for_an_effect_store"),
        R(
            "`functools.cache`",
            "tests/numeric/programs_dispatch.py",
            "relies on its cache",
        ),
        R("`functools.partial`", "partials partial_of_a_method"),
        R("`functools.reduce`", "reduced_by_functions"),
        R("`map`", "mapped"),
        R("`any`, `all`", "any_and_all"),
        R("decorated callees", "decorators decorated_callees"),
        R("generator expressions in `sum` and the like", "generator_summed"),
        R("comprehensions of lists and dictionaries", "comprehensions_of_every_kind dict_comprehensions"),
        R("comprehensions of sets", "set_comprehension", "a value that derivatives pass through is put into a set"),
        R("recursion, mutual too", "recursion mutual_recursion deep_recursion recursion_that_returns_a_pair"),
        R("defaults, keyword-only parameters", "defaults_and_keywords positional_and_keyword_only"),
        R("`*args`, `**kwargs`", "star_arguments variadic"),
        R("`*args`, `**kwargs` of the function itself", "tests/api/test_variadic.py"),
        R("callees known only when they run", "tests/numeric/programs_dispatch.py method_of_an_argument"),
    ),
    "Builtins": (
        R("`max`, `min`, `abs`, `pow`, `sum`", "builtins_used extremes"),
        R("`divmod`, `//`, `%`", "divided"),
        R("`round`, `float`, `len`", "rounded builtins_used"),
        R("`int` of an active value as a trip count", "trips_of_a_value"),
    ),
    "Containers": (
        R("lists: append, pop, extend, insert", "popped_anywhere extended inserted list_of_arrays"),
        R("lists: items assigned, concatenated, sliced", "concatenated sliced slice_assigned list_of_numbers"),
        R(
            "dictionaries: literals, items, `get`, `update`",
            "dict_of_dicts looped_over got_by_key updated dict_methods",
        ),
        R("tuples that grow in a loop", "grown_by_a_sum grown_in_place grown_by_pairs"),
        R("`zip(*rows)`", "columns_of_lists columns_grown columns_of_a_matrix"),
        R("`heapq`, `OrderedDict`", "least_first merged_by_cost queue_of_events ordered"),
        R("tuples, named tuples", "several_results named_tuples"),
        R("data classes, attributes assigned", "data_class_and_super data_classes"),
        R("instances: methods, properties, `super()`, `__call__`", "data_class_and_super"),
        R("operators of users' classes", "operators"),
        R(
            "classes defined inside the function",
            "class_inside data_class_inside named_tuple_inside",
            "a class inside a function cannot be differentiated",
        ),
        R("objects as results", "tests/api/test_results.py"),
        R("arrays kept in containers that change", "list_of_arrays swapped_in_time rows_grown"),
    ),
    "NumPy": (
        R("`out=`", "out_by_keyword_and_position out_is_a_view out_in_a_tuple"),
        R("`where=`", "divide_where where_in_place reductions_of_some"),
        R("`x.fill`, `x.sort`, `x.item`", "fill_views sort_in_place item_of_arrays"),
        R("`np.copyto`, `np.put`, `np.fill_diagonal`", "copy_to put diagonals"),
        R("`np.add.at`", "ufunc_at"),
        R("`ufunc.reduce`, `outer`, `accumulate`", "ufunc_reduce ufunc_outer ufunc_accumulate"),
        R("`np.vectorize`, `np.apply_along_axis`", "vectorized along_axes"),
        R("repeated fancy indices", "repeated_store repeated_accumulate repeated_indices_of_every_kind"),
        R("boolean indices", "masks put_by_masks masks_with_slices"),
        R("`newaxis`, ellipsis, negative steps, slices of length zero", "strided new_axes steps_and_empty_slices"),
        R("views of views, writes through them", "view_of_a_view write_through_a_view overlapping_views"),
        R("swaps, rebinding, aliases", "swapped_in_time rebound_in_time a_choice_of_one_array"),
        R("data of other kinds beside", "data_beside text_beside"),
        R("random numbers, drawn once", "draws_of_a_seed rows_in_random_order tests/differentiate/test_draws.py"),
        R("`np.nditer`", "", "a loop over these items cannot be run backwards"),
    ),
    "Calls": (
        R("effects happen once", "effects tests/numeric/test_programs.py::test_effects_happen_once"),
        R("structured arguments and results", "tests/api/test_results.py"),
        R("`has_aux`", "tests/api/test_outcome.py"),
        R("a function that leaves its result in an argument", "tests/api/test_outcome.py"),
        R("arguments that share memory", "tests/api/test_sharing.py", "shares memory with"),
        R("masked arrays, matrices, arrays of objects", "", "is a MaskedArray, not a plain array"),
        R("source everywhere", "tests/frontend/test_everywhere.py tests/examples/test_notebook.py"),
        R("any names", "tests/hygiene/test_names.py tests/hygiene/test_shadowed.py"),
        R("threads, forks, interrupts", "tests/stress/test_threads.py tests/stress/test_interrupts.py"),
    ),
}

HEAD = """\
# What adjoint takes

Each construct with programs that show it: the names are those of functions in `tests/numeric`, differentiated there and
compared with central differences at random points, or files of tests. What is refused, and what to write instead, is in
[limits.md](limits.md). Written by `python tests/constructs/table.py --write`.
"""


def page() -> str:
    parts = [HEAD]
    for title, rows in TABLE.items():
        parts += [f"\n## {title}\n", "\n| construct | shown by | refused |\n|---|---|---|\n"]
        parts += [f"| {r.construct} | {_names(r)} | {_cell(r.refused)} |\n" for r in rows]
    return "".join(parts)


def _names(row: Row) -> str:
    return ", ".join(f"`{name}`" for name in row.shown.split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    if "--write" in sys.argv:
        PAGE.write_text(page())


if __name__ == "__main__":
    main()
