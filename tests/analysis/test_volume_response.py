"""Responses of volumes: along each axis what a plane has along it."""

import numpy as np
import pytest

from sampviz.analysis.frequency_response import response_curves
from sampviz.ops.chain import Chain
from tests.analysis.test_frequency_response import at, curve

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_waves")]


def test_of_a_volume_axes_that_are_alike_share_a_curve() -> None:
    (found,) = response_curves(Chain.parse("avg"), axes=3)
    assert found.axis == "all"
    eighths = [0, 1 / 8, 1 / 4, 3 / 8, 1 / 2]
    assert at(found, *eighths) == pytest.approx([1, 0.924, 0.707, 0.383, 0], abs=5e-4)
    slices, in_plane = response_curves(Chain.parse("blur:k=1x3x3:s=1x2x2"), axes=3)
    assert (slices.axis, slices.nyquist, in_plane.nyquist) == ("slices", 0.5, 0.25)
    assert slices.gain == pytest.approx(1)
    assert in_plane.axis == "rows and columns"
    assert in_plane.gain == pytest.approx(np.cos(np.pi * in_plane.frequency) ** 2)
    outer, rows = response_curves(Chain.parse("stride:2x3x2"), axes=3)
    assert (outer.axis, outer.nyquist) == ("slices and columns", 1 / 4)
    assert (rows.axis, rows.nyquist) == ("rows", 1 / 6)


@pytest.mark.parametrize("chain", ["max", "nearest:2", "stride:4", "conv:gauss:pad=reflect"])
def test_along_an_axis_of_a_volume_waves_come_out_as_from_a_plane(chain: str) -> None:
    plane = curve(chain)
    (volume,) = response_curves(Chain.parse(chain), axes=3)
    assert volume.nyquist == plane.nyquist
    wave_numbers = np.searchsorted(plane.frequency, volume.frequency)
    assert plane.frequency[wave_numbers] == pytest.approx(volume.frequency)
    # A window of three axes sees the same values as one of two along a wave.
    assert volume.gain == pytest.approx(plane.gain[wave_numbers], abs=1e-3)
    assert np.allclose(volume.folds_to, plane.folds_to[wave_numbers], equal_nan=True, atol=1e-12)
