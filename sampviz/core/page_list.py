"""Long lists on many pages: their names, what stands on which, and the links between them."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from sampviz.core.atomic_write import check_inside, check_target
from sampviz.core.errors import OutputError
from sampviz.core.html_page import html_text

PER_PAGE = 500  # entries of a list: with their pictures, as many as browsers show without a pause
FIRST_PAGE = "index.html"
T = TypeVar("T")


def page_names(count: int) -> list[str]:
    """Return the names of the files that a list is parted among, `PER_PAGE` entries on each.

    Parameters
    ----------
    count : int
        The number of entries; there is a page for none, too.

    Returns
    -------
    list of str

    Examples
    --------
    >>> page_names(1200)
    ['index.html', 'index_2.html', 'index_3.html']
    """
    return [FIRST_PAGE, *(f"index_{n}.html" for n in range(2, -(-count // PER_PAGE) + 1))]


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


def page_links(entries: Sequence[str], number: int) -> str:
    """Return the links from one page of a list to the others; nothing where there is one page.

    Parameters
    ----------
    entries : sequence of str
        The names of all entries, in their order.
    number : int
        Of the page, from 0.

    Returns
    -------
    str
        The first, the previous, the next and the last page, and all with the names they go from
        and to.
    """
    files, parts = page_names(len(entries)), parts_of(entries)
    if len(files) == 1:
        return ""
    last = len(files) - 1
    steps = {"first": 0, "previous": number - 1, "next": number + 1, "last": last}
    links = [
        f'<a href="{files[to]}">{word}</a>' if 0 <= to <= last and to != number else word
        for word, to in steps.items()
    ]
    start = number * PER_PAGE
    place = f"{start + 1} to {start + len(parts[number])} of {len(entries)}"
    items = "".join(
        f'<li><a href="{file}">{html_text(part[0])} to {html_text(part[-1])}</a></li>\n'
        for file, part in zip(files, parts, strict=True)
    )
    pages = f"<details><summary>{len(files)} pages</summary>\n<ol>\n{items}</ol>\n</details>\n"
    return f"<nav>\n<p>{place}: {', '.join(links)}</p>\n{pages}</nav>\n"


def remove_older_pages(folder: Path, count: int) -> None:
    """Remove the pages that a list had when it was longer.

    Parameters
    ----------
    folder : Path
        Where the pages lie; files that sampviz did not make stay.
    count : int
        The number of entries now.
    """
    number = len(page_names(count)) + 1
    while (path := folder / f"index_{number}.html").exists():
        with suppress(OutputError, OSError):  # it is not ours
            check_inside(path, folder)
            check_target(path, (), overwrite=False)
            path.unlink()
        number += 1
