"""Aliasing"""

from collections.abc import Iterator
from fractions import Fraction
from math import prod, sqrt

import numpy as np

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.metric import MetricValue, UndefinedError, metric
from sampviz.analysis.metrics._guards import NEGLIGIBLE, scaled_variation
from sampviz.analysis.reference import IdealSampling
from sampviz.dsp.bandlimited import decimated_low_pass, low_pass, representable
from sampviz.dsp.dtypes import Array
from sampviz.dsp.energy import energy, energy_between, variation
from sampviz.dsp.grid import Size
from sampviz.dsp.sliding_window import on_axis
from sampviz.ops.chain_run import run_steps
from sampviz.ops.step import Step
from sampviz.ops.unit_step import has_unit_step, run_with_unit_step

_DIRECTIONS = ("slices", "in-plane", "mixed")
_STEPS = tuple(f"step {number}" for number in range(1, 7))


@metric("alias", better="lower", share=True, label="folded energy", volume_parts=_DIRECTIONS)
def alias(evaluation: Evaluation) -> MetricValue:
    """Energy that was folded, as a share of the output's variation.

    Formula: ||Op(x - Px) - Op(0)||^2 / ||Op(x) - mean||^2, where P keeps what the coarsest stage of
    the chain can hold: |f| <= 1 / (2 step) along each axis, the new Nyquist frequency included.
    Op(Px) + Op(x - Px) - Op(0) = Op(x), whatever the borders; Op(0) is 0 but for a bias.
    Of a volume that gets coarser both across and within its slices the parts are what was too fine
    across only, within only, and both; they do not add up, for what was folded may meet.
    Range: 0 or more; above 1 where what was folded opposes what belongs there.
    Undefined: for chains that are not linear but for a bias (residual, fitalias, distortion and
    interaction are for those), and where the output is constant.
    Known: white noise: .75 through stride, .33 through blur:k=2, .146, .065, .03 for k=3, 4, 5; a
    cosine of k=20 of 64 px through stride: 1; flc: 0.
    Source: the folding theorem of sampling: with y[m] = (h*x)[s m] and n = N / s,
    Y[k] = 1/s sum_q H[k + q n] X[k + q n]; the terms q != 0 are the alias.
    """
    share = alias_share(evaluation)
    if not share:
        return MetricValue(0.0)
    directions = _energy_by_direction(evaluation).items()
    return MetricValue(share, {name: part / evaluation.variation for name, part in directions})


def alias_share(evaluation: Evaluation) -> float:
    """Return the value of `alias` without its parts, which of volumes take longer than it does."""
    if not evaluation.affine:
        raise UndefinedError("the chain is not linear; see residual, fitalias, interaction")
    variation, alias_energy = scaled_variation(evaluation), energy(evaluation.alias)
    if alias_energy <= NEGLIGIBLE * variation:
        return 0.0
    if evaluation.variation <= NEGLIGIBLE * variation:
        raise UndefinedError("the output is constant")
    return alias_energy / evaluation.variation


def _energy_by_direction(evaluation: Evaluation) -> dict[str, float]:
    """Return the energy folded from each direction; none of planes, and where there is only one."""
    steps, original = evaluation.coarsest, evaluation.original
    if evaluation.axes == 2 or steps[0] <= 1 or max(steps[1:]) <= 1:
        return {}
    across_only = low_pass(original.array, (Fraction(1), *steps[1:])) - original.band(steps)
    within_only = low_pass(original.array, (steps[0], Fraction(1), Fraction(1)))
    within_only -= original.band(steps)
    across, within = map(evaluation.run_less_zeros, (across_only, within_only))
    both = evaluation.alias - across - within  # the chain is linear but for a bias
    return dict(zip(_DIRECTIONS, map(energy, (across, within, both)), strict=True))


@metric("stepalias", better="lower", parts=_STEPS, share=True)
def stepalias(evaluation: Evaluation) -> MetricValue:
    """Energy that folds where samples are dropped, of max and other bent filters too.

    Formula: ||D(z - Pz)||^2 / ||Dz - mean||^2; z: the window of the layer at every pixel, borders
    wrapped, D: keep every s-th, P: |f| <= 1 / (2 s) along each axis. Of several layers that drop
    samples the largest, each on its own input; the parts have the first six. Layers with step 1
    just before are part of its window, which then begins at pixel 0.
    Range: 0 or more. What the filter itself bends beyond the new Nyquist frequency folds, too.
    Undefined: for layers that have no form with step 1 (flc, asap, kspace, resize, area and others
    without s: see alias or residual), where no sample is dropped, and for constants.
    Known: white noise: max 2x2 .444, max:k=3:s=2 .293, stride .75, avg .33, blur:k=3 .146; equal to
    alias for one linear layer with pad=wrap; 0 through ideal, and so through afrelu.
    Source: the frame of Ribeiro, Schoen, How convolutional neural networks deal with aliasing,
    ICASSP 2021, in which a layer with step 2 is one with step 1 and then decimation.
    """
    scaled_variation(evaluation)
    shares = list(_shares_of_steps(evaluation))
    if not shares:
        raise UndefinedError("no layer drops samples")
    parts = dict(zip(_STEPS, shares, strict=False)) if len(shares) > 1 else {}
    return MetricValue(max(shares), parts)


def _shares_of_steps(evaluation: Evaluation) -> Iterator[float]:
    """Yield the share of each layer that drops samples."""
    axes, chain, image = len(evaluation.grids), evaluation.chain, evaluation.original
    stage_grids = chain.trace(image.size, len(image.array))
    stages = run_steps(chain.steps, str(chain), image.array, axes, stage_grids)
    wrapped: Array | None = None  # made by the layers since the last that dropped samples
    for step, stage in zip(chain.steps, stages, strict=False):
        x = stage if wrapped is None else wrapped
        wrapped = None
        if _drops_samples(step, x.shape[-axes:]):
            is_merged = x is not stage
            yield _share_of_step(step, x.reshape(-1, *x.shape[-axes:]), evaluation, is_merged)
        elif has_unit_step(step):
            wrapped = run_with_unit_step(step, x, axes)
        elif step.op.form == "pixel":
            wrapped = step.op.run(x, step.params, axes)


def _drops_samples(step: Step, size: Size) -> bool:
    return step.op.kind == "down" and any(
        grid.step > 1 for grid in step.op.grids(size, step.params)
    )


def _share_of_step(step: Step, x: Array, evaluation: Evaluation, is_merged: bool) -> float:
    """Return the share of one layer on its input."""
    if not has_unit_step(step):
        raise UndefinedError(f"{step.op.name} has no form with step 1; see alias, residual")
    steps = [int(grid.step) for grid in step.op.grids(x.shape[1:], step.params)]
    every = (slice(None), *(slice(None, None, s) for s in steps))
    undecimated = run_with_unit_step(step, x, len(steps), from_0=is_merged)
    kept = undecimated[every]
    total = variation(kept, len(steps))
    least = NEGLIGIBLE * evaluation.original.variation / evaluation.original.array.size * kept.size
    folded = energy(kept - decimated_low_pass(undecimated, steps))
    if folded <= least:
        return 0.0
    if total <= least:
        raise UndefinedError("the output is constant")
    return folded / total


@metric(
    "aliasscore",
    better="lower",
    parts=("less mean",),
    share=True,
    on_request=True,
    cite=("chen2024",),
)
def aliasscore(evaluation: Evaluation) -> MetricValue:
    """Energy above the equivalent sampling rate, of what stands before a layer that decimates.

    Formula: sum over max(|f_y|, |f_x|) > ESR / 2 of |X|^2 over sum |X|^2, with
    ESR = min(1, sqrt(channels after / channels before) / s) along each axis; of several layers the
    largest. The part `less mean` leaves the mean out of both sums: nyquist, for as many channels.
    Range: 0..1. It says what is at stake, not what the layer does about it.
    Undefined: where no layer decimates, and where the image is 0.
    Known: white noise through stride: 1 - 1/4, nearly; ESR of a step of 2 with twice the channels
    is .7071.
    Source: Chen, Gu, Fu, When Semantic Segmentation Meets Frequency Aliasing, ICLR 2024.
    """
    scaled_variation(evaluation)
    pairs = list(_scores_of_steps(evaluation))
    if not pairs:
        raise UndefinedError("no layer drops samples")
    score, less_mean = max(pairs)
    return MetricValue(score, {"less mean": less_mean})


def _scores_of_steps(evaluation: Evaluation) -> Iterator[tuple[float, float]]:
    """Yield the score of each layer that has fewer samples, and that without the mean."""
    axes, chain, image = len(evaluation.grids), evaluation.chain, evaluation.original
    stage_grids = chain.trace(image.size, len(image.array))
    stages = list(run_steps(chain.steps, str(chain), image.array, axes, stage_grids))
    for before, after, grids, grids_after in zip(
        stages, stages[1:], stage_grids, stage_grids[1:], strict=False
    ):
        ratios = [b.step / a.step for a, b in zip(grids, grids_after, strict=True)]
        if max(ratios) <= 1:
            continue
        counts = [x.size // prod(x.shape[-axes:]) for x in (before, after)]
        power = np.abs(np.fft.fftn(before, axes=range(-axes, 0))) ** 2
        is_above = np.zeros((), bool)
        for axis, ratio in zip(range(-axes, 0), ratios, strict=True):
            rate = min(1.0, sqrt(counts[1] / counts[0]) / float(ratio))
            above = np.abs(np.fft.fftfreq(before.shape[axis])) > rate / 2 + 1e-12
            is_above = is_above | on_axis(above, axis)
        total, above_power = float(power.sum()), float((power * is_above).sum())
        if not total > 0:
            raise UndefinedError("the image is 0")
        constant = power.reshape(-1, *power.shape[-axes:])[(slice(None), *[slice(1)] * axes)]
        varying = total - float(constant.sum())
        yield above_power / total, above_power / varying if varying > 0 else 0.0


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
    if original.axes > 2:  # the same, without a spectrum of the volume
        return energy_between(original.array, original.band(ideal.coarsest)) / original.variation
    masks = (representable(n, step) for n, step in zip(original.size, ideal.coarsest, strict=True))
    kept_power = original.power[np.ix_(*map(np.ravel, original.bins.along(*masks)))]
    return max(0.0, 1.0 - float(kept_power.sum() / original.power.sum()))
