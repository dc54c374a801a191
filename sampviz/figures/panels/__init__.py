"""Panels: what one cell of a figure shows, and the rows that panels stand in."""

from sampviz.core.import_matplotlib import import_matplotlib

import_matplotlib()
