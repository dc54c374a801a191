"""The summary of a comparison: power against the original, folded energy, brightness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.fold_profile import FoldProfile, fold_profile
from sampviz.analysis.measure import values_of
from sampviz.analysis.metrics import METRICS
from sampviz.analysis.metrics.aliasing import alias_share
from sampviz.analysis.volume_memory import threads_that_fit
from sampviz.core.parallel import in_threads
from sampviz.core.text import three_digits
from sampviz.figures.charts.axes import FAINT, LineStyle, paler
from sampviz.figures.charts.short_labels import shortened_apart
from sampviz.figures.style import CHARTS, INK, TextSize, own_style, with_font

LEAST = -12.0, 6.0  # dB, the least that is shown
MOST = -20.0, 15.0  # and the most: what lies beyond is cut off
NARROW = 45  # lines of text wide: on narrower pages the charts stand one below the other
NARROW_LINES = 11  # of each of them, at least
# Added: by a gain above 1, or by what bends the values, as a maximum does.
TITLES = (
    "above 0: folded in or added; below 0: lost",
    "> 0: folded or added; < 0: lost",
    "> 0: more; < 0: lost",
)  # long to short
X_LABEL = "frequency / new Nyquist"
Y_LABELS = "power re original (dB)", "power (dB)"  # long and short
HEADINGS = {
    "folded": ("folded energy (%)", "folded (%)"),
    "bias": ("brightness bias (% of mean)", "bias (% of mean)", "bias (%)"),
}  # of the bars, long to short
_SMALLEST_SHARE = 0.01  # percent: below it a bar says "<0.01"
_FOLDED = replace(METRICS["alias"], function=alias_share)  # the parts are not drawn
AT_STEP = "not linear: folded where samples are dropped (stepalias)"
_NOTES = f"* {AT_STEP}", "* not linear: stepalias", "* stepalias"  # long to short


@dataclass(frozen=True, eq=False)
class ChainSummary:
    """What the charts show of one chain.

    Parameters
    ----------
    title : str
        Its name.
    spelling : str
        The chain as it is written, for a reader: `max ×2`.
    profile : FoldProfile or None
        None where it has none.
    folded, bias : float or None
        In percent; None where they are not defined.
    folded_reason, bias_reason : str
        Why not; beside a folded energy, that it is what folds where samples are dropped.
    """

    title: str
    spelling: str
    profile: FoldProfile | None
    folded: float | None
    bias: float | None
    folded_reason: str
    bias_reason: str


def summarize_chains(titles: Mapping[Evaluation, str]) -> list[ChainSummary]:
    """Return what the charts show of chains.

    Parameters
    ----------
    titles : mapping of Evaluation to str
        The chains and their names.

    Returns
    -------
    list of ChainSummary
    """
    # Planes are too small for threads to be worth it.
    volumes = [evaluation.original.array for evaluation in titles if evaluation.axes == 3]
    most = min(map(threads_that_fit, volumes), default=1)
    return in_threads(_summarize, list(titles.items()), most)


def _summarize(titled: tuple[Evaluation, str]) -> ChainSummary:
    evaluation, title = titled
    folds = _FOLDED if evaluation.affine else METRICS["stepalias"]
    values, _, undefined = values_of(evaluation, [folds, METRICS["bias"]])
    bias, bias_reason = _relative_bias(
        values.get("bias"), evaluation.original.mean, undefined.get("bias", "")
    )
    folded, reason = values.get(folds.name), undefined.get(folds.name, "")
    if not evaluation.affine:
        reason = "not linear" if folded is None else AT_STEP
    return ChainSummary(
        title,
        evaluation.chain.label,
        fold_profile(evaluation),
        None if folded is None else 100 * folded,
        bias,
        reason,
        bias_reason,
    )


def _relative_bias(bias: float | None, mean: float, reason: str) -> tuple[float | None, str]:
    """Return a bias in percent of the original's mean, or None and why."""
    if bias is None or mean == 0:
        return None, reason or "the mean is 0"
    with np.errstate(over="ignore"):
        percent = 100 * np.float64(bias) / abs(mean)
    if np.isfinite(mean) and np.isfinite(percent):
        return float(percent), ""
    return None, "too large values"


def draw_fold_summary(
    figure: Figure,
    area: tuple[int, int, int, int],
    summaries: Sequence[ChainSummary],
    styles: Sequence[LineStyle],
    text_size: TextSize,
) -> None:
    """Draw the charts into an area of a figure.

    Parameters
    ----------
    figure : Figure
        Is added to.
    area : tuple of int
        Left, top, width and height, in figure pixels from the top left corner.
    summaries : sequence of ChainSummary
        One for each chain.
    styles : sequence of LineStyle
        One for each chain.
    text_size : TextSize
        The size of the text.
    """
    left, top, width, height = area
    line = text_size.line
    y_label = 4 * line  # the label and the numbers of an axis
    is_narrow = width < NARROW * line
    curve_height = NARROW_LINES * line if is_narrow else height
    curve_width = (width if is_narrow else width // 2) - y_label - line
    curve_box = (left + y_label, top + round(1.4 * line), curve_width, curve_height - 4 * line)
    bars_top = top + curve_height if is_narrow else top
    bars_left = left if is_narrow else left + y_label + curve_width + 2 * line
    room = left + width - bars_left
    most = 2 * room // 5
    labels = shortened_apart([(of.title, of.spelling) for of in summaries], text_size, most)
    label_width = max(map(text_size.width, labels))
    bar_width = (room - label_width - 3 * line) // 2
    with own_style(with_font(CHARTS, text_size.font)):
        curve_axes = axes_in_box(figure, curve_box)
        profiles = [summary.profile for summary in summaries]
        draw_fold_profiles(curve_axes, profiles, styles, text_size, curve_width + line)
        points = text_size.points
        label = _longest(Y_LABELS, text_size, curve_box[3] + 2 * line)
        curve_axes.set_ylabel(label, fontsize=points, labelpad=points / 4)
        x = bars_left + label_width
        for number, (headings, values) in enumerate(_bar_charts(summaries)):
            box_height = top + height - bars_top - (3 if is_narrow else 4) * line
            bar_axes = axes_in_box(figure, (x, bars_top + round(1.4 * line), bar_width, box_height))
            heading = _longest(headings, text_size, bar_width)
            _draw_bars(bar_axes, heading, values, styles, text_size, bar_width)
            if number == 0:
                bar_axes.set_yticks(range(len(labels)), labels, fontsize=text_size.points)
            x += bar_width + 2 * line
        if any(summary.folded_reason == AT_STEP for summary in summaries):
            text = _longest(_NOTES, text_size, x - bars_left)
            bottom = round(top + height - (0.6 if is_narrow else 1.6) * line)
            _write(figure, text, (bars_left, bottom), points)


def _longest(texts: Sequence[str], text_size: TextSize, available: int) -> str:
    """Return the first of some texts, long to short, that fits into a width in pixels."""
    return next((text for text in texts if text_size.width(text) <= available), texts[-1])


def _write(figure: Figure, text: str, place: tuple[float, float], points: float) -> None:
    """Write a text at a place in figure pixels, from the top left."""
    width, height = figure.get_size_inches() * figure.dpi
    figure.text(place[0] / width, 1 - place[1] / height, text, fontsize=points, color=INK)


def _bar_charts(
    summaries: Sequence[ChainSummary],
) -> list[tuple[tuple[str, ...], list[tuple[float | None, str]]]]:
    """Return the headings, long and short, and the values of the bar charts."""
    return [
        (HEADINGS["folded"], [(of.folded, of.folded_reason) for of in summaries]),
        (HEADINGS["bias"], [(of.bias, of.bias_reason) for of in summaries]),
    ]


def axes_in_box(figure: Figure, box: tuple[int, int, int, int]) -> Axes:
    """Return axes at a box in figure pixels: left, top, width and height, from the top left."""
    width, height = figure.get_size_inches() * figure.dpi
    left, top, box_width, box_height = box
    bottom = height - top - box_height
    return figure.add_axes((left / width, bottom / height, box_width / width, box_height / height))


def thin_axes(axes: Axes, points: float) -> None:
    """Draw thin ticks of this size of text, and no frame at the top and the right."""
    axes.tick_params(labelsize=points, width=0.5, length=points / 3)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def draw_fold_profiles(
    axes: Axes,
    profiles: Sequence[FoldProfile | None],
    styles: Sequence[LineStyle],
    text_size: TextSize,
    available: int,
) -> None:
    """Draw the power of outputs over the original's, from 0 to the new Nyquist frequency.

    Parameters
    ----------
    axes : Axes
        Is drawn on.
    profiles : sequence of (FoldProfile or None)
        One for each chain; None where it has none.
    styles : sequence of LineStyle
        One for each chain.
    text_size : TextSize
        The size of the text.
    available : int
        How wide the title may be, in figure pixels.
    """
    points = text_size.points
    axes.axhline(0, color=paler(FAINT, 0.6), linewidth=2.5, zorder=1)
    lowest, highest = LEAST
    for profile, style in zip(profiles, styles, strict=True):
        if profile is None:
            continue
        axes.plot(profile.frequency, profile.ratio, **style.line(zorder=2))
        finite = profile.ratio[np.isfinite(profile.ratio)]
        if finite.size:
            lowest = max(MOST[0], min(lowest, float(finite.min()) - 1))
            highest = min(MOST[1], max(highest, float(finite.max()) + 1))
    axes.set_xlim(0, 1)
    axes.set_ylim(lowest, highest)
    axes.set_xlabel(X_LABEL, fontsize=points, labelpad=points / 4)
    title = _longest(TITLES, text_size, available)
    axes.set_title(title, fontsize=points, loc="left", y=1.0, pad=points / 3)
    thin_axes(axes, points)


def _draw_bars(
    axes: Axes,
    heading: str,
    values: Sequence[tuple[float | None, str]],
    styles: Sequence[LineStyle],
    text_size: TextSize,
    width: int,
) -> None:
    points, count = text_size.points, len(values)
    largest = max((abs(value) for value, _ in values if value is not None), default=0.0) or 1.0
    room = text_size.width("+00.00") / width  # for the number behind the longest bar
    least = min((value for value, _ in values if value is not None), default=0.0)
    axes.set_xlim(1.05 * min(least, 0.0), largest * (1 + 2.2 * room))
    lengths = {row: value for row, (value, _) in enumerate(values) if value is not None}
    colours = [styles[row].colour for row in lengths]
    axes.barh(list(lengths), list(lengths.values()), height=0.6, color=colours, linewidth=0)
    for row, (value, reason) in enumerate(values):
        if value is None:
            texts = (f"not defined: {reason}", "not defined", "–")
            text = next(text for text in texts if text_size.width(text) < width or text == "–")
            at = 0.0
        else:
            text, at = percent_text(value) + "*" * (reason == AT_STEP), max(value, 0.0)
        axes.annotate(
            text,
            (at, row),
            (points / 3, 0),
            textcoords="offset points",
            va="center",
            fontsize=points,
            color=INK,
            parse_math=False,
        )
    axes.axvline(0, color=INK, linewidth=0.5)
    axes.set_ylim(count - 0.4, -0.6)
    axes.set_yticks(range(count), [""] * count)
    axes.set_xticks([])
    axes.set_title(heading, fontsize=points, loc="left", y=1.0, pad=points / 3)
    thin_axes(axes, points)
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def percent_text(value: float) -> str:
    """Return a percentage to three digits, and what is nearly 0 as such."""
    if abs(value) < _SMALLEST_SHARE:
        return f"<{_SMALLEST_SHARE:g}" if value else "0"
    return three_digits(value)
