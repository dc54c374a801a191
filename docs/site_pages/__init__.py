"""What of the site is not written by hand: pages and figures made from the package itself."""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from site_pages.differences_page import differences_page
from site_pages.drawing import draw_all
from site_pages.drawn_directive import DrawnDirective, lines_drawn
from site_pages.gallery_pages import gallery_pages, picture_lines
from site_pages.measure_pages import measure_pages
from site_pages.operation_pages import operation_pages
from site_pages.python_pages import python_pages
from site_pages.written import contents, heading, write_pages

# Pages of the reference that are written by hand.
_BY_HAND = ("operations", "options", "reading", "formats", "nifti", "speed")

# Files above docs/, and the pages that hold them.
_ABOVE = {"../CONTRIBUTING.md": "/contribute.md", "../CHANGELOG.md": "/changelog.md"}


def setup(app: Sphinx) -> dict[str, Any]:
    """Write the pages and draw the figures before Sphinx looks for them."""
    app.add_directive("drawn", DrawnDirective)
    app.connect("builder-inited", _make)
    app.connect("source-read", _link_inside)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _make(app: Sphinx) -> None:
    source = Path(app.srcdir)
    pages = {**operation_pages(), **measure_pages(), **python_pages()}
    pages["differences.rst"] = differences_page()
    indices = [name.removesuffix(".rst") for name in pages if name.endswith("/index.rst")]
    names = [*indices, "differences", *(f"../{name}" for name in _BY_HAND)]
    links = "".join(f"- :doc:`{name}`\n" for name in names)
    index = heading("Reference") + links + "\n" + contents(names)
    write_pages(source / "reference", {"index.rst": index, **pages})
    sources = [path for ending in ("md", "rst") for path in source.rglob(f"*.{ending}")]
    lines = {*lines_drawn(sources), *picture_lines()}
    DrawnDirective.drawings = draw_all(sorted(lines), source / "pictures")
    gallery = gallery_pages(DrawnDirective.drawings, source / "thumbnails")
    write_pages(source / "gallery", gallery)


def _link_inside(app: Sphinx, name: str, content: list[str]) -> None:
    """Lead links to files above docs/ to the pages that hold them."""
    for file, page in _ABOVE.items():
        for above in (file, f"../{file}"):  # of docs/, of its folders
            content[0] = content[0].replace(f"]({above}", f"]({page}")
