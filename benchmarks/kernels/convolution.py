"""A convolution of many channels: one slice of the image for each place of the result."""

from __future__ import annotations

import numpy as np

from .kernel import Kernel, jax_over


def convolution(image, weights, bias):
    """NPBench's conv2d_bias; image: (batch, rows, columns, channels), weights: (k, k, channels, results)."""
    k = weights.shape[0]
    batch, rows, columns = image.shape[0], image.shape[1] - k + 1, image.shape[2] - k + 1
    out = np.empty((batch, rows, columns, weights.shape[3]))
    for i in range(rows):
        for j in range(columns):
            window = image[:, i : i + k, j : j + k, :, np.newaxis]
            out[:, i, j, :] = np.sum(window * weights[np.newaxis, :, :, :, :], axis=(1, 2, 3))
    return out + bias


def convolution_loss(image, weights, bias, seed):
    return np.sum(seed * convolution(image, weights, bias))


def convolution_loops(image, weights, bias, seed):
    k, channels, results = weights.shape[0], weights.shape[2], weights.shape[3]
    batch, rows, columns = image.shape[0], image.shape[1] - k + 1, image.shape[2] - k + 1
    total = 0.0
    out = np.empty(results)
    for b in range(batch):
        for i in range(rows):
            for j in range(columns):
                for r in range(results):
                    out[r] = bias[r]
                for p in range(k):
                    for q in range(k):
                        for c in range(channels):
                            x = image[b, i + p, j + q, c]
                            for r in range(results):
                                out[r] += x * weights[p, q, c, r]
                for r in range(results):
                    total += seed[b, i, j, r] * out[r]
    return total


def convolution_by_hand(image, weights, bias, seed):
    k, channels, results = weights.shape[0], weights.shape[2], weights.shape[3]
    batch, rows, columns = seed.shape[0], seed.shape[1], seed.shape[2]
    total = 0.0
    image_bar, weights_bar, bias_bar = np.zeros_like(image), np.zeros_like(weights), np.zeros_like(bias)
    for b in range(batch):
        for i in range(rows):
            for j in range(columns):
                for r in range(results):
                    bias_bar[r] += seed[b, i, j, r]
                for p in range(k):
                    for q in range(k):
                        for c in range(channels):
                            x = image[b, i + p, j + q, c]
                            s = 0.0
                            for r in range(results):
                                g = seed[b, i, j, r]
                                s += g * weights[p, q, c, r]
                                weights_bar[p, q, c, r] += g * x
                            total += x * s
                            image_bar[b, i + p, j + q, c] += s
    return total + np.sum(bias * bias_bar), image_bar, weights_bar, bias_bar


def convolution_over(np):
    """One slice of the image for each entry of the window, and a matrix product."""

    def loss(image, weights, bias, seed):
        k, rows, columns = weights.shape[0], seed.shape[1], seed.shape[2]
        out = bias
        for p in range(k):
            for q in range(k):
                out = out + image[:, p : p + rows, q : q + columns, :] @ weights[p, q]
        return np.sum(seed * out)

    return loss


def convolution_algebra():
    import jax.numpy as jnp
    from jax import lax

    def loss(image, weights, bias, seed):
        layout = ("NHWC", "HWIO", "NHWC")
        out = lax.conv_general_dilated(image, weights, (1, 1), "VALID", dimension_numbers=layout)
        return jnp.sum(seed * (out + bias))

    return loss


def convolution_torch(torch):
    def loss(image, weights, bias, seed):
        out = torch.nn.functional.conv2d(image.permute(0, 3, 1, 2), weights.permute(3, 2, 0, 1), bias)
        return torch.sum(seed * out.permute(0, 2, 3, 1))

    return loss


def convolution_inputs(rng, batch, channels, results, k, n):
    return (
        rng.normal(size=(batch, n, n, channels)),
        rng.normal(size=(k, k, channels, results)),
        rng.normal(size=results),
        rng.normal(size=(batch, n - k + 1, n - k + 1, results)),
    )


KERNELS = [
    Kernel(
        "convolution",
        "loops",
        convolution_loss,
        ("image", "weights", "bias"),
        convolution_inputs,
        {
            "tiny": {"batch": 2, "channels": 2, "results": 2, "k": 2, "n": 4},
            "S": {"batch": 8, "channels": 3, "results": 16, "k": 2, "n": 32},
            "M": {"batch": 8, "channels": 3, "results": 8, "k": 5, "n": 64},
        },
        loops=convolution_loops,
        by_hand=convolution_by_hand,
        jax=jax_over(convolution_over),
        jax_algebra=convolution_algebra,
        over=convolution_over,
        torch=convolution_torch,
    ),
]
