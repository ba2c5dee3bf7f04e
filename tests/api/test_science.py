"""Derivatives inside what is differentiated, as science has them: each program by its arguments, in every mode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pytest

from adjoint import (
    checkpoint,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    linearize,
    value_and_grad,
)

RNG = np.random.default_rng(7)
X, Y = RNG.normal(size=(6, 3)), RNG.normal(size=6)
W0, V = RNG.normal(size=3) * 0.5, RNG.normal(size=(3, 3)) * 0.5
TIMES = np.linspace(0, 1, 5)


@dataclass
class Params:
    W: Any
    b: float
    name: str = "linear"

    def predict(self, x: Any) -> Any:
        return x @ self.W + self.b


class State(NamedTuple):
    w: Any
    m: Any
    t: int


class Net(NamedTuple):
    W: Any
    v: Any


def maml(x: Any) -> Any:
    def task_loss(w, a, b):
        return np.sum((a @ w - b) ** 2) / len(b)

    total = 0.0
    for k in range(2):
        a, b = X[3 * k : 3 * k + 3], Y[3 * k : 3 * k + 3]
        fast = x
        for _ in range(2):
            fast = fast - 0.1 * grad(task_loss)(fast, a, b)
        total = total + task_loss(fast, X, Y)
    return total / 2


def newton_implicit(x: Any) -> Any:
    def g(z, t):
        return z**3 + np.sin(t) * z - t

    z = x
    for _ in range(4):
        J = jacobian(g)(z, x)
        z = z - np.linalg.solve(J, g(z, x))
    return np.sum(z**2)


def natural_gradient(x: Any) -> Any:
    def logp(w):
        return -0.5 * (X @ w - Y) ** 2 - np.log(1 + (X @ w) ** 2)

    w = x
    for _ in range(2):
        J = jacobian(logp)(w)
        F = J.T @ J / len(Y) + 0.1 * np.eye(3)
        w = w + 0.1 * np.linalg.solve(F, grad(lambda u: np.sum(logp(u)))(w))
    return np.sum(w**2)


def pinn(x: Any) -> Any:
    W, b, v = x[:3], x[3:6], x[6:]

    def u(t):
        return np.tanh(t[:, None] * W + b) @ v

    ut = elementwise_grad(u)
    utt = elementwise_grad(ut)
    r = utt(TIMES) + np.sin(u(TIMES)) + 0.1 * ut(TIMES)
    return np.mean(r**2) + (u(np.zeros(1))[0] - 1.0) ** 2


def hamiltonian(x: Any) -> Any:
    def H(q, p):
        return 0.5 * np.sum(p**2) + np.sum(np.cos(q)) + 0.1 * np.sum(q) ** 2

    q, p = x, np.zeros(3)
    for _ in range(4):
        p = p - 0.05 * grad(H, wrt=0)(q, p)
        q = q + 0.1 * grad(H, wrt="p")(q, p)
        p = p - 0.05 * grad(H)(q, p)
    return np.sum(q * p)


def lagrangian(x: Any) -> Any:
    def L(q, v):
        return 0.5 * v @ (np.eye(3) + np.outer(q, q)) @ v - np.sum(q**2)

    q, v = x, np.ones(3) * 0.3
    for _ in range(2):
        M = hessian(L, wrt=1)(q, v)
        C = jacobian(grad(L, wrt=1), wrt=0)(q, v)
        a = np.linalg.solve(M, grad(L, wrt=0)(q, v) - C @ v)
        q, v = q + 0.1 * v, v + 0.1 * a
    return np.sum(q**2) + np.sum(v)


def laplace(x: Any) -> Any:
    def nll(w, s):
        return np.sum(np.log(1 + np.exp(-Y * (X @ w)))) + 0.5 * np.exp(s[0]) * w @ w

    w = np.zeros(3)
    for _ in range(3):
        w = w - np.linalg.solve(hessian(nll)(w, x), grad(nll)(w, x))
    sign, ld = np.linalg.slogdet(hessian(nll)(w, x))
    return -nll(w, x) - 0.5 * ld


def score_matching(x: Any) -> Any:
    def logp(u, t):
        return -np.sum(u**4) * 0.1 + np.tanh(u) @ t - 0.5 * np.sum(u**2 * t**2)

    total = 0.0
    for k in range(3):
        s = grad(logp)(X[k], x)
        total = total + np.trace(hessian(logp)(X[k], x)) + 0.5 * s @ s
    return total


def langevin(x: Any) -> Any:
    noise = np.random.default_rng(0).normal(size=(4, 3))
    energy = lambda u: 0.25 * np.sum(u**4) + np.sum(np.cos(u * x))
    u = np.zeros(3)
    for k in range(4):
        u = u - 0.05 * grad(energy)(u) + np.sqrt(0.1) * noise[k]
    return energy(u)


def gradient_penalty(x: Any) -> Any:
    critic = lambda inp, w: np.tanh(inp @ V) @ w
    total = 0.0
    for row in X:
        g = grad(critic)(row, x)
        total = total + (np.sqrt(g @ g + 1e-6) - 1.0) ** 2
    return total / len(X)


def hyper_momentum(x: Any) -> Any:
    def loss(w):
        return np.sum((X @ w - Y) ** 2 * np.exp(x[0])) + np.exp(x[1]) * np.sum(w**2)

    w, m = np.zeros(3), np.zeros(3)
    for _ in range(4):
        m = 0.9 * m + grad(loss)(w)
        w = w - 0.01 * m * np.exp(x[2])
    return np.sum((X[:3] @ w - Y[:3]) ** 2)


def rk4_sensitivity(x: Any) -> Any:
    def flow(p):
        f = lambda y: np.array([y[1], -p[0] * np.sin(y[0]) - p[1] * y[1]])
        y, h = np.array([1.0, p[2]]), 0.1
        for _ in range(4):
            k1 = f(y)
            k2 = f(y + h / 2 * k1)
            k3 = f(y + h / 2 * k2)
            k4 = f(y + h * k3)
            y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        return y

    y, dy = jvp(flow)(x, np.array([1.0, 0.5, -1.0]))
    return np.sum(y * dy) + np.sum(jacobian(flow)(x) ** 2)


def checkpoint_inside(x: Any) -> Any:
    @checkpoint
    def block(u):
        return np.tanh(V @ u) * u

    f = lambda u: np.sum(block(block(u)))
    return np.sum(grad(f)(x) ** 2)


def linearize_loop(x: Any) -> Any:
    f = lambda u: np.tanh(V @ u)
    u, s = x, 0.0
    for k in range(3):
        u, push = linearize(f)(u)
        s = s + np.sum(push(x) * push(np.ones(3)))
    return s


def dataclass_replace(x: Any) -> Any:
    def loss(p):
        return np.mean((p.predict(X) - Y) ** 2)

    p = Params(x, 0.1)
    for _ in range(3):
        g = grad(loss)(p)
        p = replace(p, W=p.W - 0.1 * g.W, b=p.b - 0.1 * g.b)
    return loss(p)


def named_tuple_train(x: Any) -> Any:
    def loss(w):
        return np.mean((X @ w - Y) ** 2)

    s = State(x, np.zeros(3), 0)
    for _ in range(3):
        g = grad(loss)(s.w)
        m = 0.9 * s.m + g
        s = s._replace(w=s.w - 0.1 * m, m=m, t=s.t + 1)
    return loss(s.w) * s.t


def named_tuple_params(x: Any) -> Any:
    def loss(n):
        return np.mean((np.tanh(X @ n.W) @ n.v - Y) ** 2)

    n = Net(np.outer(x, x), x)
    for _ in range(2):
        g = grad(loss)(n)
        n = Net(*[p - 0.1 * d for p, d in zip(n, g)])
    return loss(n)


def cg_hvp(x: Any) -> Any:
    f = lambda u: np.sum(np.log(np.cosh(X @ u))) + 0.5 * u @ u
    b = grad(f)(x)
    s, r = np.zeros(3), b
    p = r
    for _ in range(3):
        Ap = hvp(f)(x, p)
        a = (r @ r) / (p @ Ap)
        s = s + a * p
        rn = r - a * Ap
        p = rn + (rn @ rn) / (r @ r) * p
        r = rn
    return f(x - s)


def sgd_function(x: Any) -> Any:
    def sgd(loss, p, lr, n):
        for _ in range(n):
            p = p - lr * grad(loss)(p)
        return p

    return np.sum(sgd(lambda w: np.sum((X @ w - Y) ** 2) + x @ w, x, 0.02, 3) ** 2)


def tree_map(x: Any) -> Any:
    def tmap(f, *ts):
        return [f(*xs) for xs in zip(*ts)]

    def loss(ps):
        return np.mean((np.tanh(X @ ps[0]) @ ps[1] - Y) ** 2)

    ps = [np.outer(x, np.ones(2)), np.ones(2)]
    for _ in range(2):
        ps = tmap(lambda p, g: p - 0.1 * g, ps, grad(loss)(ps))
    return loss(ps)


def l2_norm_clip(x: Any) -> Any:
    def loss(p):
        return np.mean((np.tanh(X @ p["W"]) @ p["v"] - Y) ** 2)

    params = {"W": np.outer(x, np.ones(2)), "v": np.ones(2)}
    for _ in range(2):
        g = grad(loss)(params)
        norm = np.sqrt(sum(np.sum(d**2) for d in g.values()))
        scale = 1.0 / (1.0 + norm)
        params = {k: params[k] - 0.3 * scale * g[k] for k in params}
    return loss(params)


def sgd_class(x: Any) -> Any:
    class SGD:
        def __init__(self, lr):
            self.lr = lr
            self.v = 0.0

        def step(self, p, g):
            self.v = 0.9 * self.v + g
            return p - self.lr * self.v

    opt = SGD(0.02)
    w = x
    for _ in range(3):
        w = opt.step(w, grad(lambda u: np.sum((X @ u - Y) ** 2))(w))
    return np.sum(w**2)


def divergence(x: Any) -> Any:
    field = lambda u: np.array([u[0] * u[1], np.sin(u[1]) * u[2], u[0] ** 2 * u[2]])
    return np.trace(jacobian(field)(x)) ** 2 + np.sum(jacfwd(field)(x) - jacrev(field)(x).T) ** 2


def christoffel(x: Any) -> Any:
    metric = lambda q: np.eye(3) + np.outer(q, q)
    dg = jacobian(metric)(x)
    ginv = np.linalg.inv(metric(x))
    gam = 0.5 * np.einsum("il,ljk->ijk", ginv, dg + np.swapaxes(dg, 1, 2) - np.moveaxis(dg, 2, 0))
    return np.sum(gam**2)


def fixed_point(x: Any) -> Any:
    f = lambda z: np.tanh(V @ z * 0.3 + x)
    z = np.zeros(3)
    while np.sum((f(z) - z) ** 2) > 1e-12:
        z = f(z)
    J = jacobian(f)(z)
    return np.linalg.det(np.eye(3) - J) + np.sum(z)


def bilevel_gauss(x: Any) -> Any:
    def inner(w, lam):
        return np.sum((X @ w - Y) ** 2) + np.sum(np.exp(lam) * w**2)

    w = np.linalg.solve(hessian(inner)(np.zeros(3), x), -grad(inner)(np.zeros(3), x))
    return np.sum((X[:2] @ w - Y[:2]) ** 2)


def two_wrt(x: Any) -> Any:
    f = lambda a, b: np.sum(np.sin(a) * b**2)
    ga, gb = grad(f, wrt=("a", "b"))(x, x**2)
    v, (ha, hb) = value_and_grad(f, wrt=(0, 1))(x, ga)
    return v * np.sum(ha * gb) + np.sum(hb)


def hess_dict_block(x: Any) -> Any:
    f = lambda p: np.sum(p["a"] ** 2 * p["b"])
    g = grad(lambda a: np.sum(grad(f)({"a": a, "b": x})["b"]))(x)
    return np.sum(g * x)


PROGRAMS: list[Callable[[Any], Any]] = [
    maml,
    newton_implicit,
    natural_gradient,
    pinn,
    hamiltonian,
    lagrangian,
    laplace,
    score_matching,
    langevin,
    gradient_penalty,
    hyper_momentum,
    rk4_sensitivity,
    checkpoint_inside,
    linearize_loop,
    dataclass_replace,
    named_tuple_train,
    named_tuple_params,
    cg_hvp,
    sgd_function,
    tree_map,
    l2_norm_clip,
    sgd_class,
    divergence,
    christoffel,
    fixed_point,
    bilevel_gauss,
    two_wrt,
    hess_dict_block,
]
AT = {"pinn": RNG.normal(size=9) * 0.5, "newton_implicit": np.abs(W0) + 0.5}


def differences(f: Callable[[Any], Any], x: Any, along: Any) -> Any:
    near, far = ((f(x + h * along) - f(x - h * along)) / (2 * h) for h in (1e-4, 2e-4))
    return (4 * near - far) / 3


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_against_differences(f: Callable[[Any], Any]) -> None:
    x = AT.get(f.__name__, W0)
    along = np.cos(np.arange(x.size) + 0.3)
    wanted = differences(f, x, along)
    assert grad(f)(x) @ along == pytest.approx(wanted, rel=1e-6, abs=1e-7)
    assert jvp(f)(x, along)[1] == pytest.approx(wanted, rel=1e-6, abs=1e-7)
    second = differences(grad(f), x, along)
    scale = 1e-5 * (1 + np.max(np.abs(second)))
    np.testing.assert_allclose(hvp(f)(x, along), second, rtol=1e-5, atol=scale)
    np.testing.assert_allclose(grad(lambda z: grad(f)(z) @ along)(x), second, rtol=1e-5, atol=scale)
    np.testing.assert_allclose(grad(lambda z: jvp(f)(z, along)[1])(x), second, rtol=1e-5, atol=scale)
