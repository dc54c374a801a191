"""Detail that is kept"""

from collections.abc import Sequence
from functools import reduce
from math import ceil, sqrt

import numpy as np

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.metric import MetricValue, UndefinedError, metric
from sampviz.analysis.metrics._guards import NEGLIGIBLE, require_same_channels, scaled_variation
from sampviz.analysis.reference import IdealSampling, SourceImage
from sampviz.dsp.dtypes import Array
from sampviz.dsp.spectrum import TIE, SpectrumBins, nearest_ring

FINE = 0.5  # of the Nyquist frequency of the coarsest stage: above it lies fine detail
_QUARTERS = ("0-25%", "25-50%", "50-75%", "75-100%")
_LEAST_RINGS = len(_QUARTERS) + 1
_NOTHING_THERE = "the image has nothing there that the output could hold"


@metric("passband", better="nearer 1", parts=_QUARTERS, share=True)
def passband(evaluation: Evaluation) -> MetricValue:
    """Energy kept of what the coarsest stage can hold: the square of the transfer, MTF^2.

    Formula: sum_B |DFT (Op(Px) - Op(0))|^2 / sum_B |DFT b|^2; b: Px on the samples of the output,
    Op(0) is 0 but for a bias. The parts are the same for four rings of |f|, each a quarter of the
    new Nyquist frequency wide.
    Range: 0 or more; 1 keeps all, below 1 blurs, above 1 sharpens or brightens.
    Undefined: for chains that are not linear but for a bias (see detail), and where the image has
    nothing there.
    Known: for a cosine of frequency nu through avg cos^2(pi nu), through blur cos^(2k-2)(pi nu),
    through stride 1, through flc 1 below the new Nyquist frequency and 1/4 on it.
    Source: the definition of the modulation transfer, squared.
    """
    if not evaluation.affine:
        raise UndefinedError("the chain is not linear; see detail")
    _check_baseband(evaluation)
    bins, (rings, ideal_power) = evaluation.ideal.bins, evaluation.ideal.memo(_rings_of_quarters)
    power = _sum_by_ring(rings, bins.power(bins.spectrum(evaluation.baseband_less_zeros)))
    outside = _outside(evaluation.ideal)
    parts = {
        name: float(power[number] / ideal_power[number])
        for number, name in enumerate(_QUARTERS, start=1)
        if ideal_power[number] > NEGLIGIBLE * ideal_power.sum()
    }
    return MetricValue(float(power[:outside].sum() / ideal_power[:outside].sum()), parts)


@metric("highfreq", better="nearer 1", share=True)
def highfreq(evaluation: Evaluation) -> float:
    """Energy in the upper half of the band, wherever it comes from.

    Formula: sum_F |Y|^2 / sum_F |B|^2, F: |f| above half the Nyquist frequency of the coarsest
    stage, and below it along each axis; b: Px on the samples of the output; |DFT|^2 / (HW)^2.
    On that frequency itself samples do not tell the amplitude of a wave.
    Range: 0 or more; what was folded counts too, so stride has more than 1.
    Undefined: where the image has nothing there, or the channels differ.
    Known: for a cosine of frequency nu in F through avg cos^2(pi nu); flc 1.
    Source: the definition.
    """
    require_same_channels(evaluation)
    rings, ideal_power = _fine_detail(evaluation)
    return float(_sum_by_ring(rings, evaluation.power)[1:].sum() / ideal_power.sum())


@metric("detail", better="nearer 1", share=True)
def detail(evaluation: Evaluation) -> float:
    """Energy in the upper half of the band that is still that of the image.

    Formula: sum_r g_r^2 sum_r |B|^2 / sum_F |B|^2 over rings r of F, one bin wide, with
    g_r = Re sum_r Y B* / sum_r |B|^2, not below 0; F and b as for highfreq.
    Range: 0 or more; 1 keeps all, above 1 is not better: a sharpening, or folded energy that
    happens to be in phase with the image. Other noise and folded energy do not count.
    Undefined: where the image has nothing there, or the channels differ.
    Known: for a cosine of frequency nu in F through avg cos^2(pi nu); flc 1.
    Source: the coherent gain of a transfer function that depends on |f| only.
    """
    require_same_channels(evaluation)
    rings, ideal_power = _fine_detail(evaluation)
    cross_power = evaluation.ideal.bins.product(
        evaluation.spectrum, evaluation.ideal.baseband_spectrum
    )
    gains = _sum_by_ring(rings, cross_power)[1:] / np.maximum(ideal_power, np.finfo(float).tiny)
    return float((np.maximum(gains, 0) ** 2 * ideal_power).sum() / ideal_power.sum())


@metric("spectral", better="lower")
def spectral(evaluation: Evaluation) -> float:
    """Mean distance between the radial spectra of image and output, in decades of power.

    Formula: mean over bins of |log10 P_out - log10 P_in|; P: mean of |DFT|^2 / (HW)^2 over rings
    of |f| in cycles per original pixel, 1/min(H, W) wide, from the first to the Nyquist frequency
    of the coarsest stage; powers below 1e-12 of the image's variance count as that. Of a volume
    |f| is that along the axes that the chain changes, 1/M wide, M the second-largest side of them.
    Range: 0 or more. It does not see phases, nor where energy comes from.
    Undefined: where the image is constant.
    Known: an output 10 times as bright: 2; identity: 0.
    Source: the log-spectral distance.
    """
    scaled_variation(evaluation)
    original = evaluation.original
    worked = evaluation.ideal.worked
    side = evaluation.ideal.side(original.size)
    last = int(side / (2 * max(evaluation.coarsest[i] for i in worked)))
    sums, counts, variance = original.memo(_power_by_ring, worked, side)
    sums, counts = sums[1 : last + 1], counts[1 : last + 1]
    least = NEGLIGIBLE * variance
    rings, output_counts = evaluation.ideal.memo(_rings_of_output)
    output_sums = _sum_by_ring(rings, evaluation.power)[1 : last + 1]
    most = min(len(sums), len(output_sums))
    common = np.flatnonzero((counts[:most] > 0) & (output_counts[1 : most + 1] > 0))
    if not len(common):
        raise UndefinedError("the output has no frequency but 0")
    image_power = sums[common] / counts[common]
    output_power = output_sums[common] / output_counts[1:][common]
    logs = [np.log10(np.maximum(power, least)) for power in (image_power, output_power)]
    return float(np.abs(logs[1] - logs[0]).mean())


def _power_by_ring(
    original: SourceImage, worked: tuple[int, ...], side: int
) -> tuple[Array, Array, float]:
    """Return the power of the original in each ring, the number of bins in it, and the variance."""
    bins, steps = original.bins, [1.0] * original.axes
    if original.axes == 2:
        rings = _rings(bins, steps, worked, side)
        return (
            _sum_by_ring(rings, original.power),
            _count_by_ring(rings, bins),
            float(original.power.sum()),
        )
    # Of a volume the spectrum of one channel, slice by slice: it needs no other volume.
    sums, counts = np.zeros((2, _LEAST_RINGS + sum(original.size)))
    for channel in original.array:
        spectrum = bins.spectrum(channel[None])[0]
        for index, plane in enumerate(spectrum):
            rings = np.broadcast_to(_rings(bins, steps, worked, side, index), plane.shape)
            for total, values in ((sums, bins.power(plane[None])), (counts, bins.weights)):
                of_slice = _sum_by_ring(rings, np.broadcast_to(values, plane.shape))
                total[: len(of_slice)] += of_slice
    sums, counts = sums / len(original.array), counts / len(original.array)
    return sums, counts, float(sums.sum())


def _rings_of_output(ideal: IdealSampling) -> tuple[Array, Array]:
    """Return the ring of each bin of the output, and the number of bins in each ring."""
    steps = [float(grid.step) for grid in ideal.grids]
    rings = _rings(ideal.bins, steps, ideal.worked, ideal.side(ideal.original.size))
    return rings, _count_by_ring(rings, ideal.bins)


def _rings(
    bins: SpectrumBins,
    steps: Sequence[float],
    worked: Sequence[int],
    side: int,
    index: int | None = None,
) -> Array:
    """Return the ring of each bin, or of those at one index of the first axis.

    They are numbered by the frequency along the worked axes, and broadcast over the bins.
    """
    across, *others = bins.cycles(steps)
    cycles = [across if index is None else across[index], *others]
    radius = reduce(np.hypot, (cycles[i] for i in worked))
    return nearest_ring(radius * side).astype(np.int32)


def _count_by_ring(rings: Array, bins: SpectrumBins) -> Array:
    """Return the number of bins of the whole spectrum in each ring."""
    return _sum_by_ring(rings, np.broadcast_to(bins.weights, bins.shape))


def _rings_of_quarters(ideal: IdealSampling) -> tuple[Array, Array]:
    """Return the quarter 1 .. 4 of each bin, and the power of the ideal image there.

    The corners of the band are in 5 and above; what is beyond them is in the last.
    """
    rings = np.minimum(np.ceil(ideal.radius * 4 - TIE), _outside(ideal)).astype(np.int32)
    return rings, _sum_by_ring(rings, ideal.baseband_power)


def _outside(ideal: IdealSampling) -> int:
    """Return the ring beyond the corners of the band, which are at 4 sqrt(axes) quarters."""
    return ceil(len(_QUARTERS) * sqrt(len(ideal.grids))) + 1


def _rings_of_fine_detail(ideal: IdealSampling) -> tuple[Array, Array]:
    """Return the ring of each bin, one bin wide, and the ideal power in the rings 1, 2 ..

    0 is the ring of bins that are not fine detail.
    """
    below_nyquist = [
        np.abs(np.fft.fftfreq(grid.size)) * 2 * float(step / grid.step) < 1 - TIE
        if i in ideal.worked
        else np.full(grid.size, True)
        for i, (grid, step) in enumerate(zip(ideal.grids, ideal.coarsest, strict=True))
    ]
    inside = reduce(np.logical_and, ideal.bins.along(*below_nyquist))
    fine = inside & np.isfinite(ideal.radius) & (ideal.radius > FINE + TIE)
    rings = nearest_ring(ideal.radius / 2 * ideal.side(ideal.bins.size))
    rings = np.where(fine, rings + 1, 0).astype(np.int32)
    return rings, _sum_by_ring(rings, ideal.baseband_power)[1:]


def _sum_by_ring(rings: Array, powers: Array) -> Array:
    """Return the sum of the powers in each ring, of at least as many rings as quarters.

    `rings` broadcasts over the bins; of volumes slice by slice, which needs no other volume.
    """
    if powers.ndim < 3:
        return np.bincount(rings.ravel(), powers.ravel(), minlength=_LEAST_RINGS)
    rings = np.broadcast_to(rings, powers.shape)
    total = np.zeros(max(_LEAST_RINGS, int(rings.max()) + 1))
    for slice_rings, slice_powers in zip(rings, powers, strict=True):
        sums = np.bincount(slice_rings.ravel(), slice_powers.ravel())
        total[: len(sums)] += sums
    return total


def _fine_detail(evaluation: Evaluation) -> tuple[Array, Array]:
    """Return `_rings_of_fine_detail`; UndefinedError where the ideal image has nothing there."""
    _check_baseband(evaluation)
    rings, ideal_power = evaluation.ideal.memo(_rings_of_fine_detail)
    if ideal_power.sum() <= NEGLIGIBLE * evaluation.ideal.variance:
        raise UndefinedError(_NOTHING_THERE)
    return rings, ideal_power


def _check_baseband(evaluation: Evaluation) -> None:
    """Raise UndefinedError if the ideal image has nothing but its mean."""
    image_variance = scaled_variation(evaluation) / evaluation.output.size
    if evaluation.ideal.variance <= NEGLIGIBLE * image_variance:
        raise UndefinedError(_NOTHING_THERE)
