"""The constructs that the hunter counts: what a line has, by its text and by what its writer said of it.

>>> sorted(constructs_of("    x[1:] += np.where(y > 0, y, s)"))
['slice store', 'store augmented', 'where']
"""

from __future__ import annotations

import re

_N = r"(?:np|xp)\."
PATTERNS: dict[str, str] = {
    "abs": rf"(?<![.\w])abs\(|{_N}abs\(",
    "and, or as values": r"\(\S+ and \S+\)",
    "and, or in a test": r"(?:if|while) .* (?:and|or) ",
    "argument with parts": r"\bpack\[",
    "array filled by parts": rf"{_N}empty\(",
    "array of numbers": rf"{_N}array\(\[[^\]]*[a-z]",
    "array of rank 0": rf"{_N}array\([a-z]\w*(?:\[[-\d, ]*\])?\)|{_N}asarray\(",
    "break": r"^\s*break$",
    "chained comparison": r"-0\.5 < .* <= ",
    "clip": rf"{_N}clip\(",
    "comprehension": r"\[.* for \w+ in ",
    "concatenate": rf"{_N}concatenate\(",
    "continue": r"^\s*continue$",
    "copy": r"\.copy\(\)",
    "copyto": rf"{_N}copyto\(",
    "cumsum": rf"{_N}cumsum\(",
    "diff": rf"{_N}diff\(",
    "dot": rf"{_N}v?dot\(|\w+ @ \w+\) \*",
    "einsum": rf"{_N}einsum\(",
    "element store": r"^\s*\w+\[(?:-?\w+(?: [-+] 1)?(?:, )?)+\] [-+*/]?= ",
    "fancy read": r"(?<!^)\w+\[\[|\w+\[at\d+\]|\w+\[k\]",
    "hypot, logaddexp": rf"{_N}(?:hypot|logaddexp)\(",
    "float()": r"(?<![.\w])float\(",
    "generator in sum": r"(?<![.\w])sum\([^\[]* for ",
    "integers beside": rf"\* {_N}arange\(",
    "matmul": r"\w @ ",
    "max, min": r"(?<![.\w])(?:max|min)\(",
    "maximum, minimum": rf"{_N}(?:maximum|minimum)\(",
    "nan_to_num": rf"{_N}nan_to_num\(",
    "negative step": r"::-1",
    "newaxis": r"None[,\]]|newaxis",
    "norm": rf"{_N}linalg\.norm\(",
    "np.max, np.min": rf"{_N}max\(|\.min\(\)",
    "np.prod": rf"{_N}prod\(",
    "np.sum": rf"{_N}sum\(",
    "outer": rf"{_N}outer\(",
    "product with a mask": r"\* \(\S+ > [\d.]+\)",
    "reduction along an axis": r"axis=\d\)",
    "reduction with keepdims": r"keepdims=True",
    "reshape": r"\.reshape\(|\.ravel\(",
    "roll, flip": rf"{_N}(?:roll|flip)\(",
    "slice store": r"^\s*\w+\[[^\]]*(?::|\.\.\.)[^\]]*\] [-+*/]?= ",
    "sort": rf"{_N}sort\(",
    "stack": rf"{_N}(?:stack|vstack|column_stack)\(",
    "std, var": r"\.(?:std|var)\(",
    "store augmented": r"^\s*\w+\[.*\] [-+*/]= ",
    "sum of a comprehension": r"(?<![.\w])sum\(\[",
    "take": rf"{_N}take\(",
    "ternary": r" if .* else ",
    "transpose": r"\.T\b|transpose\(",
    "walrus": r":=",
    "where": rf"{_N}where\(",
    "while": r"^\s*while ",
    "broadcasting": rf"\[:, None\]|{_N}broadcast_to\(|\[:1\] \* \w+\[:, :1\]",
    "zeros_like and its like": rf"{_N}(?:ones|zeros)_like\(|{_N}(?:zeros|full|ones)\(",
}
# What the forms say of their lines.
NAMED = (
    "view of the trip before",
    "iterator kept",
    "view kept",
    "deque",
    "flat",
    "sum that becomes an array",
    "dict of arrays changed",
    "object",
    "method",
    "operators of a class",
    "__call__",
    "named tuple",
    "dataclass",
    "attribute assigned",
    "try",
    "finally",
    "functions in a list",
    "functions in a dict",
    "functools.partial",
    "decorated function",
    "starred call",
    "nonlocal",
    "vectorize, apply_along_axis",
    "view that outlives its loop",
    "array in a dict changed",
    "array in a list changed",
    "annotated assignment",
    "any, all",
    "context manager of one's own",
    "del",
    "dict",
    "dict comprehension",
    "dict filled in a loop",
    "dict.get",
    "entry assigned",
    "entry read",
    "extend",
    "fill_diagonal",
    "import inside",
    "item()",
    "list of arrays",
    "lists joined, cut",
    "match",
    "number kept while its array changes",
    "put, place, putmask",
    "sort in place",
    "starred in a list",
    "starred target",
    "trip count of data",
    "ufunc methods",
    "where=",
    "alias",
    "append",
    "array chosen by a branch",
    "array chosen by a ternary",
    "array in place",
    "array moved on in a loop",
    "array of a list",
    "array of indices",
    "assert",
    "awkward names",
    "branch on an integer",
    "branch on data",
    "call of a helper",
    "cells swapped",
    "chained assignment",
    "closure",
    "closure that changes what it captures",
    "default argument",
    "early return",
    "elif",
    "else of a loop",
    "enumerate",
    "f-string",
    "fancy store",
    "fill",
    "function passed",
    "global array",
    "helper returns a view",
    "helper that changes its argument",
    "history in a list",
    "index chosen by data",
    "item assignment",
    "item read",
    "keyword argument",
    "lambda",
    "list",
    "loop over a list",
    "loop over an array",
    "masked store",
    "mutual recursion",
    "nested function",
    "out=",
    "overlapping store",
    "permutation",
    "ping-pong buffers",
    "pop",
    "print",
    "raise in a branch not taken",
    "rebinding to another array",
    "recurrence",
    "recursion",
    "search with break",
    "store through a loop's row",
    "sum of a list",
    "swap of arrays",
    "swap of numbers",
    "triangular loop",
    "truth value kept",
    "tuple",
    "two arguments that are one array",
    "ufunc.at",
    "unpacking an array",
    "view",
    "view of a view",
    "while True with break",
    "while on data",
    "with np.errstate",
    "zip",
)
OF_LOOPS = ("nested loops", "exit from nested loops")
_COMPILED = {name: re.compile(pattern) for name, pattern in PATTERNS.items()}


def constructs_of(line: str) -> set[str]:
    """The constructs that the text of a line shows."""
    return {name for name, pattern in _COMPILED.items() if pattern.search(line)}


def constructs(text: str, tags: dict[int, tuple[str, ...]], active: frozenset[int]) -> set[str]:
    """The constructs of a program's active lines."""
    found: set[str] = set()
    depth_of_loops: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        indent = len(line) - len(line.lstrip())
        depth_of_loops = [d for d in depth_of_loops if d < indent] if line.strip() else depth_of_loops
        if number in active:
            found |= constructs_of(line) | set(tags.get(number, ()))
            if line.lstrip().startswith(("for ", "while ")) and depth_of_loops:
                found.add("nested loops")
            if line.lstrip().startswith(("break", "continue", "return")) and len(depth_of_loops) > 1:
                found.add("exit from nested loops")
        if line.lstrip().startswith(("for ", "while ")):
            depth_of_loops.append(indent)
    return found


def all_constructs() -> frozenset[str]:
    """Every construct that is counted: those of the text, those that forms name, those of how loops stand."""
    return frozenset([*PATTERNS, *NAMED, *OF_LOOPS])
