"""Everything that adjoint refuses: a small program for each message, from which docs/limits.md is written.

`text` is a file model.py, as the reader of the page sees it, `call` what is asked of it. A line `# error: …` says of
which class the refusal is.
"""

from __future__ import annotations

import sys
import textwrap
from dataclasses import dataclass
from importlib.util import find_spec


@dataclass(frozen=True)
class Case:
    """A program that is refused with an error of class `error`, `since` this version of Python (3.`since`).

    `needs` is a package without which it is refused for another reason.
    """

    error: str
    text: str
    call: str
    since: int = 11
    needs: str = ""

    @property
    def here(self) -> bool:
        """Can it be shown with this Python, and what is installed?"""
        return sys.version_info >= (3, self.since) and (not self.needs or find_spec(self.needs) is not None)


@dataclass(frozen=True)
class Section:
    title: str
    about: str
    cases: tuple[Case, ...]


def syntax(text: str, call: str = "grad(f)(1.0)", since: int = 11) -> Case:
    return Case("UnsupportedSyntax", textwrap.dedent(text).strip("\n") + "\n", call, since)


def mutation(text: str, call: str = "grad(f)(x)") -> Case:
    return Case("UnsupportedMutation", textwrap.dedent(text).strip("\n") + "\n", call)


def unknown(text: str, call: str = "grad(f)(x)") -> Case:
    return Case("UnknownFunction", textwrap.dedent(text).strip("\n") + "\n", call)


def argument(text: str, call: str) -> Case:
    return Case("UnsupportedArgument", textwrap.dedent(text).strip("\n") + "\n", call)


def other(error: str, text: str, call: str) -> Case:
    return Case(error, textwrap.dedent(text).strip("\n") + "\n", call)


def native(error: str, text: str, call: str) -> Case:
    return Case(error, textwrap.dedent(text).strip("\n") + "\n", call, needs="numba")


SQUARES = "def f(x):\n    return (x * x).sum()\n"
CUBE = "def f(x):\n    return x * x * x\n"

CONSTRUCTS = (
    syntax(
        """
        def f(x, y):
            pairs = zip(x, y)
            products = sum(a * b for a, b in pairs)
            return products + sum(a for a, b in pairs)
        """,
        "grad(f)(x, x)",
    ),
    syntax(
        """
        import functools

        def f(x, n):
            @functools.cache
            def term(k):
                return x if k == 0 else term(k - 1) * x / k

            return term(n)
        """,
        "grad(f)(2.0, 3)",
    ),
    syntax(
        """
        def rates():
            yield 1.0
            yield 2.0

        def f(x):
            source = rates()
            total = 0.0
            for rate in source:
                total = total + rate * x
            for rate in source:
                total = total - rate * x
            return total
        """
    ),
    syntax(
        """
        def rates():
            yield 1.0
            yield 2.0

        def f(x):
            source = rates()
            total = 0.0
            for rate in source:
                total = total + rate * x * len(list(source))
            return total
        """
    ),
    syntax(
        """
        def f(x, n):
            y = x

            def grow(k):
                nonlocal y
                y = y * x
                return y if k == 0 else grow(k - 1)

            return grow(n)
        """,
        "grad(f)(2.0, 2)",
    ),
    syntax("def f(x):\n    yield x * x"),
    syntax("def f(x):\n    yield from [x, x * x]"),
    syntax("async def f(x):\n    return x * x"),
    syntax("def f(xs):\n    return (x async for x in xs)"),
    syntax(
        """
        def f(x):
            try:
                y = 1 / x
            except* ZeroDivisionError:
                y = 0.0
            return y
        """
    ),
    syntax(
        """
        def f(x):
            while True:
                try:
                    x = x * x
                finally:
                    break
            return x
        """
    ),
    syntax(
        """
        def f(x):
            class Model:
                def value(self):
                    return x * x
            return Model().value()
        """
    ),
    syntax("def f(x):\n    type Number = float\n    return x * x", since=12),
    syntax("def f(x):\n    return len(t'{x}') * x", since=14),
    syntax("def f(x):\n    global scale\n    def scale(v):\n        return v * 2\n    return scale(x)"),
    syntax("def f(x):\n    return eval('x * x')"),
    syntax("def f(x, model):\n    del model.rate\n    return x * x", "grad(f)(1.0, None)"),
    syntax("def f(x):\n    xs = [x, x * x, 3.0]\n    del xs[::2]\n    return xs[0]"),
    syntax("def f(x):\n    squares = ((t := k * x) * t for k in range(3))\n    return next(squares)"),
    syntax(
        """
        def parts(x):
            try:
                yield x * x
            finally:
                print("done")

        def f(x):
            total = 0.0
            for part in parts(x):
                total = total + part
            return total
        """
    ),
    syntax(
        """
        from contextlib import contextmanager

        @contextmanager
        def tried(n):
            for k in range(n):
                yield k

        def f(x):
            with tried(1) as k:
                y = x * k
            return y
        """
    ),
    syntax(
        """
        class Point:
            pass

        def f(x, point):
            match point:
                case Point(a):
                    return x * a
            return x
        """,
        "grad(f)(1.0, Point())",
    ),
    syntax(
        "def g(a, **more):\n    return a * more['k']\n\ndef f(x, options):\n    return g(x, **options)",
        "grad(f)(1.0, Options())",
    ),
    syntax("def f(x):\n    return x" + " + x" * 60 + "  # and 20,000 more", "too_deep(f)"),
    syntax(
        "def f(x):\n"
        + "".join(f"    if x < {k}:\n        return x * {k}\n" for k in range(3))
        + "    # and 100 more\n    return x",
        "too_nested(f)",
    ),
    syntax(
        """
        def leaves(tree):
            if isinstance(tree, list):
                for part in tree:
                    yield from leaves(part)
            else:
                yield tree

        def f(x):
            return sum(v * v for v in leaves([x, [x * x, [x]]]))
        """
    ),
    syntax("class Model:\n    @grad\n    @staticmethod\n    def energy(x):\n        return x * x\n", "Model"),
    syntax(CUBE, "grad(vjp(f))(2.0)"),
    syntax("def f(x, y):\n    y[0] = x * x\n", "grad(jacrev(f, output='y'))(2.0, np.ones(1))"),
    syntax(CUBE, "grad(grad(f, wrt=(0,)))(2.0)"),
    syntax("def f(x):\n    return x * x, x", "grad(grad(f, has_aux=True))(2.0)"),
    syntax(CUBE, "grad(f, has_aux=True)(2.0)"),
    syntax("def f(x):\n    for k in [1, 2]:\n        x[0] = k\n    return x", "graph(f, np.ones(2))"),
    other("UnknownFunction", "def f(x):\n    return opaque(x)", "graph(f, 1.0)"),
    other(
        "CaughtException",
        """
        def f(x, text):
            y = np.zeros(2)
            try:
                y[0] = x * x
                y[1] = x * float(text)
            except ValueError:
                y[1] = x
            return y.sum()
        """,
        "grad(f)(1.0, 'no number')",
    ),
)

FORWARD = (
    syntax(
        """
        import math

        def f(x):
            try:
                y = math.sqrt(x)
            except ZeroDivisionError:
                y = 5.0
            return y
        """,
        "jvp(f)(1.0, 1.0)",
    ),
)

SOURCES = (
    other("SourceNotFound", "f = compiled_elsewhere('def f(x): return x * x')", "grad(f)(1.0)"),
    other("SourceNotFound", "f = typed_at_a_prompt('def f(x): return x * x')", "grad(f)(1.0)"),
    other("SourceNotFound", "f = edited_since('def f(x): return x * x', 'def f(x): return x * x * x')", "grad(f)(1.0)"),
    other("SourceNotFound", "f = math.sin", "grad(f)(1.0)"),
)

CALLS = (
    unknown(
        """
        def f(x, n):
            def even(k):
                return x if k == 0 else odd(k - 1)

            def odd(k):
                return x * x if k == 0 else even(k - 1)

            return [even, odd][n](n)
        """,
        "grad(f)(2.0, 1)",
    ),
    argument("def f(x):\n    return np.exp(x, where=x > 0.5).sum()", "grad(f)(x)"),
    argument("def f(numbers):\n    return np.arange(4.0)[numbers[0]] * numbers[1]", "grad(f)([2, 3])"),
    argument("def f(x, parts):\n    return np.dot(*parts) * x", "grad(f, wrt='parts')(2.0, [3.0, 4.0])"),
    argument("def f(x, options):\n    return np.sum(x, **options)", "jvp(f)((x, Options(axis=0)), x)"),
    unknown(
        """
        from dataclasses import dataclass

        @dataclass
        class Ball:
            height: float
            mass: float

        def f(x):
            balls = [Ball(v, 2 * v) for v in x]
            balls.sort(key=lambda ball: ball.height)
            return balls[0].mass * balls[1].height
        """
    ),
    unknown(
        """
        import functools

        @functools.cache
        def fibonacci(n, x):
            return x if n < 2 else fibonacci(n - 1, x) + fibonacci(n - 2, x)

        def f(x):
            return fibonacci(30, x)
        """,
        "grad(f)(1.5)",
    ),
    unknown("def f(x):\n    return opaque(x).sum()"),
    unknown("def f(x):\n    return (lambda pick: pick[0](x))([opaque])"),
    unknown(
        """
        from adjoint.rules.registry import jvp

        def energy(x):
            return x @ x

        @jvp(energy)
        def energy_jvp(x, *, x_dot):
            return 2 * (x @ x_dot)

        def f(x):
            return energy(x)
        """
    ),
    unknown(
        """
        class Cell:
            def __init__(self, v):
                self.v = opaque(v)

        def f(x):
            return Cell(x).v
        """
    ),
    unknown(
        """
        class Square:
            def __init__(self, a):
                self.a = a

        class Circle:
            def __init__(self, r):
                self.r = r

        def f(x):
            shapes = []
            for k, v in enumerate(x):
                shapes.append(Square(v) if k % 2 else Circle(v))
            return sum(s.a if isinstance(s, Square) else s.r for s in shapes)
        """
    ),
    unknown(
        """
        class Cell:
            def __init__(self, v, rest):
                self.v, self.rest = v, rest

        def total(cell):
            return cell.v if cell.rest is None else cell.v + total(cell.rest)

        def f(x):
            cell = None
            for v in x:
                cell = Cell(v, cell)
            return total(cell)
        """
    ),
    unknown(
        """
        class Cell:
            def __init__(self, v):
                self.v = v

        def f(x):
            cells = [Cell(v) for v in x]
            return sum(cell.v for cell in cells) * len(str(cells[0]))
        """
    ),
    unknown("def f(x):\n    return np.matrix(x).sum()"),
    unknown("def f(x):\n    return np.random.default_rng(0).normal(x[0])"),
    argument("def f(x):\n    return np.sort(x, order='a').sum()", "grad(f)(x)"),
    argument("def f(x):\n    return np.interp(x, [0, 1], [0, 1], period=2).sum()", "grad(f)(x)"),
    argument("def f(x):\n    return np.roll(x, 1, 0, None).sum()", "grad(f)(x)"),
    argument("def f(x):\n    return np.corrcoef(x * 1j, x).real.sum()", "grad(f)(x)"),
    argument('def f(x):\n    return np.linalg.qr(np.outer(x, x), "raw")[0].sum()', "grad(f)(x)"),
    argument("def f(x, spec):\n    return np.einsum(spec, x, x)", "grad(f)(x, b'i,i->')"),
    argument("def f(x):\n    return np.ravel(x, order='K').sum()", "grad(f)(x)"),
    argument("def f(x):\n    return np.pad(x, 2, mode='linear_ramp').sum()", "grad(f)(x)"),
    argument("def f(x):\n    return np.r_['-1', x, x].sum()", "grad(f)(x)"),
    argument("def f(x):\n    return np.quantile(x, 0.3, method='hazen')", "grad(f)(x)"),
    unknown("def f(x):\n    return sum({x, 2 * x})", "grad(f)(1.0)"),
    unknown("def f(x, actions):\n    return actions[0](x).sum()", "grad(f)(x, [opaque])"),
    unknown("def f(items):\n    return items[0].wobble() * 2", "grad(f)([1.0, x])"),
    unknown("def f(x):\n    return x * float(f'{x}')", "grad(f)(1.0)"),
    unknown(
        """
        def f(x, n):
            actions = []
            for _ in range(n):
                actions.append(lambda v: v * x)
            return actions[-1](x)
        """,
        "grad(f)(1.0, 3)",
    ),
    argument("def f(x):\n    return np.vectorize(lambda v: (v, v * v))(x)[1].sum()", "grad(f)(x)"),
    argument("def f(x):\n    return np.vectorize(lambda v: v * v)(x).sum()", "grad(f)(x.astype(np.float32))"),
    argument("def f(x):\n    return np.vectorize(lambda v: 0 if v < 0.5 else v)(x).sum()", "grad(f)(x)"),
    syntax(
        """
        from adjoint import vjp

        def f(x):
            return vjp(lambda y: (y * y, x), has_aux=True)(x)[0]
        """
    ),
)

MUTATIONS = (
    mutation(
        """
        def f(x):
            d = {"a": x[0] * x[1], "b": x[1]}
            values = d.values()
            d["a"] = x[2] ** 2
            return sum(values) * x[0]
        """
    ),
    mutation(
        """
        def scaled(d, by):
            d["b"] = d["b"] * by

        def f(x):
            d = {"a": x[0] * x[1], "b": x[1]}
            entries = d.items()
            scaled(d, x[2])
            return sum(v * v for _, v in entries)
        """
    ),
    mutation(
        """
        def f(x, n):
            powers = {k: [x**k] for k in range(n)}
            pairs = list(powers.items())
            _, first = pairs[0]
            first.append(x * 3)
            return powers[0][-1]
        """,
        "grad(f)(2.0, 2)",
    ),
    mutation(
        """
        rates = np.ones(3)

        def f(x):
            for k in range(3):
                x = x * rates[k]
                rates[k] = k
            return x
        """,
        "grad(f)(2.0)",
    ),
    mutation(
        """
        from collections import deque

        def f(x):
            recent = deque([x, x * x])
            return recent
        """,
        "vjp(f)(2.0)",
    ),
    mutation(
        """
        from collections import deque

        def f(x, n):
            recent = [deque([x], maxlen=2)]
            for k in range(n):
                recent[0].append(x * k)
            return recent[0][0]
        """,
        "grad(f)(2.0, 2)",
    ),
    mutation("def f(x, more):\n    xs = [x]\n    xs.extend(more)\n    return xs[0] * xs[1]", "grad(f)(2.0, {1.0})"),
    mutation(
        """
        def f(x, n):
            rows = [[x] for _ in range(n)]
            start = [1.0]
            return sum(rows, start)[1]
        """,
        "grad(f)(2.0, 2)",
    ),
    mutation(
        """
        def f(x, n):
            powers = {k: x**k for k in range(n)}
            return powers.__getitem__(1)
        """,
        "grad(f)(2.0, 2)",
    ),
    mutation(
        """
        def f(x, n, more):
            powers = {k: x**k for k in range(n)}
            powers.update(more)
            return powers[1]
        """,
        "grad(f)(2.0, 2, {(5, 1.0)})",
    ),
    mutation("def f(x):\n    y = x * 1.0\n    np.hypot.at(y, [0, 1], x[:2])\n    return y.sum()"),
    mutation(
        """
        def fill(powers, x, n):
            powers[n] = x**n
            if n > 0:
                powers.pop(n)
                fill(powers, x, n - 1)

        def f(x, n):
            powers = {}
            fill(powers, x, n)
            return powers[0]
        """,
        "grad(f)(2.0, 2)",
    ),
    mutation(
        """
        def rest(y, n):
            y[n] = y[n] * 2.0
            return y[1:] if n == 0 else rest(y, n - 1)

        def f(x, n):
            return rest(x * 1.0, n).sum()
        """,
        "grad(f)(x, 2)",
    ),
    mutation(
        """
        def same(y):
            return y

        def f(x, steps, k):
            y = x * 1.0
            z = steps[k](y)
            z[0] = x[1]
            return y.sum()
        """,
        "grad(f)(x, [same], 0)",
    ),
    mutation(
        """
        kept = {}

        def keep(x):
            kept["x"] = x
            return x * x

        def f(x, steps, k):
            return steps[k](x)
        """,
        "grad(f)(2.0, [keep], 0)",
    ),
    mutation(
        """
        def f(x):
            found = None
            for v in x:
                if found is None:
                    found = {"product": v}
                else:
                    found["product"] = found["product"] * v
            return found["product"]
        """
    ),
    mutation(
        """
        scale = np.array([2.0, 3.0])

        def f(x):
            return (scale * x).sum()

        def late(x):
            out, push = linearize(f)(x)
            scale[0] = 5.0
            return push(x)
        """,
        "late(np.ones(2))",
    ),
    mutation(
        """
        depth = 0.0

        def power(x, n):
            global depth
            depth = depth + x
            return depth if n == 0 else x * power(x, n - 1)

        def f(x):
            return power(x, 3)
        """,
        "grad(f)(1.5)",
    ),
    mutation(
        """
        scale = 1.0

        def scaled(x, n):
            return x * scale if n == 0 else scaled(x, n - 1)

        def f(x):
            global scale
            scale = x * 2
            return scaled(x, 3)
        """,
        "grad(f)(1.5)",
    ),
    mutation(
        """
        scale = 1.0

        def scaled(x):
            return x * scale

        def f(x, actions):
            global scale
            scale = x * 2
            return actions[0](x)
        """,
        "grad(f)(1.5, [scaled])",
    ),
    mutation(
        """
        scale = 1.0

        def scaled(x):
            global scale
            scale = 2.0
            return x

        def f(x, actions):
            global scale
            scale = 1.0
            y = actions[0](x)
            return y * scale
        """,
        "grad(f)(1.5, [scaled])",
    ),
    mutation("def f(x):\n    y = np.array([1, 2, 3])\n    y[0] = x[0]\n    return y.sum()"),
    mutation(
        """
        def f(x, pick):
            a, b = x * 2, x * 3
            c = pick(a, b)
            c[0] = 1.0
            return (a * b).sum()
        """,
        "grad(f)(x, max)",
    ),
    mutation(
        """
        BUFFER = np.zeros(3)

        def f(x):
            BUFFER[0] = x[0]
            BUFFER[0] = np.sin(BUFFER[0])
            return BUFFER[0]
        """
    ),
    mutation(
        """
        def f(x):
            seen = ()
            for k in range(3):
                more = seen + (x[k] ** 2,)
                seen = more
            return sum(seen)
        """
    ),
    mutation(
        """
        made = []

        class Noted:
            def __init__(self, v):
                self.v = v
                made.append(self)

        def f(x):
            Noted(x[0])
            return made[0].v * x[1]
        """
    ),
    mutation(
        """
        class Model:
            w = np.zeros(3)

        model = Model()

        def f(x):
            model.w[0] = x[0]
            return model.w[0] * x[1]
        """
    ),
    mutation(
        """
        class Model:
            w = np.zeros(3)

        def f(x, model):
            y = model.w
            for i in range(3):
                y[i] = y[i] * x[i] + 1
            return y[0]
        """,
        "grad(f)(x, Model())",
    ),
    mutation(
        """
        class Rates:
            def __init__(self, values):
                self.values = values

            def __len__(self):
                return len(self.values)

            def __iter__(self):
                return iter(self.values)

            def __getitem__(self, year):
                return self.values[year - 1990]

        def f(x, rates):
            for rate in rates:
                x = x * rate
            return x
        """,
        "grad(f)(1.0, Rates([1.02, 1.03]))",
    ),
    mutation("def f(xs):\n    y = xs[0]\n    y += xs[1]\n    return y * 2", "grad(f)([x, 2.0])"),
    mutation(
        """
        def f(A, s):
            total = 0
            for row in A:
                total += row
            last = total
            last *= s  # which changes total, though last is not read again
            return (total * A).sum()
        """,
        "grad(f)(np.outer(x, x), 2.0)",
    ),
    mutation("def f(x, n):\n    t = (x[0], x[1], x[2])\n    return sum(t[n:])", "grad(f)(x, 1)"),
    mutation("def f(x, n):\n    t = (x[0], x[1]) * n\n    return t[0]", "grad(f)(x, 2)"),
    mutation(
        """
        from collections import defaultdict

        def f(x):
            sums = defaultdict(float, start=1.0)
            sums["a"] += x[0]
            return sums["a"] * x[1]
        """
    ),
    mutation(
        """
        from collections import Counter

        def f(x, n):
            total, more = Counter(), Counter()
            for k in range(n):
                total[k] += x[k] * x[0]
                more[k] += x[k]
            total.update(more)
            return total[0] * total[1]
        """,
        "grad(f)(x, 2)",
    ),
    mutation(
        """
        from collections import Counter

        def f(x, n):
            total, more = Counter(), Counter()
            for k in range(n):
                total[k] += x[k] * x[0]
                more[k] += x[k]
            both = total | more
            return both[0] * both[1]
        """,
        "grad(f)(x, 2)",
    ),
    mutation("def f(x):\n    y = x * 2\n    y.byteswap(True)\n    return y.sum()"),
    argument("def f(x, grid):\n    return grid[x[0]] * x[1]", "grad(f)(x, np.s_)"),
    mutation("def f(x):\n    total = 0.0\n    for v in np.nditer(x):\n        total = total + v * v\n    return total"),
    mutation("def f(x, y):\n    np.modf(x, where=x > 0.5, out=(y, y))\n    return y.sum()", "grad(f)(x, np.ones(3))"),
    mutation(
        """
        def f(x):
            y = x * 2
            v = np.lib.stride_tricks.sliding_window_view(y, 2)
            y[0] = x[1]
            return (v * v).sum()
        """
    ),
    mutation("def f(x):\n    y = x.copy()\n    y.shape = (3, 1)\n    return y.sum()"),
    mutation(
        "LIMITS = {'low': {'a': 0.0}}\n\ndef f(x):\n    LIMITS['low']['a'] = x[0]\n    return LIMITS['low']['a'] * x[1]"
    ),
    mutation("def f(x):\n    z = x * (1 + 1j)\n    z.imag[0] = x[1]\n    return abs(z).sum()"),
    mutation(
        """
        def f(x):
            y = x if x[0] > 0 else x[::-1]
            y[0] = x[1] * x[2]
            return (y * x).sum()
        """,
        "jacobian(grad(f))(x)",
    ),
)

ARGUMENTS = (
    argument("def f(x, **options):\n    return x * options['rate']", "grad(f, wrt='rate')(1.0, rate=2.0)"),
    argument(SQUARES, "grad(f)(np.array([1, 2, 3]))"),
    argument(SQUARES, "grad(f)(np.ma.masked_array([1.0, 2.0]))"),
    argument(SQUARES, "grad(f)(np.matrix([[1.0, 2.0]]))"),
    argument(SQUARES, "grad(f)(np.array([1.0, 2.0], dtype=object))"),
    argument(CUBE, "grad(f)(True)"),
    argument("class Model:\n    rate = 'text'\n\ndef f(model):\n    return 2.0\n", "grad(f)(Model())"),
    argument(CUBE, "grad(f)('text')"),
    argument("def f(xs):\n    return sum(xs)", "grad(f)([])"),
    argument(
        "WEIGHTS = np.ma.masked_array([1.0, 2.0, 3.0])\n\ndef f(x):\n    return (x * WEIGHTS).sum()", "grad(f)(x)"
    ),
    argument("WEIGHTS = np.matrix([[1.0, 2.0, 3.0]])\n\ndef f(x):\n    return (x * WEIGHTS).sum()", "grad(f)(x)"),
    argument("def f(x):\n    return np.array([x, 1.0], dtype=object).sum()", "grad(f)(2.0)"),
    argument(CUBE, "grad(f, wrt=1)(2.0)"),
    argument(CUBE, "grad(f, wrt='y')(2.0)"),
    argument(CUBE, "grad(f, wrt=2.5)(2.0)"),
    argument(CUBE, "grad(f, wrt=(0, 2.5))(2.0)"),
    argument(CUBE, "grad(f, wrt=('x', 0))(2.0)"),
    argument("def f(x, y):\n    y[:] = x * x", "grad(f, output='z')(x, np.ones(3))"),
    argument("def f(x, y):\n    y[:] = x * x", "grad(f, output=1)(x, np.ones(3))"),
    argument("def f(x, y):\n    y[:] = x * x", "grad(f, output=('y', 'y'))(x, np.ones(3))"),
    argument("def f(x, y):\n    y[:] = x * x", "grad(f, output='y', has_aux=True)(x, np.ones(3))"),
    argument("def f(x, y):\n    y = x * x", "vjp(f, output='y')(2.0, 1.0)"),
    argument(CUBE, "vjp(grad(f), output='x')(2.0)"),
    argument("def f(n):\n    return 2.0 * n", "check_grads(f, (3,))"),
    argument(CUBE, "check_grads(f, (2.0,), order=3)"),
    argument(CUBE, "check_grads(f, (2.0,), modes=('up',))"),
    argument("def f(x):\n    return {'a': x * x}", "check_grads(f, (2.0,), order=2)"),
    argument("def f():\n    return 2.0", "source(f)"),
    argument("def f():\n    return 2.0", "source(grad(f, wrt=()))"),
    argument(CUBE, "source(3.0)"),
    argument(SQUARES, "jacobian(f, mode='up')"),
    argument(SQUARES, "jacobian(f, mode='fwd', output='x')"),
    argument(
        """
        from adjoint.rules.registry import vjp

        def energy(x):
            return x @ x

        @vjp(energy)
        def energy_vjp(x, *, out_bar):
            return 2 * out_bar * x

        def f(x):
            return energy(x)
        """,
        "jvp(f)(x, x)",
    ),
)

MEMORY = (
    other(
        "SharedMemory",
        """
        from copy import deepcopy

        def f(x):
            state = deepcopy({"now": x, "before": x})
            state["now"][0] = 3.0
            return (state["now"] * state["before"]).sum()
        """,
        "grad(f)(x)",
    ),
    other(
        "SharedMemory",
        """
        def f(parts):
            parts[0]["w"] = 3.0
            return parts[0]["w"] * parts[1]["w"]
        """,
        "(lambda part: grad(f)([part, part]))({'w': 1.0})",
    ),
    other("SharedMemory", "def f(x, y):\n    x[0] = y[1]\n    return (x * y).sum()", "grad(f)(x[:2], x[1:])"),
    other("SharedMemory", "def f(x):\n    x[0] = 2 * x[1]\n    return x.sum()", "grad(f)(np.broadcast_to(2.0, (3,)))"),
    other("SharedMemory", "def f(xs):\n    xs[0][0] = xs[1][1]\n    return xs[0].sum()", "grad(f)([x, x[1:]])"),
    argument("def f(x):\n    y = x * 2\n    y[y > 0.7] = y[:2]\n    return y.sum()", "grad(f)(x)"),
    other("SharedMemory", SQUARES, "grad(f).into(x)(x)"),
    other(
        "SharedMemory",
        "def f(x, y):\n    return (x * y).sum()",
        "grad(f, wrt=('x', 'y')).into(x, x)(np.ones(3), np.ones(3))",
    ),
    other("SharedMemory", "w = np.ones(3)\n\ndef f(x):\n    return (x * w).sum()", "grad(f).into(w)(x)"),
    argument(SQUARES, "grad(f).into(np.empty(2))(x)"),
    argument(SQUARES, "grad(f).into([0.0, 0.0, 0.0])(x)"),
    argument(SQUARES, "grad(f).into(np.broadcast_to(0.0, (3,)))(x)"),
    argument(SQUARES, "grad(f).into(np.empty(3), np.empty(3))(x)"),
    argument(SQUARES, "vjp(f).into(np.empty(3))"),
    argument("def f(x):\n    return (x * x).sum(), x", "grad(f, has_aux=True).into(np.empty(3))"),
)

RESULTS = (
    other("NotScalar", "def f(x):\n    return x * x", "grad(f)(x)"),
    other("NotScalar", "def f(xs, k):\n    return xs[k]", "grad(f)([2.0, x], 1)"),
    other(
        "NotScalar",
        """
        class Box:
            pass

        box = Box()
        box.power = lambda x: x * x

        def f(x):
            return box.power(x)
        """,
        "grad(grad(f))(x)",
    ),
    other("SeedMismatch", "def f(x):\n    return x * x", "jvp(f)(x, np.ones(2))"),
    other("SeedMismatch", "def f(x):\n    return x * x", "jvp(f)((x,), (x, x))"),
    other(
        "SeedMismatch",
        """
        from dataclasses import dataclass

        @dataclass
        class Pair:
            a: float
            b: float

        def f(p):
            return p.a * p.b
        """,
        "jvp(f)((Pair(1.0, 2.0),), ('text',))",
    ),
    other("SeedMismatch", "def f(x):\n    return x * x", "vjp(f)(x)[1](np.ones(2))"),
    other("SeedMismatch", "def f(x):\n    return x * x", "vjp(f)(x)[1](np.ones(3) * 1j)"),
    other("SeedMismatch", "def f(x):\n    return x * x", "vjp(f)(x)[1]('text')"),
    other("SeedMismatch", "def f(x):\n    return x * x", "vjp(f)(x)[1](None)"),
    other(
        "SeedMismatch",
        """
        from dataclasses import dataclass

        @dataclass
        class Pair:
            a: float
            b: float

        def f(x):
            return Pair(x, x * x)
        """,
        "vjp(f)(2.0)[1]('text')",
    ),
    other("SeedMismatch", "def f(x):\n    return x, x * x", "vjp(f)(x)[1](np.ones(3))"),
    other("SeedMismatch", "def f(x):\n    return {'a': x, 'b': x * x}", "vjp(f)(x)[1]({'a': np.ones(3)})"),
)

CHECKPOINTS = (
    syntax("def f(x):\n    return sum([x * k for k in checkpoint(range(9), snapshots=3)])"),
    syntax("def f(x):\n    for _ in checkpoint(range(9)):\n        x = x * x\n    return x"),
    argument(
        "def f(x):\n    for _ in checkpoint(range(9), snapshots=0):\n        x = x * x\n    return x", "grad(f)(1.0)"
    ),
    argument("def f(x):\n    return x * x", "extended(f)"),
    argument("f = checkpoint(np.sin, snapshots=3)", "grad(f)(1.0)"),
    argument("rng = np.random.default_rng(0)\n\ndef f(x):\n    return x * rng.normal()", "check_grads(f, (1.0,))"),
    argument("def f(x):\n    return x * x\n\nsteps = checkpoint(range(9))", "grad(f)(1.0)"),
    mutation(
        """
        def f(x, rng):
            for _ in checkpoint(range(9), snapshots=3):
                x = x * rng.normal()
            return x.sum()
        """,
        "grad(f)(x, np.random.default_rng(0))",
    ),
    mutation(
        """
        history = []

        @checkpoint
        def square(x):
            history.append(1.0)
            return x * x

        def f(x):
            return square(x).sum()
        """
    ),
    mutation(
        """
        scale = np.ones(3)

        def f(x):
            for _ in checkpoint(range(9), snapshots=3):
                x = x * scale
            scale[0] = 2.0
            return x.sum()
        """
    ),
    mutation(
        """
        def f(x):
            norms = []
            for _ in checkpoint(range(9), snapshots=3):
                x = x * x
                norms.append(x.sum())
            return x.sum() * norms[2]
        """
    ),
    mutation(
        """
        def f(x):
            rows = [x * 1.0, x * 2.0]
            for k in checkpoint(range(9), snapshots=3):
                rows[k % 2] = rows[k % 2] * x
            return rows[0].sum()
        """
    ),
    mutation(
        """
        def f(x):
            y = x * 1.0
            first = y
            for _ in checkpoint(range(9), snapshots=3):
                y[0] = y[1] * y[2]
                y = y * x
            return y.sum() + first.sum()
        """
    ),
    mutation(
        """
        def f(x):
            for k in checkpoint(range(9), snapshots=3):
                if k > 2:
                    y = x * k
            return y.sum()
        """
    ),
    mutation(
        """
        def halve(x, n):
            x[n] = x[n] / 2
            return 0 if n == 0 else halve(x, n - 1)

        def f(x):
            y = x * 1.0
            for _ in checkpoint(range(9), snapshots=3):
                halve(y, 2)
            return y.sum()
        """
    ),
    mutation(
        """
        def f(x, weights):
            for weight in checkpoint(weights, snapshots=3):
                x = x * weight
            return x.sum()
        """,
        "grad(f)(x, {2.0, 4.0})",
    ),
    other(
        "SharedMemory",
        """
        @checkpoint
        def shifted(y, tail):
            y[0] = y[1] * tail[0]

        def f(x):
            y = x * 1.0
            shifted(y, y[1:])
            return y.sum()
        """,
        "grad(f)(x)",
    ),
)

EXPORTS = (
    argument("@checkpoint\ndef g(x):\n    return x * x\n\ndef f(x):\n    return g(g(x))", "export(f, 2.0)"),
    argument("def f(x):\n    return jvp(lambda y: y * y * x)(x, 1.0)[1]", "export(f, 2.0)"),
    argument("import time\n\ndef f(x):\n    return x * time.time()", "export(f, 2.0)"),
    argument("rates = {1.0, 2.0}\n\ndef f(x):\n    return x * len(rates)", "export(f, 2.0)"),
    argument("def f(x):\n    return x * len(rates)", "export(f, 2.0)"),
    argument("class Count(int):\n    pass\n\ndef f(x):\n    return x * Count(2)", "export(f, 2.0)"),
)

NATIVE = (
    argument(CUBE, "grad(f, backend='fortran')(2.0)"),
    native(
        "UnsupportedByNumba",
        """
        def f(x):
            order = np.lexsort((x,))
            return (x * x[order]).sum()
        """,
        "grad(f, backend='numba')(x)",
    ),
    native(
        "UnsupportedByNumba",
        """
        def f(xs):
            total = 0.0
            for v in xs:
                total = total + np.sum(v * v)
            return total
        """,
        "grad(f, backend='numba')([x, 2.0])",
    ),
    native(
        "UnsupportedByNumba",
        """
        def f(x, y, first):
            a = x * 2.0
            b = y * y
            if first:
                c = a
            else:
                c = b
            c[0] = a[1] * b[1]
            c *= a
            return np.sum(a * b)
        """,
        "grad(f, backend='numba')(x, x, True)",
    ),
    native(
        "UnsupportedByNumba",
        """
        STEPS = [np.sin, np.cos]

        def f(x):
            for k in range(2):
                x = STEPS[k](x)
            return x
        """,
        "grad(f, backend='numba')(0.5)",
    ),
    native(
        "UnsupportedByNumba",
        """
        def f(x):
            def even(n):
                return x if n == 0 else odd(n - 1) * x

            def odd(n):
                return 1.0 if n == 0 else even(n - 1) + x

            return even(4) + odd(3)
        """,
        "grad(f, backend='numba')(2.0)",
    ),
    native(
        "UnsupportedMutation",
        """
        class Model:
            calls = 0

        model = Model()

        def f(x):
            model.calls = model.calls + 1
            return (x * x).sum()
        """,
        "grad(f, backend='numba')(x)",
    ),
    native(
        "UnsupportedMutation",
        """
        rates = np.ones(3)

        def f(x, n):
            return x if n == 0 else f(x * rates[n], n - 1)
        """,
        "grad(f, backend='numba')(2.0, 2)",
    ),
    native(
        "UnsupportedArgument",
        """
        def f(x):
            y = np.concatenate((x, x))
            y[:3] = y[::2]
            return (y * y).sum()
        """,
        "grad(f, backend='numba')(x)",
    ),
    native(
        "SharedMemory",
        """
        def scale(y, z, k):
            y[k] = y[k] * z[k]
            return 0 if k == 0 else scale(y, z, k - 1)

        def f(x):
            y = x * 1.0
            scale(y[:2], y[1:], 1)
            return (x * y).sum()
        """,
        "jvp(f, backend='numba')(x, x)",
    ),
)

ACCOUNTS = (
    argument(CUBE, "explain(f)"),
    argument(CUBE, "explain(jvp(f), 2.0)"),
    argument(CUBE, "explain(3.0, 2.0)"),
    argument("class Model:\n    @grad\n    def loss(self, x):\n        return x * x", "explain(Model().loss, 2.0)"),
)

POINT = "class Point:\n    def __init__(self, x):\n        self.x = x\n\n"


def of_point(text: str, call: str = "grad(f)(2.0)") -> Case:
    return Case("UnknownFunction", POINT + textwrap.dedent(text).strip("\n") + "\n", call)


OBJECTS = (
    of_point("def f(x):\n    p = Point(x)\n    return p.y * x"),
    unknown(
        """
        class Shape:
            pass

        class Point(Shape):
            def __init__(self, x):
                self.x = x

            def area(self):
                return super().area() * self.x

        def f(x):
            return Point(x).area()
        """,
        "grad(f)(2.0)",
    ),
    unknown(
        """
        class Point:
            def __init__(self, x):
                self._x = x

            @property
            def x(self):
                return self._x

        def f(x):
            p = Point(x)
            p.x = x * 2
            return p.x
        """,
        "grad(f)(2.0)",
    ),
    of_point("def f(x):\n    return Point(x)[0] * x"),
    unknown(
        """
        class Point:
            def __new__(cls, x):
                return object.__new__(cls)

            def __init__(self, x):
                self.x = x

        def f(x):
            return Point(x).x
        """,
        "grad(f)(2.0)",
    ),
    of_point("def f(x):\n    p = Point(x)\n    return p(x)"),
    of_point("def f(x):\n    a, b = Point(x)\n    return a * b"),
    of_point("def f(x):\n    return (Point(x) + x).x"),
    of_point("def f(x):\n    return (-Point(x)).x"),
    of_point("def f(x):\n    p = Point(x)\n    with p:\n        x = x * p.x\n    return x"),
    of_point(
        """
        def f(x, n):
            p = Point(x)
            if n > 1:
                p.z = x * x
            return p.z + p.x
        """,
        "grad(f)(2.0, 2)",
    ),
    syntax(POINT + "def f(x):\n    return Point.scale * x", "grad(f)(2.0)"),
    syntax("def f(x):\n    pair = (x, x * x)\n    a, b, c = pair\n    return a * b", "grad(f)(2.0)"),
)

INSIDE = (
    syntax("def f(x, wrt):\n    return grad(lambda a, b: a * b, wrt=wrt)(x, x)", "grad(f)(2.0, 1)"),
    syntax("def f(x, k):\n    parts = [np.sin, np.cos]\n    return grad(parts[k])(x)", "grad(f)(2.0, 1)"),
    syntax("def f(x):\n    return jvp(lambda a: a * a)(x)"),
    syntax("def f(x):\n    return grad(lambda a: a * a, wrt=(0,))(x)[0]"),
    argument("def f(y, x):\n    return y * jacobian(lambda a: (a * y, a))(x)[0]", "jvp(f)((2.0, x), 1.0)"),
    syntax("def f(x):\n    return grad(lambda a, b: a * b, wrt='c')(x, 2.0)"),
    syntax("def f(x):\n    return grad(lambda a, b=1.0: a * b, wrt=1)(x)"),
    syntax("def f(x):\n    return jacobian(lambda a, b: a * b, wrt=(0, 1))(x, x)"),
    syntax("def f(x):\n    return grad(lambda p: x * x)({'name': 'linear'})['name']"),
    syntax(
        "def f(x):\n    pair = ({'a': x}, x), ({'a': 1.0},)\n"
        "    return jvp(lambda p, b: p['a'] * b, wrt=(0, 1))(*pair)[1]"
    ),
    syntax("tangents = jvp(lambda a: (a * a, a), has_aux=True)\n\ndef f(x):\n    return tangents(x, 1.0)[1]"),
    syntax(
        """
        def f(x):
            kept = [0.0]

            def g(y):
                kept[0] = y
                return y * y

            return grad(g)(x)
        """
    ),
    mutation(
        """
        rng = np.random.default_rng(0)

        def f(x):
            y, pullback = vjp(lambda a: a * rng.normal())(x)
            return pullback(y)
        """,
        "grad(f)(1.0)",
    ),
)

SECTIONS = (
    Section("Constructs", "Of Python itself. What is not listed is taken.", CONSTRUCTS),
    Section("Forward mode", "What reverse mode takes, and forward mode does not.", FORWARD),
    Section("Source", "A function is differentiated from its text, which must be there and be what runs.", SOURCES),
    Section("Calls", "Where derivatives pass through a call, its derivative must be known.", CALLS),
    Section(
        "Objects",
        "Objects of users' classes are taken apart: each field is a variable. Where one is needed whole the message\n"
        "says why.",
        OBJECTS,
    ),
    Section(
        "Changes in place",
        "A value that derivatives pass through may stand in a variable, an array, a tuple, a list, a dictionary or an\n"
        "attribute of an object of the function's own; in a set it is refused. A change is followed through names,\n"
        "views, swaps, arrays moved from name to name in a loop, choices between arrays, and arrays kept in\n"
        "lists, tuples and dictionaries.",
        MUTATIONS,
    ),
    Section("Arguments", "What `grad` and its like are asked for, and at what.", ARGUMENTS),
    Section("Derivatives inside functions", "", INSIDE),
    Section("Memory", "Arrays that overlap, and buffers for gradients.", MEMORY),
    Section("Results and seeds", "", RESULTS),
    Section(
        "Checkpoints",
        "Code whose intermediate values are computed again must give the same when it runs a second time.",
        CHECKPOINTS,
    ),
    Section(
        "The native backend",
        'With `backend="numba"` functions are refused that Numba does not compile, besides what is refused elsewhere.',
        NATIVE,
    ),
    Section("Accounts of what is recorded", "", ACCOUNTS),
    Section("Exports", "A derivative as a file that needs NumPy only.", EXPORTS),
)

# Refusals whose programs need more than NumPy, by their folder: the tests of the rules have them.
ELSEWHERE = ("rules/scipy",)

# Refusals that no short program of one file shows, by a part of their text, and why; tests of their files have them.
UNSHOWN = {
    "UnsupportedArgument(STORED)": "shown; machine code that is there already has no lines to watch",
    "SharedMemory(PASSED)": "shown; machine code that is there already has no lines to watch",
    "Numba cannot be imported": "takes an environment without Numba",
    "`extended`: on this machine": "takes another machine",
    'give "central" or "complex"': "raised where a rule is declared; `tests/rules/test_stepped.py`",
    "the parameters of `{name}` are not known": "takes a function of C without a signature",
    "a gradient that is differentiated again is that of an array": "takes a result that only the run can tell",
    "an array that changes has a view whose tangent cannot be one": "takes a memory layout that only the run can tell",
    "np.cross: vectors of length 2": "newer versions of NumPy refuse them themselves",
    "that adjoint does not know": "a construct of a Python to come",
    "is not a Python function": "shown where `grad` is called; the same inside",
    "problem_at(value, message, ADVICE)": "one of two: takes a file, or several steps",
    "the derivative of `{title}` is not known": "shown with the line, where that is known",
    "derivatives are not followed into `.{name}`": "shown for a method",
    "derivatives are not followed through a {type(leaf).__name__}": "takes an object that only the run can tell",
    "`flat` of an array is not followed here": "few uses of it are left that are not followed",
    "taken here goes through the other mode": "takes a third derivative of what has no second one in its own mode",
    "what the gradient adds to for this line": "takes a list that only the run can tell",
    "Change a copy of it that is kept in a variable": "shown with another message in most cases",
    "which is the output, becomes another object here": "takes a name that normal form cannot split",
    "`at` is differentiated for add": "becomes `changes values in a way that is not followed`",
    "UnsupportedArgument(name)": "an argument that a rule needs and the call leaves out",
    "changes an argument, which is known only when it runs": "takes an object that only the run can tell",
    "has no parameters to differentiate by": "shown where `grad` is called",
    "which is not a function defined by `def`": "an exported file's helper",
    "means two things in the functions to be exported": "takes two files",
    "changes `{changed[0]}` in place": "takes an object that only the run can tell",
    "the recursive function `{pair.target.__name__}` changes": "takes a change that only kinds tell",
    "an argument is changed in a call, and shares memory": "takes a call of a recursive function",
    "problem_at(stmt, message, f'Write `{name} = {name} + …`.')": "two places of one kind",
    "which is called here, returns an object": "takes an object that only the run can tell",
    "a sparse matrix is computed with what varies": "takes SciPy; `tests/rules/test_scipy_interpolate.py`",
    "derivatives do not pass through a matrix of `scipy.sparse`": "takes SciPy, and what only the run can tell",
    "what an operator makes of a tuple or list, known only": "takes a tuple that only the run can tell from an array",
    "this depends on what was read from the text": "takes a text that only the run can tell",
    "Write the product with a vector by `@`": "takes SciPy; `tests/rules/test_scipy_interpolate.py`",
    "a call that is known only when it runs cannot be differentiated twice": "such calls mostly can be",
    "Call the function by a name that stands for nothing else.": "goes with the one before",
    "by its parameters is not known": "takes a generator's method that has no rule and is known to draw",
    "Draw what does not depend on them": "goes with the one before",
    "Keep what varies in variables, arrays or tuples.": "goes with `what the gradient adds to for this line`",
    "Pass the object as an argument of the function.": "takes a method of C of an object outside",
    "which is not known to be an array": "takes a recursive function whose kinds settle late",
    "Return what is new instead.": "goes with the one before",
    "Store the result instead: `y[...] = …`.": "takes an `out=` that is no array, which NumPy refuses",
    "Use `.ravel()` of the array.": "goes with `flat` of an array is not followed here",
    "is a list or another object, which changes in place": "takes an object of C with an in-place operator",
    "Write `{name} = {name} + …`.": "goes with the one before",
    "may be held by several names: only the run can tell": "takes a gradient that keeps lists, differentiated again",
    "Take the outer derivative in forward mode": "goes with the one before",
    "is changed by a value that derivatives pass through": "goes with `Change a copy of it`",
    "Write `t = d[k]`, then the change": "takes a container in a container that only the run can tell",
    "Move it to a function of its own": "goes with a construct of a Python to come",
    "Return the new array instead, or write the recursion as a loop.": "goes with `the recursive function … changes`",
    "Write `{name}[...] = …`.": "goes with `which is the output, becomes another object here`",
    "'a change in place'": "graphs are drawn of expressions, and say so before",
    **dict.fromkeys(
        [
            "the attribute `{name}` of what only the run can tell",
            "`{name}` of an object of `{record.cls.__name__}` is set",
            "which class `super()` means, only the run can tell",
            "objects are zipped with others",
            "which item this is, only the run can tell",
            "which items these are, only the run can tell",
            "which item is set here, only the run can tell",
            "which object this is, only the run can tell",
            "where this is inserted, only the run can tell",
            "the length of this list is known only at run time",
            "the length is known only at run time",
            "the length of this list changes from trip to trip",
            "an object is needed whole",
            "this object is needed whole",
            "a view of this dictionary is read after it has changed",
            "a loop goes through a list that becomes longer or shorter meanwhile",
            "this value is needed whole",
            "the keys of this dict are known only when",
            "a key of this dict is known only when the program runs",
            "is copied, only the run can tell",
            "is made cannot be read",
            "an object that may be one of several is changed while both live",
            "is set on some ways to this place only",
            "which items this has, only the run can tell",
            "an object that others see is changed",
            "what is called here, only the run can tell",
            "a list of objects",
            "a list of items of different kinds",
            "takes no items",
            "what this loop carries changes its structure from trip to trip",
            "the items of this object are known only when the program runs",
            "it is carried by a loop",
            "whether this holds, only the run can tell",
            "whether this key is there, only the run can tell",
            "whether this object counts as true",
            "have different fields",
            "a function that calls itself may change it",
        ],
        "for this an object is left to the run, which takes it; if that refuses it, it is for a reason of its own",
    ),
}
