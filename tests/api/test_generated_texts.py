"""The generated texts themselves: written into buffers without new arrays, exported to files that run alone."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

import adjoint
from adjoint import grad, value_and_grad

N = 20_000
RATE = 0.5
CENTRE = np.array([1.0, -1.0, 0.5])


def weighted(w, x):
    return w @ x


def linear(w, X, y):
    r = X @ w - y
    return r @ r


def filled(x, c):
    total = 0.0
    for i in range(3):
        total += x[i] * c
    return total


def summed(x, y):
    return np.sum(x) * y


def squares(x, y):
    return np.sum(x * x) * y


def fed_back(x, y):
    z = x.copy()
    z[0] = z[1] * y
    return z.sum()


def peak(run):
    run()
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("transform", [grad, value_and_grad])
@pytest.mark.parametrize(
    ("f", "second"), [(weighted, np.linspace(0.0, 1.0, N)), (filled, 2.0), (summed, 2.0)], ids=lambda v: ""
)
def test_nothing_is_allocated_for_the_result(f, second, transform):
    x, kept = np.linspace(1.0, 2.0, N), np.full(N, np.nan)
    into = transform(f).into(kept)
    allocated = peak(lambda: into(x, second))
    assert allocated < 8 * N / 4
    assert np.array_equal(kept, grad(f)(x, second))


@pytest.mark.parametrize("f", [weighted, filled, summed, squares, fed_back])
def test_into_and_added(f):
    x, y = np.linspace(1.0, 2.0, 5), np.linspace(0.0, 1.0, 5) if f is weighted else 2.0
    expected = grad(f)(x, y)
    kept = np.full(5, 7.0)
    assert grad(f).into(kept)(x, y) is kept
    assert np.array_equal(kept, expected)
    grad(f).add_to(kept)(x, y)
    assert np.array_equal(kept, 2 * expected)
    assert np.array_equal(x, np.linspace(1.0, 2.0, 5))


def helper(v):
    return np.tanh(v) * RATE


def network(w, X, n=3):
    h = np.zeros(n)
    for i in range(n):
        h[i] = helper(X[i] @ w)
    return (h * h).sum()


def gathered(w):
    return np.sum(w[np.array([0, 2, 0])] ** 2 * w[:, None])


def distance(w):
    return np.linalg.norm(w - CENTRE) + np.max(w)


def power(n, x):
    return x if n == 0 else x * power(n - 1, x)


def recursive(x):
    return power(4, x)


def listed(x):
    items = [x]
    for _ in range(3):
        items.append(items[-1] * x)
    return items[-1]


def doubled(x):
    b = x
    while b < 100.0:
        b = b * b
    return b


W = np.array([1.0, 2.0, 3.5])


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (network, (W, np.eye(3))),
        (gathered, (W,)),
        (distance, (W,)),
        (recursive, (1.3,)),
        (listed, (1.3,)),
        (doubled, (1.3,)),
        (grad(doubled), (1.3,)),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_an_exported_file_runs_alone(f, args, tmp_path):
    made = grad(f)
    text = adjoint.source(made, *args, standalone=True)
    run = made.compiled(*args)
    (tmp_path / "exported.py").write_text(text)
    values = [*made.values(*args), *made.extra]
    given = ", ".join(repr(v.tolist()) if isinstance(v, np.ndarray) else repr(v) for v in values)
    code = (
        "import sys; sys.modules['adjoint'] = None\nimport numpy as np\nimport exported\n"
        f"given = [np.array(v) if isinstance(v, list) else v for v in [{given}]]\n"
        f"print(np.asarray(exported.{run.__name__}(*given)).tolist())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert np.allclose(eval(done.stdout), made(*args), rtol=1e-14)


def test_what_cannot_be_exported_is_named():
    thing = object()

    def opaque(x):
        return x * hash_of(thing)

    @adjoint.constant
    def hash_of(value):
        return 2.0 if value is thing else 1.0

    assert grad(opaque)(3.0) == 2.0
    with pytest.raises(adjoint.UnsupportedArgument, match="thing"):
        adjoint.source(grad(opaque), 3.0, standalone=True)


def test_sources_of_all_that_can_be_asked():
    w, X = W, np.eye(3)
    by_w = adjoint.source(network, w, X)
    assert by_w.startswith("def network_grad(w, X, n, out_bar=1.0):")
    assert adjoint.source(grad(network), w, X) == by_w
    _, pullback = adjoint.vjp(network)(w, X)
    text = adjoint.source(pullback)
    assert "def network_forward(" in text
    assert "def network_reverse(" in text
    assert "def power_reverse(" in adjoint.source(recursive, 1.3)
    assert "def network_value_and_grad(" in adjoint.source(value_and_grad(network), w, X)
