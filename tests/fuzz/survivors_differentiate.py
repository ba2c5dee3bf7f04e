"""Why statements of `adjoint/differentiate` could be deleted unnoticed: read in the code, or tried."""

from __future__ import annotations

# By module: the function, the statement (or how it begins), the kind of reason, and the reason.
DIFFERENTIATE: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "differentiate/assemble": (
        (
            "reversed_loop", "self.made.add(name)", "time",
            "a loop's own name counts as a temporary: only tidying of the text asks",
        ),
        ("trip_index", "return None", "test", "`as_often_as_a_set_has_items`: an internal error without it"),
        (
            "reverse", "result += self.commented(item.body, item.stmt)", "guard",
            "never reached: each statement of the function has its place in `begin`",
        ),
    ),
    "differentiate/bodies": (
        (
            "_straight", "found.append(scope.folded(stmt))", "test",
            "`rows_joined_along_an_axis`: a name unbound without it",
        ),
        (
            "_is_plain", "return all(map(_is_plain, value))", "time",
            "longer text: a rule with a tuple for a default stays a helper (`np.rot90`)",
        ),
        ("_straight", "continue", "same", "nothing follows in the loop's body"),
        ("doubled", "return core.const(2 * value)", "time", "an easier text: `2 * 2 * x` for `4 * x`, the same number"),
        ("numpy_functions", "return {'np': np}", "guard", "never reached: nothing calls this function"),
    ),
    "differentiate/branches": (
        ("decided", "break", "time", "nothing changes in further rounds either: they give the same function and kinds"),
        ("change", "changes += 1", "time", "a choice stays in the text, and the run makes it"),
        (
            "change", "return [core.place(gast.Assign(stmt.targets, a if value else b", "time",
            "a choice stays in the text, and the run makes it",
        ),
    ),
    "differentiate/containers": (
        (
            "order", "call.keywords = list(keywords)", "test",
            "`list_sorted_from_the_greatest`: a wrong gradient without it",
        ),
        (
            "zipped", "sources = [s if first is None else load(s)", "same",
            "what is no name is a constant in Core: its text does as well as the name bound to it",
        ),
        (
            "zipped", "ahead += [self.as_long(stmt, sources[0], s)", "test",
            "`unlike_lists_zipped_strictly`: a wrong value without it",
        ),
        (
            "made", "known = isinstance(self.kinds.get(target), ListOf)", "test",
            "`deque_with_a_greatest_length`: an internal error without it",
        ),
        (
            "method", "return self.writer.refuse(stmt, f'{name}.{method}')", "guard",
            "another error instead: None is no list of statements",
        ),
        (
            "extended", "items, first = self.writer.bound(items, stmt)", "guard",
            "only for `xs.extend(())` or a text, refused below; a NameError without it",
        ),
        (
            "extended", "return [first, *self.extended(stmt, name, load(items), first_come)]", "guard",
            "only for `xs.extend(())` or a text, refused below; another error without it",
        ),
        ("augmented", "return [stmt]", "guard", "`xs -= ys`: Python refuses it too; None is no list of statements"),
        (
            "part_stored", "return self.list_stored(stmt, name, part, stmt.value)", "time",
            "the list that is stored is copied first",
        ),
        (
            "list_stored", "return [core.store_item(name, part, items, at=stmt)]", "time",
            "one more temporary for the items, in `replaced`",
        ),
        (
            "list_stored", "return self.replaced(stmt, name, items)", "shortcut",
            "head and tail are empty below, and what is stored the same",
        ),
        (
            "item_augmented", "return [first, *self.extended(stmt, old, stmt.value)]", "test",
            "`lists_in_a_list_extended`: refused without it",
        ),
        (
            "unpacked", "name, bind = self.writer.bound(load(name), stmt)", "guard",
            "never reached: `a, b = a` renames, or leaves `a` a kind that is no array or tuple",
        ),
        (
            "unpacked", "first = [bind]", "guard",
            "never reached: `a, b = a` renames, or leaves `a` a kind that is no array or tuple",
        ),
    ),
    "differentiate/contractions": (
        ("_factors", "return None", "time", "a number times an array is summed by `np.einsum` too, to the same"),
    ),
    "differentiate/decide": (
        (
            "_call", "return UNDECIDED", "guard",
            "Python's own error comes in the run; without it another error, or none",
        ),
        ("_is_instance", "return UNDECIDED", "test", "`class_that_the_run_chooses`: a TypeError without it"),
    ),
    "differentiate/deques": (
        (
            "limits_of_deques", "settled = settled and target in deques", "test",
            "`deque_by_names_in_a_loop`: a wrong value and gradient without it",
        ),
        (
            "limits_of_deques", "deques[target] = deques[source]", "test",
            "`deque_by_another_name`: never ends without it",
        ),
    ),
    "differentiate/dicts": (
        (
            "loop", "return self.over_keys(stmt, stmt.iter.id, stmt.target.id, list(stmt.body))", "test",
            "`keys_of_a_dictionary_made_in_the_head`: a wrong gradient without it",
        ),
        ("made", "return [stmt]", "test", "`dictionary_of_short_texts`: an internal error without it"),
        (
            "added", "old, new = (self.writer.fresh(), self.writer.fresh())", "test",
            "`gradient_of_a_dictionary_inside`: an internal error without it",
        ),
        (
            "added", "total = core.call(self.writer.helper(arrays.plus)", "test",
            "`gradient_of_a_dictionary_inside`: an internal error without it",
        ),
        (
            "added", "more = [self.read(stmt, old, name, key), core", "test",
            "`gradient_of_a_dictionary_inside`: an internal error without it",
        ),
        (
            "added", "return [self.either(stmt, name, key, more, self", "test",
            "`gradient_of_a_dictionary_inside`: an internal error without it",
        ),
        (
            "change", "return self.added(stmt, owner.id, key, value)", "shortcut",
            "the call of `add_at` stays, which serves dictionaries in the run too",
        ),
    ),
    "differentiate/effects": (
        (
            "numpy", "root = root or next((n for n, v in self.bindings.items()", "test",
            "`copied_where_a_column_says`: an internal error without it",
        ),
        (
            "of_call", "return numpy_calls.shuffled(stmt, callee.args[0].id, self)", "test",
            "`shuffled_in_place`: refused without it",
        ),
        (
            "with_out", "name = getattr(outs[0], 'id', '') if outs else ''", "guard",
            "only for a refusal, or an `out=` that is no array: a NameError instead",
        ),
        (
            "change", "return self.of_sequences(stmt, name, core.load(name, left), op, right)", "guard",
            "refused in the run or by NumPy then, or followed as for other operands",
        ),
        (
            "unless_it_matters", "return [stmt]", "guard",
            "of whole numbers: what is left is refused in the run, `changes an argument`",
        ),
        (
            "unpacked", "whole = self.namer.fresh('t')", "guard",
            "never reached: `a, b = a` renames, or leaves `a` a kind that is no array or tuple",
        ),
        (
            "unpacked", "body.append(core.bind(whole, load(source), at=stmt))", "guard",
            "never reached: `a, b = a` renames, or leaves `a` a kind that is no array or tuple",
        ),
        (
            "unpacked", "source = whole", "guard",
            "never reached: `a, b = a` renames, or leaves `a` a kind that is no array or tuple",
        ),
        (
            "with_out", "return self.unless_it_matters(stmt, name, 'out=', ", "guard",
            "another error then: what is no array has no place in what follows",
        ),
        (
            "change", "return numpy_calls.with_array_operands(stmt, self)", "guard",
            "never reached: Core binds a `BinOp` to one name, which is taken at the head",
        ),
    ),
    "differentiate/flat": (
        (
            "_otherwise", "return raise_problems(UnsupportedMutation, [problem], to.fn.o", "guard",
            "Python's own error follows in the run: an array is no `flat`",
        ),
        (
            "_otherwise", "problem = problem_at(stmt, '`flat` of an array", "guard",
            "only for the refusal below: a NameError instead",
        ),
    ),
    "differentiate/forward": (
        ("tangent_of", "return None", "time", "zeros in both arms: a choice between zeros for no tangent"),
        (
            "bind_several", "text.emit(core.bind(text.dot(target), text.zeros(load(target))))", "test",
            "`pair_of_numbers_bound_to_what_varied`: a name unbound in forward mode",
        ),
        ("bind_several", "return", "test", "`pair_of_numbers_bound_to_what_varied`: an internal error in forward mode"),
        (
            "over_items", "target = loop.target.id", "guard",
            "never reached: `refuse_hidden_stores` refuses a loop over what varies",
        ),
        (
            "over_items", "pair = text.temp('pair')", "guard",
            "never reached: `refuse_hidden_stores` refuses a loop over what varies",
        ),
        (
            "over_items", "names = [target, text.dot(target)] if target", "guard",
            "never reached: `refuse_hidden_stores` refuses a loop over what varies",
        ),
        (
            "over_items", "pairs = core.call(text.helper(zip), load(items)", "guard",
            "never reached: `refuse_hidden_stores` refuses a loop over what varies",
        ),
        (
            "over_items", "first = core.bind_several(names, load(pair))", "guard",
            "never reached: `refuse_hidden_stores` refuses a loop over what varies",
        ),
        (
            "over_items", "return [core.place(gast.For(core.store(pair), pairs", "guard",
            "never reached: `refuse_hidden_stores` refuses a loop over what varies",
        ),
        (
            "forward_statement", "text.emit(*over_items(stmt, items, text))", "guard",
            "never reached: `refuse_hidden_stores` refuses a loop over what varies",
        ),
    ),
    "differentiate/gradient": (
        (
            "swept", "bindings.update(sweep.helpers)", "same",
            "all helpers are put into the bindings again before they are used",
        ),
        (
            "swept", "bindings = {**bindings, **sweep.helpers}", "test",
            "`stored_through_a_flat_view_of_the_argument`: a name unbound without it",
        ),
    ),
    "differentiate/logistic": (
        (
            "_add", "self.again.add(name)", "shortcut",
            "the last bind is found, ahead in the same block: it is what is read there",
        ),
        ("logistic", "return 1 / (1 + e)", "same", "never called: it stands for its rule, and rules are found by it"),
        (
            "logistic_of_a_number", "return 1 / (1 + e)", "same",
            "never called: it stands for its rule, and rules are found by it",
        ),
        ("logistic_call", "return None", "test", "`exponential_of_no_negation`: an internal error without it"),
        ("_rule_for", "return None", "same", "the end of the function"),
        (
            "logistic_partial", "return out * np.where(e > 1, 1 - out, out * np.minimum", "test",
            "`logistic_of_a_product`: the text is read, and kept, not run",
        ),
        (
            "partial_of_a_number", "return out * (1 - out if e > 1 else out * e)", "test",
            "`logistic_of_a_number`: the text is read, and kept, not run",
        ),
    ),
    "differentiate/masks": (
        (
            "left_behind", "sweep.masked = {b: mask for b, mask in sweep.masked.items()", "test",
            "`choice_tested_by_what_it_chooses`: a wrong gradient without it",
        ),
    ),
    "differentiate/numpy_calls": (
        (
            "where_only", "value.keywords = [k for k in stmt.value.keywords", "test",
            "`chosen_roots_of_negative_numbers`: nan without it",
        ),
        ("outer", "value.keywords = stmt.value.keywords", "test", "`outer_product_as_complex_numbers`: nan without it"),
        (
            "drawn_from", "call.keywords = stmt.value.keywords", "test",
            "`rows_drawn_once_each`: a wrong value without it",
        ),
        (
            "as_it_is", "return []", "guard",
            "`copy=False` to another dtype: NumPy's error, for which a copy is made then",
        ),
        ("_dtype", "return None", "same", "the end of the function"),
        ("at", "return [stmt]", "test", "`whole_numbers_negated_at`: refused without it"),
        (
            "outer", "return [stmt]", "guard",
            "not two operands written out: refused as unknown, another error without it",
        ),
        (
            "after_call", "call = core.call(to.helper(after), at=stmt.value, **values)", "guard",
            "never reached: but for a call that lacks an argument, which NumPy refuses",
        ),
    ),
    "differentiate/ownership": (
        ("settled", "seen.add(name or '')", "same", "nothing reads the set"),
    ),
    "differentiate/planning": (
        ("planned", "break", "same", "further rounds begin with the same needs and come to the same plan"),
        (
            "planned", "begins = {place: _of_varying_form(need, facts.kinds)", "time",
            "more is wanted where a block begins: at most more is recorded",
        ),
    ),
    "differentiate/prepare": (
        (
            "without_copies", "binds.update((s.target.id for s in fn.statements", "same",
            "`t op= e` reads t too: a copy is a second read, so t is read more than once",
        ),
        (
            "inside", "fields['orelse'] = change(stmt.orelse)", "time",
            "copies in `else` stay: the text is longer, an array has two names there",
        ),
        ("_refuse", "name = stmt.target.id", "guard", "only for the refusal below: a NameError instead"),
        (
            "_refuse", "message = f'{said(name, fn)} is a list or another", "guard",
            "only for the refusal below: a NameError instead",
        ),
        (
            "_refuse", "problem = problem_at(stmt, message, f", "guard",
            "only for the refusal below: a NameError instead",
        ),
        (
            "_refuse", "raise_problems(UnsupportedMutation, [problem], fn.origin)", "guard",
            "the run refuses (`check_number`), or Python",
        ),
        ("_is_linear", "return True", "time", "one more temporary: `y = -y` by way of another name"),
        (
            "_may_change", "return _may_change(test.body, kinds) or _may_change(test.orelse, kinds)", "test",
            "`lists_chosen_by_a_test`: an IndexError without it",
        ),
        (
            "change", "_refuse(stmt, fn)", "guard",
            "`check_number` refuses the list or object when it runs, in other words",
        ),
    ),
    "differentiate/primitives": (
        (
            "apply", "rule = registry.fitting(rule, callee.args, callee.keywords)", "test",
            "`sum_and_greatest_from_a_first`: refused without it",
        ),
        (
            "apply", "mask = None if mask is None else mask._replace(whole=None)", "test",
            "`choice_of_an_exponential_of_a_root`: a wrong gradient without it",
        ),
    ),
    "differentiate/pushforward": (
        (
            "pushed_forward", "made = made.known(matrices=matrices_of(", "time",
            "only the tidying of transposes asks: `.T` of tangents stays as it is",
        ),
    ),
    "differentiate/ranges": (
        (
            "reversed_range", "args = [core.copy(a) for a in args]", "same",
            "no pass changes a node: sharing those of the loop's own range does no harm",
        ),
        (
            "reversed_range", "taken = core.item(core.call('range', *args), core.slice_(None, trips", "test",
            "`stepping_away_and_stopped`: a NameError without it",
        ),
        (
            "reversed_range", "return core.item(taken, core.slice_(None, None, core.const(-1)))", "test",
            "`stepping_away_and_stopped`: a wrong gradient without it",
        ),
    ),
    "differentiate/refusals": (
        (
            "refuse_aliases", "advice = 'Use a copy: `z.imag.copy()`. To change", "guard",
            "words alone: it is refused with the advice that any alias gets",
        ),
    ),
    "differentiate/reserved": (
        (
            "reserved", "aliases = {path: name for path, name in aliases.items()", "time",
            "a name is given to what has it, and a dotted path is no name: only work is done",
        ),
        (
            "reserved", "tree = core.place(type(tree)(fn.tree.name, tree.args, tree.body", "guard",
            "never reached: `renamed` replaces `Name` nodes; the function's name is none, and stays",
        ),
    ),
    "differentiate/reverse": (
        (
            "_loop", "sweep.defined = outside", "test",
            "`view_read_before_a_loop_and_in_it`: an internal error without it",
        ),
        (
            "_touched", "targets.add(change.name)", "test",
            "`items_popped_in_a_loop_and_lost`: an error when the gradient runs without it",
        ),
        (
            "_touched", "found |= bases", "same",
            "`_define` takes the arrays that a view is of, and its bind names them as sources",
        ),
        ("reverse_block", "sweep.block = outer", "test", "`summed_in_either_branch`: an internal error without it"),
        (
            "reverse_statement", "masks.left_behind(stmt, sweep)", "test",
            "`choice_tested_by_what_it_chooses`: a wrong gradient without it",
        ),
        (
            "_branches", "sweep.defined = both", "same",
            "`_fill` leaves these behind the last branch, but for names whose binds took them",
        ),
        (
            "_touched", "targets |= core.names_read(stmt.value.func)", "test",
            "`argument_appended_in_a_loop`: a wrong gradient without it",
        ),
        (
            "_loop", "sweep.defined = outside.union(rows)", "test",
            "`row_read_in_a_loop_and_below_it`: a wrong gradient without it",
        ),
    ),
    "differentiate/rule_text": (
        (
            "called", "nodes = {name: core.copy(node) for name, node in nodes.items()}", "same",
            "no pass changes a node: sharing those of the primal call does no harm",
        ),
        (
            "called", "known = {**known, **nodes}", "same",
            "no pass changes a node: sharing those of the primal call does no harm",
        ),
    ),
    "differentiate/sequences": (
        (
            "parts_of", "return None", "test",
            "`joined_of_all_axes` (an axis that is no whole number): a TypeError without it",
        ),
        (
            "_leaves", "yield from _leaves(inner, here, sweep)", "test",
            "`nested_numbers_in_an_array`: a gradient of zeros without it",
        ),
    ),
    "differentiate/several": (
        ("__init__", "self.ahead: list[Any] = []", "same", "it is bound anew for each statement"),
        (
            "_changed_by", "names |= core.names_read(target.value)", "same",
            "stored to counts as read; what tangents are stored to is called a tangent already",
        ),
        ("_changed_by", "names.add(target.id)", "same", "the names that a statement binds hold it"),
        (
            "_changed_by", "names |= core.names_read(stmt.value.func)", "same",
            "the statement reads the list, which is called a tangent already",
        ),
        (
            "_dotted", "found |= _changed_by(stmt)", "test",
            "`factor_of_a_symmetric_matrix`, its Jacobian in forward mode: an internal error without it",
        ),
    ),
    "differentiate/statements": (
        (
            "bind_mirrored", "bind_holder(target, value, sharing, active, sweep)", "test",
            "`grid_in_a_list_doubled`: a wrong gradient without it",
        ),
        ("swap", "sweep.define(target)", "test", "`swapped_and_one_bound_anew`: a wrong gradient without it"),
        (
            "dynamic_call", "named = {k.arg: k.value for k in call.keywords}", "test",
            "`functions_called_by_keyword`: an internal error without it",
        ),
        ("bind_several", "sweep.define(target)", "test", "`one_part_tested_alone`: an internal error without it"),
        ("bind_holder", "g = sweep.temp()", "test", "`grid_changed_by_a_chosen_name`: a NameError without it"),
        (
            "bind_holder", "sweep.emit(core.bind(g, sweep.looked_up(arrays.cotangents_in, target)))", "test",
            "`grid_changed_by_a_chosen_name`: a NameError without it",
        ),
        (
            "bind_holder", "flow(g, target, value, None, sweep)", "test",
            "`grid_changed_by_a_chosen_name`: a wrong gradient without it",
        ),
        ("taken", "return cells", "time", "of one cell: a copy of it, by `.copy()` or `owned`, has the same value"),
        (
            "put_in", "return", "time",
            "where nobody reads the list: a list of zeros is made, and a zero taken from it and added",
        ),
    ),
    "differentiate/sweep": (
        (
            "add_item", "self.masked.pop(bar, None)", "same",
            "an array with items read is a buffer, of which no mask is noted",
        ),
        (
            "add", "self.narrow.pop(bar, None)", "test",
            "`divided_in_place_and_summed`, `summed_beside_a_sum_of_squares`: wrong without it",
        ),
        (
            "add", "self.masked.pop(bar, None)", "test",
            "`divided_in_place_and_chosen`, `chosen_and_doubled`: wrong without it",
        ),
    ),
    "differentiate/tangent_rules": (
        (
            "tangent_of_call", "rule = registry.fitting(rule, callee.args, callee.keywords)", "test",
            "`sum_and_greatest_from_a_first`: refused without it",
        ),
        (
            "without", "positional = [n for n in rule.body.__code__.co_varnames", "test",
            "`padded_with_a_constant`: a NameError in forward mode without it",
        ),
        (
            "without", "first = next((k for k, a in enumerate(value.args) if id(a) in left)", "test",
            "`padded_with_a_constant`: a NameError in forward mode without it",
        ),
        (
            "without", "behind = {name: arg for name, arg, old in zip(positional[first:]", "test",
            "`padded_with_a_constant`: a NameError in forward mode without it",
        ),
        (
            "without", "kept = {k.arg: k.value for k, old in zip(new.keywords", "test",
            "`padded_with_a_constant`: a NameError in forward mode without it",
        ),
        (
            "without", "return core.call(new.func, *new.args[:first], **behind, **kept)", "test",
            "`padded_with_a_constant`: a tangent of zeros without it",
        ),
        (
            "with_tangents", "return core.unary(value.op, swapped(value.operand))", "guard",
            "never reached: the rules of operators with one operand are elementwise, none is linear",
        ),
    ),
    "differentiate/tangents": (
        (
            "dot", "self.kinds[dot] = kind", "time",
            "a tangent's kind is unknown then: at most the run fits it to its primal",
        ),
        ("dot", "self.numbers.add(dot)", "same", "in forward mode nothing asks which tangents are numbers"),
    ),
    "differentiate/text": (
        (
            "helper", "self.namer.taken.add(chosen)", "test",
            "`mantissas_of_a_number_and_of_one_in_an_array`: two helpers of one name without it",
        ),
        (
            "check_atom", "raise InternalError('differentiate', f'`{to_source(node)}` is no atom')", "guard",
            "never reached: normal form leaves atoms in displays; it notices a pass that does not",
        ),
    ),
    "differentiate/unbound": (
        (
            "check_bound", "raise InternalError('reverse', f\"{', '.join(sorted(missing))} may be", "guard",
            "never reached: each cotangent is made before it is read; it notices a sweep that fails to",
        ),
    ),
}  # fmt: skip
