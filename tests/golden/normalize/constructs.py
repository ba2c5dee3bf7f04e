def first_negative(xs):
    returned = False
    for i in range(len(xs)):
        if xs[i] < 0:
            result = i
            returned = True
        if returned:
            break
    if not returned:
        result = -1
    return result


def nothing_after_loop(xs):
    returned = False
    for k in range(len(xs)):
        x = xs[k]
        if x > 2:
            result = x
            returned = True
        if returned:
            break
    if not returned:
        result = None
    return result


def find_in_rows(xs, limit):
    count = 0
    returned = False
    for i in range(3):
        for k in range(len(xs)):
            x = xs[k]
            if not x < 0:
                if x > limit:
                    result = i
                    result_1 = x
                    returned = True
                else:
                    count += 1
            if returned:
                break
        if not returned:
            count += 10
        if returned:
            break
    if not returned:
        result = count
        result_1 = -1.0
    return result, result_1


def search_else(xs):
    stop = False
    for k in range(len(xs)):
        x = xs[k]
        if x > 2:
            found = x
            stop = True
        if stop:
            break
    if not stop:
        found = 0.0
    return found


def while_else(n):
    stop = False
    while n > 3:
        n -= 1
        if n == 5:
            n = -1
            stop = True
        if stop:
            break
    if not stop:
        n = 100
    return n


def break_evaluates_no_condition(n):
    t = say(n)
    go = t < 5
    while go:
        n += 1
        if n == 3:
            go = False
        else:
            t_1 = say(n)
            go = t_1 < 5
    return n


def nested_continue(n):
    total = 0
    for i in range(n):
        skip = False
        if i % 2:
            if i == 3:
                skip = True
            else:
                total += 1
        if not skip:
            for j in range(i):
                stop = j == 2
                if not stop:
                    total += j
                if stop:
                    break
            total += 10
    return total


def many_returns(x, y):
    returned = False
    if x > 0:
        if y > 0:
            result = x
            result_1 = y
            returned = True
        else:
            x = -x
    elif y > 1:
        result = y
        result_1 = x
        returned = True
    if not returned:
        result = x
        result_1 = y + 1
    return result, result_1


def returns_same(x):
    if x > 1:
        x_1 = x * 2
    else:
        x_1 = x + 1
    return x_1


def endless(n):
    returned = False
    while True:
        n += 1
        if n % 7 == 0:
            returned = True
        if returned:
            break
    return n


def raising(x):
    if x < 0:
        t = f"negative: {x}"
        raise ValueError(t)
    assert x != 1, f"one {x}"
    return x


def returns_nothing(A):
    A[0] = 1.0
    if not A[1] > 0:
        A[1] = 3.0
    return None


def break_before_continue(x):
    while True:
        stop = x > 10
        if not stop:
            if x == 7:
                x += 100
            else:
                x += 1
        if stop:
            break
    return x


def returns_from_with(x):
    returned = False
    t = np.errstate(all="ignore")
    t_1 = np.printoptions(precision=3)
    with t, t_1 as options:
        if x > 0:
            result = options["precision"]
            returned = True
        else:
            x = x + 1
    if not returned:
        result = 0
    return x, result


def jumps_in_branches(xs, n):
    total = 0
    returned = False
    if n > 0:
        for k in range(len(xs)):
            x = xs[k]
            stop = False
            if x < 0:
                if n > 2:
                    returned = True
                else:
                    total += 100
                    stop = True
            else:
                skip = False
                if x > 2:
                    if n > 1:
                        skip = True
                    else:
                        total += 5
                if not skip:
                    total += 1
            if stop or returned:
                break
        if not returned:
            total += 10
    if not returned:
        for i in range(n):
            stop_1 = False
            stop_2 = False
            while total < 50:
                t = i + 1
                total += t
                if total == 17:
                    returned = True
                else:
                    t_1 = total % 5
                    stop_2 = t_1 == 4
                if stop_2 or returned:
                    break
            if not returned:
                if stop_2:
                    stop_1 = i == 1
            if stop_1 or returned:
                break
    return total


def variable_after(n):
    i = -1
    for i_1 in range(n):
        i = i_1
    return i


def rebinds_variable(n):
    total = 0
    for i_1 in range(n):
        i = i_1
        i_2 = i * 2
        total += i_2
    return total


def rebinds_bound(n):
    total = 0
    t = n
    for i in range(t):
        n = n - 1
        total += n
    return total, n


def two_loops(n, m):
    total = 0
    for i in range(n):
        total += i
    for i_1 in range(m, 0, -1):
        t = i_1 * 10
        total += t
    return total


def rows(A):
    total = 0.0
    for k in range(len(A)):
        row = A[k]
        row[0] = 2.0
        for k_1 in range(len(row)):
            v = row[k_1]
            total += v
    return total, A


def enumerated(xs, ys):
    total = 0.0
    t = len(xs)
    t_1 = len(ys)
    t_2 = min(t, t_1)
    for k_1 in range(t_2):
        k = k_1 + 2
        x = xs[k_1]
        y = ys[k_1]
        t_3 = k * x
        t_4 = t_3 - y
        total += t_4
    return total


def zipped_with_range(xs, n):
    total = 0.0
    t = len(xs)
    t_1 = min(t, n, 4)
    for i in range(t_1):
        x = xs[i]
        j = i + 1
        t_2 = x * i
        t_3 = t_2 + j
        total += t_3
    t_4 = len(xs)
    t_5 = len(xs)
    t_6 = min(t_4, t_5)
    for k in range(t_6):
        t_7 = xs[k]
        t_8 = xs[k]
        both = t_7, t_8
        t_9 = both[0]
        t_10 = both[1]
        t_11 = t_9 * t_10
        total += t_11
    return total


def backwards(xs, n):
    out = []
    for k in range(len(xs) - 1, -1, -1):
        x = xs[k]
        out.append(x)
    for i in range(n - 1, -1, -1):
        out.append(i)
    for i_1 in range(n - 1, 0, -1):
        out.append(i_1)
    t = range(0, n, 2)
    t_3 = len(t)
    t_1 = t_3 - 1
    for k_1 in range(len(t)):
        i_2 = t[t_1 - k_1]
        out.append(i_2)
    t_4 = len(xs)
    t_2 = t_4 - 1
    for i_3 in range(len(xs)):
        x_1 = xs[t_2 - i_3]
        t_5 = i_3 * x_1
        out.append(t_5)
    return out


def over_items(xs):
    t_2 = xs[0]
    table = {"a": 1.0, "b": t_2}
    total = 0.0
    t = table.items()
    for item in t:
        name, value = item
        total += value
    t_1 = {"c": 2}
    for name_1 in t_1:
        t_3 = len(name_1)
        total += t_3
    return total


def iterated_name_rebound(xs):
    total = 0.0
    t = xs
    for k in range(len(t)):
        x = t[k]
        xs = xs * 2
        t_1 = xs[0]
        t_2 = x + t_1
        total += t_2
    return total


def grows_while_walked(n):
    xs = [n]
    for x in xs:
        if x > 0:
            t = x - 1
            xs.append(t)
    return xs


def swaps(a, b, c):
    a, b = b, a
    a, b, c = c, a, b
    t = a + b
    a_1 = b
    b_1 = t
    t_1 = b_1 * 2
    b_2 = a_1
    a_2 = t_1
    return a_2, b_2, c


def chained(x):
    a = x + 1
    b = a
    c = a, b
    d, e = c
    i = [0, 0, 0]
    A = i
    j = 2
    t = j if False else 1
    A[t] = 2
    return a, b, c, d, e, i, A, j


def nested_targets(x):
    a, t = pair(x)
    b, c = t
    unused, _ = pair(x)
    t_1 = a * b
    t_2 = t_1 - c
    return t_2


def cell_targets(A, i):
    t_3 = A[i]
    t = t_3 + 1
    i_1 = 2
    A[i_1] = t
    t_1 = A[1]
    t_2 = A[0]
    A[0] = t_1
    A[1] = t_2
    A[i_1] = i_1
    i_2 = 0
    return A, i_2


def order_of_cells(A):
    t = A[0]
    t_4 = change(A)
    t += t_4
    A[0] = t
    t_5 = say(1.0)
    t_1 = int(t_5)
    t_2 = A[t_1]
    t_6 = A[1]
    t_7 = say(t_6)
    t_2 *= t_7
    A[t_1] = t_2
    t_8 = A[1]
    A[0] -= t_8
    t_3 = A[0]
    t_3 **= 2
    A[0] = t_3
    return A


def list_of_arrays(x):
    t_1 = x + 1
    parts = [x, t_1]
    t = parts[0]
    t *= 2
    parts[0] = t
    parts[1] += 1
    return x, parts


def alias_in_place(x):
    y = x
    y += 1
    y *= 2
    return x, y


def attributes(x, k):
    layer = Layer(x)
    t = layer.w
    t *= 2
    layer.w = t
    t_4 = layer.inner
    t_1 = t_4.w
    t_1[k] += 1
    t_6 = layer.inner
    t_5 = t_6.inner
    t_2 = t_5.w
    t_3 = t_2[k]
    t_7 = layer.w
    t_8 = t_7[0]
    t_3 *= t_8
    t_2[k] = t_3
    t_9 = layer.inner
    t_10 = t_9.scale(3.0)
    t_11 = layer.inner
    t_11.w = t_10
    a = layer.w
    t_13 = layer.inner
    t_12 = t_13.inner
    t_14 = t_12.w
    t_15 = t_14 + 1
    layer.w = t_15
    t_16 = layer.w
    t_18 = layer.inner
    t_17 = t_18.scale(x)
    t_19 = t_17.sum()
    return a, t_16, x, t_19


def lazy_operands(x, y):
    if x != 0:
        a = 1 / x
    else:
        a = y
    b = x
    if b:
        t_3 = 10 / x
        b = say(t_3)
    c = x
    if not c:
        c = say(y)
        if not c:
            c = say(7)
    t = say(x)
    d = 0 < t
    if d:
        t_1 = say(y)
        d = t < t_1
        if d:
            d = t_1 < 3
    t_2 = x
    if t_2:
        t_2 = y
    e = not t_2
    return a, b, c, d, e


def lazy_tests(x, y):
    total = 0
    if x != 0 and 1 / x > 0:
        total += 1
    t = x > 0
    if t:
        t_1 = say(y)
        t = t_1 > 0
    if not t:
        t_2 = say(3)
        t = t_2 < 2
    if t:
        total += 10
    else:
        t_3 = say(x)
        t_4 = t_3 == 0
        if t_4:
            total += 100
    go = total < 300
    if go:
        t_5 = say(total)
        go = t_5 >= 0
    while go:
        total += 120
        go = total < 300
        if go:
            t_6 = say(total)
            go = t_6 >= 0
    return total


def effects_in_branches(x):
    if x > 0:
        say(x)
    if x > 1:
        say(1)
    else:
        say(2)
    return x


def reads_itself(x):
    t = x
    if t:
        t_1 = say(x)
        t = t_1 + x
    x_1 = t
    return x_1


def walrus(xs):
    total = 0.0
    n = len(xs)
    t = n > 2
    if t:
        m = n * 2
        t = m > 5
    if t:
        total += m
    t_1 = n
    n_1 = 5
    t_2 = t_1 + n_1
    y = t_2 + n_1
    n_2 = n_1 - 1
    go = n_2 > 2
    while go:
        total += n_2
        n_2 = n_2 - 1
        go = n_2 > 2
    return total, y, n_2


def comprehensions(xs, n):
    v = 100
    squares = []
    for k in range(len(xs)):
        v_1 = xs[k]
        if v_1 > 0:
            t_6 = v_1 * v_1
            squares.append(t_6)
    table = []
    for i in range(n):
        t = []
        for j in range(i):
            t_7 = i * j
            t.append(t_7)
        table.append(t)
    flat = []
    for k_1 in range(len(table)):
        row = table[k_1]
        for k_2 in range(len(row)):
            x = row[k_2]
            if x:
                flat.append(x)
    t_1 = []
    for k_3 in range(len(xs)):
        x_1 = xs[k_3]
        t_8 = len(xs)
        t_9 = x_1 + t_8
        t_1.append(t_9)
    xs_1 = t_1
    t_2 = []
    for k_4 in range(len(squares)):
        s = squares[k_4]
        t_2.append(s)
    t_10 = sum(t_2)
    t_3 = t_10 + v
    t_4 = say(1)
    t_5 = []
    for k_5 in range(len(xs_1)):
        u = xs_1[k_5]
        t_11 = say(u)
        t_5.append(t_11)
    t_12 = sum(t_5)
    t_13 = t_4 + t_12
    return t_3, table, flat, xs_1, t_13


def lambdas(x):
    def double(v, k=2):
        t_6 = v * k
        return t_6

    t_7 = double(x)
    t_8 = double(x, k=3)
    t = t_7 + t_8

    def t_1():
        t_9 = x + 1
        return t_9

    t_10 = t_1()
    t_2 = t + t_10
    t_3 = []

    def t_4(u):
        return u

    t_5 = [t_4, double]
    for k_1 in range(len(t_5)):
        f = t_5[k_1]
        t_11 = f(x)
        t_3.append(t_11)
    t_12 = sum(t_3)
    t_13 = t_2 + t_12
    return t_13


def nested_function(x, n):
    def power(v, k):
        if k == 0:
            result = 1.0
        else:
            t = k - 1
            t_1 = power(v, t)
            result = v * t_1
        return result

    total = 0.0
    for i in range(n):
        t_2 = power(x, i)
        total = total + t_2
    return total


def captured(x):
    k = 1

    def g(v):
        t = v * k
        return t

    a = g(x)
    k = 2
    t_1 = g(x)
    t_2 = a + t_1
    return t_2


def indexing(A, i):
    idx = [2, 0, 1]
    t = A[:, None]
    t_1 = A[None, :]
    B = t * t_1
    t_2 = A[i - 1]
    t_3 = A[1:]
    t_4 = t_3.sum()
    t_5 = t_2 + t_4
    t_6 = idx[i]
    B[t_6, : len(A) - 1] = t_5
    B[[0, 2], 1] += 1.0
    t_7 = A > 1
    t_8 = A[t_7]
    t_9 = B.shape
    t_10 = t_9[0]
    t_11 = A * 2
    t_12 = t_11[i]
    t_13 = A[::-1]
    t_14 = t_13[i]
    t_16 = B.T
    t_15 = t_16.copy()
    t_17 = t_15.sum(axis=(0, 1))
    return B, t_8, t_10, t_12, t_14, t_17


def formatted(x, n):
    t = f"{x * 2:.{n}f} and {n!r}"
    return t


def versions(x, n):
    x_1 = x * 2
    y = x_1
    x_2 = x_1 + y
    if n > 1:
        x_2 = x_2 + 1
    for k in range(n):
        x_2 = x_2 * 2
        y = x_2
    x_3 = y
    t = x_3 + y
    return t


def maybe_unbound(n):
    if n > 0:
        z = 1
    z = z + 1
    return z


def literals(v):
    if v == "a" or v == "b":
        result = 1
    elif v == 3:
        n = v
        result = n + 1
    elif v is None or v is True:
        result = say("singleton", 2)
    elif v == -1.5:
        result = 4
    else:
        result = 0
    return result


def sequences(v):
    if is_sequence(v) and len(v) == 0:
        r = "empty"
    else:
        hit_1 = is_sequence(v)
        if hit_1:
            t = len(v)
            hit_1 = t == 1
        if hit_1:
            x = v[0]
        else:
            hit_1 = is_sequence(v)
            if hit_1:
                t_1 = len(v)
                hit_1 = t_1 == 3
            if hit_1:
                x = v[0]
        if hit_1:
            r = x
        elif is_sequence(v) and len(v) >= 1 and v[0] == 1:
            t_2 = v[1:]
            rest = list(t_2)
            r = rest
        else:
            hit = is_sequence(v)
            if hit:
                t_3 = len(v)
                hit = t_3 >= 1
                if hit:
                    t_4 = v[-1]
                    hit = is_sequence(t_4)
                    if hit:
                        t_5 = v[-1]
                        t_6 = len(t_5)
                        hit = t_6 == 2
            if hit:
                t_7 = v[:-1]
                start = list(t_7)
                t_8 = v[-1]
                a = t_8[0]
                t_9 = v[-1]
                b = t_9[1]
                t_10 = say(a)
                hit = t_10 > b
            if hit:
                r = start
            elif is_sequence(v) and len(v) == 2:
                x = v[0]
                y = v[1]
                r = y
            else:
                r = "none"
    return r


def parts(a, b):
    subject = say(a)
    if subject == 0 and b == 0:
        result = "origin"
    else:
        hit = subject == 0
        if hit:
            y = b
            hit_1 = y > 1
        else:
            hit_1 = b == 0
            if hit_1:
                y = subject
                hit_1 = y > 1
        if hit_1:
            result = y
        else:
            ys = [b]
            x = subject
            result = x, ys
    return result


def mappings(v):
    if (
        is_mapping(v)
        and "kind" in v
        and "by" in v
        and v["kind"] == "move"
        and is_sequence(v["by"])
        and len(v["by"]) == 2
    ):
        t_1 = v["by"]
        dx = t_1[0]
        t_2 = v["by"]
        dy = t_2[1]
        result = dx, dy
    elif is_mapping(v) and "kind" in v:
        kind = v["kind"]
        rest = {}
        t = v.items()
        for item in t:
            key, value = item
            if key not in ("kind",):
                rest[key] = value
        result = kind, rest
    elif is_mapping(v):
        result = "other"
    else:
        result = None
    return result


def classes(v):
    if isinstance(v, Point) and v.x == 0 and v.y == 0:
        result = "origin"
    else:
        hit_1 = isinstance(v, Point)
        if hit_1:
            t = v.x
            hit_1 = isinstance(t, int)
            if hit_1:
                t_1 = v.y
                hit_1 = t_1 == 0
        if hit_1:
            x = v.x
        else:
            hit_1 = isinstance(v, Point)
            if hit_1:
                t_2 = v.x
                hit_1 = t_2 == 0
            if hit_1:
                x = v.y
        if hit_1:
            result = x
        elif isinstance(v, Point) and hasattr(v, "missing"):
            result = "never"
        elif isinstance(v, Point):
            p = v
            t_3 = p.x
            t_4 = p.y
            result = t_3 + t_4
        else:
            hit = isinstance(v, str)
            if hit:
                s = v
            else:
                hit = is_sequence(v)
                if hit:
                    t_5 = len(v)
                    hit = t_5 >= 1
                    if hit:
                        t_6 = v[0]
                        hit = isinstance(t_6, str)
                if hit:
                    s = v[0]
            if hit:
                result = s
            else:
                result = None
    return result


def matched_in_a_loop(vs):
    total = 0
    returned = False
    stop = False
    for k in range(len(vs)):
        v = vs[k]
        subject = v
        if isinstance(subject, int) and v < 0:
            stop = True
        elif not subject == 0:
            if is_sequence(subject) and len(subject) >= 1:
                v_1 = subject[0]
                t = 10 * v_1
                total += t
            else:
                total += v
        if stop:
            break
    if not stop:
        result = total
    else:
        result = -total
    return result


def stars(xs, p):
    if len(xs) < 1:
        raise ValueError("not enough values to unpack (expected at least 1)")
    first = xs[0]
    rest = []
    for k in range(1, len(xs)):
        t_3 = xs[k]
        rest.append(t_3)
    if len(p) < 2:
        raise ValueError("not enough values to unpack (expected at least 2)")
    a = p[0]
    t = p[1]
    if len(t) < 1:
        raise ValueError("not enough values to unpack (expected at least 1)")
    b = t[0]
    c = []
    for k_2 in range(1, len(t)):
        t_4 = t[k_2]
        c.append(t_4)
    d = []
    for k_1 in range(2, len(p)):
        t_5 = p[k_1]
        d.append(t_5)
    t_1 = say(a)
    t_6 = f"{b}"
    t_2 = say(t_6)
    e = [t_1, t_2]
    f = xs
    return first, rest, a, b, c, d, e, f


def stars_in_targets(ps):
    out = []
    t_1 = ps
    for k_1 in range(len(t_1)):
        t_2 = t_1[k_1]
        if len(t_2) < 1:
            raise ValueError("not enough values to unpack (expected at least 1)")
        k = t_2[0]
        ps_1 = []
        for k_3 in range(1, len(t_2)):
            t_4 = t_2[k_3]
            ps_1.append(t_4)
        t_5 = k, ps_1
        out.append(t_5)
    t = []
    for k_2 in range(len(out)):
        t_3 = out[k_2]
        if len(t_3) < 1:
            raise ValueError("not enough values to unpack (expected at least 1)")
        a = t_3[0]
        b = []
        for k_4 in range(1, len(t_3)):
            t_6 = t_3[k_4]
            b.append(t_6)
        t.append(b)
    return out, t


def joined(xs, d):
    ys = [0]
    for k in range(len(xs)):
        item = xs[k]
        ys.append(item)
    t_1 = []
    for k_1 in range(len(xs)):
        x = xs[k_1]
        t_5 = say(x)
        t_1.append(t_5)
    for k_2 in range(len(t_1)):
        item_1 = t_1[k_2]
        ys.append(item_1)
    ys.append(9)
    t_6 = tuple(xs)
    t_7 = tuple(ys)
    t_8 = t_6 + t_7
    t_9 = t_8, 1
    t_10 = tuple(d)
    t = t_9 + t_10
    t_2 = {}
    t_2.update(d)
    t_11 = say(5)
    t_2["a"] = t_11
    t_12 = {"b": 2}
    t_2.update(t_12)
    t_4 = []
    for k_3 in range(len(xs)):
        item_2 = xs[k_3]
        t_4.append(item_2)
    t_4.append(3)
    t_3 = set(t_4)
    t_13 = sorted(t_3)
    return ys, t, t_2, t_13


def comprehensions_of_all_kinds(xs):
    names = {}
    for k in range(len(xs)):
        v = xs[k]
        if v:
            names[k] = v
    t = set()
    for k_1 in range(len(xs)):
        x = xs[k_1]
        t_6 = x % 3
        t.add(t_6)
    found = sorted(t)
    t_1 = []
    for k_2 in range(len(xs)):
        x_1 = xs[k_2]
        t_1.append(x_1)
    t_2 = sum(t_1)
    t_3 = []
    for k_3 in range(len(xs)):
        x_2 = xs[k_3]
        t_3.append(x_2)
    t_4 = max(t_3, default=0)
    t_5 = []
    for k_4 in range(len(xs)):
        x_3 = xs[k_4]
        t_7 = str(x_3)
        t_5.append(t_7)
    t_8 = ","
    t_9 = t_8.join(t_5)
    return names, found, t_2, t_4, t_9


def lazy_readers(xs):
    a = False
    for k in range(len(xs)):
        x = xs[k]
        if x:
            t_1 = say(x)
            t_2 = t_1 > 2
            a = bool(t_2)
        if a:
            break
    b = True
    for k_1 in range(len(xs)):
        x_1 = xs[k_1]
        t_3 = say(x_1)
        t_4 = t_3 < 2
        b = bool(t_4)
        if not b:
            break
    found = False
    default = say("none")
    for k_2 in range(len(xs)):
        x_2 = xs[k_2]
        t_5 = say(x_2)
        t_6 = t_5 > 1
        if t_6:
            c = x_2
            found = True
        if found:
            break
    if not found:
        c = default
    d = False
    for k_3 in range(len(xs)):
        x_3 = xs[k_3]
        for k_4 in range(len(xs)):
            y = xs[k_4]
            t_7 = x_3 > y
            d = bool(t_7)
            if d:
                break
        if d:
            break
    found_1 = False
    for k_5 in range(len(xs)):
        x_4 = xs[k_5]
        if x_4:
            t = x_4
            found_1 = True
        if found_1:
            break
    if not found_1:
        raise StopIteration()
    return a, b, c, d, t


def walrus_in_comprehension(xs):
    total = 0
    sums = []
    for k in range(len(xs)):
        x = xs[k]
        total = total + x
        sums.append(total)
    return sums, total


def without_items(xs, d):
    xs.pop(0)
    d.pop("a")
    t = []
    xs[1:] = t
    return xs, d


def cells_in_loops(xs):
    out = [0, 0]
    for k in range(len(xs)):
        t = xs[k]
        out[1] = t
        t_1 = out[1]
        out[0] += t_1
    return out


def with_targets(n):
    t_1 = manager(n)
    with t_1 as t:
        a, b = t
        t_2 = manager(a)
        with t_2 as c:
            d = a + b
    return c, d


def tried(s, n):
    out = []
    returned = False
    stop = False
    for k_1 in range(len(s)):
        t = s[k_1]
        caught_1 = 0
        skip = False
        try:
            caught = 0
            try:
                stop = t == "end"
                if not stop:
                    k = int(t)
                    if k == n:
                        t_1 = say(k)
                        result = out, t_1
                        returned = True
                    else:
                        t_2 = 10 // k
                        out.append(t_2)
            except ValueError as error_1:
                error = error_1
                caught = 1
            except (ZeroDivisionError, TypeError):
                caught = 2
            if not (stop or returned):
                if caught == 1:
                    t_3 = str(error)
                    t_4 = t_3[:7]
                    out.append(t_4)
                    skip = True
                elif caught == 2:
                    say("other")
                    k = -1
                else:
                    say("fine")
        except BaseException as error_2:
            failure = error_2
            caught_1 = 1
        t_5 = say("finally")
        out.append(t_5)
        if caught_1 == 1:
            raise failure
        if not (stop or skip or returned):
            out.append(k)
        if stop or returned:
            break
    if not returned:
        if not stop:
            result = out
        else:
            result = out, n
    return result


def reraised(n):
    caught_2 = 0
    try:
        caught_1 = 0
        try:
            caught = 0
            try:
                if n == 1:
                    raise KeyError(n)
                t = 6 // n
            except ZeroDivisionError as error_1:
                failure = error_1
                caught = 1
            if caught == 1:
                say("first")
                raise failure
            else:
                k = t
        except BaseException as error_2:
            failure_1 = error_2
            caught_1 = 1
        say("inner")
        if caught_1 == 1:
            raise failure_1
    except (ZeroDivisionError, KeyError) as error_3:
        error = error_3
        caught_2 = 1
    if caught_2 == 1:
        t_1 = repr(error)
        k = say(t_1)
    return k


def not_caught(n):
    caught_1 = 0
    returned = False
    try:
        caught = 0
        try:
            t_1 = say(1)
            t = t_1 // n
        except KeyError:
            caught = 1
        if caught == 1:
            say("never")
        else:
            result = t
            returned = True
    except BaseException as error:
        failure = error
        caught_1 = 1
    say("finally")
    if caught_1 == 1:
        raise failure
    if not returned:
        result = None
    return result


def returned_from_try(t):
    caught = 0
    try:
        t_1 = int(t)
    except ValueError:
        caught = 1
    if caught == 1:
        result = say("no")
    else:
        result = t_1
    return result


def shared(n):
    total = n

    def add(k):
        nonlocal total
        total += k
        return total

    t_5 = total
    t_6 = add(1)
    a = t_5 + t_6
    t_7 = total
    t_8 = add(2)
    b = [t_7, t_8, total]
    t = total
    t_9 = add(3)
    t += t_9
    total = t
    t_10 = say(total, total)
    t_11 = add(4)
    t_12 = add(t_11)
    c = t_10 + t_12
    t_13 = total - total
    t_4 = t_13 + 2
    for i in range(t_4):
        t_1 = total
        t_14 = add(1)
        t_15 = 2 - t_14
        t_1 *= t_15
        total = t_1
    t_16 = [0]
    xs = t_16 * 99
    t_17 = total
    t_18 = add(1)
    t_19 = t_17, t_18
    t_20 = add(1)
    xs[t_20 % 7] = t_19
    t_2 = total
    t_21 = add(1)
    t_22 = t_21 > 3
    if t_22:
        t_3 = total
    else:
        t_3 = -total
    t_23 = total
    t_24 = add(5)
    t_25 = max(t_23, t_24, total)
    return a, b, c, t_2, xs, t_3, t_25


def shared_on_two_levels(n):
    s = n

    def outer(k):
        t = s * k

        def inner(v):
            nonlocal t, s
            t = t * v
            s = s + t
            return None

        for i in range(2):
            t_1 = i + 1
            inner(t_1)
        return t

    t_2 = outer(2)
    t_3 = t_2 + s
    t_4 = outer(3)
    t_5 = t_4 + s
    return t_3, t_5


def caused(n):
    if n > 1:
        t = say(n)
        t_1 = KeyError(t)
        raise ValueError(n) from t_1
    return n
