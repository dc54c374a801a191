"""Long lists on many pages: their names, what stands on which, and the links between them."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from sampviz.core.atomic_write import check_inside, check_target
from sampviz.core.errors import OutputError
from sampviz.core.html_page import html_text

PER_PAGE = 500  # entries of a list: with their pictures, as many as browsers show without a pause
FIRST_PAGE = "index.html"
T = TypeVar("T")


def page_names(count: int, first: str = FIRST_PAGE) -> list[str]:
    """Return the names of the files that a list is parted among, `PER_PAGE` entries on each.

    Parameters
    ----------
    count : int
        The number of entries; there is a page for none, too.
    first : str
        The name of the first page.

    Returns
    -------
    list of str

    Examples
    --------
    >>> page_names(1200)
    ['index.html', 'index_2.html', 'index_3.html']
    """
    return [first, *(_name_of(first, n) for n in range(2, -(-count // PER_PAGE) + 1))]


def _name_of(first: str, number: int) -> str:
    return f"{first.removesuffix('.html')}_{number}.html"


def parts_of(entries: Sequence[T]) -> list[Sequence[T]]:
    """Return the entries of each page, in their order.

    Parameters
    ----------
    entries : sequence
        All of them.

    Returns
    -------
    list of sequence
    """
    starts = range(0, max(1, len(entries)), PER_PAGE)
    return [entries[start : start + PER_PAGE] for start in starts]


def page_links(entries: Sequence[str], number: int, first: str = FIRST_PAGE) -> str:
    """Return the links from one page of a list to the others; nothing where there is one page.

    Parameters
    ----------
    entries : sequence of str
        The names of all entries, in their order.
    number : int
        Of the page, from 0.
    first : str
        The name of the first page.

    Returns
    -------
    str
        The first, the previous, the next and the last page, and all with the names they go from
        and to.
    """
    files, parts = page_names(len(entries), first), parts_of(entries)
    if len(files) == 1:
        return ""
    last = len(files) - 1
    steps = {"first": 0, "previous": number - 1, "next": number + 1, "last": last}
    links = [
        f'<a href="{quote(files[to])}">{word}</a>' if 0 <= to <= last and to != number else word
        for word, to in steps.items()
    ]
    start = number * PER_PAGE
    place = f"{start + 1} to {start + len(parts[number])} of {len(entries)}"
    items = "".join(
        f'<li><a href="{quote(file)}">{html_text(part[0])} to {html_text(part[-1])}</a></li>\n'
        for file, part in zip(files, parts, strict=True)
    )
    pages = f"<details><summary>{len(files)} pages</summary>\n<ol>\n{items}</ol>\n</details>\n"
    return f"<nav>\n<p>{place}: {', '.join(links)}</p>\n{pages}</nav>\n"


def remove_older_pages(folder: Path, count: int, first: str = FIRST_PAGE) -> None:
    """Remove the pages that a list had when it was longer.

    Parameters
    ----------
    folder : Path
        Where the pages lie; files that sampviz did not make stay.
    count : int
        The number of entries now.
    first : str
        The name of the first page.
    """
    number = len(page_names(count, first)) + 1
    while (path := folder / _name_of(first, number)).exists():
        with suppress(OutputError, OSError):  # it is not ours
            check_inside(path, folder)
            check_target(path, (), overwrite=False)
            path.unlink()
        number += 1
