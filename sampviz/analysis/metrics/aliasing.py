"""Aliasing"""

import numpy as np

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.metric import UndefinedError, metric
from sampviz.analysis.metrics._guards import NEGLIGIBLE, scaled_variation
from sampviz.analysis.reference import IdealSampling
from sampviz.dsp.bandlimited import representable
from sampviz.dsp.energy import energy


@metric("alias", better="lower", share=True, label="folded energy")
def alias(evaluation: Evaluation) -> float:
    """Energy that was folded, as a share of the output's variation.

    Formula: ||Op(x - Px)||^2 / ||Op(x) - mean||^2, where P keeps what the coarsest stage of the
    chain can hold: |f| <= 1 / (2 step) along each axis, the new Nyquist frequency included.
    Op(Px) + Op(x - Px) = Op(x), whatever the borders.
    Range: 0 or more; above 1 where what was folded opposes what belongs there.
    Undefined: for chains that are not linear (residual, fitalias, distortion and interaction are
    for those), and where the output is constant.
    Known: white noise: .75 through stride, .33 through blur:k=2, .146, .065, .03 for k=3, 4, 5; a
    cosine of k=20 of 64 px through stride: 1; flc: 0.
    Source: the folding theorem of sampling: with y[m] = (h*x)[s m] and n = N / s,
    Y[k] = 1/s sum_q H[k + q n] X[k + q n]; the terms q != 0 are the alias.
    """
    if not evaluation.linear:
        raise UndefinedError("the chain is not linear; see residual, fitalias, interaction")
    variation, alias_energy = scaled_variation(evaluation), energy(evaluation.alias)
    if alias_energy <= NEGLIGIBLE * variation:
        return 0.0
    total = evaluation.variation
    if total <= NEGLIGIBLE * variation:
        raise UndefinedError("the output is constant")
    return alias_energy / total


@metric("nyquist", better="neither", share=True)
def nyquist(evaluation: Evaluation) -> float:
    """Energy of the image that the coarsest stage of the chain cannot hold, before any filter.

    Formula: 1 - sum_B |X|^2 / sum |X|^2, mean removed; B: |f| <= 1 / (2 step) along each axis.
    Range: 0..1. It says what is at stake, not what the chain does about it.
    Undefined: where the image is constant.
    Known: for a step of 2: white noise .75, checkerboard 1, a cosine of k=20 of 64 px 1.
    Source: Parseval's theorem; the alias-to-violation counts of aliasing studies start from it.
    """
    scaled_variation(evaluation)
    return evaluation.ideal.memo(_unrepresentable_share)


def _unrepresentable_share(ideal: IdealSampling) -> float:
    original = ideal.original
    masks = (representable(n, step) for n, step in zip(original.size, ideal.coarsest, strict=True))
    kept_power = original.power[np.ix_(*map(np.ravel, original.bins.along(*masks)))]
    return max(0.0, 1.0 - float(kept_power.sum() / original.power.sum()))
