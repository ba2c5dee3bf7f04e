"""The autodiff chapter of a deep-learning course, on plain NumPy: each result printed, and asserted.

python examples/textbook.py [directory for the plot]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from adjoint import grad, graph, jacobian, jvp, show, stop_gradient, vjp


def exactly(left, right):
    """Equal but for rounding."""
    return np.shape(left) == np.shape(right) and np.allclose(left, right, rtol=1e-12, atol=1e-12)


def title(text):
    print(f"\n{text}\n{'-' * len(text)}")


# A gradient


def twice_square(x):
    return 2 * (x @ x)


def total(x):
    return x.sum()


def gradient_of_a_product():
    title("The gradient of 2 x.x is 4 x")
    x = np.arange(4.0)
    slope = grad(twice_square)(x)
    print("x        ", x)
    print("gradient ", slope)
    assert exactly(slope, 4 * x)


def gradients_in_a_buffer():
    title("Gradients written or added into a buffer that the caller keeps")
    x = np.arange(4.0)
    buffer = np.full(4, 9.0)

    grad(twice_square).into(buffer)(x)
    print("written, 2 x.x          ", buffer)
    assert exactly(buffer, 4 * x)

    grad(total).add_to(buffer)(x)
    print("added, the sum of x     ", buffer)
    assert exactly(buffer, 4 * x + 1)

    grad(total).into(buffer)(x)
    print("written over, the sum   ", buffer)
    assert exactly(buffer, np.ones(4))


# A vector as the result


def square(x):
    return x * x


def sum_of_squares(x):
    return (x * x).sum()


def vector_results():
    title("A vector as the result: Jacobian, product with v, the sum's gradient")
    x = np.arange(4.0)
    v = np.array([1.0, -1.0, 2.0, 0.5])

    rows = jacobian(square)(x)
    print("Jacobian of x * x\n", rows)
    assert exactly(rows, np.diag(2 * x))

    y, pullback = vjp(square)(x)
    print("v times the Jacobian    ", pullback(v))
    assert exactly(y, x * x)
    assert exactly(pullback(v), v @ rows)

    print("the sum's gradient      ", grad(sum_of_squares)(x))
    assert exactly(grad(sum_of_squares)(x), pullback(np.ones(4)))


# A part held constant


def held_square_times_x(x):
    u = stop_gradient(x * x)
    return (u * x).sum()


def cube(x):
    u = x * x
    return (u * x).sum()


def detached_computation():
    title("x*x held constant in (x*x)*x")
    x = np.arange(4.0)
    print("held   ", grad(held_square_times_x)(x))
    print("not    ", grad(cube)(x))
    assert exactly(grad(held_square_times_x)(x), x * x)
    assert exactly(grad(cube)(x), 3 * x * x)


# Control flow


def doubled(a):
    """Piecewise linear: the number of doublings and the branch depend on the value of `a`."""
    b = a * 2
    while np.linalg.norm(b) < 1000:
        b = b * 2
    if b.sum() > 0:
        c = b
    else:
        c = 100 * b
    return c


def control_flow():
    title("Through `while norm(b) < 1000` and `if b.sum() > 0`")
    inputs = {
        "scalar": np.array(0.7),
        "negative scalar": np.array(-0.7),
        "vector": np.array([1.0, -2.0, 3.0]),
        "matrix": np.array([[-1.0, 2.0], [0.5, -4.0]]),
    }
    for name, a in inputs.items():
        out, pullback = vjp(doubled)(a)
        slope = pullback(np.ones_like(a))
        factor = out.flat[0] / a.flat[0]  # the function is f(a) = factor a near each a
        print(f"{name:16} f(a) = {factor:8.0f} a, gradient of the sum:", slope.tolist())
        assert exactly(slope, factor * np.ones_like(a))


# Backward twice, and the second derivative


def backward_twice():
    title("The pullback called again, with the same seed and another")
    x = np.array([1.0, 2.0, 3.0])
    _, pullback = vjp(sum_of_squares)(x)
    first, again, halved = pullback(1.0), pullback(1.0), pullback(0.5)
    print("first  ", first)
    print("again  ", again)
    print("halved ", halved)
    assert np.array_equal(first, again)
    assert first is not again
    assert exactly(halved, first / 2)


def wave(x):
    return np.sin(x) * x**2


def second_derivative():
    title("The second derivative of x**2 sin(x)")
    x = 1.3
    second = grad(grad(wave))(x)
    by_hand = 2 * np.sin(x) + 4 * x * np.cos(x) - x**2 * np.sin(x)
    print("grad(grad(f))", second)
    print("by hand      ", by_hand)
    assert exactly(second, by_hand)


# A plot


def sine(x):
    return np.sin(x)


def plot_sine(directory):
    title("sin and its derivative, plotted without using that it is cos")
    import matplotlib.pyplot as plt

    x = np.linspace(-2 * np.pi, 2 * np.pi, 201)
    y, pullback = vjp(sine)(x)
    slope = pullback(np.ones_like(x))
    assert exactly(slope, np.cos(x))

    figure, axes = plt.subplots(figsize=(7, 3.5))
    axes.plot(x, y, label="sin x")
    axes.plot(x, slope, "--", label="its derivative")
    axes.set_xlabel("x")
    axes.legend(loc="upper right")
    figure.tight_layout()
    path = Path(directory) / "sine.png"
    figure.savefig(path, dpi=120)
    plt.close(figure)
    print("written to", path)


# A dependency graph


def mixed(x):
    return np.log(x**2) * np.sin(x) + 1 / x


def dependency_graph():
    title("The dependency graph of log(x^2) sin(x) + 1/x, with its local derivatives")
    x = 1.5
    run = graph(mixed, x)
    print(run)
    print("\nas DOT:\n")
    print(run.to_dot())

    slope = grad(mixed)(x)
    by_hand = 2 / x * np.sin(x) + np.log(x**2) * np.cos(x) - 1 / x**2
    print("\nderivative", slope, "by hand", by_hand)
    assert exactly(slope, by_hand)


# Forward against reverse mode


def volume(x, y, z):
    return np.log(x * y) * np.sin(z) + x


def circle(t):
    return np.cos(t) * t, np.sin(t) * t


def forward_operations(run, start):
    """Tangents from one input: a multiplication for each edge out of what depends on it."""
    reached, count = {start}, 0
    for node in run.nodes:
        edges = [edge for edge in node.edges if edge.source in reached]
        count += len(edges)
        reached.update([node.name] if edges else [])
    return count


def reverse_operations(run, end):
    """Cotangents from one result: a multiplication for each edge into what it depends on."""
    needed, count = {end}, 0
    for node in reversed(run.nodes):
        if node.name in needed:
            count += len(node.edges)
            needed.update(edge.source for edge in node.edges)
    return count


def forward_against_reverse():
    title("Forward against reverse mode on the same graph: multiplications by local derivatives")
    print(f"{'':8} inputs  results  forward  reverse")
    for function, point in ((mixed, (1.5,)), (volume, (1.5, 0.7, 2.0)), (circle, (0.8,))):
        run = graph(function, *point)
        inputs = [n.name for n in run.nodes if not n.text]
        forward = sum(forward_operations(run, name) for name in inputs)
        reverse = sum(reverse_operations(run, name) for name in run.results)
        print(f"{function.__name__:8} {len(inputs):6} {len(run.results):8} {forward:8} {reverse:8}")

        names = tuple(inputs)
        _, pullback = vjp(function, wrt=names)(*point)
        seeds = [1.0] if len(run.results) == 1 else [(1.0, 0.0), (0.0, 1.0)]
        rows = np.array([pullback(seed) for seed in seeds])
        units = np.eye(len(inputs))
        columns = np.array([jvp(function, wrt=names)(point, tuple(u))[1] for u in units])
        assert exactly(rows, columns.T.reshape(rows.shape))
    print()
    show(jvp(mixed), 1.5)
    print()
    show(grad(mixed), 1.5)


def main(directory="."):
    gradient_of_a_product()
    gradients_in_a_buffer()
    vector_results()
    detached_computation()
    control_flow()
    backward_twice()
    second_derivative()
    plot_sine(directory)
    dependency_graph()
    forward_against_reverse()
    print("\nall results as they should be")


if __name__ == "__main__":
    main(*sys.argv[1:2])
