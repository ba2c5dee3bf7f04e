"""What the free names of a function stand for."""

from __future__ import annotations

import gast
import numpy as np

from adjoint.frontend.resolve import free_names, locals_of, resolve
from adjoint.frontend.source import parse

SCALE = 3.0


class Settings:
    rate = 0.5
    np = None

    @staticmethod
    def twice(x):
        return 2 * x


settings = Settings()


def helper(x):
    return x


def bindings_of(fn) -> dict:
    return dict(resolve(parse(fn)).bindings)


def tree_of(text: str):
    return gast.parse(text).body[0]


def test_globals_builtins_and_paths_through_modules_and_classes() -> None:
    def f(x):
        for i in range(3):
            x = np.linalg.norm(helper(x)) * SCALE + Settings.twice(Settings.rate) + settings.rate + i
        return np.sin(x).sum() + np.nothing + missing.name  # noqa: F821

    assert bindings_of(f) == {
        "range": range,
        "np": np,
        "np.linalg": np.linalg,
        "np.linalg.norm": np.linalg.norm,
        "np.sin": np.sin,
        "helper": helper,
        "SCALE": 3.0,
        "Settings": Settings,
        "Settings.twice": Settings.twice,
        "Settings.rate": 0.5,
        "settings": settings,
    }


def test_closure_cells_come_first_and_an_empty_cell_is_left_out() -> None:
    SCALE = 7.0

    def f(x):
        return x * SCALE * late

    assert bindings_of(f) == {"SCALE": 7.0}
    late = 2.0
    assert bindings_of(f) == {"SCALE": 7.0, "late": 2.0}


def test_what_a_name_stands_for_now(monkeypatch) -> None:
    monkeypatch.setitem(globals(), "SCALE", 4.0)

    def f(x):
        return x * SCALE

    assert bindings_of(f) == {"SCALE": 4.0}


def test_locals_hide_globals_wherever_they_are_bound() -> None:
    def f(helper, x):
        with x as Settings:
            SCALE = 1
        return helper(np.sin(x)) + SCALE + Settings.rate

    assert set(bindings_of(f)) == {"np", "np.sin"}


def test_nested_scopes() -> None:
    text = """
def f(x, a=one):
    def g(y, z=two):
        w = y + x + three
        return w
    h = lambda k: k + four + w
    s = [u * five + v for u in six for v in u if (q := u)]
    return g, h, s, u, q
"""
    tree = tree_of(text)
    assert locals_of(tree) == {"x", "a", "g", "h", "s", "q"}
    assert free_names(tree) == {"one", "two", "three", "four", "five", "six", "w", "u"}


def test_the_first_iterable_of_a_comprehension_belongs_to_the_scope_outside() -> None:
    assert free_names(tree_of("def f():\n    return [k for k in k]")) == {"k"}


def test_globals_that_are_assigned_stay_free() -> None:
    tree = tree_of("def f(x):\n    global n\n    n = x\n    n += 1")
    assert locals_of(tree) == {"x"}
    assert free_names(tree) == {"n"}


def test_deleted_and_augmented_names_are_local() -> None:
    assert locals_of(tree_of("def f():\n    del a\n    b += 1\n    c: float = d")) == {"a", "b", "c"}


def test_annotations_of_locals_are_not_evaluated() -> None:
    assert free_names(tree_of("def f(x):\n    y: Unknown = x\n    return y")) == frozenset()


def test_a_lambda_is_a_scope() -> None:
    assert bindings_of(lambda x: np.exp(x)) == {"np": np, "np.exp": np.exp}
