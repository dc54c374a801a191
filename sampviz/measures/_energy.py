"""Energies, and when they are too small to say anything."""

import numpy as np

from sampviz.arrays import Array
from sampviz.measurement import UndefinedError
from sampviz.trial import Trial

NEGLIGIBLE = 1e-12  # of the energy of the image: rounding, in float32


def energy(x: Array) -> float:
    """Return the sum of |x|^2."""
    return float(np.sum(x.real**2 + x.imag**2 if x.dtype.kind == "c" else x**2, dtype=np.float64))


def variation(x: Array) -> float:
    """Return the sum of |x - mean|^2, the mean of each plane of (C, H, W)."""
    return energy(x - x.mean(axis=(-2, -1), keepdims=True))


def expected(trial: Trial) -> float:
    """Return the variation that so many samples of the image have; UndefinedError for none."""
    whole = variation(trial.original.array)
    if not whole > 0:
        raise UndefinedError("the image is constant")
    return whole * trial.output.size / trial.original.array.size


def same_channels(trial: Trial) -> None:
    """Raise UndefinedError if the output has other channels than the image."""
    if len(trial.output) != len(trial.original.array):
        raise UndefinedError("the output has other channels than the image")
