"""Results made of named tuples, data classes and other objects: tuples in generated code, made again for the caller.

    return Pair(np.sin(x), x.sum())         ->      t = np.sin(x), x.sum()
                                                    return t                  and  Made(Pair, (LEAF, LEAF))

A seed is given as the result is, or as tuples; None stands for zeros.
"""

from __future__ import annotations

from typing import Any

from adjoint.classes import dataclass
from adjoint.errors import SeedMismatch
from adjoint.runtime.objects import made


@dataclass(frozen=True)
class Template:
    """What stands at one place of a result; this one: a value as it is."""

    def built(self, value: Any) -> Any:
        """The result for the caller, from what generated code gives."""
        return value

    def taken(self, seed: Any) -> Any:
        """A seed for generated code, from the caller's."""
        return seed


@dataclass(frozen=True)
class Several(Template):
    """A tuple that holds objects to be made."""

    parts: tuple[Template, ...]

    def built(self, value: Any) -> Any:
        return tuple([part.built(v) for part, v in zip(self.parts, value, strict=True)])

    def taken(self, seed: Any) -> Any:
        if not isinstance(seed, (tuple, list)) or len(seed) != len(self.parts):
            return seed
        return tuple([part.taken(s) for part, s in zip(self.parts, seed, strict=True)])


@dataclass(frozen=True)
class Made(Several):
    """An object of a class, made of its fields."""

    cls: Any = None
    names: tuple[str, ...] = ()

    def built(self, value: Any) -> Any:
        parts = super().built(value)
        return self.cls(*parts) if fields_of(self.cls) == self.names else made(self.cls, **dict(zip(self.names, parts)))

    def taken(self, seed: Any) -> Any:
        names = self.names
        if isinstance(seed, self.cls):
            seed = tuple([getattr(seed, name) for name in names])
        elif seed is not None and not (isinstance(seed, tuple) and len(seed) == len(names)):
            raise SeedMismatch(
                f"the result is a {self.cls.__name__}, the seed is a {type(seed).__name__}\n"
                f"  Give a {self.cls.__name__} of seeds; None stands for zeros."
            )
        return super().taken(seed)


LEAF = Template()


def fields_of(cls: Any) -> tuple[str, ...] | None:
    """The fields that make up an object, in the order of its class's parameters; None where making it may do more.

    >>> from collections import namedtuple
    >>> fields_of(namedtuple("Pair", "a b")), fields_of(dict)
    (('a', 'b'), None)
    """
    if not isinstance(cls, type):
        return None
    if issubclass(cls, tuple) and hasattr(cls, "_fields"):
        direct = tuple in cls.__bases__ and "__new__" in vars(cls)
        return tuple(cls._fields) if direct else None
    import dataclasses

    params: Any = vars(cls).get("__dataclass_params__")
    if not dataclasses.is_dataclass(cls) or params is None or not params.init or hasattr(cls, "__post_init__"):
        return None
    fields = dataclasses.fields(cls)
    # An `__init__` of the user's is kept by `dataclass`, and may do anything.
    made = getattr(getattr(cls.__init__, "__code__", None), "co_filename", "") == "<string>"
    return tuple(f.name for f in fields) if made and all(f.init and not f.kw_only for f in fields) else None
