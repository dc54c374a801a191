"""What a page shows: every picture, with what each chain makes of it, level by level."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from sampviz.analysis.channel_choice import load_chosen
from sampviz.analysis.evaluation import check_plane
from sampviz.analysis.metric import Metric
from sampviz.core.errors import SampvizError, UsageError
from sampviz.core.text import escape_control
from sampviz.figures.captions.metric_labels import MetricValues, metric_values
from sampviz.figures.panels.colormap import GREY
from sampviz.figures.panels.column import columns_of
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.panel_windows import panel_windows
from sampviz.images.image import Image
from sampviz.images.input_names import distinct_names
from sampviz.images.intensity_window import Window
from sampviz.images.selection import Selection
from sampviz.ops.chain import Chain

MOST_SAMPLES = 2**25  # of all pictures of a page: what a browser can hold


@dataclass(frozen=True, eq=False)
class Level:
    """The original and its outputs with every chain applied so many times, and their numbers."""

    panel_data: PanelData
    numbers: MetricValues


@dataclass(frozen=True, eq=False)
class Subject:
    """A picture: a slice of an input, at all levels. `mirrored` is the radiological view."""

    image: Image
    mirrored: bool
    levels: tuple[Level, ...]

    @property
    def label(self) -> str:
        """The name of the input, and which slice, frame or channel it is."""
        return ", ".join(filter(None, (self.image.name, self.image.taken)))


def readings(reading: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the reading for each of several slices, which commas part: `40%,60%`."""
    slices = reading.get("slice")
    if slices is None:
        return [dict(reading)]
    parts = dict.fromkeys(part.strip() for part in str(slices).split(","))
    return [{**reading, "slice": part} for part in parts]


def subjects_of(
    sources: Sequence[str],
    chains: Sequence[Chain],
    metrics: Sequence[Metric],
    *,
    reading: Mapping[str, Any],
    levels: int,
    window: Window,
    radiological: bool,
) -> Iterator[Subject]:
    """Read every slice of every input, run all chains, measure them; an error names the input.

    UsageError, before anything is run, if it is more than `MOST_SAMPLES`.
    """
    samples = 0
    for source, name in zip(sources, distinct_names(sources), strict=True):
        for slice_reading in readings(reading):
            try:
                image = load_chosen(source, Selection.of(slice_reading), chains, name)
                check_plane(image)
                samples += _count(image, chains, levels)
                if samples > MOST_SAMPLES:
                    what = f"{samples} px or more in all pictures; a page holds {MOST_SAMPLES}"
                    fix = "take fewer inputs, slices, levels or chains, or a smaller image"
                    raise UsageError(what, "sampviz report", fix)
                image = replace(image, name=escape_control(image.name))
                yield _subject(image, chains, metrics, levels, window, radiological)
            except SampvizError as err:
                raise err if len(sources) == 1 else err.of(source) from None


def _count(image: Image, chains: Sequence[Chain], levels: int) -> int:
    """Return how many samples the pictures of an image have, before any chain is run."""
    channels = image.array.size // prod(image.size)
    repeated = [chain.repeat(n) for chain in chains for n in range(1, levels + 1)]
    sizes = [chain.resolve(image.size, image.spacing).shape(image.size) for chain in repeated]
    return channels * (prod(image.size) + sum(map(prod, sizes)))


def _subject(
    image: Image,
    chains: Sequence[Chain],
    metrics: Sequence[Metric],
    levels: int,
    window: Window,
    radiological: bool,
) -> Subject:
    mirrored = radiological and image.runs_left_to_right
    level_models = []
    for level in range(1, levels + 1):
        columns = columns_of(image, chains, level, "magnitude")
        windows = panel_windows(image, columns, window, "shared")
        # The page mirrors on the screen, so that rows and columns stay those of the array.
        panel_data = PanelData(image, tuple(columns), (1, 1), windows, GREY, mirrored=False)
        level_models.append(Level(panel_data, metric_values(panel_data, metrics)))
    return Subject(image, mirrored, tuple(level_models))
