"""Brightness"""

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.metric import metric


@metric("bias", unit="of the image's values", better="nearer 0", label="brightness bias")
def bias(evaluation: Evaluation) -> float:
    """How much brighter the output is than the image, in the mean.

    Formula: mean(y) - mean(x), of complex numbers the magnitudes.
    Range: any; in the units of the image's values.
    Undefined: never.
    Known: max of noise that is uniform in 0..1: .3; of standard normal noise 1.03; avg 0.
    Source: the definition.
    """
    return float(evaluation.magnitudes.mean(dtype="float64")) - evaluation.original.mean
