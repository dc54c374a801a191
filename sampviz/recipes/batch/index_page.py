"""The pages of a batch: every figure with its name, its chains and its inputs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import quote

from sampviz.core.html_page import html_text, page_head
from sampviz.core.page_list import PER_PAGE, page_links

_FORMATS = ("png", "svg")  # what a browser draws


def index_page(
    title: str,
    records: Iterable[Mapping[str, Any]],
    failed: Mapping[str, str],
    names: Sequence[str],
    number: int,
) -> Iterator[str]:
    """Yield a page of HTML, piece by piece; it opens from disk, and all text in it is escaped.

    The page `number` of a batch of figures `names` shows `records`; the first what `failed`.
    """
    yield page_head(title)
    if failed and number == 0:
        yield "<h2>Failed</h2>\n<ul>\n"
        yield from (
            f"<li>{html_text(name)}: {html_text(reason)}</li>\n"
            for name, reason in islice(failed.items(), PER_PAGE)
        )
        yield "</ul>\n"
        if len(failed) > PER_PAGE:
            yield f"<p>{len(failed) - PER_PAGE} more stand in manifest.json.</p>\n"
    links = page_links(names, number)
    yield links
    yield '<main class="cards">\n'
    for record in records:
        yield _figure(record)
    yield f"</main>\n{links}</body>\n</html>\n"


def _figure(record: Mapping[str, Any]) -> str:
    name = html_text(record["name"])
    files = [output["file"] for output in record["outputs"]]
    preview = next((file for kind in _FORMATS for file in files if file.endswith(f".{kind}")), "")
    address = quote(preview)
    link = f'<a href="{address}"><img src="{address}" alt="{name}" loading="lazy"></a>\n'
    links = ", ".join(f'<a href="{quote(file)}">{html_text(file)}</a>' for file in files)
    chains = ", ".join(f"<code>{html_text(chain)}</code>" for chain in record["chains"])
    inputs = ", ".join(html_text(source["name"]) for source in record["inputs"])
    paragraphs = [record["about"] and html_text(record["about"]), chains, inputs, links]
    lines = "".join(f"<p>{line}</p>\n" for line in paragraphs if line)
    preview_link = link if preview else ""
    return f'<article id="{name}">\n<h2>{name}</h2>\n{preview_link}{lines}</article>\n'
