"""Figures: data in, `matplotlib.figure.Figure` out; nothing is saved but by `save`."""

from sampviz.core.import_matplotlib import import_matplotlib

import_matplotlib()
