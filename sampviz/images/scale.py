"""Intensity scales: values brought to 0..1, or to mean 0 and standard deviation 1."""

from dataclasses import replace

import numpy as np

from sampviz.core.warn import warn
from sampviz.dsp.dtypes import Array
from sampviz.images.image import Image
from sampviz.images.selection import Scale
from sampviz.images.value_range import value_range


def scaled(image: Image, scale: Scale) -> Image:
    """Return an image on another intensity scale; a constant one stays as it is, with a warning.

    Parameters
    ----------
    image : Image
        Real or complex. NaN and infinities stay what they are, and do not count.
    scale : {"unit", "zscore", "none"}
        `unit`: (x - lo) / (hi - lo), where lo and hi are the ends of the range of the data (0 and
        255 for 8 bit, else the smallest and the largest value; see `value_range`); complex numbers
        are divided by the largest magnitude. `zscore`: (x - mean) / sd, of all values and channels
        together, sd with n in the denominator. `none` leaves the values alone.

    Returns
    -------
    Image
        Its note says what was subtracted, and by what was divided.

    Examples
    --------
    >>> scaled(Image.of([[-1.0, 0.0], [1.0, 3.0]]), "unit").array.tolist()
    [[0.0, 0.25], [0.5, 1.0]]
    >>> scaled(Image.of([[0.0, 0.0], [2.0, 2.0]]), "zscore").array.tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    """
    if scale == "none":
        return image
    finite = image.array[np.isfinite(image.array)]
    offset, divisor = (_of_range if scale == "unit" else _of_deviation)(image, finite)
    number, real = image.array.dtype.type, image.array.real.dtype.type
    with np.errstate(over="ignore"):
        can_hold = np.isfinite(2 * real(np.abs(finite).max(initial=0)))
    if not (divisor > 0 and can_hold):
        reason = "its values are too large" if divisor > 0 else "it is constant"
        reason = reason if finite.size else "it has no finite value"
        text = f"{image.name}: {reason}: it is not scaled to {scale}"
        warn(text)
        return replace(image, scale=scale)
    value_range = None
    if image.range:
        low, high = (float((limit - np.real(offset)) / divisor) for limit in image.range)
        value_range = low, high
    parts = [f"less {offset:g}"] * (offset != 0) + [f"divided by {divisor:g}"] * (divisor != 1)
    return replace(
        image,
        array=(image.array - number(offset)) / real(divisor),
        range=value_range,
        notes=(*image.notes, f"values {', '.join(parts)}") if parts else image.notes,
        labels=None,
        scale=scale,
    )


def _of_range(image: Image, finite: Array) -> tuple[complex | float, float]:
    if image.array.dtype.kind == "c":
        return 0.0, float(np.abs(finite).max(initial=0.0))
    data_range = value_range(image)
    return data_range.low, data_range.span


def _of_deviation(_: Image, finite: Array) -> tuple[complex | float, float]:
    if not finite.size:
        return 0.0, 0.0
    # Squares of large values would overflow.
    largest = float(np.abs(finite).max()) or 1.0
    shares = finite.astype(np.result_type(finite, np.float64)) / largest
    mean = shares.mean()
    deviation = float(np.sqrt((np.abs(shares - mean) ** 2).mean())) * largest
    # What is left of a constant is rounding.
    if deviation <= np.finfo(finite.real.dtype).eps * largest:
        deviation = 0.0
    return mean.item() * largest, deviation
