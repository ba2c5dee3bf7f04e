"""PyTorch under NumPy's names, as far as the kernels use them."""

from __future__ import annotations

from typing import Any

import torch


class Names:
    linalg = torch.linalg
    tril, triu, exp, log, sqrt, tanh = torch.tril, torch.triu, torch.exp, torch.log, torch.sqrt, torch.tanh

    @staticmethod
    def maximum(a: Any, b: float) -> Any:
        return torch.clamp(a, min=b)

    @staticmethod
    def max(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return torch.amax(a, dim=tuple(range(a.ndim)) if axis is None else axis, keepdim=keepdims)

    @staticmethod
    def sum(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return torch.sum(a) if axis is None else torch.sum(a, dim=axis, keepdim=keepdims)

    @staticmethod
    def swapaxes(a: Any, first: int, second: int) -> Any:
        return torch.swapaxes(a, first, second)
