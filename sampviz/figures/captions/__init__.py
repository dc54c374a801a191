"""Texts: what is written on a figure, its caption in several formats, and what it cites."""

from sampviz.core.import_matplotlib import import_matplotlib

import_matplotlib()
