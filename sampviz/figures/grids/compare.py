"""The comparison: the original and what every chain makes of it, side by side."""

from collections.abc import Sequence

from sampviz.analysis.arguments import ChainsLike, ImageLike
from sampviz.analysis.default_chains import default_chains
from sampviz.core.names import comma_text
from sampviz.figures.grids.comparison import Comparison
from sampviz.figures.grids.draw_comparison import draw_comparison
from sampviz.figures.options import Convention, FigureOptions, Scope, Show, Up
from sampviz.figures.panels.colormap import GREY
from sampviz.figures.panels.zoom_region import region_text
from sampviz.figures.render.render import PanelFigure
from sampviz.images.convert import as_images
from sampviz.ops.convert import as_chains


def compare(
    image: ImageLike | Sequence[ImageLike],
    chains: ChainsLike = None,
    *,
    rows: str | Sequence[str] | None = None,
    levels: int = 1,
    zoom: str | Sequence[int] | None = None,
    crop: bool | None = None,
    lesion: str | None = None,
    up: Up = "cells",
    window: str | Sequence[float | str] | None = None,
    window_scope: Scope = "shared",
    cmap: str = GREY,
    columns: int | None = None,
    width: float | None = None,
    dpi: int | None = None,
    font_size: float | None = None,
    font: str | None = None,
    journal: str | None = None,
    convention: Convention = "neurological",
    show: Show = "magnitude",
    in_panel: str | Sequence[str] | None = None,
    title: str | None = None,
    annotate: bool = True,
    allow_code: bool = False,
) -> PanelFigure:
    """Draw the original and, beside it, what every chain makes of it.

    Every panel is drawn at a whole zoom: each value is a block of whole pixels, nothing is
    resampled.

    Parameters
    ----------
    image : Image, array_like, path, or sequence of these
        An image of `load`, an array of shape (H, W) or (C, H, W), a path or ``sample:NAME``, or an
        image of nibabel, PIL, torch, xarray or SimpleITK. Of several in a list or tuple, each has
        rows of its own. All rows of a volume (`load` with ``volume=True``) are cuts of what is
        computed of the whole; without `slice` they go through where the chains differ most.
    chains : str, Chain, Operation, function, torch module, or sequence of these, optional
        A column each; in a text commas stand between chains. By default max,stride,blur,flc,
        of complex numbers avg for max, which is said.
    rows : str or sequence of str, optional
        Some of image, detail, error, spectrum, summary, zoom, difference, alias, foldspectrum,
        flat and lesion, with commas; by default the first five, on a page of two journal columns,
        of which those are left out that an image does not have or the page no room for.
    levels : int, default 1
        How many times each chain is applied, 1..16.
    zoom : str or sequence of int, optional
        The enlarged region, ``ROWxCOL+SIZE`` or ``(row, column, size)`` in pixels of the original,
        or ``"auto"``: where the chains differ most in structure.
    crop : bool, optional
        Whether images are cropped to what is not background; on the default page they are.
    lesion : str, optional
        A disc that is put into the image and shown in the row lesion, with the contrast that each
        chain keeps of it: ``"3mm:-30%@120,80"``, a diameter in mm or px, a contrast in percent of
        the median of the tissue or in units of the image, row and column.
    up : {"cells", "bilinear"}
        How outputs come onto the pixels of the original for differences.
    window : str or pair of float, optional
        Black and white: percentiles ``"p1,p99"`` or values ``"0,800"`` or ``(0, 800)``. By default
        the range of the file's format where it has one, else p1,p99.
    window_scope : {"shared", "panel"}
        One window for all panels, or one for each.
    cmap : str, default "gray"
        A colour map of matplotlib, for the images.
    columns : int, optional
        How many columns stand in a line, 1..64; on the default page as many as are legible.
    width : float, optional
        Width of the figure in mm, 10..5000; 183 for the default rows, else as wide as its panels.
    dpi : int, optional
        Resolution in pixels per inch, 30..2400; 150, and at least 300 for a given width.
    font_size : float, optional
        Size of the text in points, 3..40; 7 by default.
    font : str, optional
        Family of the font, one that matplotlib finds; DejaVu Sans by default.
    journal : str, optional
        Width, size of the text and resolution that a journal asks for, where they are not given:
        ``"nature1"``, ``"ieee2"``, ``"a4"``, ``"slide"`` ..: see `sampviz figure --journal list`.
    convention : {"neurological", "radiological"}
        Whether the patient's left is drawn left or right, where the file knows it.
    show : {"magnitude", "phase", "real"}
        What is drawn of complex numbers.
    in_panel : str or sequence of str, optional
        Measures, such as ``"alias,psnr"``, that are written under the panels of the first row.
    title : str, optional
        The title, instead of the name and slice.
    annotate : bool, default True
        Whether letters, scale bar, boxes and notes are drawn.
    allow_code : bool, default False
        Whether a step of a chain may be ``package.module:name``: code, which is run.

    Returns
    -------
    PanelFigure
        A matplotlib figure. Its `caption` says in words what it shows; `save` writes it.

    Raises
    ------
    UsageError
        For an option that cannot be what was meant, or does not suit the image.
    ChainError
        For a text that is no chain, and a chain that the image cannot go through.

    See Also
    --------
    save : Write a figure to a file.
    measure : The numbers of the same comparison.

    Examples
    --------
    >>> import sampviz
    >>> image = sampviz.load("sample:dwi", slice=3)
    >>> figure = sampviz.compare(image, "max,flc", levels=2, rows="image,spectrum")
    >>> figure.caption.alt.split(".")[0]
    'Grid of pictures with 3 columns and 2 rows'
    """
    images = as_images(image)
    parsed = default_chains(images) if chains is None else as_chains(chains, allow_code=allow_code)
    comparison = Comparison.parse(
        FigureOptions(
            rows=comma_text(rows),
            levels=levels,
            zoom=region_text(zoom),
            crop=crop,
            lesion=lesion,
            up=up,
            window=comma_text(window),
            window_scope=window_scope,
            cmap=cmap,
            dpi=dpi,
            width=width,
            columns=columns,
            font_size=font_size,
            font=font,
            journal=journal,
            convention=convention,
            show=show,
            in_panel=comma_text(in_panel),
            title=title,
            annotate=annotate,
        )
    )
    return draw_comparison(images, parsed, comparison)
