"""Small lesions"""

from itertools import product

import numpy as np

from sampviz.analysis.detection.chain_levels import local_margins, runs_in_stacks
from sampviz.analysis.detection.drawn import DrawnSetting, drawn_kept
from sampviz.analysis.detection.exact import ExactValues
from sampviz.analysis.detection.lesions import Lesion, lesion
from sampviz.analysis.detection.places import Tissue, tissue_of
from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.metric import MetricValue, UndefinedError, metric
from sampviz.analysis.metrics._guards import require_same_channels
from sampviz.analysis.reference import SourceImage, Steps
from sampviz.core.errors import SampvizError, UsageError
from sampviz.dsp.dtypes import Array

_ACROSS = 3.0  # px, of the lesions
_SHARE = 0.3  # of the median of the tissue: their contrast
_PLACES = 4  # along each axis
_PARTS = ("bright", "dark")


@metric("contrast", better="nearer 1", share=True, label="contrast kept", parts=_PARTS)
def contrast(evaluation: Evaluation) -> MetricValue:
    """Contrast that blobs of 3 px keep, brighter or darker ones: the lesser of both.

    Formula: K = sum r m / (c sum m^2), in the mean over Gaussian blobs m, 3 px wide at half their
    height, at the points of a lattice, 4 along each axis, whose phases fill the coarsest step; of
    chains that are not linear those in tissue. c: 30 % of the median of the tissue, r = Op(x + c m)
    - Op(x), brought back onto the pixels. `sampviz detect` has discs, and other diameters.
    Range: any; 1 where nothing is lost, above it where a chain enlarges what is bright.
    Undefined: for complex numbers, other channels than the image's, images smaller than a lesion
    and without tissue, and chains that do not make one channel of one.
    Known: identity 1; of planes avg .862: (1 + e^(-1 / 4 a^2))^2 / 4, a = 1.274 px.
    Source: least squares.
    """
    require_same_channels(evaluation)
    if evaluation.original.array.dtype.kind == "c" or evaluation.output.dtype.kind == "c":
        raise UndefinedError("it is defined for real images")
    if evaluation.axis_matrices:
        kept = evaluation.memo(_exact_values)[0]
        return _lesser([float(np.mean(kept))] * 2)
    channels = [_contrast_kept(evaluation, i) for i in range(len(evaluation.original.array))]
    return _lesser(np.mean(channels, axis=0).tolist())


@metric("dprime", better="higher", share=True, label="d' kept")
def dprime(evaluation: Evaluation) -> float:
    """What is left of d' of blobs of 3 px, for the non-prewhitening observer in white noise.

    Formula: d'/d'_0, the root of the mean square over lesions as of contrast; d' = r.r / (sigma
    |Op^T r|) with r = Op(m), d'_0 = |m| / sigma. The noise is added before the chain.
    Range: 0 or more; 1 where nothing is lost. It does not see what a filter takes from both.
    Undefined: for chains that are not linear or mix axes: `sampviz detect` draws their noise.
    Known: identity 1; stride s: 1/s of planes, s^(-3/2) of volumes.
    Source: the observer of AAPM TG-233.
    """
    require_same_channels(evaluation)
    if evaluation.axis_matrices:
        values = evaluation.memo(_exact_values)[1]
        energy = np.mean([one.energy for one in _lesions(evaluation)])
        return float(np.sqrt(np.square(values).mean() / energy))
    kind = "linear along each axis" if evaluation.linear else "linear"
    raise UndefinedError(f"the chain is not {kind}; `sampviz detect` draws it")


def _lesser(values: list[float]) -> MetricValue:
    return MetricValue(min(values), dict(zip(_PARTS, values, strict=True)))


def _exact_values(evaluation: Evaluation) -> Array:
    """Return the contrast kept, and the d', of each lesion through a chain that has matrices."""
    exactly = ExactValues(evaluation.axis_matrices[0], evaluation.grids, evaluation.original.size)
    return np.concatenate([exactly.of([one]) for one in _lesions(evaluation)], axis=1)


def _lesions(evaluation: Evaluation) -> list[Lesion]:
    """Return lesions at the points of a lattice; an axis of one sample is none."""
    return evaluation.original.memo(_lattice, evaluation.coarsest)


def _lattice(original: SourceImage, steps: Steps) -> list[Lesion]:
    size = original.size
    spacing = original.spacing or (1.0,) * len(size)
    used = [axis for axis, n in enumerate(size) if n > 1]
    if len(used) < 2:
        raise UndefinedError("the image has one row or column")
    sides, mm = tuple(size[axis] for axis in used), [spacing[axis] for axis in used]
    diameter = _ACROSS * float(np.exp(np.mean(np.log(mm))))
    if any(diameter > n * each for n, each in zip(sides, mm, strict=True)):
        raise UndefinedError("the image is smaller than a lesion")
    points = []
    for axis, n in zip(used, sides, strict=True):
        shares = (np.arange(_PLACES) + 0.5) / _PLACES
        step = float(steps[axis])
        at = np.floor(shares * n / step) * step + shares * step - 0.5
        points.append(np.clip(at, 0, n - 1).tolist())
    lesions = []
    for centre in product(*points):
        flat = lesion("gaussian", diameter, centre, mm, sides)
        corner, shape = [0] * len(size), [1] * len(size)
        for axis, start, side in zip(used, flat.corner, flat.shares.shape, strict=True):
            corner[axis], shape[axis] = start, side
        lesions.append(Lesion(tuple(corner), flat.shares.reshape(shape)))
    return lesions


def _contrast_kept(evaluation: Evaluation, channel: int) -> Array:
    """Return the contrast kept of bright and of dark lesions in the tissue of a channel."""
    array = evaluation.original.array[channel]
    tissue = evaluation.original.memo(_tissue, channel)
    amount = _SHARE * abs(tissue.median)
    if not amount > 0:
        raise UndefinedError("the median of the tissue is 0")
    middles = [
        (one, [s.start + (s.stop - s.start) // 2 for s in one.box]) for one in _lesions(evaluation)
    ]
    inside = [one for one, middle in middles if tissue.mask[tuple(middle)]]
    if not inside:
        raise UndefinedError("no point of the lattice lies in tissue")
    levels = evaluation.levels
    try:
        outputs = levels.run(array)
    except SampvizError:  # all channels together it takes
        outputs = []
    if [output.shape for output in outputs] != levels.sizes:
        raise UndefinedError("the chain does not make one channel of one")
    margins = local_margins(levels, array, outputs, [one.box for one in inside])
    contrasts, stacks = (amount, -amount), runs_in_stacks(levels, array)
    setting = DrawnSetting(levels, array, contrasts, 0.0, 0, margins, stacks)
    return np.asarray(np.mean([drawn_kept(setting, one)[0] for one in inside], axis=0))


def _tissue(original: SourceImage, channel: int) -> Tissue:
    try:
        return tissue_of(original.array[channel], None, "the image")
    except UsageError as err:
        raise UndefinedError(err.what) from None
