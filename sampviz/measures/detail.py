"""Detail that is kept"""

import numpy as np

from sampviz.arrays import Array
from sampviz.measurement import Parts, UndefinedError, measure
from sampviz.measures._energy import NEGLIGIBLE, expected, same_channels
from sampviz.trial import Trial, power

FINE = 0.5  # of the Nyquist frequency of the coarsest stage: above it lies fine detail
_QUARTERS = ("0-25%", "25-50%", "50-75%", "75-100%")
_NOTHING = "the image has nothing there that the output could hold"


@measure("passband", better="nearer 1", parts=_QUARTERS)
def passband(trial: Trial) -> Parts:
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
    came, whole = power(trial.baseband).mean(axis=0), _belonging(trial)
    inside = np.isfinite(trial.radius)
    rings = np.ceil(trial.radius * 4)  # 1 .. 4; the corners of the band are in the total only
    parts = {}
    for number, name in enumerate(_QUARTERS, start=1):
        ring = rings == number
        if whole[ring].sum() > NEGLIGIBLE * whole.sum():
            parts[name] = float(came[ring].sum() / whole[ring].sum())
    return Parts(float(came[inside].sum() / whole[inside].sum()), parts)


@measure("highfreq", better="nearer 1")
def highfreq(trial: Trial) -> float:
    """Energy in the upper half of the band, wherever it comes from.

    Formula: sum_F |Y|^2 / sum_F |B|^2, F: the frequencies that the coarsest stage can hold and
    |f| above half its Nyquist frequency; b: Px on the samples of the output; |DFT|^2 / (HW)^2.
    Range: 0 or more; what was folded counts too, so stride has more than 1.
    Undefined: where the image has nothing there, or the channels differ.
    Known: for a cosine of frequency nu in F through avg cos^2(pi nu); flc 1.
    Source: the definition.
    """
    same_channels(trial)
    fine = _fine(trial)
    return float(trial.power.mean(axis=0)[fine].sum() / _there(_belonging(trial), fine))


@measure("detail", better="higher")
def detail(trial: Trial) -> float:
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
    from scipy.fft import fft2

    fine = _fine(trial)
    belongs = fft2(trial.belongs, norm="forward")
    came = fft2(trial.output, norm="forward")
    whole = (belongs.real**2 + belongs.imag**2).mean(axis=0)
    total = _there(whole, fine)
    shared = (came * belongs.conj()).real.mean(axis=0)
    ring = np.rint(trial.radius[fine] / 2 * min(whole.shape)).astype(np.intp)
    there = np.bincount(ring, whole[fine])
    gains = np.bincount(ring, shared[fine]) / np.maximum(there, np.finfo(float).tiny)
    return float((np.maximum(gains, 0) ** 2 * there).sum() / total)


@measure("spectral", better="lower")
def spectral(trial: Trial) -> float:
    """Mean distance between the radial spectra of image and output, in decades of power.

    Formula: mean over bins of |log10 P_out - log10 P_in|; P: mean of |DFT|^2 / (HW)^2 over rings
    of |f| in cycles per original pixel, 1/min(H, W) wide, from the first to the Nyquist frequency
    of the coarsest stage; powers below 1e-12 of the image's variance count as that.
    Range: 0 or more. It does not see phases, nor where energy comes from.
    Undefined: where the image is constant.
    Known: an output 10 times as bright: 2; identity: 0.
    Source: the log-spectral distance.
    """
    expected(trial)
    size = trial.original.size
    powers = trial.original.power.mean(axis=0)
    least = NEGLIGIBLE * float(powers.sum())
    last = int(min(size) / (2 * max(trial.coarsest)))
    before, counts = _radial(powers, [1.0, 1.0], min(size), last)
    steps = [float(step) for step in trial.steps]
    after, filled = _radial(trial.power.mean(axis=0), steps, min(size), last)
    common = (counts > 0) & (filled > 0)
    if not common.any():
        raise UndefinedError("the output has no frequency but 0")
    logs = [np.log10(np.maximum(p[common], least)) for p in (before, after)]
    return float(np.abs(logs[1] - logs[0]).mean())


def _radial(powers: Array, steps: list[float], side: int, last: int) -> tuple[Array, Array]:
    """Return the mean power and the number of bins in rings 1 .. last, 1 / side wide."""
    rows, columns = (np.fft.fftfreq(n) / s for n, s in zip(powers.shape, steps, strict=True))
    ring = np.rint(np.hypot(rows[:, None], columns) * side).astype(np.intp)
    inside = ring <= last
    counts = np.bincount(ring[inside], minlength=last + 1)[1:]
    sums = np.bincount(ring[inside], powers[inside], minlength=last + 1)[1:]
    return sums / np.maximum(counts, 1), counts


def _belonging(trial: Trial) -> Array:
    """Return the power of what belongs in the output; UndefinedError where there is none."""
    whole = expected(trial) / trial.output.size
    found = np.asarray(power(trial.belongs).mean(axis=0))
    if found.sum() <= NEGLIGIBLE * whole:
        raise UndefinedError(_NOTHING)
    return found


def _fine(trial: Trial) -> Array:
    return np.isfinite(trial.radius) & (trial.radius > FINE)


def _there(powers: Array, fine: Array) -> float:
    total = float(powers[fine].sum())
    if total <= NEGLIGIBLE * powers.sum():
        raise UndefinedError(_NOTHING)
    return total
