"""What journals and pages ask of a figure: one table."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Journal:
    """What a journal asks of a figure.

    Parameters
    ----------
    about : str
        Whose it is, in some words.
    width, height : float
        In mm: of the figure, and the most that it may be high.
    font_size : float
        In points.
    dpi : int
        The least resolution.
    formats : tuple of str
        That it takes.
    """

    about: str
    width: float
    height: float
    font_size: float
    dpi: int
    formats: tuple[str, ...]


_NATURE = 247.0, 7.0, 300, ("pdf", "eps", "tif")
_IEEE = 216.0, 8.0, 300, ("pdf", "eps", "tif", "png")
_ELSEVIER = 240.0, 7.0, 500, ("pdf", "eps", "tif")
JOURNALS: Mapping[str, Journal] = {
    "nature1": Journal("Nature, one column", 89.0, *_NATURE),
    "nature2": Journal("Nature, two columns", 183.0, *_NATURE),
    "ieee1": Journal("IEEE, one column", 88.9, *_IEEE),
    "ieee2": Journal("IEEE, two columns", 182.0, *_IEEE),
    "elsevier1": Journal("Elsevier, one column", 90.0, *_ELSEVIER),
    "elsevier2": Journal("Elsevier, two columns", 190.0, *_ELSEVIER),
    "mdpi": Journal("MDPI, the width of the page", 170.0, 230.0, 8.0, 300, ("png", "tif", "pdf")),
    "a4": Journal("the text of a page of A4", 160.0, 247.0, 8.0, 300, ("pdf", "png")),
    "slide": Journal("a slide of 16:9", 254.0, 142.9, 10.0, 192, ("png", "svg")),
}
LIST = "list"  # in place of a name, where the table is asked for


def journal_table() -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the table for people.

    Returns
    -------
    head : tuple of str
    rows : list of tuple of str
        One for each journal.
    """
    head = "journal", "width", "greatest height", "type", "least dpi", "formats", "what it is"
    rows: list[tuple[str, ...]] = [
        (
            name,
            f"{journal.width:g} mm",
            f"{journal.height:g} mm",
            f"{journal.font_size:g} pt",
            str(journal.dpi),
            ", ".join(journal.formats),
            journal.about,
        )
        for name, journal in JOURNALS.items()
    ]
    return head, rows
