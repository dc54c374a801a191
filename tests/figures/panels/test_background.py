"""What is background of an image, at whichever level it lies."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sampviz
from sampviz.dsp.dtypes import Array
from sampviz.figures.panels.auto_region import content_region, detail_region
from sampviz.figures.panels.background import background_of
from sampviz.figures.panels.column import columns_of
from sampviz.figures.panels.zoom_region import Region
from sampviz.images.image import Image
from sampviz.images.scale import scaled
from sampviz.ops.chain import parse_chains

_ROWS, _COLUMNS = np.mgrid[:64, :64]
_RADIUS = np.hypot(_ROWS - 31.5, _COLUMNS - 31.5)
_HEAD = _RADIUS < 20


def _head_ct(padding: float | None = None) -> Array:
    """Return a head in Hounsfield units: noisy air, tissue and a ring of bone; padding beyond."""
    ct = np.where(_HEAD, 40.0, -1000.0) + np.random.default_rng(0).normal(0, 8, _HEAD.shape)
    ct[(_RADIUS >= 18) & _HEAD] = 1000
    return ct if padding is None else np.where(_RADIUS > 31, padding, ct)


def _content(image: Image) -> Region | None:
    return content_region(image, columns_of(image, parse_chains("max"), 1, "real"))


@pytest.mark.parametrize("padding", [None, -1024.0, -2000.0, -3024.0])
def test_air_and_padding_are_the_background_of_a_ct_and_tissue_is_not(
    padding: float | None,
) -> None:
    array = _head_ct(padding)
    image = Image.of(array, spacing=(1, 1))
    np.testing.assert_array_equal(background_of(image, array), ~_HEAD)
    assert _content(image) == Region(10, 10, 44, 44)  # 12..51, a margin of 2


def test_the_detail_of_a_ct_lies_in_the_head_though_outputs_differ_more_in_its_air() -> None:
    image = Image.of(_head_ct(), spacing=(1, 1))
    original, output = columns_of(image, parse_chains("max"), 1, "real")
    errors = {output: np.where(_HEAD[::2, ::2], 1.0, 9.0)}
    region = detail_region(image, [original, output], errors, 5000.0)
    rows = slice(region.row, region.row + region.height)
    columns = slice(region.column, region.column + region.width)
    assert np.mean(_HEAD[rows, columns]) > 0.98


def test_an_image_less_a_number_has_the_background_of_the_image() -> None:
    t1 = sampviz.load("sample:t1")
    assert _content(t1) is not None
    assert _content(scaled(t1, "zscore")) == _content(t1)


def test_what_is_next_to_0_is_the_background_of_a_difference() -> None:
    edge = np.where(np.abs(_RADIUS - 12) < 1, np.sign(12 - _RADIUS), 0.0)
    noise = np.random.default_rng(0).normal(0, 1e-3, edge.shape)
    for array in (edge, edge + noise):
        background = background_of(Image.of(array, spacing=(1, 1)), array)
        np.testing.assert_array_equal(background, edge == 0)


def test_a_few_values_below_0_do_not_move_the_background() -> None:
    array = np.where(_HEAD, 1000.0, 0.0)
    array[[10, 53], 32] = -300.0  # as of a spline
    background = background_of(Image.of(array, spacing=(1, 1)), array)
    np.testing.assert_array_equal(background, array == 0)


@pytest.mark.parametrize("name", ["CT_small.dcm", "dicomdirtests/98892001/CT5N"])
def test_nothing_of_a_ct_without_air_around_it_is_cut_off(name: str) -> None:
    pydicom = pytest.importorskip("pydicom")
    image = sampviz.load(Path(pydicom.__file__).parent / "data/test_files" / name)
    assert _content(image) is None


def test_the_background_does_not_depend_on_the_unit_up_to_the_largest_numbers() -> None:
    ct = _head_ct()
    image = Image.of(ct, spacing=(1, 1))
    array = ct / np.abs(ct).max() * np.finfo(np.float64).max
    largest = replace(image, array=array)
    np.testing.assert_array_equal(background_of(largest, array), ~_HEAD)
