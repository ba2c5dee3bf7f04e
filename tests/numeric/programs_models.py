"""Models as they are written: simulations, statistics, small solvers, classes with state."""

from __future__ import annotations

import math
from collections import Counter
from functools import partial

import numpy as np
from program import Program, arrays, numbers, positive


def leapfrog(x, n, potential=lambda q: 0.5 * q * q):
    q, p = (x[0], x[1])
    h = 0.1
    trace = [(q, p)]
    for k in range(n):
        p_half = p - h / 2 * q**3
        q = q + h * p_half
        p = p_half - h / 2 * q**3
        trace.append((q, p))
    return sum((a * b for a, b in trace[::2])) + potential(trace[-1][0])


def rk4(f, t, y, h, *args, **kw):
    k1 = f(t, y, *args, **kw)
    k2 = f(t + h / 2, y + h / 2 * k1, *args, **kw)
    k3 = f(t + h / 2, y + h / 2 * k2, *args, **kw)
    k4 = f(t + h, y + h * k3, *args, **kw)
    return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def lotka(t, y, a, b, *, c=0.5, d=0.3):
    u, v = y
    return np.array([a * u - b * u * v, d * u * v - c * v])


def predator(x, n):
    y = np.array([1.0, 0.5])
    t = 0.0
    for _ in range(n):
        y = rk4(lotka, t, y, 0.1, x[0], x[1], d=x[2])
        t += 0.1
    return y


def adaptive(x, tol):
    t, y, h = (0.0, x, 0.2)
    rejected = 0
    while t < 1.0:
        if t + h > 1.0:
            h = 1.0 - t
        full = y + h * (-y * y)
        half = y + h / 2 * (-y * y)
        half = half + h / 2 * (-half * half)
        if abs(full - half) > tol:
            h = h / 2
            rejected += 1
            continue
        t += h
        y = 2 * half - full
    return y * (1 + rejected)


def heat(x, n):
    u = x.copy()
    for _ in range(n):
        new = u.copy()
        for i in range(1, len(u) - 1):
            new[i] = u[i] + 0.2 * (u[i - 1] - 2 * u[i] + u[i + 1])
        new[0], new[-1] = (new[1], new[-2])
        u = new
    return u


def automaton(x, pattern):
    state = {"idle": 0.0, "run": x, "stop": 0.0}
    mode = "idle"
    for c in pattern:
        match (mode, c):
            case ["idle", "g"]:
                mode = "run"
            case ["run", "s"]:
                mode = "stop"
                state["stop"] += state["run"]
            case ["run", _]:
                state["run"] *= 1.5 * x
            case ["stop", "g"]:
                mode = "run"
                state["run"] = state["stop"] * x
            case _:
                pass
        state["idle"] = state["idle"] + 0.1 * x
    return sum(state.values()) * len(mode)


class Running:
    """Welford."""

    def __init__(self):
        self.n = 0
        self.mean = 0.0
        self.m2 = 0.0

    def push(self, v):
        self.n += 1
        d = v - self.mean
        self.mean += d / self.n
        self.m2 += d * (v - self.mean)
        return self

    @property
    def variance(self):
        return self.m2 / (self.n - 1) if self.n > 1 else 0.0

    def __iadd__(self, v):
        return self.push(v)


def welford(x):
    r = Running()
    for v in x:
        r.push(v)
    r += 2.0
    return r.variance + r.mean


def weighted_counter(x, words):
    counts = Counter(words)
    total = 0.0
    for i, (w, c) in enumerate(sorted(counts.items())):
        total += c * x[i % len(x)] ** (i + 1)
    return total / len(counts)


def log_likelihood(x, data):
    mu, log_s = (x[0], x[1])
    s = math.exp(log_s)
    ll = 0.0
    for d in data:
        if d is None:
            continue
        z = (d - mu) / s
        ll += -0.5 * z * z - log_s - 0.5 * math.log(2 * math.pi)
    return ll


def median_of_three(a, b, c):
    lo, mid, hi = sorted((a, b, c))
    return mid


def filtered(x):
    out = [x[0]]
    for i in range(1, len(x) - 1):
        out.append(median_of_three(x[i - 1], x[i], x[i + 1]))
    out.append(x[-1])
    return np.array(out) * x


def bootstrap(x, seed):
    rng = np.random.default_rng(seed)
    stats = []
    for _ in range(4):
        idx = rng.integers(0, len(x), len(x))
        stats.append(x[idx].mean() ** 2)
    return np.std(stats) + max(stats)


def histogram_soft(x, centers):
    return {f"bin_{k}": sum((np.exp(-((v - c) ** 2)) for v in x)) for k, c in enumerate(centers)}["bin_1"]


def ewma(x, alpha):
    s = None
    out = []
    for v in x:
        s = v if s is None else alpha * v + (1 - alpha) * s
        out.append(s)
    return np.asarray(out)


def correlation(x):
    rows = [row - row.mean() for row in x]

    def corr(a, b):
        return a @ b / np.sqrt(a @ a * (b @ b))

    return sum((corr(rows[i], rows[j]) for i in range(len(rows)) for j in range(i)))


class NoConvergence(Exception):
    pass


def newton(f, df, x0, *, tol=1e-10, maxiter=50):
    for k in range(maxiter):
        fx = f(x0)
        if abs(fx) < tol:
            break
        x0 = x0 - fx / df(x0)
    else:
        raise NoConvergence(f"after {maxiter}")
    return x0


def root(x):
    return newton(lambda z: z**3 - x, lambda z: 3 * z**2, 1.5) * x


def jacobi(x, n):
    a = np.diag(np.array([4.0, 5.0, 6.0])) + 0.5
    y = np.zeros(3)
    d = np.diag(a)
    r = a - np.diag(d)
    for _ in range(n):
        y = (x - r @ y) / d
    return y


def cg(x):
    A = np.outer(x, x) + 3 * np.eye(3)
    b = np.ones(3)
    y = np.zeros(3)
    r = b - A @ y
    p = r
    rs = r @ r
    for _ in range(3):
        if rs < 1e-14:
            break
        Ap = A @ p
        alpha = rs / (p @ Ap)
        y = y + alpha * p
        r = r - alpha * Ap
        new = r @ r
        p = r + new / rs * p
        rs = new
    return y.sum() * x[0]


def lu(x):
    A = x.reshape(3, 3).copy() + 4 * np.eye(3)
    n = 3
    L = np.eye(n)
    for k in range(n - 1):
        for i in range(k + 1, n):
            L[i, k] = A[i, k] / A[k, k]
            A[i, k:] -= L[i, k] * A[k, k:]
    det = 1.0
    for i in range(n):
        det *= A[i, i]
    return math.log(det) + L[2, 0]


def simpson(f, a, b, n):
    h = (b - a) / n
    return h / 3 * sum(((1 if i in (0, n) else 4 if i % 2 else 2) * f(a + i * h) for i in range(n + 1)))


def integral(x):
    return simpson(partial(lambda k, t: np.sin(k * t) * t, x), 0.0, x, 6)


def golden(x):
    a, b = (0.0, 2.0)
    f = lambda t: (t - x) ** 2
    for _ in range(4):
        m1, m2 = (a + 0.382 * (b - a), a + 0.618 * (b - a))
        if f(m1) < f(m2):
            b = m2
        else:
            a = m1
    return (a + b) / 2 * x + f(a)


def descend(x, n):

    def loss(w):
        return ((w - x) ** 2).sum() + (w**4).sum() * 0.1

    def slope(w):
        return 2 * (w - x) + 0.4 * w**3

    w = np.zeros_like(x)
    m = np.zeros_like(x)
    history = []
    for k in range(n):
        g = slope(w)
        m = 0.9 * m + 0.1 * g
        w = w - 0.3 * m / (1 - 0.9 ** (k + 1))
        history.append(loss(w))
        if len(history) > 3 and history[-1] > history[-2]:
            break
    return history[-1] + w[0]


def bisect(x):
    lo, hi = (0.0, 3.0)
    for _ in range(12):
        mid = (lo + hi) / 2
        if mid * mid < 2.0:
            lo = mid
        else:
            hi = mid
    return lo * x


def horner(coefficients):

    def evaluate(t):
        y = 0.0
        for c in reversed(coefficients):
            y = y * t + c
        return y

    return evaluate


def polynomials(x):
    p = horner(x)
    q = horner([1.0, *x[1:], x[0]])
    return p(0.5) * q(x[1])


PROGRAMS = [
    Program(leapfrog, arrays(2, rest=(5,))),
    Program(predator, positive(3, rest=(4,))),
    Program(adaptive, numbers(0.01)),
    Program(heat, arrays(6, rest=(3,))),
    Program(automaton, numbers("gxxsgxs")),
    Program(welford, arrays(5)),
    Program(weighted_counter, positive(2, rest=(["u", "v", "u", "w"],))),
    Program(log_likelihood, arrays(2, rest=([0.1, None, 0.5, 1.2],))),
    Program(filtered, arrays(6)),
    Program(bootstrap, arrays(5, rest=(3,))),
    Program(histogram_soft, arrays(4, rest=((0.0, 0.5),))),
    Program(ewma, arrays(5, rest=(0.3,))),
    Program(correlation, arrays((3, 4))),
    Program(root, numbers()),
    Program(jacobi, arrays(3, rest=(4,))),
    Program(cg, positive(3)),
    Program(lu, positive(9)),
    Program(integral, numbers()),
    Program(golden, numbers()),
    Program(descend, arrays(3, rest=(5,))),
    Program(bisect, numbers()),
    Program(polynomials, arrays(4)),
]
