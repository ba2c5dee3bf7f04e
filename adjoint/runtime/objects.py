"""Objects of users' classes as structures: their fields, and copies with other fields.

>>> class Point:
...     def __init__(self, x, y):
...         self.x, self.y = x, y
>>> moved = like(Point(1.0, 2.0), x=3.0)
>>> type(moved).__name__, fields_of(moved)
('Point', {'x': 3.0, 'y': 2.0})
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any

from adjoint.runtime.outside import HOLDERS, fields

# Objects of these classes are used as a whole.
LIBRARIES = {*sys.stdlib_module_names, "numpy", "scipy", "numba", "adjoint"} - {"__main__"}
HOOKS = ("__getattr__", "__getattribute__", "__setattr__", "__delattr__")
OUTSIDE = ("builtins", "abc", "typing", "collections.abc")


def package_of(cls: type[Any]) -> str:
    """The package that a class is from. Of some classes of Cython's `__module__` is a descriptor, no text.

    >>> package_of(ValueError), package_of(type(package_of))
    ('builtins', 'builtins')
    """
    return str(cls.__module__).partition(".")[0]


@lru_cache(1024)
def is_followed(cls: Any) -> bool:
    """Can objects of this class be taken apart: does it leave attributes and creation to Python?"""
    if cls in HOLDERS:
        return True
    if not isinstance(cls, type) or type(cls).__module__ not in ("builtins", "abc", "typing"):
        return False
    ours = str(cls.__module__).startswith("adjoint.rules.")  # what stands for a library's results
    if package_of(cls) in LIBRARIES and not ours:
        return False
    if issubclass(cls, (BaseException, int, float, str, complex, bytes, set, frozenset, dict, list)):
        return False
    if issubclass(cls, tuple) and not hasattr(cls, "_fields"):
        return False
    written = [c for c in cls.__mro__ if c.__module__ not in OUTSIDE]
    frozen = getattr(getattr(cls, "__dataclass_params__", None), "frozen", False)
    hooks = [h for h in HOOKS if not (frozen and h in ("__setattr__", "__delattr__"))]
    own = [name for c in written for name in vars(c)]
    return bool(written) and ("__new__" not in own or hasattr(cls, "_fields")) and not any(h in own for h in hooks)


def is_object(value: Any) -> bool:
    """Is this an object with fields, of a class of the user's?"""
    cls: Any = type(value)
    return not isinstance(value, (type, tuple)) and is_followed(cls)


def fields_of(value: Any) -> dict[str, Any]:
    """The fields of an object, by name."""
    if isinstance(value, HOLDERS):
        return fields(value)
    found = dict(getattr(value, "__dict__", {}))
    for cls in type(value).__mro__:
        slots = vars(cls).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                found.setdefault(name, getattr(value, name))
    return found


def made(cls: type, /, **fields: Any) -> Any:
    """An object of a class with these fields; its `__init__` is not run."""
    if issubclass(cls, tuple):
        return cls(**fields)
    new = object.__new__(cls)
    for name, field in fields.items():
        object.__setattr__(new, name, field)
    return new


def like(value: Any, /, **fields: Any) -> Any:
    """A copy of an object in which these fields are others; its `__init__` is not run again."""
    new = object.__new__(type(value))
    for name, field in {**fields_of(value), **fields}.items():
        object.__setattr__(new, name, field)
    return new


def global_name(value: Any) -> str | None:
    """The dotted name in its module that leads to this very object, None where none does.

    >>> global_name(global_name), global_name(lambda: 0)
    ('global_name', None)
    """
    found: Any = sys.modules.get(getattr(value, "__module__", ""))
    name = str(getattr(value, "__qualname__", ""))
    for part in name.split("."):
        found = getattr(found, part, None)
    return name if found is value else None
