"""Power spectra of volumes: closed forms, and sums over the whole DFT."""

import numpy as np
import pytest

from sampviz.dsp.dtypes import Array
from sampviz.dsp.spectrum import radial_power
from sampviz.dsp.volume_spectrum import amplitude_in_planes, coverage, volume_power

rng = np.random.default_rng(0)
ALL = (0, 1, 2)


@pytest.mark.parametrize("axes", [ALL, (1, 2), (0,), (0, 2)])
@pytest.mark.parametrize("kind", ["real", "complex"])
def test_each_ring_is_its_part_of_the_whole_dft(axes: tuple[int, ...], kind: str) -> None:
    x = rng.normal(size=(2, 8, 9, 12)) + 3
    if kind == "complex":
        x = x + 1j * rng.normal(size=x.shape)
    pitch, width = (3.0, 1.0, 0.8), 0.11
    power = (np.abs(np.fft.fftn(x, axes=(1, 2, 3), norm="forward")) ** 2).mean(axis=0)
    power[0, 0, 0] = 0
    total: dict[int, float] = {}
    for at in np.ndindex(power.shape):
        waves = [np.fft.fftfreq(n, d)[k] for n, d, k in zip(power.shape, pitch, at, strict=True)]
        ring = int(np.sqrt(sum(waves[i] ** 2 for i in axes)) / width + 0.5)
        total[ring] = total.get(ring, 0.0) + power[at]
    radial = volume_power(x, pitch, width, axes)
    assert radial.frequency == pytest.approx(np.array(sorted(total)) * width)
    assert radial.total == pytest.approx([total[ring] for ring in sorted(total)])
    assert radial.variance == pytest.approx(x.var(axis=(1, 2, 3)).mean())
    assert radial.parseval < 1e-12
    assert radial.count.sum() == np.prod([x.shape[1 + i] for i in axes]) - (axes == ALL)


def test_a_volume_of_one_slice_has_the_spectrum_of_its_plane() -> None:
    x = rng.normal(size=(1, 1, 12, 15))
    plane = radial_power(x[:, 0], (1.0, 0.9), 0.08)
    volume = volume_power(x, (5.0, 1.0, 0.9), 0.08, ALL)
    assert volume.frequency == pytest.approx(plane.frequency)
    assert volume.total == pytest.approx(plane.total)
    assert np.array_equal(volume.count, plane.count)


@pytest.mark.parametrize(
    ("size", "voxel", "ring", "count", "share"),
    [
        ((32, 256, 256), (3, 0.9, 0.9), 16, 18181, 0.981),
        ((32, 256, 256), (3, 0.9, 0.9), 20, None, 0.799),
        ((32, 256, 256), (3, 0.9, 0.9), 24, None, 0.670),
        ((25, 320, 320), (5, 0.75, 0.75), 20, None, 0.625),
    ],
)
def test_a_shell_is_full_up_to_the_smallest_nyquist_and_a_belt_beyond(
    size: tuple[int, ...],
    voxel: tuple[float, ...],
    ring: int,
    count: int | None,
    share: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Beyond n1 = 1 / (2 mm) of the slices n1 / |f| of it is there, up to the next Nyquist."""
    monkeypatch.setattr("sampviz.dsp.volume_spectrum._power", lambda x, bins, n: np.zeros(n))
    extent = [n * mm for n, mm in zip(size, voxel, strict=True)]
    width = 1 / min(extent)
    radial = volume_power(np.zeros((1, *size), np.float32), voxel, width, ALL)
    at = int(np.searchsorted(radial.frequency, (ring - 0.5) * width))
    assert coverage(radial, extent, width)[at] == pytest.approx(share, abs=6e-4)
    if count:
        assert radial.count[at] == count
    assert coverage(radial, extent, width)[at - 10] == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("axes", [ALL, (0,)])
def test_of_constants_and_nan_there_is_no_power(axes: tuple[int, ...]) -> None:
    constant, nan = (
        volume_power(np.full((1, 4, 5, 6), each, np.float32), (1, 1, 1), 0.2, axes)
        for each in (1.1, np.nan)
    )
    assert constant.variance == 0
    assert not constant.total.any()
    assert np.isnan([nan.variance, *nan.total]).all()


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128])
def test_power_in_planes_is_that_of_the_volume_summed_across_them(dtype: type) -> None:
    x: Array = (np.random.default_rng(0).random((2, 5, 6, 7)) + 100).astype(dtype)
    power = np.abs(np.fft.fftn(x.astype(complex), axes=(1, 2, 3), norm="forward")) ** 2
    power[:, 0, 0, 0] = 0
    expected = np.fft.fftshift(power.mean(axis=0).sum(axis=0))
    tolerance = 1e-6 if dtype is np.float32 else 1e-12
    np.testing.assert_allclose(amplitude_in_planes(x) ** 2, expected, atol=tolerance)
    huge = amplitude_in_planes(x * np.array(2.0**100, x.real.dtype))
    np.testing.assert_array_equal(huge, amplitude_in_planes(x) * x.real.dtype.type(2.0**100))


def test_power_in_planes_of_what_is_not_finite_is_nan() -> None:
    x = np.zeros((1, 3, 4, 5))
    x[0, 1, 2, 3] = np.inf
    assert np.isnan(amplitude_in_planes(x)).all()
