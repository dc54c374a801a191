"""The pages of a subject: for each image the figure and the measures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from urllib.parse import quote

from sampviz.analysis.metric_text import NumberFormat, better_sign, heading
from sampviz.analysis.metrics import METRICS
from sampviz.core.html_page import html_text, page_head
from sampviz.core.notebook import html_table
from sampviz.core.page_list import page_links, page_names, parts_of
from sampviz.report.bids.columns import MISSING, number, read_tsv
from sampviz.report.bids.dataset import DESC, BidsFile
from sampviz.report.bids.output_folder import OutputFolder

GROUP_PAGE = "group.html"


def page_of(subject: str) -> str:
    """Return the name of the page of a subject."""
    return f"sub-{subject}.html"


def anchor_of(file: BidsFile) -> str:
    """Return where an image stands on the page of its subject: of it, or of its table."""
    return PurePosixPath(file.output("")).name if not file.desc.startswith(DESC) else file.name


def subject_pages(
    subject: str, images: Sequence[BidsFile], folder: OutputFolder, failed: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the names and the texts of the pages of a subject: one, or of many images more.

    Parameters
    ----------
    subject : str
        Its label.
    images : sequence of BidsFile
        Those of the data set.
    folder : OutputFolder
        Where their outputs are.
    failed : mapping of str to str
        Why images have no outputs, by their paths.

    Yields
    ------
    tuple of str
    """
    first, names = page_of(subject), [image.name for image in images]
    pages, parts = page_names(len(images), first), parts_of(images)
    for i, (page, part) in enumerate(zip(pages, parts, strict=True)):
        links = page_links(names, i, first)
        sections = "".join(piece for image in part for piece in _section(image, folder, failed))
        elsewhere = _elsewhere(zip(pages[1:], parts[1:], strict=True)) if i == 0 else ""
        yield (
            page,
            f"{page_head(f'sub-{subject}')}"
            f'<p><a href="{GROUP_PAGE}">All subjects</a></p>\n'
            f"{links}{sections}{links}{elsewhere}</body>\n</html>\n",
        )


def _elsewhere(pages: Iterable[tuple[str, Sequence[BidsFile]]]) -> str:
    """Return where images of other pages are: links to an image lead to the first page."""
    lines = "".join(
        f'<li id="{html_text(anchor_of(image))}">'
        f'<a href="{quote(page)}#{quote(anchor_of(image))}">{html_text(image.name)}</a></li>\n'
        for page, images in pages
        for image in images
    )
    return f"<h2>On other pages</h2>\n<ul>\n{lines}</ul>\n" if lines else ""


def _section(image: BidsFile, folder: OutputFolder, failed: Mapping[str, str]) -> Iterator[str]:
    yield f'<section id="{html_text(anchor_of(image))}">\n<h2>{html_text(image.name)}</h2>\n'
    yield f'<p class="quiet">{html_text(image.path)}</p>\n'
    if image.path in failed:
        yield f"<p>It could not be read: {html_text(failed[image.path])}</p>\n"
    else:
        yield from _outputs(image, folder)
    yield "</section>\n"


def _outputs(image: BidsFile, folder: OutputFolder) -> Iterator[str]:
    for name in folder.figures(image):
        address = quote(name)
        picture = (
            f'<img src="{address}" alt="{html_text(image.name)}" loading="lazy"'
            ' style="max-width: 100%">'
        )
        yield f'<a href="{address}">{picture}</a>\n'
    table = image.output(".tsv")
    rows = read_tsv(folder.path / table)
    yield f'<div class="scroll">{_measures(rows)}</div>\n'
    for column in ("undefined", "notes"):
        for row in rows:
            if row.get(column, MISSING) != MISSING:
                text = html_text(row[column])
                yield f'<p class="quiet"><code>{html_text(row["chain"])}</code>: {text}</p>\n'
    taken = rows[0].get("taken", MISSING) if rows else MISSING
    yield f"<p>Measured: {html_text(taken)}.</p>\n" if taken != MISSING else ""
    yield f'<p><a href="{quote(table)}">All numbers</a>, with parts, as a table.</p>\n'


def _measures(rows: Sequence[Mapping[str, str]]) -> str:
    """Return the table of measures, a row each, as a reader sees it: a column for each chain."""
    names = [name for name in METRICS if rows and name in rows[0]]
    levels = {row["level"] for row in rows}
    chains = [row["chain"] + (f" ×{row['level']}" if len(levels) > 1 else "") for row in rows]
    cells = []
    for name in names:
        values = [number(row[name]) for row in rows]
        numbers = NumberFormat.of(METRICS[name], values)
        title = f"{heading(METRICS[name])} {better_sign(METRICS[name])}".strip()
        cells.append([title, *map(numbers.text, values)])
    return html_table(["measure", *chains], cells)
