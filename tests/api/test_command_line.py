"""`python -m adjoint`."""

from __future__ import annotations

import sys

import pytest

from adjoint.__main__ import main

MODEL = """
import numpy as np
import beside

class Model:
    def loss(self, w):
        return w * 2.0

def loss(w, b=1.0):
    return w * w * b + beside.offset

number = 3
"""


@pytest.fixture
def model(tmp_path, monkeypatch):
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "beside.py").write_text("offset = 1.0\n")
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("model", "beside"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield tmp_path / "model.py"
    for name in ("model", "beside"):
        sys.modules.pop(name, None)


def test_show(model, capsys):
    assert main(["show", f"{model}:loss", "--wrt", "b", "--args", "2.0"]) == 0
    assert capsys.readouterr().out == (
        "def loss_grad(w, b, out_bar=1.0):\n    return out_bar * (w * w)  # return w * w * b + beside.offset\n"
    )


def test_forward_mode(model, capsys):
    model.write_text("def loss(w, b=1.0):\n    return w * w * b + 1.0\n")
    arguments = [f"{model}:loss", "--wrt", "b", "--args", "2.0", "--mode", "forward"]
    assert main(["show", *arguments]) == 0
    text = capsys.readouterr().out
    assert text.startswith("def loss_jvp(w, b, b_dot):\n")
    assert main(["export", *arguments]) == 0
    space = {}
    exec(capsys.readouterr().out, space)
    assert space["loss_jvp"](3.0, 1.0, 2.0) == (10.0, 18.0)
    assert main(["check", *arguments]) == 0


def test_check(model, capsys):
    assert main(["check", f"{model}:loss", "--args", "np.ones(2), 2.0"]) == 0
    assert "agrees with central differences" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "{}"], "names no function\n  Give a file and a function: model.py:loss"),
        (["show", "{}:nothing"], "has no 'nothing'"),
        (["show", "{}:Model.nothing"], "has no 'Model.nothing'"),
        (["show", "{}:number"], "is a int, not a function"),
        (["show", "{}x:loss"], "there is no file"),
        (["show", "{}:loss", "--wrt", "q"], "UnsupportedArgument: wrt='q': `loss` has no such parameter"),
        (["check", "{}:loss"], "a check needs a point to check at"),
        (["check", "{}:loss", "--args", "1 +"], "--args '1 +': SyntaxError"),
        (["export", "{}:loss", "--args", "1.0", "-o", "{}/no/where.py"], ""),
    ],
)
def test_wrong_use(model, capsys, arguments, message):
    assert main([a.replace("{}", str(model)) for a in arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("adjoint: ")
    assert message in error


def test_a_file_that_fails(model, capsys):
    model.write_text("1 / 0\n")
    assert main(["show", f"{model}:loss"]) == 2
    assert "could not be run: ZeroDivisionError: division by zero" in capsys.readouterr().err


def test_unknown_commands_end_with_2(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["paint"])
    assert ended.value.code == 2
