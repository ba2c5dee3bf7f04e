"""The transformations, reverse mode first, and what keeps derivatives out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, overload

from adjoint.backends.option import Backend
from adjoint.binding import Wrt
from adjoint.errors import UnsupportedArgument
from adjoint.gradient import Gradient
from adjoint.outcome import Outcome, Output

if TYPE_CHECKING:
    from adjoint.pullback import Pullback

P = ParamSpec("P")
T = TypeVar("T")


@overload
def grad(
    f: Callable[P, Any], wrt: Wrt = 0, *, has_aux: bool = False, output: Output = None, backend: Backend = None
) -> Gradient[P, Any]: ...
@overload
def grad(
    f: None = None, wrt: Wrt = 0, *, has_aux: bool = False, output: Output = None, backend: Backend = None
) -> Callable[[Callable[P, Any]], Gradient[P, Any]]: ...
def grad(f: Any = None, wrt: Wrt = 0, *, has_aux: bool = False, output: Output = None, backend: Backend = None) -> Any:
    """Return the gradient of a function whose result is one number; also a decorator.

    Parameters
    ----------
    f
        A function of numbers and arrays. Those that `wrt` means must be floats or complex (an int counts as a float).
    wrt
        Which parameters: a position, a name, or a tuple of them. One gives one gradient, a tuple a tuple. Positions of
        a method do not count `self`.
    has_aux
        The function returns a pair: what is differentiated, and anything else. A call returns the gradient and the
        latter; its arrays are copies.
    output
        The name of an argument in which the function leaves its result (a tuple for several): the content of that
        array at the end is what is differentiated, not what is returned. The array itself stays as it was.
    backend
        What runs the generated text: "python", or "numba" for machine code (`adjoint.Numba(...)` with its options).
        What Numba does not take is refused. A gradient of a gradient has its backend unless told otherwise.

    Returns
    -------
    A function with the parameters of `f`. Each gradient has its argument's type, shape and dtype, and its own memory.

    Raises
    ------
    NotScalar
        When called, if the result of `f` is not one number.
    UnsupportedArgument
        For a `wrt` that `f` does not have; when called, for an argument by which there is no derivative.

    Examples
    --------
    >>> def area(r):
    ...     return 3.0 * r**2
    >>> grad(area)(2.0)
    12.0
    >>> @grad(wrt=("a", "b"))
    ... def product(a, b):
    ...     return a * b
    >>> product(2.0, b=5.0)
    (5.0, 2.0)
    >>> def halved(x):
    ...     half = x / 2
    ...     return half * half, {"half": half}
    >>> grad(halved, has_aux=True)(4.0)
    (2.0, {'half': 2.0})
    """
    return _transformed(f, wrt, "grad", Outcome.of(has_aux, output), backend)


@overload
def value_and_grad(
    f: Callable[P, T], wrt: Wrt = 0, *, has_aux: bool = False, output: Output = None, backend: Backend = None
) -> Gradient[P, tuple[T, Any]]: ...
@overload
def value_and_grad(
    f: None = None, wrt: Wrt = 0, *, has_aux: bool = False, output: Output = None, backend: Backend = None
) -> Callable[[Callable[P, T]], Gradient[P, tuple[T, Any]]]: ...
def value_and_grad(
    f: Any = None, wrt: Wrt = 0, *, has_aux: bool = False, output: Output = None, backend: Backend = None
) -> Any:
    """Return a function that computes the result of `f` and, at little more cost, its gradient; also a decorator.

    >>> value_and_grad(lambda x: x * x)(3.0)
    (9.0, 6.0)

    With `has_aux` the result is the pair that the function returns; with `output`, the new content of that argument.
    """
    return _transformed(f, wrt, "value_and_grad", Outcome.of(has_aux, output), backend)


@overload
def vjp(
    f: Callable[P, T], wrt: Wrt = 0, *, has_aux: bool = False, output: Output = None, backend: Backend = None
) -> Gradient[P, tuple[T, Pullback]]: ...
@overload
def vjp(
    f: None = None, wrt: Wrt = 0, *, has_aux: bool = False, output: Output = None, backend: Backend = None
) -> Callable[[Callable[P, T]], Gradient[P, tuple[T, Pullback]]]: ...
def vjp(f: Any = None, wrt: Wrt = 0, *, has_aux: bool = False, output: Output = None, backend: Backend = None) -> Any:
    """Return a function that computes the result of `f` and the pullback: cotangents of it to cotangents of arguments.

    The pullback may be called any number of times, with any seed of the result's shape.

    >>> import numpy as np
    >>> out, pullback = vjp(lambda x: x * x)(np.array([1.0, 2.0]))
    >>> pullback(np.array([1.0, 0.0])), pullback(np.array([0.0, 1.0]))
    (array([2., 0.]), array([0., 4.]))

    A result in tuples, lists or dictionaries takes a seed of the same structure; None in it stands for zeros. With
    `has_aux` a call returns what is not differentiated as a third item. With `output` the result is what the function
    leaves in an argument:

    >>> def double(x, y):
    ...     y[:] = 2 * x
    >>> out, pullback = vjp(double, output="y")(np.array([1.0, 2.0]), np.zeros(2))
    >>> out, pullback(np.array([1.0, 0.0]))
    (array([2., 4.]), array([2., 0.]))
    """
    return _transformed(f, wrt, "vjp", Outcome.of(has_aux, output), backend)


def jvp(f: Any = None, wrt: Wrt = 0, *, has_aux: bool = False, backend: Backend = None) -> Any:
    """Return a function that computes the result of `f` together with its tangent, in forward mode; also a decorator.

    It takes the arguments and the tangents of those that `wrt` means, each in a tuple (one may stand alone). A tangent
    is like its argument; None stands for zeros. With `has_aux` what is not differentiated comes as a third item.

    >>> import numpy as np
    >>> jvp(lambda x: x * x)(np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    (array([1., 4.]), array([ 2., 40.]))
    >>> jvp(lambda x, y: x * y, wrt=("x", "y"))((2.0, 3.0), (1.0, 10.0))
    (6.0, 23.0)

    Raises
    ------
    SeedMismatch
        When called, if a tangent is not like its argument.
    """
    from adjoint.forward_mode import Pushforward

    return _transformed(f, wrt, "jvp", Outcome.of(has_aux, None), backend, Pushforward)


def linearize(f: Any = None, wrt: Wrt = 0, *, has_aux: bool = False, backend: Backend = None) -> Any:
    """Return a function that computes the result of `f` and its derivative, a linear function of tangents.

    >>> out, pushforward = linearize(lambda x: x**3)(2.0)
    >>> out, pushforward(1.0), pushforward(10.0)
    (8.0, 12.0, 120.0)
    """
    from adjoint.forward_mode import Linear

    return _transformed(f, wrt, "jvp", Outcome.of(has_aux, None), backend, Linear)


def jacrev(
    f: Any = None, wrt: Wrt = 0, *, has_aux: bool = False, output: Output = None, backend: Backend = None
) -> Any:
    """Return a function that computes the Jacobian of `f` row by row, in reverse mode: `out.shape + argument.shape`.

    It takes one reverse sweep for each number of the result. See `jacobian`.
    """
    return _transformed(f, wrt, "jacobian", Outcome.of(has_aux, output), backend)


def jacfwd(f: Any = None, wrt: Wrt = 0, *, has_aux: bool = False, backend: Backend = None) -> Any:
    """Return a function that computes the Jacobian of `f` column by column, in forward mode.

    It takes one forward sweep for each number of the arguments. See `jacobian`.
    """
    return _transformed(f, wrt, "jacfwd", Outcome.of(has_aux, None), backend)


def jacobian(
    f: Any = None,
    wrt: Wrt = 0,
    *,
    mode: str = "auto",
    has_aux: bool = False,
    output: Output = None,
    backend: Backend = None,
) -> Any:
    """Return a function that computes the Jacobian of `f`: an array of shape `out.shape + argument.shape`.

    >>> import numpy as np
    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])

    `mode` is "rev" for a reverse sweep a row, "fwd" for a forward sweep a column, or "auto", which takes what is
    shorter: forward where the result has more numbers than the arguments. A result in tuples, lists or dictionaries
    gives a matrix for each of its parts. `has_aux` and `output` are those of `grad`.
    """
    if mode not in ("auto", "rev", "fwd"):
        raise UnsupportedArgument(f'mode={mode!r}: give "auto", "rev" or "fwd"')
    if mode == "fwd" and output is not None:
        raise UnsupportedArgument("`output` needs reverse mode\n  Leave `mode` out.")
    if mode == "auto" and output is None:
        return _transformed(f, wrt, "jacauto", Outcome.of(has_aux, None), backend)
    return _transformed(f, wrt, "jacfwd" if mode == "fwd" else "jacobian", Outcome.of(has_aux, output), backend)


def hessian(f: Any = None, wrt: Wrt = 0, *, backend: Backend = None) -> Any:
    """Return a function that computes the matrix of second derivatives of `f`, whose result is one number.

    It goes forward over the gradient: a sweep for each number of the arguments. For a tuple of parameters it gives a
    tuple of tuples: `H[i][j]` has the shape of argument i, then that of argument j.

    >>> import numpy as np
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 3.0]))
    array([[6., 2.],
           [2., 0.]])
    """
    if f is None:
        return lambda function: hessian(function, wrt, backend=backend)
    from adjoint.forward_mode import Hessian

    return Hessian(grad(f, wrt), wrt, "jacfwd", backend=backend)


def hvp(f: Any = None, wrt: Wrt = 0, *, backend: Backend = None) -> Any:
    """Return a function of arguments and a direction that computes the Hessian of `f` times the direction.

    It goes forward over the gradient, and costs about as much as two gradients. The direction comes last, like the
    argument that `wrt` means (for several, a tuple).

    >>> import numpy as np
    >>> hvp(lambda x: (x**3).sum())(np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    array([  6., 120.])
    """
    if f is None:
        return lambda function: hvp(function, wrt, backend=backend)
    from adjoint.forward_mode import HessianProduct

    return HessianProduct(grad(f, wrt), wrt, "jvp", backend=backend)


def elementwise_grad(f: Any = None, wrt: Wrt = 0, *, backend: Backend = None) -> Any:
    """Return the derivative of a function that acts on each number of an array by itself; also a decorator.

    What it computes is the gradient of the sum of the result.

    >>> import numpy as np
    >>> elementwise_grad(lambda x: x**2)(np.array([1.0, 2.0]))
    array([2., 4.])
    """
    return _transformed(f, wrt, "elementwise", Outcome(), backend)


def stop_gradient(x: T) -> T:
    """Return `x`, through which no derivative passes.

    >>> grad(lambda x: x * stop_gradient(x))(3.0)
    3.0
    """
    return x


def constant(f: T) -> T:
    """Declare, as a decorator, that the derivative of a function is zero: what it returns counts as given.

    >>> @constant
    ... def rounded(x):
    ...     return float(int(x))
    >>> grad(lambda x: x * rounded(x))(2.5)
    2.0
    """
    from adjoint.rules import registry

    registry.constant(f, result="maybe", pure=None)
    return f


def _transformed(f: Any, wrt: Wrt, mode: Any, outcome: Outcome, backend: Backend, kind: Any = Gradient) -> Any:
    if f is None:
        return lambda function: kind(function, wrt, mode, outcome=outcome, backend=backend)
    return kind(f, wrt, mode, outcome=outcome, backend=backend)
