"""What a coarser grid can hold: the ideal low-pass, and its samples at any places.

An image is taken as periodic and as the sum of its Fourier waves, so it has a value between the
pixels too. All functions act on the last axes.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from sampviz.arrays import Array
from sampviz.arrays.grid import Grid, Grids
from sampviz.arrays.window import on_axis

Steps = Sequence[Fraction]


def frequencies(n: int) -> Array:
    """Return the signed frequencies of the DFT of n samples, in cycles per n samples."""
    return np.asarray((np.arange(n) + n // 2) % n - n // 2)


def held(n: int, step: Fraction) -> Array:
    """Say which frequencies of n samples a grid of that step can hold: |k| <= n / (2 step).

    The new Nyquist frequency is among them.
    """
    return np.asarray(2 * step.numerator * np.abs(frequencies(n)) <= n * step.denominator)


def low_pass(x: Array, steps: Steps) -> Array:
    """Keep the frequencies that a grid of these steps can hold, an axis each; the dtype stays."""
    from scipy.fft import fft, ifft

    for axis, step in zip(range(-len(steps), 0), steps, strict=True):
        if step > 1:
            gains = on_axis(held(x.shape[axis], step).astype(x.real.dtype), axis)
            kept = ifft(fft(x, axis=axis) * gains, axis=axis)
            x = kept if x.dtype.kind == "c" else kept.real
    return x


def ideal(x: Array, grids: Grids, nyquist: float = 1.0) -> Array:
    """Return the samples at `grids` of what they can hold of x: the alias-free smaller image.

    Waves at the new Nyquist frequency count `nyquist` times: 1 takes them as they are, 1/2 is the
    mean over both signs, as the k-space crop of a real image has it. A finer grid gives the
    values between the pixels.
    """
    for axis, grid in zip(range(-len(grids), 0), grids, strict=True):
        x = _sampled(x, axis, grid, nyquist)
    return x


def moved(x: Array, places: Sequence[float]) -> Array:
    """Return x at indices m + place, an axis each; the Nyquist wave is multiplied by cos(pi place).

    It takes a periodic image back to where it was before it moved by `place` samples.
    """
    for axis, place in zip(range(-len(places), 0), places, strict=True):
        grid = Grid(x.shape[axis], Fraction(1), Fraction(place).limit_denominator(10**6))
        x = _sampled(x, axis, grid, 1.0)
    return x


def _sampled(x: Array, axis: int, grid: Grid, nyquist: float) -> Array:
    n, step = x.shape[axis], grid.step
    if grid == Grid(n):
        return x
    from scipy.fft import fft, ifft

    top = n / max(step, Fraction(1)) / 2  # the highest frequency that both grids hold
    k = np.arange(-int(top), int(top) + 1)
    # A finer grid splits the Nyquist bin of an even side between both signs.
    gains = np.where(np.abs(k) == top, nyquist if step > 1 else 0.5, 1.0)
    waves = gains * np.exp(2j * np.pi * float(grid.delta) / n * k) / n
    spectrum = fft(np.moveaxis(x, axis, -1)).take(k % n, -1)
    spectrum = spectrum * waves.astype(spectrum.dtype)
    if grid.size * step == n:
        bins = np.zeros((*spectrum.shape[:-1], grid.size), spectrum.dtype)
        bins[..., k[: grid.size]] = spectrum[..., : grid.size]
        if len(k) > grid.size:  # both signs of the Nyquist frequency fall into one bin
            bins[..., k[-1] % grid.size] += spectrum[..., -1]
        out = ifft(bins, norm="forward")
    else:
        out = _chirp(spectrum, int(top), float(step) / n, grid.size)
    kept = out if x.dtype.kind == "c" else out.real
    return np.moveaxis(kept, -1, axis).astype(x.dtype, copy=False)


def _chirp(spectrum: Array, top: int, turn: float, count: int) -> Array:
    """Return sum over k = -top .. top of spectrum[k] exp(2 pi i turn k m), m = 0 .. count - 1.

    Bluestein's way: k m = (k^2 + m^2 - (m - k)^2) / 2 makes a convolution of it, for any turn.
    """
    from scipy.fft import fft, ifft, next_fast_len

    k, m = np.arange(-top, top + 1), np.arange(count)
    between = np.arange(-top, count + top)  # all of m - k
    length = next_fast_len(len(between) + len(k) - 1)
    left = fft(spectrum * np.exp(1j * np.pi * turn * k**2), length)
    right = fft(np.exp(-1j * np.pi * turn * between**2), length)
    summed = ifft(left * right)[..., 2 * top : 2 * top + count]
    return np.asarray(summed * np.exp(1j * np.pi * turn * m**2))
