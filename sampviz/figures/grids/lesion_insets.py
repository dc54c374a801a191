"""One lesion through each chain: small pictures of exact blocks, in one grey window."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sampviz.analysis.detection.chain_levels import ChainLevels
from sampviz.analysis.detection.detection import Detection, Polarity, root_mean_square
from sampviz.analysis.detection.lesions import lesion
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Grids
from sampviz.figures.captions.annotations import nice_length
from sampviz.figures.panels.cell_blocks import cell_at, cell_blocks
from sampviz.figures.panels.colormap import apply_colormap
from sampviz.figures.panels.panel import EdgeLabels, Panel, PanelRow, Scale
from sampviz.images.intensity_window import Limits

_SIDE = 9.0  # of the picture, in diameters of the lesion
_STEPS = 7.0  # and at least so many of the coarsest steps
_WINDOW = 1.5  # contrasts, to both sides of the median around the lesion
_LARGER = 1.25  # than the lesion is the circle about it, in diameters and half a pixel more
_USUAL = 3.0  # px across the lesion that is shown, about
_CALM = 4  # one place in so many is calm enough for a picture


@dataclass(frozen=True, eq=False)
class LesionView:
    """The lesion that is shown: its diameter, its place, and the part of the image about it.

    `index` and `place` are the numbers of the diameter and of the lesion in the detection; `start`
    and `shape` are the first row and column of the part and its sides, in pixels.
    """

    detection: Detection
    index: int
    place: int
    start: tuple[int, int]
    shape: tuple[int, int]

    @property
    def diameter(self) -> float:
        """Of the lesion, in the unit of the detection."""
        return self.detection.diameters[self.index]

    @property
    def spacing(self) -> tuple[float, ...]:
        """Of the rows and columns."""
        image = self.detection.image
        return (image.spacing or (1.0,) * image.axes)[-2:]

    @property
    def limits(self) -> Limits:
        """The grey window of all pictures."""
        around = _around(self.detection, self.place, self.diameter)
        median, half = float(np.nanmedian(around)), _WINDOW * self.detection.contrast
        return median - half, median + half

    def zoom(self, side: int) -> tuple[int, int]:
        """Return figure pixels per row and per column, whole and even, for so wide a picture."""
        across = max(1, side // self.shape[1] // 2 * 2)
        down = max(1, round(across * self.spacing[0] / self.spacing[1] / 2) * 2)
        return down, across

    def circle(self, zoom: tuple[int, int]) -> tuple[float, float, float, float]:
        """Return centre (x, y) and radii (x, y) of the circle about it, in pixels of the panel."""
        centre = self.detection.centres[self.place][-2:]
        y, x = ((c - s + 0.5) * z for c, s, z in zip(centre, self.start, zoom, strict=True))
        ry, rx = (
            (_LARGER * self.diameter / mm / 2 * 1.5 + 1) * z
            for mm, z in zip(self.spacing, zoom, strict=True)
        )
        return x, y, rx, ry


def choose_lesion(detection: Detection) -> LesionView:
    """Return the lesion that is shown: of about 3 px, in tissue that is calm around it.

    Of the quarter of the places with the calmest surroundings it is the one that is most like the
    mean of all; between bright and dark structures nobody sees a lesion.
    """
    spacing = detection.image.spacing or (1.0,) * detection.image.axes
    size = float(np.exp(np.mean(np.log(spacing[-2:]))))
    index = int(np.argmin(np.abs(np.log(np.array(detection.diameters) / (_USUAL * size)))))
    last = [kept[:, index] for key, kept in detection.kept.items() if key[1] == detection.levels]
    kept = np.stack(last)
    with np.errstate(all="ignore"):
        far = np.nansum((kept - np.nanmean(kept, axis=1, keepdims=True)) ** 2, axis=0)
    places, diameter = range(len(detection.centres)), detection.diameters[index]
    unrest = np.array([_unrest(_around(detection, place, diameter)) for place in places])
    far[unrest > np.sort(unrest)[(len(unrest) - 1) // _CALM]] = np.inf
    far[~np.isfinite(kept).any(axis=0)] = np.inf
    place = int(np.argmin(far))
    steps = [_levels(detection, i).coarsest[-2:] for i in range(len(detection.chains))]
    centre, sides = detection.centres[place][-2:], detection.image.size[-2:]
    starts, shape = [], []
    for axis in (0, 1):
        mm = max(
            _SIDE * detection.diameters[index],
            _STEPS * max(step[axis] * spacing[-2:][axis] for step in steps),
        )
        side = min(sides[axis], round(mm / spacing[-2:][axis]))
        starts.append(min(max(round(centre[axis] - side / 2), 0), sides[axis] - side))
        shape.append(side)
    return LesionView(detection, index, place, (starts[0], starts[1]), (shape[0], shape[1]))


def _around(detection: Detection, place: int, diameter: float) -> Array:
    """Return the values up to one diameter from a place."""
    image = detection.image
    box = []
    for mm, middle in zip(
        image.spacing or (1.0,) * image.axes, detection.centres[place], strict=True
    ):
        reach, pixel = max(1, round(diameter / mm)), round(float(middle))
        box.append(slice(max(0, pixel - reach), pixel + reach + 1))
    return image.array[tuple(box)].astype(np.float64)


def _unrest(values: Array) -> float:
    """Return how far values lie from their median."""
    return root_mean_square((values - np.median(values)).ravel())


def inset_rows(view: LesionView, zoom: tuple[int, int]) -> list[PanelRow]:
    """Return a row of panels for each polarity: the image, and what each chain makes of it."""
    detection = view.detection
    per_mm = zoom[1] / view.spacing[1]
    length = nice_length(view.shape[1] * view.spacing[1] / 3)
    scale = EdgeLabels(scale=Scale(length * per_mm, f"{length:g} {detection.unit}"))
    return [
        PanelRow(
            name,
            tuple(_panels(view, name, zoom)),
            edge_labels=scale if name == detection.polarities[-1] else None,
        )
        for name in detection.polarities
    ]


def _panels(view: LesionView, polarity: Polarity, zoom: tuple[int, int]) -> list[Panel]:
    detection, image = view.detection, view.detection.image
    spacing = image.spacing or (1.0,) * image.axes
    one = lesion(detection.shape, view.diameter, detection.centres[view.place], spacing, image.size)
    array = image.array.copy()
    sign = 1 if polarity == "bright" else -1
    array[one.box] += (sign * detection.contrast * one.shares).astype(array.dtype)
    grids: Grids = tuple(Grid(n) for n in image.size)
    panels = [_panel(view, array, grids, zoom, "")]
    for i, chain in enumerate(detection.chains):
        levels = _levels(detection, i)
        kept = detection.kept[str(chain), detection.levels, polarity][view.place, view.index]
        text = f"{round(100 * kept)} %" if np.isfinite(kept) else "undefined"
        panels.append(_panel(view, levels.run(array)[-1], levels.grids[-1], zoom, text))
    return panels


def _panel(view: LesionView, array: Array, grids: Grids, zoom: tuple[int, int], text: str) -> Panel:
    """Return a part of an output: every figure pixel has the value of the cell it lies in."""
    if array.ndim == 3:  # the slice through the middle of the lesion
        depth = float(view.detection.centres[view.place][0])
        array = array[cell_at(grids[0], depth)]
    values = cell_blocks(array, grids[-2:], view.start, view.shape, zoom)
    pixels = apply_colormap(values, view.limits)
    return Panel(pixels, (1, 1), text, array=values, limits=view.limits)


def _levels(detection: Detection, number: int) -> ChainLevels:
    image = detection.image
    return ChainLevels.of(detection.chains[number], detection.levels, image.size, image.spacing)


def circles(
    view: LesionView, zoom: tuple[int, int], corners: Sequence[tuple[int, int]]
) -> list[tuple[float, float, float, float]]:
    """Return centre and radii of the circle on panels with these corners, in figure pixels."""
    x, y, rx, ry = view.circle(zoom)
    return [(left + x, top + y, rx, ry) for left, top in corners]
