"""The choice among chains: one measure against another over all inputs, as chart and numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Unpack

from sampviz.analysis.arguments import ChainsLike, Reading
from sampviz.analysis.measure import MetricRow
from sampviz.analysis.measure_dataset import DatasetMeasurement
from sampviz.analysis.measure_sources import (
    MeasurementSpec,
    OnFailure,
    OnRows,
    SourcesLike,
    measure_sources,
    source_list,
)
from sampviz.analysis.tradeoff import Point, Tradeoff, parse_axes, point_label
from sampviz.core.errors import UsageError, argument
from sampviz.core.notebook import html_image
from sampviz.core.parallel import Outcome
from sampviz.core.progress import Progress
from sampviz.figures.charts.pareto_chart import draw_tradeoff
from sampviz.figures.drawn_figure import DrawnFigure, encode_figure
from sampviz.figures.looks import checked_look, warn_of_height
from sampviz.figures.options import DEFAULT_LOOK, Look
from sampviz.ops.convert import as_chains
from sampviz.ops.title import title_of


@dataclass(frozen=True, eq=False, repr=False)
class TradeoffResult(DatasetMeasurement):
    """The choice among chains: the numbers of `measure_dataset`, and the chart.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        The chart; save it with `sampviz.save`.
    points : tuple of Point
        Every chain and level as it is drawn: means over the inputs, with their intervals.
    """

    figure: DrawnFigure
    points: tuple[Point, ...]

    def _repr_html_(self) -> str:
        """Return the chart and the table that a notebook shows."""
        return html_image(encode_figure(self.figure), "png", repr(self)) + super()._repr_html_()


def tradeoff(
    sources: SourcesLike,
    chains: ChainsLike,
    *,
    x: str = "equivariance",
    y: str = "detail",
    levels: int = 1,
    jobs: int | None = None,
    scheduler: str | None = None,
    keep_going: bool = False,
    width: float | None = None,
    dpi: int | None = None,
    font_size: float | None = None,
    font: str | None = None,
    journal: str | None = None,
    allow_code: bool = False,
    progress: Progress[Outcome[list[MetricRow]]] | None = None,
    on_rows: OnRows | None = None,
    on_failure: OnFailure | None = None,
    **reading: Unpack[Reading],
) -> TradeoffResult:
    """Draw the choice among chains in one chart, with those that no other beats marked.

    As `sampviz tradeoff`. By default: how far an output is from moving with the image, which is
    what folding does to it, against how far the fine detail that is kept is from all of it. Both
    are defined for chains that are linear and for those that are not; `alias` and `passband` are
    the exact ones of linear chains.

    Parameters
    ----------
    sources : str, path or sequence of these
        Files, patterns (`"scans/**/*.nii.gz"`) and `"sample:NAME"`.
    chains : str, Chain or sequence of these
        A point each: `"max,stride,blur,flc"`.
    x, y : str
        What aliasing and what detail is measured by: measures of which lower or higher values are
        better, or of one that is best at a value, such as detail at 1, the distance to that.
    levels : int
        Each chain is applied 1, 2 .. so many times, 1..16.
    jobs : int, optional
        Processes; all cores by default.
    scheduler : str, optional
        Work on a cluster: `"tcp://HOST:PORT"` of a dask scheduler, or `"local:N"`.
    keep_going : bool
        Go on after an input that fails: it is then among the `failures`.
    width, dpi, font_size, font, journal
        How the chart looks, as in `sampviz.compare`.
    allow_code : bool
        Let a step be `package.module:name`, code that is imported, which runs it.
    progress, on_rows, on_failure : callable, optional
        As for `sampviz.measure_dataset`.
    **reading
        Which picture of each file is read, as for `sampviz.load`: plane, slice, frame, channel,
        mosaic, kspace, volume, nan, max_pixels, scale.

    Returns
    -------
    TradeoffResult

    Raises
    ------
    UsageError
        If no chain has both measures, and for what cannot be meant.
    InputError
        For an input that cannot be read, unless `keep_going`.

    Examples
    --------
    >>> import sampviz
    >>> result = sampviz.tradeoff("sample:dwi", "stride,blur", x="alias", y="passband")
    >>> [point.label for point in result.points]
    ['stride', 'blur']
    """
    metrics = parse_axes(x, y)
    look = checked_look(width, dpi, font_size, font, journal)
    names = ",".join(metric.name for metric in metrics)
    parsed = as_chains(chains, allow_code=allow_code)
    paths = source_list(sources)
    # The chains were read above: code in them is allowed.
    texts = tuple(map(str, parsed))
    spec = MeasurementSpec(texts, levels, names, None, reading, allow_code=True)
    choice = Tradeoff(*metrics)
    rows: list[MetricRow] = []
    receivers: Sequence[OnRows] = choice.add, on_rows or rows.extend
    failures = measure_sources(
        paths,
        spec,
        receivers,
        jobs,
        scheduler,
        Exception if keep_going else (),
        progress,
        on_failure,
    )
    titles = {
        point_label(str(chain), level): title_of(chain.steps, level)
        for chain in parsed
        for level in range(1, levels + 1)
    }
    figure = tradeoff_chart(choice, titles, look)
    warn_of_height(figure, look)
    return TradeoffResult(
        tuple(paths), tuple(rows), choice.statistics, failures, figure, tuple(choice.points())
    )


def tradeoff_chart(
    choice: Tradeoff, titles: Mapping[str, str], look: Look = DEFAULT_LOOK
) -> DrawnFigure:
    """Draw the choice; UsageError if both measures are defined for none of the chains.

    `titles` are the chains in words, by the labels of their points.
    """
    x, y = choice.metrics
    points = [replace(point, label=titles[point.label]) for point in choice.points()]
    reasons = choice.statistics.reasons()
    inputs = choice.statistics.inputs
    if not points:
        reasons_text = "; ".join(reasons) or "no input"
        raise UsageError(
            f"no chain has both {x.name} and {y.name}",
            f"{argument('x')}, {argument('y')}",
            reasons_text,
        )
    title = f"{x.label} against {y.label}: " + ("1 input" if inputs == 1 else f"{inputs} inputs")
    notes = [
        f"{metric.label}: {metric.summary[0].lower()}{metric.summary[1:-1]}" for metric in (x, y)
    ]
    if inputs > 1:
        notes.append("means over the inputs")
    return draw_tradeoff(points, *choice.axes, title, [*notes, *reasons], look)
