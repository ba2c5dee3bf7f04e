"""Arguments with parts: gradients of their structure, whatever mixture of dicts, tuples, objects they are."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import adjoint
from adjoint import grad, jacobian, value_and_grad, vjp

Pair = namedtuple("Pair", "first second")
X = np.array([0.3, -0.5, 0.8])


@dataclass
class Layer:
    w: Any
    b: Any
    kind: str = "tanh"

    def __call__(self, x):
        z = self.w @ x + self.b
        return np.tanh(z) if self.kind == "tanh" else z


@dataclass(frozen=True)
class Frozen:
    scale: float
    offset: Any
    note: Any = None


class Network:
    def __init__(self, layers, scale):
        self.layers = layers
        self.scale = scale
        self.calls = 0
        self.index = np.array([0, 1])

    def predict(self, x):
        self.calls += 1
        for layer in self.layers:
            x = layer(x)
        return x * self.scale

    def loss(self, x):
        return (self.predict(x) ** 2).sum()

    @property
    def total(self):
        return sum(layer.b.sum() for layer in self.layers)


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a, self.b = a, b


def network() -> Network:
    rng = np.random.default_rng(1)
    first = Layer(rng.normal(size=(2, 3)), rng.normal(size=2))
    return Network([first, Layer(rng.normal(size=(3, 2)), rng.normal(size=3), "linear")], 1.5)


def parameters() -> dict[str, Any]:
    rng = np.random.default_rng(2)
    return {"w": rng.normal(size=(2, 3)), "deep": {"b": rng.normal(size=2), "name": "layer"}, "k": 0.7, "unused": X}


def loss(p, x):
    h = np.tanh(p["w"] @ x + p["deep"]["b"]) * p["k"]
    return (h**2).sum()


def leaves_checked(f: Any, args: tuple[Any, ...], gradient: Any, read: Any, changed: Any) -> None:
    """Hold one number's gradient against central differences: `changed(step)` gives the arguments moved by it."""
    step = 1e-6
    expected = (f(*changed(step)) - f(*changed(-step))) / (2 * step)
    np.testing.assert_allclose(read(gradient), expected, rtol=1e-6, atol=1e-8)


def test_dict_of_parameters():
    p = parameters()
    g = grad(loss)(p, X)
    assert list(g) == list(p) and g["deep"]["name"] == "layer"
    assert isinstance(g["k"], float) and g["w"].shape == (2, 3)
    np.testing.assert_array_equal(g["unused"], np.zeros(3))

    def moved(step):
        q = parameters()
        q["deep"]["b"][1] += step
        return q, X

    leaves_checked(loss, (p, X), g, lambda t: t["deep"]["b"][1], moved)
    text = adjoint.source(grad(loss), p, X)
    assert 'w = p["w"]' in text and '"unused": np.zeros_like(unused)' in text


def test_object_of_layers():
    m = network()
    value, g = value_and_grad(Network.loss)(m, X)
    assert value == network().loss(X)
    assert m.calls == 0
    assert type(g) is Network and g.layers[0].kind == "tanh" and g.index is None
    np.testing.assert_allclose(g.scale, 2 * value / m.scale)

    def moved(step):
        n = network()
        n.layers[0].w[1, 2] += step
        return n, X

    leaves_checked(Network.loss, (m, X), g, lambda t: t.layers[0].w[1, 2], moved)


def test_a_bound_method_by_its_argument():
    m = network()

    def moved(step):
        return (X + step * np.eye(3)[0],)

    leaves_checked(m.loss, (X,), grad(m.loss)(X), lambda t: t[0], moved)


def test_named_tuples_and_frozen_data_classes():
    def f(pair, frozen):
        return pair.first * frozen.scale + (pair[1] * frozen.offset).sum()

    pair, frozen = Pair(2.0, X), Frozen(3.0, np.ones(3), "text")
    of_pair, of_frozen = grad(f, wrt=(0, 1))(pair, frozen)
    assert type(of_pair) is Pair and type(of_frozen) is Frozen
    assert of_pair.first == 3.0 and of_frozen.scale == 2.0 and of_frozen.note == "text"
    np.testing.assert_array_equal(of_pair.second, np.ones(3))
    np.testing.assert_array_equal(of_frozen.offset, X)


def test_slots():
    g = grad(lambda s: s.a * s.b**2)(Slotted(2.0, 3.0))
    assert type(g) is Slotted and (g.a, g.b) == (9.0, 12.0)


def test_lists_of_structures():
    def f(layers, x):
        for layer in layers:
            x = layer["w"] * x + layer["b"]
        return x

    g = grad(f)([{"w": 2.0, "b": 1.0}, {"w": 3.0, "b": 0.5}], 1.5)
    assert g == [{"w": 4.5, "b": 3.0}, {"w": 4.0, "b": 1.0}]


def test_whole_numbers_count_as_real_ones():
    assert grad(lambda d: d["a"] ** 2 * d["b"])({"a": 3, "b": 2.0}) == {"a": 12.0, "b": 9.0}
    assert grad(lambda p: p.first * p.second)(Pair(2, 5)) == Pair(5.0, 2.0)


def test_pullbacks_and_jacobians():
    def f(p):
        return p["a"] * X * p["b"]["c"]

    p = {"a": 2.0, "b": {"c": np.ones(3)}}
    out, pullback = vjp(f)(p)
    p["b"]["c"][:] = 7.0  # the record is the pullback's own
    for _ in range(2):
        g = pullback(np.ones(3))
        np.testing.assert_allclose(g["a"], X.sum())
        np.testing.assert_allclose(g["b"]["c"], 2 * X)
    np.testing.assert_allclose(jacobian(f)({"a": 2.0, "b": {"c": np.ones(3)}})["b"]["c"], np.diag(2 * X))
    rows = jacobian(lambda layer, x: layer(x))(network().layers[1], np.array([0.5, 2.0]))
    assert rows.kind == "linear" and rows.w.shape == (3, 3, 2)
    np.testing.assert_array_equal(rows.b, np.eye(3))


def test_what_is_set_on_an_argument_is_not_written_back():
    def f(d, x):
        d["a"] = d["a"] * x
        d["w"][0] = d["a"]
        return (d["w"] * x).sum() + d["a"]

    d = {"a": 2.0, "w": np.array([1.0, 2.0])}
    value, g = value_and_grad(f, wrt=(0, 1))(d, 3.0)
    assert d["a"] == 2.0 and list(d["w"]) == [1.0, 2.0]
    assert value == 6 * 3 + 2 * 3 + 6
    assert g[0]["a"] == 12.0 and list(g[0]["w"]) == [0.0, 3.0] and g[1] == 2 * 2 * 3 + 2 + 2.0


def test_parts_that_share_memory_are_refused_where_one_changes():
    def f(d):
        d["a"][0] = d["b"][1] * 2
        return (d["a"] * d["b"]).sum()

    shared = np.ones(2)
    with pytest.raises(adjoint.SharedMemory):
        grad(f)({"a": shared, "b": shared})
    grad(f)({"a": shared, "b": np.ones(2)})


def test_one_compilation_for_arguments_alike_and_another_for_others():
    def f(p, x):
        return p["a"] * x if p["mode"] == "linear" else p["a"] * x**2

    g = grad(f, wrt="x")
    assert g({"a": 2.0, "mode": "linear"}, 3.0) == 2.0
    assert g({"a": 2.0, "mode": "square"}, 3.0) == 12.0
    assert g({"a": 2.0, "mode": "linear", "more": 1}, 3.0) == 2.0


def test_a_changed_class_is_noticed(monkeypatch):
    m = network()
    before = grad(Network.loss, wrt="x")(m, X)
    monkeypatch.setattr(Network, "loss", lambda self, x: (self.predict(x) ** 2).sum() * 2)
    np.testing.assert_allclose(grad(Network.loss, wrt="x")(m, X), 2 * before)

    def f(m, x):
        return m.loss(x)

    g = grad(f, wrt="x")
    np.testing.assert_allclose(g(m, X), 2 * before)
    monkeypatch.setattr(Network, "predict", lambda self, x: x)
    np.testing.assert_allclose(g(m, X), 4 * X)


def test_objects_without_numbers_are_refused():
    class Empty:
        name = "x"

    with pytest.raises(adjoint.UnsupportedArgument, match="is a Empty, by which"):
        grad(lambda e: 1.0)(Empty())


def test_second_order():
    def f(p, x):
        return (p["w"] * x**3).sum()

    def g(x):
        return grad(f, wrt="x")({"w": X}, x).sum()

    h = grad(lambda x, p: f(p, x))
    np.testing.assert_allclose(jacobian(h)(X, {"w": X}), np.diag(6 * X * X))


def test_objects_that_are_one_are_refused_where_one_is_changed():
    def f(layers, x):
        layers[0].b = layers[0].b * x
        return (layers[1].b * layers[0].b).sum()

    layer = Layer(np.ones((1, 1)), np.ones(2))
    with pytest.raises(adjoint.SharedMemory, match="the same Layer stands at two places in `layers`"):
        grad(f, wrt="x")([layer, layer], 2.0)
    assert grad(f, wrt="x")([layer, Layer(np.ones((1, 1)), np.ones(2))], 2.0) == 2.0


def test_an_object_that_holds_itself():
    class Node:
        def __init__(self, value):
            self.value, self.parent = value, None

    node = Node(3.0)
    node.parent = node
    g = grad(lambda n, x: n.value * x, wrt="x")
    assert g(node, 2.0) == 3.0
    assert grad(lambda n, x: n.value * x)(node, 2.0).value == 2.0


MODEL = network()
SETTINGS = {"rate": 0.5, "inner": {"power": 2.0}, "mode": "a"}
HISTORY: dict[str, Any] = {"calls": 0}


def of_globals(x):
    return MODEL.loss(x) * SETTINGS["rate"] if SETTINGS["mode"] == "a" else x.sum() ** SETTINGS["inner"]["power"]


def uses_model(x):
    return MODEL.layers[1].b.sum() * x


def through_a_helper(x):
    return uses_model(x) * 2


def counts(x):
    HISTORY["calls"] = HISTORY["calls"] + 1
    return x * x


def test_global_objects_are_read_live(monkeypatch):
    g = grad(of_globals)
    calls = MODEL.calls
    before = g(X)
    assert MODEL.calls == calls + 1  # the effect happens once
    np.testing.assert_allclose(before, grad(Network.loss, wrt="x")(MODEL, X) * 0.5)
    monkeypatch.setitem(SETTINGS, "rate", 2.0)
    np.testing.assert_allclose(g(X), 4 * before)
    monkeypatch.setitem(SETTINGS, "mode", "b")
    np.testing.assert_allclose(g(X), 2 * X.sum() * np.ones(3))
    monkeypatch.setitem(SETTINGS, "inner", {"power": 3})
    np.testing.assert_allclose(g(X), 3 * X.sum() ** 2 * np.ones(3))


def test_global_objects_of_callees(monkeypatch):
    g = grad(through_a_helper)
    assert g(1.0) == pytest.approx(2 * MODEL.layers[1].b.sum())
    assert "MODEL.layers[1].b" in adjoint.source(g, 1.0)
    monkeypatch.setattr(MODEL.layers[1], "b", np.ones(7))
    assert g(1.0) == 14.0
    other = network()
    other.layers[1].b[:] = 2.0
    monkeypatch.setitem(uses_model.__globals__, "MODEL", other)
    assert g(1.0) == 12.0


def test_effects_on_global_dicts_happen_once():
    before = HISTORY["calls"]
    assert grad(counts)(3.0) == 6.0
    assert HISTORY["calls"] == before + 1


def test_an_object_in_a_closure():
    layer = network().layers[0]

    def f(x):
        return layer(x).sum()

    step = 1e-6
    expected = [(f(X + step * e) - f(X - step * e)) / (2 * step) for e in np.eye(3)]
    np.testing.assert_allclose(grad(f)(X), expected, rtol=1e-6)
    assert "w = layer.w" in adjoint.source(f, X)


def test_an_object_that_may_be_one_of_several():
    def f(x):
        a, b = Layer(x, 1.0), Layer(2 * x, 1.0)
        c = a if x > 1 else b
        c.w = c.w * 3
        return a.w * b.w

    assert grad(f)(1.5) == 12 * 1.5
    assert grad(f)(0.5) == 12 * 0.5


def test_an_object_that_may_be_one_of_several_and_is_needed_whole():
    def f(x):
        a, b = Layer(x, 1.0), Layer(2 * x, 1.0)
        c = a if x > 1 else b
        c.w = c.w * 3
        return a.w * b.w * len(str(c))

    with pytest.raises(adjoint.UnknownFunction) as caught:
        grad(f)(1.5)
    assert "derivatives are not followed through an object of `Layer` that is made here" in str(caught.value)
    assert "an object cannot be taken apart here: an object of `Layer` is needed whole" in str(caught.value)
    assert "return a.w * b.w * len(str(c))" in str(caught.value)


def test_an_argument_that_is_called_as_a_temporary():
    def f(t):
        a = t["l"] * t["r"]
        return a * a * np.sin(a) * np.cos(t["l"]) if t["op"] == "mul" else a

    def g(t):
        return f({**t, "op": "mul"})

    tree = {"op": "mul", "l": 1.5, "r": 0.5}
    found, plain = grad(f)(tree), grad(g)({"l": 1.5, "r": 0.5})
    assert found == {"op": "mul", **{k: pytest.approx(v) for k, v in plain.items()}}


def test_a_list_of_very_many_objects():
    many = [Layer(float(k), np.ones(2)) for k in range(3000)]
    with pytest.raises(adjoint.AdjointError):
        grad(lambda layers, x: layers[0].w * x)(many, 2.0)
    assert grad(lambda layers, x: len(layers) * x, wrt="x")(many, 2.0) == 3000.0
