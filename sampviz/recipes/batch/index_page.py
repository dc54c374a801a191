"""The page of a batch: every figure with its name, its chains and its inputs."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any
from urllib.parse import quote

from sampviz.core.text import escape_control
from sampviz.core.version import __version__

_FORMATS = ("png", "svg")  # what a browser draws
_STYLE = """body { font: 15px/1.4 sans-serif; color: #222; margin: 2em; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(28em, 1fr)); gap: 2em; }
img { max-width: 100%; border: 1px solid #ccc; }
h2 { font-size: 1.1em; margin: 0; }
code { overflow-wrap: anywhere; }
p { margin: .3em 0; }"""


def index_page(
    title: str, records: Iterable[Mapping[str, Any]], failed: Mapping[str, str]
) -> Iterator[str]:
    """Yield a page of HTML, piece by piece; it opens from disk, and all text in it is escaped."""
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="generator" content="sampviz {__version__}">\n'
        f"<title>{_text(title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n"
        f"<h1>{_text(title)}</h1>\n"
    )
    if failed:
        yield "<h2>Failed</h2>\n<ul>\n"
        yield from (f"<li>{_text(name)}: {_text(reason)}</li>\n" for name, reason in failed.items())
        yield "</ul>\n"
    yield "<main>\n"
    for record in records:
        yield _figure(record)
    yield "</main>\n</body>\n</html>\n"


def _figure(record: Mapping[str, Any]) -> str:
    name = _text(record["name"])
    files = [output["file"] for output in record["outputs"]]
    preview = next((file for kind in _FORMATS for file in files if file.endswith(f".{kind}")), "")
    address = quote(preview)
    link = f'<a href="{address}"><img src="{address}" alt="{name}" loading="lazy"></a>\n'
    links = ", ".join(f'<a href="{quote(file)}">{_text(file)}</a>' for file in files)
    chains = ", ".join(f"<code>{_text(chain)}</code>" for chain in record["chains"])
    inputs = ", ".join(_text(source["name"]) for source in record["inputs"])
    paragraphs = [record["about"] and _text(record["about"]), chains, inputs, links]
    lines = "".join(f"<p>{line}</p>\n" for line in paragraphs if line)
    preview_link = link if preview else ""
    return f'<article id="{name}">\n<h2>{name}</h2>\n{preview_link}{lines}</article>\n'


def _text(text: str) -> str:
    return escape(escape_control(text))
