"""Programs with objects that only the run can count: in lists that grow, under keys of the run, in one another."""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from program import Program, arrays, numbers


class P:
    def __init__(self, x, v=1.0):
        self.x = x
        self.v = v

    def step(self, h):
        self.x = self.x + h * self.v
        return self

    @property
    def e(self):
        return self.x**2 * self.v

    @e.setter
    def e(self, val):
        self.v = val / 2


class Cell:
    def __init__(self, v, next=None):
        self.v = v
        self.next = next


class Tree:
    def __init__(self, key, val):
        self.key, self.val, self.left, self.right = key, val, None, None


class B:
    def __init__(self, pos, vel):
        self.pos = np.array(pos)
        self.vel = vel

    def kick(self, a):
        self.vel += a


class V2:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def __add__(self, o):
        return V2(self.a + o.a, self.b + o.b)

    def __mul__(self, s):
        return V2(self.a * s, self.b * s)

    __rmul__ = __mul__

    def dot(self, o):
        return self.a * o.a + self.b * o.b


class Body:
    def __init__(self, pos, vel):
        self.pos, self.vel = pos, vel


@dataclass
class D:
    w: float
    hist: list = field(default_factory=list)

    def push(self, v):
        self.hist.append(v * self.w)


class Pt(NamedTuple):
    x: float
    y: float

    def norm2(self):
        return self.x**2 + self.y**2


class World:
    def __init__(self):
        self.ps = []
        self.t = 0.0

    def add(self, *a):
        self.ps.append(P(*a))
        return self

    def step(self, h):
        for p in self.ps:
            p.step(h)
        self.t += h

    def energy(self):
        return sum(p.e for p in self.ps) * self.t

    def __iter__(self):
        return iter(self.ps)


class Cnt:
    factor = 2.0

    def __init__(self, v):
        self.v = v
        self.n = 0
        self.tot = 0.0
        self.last = None

    def hit(self, k):
        if k % 2 == 0 or self.last is None:
            self.n += 1
            self.tot += self.v * self.factor * (1.0 if self.last is None else self.last)
            self.last = self.v * k


def best_of_none_or_some(x):
    ps = [P(v) for v in x]
    best = None
    for p in ps:
        if not best or p.x > best.x:
            best = p
    if best:
        return best.e
    return 0.0


def objects_swapped(x):
    ps = [P(v) for v in x]
    for i in range(len(ps) - 1):
        ps[i], ps[i + 1] = ps[i + 1], ps[i]
        ps[i].x = ps[i].x * 2
    return sum(p.x * k for k, p in enumerate(ps))


def one_object_twice(x):
    ps = []
    for v in x:
        p = P(v)
        ps.append(p)
        ps.append(p)
        p.x = p.x * v
    for p in ps:
        p.step(0.1)
    return sum(p.e for p in ps)


def others_than_itself(x):
    ps = [P(v) for v in x]
    first = ps[0]
    t = 0.0
    for p in ps:
        if p is first:
            continue
        for q in ps:
            if q is not p:
                t += (p.x - q.x) ** 2 * q.v
    return t


def linked_list(x):
    head = None
    for v in x:
        head = Cell(v, head)
    t, node, w = 0.0, head, 1.0
    while node:
        t += node.v**2 * w
        w += 1
        node = node.next
    return t


def search_tree(x):
    root = None
    for k, v in zip([2, 0, 3, 1], x):
        node = Tree(k, v)
        if root is None:
            root = node
            continue
        cur = root
        while True:
            if k < cur.key:
                if cur.left is None:
                    cur.left = node
                    break
                cur = cur.left
            else:
                if cur.right is None:
                    cur.right = node
                    break
                cur = cur.right
    t, stack, w = 0.0, [root], 1.0
    while stack:
        n = stack.pop()
        t += n.val**2 * w * (n.key + 1)
        w *= 1.5
        if n.left is not None:
            stack.append(n.left)
        if n.right is not None:
            stack.append(n.right)
    return t


def arrays_of_objects_changed(x):
    bs = [B([v, v * v], x[:2] * k) for k, v in enumerate(x)]
    for _ in range(2):
        for b in bs:
            b.vel += 0.1 * b.pos
            b.pos[0] = b.pos[1] * b.vel[0]
            b.kick(b.pos)
    return sum(b.pos @ b.vel for b in bs)


def array_of_several_objects(x):
    base = x * 1.0
    bs = [B(v, base) for v in x]
    for b in bs:
        b.vel[0] += b.pos
    return base.sum() * bs[0].vel[0]


def objects_under_keys_of_the_run(x):
    d = {}
    for k, v in enumerate(x):
        d[f"p{k % 3}"] = P(v, v * v)
    for name, p in d.items():
        p.step(0.5)
    d["p1"].x = d["p0"].x * 2
    return sum(p.e for p in d.values())


def removed_and_found(x):
    ps = [P(v) for v in x]
    ps.remove(ps[1])
    q = ps[2]
    i = ps.index(q)
    return sum(p.x**2 for p in ps) * i * (3.0 if q in ps else 1.0)


def objects_in_tuples(x):
    ps = [(v, P(v)) for v in x]
    for w, p in ps:
        p.x = p.x * w
    return sum(p.x * w for w, p in ps)


def heap_of_objects(x):
    h = []
    for k, v in enumerate(x):
        heapq.heappush(h, (v, k, P(v, 2.0)))
    t = 0.0
    while h:
        w, k, p = heapq.heappop(h)
        t += w * p.e * k
    return t


def deque_of_objects(x):
    q = deque()
    for v in x:
        q.append(P(v))
    t = 0.0
    while q:
        p = q.popleft()
        t += p.e
        if p.v < 2.5:
            p.v = p.v + 1
            q.append(p)
    return t


def objects_in_objects(x):
    bs = [Body(V2(v, 1.0), V2(0.0, v)) for v in x]
    for _ in range(3):
        for b in bs:
            b.vel = b.vel + b.pos * -0.1
            b.pos = b.pos + 0.1 * b.vel
    return sum(b.pos.dot(b.vel) for b in bs)


def object_in_several_objects(x):
    c = V2(x[0], x[1])
    bs = [Body(c, V2(v, v)) for v in x]
    bs[0].pos.a = x[2] * 3
    return sum(b.pos.dot(b.vel) for b in bs)


def lists_of_objects_that_grow(x):
    ds = [D(v) for v in x]
    for k in range(3):
        for d in ds:
            d.push(x[k])
    return sum(sum(d.hist) ** 2 for d in ds)


def named_tuples_of_a_run(x, n):
    pts = [Pt(x[k % 4] * k, x[0]) for k in range(n)]
    t = 0.0
    for a, b in zip(pts, pts[1:]):
        (p, q), r = a, b
        t += p * r.y - q * r[0] + a.norm2()
    moved = [p._replace(x=p.x * 2) for p in pts]
    return t + sum(p.norm2() for p in moved)


def objects_made_by_functions(x, n):
    def mk(v):
        return P(v, v * 2)

    def far(p, q):
        return (p.x - q.x) ** 2 + (p.v - q.v) ** 2

    ps = [mk(x[k % 4]) for k in range(n)]
    return sum(far(p, q) for i, p in enumerate(ps) for q in ps[:i])


def objects_made_anew_each_step(x, n):
    ps = [P(v) for v in x]
    for _ in range(n):
        ps = [P(p.x + 0.1 * p.v, p.v - 0.1 * p.x) for p in ps]
    return sum(p.e for p in ps)


def set_by_a_property(x, n):
    ps = [P(v) for v in x]
    for p in ps:
        p.e = p.x * 3
    for p in ps:
        p.v += 1
        p.x *= p.v
    return sum(p.e for p in ps)


def one_of_the_objects_or_none(x, n):
    ps = [P(v) for v in x]
    t = 0.0
    for k in range(n):
        p = ps[k % 4] if x[k % 4] > 0 else ps[0]
        p.x = p.x * 1.1
        q = p if k > 2 else None
        if q is not None:
            t += q.x
    return t


def objects_sorted(x, n):
    ps = [P(v) for v in x]
    ps = sorted(ps, key=lambda p: p.x)
    m = max(ps, key=lambda p: p.x * p.v)
    return sum(k * p.x for k, p in enumerate(ps)) + m.x**2


def objects_read_at_the_end(x, n):
    ps = [P(v) for v in x]
    return ps[1].x, ps[2].e


def objects_that_count(x, n):
    class_ps = [Cnt(v) for v in x]
    for k in range(n):
        for c in class_ps:
            c.hit(k)
    return sum(c.tot * c.n for c in class_ps)


def objects_born_and_dropped(x):
    ps = [P(x[0])]
    for k in range(6):
        p = ps[len(ps) // 2]
        ps.append(P(p.x * 1.1 + x[len(ps) % 4], p.v))
        if ps[-1].x > 0.5:
            ps.pop(0)
        if len(ps) > 3:
            break
    return sum(p.e for p in ps)


def objects_repeated(x, n):
    p = P(x[0], x[1])
    ps = [p] * n
    for q in ps:
        q.step(0.1)
    return p.e


def one_of_two_changed(x):
    a, b = P(x[0], x[1]), P(x[2], x[3])
    c = a if x[0] > 0 else b
    c.x = c.x * 3
    return a.x * b.x


def rows_by_number(x):
    """The first object is row 0, the others above what Python keeps one object for."""
    ps = [P(x[k % 4] * k) for k in range(300)]
    last, total = ps[-1], 0.0
    for p in ps:
        if p is last or not p:
            total += p.x**2
    return total


def bodies(x):
    bs = [B(x[:2], [0.0, 0.1]), B(x[2:], [0.1, 0.0]), B([1.0, 1.0], [0.0, 0.0])]
    for _ in range(3):
        pulls = []
        for b in bs:
            a = np.zeros(2)
            for o in bs:
                if o is not b:
                    d = o.pos - b.pos
                    a += d / (d @ d + 0.1) ** 1.5
            pulls.append(a)
        for b, a in zip(bs, pulls):
            b.vel = b.vel + 0.1 * a
            b.pos = b.pos + 0.1 * b.vel
    return sum(b.vel @ b.vel for b in bs) + bs[0].pos[0]


def polygon(x):
    points = [Pt(x[0], x[1]), Pt(x[2], 0.2), Pt(x[3], 2.0)]
    return sum(p.x * q.y - q.x * p.y for p, q in zip(points, points[1:] + points[:1]))


def first_found(x):
    best = None
    for k in range(3):
        v = P(x[k], x[k + 1])
        if best is None:
            best = v
    return best.x


def greatest_found(x):
    best = None
    for k in range(3):
        v = P(x[k], x[k + 1])
        if best is None or v.x * v.v > best.x * best.v:
            best = v
    return best.x**2 * best.v


def kept_on_the_way(x):
    state, saved = P(x[0], x[1]), None
    for i in range(3):
        if i == 1:
            saved = state
        state = P(state.x + state.v, state.v * 0.5)
    return saved.x * state.x


def two_names_that_part(x):
    a = P(x[0], x[1])
    b = a
    for i in range(3):
        a = P(b.x * 1.1, b.v)
        if i % 2:
            b = a
    b.x = b.x * 2
    return a.x * b.x


def the_one_before(x):
    last, total = None, 0.0
    for i in range(3):
        for j in range(i + 1):
            now = P(x[j], x[i])
            if last is not None and last.x < now.x:
                total += last.v * now.x
            last = now
    return total + last.x


class Momentum:
    """An optimiser that makes its state in its first step."""

    def __init__(self, rate=0.1):
        self.rate, self.state, self.steps = rate, None, 0

    def step(self, values, slopes):
        if self.state is None:
            self.state = {k: np.zeros_like(v) for k, v in values.items()}
        self.steps += 1
        for k in values:
            self.state[k] = 0.9 * self.state[k] + 0.1 * slopes[k]
            values[k] = values[k] - self.rate * self.state[k] / (1 - 0.9**self.steps)
        return values


def state_made_in_the_first_step(x, n):
    optimiser, values = Momentum(), {"w": x * 1.0, "b": x[:1]}
    for _ in range(n):
        values = optimiser.step(values, {k: 2 * v for k, v in values.items()})
    return np.sum(values["w"] ** 2) + np.sum(values["b"])


def objects_in_groups(x):
    groups = defaultdict(list)
    for k, v in enumerate(x):
        groups[k % 2].append(P(v))
    return sum(p.e * (key + 1) for key, ps in groups.items() for p in ps)


PROGRAMS = [
    Program(objects_in_groups, arrays(4)),
    Program(state_made_in_the_first_step, arrays(4, rest=(3,))),
    Program(state_made_in_the_first_step, arrays(4, rest=(0,)), note="never"),
    Program(first_found, arrays(4)),
    Program(greatest_found, arrays(4)),
    Program(kept_on_the_way, arrays(4)),
    Program(two_names_that_part, arrays(4)),
    Program(the_one_before, arrays(4)),
    Program(best_of_none_or_some, arrays(4)),
    Program(objects_swapped, arrays(4)),
    Program(one_object_twice, arrays(4)),
    Program(others_than_itself, arrays(4)),
    Program(linked_list, arrays(4)),
    Program(search_tree, arrays(4)),
    Program(arrays_of_objects_changed, arrays(4)),
    Program(array_of_several_objects, arrays(4)),
    Program(objects_under_keys_of_the_run, arrays(4)),
    Program(removed_and_found, arrays(4)),
    Program(objects_in_tuples, arrays(4)),
    Program(heap_of_objects, arrays(4)),
    Program(deque_of_objects, arrays(4)),
    Program(objects_in_objects, arrays(4)),
    Program(object_in_several_objects, arrays(4)),
    Program(lists_of_objects_that_grow, arrays(4)),
    Program(named_tuples_of_a_run, arrays(4, rest=(5,))),
    Program(objects_made_by_functions, arrays(4, rest=(5,))),
    Program(objects_made_anew_each_step, arrays(4, rest=(5,))),
    Program(set_by_a_property, arrays(4, rest=(5,))),
    Program(one_of_the_objects_or_none, arrays(4, rest=(5,))),
    Program(objects_sorted, arrays(4, rest=(5,))),
    Program(objects_read_at_the_end, arrays(4, rest=(5,))),
    Program(objects_that_count, arrays(4, rest=(5,))),
    Program(objects_born_and_dropped, arrays(4)),
    Program(objects_repeated, arrays(4, rest=(3,))),
    Program(one_of_two_changed, arrays(4)),
    Program(rows_by_number, arrays(4)),
    Program(bodies, arrays(4)),
    Program(polygon, arrays(4)),
]


def tuple_of_objects_repeated(x, n):
    points = (P(x, 1.0), P(x * x, 2.0)) * n
    return points[2].x


REFUSED = [Program(tuple_of_objects_repeated, numbers(2))]
