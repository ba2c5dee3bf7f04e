"""Fourier transforms: linear, with a matrix that is symmetric, so that each is nearly its own transpose.

    np.fft.fft(a)        a_bar = fft(out_bar), cut or filled up with zeros to the length of a
    np.fft.rfft(a)       the same, the frequencies that were left out being zero
    np.fft.irfft(a)      each frequency but the first and the last stands for two, and takes the conjugate

A transform of real data gives a real array its cotangent's real part. `norm` scales both ways alike.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.rules.declare import linear

# What scales in one direction as the other does in the opposite one
OPPOSITE: dict[Any, Any] = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}

# One axis


@linear(np.fft.fft, operands=("a",))
def fft(a: Any, n: Any = None, axis: Any = -1, norm: Any = None, *, out_bar: Any) -> Any:
    return fitted(np.fft.fft(out_bar, axis=axis, norm=norm), a)


@linear(np.fft.ifft, operands=("a",))
def ifft(a: Any, n: Any = None, axis: Any = -1, norm: Any = None, *, out_bar: Any) -> Any:
    return fitted(np.fft.ifft(out_bar, axis=axis, norm=norm), a)


@linear(np.fft.rfft, operands=("a",))
def rfft(a: Any, n: Any = None, axis: Any = -1, norm: Any = None, *, out_bar: Any) -> Any:
    length = a.shape[axis] if n is None else n
    return fitted(np.real(np.fft.fft(out_bar, length, axis, norm)), a)


@linear(np.fft.irfft, operands=("a",))
def irfft(a: Any, n: Any = None, axis: Any = -1, norm: Any = None, *, out_bar: Any) -> Any:
    return like_operand(fitted(np.conj(halves(out_bar, axis, norm)), a), a)


@linear(np.fft.hfft, operands=("a",))
def hfft(a: Any, n: Any = None, axis: Any = -1, norm: Any = None, *, out_bar: Any) -> Any:
    return like_operand(fitted(halves(out_bar, axis, OPPOSITE[norm]), a), a)


@linear(np.fft.ihfft, operands=("a",))
def ihfft(a: Any, n: Any = None, axis: Any = -1, norm: Any = None, *, out_bar: Any) -> Any:
    length = a.shape[axis] if n is None else n
    return fitted(np.real(np.fft.fft(np.conj(out_bar), length, axis, OPPOSITE[norm])), a)


def halves(g: Any, axis: int, norm: Any) -> Any:
    """The frequencies of a real cotangent, those twice that stand for two."""
    n = g.shape[axis]
    k = np.moveaxis(np.fft.rfft(g, n, axis, OPPOSITE[norm]), axis, -1)
    place = np.arange(k.shape[-1])
    twice = ((place > 0) & (2 * place != n)).astype(g.dtype)
    return np.moveaxis(k * (1 + twice), -1, axis)


def like_operand(g: Any, a: Any) -> Any:
    """The real part, for a real array."""
    return g if np.iscomplexobj(a) else np.real(g) + 0.0


def fitted(g: Any, a: Any) -> Any:
    """Cut off what lies beyond the shape of `a`, and fill up with zeros what lacks.

    >>> fitted(np.array([1.0, 2.0, 3.0]), np.zeros(2)), fitted(np.array([1.0]), np.zeros(2))
    (array([1., 2.]), array([1., 0.]))
    """
    inside = g[tuple([slice(n) for n in np.shape(a)])]
    if inside.shape == np.shape(a):
        return np.array(inside)
    return np.pad(inside, [(0, n - m) for n, m in zip(np.shape(a), inside.shape, strict=True)])


@linear(fitted, operands=("g",), shaped=("a",))
def fitted_again(g: Any, a: Any, *, out_bar: Any) -> Any:
    return fitted(out_bar, g)


# Several axes


@linear(np.fft.fftn, operands=("a",))
def fftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, *, out_bar: Any) -> Any:
    return fitted(np.fft.fftn(out_bar, axes=axes_of(a, s, axes), norm=norm), a)


@linear(np.fft.ifftn, operands=("a",))
def ifftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, *, out_bar: Any) -> Any:
    return fitted(np.fft.ifftn(out_bar, axes=axes_of(a, s, axes), norm=norm), a)


@linear(np.fft.rfftn, operands=("a",))
def rfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, *, out_bar: Any) -> Any:
    along = axes_of(a, s, axes)
    length = a.shape[along[-1]] if s is None else s[-1]
    whole = np.fft.fft(out_bar, length, along[-1], norm)
    return fitted(np.real(np.fft.fftn(whole, axes=along[:-1], norm=norm)), a)


@linear(np.fft.irfftn, operands=("a",))
def irfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, *, out_bar: Any) -> Any:
    along = axes_of(a, s, axes)
    frequencies = np.conj(halves(out_bar, along[-1], norm))
    return like_operand(fitted(np.fft.ifftn(frequencies, axes=along[:-1], norm=norm), a), a)


@linear(np.fft.fft2, operands=("a",))
def fft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, *, out_bar: Any) -> Any:
    return fftn(a, s, axes, norm, out_bar=out_bar)


@linear(np.fft.ifft2, operands=("a",))
def ifft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, *, out_bar: Any) -> Any:
    return ifftn(a, s, axes, norm, out_bar=out_bar)


@linear(np.fft.rfft2, operands=("a",))
def rfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, *, out_bar: Any) -> Any:
    return rfftn(a, s, axes, norm, out_bar=out_bar)


@linear(np.fft.irfft2, operands=("a",))
def irfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, *, out_bar: Any) -> Any:
    return irfftn(a, s, axes, norm, out_bar=out_bar)


def axes_of(a: Any, s: Any, axes: Any) -> tuple[int, ...]:
    """The axes that a transform goes along: all of them, or as many of the last as it has lengths.

    >>> axes_of(np.zeros((2, 3, 4)), (8, 8), None)
    (1, 2)
    """
    if axes is not None:
        return tuple(axes)
    return tuple(range(a.ndim - (a.ndim if s is None else len(s)), a.ndim))


# Half of the cells moved to the other side


@linear(np.fft.fftshift, operands=("x",))
def fftshift(x: Any, axes: Any = None, *, out_bar: Any) -> Any:
    return np.fft.ifftshift(out_bar, axes)


@linear(np.fft.ifftshift, operands=("x",))
def ifftshift(x: Any, axes: Any = None, *, out_bar: Any) -> Any:
    return np.fft.fftshift(out_bar, axes)
