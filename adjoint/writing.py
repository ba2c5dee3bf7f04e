"""A generated gradient that writes its results into given arrays, instead of into new ones.

    x_bar = np.zeros_like(x)                x_bar = filled(buffer, 0.0)
    x_bar[1:] += y                   ->     x_bar[1:] += y
    return x_bar, X.T @ z                   return x_bar, matmul(X.T, z, out=buffer_1)

The name or expression of each result is made in its buffer where the operation that makes it can do so, else copied
there. Lines keep their numbers, so that tracebacks show the generated text.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from types import CellType, CodeType, FunctionType
from typing import Any

import numpy as np

_OPERATORS: Mapping[type, Any] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
    ast.MatMult: np.matmul,
}


def writing(run: FunctionType, text: str, count: int, valued: bool, native: bool = False) -> Callable[..., Any] | None:
    """Return a function that takes `count` buffers behind the parameters of `run`, and returns what `run` returns.

    With `valued`, what `run` returns is a value and then the gradients. None where the text is not as expected. One for
    Numba, which is `native`, has products of matrices made by BLAS where it can write into the buffer.
    """
    tree = next((s for s in ast.parse(text).body if isinstance(s, ast.FunctionDef) and s.name == run.__name__), None)
    if tree is None or not isinstance(tree.body[-1], ast.Return):
        return None
    results = _results(tree.body[-1], count, valued)
    if results is None:
        return None
    editor = _Editor(run, tree, native)
    for k in range(count):
        results[k] = editor.written(results[k], k)
    gradients = results[0] if count == 1 else ast.Tuple(results, ast.Load())
    value: Any = tree.body[-1].value
    tree.body[-1].value = ast.Tuple([value.elts[0], gradients], ast.Load()) if valued else gradients
    tree.args.args += [ast.arg(editor.buffer(k)) for k in range(count)]
    tree.args.defaults = []
    return editor.linked()


def _results(stmt: ast.Return, count: int, valued: bool) -> list[ast.expr] | None:
    """The expressions of the gradients that a generated function returns."""
    value = stmt.value
    if valued:
        if not isinstance(value, ast.Tuple) or len(value.elts) != 2:
            return None
        value = value.elts[1]
    if count == 1:
        return None if value is None else [value]
    return list(value.elts) if isinstance(value, ast.Tuple) and len(value.elts) == count else None


class _Editor:
    """One function's tree, and the objects that its new text mentions."""

    def __init__(self, run: FunctionType, tree: ast.FunctionDef, native: bool) -> None:
        self.operators = {**_OPERATORS, ast.MatMult: product} if native else _OPERATORS
        self.run = run
        self.tree = tree
        self.taken = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} | {a.arg for a in tree.args.args}
        self.objects: dict[str, Any] = {}
        self.done: set[str] = set()

    def buffer(self, number: int) -> str:
        return self.fresh(f"buffer_{number}")

    def fresh(self, name: str) -> str:
        while name in self.taken:
            name += "_"
        return name

    def mention(self, stem: str, value: Any) -> ast.Name:
        name = self.fresh(f"{stem}_into")
        self.objects[name] = value
        return ast.Name(name, ast.Load())

    def written(self, result: ast.expr, place: int) -> ast.expr:
        """The expression for a result, now in its buffer."""
        if isinstance(result, ast.Name):
            birth = self.birth(result.id)
            if birth is None or result.id in self.done:
                return self.made(result, place, copy=True)
            self.done.add(result.id)
            birth.value = self.made(birth.value, place)
            return result
        return self.made(result, place)

    def birth(self, name: str) -> ast.Assign | None:
        """The one statement that binds a name, if it stands outside of loops and branches and binds nothing else."""
        bound = [n for n in ast.walk(self.tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        changed = [s.target for s in ast.walk(self.tree) if isinstance(s, ast.AugAssign)]
        if sum(n.id == name and n not in changed for n in bound) != 1:
            return None
        for stmt in self.tree.body:
            if isinstance(stmt, ast.Assign) and len(stmt.targets) == 1:
                target = stmt.targets[0]
                if isinstance(target, ast.Name) and target.id == name:
                    return stmt
        return None

    def made(self, value: ast.expr, place: int, copy: bool = False) -> ast.expr:
        out = ast.Name(self.buffer(place), ast.Load())
        call: ast.expr = ast.Call(self.mention("stored", _stored), [value, out], [])
        if copy:
            pass
        elif isinstance(value, ast.BinOp) and type(value.op) in self.operators:
            function = self.operators[type(value.op)]
            call = ast.Call(self.mention(function.__name__, function), [value.left, value.right, out], [])
        elif isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
            call = ast.Call(self.mention("negative", np.negative), [value.operand, out], [])
        elif isinstance(value, ast.Call):
            called = self.found(value.func)
            if called is np.zeros_like or called is np.zeros:
                call = ast.Call(self.mention("filled", _filled), [out, ast.Constant(0.0)], [])
            elif called is np.empty or called is np.empty_like:
                call = out
            elif called in (np.copy, np.array) and len(value.args) == 1 and not value.keywords:
                call = ast.Call(self.mention("stored", _stored), [value.args[0], out], [])
            elif called is np.full and len(value.args) == 2:
                call = ast.Call(self.mention("filled", _filled), [out, value.args[1]], [])
            elif isinstance(called, np.ufunc) and called.nout == 1 and not value.keywords:
                call = ast.Call(value.func, [*value.args, out], [])
        return ast.fix_missing_locations(ast.copy_location(call, value))

    def found(self, path: ast.expr) -> Any:
        """The object that a dotted path stands for."""
        if isinstance(path, ast.Attribute):
            return getattr(self.found(path.value), path.attr, None)
        cells = dict(zip(self.run.__code__.co_freevars, self.run.__closure__ or ()))
        if isinstance(path, ast.Name):
            return cells[path.id].cell_contents if path.id in cells else self.run.__globals__.get(path.id)
        return None

    def linked(self) -> Callable[..., Any]:
        """The function of the changed tree, with the globals and closure cells of the one that it was made from."""
        run = self.run
        names = [*run.__code__.co_freevars, *self.objects]
        outer = ast.FunctionDef("make", _arguments(names), [self.tree], [], None)
        module = ast.fix_missing_locations(ast.Module([outer], []))
        code: CodeType = compile(module, run.__code__.co_filename, "exec")
        for _ in range(2):  # the module's code holds that of `make`, which holds the function's
            code = next(c for c in code.co_consts if isinstance(c, CodeType))
        cells = dict(zip(run.__code__.co_freevars, run.__closure__ or ()))
        cells |= {name: CellType(value) for name, value in self.objects.items()}
        return FunctionType(code, run.__globals__, run.__name__, None, tuple([cells[n] for n in code.co_freevars]))


def _arguments(names: Sequence[str]) -> ast.arguments:
    return ast.arguments([], [ast.arg(n) for n in names], None, [], [], None, [])


def _filled(out: Any, value: Any) -> Any:
    out[...] = value
    return out


def _stored(value: Any, out: Any) -> Any:
    out[...] = value
    return out


def product(a: Any, b: Any, out: Any) -> Any:
    """`a @ b`, in `out`; its form for Numba is in `backends.overloads`."""
    return np.matmul(a, b, out)
