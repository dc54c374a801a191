"""The numbers in the texts of the deviations, computed from the operations.

Where a program may not be at hand, its rule is written out here.
"""

from collections.abc import Callable
from itertools import product

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sampviz.ops.chain import Chain
from sampviz.testing.parity.deviation import Numbers
from sampviz.testing.parity.kernels import PASCAL, Array
from sampviz.testing.parity.opencv_cases import nearest_pixels


def _of(chain: str, x: Array) -> Array:
    return Chain.parse(chain)(x)


def _ones(n: int) -> Array:
    return np.ones((n, n))


def _ramp(n: int) -> Array:
    """Return rows that say where their pixels are: 0, 1, 2 .. n-1."""
    return np.tile(np.arange(float(n)), (n, 1))


def _sample_position(chain: str) -> float:
    """Return where an inner sample lies, in pixels after the place 2m of a stride by two."""
    return float(_of(chain, _ramp(32))[8, 8]) - 16


def moved_spectrum_numbers(name: str) -> Numbers:
    """Return what a constant 1 becomes where the authors' cut moves the spectrum by a bin."""
    theirs, ours = _of(f"{name}:mode=faithful", _ones(6)), _of(name, _ones(6))
    worst = ours.flat[np.abs(ours - 1).argmax()]
    return {"low": theirs.min(), "high": theirs.max(), "ours": worst}


def window_beside_dc_numbers() -> Numbers:
    """Return what a constant 1 becomes by a window with its top beside DC, and beside ours."""
    return {
        f"{owner}_{n}": _of(chain, _ones(n)).mean()
        for owner, chain in (("theirs", "asap:mode=faithful"), ("ours", "asap"))
        for n in (8, 64)
    }


def kspace_of_fastmri(x: Array, size: tuple[int, int]) -> Array:
    """Return the centre of k-space as fft2c, center_crop and ifft2c of fastMRI cut it."""
    (h, w), (n, m) = x.shape, size
    spectrum = np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(x), norm="ortho"))
    top, left = (h - n) // 2, (w - m) // 2
    cropped = spectrum[top : top + n, left : left + m]
    return np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(cropped), norm="ortho"))


def crop_beside_dc_numbers() -> Numbers:
    """Return what a constant 1 becomes by a cut of k-space that starts a bin beside ours."""
    theirs = kspace_of_fastmri(_ones(18), (9, 9)).real / 2
    return {"low": theirs.min(), "high": theirs.max(), "ours": _of("kspace", _ones(18)).mean()}


def gain_of_kspace_numbers() -> Numbers:
    """Return what a constant 1 becomes by orthonormal transforms of two sizes."""
    theirs = kspace_of_fastmri(_ones(16), (8, 8)).real
    return {"theirs": theirs.mean(), "ours": _of("kspace", _ones(16)).mean()}


def blur_of_timm(x: Array, k: int) -> Array:
    """Return what BlurPool2d of timm gives for stride 2: as much padding before as after."""
    taps = np.array(PASCAL[k]) / sum(PASCAL[k])
    padded = np.pad(x, k // 2, "reflect")
    patches = sliding_window_view(padded, (k, k))[::2, ::2]
    return (patches * np.outer(taps, taps)).sum((-2, -1))


def blur_of_timm_numbers() -> Numbers:
    """Return the rows that timm makes of 32 with k=4, and how far before ours they lie."""
    theirs, ours = blur_of_timm(_ramp(32), 4), _of("blur", _ramp(32))
    return {
        "theirs_rows": len(theirs),
        "ours_rows": len(ours),
        "earlier": ours[8, 8] - theirs[8, 8],
    }


def blur_of_kornia_numbers() -> Numbers:
    """Return what zeros beyond the edge make of the corner of a constant 1."""
    theirs, ours = _of("blur:pad=zero", _ones(16)), _of("blur", _ones(16))
    return {"theirs": theirs.min(), "ours": ours.min()}


def cubics_numbers() -> Numbers:
    """Return how far two cubics are apart, far from the edges."""
    x = np.random.default_rng(0).random((18, 30))
    difference = np.abs(_of("bicubic", x) - _of("resize:f=2", x))
    return {"apart": difference[8:-8, 8:-8].max()}


def keras_numbers() -> Numbers:
    """Return how far samples of p=same lie after those of p=1."""
    return {"apart": _sample_position("conv:p=same") - _sample_position("conv:p=1")}


def softpool_numbers() -> Numbers:
    """Return what negative and large constants become, clamped and by a bare exponential."""
    large_value = np.float32(100)
    with np.errstate(over="ignore", invalid="ignore"):
        overflow = large_value * np.exp(large_value) / np.exp(large_value)
    return {
        "theirs": _of("softpool:mode=faithful", -_ones(4)).mean(),
        "ours": _of("softpool", -_ones(4)).mean(),
        "theirs_100": float(overflow),
        "ours_100": float(_of("softpool", np.full((4, 4), large_value)).mean()),
    }


def diffstride_numbers() -> Numbers:
    """Return what a constant 1 becomes by a transform back that is scaled for its own size."""
    return {
        "theirs": _of("spectral:mode=faithful", _ones(16)).mean(),
        "ours": _of("spectral", _ones(16)).mean(),
    }


def wavelet_numbers() -> Numbers:
    """Return what a constant 1 becomes by an orthonormal low band."""
    low = np.array([1, 1]) / np.sqrt(2)
    return {"theirs": low @ _ones(2) @ low, "ours": _of("wavelet", _ones(4)).mean()}


PYRDOWN_OF_KORNIA = "blur:k=5:s=1+resize:f=0.5:filter=bilinear:antialias=false"
PYRUP_OF_KORNIA = "bilinear+blur:k=5:s=1"


def pyrdown_of_kornia_numbers() -> Numbers:
    """Return how far after ours the samples of kornia lie, and its rows of an odd side."""
    return {
        "later": _sample_position(PYRDOWN_OF_KORNIA) - _sample_position("pyrdown"),
        "theirs_rows": Chain.parse(PYRDOWN_OF_KORNIA).shape((7, 7))[0],
        "ours_rows": Chain.parse("pyrdown").shape((7, 7))[0],
    }


def pyrup_of_kornia_numbers() -> Numbers:
    """Return how far before ours the samples of kornia lie, in pixels of the input."""
    theirs, ours = _of(PYRUP_OF_KORNIA, _ramp(32)), _of("pyrup", _ramp(32))
    return {"earlier": ours[16, 16] - theirs[16, 16]}


def odd_norm_numbers() -> Numbers:
    """Return an odd p-norm of a negative constant, of the bare pixels and of absolute values."""
    return {
        "bare": _of("lp:norm=3", -_ones(4)).mean(),
        "absolute": _of("abs+lp:norm=3", -_ones(4)).mean(),
    }


def nearest_of_torch(size_before: int, size_after: int) -> Array:
    """Return which pixels torch takes, with a ratio that is rounded to float32."""
    positions = np.arange(size_after, dtype=np.float32) * (
        np.float32(size_before) / np.float32(size_after)
    )
    return np.minimum(np.floor(positions).astype(int), size_before - 1)


def nearest_numbers() -> Numbers:
    """Return the pairs of sizes for which a ratio in float32 takes another pixel."""
    return _pairs_unlike_ours(nearest_of_torch)


def nearest_of_opencv_numbers() -> Numbers:
    """Return the pairs of sizes up to 64 px for which OpenCV takes other pixels."""
    return _pairs_unlike_ours(nearest_pixels)


def nearest_of_resize(size_before: int, size_after: int) -> Array:
    """Return which pixels ours takes: floor(i N / M), in whole numbers."""
    return np.arange(size_after) * size_before // size_after


def _pairs_unlike_ours(pixels_of: Callable[[int, int], Array]) -> Numbers:
    sizes = range(1, 65)
    differing_sizes = [
        (old, new)
        for old, new in product(sizes, sizes)
        if (pixels_of(old, new) != nearest_of_resize(old, new)).any()
    ]
    first = min(differing_sizes, default=(np.nan, np.nan))
    return {"pairs": len(differing_sizes), "of": 64 * 64, "old": first[0], "new": first[1]}


def scale_factor_numbers() -> Numbers:
    """Return how far the last samples of the two steps are apart."""
    chain = "resize:f=0.75:filter=bilinear:antialias=false"
    theirs, ours = _of(f"{chain}:step=f", _ramp(10)), _of(chain, _ramp(10))
    return {"old": 10, "new": ours.shape[1], "apart": ours[0, -1] - theirs[0, -1]}


def width_one_numbers() -> Numbers:
    """Return the last row of a ramp resized to one column; theirs is the first."""
    column = _of("resize:size=4x1:filter=bilinear", _ramp(8).T)
    return {"theirs": column[0, 0], "ours": column[-1, 0]}


def resize_of_eight_bits(x: Array, h: int, w: int) -> Array:
    """Return what Pillow gives for bytes: whole numbers in 0..255 after each of two passes."""
    for size in ((len(x), w), (h, w)):
        x = np.clip(np.floor(_of(f"resize:size={size[0]}x{size[1]}", x) + 0.5), 0, 255)
    return x


def eight_bit_numbers() -> Numbers:
    """Return the brightest pixel beside an edge, and how far noise is apart."""
    edge = np.where(_ramp(16) < 8, 0.0, 255.0)
    noise = np.random.default_rng(0).integers(64, 192, (18, 30)).astype(float)
    apart = np.abs(resize_of_eight_bits(noise, 9, 15) - _of("resize:size=9x15", noise))
    theirs, ours = resize_of_eight_bits(edge, 32, 32), _of("resize:f=2", edge)
    return {"theirs": theirs.max(), "ours": ours.max(), "apart": apart.max()}


def nan_numbers() -> Numbers:
    """Return how many outputs one NaN reaches, by all taps and by those that are not 0."""
    x = np.where(_ramp(9) * 9 + _ramp(9).T == 40, np.nan, 0.0)
    ours = np.isnan(_of("conv:kernel=laplacian:s=1", x)).sum()
    return {"theirs": np.isnan(_of("conv:kernel=box:s=1", x)).sum(), "ours": ours}


def largest_numbers() -> Numbers:
    """Return where the largest pixel of a window lies on a rising and on a falling ramp."""
    falling = -float(_of("max", -_ramp(32))[8, 8]) - 16
    rows, _ = Chain.parse("max").trace((32, 32))[-1]
    return {"rising": _sample_position("max"), "falling": falling, "delta": float(rows.delta)}


def nearest_of_onnx_numbers() -> Numbers:
    """Return how far before ours the pixel lies that ONNX's default rounding takes."""
    theirs = _of("resize:f=0.5:filter=nearest:at=half:round=down", _ramp(16))
    ours = _of("resize:f=0.5:filter=nearest:at=half", _ramp(16))
    return {"apart": float((ours - theirs)[2, 2])}


def wavelet_frame_numbers() -> Numbers:
    """Return where the first sample of db2 lies, with the frame of PyWavelets and of WaveCNet."""
    places = [_sample_position(f"wavelet:name=db2:mode={m}") for m in ("zero", "wavecnet")]
    gain = _of("wavelet:name=db2:mode=periodic", _ones(8)).mean() * 2  # sqrt(2) along each axis
    return {"theirs": places[0], "ours": places[1], "gain": gain}


def diffstride_edge_numbers() -> Numbers:
    """Return what a constant 1 becomes by the published DiffStride and by ours."""
    theirs, ours = (_of(f"diffstride{mode}", _ones(32)) for mode in (":mode=faithful", ""))
    return {"theirs": theirs.mean(), "ours": ours.mean()}


def keras_transposed_numbers() -> Numbers:
    """Return the size of Keras' transposed convolution of 8 px, without and with op=0."""
    sizes = [len(_of(f"transpose:k=3:s=2:p=same{op}", _ones(8))) for op in ("", ":op=0")]
    return {"absent": sizes[0], "zero": sizes[1]}
