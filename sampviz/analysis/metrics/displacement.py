"""Shifts"""

from itertools import product

import numpy as np

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.metric import MetricValue, UndefinedError, metric
from sampviz.analysis.metrics._guards import NEGLIGIBLE, scaled_variation
from sampviz.dsp.bandlimited import fourier_shift
from sampviz.dsp.energy import energy, energy_between, variation
from sampviz.dsp.patches import inner

_MOST_SHIFTS = 8  # along an axis; for a larger step they are evenly spaced
_MOST_SHIFTS_OF_3 = 4  # where three axes are coarser: 64 runs of the chain, not 512


@metric("shift", better="lower", share=True)
def shift(evaluation: Evaluation) -> float:
    """How much the output changes when the image moves by less than a step.

    Formula: mean over pixels of the variance over all shifts of the image by 0 .. s-1 px along
    each axis (circular) of the output, over the variance of the image; an eighth of each side is
    left out. The outputs are not registered: what moves with the image counts; the shift error is
    without that. Of more than 8 shifts along an axis 8 are taken, 4 where three axes are coarser.
    Range: 0 or more.
    Undefined: where no stage is coarser than the image, and for a constant image.
    Known: white noise through stride .75.
    Source: the definition: the variance over the polyphase components of the chain.
    """
    image_variance = scaled_variation(evaluation) / evaluation.output.size
    steps = [round(step) for step in evaluation.coarsest]
    most = _MOST_SHIFTS_OF_3 if sum(step > 1 for step in steps) == 3 else _MOST_SHIFTS
    shifts = list(product(*(_shifts(step, most) for step in steps)))
    if len(shifts) == 1:
        raise UndefinedError("no stage is coarser than the image")
    unshifted = inner(evaluation.output, evaluation.axes)
    sum_of_changes, squares = np.zeros_like(unshifted), 0.0
    # The variance of the changes, so that no digits are lost on what the shifts leave alone.
    for moved in shifts[1:]:
        change = inner(evaluation.rolled(moved), evaluation.axes) - unshifted
        squares += energy(change)
        sum_of_changes += change
    count = len(shifts)
    variance = squares / count - energy(sum_of_changes) / count**2
    return max(0.0, variance / unshifted.size) / image_variance


def _shifts(step: int, most: int) -> list[int]:
    count = min(step, most)
    return [i * step // count for i in range(count)]


@metric(
    "equivariance",
    better="lower",
    parts=("rows", "columns"),
    share=True,
    label="shift error",
    volume_parts=("slices",),
)
def equivariance(evaluation: Evaluation) -> MetricValue:
    """How far the output is from moving with the image, when that moves by one pixel.

    Formula: ||Op(shift x) - shift' Op(x)|| / ||Op(x) - mean||; shift: by one pixel, circular,
    shift': by 1 / step samples, by the Fourier phase; the root mean square of rows and columns,
    of a volume of the axes that the chain changes; an eighth of each side is left out.
    Range: 0 or more; 0 for a linear chain without aliasing.
    Undefined: where the output is constant.
    Known: white noise of 64x64 px: stride 1.4, max .9, avg .84, blur:k=5 .24, flc .13, asap .1;
    an image below the new Nyquist frequency: stride and flc 0, max more.
    Source: the definition of shift equivariance, extended to parts of a sample.
    """
    axes = evaluation.axes
    image_energy = scaled_variation(evaluation)
    output_energy = variation(inner(evaluation.output, axes), axes)
    if output_energy <= NEGLIGIBLE * image_energy:
        raise UndefinedError("the output is constant")
    parts = {}
    for axis, name in enumerate(evaluation.axis_names):
        if axes == 3 and evaluation.original.size[axis] == 1:
            continue
        shifts = [0.0] * axes
        shifts[axis] = 1 / float(evaluation.steps[axis])
        expected = inner(fourier_shift(evaluation.output, shifts), axes)
        moved = tuple(int(i == axis) for i in range(axes))
        output = inner(evaluation.rolled(moved), axes)
        parts[name] = float(np.sqrt(energy_between(output, expected) / output_energy))
    names = [evaluation.axis_names[i] for i in evaluation.ideal.worked]
    counted = [parts[name] for name in names if name in parts] or list(parts.values())
    return MetricValue(float(np.sqrt(np.mean(np.square(counted)))), parts)


@metric(
    "delta",
    unit="px",
    better="neither",
    parts=("rows", "columns", "rows mm", "columns mm"),
    volume_parts=("slices", "slices mm"),
)
def delta(evaluation: Evaluation) -> MetricValue:
    """Where the first sample of the output lies, in pixels of the image.

    Formula: from the definitions of the steps: sample m lies at step m + delta. The value is
    that of the axis on which it is larger; the parts have all axes, and mm where known.
    Range: any; 0 is on the first pixel. Of 2x2 windows without overlap it is 0.5.
    Undefined: never.
    Known: stride and flc 0, avg and max 0.5, max of 3x3 windows without padding 1.
    Source: the centre of each window; of max pooling, which has none, too.
    """
    deltas = [float(grid.delta) for grid in evaluation.grids]
    parts = dict(zip(evaluation.axis_names, deltas, strict=True))
    if evaluation.original.spacing:
        for name, mm in zip(evaluation.axis_names, evaluation.original.spacing, strict=True):
            parts[f"{name} mm"] = parts[name] * mm
    return MetricValue(max(deltas, key=abs), parts)
