"""What of the site is not written by hand: pages and figures made from the package itself."""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from site_pages.python_pages import python_pages
from site_pages.written import contents, heading, write_pages

# Pages of the reference that are written by hand.
_BY_HAND = ("options", "reading", "nifti")


def setup(app: Sphinx) -> dict[str, Any]:
    """Write the pages before Sphinx looks for them."""
    app.connect("builder-inited", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _write(app: Sphinx) -> None:
    pages = {**python_pages()}
    indices = [name.removesuffix(".rst") for name in pages if name.endswith("/index.rst")]
    names = [*indices, *(f"../{name}" for name in _BY_HAND)]
    links = "".join(f"- :doc:`{name}`\n" for name in names)
    index = heading("Reference") + links + "\n" + contents(names)
    write_pages(Path(app.srcdir) / "reference", {"index.rst": index, **pages})
