"""Rules of `scipy.fft`: cosine and sine transforms, and Fourier transforms, which are those of NumPy.

The matrices of the types 1 and 4 are symmetric but for the ends, those of 2 and 3 are each other's transposes but for
the first (last) row; the orthogonal ones are transposed by their inverse.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import fft

from adjoint.errors import UnsupportedArgument
from adjoint.rules import fourier, late
from adjoint.rules.declare import constant, linear

PARTNER = {1: 1, 2: 3, 3: 2, 4: 4}
# An inverse is the transform of the partner's type with the factor on the other side.
OTHER_SIDE = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}
SETTINGS = ("workers",)


@linear(fft.dct, operands=("x",), ignored=SETTINGS)
def dct(x: Any, type: Any = 2, n: Any = None, axis: Any = -1, norm: Any = None, *, out_bar: Any) -> Any:
    return resized(cosines_back(out_bar, type, axis, norm), np.shape(x)[axis], axis)


@linear(fft.idct, operands=("x",), ignored=SETTINGS)
def idct(x: Any, type: Any = 2, n: Any = None, axis: Any = -1, norm: Any = None, *, out_bar: Any) -> Any:
    return resized(cosines_back(out_bar, PARTNER[type], axis, OTHER_SIDE[norm]), np.shape(x)[axis], axis)


@linear(fft.dst, operands=("x",), ignored=SETTINGS)
def dst(x: Any, type: Any = 2, n: Any = None, axis: Any = -1, norm: Any = None, *, out_bar: Any) -> Any:
    return resized(sines_back(out_bar, type, axis, norm), np.shape(x)[axis], axis)


@linear(fft.idst, operands=("x",), ignored=SETTINGS)
def idst(x: Any, type: Any = 2, n: Any = None, axis: Any = -1, norm: Any = None, *, out_bar: Any) -> Any:
    return resized(sines_back(out_bar, PARTNER[type], axis, OTHER_SIDE[norm]), np.shape(x)[axis], axis)


@linear(fft.dctn, operands=("x",), ignored=SETTINGS)
def dctn(x: Any, type: Any = 2, *, axes: Any = None, norm: Any = None, out_bar: Any) -> Any:
    g = out_bar
    for axis in all_axes(axes, x):
        g = cosines_back(g, type, axis, norm)
    return g


@linear(fft.idctn, operands=("x",), ignored=SETTINGS)
def idctn(x: Any, type: Any = 2, *, axes: Any = None, norm: Any = None, out_bar: Any) -> Any:
    g = out_bar
    for axis in all_axes(axes, x):
        g = cosines_back(g, PARTNER[type], axis, OTHER_SIDE[norm])
    return g


@linear(fft.dstn, operands=("x",), ignored=SETTINGS)
def dstn(x: Any, type: Any = 2, *, axes: Any = None, norm: Any = None, out_bar: Any) -> Any:
    g = out_bar
    for axis in all_axes(axes, x):
        g = sines_back(g, type, axis, norm)
    return g


@linear(fft.idstn, operands=("x",), ignored=SETTINGS)
def idstn(x: Any, type: Any = 2, *, axes: Any = None, norm: Any = None, out_bar: Any) -> Any:
    g = out_bar
    for axis in all_axes(axes, x):
        g = sines_back(g, PARTNER[type], axis, OTHER_SIDE[norm])
    return g


@constant
def all_axes(axes: Any, x: Any) -> tuple[int, ...]:
    """The axes that are transformed."""
    if axes is None:
        return tuple(range(np.ndim(x)))
    return (axes,) if np.ndim(axes) == 0 else tuple(axes)


def cosines_back(g: Any, type: int, axis: int, norm: Any) -> Any:
    """The transpose of a cosine transform."""
    if norm == "ortho":
        return fft.idct(g, type, axis=axis, norm="ortho")
    first, last = ends(g, axis)
    if type == 1:
        back = fft.dct(np.where(first | last, 2 * g, g), 1, axis=axis, norm=norm)
        return np.where(first | last, back / 2, back)
    if type == 2:
        return fft.dct(np.where(first, 2 * g, g), 3, axis=axis, norm=norm)
    if type == 3:
        back = fft.dct(g, 2, axis=axis, norm=norm)
        return np.where(first, back / 2, back)
    return fft.dct(g, 4, axis=axis, norm=norm)


def sines_back(g: Any, type: int, axis: int, norm: Any) -> Any:
    """The transpose of a sine transform."""
    if norm == "ortho":
        return fft.idst(g, type, axis=axis, norm="ortho")
    _, last = ends(g, axis)
    if type == 2:
        return fft.dst(np.where(last, 2 * g, g), 3, axis=axis, norm=norm)
    if type == 3:
        back = fft.dst(g, 2, axis=axis, norm=norm)
        return np.where(last, back / 2, back)
    return fft.dst(g, type, axis=axis, norm=norm)


@constant
def ends(g: Any, axis: int) -> Any:
    """Masks of the first and the last place along an axis."""
    n = np.shape(g)[axis]
    shape = [n if k == axis % np.ndim(g) else 1 for k in range(np.ndim(g))]
    place = np.reshape(np.arange(n), shape)
    return place == 0, place == n - 1


def resized(g: Any, n: int, axis: int) -> Any:
    """The cotangent of an array that was cut or filled with zeros along an axis, which had `n` cells."""
    rows = np.moveaxis(g, axis, 0)
    if np.shape(rows)[0] < n:
        rows = np.concatenate([rows, np.zeros((n - np.shape(rows)[0],) + np.shape(rows)[1:], dtype=g.dtype)])
    return np.moveaxis(rows[:n], 0, axis) + 0.0


@linear(resized, operands=("g",))
def resized_transpose(g: Any, n: Any, axis: Any, *, out_bar: Any) -> Any:
    return resized(out_bar, np.shape(g)[axis], axis)


# Fourier transforms are NumPy's.


@linear(fft.fft, operands=("x",), ignored=SETTINGS)
def fft_back(x: Any, n: Any = None, axis: Any = -1, norm: Any = None, *, out_bar: Any) -> Any:
    return fourier.fft(x, n, axis, norm, out_bar=out_bar)


@linear(fft.ifft, operands=("x",), ignored=SETTINGS)
def ifft_back(x: Any, n: Any = None, axis: Any = -1, norm: Any = None, *, out_bar: Any) -> Any:
    return fourier.ifft(x, n, axis, norm, out_bar=out_bar)


@linear(fft.rfft, operands=("x",), ignored=SETTINGS)
def rfft_back(x: Any, n: Any = None, axis: Any = -1, norm: Any = None, *, out_bar: Any) -> Any:
    return fourier.rfft(x, n, axis, norm, out_bar=out_bar)


@linear(fft.irfft, operands=("x",), ignored=SETTINGS)
def irfft_back(x: Any, n: Any = None, axis: Any = -1, norm: Any = None, *, out_bar: Any) -> Any:
    return fourier.irfft(x, n, axis, norm, out_bar=out_bar)


@linear(fft.hfft, operands=("x",), ignored=SETTINGS)
def hfft_back(x: Any, n: Any = None, axis: Any = -1, norm: Any = None, *, out_bar: Any) -> Any:
    return fourier.hfft(x, n, axis, norm, out_bar=out_bar)


@linear(fft.ihfft, operands=("x",), ignored=SETTINGS)
def ihfft_back(x: Any, n: Any = None, axis: Any = -1, norm: Any = None, *, out_bar: Any) -> Any:
    return fourier.ihfft(x, n, axis, norm, out_bar=out_bar)


@linear(fft.fftn, operands=("x",), ignored=SETTINGS)
def fftn_back(x: Any, s: Any = None, axes: Any = None, norm: Any = None, *, out_bar: Any) -> Any:
    return fourier.fftn(x, s, axes, norm, out_bar=out_bar)


@linear(fft.ifftn, operands=("x",), ignored=SETTINGS)
def ifftn_back(x: Any, s: Any = None, axes: Any = None, norm: Any = None, *, out_bar: Any) -> Any:
    return fourier.ifftn(x, s, axes, norm, out_bar=out_bar)


@linear(fft.rfftn, operands=("x",), ignored=SETTINGS)
def rfftn_back(x: Any, s: Any = None, axes: Any = None, norm: Any = None, *, out_bar: Any) -> Any:
    return fourier.rfftn(x, s, axes, norm, out_bar=out_bar)


@linear(fft.irfftn, operands=("x",), ignored=SETTINGS)
def irfftn_back(x: Any, s: Any = None, axes: Any = None, norm: Any = None, *, out_bar: Any) -> Any:
    return fourier.irfftn(x, s, axes, norm, out_bar=out_bar)


@linear(fft.fft2, operands=("x",), ignored=SETTINGS)
def fft2_back(x: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, *, out_bar: Any) -> Any:
    return fourier.fft2(x, s, axes, norm, out_bar=out_bar)


@linear(fft.ifft2, operands=("x",), ignored=SETTINGS)
def ifft2_back(x: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, *, out_bar: Any) -> Any:
    return fourier.ifft2(x, s, axes, norm, out_bar=out_bar)


@linear(fft.rfft2, operands=("x",), ignored=SETTINGS)
def rfft2_back(x: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, *, out_bar: Any) -> Any:
    return fourier.rfft2(x, s, axes, norm, out_bar=out_bar)


@linear(fft.irfft2, operands=("x",), ignored=SETTINGS)
def irfft2_back(x: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, *, out_bar: Any) -> Any:
    return fourier.irfft2(x, s, axes, norm, out_bar=out_bar)


@linear(fft.fftshift, operands=("x",))
def fftshift_back(x: Any, axes: Any = None, *, out_bar: Any) -> Any:
    return fft.ifftshift(out_bar, axes)


@linear(fft.ifftshift, operands=("x",))
def ifftshift_back(x: Any, axes: Any = None, *, out_bar: Any) -> Any:
    return fft.fftshift(out_bar, axes)


# A transform with logarithms of places


@linear(fft.fht, operands=("a",))
def fht(a: Any, dln: Any, mu: Any, offset: Any = 0.0, bias: Any = 0.0, *, out_bar: Any) -> Any:
    if bias != 0:
        raise UnsupportedArgument("fft.fht with a bias has no derivative rule; multiply by its power yourself")
    return fft.fht(out_bar, dln, mu, offset)


@linear(fft.ifht, operands=("A",))
def ifht(A: Any, dln: Any, mu: Any, offset: Any = 0.0, bias: Any = 0.0, *, out_bar: Any) -> Any:
    if bias != 0:
        raise UnsupportedArgument("fft.ifht with a bias has no derivative rule; multiply by its power yourself")
    return fft.ifht(out_bar, dln, mu, offset)


constant(fft.next_fast_len, fft.prev_fast_len, fft.fhtoffset, fft.get_workers, fft.fftfreq, fft.rfftfreq)


# Of several axes: the transforms of conjugates, the other way round


@constant
def other_norm(norm: Any) -> Any:
    """The norm of the transform back."""
    return {"forward": "backward", "ortho": "ortho"}.get(norm, "forward")


def hfftn(x: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    """`scipy.fft.hfftn`"""
    return fft.irfftn(np.conj(x), s, axes, other_norm(norm))


def ihfftn(x: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    """`scipy.fft.ihfftn`"""
    return np.conj(fft.rfftn(x, s, axes, other_norm(norm)))


def hfft2(x: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    """`scipy.fft.hfft2`"""
    return hfftn(x, s, axes, norm)


def ihfft2(x: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    """`scipy.fft.ihfft2`"""
    return ihfftn(x, s, axes, norm)


late.WRITTEN.update({fft.hfft2: hfft2, fft.hfftn: hfftn, fft.ihfft2: ihfft2, fft.ihfftn: ihfftn})
late.refuse(
    fft,
    {
        "register_backend set_backend set_global_backend set_workers skip_backend": (
            "it chooses who computes, and no numbers: do that outside the function"
        )
    },
)
