"""File formats: how each is recognised, checked and read.

`Format` and `Source` are for packages that offer a format: see docs/formats.md.
"""

from sampviz.images.formats.format import Format, Source

__all__ = ["Format", "Source"]
