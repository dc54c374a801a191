"""Gains in closed form, of interpolations whose gain is known."""

import numpy as np

from sampviz.dsp.closed_form_gain import interpolation_gain

V = np.linspace(0, 0.5, 6)


def test_the_nearest_sample_is_a_quarter_of_a_pixel_away() -> None:
    """Of two new samples one lies a quarter before the old one, the other as far behind."""
    gain = interpolation_gain(V, 2, lambda d: (np.abs(d) <= 0.5).astype(float), 1)
    assert np.allclose(gain, np.cos(np.pi * V / 2), atol=1e-12)


def test_linear_interpolation_has_three_quarters_of_the_nearer_sample() -> None:
    gain = interpolation_gain(V, 2, lambda d: np.maximum(1 - np.abs(d), 0), 1)
    near, far = np.cos(2 * np.pi * V / 4), np.cos(2 * np.pi * V * 3 / 4)
    assert np.allclose(gain, 0.75 * near + 0.25 * far, atol=1e-12)
