"""The measure of the example."""

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.metric import metric


@metric("brightest", unit="of the image's values", better="nearer 0")
def brightest(evaluation: Evaluation) -> float:
    """How much brighter the brightest pixel of the output is than that of the image.

    Formula: max(y) - max(x), of complex numbers the magnitudes.
    Range: any; in the units of the image's values.
    Undefined: never.
    Known: 0 for max pooling, at most 0 for average pooling.
    Source: the definition.
    """
    return float(evaluation.magnitudes.max() - abs(evaluation.original.array).max())
