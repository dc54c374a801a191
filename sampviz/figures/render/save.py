"""Save figures as PNG, PDF, SVG, TIFF or EPS: the same figure gives the same bytes.

So there are no dates in a file, and no versions but our own.
"""

from pathlib import Path

from matplotlib.figure import Figure

from sampviz.core.atomic_write import atomic_write
from sampviz.core.errors import OutputError
from sampviz.core.option import join_words

# The redundant names are public: who saves figures asks for their bytes here, too.
from sampviz.figures.drawn_figure import encode_figure as encode_figure
from sampviz.figures.drawn_figure import figure_pixels as figure_pixels
from sampviz.figures.options import ENDINGS


def check_ending(path: Path) -> None:
    """Check that a figure can be saved under a name.

    Parameters
    ----------
    path : Path
        Its ending says the format.

    Raises
    ------
    OutputError
        For an ending that is none of `ENDINGS`.
    """
    if path.suffix.lower() not in ENDINGS:
        raise OutputError(
            f"a figure cannot be saved as {path.suffix or 'a name without ending'}",
            str(path),
            f"end the name in {join_words(ENDINGS)}, or name a folder that is there",
        )


def save(figure: Figure, path: str | Path, *, overwrite: bool = True) -> Path:
    """Save a figure in the format that the ending of its name says.

    Parameters
    ----------
    figure : Figure
        A figure of sampviz, or any of matplotlib.
    path : str or Path
        Ends in .png, .pdf, .svg, .tif or .eps. Text stays text in PDF, SVG and EPS.
    overwrite : bool
        If false, an older file that is no figure of sampviz is not replaced.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputError
        For another ending, and if the file cannot be written; it is written whole or not at all.

    Examples
    --------
    >>> import sampviz, tempfile
    >>> figure = sampviz.compare(sampviz.load("sample:zoneplate:32x32"), "max")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(figure, f"{folder}/max.png").name
    'max.png'
    """
    path = Path(path)
    check_ending(path)
    with atomic_write(path, overwrite=overwrite) as temporary:
        temporary.write_bytes(encode_figure(figure, path.suffix.lower()))
    return path
