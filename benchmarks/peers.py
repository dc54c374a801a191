"""The peers of every operation: how torch, kornia, SciPy, OpenCV and the authors would do it.

Each function takes a float32 array, H x W or N x H x W, and returns calls without arguments by the
name of the peer, for the libraries that are installed. The authors' programs are not copied: what
they compute is written down with torch, call by call, as their papers describe it.
"""

from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from typing import Any

import cv2
import numpy as np

from benchmarks.side_by_side import Call

Array = Any
Peers = dict[str, Call]
BINOMIAL = {3: [1, 2, 1], 4: [1, 3, 3, 1], 5: [1, 4, 6, 4, 1], 7: [1, 6, 15, 20, 15, 6, 1]}
GAUSS = np.outer(BINOMIAL[3], BINOMIAL[3]).astype(np.float32) / 16
HAS_TORCH = find_spec("torch") is not None
HAS_KORNIA = HAS_TORCH and find_spec("kornia") is not None


def in_torch(function: Callable[[Any], Any], x: Array, name: str = "torch") -> Peers:
    """Return the function on a torch tensor N x 1 x H x W, with one and with two threads."""
    import torch

    tensor = torch.from_numpy(x.reshape(-1, 1, *x.shape[-2:]))

    def call(threads: int) -> object:
        torch.set_num_threads(threads)
        with torch.inference_mode():
            return function(tensor)

    return {f"{name} {n}T": partial(call, n) for n in (1, 2)}


def per_slice(function: Callable[[Array], object], x: Array, name: str) -> Peers:
    """Return the function, which takes one plane, on every slice of `x` in turn."""
    planes = x.reshape(-1, *x.shape[-2:])

    def call() -> object:
        return [function(plane) for plane in planes]

    return {name: call}


def max2(x: Array) -> Peers:
    """Max pooling, 2x2."""
    from torch.nn import functional

    return in_torch(lambda t: functional.max_pool2d(t, 2), x)


def max3(x: Array) -> Peers:
    """Max pooling, 3x3, stride 2, padding 1."""
    from torch.nn import functional

    return in_torch(lambda t: functional.max_pool2d(t, 3, 2, 1), x)


def avg2(x: Array) -> Peers:
    """Average pooling, 2x2."""
    from torch.nn import functional

    return in_torch(lambda t: functional.avg_pool2d(t, 2), x)


def conv3(x: Array) -> Peers:
    """A 3x3 convolution of stride 2, padding 1."""
    import torch
    from torch.nn import functional

    weight = torch.from_numpy(GAUSS)[None, None]
    return in_torch(lambda t: functional.conv2d(t, weight, stride=2, padding=1), x)


def _blur(size: int, before: Callable[[Any], Any], x: Array, name: str) -> Peers:
    import torch
    from torch.nn import functional

    taps = torch.tensor(BINOMIAL[size], dtype=torch.float32)
    weight = torch.outer(taps, taps)[None, None] / taps.sum() ** 2
    low, high = (size - 1) // 2, size // 2
    borders = (low, high, low, high)

    def program(t: Any) -> Any:
        return functional.conv2d(functional.pad(before(t), borders, "reflect"), weight, stride=2)

    return in_torch(program, x, name)


def blur(size: int, x: Array) -> Peers:
    """BlurPool, as its authors compute it; kornia's, which pads with zeros."""
    found = _blur(size, lambda t: t, x, "authors (torch)")
    if HAS_KORNIA:
        import kornia

        found |= in_torch(lambda t: kornia.filters.blur_pool2d(t, size, 2), x, "kornia")
    return found


def maxblur(x: Array) -> Peers:
    """MaxBlurPool: max 2x2 of stride 1, then BlurPool."""
    from torch.nn import functional

    found = _blur(4, lambda t: functional.max_pool2d(t, 2, 1), x, "authors (torch)")
    if HAS_KORNIA:
        import kornia

        program = partial(kornia.filters.max_blur_pool2d, kernel_size=4, stride=2, max_pool_size=2)
        found |= in_torch(program, x, "kornia")
    return found


def _cut(n: int) -> slice:
    return slice(n // 4, 3 * n // 4)


def flc(x: Array) -> Peers:
    """FLC pooling as its authors compute it, and with real transforms in torch and in SciPy."""
    import scipy.fft
    import torch

    rows, columns = map(_cut, x.shape[-2:])

    def authors(t: Any) -> Any:
        low = torch.fft.fftshift(torch.fft.fft2(t, norm="forward"), dim=(-2, -1))
        low = torch.fft.ifftshift(low[..., rows, columns], dim=(-2, -1))
        return torch.fft.ifft2(low, norm="forward").real

    def in_scipy() -> Array:
        low = scipy.fft.fftshift(scipy.fft.fft2(x, norm="forward"), axes=(-2, -1))
        low = scipy.fft.ifftshift(low[..., rows, columns], axes=(-2, -1))
        return scipy.fft.ifft2(low, norm="forward").real

    return {**in_torch(authors, x, "authors (torch)"), "scipy fft2 crop": in_scipy}


def asap(x: Array) -> Peers:
    """ASAP as its authors compute it: FLC under a Hamming window."""
    import torch

    h, w = x.shape[-2:]
    rows, columns = map(_cut, (h, w))
    window = np.sqrt(np.abs(np.outer(np.hamming(h), np.hamming(w)))).astype(np.float32)
    gain = torch.from_numpy(window)

    def authors(t: Any) -> Any:
        low = torch.fft.fftshift(torch.fft.fft2(t, norm="forward"), dim=(-2, -1)) * gain
        low = torch.fft.ifftshift(low[..., rows, columns], dim=(-2, -1))
        return torch.fft.ifft2(low, norm="forward").real

    return in_torch(authors, x, "authors (torch)")


def dpp(x: Array) -> Peers:
    """Detail-preserving pooling, the steps of its authors in torch; odd sides are refused."""
    from torch.nn import functional

    if x.shape[-1] % 2 or x.shape[-2] % 2:
        return {}

    def authors(t: Any) -> Any:
        smooth = functional.avg_pool2d(t, 2)
        difference = t - functional.interpolate(smooth, scale_factor=2)
        q = difference * difference + 1e-3
        mean = functional.interpolate(functional.avg_pool2d(q, 2), scale_factor=2)
        weight = (q / mean) ** 0.5 + 1
        return functional.avg_pool2d(t * weight, 2) / functional.avg_pool2d(weight, 2)

    return in_torch(authors, x, "authors (torch)")


def nearest(x: Array) -> Peers:
    """Nearest neighbour, twice the size."""
    from torch.nn import functional

    found = in_torch(lambda t: functional.interpolate(t, scale_factor=2, mode="nearest"), x)
    found["numpy repeat"] = lambda: x.repeat(2, -2).repeat(2, -1)
    return found


def bilinear(x: Array) -> Peers:
    """Bilinear interpolation, twice the size."""
    from torch.nn import functional

    return in_torch(lambda t: functional.interpolate(t, scale_factor=2, mode="bilinear"), x)


def unpool(x: Array) -> Peers:
    """Unpooling by the switches of a 2x2 max pooling, which are known beforehand."""
    import torch
    from torch.nn import functional

    tensor = torch.from_numpy(x.reshape(-1, 1, *x.shape[-2:]))
    pooled, places = functional.max_pool2d(tensor, 2, return_indices=True)
    size = x.shape[-2:]
    return in_torch(
        lambda t: functional.max_unpool2d(t, places, 2, output_size=size), pooled.numpy()
    )


def max_unpool(x: Array) -> Peers:
    """A 2x2 max pooling that leaves switches, and unpooling by them."""
    from torch.nn import functional

    def both(t: Any) -> Any:
        pooled, places = functional.max_pool2d(t, 2, return_indices=True)
        return functional.max_unpool2d(pooled, places, 2, output_size=x.shape[-2:])

    return in_torch(both, x)


def transpose(x: Array) -> Peers:
    """A transposed 3x3 convolution of stride 2, of ones."""
    import torch
    from torch.nn import functional

    weight = torch.ones(1, 1, 3, 3)
    return in_torch(lambda t: functional.conv_transpose2d(t, weight, stride=2), x)


def in_opencv(name: str, x: Array) -> Peers:
    """Return the one line of OpenCV that does nearly the same, where there is one.

    `dilate` drops NaN and filters keep the borders of their own; as fast as they are, they are
    the mark, not the oracle. What they return is brought together in memory, as ours is: a view of
    every second pixel keeps four times its memory and is slow to read.
    """
    if name not in ONE_LINERS:
        return {}
    line = ONE_LINERS[name]
    return per_slice(lambda plane: np.ascontiguousarray(line(plane)), x, "opencv one line")


def _half(x: Array, how: int) -> Array:
    return cv2.resize(x, (x.shape[1] // 2, x.shape[0] // 2), interpolation=how)


def _double(x: Array, how: int) -> Array:
    return cv2.resize(x, None, fx=2, fy=2, interpolation=how)


def _sep(size: int, x: Array) -> Array:
    taps = TAPS[size]
    return cv2.sepFilter2D(x, -1, taps, taps)[::2, ::2]


TAPS = {size: np.array(taps, np.float32) / sum(taps) for size, taps in BINOMIAL.items()}
_ONES = {size: np.ones((size, size), np.uint8) for size in (2, 3)}
ONE_LINERS: dict[str, Callable[[Array], Array]] = {
    "max2": lambda x: cv2.dilate(x, _ONES[2], anchor=(0, 0))[::2, ::2],
    "max3": lambda x: cv2.dilate(x, _ONES[3])[::2, ::2],
    "avg2": lambda x: _half(x, cv2.INTER_AREA),
    "conv3": lambda x: cv2.filter2D(x, -1, GAUSS, borderType=cv2.BORDER_CONSTANT)[::2, ::2],
    "blur3": partial(_sep, 3),
    "blur4": partial(_sep, 4),
    "blur5": cv2.pyrDown,
    "blur7": partial(_sep, 7),
    "nearest": lambda x: _double(x, cv2.INTER_NEAREST),
    "bilinear": lambda x: _double(x, cv2.INTER_LINEAR),
}
PUBLISHED: dict[str, Callable[[Array], Peers]] = {
    "max2": max2,
    "max3": max3,
    "avg2": avg2,
    "conv3": conv3,
    **{f"blur{size}": partial(blur, size) for size in BINOMIAL},
    "maxblur": maxblur,
    "flc": flc,
    "asap": asap,
    "dpp": dpp,
    "nearest": nearest,
    "bilinear": bilinear,
    "max+unpool": max_unpool,
    "unpool": unpool,
    "transpose": transpose,
}


def published(name: str, x: Array) -> Peers:
    """Return the peers of an operation that are installed."""
    return PUBLISHED[name](x) if HAS_TORCH else {}


def names() -> Iterator[str]:
    """Yield the operations that have peers."""
    yield from PUBLISHED
