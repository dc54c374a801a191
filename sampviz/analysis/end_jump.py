"""Say where part of what folds along slices is the jump from the last slice to the first."""

from collections.abc import Iterable

import numpy as np

from sampviz.core.warn import warn
from sampviz.dsp.energy import energy_between
from sampviz.images.image import Image
from sampviz.ops.chain import Chain

_MOST = 4.0  # times the mean squared step between slices


def warn_of_end_jump(image: Image, chains: Iterable[Chain]) -> None:
    """Warn if the ends of a volume differ much, which measures take for neighbours.

    They take an image as periodic, so the last slice meets the first.

    Parameters
    ----------
    image : Image
        A volume.
    chains : iterable of Chain
        Resolved; without one that changes the slices there is nothing to say.

    Warns
    -----
    SampvizWarning
        If the mean squared difference between first and last slice is more than 4 times that
        between neighbours.
    """
    slices = image.size[0]
    is_worked = any(grids[0].step != 1 for chain in chains for grids in chain.trace(image.size))
    if not is_worked or slices < 2:
        return
    by_slice = np.moveaxis(image.array, -3, 0)
    between = [energy_between(a, b) for a, b in zip(by_slice[1:], by_slice[:-1], strict=True)]
    jump, mean = energy_between(by_slice[0], by_slice[-1]), sum(between) / len(between)
    if jump > _MOST * mean:
        times = f"{jump / mean:.3g} times" if mean else "more than"
        warn(
            f"{image.name}: measures take a volume as periodic: part of what folds along slices is"
            f" the step from the last to the first, {times} the mean squared step between others"
        )
