"""The part of an output that rings most."""

from collections.abc import Sequence
from math import ceil

import numpy as np

from sampviz.dsp.neighbourhood import maximum_around
from sampviz.figures.panels.auto_region import best_region, period_of, snapped_side
from sampviz.figures.panels.column import Column
from sampviz.figures.panels.zoom_region import Region, box_sums


def ringing_region(columns: Sequence[Column], output: Column, side: int) -> Region:
    """Return the square in which an output reaches farthest beyond the values around it.

    Parameters
    ----------
    columns : sequence of Column
        The original first; the region holds whole samples of all.
    output : Column
        What is looked at.
    side : int
        About so many pixels a side.

    Returns
    -------
    Region
        Where the output lies above the largest or below the smallest value of the original within
        two samples, in sum.
    """
    size = columns[0].size
    periods = [period_of([column.grids[axis].step for column in columns]) for axis in (0, 1)]
    height, width = (snapped_side(side, period, n) for period, n in zip(periods, size, strict=True))
    original, values = columns[0].grey.mean(axis=0), output.on_original("cells").mean(axis=0)
    reach = 2 * ceil(max(grid.step for grid in output.grids))
    above = values - maximum_around(original, reach)
    below = -maximum_around(-original, reach) - values
    beyond = np.nan_to_num(np.maximum(np.maximum(above, below), 0), posinf=0.0)
    return best_region(box_sums(beyond, height, width), size, (height, width), periods)
