"""Synthetic test images, computed from formulas, with values in 0..1.

Every function takes the size, (rows, columns), and returns a float64 array of that size.
"""

from collections.abc import Callable

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.images.contrast_detail import balls, discs

SIEMENS_PERIODS = 36
_Size = tuple[int, int]


def _centred(size: _Size) -> tuple[Array, Array]:
    rows, columns = (np.arange(n, dtype=np.float64) - n // 2 for n in size)
    return rows[:, None], columns[None, :]


def zoneplate(size: _Size) -> Array:
    """.5 + .5 cos(pi r^2 / N): the local frequency is r / N cycles/px, N the shorter side.

    Parameters
    ----------
    size : tuple of int
        Rows and columns.

    Returns
    -------
    ndarray
        (H, W), float64.
    """
    y, x = _centred(size)
    return 0.5 + 0.5 * np.cos(np.pi * (x**2 + y**2) / min(size))


def chirp(size: _Size) -> Array:
    """.5 + .5 cos(pi j^2 / 2W): along the rows the frequency rises from 0 to 1/2 cycles/px.

    Parameters
    ----------
    size : tuple of int
        Rows and columns.

    Returns
    -------
    ndarray
        (H, W), float64.
    """
    j = np.arange(size[1], dtype=np.float64)
    return np.tile(0.5 + 0.5 * np.cos(np.pi * j**2 / (2 * size[1])), (size[0], 1))


def checkerboard(size: _Size) -> Array:
    """(i + j) mod 2: the finest pattern there is.

    Parameters
    ----------
    size : tuple of int
        Rows and columns.

    Returns
    -------
    ndarray
        (H, W), float64.
    """
    return np.add.outer(np.arange(size[0]), np.arange(size[1])) % 2.0


def siemens(size: _Size) -> Array:
    """.5 + .5 cos(36 phi): a star whose local frequency is 36 / (2 pi r) cycles/px.

    Parameters
    ----------
    size : tuple of int
        Rows and columns.

    Returns
    -------
    ndarray
        (H, W), float64.
    """
    y, x = _centred(size)
    return 0.5 + 0.5 * np.cos(SIEMENS_PERIODS * np.arctan2(y, x))


def impulse(size: _Size) -> Array:
    """1 at the even row and column nearest to the middle, 0 elsewhere.

    Parameters
    ----------
    size : tuple of int
        Rows and columns.

    Returns
    -------
    ndarray
        (H, W), float64.
    """
    image = np.zeros(size)
    image[size[0] // 4 * 2, size[1] // 4 * 2] = 1
    return image


def step(size: _Size) -> Array:
    """0 in the left half, 1 in the right.

    Parameters
    ----------
    size : tuple of int
        Rows and columns.

    Returns
    -------
    ndarray
        (H, W), float64.
    """
    return np.tile((np.arange(size[1]) >= size[1] // 2) * 1.0, (size[0], 1))


def bars(size: _Size) -> Array:
    """Upright bars in bands of 2, 3, 4, 6, 8, 12 and 16 px a period, half of it (2 of 3) bright.

    Parameters
    ----------
    size : tuple of int
        Rows and columns.

    Returns
    -------
    ndarray
        (H, W), float64.
    """
    periods = (2, 3, 4, 6, 8, 12, 16)
    period = np.take(periods, np.arange(size[0]) * len(periods) // size[0])[:, None]
    return ((np.arange(size[1])[None, :] % period) * 2 < period) * 1.0


def noise(size: _Size) -> Array:
    """White noise, uniform in 0..1, always the same (seed 0).

    Parameters
    ----------
    size : tuple of int
        Rows and columns.

    Returns
    -------
    ndarray
        (H, W), float64.
    """
    return np.random.default_rng(0).random(size)


# The Shepp-Logan phantom with Toft's contrasts: value, half axes a and b, centre x and y, degrees;
# in units of half the image, y up.
_ELLIPSES = (
    (1.0, 0.69, 0.92, 0.0, 0.0, 0),
    (-0.8, 0.6624, 0.874, 0.0, -0.0184, 0),
    (-0.2, 0.11, 0.31, 0.22, 0.0, -18),
    (-0.2, 0.16, 0.41, -0.22, 0.0, 18),
    (0.1, 0.21, 0.25, 0.0, 0.35, 0),
    (0.1, 0.046, 0.046, 0.0, 0.1, 0),
    (0.1, 0.046, 0.046, 0.0, -0.1, 0),
    (0.1, 0.046, 0.023, -0.08, -0.605, 0),
    (0.1, 0.023, 0.023, 0.0, -0.606, 0),
    (0.1, 0.023, 0.046, 0.06, -0.605, 0),
)
_SUBPIXELS = 4


def phantom(size: _Size) -> Array:
    """The Shepp-Logan head phantom (contrasts of Toft), each pixel the mean of 4 x 4 points.

    Parameters
    ----------
    size : tuple of int
        Rows and columns.

    Returns
    -------
    ndarray
        (H, W), float64.
    """
    h, w = (n * _SUBPIXELS for n in size)
    y = (1 - (2 * np.arange(h) + 1) / h)[:, None]
    x = ((2 * np.arange(w) + 1) / w - 1)[None, :]
    subpixels = np.zeros((h, w))
    for value, a, b, x0, y0, degrees in _ELLIPSES:
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        major, minor = (x - x0) * c + (y - y0) * s, (y - y0) * c - (x - x0) * s
        subpixels[(major / a) ** 2 + (minor / b) ** 2 <= 1] += value
    means = subpixels.reshape(size[0], _SUBPIXELS, size[1], _SUBPIXELS).mean(axis=(1, 3))
    return np.clip(means, 0, 1)


SYNTHETIC: dict[str, Callable[[_Size], Array]] = {
    function.__name__: function
    for function in (
        zoneplate,
        chirp,
        checkerboard,
        siemens,
        impulse,
        step,
        phantom,
        bars,
        noise,
        discs,
    )
}
# Volumes of voxels of 1 mm: (D, H, W), of one size each.
VOLUMES: dict[str, Callable[[], Array]] = {function.__name__: function for function in (balls,)}
