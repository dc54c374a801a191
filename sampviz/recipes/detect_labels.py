"""Which components of label maps are left after chains: words become maps, and a result.

The work is in `analysis.components`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

from sampviz.analysis.arguments import ChainsLike, ImageLike, Reading
from sampviz.analysis.components.bins import ComponentBin
from sampviz.analysis.components.case import THRESHOLD
from sampviz.analysis.components.detect_components import detect_components
from sampviz.analysis.components.options import Connect, check_label_values
from sampviz.analysis.components.outcomes import ComponentOutcomes
from sampviz.analysis.components.tables import as_json, cells, headings, table_text
from sampviz.core.atomic_write import atomic_write
from sampviz.core.errors import UsageError, argument
from sampviz.core.notebook import html_table
from sampviz.figures.options import check_values
from sampviz.images.convert import as_images
from sampviz.images.image import Image
from sampviz.ops.convert import as_chains

_OF_MAPS = (
    "plane",
    "slice",
    "volume",
    "max_pixels",
    "layout",
    "palette",
    "dataset",
)  # of `Reading`


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
    labels: ImageLike,
    chains: ChainsLike,
    *,
    image: ImageLike | None = None,
    levels: int = 1,
    label: int | None = None,
    connect: Connect = "full",
    dilate: int = 0,
    threshold: float = THRESHOLD,
    bins: str | Sequence[float] | None = None,
    seed: int = 0,
    allow_code: bool = False,
    **reading: Unpack[Reading],
) -> LabelDetection:
    """Find which components of a label map are left after chains, and how much of them.

    As `sampviz detect` with `--labels`. A chain is applied to a map of 0 and 1; its output is held
    against the threshold, and its set cells against the pixels of each component, by exact overlap.

    Parameters
    ----------
    labels : Image, array_like or path, or list of these
        Label maps: whole numbers, 0 for background. Several are cases: shares have intervals of a
        bootstrap over them too.
    chains : str, Chain or sequence of these
        A row each: `"max,stride,majority"`.
    image : Image, array_like or path, or list of these, optional
        An image on the grid of each map, in which contrast is measured before and after.
    levels : int
        Each chain is applied 1, 2 .. so many times, 1..16.
    label : int, optional
        The label whose components are told; by default all above 0 are taken for one.
    connect : {"full", "faces", "18"}
        Which pixels are connected: those that share a corner, a side (of voxels a face), or of
        voxels an edge.
    dilate : int
        How many times maps are dilated before components are told from one another: near ones are
        one.
    threshold : float
        A cell is set where the chain makes more than this of 0 and 1; a tie is background.
    bins : str or sequence of float, optional
        Limits between bins of diameters, in mm or px: `"2,3,5,8"` by default.
    seed : int
        Of the bootstrap.
    allow_code : bool
        Let a step be `package.module:name`, code that is imported, which runs it.
    **reading
        Which picture of a file is read, as for `sampviz.load`, of maps and images alike.

    Returns
    -------
    LabelDetection
        Its `rows` are the bins of diameters, `components` every component; `save` writes them.

    Raises
    ------
    UsageError
        For what is no label map, a label that is in none, an image of another size.
    InputError
        For a file that cannot be read.

    Examples
    --------
    >>> import sampviz
    >>> result = sampviz.detect_labels("sample:t1_lesions", "max,avg", bins="3")
    >>> [(row.chain, row.diameters, round(row.found.value, 2)) for row in result.rows][:4]
    [('max', 'all', 1.0), ('max', '0-3', 1.0), ('max', '3+', 1.0), ('avg', 'all', 0.83)]
    """
    check_values(levels=levels)
    check_label_values(connect=connect, dilate=dilate, threshold=threshold)
    parsed = as_chains(chains, allow_code=allow_code)
    limits = _limits(bins) if isinstance(bins, str) else bins
    maps = _read(labels, {**{k: v for k, v in reading.items() if k in _OF_MAPS}, "as_": "labels"})
    outcomes = detect_components(
        maps,
        parsed,
        images=() if image is None else _read(image, dict(reading)),
        levels=levels,
        label=label,
        connect=connect,
        dilate=dilate,
        threshold=threshold,
        bins=limits,
        seed=seed,
    )
    return LabelDetection(outcomes)


def _read(images: ImageLike, selection: dict[str, Any]) -> Sequence[Image]:
    """Return the images that are meant; what was read or made before is taken as it is."""
    several = images if isinstance(images, (list, tuple)) else [images]
    is_file = all(isinstance(of, (str, Path)) for of in several)
    return as_images(images, **selection) if is_file else as_images(images)


def _limits(text: str) -> list[float]:
    try:
        return [float(word) for word in text.split(",") if word.strip()]
    except ValueError:
        what = f"{text[:40]!r} is no list of diameters"
        raise UsageError(what, argument("bins"), "write 2,3,5,8") from None
