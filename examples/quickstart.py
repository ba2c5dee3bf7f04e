"""A gradient, the source that computes it, and a numeric check: a recurrence stepped in place, in plain NumPy."""

from __future__ import annotations

import numpy as np

from adjoint import check_grads, grad, show


def growth(x, rates):
    """The total over time of a population that starts at `x` and grows by the logistic law."""
    y = np.zeros(len(rates) + 1)
    y[0] = x
    for i in range(len(rates)):
        y[i + 1] = y[i] * (1 + rates[i] * (1 - y[i]))
    return y.sum()


def main():
    x, rates = 0.1, np.array([0.5, 0.8, 1.1])

    growth_grad = grad(growth, wrt=("x", "rates"))
    by_x, by_rates = growth_grad(x, rates)
    print("gradient by x:    ", by_x)
    print("gradient by rates:", by_rates)

    print("\nits source:\n")
    show(growth_grad)

    step = 1e-6
    difference = (growth(x + step, rates) - growth(x - step, rates)) / (2 * step)
    print("\nby x, from differences:", difference)
    assert abs(difference - by_x) < 1e-8
    check_grads(growth, (x, rates))  # raises where any derivative disagrees
    print("all derivatives agree with differences")


if __name__ == "__main__":
    main()
