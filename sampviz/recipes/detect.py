"""How small a lesion survives: lesions put into an image, what chains keep of them, and a figure.

The work is in `analysis.detection`, the drawing in `figures.grids.detection`; here words become
values, and the figure gets its record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Unpack

import numpy as np

from sampviz.analysis.arguments import ChainsLike, ImageLike, Reading
from sampviz.analysis.channel_choice import as_chosen_image
from sampviz.analysis.detection.detect import LESIONS, detect_lesions
from sampviz.analysis.detection.detection import Detection, DetectionLimit, DetectionRow
from sampviz.analysis.detection.one_channel import one_channel
from sampviz.analysis.detection.places import Mask
from sampviz.analysis.detection.tables import (
    LIMIT_HEADINGS,
    TABLE_ENDINGS,
    limit_lines,
    table_text,
)
from sampviz.analysis.scale_warning import warn_of_scale
from sampviz.core.atomic_write import atomic_write
from sampviz.core.cached import cached
from sampviz.core.errors import SampvizWarning, UsageError, argument
from sampviz.core.ignored_warnings import ignored_warnings
from sampviz.core.names import comma_text
from sampviz.core.notebook import html_image, html_table
from sampviz.core.parallel import Outcome
from sampviz.core.progress import Progress
from sampviz.figures.detect_options import check_detect_values
from sampviz.figures.grids.detection import draw_detection
from sampviz.figures.looks import checked_look, warn_of_height
from sampviz.figures.options import Look, check_values
from sampviz.figures.render.render import PanelFigure
from sampviz.figures.render.save import encode_figure, save
from sampviz.images.convert import as_image
from sampviz.images.image import Image
from sampviz.images.input_names import stem
from sampviz.images.load import load
from sampviz.ops.convert import as_chains
from sampviz.recipes.provenance import record_of
from sampviz.recipes.recipe import Recipe


@dataclass(frozen=True, eq=False, repr=False)
class DetectResult:
    """What chains keep of lesions: numbers, and the figure, which is drawn when it is asked for.

    Attributes
    ----------
    detection : Detection
        All numbers, of every lesion.
    """

    detection: Detection
    _look: Look
    _title: str | None
    _recipe: Recipe | None  # of the figure, where its input has a name

    @property
    def rows(self) -> tuple[DetectionRow, ...]:
        """Contrast kept and d', of each chain, level and polarity for every diameter."""
        return self.detection.rows

    @property
    def d50(self) -> tuple[DetectionLimit, ...]:
        """The smallest diameters, of each chain, level and polarity."""
        return self.detection.limits

    @cached
    def figure(self) -> PanelFigure:
        """The contrast kept over the diameter after the last level, and one lesion in pictures."""
        figure = draw_detection(self.detection, title=self._title, look=self._look)
        warn_of_height(figure, self._look)
        if self._recipe:
            taken = [self.detection.image.taken]
            sources = self._recipe.inputs
            record = record_of(self._recipe, sources, taken, (load, detect), figure.sheet)
            figure.record = record.json()
        return figure

    def json(self) -> dict[str, Any]:
        """Return all numbers as `--json` prints them."""
        return self.detection.json()

    def save(self, path: str | Path, *, overwrite: bool = True) -> Path:
        """Write the figure, or the numbers as .csv, .json or .md, and return the path.

        Without `overwrite` an older file that sampviz did not make is not replaced: OutputError.
        """
        path = Path(path)
        if path.suffix.lower() not in TABLE_ENDINGS:
            return save(self.figure, path, overwrite=overwrite)
        text = table_text(self.detection, path.suffix.lower())
        with atomic_write(path, overwrite=overwrite) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")
        return path

    def __repr__(self) -> str:
        return repr(self.detection).replace("<Detection", "<DetectResult")

    def _repr_html_(self) -> str:
        """Return the figure and the table that a notebook shows."""
        figure = html_image(encode_figure(self.figure), "png", repr(self))
        return figure + html_table(LIMIT_HEADINGS, limit_lines(self.detection))


def detect(
    image: ImageLike,
    chains: ChainsLike,
    *,
    levels: int = 1,
    diameters: str | Sequence[float] | None = None,
    contrast: str | float = "30%",
    polarity: Literal["both", "bright", "dark"] = "both",
    shape: Literal["disc", "gaussian"] = "disc",
    mask: ImageLike | None = None,
    noise: float | None = None,
    seed: int = 0,
    title: str | None = None,
    width: float | None = None,
    dpi: int | None = None,
    font_size: float | None = None,
    font: str | None = None,
    journal: str | None = None,
    jobs: int | None = None,
    allow_code: bool = False,
    progress: Progress[Outcome[Any]] | None = None,
    **reading: Unpack[Reading],
) -> DetectResult:
    """Find how small a lesion survives: put lesions into an image, and see what chains keep.

    As `sampviz detect`. At 60 places in tissue a disc (a ball in a volume) is added, brighter and
    darker; what a chain makes of the image with it, less what it makes of the image, is brought
    back onto the pixels, and the contrast kept is its amplitude there, in least squares, over that
    of the lesion. d' is that of the non-prewhitening observer, in white noise that is added before
    the chain.

    Parameters
    ----------
    image : Image, array_like or path
        From `sampviz.load`, or an array of (H, W), or a file that is read.
    chains : str, Chain or sequence of these
        A curve each: `"max,stride,blur,flc"`.
    levels : int
        Each chain is applied 1, 2 .. so many times, 1..16; the figure shows the last.
    diameters : str or sequence of float, optional
        In mm, or px where the spacing is not known; 1,1.5,2,3,4,5,6,8,10,14 by default.
    contrast : str or float
        `"30%"` of the median of the tissue, or a number in the units of the image.
    polarity : {"both", "bright", "dark"}
        Lesions brighter or darker than tissue.
    shape : {"disc", "gaussian"}
        A disc or ball; or a blob, whose diameter is its width at half its height.
    mask : Image, array_like or path, optional
        Where lesions may be: not 0; by default what is above Otsu's threshold.
    noise : float, optional
        Standard deviation of the noise of d'; by default that of the finest detail of the tissue.
    seed : int
        Of places and noise: the same seed gives the same numbers, with any number of processes.
    title : str, optional
        Of the figure, in place of name and slice.
    width, dpi, font_size, font, journal
        How the figure looks, as in `sampviz.compare`; 183 mm wide by default.
    jobs : int, optional
        Processes; all cores by default.
    allow_code : bool
        Let a step be `package.module:name`, code that is imported, which runs it.
    progress : callable, optional
        `progress(work, count)` yields the pieces of `work`: a wrapper such as that of tqdm.
    **reading
        Which picture of a file is read, as for `sampviz.load`; `volume=True` for balls.

    Returns
    -------
    DetectResult
        Its `rows` and `d50` are the numbers, its `figure` the picture; `save` writes either.

    Raises
    ------
    UsageError
        For an image without tissue, lesions larger than it, a mask of another size, label maps.
    InputError
        For a file that cannot be read.

    Examples
    --------
    >>> import sampviz
    >>> result = sampviz.detect("sample:t1", "max", levels=2, diameters="14")
    >>> {row.polarity: round(row.kept, 1) for row in result.rows if row.level == 2}
    {'bright': 1.0, 'dark': 0.7}
    """
    check_values(levels=levels)
    check_detect_values(polarity=polarity, shape=shape, noise=noise, seed=seed)
    look = checked_look(width, dpi, font_size, font, journal)
    parsed = as_chains(chains, allow_code=allow_code)
    sizes = parse_diameters(diameters)
    source = one_channel(as_chosen_image(image, parsed, **reading))
    warn_of_scale(source, parsed)
    detection = detect_lesions(
        source,
        parsed,
        levels=levels,
        diameters=sizes,
        contrast=contrast,
        polarity=polarity,
        shape=shape,
        mask=_mask(mask, source, reading),
        noise=noise,
        lesions=LESIONS,
        seed=seed,
        jobs=jobs,
        progress=progress,
    )
    recipe = None
    if source.source and mask is None:
        values = {
            "ops": [str(chain) for chain in parsed],
            **{name: value for name, value in reading.items() if value is not None},
            "levels": levels,
            "diameters": comma_text(diameters),
            "contrast": str(contrast),
            "polarity": polarity,
            "shape": shape,
            "noise": noise,
            "seed": seed,
            "title": title,
            **vars(look),
            "inputs": [source.source],
        }
        recipe = Recipe("detect", "detect", values)
    return DetectResult(detection, look, title, recipe)


def parse_diameters(values: str | Sequence[float] | None) -> list[float] | None:
    """Return the diameters of a list, or of a text with commas; UsageError for what is none."""
    if values is None:
        return None
    try:
        return [float(one) for one in (values.split(",") if isinstance(values, str) else values)]
    except (TypeError, ValueError):
        what = f"{str(values)[:40]!r} is no list of diameters"
        raise UsageError(what, argument("diameters"), "write 1,2,3") from None


def _mask(mask: ImageLike | None, image: Image, reading: Reading) -> Mask | None:
    """Return where a mask is not 0; UsageError for one of another grid."""
    if mask is None:
        return None
    where = argument("mask")
    words = {name: value for name, value in reading.items() if name not in ("channel", "scale")}
    with ignored_warnings(SampvizWarning):  # that it holds labels, and the slice of the image
        read = as_image(mask, **words) if isinstance(mask, (str, Path)) else as_image(mask)
    if read.size != image.size or read.array.ndim != image.axes:
        sizes = ["x".join(map(str, array.shape)) for array in (read.array, image.array)]
        fix = "give a mask on the grid of the image, the same slice of it"
        raise UsageError(f"the mask has {sizes[0]} px, the image {sizes[1]}", where, fix)
    if image.spacing and read.spacing and not np.allclose(image.spacing, read.spacing, rtol=1e-3):
        texts = [" x ".join(f"{mm:.4g}" for mm in of.spacing or ()) for of in (read, image)]
        fix = f"resample the mask onto the grid of {stem(image.name)}"
        raise UsageError(f"the mask has voxels of {texts[0]} mm, the image {texts[1]}", where, fix)
    return np.asarray(np.nan_to_num(read.array) != 0)
