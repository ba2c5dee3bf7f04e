"""The generated source, printed or returned.

>>> def square(x):
...     return x * x
>>> print(source(square, 2.0))
def square_grad(x, out_bar=1.0):
    return 2 * out_bar * x  # return x * x
"""

from __future__ import annotations

import sys
from types import MethodType
from typing import TYPE_CHECKING, Any

from adjoint.buffers import Writer
from adjoint.caching import all_compiled
from adjoint.errors import NotScalar, UnsupportedArgument
from adjoint.gradient import Gradient
from adjoint.highlight import highlight, wants_colours
from adjoint.pullback import Pullback

if TYPE_CHECKING:
    from adjoint.compiled import Compiled


def show(f: Any, *args: Any) -> None:
    """Print the source that `source` returns, in colours on a terminal."""
    text = source(f, *args)
    sys.stdout.write(highlight(text, wants_colours(sys.stdout)) + "\n")


def source(f: Any, *args: Any, standalone: bool = False) -> str:
    """Return the source of a derivative: the generated function first, then those that it calls, each once.

    Parameters
    ----------
    f
        A function (its gradient by the first parameter is meant) or what `grad`, `value_and_grad`, `vjp` or a call of
        it returned.
    args
        Example arguments: the text is the one for arguments of these kinds. Without any, it is the one that was
        compiled last, else one for kinds guessed from the signature.
    standalone
        Return a whole file, which imports nothing but NumPy and `math`.

    Raises
    ------
    UnsupportedArgument
        With `standalone`, if the text needs something that cannot be written into a file.
    """
    compiled = compiled_of(f, args)
    if standalone:
        from adjoint.standalone import export

        return export(compiled)
    return "\n\n".join(dict.fromkeys(item.text.strip("\n") for item in all_compiled(compiled)))


def compiled_of(f: Any, args: tuple[Any, ...]) -> Compiled:
    """What was, or is now, compiled for `f` and example arguments."""
    if isinstance(f, Pullback):
        found: Compiled = f.compiled
        return found
    if isinstance(f, Writer):
        return compiled_of(f.gradient, args)
    if isinstance(f, MethodType) and isinstance(f.__func__, Gradient):
        return compiled_of(f.__func__, (f.__self__, *args) if args else ())
    if isinstance(f, Gradient):
        return _compiled(f, args)
    if not callable(f):
        raise UnsupportedArgument(f"a {type(f).__name__} has no derivative to show\n  Give a function.")
    try:
        return _compiled(Gradient(f, 0, "grad"), args)
    except NotScalar:  # no gradient, but a derivative it has
        return _compiled(Gradient(f, 0, "vjp"), args)


def _compiled(gradient: Gradient[..., Any], args: tuple[Any, ...]) -> Compiled:
    if args:
        found: Compiled = gradient.entry(*args)[1].compiled
        return found
    if gradient.last is not None:
        last: Compiled = gradient.last
        return last
    if not gradient.parameters:
        raise UnsupportedArgument(f"`{gradient.title}` has no parameters to differentiate by")
    from adjoint.frontend.guess import guess_kinds

    guessed: Compiled = gradient.variant(guess_kinds(gradient.primal))[0]
    return guessed
