"""Upsampling"""

import numpy as np

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.metric import UndefinedError, metric
from sampviz.dsp.patches import inner

_NEGLIGIBLE_MEAN = 1e-6


@metric("checkerboard", better="lower", share=True)
def checkerboard(evaluation: Evaluation) -> float:
    """Energy of the pattern that an upsampling draws on a flat image.

    Formula: var(y) / mean(y)^2 of what the chain makes of all 1, an eighth of each side left
    out. It does not depend on the values of the image.
    Range: 0 or more; 0 where every sample is reached by the same weights.
    Undefined: where no step makes the image larger, and where the chain makes 0 of all 1.
    Known: transpose:k=3 .235 (weights 1 2 / 2 4), transpose:k=4 0, zeros 3, bilinear 0.
    Source: the uneven overlap of transposed convolutions.
    """
    if not evaluation.enlarges:
        raise UndefinedError("no step makes the image larger")
    flat = np.ones(evaluation.original.array.shape, evaluation.original.array.real.dtype)
    out = inner(evaluation.run(flat), evaluation.axes).astype(np.float64)
    # Whole periods of the pattern: a part of one would count too much.
    periods = (round(a / b) for a, b in zip(evaluation.coarsest, evaluation.steps, strict=True))
    sides = zip(out.shape[1:], periods, strict=True)
    out = out[:, *(slice(n - n % p if n >= p else n) for n, p in sides)]
    mean = float(out.mean())
    if abs(mean) < _NEGLIGIBLE_MEAN:
        raise UndefinedError("the chain makes 0 of a flat image")
    return float(out.var()) / mean**2
