"""Chains that are not linear, of which there is no split into baseband and alias"""

import numpy as np

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.metric import UndefinedError, metric
from sampviz.analysis.metrics._guards import NEGLIGIBLE, require_same_channels, scaled_variation
from sampviz.dsp.energy import energy, energy_between, variation
from sampviz.dsp.least_squares_filter import FittedFilter
from sampviz.dsp.patches import NoFitError, inner


@metric("residual", better="lower", share=True)
def residual(evaluation: Evaluation) -> float:
    """Energy of what differs from the ideal smaller image, as a share of that one's variation.

    Formula: ||y - r||^2 / ||r - mean||^2; r is the image less all that the output's grid cannot
    hold, at the very places of the output's samples.
    Range: 0 or more. It holds what was folded, what was lost, and what the chain means to do.
    Undefined: where the ideal image is constant, or the channels differ.
    Known: flc: below 1e-4 for sides that are multiples of 4, for the bin in the corner.
    Source: the definition; the ideal smaller image is the k-space crop.
    """
    ideal = _ideal_variation(evaluation)
    return energy_between(evaluation.output, evaluation.reference) / ideal


@metric("fitalias", better="lower", share=True)
def fitalias(evaluation: Evaluation) -> float:
    """Energy that the linear filter nearest to the chain would have folded.

    Formula: ||K(x - Px)||^2 / ||y - mean||^2; K is the kernel, with a constant, for which
    ||y - (K*x)[step m]|| is least over the inner samples; of more than 2^17 of a volume every
    q-th is taken, at least 128 for each tap.
    Range: 0 or more; see alias, whose place it takes.
    Undefined: for chains that are linear but for a bias (alias is exact), for samples that
    do not lie at whole distances, for images with too few of them, and for more than 1331 taps of
    a volume.
    Known: a chain that is linear but for its sign, such as conv+abs of a positive image, gives
    the alias share of conv.
    Source: least squares; the linear part of a Bussgang decomposition.
    """
    if evaluation.affine:
        raise UndefinedError("the chain is linear; see alias, the folded energy")
    fitted, total = _fitted(evaluation)
    return fitted.energy(evaluation.original.out_of_band(evaluation.coarsest)) / total


@metric("distortion", better="lower", share=True)
def distortion(evaluation: Evaluation) -> float:
    """Energy that no linear filter explains, as a share of the output's variation.

    Formula: ||y - (K*x)[step m] - constant||^2 / ||y - mean||^2 over the inner samples; K as for
    fitalias.
    Range: 0..1; 0 for chains that are linear but for a bias, which are not fitted.
    Undefined: as for fitalias.
    Known: 0 for a chain that is linear but for its sign.
    Source: least squares; the distortion of a Bussgang decomposition.
    """
    if evaluation.affine:
        return 0.0
    fitted, total = _fitted(evaluation)
    return fitted.left / total


@metric("interaction", better="lower", share=True)
def interaction(evaluation: Evaluation) -> float:
    """Energy that comes of what can be held and what cannot, together only.

    Formula: ||Op(x) - Op(Px) - [Op(x - Px) - Op(0)]||^2 / ||Op(x) - mean||^2; P as for alias.
    Range: 0 or more; 0 for chains that are linear but for a bias.
    Undefined: where the output is constant, or the channels follow from the values (onehot).
    Known: 0 for an image that the coarsest stage can hold.
    Source: the superposition that alias rests on, and what is missing from it.
    """
    if evaluation.affine:
        return 0.0
    image_energy, output_energy = scaled_variation(evaluation), evaluation.variation
    if output_energy <= NEGLIGIBLE * image_energy:
        raise UndefinedError("the output is constant")
    if not evaluation.output.shape == evaluation.baseband.shape == evaluation.alias.shape:
        raise UndefinedError("the parts of the image give other channels than the image")
    difference = evaluation.output - evaluation.baseband - evaluation.alias
    return energy(difference) / output_energy


@metric("am1", better="lower", share=True)
def am1(evaluation: Evaluation) -> float:
    """How far the amplitudes of the spectrum are from the ideal ones, whatever the phases.

    Formula: mean_k | |Y[k]| - |R[k]| | / mean_k |R[k]|, means removed; r as for residual.
    Range: 0 or more. It does not see a shift, and 0 does not prove that nothing was folded.
    Undefined: where the ideal image is constant, or the channels differ.
    Known: flc: below 1e-4; a shifted image as the image itself.
    Source: a definition of this program, of the kind that compares a smaller map with an
    alias-free one.
    """
    _ideal_variation(evaluation)
    ideal, weights = evaluation.ideal.amplitude, evaluation.ideal.bins.weights
    difference = np.abs(evaluation.amplitude - ideal)
    return float((difference * weights).sum() / (ideal * weights).sum())


def _ideal_variation(evaluation: Evaluation) -> float:
    """Return the variation of the ideal smaller image; UndefinedError where it has none."""
    require_same_channels(evaluation)
    image_energy, ideal = scaled_variation(evaluation), evaluation.ideal.variation
    if ideal <= NEGLIGIBLE * image_energy:
        raise UndefinedError("the image has nothing but its mean that the output could hold")
    return ideal


def _fitted(evaluation: Evaluation) -> tuple[FittedFilter, float]:
    """Return the fitted kernel and the variation of the inner samples that it is fitted to."""
    require_same_channels(evaluation)
    image_energy, samples = scaled_variation(evaluation), inner(evaluation.output, evaluation.axes)
    output_energy = variation(samples, evaluation.axes)
    if output_energy <= NEGLIGIBLE * image_energy:
        raise UndefinedError("the output is constant")
    if evaluation.output.dtype.kind == "c":
        raise UndefinedError("it is defined for real images")
    try:
        fitted = evaluation.fit
        share = fitted.patches.chosen(evaluation.output).size / samples.size
        return fitted, output_energy * share
    except NoFitError as err:
        raise UndefinedError(str(err)) from None
