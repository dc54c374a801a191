"""From what is stored to numbers: exact where float64 can, scaled, with every NaN counted."""

import numpy as np

from sampviz.core.errors import InputError, argument
from sampviz.dsp.dtypes import Array, as_number, is_rounded, mean_of
from sampviz.images.image import nonfinite_note

ALPHA_NOTE = "transparency: composed over black"


def as_numbers(
    stored: Array, where: str, nan: str, slope: float = 1.0, inter: float = 0.0
) -> tuple[Array, tuple[str, ...]]:
    """Return slope times `stored` plus inter, and what a reader should know of the values.

    They are computed in float64 and kept in it unless float32 holds what is stored, and their
    squares. `nan` says what becomes of NaN and infinities: keep, fill=0, fill=mean (of the finite
    values), or error. Both parts of complex numbers are scaled, as NIfTI-1.1 says.
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
    values, odd = _replace_nonfinite(values, where, nan)
    values, size = _with_room(values, narrow)
    return values, notes + odd + size


def _scaled(stored: Array, slope: float, inter: float, where: str) -> Array:
    wide = np.complex128 if stored.dtype.kind == "c" else np.float64
    # As pairs of real numbers: of infinite complex ones a product is NaN.
    parts = np.ascontiguousarray(stored, wide).view(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        values = (parts * slope + inter).view(wide)
    if np.count_nonzero(np.isfinite(values)) < np.count_nonzero(np.isfinite(stored)):
        raise InputError(
            f"slope {slope:g} and intercept {inter:g} take its values beyond float64",
            where,
            "mend scl_slope and scl_inter of the file",
        )
    return values


def _replace_nonfinite(values: Array, where: str, nan: str) -> tuple[Array, tuple[str, ...]]:
    told = nonfinite_note(values)
    if not told or nan == "keep":
        return values, told
    if nan == "error":
        raise InputError(
            told[0],
            where,
            f"{argument('nan', 'fill=0')} or {argument('nan', 'fill=mean')} fills them",
        )
    finite = np.isfinite(values)
    fill = 0.0
    if nan == "fill=mean":
        if not finite.any():
            raise InputError(
                f"{told[0]}: none to take the mean of", where, argument("nan", "fill=0")
            )
        fill = mean_of(values[finite])
    filled = np.where(finite, values, np.asarray(fill, values.dtype))
    return filled, (f"{told[0]}: set to {fill:.4g}",)


def _with_room(values: Array, narrow: bool) -> tuple[Array, tuple[str, ...]]:
    """Return float32 if `narrow` and it holds the squares of the values, else float64."""
    with np.errstate(over="ignore"):
        top = float(np.abs(values[np.isfinite(values)]).max(initial=0))
    single, double = (
        (np.complex64, np.complex128) if values.dtype.kind == "c" else (np.float32, np.float64)
    )
    if narrow and (1e-16 < top < 1e16 or not top):
        return values.astype(single, copy=False), ()
    values = values.astype(double, copy=False)
    if narrow:
        return values, (f"values up to {top:.3g}: computed in float64",)
    if 1e-140 < top < 1e140 or not top:
        return values, ()
    return values, (f"values up to {top:.3g}: float64 does not hold their squares",)


def over_black(colours: Array, alpha: Array) -> Array:
    """Compose (H, W) or (H, W, 3) over black; `alpha` is (H, W), 0..1."""
    share = alpha if colours.ndim == 2 else alpha[..., None]
    return np.asarray(colours * share, colours.dtype)
