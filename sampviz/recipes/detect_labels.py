"""The components of label maps through chains: what users write becomes maps, and a result."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sampviz.analysis.arguments import ImageLike, Reading
from sampviz.analysis.components.bins import ComponentBin
from sampviz.analysis.components.case import THRESHOLD
from sampviz.analysis.components.components import Connect
from sampviz.analysis.components.detect_components import detect_components
from sampviz.analysis.components.outcomes import ComponentOutcomes
from sampviz.analysis.components.tables import as_json, cells, headings, table_text
from sampviz.core.atomic_write import atomic_write
from sampviz.core.errors import UsageError, argument
from sampviz.core.notebook import html_table
from sampviz.images.convert import as_images
from sampviz.images.image import Image
from sampviz.ops.chain import Chain

_OF_MAPS = ("plane", "slice", "volume", "max_pixels", "layout", "palette")  # of `Reading`


@dataclass(frozen=True, eq=False, repr=False)
class LabelDetection:
    """What chains leave of the components of label maps.

    Attributes
    ----------
    outcomes : ComponentOutcomes
        All numbers, of every component.
    """

    outcomes: ComponentOutcomes

    @property
    def rows(self) -> list[ComponentBin]:
        """Of every chain and level all components together, and those of each bin of diameters."""
        return self.outcomes.bins()

    @property
    def components(self) -> list[dict[str, Any]]:
        """What became of each component: a row for every map, chain, level and component."""
        return list(self.outcomes.components())

    def json(self) -> dict[str, Any]:
        """Return all numbers as `--json` prints them."""
        return as_json(self.outcomes)

    def save(self, path: str | Path, *, overwrite: bool = True) -> Path:
        """Write the components as .csv, the bins as .md, or both as .json, and return the path.

        Without `overwrite` an older file that sampviz did not make is not replaced: OutputError.
        """
        path = Path(path)
        text = table_text(self.outcomes, path)
        with atomic_write(path, overwrite=overwrite) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")
        return path

    def __repr__(self) -> str:
        return repr(self.outcomes).replace("<ComponentOutcomes", "<LabelDetection")

    def _repr_html_(self) -> str:
        """Return the table that a notebook shows."""
        return html_table(headings(self.outcomes), cells(self.outcomes))


def detect_labels(
    images: Sequence[Image],
    chains: Sequence[Chain],
    labels: ImageLike | None,
    reading: Reading,
    *,
    levels: int = 1,
    label: int | None = None,
    connect: Connect = "full",
    dilate: int = 0,
    threshold: float = THRESHOLD,
    bins: str | Sequence[float] | None = None,
    seed: int = 0,
) -> LabelDetection:
    """Return what chains leave of the components of label maps.

    Parameters
    ----------
    images : sequence of Image
        Those in which contrast is measured; the maps themselves without `labels`.
    chains : sequence of Chain
        The chains.
    labels : ImageLike or list of these, optional
        A map for each image.
    reading : Reading
        How the images were read: the maps are read at the same slice.
    levels, label, connect, dilate, threshold, seed
        As for `detect_components`.
    bins : str or sequence of float, optional
        Limits between bins of diameters: `"2,3,5,8"`.

    Returns
    -------
    LabelDetection
    """
    maps = list(images) if labels is None else _maps(labels, reading)
    outcomes = detect_components(
        maps,
        chains,
        images=() if labels is None else images,
        levels=levels,
        label=label,
        connect=connect,
        dilate=dilate,
        threshold=threshold,
        bins=_limits(bins) if isinstance(bins, str) else bins,
        seed=seed,
    )
    return LabelDetection(outcomes)


def _maps(labels: ImageLike, reading: Reading) -> Sequence[Image]:
    """Return the maps that are meant, where they are files the slice that was read of the image."""
    several = labels if isinstance(labels, (list, tuple)) else [labels]
    if any(isinstance(of, Image) for of in several):
        return as_images(labels)
    chosen = {name: value for name, value in reading.items() if name in _OF_MAPS}
    is_file = all(isinstance(of, (str, Path)) for of in several)
    return as_images(labels, **(chosen if is_file else {}), as_="labels")


def _limits(text: str) -> list[float]:
    try:
        return [float(word) for word in text.split(",") if word.strip()]
    except ValueError:
        what = f"{text[:40]!r} is no list of diameters"
        raise UsageError(what, argument("bins"), "write 2,3,5,8") from None
