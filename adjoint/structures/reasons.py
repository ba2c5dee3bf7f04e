"""Say, where an object that stayed whole is refused later on, why it could not be taken apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from adjoint.errors import Problem, UnknownFunction, UnsupportedMutation, render
from adjoint.syntax import core

OBJECT = "an object of `"


@contextmanager
def explained(reasons: Sequence[Problem], origin: core.Origin) -> Iterator[None]:
    """Add the reasons to an error about an object that is raised inside."""
    try:
        yield
    except (UnknownFunction, UnsupportedMutation) as error:
        if not reasons or OBJECT not in str(error):
            raise
        first = dict.fromkeys(render(reason, origin) for reason in reasons)
        raise type(error)("\n\n".join([str(error), *first])) from None
