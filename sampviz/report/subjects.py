"""What a page shows: every picture, with what each chain makes of it, level by level."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from sampviz.analysis.channel_choice import load_chosen
from sampviz.analysis.metric import Metric
from sampviz.core.budget import timed_piece
from sampviz.core.errors import ChainError, InputError, SampvizError, UsageError, argument
from sampviz.core.names import fewer
from sampviz.core.text import escape_control
from sampviz.figures.captions.metric_labels import MetricValues, metric_values
from sampviz.figures.panels.colormap import GREY
from sampviz.figures.panels.column import columns_of
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.panel_windows import panel_windows
from sampviz.figures.panels.scene import scenes_of
from sampviz.images.image import Image
from sampviz.images.input_names import distinct_names
from sampviz.images.intensity_window import Window
from sampviz.images.selection import Selection
from sampviz.ops.chain import Chain
from sampviz.report.volume_planes import opening_planes

MOST_SAMPLES = 2**25  # of all pictures of a page: what a browser can hold
_SAMPLE_BYTES = 8  # of an output, its ideal image and its alias


@dataclass(frozen=True, eq=False)
class Level:
    """The original and its outputs with every chain applied so many times, and their numbers."""

    panel_data: PanelData
    numbers: MetricValues


@dataclass(frozen=True, eq=False)
class Subject:
    """A slice of an input, or a volume, at all levels. `mirrored` is the radiological view.

    `slices` are of a volume: the slice of each of its planes, of which `opening` is shown first.
    """

    image: Image
    mirrored: bool
    levels: tuple[Level, ...]
    slices: tuple["Subject", ...] = ()
    opening: int = 0

    @property
    def picture(self) -> "Subject":
        """The plane itself; of a volume the slice that the page opens on."""
        return self.slices[self.opening] if self.slices else self

    @property
    def label(self) -> str:
        """The name of the input, and which slice, frame or channel it is."""
        return ", ".join(filter(None, (self.image.name, self.image.taken)))


def readings(reading: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the reading for each of several slices, which commas part: `40%,60%`."""
    slices = reading.get("slice")
    if slices is None or reading.get("volume"):
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
    failures: dict[str, SampvizError],
) -> Iterator[Subject]:
    """Read every slice of every input, run all chains, measure them; an error names the input.

    What cannot be read, and what a chain does not fit, is put into `failures`. UsageError,
    before anything is run, if it is more than `MOST_SAMPLES`.
    """
    samples = 0
    counts = {"inputs": len(sources), "slices": len(readings(reading))}
    less = fewer({**counts, "levels": levels, "chains": len(chains)})
    for source, name in zip(sources, distinct_names(sources), strict=True):
        for slice_reading in readings(reading):
            try:
                with timed_piece():
                    image = load_chosen(source, Selection.of(slice_reading), chains, name)
                    samples += _count(image, chains, levels)
                    _check_count(samples, image, less)
                    image = replace(image, name=escape_control(image.name))
                    subject = _subject(image, chains, metrics, levels, window, radiological)
            except SampvizError as err:
                error = err if len(sources) == 1 else err.of(source)
                if not isinstance(error, InputError | ChainError):
                    raise error from None
                failures.setdefault(source, error)
            else:
                yield subject


def _count(image: Image, chains: Sequence[Chain], levels: int) -> int:
    """Return how many samples the pictures of an image have, before any chain is run."""
    channels = image.array.size // prod(image.size)
    repeated = [chain.repeat(n) for chain in chains for n in range(1, levels + 1)]
    sizes = [chain.resolve(image.size, image.spacing).shape(image.size) for chain in repeated]
    return channels * (prod(image.size) + sum(map(prod, sizes)))


def _check_count(samples: int, image: Image, less: list[str]) -> None:
    if samples <= MOST_SAMPLES:
        return
    what = f"{samples} px or more in all pictures; a page holds {MOST_SAMPLES}"
    fix = ", or ".join([*less, "a smaller image"])
    if image.slice_planes:
        size, most = (f"{_SAMPLE_BYTES * n / 1e6:.0f} MB" for n in (samples, MOST_SAMPLES))
        what = f"{samples} voxels or more, {size}, in all volumes; a page holds {most}"
        fix = ", or ".join([*less, f"slices alone: leave {argument('volume')} out"])
    raise UsageError(what, "sampviz report", f"take {fix}")


def _subject(
    image: Image,
    chains: Sequence[Chain],
    metrics: Sequence[Metric],
    levels: int,
    window: Window,
    radiological: bool,
) -> Subject:
    all_data = []
    for level in range(1, levels + 1):
        columns = columns_of(image, chains, level, "magnitude", "report")
        windows = panel_windows(image, columns, window, "shared")
        # The page mirrors on the screen, so that rows and columns stay those of the array.
        all_data.append(PanelData(image, tuple(columns), (1, 1), windows, GREY, mirrored=False))
    opening = 0
    if image.slice_planes:
        planes, opening = opening_planes(image, list(all_data[-1].evaluations.values()))
        image = replace(image, slice_planes=planes)
        all_data = [panel_data.of(image) for panel_data in all_data]
    level_models = [Level(data, metric_values(data, metrics)) for data in all_data]
    levels_of_planes = zip(*(_slices(level) for level in level_models), strict=True)
    slices = [
        Subject(cuts[0].panel_data.image, _mirrored(cuts[0].panel_data.image, radiological), cuts)
        for cuts in levels_of_planes
    ]
    return Subject(
        image, _mirrored(image, radiological), tuple(level_models), tuple(slices), opening
    )


def _mirrored(image: Image, radiological: bool) -> bool:
    return radiological and image.runs_left_to_right


def _slices(level: Level) -> list[Level]:
    """Return the slice of each plane of a volume; their numbers are those of the volume."""
    volume = level.panel_data
    if not volume.image.slice_planes:
        return []
    return [
        Level(replace(volume, image=scene.image, columns=scene.columns), level.numbers)
        for scene in scenes_of(volume.image, volume.columns, with_names=False)
    ]
