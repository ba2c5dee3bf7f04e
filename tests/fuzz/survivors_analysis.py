"""Why statements of `adjoint/analysis` could be deleted unnoticed: read in the code, or tried."""

from __future__ import annotations

# By module: the function, the statement (or how it begins), the kind of reason, and the reason.
ANALYSIS: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "analysis/activity": (
        (
            "_flows_of_bind", "yield from ((value.id, t.id) for t, value in zip(target.elts", "test",
            "`swapped_and_read_in_turn`: a wrong gradient without it",
        ),
        (
            "_operands", "return []", "shortcut",
            "a text (`fmt % x`) either way: what cannot vary has no flows, and `float` of it is refused",
        ),
        (
            "operands", "return _operands(expr, kinds, bindings)", "guard",
            "never reached in any test: the kinds come settled, with the function's own bindings",
        ),
        (
            "flows_of", "return list(_flows_of(stmt, kinds, bindings))", "guard",
            "never reached in any test: the kinds come settled, with the function's own bindings",
        ),
        (
            "_operands", "return sorted(free_names(expr))", "guard",
            "never reached by six programs: a lambda is written out, or becomes a function inside",
        ),
    ),
    "analysis/alias": (
        (
            "_sites", "sources.setdefault(target, []).append(source)", "same",
            "each name gets a site of its own besides: two overlap by it only where they do by another",
        ),
        ("_sites", "settled = False", "test", "`alias_of_the_trip_before`: a wrong gradient without it"),
        ("alias_pairs", "targets: list[str] = []", "same", "bound anew where a value is, else not read"),
        ("find", "root[name] = root.get(root[name], root[name])", "time", "shortens the way to a root"),
        ("alias_classes", "given.add(target)", "test", "`swapped_with_its_alias`: a wrong gradient without it"),
        (
            "_given_to", "return [*callee.args, *callee.keywords.values()]", "guard",
            "never reached: `alias_sources` asks before for what is fresh, as NumPy's of such rules are",
        ),
    ),
    "analysis/callees": (
        ("_call", "called = complex_sign", "test", "`sign_of_a_complex_number`: a zero gradient without it"),
        (
            "result_of", "return 'maybe'", "guard",
            "`x.astype(t, 'K')`, so many by position, is refused by the rule with or without it",
        ),
        (
            "_call", "return Callee(method, (expr.func.value, *expr.args), keywords,", "test",
            "`told_to_a_logger_made_here`: refused without it",
        ),
        (
            "_is_numeric", "return False", "same",
            "the function ends: None is as false, and nobody asks for more than its truth",
        ),
    ),
    "analysis/cheap": (
        (
            "is_cheap", "return True", "guard",
            "never reached for a slice: it stands in an index, which the case of that answers whole",
        ),
    ),
    "analysis/containers": (
        (
            "item_of", "return None", "time",
            "UNKNOWN of what is not known yet: items of unknown kind, the numbers are right",
        ),
        (
            "method_kind", "return UNKNOWN", "guard",
            "never reached in `case _`: `_of_call` asks of methods of names alone; else the end of it",
        ),
        (
            "made_by", "return None", "time",
            "`dict([])` is UNKNOWN at once, not once pairs are known: the numbers are right",
        ),
        (
            "made_by", "value = item_of(first)", "guard",
            "never reached by nine programs of `enumerate`: loops and lists of it are written out",
        ),
        (
            "made_by", "return None if value is None else ListOf(TupleOf((Number('int'), value)))", "guard",
            "never reached by nine programs of `enumerate`: loops and lists of it are written out",
        ),
        (
            "made_by", "return ListOf(None)", "guard",
            "`list()` that what varies is appended to is refused with it too, in other words",
        ),
        ("made_by", "return UNKNOWN", "same", "the match ends there, and what follows it is `return UNKNOWN`"),
    ),
    "analysis/dataflow": (
        (
            "step", "breaks.append(state)", "same",
            "`break` ends a body: what holds there holds at the loop's head too, and so behind it",
        ),
        (
            "loop", "end = self.merge(end, state)", "same",
            "`break` ends a body: what holds there holds at the loop's head too, and so behind it",
        ),
        ("forward", "solver.before[None] = end", "same", "nobody asks for the state at the end"),
        (
            "run", "return None", "guard",
            "never reached by four programs: what follows a `break`, or two of them, is dropped before",
        ),
    ),
    "analysis/expressions": (
        (
            "_of_sparse_product", "sparse, other = (left, right) if is_sparse(left) else (right, left)", "test",
            "test_scipy_interpolate.py `test_programs[sparse_product]`: a NameError without it",
        ),
        (
            "_of_sparse_product", "cells = sparse.attribute('data') if isinstance(sparse, Instance) else None", "test",
            "test_scipy_interpolate.py `test_programs[sparse_product]`: a NameError without it",
        ),
        (
            "_transposed", "base = [c for c in sparse.cls.__mro__ if c.__module__.startswith('scipy.spa", "test",
            "test_scipy_interpolate.py `test_programs[sparse_product]`: a NameError without it",
        ),
        (
            "_transposed", "return Instance(base, sparse.attributes)", "time",
            "a kind less is known; tests/rules/test_scipy_interpolate.py passes without it",
        ),
        (
            "_of_binary", "return _of_sparse_product(left, right)", "time",
            "a kind less is known; tests/rules/test_scipy_interpolate.py passes without it",
        ),
        (
            "_of_any", "return UNKNOWN", "guard",
            "`f(*p)` of a function that the run chooses is refused as one not known, with or without it",
        ),
        (
            "_of_one", "return UNKNOWN", "time",
            "None, which stays open and is unknown in the end; `fs[n](x)` with a coroutine is right",
        ),
    ),
    "analysis/extents": (
        (
            "note", "answers = tuple(answers)", "same",
            "all callers pass lists, tuples or what was unpickled of such: they are read again",
        ),
    ),
    "analysis/hidden": (
        (
            "_sinks", "yield (stmt, inside[name])", "guard",
            "a store into an alias known only at run time is refused all the same",
        ),
        (
            "_held_outside", "found[name] = found.get(owner, owner)", "guard",
            "a store into an alias known only at run time is refused all the same",
        ),
    ),
    "analysis/indexing": (
        (
            "_of_rows", "known: Kind | None = Number('int64' if all(map", "test",
            "`slice_and_array_in_a_row`: an internal error without it",
        ),
        ("_counted", "return UNKNOWN", "test", "`picked_of_a_squeezed_array`: a TypeError without it"),
    ),
    "analysis/infer": (
        ("look", "moved.add(name)", "test", "`mean_of_an_array_that_shrinks`: an error without it"),
        ("look", "self.changed[name] = self.clock", "test", "`mean_of_an_array_that_shrinks`: an error without it"),
        (
            "row_of", "return key", "time",
            "the kind of a key unpacked from a dictionary is not known: the numbers are right",
        ),
        (
            "row_of", "return item", "time",
            "the kind of an item unpacked from a tuple of any length is not known: right numbers",
        ),
        (
            "row_of", "return items[0]", "guard",
            "of a tuple unpacked into another number of names, which is refused, or Python's own error",
        ),
        (
            "row_of", "return functions", "guard",
            "of functions unpacked into another number of names: Python's ValueError when it runs",
        ),
    ),
    "analysis/kinds": (
        (
            "is_number", "return isinstance(kind, Number)", "guard",
            "never reached: nothing imports this function (others of its name are methods)",
        ),
        (
            "is_array", "return isinstance(kind, Array)", "guard",
            "never reached: nothing imports this function (others of its name are methods)",
        ),
        (
            "same_shape", "return True", "time",
            "`unbroadcast(g, like)` of two numbers stays in the text, and gives `g`: as right",
        ),
    ),
    "analysis/laundering": (
        (
            "_problems", "message = 'this depends on what was read from the text", "test",
            "`number_loaded_from_a_text`: an UnboundLocalError without it",
        ),
        (
            "_problems", "yield problem_at(value, message, ADVICE)", "test",
            "`number_loaded_from_a_text`: taken, and a wrong gradient, without it",
        ),
        (
            "_file", "yield stmt.value.args[0].id", "test",
            "`numbers_saved_to_a_name`: taken, and a wrong gradient, without it",
        ),
        ("_said_by", "targets.add(name)", "test", "`text_put_into_a_list`: taken, and a wrong gradient, without it"),
    ),
    "analysis/liveness": (
        (
            "before", "return self.at_head(stmt)", "guard",
            "never reached by six programs: a binding stands before a `while` in a branch",
        ),
        (
            "before", "return self.transfer(stmt, self.before_block(stmt.body, self.after[stmt]))", "time",
            "a cotangent is zero where the other branch ends, not before both: another text, as right",
        ),
    ),
    "analysis/needs": (
        (
            "_add_reads", "found.append((node.value.id, None, False))", "test",
            "`mean_of_an_array_that_shrinks`: an error without it",
        ),
    ),
    "analysis/odd_arrays": (
        (
            "refuse_odd_arrays", "problems += _of_sparse(fn, kinds, varied)", "test",
            "`test_a_sparse_matrix_that_varies_is_refused`: other words without it",
        ),
        (
            "_of_sparse", "continue", "test",
            "test_scipy_interpolate.py `test_programs[sparse_product]`: an AttributeError without it",
        ),
        (
            "_of_sparse", "paths = {core.path_of(node.left), core.path_of(node.right)}", "test",
            "`test_a_sparse_matrix_that_varies_is_refused`: a NameError without it",
        ),
        (
            "_of_sparse", "advice = 'Write the product with a vector by", "test",
            "`test_a_sparse_matrix_that_varies_is_refused`: a NameError without it",
        ),
        (
            "_of_sparse", "yield problem_at(node, 'a sparse matrix is computed with what varies',", "test",
            "`test_a_sparse_matrix_that_varies_is_refused`: no generator without it, a TypeError",
        ),
    ),
    "analysis/overlap": (
        ("trips", "return ANY", "test", "`stored_by_a_while_in_a_loop`: an AttributeError without it"),
        ("_step", "return 0", "test", "`stored_by_a_while_in_a_loop`: an AttributeError without it"),
        (
            "_distances", "return None", "guard",
            "never reached: a least is known of variables of loops alone, which are then common ones",
        ),
        (
            "_distances", "continue", "guard",
            "never reached: a least is known of variables of loops alone, which are then common ones",
        ),
    ),
    "analysis/places": (
        ("common", "found = blocks[0]", "guard", "never reached: nothing calls `common`"),
        ("common", "found = found.parent", "guard", "never reached: nothing calls `common`"),
        ("common", "return found", "guard", "never reached: nothing calls `common`"),
    ),
    "analysis/record": (
        (
            "overwrite", "needed = frozenset((t for t in needed if isinstance(t, NameToken) or", "time",
            "cells of memory that is bound anew afterwards are recorded needlessly",
        ),
        (
            "overwrite", "needed = needed.difference([t for t in hit if self.is_settled", "time",
            "what is put back here is recorded again before later stores",
        ),
        (
            "save_cells", "self.single.add(store)", "same",
            "what is needed only grows from walk to walk: the site stays at the store",
        ),
        (
            "save_cells", "self.covers.setdefault((target, _key(stored_index(store))), {})", "time",
            "cells that were saved before are saved again",
        ),
        (
            "save_cells", "del saved[former]", "same",
            "no store is left there: its loop holds the site that the store has now",
        ),
        (
            "choose_recomputed", "del self.names[name]", "time",
            "the number is recorded besides, and is the same as in the cell",
        ),
        (
            "is_plain", "return False", "guard",
            "never reached by programs of such indices: what an index computes is bound before it",
        ),
    ),
    "analysis/results": (
        (
            "kind_of_result", "return Number('int')", "guard",
            "never reached: `len` is one of `CONVERSIONS`, of which `_of_value` tells before",
        ),
        (
            "_of_maker", "return Instance(primitive.__globals__['Logger'])", "test",
            "`told_to_a_logger_made_here`: refused without it",
        ),
    ),
    "analysis/samples": (
        (
            "evaluate", "warnings.simplefilter('ignore')", "same",
            "what NumPy warns of a sample would be shown, or make it fail: unknown, which is right",
        ),
        (
            "_squeezed", "gone = len(items)", "guard",
            "never reached: of a tuple the kind is a TupleOf, and no constant is one",
        ),
        (
            "kind_of_sample", "return UNKNOWN", "guard",
            "never reached: `kind_of` keeps a value only if it can be hashed, and primitives were asked",
        ),
    ),
    "analysis/shapes": (
        ("reshaped", "left += [None, None]", "test", "`reshaped_to_a_column`: an error without it"),
        ("_expanded", "return None", "test", "`axis_given_to_expand_dims`: a TypeError without it"),
        ("_number", "return None", "same", "the function ends: None is what it gives"),
        ("matmul", "return None", "test", "`product_of_a_list_and_an_array`: a TypeError without it"),
        (
            "reduced", "return None", "shortcut",
            "what follows takes axes for left out; another rank than the sample's is dropped",
        ),
        (
            "reduced", "return (ONE,) * len(shape) if keep else ()", "time",
            "the sizes of a whole sum are not known: a text of two lines more, right numbers",
        ),
        ("wanted_shape", "return None", "same", "the function ends: None is what it gives"),
        (
            "shape_of_display", "return None", "test",
            "`nothing_made_an_array`, `rows_written_by_stars`: a ValueError, a TypeError without them",
        ),
        (
            "_shape", "return first", "time",
            "the size of `np.maximum.accumulate(x)` is not known: a line more, right numbers",
        ),
        (
            "_places", "return list(items)", "guard",
            "never reached: of a tuple the kind is a TupleOf, and no constant is one",
        ),
        (
            "wanted_shape", "return tuple((Size(i) if i >= 0 else None for i in items))", "guard",
            "never reached: of a tuple the kind is a TupleOf, and no constant is one",
        ),
    ),
    "analysis/structured": (
        ("_structure", "next(left)", "time", "no limit to the parts that become parameters: a longer text"),
        (
            "leaves", "yield from (((key, *path), leaf) for path, leaf in kind.leaves())", "guard",
            "never reached: nothing asks a structure for its leaves (others of this name are asked)",
        ),
        (
            "leaves", "yield ((key,), kind)", "guard",
            "never reached: nothing asks a structure for its leaves (others of this name are asked)",
        ),
        ("structure_of", "return None", "same", "the function ends: None is what it gives"),
    ),
    "analysis/unknown": (
        (
            "unknown_problem", "message, advice = (f'`{path}` cannot be differentiated'", "test",
            "`numbers_of_bytes`: an UnboundLocalError without it",
        ),
        (
            "unknown_problem", "message = f'derivatives are not followed into `{path}`'", "test",
            "`least_of_a_bound_builtin`: an UnboundLocalError without it",
        ),
        (
            "refuse_hidden_stores", "what = said(core.path_of(stmt.targets[0]) or '', fn)", "test",
            "`attribute_of_one_of_two`: an UnboundLocalError without it",
        ),
    ),
    "analysis/values": (
        ("kind_of", "item: Kind | None = None", "test", "`squares_of_a_list`: an internal error without it"),
        ("kind_of", "keys: Kind | None = None", "test", "`entries_of_a_dictionary`: an internal error without it"),
        ("kind_of", "values: Kind | None = None", "test", "`entries_of_a_dictionary`: an internal error without it"),
        ("kind_of", "item = join(item, kind_of(v, size))", "test", "`rows_of_a_list_with_a_store`: refused without it"),
        (
            "kind_of", "keys, values = (join(keys, key_kind(kind_of(k))), join(values", "test",
            "`rows_below_a_key_that_is_a_tuple`: an error without it",
        ),
        ("kind_of", "hash(value)", "test", "`object_without_a_hash_called`: an error without it"),
        (
            "kind_of", "found = {name: kind_of(v, size) for name, v in vars(value)", "test",
            "`field_of_an_object`: an internal error without it",
        ),
    ),
}  # fmt: skip
