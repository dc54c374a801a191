"""From stored values to numbers: slope and intercept, precision, NaN and infinities.

Values are float32 where that holds them and their squares, so that metrics do not overflow; else
float64.
"""

import numpy as np

from sampviz.core.errors import InputError, argument
from sampviz.dsp.dtypes import Array, as_number, finite_range, is_rounded, mean_of
from sampviz.images.image import nonfinite_note

ALPHA_NOTE = "transparency: composed over black"


def as_numbers(
    stored: Array, where: str, nan: str, slope: float = 1.0, inter: float = 0.0
) -> tuple[Array, tuple[str, ...]]:
    """Return slope times `stored` plus inter.

    Parameters
    ----------
    stored : ndarray
        Real or complex, of any shape.
    where : str
        The name of the input, for errors.
    nan : {"keep", "fill=0", "fill=mean", "error"}
        What becomes of NaN and infinities; the mean is of the finite values.
    slope, inter : float
        Scale both parts of complex numbers, as NIfTI-1.1 says.

    Returns
    -------
    values : ndarray
        float32 or complex64 if `stored` is of so few bits and its values and their squares fit;
        float64 or complex128 else.
    notes : tuple of str
        What a reader should know of the values.

    Raises
    ------
    InputError
        If they are no numbers, or beyond float64, or not finite with `nan="error"`.
    """
    try:
        values = as_number(stored)
    except TypeError as err:
        raise InputError(str(err), where, "save numbers") from None
    notes: tuple[str, ...] = ()
    if is_rounded(stored):
        notes = (f"{stored.dtype} is rounded to float64: it holds 53 bits",)
    narrow = values.real.dtype == np.float32
    if (slope, inter) != (1, 0):
        narrow = stored.dtype.itemsize <= {"f": 4, "c": 8}.get(stored.dtype.kind, 2)
        values = _scaled(stored, slope, inter, where)
    values, nonfinite_notes = _replace_nonfinite(values, where, nan)
    values, range_notes = _choose_precision(values, narrow)
    return values, notes + nonfinite_notes + range_notes


def _scaled(stored: Array, slope: float, inter: float, where: str) -> Array:
    wide_dtype = np.complex128 if stored.dtype.kind == "c" else np.float64
    # As pairs of real numbers: of infinite complex ones a product is NaN.
    parts = np.ascontiguousarray(stored, wide_dtype).view(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        values = (parts * slope + inter).view(wide_dtype)
    if np.count_nonzero(np.isfinite(values)) < np.count_nonzero(np.isfinite(stored)):
        raise InputError(
            f"slope {slope:g} and intercept {inter:g} take its values beyond float64",
            where,
            "mend scl_slope and scl_inter of the file",
        )
    return values


def _replace_nonfinite(values: Array, where: str, nan: str) -> tuple[Array, tuple[str, ...]]:
    notes = nonfinite_note(values)
    if not notes or nan == "keep":
        return values, notes
    if nan == "error":
        raise InputError(
            notes[0],
            where,
            f"{argument('nan', 'fill=0')} or {argument('nan', 'fill=mean')} fills them",
        )
    finite = np.isfinite(values)
    fill = 0.0
    if nan == "fill=mean":
        if not finite.any():
            raise InputError(
                f"{notes[0]}: none to take the mean of", where, argument("nan", "fill=0")
            )
        fill = mean_of(values[finite])
    filled = np.where(finite, values, np.asarray(fill, values.dtype))
    return filled, (f"{notes[0]}: set to {fill:.4g}",)


def _choose_precision(values: Array, narrow: bool) -> tuple[Array, tuple[str, ...]]:
    """Return float32 if `narrow` and it holds the squares of the values, else float64."""
    if values.dtype.kind == "c":
        with np.errstate(over="ignore"):
            largest = float(np.abs(values[np.isfinite(values)]).max(initial=0))
    else:
        low, high = finite_range(values) or (0.0, 0.0)
        largest = max(-low, high)
    single, double = (
        (np.complex64, np.complex128) if values.dtype.kind == "c" else (np.float32, np.float64)
    )
    if narrow and (1e-16 < largest < 1e16 or not largest):
        return values.astype(single, copy=False), ()
    values = values.astype(double, copy=False)
    if narrow:
        return values, (f"values up to {largest:.3g}: computed in float64",)
    if 1e-140 < largest < 1e140 or not largest:
        return values, ()
    return values, (f"values up to {largest:.3g}: float64 does not hold their squares",)


def over_black(colours: Array, alpha: Array) -> Array:
    """Compose an image with transparency over black.

    Parameters
    ----------
    colours : ndarray
        (H, W) or (H, W, 3).
    alpha : ndarray
        (H, W), 0..1, 1 for opaque.

    Returns
    -------
    ndarray
        Of the shape and the type of `colours`.
    """
    opacity = alpha if colours.ndim == 2 else alpha[..., None]
    return np.asarray(colours * opacity, colours.dtype)
