"""Power spectra of volumes: over all axes, or along some of them in the mean over the others."""

from collections.abc import Sequence
from functools import reduce
from math import pi, prod

import numpy as np

from sampviz.dsp.dtypes import Array, power_of_two
from sampviz.dsp.sliding_window import on_axis
from sampviz.dsp.spectrum import ROUNDING, RadialPower, nearest_ring


def volume_power(
    stack: Array, pitch: Sequence[float], width: float, axes: Sequence[int]
) -> RadialPower:
    """Return the radial power spectrum along some axes of a volume, the mean over the channels.

    Power is the sum of abs(DFT)**2 / (D H W)**2 over the frequencies of the other axes, which is
    the mean over their places of the power along these, less the mean of the volume: so all bins
    add up to the variance of the volume, whatever the axes. Without other axes DC is not counted.

    Parameters
    ----------
    stack : Array, shape (C, D, H, W)
        Real or complex numbers.
    pitch : sequence of float
        Distance between slices, rows and columns, e.g. in voxels of the original or in mm.
    width : float
        Width of a bin, in cycles per unit of `pitch`; bin b holds the frequencies nearest to
        b width.
    axes : sequence of int
        Some of 0, 1, 2.

    Returns
    -------
    RadialPower
        The power of each bin.
    """
    turned = np.moveaxis(stack, [1 + axis for axis in axes], range(-len(axes), 0))
    bins = _bins([stack.shape[1 + axis] for axis in axes], [pitch[axis] for axis in axes], width)
    counted = np.ones(bins.size)
    counted[0] = len(axes) < 3
    count = np.bincount(bins.ravel(), counted)
    filled = np.flatnonzero(count)
    if not np.isfinite(stack).all():
        nothing = np.full(len(filled), np.nan)
        return RadialPower(filled * width, nothing, count[filled], np.nan)
    total, variance = np.zeros(count.shape), 0.0
    for volume in turned:
        blocks = volume if len(axes) < 3 else volume[None]
        first = volume[(0,) * 3].astype(np.result_type(volume, np.float64))
        mean = np.mean([(block - first).mean() for block in blocks])
        for block in blocks:
            # Of a constant nothing is left, not even rounding.
            x = block - first - mean
            variance += float((np.abs(x) ** 2).mean()) / len(blocks) / len(turned)
            total += _power(x, bins, len(count)) / len(blocks) / len(turned)
    radial = RadialPower(filled * width, total[filled], count[filled], variance)
    assert not radial.parseval > ROUNDING, "the power of all bins is not the variance"
    return radial


def amplitude_in_planes(stack: Array) -> Array:
    """Return the centred amplitude spectrum of the planes of a volume, the root of the mean power.

    Power is the mean over planes and channels of that of each plane less the mean of the volume,
    which is the power of the volume summed over the frequencies across the planes.

    Parameters
    ----------
    stack : Array, shape (C, N, H, W)
        Real or complex numbers; N planes.

    Returns
    -------
    Array, shape (H, W)
        As of `sampviz.dsp.spectrum.amplitude`; all NaN if any value is NaN or infinite.
    """
    from scipy.fft import fft2

    scale = stack.real.dtype.type(power_of_two(stack))
    total = np.zeros(stack.shape[2:])
    with np.errstate(invalid="ignore"):  # infinities, which give NaN
        for volume in stack:
            double = np.result_type(stack, np.float64)
            mean = np.mean([(plane / scale).mean(dtype=double) for plane in volume])
            for plane in volume:
                spectrum = fft2(plane / scale - mean.astype(stack.dtype), norm="forward")
                total += np.abs(spectrum).astype(np.float64) ** 2 / len(volume) / len(stack)
    return np.asarray(np.sqrt(np.fft.fftshift(total)) * scale, stack.real.dtype)


def coverage(radial: RadialPower, extent: Sequence[float], width: float) -> Array:
    """Return what part of a full shell of frequencies the spectrum of a volume holds.

    It is 1 up to the smallest of the Nyquist frequencies; beyond it there are waves along some
    axes only.

    Parameters
    ----------
    radial : RadialPower
        Of all axes.
    extent : sequence of float
        Length of the volume along each axis, in the unit of its pitch.
    width : float
        Width of a bin.

    Returns
    -------
    Array, shape (K,)
        About 0..1.
    """
    outer, inner = radial.frequency + width / 2, np.maximum(radial.frequency - width / 2, 0)
    return np.asarray(radial.count / (4 * pi / 3 * (outer**3 - inner**3) * prod(extent)))


def _bins(size: Sequence[int], pitch: Sequence[float], width: float) -> Array:
    squares = (np.fft.fftfreq(n, step) ** 2 for n, step in zip(size, pitch, strict=True))
    shaped = [on_axis(each, axis) for axis, each in zip(range(-len(size), 0), squares, strict=True)]
    return nearest_ring(np.sqrt(reduce(np.add, shaped)) / width).astype(np.int32)


def _power(x: Array, bins: Array, count: int) -> Array:
    """Return the power in each bin, in the mean over the axes before those of the bins."""
    from scipy.fft import fftn

    axes = bins.ndim
    spectrum = fftn(x, axes=range(-axes, 0), norm="forward", overwrite_x=True)
    if axes < 3:
        power = (np.abs(spectrum) ** 2).reshape(-1, *bins.shape).mean(axis=0)
        return np.bincount(bins.ravel(), power.ravel(), count)
    total = np.zeros(count)
    for plane, plane_bins in zip(spectrum, bins, strict=True):  # a plane at a time: less memory
        total += np.bincount(plane_bins.ravel(), np.abs(plane).ravel() ** 2, count)
    return total
