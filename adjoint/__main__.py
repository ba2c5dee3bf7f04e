"""The compiler from the command line: `python -m adjoint show model.py:loss --wrt w`."""

from __future__ import annotations

import argparse
import ast
import importlib.util
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

import adjoint
from adjoint.errors import AdjointError
from adjoint.gradient import Gradient
from adjoint.highlight import highlight, wants_colours
from adjoint.numeric import check_grads, primal_of

FAILED, WRONG_USE = 1, 2


class CommandError(Exception):
    """What was given on the command line cannot be used."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return 0, 1 where a check failed, 2 where the command could not be carried out."""
    options = _parser().parse_args(argv)
    try:
        return int(options.run(options))
    except (AdjointError, CommandError) as error:
        kind = f"{type(error).__name__}: " if isinstance(error, AdjointError) else ""
        print(f"adjoint: {kind}{error}", file=sys.stderr)
        return WRONG_USE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m adjoint", description="Derivatives of a function in a file.")
    parser.add_argument("--version", action="version", version=f"adjoint {adjoint.__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, run, text in (
        ("show", _show, "print the generated source of a gradient"),
        ("check", _check, "compare a gradient with central differences"),
        ("export", _export, "write a gradient into a file that imports NumPy only"),
    ):
        command = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        command.add_argument("function", metavar="FILE:FUNCTION", help="such as model.py:loss or model.py:Model.loss")
        command.add_argument("--wrt", help="parameters, by name or position, separated by commas (default: the first)")
        command.add_argument("--args", help='example arguments: a Python expression, such as "np.ones(3), 2.0"')
        command.add_argument("--mode", choices=("reverse", "forward"), help="of the derivative (default: reverse)")
        command.set_defaults(run=run)
        if name == "check":
            command.add_argument("--order", type=int, choices=(1, 2), default=1, help="highest order of derivatives")
        if name == "export":
            command.add_argument("-o", "--output", type=Path, help="the file to write (default: standard output)")
    return parser


def _show(options: argparse.Namespace) -> int:
    gradient, values = _gradient(options)
    print(highlight(adjoint.source(gradient, *values), wants_colours(sys.stdout)))
    return 0


def _check(options: argparse.Namespace) -> int:
    gradient, values = _gradient(options)
    if options.args is None:
        raise CommandError('a check needs a point to check at\n  Give one: --args "np.ones(3), 2.0"')
    wrt = None if options.wrt is None else _wrt(options.wrt)
    try:
        modes = ("fwd",) if options.mode == "forward" else ("rev",)
        check_grads(gradient.__wrapped__, values, wrt, modes, order=options.order)
    except AssertionError as error:
        print(f"adjoint: {error}", file=sys.stderr)
        return FAILED
    print(f"{options.function}: the gradient agrees with central differences")
    return 0


def _export(options: argparse.Namespace) -> int:
    gradient, values = _gradient(options)
    text = adjoint.source(gradient, *values, standalone=True)
    if options.output is None:
        print(text, end="")
        return 0
    try:
        options.output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{options.output} cannot be written: {error.strerror}") from error
    return 0


def _gradient(options: argparse.Namespace) -> tuple[Gradient[..., Any], tuple[Any, ...]]:
    """The gradient that a command is about, and its example arguments."""
    module, function = _found(options.function)
    if isinstance(function, Gradient) and options.wrt is None and options.mode is None:
        gradient: Gradient[..., Any] = function
    else:
        wrt = 0 if options.wrt is None else _wrt(options.wrt)
        gradient = Gradient(primal_of(function), wrt, "jvp" if options.mode == "forward" else "grad")
    return gradient, _arguments(options.args, module)


def _found(path: str) -> tuple[ModuleType, Any]:
    file, colon, name = path.rpartition(":")
    if not colon or not name:
        raise CommandError(f"{path!r} names no function\n  Give a file and a function: model.py:loss")
    module = _module(Path(file))
    found: Any = module
    for part in name.split("."):
        found = getattr(found, part, None)
        if found is None:
            raise CommandError(f"{file} has no {name!r}")
    if not callable(found):
        raise CommandError(f"{name!r} in {file} is a {type(found).__name__}, not a function")
    return module, found


def _module(file: Path) -> ModuleType:
    """Run a file as a module of its own name, the modules beside it importable."""
    if not file.is_file():
        raise CommandError(f"there is no file {str(file)!r}")
    spec = importlib.util.spec_from_file_location(file.stem, file.resolve())
    if spec is None or spec.loader is None:
        raise CommandError(f"{str(file)!r} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    # Not in place of a module that is there already: a file called `numpy.py` must not become NumPy.
    sys.modules.setdefault(file.stem, module)
    sys.path.insert(0, str(file.resolve().parent))
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        traceback.print_exc()
        raise CommandError(f"{file} could not be run: {type(error).__name__}: {error}") from error
    return module


def _arguments(text: str | None, module: ModuleType) -> tuple[Any, ...]:
    if text is None:
        return ()
    space = {"np": np, **vars(module)}
    try:
        values = eval(compile(ast.parse(f"({text},)", "--args", "eval"), "--args", "eval"), space)
    except Exception as error:  # the user's expression may raise anything
        raise CommandError(f"--args {text!r}: {type(error).__name__}: {error}") from error
    return tuple(values)


def _wrt(text: str) -> tuple[int | str, ...] | int | str:
    items = [int(part) if part.lstrip("-").isdigit() else part for part in text.replace(" ", "").split(",")]
    return items[0] if len(items) == 1 else tuple(items)


if __name__ == "__main__":
    sys.exit(main())
