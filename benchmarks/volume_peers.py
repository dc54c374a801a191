"""The peers of operations on volumes: how torch, SciPy and scikit-image would do it.

Each function takes a float32 volume and the factors of its axes, 2x2x2 or 1x2x2, and returns calls
without arguments by the name of the peer. Where a kernel is a product over the axes torch gets it
in both ways, at once and axis by axis; where a real transform will do, that one too. MONAI's layers
call torch's, which stand for both. What differs from ours is no peer; `python -m benchmarks` holds
each against it before it is timed.
"""

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.peers import BINOMIAL, Peers
from benchmarks.side_by_side import Call

Array = Any
Factors = tuple[int, int, int]
AXES = (-3, -2, -1)
HALF = "torch, half spectrum"  # a program of our own
HAS_SKIMAGE = find_spec("skimage") is not None


def in_torch(function: Callable[[Any], Any], x: Array, name: str = "torch") -> Peers:
    """Return the function on a torch tensor 1 x 1 x D x H x W, with one and with two threads."""
    import torch

    tensor = torch.from_numpy(x)[None, None]

    def call(threads: int) -> object:
        torch.set_num_threads(threads)
        with torch.inference_mode():
            return function(tensor)

    return {f"{name} {n}T": partial(call, n) for n in (1, 2)}


def _reduced(function: Callable[[Array], Array], x: Array, f: Factors) -> dict[str, Call]:
    """Return scikit-image's reduction of blocks, where it is installed."""
    if not HAS_SKIMAGE:
        return {}
    from skimage.measure import block_reduce

    return {"scikit-image": lambda: block_reduce(x, f, function)}


def max2(x: Array, f: Factors) -> Peers:
    """Max pooling, the windows as large as the factors."""
    from torch.nn import functional

    return in_torch(lambda t: functional.max_pool3d(t, f), x) | _reduced(np.max, x, f)


def min2(x: Array, f: Factors) -> Peers:
    """Min pooling: max pooling of the negative."""
    from torch.nn import functional

    return in_torch(lambda t: -functional.max_pool3d(-t, f), x) | _reduced(np.min, x, f)


def max3(x: Array, f: Factors) -> Peers:
    """Max pooling of three samples, padding 1, along the axes that get coarser."""
    from torch.nn import functional

    k, p = ([value if n > 1 else value // 2 for n in f] for value in (3, 1))
    k = [max(1, n) for n in k]
    return in_torch(lambda t: functional.max_pool3d(t, k, f, p), x)


def avg2(x: Array, f: Factors) -> Peers:
    """Average pooling, the windows as large as the factors."""
    from torch.nn import functional

    return in_torch(lambda t: functional.avg_pool3d(t, f), x) | _reduced(np.mean, x, f)


def conv(kernel: Array, step: bool, x: Array, f: Factors) -> Peers:
    """A 3x3x3 convolution, padding 1, of step 1 or of the factors."""
    import torch
    from scipy import ndimage
    from torch.nn import functional

    weight = torch.from_numpy(kernel.astype(np.float32))[None, None]
    s = f if step else (1, 1, 1)
    keep = tuple(slice(None, None, n) for n in s)
    return in_torch(lambda t: functional.conv3d(t, weight, stride=s, padding=1), x) | {
        "scipy": lambda: ndimage.correlate(x, kernel, mode="constant")[keep].copy()
    }


def _binomial(k: int, f: Factors) -> list[Any]:
    import torch

    taps = [BINOMIAL[k] if n > 1 else [1] for n in f]
    return [torch.tensor(line, dtype=torch.float32) / sum(line) for line in taps]


def _blur(k: int, before: Callable[[Any], Any], x: Array, f: Factors) -> Peers:
    import torch
    from torch.nn import functional

    lines = _binomial(k, f)
    weight = torch.einsum("i,j,k->ijk", *lines)[None, None]
    borders = [n for line in reversed(lines) for n in ((len(line) - 1) // 2, len(line) // 2)]

    def at_once(t: Any) -> Any:
        return functional.conv3d(functional.pad(before(t), borders, "reflect"), weight, stride=f)

    def by_axes(t: Any) -> Any:
        t = functional.pad(before(t), borders, "reflect")
        for axis, line in enumerate(lines):
            if len(line) > 1:
                shape, stride = [1] * 5, [1] * 3
                shape[axis + 2], stride[axis] = len(line), f[axis]
                t = functional.conv3d(t, line.reshape(shape), stride=stride)
        return t

    return in_torch(at_once, x) | in_torch(by_axes, x, "torch by axes")


def blur(k: int, x: Array, f: Factors) -> Peers:
    """BlurPool as its authors compute it, in three dimensions."""
    return _blur(k, lambda t: t, x, f)


def maxblur(x: Array, f: Factors) -> Peers:
    """MaxBlurPool: max of step 1, then BlurPool."""
    from torch.nn import functional

    return _blur(4, lambda t: functional.max_pool3d(t, f, 1), x, f)


def _crop(x: Array, f: Factors, gains: list[Array] | None = None) -> Peers:
    """Return the crop of the spectrum by complex and by real transforms, DC in the middle of gains.

    Of a crop of the complex spectrum the real part is taken once, after all axes; so the authors
    do, and we of planes. Where two of three axes are at the new Nyquist frequency one pair of signs
    is kept then, where we take the mean of all (64x64x64: 1e-2 of the largest value): of 2x2x2 it
    gets that mean, too. So does the half spectrum, which nobody has published: of it one sign at
    the Nyquist frequency of slices and rows would be kept (8e-2).
    """
    import scipy.fft
    import torch

    size = [n // fi for n, fi in zip(x.shape, f, strict=True)]
    coarse = [axis for axis in AXES if f[axis] > 1]
    kept = tuple(slice((n - m) // 2, (n + m) // 2) for n, m in zip(x.shape, size, strict=True))
    gain = None if gains is None else np.einsum("i,j,k->ijk", *gains).astype(np.float32)
    weight = None if gain is None else torch.from_numpy(gain)

    def with_all_signs(t: Any) -> Any:
        low = torch.fft.fftn(t, dim=coarse, norm="forward")
        for axis in coarse:
            low = _lowest(low, axis, size[axis], all_signs=True)
        low = low if whole is None else low * whole
        return torch.fft.ifftn(low, dim=coarse, norm="forward").real

    def complex_way(t: Any) -> Any:
        low = torch.fft.fftshift(torch.fft.fftn(t, dim=coarse, norm="forward"), dim=coarse)
        low = low if weight is None else low * weight
        low = torch.fft.ifftshift(low[..., *kept], dim=coarse)
        return torch.fft.ifftn(low, dim=coarse, norm="forward").real

    def in_scipy() -> Array:
        low = scipy.fft.fftshift(scipy.fft.fftn(x, axes=coarse, norm="forward"), coarse)
        low = low if gain is None else low * gain
        return scipy.fft.ifftn(
            scipy.fft.ifftshift(low[kept], coarse), axes=coarse, norm="forward"
        ).real

    half, whole = (
        None if gains is None else _low_gain(gains, size, count)
        for count in (size[-1] // 2 + 1, size[-1])
    )

    def half_way(t: Any) -> Any:
        low = torch.fft.rfft(t, dim=-1, norm="forward")[..., : size[-1] // 2 + 1]
        for axis in reversed(coarse[:-1]):
            spectrum = torch.fft.fft(low, dim=axis, norm="forward")
            low = _lowest(spectrum, axis, size[axis], all_signs=len(coarse) == 3)
        low = low if half is None else low * half
        low = torch.fft.ifftn(low, dim=coarse[:-1], norm="forward")
        return torch.fft.irfft(low, n=size[-1], dim=-1, norm="forward")

    half_spectrum = in_torch(half_way, x, HALF)
    if len(coarse) == 3:
        return half_spectrum | in_torch(with_all_signs, x)
    return half_spectrum | in_torch(complex_way, x) | {"scipy": in_scipy}


def _lowest(spectrum: Any, axis: int, n: int, all_signs: bool) -> Any:
    """Return the n lowest frequencies of an axis, at the Nyquist frequency the mean of both signs.

    Without `all_signs` of one alone where the last axis is at its own.
    """
    import torch

    low, high = (
        spectrum.narrow(axis, begin, n // 2) for begin in (0, spectrum.shape[axis] - n // 2)
    )
    nyquist, other = spectrum.narrow(axis, n // 2, 1), high.narrow(axis, 0, 1)
    both = (nyquist + other) / 2
    if not all_signs:
        both[..., -1] = nyquist[..., -1]
    return torch.cat([low, both, high.narrow(axis, 1, n // 2 - 1)], axis)


def _low_gain(gains: list[Array], size: list[int], count: int) -> Any:
    """Return the gains, DC in the middle, of the frequencies that are kept, DC first.

    Of the last axis the first `count`.
    """
    import torch

    low = [
        np.fft.ifftshift(gain[(len(gain) - n) // 2 : (len(gain) + n) // 2])
        for gain, n in zip(gains, size, strict=True)
    ]
    low[-1] = low[-1][:count]
    return torch.from_numpy(np.einsum("i,j,k->ijk", *low).astype(np.float32))


def flc(x: Array, f: Factors) -> Peers:
    """FLC pooling, in three dimensions."""
    return _crop(x, f)


def asap(x: Array, f: Factors) -> Peers:
    """FLC pooling under a Hamming window with its top on DC, which the authors' has beside it."""
    lines = [
        np.hamming(n + 1)[:n] if fi > 1 else np.ones(n) for n, fi in zip(x.shape, f, strict=True)
    ]
    return _crop(x, f, [np.sqrt(line) for line in lines])


def nearest(x: Array, f: Factors) -> Peers:
    """Nearest neighbour."""
    from torch.nn import functional

    factors = [float(n) for n in f]
    return in_torch(lambda t: functional.interpolate(t, scale_factor=factors), x) | {
        "numpy repeat": lambda: x.repeat(f[0], 0).repeat(f[1], 1).repeat(f[2], 2)
    }


def bilinear(x: Array, f: Factors) -> Peers:
    """Linear interpolation along three axes."""
    from torch.nn import functional

    factors = [float(n) for n in f]
    return in_torch(lambda t: functional.interpolate(t, scale_factor=factors, mode="trilinear"), x)


def unpool(x: Array, f: Factors) -> Peers:
    """Unpooling by the switches of a max pooling, which are known beforehand."""
    import torch
    from torch.nn import functional

    tensor = torch.from_numpy(x)[None, None]
    pooled, places = functional.max_pool3d(tensor, f, return_indices=True)
    return in_torch(
        lambda t: functional.max_unpool3d(t, places, f, output_size=x.shape), pooled.numpy()[0, 0]
    )


def max_unpool(x: Array, f: Factors) -> Peers:
    """Max pooling that leaves switches, and unpooling by them."""
    from torch.nn import functional

    def both(t: Any) -> Any:
        pooled, places = functional.max_pool3d(t, f, return_indices=True)
        return functional.max_unpool3d(pooled, places, f, output_size=x.shape)

    return in_torch(both, x)


def transpose(x: Array, f: Factors) -> Peers:
    """A transposed 3x3x3 convolution of ones."""
    import torch
    from torch.nn import functional

    weight = torch.ones(1, 1, 3, 3, 3)
    return in_torch(lambda t: functional.conv_transpose3d(t, weight, stride=f), x)
