"""Charts of frequency responses, and of describing functions apart from them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sampviz.analysis.arguments import ChainsLike
from sampviz.analysis.frequency_response import ResponseCurve, curves_of, gain_maps_of
from sampviz.analysis.wave_probe import PHASES
from sampviz.core.progress import Progress
from sampviz.dsp.dtypes import Array
from sampviz.dsp.spectrum import decibels
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
from sampviz.figures.charts.decibel_axis import lowest_level
from sampviz.figures.charts.frozen_layout import freeze_layout
from sampviz.figures.charts.gain_map import draw_gain_maps
from sampviz.figures.charts.response_titles import chain_title, response_title
from sampviz.figures.drawn_figure import DrawnFigure
from sampviz.figures.looks import checked_look, warn_of_height
from sampviz.figures.options import DEFAULT_LOOK, Look
from sampviz.ops.chain import Chain
from sampviz.ops.convert import as_chains

FREQUENCY = "frequency of the wave (cycles per original px)"
_WIDTH, _LARGE, _SMALL = 170, 72, 46  # mm: of the figure, of a panel of gains, of another
_TITLE_AND_NOTES, _LINE = 34, 4  # mm: of title and notes, of a line of the legend
_TITLE_SHARE = 0.8  # of the width of the figure, for the title of a panel
_EVERY = 1 / 16  # cycles/px between the markers of a curve
_FOLDED = (0, (3, 2))
_LEAST_GAP = 0.03  # cycles/px between the names of two Nyquist frequencies


@dataclass(frozen=True)
class _Panel:
    title: str
    unit: str
    height: float
    chosen: Sequence[int]  # of the curves
    values: Callable[[ResponseCurve], Array | None]
    closed: Callable[[ResponseCurve], Array | None] = lambda _: None
    db: bool = False


def response(
    chains: ChainsLike,
    *,
    two_d: bool = False,
    db: bool = False,
    axes: Literal[2, 3] = 2,
    width: float | None = None,
    dpi: int | None = None,
    font_size: float | None = None,
    font: str | None = None,
    journal: str | None = None,
    allow_code: bool = False,
    progress: Progress[Chain] | None = None,
) -> Figure:
    """Draw the gain of waves through each chain, and what happens to those that fold.

    As `sampviz response`. It is found by probing, away from the borders. What is not linear has no
    frequency response: its describing function is drawn apart.

    Parameters
    ----------
    chains : str, Chain or sequence of these
        A curve each, at most 64: `"stride,blur,flc"`.
    two_d : bool
        Draw maps over the frequencies of rows and columns, not curves.
    db : bool
        Draw gains in decibels.
    axes : {2, 3}
        3 sends waves along the slices, rows and columns of volumes.
    width, dpi, font_size, font, journal
        How the figure looks, as in `sampviz.compare`.
    allow_code : bool
        Let a step be `package.module:name`, code that is imported, which runs it.
    progress : callable, optional
        `progress(work, count)` yields the pieces of `work`: a wrapper such as that of tqdm.

    Returns
    -------
    matplotlib.figure.Figure
        Save it with `sampviz.save`.

    Raises
    ------
    ChainError
        For a text that is no chain, and a chain that waves tell nothing of.
    UsageError
        For more than 64 chains, and for maps of volumes.

    Examples
    --------
    >>> import sampviz
    >>> figure = sampviz.response("stride,blur")
    >>> figure.texts[0].get_text()
    'Frequency response: gain of a wave'
    """
    look = checked_look(width, dpi, font_size, font, journal)
    parsed = as_chains(chains, allow_code=allow_code)
    if two_d:
        figure = draw_gain_maps(gain_maps_of(parsed, progress, axes), db=db, look=look)
    else:
        figure = draw_response(curves_of(parsed, progress, axes), db=db, look=look)
    warn_of_height(figure, look)
    return figure


def draw_response(
    curves: Sequence[ResponseCurve], *, db: bool = False, look: Look = DEFAULT_LOOK
) -> DrawnFigure:
    """Draw the gains of waves over their frequency; what is not linear has panels of its own."""
    points = look.points
    with chart_style(look):
        panels = _panels(curves, db)
        styles = line_styles(len(curves))
        labels = list(map(_label, curves))
        heights = [panel.height for panel in panels]
        height = sum(heights) + _TITLE_AND_NOTES + _LINE * -(-len(labels) // 2)
        figure = new_chart(look, _WIDTH, height)
        stack = figure.subplots(len(panels), 1, squeeze=False, height_ratios=heights)[:, 0]
        for axes, panel in zip(stack, panels, strict=True):
            style_axes(axes, FREQUENCY if axes is stack[-1] else "", panel.unit, points)
            if len(panels) > 1:
                title = _wrapped_title(figure, panel.title, points)
                axes.set_title(title, fontsize=points, loc="left")
            bottom = _lowest(panel, curves) if panel.db else 0.0
            for order, i in enumerate(panel.chosen):
                _plot(axes, panel, curves[i], styles[i], order / len(panel.chosen), bottom)
            axes.set_xlim(0, 0.5)
            axes.set_ylim(bottom=bottom)
            _mark_nyquist(axes, {curves[i].nyquist for i in panel.chosen} - {0.5}, points)
        pairs = zip(curves, styles, strict=True)
        handles = [
            Line2D([], [], **style.line(linestyle="-"), **_dots(c, style)) for c, style in pairs
        ]
        # The title of one panel is that of the figure.
        chains = [curve.chain for curve in curves]
        title = response_title(chains) if len(panels) > 1 else panels[0].title
        notes = _notes(curves)
        if any(panel.db for panel in panels):
            notes += " What is below the lower end of an axis in dB is not drawn."
        add_title_and_legend(figure, title, notes, points, handles, labels)
        freeze_layout(figure, stack[0])
    return figure


def _lowest(panel: _Panel, curves: Sequence[ResponseCurve]) -> float:
    """Return the lower end of the axis of a panel in dB."""
    values = (panel.values(curves[i]) for i in panel.chosen)
    return lowest_level(np.concatenate([levels for levels in values if levels is not None]))


def _wrapped_title(figure: DrawnFigure, title: str, points: float) -> str:
    """Return the title of a panel in as many lines as it needs."""
    available = round(_TITLE_SHARE * figure.bbox.width)
    return "\n".join(text_size_of(figure, points).wrap(title, available))


def _panels(curves: Sequence[ResponseCurve], db: bool) -> list[_Panel]:
    def chosen(condition: Callable[[ResponseCurve], bool]) -> list[int]:
        return [i for i, curve in enumerate(curves) if condition(curve)]

    def scaled(gain: Array | None) -> Array | None:
        return decibels(gain, 1) if db and gain is not None else gain

    unit = "gain (dB)" if db else "gain"
    linear = chosen(lambda curve: curve.chain.linear)
    nonlinear = chosen(lambda curve: not curve.chain.linear)
    panels = [
        _Panel(
            "Frequency response: gain of a wave",
            unit,
            _LARGE,
            linear,
            lambda curve: scaled(curve.gain),
            lambda curve: scaled(curve.closed),
            db,
        ),
        _Panel(
            "Describing function, of what is not linear: gain of a cosine without its harmonics",
            unit,
            _LARGE,
            nonlinear,
            lambda curve: scaled(curve.gain),
            db=db,
        ),
        _Panel(
            "Harmonics of that cosine",
            "share of variance",
            _SMALL,
            nonlinear,
            lambda c: c.harmonics,
        ),
        _Panel(
            "Replicas (images) of the wave: the strongest",
            "over the gain (dB)",
            _SMALL,
            chosen(lambda curve: curve.replica is not None),
            lambda curve: curve.suppression,
            db=True,
        ),
    ]
    return [panel for panel in panels if panel.chosen]


def _plot(
    axes: Axes,
    panel: _Panel,
    curve: ResponseCurve,
    style: LineStyle,
    stagger: float,
    bottom: float,
) -> None:
    """Draw a curve: solid to the new Nyquist frequency, dashed beyond, with staggered markers."""
    values = panel.values(curve)
    assert values is not None
    representable_count = int((curve.frequency <= curve.nyquist).sum())
    axes.plot(
        curve.frequency[:representable_count],
        values[:representable_count],
        **style.line(linestyle="-"),
    )
    dashed = style.line(linestyle=_FOLDED)
    axes.plot(
        curve.frequency[representable_count - 1 :], values[representable_count - 1 :], **dashed
    )
    every = max(1, round(_EVERY / curve.frequency[1]))
    dot_indices = slice(int(stagger * every), None, every)
    closed_form = panel.closed(curve)
    points = values if closed_form is None else closed_form
    dots = style.points(**_dots(curve, style))
    seen = np.where(points < bottom, np.nan, points)[dot_indices]
    axes.plot(curve.frequency[dot_indices], seen, clip_on=False, **dots)


def _mark_nyquist(axes: Axes, frequencies: set[float], points: float) -> None:
    """Shade what folds, the darker the more chains fold it, and name each new Nyquist frequency."""
    labelled: list[float] = []
    ordered = sorted(frequencies, reverse=True)
    for number, (v, end) in enumerate(zip(ordered, [0.5, *ordered], strict=False)):
        # Where `folding` chains fold a wave, as so many transparent layers look.
        folding = len(ordered) - number
        axes.axvspan(v, end, color=paler(FAINT, 1 - 0.87**folding), linewidth=0, zorder=0)
        axes.axvline(v, color=FAINT, linewidth=0.8, zorder=0.5)
        if not labelled or labelled[-1] - v > _LEAST_GAP:
            labelled.append(v)
    if labelled:
        top = axes.secondary_xaxis("top")
        prefix = "new Nyquist: factor " if len(labelled) == 1 else "÷"
        top.set_xticks(labelled, [f"{prefix}{0.5 / v:.3g}" for v in labelled])
        top.tick_params(labelsize=points, width=0.5, length=points / 3)
        top.spines["top"].set_visible(False)


def _dots(curve: ResponseCurve, style: LineStyle) -> dict[str, Any]:
    """Return how the markers of a curve look: hollow where they are its closed form."""
    face = style.colour if curve.closed is None else "white"
    return {"marker": style.marker, "markersize": 4.5, "markerfacecolor": face}


def _label(curve: ResponseCurve) -> str:
    return chain_title(curve.chain) + ("" if curve.axis in ("both", "all") else f", {curve.axis}")


def _notes(curves: Sequence[ResponseCurve]) -> str:
    """Say in words what is drawn."""
    notes = []
    if any(curve.nyquist < 0.5 for curve in curves):
        notes.append(
            "A wave above the new Nyquist frequency (dashed, shaded; ÷2: that of every second"
            " sample) comes out at the frequency that it folds to, its distance from the nearest"
            " multiple of twice the new Nyquist frequency; the gain is that with which it arrives"
            " there."
        )
    if any(curve.closed is not None for curve in curves):
        notes.append("Lines: found with waves. Hollow markers: the formula, where one is known.")
    if any(curve.is_mean_over_phases for curve in curves):
        notes.append(
            "Factors that are no whole numbers: weights differ from sample to sample; the gain is"
            " the mean over phases."
        )
    if not all(curve.chain.linear for curve in curves):
        notes.append(
            "Describing function: what turns with the phase of a cosine of amplitude 1/2 on 1/2"
            f" ({PHASES} phases); another amplitude or image has another. Harmonics: the variance"
            " that is not that."
        )
    if any(curve.replica is not None for curve in curves):
        notes.append("Replicas: other frequencies that upsampling makes of the same wave.")
    return " ".join(notes)
