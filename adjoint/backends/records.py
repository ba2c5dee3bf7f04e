"""The record of a forward sweep on its way through Python: held whole, so that no list in it is copied.

Python sees an object that it can only hand on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import types
from numba.experimental import structref
from numba.extending import overload

from adjoint.backends.helpers import kept_record


@structref.register
class RecordType(types.StructRef):
    """Numba's type of a record: the type of its items makes it."""

    def preprocess_fields(self, fields: Any) -> Any:
        return tuple((name, types.unliteral(kind)) for name, kind in fields)


class Record(structref.StructRefProxy):
    """A record, as Python sees it."""


structref.define_boxing(RecordType, Record)


@overload(kept_record, strict=False)
def _kept_record(items: Any) -> Callable[..., Any]:
    kind = RecordType([("items", items)])

    def make(items: Any) -> Any:
        record = structref.new(kind)
        record.items = items
        return record

    return make
