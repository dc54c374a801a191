"""The spectra of an image and of what every chain makes of it: curves in a chart, or images."""

from typing import Literal, get_args

from matplotlib.figure import Figure

from sampviz.analysis.arguments import ChainsLike, ImageLike
from sampviz.core.errors import UsageError, argument
from sampviz.figures.charts.spectrum import Of, Unit, draw_spectrum
from sampviz.figures.charts.volume_spectrum import draw_volume_spectrum
from sampviz.figures.grids.compare import compare
from sampviz.figures.looks import checked_look, warn_of_height
from sampviz.figures.options import check_values
from sampviz.images.convert import as_image, as_image_of
from sampviz.ops.convert import as_chains


def spectrum(
    image: ImageLike,
    chains: ChainsLike,
    *,
    levels: int = 1,
    of: Of = "mean",
    unit: Unit = "px",
    two_d: bool = False,
    axes: Literal[2, 3] | None = None,
    width: float | None = None,
    dpi: int | None = None,
    font_size: float | None = None,
    font: str | None = None,
    journal: str | None = None,
    allow_code: bool = False,
) -> Figure:
    """Draw the radial power spectra of an image and of what every chain makes of it.

    As `sampviz spectrum`. All on one axis, with the old and the new Nyquist frequencies: beyond the
    new one nothing can be kept, only be lost or be folded below it. Below stands, of a plane, the
    power of every output over the original's. Of a volume whose spacing along one axis is more
    than twice that along another there are two panels: the spectra within its slices, and across
    them.

    Parameters
    ----------
    image : Image, array_like or path
        From `sampviz.load`, or an array of (H, W) or (C, H, W), or a file that is read; with
        `axes=3` an array of (D, H, W) or (C, D, H, W), or the volume in a file.
    chains : str, Chain or sequence of these
        A curve each: `"max,stride,blur,flc"`.
    levels : int
        How often each chain is applied, 1..16.
    of : {"mean", "sum"}
        The mean of the power in each ring of frequencies, or its sum.
    unit : {"px", "mm"}
        Cycles per pixel of the original, or per mm.
    two_d : bool
        The spectra as images, side by side, not as curves.
    axes : {2, 3}, optional
        3 draws the spectra of a volume; by default the axes of an `Image`, else 2.
    width, dpi, font_size, font, journal
        How the figure looks, as in `sampviz.compare`.
    allow_code : bool
        Let a step be `package.module:name`, code that is imported, which runs it.

    Returns
    -------
    matplotlib.figure.Figure
        Save it with `sampviz.save`. The numbers of the curves are those of
        `sampviz.figures.charts.spectrum.radial_curves`, of a volume those of
        `sampviz.figures.charts.volume_spectrum.volume_curves`.

    Raises
    ------
    UsageError
        For mm where the spacing is not known, an `Image` of other axes, and what is no chain.

    Examples
    --------
    >>> import sampviz
    >>> figure = sampviz.spectrum("sample:dwi", "max,flc", unit="mm")
    >>> figure.axes[0].get_xlabel()
    'cycles/mm'
    """
    check_values(levels=levels)
    for option, word, words in (
        (argument("of"), of, get_args(Of)),
        (argument("unit"), unit, get_args(Unit)),
    ):
        if word not in words:
            raise UsageError(f"{word!r} is not one of the words", option, " or ".join(words))
    look = checked_look(width, dpi, font_size, font, journal)
    source = as_image(image) if axes is None else as_image_of(image, axes)
    parsed = as_chains(chains, allow_code=allow_code)
    if two_d:
        return compare(source, parsed, rows="spectrum", levels=levels, **vars(look))
    draw = draw_volume_spectrum if source.axes == 3 else draw_spectrum
    figure = draw(source, parsed, levels=levels, of=of, unit=unit, look=look)
    warn_of_height(figure, look)
    return figure
