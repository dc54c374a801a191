"""Conditions under which a metric is defined, and when an energy is rounding."""

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.metric import UndefinedError

NEGLIGIBLE = 1e-12  # of the energy of the image: rounding, in float32


def require_squares(evaluation: Evaluation) -> None:
    """Check that the squares of the image's values can be computed with.

    Parameters
    ----------
    evaluation : Evaluation
        The chain on the image.

    Raises
    ------
    UndefinedError
        If the values are too large or too small for it.
    """
    if evaluation.original.out_of_range:
        raise UndefinedError(evaluation.original.out_of_range)


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
        If the image is constant, or its values have no squares.
    """
    require_squares(evaluation)
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
        If it has not, or the values of the image have no squares.
    """
    require_squares(evaluation)
    if len(evaluation.output) != len(evaluation.original.array):
        raise UndefinedError("the output has other channels than the image")
