"""What is left of components in an output: how much, how large, where, and whether it is one."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from sampviz.analysis.components.components import Components
from sampviz.dsp.cells import cell_lengths, pixel_shares
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grids
from sampviz.dsp.interpolate import sample_positions

HALF = 0.5
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Survival:
    """What is left of each component, arrays of one value each.

    Parameters
    ----------
    kept : ndarray
        Share of its area that lies under set cells, 0..1.
    dice : ndarray
        2 |C and B| / (|C| + |M|), M the output's components that overlap C; 0 if it is lost.
    volume_bias : ndarray
        |M| / |C| - 1, -1 if it is lost; NaN if it is merged.
    drift : ndarray
        From the centroid of C to that of M, in the unit of the spacing; NaN if lost or merged.
    merged : ndarray of bool
        Whether M overlaps other components too.
    output_volume : ndarray
        |M| / |C|, 0 if it is lost.
    set_area : float
        Area of all set cells on the map, in its pixels.
    """

    kept: Array
    dice: Array
    volume_bias: Array
    drift: Array
    merged: Array
    output_volume: Array
    set_area: float

    @property
    def found(self) -> Array:
        """Whether anything is left."""
        return np.asarray(self.kept > 0)

    @property
    def half_kept(self) -> Array:
        """Whether at least half is left."""
        return np.asarray(self.kept >= HALF - _ROUNDING)


def survival(components: Components, is_set: Array, grids: Grids) -> Survival:
    """Return what is left of components.

    Parameters
    ----------
    components : Components
        Of the map that a chain was applied to.
    is_set : ndarray of bool
        The cells of the output that are of the label.
    grids : tuple of Grid
        Where the samples of the output lie, in pixels of the map.

    Returns
    -------
    Survival
        Areas are those of cells on the map: what reaches beyond it does not count.
    """
    from scipy import ndimage

    count, size = components.count, components.numbers.shape
    blobs, blob_count = ndimage.label(is_set, components.structure)
    under, pairs = _overlaps(components, blobs, blob_count, grids)
    owner, blob = np.divmod(pairs, max(1, blob_count))

    places = np.nonzero(blobs)
    of_cell = np.asarray(blobs[places], dtype=np.intp) - 1
    lengths = [cell_lengths(grid, n)[at] for grid, n, at in zip(grids, size, places, strict=True)]
    areas = np.bincount(of_cell, np.prod(lengths, axis=0), minlength=blob_count)
    cells = np.bincount(of_cell, minlength=blob_count)

    pixels = components.pixels
    output_area = np.bincount(owner, areas[blob], minlength=count)
    is_shared = np.bincount(blob, minlength=blob_count) > 1
    merged = np.bincount(owner, is_shared[blob], minlength=count) > 0
    found = under > 0
    with np.errstate(invalid="ignore"):
        bias = np.where(merged, np.nan, output_area / pixels - 1)
        moved = np.zeros(count)
        for axis, (grid, at, mm) in enumerate(zip(grids, places, components.spacing, strict=True)):
            sums = np.bincount(of_cell, sample_positions(grid)[at], minlength=blob_count)
            middle = np.bincount(owner, sums[blob], minlength=count) / np.bincount(
                owner, cells[blob], minlength=count
            )
            moved += (mm * (middle - components.centroids[:, axis])) ** 2
    return Survival(
        np.minimum(under / pixels, 1),
        np.where(found, 2 * under / (pixels + output_area), 0.0),
        bias,
        np.where(found & ~merged, np.sqrt(moved), np.nan),
        merged,
        output_area / pixels,
        float(areas.sum()),
    )


def _overlaps(
    components: Components, blobs: Array, blob_count: int, grids: Grids
) -> tuple[Array, Array]:
    """Return the area of each component under set cells, and which blobs overlap which of them.

    Pairs are component times `blob_count` plus blob, both counted from 0, in rising order.
    """
    under = np.zeros(components.count)
    pairs = [np.empty(0, np.intp)]
    shares = [
        pixel_shares(grid, n) for grid, n in zip(grids, components.numbers.shape, strict=True)
    ]
    for taps in product(*(range(share.index.shape[1]) for share in shares)):
        at, area = [], np.ones(len(components.owner))
        for share, tap, place in zip(shares, taps, components.places, strict=True):
            at.append(share.index[place, tap])
            area = area * share.weights[place, tap]
        blob = blobs[tuple(at)]
        counts = (area > 0) & (blob > 0)
        owner = components.owner[counts]
        under += np.bincount(owner, area[counts], minlength=components.count)
        pairs.append(np.unique(owner * blob_count + blob[counts] - 1))
    return under, np.unique(np.concatenate(pairs))
