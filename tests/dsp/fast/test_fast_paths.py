"""Every fast technique computes what its plain version computes, NaN and edges included."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from sampviz.dsp.dtypes import FiniteFastPath
from sampviz.dsp.fast import dense_crop, nufft, plane_scatter
from sampviz.dsp.fast import row_tiles as bands
from sampviz.dsp.fast import window_extrema as window_extrema_module
from sampviz.dsp.fast.binomial_filter import binomial_filter
from sampviz.dsp.fast.block_resample import block_means, linear_interpolation, repeat
from sampviz.dsp.fast.buffers import FLOAT32, buffer
from sampviz.dsp.fast.deinterleave import PolyphaseRows, even_samples
from sampviz.dsp.fast.detail_preserving_pool import detail_preserving_pool
from sampviz.dsp.fast.filter2d import filter_windows
from sampviz.dsp.fast.fourier_crop import low_frequencies
from sampviz.dsp.fast.plane_scatter import scatter_planes
from sampviz.dsp.fast.slices import depth_factor
from sampviz.dsp.fast.window_extrema import window_extrema
from sampviz.dsp.fourier_crop import crop
from sampviz.dsp.sliding_window import window_layouts
from tests.dsp.fast import plain
from tests.every import Test, every

pytestmark = pytest.mark.slow

SIZES = [(1, 1), (1, 7), (2, 2), (2, 5), (3, 4), (5, 3), (7, 7), (8, 9), (16, 16), (33, 20)]
Image = NDArray[np.float32]


def image(size: tuple[int, ...], seed: int = 0) -> Image:
    return np.random.default_rng(seed).standard_normal(size, dtype=np.float32)


def holed(size: tuple[int, int]) -> Image:
    """With NaN and both infinities in places of their own."""
    x = image(size)
    places = np.random.default_rng(1).choice(x.size, 3, replace=False)
    x.ravel()[places] = np.nan, np.inf, -np.inf
    return x


def made(kernel: FiniteFastPath | None, x: Image) -> Image:
    assert kernel is not None
    out = kernel(x)
    assert out is not None
    return out


def same(found: Image, wanted: NDArray[np.float64]) -> None:
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=2e-6)


@pytest.fixture(params=[2**19, 16], ids=["one band", "many bands"])
def band(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bands, "_PIXELS", request.param)


def that_fit(*windows: tuple[int, int, int]) -> Callable[[Test], Test]:
    """Sizes, and windows k, s, p of which one at least fits."""
    cases = [
        (size, *window)
        for size in SIZES
        for window in windows
        if min(fit.count for fit in window_layouts(size, *window, 1, False)) > 0
    ]
    return every("size, k, s, p", cases)


@pytest.mark.usefixtures("band")
@that_fit((2, 2, 0), (3, 2, 1), (2, 1, 0), (5, 2, 2), (4, 2, 0))
@every("largest", [True, False])
def test_extremes(size: tuple[int, int], k: int, s: int, p: int, largest: bool) -> None:
    fits = window_layouts(size, k, s, p, 1, False)
    kernel = window_extrema(largest, fits, FLOAT32)
    for x in (image(size), holed(size) if np.prod(size) > 3 else image(size)):
        wanted = plain.extremes(x, largest, k, s, p, (fits[0].count, fits[1].count))
        same(made(kernel, x), wanted)


@that_fit((2, 2, 0), (3, 2, 1), (3, 3, 0), (3, 1, 1))
@every("largest", [True, False])
def test_extremes_of_small_planes_are_those_of_each(
    size: tuple[int, int], k: int, s: int, p: int, largest: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_extrema_module, "_STACK", 3 * size[0] * size[1])
    kernel = window_extrema(largest, window_layouts(size, k, s, p, 1, False), FLOAT32)
    x = image((2, 4, *size))
    x[0, 1, 0, 0] = np.nan
    assert np.array_equal(made(kernel, x), [[kernel(y) for y in z] for z in x], equal_nan=True)


def test_a_window_of_nothing_but_the_smallest_number_keeps_it() -> None:
    x = np.full((6, 6), -np.inf, np.float32)
    kernel = window_extrema(True, window_layouts((6, 6), 3, 2, 1, 1, False), FLOAT32)
    assert np.isneginf(made(kernel, x)).all()


@that_fit((3, 2, 1), (3, 1, 1), (2, 2, 0), (5, 2, 2), (4, 2, 1))
@every("border", ["zero", "reflect", "edge"])
def test_correlation(size: tuple[int, int], border: str, k: int, s: int, p: int) -> None:
    fits = window_layouts(size, k, s, p, 1, False)
    if border == "reflect" and min(size) <= k:
        size = (size[0] + k, size[1] + k)  # wider than what is mirrored
        fits = window_layouts(size, k, s, p, 1, False)
    kernel = image((k, k), 2).astype(float)
    kernel[0, 1] = 0
    fast = filter_windows(kernel, fits, border, FLOAT32)  # type: ignore[arg-type]
    x, counts = image(size), (fits[0].count, fits[1].count)
    same(made(fast, x), plain.correlate(x, kernel, s, p, counts, border))
    x[size[0] // 2, size[1] // 2] = np.nan
    # Taps of both signs may cancel where a border shows a pixel twice: that is for the general way.
    if border == "zero":
        same(made(fast, x), plain.correlate(x, kernel, s, p, counts, border))
    positive = abs(kernel)
    fast = filter_windows(positive, fits, border, FLOAT32)  # type: ignore[arg-type]
    same(made(fast, x), plain.correlate(x, positive, s, p, counts, border))
    x[0, 0] = np.inf
    same(made(fast, x), plain.correlate(x, positive, s, p, counts, border))


@every("size", [size for size in SIZES if min(size) > 4])
@every("k", range(2, 8))
def test_binomial(size: tuple[int, int], k: int) -> None:
    from sampviz.ops.families.blurpool import _layout

    x = image(size)
    fast = binomial_filter(tuple(_layout(n, k, 2, 0) for n in size), FLOAT32)
    same(made(fast, x), plain.blurred(x, k))
    x[size[0] // 2, size[1] // 2] = np.nan
    same(made(fast, x), plain.blurred(x, k))


@every("size", [size for size in SIZES if min(size) > 2])
@every("factors", [(2, 2), (3, 3), (1, 2), (2, 3)])
def test_means_of_blocks(size: tuple[int, int], factors: tuple[int, int]) -> None:
    x = holed(size)
    with np.errstate(invalid="ignore"):  # infinity less infinity
        wanted = plain.block_means(x, *factors)
    same(block_means(size, factors, FLOAT32)(x), wanted)


@pytest.mark.usefixtures("band")
@every("size", SIZES)
@every("factors", [(2, 2), (3, 3), (1, 2), (4, 2), (2, 5)])
def test_repeated(size: tuple[int, int], factors: tuple[int, int]) -> None:
    for x in (image(size), np.asfortranarray(image(size)), image(size)[::-1]):
        assert np.array_equal(
            repeat(size, factors, FLOAT32)(x), np.kron(x, np.ones(factors, np.float32))
        )


@every("size", SIZES)
@every("factors", [(2, 2), (3, 3), (1, 2), (4, 5)])
def test_interpolated(size: tuple[int, int], factors: tuple[int, int]) -> None:
    x, fast = image(size), linear_interpolation(size, factors, FLOAT32)
    same(made(fast, x), plain.interpolated(x, *factors))
    x[size[0] // 2, size[1] // 2] = np.nan
    hole = np.isnan(x).astype(float)
    wanted = plain.interpolated(np.nan_to_num(x), *factors)
    same(made(fast, x), np.where(plain.interpolated(hole, *factors) > 1e-12, np.nan, wanted))
    x[0, 0] = np.inf
    assert fast(x) is None


@every("size", [(2, 2), (3, 4), (5, 5), (6, 6), (7, 10), (8, 8), (12, 11), (17, 16)])
@every("f", [1, 2, 3])
def test_low_frequencies(size: tuple[int, int], f: int) -> None:
    n, m = (max(1, high - low) for low, high in (crop(length, f) for length in size))
    x = image(size)
    same(low_frequencies(size, (n, m))(x), plain.low_frequencies(x, n, m))
    down, across = np.linspace(1, 0.5, n // 2 + 1), np.linspace(0.9, 0.3, m // 2 + 1)
    wanted = plain.low_frequencies(x, n, m, down, across)
    same(low_frequencies(size, (n, m), [down, across])(x), wanted)
    exact = low_frequencies(size, (n, m), [down, across], np.dtype(float))(x.astype(float))
    np.testing.assert_allclose(exact, wanted, rtol=1e-10, atol=1e-12)


# Primes, and lengths of which an awkward number is kept, odd (257 of 514) or even (146 of 293).
@every("size", [(67, 97), (257, 64), (128, 331), (182, 109), (514, 293), (1027, 1100)])
@every("f", [2, 3])
def test_low_frequencies_of_awkward_lengths(
    size: tuple[int, int], f: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """float64 goes by no grid of another length: it is what the plain version was held against."""
    n, m = (high - low for low, high in (crop(length, f) for length in size))
    gains = [np.linspace(1, 0.5, n // 2 + 1), np.linspace(0.9, 0.3, m // 2 + 1)]
    exactly = low_frequencies(size, (n, m), gains, np.dtype(float))
    plans = [low_frequencies(size, (n, m), gains)]
    if dense_crop.dense_crop(size, (n, m), gains, FLOAT32):  # else by transforms
        with monkeypatch.context() as patch:
            patch.setattr(dense_crop, "one_blas_thread", lambda: None)
            plans.append(low_frequencies(size, (n, m), gains))
    for x in (image(size), np.ones(size, np.float32), 1e4 + image(size)):
        wanted = exactly(x.astype(float))
        for plan in plans:
            assert abs(plan(x) - wanted).max() < 2e-6 * abs(x).max()


@pytest.mark.parametrize(("n", "length"), [(257, 256), (1027, 1024), (97, 96), (64, 64), (83, 81)])
def test_spreading_and_gathering_undo_nothing_but_their_bells(n: int, length: int) -> None:
    """Waves on n samples, spread and corrected, are those on the grid, and the other way round."""
    count = int(length / nufft.OVERSAMPLING) // 2 + 1
    k = np.arange(count)
    waves = np.cos(2 * np.pi * k * np.arange(n)[:, None] / n).astype(np.float32)
    grid = np.empty((length, count), np.float32)
    nufft.spread(n, length)(waves, grid)
    spectra = np.fft.rfft(grid, axis=0)[:count] * nufft.correction(count, length)[:, None]
    wanted = np.diag(np.where(k == 0, n, n / 2))
    assert abs(spectra - wanted).max() < 1e-6 * n
    waves = np.cos(2 * np.pi * k * np.arange(length)[:, None] / length)
    back = np.empty((n, count), np.float32)
    nufft.interpolate(length, n)((waves * nufft.correction(count, length)).astype(np.float32), back)
    assert abs(back - np.cos(2 * np.pi * k * np.arange(n)[:, None] / n)).max() < 2e-6


def test_a_handy_length_is_near_and_has_small_factors() -> None:
    for n in range(64, 3000):
        length = nufft.smooth_length(n)
        assert abs(length - n) <= n / 16
        assert n != length or cv2.getOptimalDFTSize(n) == n
        for factor in (2, 3, 5):
            while length % factor == 0:
                length //= factor
        assert length == 1


def test_a_room_is_used_again_and_grows() -> None:
    small = buffer(99, (3, 4))
    assert np.shares_memory(buffer(99, (2, 5)), small)
    large = buffer(99, (5, 5))
    assert not np.shares_memory(large, small)
    assert np.shares_memory(buffer(99, (3, 4)), large)
    assert not np.shares_memory(buffer(98, (5, 5)), large)
    assert buffer(99, (5, 5), np.dtype(float)).dtype == float


def test_a_room_is_of_one_thread() -> None:
    with ThreadPoolExecutor(1) as other:
        theirs = other.submit(buffer, 99, (3, 4)).result()
    assert not np.shares_memory(theirs, buffer(99, (3, 4)))


def test_what_is_large_is_not_kept() -> None:
    size = (2**11, 2**10)
    assert not np.shares_memory(buffer(99, size), buffer(99, size))


@pytest.mark.usefixtures("band")
@every("size", SIZES)
@every("k", [2, 3, 4, 5])
def test_scattered(size: tuple[int, int], k: int) -> None:
    x, kernel = image(size), image((k, k), 2).astype(float)
    wanted = plain.scattered(x, kernel)
    same(made(scatter_planes(kernel, size, (2, 2), (0, 0), wanted.shape, FLOAT32), x), wanted)


def test_scattered_in_bands_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plane_scatter, "_PIXELS", 512)
    x, kernel = image((40, 9)), image((3, 3), 2).astype(float)
    wanted = plain.scattered(x, kernel)
    kernel_of_planes = scatter_planes(kernel, x.shape, (2, 2), (0, 0), wanted.shape, FLOAT32)
    same(made(kernel_of_planes, x), wanted)


def test_a_kernel_that_is_a_product_is_parted_in_its_factors() -> None:
    taps, plane = np.array([1.0, -2.0, 4.0, 0.5]), image((4, 4), 3).astype(float)
    parts = depth_factor(np.multiply.outer(taps, plane))
    assert parts is not None
    assert [each.shape for each in parts] == [(4,), (4, 4)]
    np.testing.assert_allclose(np.multiply.outer(*parts), np.multiply.outer(taps, plane))
    assert depth_factor(np.arange(27.0).reshape(3, 3, 3) ** 2) is None


@pytest.mark.usefixtures("band")
@every("size", SIZES)
@every("lam, alpha, sym", [(1, 1, True), (2.5, 0.1, False), (0, 1, True)])
def test_detail(size: tuple[int, int], lam: float, alpha: float, sym: bool) -> None:
    x = image(size)
    fast = detail_preserving_pool(size, lam=lam, alpha=alpha, sym=sym, epsilon=1e-3)
    same(made(fast, x), plain.detail(x, lam, alpha, sym, 1e-3))
    x[0, 0] = np.nan
    found = made(fast, x)
    assert np.isnan(found[0, 0])
    assert np.isnan(found).sum() == 1


@pytest.mark.parametrize("columns", [1, 2, 7, 8])
def test_halves_of_columns(columns: int) -> None:
    rows = PolyphaseRows(3, columns)
    rows.all[...] = image((3, columns))
    assert np.array_equal(rows.even[:, : -(-columns // 2)], rows.all[:, ::2])
    assert np.array_equal(rows.odd[:, : columns // 2], rows.all[:, 1::2])
    x, out = image((5, columns)), np.empty((3, -(-columns // 2)), np.float32)
    even_samples(x[::2], out)
    assert np.array_equal(out, x[::2, ::2])


def test_planes_of_a_stack_do_not_touch() -> None:
    x = image((3, 2, 9, 8))
    for kernel in (
        window_extrema(True, window_layouts((9, 8), 3, 2, 1, 1, False), FLOAT32),
        low_frequencies((9, 8), (4, 4)),
        scatter_planes(np.ones((3, 3)), (9, 8), (2, 2), (0, 0), (19, 17), FLOAT32),
        repeat((9, 8), (2, 2), FLOAT32),
        detail_preserving_pool((9, 8), lam=1, alpha=1, sym=True, epsilon=1e-3),
    ):
        whole = made(kernel, x)
        for i in np.ndindex(3, 2):
            assert np.array_equal(whole[i], made(kernel, x[i]))
