"""Translation and reach"""

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.metric import MetricValue, UndefinedError, metric
from sampviz.analysis.metrics._guards import require_squares
from sampviz.dsp.bandlimited import fourier_shift
from sampviz.dsp.dtypes import Array
from sampviz.dsp.fractional_shift import moved_by_lanczos, moved_whole
from sampviz.dsp.grid import Grid
from sampviz.ops.window_reach import window_reach

_DRAWS, _SEED = 32, 0
_FARTHEST = 1 / 8  # of a side of the output
_AXES = ("rows", "columns")
Move = Callable[[Array, list[float]], tuple[Array, Array]]


@metric(
    "receptive",
    unit="px",
    better="neither",
    parts=_AXES,
    label="receptive field",
    volume_parts=("slices",),
    on_request=True,
)
def receptive(evaluation: Evaluation) -> MetricValue:
    """How many pixels of the image a sample of the output can see along an axis.

    Formula: r_0 = 1, r_l = r_(l-1) + d(k-1) j_(l-1), j the distance of the samples in px, of
    windows of k taps d apart; of others what reaches a sample in the middle. The largest of the
    axes.
    Range: 1 or more, at most the side of the image, which transforms see whole.
    Undefined: never.
    Known: conv:k=3:s=2:times=3 15, max:times=2 4, max:s=1+blur:k=4+conv:k=3:s=1 9.
    Source: the definition, of windows as they stand, whatever their weights.
    """
    size, chain = evaluation.original.size, evaluation.chain
    reach = [Fraction(1)] * len(size)
    for step, grids in zip(chain.steps, chain.trace(size), strict=False):
        widths = window_reach(step, tuple(grid.size for grid in grids))
        for i, (width, grid) in enumerate(zip(widths, grids, strict=True)):
            reach[i] += (width - 1) * grid.step
    seen = [min(float(width), float(n)) for width, n in zip(reach, size, strict=True)]
    return MetricValue(max(seen), dict(zip(evaluation.axis_names, seen, strict=True)))


@metric(
    "receptive50",
    unit="px",
    better="neither",
    parts=_AXES,
    label="half of the receptive field",
    volume_parts=("slices",),
    on_request=True,
)
def receptive50(evaluation: Evaluation) -> MetricValue:
    """How wide a window must be, in pixels along an axis, to hold half of a sample's weights.

    Formula: the least r with sum over |j - place| <= (r - 1) / 2 of w_j^2 >= 1/2 sum w_j^2; w_j:
    the weight of pixel j in the sample in the middle of the output, place: where that lies. The
    largest of the axes.
    Range: 1 or more, at most about receptive.
    Undefined: for chains that are not linear or mix axes, and where all weights are 0.
    Known: stride 1, blur:k=3 1, avg 2, avg:k=8 4.
    Source: the effective receptive field of Luo, Li, Urtasun, Zemel, Understanding the Effective
    Receptive Field in Deep Convolutional Neural Networks, NeurIPS 2016, of weights for gradients.
    """
    for matrices in evaluation.axis_matrices:
        widths = list(map(_half_width, matrices, evaluation.grids))
        return MetricValue(max(widths), dict(zip(evaluation.axis_names, widths, strict=True)))
    kind = "linear along each axis" if evaluation.linear else "linear"
    raise UndefinedError(f"the chain is not {kind}; see receptive")


def _half_width(matrix: Array, grid: Grid) -> float:
    """Return the width about the sample in the middle that has half of its squared weights."""
    middle = grid.size // 2
    distances = np.abs(np.arange(matrix.shape[1]) - float(grid.delta + middle * grid.step))
    nearest_first = np.argsort(distances, kind="stable")
    held = np.cumsum(matrix[middle, nearest_first] ** 2)
    if not held[-1] > 0:
        raise UndefinedError("the sample in the middle of the output is 0, whatever the image")
    last = nearest_first[np.argmax(held >= held[-1] * (0.5 - 1e-9))]
    return float(2 * distances[last] + 1)


@metric(
    "eqt",
    unit="dB",
    better="higher",
    label="EQ-T",
    on_request=True,
    drawn=True,
    cite=("karras2021",),
)
def eqt(evaluation: Evaluation) -> float:
    """Likeness of the output of a moved image to the moved output, for whole samples.

    Formula: 10 log10(L^2 / mean((Op(T x) - T' Op(x))^2)), over 32 moves of whole samples of the
    output, uniform within an eighth of its sides (numpy's generator, seed 0), and the samples that
    come from inside; T moves the image by as many steps, periodic, L as for psnr.
    Range: any, in dB.
    Undefined: where there is no difference (it is infinite): a step of whole pixels with wrapped
    borders; for complex numbers, and where the squares are too large or small.
    Known: infinite for max and for blur:pad=wrap.
    Source: Karras et al., Alias-Free Generative Adversarial Networks, NeurIPS 2021.
    """

    def move(x: Array, shifts: list[float]) -> tuple[Array, Array]:
        return moved_whole(x, [round(shift) for shift in shifts])

    return _likeness(evaluation, move, np.round)


@metric(
    "eqtfrac",
    unit="dB",
    better="higher",
    parts=("ceiling",),
    label="EQ-T, fractions",
    on_request=True,
    drawn=True,
    cite=("karras2021",),
)
def eqtfrac(evaluation: Evaluation) -> MetricValue:
    """Likeness of the output of a moved image to the moved output, for fractions of a sample.

    Formula: that of eqt, for moves that are not rounded; T' moves the output with six taps of
    Lanczos per axis, zeros outside, and only samples whose taps lie inside count. The part
    `ceiling` is what the image itself has: the taps' own error.
    Range: any, in dB; the ceiling depends on the image.
    Undefined: as for eqt.
    Known: identity has its ceiling, for a cosine of 1/16 cycles/px and half a pixel 74 dB.
    Source: Karras et al., Alias-Free Generative Adversarial Networks, NeurIPS 2021.
    """
    value = _likeness(evaluation, moved_by_lanczos, lambda shifts: shifts)
    original = evaluation.original
    steps = [Fraction(1)] * original.axes
    ceiling = _decibels(
        evaluation, original.array, steps, lambda x: x, moved_by_lanczos, lambda shifts: shifts
    )
    return MetricValue(value, {"ceiling": ceiling})


def _likeness(evaluation: Evaluation, move: Move, rounded: Callable[[Array], Array]) -> float:
    require_squares(evaluation)
    if evaluation.output.dtype.kind == "c" or not evaluation.original.real:
        raise UndefinedError("the numbers are complex")
    steps = list(evaluation.steps)
    return _decibels(evaluation, evaluation.output, steps, evaluation.run, move, rounded)


def _decibels(
    evaluation: Evaluation,
    output: Array,
    steps: list[Fraction],
    run: Callable[[Array], Array],
    move: Move,
    rounded: Callable[[Array], Array],
) -> float:
    """Return the ratio of the squared range to the mean square of all moves, in dB."""
    axes, span = evaluation.axes, evaluation.original.span
    if not span > 0:
        raise UndefinedError("the image is constant")
    sides = np.array(output.shape[-axes:])
    draws = np.random.default_rng(_SEED).uniform(-_FARTHEST, _FARTHEST, (_DRAWS, axes))
    error = count = 0.0
    for draw in draws:
        shifts = rounded(draw * sides)
        back = [-float(step) * shift for step, shift in zip(steps, shifts, strict=True)]
        expected, inside = move(output, list(map(float, shifts)))
        difference = run(fourier_shift(evaluation.original.array, back)) - expected
        mask = np.broadcast_to(inside, difference.shape)
        error += float((difference[mask] ** 2).sum())
        count += np.count_nonzero(mask)
    if not count:
        raise UndefinedError("no sample comes from inside")
    if error <= 1e-24 * span**2 * count:
        raise UndefinedError("there is no difference")
    return float(10 * np.log10(span**2 * count / error))
