"""The radial power of an output over that of the ideal image: what was folded in, what is lost."""

from dataclasses import dataclass

import numpy as np

from sampviz.analysis.evaluation import Evaluation
from sampviz.dsp.dtypes import Array

_MOST_RINGS = 48
_TIE = 1e-9  # a frequency on the edge of a ring lies in the upper one, whatever the rounding
_NOTHING = 1e-12  # of the power of all rings: below it a ring of the ideal image is empty


@dataclass(frozen=True, eq=False)
class FoldProfile:
    """Power over frequency, relative to the ideal image.

    Parameters
    ----------
    frequency : ndarray
        (K,), the middle of each ring: 1 is the Nyquist frequency of the coarsest stage.
    ratio : ndarray
        (K,), in dB: above 0 where energy was folded in or made, below 0 where it was lost. NaN
        where the image has no energy.
    """

    frequency: Array
    ratio: Array


def fold_profile(evaluation: Evaluation) -> FoldProfile | None:
    """Return the power of an output in rings of frequency, over that of the ideal image.

    P(ring of the output) / P(ring of the ideal image on the same samples), both less their means.
    Within the new Nyquist frequency the ideal image is the original, so an alias-free crop is 0 dB
    everywhere.

    Parameters
    ----------
    evaluation : Evaluation
        Of any chain.

    Returns
    -------
    FoldProfile or None
        None where the output has other channels, or the image NaN or infinite values.
    """
    ideal = evaluation.ideal
    if evaluation.output.shape != ideal.reference.shape or evaluation.original.nonfinite:
        return None
    radius = np.broadcast_to(ideal.radius, evaluation.power.shape)
    count = max(2, min(_MOST_RINGS, ideal.side(ideal.bins.size) // 2))
    inside = radius <= 1 + _TIE
    ring = np.minimum(np.floor(radius[inside] * count + _TIE).astype(int), count - 1)
    with np.errstate(over="ignore", invalid="ignore"):
        reference = ideal.bins.product(ideal.amplitude, ideal.amplitude)
    of_output, of_ideal = (
        np.bincount(ring, np.asarray(power[inside], np.float64), count)
        for power in (evaluation.power, reference)
    )
    filled = of_ideal > _NOTHING * of_ideal.sum()
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.where(filled, 10 * np.log10(of_output / of_ideal), np.nan)
    return FoldProfile((np.arange(count) + 0.5) / count, ratio)
