"""Programs that must be refused: what they do has a derivative that is not followed, or cuts it off.

Taken without a word, each gives a wrong gradient. They are judged beside the random programs, and not counted among
what these may be refused.
"""

from __future__ import annotations

from generator import Program

TRAPS = {
    "a number read from its text": "    t = float(f'{s:.9f}')\n    return t * x\n",
    "an array of integers that takes floats": "    n = np.arange(4) * 10\n    n[1] = s * 50\n    return x * n[1]\n",
    "a set of numbers": "    c = {s, s * 2}\n    t = max(c)\n    return t * x\n",
    "a view of a dictionary that has changed": (
        "    d = {'p': x[0] * s, 'q': x[1]}\n    v = d.values()\n    d['p'] = s * s\n    return sum(v) * x\n"
    ),
    "a view of one of two dictionaries": (
        "    d = {'p': x[0] * s} if s > 0 else {'p': x[1] * s}\n    e = d\n    v = d.values()\n"
        "    e['q'] = s * s\n    return sum(v) * x\n"
    ),
    "a list of the module's": "    BOX.append(s * s)\n    t = BOX[-1]\n    return t * x\n",
    "an object that makes arrays of its index": "    t = np.mgrid[0 : s * 3 : 4j]\n    return t * s * x\n",
    "a variable of a builtin's name": (
        "    len = s * 2.0\n    c = []\n    for k in range(3):\n        c.append(x[k] * len)\n    t = 0.0\n"
        "    for v in c:\n        t = t + v * v\n        c[0] = t\n    return t * c[0]\n"
    ),
    "a view that outlives the trip in which it was taken": (
        "    for i in range(3):\n        if i > 0:\n            v[0] = v[1] * s\n        v = x[i : i + 2]\n"
        "        v[0] *= 2.0\n    return x\n"
    ),
    "a sum that another name sees before it grows": (
        "    total = 0.0\n    for k in range(2):\n        total += x * s\n    kept = total\n    total += x\n"
        "    return kept * total\n"
    ),
    "numbers in a dictionary that a loop fills": (
        "    parts = {}\n    n = 0\n    while n < 3 and x[0] < 9:\n        parts[n] = x[n] * s\n        n += 1\n"
        "    for k in parts:\n        parts[k] -= x[0]\n"
        "    t = s\n    for k in parts:\n        t = t + parts[k]\n    return t\n"
    ),
    "entries of a dictionary that later trips read": (
        "    parts = {}\n    for k in range(3):\n        parts[k] = x[k] * s\n    t = s\n"
        "    for k, v in parts.items():\n        parts[(k + 1) % 3] = v * s\n        t = t + v * x[k]\n    return t\n"
    ),
    "a choice that cuts off a root": (
        "    c = x > 0.3\n    t = np.sqrt(x * x + s)\n    y = np.where(c, t, 0.0)\n    return y\n"
    ),
    "a number put where a mask is true": "    y = x * x\n    np.putmask(y, y > 0.5, s)\n    return y\n",
    "a cell counted from the end and from the beginning": (
        "    y = x * s\n    t = s\n    for k in range(3):\n        t = t * y[-1] * y[-2]\n        y[3] = t * s\n"
        "        y[-2] = y[2] * y[0]\n    return y * t\n"
    ),
    "an imaginary part that is stored to": (
        "    z = x * (1.0 + 2.0j)\n    z.imag[1] = s * x[0]\n    return (z * z).real.sum() + (z * z).imag.sum()\n"
    ),
    "a slice that asks for more than there is": (
        "    n = len(x)\n    y = x[: n - 3] * s\n    t = y[: n - 2] * x\n    return t * t\n"
    ),
    "a logistic function of what is bound anew": (
        "    for k in range(2):\n        t = -s\n        s = s * s + k\n        p = 1 / (1 + np.exp(t))\n"
        "        x = p * s * x\n    return x\n"
    ),
    "a list that a branch of a loop empties": (
        "    c = [{'v': s}]\n    t = 0.0\n    while c and t < 20:\n        d = c.pop()\n        t += d['v']\n"
        "        if d['v'] > 9:\n            c.append({'v': s})\n    return t * x\n"
    ),
    "a quotient added to a cell": "    for i in range(4):\n        x[i] += x[i - 1] / s\n    return x\n",
    "products of three axes": (
        "    c = x[:, None, None] * x[None, :, None] * (x * s)[None, None, :]\n    t = c * x\n"
        "    return (t * (x * s)[None, :, None]).sum(axis=2)\n"
    ),
    "a product with a transpose": (
        "    c = np.outer(x, x * s)\n    m = np.outer(x * x, x)\n    p = m @ c.T\n    return p[0] * x\n"
    ),
    "an array that another name holds, divided in place": (
        "    w = np.exp(x)\n    v = w\n    w /= w.sum()\n    w *= s\n    return v * w + v\n"
    ),
    "a name bound anew to what its own derivative reads": (
        "    y = x * s\n    t = x\n    for k in range(3):\n        t = t + y * y\n        y = np.exp(s * x * 0.1 * k)\n"
        "    return t * y\n"
    ),
    "an array wholly divided": "    w = np.exp(x)\n    w -= w.mean() * s\n    w /= w.sum()\n    return w * x\n",
    "parts of a cotangent times a number": (
        "    y = x * x\n    for _ in range(3):\n        lap = np.zeros_like(y)\n"
        "        lap[1:-1] = y[2:] + y[:-2] - 2 * y[1:-1]\n        y += s * 0.1 * lap / 3.0\n    return y\n"
    ),
    "a new axis that one use takes away": (
        "    c = x[:, None] * s\n    t = (x[:, None] + c) * x[None, :]\n    return t * t\n"
    ),
    "numbers that are summed, times the first of them": (
        "    c = []\n    t = s\n    for k in range(3):\n        t = t * x[k]\n        c.append(t)\n"
        "    return sum(c) * c[0]\n"
    ),
    "a cell of an argument that was stored to": (
        "    x[1] = x[0] * s\n    t = x[1] * s\n    y = x * t\n    x[1] = s\n    return x * y / t\n"
    ),
    "a masked array of the module's": "    return (MASKED * x * s).sum()\n",
    "an exception caught half way": (
        "    try:\n        x[0] = x[0] * s\n        if x[1] < 9.0:\n            raise ValueError\n"
        "        x[1] = s\n    except ValueError:\n        x[2] = s\n    return x\n"
    ),
    "a deque of a greatest length in a list": (
        "    w = collections.deque([s, x[0]], maxlen=2)\n    v = [w, w]\n    v[0].append(x[1])\n    return sum(v[1])\n"
    ),
    "a draw in a loop that is computed again": (
        "    for _ in checkpoint(range(3), snapshots=2):\n        x = np.sin(x) * np.random.normal()\n"
        "    return x * s\n"
    ),
}
HEAD = (
    "import collections\n\nfrom adjoint import checkpoint\n\n"
    "BOX = []\nMASKED = np.ma.masked_array([0.5, 2.0, 3.0, 1.0], mask=[0, 0, 1, 0])\n\n\n"
)


def trap(name: str) -> Program:
    """The program of a trap."""
    program = Program(1)
    program.text, program.names, program.table = f"{HEAD}def f(x, s):\n{TRAPS[name]}", ("x", "s"), False
    return program
