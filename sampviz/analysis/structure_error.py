"""Where an output differs from the ideal image in structure, not in brightness."""

from collections.abc import Iterable
from functools import partial

import numpy as np

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.volume_memory import threads_that_fit
from sampviz.core.parallel import in_threads
from sampviz.dsp.dtypes import Array, power_of_two
from sampviz.dsp.neighbourhood import box_variance
from sampviz.images.image import Image, luminance

_FLOOR = 0.1  # of the range of the input: noise of the background does not count


def error_of(evaluation: Evaluation, *, colour: bool) -> Array:
    """Return the output less the ideal image on the same samples.

    Parameters
    ----------
    evaluation : Evaluation
        Of a chain that keeps the channels.
    colour : bool
        Whether the channels are red, green and blue: the luminance is taken.

    Returns
    -------
    ndarray
        (C, h, w); (1, h, w) of colour. Of complex numbers the difference of magnitudes.
    """
    error = evaluation.magnitudes - evaluation.ideal.magnitudes
    return luminance(error)[None] if colour else np.asarray(error)


def structure_errors(image: Image, evaluations: Iterable[Evaluation]) -> dict[Evaluation, Array]:
    """Return where outputs differ from the ideal image in structure.

    Parameters
    ----------
    image : Image
        The original, a plane or a volume.
    evaluations : iterable of Evaluation
        The chains on it.

    Returns
    -------
    dict of Evaluation to ndarray
        As of `structure_error`, of the outputs with the channels of the original; of label maps,
        and where something is not finite, nothing: structure is not looked at there.
    """
    if image.labels or not np.isfinite(image.array).all():
        return {}
    channels = len(image.array.reshape(-1, *image.size))
    comparable = [e for e in evaluations if len(e.output) == channels]
    # Planes are too small for threads to be worth it.
    most = threads_that_fit(image.array) if image.axes == 3 else 1
    find = partial(structure_error, colour=image.colour)
    return dict(zip(comparable, in_threads(find, comparable, most), strict=True))


def structure_error(evaluation: Evaluation, *, colour: bool) -> Array:
    """Return where an output differs from the ideal image in structure.

    S = v(e) / (v(y) + v(r) + (.1 L)^2) on the output's own samples, where y is the output, r the
    ideal image, e = y - r, v the variance in a box of 5 samples along each axis, and L the range
    of the input from its 1st to its 99.8th percentile. It is 1 less the contrast-structure factor
    of SSIM, with a larger constant: brightness and the noise of the background do not count.

    Parameters
    ----------
    evaluation : Evaluation
        Of a chain that keeps the channels.
    colour : bool
        Whether the channels are red, green and blue: the luminance is taken.

    Returns
    -------
    ndarray of float64
        (h, w), of volumes (d, h, w), 0 or more: the mean over the channels.
    """
    output, ideal = evaluation.magnitudes, evaluation.ideal.magnitudes
    if colour:
        output, ideal = luminance(output)[None], luminance(ideal)[None]
    low, high = evaluation.original.percentiles
    # The squares of large numbers would overflow, and those of small ones vanish.
    scale = power_of_two(np.array([low, high]))
    output, ideal = output / scale, ideal / scale
    floor = (_FLOOR * float(high / scale - low / scale)) ** 2 or 1.0
    channels = [
        box_variance(y - r) / (box_variance(y) + box_variance(r) + floor)
        for y, r in zip(output, ideal, strict=True)
    ]
    return np.asarray(np.mean(channels, axis=0))
