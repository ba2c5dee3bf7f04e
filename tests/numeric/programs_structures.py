"""Programs with objects, dicts, tuples and callables whose parts are known when they are compiled."""

from __future__ import annotations

import functools
from collections import namedtuple
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from program import Program, arrays, numbers, positive

# Dicts


def dict_of_two(x, y):
    d = {"a": x, "b": y}
    d["a"] = d["a"] * 2
    return d["a"] * d["b"] + d["a"]


def dict_in_a_loop(x, n):
    state = {"position": x, "velocity": 1.0}
    for _ in range(n):
        force = -np.sin(state["position"])
        state["velocity"] += 0.1 * force
        state["position"] = state["position"] + 0.1 * state["velocity"]
    return state["position"] * state["velocity"]


def dict_rebuilt_in_a_loop(x, n):
    state = {"x": x, "v": x * x}
    for k in range(n):
        state = {"x": state["x"] + 0.1 * state["v"], "v": state["v"] - 0.1 * state["x"] * k}
    return state["x"] * state["v"]


def dict_in_branches(x, y):
    if x > y:
        d = {"a": x * x, "b": y}
    else:
        d = {"a": y, "b": x * y}
    d["b"] = d["b"] * d["a"]
    return d["a"] + d["b"]


def dict_methods(x, y):
    d = dict(a=x, b=y)
    d.update({"c": x * y}, e=y * 3)
    total = d.get("a", 0.0) + d.get("missing", 2.0) * d["c"]
    for key, value in d.items():
        if key != "e":
            total = total + value * len(key)
    for value in d.values():
        total = total * value
    more = {**d, "a": total}
    if "e" in more and "z" not in more:
        total = more["a"] * more.pop("e") + len(more)
    return total + more.setdefault("k", x) * sum(d.values())


def dict_of_two_arrays(x, y):
    parameters = {"w": x * 1.0, "b": y * 2.0}
    parameters["w"][1:] = parameters["w"][:-1] * parameters["b"][1:]
    parameters["b"] *= 3.0
    parameters["b"][0] += parameters["w"][2]
    return parameters["w"] * parameters["b"]


def nested_dicts(x, n):
    net = {"first": {"w": x, "b": 1.0}, "second": {"w": 2.0, "b": x * x}}
    y = x
    for _ in range(n):
        y = np.tanh(net["first"]["w"] * y + net["first"]["b"])
        y = net["second"]["w"] * y + net["second"]["b"]
        net["first"]["b"] = net["first"]["b"] * 0.5
    return y


def two_names_of_a_dict(x):
    d = {"a": x}
    e = d
    e["a"] = e["a"] * x
    return d["a"] + e["a"]


def helper_with_dict(d, k):
    d["a"] = d["a"] * k
    return {"sum": d["a"] + d["b"], "product": d["a"] * d["b"]}


def dict_through_a_helper(x, y):
    d = {"a": x, "b": y}
    result = helper_with_dict(d, 3.0)
    return result["sum"] * result["product"] + d["a"]


# Instances


class Vec3:
    def __init__(self, x, y, z):
        self.x, self.y, self.z = x, y, z

    def __add__(self, other):
        return Vec3(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return self + -1.0 * other

    def __mul__(self, other):
        if isinstance(other, Vec3):
            return self.dot(other)
        return Vec3(self.x * other, self.y * other, self.z * other)

    __rmul__ = __mul__

    def __neg__(self):
        return Vec3(-self.x, -self.y, -self.z)

    def __iadd__(self, other):
        self.x += other.x
        self.y += other.y
        self.z += other.z
        return self

    def __getitem__(self, k):
        return (self.x, self.y, self.z)[k]

    def __len__(self):
        return 3

    def __matmul__(self, other):
        return Vec3(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    @property
    def norm(self):
        return np.sqrt(self.dot(self))

    @staticmethod
    def unit():
        return Vec3(1.0, 0.5, 0.25)

    @classmethod
    def of(cls, value):
        return cls(value, 2 * value, value * value)


def vectors(x, y):
    u, v = Vec3(x, y, x * y), Vec3.of(y)
    w = u + 2.0 * v - Vec3.unit() * x
    w += u @ v
    return w * u + w.norm * (-w)[1] + len(w)


def vectors_in_a_loop(x, n):
    position, velocity = Vec3(x, 0.0, 1.0), Vec3(0.0, x, 0.5)
    for _ in range(n):
        velocity = velocity - 0.1 * position
        position = position + 0.1 * velocity
    return position.norm * velocity.dot(position)


def vectors_in_branches(x, y):
    u = Vec3(x, y, 1.0)
    v = u @ Vec3(y, x, 0.3) if x * y > 1 else -u
    if v.norm > u.norm:
        u, v = v, u
    return u.x * v.y + u[2]


class Layer:
    def __init__(self, n, scale):
        self.W = np.full((n, n), scale) + np.eye(n)
        self.b = np.zeros(n)
        self.calls = 0

    def __call__(self, x):
        self.calls += 1
        return np.tanh(self.W @ x + self.b)

    def shift(self, amount):
        self.b[1:] += amount[:-1]
        self.W[0] = self.W[0] * amount


def layer(x):
    first = Layer(3, 0.2)
    y = first(x)
    first.shift(y)
    return first(y) * first.calls


def layers_in_a_list(x):
    network = [Layer(3, 0.1), Layer(3, 0.3), Layer(3, 0.2)]
    for k, one in enumerate(network):
        x = one(x) * (k + 1)
        one.shift(x)
    total = x
    for one in network:
        total = total + one.b * one.calls
    return total * len(network)


def layers_of_a_comprehension(x):
    network = [Layer(3, 0.1 * k) for k in range(1, 4)]
    for one in reversed(network):
        x = one(x)
    return x


class Adam:
    def __init__(self, n, rate=0.1):
        self.rate = rate
        self.m, self.v = np.zeros(n), np.zeros(n)
        self.t = 0

    def step(self, w, g):
        self.t += 1
        self.m = 0.9 * self.m + 0.1 * g
        self.v = 0.99 * self.v + 0.01 * g * g
        m_hat = self.m / (1 - 0.9**self.t)
        v_hat = self.v / (1 - 0.99**self.t)
        return w - self.rate * m_hat / (np.sqrt(v_hat) + 1e-3)


def optimiser(w, x):
    adam = Adam(len(w))
    for _ in range(4):
        error = np.tanh(w * x) - 0.3
        w = adam.step(w, error * x)
    return w


class Base:
    factor = 2.0

    def __init__(self, value):
        self.value = value

    def energy(self):
        return self.factor * self.value**2

    def twice(self):
        return 2 * self.energy()


class Derived(Base):
    factor = 3.0

    def __init__(self, value, other):
        super().__init__(value * other)
        self.other = other

    def energy(self):
        return super().energy() + self.other

    @property
    def ratio(self):
        return self.value / self.other

    @ratio.setter
    def ratio(self, new):
        self.value = new * self.other


def inheritance(x, y):
    d = Derived(x, y)
    before = d.twice()
    d.ratio = before
    return d.ratio * d.energy() if isinstance(d, Base) else 0.0


class Walker:
    def __init__(self, x):
        self.state = "start"
        self.x = x
        self.path = 0.0

    def step(self):
        if self.state == "start":
            self.x = self.x * 1.5
            self.state = "middle"
        elif self.state == "middle":
            self.x = np.sin(self.x)
            self.state = "end"
        self.path += self.x


def state_machine(x):
    w = Walker(x)
    w.step()
    w.step()
    w.step()
    return w.x * w.path


class Ramp:
    """A state machine whose state is a number that the run decides."""

    def __init__(self, x):
        self.x, self.phase, self.total = x, 0, 0.0

    def step(self, limit):
        if self.phase == 0:
            self.x = self.x * 1.4
            if self.x > limit:
                self.phase = 1
        else:
            self.x = self.x * 0.7
            if self.x < 1.0:
                self.phase = 0
        self.total += self.x


def ramp(x, n):
    r = Ramp(x)
    for _ in range(n):
        r.step(3.0)
    return r.total * r.x


# Data classes and named tuples


@dataclass
class Point:
    x: Any
    y: Any = 1.5
    tags: list = field(default_factory=list)

    def moved(self, dx):
        return Point(self.x + dx, self.y * dx)


@dataclass(frozen=True)
class Line:
    start: Point
    end: Point
    width: float = 1.0
    name: str = "line"

    def __post_init__(self):
        assert self.name

    @property
    def length(self):
        return np.hypot(self.end.x - self.start.x, self.end.y - self.start.y)


def data_classes_compared(x, y):
    first, second = Line(Point(x), Point(y, 2.0)), Line(Point(x), Point(y, 2.0))
    other = Line(Point(x), Point(y * x), name="other")
    total = x * 0.0
    if first == second:
        total += x * y
    if first != other:
        total += x * x
    if Point(x * y) == Point(y * x + 1):
        total += x**3
    return total


def data_classes(x, y):
    line = Line(Point(x), Point(y, y=x * y), width=2.0)
    wider = replace(line, width=line.width * x)
    moved = line.start.moved(y)
    return wider.length * wider.width + moved.x * moved.y


Pair = namedtuple("Pair", "first second")


class State(NamedTuple):
    x: Any
    v: Any = 0.5

    def energy(self):
        return self.x**2 / 2 + self.v**2 / 2


def named_tuples(x, y):
    pair = Pair(x, second=y)
    first, second = pair
    other = pair._replace(first=first * second)
    d = other._asdict()
    return other.first * pair[1] + d["second"] + pair.first + len(pair)


def named_tuple_carried(x, n):
    s = State(x)
    for _ in range(n):
        v = s.v - 0.1 * s.x
        s = State(s.x + 0.1 * v, v)
    return s.energy() * s.x


def named_tuple_until(x):
    s = State(x, 1.0)
    while s.energy() > 0.3:
        if s.x > 3:
            break
        s = State(s.x * 0.8, s.v * 0.7 + 0.01 * s.x)
    return s.x * s.v


# Callables


def scaled(x, k, shift=0.0):
    return x * k + shift


def partials(x, y):
    double = functools.partial(scaled, k=2.0)
    shifted = functools.partial(scaled, x, shift=y)
    k = 3.0
    bound = functools.partial(scaled, k=k)
    k = 5.0
    return double(x) * shifted(y) + bound(x) * k


def functions_in_containers(x):
    y = x
    for f in (np.sin, np.tanh, lambda v: v * 1.5):
        y = f(y) + x
    table = {"square": lambda v: v * v, "exp": np.exp}
    steps = [scaled, lambda v, k: v - k]
    return table["square"](y) * table["exp"](x) + steps[0](x, 2.0) * steps[1](y, x)


def maker(k):
    def inner(x):
        return np.sin(x * k)

    return inner


def compose(*functions):
    def composed(x):
        for f in functions:
            x = f(x)
        return x

    return composed


def closures(x, y):
    f, g = maker(x), maker(y)
    return f(y) * g(x) + compose(f, np.tanh, g)(x)


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs) * 1.0

    return wrapper


def scaled_by(k):
    def decorate(function):
        def wrapper(*args):
            return k * function(*args)

        return wrapper

    return decorate


@logged
def decorated(x, y=2.0):
    return x * y


@scaled_by(3.0)
@logged
def decorated_twice(x):
    return np.cos(x)


def decorators(x, y):
    return decorated(x) + decorated(x, y=y) * decorated_twice(y)


def variadic(*args, scale=1.0, **options):
    total = 0.0
    for a in args:
        total = total + a * scale
    return total * options["power"] + len(args) + options.get("extra", 0.0)


def star_arguments(x, y):
    pair = (x, y)
    options = {"power": x, "scale": y}
    return variadic(*pair, x * y, power=2.0) * variadic(*pair, **options) + scaled(*pair)


def bound_methods(x, y):
    v = Vec3(x, y, 1.0)
    dot, energy = v.dot, State(x, y).energy
    v.x = v.x * 2
    return dot(Vec3(y, x, x)) * energy()


class Polynomial:
    def __init__(self, *coefficients):
        self.coefficients = coefficients

    def __call__(self, x):
        total = 0.0
        for c in reversed(self.coefficients):
            total = total * x + c
        return total


def callable_instance(x, y):
    p = Polynomial(x, y, 2.0)
    return p(x) * p(y)


def apply_all(functions, x):
    return [f(x) for f in functions]


def functions_as_arguments(x):
    values = apply_all([np.sin, np.cos, maker(x)], x)
    return values[0] * values[1] + values[2]


PROGRAMS = [
    *(Program(f, numbers(count=2), ("x", "y")) for f in (
        dict_of_two, dict_in_branches, dict_methods, dict_through_a_helper, vectors, vectors_in_branches, inheritance,
        data_classes, data_classes_compared, named_tuples, partials, closures, decorators, star_arguments,
        bound_methods, callable_instance,
    )),
    *(Program(f, numbers(4)) for f in (
        dict_in_a_loop, dict_rebuilt_in_a_loop, nested_dicts, vectors_in_a_loop, named_tuple_carried, ramp,
    )),
    *(Program(f, numbers()) for f in (
        two_names_of_a_dict, state_machine, named_tuple_until, functions_in_containers, functions_as_arguments,
    )),
    *(Program(f, arrays(3)) for f in (layer, layers_in_a_list, layers_of_a_comprehension)),
    Program(dict_of_two_arrays, arrays(4, 4), ("x", "y")),
    Program(optimiser, positive(3, 3), ("w", "x")),
]  # fmt: skip
