"""Errors of a label map near edges: false responses, merging and displacement."""

from typing import Literal, NamedTuple

import numpy as np

from sampviz.dsp.dtypes import Array


class EdgeErrors(NamedTuple):
    """1 - mean recall near the edges of the prediction, of the truth, and of both; NaN: no edge."""

    false_responses: float
    merging: float
    displacement: float


def edge_errors(
    predicted: Array,
    true: Array,
    *,
    width: int = 15,
    edges: Literal["laplacian", "any"] = "laplacian",
) -> EdgeErrors:
    """Return how many pixels near edges have another label.

    Parameters
    ----------
    predicted, true : array, shape (H, W)
        Label maps.
    width : int
        Side of the square by which edges are widened, in px; odd.
    edges : {"laplacian", "any"}
        Where the Laplacian of the label numbers is not 0, which labels such as 0, 1, 2 in a row
        hide, or where any of four neighbours differs.

    Returns
    -------
    EdgeErrors
        1 - the mean over labels of recall, near the edges of the prediction, of the truth, and
        where both are near; NaN where there is no edge.

    Examples
    --------
    >>> labels = np.repeat([[0, 0, 1, 1]], 4, axis=0)
    >>> edge_errors(labels, labels, width=3)
    EdgeErrors(false_responses=0.0, merging=0.0, displacement=0.0)
    """
    near_predicted, near_true = (_near(labels, width, edges) for labels in (predicted, true))
    regions = (near_predicted, near_true, near_predicted & near_true)
    return EdgeErrors(*(_error(predicted, true, region) for region in regions))


def _near(labels: Array, width: int, edges: str) -> Array:
    from scipy.ndimage import maximum_filter

    padded = np.pad(labels, 1, mode="edge" if edges == "any" else "reflect")
    middle = padded[1:-1, 1:-1]
    neighbours = [padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]]
    if edges == "any":
        is_edge = np.any([neighbour != middle for neighbour in neighbours], axis=0)
    else:
        is_edge = np.sum(neighbours, axis=0) - 4.0 * middle != 0
    return np.asarray(maximum_filter(is_edge, width, mode="constant"))


def _error(predicted: Array, true: Array, region: Array) -> float:
    recalls = [
        np.mean(predicted[region & (true == label)] == label) for label in np.unique(true[region])
    ]
    return float(1 - np.mean(recalls)) if recalls else float("nan")
