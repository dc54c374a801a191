"""When energies are too small to say anything."""

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.metric import UndefinedError

NEGLIGIBLE = 1e-12  # of the energy of the image: rounding, in float32


def require(trial: Evaluation) -> float:
    """Return the variation that so many samples of the image have; UndefinedError for none."""
    whole = trial.original.variation
    if not whole > 0:
        raise UndefinedError("the image is constant")
    return whole * trial.output.size / trial.original.array.size


def same_channels(trial: Evaluation) -> None:
    """Raise UndefinedError if the output has other channels than the image."""
    if len(trial.output) != len(trial.original.array):
        raise UndefinedError("the output has other channels than the image")
