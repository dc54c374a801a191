"""Contrast-detail phantoms: discs and balls of eight diameters and eight contrasts in noise.

The diameter grows to the right, the contrast falls downwards, of bright ones above and of dark ones
below. Each lies near the middle of its cell, at a phase of the pixels of its own.
"""

from math import pi

import numpy as np

from sampviz.dsp.dtypes import Array

DIAMETERS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)  # in pixels
CONTRASTS = (0.32, 0.16, 0.08, 0.04, -0.04, -0.08, -0.16, -0.32)
NOISE = 0.05  # standard deviation
BALLS_SIZE = 48, 128, 128
_BACKGROUND = 0.5
_DISC_CELL, _BALL_CELL = 32, 16  # pixels a side


def discs(size: tuple[int, int]) -> Array:
    """Discs in white noise (seed 0): .5 + contrast * covered share of the pixel, noise .05.

    Cells of 32 x 32 px: columns of 1, 1.5, 2, 3, 4, 6, 8 and 12 px in diameter, rows of contrast
    .32, .16, .08, .04, -.04, -.08, -.16 and -.32, which repeat beyond 256 px.

    Parameters
    ----------
    size : tuple of int
        Rows and columns.

    Returns
    -------
    ndarray
        (H, W), float64.
    """
    return _phantom(size, _DISC_CELL)


def balls() -> Array:
    """Balls in white noise, as `discs`, in cells of 16 x 16 x 16 voxels of 1 mm.

    Three layers of cells, so that the middle slice goes through the balls.

    Returns
    -------
    ndarray
        (D, H, W), float64.
    """
    return _phantom(BALLS_SIZE, _BALL_CELL)


def _phantom(size: tuple[int, ...], cell: int) -> Array:
    rng = np.random.default_rng(0)
    image = _BACKGROUND + NOISE * rng.standard_normal(size)
    cells = [-(-n // cell) for n in size]
    for index in np.ndindex(*cells):
        centre = (cell - 1) / 2 + rng.uniform(-0.5, 0.5, len(size))
        diameter = DIAMETERS[index[-1] % len(DIAMETERS)]
        contrast = CONTRASTS[index[-2] % len(CONTRASTS)]
        corner = [i * cell for i in index]
        region = tuple(slice(at, at + cell) for at in corner)
        part = image[region]
        part += contrast * _shares(cell, centre, diameter)[tuple(slice(n) for n in part.shape)]
    return np.clip(image, 0, 1)


def _shares(cell: int, centre: Array, diameter: float) -> Array:
    """Return the share of each pixel that a disc or ball covers, which sum to its size."""
    axes, reach = len(centre), int(diameter / 2) + 2
    points = 8 if diameter < 4 else 4  # along each axis of a pixel
    first = [int(c) - reach for c in centre]
    at = (np.arange(2 * reach * points) + 0.5) / points - 0.5
    places = [(at + start - c) ** 2 for start, c in zip(first, centre, strict=True)]
    inside = np.asarray(sum(np.ix_(*places))) <= (diameter / 2) ** 2
    blocks = inside.reshape([n for _ in range(axes) for n in (2 * reach, points)])
    shares = blocks.mean(axis=tuple(range(1, 2 * axes, 2)))
    whole = pi * diameter**2 / 4 if axes == 2 else pi * diameter**3 / 6
    out = np.zeros((cell,) * axes)
    target = tuple(slice(max(0, at), at + 2 * reach) for at in first)
    source = tuple(slice(max(0, -at), max(0, -at) + cell - max(0, at)) for at in first)
    fitting = shares[source][tuple(slice(n) for n in out[target].shape)]
    out[target] = fitting * (whole / shares.sum())
    return out
