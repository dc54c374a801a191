"""Charts: curves and points on matplotlib's axes, with their labels and legends."""

from sampviz.core.import_matplotlib import import_matplotlib

import_matplotlib()
