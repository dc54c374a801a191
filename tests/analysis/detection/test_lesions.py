"""Lesions as arrays: the covered shares of pixels."""

from math import pi

import numpy as np
import pytest

from sampviz.analysis.detection.lesions import FWHM, lesion

SPACINGS = [(0.94, 0.9), (1.0, 1.2, 0.8)]


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("diameter", [0.5, 3.3, 8.0])
def test_shares_are_those_of_fine_samples(spacing: tuple[float, ...], diameter: float) -> None:
    size, centre = (40,) * len(spacing), (17.3, 18.9, 20.1)[: len(spacing)]
    disc = lesion("disc", diameter, centre, spacing, size)
    fine = 32 if len(size) == 2 else 12
    squares = [
        (((np.arange(s.start * fine, s.stop * fine) + 0.5) / fine - 0.5 - c) * mm) ** 2
        for s, c, mm in zip(disc.box, centre, spacing, strict=True)
    ]
    inside = np.asarray(sum(np.ix_(*squares)) < (diameter / 2) ** 2)
    blocks = inside.reshape([n for side in disc.shares.shape for n in (side, fine)])
    shares = blocks.mean(axis=tuple(range(1, 2 * len(size), 2)))
    assert np.abs(disc.shares - shares).max() < 0.01
    whole = pi / 4 * diameter**2 if len(size) == 2 else pi / 6 * diameter**3
    assert disc.shares.sum() * np.prod(spacing) == pytest.approx(whole, rel=1e-12)


def test_a_lesion_is_cut_off_at_the_border_and_not_made_heavier() -> None:
    disc = lesion("disc", 6.0, (-0.5, 9.5), (1.0, 1.0), (20, 20))  # half of it lies beyond
    assert disc.corner[0] == 0
    assert disc.shares.sum() == pytest.approx(pi * 9 / 2, rel=1e-12)
    assert disc.shares.max() <= 1 + 1e-12


def test_a_blob_is_half_as_high_where_its_diameter_says() -> None:
    blob = lesion("gaussian", 4.0, (16.0, 16.0), (1.0, 0.5), (33, 33))
    row, column = (16 - corner for corner in blob.corner)
    assert blob.shares[row, column] == 1
    assert blob.shares[row + 2, column] == pytest.approx(0.5, rel=1e-12)
    assert blob.shares[row, column + 4] == pytest.approx(0.5, rel=1e-12)
    assert blob.energy == pytest.approx(pi * (4 / FWHM) ** 2 / 0.5, rel=1e-6)
