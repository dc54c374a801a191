"""Interpolation by B-splines along an axis, and the Gaussian that may stand before it."""

from math import log, sqrt
from typing import Any

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.fourier_crop import real_and_imaginary
from sampviz.dsp.nonfinite import infinity_as_nan
from sampviz.dsp.resampling_weights import Weights
from sampviz.dsp.sliding_window import pad

_MARGIN = 12  # copies of the edge sample on each side, as scipy and scikit-image have them


def spline_along(x: Array, positions: Array, order: int, axis: int) -> Array:
    """Read the spline through the samples of an axis.

    The axis is lengthened by copies of its edge samples; the interpolating B-spline through these,
    with a mirror beyond, is read at the positions.

    Parameters
    ----------
    x : Array
        Floating point or complex numbers.
    positions : Array, shape (new,)
        Fractional indices, at most 12 samples beyond the edges.
    order : {2, 3, 4, 5}
        Order of the spline.
    axis : int
        Negative index of the axis.

    Returns
    -------
    Array
        `x` with the new samples; the dtype of `x`. A NaN reaches all of its line.
    """
    from scipy.ndimage import spline_filter1d

    degree: Any = order

    def read(part: Array) -> Array:
        long = pad(part.astype(np.float64), axis, _MARGIN, _MARGIN, "edge")
        coefficients = spline_filter1d(long, degree, axis, mode="mirror")
        places = positions + _MARGIN
        last = coefficients.shape[axis] - 1
        index = np.floor(places - (order - 1) / 2).astype(np.intp)[:, None] + np.arange(order + 1)
        weights = Weights(np.clip(index, 0, last), _basis(places[:, None] - index, order))
        return infinity_as_nan(weights.along(coefficients, axis)).astype(part.dtype)

    return real_and_imaginary(read, x)


def _basis(t: Array, order: int) -> Array:
    """Return the B-spline of an order, centred on 0; 0 beyond its support."""
    from scipy.interpolate import BSpline

    spline = BSpline.basis_element(np.arange(order + 2) - (order + 1) / 2, extrapolate=False)
    return np.nan_to_num(spline(t))


def gaussian_weights(n: int, sigma: float) -> Weights:
    """Return the weights of a Gaussian along an axis, to 4 sigma; the edge sample is repeated.

    Parameters
    ----------
    n : int
        Number of samples.
    sigma : float
        Its standard deviation, in samples.

    Returns
    -------
    Weights
        Of as many samples as there were.
    """
    reach = int(4 * sigma + 0.5)
    distances = np.arange(-reach, reach + 1)
    taps = np.exp(-(distances**2) / (2 * sigma**2))
    index = np.clip(np.arange(n)[:, None] + distances, 0, n - 1)
    return Weights(index, np.broadcast_to(taps / taps.sum(), index.shape))


def prefilter_sigma(rule: str, ratio: float) -> float:
    """Return the standard deviation of the Gaussian before an axis shrinks.

    Parameters
    ----------
    rule : {"skimage", "cardoso"}
        Whose rule it is.
    ratio : float
        How many times smaller the axis gets; above 1.

    Returns
    -------
    float
        In samples.
    """
    return (ratio - 1) / 2 if rule == "skimage" else sqrt((ratio**2 - 1) / (8 * log(2)))
