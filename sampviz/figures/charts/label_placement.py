"""Place labels beside points: none lies on a point, on another label or on a leader.

Greedy: points in a crowd choose first, each the nearest free position in sixteen directions. A
label that is not near its point gets a leader, a line to it.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sampviz.dsp.dtypes import Array

# Degrees. Right and left first: a label reads best on the line of its point.
_DIRECTIONS = (0, 180, 90, 270, 45, 135, 315, 225, *(angle + 22.5 for angle in range(0, 360, 45)))
_STEPS = 24  # distances that are tried; one is half the height of a label
_NEAR = 2  # steps within which a label needs no leader
_CLEARLY = 1.5  # times as far is another point, or a reader takes the label for that of both
_CLEARANCE = 2.0  # pixels around a line
_SAMPLING = 3.0  # pixels between the points along a line


@dataclass(frozen=True, eq=False)
class Label:
    """A placed label.

    Parameters
    ----------
    corner : ndarray
        (2,), x and y of its lower left corner, in pixels.
    leader : ndarray
        (2, 2), the ends of its leader from the marker on; (0, 2) for a label near its point.
    """

    corner: Array
    leader: Array


def place_labels(
    points: Array, sizes: Array, area: tuple[float, float], radius: float, lines: Array
) -> list[Label | None]:
    """Return positions for the labels of points.

    Labels keep off markers, other labels and leaders. Where they can they keep off lines too,
    leaders keep off markers, and labels without a leader are clearly nearest to their own point.

    Parameters
    ----------
    points : ndarray
        (M, 2), in pixels, x first; the first N have labels.
    sizes : ndarray
        (N, 2), width and height of the labels, in pixels.
    area : tuple of float
        Width and height, in pixels, in which labels lie, from 0.
    radius : float
        Of the marker on every point, in pixels.
    lines : ndarray
        (L, 2), points close to each other on the lines of the chart, in pixels.

    Returns
    -------
    list of Label or None
        N of them; None for a label that fits nowhere.
    """
    labels: list[Label | None] = [None] * len(sizes)
    if not labels:
        return labels
    markers = _squares(points, radius)
    distances = np.abs(points[: len(sizes), None] - points).max(axis=-1)
    crowd = (distances < 4 * sizes[:, 1].max()).sum(axis=1)
    occupied = np.empty((0, 4))  # by labels and leaders
    for number in np.argsort(-crowd, kind="stable"):
        point, size = points[number], sizes[number]
        boxes, is_near = _candidates(point, size, radius)
        is_inside = (boxes[:, :2] >= 0).all(axis=1) & (boxes[:, 2:] <= area).all(axis=1)
        is_free = is_inside & ~_overlaps(boxes, np.vstack([occupied, markers]))
        is_clear = is_free & ~_overlaps(boxes, _squares(lines, _CLEARANCE))
        is_clear &= ~is_near | _is_alone(_distances(boxes, points), number)
        other_boxes = np.vstack([occupied, np.delete(markers, number, axis=0)])
        leader_ends = np.clip(point, boxes[:, :2], boxes[:, 2:])
        is_usable = is_clear & (is_near | ~_crosses(point, leader_ends, other_boxes))
        is_usable = (
            is_usable
            if is_usable.any()
            else is_free & (is_near | ~_crosses(point, leader_ends, occupied))
        )
        if is_usable.any():
            n = int(is_usable.argmax())
            leader = np.empty((0, 2)) if is_near[n] else _leader(point, leader_ends[n], radius)
            labels[number] = Label(boxes[n, :2], leader)
            obstacles = _squares(points_along(leader), _CLEARANCE)
            occupied = np.vstack([occupied, boxes[n], obstacles])
    return labels


def points_along(corners: Array) -> Array:
    """Return points a few pixels apart along a polygonal line.

    Parameters
    ----------
    corners : ndarray
        (K, 2), in pixels.

    Returns
    -------
    ndarray
        (L, 2).
    """
    line_points = [
        start
        + np.linspace(0, 1, 2 + int(np.hypot(*(end - start)) / _SAMPLING))[:, None] * (end - start)
        for start, end in pairwise(corners)
    ]
    return np.vstack([np.empty((0, 2)), *line_points])


def _candidates(point: Array, size: Array, radius: float) -> tuple[Array, Array]:
    """Return boxes (K, 4) in all directions, nearest first, and which need no leader, (K,)."""
    steps, angles = map(
        np.ravel, np.meshgrid(np.arange(_STEPS), np.radians(_DIRECTIONS), indexing="ij")
    )
    gaps = radius + (steps + 0.5) * size[1] / 2
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    # The side or the corner of a label that is nearest to the point has the gap to it.
    centres = point + directions * gaps[:, None]
    centres += np.clip(directions * np.sqrt(2), -1, 1) * size / 2
    return np.hstack([centres - size / 2, centres + size / 2]), steps < _NEAR


def _leader(point: Array, end: Array, radius: float) -> Array:
    """Return the line (2, 2) from the marker on a point to `end`."""
    vector = end - point
    return np.array([point + vector * (radius + _CLEARANCE) / np.abs(vector).max(), end])


def _squares(points: Array, radius: float) -> Array:
    """Return the squares around points, (n, 4): left, low, right, high."""
    return np.hstack([points - radius, points + radius])


def _overlaps(boxes: Array, obstacles: Array) -> Array:
    """Return for each box, (K,), whether it overlaps any obstacle."""
    low, high = boxes[:, None, :2], boxes[:, None, 2:]
    overlaps = (low < obstacles[:, 2:]) & (high > obstacles[:, :2])
    return np.asarray(overlaps.all(axis=-1).any(axis=-1))


def _distances(boxes: Array, points: Array) -> Array:
    """Return the distance from each box to each point, (K, M)."""
    nearest = np.clip(points, boxes[:, None, :2], boxes[:, None, 2:])
    return np.asarray(np.hypot(*np.moveaxis(nearest - points, -1, 0)))


def _is_alone(distances: Array, number: int) -> Array:
    """Return for each box, (K,), whether every other point lies clearly farther than its own."""
    others = np.delete(distances, number, axis=1)
    return np.asarray((others > _CLEARLY * distances[:, [number]]).all(axis=1))


def _crosses(start: Array, leader_ends: Array, boxes: Array) -> Array:
    """Return which lines from `start` to `leader_ends` (K, 2) run through a box."""
    vectors = leader_ends - start
    vectors = np.where(vectors == 0, 1e-9, vectors)[:, None]  # no division by 0
    low, high = (boxes[:, :2] - start) / vectors, (boxes[:, 2:] - start) / vectors
    enter, leave = np.minimum(low, high).max(axis=-1), np.maximum(low, high).min(axis=-1)
    return np.asarray(((enter < leave) & (enter < 1) & (leave > 0)).any(axis=-1))
