"""Lists and dictionaries whose structure only the run tells: every operation, alone, in loops and in branches."""

from __future__ import annotations

import collections

import numpy as np
from program import Program, arrays, numbers, positive

# Lists of numbers


def inserted(x):
    xs = [x, x * x]
    xs.insert(1, 3 * x)
    xs.insert(0, np.sin(x))
    xs.insert(-1, x**3)
    return xs[0] + 2 * xs[1] + 3 * xs[2] + 4 * xs[3] * xs[4]


def inserted_in_a_loop(x):
    xs = []
    for i in range(5):
        xs.insert(i // 2, x * (i + 1))
    total = 0.0
    for i in range(len(xs)):
        total += xs[i] ** (i + 1)
    return total


def popped_anywhere(x):
    xs = [x, x * x, x**3, np.cos(x)]
    a = xs.pop(0)
    b = xs.pop(-2)
    k = 1
    c = xs.pop(k)
    return a * b + c * xs[0]


def queue(x):
    waiting = [x, 2 * x]
    total = 0.0
    while waiting:
        y = waiting.pop(0)
        total = total + np.sin(y) * y
        if y < 6:
            waiting.append(y * 1.7 + total * 0.1)
    return total


def removed(x):
    names = ["a", "b", "c"]
    values = [x, x * x, x**3]
    names.remove("b")
    del values[1]
    return values[0] * values[1] + len(names)


def deleted_items(x):
    xs = [x * k for k in range(1, 7)]
    del xs[0]
    del xs[-1]
    del xs[1:3]
    return xs[0] * xs[1] + len(xs) * x


def deleted_in_a_loop(x):
    xs = [x * k for k in range(1, 7)]
    total = 0.0
    for k in range(3):
        total += xs[k] * xs[-1]
        del xs[k]
    return total + xs[0]


def cleared(x):
    xs = [x, x * x]
    s = xs[0] * xs[1]
    xs.clear()
    xs.append(s * x)
    xs.append(s)
    return xs[0] + xs[1] ** 2


def reversed_in_place(x):
    xs = [x, x * x, x**3]
    y = xs[0] * 2
    xs.reverse()
    return xs[0] * y + np.sin(xs[1])


def copied(x):
    xs = [x, x * x]
    ys = xs.copy()
    ys.append(3 * x)
    ys[0] = ys[0] * xs[1]
    zs = list(ys)
    zs[1] = x
    return xs[0] * ys[0] + ys[2] * ys[1] + zs[0] * zs[1]


def concatenated(x):
    a = [x, x * x]
    b = [3 * x]
    c = a + b + a
    c[0] = c[0] * c[1]
    return c[0] + c[2] * c[3] + a[0] + len(c)


def concatenated_in_a_loop(x):
    xs = []
    for k in range(4):
        xs = xs + [x * k, x]
    return sum(v * v for v in xs)


def extended_by_operator(x):
    xs = [x]
    ys = xs
    xs += [x * x, x**3]
    xs *= 2
    return ys[1] * ys[4] + ys[3] + len(ys)


def extended(x):
    xs = [x]
    for k in range(3):
        xs.extend([xs[-1] * x, x + k])
    xs.extend((x, x * x))
    xs.extend(v * v for v in [x, 2 * x])
    return sum(xs) + xs[3] * xs[-1]


def repeated(x):
    xs = [x] * 3 + 2 * [x * x]
    xs[1] = xs[1] * xs[4]
    return xs[0] + xs[1] * xs[2] + xs[3]


def zeros_filled(x, n):
    xs = [0.0] * n
    for i in range(n):
        xs[i] = x * (i + 1)
        if i > 0:
            xs[i] += xs[i - 1] ** 2 * 0.1
    return xs[-1] + xs[0]


def sliced(x):
    xs = [x * k for k in range(1, 7)]
    head, tail, odd, back = xs[:2], xs[-2:], xs[1::2], xs[::-1]
    head[0] = head[0] ** 2
    return head[0] * tail[1] + odd[2] * back[0] + sum(xs[2:4]) * xs[0]


def sliced_in_a_loop(x, k):
    xs = [x * x, x, np.sin(x)]
    for i in range(k):
        xs = xs[1:] + [xs[0] * xs[1]]
    return sum(xs)


def slice_assigned(x):
    xs = [x, x * x, x**3, np.cos(x)]
    xs[1:3] = [xs[0] * xs[3]]
    xs[:1] = [x, 2 * x, xs[1]]
    xs[::2] = [v * v for v in xs[::2]]
    return xs[0] + xs[1] * xs[2] + xs[3] * 2 + xs[4]


def slice_of_the_whole_assigned(x):
    xs = [x, x * x]
    ys = xs
    for _ in range(3):
        xs[:] = [ys[1], xs[0] * ys[1], x]
    return ys[0] + ys[1] * ys[2]


def augmented_items(x):
    xs = [x, x * x, 1.0]
    for i in range(3):
        xs[i] *= x
        xs[i] += xs[i - 1]
        xs[-1] -= xs[0] / (2 + i)
        xs[1] **= 0.5
    return xs[0] + xs[1] * 0.1 + xs[2]


def negative_indices(x):
    xs = [x, x * x, x**3]
    xs[-1] = xs[-2] * xs[-3]
    xs[-3] = xs[-1] + x
    return xs[0] * xs[-1]


def appended_while_iterated(x):
    xs = [x]
    total = 0.0
    for v in xs:
        total += np.sin(v) * v
        if len(xs) < 5:
            xs.append(v * 1.5 + total * 0.1)
    return total


def iterated_with_number(x):
    xs = [x, x * x, x**3]
    total = 0.0
    for k, v in enumerate(xs):
        total += k * v * v
    for v, w in zip(xs, xs[1:]):
        total += v * w
    for v in reversed(xs):
        total = total * 0.5 + v
    return total


def extremes(x):
    xs = [x * x, 3 * x, np.sin(x)]
    return max(xs) * min(xs) + max(xs[1:])


def sums(x):
    xs = [x * x, 3 * x, np.sin(x)]
    return sum(xs) * sum(xs, x)


def arrays_made_of_lists(x):
    xs = []
    for k in range(4):
        xs.append(np.sin(x * k))
    a = np.array(xs)
    b = np.asarray(xs + [x])
    return (a * a).sum() + b[1] * b[-1]


def in_order(x):
    xs = [x * 3, x, x * x * 0.1]
    ys = sorted(xs)
    return ys[0] * 2 + ys[1] * 3 + ys[2] * ys[0]


def lists_of_tuples(x):
    xs = [(x, 1), (x * x, 2)]
    xs.append((np.sin(x), 3))
    total = 0.0
    for v, k in xs:
        total += v * k
    v, k = xs[-1]
    return total * v + xs[0][0] * k


def tuples_grown(x, n):
    t = ()
    for k in range(n):
        t = t + (x * k,)
    return t[-1] * t[1] + sum(t)


def empty_until_a_branch(x):
    xs = []
    if x > 0:
        xs.append(x)
        xs.append(x * x)
    else:
        xs.extend([1.0, x])
    return xs[0] * xs[1]


def filled(xs, x, n):
    for k in range(n):
        xs.append(x * k)
    return xs


def passed_to_a_helper(x):
    xs = [x]
    ys = filled(xs, x * x, 3)
    ys[0] = ys[0] * 2
    return xs[0] * xs[3] + xs[2]


def made_by_a_helper(x):
    return filled([], x, 4)[3] * filled([x], x * x, 2)[2]


def alias_of_a_list(x):
    a = [x, x * x]
    b = a
    b.append(a[0] * a[1])
    a[0] = b[2] * 2
    return b[0] * a[2] + len(a)


def alias_by_a_branch(x):
    a = [x, x * x]
    b = [3 * x]
    c = a if x > 1 else b
    c.append(x**3)
    c[0] = c[0] * c[-1]
    return a[0] * a[-1] + b[0] * b[-1]


def comprehension_changed(x):
    xs = [x * k for k in range(5)]
    xs[2] = xs[3] * xs[4]
    xs.append(xs[2] * x)
    return sum(v * v for v in xs)


def list_of_an_array(x):
    xs = list(x)
    xs.append(xs[0] * xs[1])
    xs[0] = 2.0 * xs[2]
    ys = list(range(3))
    ys.append(7)
    return xs[0] * xs[-1] + xs[1] + ys[-1]


def list_of_pairs(x, y):
    pairs = list(zip(x, y))
    total = 0.0
    for a, b in pairs:
        total += a * b * b
    return total


def stack_of_pairs(x):
    stack = [(x, 0)]
    total = 0.0
    while stack:
        v, depth = stack.pop()
        total += v * v
        if depth < 3:
            stack.append((v * 0.7, depth + 1))
            stack.append((np.sin(v), depth + 1))
    return total


def membership(x):
    seen = []
    total = 0.0
    for k in [1, 2, 1, 3, 2]:
        if k in seen:
            total += x * k
        else:
            seen.append(k)
            total += x * x
    return total * len(seen)


def position_found(x):
    names = ["u", "v", "w"]
    xs = [x, x * x, x**3]
    return xs[names.index("v")] * xs[names.index("w")] + names.count("u")


def truth_of_a_list(x):
    xs = []
    if not xs:
        xs.append(x)
    total = 0.0
    while xs and total < 10:
        v = xs.pop()
        total += v * v
        xs.append(v * 1.3)
    return total


def list_argument_changed(xs, y):
    xs.append(xs[0] * y)
    xs[1] = xs[1] ** 2
    xs.insert(0, y)
    return sum(xs) + xs[0] * xs[-1] + xs.pop()


def list_returned(x):
    xs = [x]
    for k in range(3):
        xs.append(xs[-1] * x)
    return xs


def deque_both_ends(x):
    window = collections.deque([x, x * x])
    total = 0.0
    for k in range(4):
        window.append(total + x * k)
        total += window.popleft() * window[0]
        window.appendleft(window[-1] * 0.5)
    return total + window.pop() * len(window)


def deque_of_a_length(x):
    window = collections.deque(maxlen=3)
    total = 0.0
    for k in range(6):
        window.append(x * k + total * 0.1)
        total += sum(window) / len(window)
    return total


def deque_rotated(x):
    ring = collections.deque([x, x * x, x**3])
    ring.rotate(1)
    ring.extend([np.sin(x)])
    return ring[0] * ring[1] + ring[-1] * ring[2]


def breadth_first(x):
    children = {0: [1, 2], 1: [3], 2: [3, 4], 3: [], 4: []}
    value = {0: x}
    order = collections.deque([0])
    total = 0.0
    while order:
        node = order.popleft()
        total += value[node] ** 2
        for child in children[node]:
            if child not in value:
                value[child] = value[node] * (child + 0.5)
                order.append(child)
    return total


# Lists of lists


def grid_of_lists(x):
    grid = [[0.0, x, x * x], [x, 1.0, 0.0]]
    for i in range(2):
        for j in range(3):
            grid[i][j] = grid[i][j] * x + i * j
    grid[0][1] += grid[1][0] * grid[1][2]
    return grid[0][0] + grid[0][1] * grid[1][1] + grid[0][2]


def grid_by_comprehension(x, n):
    grid = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            before = grid[i - 1][j] if i > 0 else x
            grid[i][j] = np.sin(before) + 0.3 * j * (grid[i][j - 1] if j > 0 else x)
    return grid[-1][-1] + grid[0][1] * grid[1][0] * x


def rows_grown(x):
    rows = []
    for i in range(3):
        row = []
        for j in range(i + 1):
            row.append(x * (i + j))
        rows.append(row)
    rows[1].append(rows[2][1] * x)
    return sum(sum(row) for row in rows) * rows[1][-1]


def row_held(x):
    rows = [[x], [x * x]]
    row = rows[0]
    row.append(3 * x)
    rows.append(row)
    rows[2][0] = row[0] * row[1]
    return rows[0][0] * rows[1][0] + len(rows[0]) * x


def rows_swapped(x):
    rows = [[x, 2 * x], [x * x, 1.0]]
    rows[0], rows[1] = rows[1], rows[0]
    rows[0][0] = rows[1][1] * rows[0][0]
    return rows[0][0] + rows[1][0] * rows[0][1]


def buckets(x, n):
    buckets = [[] for _ in range(3)]
    for k in range(n):
        buckets[k % 3].append(np.sin(x + k))
    total = 0.0
    for bucket in buckets:
        for v in bucket:
            total += v * v * len(bucket)
    return total


def shared_row(x):
    rows = [[x, x]] * 2
    rows[0][0] = rows[1][1] * 3 * x
    return rows[1][0] * rows[0][1]


# Dictionaries


def computed_keys(x):
    d = {}
    for k in range(4):
        d[k] = x * (k + 1)
    d[2] = d[2] * d[1]
    return d[0] + d[2] * d[3] + len(d)


def text_keys(x):
    d = {}
    for name in ["a", "b", "c"]:
        d[name + "x"] = x * len(d) + np.sin(x)
    return d["ax"] * d["bx"] + d["cx"] ** 2


def accumulated_by_key(x):
    d = {}
    for k in [1, 2, 1, 3, 1]:
        if k not in d:
            d[k] = 0.0
        d[k] += x * k
    return d[1] ** 2 + d[2] * d[3]


def got_by_key(x):
    d = {"a": x}
    for k in ["a", "b", "a", "c"]:
        d[k] = d.get(k, x * x) * x + 1
    y = d.get("z")
    return d["a"] * d["b"] + d["c"] + (0 if y is None else 1)


def counted_up(x):
    total = collections.defaultdict(float)
    for k in range(6):
        total[k % 3] += x ** (k + 1) / (k + 1)
    return total[0] * total[1] + total[2] + total[7]


def default_lists(x):
    groups = collections.defaultdict(list)
    for k in range(6):
        groups[k % 2].append(x * k)
    return sum(groups[0]) * groups[1][2] + len(groups)


def defaults_set(x):
    d = {}
    for k in [0, 1, 0]:
        y = d.setdefault(k, x * (k + 1))
        d[k] = y * x
    return d[0] * d[1]


def popped_by_key(x):
    d = {k: x * (k + 1) for k in range(4)}
    y = d.pop(2)
    z = d.pop(9, x * x)
    del d[0]
    total = y * z
    for k in d:
        total += d[k] * k
    return total


def looped_over(x):
    d = {}
    for k in range(3):
        d[k * 2] = np.sin(x * k + 1)
    total = 0.0
    for k, v in d.items():
        total += k * v * v
    for v in d.values():
        total += v
    for k in d.keys():
        total += d[k] * k
    return total + sum(d.values()) * x


def updated(x):
    d = {k: x for k in range(2)}
    e = {k: x * k for k in range(1, 4)}
    d.update(e)
    d.update({7: x * x})
    return d[0] * d[1] + d[3] * d[7]


def memo(x, n):
    known = {0: x, 1: x * x}

    for k in range(2, n):
        if k not in known:
            known[k] = known[k - 1] * 0.5 + np.sin(known[k - 2])
    return known[n - 1]


def fibonacci(n, x, known):
    if n in known:
        return known[n]
    value = x if n < 2 else np.sin(fibonacci(n - 1, x, known)) + 0.5 * fibonacci(n - 2, x, known)
    known[n] = value
    return value


def memo_of_a_recursion(x, n):
    return fibonacci(n, x, {})


def dict_of_lists(x):
    d = {"a": [x], "b": []}
    for k in range(4):
        name = "a" if k % 2 else "b"
        d[name].append(x * k)
    return sum(d["a"]) * d["b"][1]


def dict_of_arrays(x):
    d = {}
    for k in range(3):
        d[k] = x * (k + 1)
    d[0] = d[0] * d[2]
    return (d[0] + np.sin(d[1])).sum()


def dict_of_arrays_changed(x):
    d = {}
    for k in range(3):
        d[k] = x * (k + 1)
    for k in range(3):
        d[k][k % 2] = d[(k + 1) % 3][0] ** 2
        d[k] += 1.0
    return (d[0] * d[1] * d[2]).sum()


def dict_argument(d, y):
    total = 0.0
    for k in d:
        total += d[k] * d[k] * y
    return total


def dict_argument_changed(d, y):
    for k in list(d):
        d[k] = d[k] * y
    d["new"] = y
    return sum(d.values()) * d["a"]


def dict_returned(x):
    d = {}
    for k in range(2):
        d[k] = x * (k + 1) ** 2
    return d


def comprehended(x):
    d = {k: x * k for k in range(4)}
    e = {k: v * v for k, v in d.items() if k > 1}
    return e[2] * e[3] + d[1]


def sparse_product(x):
    rows = {(0, 1): x, (1, 2): x * x, (2, 0): 3.0}
    y = [x, 1.0, x * 2]
    out = [0.0] * 3
    for (i, j), v in rows.items():
        out[i] += v * y[j]
    return out[0] * out[1] + out[2]


# Arrays in containers


def stack_of_a_changing_array(a):
    a = a.copy()
    stack = []
    for _ in range(3):
        stack.append(a)
        a[:] = np.sin(a)
    return sum((s * s).sum() for s in stack)


def copies_of_a_changing_array(a):
    a = a.copy()
    stack = []
    for _ in range(3):
        stack.append(a.copy())
        a[:] = np.sin(a)
    return sum((s * s).sum() for s in stack) + a[0]


def tuple_of_arrays(x):
    a, b = x * x, x + 1
    for k in range(2):
        (a, b)[k][0] = a[1] * b[2]
    return (a * b).sum()


def stack_of_one_array(a):
    kept = []
    a = a * 1.0
    for k in range(3):
        kept.append(a)
        a[:] = np.sin(a) + k
    return kept[0] * kept[1] * kept[2]


def tuple_taken_apart(x):
    pair = (x * 2, np.cos(x))
    a, b = pair
    a[0] = b[1]
    return pair[0] * pair[1]


def ping_pong(u, steps):
    bufs = [u.copy(), u * 0.5]
    for t in range(steps):
        now, new = bufs[t % 2], bufs[1 - t % 2]
        new[1:-1] = now[1:-1] + 0.1 * (now[2:] - 2 * now[1:-1] * now[:-2])
    return (bufs[steps % 2] ** 2).sum()


def ping_pong_by_index(u, steps):
    v = np.zeros_like(u)
    bufs = [u, v]
    for t in range(steps):
        bufs[t % 2][1:-1] = bufs[1 - t % 2][:-2] * 0.5 + np.sin(bufs[t % 2][2:])
    return (u * u).sum() + v[1] * v[2]


def rows_of_an_array(A):
    A = A.copy()
    rows = [A[i] for i in range(A.shape[0])]
    for k in range(A.shape[0]):
        rows[k][:] = rows[k] * rows[k - 1] + A[0]
    return (A * A).sum()


def array_chosen(x, k):
    parts = [x * 1, x * 2, x * 3]
    chosen = parts[k]
    chosen[0] = chosen[1] * x[0]
    chosen *= 2
    return (parts[0] * parts[1] * parts[2]).sum()


def arrays_of_a_list_changed(x):
    parts = []
    for k in range(3):
        parts.append(x * (k + 1))
    for p in parts:
        p[0] = p[1] ** 2
    parts[0][:] = parts[1] * parts[2]
    return (parts[0] + parts[1]).sum() + parts[2][0]


def stacked(x):
    states = []
    y = x
    for _ in range(3):
        y = np.sin(y) * x
        states.append(y)
    return (np.stack(states) ** 2).sum() + np.array(states)[1, 0] + np.concatenate(states)[2]


def stacked_after_changes(x):
    states = [x * 1, x * 2]
    states[0][0] = states[1][1]
    states.append(states[0])
    states[2] += 1.0
    return (np.stack(states) ** 3).sum()


def list_of_arrays_argument_changed(parts):
    parts[0][0] = parts[1][1] * parts[0][1]
    parts[1] = parts[1] * parts[0]
    parts.append(parts[0] * 2)
    return parts[1].sum() * parts[2][0]


def newest_and_oldest(x, n):
    states = [x, np.cos(x)]
    for k in range(n):
        new = states[-1] * 0.5 + states[-2] ** 2
        new[0] = states[0][1]
        states.append(new)
        if len(states) > 3:
            states.pop(0)
    return (states[-1] * states[0]).sum()


def layers(x, w):
    weights = [w, w * 2, w.T]
    acts = [x]
    for m in weights:
        acts.append(np.tanh(m @ acts[-1]))
    return sum((a * a).sum() for a in acts)


def views_in_a_list(x):
    y = x * 1
    windows = []
    for i in range(len(x) - 1):
        windows.append(y[i : i + 2])
    for w in windows:
        w[1] = w[0] * w[1]
    return y.sum() + windows[0][1]


def first_of_two(parts):
    parts[0][0] = parts[1][0] * 3
    return (parts[0] * parts[1]).sum()


def first_of_rows(rows):
    rows[0][0] = rows[1][0] * 3
    rows[1].append(rows[0][0])
    return rows[0][0] * rows[1][-1]


# Sets of what is not differentiated


def reached(x, edges):
    seen = {0}
    stack = [(0, x)]
    best = {}
    while stack:
        node, value = stack.pop()
        best[node] = value
        for other in edges[node]:
            if other not in seen:
                seen.add(other)
                stack.append((other, value * np.sin(value) + other))
    return sum(best.values()) * len(seen)


def counted_by_a_set(x):
    seen = {1, 2}
    total = x
    while len(seen) < 5:
        seen.add(len(seen) * 7)
        total = total * x * len(seen)
    return total


def counter(x):
    found = collections.Counter()
    for k in [1, 2, 1]:
        found[k] += x * k
    return found[1] * found[2] + found[5]


def zipped_to_a_dictionary(x):
    d = dict(zip(["a", "b"], [x, x * x], strict=True))
    e = {**d, "c": x}
    first, *rest = list(e.values())
    b, c = rest
    return sum(e.values()) * d["a"] + first * b * c


# Found by random programs


def list_argument_that_shrinks(x, xs):
    for _ in range(2):
        xs.pop()
    return x * x


def list_of_arrays_argument_replaced(x, parts):
    parts[0] = np.sin(parts[1]) * x
    return parts[0].sum()


def items_replaced_and_not_read(x, xs):
    for k in range(2):
        xs[:] = [0.78, x * k]
    rows = [xs, [x]]
    rows[1].append(x * x)
    rows[0][:] = [1.5]
    return sum(rows[1]) * rows[1][1]


def list_made_anew_in_each_trip(x, a):
    parts = [a * x, a * 2]
    for _ in range(1):
        for _ in range(2):
            parts = [q * 0.9 for q in parts]
    for q in parts:
        q[0] = x * q[1]
    return sum(q.sum() for q in parts)


def popped_and_dropped(x):
    xs = [x, x * x, np.sin(x)]
    rows = [[x, 0.5], xs]
    for _ in range(2):
        if len(xs) > 0:
            xs.pop(-1)
    xs[-1] += x
    rows[0], rows[1] = rows[1], rows[0]
    return sum(sum(row) for row in rows)


def taken_from_a_constant(x):
    y = x
    constants = [1.1]
    if len(constants) > 0:
        y = constants.pop()
    return np.sin(y) + x


def alias_and_part_stored(x, a):
    xs = [a[1], x]
    ys = xs
    xs[1:2] = [x]
    return sum(xs) + np.sin(sum(ys))


def rows_of_unequal_lengths(x):
    rows = [[x], [x, x, np.sin(x)]]
    if len(rows) > 1:
        rows[0], rows[1] = rows[1], rows[0]
    return np.sin(sum(sum(row) for row in rows)) * rows[0][2]


def list_rebound_in_a_branch(x):
    rows = [[x]]
    xs = [x, x * x, np.sin(x)]
    if len(rows) > 0:
        xs = rows[0]
    return sum(xs) * x


def array_rebound_in_a_branch(x, k):
    y = x * 2
    if k > 0:
        y = np.sin(x[1:])
    return (y * y).sum()


def copy_of_a_list_of_arrays(a):
    kept = [np.sin(a)]
    other = kept.copy()
    if len(other) > 0:
        other[0][:] = a
    return sum(p.sum() for p in kept) + np.sin(sum(p.sum() for p in other))


def default_of_a_loop_over_keys(x):
    d = collections.defaultdict(list)
    for k in range(3):
        d[k % 2].append(x * (k + 1))
    return sum(sum(d[k]) * (k + 1) for k in d)


def key_taken_out_in_a_branch(x):
    d = {0: x, 1: x * x}
    if x > 1.0:
        pass
    else:
        del d[0]
    return sum(d.values()) + len(d)


def key_put_in_in_a_branch(x):
    d = {0: x, 1: x * x}
    if x > 1.0:
        d[3] = 2 * x
    return sum(d.values()) * x


def keys_taken_out_in_a_loop(x):
    d = {0: x, 1: x * x, 2: np.sin(x)}
    for k in range(2):
        d.pop(k, 0.0)
    return sum(d.values()) + x


def rows_cleared_and_shared(x):
    rows = [[x, x], [x]]
    row = [x, x * x]
    row.clear()
    row.append(x)
    rows.append(row)
    if len(row) > 0:
        row.pop()
    return sum(sum(r) for r in rows) * x


def tuples_stored_by_index(x, n):
    pairs = [(x * 1.0, x * 2.0), (x * 3.0, x * x)]
    for k in range(n):
        pair = pairs[k]
        pairs[k] = (pair[0] * x, pair[1] + x)
    last = pairs.pop()
    view = last[0].ravel()
    view[0] = last[0][1] * x[2]
    return last[0] * last[1] + pairs[0][0]


def tuples_stored_and_chosen(x, n):
    pairs = []
    for k in range(n):
        pairs.append((x * 1.0, x * k))
    for k in range(n):
        pairs[k] = (pairs[k][0] * x, pairs[k][1] + x)
    total = 0.0
    for k in range(n):
        pair = pairs[k]
        w = pair[0] if k > 0 else pair[1]
        w[0] = w[1] * x[2]
        total = total + np.sum(w * pair[1] * pair[0])
    return total


PROGRAMS = [
    Program(tuples_stored_by_index, arrays(3, rest=(2,))),
    Program(tuples_stored_and_chosen, arrays(3, rest=(2,))),
    Program(tuples_grown, numbers(4)),
    Program(items_replaced_and_not_read, lambda rng: (1.3, [0.5, 0.7]), ("x", "xs")),
    Program(list_argument_that_shrinks, lambda rng: (1.3, [0.5, 0.7, 1.2]), ("x", "xs")),
    Program(
        list_of_arrays_argument_replaced,
        lambda rng: (1.3, [rng.normal(size=3), rng.normal(size=2)]),
        ("x", "parts"),
    ),
    Program(reached, numbers({0: [1, 2], 1: [3], 2: [3], 3: []})),
    Program(counted_by_a_set, numbers()),
    Program(counter, numbers()),
    Program(zipped_to_a_dictionary, numbers()),
    Program(list_made_anew_in_each_trip, lambda rng: (1.3, rng.normal(size=3)), ("x", "a")),
    Program(keys_taken_out_in_a_loop, numbers()),
    Program(rows_cleared_and_shared, numbers()),
    Program(first_of_two, lambda rng: ([rng.normal(size=2), rng.normal(size=2)],), ("parts",)),
    Program(first_of_rows, lambda rng: ([[0.5, 0.7], [1.2]],), ("rows",)),
    Program(key_taken_out_in_a_branch, lambda rng: (1.4,)),
    Program(key_taken_out_in_a_branch, lambda rng: (0.6,), note="other"),
    Program(key_put_in_in_a_branch, lambda rng: (1.4,)),
    Program(key_put_in_in_a_branch, lambda rng: (0.6,), note="other"),
    Program(popped_and_dropped, numbers()),
    Program(taken_from_a_constant, numbers()),
    Program(alias_and_part_stored, lambda rng: (1.3, rng.normal(size=3)), ("x", "a")),
    Program(rows_of_unequal_lengths, numbers()),
    Program(list_rebound_in_a_branch, numbers()),
    Program(array_rebound_in_a_branch, arrays(3, rest=(1,))),
    Program(array_rebound_in_a_branch, arrays(1, rest=(1,)), note="nothing_left"),
    Program(array_rebound_in_a_branch, arrays(3, rest=(0,)), note="other"),
    Program(copy_of_a_list_of_arrays, arrays(3), ("a",)),
    Program(default_of_a_loop_over_keys, numbers()),
    Program(inserted, numbers()),
    Program(inserted_in_a_loop, numbers()),
    Program(popped_anywhere, numbers()),
    Program(queue, numbers()),
    Program(removed, numbers()),
    Program(deleted_items, numbers()),
    Program(deleted_in_a_loop, numbers()),
    Program(cleared, numbers()),
    Program(reversed_in_place, numbers()),
    Program(copied, numbers()),
    Program(concatenated, numbers()),
    Program(concatenated_in_a_loop, numbers()),
    Program(extended_by_operator, numbers()),
    Program(extended, numbers()),
    Program(repeated, numbers()),
    Program(zeros_filled, numbers(4)),
    Program(sliced, numbers()),
    Program(sliced_in_a_loop, numbers(3)),
    Program(sliced_in_a_loop, numbers(0), note="no_trips"),
    Program(slice_assigned, numbers()),
    Program(slice_of_the_whole_assigned, numbers()),
    Program(augmented_items, numbers()),
    Program(negative_indices, numbers()),
    Program(appended_while_iterated, numbers()),
    Program(iterated_with_number, numbers()),
    Program(extremes, numbers()),
    Program(sums, numbers()),
    Program(arrays_made_of_lists, numbers()),
    Program(in_order, numbers()),
    Program(lists_of_tuples, numbers()),
    Program(empty_until_a_branch, numbers()),
    Program(passed_to_a_helper, numbers()),
    Program(made_by_a_helper, numbers()),
    Program(alias_of_a_list, numbers()),
    Program(alias_by_a_branch, lambda rng: (1.4,)),
    Program(alias_by_a_branch, lambda rng: (0.7,), note="other"),
    Program(comprehension_changed, numbers()),
    Program(list_of_an_array, arrays(3)),
    Program(list_of_pairs, arrays(3, 3), ("x", "y")),
    Program(stack_of_pairs, numbers()),
    Program(membership, numbers()),
    Program(position_found, numbers()),
    Program(truth_of_a_list, lambda rng: (0.8 + 0.1 * rng.random(),)),
    Program(list_argument_changed, lambda rng: ([0.5, 1.2, -0.7], 1.3), ("xs", "y")),
    Program(list_returned, numbers()),
    Program(deque_both_ends, numbers()),
    Program(deque_of_a_length, numbers()),
    Program(deque_rotated, numbers()),
    Program(breadth_first, numbers()),
    Program(grid_of_lists, numbers()),
    Program(grid_by_comprehension, numbers(3)),
    Program(rows_grown, numbers()),
    Program(row_held, numbers()),
    Program(rows_swapped, numbers()),
    Program(buckets, numbers(7)),
    Program(shared_row, numbers()),
    Program(computed_keys, numbers()),
    Program(text_keys, numbers()),
    Program(accumulated_by_key, numbers()),
    Program(got_by_key, numbers()),
    Program(counted_up, numbers()),
    Program(default_lists, numbers()),
    Program(defaults_set, numbers()),
    Program(popped_by_key, numbers()),
    Program(looped_over, numbers()),
    Program(updated, numbers()),
    Program(memo, numbers(6)),
    Program(dict_of_lists, numbers()),
    Program(dict_of_arrays, arrays(3)),
    Program(dict_of_arrays_changed, arrays(2)),
    Program(dict_argument, lambda rng: ({"a": 0.5, "b": 1.2}, 1.3), ("d", "y")),
    Program(dict_argument_changed, lambda rng: ({"a": 0.5, "b": 1.2}, 1.3), ("d", "y")),
    Program(dict_returned, numbers()),
    Program(comprehended, numbers()),
    Program(sparse_product, numbers()),
    Program(stack_of_a_changing_array, arrays(3), ("a",)),
    Program(copies_of_a_changing_array, arrays(3), ("a",)),
    Program(tuple_of_arrays, arrays(3)),
    Program(stack_of_one_array, arrays(3), ("a",)),
    Program(tuple_taken_apart, arrays(3)),
    Program(ping_pong, positive(5, rest=(3,)), ("u",)),
    Program(ping_pong_by_index, positive(5, rest=(3,)), ("u",)),
    Program(rows_of_an_array, arrays((3, 2)), ("A",)),
    Program(array_chosen, arrays(3, rest=(1,))),
    Program(arrays_of_a_list_changed, arrays(2)),
    Program(stacked, arrays(2)),
    Program(stacked_after_changes, arrays(2)),
    Program(list_of_arrays_argument_changed, lambda rng: ([rng.normal(size=2), rng.normal(size=2)],), ("parts",)),
    Program(newest_and_oldest, positive(2, rest=(3,))),
    Program(layers, positive(2, (2, 2)), ("x", "w")),
    Program(views_in_a_list, positive(4)),
    Program(memo_of_a_recursion, numbers(6)),
]  # fmt: skip
