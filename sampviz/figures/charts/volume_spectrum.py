"""The chart of the power spectra of a volume: within its slices and across them, or over all axes.

Where the spacing of one axis is more than twice that of another, detail along the two is not of one
kind, and no number is a mean over both: the slices lie across the axis of the largest spacing.
"""

from collections.abc import Sequence
from math import isclose

import numpy as np
from matplotlib.lines import Line2D

from sampviz.analysis.evaluation import AXIS_NAMES
from sampviz.core.text import axes_text
from sampviz.dsp.volume_spectrum import coverage, volume_power
from sampviz.figures.captions.annotations import header
from sampviz.figures.charts.axes import (
    FAINT,
    LineStyle,
    add_title_and_legend,
    chart_style,
    line_styles,
    new_chart,
    style_axes,
)
from sampviz.figures.charts.nyquist_lines import SAME, nyquist_lines
from sampviz.figures.charts.reference_lines import draw_reference_lines
from sampviz.figures.charts.spectrum import (
    FLOOR_NOTE,
    UNITS,
    Of,
    RadialCurve,
    Unit,
    check_unit,
    curve_line,
    draw_curves,
)
from sampviz.figures.drawn_figure import DrawnFigure
from sampviz.figures.options import DEFAULT_LOOK, Look
from sampviz.figures.panels.column import Column, columns_of
from sampviz.figures.style import NO_BREAK
from sampviz.images.image import Image
from sampviz.ops.chain import Chain

_WIDTH, _HEIGHT = 180, 95  # mm, the height of a panel
_THICK = 2.0  # times the smallest spacing: slices that are thicker have a spectrum of their own
_FEW = 8  # samples: an axis of fewer sets no width of rings
Axes = tuple[int, ...]


def volume_curves(
    image: Image, chains: Sequence[Chain], levels: int = 1, unit: Unit = "px"
) -> list[tuple[Axes, list[RadialCurve]]]:
    """Return the spectra of a volume and of what every chain makes of it.

    Parameters
    ----------
    image : Image
        A volume.
    chains : sequence of Chain
        A curve each.
    levels : int
        How often each chain is applied.
    unit : {"px", "mm"}
        Cycles per voxel of the original, or per mm.

    Returns
    -------
    list of (tuple of int, list of RadialCurve)
        All axes and the spectra over them, or the axes within the slices and theirs, and the axis
        across them. The rings are as wide as the lowest frequency along the shortest axis.

    Raises
    ------
    UsageError
        For mm where the spacing is not known.
    """
    check_unit(image, unit)
    columns = columns_of(image, chains, levels, "magnitude")
    return [
        (axes, [volume_curve(image, column, unit, axes) for column in columns])
        for axes in _directions(image)
    ]


def shell_coverage(image: Image, curve: RadialCurve, unit: Unit) -> list[float]:
    """Return what part of each full shell of frequencies a spectrum over all axes holds.

    Parameters
    ----------
    image : Image
        The volume.
    curve : RadialCurve
        One of `volume_curves` over all axes.
    unit : {"px", "mm"}
        As of the curve.

    Returns
    -------
    list of float
        About 0..1.
    """
    stage = curve.chain.trace(image.size)[-1] if curve.chain else None
    steps = [float(grid.step) for grid in stage] if stage else [1.0] * 3
    size = [grid.size for grid in stage] if stage else image.size
    sides = zip(size, steps, _voxel(image, unit), strict=True)
    extent = [n * step * side for n, step, side in sides]
    return list(map(float, coverage(curve.radial, extent, _width(image, unit, (0, 1, 2)))))


def draw_volume_spectrum(
    image: Image,
    chains: Sequence[Chain],
    *,
    levels: int = 1,
    of: Of = "mean",
    unit: Unit = "px",
    look: Look = DEFAULT_LOOK,
) -> DrawnFigure:
    """Draw the power spectra of a volume and of what every chain makes of it.

    Parameters
    ----------
    image, chains, levels, unit
        As for `volume_curves`.
    of : {"mean", "sum"}
        The mean of the power in each ring of frequencies, or its sum.
    look : Look
        Of the figure.

    Returns
    -------
    DrawnFigure
        A panel for each direction, one below the other.
    """
    points = look.points
    directions = volume_curves(image, chains, levels, unit)
    styles = [LineStyle(FAINT, "-", ""), *line_styles(len(chains))]
    label = "mean power of a ring (dB)" if of == "mean" else "power of a ring, summed (dB)"
    with chart_style(look):
        figure = new_chart(look, _WIDTH, _HEIGHT * len(directions))
        panels = figure.subplots(len(directions), 1, squeeze=False)[:, 0]
        for panel, (axes, curves) in zip(panels, directions, strict=True):
            style_axes(panel, unit_of_frequencies(unit), label, points)
            panel.set_title(_direction(axes), fontsize=points, loc="left")
            # Of a shell that is not full there is a belt, of waves along some axes.
            draw_curves(panel, curves, styles, of, min if len(axes) > 2 else max)
        curves = directions[0][1]
        add_title_and_legend(
            figure,
            f"Power spectra of {header([image], '')}",
            "; ".join(_notes(image, unit, len(directions) > 1)),
            points,
            [Line2D([], [], **curve_line(style)) for style in styles],
            [f"{c.name} ({c.note})" if c.note else c.name for c in curves],
        )
        for panel, (axes, curves) in zip(panels, directions, strict=True):
            limits = [(curve.nyquist, curve.lost) for curve in curves]
            names = [AXIS_NAMES[axis] for axis in axes]
            draw_reference_lines(figure, panel, nyquist_lines(limits, names), points)
    return figure


def _directions(image: Image) -> list[Axes]:
    """Return the axes over which spectra are taken."""
    spacing = image.spacing or (1.0, 1.0, 1.0)
    if max(spacing) <= _THICK * min(spacing):
        return [(0, 1, 2)]
    across = int(np.argmax(spacing))
    return [tuple(axis for axis in range(3) if axis != across), (across,)]


def _direction(axes: Axes) -> str:
    """Return the title of a panel."""
    if len(axes) == 3:
        return "Over all axes"
    others = " and ".join(AXIS_NAMES[axis] for axis in range(3) if axis not in axes)
    along = " and ".join(AXIS_NAMES[axis] for axis in axes)
    return f"Along {along}, mean over {others}"


def unit_of_frequencies(unit: Unit) -> str:
    """Return the unit of the frequencies of a volume, in words."""
    return UNITS[unit].replace("px", "voxel")


def _voxel(image: Image, unit: Unit) -> tuple[float, ...]:
    return image.spacing if unit == "mm" and image.spacing else (1.0, 1.0, 1.0)


def _width(image: Image, unit: Unit, axes: Axes) -> float:
    """Return the width of the rings: an axis of few samples sets none, unless all have few."""
    voxel = _voxel(image, unit)
    long = [axis for axis in axes if image.size[axis] >= _FEW] or list(axes)
    return 1 / min(image.size[axis] * voxel[axis] for axis in long)


def volume_curve(image: Image, column: Column, unit: Unit, axes: Axes) -> RadialCurve:
    """Return the spectrum of a column of a volume along some of its axes."""
    stages = column.chain.trace(column.original_size) if column.chain else (column.grids,)
    steps = [[float(grid.step) for grid in grids] for grids in stages]
    coarsest = list(map(max, zip(*steps, strict=True)))
    voxel = _voxel(image, unit)
    pitch = [step * side for step, side in zip(steps[-1], voxel, strict=True)]
    return RadialCurve(
        column.title,
        column.chain,
        volume_power(column.stack, pitch, _width(image, unit, axes), axes),
        tuple(0.5 / pitch[axis] for axis in axes),
        tuple(0.5 / (coarsest[axis] * voxel[axis]) for axis in axes),
    )


def _notes(image: Image, unit: Unit, is_split: bool) -> list[str]:
    """Return what a reader must know to read the chart."""
    channels = " averaged over all channels" if image.array.ndim > 3 else ""
    spacing = image.spacing or (1.0, 1.0, 1.0)
    notes = [
        "0 dB: the original's strongest ring" + " of each panel" * is_split,
        FLOOR_NOTE,
        f"power |DFT|²/(DHW)²{channels}, without the mean of the volume",
        "thin: the corners of the spectrum, beyond Nyquist"
        if is_split
        else "thin: beyond the lowest Nyquist frequency, where waves along some axes are missing",
        "all rings of a curve add up to the variance (Parseval: checked)",
    ]
    if is_split:
        notes += [
            f"voxels of {axes_text(spacing)}{NO_BREAK}mm: detail across slices is drawn apart",
            "what is lost along one axis is missing in the panel of the others too",
        ]
    if unit == "px" and not isclose(max(spacing), min(spacing), rel_tol=SAME):
        notes.append(f"voxels are not cubes: --unit{NO_BREAK}mm gives cycles/mm")
    return notes + list(image.notes)
