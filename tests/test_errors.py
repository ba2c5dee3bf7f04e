"""The text of errors, and where they point."""

from __future__ import annotations

import pickle

import gast
import pytest

from adjoint import errors
from adjoint.syntax import core


def origin_of(text: str, file: str = "model.py", line: int = 1) -> core.Origin:
    return core.Origin(file, line, tuple(text.splitlines()), "f")


def test_the_message_shows_place_line_carets_and_advice() -> None:
    text = "def f(x, w):\n    for _ in x:\n        pass\n    yield x * w\n"
    origin = core.Origin("model.py", 38, tuple(text.splitlines()), "f")
    node = gast.parse("\n" * 37 + text).body[0].body[1]
    problem = errors.problem_at(
        node,
        "`yield` cannot be differentiated",
        "Return a list of values instead, or mark the function with @adjoint.constant.",
    )
    with pytest.raises(errors.UnsupportedSyntax) as caught:
        errors.raise_problems(errors.UnsupportedSyntax, [problem], origin)
    assert str(caught.value) == (
        "`yield` cannot be differentiated\n"
        "  model.py:41:5\n"
        "    41 |     yield x * w\n"
        "       |     ^^^^^^^^^^^\n"
        "  Return a list of values instead, or mark the function with @adjoint.constant."
    )


def test_several_problems_in_the_order_of_the_text_with_an_empty_line_between() -> None:
    origin = origin_of("a = 1\nb = 2")
    tree = gast.parse("a = 1\nb = 2")
    problems = [errors.problem_at(n, f"no {n.targets[0].id}", "Leave it.") for n in reversed(tree.body)]
    with pytest.raises(errors.AdjointError) as caught:
        errors.raise_problems(errors.UnsupportedMutation, problems, origin)
    assert str(caught.value) == (
        "no a\n  model.py:1:1\n    1 | a = 1\n      | ^^^^^\n  Leave it.\n\n"
        "no b\n  model.py:2:1\n    2 | b = 2\n      | ^^^^^\n  Leave it."
    )


def test_a_construct_of_several_lines_is_marked_to_the_end_of_its_first() -> None:
    text = "x = [\n  1,\n]  # end"
    problem = errors.problem_at(gast.parse(text).body[0], "no", "yes")
    assert errors.render(problem, origin_of(text)).splitlines()[2:4] == ["    1 | x = [", "      | ^^^^^"]


def test_carets_count_characters_and_keep_tabs() -> None:
    text = "if π:\n\té = ßß + y"
    node = gast.parse(text).body[0].body[0].value.right
    assert errors.render(errors.problem_at(node, "no", "yes"), origin_of(text)) == (
        "no\n  model.py:2:11\n    2 | \té = ßß + y\n      | \t         ^\n  yes"
    )


def test_a_problem_without_a_position_points_at_the_function() -> None:
    assert errors.render(errors.Problem("no", "yes"), origin_of("", line=12)) == "no\n  model.py:12\n  yes"


def test_a_position_outside_the_known_lines_is_named_without_text() -> None:
    problem = errors.Problem("no", "yes", 99, 4)
    assert errors.render(problem, origin_of("x = 1")) == "no\n  model.py:99:1\n  yes"


def test_errors_survive_pickling() -> None:
    for error in (errors.InternalError("flatten", "not flat", "x = 1"), errors.NotScalar("no")):
        assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_an_internal_error_names_the_pass_and_prints_the_tree() -> None:
    assert str(errors.InternalError("flatten", "not flat", "def f(x):\n    return x")) == (
        "not flat\n  after `flatten`:\n    def f(x):\n        return x\n"
        "  This is a bug in adjoint: please report it with the function that you differentiated."
    )


def raised_by(text: str, file: str) -> Exception:
    try:
        exec(compile(text, file, "exec"), {})
    except ZeroDivisionError as exc:
        return exc
    raise AssertionError("did not raise")


def test_the_note_shows_the_users_line_once(tmp_path) -> None:
    user = tmp_path / "model.py"
    user.write_text("def f(x):\n    return 1 / x\n")
    exc = raised_by("def g(x):\n    y = 1\n    return y / x\ng(0)", "<adjoint g>")
    where = {"<adjoint g>": {1: (str(user), 1), 2: (str(user), 2)}}
    errors.note_user_line(exc, where)
    errors.note_user_line(exc, where)
    assert exc.__notes__ == [f"In the derivative of {user}:2\n    2 |     return 1 / x"]


def test_no_note_where_no_generated_code_ran() -> None:
    exc = raised_by("1 / 0", "<other>")
    errors.note_user_line(exc, {"<adjoint g>": {1: ("model.py", 1)}})
    assert not hasattr(exc, "__notes__")
