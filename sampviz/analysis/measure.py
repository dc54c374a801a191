"""Measure what chains make of an image: a row of numbers for every chain and level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any, Literal

import numpy as np

from sampviz.analysis.arguments import ChainsLike, ImageLike
from sampviz.analysis.end_jump import warn_of_end_jump
from sampviz.analysis.evaluation import Evaluation, evaluate, source_of
from sampviz.analysis.label_check import check_labels
from sampviz.analysis.metric import Metric, UndefinedError
from sampviz.analysis.metric_text import NumberFormat, better_sign, heading
from sampviz.analysis.metrics import METRICS, parse_metrics
from sampviz.analysis.plane_memory import measured_at_once
from sampviz.analysis.row_cells import row_cells
from sampviz.analysis.scale_warning import warn_of_scale
from sampviz.analysis.volume_memory import chains_at_once
from sampviz.core.errors import UsageError, argument
from sampviz.core.names import comma_text
from sampviz.core.notebook import data_frame, html_table
from sampviz.core.parallel import in_threads
from sampviz.core.progress import Progress, Tick, ticks
from sampviz.core.system_limits import check_time
from sampviz.core.text import counted, short_repr
from sampviz.core.warn import warn
from sampviz.dsp.grid import Size
from sampviz.images.convert import as_image_of
from sampviz.images.image import Image
from sampviz.images.value_range import ValueRange, small_part_note, value_range
from sampviz.ops.chain import Chain
from sampviz.ops.convert import as_chains

# Values of an image from which on threads pay: eight chains of 1024x1024 px took 664 ms on one core
# and 379 on two, but 256x256 px 44 and 63, as most of their time is spent in Python.
_WORTH_THREADS = 2**20
REFER_TO_RANGE = frozenset({"psnr", "ssim", "msssim"})


@dataclass(frozen=True)
class MetricRow:
    """The numbers of one chain on one input: `undefined` says why a measure has no value.

    `range` is what PSNR and SSIM refer to: their L is its span. `taken` says which slice, frame or
    channel of the input was measured, `notes` what to know of a value.
    """

    input: str
    chain: str
    level: int
    size: Size
    values: Mapping[str, float]
    parts: Mapping[str, Mapping[str, float]]
    undefined: Mapping[str, str]
    range: ValueRange
    taken: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        level = f" ×{self.level}" if self.level > 1 else ""
        numbers = ", ".join(f"{name} {value:.4g}" for name, value in self.values.items())
        return short_repr(f"<MetricRow {self.input}, {self.chain}{level}: {numbers}>")

    def json(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the row with a key for each measure, None where it is undefined."""
        return {
            "input": self.input,
            "chain": self.chain,
            "level": self.level,
            "size": list(self.size),
            **{name: self.values.get(name) for name in names},
            "parts": {name: dict(parts) for name, parts in self.parts.items()},
            "undefined": dict(self.undefined),
            "taken": self.taken or None,
            "span": self.range.span,
            "span_source": self.range.source,
            **({"notes": dict(self.notes)} if self.notes else {}),
        }


class MetricRows(list[MetricRow]):
    """Rows of numbers, which a notebook shows as a table."""

    @property
    def measures(self) -> list[str]:
        """The names of all measures in the rows, in the order of their list."""
        names = {name for row in self for name in (*row.values, *row.undefined)}
        return [name for name in METRICS if name in names]

    def to_pandas(self, names: Sequence[str] | None = None) -> Any:
        """Return the columns of the CSV as a data frame, with numbers as they are.

        Parameters
        ----------
        names : sequence of str, optional
            Of measures; all of the rows by default.

        Returns
        -------
        pandas.DataFrame
        """
        axes = max((len(row.size) for row in self), default=2)
        return data_frame(row_cells(row, names or self.measures, axes) for row in self)

    def _repr_html_(self) -> str:
        """Return the table that a notebook shows."""
        names = self.measures
        metrics = [METRICS[name] for name in names]
        formats = {
            m.name: NumberFormat.of(m, [r.values.get(m.name) for r in self]) for m in metrics
        }
        cells = (
            [row.input, row.chain, row.level, "x".join(map(str, row.size))]
            + [formats[name].text(row.values.get(name)) for name in names]
            for row in self
        )
        headings = [f"{heading(metric)} {better_sign(metric)}".rstrip() for metric in metrics]
        return html_table(["input", "chain", "level", "size", *headings], cells)


def measure(
    image: ImageLike,
    chains: ChainsLike,
    *,
    levels: int = 1,
    axes: Literal[2, 3] | None = None,
    measures: str | Sequence[str] | None = None,
    span: float | None = None,
    threads: int | None = None,
    allow_code: bool = False,
    progress: Progress[Any] | None = None,
) -> MetricRows:
    """Measure what every chain makes of an image: what was folded, what was lost, what was shifted.

    As `sampviz measure` of one input. Images are compared on the same samples: the reference is
    taken where the output's samples lie, so no chain gains or loses by its sampling phase.

    Parameters
    ----------
    image : Image, array_like or path
        From `sampviz.load`, or an array of (H, W) or (C, H, W), or a file that is read; with
        `axes=3` an array of (D, H, W) or (C, D, H, W), or the volume in a file.
    chains : str, Chain or sequence of these
        A row each: `"max,stride,blur,flc"`.
    levels : int
        Each chain is applied 1, 2 .. so many times.
    axes : {2, 3}, optional
        Axes that chains act on: 3 measures a volume, a number for all of it. By default those of
        an `Image`, else 2.
    measures : str or sequence of str, optional
        Some of `sampviz measure --list`, `"alias,psnr"`; all by default.
    span : float, optional
        Range of values that PSNR and SSIM refer to, above 0; by default that of the data: what
        format or header say, else the image's largest less its smallest value.
    threads : int, optional
        Of a large image the chains are shared among so many threads, all cores by default; the
        numbers are the same. Each needs memory: of a volume about three times the volume; fewer
        are taken where that is not free.
    allow_code : bool
        Let a step be `package.module:name`, code that is imported, which runs it.
    progress : callable, optional
        `progress(work, count)` yields the pieces of `work`, the measures of all chains: a wrapper
        such as that of tqdm. It is called for large images only.

    Returns
    -------
    MetricRows
        A list with a MetricRow for every chain and level.

    Raises
    ------
    UsageError
        For an unknown measure, what is no chain, and an `Image` of other axes.

    Examples
    --------
    >>> import sampviz
    >>> rows = sampviz.measure("sample:t1", "max,blur", measures=["psnr", "alias"])
    >>> [round(row.values["psnr"], 1) for row in rows]
    [26.3, 34.5]
    >>> rows[0].undefined["alias"]
    'the chain is not linear; see residual, fitalias, interaction'
    """
    check_span(span)
    source = as_image_of(image, axes)
    metrics = parse_metrics(comma_text(measures))
    parsed = as_chains(chains, allow_code=allow_code)
    check_labels(source, parsed)
    warn_of_scale(source, parsed)
    jobs = _jobs(source, parsed, levels)
    resolved_chains = [chain for chain, _, _ in jobs]
    if source.axes == 3:
        at_once = chains_at_once(source, resolved_chains, threads)
        warn_of_end_jump(source, resolved_chains)
    else:
        at_once = measured_at_once(source, resolved_chains, threads)
    used_range = ValueRange(0.0, span, "as given") if span else value_range(source)
    original = source_of(source, used_range.span)
    note = "" if span else small_part_note(source)
    if note and REFER_TO_RANGE & {metric.name for metric in metrics}:
        what = (
            f"{source.name}: {note}, which PSNR and SSIM refer to; {argument('span')} sets another"
        )
        warn(what)

    def row(tick: Tick, job: _Job) -> MetricRow:
        resolved, chain, level = job
        evaluation = evaluate(original, resolved)
        values, parts, undefined, notes = values_and_notes(evaluation, metrics, tick)
        size = tuple(grid.size for grid in evaluation.grids)
        return MetricRow(
            source.name,
            str(chain),
            level,
            size,
            values,
            parts,
            undefined,
            used_range,
            source.taken,
            notes,
        )

    is_large = original.array.size >= _WORTH_THREADS
    order = sorted(range(len(jobs)), key=lambda i: _coarsest(jobs[i], source))
    with ticks(len(jobs) * len(metrics), progress if is_large else None) as tick:
        sorted_jobs = [jobs[i] for i in order]
        rows = in_threads(partial(row, tick), sorted_jobs, at_once if is_large else 1)
    rows_by_job = dict(zip(order, rows, strict=True))
    return MetricRows(rows_by_job[i] for i in range(len(jobs)))


_Job = tuple[Chain, Chain, int]  # a chain applied so many times and resolved, the chain, the times


def _jobs(source: Image, chains: Sequence[Chain], levels: int) -> list[_Job]:
    """Return what is tried, in the order of the rows."""
    pairs = product(chains, range(1, levels + 1))
    return [(c.repeat(n).resolve(source.size, source.spacing), c, n) for c, n in pairs]


def _coarsest(job: _Job, source: Image) -> tuple[Fraction, ...]:
    """Return the steps by which jobs on a volume are ordered, of which it keeps one low-pass."""
    if source.axes == 2:
        return ()
    steps = ([grid.step for grid in grids] for grids in job[0].trace(source.size))
    return tuple(map(max, zip(*steps, strict=True)))


def check_span(span: float | None) -> None:
    """Raise UsageError for a range of values that is none."""
    if span is not None and not 0 < span < float("inf"):
        raise UsageError(
            f"{span} is no range of values", argument("span"), "write a number above 0"
        )


def values_of(
    evaluation: Evaluation, metrics: Sequence[Metric]
) -> tuple[dict[str, float], dict[str, Mapping[str, float]], dict[str, str]]:
    """Return the values, their parts, and why there is none, each by the name of the measure."""
    return values_and_notes(evaluation, metrics)[:3]


def values_and_notes(
    evaluation: Evaluation, metrics: Sequence[Metric], tick: Tick = lambda: None
) -> tuple[dict[str, float], dict[str, Mapping[str, float]], dict[str, str], dict[str, str]]:
    """Return what `values_of` returns, and what to know of a value, by the name of the measure.

    `tick` is called after each measure.
    """
    nonfinite = evaluation.original.nonfinite
    values: dict[str, float] = {}
    parts: dict[str, Mapping[str, float]] = {}
    undefined: dict[str, str] = {}
    notes: dict[str, str] = {}
    for metric in metrics:
        check_time()
        try:
            if nonfinite:
                value = counted(nonfinite, "value of the image is", "values of the image are")
                raise UndefinedError(f"{value} NaN or infinite")
            with np.errstate(all="ignore"):
                result = metric(evaluation)
            if not np.isfinite(result.value):
                raise UndefinedError("the numbers are too large")
        except UndefinedError as err:
            undefined[metric.name] = str(err)
            continue
        except OverflowError:
            undefined[metric.name] = "the numbers are too large"
            continue
        finally:
            tick()
        values[metric.name] = result.value
        if result.parts:
            parts[metric.name] = result.parts
        if result.note:
            notes[metric.name] = result.note
    return values, parts, undefined, notes
