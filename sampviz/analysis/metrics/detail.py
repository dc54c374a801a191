"""Detail that is kept"""

from collections.abc import Sequence

import numpy as np

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.metric import MetricValue, UndefinedError, metric
from sampviz.analysis.metrics._guards import NEGLIGIBLE, require, same_channels
from sampviz.analysis.reference import IdealSampling, SourceImage
from sampviz.dsp.dtypes import Array
from sampviz.dsp.spectrum import SpectrumBins

FINE = 0.5  # of the Nyquist frequency of the coarsest stage: above it lies fine detail
_BEYOND = 7  # the ring of what lies beyond the corners
_QUARTERS = ("0-25%", "25-50%", "50-75%", "75-100%")
_NOTHING = "the image has nothing there that the output could hold"


@metric("passband", better="nearer 1", parts=_QUARTERS)
def passband(trial: Evaluation) -> MetricValue:
    """Energy kept of what the coarsest stage can hold: the square of the transfer, MTF^2.

    Formula: sum_B |DFT Op(Px)|^2 / sum_B |DFT b|^2; b: Px on the samples of the output. The
    parts are the same for four rings of |f|, each a quarter of the new Nyquist frequency wide.
    Range: 0 or more; 1 keeps all, below 1 blurs, above 1 sharpens or brightens.
    Undefined: for chains that are not linear (see detail), and where the image has nothing there.
    Known: for a cosine of frequency nu through avg cos^2(pi nu), through blur cos^(2k-2)(pi nu),
    through stride 1, through flc 1 below the new Nyquist frequency and 1/4 on it.
    Source: the definition of the modulation transfer, squared.
    """
    if not trial.linear:
        raise UndefinedError("the chain is not linear; see detail")
    _check_baseband(trial)
    bins, (rings, whole) = trial.ideal.bins, trial.ideal.kept(_quarters)
    came = _sums(rings, bins.power(bins.spectrum(trial.baseband)))
    parts = {
        name: float(came[number] / whole[number])
        for number, name in enumerate(_QUARTERS, start=1)
        if whole[number] > NEGLIGIBLE * whole.sum()
    }
    return MetricValue(float(came[:_BEYOND].sum() / whole[:_BEYOND].sum()), parts)


@metric("highfreq", better="nearer 1")
def highfreq(trial: Evaluation) -> float:
    """Energy in the upper half of the band, wherever it comes from.

    Formula: sum_F |Y|^2 / sum_F |B|^2, F: the frequencies that the coarsest stage can hold and
    |f| above half its Nyquist frequency; b: Px on the samples of the output; |DFT|^2 / (HW)^2.
    Range: 0 or more; what was folded counts too, so stride has more than 1.
    Undefined: where the image has nothing there, or the channels differ.
    Known: for a cosine of frequency nu in F through avg cos^2(pi nu); flc 1.
    Source: the definition.
    """
    same_channels(trial)
    rings, there = _fine_detail(trial)
    return float(_sums(rings, trial.power)[1:].sum() / there.sum())


@metric("detail", better="higher")
def detail(trial: Evaluation) -> float:
    """Energy in the upper half of the band that is still that of the image.

    Formula: sum_r g_r^2 sum_r |B|^2 / sum_F |B|^2 over rings r of F, one bin wide, with
    g_r = Re sum_r Y B* / sum_r |B|^2, not below 0; F and b as for highfreq.
    Range: 0 or more; 1 keeps all. Noise and folded energy do not count, as they are not in step
    with the image; for any chain.
    Undefined: where the image has nothing there, or the channels differ.
    Known: for a cosine of frequency nu in F through avg cos^2(pi nu); flc 1.
    Source: the coherent gain of a transfer function that depends on |f| only.
    """
    same_channels(trial)
    rings, there = _fine_detail(trial)
    both = trial.ideal.bins.product(trial.spectrum, trial.ideal.baseband_spectrum)
    gains = _sums(rings, both)[1:] / np.maximum(there, np.finfo(float).tiny)
    return float((np.maximum(gains, 0) ** 2 * there).sum() / there.sum())


@metric("spectral", better="lower")
def spectral(trial: Evaluation) -> float:
    """Mean distance between the radial spectra of image and output, in decades of power.

    Formula: mean over bins of |log10 P_out - log10 P_in|; P: mean of |DFT|^2 / (HW)^2 over rings
    of |f| in cycles per original pixel, 1/min(H, W) wide, from the first to the Nyquist frequency
    of the coarsest stage; powers below 1e-12 of the image's variance count as that.
    Range: 0 or more. It does not see phases, nor where energy comes from.
    Undefined: where the image is constant.
    Known: an output 10 times as bright: 2; identity: 0.
    Source: the log-spectral distance.
    """
    require(trial)
    original = trial.original
    last = int(min(original.size) / (2 * max(trial.coarsest)))
    least = NEGLIGIBLE * float(original.power.sum())
    sums, counts = (found[1 : last + 1] for found in original.kept(_radial))
    rings, filled = trial.ideal.kept(_circles)
    came = _sums(rings, trial.power)[1 : last + 1]
    most = min(len(sums), len(came))
    common = np.flatnonzero((counts[:most] > 0) & (filled[1 : most + 1] > 0))
    if not len(common):
        raise UndefinedError("the output has no frequency but 0")
    before, after = sums[common] / counts[common], came[common] / filled[1:][common]
    logs = [np.log10(np.maximum(power, least)) for power in (before, after)]
    return float(np.abs(logs[1] - logs[0]).mean())


def _radial(original: SourceImage) -> tuple[Array, Array]:
    """Return the power of the original in each ring, and how many bins there are in it."""
    rings = _ring(original.bins, (1.0, 1.0), min(original.size))
    return _sums(rings, original.power), _sums(rings, _counted(original.bins))


def _circles(ideal: IdealSampling) -> tuple[Array, Array]:
    """Return the ring of each bin of the output, and how many bins there are in each ring."""
    steps = [float(grid.step) for grid in ideal.grids]
    rings = _ring(ideal.bins, steps, min(ideal.original.size))
    return rings, _sums(rings, _counted(ideal.bins))


def _ring(bins: SpectrumBins, steps: Sequence[float], side: int) -> Array:
    return np.rint(np.hypot(*bins.cycles(steps)) * side).astype(np.intp)


def _counted(bins: SpectrumBins) -> Array:
    return np.broadcast_to(bins.weights, (bins.size[0], len(bins.weights)))


def _quarters(ideal: IdealSampling) -> tuple[Array, Array]:
    """Return the quarter 1 .. 4 of each bin, and what belongs there.

    The corners of the band are in 5 and 6.
    """
    rings = np.minimum(np.ceil(ideal.radius * 4), _BEYOND).astype(np.intp)
    return rings, _sums(rings, ideal.baseband_power)


def _fine(ideal: IdealSampling) -> tuple[Array, Array]:
    """Return the ring of each bin, one bin wide, and what belongs in the rings 1, 2 ..

    0 is the ring of those that are not fine detail.
    """
    fine = np.isfinite(ideal.radius) & (ideal.radius > FINE)
    rings = np.rint(ideal.radius / 2 * min(ideal.bins.size))
    rings = np.where(fine, rings + 1, 0).astype(np.intp)
    return rings, _sums(rings, ideal.baseband_power)[1:]


def _sums(rings: Array, powers: Array) -> Array:
    """Return the sum of what is in each ring, of as many as there are quarters at least."""
    return np.bincount(rings.ravel(), powers.ravel(), minlength=_BEYOND + 1)


def _fine_detail(trial: Evaluation) -> tuple[Array, Array]:
    """Return what `_fine` does; UndefinedError where nothing belongs there."""
    _check_baseband(trial)
    rings, there = trial.ideal.kept(_fine)
    if there.sum() <= NEGLIGIBLE * trial.ideal.variance:
        raise UndefinedError(_NOTHING)
    return rings, there


def _check_baseband(trial: Evaluation) -> None:
    """Raise UndefinedError if nothing belongs in the output."""
    whole = require(trial) / trial.output.size
    if trial.ideal.variance <= NEGLIGIBLE * whole:
        raise UndefinedError(_NOTHING)
