"""From stored values to numbers: slope and intercept, what is not finite, and how many bits."""

import re

import numpy as np
import pytest

from sampviz.core.errors import InputError
from sampviz.images.formats.rescale import as_numbers, over_black
from tests.every import every
from tests.images.build import Array

HERE = "v.nii"


@every(
    "stored, slope, inter",
    [
        (np.array([1e300, 1]), 1e10, 0),
        (np.array([-1e300, 1]), 1e10, 0),
        (np.array([1e308, 1]), 1, 1.7e308),
        (np.array([1e300, np.inf, np.nan]), 1e10, 0),
        (np.array([1, 1e300j]), 1e10, 0),
        (np.array([3, 255], np.uint8), 1e308, 0),
    ],
)
def test_a_scale_that_takes_a_finite_value_beyond_float64_is_refused(
    stored: Array, slope: float, inter: float
) -> None:
    with pytest.raises(InputError) as caught:
        as_numbers(stored, HERE, "keep", slope, inter)
    assert str(caught.value) == (
        f"slope {slope:g} and intercept {inter:g} take its values beyond float64\n"
        f"  in:  {HERE}\n"
        "  fix: mend scl_slope and scl_inter of the file"
    )


@every("inf", [np.inf, -np.inf, complex(0, np.inf), complex(np.inf, -np.inf), np.nan])
def test_a_scale_leaves_what_is_not_finite_as_it_is_and_scales_the_rest(inf: complex) -> None:
    stored = np.array([3, inf, -4])
    values, notes = as_numbers(stored, HERE, "keep", 2, 1)
    plus = 1 + 1j if np.iscomplexobj(stored) else 1  # both parts, as NIfTI-1.1 says
    assert np.array_equal(values[[0, 2]], np.array([6, -8]) + plus)
    assert not np.isfinite(values[1])
    assert len(notes) == 1


def test_what_is_not_finite_is_kept_filled_or_refused() -> None:
    stored = np.array([1, np.nan, 6, np.inf, -1, -np.inf])
    values, (note,) = as_numbers(stored, HERE, "keep")
    assert np.array_equal(values, stored, equal_nan=True)
    assert note == "1 NaN and 2 infinite among 6 values"
    for nan, fill in (("fill=0", 0), ("fill=mean", 2)):
        values, notes = as_numbers(stored, HERE, nan)
        assert values.tolist() == [1, fill, 6, fill, -1, fill]
        assert notes == (f"{note}: set to {fill}",)
    with pytest.raises(InputError, match=f"^{re.escape(note)}\n"):
        as_numbers(stored, HERE, "error")
    with pytest.raises(InputError, match="none to take the mean of"):
        as_numbers(np.full(2, np.nan), HERE, "fill=mean")
    for nan in ("fill=0", "fill=mean", "error"):
        assert as_numbers(np.arange(3.0), HERE, nan)[1] == ()


@every("sign", [1, -1, 1j])
@every(
    "stored, largest, used, note",
    [
        (np.float32, 0, np.float32, ""),
        (np.float32, 1e-15, np.float32, ""),
        (np.float32, 1e15, np.float32, ""),
        (np.float32, 1e-17, np.float64, "values up to 1e-17: computed in float64"),
        (np.float32, 1e17, np.float64, "values up to 1e+17: computed in float64"),
        (np.float64, 1, np.float64, ""),
        (np.float64, 1e17, np.float64, ""),
        (np.float64, 1e-139, np.float64, ""),
        (np.float64, 1e139, np.float64, ""),
        (
            np.float64,
            1e-141,
            np.float64,
            "values up to 1e-141: float64 does not hold their squares",
        ),
        (np.float64, 1e141, np.float64, "values up to 1e+141: float64 does not hold their squares"),
    ],
)
def test_numbers_have_the_bits_that_hold_them_and_their_squares(
    sign: complex, stored: type, largest: float, used: type, note: str
) -> None:
    array = np.array([largest, 0, largest / 2]) * sign
    array = array.astype(np.result_type(stored, np.complex64) if sign == 1j else stored)
    values, notes = as_numbers(array, HERE, "keep")
    assert values.real.dtype == used
    assert np.array_equal(values, array)
    assert notes == ((note,) if note else ())


@every(
    "stored, used",
    [
        ("u1", "f4"), ("i2", "f4"), ("u2", "f4"), ("f2", "f4"), ("f4", "f4"), ("c8", "c8"),
        ("i4", "f8"), ("u4", "f8"), ("i8", "f8"), ("f8", "f8"), ("c16", "c16"),
    ],
)  # fmt: skip
def test_scaled_numbers_have_as_many_bits_as_they_come_from(stored: str, used: str) -> None:
    values, notes = as_numbers(np.array([0, 3, 100]).astype(stored), HERE, "keep", 0.5, 1)
    assert values.dtype == used
    assert notes == ()
    assert values.real.tolist() == [1, 2.5, 51]


def test_over_black_is_a_product_with_how_opaque_a_pixel_is() -> None:
    opaque = np.array([[0, 0.5, 1]])
    grey, colours = np.full((1, 3), 8, np.float32), np.full((1, 3, 3), [2, 4, 8], np.float32)
    assert over_black(grey, opaque).tolist() == [[0, 4, 8]]
    assert over_black(colours, opaque).tolist() == [[[0, 0, 0], [1, 2, 4], [2, 4, 8]]]
    assert over_black(grey, opaque).dtype == np.float32
