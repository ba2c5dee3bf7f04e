"""Views that change, by every function that makes one: given by position, by name, as a method; in both modes."""

from __future__ import annotations

import linecache
from typing import Any

import numpy as np
import pytest

import adjoint
from adjoint import grad, jvp

X = np.array([0.7, -1.2, 1.9, 0.4])
VIEWS = """
np.ravel(a=y)
np.reshape(a=y, shape=(4,))
np.asarray(a=y)
np.asanyarray(a=y)
np.asarray(y, copy=True)
np.asarray(y, copy=False)
np.asarray(y, float, copy=None)
np.asanyarray(y, copy=False)
np.reshape(y, (2, 2), copy=True)[0]
np.reshape(y, (2, 2), copy=False)[0]
y.reshape(2, 2, copy=False)[0]
y.reshape((2, 2), copy=True)[0]
np.meshgrid(y, y, copy=False, sparse=True)[0][0]
np.meshgrid(y, y)[0][0]
np.meshgrid(y, copy=False)[0]
np.meshgrid(y, copy=False, sparse=True)[0]
np.array(y, copy=False)
np.array(object=y, copy=None)
np.array(object=y)
np.array(y, copy=False, ndmin=2)[0]
np.ascontiguousarray(a=y)
np.moveaxis(a=y, source=0, destination=0)
np.rollaxis(a=y, axis=0)
np.broadcast_to(array=y, shape=(4,))
np.squeeze(a=y)
np.squeeze(a=y, axis=None)
np.swapaxes(a=y, axis1=0, axis2=0)
np.transpose(a=y, axes=(0,))
np.permute_dims(a=y, axes=(0,))
np.expand_dims(a=y, axis=0)[0]
np.split(ary=y, indices_or_sections=1)[0]
np.array_split(ary=y, indices_or_sections=1)[0]
np.hsplit(ary=y, indices_or_sections=1)[0]
np.flip(m=y)
np.flip(m=y, axis=0)
np.fliplr(m=y.reshape(1, 4))[0]
np.rot90(m=y.reshape(2, 2)).ravel()
np.real(val=y)
np.real_if_close(a=y)
np.require(a=y)
np.astype(y, float, copy=False)
np.lib.stride_tricks.sliding_window_view(x=y, window_shape=4)[0]
np.trim_zeros(y)
np.ix_(y)[0]
np.copy(a=y)
np.sort(a=y)
np.clip(a=y, a_min=-1.0, a_max=1.0)
y.view()
y.squeeze()
y.swapaxes(0, 0)
y.transpose()
y.reshape(4, order="C")
y.astype(dtype=float, copy=False)
"""
STORES = ("z[0] = y[1] * y[2]", "y[0] = y[1] * y[2]")


def program(view: str, store: str) -> Any:
    source = f"def f(x):\n    y = x * 1.0\n    z = {view}\n    {store}\n    return np.sum(y * y * y) + np.sum(z * z)\n"
    filename = f"<{view}; {store}>"
    linecache.cache[filename] = (1, None, source.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {"np": np}
    exec(compile(source, filename, "exec"), namespace)
    return namespace["f"]


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("view", VIEWS.split("\n")[1:-1])
def test_the_derivative_is_right_or_refused(view: str, store: str) -> None:
    if not hasattr(np, view.partition(".")[2].partition("(")[0].partition(".")[0]) and view.startswith("np."):
        pytest.skip("a newer NumPy has it")
    f, step = program(view, store), 1e-5
    try:
        wanted = np.array([(f(X + step * e) - f(X - step * e)) / (2 * step) for e in np.eye(4)])
    except (ValueError, TypeError):
        pytest.skip("a view that cannot be written into, or a name that an older NumPy has not")
    for derivative in (lambda: grad(f)(X), lambda: np.array([jvp(f)(X, e)[1] for e in np.eye(4)])):
        try:
            found = derivative()
        except adjoint.UnsupportedMutation:
            assert view in ALIKE
        else:
            np.testing.assert_allclose(found, wanted, rtol=1e-7)


# Of which only the run can tell whether they are views.
ALIKE = ("np.real_if_close(a=y)", "np.trim_zeros(y)", "np.ix_(y)[0]")
