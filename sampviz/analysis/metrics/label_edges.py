"""Edges of label maps"""

import numpy as np

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.label_edges import EdgeErrors, edge_errors
from sampviz.analysis.metric import UndefinedError, metric

_MOST_LABELS = 256


@metric("ferr", better="lower", share=True, label="false responses", on_request=True)
def ferr(evaluation: Evaluation) -> float:
    """Share of pixels with another label, near the edges of the output.

    Formula: 1 - mean over labels of recall, over the pixels within a square of 15 px around the
    edges of the output, put back on the pixels of the image by the nearest sample; edges: where
    the Laplacian of the label numbers over four neighbours is not 0.
    Range: 0..1.
    Undefined: where the image is no label map of at most 256 labels, and where there is no edge.
    Known: 0 for identity.
    Source: the definition of studies of aliasing in segmentation; label numbers such as 0, 1, 2 in
    a row cancel, which edge_errors(edges="any") mends.
    """
    return _defined(_errors(evaluation).false_responses)


@metric("merr", better="lower", share=True, label="merging", on_request=True)
def merr(evaluation: Evaluation) -> float:
    """Share of pixels with another label, near the edges of the image.

    Formula: that of ferr, around the edges of the image.
    Range: 0..1.
    Undefined: as for ferr.
    Known: 0 for identity.
    Source: as for ferr.
    """
    return _defined(_errors(evaluation).merging)


@metric("derr", better="lower", share=True, label="displacement", on_request=True)
def derr(evaluation: Evaluation) -> float:
    """Share of pixels with another label, near the edges of both.

    Formula: that of ferr, where both are near: around the edges of the image and of the output.
    Range: 0..1.
    Undefined: as for ferr.
    Known: 0 for identity.
    Source: as for ferr.
    """
    return _defined(_errors(evaluation).displacement)


def _errors(evaluation: Evaluation) -> EdgeErrors:
    original = evaluation.original
    labels = np.unique(original.array)
    if len(labels) > _MOST_LABELS or not np.isfinite(labels).all():
        raise UndefinedError(f"the image is no label map of at most {_MOST_LABELS} labels")
    if evaluation.axes != 2 or len(original.array) > 1 or len(evaluation.output) > 1:
        raise UndefinedError("a label map is one plane")
    if not np.isin(evaluation.output, labels).all():
        raise UndefinedError("the output has values that are no labels of the image")
    predicted = evaluation.output[0]
    for axis, (grid, n) in enumerate(zip(evaluation.grids, original.size, strict=True)):
        predicted = predicted.take([grid.nearest(pixel) for pixel in range(n)], axis)
    return edge_errors(predicted, original.array[0])


def _defined(value: float) -> float:
    if np.isnan(value):
        raise UndefinedError("there is no edge")
    return value
