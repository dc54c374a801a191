"""The page of all subjects: how every measure is distributed, and which images lie outside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np

from sampviz.analysis.metric import Metric
from sampviz.analysis.metric_text import NumberFormat, better_words, heading, range_of
from sampviz.analysis.metrics import METRICS
from sampviz.analysis.outliers import FENCE, FEWEST, Distribution
from sampviz.core.html_page import html_text, page_head
from sampviz.core.text import counted
from sampviz.dsp.dtypes import Array
from sampviz.report.bids.dataset import BidsFile
from sampviz.report.bids.subject_page import anchor_of, page_of

_MOST_TICKS = 120  # of a strip: of more values so many order statistics are drawn
_MOST_LISTED = 20  # images below a measure, subjects at the top
_MARGIN = 0.2  # of the distance between the whiskers, on both sides of a strip
_STYLE = """<style>
.strip { display: block; width: 100%; height: 1.9rem; background: var(--well); overflow: visible; }
.strip .box { fill: var(--chosen); fill-opacity: 0.22; }
.strip line { stroke: var(--chosen); }
.strip .tick { stroke-opacity: 0.35; }
.strip .median { stroke-width: 3; }
.strip .outlier { fill: var(--paper); stroke: #c04000; stroke-width: 2.5; }
.ends { display: flex; justify-content: space-between; font-size: 0.85rem; }
.measure { max-width: 60rem; }
.measure p { margin: 0.5rem 0 0.1rem; }
</style>
"""


@dataclass(frozen=True)
class Value:
    """The value of a measure of one image."""

    file: BidsFile
    value: float


@dataclass(frozen=True)
class Group:
    """The values of a measure, of all images of a suffix that one chain was run on.

    Attributes
    ----------
    suffix, chain, level, measure : str
        What was measured.
    values : ndarray
        (N,), rising.
    files : sequence of BidsFile
        The table of each value.
    distribution : Distribution
        Where they lie.
    """

    suffix: str
    chain: str
    level: str
    measure: str
    values: Array
    files: Sequence[BidsFile]
    distribution: Distribution

    @property
    def outliers(self) -> list[Value]:
        """The values beyond the fences, the farthest first."""
        told = self.distribution
        is_beyond = (self.values < told.low) | (self.values > told.high)
        places = np.flatnonzero(is_beyond).tolist()
        beyond = [Value(self.files[i], float(self.values[i])) for i in places]
        return sorted(beyond, key=lambda v: (-told.distance(v.value), v.file.path))


def group_page(title: str, groups: Sequence[Group], subjects: int, images: int) -> Iterator[str]:
    """Yield the page, piece by piece; it opens from disk, and all text in it is escaped.

    Parameters
    ----------
    title : str
        Of the data set.
    groups : sequence of Group
        What is drawn, a strip each.
    subjects, images : int
        How many there are.

    Yields
    ------
    str
    """
    yield page_head(title) + _STYLE
    yield (
        f"<p>{counted(images, 'image')} of {counted(subjects, 'subject')}. A strip is a chain: the"
        " ticks are images, the box lies between the quartiles with the median in it, and a ring is"
        " an outlier, which leads to the page of its subject; on an edge it lies farther out. An"
        f" outlier lies more than {FENCE} times the distance between the quartiles (IQR) beyond"
        f" them; of fewer than {FEWEST} values none is called one.</p>\n"
    )
    yield _subjects(groups)
    for suffix in dict.fromkeys(group.suffix for group in groups):
        yield f"<h2>{html_text(suffix)}</h2>\n"
        of_suffix = [group for group in groups if group.suffix == suffix]
        for measure in dict.fromkeys(group.measure for group in of_suffix):
            yield from _measure([group for group in of_suffix if group.measure == measure])
    yield "</body>\n</html>\n"


def _subjects(groups: Sequence[Group]) -> str:
    """Return the subjects with the most outliers, with links."""
    counts: dict[str, int] = {}
    for group in groups:
        for value in group.outliers:
            counts[value.file.subject] = counts.get(value.file.subject, 0) + 1
    if not counts:
        return "<p>No value is an outlier.</p>\n"
    ranked = sorted(counts, key=lambda subject: (-counts[subject], subject))
    links = [
        f'<a href="{quote(page_of(name))}">sub-{html_text(name)}</a> {counts[name]}'
        for name in ranked[:_MOST_LISTED]
    ]
    more = len(ranked) - len(links)
    rest = f", and {more} more in group_outliers.tsv" if more > 0 else ""
    return f"<p>Subjects with the most outliers: {', '.join(links)}{rest}.</p>\n"


def _measure(groups: Sequence[Group]) -> Iterator[str]:
    """Yield the strips of a measure, on one scale."""
    metric = METRICS[groups[0].measure]
    low, high = _scale([group.distribution.whiskers for group in groups], range_of(metric))
    numbers = NumberFormat.of(metric, [low, high])
    better = better_words(metric)
    yield f'<section class="measure">\n<h3>{html_text(heading(metric))}</h3>\n'
    direction = f" {better.capitalize()}." if better else ""
    yield f'<p class="quiet">{html_text(metric.summary)}{direction}</p>\n'
    for group in groups:
        yield _strip(group, metric, low, high)
    ends = f"<span>{numbers.text(low)}</span><span>{numbers.text(high)}</span>"
    yield f'<div class="ends">{ends}</div>\n'
    yield from _listed(groups, metric)
    yield "</section>\n"


def _scale(
    whiskers: Sequence[tuple[float, float]], possible: tuple[float, float]
) -> tuple[float, float]:
    """Return the ends of a strip, between which there are values that can be."""
    low, high = min(w[0] for w in whiskers), max(w[1] for w in whiskers)
    margin = _MARGIN * (high - low) or abs(low) * _MARGIN or 1.0
    least, most = min(possible[0], low), max(possible[1], high)
    return max(low - margin, least), min(high + margin, most)


def _strip(group: Group, metric: Metric, low: float, high: float) -> str:
    """Return the box, the ticks and the rings of a chain."""

    def at(value: float) -> str:
        return f"{100 * min(max((value - low) / (high - low), 0.0), 1.0):.2f}%"

    told = group.distribution
    numbers = NumberFormat.of(metric, [told.median])
    level = f" ×{group.level}" if group.level != "1" else ""
    count = len(group.values)
    drawn = _ticks(group.values[(group.values >= told.low) & (group.values <= told.high)])
    width = 100 * (told.upper - told.lower) / (high - low)
    parts = [
        f'<rect class="box" x="{at(told.lower)}" y="4" width="{width:.2f}%" height="70%"/>',
        *(f'<line class="tick" x1="{at(v)}" x2="{at(v)}" y1="8" y2="22"/>' for v in drawn),
        f'<line class="median" x1="{at(told.median)}" x2="{at(told.median)}" y1="3" y2="27"/>',
        *(_ring(value, at(value.value), numbers) for value in group.outliers[: 5 * _MOST_LISTED]),
    ]
    words = f"{group.chain}{level}: median {numbers.text(told.median)}, {counted(count, 'image')}"
    kept = f", of which {len(drawn)} are drawn" if len(drawn) < count - len(group.outliers) else ""
    label = f"<p><code>{html_text(group.chain)}</code>{level}: median"
    label += f" {numbers.text(told.median)}, {counted(count, 'image')}{kept}</p>\n"
    picture = (
        f'<svg class="strip" role="img" aria-label="{html_text(words)}">{"".join(parts)}</svg>'
    )
    return f"{label}{picture}\n"


def _ring(value: Value, place: str, numbers: NumberFormat) -> str:
    title = html_text(f"{_name(value.file)}: {numbers.text(value.value)}")
    ring = f'<circle class="outlier" cx="{place}" cy="15" r="5"><title>{title}</title></circle>'
    return f'<a href="{_link(value.file)}">{ring}</a>'


def _name(file: BidsFile) -> str:
    """Return the name of an image whose table this is."""
    return file.name.replace("_desc-sampviz_", "_")


def _link(file: BidsFile) -> str:
    return f"{quote(page_of(file.subject))}#{quote(anchor_of(file))}"


def _ticks(values: Array) -> list[float]:
    """Return rising values, of many so many order statistics, evenly spaced among them."""
    count = len(values)
    if count <= _MOST_TICKS:
        return [float(v) for v in values]
    return [float(values[round(i * (count - 1) / (_MOST_TICKS - 1))]) for i in range(_MOST_TICKS)]


def _listed(groups: Sequence[Group], metric: Metric) -> Iterator[str]:
    """Yield the outliers of a measure with links, the farthest first."""
    outliers = [
        (group.distribution.distance(v.value), group, v) for group in groups for v in group.outliers
    ]
    outliers.sort(key=lambda item: (-item[0], item[2].file.path))
    if not outliers:
        return
    numbers = NumberFormat.of(metric, [v.value for _, _, v in outliers])
    items = [
        f'<a href="{_link(v.file)}">{html_text(_name(v.file))}</a>'
        f" {html_text(group.chain)} {numbers.text(v.value)}"
        for _, group, v in outliers[:_MOST_LISTED]
    ]
    more = len(outliers) - len(items)
    rest = f"; {more} more in group_outliers.tsv" if more > 0 else ""
    yield f"<p>Outliers: {'; '.join(items)}{rest}.</p>\n"
