"""Where labels stand beside points, so that none lies on a point, on another label or a leader."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sampviz.dsp.dtypes import Array

# Degrees. Right and left first: a label reads best on the line of its point.
_DIRECTIONS = (0, 180, 90, 270, 45, 135, 315, 225, *(angle + 22.5 for angle in range(0, 360, 45)))
_STEPS = 24  # of the distance that are tried; one is half as long as a label is high
_NEAR = 2  # so many steps away, a label needs no leader
_CLEAR = 2.0  # pixels around a line
_APART = 3.0  # pixels between the places along a line


@dataclass(frozen=True, eq=False)
class Label:
    """The lower left corner of a label; its leader, (2, 2) from the marker on, empty if near."""

    corner: Array
    leader: Array


def place_labels(
    points: Array, sizes: Array, room: tuple[float, float], radius: float, lines: Array
) -> list[Label | None]:
    """Find the nearest places for labels (N, 2) of the first N `points` (M, 2); None without room.

    All in pixels, x first: `sizes` of the labels, `room` that they lie in, from 0; `radius` of the
    marker on every point. Labels keep off markers, other labels and leaders; where they can
    they keep off `lines` too, (L, 2) points close to each other, leaders keep off markers, and
    labels without a leader are nearest to their own point. Points in a crowd choose first.
    """
    found: list[Label | None] = [None] * len(sizes)
    if not found:
        return found
    markers = _around(points, radius)
    apart = np.abs(points[: len(sizes), None] - points).max(axis=-1)
    crowd = (apart < 4 * sizes[:, 1].max()).sum(axis=1)
    taken = np.empty((0, 4))  # by labels and leaders
    for number in np.argsort(-crowd, kind="stable"):
        point, size = points[number], sizes[number]
        boxes, near = _candidates(point, size, radius)
        inside = (boxes[:, :2] >= 0).all(axis=1) & (boxes[:, 2:] <= room).all(axis=1)
        fits = inside & ~_meets(boxes, np.vstack([taken, markers]))
        clear = fits & ~_meets(boxes, _around(lines, _CLEAR))
        clear &= ~near | (_far(boxes, points).argmin(axis=1) == number)
        others = np.vstack([taken, np.delete(markers, number, axis=0)])
        ends = np.clip(point, boxes[:, :2], boxes[:, 2:])
        good = clear & (near | ~_crosses(point, ends, others))
        good = good if good.any() else fits & (near | ~_crosses(point, ends, taken))
        if good.any():
            n = int(good.argmax())
            leader = np.empty((0, 2)) if near[n] else _leader(point, ends[n], radius)
            found[number] = Label(boxes[n, :2], leader)
            taken = np.vstack([taken, boxes[n], _around(along(leader), _CLEAR)])
    return found


def along(corners: Array) -> Array:
    """Return places a few pixels apart along the line through these corners, (L, 2)."""
    pieces = [
        start
        + np.linspace(0, 1, 2 + int(np.hypot(*(end - start)) / _APART))[:, None] * (end - start)
        for start, end in pairwise(corners)
    ]
    return np.vstack([np.empty((0, 2)), *pieces])


def _candidates(point: Array, size: Array, radius: float) -> tuple[Array, Array]:
    """Return boxes (K, 4) in all directions, ever farther away, and which of them are near (K,)."""
    steps, angles = map(
        np.ravel, np.meshgrid(np.arange(_STEPS), np.radians(_DIRECTIONS), indexing="ij")
    )
    gaps = radius + (steps + 0.5) * size[1] / 2
    towards = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    # The side of a label, or its corner, is what looks at the point.
    middles = point + towards * gaps[:, None] + np.clip(towards * np.sqrt(2), -1, 1) * size / 2
    return np.hstack([middles - size / 2, middles + size / 2]), steps < _NEAR


def _leader(point: Array, end: Array, radius: float) -> Array:
    """Return the way from a point to `end`, without what is on the marker."""
    way = end - point
    return np.array([point + way * (radius + _CLEAR) / np.abs(way).max(), end])


def _around(points: Array, radius: float) -> Array:
    """Return the squares around points, (n, 4): left, low, right, high."""
    return np.hstack([points - radius, points + radius])


def _meets(these: Array, those: Array) -> Array:
    """Say of each of these boxes whether it overlaps any of those."""
    low, high = these[:, None, :2], these[:, None, 2:]
    return np.asarray(((low < those[:, 2:]) & (high > those[:, :2])).all(axis=-1).any(axis=-1))


def _far(boxes: Array, points: Array) -> Array:
    """Return how far each point is from each box, (K, M)."""
    nearest = np.clip(points, boxes[:, None, :2], boxes[:, None, 2:])
    return np.asarray(np.hypot(*np.moveaxis(nearest - points, -1, 0)))


def _crosses(start: Array, ends: Array, boxes: Array) -> Array:
    """Say of each way from `start` to one of `ends` (K, 2) whether it runs through any box."""
    way = ends - start
    way = np.where(way == 0, 1e-9, way)[:, None]  # not quite upright or level: no division by 0
    one, other = (boxes[:, :2] - start) / way, (boxes[:, 2:] - start) / way
    enter, leave = np.minimum(one, other).max(axis=-1), np.maximum(one, other).min(axis=-1)
    return np.asarray(((enter < leave) & (enter < 1) & (leave > 0)).any(axis=-1))
