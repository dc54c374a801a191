"""Lesions as arrays: the share of every pixel that a disc or a ball covers, or a Gaussian blob."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, pi, sqrt
from typing import Literal

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Size

Shape = Literal["disc", "gaussian"]
FWHM = 2 * sqrt(2 * log(2))  # of a Gaussian, in its standard deviations
_REACH = 5.0  # standard deviations, beyond which a blob is below 4e-6
_NODES = 12  # of the quadrature through a slice of a ball


@dataclass(frozen=True, eq=False)
class Lesion:
    """A lesion of contrast 1: `shares` of the pixels of a box whose first one is `corner`."""

    corner: tuple[int, ...]
    shares: Array

    @property
    def box(self) -> tuple[slice, ...]:
        """The pixels of the image that it lies on."""
        sides = zip(self.corner, self.shares.shape, strict=True)
        return tuple(slice(start, start + side) for start, side in sides)

    @property
    def energy(self) -> float:
        """The sum of the squares of its shares."""
        return float((self.shares**2).sum())


def lesion(
    shape: Shape, diameter: float, centre: Sequence[float], spacing: Sequence[float], size: Size
) -> Lesion:
    """Return a lesion on the pixels of an image.

    Parameters
    ----------
    shape : {"disc", "gaussian"}
        A disc or ball; or a blob exp(-r^2 / 2 a^2), whose width at half its height is the diameter.
    diameter : float
        In the unit of `spacing`.
    centre : sequence of float
        In pixels along each axis; 0 is the middle of the first one.
    spacing : sequence of float
        Size of a pixel along each axis: a disc is an ellipse of pixels where they differ.
    size : tuple of int
        Of the image; what lies beyond it is cut off.

    Returns
    -------
    Lesion
    """
    radius = diameter / 2 if shape == "disc" else _REACH * diameter / FWHM
    spans = [
        (max(int(np.floor(c - radius / mm + 0.5)), 0), min(int(np.ceil(c + radius / mm + 0.5)), n))
        for c, mm, n in zip(centre, spacing, size, strict=True)
    ]
    corner = tuple(start for start, _ in spans)
    if shape == "gaussian":
        places = [
            (np.arange(*span) - c) * mm for span, c, mm in zip(spans, centre, spacing, strict=True)
        ]
        squares = sum(x**2 for x in np.ix_(*places))
        return Lesion(corner, np.exp(-squares * (FWHM / diameter) ** 2 / 2))
    edges = [
        (np.arange(start, stop + 1) - 0.5 - c) * mm
        for (start, stop), c, mm in zip(spans, centre, spacing, strict=True)
    ]
    covered = np.maximum(_disc(edges, radius) if len(size) == 2 else _ball(edges, radius), 0)
    whole = pi * radius**2 if len(size) == 2 else 4 / 3 * pi * radius**3
    is_cut = any(e[0] > -radius or e[-1] < radius for e in edges)
    scale = 1.0 if is_cut else whole / covered.sum()
    return Lesion(corner, covered * (scale / np.prod(spacing)))


def _disc(edges: Sequence[Array], radius: float | Array) -> Array:
    """Return the area that a disc around 0 covers between edges of rows and of columns."""
    rows, columns = edges[0][:, None], edges[1][None, :]
    corners = _quarter(rows, columns, radius)
    return np.asarray(np.diff(np.diff(corners, axis=-1), axis=-2))


def _ball(edges: Sequence[Array], radius: float) -> Array:
    """Return the volume that a ball around 0 covers: discs, integrated through every slice."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    ends = np.clip(edges[0], -radius, radius)
    half, middle = np.diff(ends) / 2, (ends[1:] + ends[:-1]) / 2
    heights = middle[:, None] + half[:, None] * nodes
    radii = np.sqrt(np.maximum(radius**2 - heights**2, 0))
    discs = _disc(edges[1:], radii[..., None, None])
    return np.asarray(np.einsum("snhw,n,s->shw", discs, weights, half))


def _quarter(y: Array, x: Array, radius: float | Array) -> Array:
    """Return the area of a disc around 0 that lies below y and left of x."""
    x, y = np.clip(x, -radius, radius), np.clip(y, -radius, radius)

    def half_chords(u: Array) -> Array:  # the integral of sqrt(radius^2 - t^2) from 0 to u
        sine = np.clip(np.divide(u, radius, where=radius > 0, out=np.zeros_like(u + radius)), -1, 1)
        chord = np.sqrt(np.maximum(radius**2 - u**2, 0))
        return np.asarray((u * chord + radius**2 * np.arcsin(sine)) / 2)

    edge = np.sqrt(np.maximum(radius**2 - y**2, 0))  # beyond it the chords are shorter than |y|
    quarter = pi * np.square(radius) / 4
    beyond_left = half_chords(np.minimum(x, -edge)) + quarter
    beyond_right = half_chords(np.maximum(x, edge)) - half_chords(edge)
    within = np.abs(y) * (np.clip(x, -edge, edge) + edge)
    above_zero = np.sign(y) * (beyond_left + within + beyond_right)
    return np.asarray(above_zero + half_chords(x) + quarter)
