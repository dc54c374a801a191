"""What of the site is not written by hand: pages and figures made from the package itself."""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from site_pages.differences_page import differences_page
from site_pages.drawing import draw_all
from site_pages.drawn_directive import DrawnDirective, lines_drawn
from site_pages.measure_pages import measure_pages
from site_pages.operation_pages import operation_pages
from site_pages.python_pages import python_pages
from site_pages.written import contents, heading, write_pages

# Pages of the reference that are written by hand.
_BY_HAND = ("options", "reading", "formats", "nifti")


def setup(app: Sphinx) -> dict[str, Any]:
    """Write the pages and draw the figures before Sphinx looks for them."""
    app.add_directive("drawn", DrawnDirective)
    app.connect("builder-inited", _make)
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
    DrawnDirective.drawings = draw_all(lines_drawn(sources), source / "pictures")
