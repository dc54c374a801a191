"""One label map through chains: its components after each chain and level."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from sampviz.analysis.channels_made import channels_made
from sampviz.analysis.components.components import Components, find_components
from sampviz.analysis.components.contrast import (
    ContrastKept,
    Levels,
    Rings,
    contrast_kept,
    contrast_reasons,
    rings_of,
)
from sampviz.analysis.components.options import Connect
from sampviz.analysis.components.survival import Survival, survival
from sampviz.analysis.slice_choice import spacing_of
from sampviz.core.errors import UsageError, argument
from sampviz.dsp.dtypes import Array
from sampviz.dsp.interpolate import onto_input_grid
from sampviz.images.image import Image, luminance
from sampviz.ops.chain import Chain

THRESHOLD = 0.5
_ROUNDING = 1e-9  # of sums of shares: a tie is background


@dataclass(frozen=True, eq=False)
class Case:
    """The components of one map.

    Parameters
    ----------
    name : str
        Of the map.
    taken : str
        Which slice or frame of its file it is.
    components : Components
        Those that are told from one another.
    reasons : tuple of str
        Of each why its contrast in the image is undefined, "" where it is defined; empty without
        an image.
    """

    name: str
    taken: str
    components: Components
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class CaseOutcome:
    """What a chain leaves of the components of a map.

    Parameters
    ----------
    chain : str
        The chain.
    level : int
        How many times it was applied.
    survival : Survival
        What is left of each.
    set_volume : float
        Volume of all set cells on the map, in the unit of `Components.volumes`.
    contrast : ContrastKept, optional
        What is left of their contrast in the image, where there is one.
    """

    chain: str
    level: int
    survival: Survival
    set_volume: float
    contrast: ContrastKept | None = None


def try_case(
    labels: Image,
    chains: Sequence[Chain],
    *,
    levels: int,
    image: Image | None = None,
    label: int | None = None,
    connect: Connect = "full",
    dilate: int = 0,
    threshold: float = THRESHOLD,
) -> tuple[Case, list[CaseOutcome]]:
    """Return the components of a map, and what every chain leaves of them.

    Parameters
    ----------
    labels : Image
        The map: whole numbers, 0 for background.
    chains : sequence of Chain
        The chains, each applied 1 .. `levels` times.
    levels : int
        How many times.
    image : Image, optional
        Of the same size, in which contrast is measured.
    label : int, optional
        The label whose components are told; by default all above 0 are one.
    connect, dilate
        As for `find_components`.
    threshold : float
        A cell is set where the chain makes more than this of a map of 0 and 1.

    Returns
    -------
    Case
        The components.
    list of CaseOutcome
        One for each chain and level.
    """
    array = labels.array
    mask = array > 0 if label is None else array == label
    components = find_components(mask, spacing_of(labels), connect=connect, dilate=dilate)
    grey = None if image is None else _grey(image, labels)
    rings = None if grey is None else rings_of(components)
    before = None if rings is None or grey is None else rings.levels(grey)
    reasons = () if rings is None or before is None else tuple(contrast_reasons(rings, before))
    case = Case(labels.name, labels.taken, components, reasons)
    outcomes = []
    for chain in chains:
        steps = chain.repeat(levels).resolve(labels.size, labels.spacing).steps
        count = len(chain.steps)
        parts = [Chain(steps[i : i + count]) for i in range(0, len(steps), count)]
        left = _outcomes(mask, parts, components, threshold, grey, rings, before)
        for level, (of_map, contrast) in enumerate(left, 1):
            volume = of_map.set_area * prod(components.spacing)
            outcomes.append(CaseOutcome(str(chain), level, of_map, volume, contrast))
    return case, outcomes


def _outcomes(
    mask: Array,
    parts: Sequence[Chain],
    components: Components,
    threshold: float,
    grey: Array | None,
    rings: Rings | None,
    before: Levels | None,
) -> Iterator[tuple[Survival, ContrastKept | None]]:
    """Yield what is left after each of some chains, one after the other."""
    size, axes = mask.shape, mask.ndim
    share, output = mask.astype(np.float64), grey
    ends = np.cumsum([len(part.steps) for part in parts])
    stages = Chain(tuple(step for part in parts for step in part.steps)).trace(size)
    for part, grids in zip(parts, (stages[end] for end in ends), strict=True):
        share = part(share, axes=axes)
        if share.shape != tuple(grid.size for grid in grids):
            what = channels_made(share.shape, axes)
            fix = "leave it out: a map has one channel"
            raise UsageError(what, f"chain '{part}'", fix)
        contrast = None
        if rings is not None and before is not None:
            output = part(output, axes=axes)
            after = rings.levels(onto_input_grid(output, grids, size, "cells"))
            contrast = contrast_kept(rings, before, after)
        yield survival(components, share > threshold + _ROUNDING, grids), contrast


def spacing_known(image: Image) -> bool:
    """Return whether the size of the pixels of an image is known."""
    return bool(image.spacing and all(image.spacing))


def _grey(image: Image, labels: Image) -> Array:
    """Return the one channel of an image on the grid of a map."""
    where = f"{image.name} and {labels.name}"
    sizes = ["x".join(map(str, of.size)) for of in (image, labels)]
    if sizes[0] != sizes[1]:
        what = f"the image has {sizes[0]} px, and the map {sizes[1]} px"
        raise UsageError(what, where, "give the map on the grid of the image")
    array = luminance(image.array) if image.colour else image.array
    if array.ndim > image.axes or array.dtype.kind == "c":
        what = "contrast is measured in one channel of real numbers"
        raise UsageError(what, image.name, f"choose one: {argument('channel')}")
    return array
