"""Conditions under which a metric is defined, and when an energy is rounding."""

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.metric import UndefinedError

NEGLIGIBLE = 1e-12  # of the energy of the image: rounding, in float32


def scaled_variation(evaluation: Evaluation) -> float:
    """Return the variation that as many samples of the image have as the output has.

    Parameters
    ----------
    evaluation : Evaluation
        The chain on the image.

    Returns
    -------
    float
        The variation of the image, scaled by the number of samples.

    Raises
    ------
    UndefinedError
        If the image is constant.
    """
    variation = evaluation.original.variation
    if not variation > 0:
        raise UndefinedError("the image is constant")
    return variation * evaluation.output.size / evaluation.original.array.size


def require_same_channels(evaluation: Evaluation) -> None:
    """Check that the output has as many channels as the image.

    Parameters
    ----------
    evaluation : Evaluation
        The chain on the image.

    Raises
    ------
    UndefinedError
        If it has not.
    """
    if len(evaluation.output) != len(evaluation.original.array):
        raise UndefinedError("the output has other channels than the image")
