"""The page of a subject: for each image the figure and the measures."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from urllib.parse import quote

from sampviz.analysis.metric_text import NumberFormat, better_sign, heading
from sampviz.analysis.metrics import METRICS
from sampviz.core.html_page import html_text, page_head
from sampviz.core.notebook import html_table
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


def subject_page(
    subject: str, images: Sequence[BidsFile], folder: OutputFolder, failed: Mapping[str, str]
) -> Iterator[str]:
    """Yield the page of a subject, piece by piece.

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
    str
    """
    yield page_head(f"sub-{subject}")
    yield f'<p><a href="{GROUP_PAGE}">All subjects</a></p>\n'
    for image in images:
        anchor = html_text(anchor_of(image))
        yield f'<section id="{anchor}">\n<h2>{html_text(image.name)}</h2>\n'
        yield f'<p class="quiet">{html_text(image.path)}</p>\n'
        if image.path in failed:
            yield f"<p>It could not be read: {html_text(failed[image.path])}</p>\n"
        else:
            yield from _outputs(image, folder)
        yield "</section>\n"
    yield "</body>\n</html>\n"


def _outputs(image: BidsFile, folder: OutputFolder) -> Iterator[str]:
    for name in folder.figures(image):
        address = quote(name)
        picture = f'<img src="{address}" alt="{html_text(image.name)}" style="max-width: 100%">'
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
