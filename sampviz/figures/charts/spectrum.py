"""The chart of radial power spectra: the original and what every chain makes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sampviz.analysis.evaluation import evaluate, source_of
from sampviz.analysis.fold_profile import FoldProfile, fold_profile
from sampviz.core.errors import UsageError, argument
from sampviz.core.text import three_digits
from sampviz.dsp.dtypes import Array
from sampviz.dsp.spectrum import FLOOR_DB, RadialPower, decibels, radial_power
from sampviz.figures.captions.annotations import header
from sampviz.figures.charts.axes import (
    FAINT,
    LineStyle,
    add_title_and_legend,
    chart_style,
    line_styles,
    new_chart,
    paler,
    style_axes,
    text_size_of,
)
from sampviz.figures.charts.fold_summary import Y_LABELS, draw_fold_profiles
from sampviz.figures.charts.nyquist_lines import SAME, nyquist_lines
from sampviz.figures.charts.reference_lines import draw_reference_lines
from sampviz.figures.drawn_figure import DrawnFigure
from sampviz.figures.options import DEFAULT_LOOK, Look
from sampviz.figures.panels.column import Column, columns_of
from sampviz.figures.style import NO_BREAK
from sampviz.images.image import Image
from sampviz.ops.chain import Chain

Of = Literal["mean", "sum"]
Unit = Literal["px", "mm"]
UNITS = {"px": "cycles/px of the original", "mm": "cycles/mm"}
FLOOR_NOTE = f"nothing below {three_digits(FLOOR_DB)}{NO_BREAK}dB"
_WIDTH, _HEIGHT, _RATIO_HEIGHT = 180, 110, 55  # mm


@dataclass(frozen=True, eq=False)
class RadialCurve:
    """A radial spectrum; `chain` is None for the original.

    `nyquist` are the Nyquist frequencies of its axes, `lost` those of the chain's coarsest stage.
    """

    name: str
    chain: Chain | None
    radial: RadialPower
    nyquist: tuple[float, ...]
    lost: tuple[float, ...]

    @property
    def note(self) -> str:
        """Why there is nothing to draw; empty where there is."""
        if np.isnan(self.radial.variance):
            return "NaN or infinite values: no spectrum"
        return "" if self.radial.variance else "constant: no power"

    def power(self, of: Of) -> Array:
        """Return the power of each ring, (K,)."""
        return self.radial.mean if of == "mean" else self.radial.total


def radial_curves(
    image: Image, chains: Sequence[Chain], levels: int = 1, unit: Unit = "px"
) -> list[RadialCurve]:
    """Return the spectra of an image and of what every chain, applied `levels` times, makes of it.

    Frequencies are in cycles per pixel of the original, or per mm; the rings are as wide as the
    original's own lowest frequency along its shorter side. Of colour it is the luminance, of
    channels the mean power. UsageError for a volume, which has `volume_curves`, and for mm where
    the spacing is not known.
    """
    _check(image, unit)
    return _curves(image, columns_of(image, chains, levels, "magnitude"), unit)


def _check(image: Image, unit: Unit) -> None:
    if image.slice_planes:
        raise UsageError("spectra are of planes, not of volumes", image.name, "choose one slice")
    check_unit(image, unit)


def _curves(image: Image, columns: Sequence[Column], unit: Unit) -> list[RadialCurve]:
    pixel = image.spacing if unit == "mm" and image.spacing else (1.0, 1.0)
    width = 1 / min(n * side for n, side in zip(image.size, pixel, strict=True))
    return [radial_curve(column, pixel, width) for column in columns]


def _profiles(image: Image, outputs: Sequence[Column]) -> list[FoldProfile | None]:
    """Return the power of every output over the original's."""
    source = source_of(image)
    return [
        fold_profile(evaluate(source, column.chain, column.array))
        for column in outputs
        if column.chain
    ]


def check_unit(image: Image, unit: Unit) -> None:
    """Check that frequencies can be in this unit.

    Parameters
    ----------
    image : Image
        The image.
    unit : {"px", "mm"}
        Cycles per pixel or per mm.

    Raises
    ------
    UsageError
        For mm where the spacing is not known.
    """
    if unit == "mm" and image.spacing is None:
        raise UsageError(
            "the size of the pixels is not known",
            argument("unit", "mm"),
            "leave it out, or give a NIfTI",
        )


def radial_curve(column: Column, pixel: tuple[float, ...], width: float) -> RadialCurve:
    """Return the spectrum of a column in rings of `width`; `pixel` are the sides of a pixel."""
    stages = column.chain.trace(column.original_size) if column.chain else (column.grids,)
    steps = [[float(grid.step) for grid in grids] for grids in stages]
    coarsest = map(max, zip(*steps, strict=True))
    pitch = [step * side for step, side in zip(steps[-1], pixel, strict=True)]
    return RadialCurve(
        column.title,
        column.chain,
        radial_power(column.grey if column.colour else column.stack, pitch, width),
        tuple(0.5 / side for side in pitch),
        tuple(0.5 / (step * side) for step, side in zip(coarsest, pixel, strict=True)),
    )


def draw_spectrum(
    image: Image,
    chains: Sequence[Chain],
    *,
    levels: int = 1,
    of: Of = "mean",
    unit: Unit = "px",
    look: Look = DEFAULT_LOOK,
) -> DrawnFigure:
    """Draw the radial power spectra of an image and of what every chain makes of it.

    Below them stands the power of every output over the original's, where it is defined. `levels`
    applies each chain so many times; `of` is the mean or the sum over each ring of frequencies;
    `unit` is that of the frequencies, per pixel of the original or per mm.
    """
    points = look.points
    _check(image, unit)
    columns = columns_of(image, chains, levels, "magnitude", "spectrum")
    curves, profiles = _curves(image, columns, unit), _profiles(image, columns[1:])
    heights = [_HEIGHT, _RATIO_HEIGHT] if any(profiles) else [_HEIGHT]
    with chart_style(look):
        figure = new_chart(look, _WIDTH, sum(heights))
        text_size = text_size_of(figure, points)
        stack = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0]
        axes = stack[0]
        axis_label = "mean power of a ring" if of == "mean" else "power of a ring, summed"
        style_axes(axes, UNITS[unit], f"{axis_label} (dB)", points)
        original = LineStyle(FAINT, "-", "")
        chosen = [original, *line_styles(len(chains))]
        reference_name = draw_curves(axes, curves, chosen, of, max)
        if all(curve.note for curve in curves):
            axes.set_yticks([])
        if unit == "px" and image.spacing and _square(image):
            _per_mm(axes, image.spacing[0], points)
        for ratio_axes in stack[1:]:
            room = round(figure.bbox.width) - 6 * text_size.line  # beside labels and numbers
            draw_fold_profiles(ratio_axes, profiles, chosen[1:], text_size, room)
            ratio_axes.set_ylabel(Y_LABELS[0], fontsize=points)
        add_title_and_legend(
            figure,
            f"Power spectra of {header([image], '')}",
            "; ".join(
                [
                    f"0 dB: {reference_name} ring, {FLOOR_NOTE}",
                    *_notes(image, unit),
                ]
            ),
            points,
            [Line2D([], [], **curve_line(style)) for style in chosen],
            [f"{c.name} ({c.note})" if c.note else c.name for c in curves],
        )
        limits = [(curve.nyquist, curve.lost) for curve in curves]
        draw_reference_lines(figure, axes, nyquist_lines(limits), points)
    return figure


def draw_curves(
    axes: Axes,
    curves: Sequence[RadialCurve],
    styles: Sequence[LineStyle],
    of: Of,
    limit_of: Callable[[Sequence[float]], float],
) -> str:
    """Draw spectra in decibels, over all their frequencies.

    Parameters
    ----------
    axes : Axes
        Is drawn on.
    curves : sequence of RadialCurve
        The original's first.
    styles : sequence of LineStyle
        One for each.
    of : {"mean", "sum"}
        The mean of the power in each ring, or its sum.
    limit_of : callable
        Of the Nyquist frequencies of a curve, the one beyond which it is thin.

    Returns
    -------
    str
        Whose ring is 0 dB.
    """
    reference, name = reference_of(curves, of)
    for curve, style in zip(curves, styles, strict=True):
        if not curve.note:
            level = decibels(np.sqrt(curve.power(of)), reference)
            _draw_curve(axes, curve, level, style, limit_of(curve.nyquist))
    axes.set_xlim(0, max(max(c.radial.frequency, default=0.0) for c in curves) or 1.0)
    return name


def reference_of(curves: Sequence[RadialCurve], of: Of) -> tuple[float, str]:
    """Return the amplitude that is 0 dB, and whose it is."""
    if not curves[0].note:
        return float(np.sqrt(curves[0].power(of).max())), "the original's strongest"
    peaks = [float(curve.power(of).max()) for curve in curves if not curve.note]
    return float(np.sqrt(max(peaks, default=1.0))), "the strongest"


def _draw_curve(
    axes: Axes, curve: RadialCurve, level: Array, style: LineStyle, limit: float
) -> None:
    """Draw a spectrum, thin where only some waves are there.

    Parameters
    ----------
    axes : Axes
        Is drawn on.
    curve : RadialCurve
        The spectrum.
    level : Array, shape (K,)
        The height of each ring.
    style : LineStyle
        Of its chain.
    limit : float
        The frequency beyond which it is thin: of planes there are only the corners.
    """
    frequency = curve.radial.frequency
    inner = int(np.searchsorted(frequency, limit * (1 + 1e-9), "right"))
    axes.plot(frequency[:inner], level[:inner], **curve_line(style))
    corners = slice(max(0, inner - 1), None)
    thin = {"linewidth": 0.5, "color": paler(curve_line(style)["color"], 0.6)}
    axes.plot(frequency[corners], level[corners], **curve_line(style) | thin)


def curve_line(style: LineStyle) -> dict[str, Any]:
    """Return the arguments of `Axes.plot` for a spectrum.

    Parameters
    ----------
    style : LineStyle
        The original's lies broad and pale under the others, which often follow it.

    Returns
    -------
    dict
    """
    if style.marker:
        return style.line()
    return style.line(linewidth=3, color=paler(style.colour, 0.6))


def _square(image: Image) -> bool:
    return image.spacing is not None and isclose(*image.spacing, rel_tol=SAME)


def _per_mm(axes: Axes, mm: float, points: float) -> None:
    def per_mm(frequency: Any) -> Any:
        return np.divide(frequency, mm)

    def per_px(frequency: Any) -> Any:
        return np.multiply(frequency, mm)

    top = axes.secondary_xaxis("top", functions=(per_mm, per_px))
    top.set_zorder(2)  # its line above the grid
    top.set_xlabel(UNITS["mm"], fontsize=points)
    top.tick_params(labelsize=points, width=0.5, length=points / 3)


def _notes(image: Image, unit: Unit) -> list[str]:
    """Return what a reader must know to read the chart."""
    subject_text = " of the luminance" if image.colour else ""
    if image.array.dtype.kind == "c":
        subject_text = " of the complex numbers"
    if image.array.ndim > len(image.size) and not image.colour:
        subject_text += " averaged over all channels"
    notes = [
        f"power |DFT|²/(HW)²{subject_text}, without the mean value",
        "thin: the corners of the spectrum, beyond Nyquist",
        "all rings of a curve, corners too, add up to the variance (Parseval: checked)",
    ]
    if unit == "px" and image.spacing and not _square(image):
        notes.append(f"pixels are not square: --unit{NO_BREAK}mm gives cycles/mm")
    return notes + list(image.notes)
