"""Plain, slow versions of the operations, written from their definitions with loops."""

import numpy as np


def low_pass(x: np.ndarray, n: int, m: int) -> np.ndarray:
    """Sum the DFT over the frequencies -floor(n/2) .. ceil(n/2)-1 at n places; the real part."""
    h, w = x.shape
    total = np.zeros((n, m), complex)
    for k in range(-(n // 2), (n + 1) // 2):
        for l in range(-(m // 2), (m + 1) // 2):  # noqa: E741 - the letter of the formula
            i, j = np.arange(h)[:, None], np.arange(w)[None, :]
            value = (x * np.exp(-2j * np.pi * (k * i / h + l * j / w))).sum() / (h * w)
            i, j = np.arange(n)[:, None], np.arange(m)[None, :]
            total += value * np.exp(2j * np.pi * (k * i / n + l * j / m))
    return total.real


def dpp(x: np.ndarray, lam: float, alpha: float, *, sym: bool) -> np.ndarray:
    """Detail-preserving pooling (lite), a window at a time; an odd side is repeated once."""
    h, w = x.shape
    out = np.zeros((-(-h // 2), -(-w // 2)))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            window = [
                x[min(2 * i + a, h - 1), min(2 * j + b, w - 1)] for a in (0, 1) for b in (0, 1)
            ]
            mean = sum(window) / 4
            apart = [v - mean if sym else max(v - mean, 0) for v in window]
            q = [d * d + 1e-3 for d in apart]
            weights = [(each / (sum(q) / 4)) ** (lam / 2) + alpha for each in q]
            out[i, j] = sum(v * g for v, g in zip(window, weights, strict=True)) / sum(weights)
    return out
