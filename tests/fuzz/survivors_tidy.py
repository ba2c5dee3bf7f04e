"""Why statements of `adjoint/tidy` could be deleted unnoticed: read in the code, or tried."""

from __future__ import annotations

# By module: the function, the statement (or how it begins), the kind of reason, and the reason.
TIDY: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "tidy/arithmetic": (
        ("value", "done.add(node)", "time", "a cache: the expression is gone through again"),
        ("inside", "operand = inside(part.operand)", "test", "`cut_off_negated`: a NameError without it"),
        (
            "inside", "return part if operand is part.operand else changed(part, operand=operand)", "time",
            "the part is given back as it is: `np.where` stands twice, in a longer text",
        ),
        ("parts", "return node", "same", "`map_parts` gives a name or constant, which has no parts, back as it is"),
        (
            "new_value", "return self.value(node.body if known else node.orelse, takes_anything)", "time",
            "goes on to `self.parts(node)`: the choice stands with its constant test, a longer text",
        ),
        ("parts", "return value.value", "time", "`x[:, None][:, 0]` stands for `x`: the same values in a longer text"),
        ("sum", "right = node.right.operand", "time", "`a + -2` stands for `a - 2`: the same value in a longer text"),
        (
            "_folded", "return None", "time",
            "`2**-1` becomes `0.5`, as Python would compute it: the same value in another text",
        ),
    ),
    "tidy/copies": (
        (
            "_replace", "return node", "time",
            "`(2.0).real` stands for `c.real`: the same value in a text that reads worse",
        ),
    ),
    "tidy/dead_code": (
        (
            "block", "live |= self.after[loop]", "same",
            "`break` ends a body, where what is live behind the loop is live already",
        ),
        (
            "attempt", "self.after.update({inner: set(live) for inner in inside", "test",
            "`loop_that_breaks_in_an_attempt`: an internal error without it",
        ),
        ("_prune", "kept = []", "time", "a comment is left where nothing else is: a longer text"),
        ("opposite", "return operand", "time", "`not not c` stands where `c` would: of one truth, in a longer text"),
        (
            "is_wanted", "return isinstance(stmt.value.value, str)", "guard",
            "never reached: `normalize.plain` takes docstrings and other bare constants out",
        ),
    ),
    "tidy/effects": (
        (
            "expr", "self.closure(node)", "guard",
            "never reached: normal form makes loops of comprehensions, functions of lambdas",
        ),
        (
            "expr", "self.impure = True", "guard",
            "never reached: normal form makes loops of comprehensions, functions of lambdas",
        ),
        (
            "accumulate", "return", "guard",
            "never reached: Core form adds to a name or to a cell of a name, which has a root",
        ),
    ),
    "tidy/facts": (
        (
            "__init__", "del self.known[stmt]", "time",
            "effects from before lists were known say more than is so: a longer text",
        ),
    ),
    "tidy/in_place": (
        ("_bind_before", "return None", "same", "the last one: a function that ends gives None"),
    ),
    "tidy/inferred": (
        (
            "_numbers", "waiting += core.names_read_in(values[name])", "time",
            "fewer names are known to hold numbers: a longer text",
        ),
        (
            "inferred", "found.setdefault(name, ('fresh temporary', name))", "time",
            "less is known of what shares no memory: a longer text",
        ),
    ),
    "tidy/keepers": (
        (
            "_new_names", "used.update((path.partition('.')[0] for fn in functions", "same",
            "a global that the text reads is among the names of the text",
        ),
    ),
    "tidy/merge": (
        ("step", "self.drop(name)", "same", "what is held of a name is replaced when the joined statement is held"),
        (
            "drop", "self.watch.drop(name)", "time",
            "what is still watched stops a name sooner than need be: a longer text",
        ),
        (
            "drop", "self.targets.drop(name)", "time",
            "what is still watched stops a name sooner than need be: a longer text",
        ),
        (
            "joined", "return None", "time",
            "of two names too many to fit: `width(new) > self.columns` says so too, when it is built",
        ),
    ),
    "tidy/site": (
        (
            "__init__", "self.parentheses = 0", "same",
            "set where the name is found, and read only where it was replaced",
        ),
    ),
    "tidy/slices": (
        (
            "is_number", "return is_number(operand, facts)", "time",
            "no number for certain: the part is taken after the product, in a longer text",
        ),
    ),
    "tidy/transposes": (
        (
            "is_matrix", "return name in facts.matrices and is_list(facts.memory.get(name))", "time",
            "falls to `return False`: the transpose of the product stands as it is, a longer text",
        ),
        (
            "is_matrix", "sides = [side for side in (left, right) if not is_number(side, facts)]", "test",
            "`products_of_turned_sums`: a NameError without it",
        ),
        (
            "is_matrix", "return bool(sides) and all((is_matrix(side, facts) for side in sides))", "time",
            "falls to `return False`: the transpose of the product stands as it is, a longer text",
        ),
        ("is_matrix", "return False", "same", "the function ends with None, of which only the truth is asked"),
    ),
    "tidy/watch": (
        (
            "add", "self.drop(key)", "time",
            "what the key read before stops it too: an expression moves less far, in a longer text",
        ),
    ),
}  # fmt: skip
