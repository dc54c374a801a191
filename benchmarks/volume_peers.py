"""The peers of operations on volumes: how torch, SciPy and scikit-image would do it.

Each function takes a float32 volume and the factors of its axes, 2x2x2 or 1x2x2, and returns calls
without arguments by the name of the peer. Where a kernel is a product over the axes torch gets it
in both ways, at once and axis by axis; where a real transform will do, that one too. MONAI's layers
call torch's, which stand for both.
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


def _crop(x: Array, f: Factors, gain: Array | None = None) -> Peers:
    """Return the crop of the spectrum by complex and by real transforms."""
    import scipy.fft
    import torch

    kept = tuple(
        slice(n // 4, n // 4 + n // 2) if fi > 1 else slice(None)
        for n, fi in zip(x.shape, f, strict=True)
    )
    weight = None if gain is None else torch.from_numpy(gain)

    def complex_way(t: Any) -> Any:
        low = torch.fft.fftshift(torch.fft.fftn(t, dim=AXES, norm="forward"), dim=AXES)
        low = low if weight is None else low * weight
        low = torch.fft.ifftshift(low[..., *kept], dim=AXES)
        return torch.fft.ifftn(low, dim=AXES, norm="forward").real

    def in_scipy() -> Array:
        low = scipy.fft.fftshift(scipy.fft.fftn(x, norm="forward"))
        low = low if gain is None else low * gain
        return scipy.fft.ifftn(scipy.fft.ifftshift(low[kept]), norm="forward").real

    def half_way(t: Any) -> Any:
        size = [n // fi for n, fi in zip(x.shape, f, strict=True)]
        low = torch.fft.rfftn(t, dim=AXES, norm="forward")[..., : size[-1] // 2 + 1]
        low = low if weight is None else low * half
        low = torch.fft.ifftshift(torch.fft.fftshift(low, AXES[:2])[..., *kept[:2], :], AXES[:2])
        return torch.fft.irfftn(low, s=size, dim=AXES, norm="forward")

    half = None if weight is None else weight[..., x.shape[-1] // 2 :][..., : x.shape[-1] // 4 + 1]
    return {
        **in_torch(complex_way, x),
        **in_torch(half_way, x, "torch real"),
        "scipy": in_scipy,
    }


def flc(x: Array, f: Factors) -> Peers:
    """FLC pooling as its authors compute it, in three dimensions."""
    return _crop(x, f)


def asap(x: Array, f: Factors) -> Peers:
    """ASAP as its authors compute it: FLC under a Hamming window."""
    lines = [np.hamming(n) if fi > 1 else np.ones(n) for n, fi in zip(x.shape, f, strict=True)]
    return _crop(x, f, np.sqrt(np.einsum("i,j,k->ijk", *lines)).astype(np.float32))


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


def transpose(x: Array, f: Factors) -> Peers:
    """A transposed 3x3x3 convolution of ones."""
    import torch
    from torch.nn import functional

    weight = torch.ones(1, 1, 3, 3, 3)
    return in_torch(lambda t: functional.conv_transpose3d(t, weight, stride=f), x)
