"""Hares and lynxes: a differential equation, stepped in place, fitted to a century-old record of pelts.

The Hudson's Bay Company's counts of hare and lynx pelts, 1900 to 1920, in thousands; as tabulated by Howard (2009),
"Modeling basics", after Odum's "Fundamentals of ecology". The model is Lotka and Volterra's,

    hare' = hare (a - b lynx)        lynx' = lynx (d hare - c)

stepped by the classical Runge-Kutta method into one array. SciPy's L-BFGS-B fits the four rates and both first counts,
as logarithms, by our gradient: the array, its loop and the helper that is called four times a step are all
differentiated as they stand.

    python examples/lotka_volterra.py [directory for the plot]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from adjoint import value_and_grad

YEARS = np.arange(1900, 1921)
HARE = np.array(
    [30, 47.2, 70.2, 77.4, 36.3, 20.6, 18.1, 21.4, 22, 25.4, 27.1]
    + [40.3, 57, 76.6, 52.3, 19.5, 11.2, 7.6, 14.6, 16.2, 24.7]
)
LYNX = np.array(
    [4, 6.1, 9.8, 35.2, 59.4, 41.7, 19, 13, 8.3, 9.1, 7.4]  # 1900 to 1910
    + [8, 12.3, 19.5, 45.7, 51.1, 29.7, 15.8, 9.7, 10.1, 8.6]  # 1911 to 1920
)
LOG_COUNTS = np.log(np.column_stack([HARE, LYNX]))

STEPS_A_YEAR = 10
SIGNS = np.array([1.0, -1.0])  # hares grow by themselves and are eaten, lynxes the other way round


def slope(y, growth, contact):
    return y * SIGNS * (growth - contact * y[::-1])


def simulate(log_rates, years, steps_a_year):
    """The counts at the start of each step; log_rates: log of (a, c, b, d, first hares, first lynxes)."""
    rates = np.exp(log_rates)
    growth, contact = rates[0:2], rates[2:4]
    steps = (years - 1) * steps_a_year
    h = 1 / steps_a_year
    y = np.zeros((steps + 1, 2))
    y[0, :] = rates[4:6]
    for k in range(steps):
        k1 = slope(y[k], growth, contact)
        k2 = slope(y[k] + h / 2 * k1, growth, contact)
        k3 = slope(y[k] + h / 2 * k2, growth, contact)
        k4 = slope(y[k] + h * k3, growth, contact)
        y[k + 1, :] = y[k] + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return y


def misfit(log_rates, log_counts, steps_a_year):
    """The mean square of the logarithms' differences: counts vary by a factor, not by a number."""
    y = simulate(log_rates, len(log_counts), steps_a_year)
    return np.mean((np.log(y[::steps_a_year]) - log_counts) ** 2)


def fit():
    start = np.log([0.5, 1.0, 0.02, 0.02, 30.0, 4.0])
    return minimize(value_and_grad(misfit), start, args=(LOG_COUNTS, STEPS_A_YEAR), jac=True, method="L-BFGS-B")


def plot(log_rates, directory):
    import matplotlib.pyplot as plt

    y = simulate(log_rates, len(YEARS), STEPS_A_YEAR)
    time = YEARS[0] + np.arange(len(y)) / STEPS_A_YEAR
    figure, axes = plt.subplots(figsize=(7, 4))
    for column, (name, counts, colour) in enumerate([("hare", HARE, "tab:blue"), ("lynx", LYNX, "tab:red")]):
        axes.plot(YEARS, counts, "o", color=colour, label=f"{name}, counted")
        axes.plot(time, y[:, column], color=colour, label=f"{name}, fitted")
    axes.set_ylabel("pelts, thousands")
    axes.set_xticks(YEARS[::5])
    axes.legend()
    figure.tight_layout()
    path = Path(directory) / "lotka_volterra.png"
    figure.savefig(path, dpi=120)
    plt.close(figure)
    return path


def main(directory="."):
    result = fit()
    print(f"{result.message}: {result.nit} iterations, {result.nfev} gradients")
    a, c, b, d, hares, lynxes = np.exp(result.x)
    print(f"a = {a:.3f}, b = {b:.4f}, c = {c:.3f}, d = {d:.4f}")
    print(f"at first {hares:.1f} hares, {lynxes:.1f} lynxes (thousands)")
    print(f"typical difference from the counts: {np.expm1(np.sqrt(result.fun)):.0%}")
    assert result.success
    # Nelder and Mead's method, which uses no gradient, ends here too, after 886 evaluations of the misfit.
    assert np.allclose([a, b, c, d], [0.54016, 0.027165, 0.79639, 0.023695], rtol=1e-3)
    print("written to", plot(result.x, directory))


if __name__ == "__main__":
    main(*sys.argv[1:2])
