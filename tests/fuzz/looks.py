"""Further looks at a program: other ways to its gradient, which must lead to the same numbers.

Each takes a `Case` and raises AssertionError where a number is wrong. A refusal is no failure where the way is one
that may be refused (an ablation, Numba, the second derivative); of Numba's the reason is returned.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from ablations import ABLATIONS, changed
from differences import differences, fresh, leaves, pair, random_cotangent
from judge import Case, agree, close, function, same_bits

import adjoint
from adjoint import errors
from adjoint.debug import debugging

Look = Callable[[Case], str | None]


def seeded(case: Case) -> Any:
    """The program that returns the product of its result with a seed, its last argument."""
    return function(with_seed(case.text), f"{case.name}.seeded")


def with_seed(text: str) -> str:
    """The program that returns the sum of its result times `seed`; NumPy goes by `xp` too.

    >>> print(with_seed("def f(x):\\n    return x, x * 2\\n"))
    def f(x, seed):
        return xp.sum(seed[0] * x) + xp.sum(seed[1] * (x * 2))
    """
    tree = ast.parse(text)
    main = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "f")
    for node in _own_returns(main):
        assert node.value is not None
        parts = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        seeds = [f"seed[{k}]" for k in range(len(parts))] if isinstance(node.value, ast.Tuple) else ["seed"]
        sums = [f"xp.sum({seed} * ({ast.unparse(part)}))" for seed, part in zip(seeds, parts, strict=True)]
        node.value = ast.parse(" + ".join(sums), mode="eval").body
    main.args.args.append(ast.arg("seed"))
    return ast.unparse(ast.fix_missing_locations(tree))


def _own_returns(function: ast.FunctionDef) -> Iterator[ast.Return]:
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Return):
            yield node
        elif not isinstance(node, (ast.FunctionDef, ast.Lambda)):
            todo += ast.iter_child_nodes(node)


def gradient(case: Case) -> None:
    """`grad` of the seeded program, which is one function."""
    before = fresh(case.args)
    found = adjoint.grad(seeded(case), wrt=case.wrt)(*case.args, case.cotangent)
    agree(found, case)
    same_bits(case.args, before, "the arguments")


def debug(case: Case) -> None:
    """Every stage validated, every cotangent held against its primal."""
    with debugging():
        _again(case, "debug")


def _again(case: Case, label: str) -> None:
    f = function(case.text, f"{case.name}.{label}")
    out, pullback = adjoint.vjp(f, wrt=case.wrt)(*case.args)
    first = pullback(case.cotangent)
    agree(first, case)
    same_bits(pullback(case.cotangent), first, "a second pullback")


def ablated(name: str) -> Look:
    def look(case: Case) -> None:
        label = name.replace(" ", "-")
        with changed(*ABLATIONS[name]), contextlib.suppress(*REFUSALS):
            _again(case, label)

    return look


REFUSALS = tuple(c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.AdjointError)
                 and c not in (errors.AdjointError, errors.InternalError))  # fmt: skip


def exported(case: Case) -> None:
    """The file that is written, run by itself."""
    f = seeded(case)
    gradient = adjoint.grad(f, wrt=case.wrt)
    live = gradient(*case.args, case.cotangent)
    try:
        text = adjoint.source(gradient, *case.args, case.cotangent, standalone=True)
    except REFUSALS:  # what a file of its own cannot do without the user's module
        return
    space: dict[str, Any] = {"__name__": f"{case.name}.exported"}
    exec(compile(text, f"{case.name}.exported", "exec"), space)
    name = gradient.compiled(*case.args, case.cotangent).__name__
    args = (*fresh(case.args), case.cotangent)
    found = space[name](*args)
    if name.endswith("_forward"):  # only the run can tell that the result is a number
        found = space[name.replace("_forward", "_reverse")](*args, found[1], 1.0)
        found = found if len(case.wrt) > 1 or not isinstance(found, tuple) else found[0]
    same_bits(found, live, "what the exported file gives")


def second(case: Case) -> None:
    """The derivative of a sum of the gradient's entries, against differences of the gradient itself."""
    if any(isinstance(g, (dict, list)) for g in case.right):
        return
    f = seeded(case)
    inner = adjoint.grad(f, wrt=case.wrt if len(case.wrt) > 1 else case.wrt[0])
    names = [*f.__code__.co_varnames[: f.__code__.co_argcount]]
    call = f"inner({', '.join(names)})" if len(case.wrt) > 1 else f"(inner({', '.join(names)}),)"
    parts = [f"(weights[{k}] * g[{k}]).sum()" if np.ndim(a) else f"weights[{k}] * g[{k}]"
             for k, a in enumerate(case.right)]  # fmt: skip
    text = f"def f({', '.join(names)}, weights):\n    g = {call}\n    return {' + '.join(parts)}\n"
    space_name = f"{case.name}.second"
    outer = function(text, space_name)
    outer.__globals__["inner"] = inner
    rng = np.random.default_rng(1)
    weights = [rng.normal(size=np.shape(g)) if np.ndim(g) else float(rng.normal()) for g in case.right]
    args = (*case.args, case.cotangent, weights)
    with contextlib.suppress(*REFUSALS):
        found = adjoint.grad(outer, wrt=case.wrt)(*args)
        close(found, differences(outer, args, case.wrt, 1.0), max(case.accurate, 1e-5))


def forward(case: Case) -> None:
    """Forward mode: the tangent of the result in a random direction, paired with the cotangent as the gradients are."""
    rng = np.random.default_rng(2)
    names = case.f.__code__.co_varnames
    directions = [random_cotangent(case.args[names.index(n)], rng) for n in case.wrt]
    before = fresh(case.args)
    f = function(case.text, f"{case.name}.forward")
    with contextlib.suppress(*REFUSALS):
        _, out_dot = adjoint.jvp(f, wrt=case.wrt)(tuple(case.args), tuple(directions))
        same_bits(case.args, before, "the arguments")
        scale = max(1.0, sum(float(pair(abs_of(g), abs_of(d))) for g, d in zip(case.right, directions, strict=True)))
        ours, right = pair(case.cotangent, out_dot), sum(map(pair, case.right, directions))
        close(ours / scale, right / scale, case.accurate, case.doubt)


def columns(case: Case) -> None:
    """The Jacobian of the seeded program, all its columns in one forward sweep."""
    if any(isinstance(g, (dict, list)) for g in case.right):
        return
    with contextlib.suppress(*REFUSALS):
        agree(adjoint.jacfwd(seeded(case), wrt=case.wrt)(*fresh(case.args), case.cotangent), case)


def abs_of(value: Any) -> list[Any]:
    return [np.abs(leaf) for leaf in leaves(value)]


def native(case: Case) -> str:
    """The backend's machine code, where Numba takes the text: its result, and its gradient; why not, else."""
    f = seeded(case)
    try:
        value, found = adjoint.value_and_grad(f, wrt=case.wrt, backend=NATIVE)(*fresh(case.args), case.cotangent)
    except REFUSALS as refusal:
        return str(refusal).partition("\n")[0]
    close(value, f(*fresh(case.args), case.cotangent), case.accurate * 1e-3)
    agree(found, case)
    return ""


NATIVE = adjoint.Numba(boundscheck=True)
LOOKS: dict[str, Look] = {
    "gradient": gradient,
    "debug": debug,
    "export": exported,
    "forward mode": forward,
    "Jacobian by columns": columns,
    "second derivative": second,
    "Numba": native,
    **{name: ablated(name) for name in ABLATIONS},
}
