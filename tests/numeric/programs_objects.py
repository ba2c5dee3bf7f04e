"""Objects under several names, in loops and in branches; dicts that are gone through."""

from __future__ import annotations

import copy
import functools

import numpy as np
from program import Program, numbers


class Thing:
    def __init__(self, x, y=0.0):
        self.x = x
        self.y = y

    def step(self, k):
        self.x = self.x * k + self.y
        return self

    def __add__(self, o):
        return Thing(self.x + o.x, self.y + o.y)

    def __radd__(self, o):
        return self if o == 0 else Thing(self.x + o, self.y)

    def __eq__(self, o):
        return self.x == o.x

    def __lt__(self, o):
        return self.x < o.x

    def __bool__(self):
        return True

    def __enter__(self):
        self.x = self.x * 2
        return self

    def __exit__(self, *a):
        self.y = self.y + self.x

    def __iter__(self):
        return iter((self.x, self.y))

    def __contains__(self, v):
        return v == self.x

    def __abs__(self):
        return Thing(abs(self.x), abs(self.y))

    def __pow__(self, n):
        return Thing(self.x**n, self.y**n)

    def __truediv__(self, k):
        return Thing(self.x / k, self.y / k)

    def __setitem__(self, k, v):
        if k == 0:
            self.x = v
        else:
            self.y = v

    def __getitem__(self, k):
        return self.x if k == 0 else self.y


def loop_prev(x):
    p = Thing(x, 1.0)
    prev = p
    for i in range(4):
        prev = p
        p = Thing(p.x * 1.1, p.x)
    return p.x * prev.x + p.y


def loop_prev_mut(x):
    p = Thing(x, 1.0)
    prev = p
    for i in range(4):
        prev = p
        p = Thing(p.x * 1.1, p.x)
        prev.x = prev.x + 1
    return p.x * prev.x + p.y


def swap_loop(x):
    a = Thing(x, 1.0)
    b = Thing(2.0, x)
    for i in range(3):
        a, b = (b, a)
        a.x = a.x * 1.5
    return a.x * b.y + b.x


def alias_branch(x):
    p = Thing(x, 1.0)
    q = Thing(2 * x, 1.0)
    r = p if x > 1 else q
    r.x = r.x * 3
    return r.x + p.y


def loop_alias(x):
    p = Thing(x, 1.0)
    first = p
    for i in range(3):
        p.x = p.x * 2
        if i == 1:
            p = Thing(p.x, 2.0)
    return p.x * first.x


def deep_shared(x):
    a = Thing(x, 1.0)
    o = Thing(a, a)
    c = copy.deepcopy(o)
    c.x.x = c.x.x * 3
    return c.y.x * o.x.x


def deep_array(x):
    o = Thing(np.array([x, 1.0]), 2.0)
    c = copy.deepcopy(o)
    c.x[0] = c.x[0] * x
    return c.x[0] + o.x[0]


def phi_same_obj(x):
    p = Thing(x, 1.0)
    q = Thing(x, 2.0)
    for i in range(4):
        a = q.x
        p.x = p.x * 1.5
        q = p
    return q.x * p.x + a


def phi_same_obj2(x):
    p = Thing(x, 1.0)
    q = Thing(x, 2.0)
    t = 0.0
    for i in range(4):
        p.x = p.x * 1.5
        t = t + q.x
        q = p
        p = Thing(p.x + 1, 0.0)
    return q.x * p.x + t


def phi_same_obj3(x):
    p = Thing(x, 1.0)
    q = Thing(x, 2.0)
    t = 0.0
    for i in range(4):
        t = t + q.x
        q = p = Thing(p.x + 1, t)
        p.x = p.x * 2
    p.x = p.x * 3
    return q.x * p.x + t


def phi_same_obj4(x):
    p = Thing(x, 1.0)
    q = Thing(x, 2.0)
    t = 0.0
    for i in range(4):
        p.x = p.x * 2
        t = t + q.x
        q = p = Thing(p.x + 1, t)
    q.x = q.x * 3
    return q.x * p.x + t


def getattr_dyn(x):
    p = Thing(x, 3.0)
    t = 0.0
    for n in ("x", "y"):
        t = t + getattr(p, n)
    setattr(p, "x", t * 2)
    return p.x


def iter_obj(x):
    a, b = Thing(x, 2 * x)
    return a * b


def with_obj(x):
    with Thing(x, 1.0) as p:
        y = p.x * 3
    return y * p.y


def cmp_obj(x):
    a, b = (Thing(x), Thing(2 * x))
    m = a if a < b else b
    return m.x * (1.0 if a == b else 2.0)


def setitem_obj(x):
    a = Thing(x, 1.0)
    a[1] = a[0] * 2
    a[0] += a[1]
    return a.x * a.y


def two_fields_one_array(x):
    arr = np.array([x, 1.0])
    a = Thing(arr, arr)
    a.x[1] = x * 2
    return a.y[1] * a.x[0]


def arr_field(x):
    a = Thing(np.array([x, 2.0, 3.0]), np.zeros(3))
    for i in range(1, 3):
        a.x[i] += a.x[i - 1]
        a.y[i] = a.x[i] * 2
    a.y *= 2
    v = a.y[1:]
    v[0] = v[0] * x
    return (a.x * a.y).sum()


def ret_obj_branch(x):

    def mk(k):
        if k > 1:
            return Thing(x * k, 1.0)
        return Thing(x, k)

    a = mk(0.5)
    b = mk(x)
    return a.x * b.x * a.y


def nested_obj_mut(x):
    o = Thing(Thing(x, 1.0), 2.0)
    for i in range(3):
        o.x.x = o.x.x * o.y
    return o.x.x


def nested_obj_loop(x):
    class_ = Thing(Thing(x, 1.0), 2.0)
    for i in range(3):
        class_.x = Thing(class_.x.x * class_.y, class_.x.y)
        class_.y = class_.y + 0.1
    return class_.x.x


def partial_obj(x):
    p = Thing(x, 1.0)
    f = functools.partial(Thing.step, p)
    f(2.0)
    f(k=3.0)
    return p.x


def swap_fields(x):
    a = Thing(x, 2.0)
    a.x, a.y = (a.y, a.x)
    return a.x * a.y**2


def closure_state(x):
    st = {"c": 0.0}

    def add(v):
        st["c"] = st["c"] + v * x

    for i in range(3):
        add(float(i))
    return st["c"]


def while_obj(x):
    p = Thing(x, 1.0)
    while p.x < 50:
        p = p + Thing(p.x, 1.0)
        if p.y > 20:
            break
    return p.x * p.y


def try_obj(x):
    p = Thing(x, 1.0)
    try:
        p.x = p.x * 2
        q = Thing(p.x, 1.0)
    except ValueError:
        q = Thing(0.0, 1.0)
    return p.x * q.x


def early_return(x):
    p = Thing(x, 2.0)
    for i in range(5):
        p.step(1.5)
        if p.x > 6:
            return p.x * p.y
    return p.x


def sum_objs(x):
    ps = [Thing(x, 1.0), Thing(2 * x, x)]
    s = sum(ps)
    return s.x * s.y


def list_of_P(x):
    ps = [Thing(x * i, 1.0) for i in range(4)]
    for p in ps:
        p.step(2.0)
    return sum((p.x for p in ps)) * ps[0].y + sum([p.x * p.y for p in ps])


def cond_field(x):
    p = Thing(x)
    if x > 1:
        p.extra = x * 2
    else:
        p.extra = 3.0
    return p.extra * p.x


def reassign_field_record(x):
    a = Thing(x, 1.0)
    o = Thing(a, a)
    o.x.x = o.x.x * 2
    return o.y.x * a.x


def params_norm(x):
    params = {"w": np.array([x, 2.0]), "b": np.array([x * x])}
    t = 0.0
    for k in params:
        t = t + (params[k] ** 2).sum()
    for k in sorted(params):
        t = t * params[k].sum()
    return t


def dict_merge(x):
    a = {"p": x}
    b = {"q": 2 * x, **a}
    c = a | b
    c |= {"r": x}
    return sum(c.values())


def max_values(x):
    d = {"a": x, "b": x * x, "c": 1.1}
    return max(d.values()) * min(list(d.values())) + np.stack(list(d.values())).sum()


def update_tree(x):
    params = {"w": x, "b": 2.0}
    grads = {"w": 0.1 * x, "b": x}
    for i in range(3):
        params = {k: params[k] - 0.1 * grads[k] for k in params}
    return params["w"] * params["b"]


def update_items(x):
    params = {"w": x, "b": 2.0}
    for i in range(3):
        for k, v in params.items():
            params[k] = v * 0.9 + x
    return params["w"] * params["b"]


def dict_comp(x):
    d = {k: x * i for i, k in enumerate(["a", "b", "c"])}
    return d["a"] + d["b"] * d["c"]


def lists_in_a_dict(x):
    d = {"l": [x, x * x], "m": []}
    d["m"].append(d["l"][0] * 2)
    d["l"][1] = d["m"][0]
    return d["l"][1] * d["l"][0]


def dict_keys_loop(x):
    d = {"a": x, "b": x * x}
    t = 0.0
    for k in d:
        t = t + d[k] * len(k)
    for k in sorted(d):
        t = t * d[k]
    return t


def dict_in_while(x):
    d = {"n": 0, "x": x}
    while d["n"] < 3 and d["x"] < 100:
        d["x"] = d["x"] * 1.5
        d["n"] += 1
    return d["x"]


def field_dict(x):
    p = Thing({}, 0.0)
    p.x["a"] = x
    p.x["b"] = p.x["a"] * 2
    return sum(p.x.values())


def cached(x):
    class_cache = {}

    def get(k):
        if k not in class_cache:
            class_cache[k] = x * k
        return class_cache[k]

    return get(2.0) + get(2.0) * get(3.0)


def arg_alias(x):
    d = {"p": Thing(x, 1.0)}
    e = {"q": d["p"]}
    e["q"].x = e["q"].x * 2
    d["p"] = Thing(d["p"].x, 5.0)
    return e["q"].x * d["p"].y + e["q"].y


def branch_key(x):
    d = {"a": x}
    if x > 1:
        d["b"] = x * 2
    else:
        d["b"] = x * 3
    if x > 1.2:
        e = d
    else:
        e = {"a": 1.0, "b": x}
    return e["a"] * e["b"]


def loop_new_key(x):
    d = {"a": x}
    for i in range(3):
        if i > 0:
            d["b"] = d["b"] + d["a"]
        else:
            d["b"] = x * x
    return d["b"]


def method_chain(x):
    return Thing(x, 1.0).step(2.0).step(x).x


def obj_while_cond(x):
    p = Thing(x, 0.5)
    n = 0
    while p.x * p.y < 10 and n < 20:
        p.step(1.3)
        n += 1
    return p.x * n


def prop_cond(x):
    class_ = Thing(x, 1.0)
    t = 0.0
    for i in range(4):
        if class_.x > 2 or (i > 1 and class_.y > 0):
            t = t + class_.x
        class_.x = class_.x * 1.2
    return t


def ternary_obj(x):
    a = Thing(x, 1.0)
    b = Thing(2.0, x)
    c = a if x < 1 else b
    return c.x * c.y + a.x


def list_swap(x):
    ps = [Thing(x, 1.0), Thing(2 * x, 3.0)]
    ps[0], ps[1] = (ps[1], ps[0])
    ps[0].x = ps[0].x * 2
    return ps[0].x * ps[1].y


def nested_list(x):
    grid = [[Thing(x * i + j, 1.0) for j in range(2)] for i in range(2)]
    t = 0.0
    for row in grid:
        for p in row:
            t = t + p.x * p.y
    grid[1][0].x = 5.0 * x
    return t * grid[1][0].x


def tuple_of_obj(x):
    a, b = (Thing(x, 1.0), 2.0)
    t = (a, b)
    t[0].x = t[0].x * 3
    return a.x * t[1]


def func_mut(x):

    def grow(p, n):
        for _ in range(n):
            p.x = p.x + p.y * x
        return p

    p = Thing(x, 1.0)
    q = grow(p, 3)
    return p.x * q.x


def ret_tuple_objs(x):

    def two(a):
        return (Thing(a, 1.0), Thing(2 * a, 2.0))

    p, q = two(x)
    p, q = (q, p)
    return p.x * q.y


def inner_loop_break(x):
    p = Thing(x, 1.0)
    for i in range(3):
        for j in range(5):
            p = Thing(p.x * 1.1, p.y + 1)
            if p.x > 3:
                break
        p.y = p.y * 0.5
    return p.x * p.y


def continue_obj(x):
    p = Thing(x, 1.0)
    for i in range(5):
        if i % 2 == 0:
            continue
        p = Thing(p.x * 1.3 + i, p.y)
    return p.x * p.y


def arr_in_dict_loop(x):
    d = {"a": np.array([x, 1.0, 2.0]), "s": 0.0}
    for i in range(1, 3):
        d["a"][i] = d["a"][i] * d["a"][i - 1]
        d["s"] += d["a"][i]
    v = d["a"]
    v *= 2
    d["a"] = d["a"] + 1
    return d["s"] * v.sum() * d["a"][0]


def dict_value_alias(x):
    a = np.array([x, 2.0])
    d = {"u": a, "v": a}
    d["u"][0] = 3 * x
    return (d["v"] * a).sum()


def swap_dict_arrays(x):
    d = {"u": np.array([x, 2.0]), "v": np.array([1.0, x])}
    for i in range(3):
        d["u"], d["v"] = (d["v"], d["u"] * 1.5)
    return (d["u"] * d["v"]).sum()


def swap_dict_inplace(x):
    d = {"u": np.array([x, 2.0]), "v": np.array([1.0, x])}
    for i in range(3):
        d["v"][:] = d["u"] * 1.1 + d["v"]
        d["u"], d["v"] = (d["v"], d["u"])
    return (d["u"] * d["v"]).sum()


PROGRAMS = [
    Program(f, numbers())
    for f in (
        loop_prev,
        loop_prev_mut,
        swap_loop,
        alias_branch,
        loop_alias,
        deep_shared,
        deep_array,
        phi_same_obj,
        phi_same_obj2,
        phi_same_obj3,
        phi_same_obj4,
        getattr_dyn,
        iter_obj,
        with_obj,
        cmp_obj,
        setitem_obj,
        two_fields_one_array,
        arr_field,
        ret_obj_branch,
        nested_obj_mut,
        nested_obj_loop,
        partial_obj,
        swap_fields,
        closure_state,
        while_obj,
        try_obj,
        early_return,
        sum_objs,
        list_of_P,
        cond_field,
        reassign_field_record,
        params_norm,
        dict_merge,
        max_values,
        update_tree,
        update_items,
        dict_comp,
        lists_in_a_dict,
        dict_keys_loop,
        dict_in_while,
        field_dict,
        cached,
        arg_alias,
        branch_key,
        loop_new_key,
        method_chain,
        obj_while_cond,
        prop_cond,
        ternary_obj,
        list_swap,
        nested_list,
        tuple_of_obj,
        func_mut,
        ret_tuple_objs,
        inner_loop_break,
        continue_obj,
        arr_in_dict_loop,
        dict_value_alias,
        swap_dict_arrays,
        swap_dict_inplace,
    )
]
