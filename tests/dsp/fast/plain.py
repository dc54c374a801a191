"""The plain version of every fast technique: slow, short, and written from the definition.

Planes are H x W; everything is computed in float64, window by window.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from sampviz.dsp.dtypes import Array

MODES = {"zero": "constant", "reflect": "reflect", "edge": "edge"}


def windows(
    x: Array, k: int, s: int, before: int, counts: tuple[int, int], **padding: Any
) -> list[list[Array]]:
    """Return the k x k window at every place, of an image that is padded wide enough."""
    wide = np.pad(x.astype(float), ((before, k * s), (before, k * s)), **padding)
    return [
        [wide[s * i : s * i + k, s * j : s * j + k] for j in range(counts[1])]
        for i in range(counts[0])
    ]


def each(function: Callable[[Array], float], found: list[list[Array]]) -> Array:
    return np.array([[function(window) for window in row] for row in found])


def extremes(x: Array, largest: bool, k: int, s: int, p: int, counts: tuple[int, int]) -> Array:
    never = -np.inf if largest else np.inf
    found = windows(x, k, s, p, counts, mode="constant", constant_values=never)
    return each(np.max if largest else np.min, found)


def correlate(x: Array, kernel: Array, s: int, p: int, counts: tuple[int, int], mode: str) -> Array:
    found = windows(x, len(kernel), s, p, counts, mode=MODES[mode])
    with np.errstate(invalid="ignore"):
        return each(lambda window: float((window * kernel)[kernel != 0].sum()), found)


def blurred(x: Array, k: int) -> Array:
    taps = np.ones(1)
    for _ in range(k - 1):
        taps = np.convolve(taps, [0.5, 0.5])
    h, w = x.shape
    before, after = (k - 1) // 2, k // 2
    wide = np.pad(x.astype(float), ((before, after), (before, after)), mode="reflect")
    kernel = np.outer(taps, taps)
    return np.array(
        [
            [(wide[i : i + k, j : j + k] * kernel).sum() for j in range(0, w, 2)]
            for i in range(0, h, 2)
        ]
    )


def block_means(x: Array, fh: int, fw: int) -> Array:
    h, w = len(x) // fh, x.shape[1] // fw
    return np.array(
        [
            [x[i * fh : (i + 1) * fh, j * fw : (j + 1) * fw].mean() for j in range(w)]
            for i in range(h)
        ]
    )


def interpolated(x: Array, fh: int, fw: int) -> Array:
    """Straight lines between the samples, at half-pixel places, the edge repeated."""

    def along(line: Array, f: int) -> Array:
        places = (np.arange(f * len(line)) + 0.5) / f - 0.5
        return np.interp(places, np.arange(len(line)), line)

    rows = np.array([along(line, fw) for line in x.astype(float)])
    return np.array([along(line, fh) for line in rows.T]).T


def low_frequencies(
    x: Array, n: int, m: int, down: Array | None = None, across: Array | None = None
) -> Array:
    """The sum of the waves that are kept, the real part, gains by |frequency|."""
    h, w = x.shape
    spectrum = np.fft.fft2(x.astype(float)) / (h * w)
    i, j = np.arange(n)[:, None], np.arange(m)[None, :]
    out = np.zeros((n, m), complex)
    for u in range(-(n // 2), n - n // 2):
        for v in range(-(m // 2), m - m // 2):
            gain = 1.0 if down is None or across is None else down[abs(u)] * across[abs(v)]
            out += gain * spectrum[u, v] * np.exp(2j * np.pi * (u * i / n + v * j / m))
    return out.real


def scattered(x: Array, kernel: Array) -> Array:
    k = len(kernel)
    h, w = x.shape
    out = np.zeros((2 * (h - 1) + k, 2 * (w - 1) + k))
    for i in range(h):
        for j in range(w):
            out[2 * i : 2 * i + k, 2 * j : 2 * j + k] += x[i, j] * kernel
    return out


def detail(x: Array, lam: float, alpha: float, sym: bool, epsilon: float) -> Array:
    h, w = x.shape
    wide = np.pad(x.astype(float), ((0, h % 2), (0, w % 2)), mode="edge")

    def weighted(window: Array) -> float:
        difference = window - window.mean()
        q = (difference if sym else np.maximum(difference, 0)) ** 2 + epsilon
        weight = (q / q.mean()) ** (lam / 2) + alpha
        return float((weight * window).sum() / weight.sum())

    return np.array(
        [[weighted(wide[i : i + 2, j : j + 2]) for j in range(0, w, 2)] for i in range(0, h, 2)]
    )
