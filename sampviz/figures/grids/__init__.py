"""Grids: figures of many panels, and what is drawn step by step."""

from sampviz.core.import_matplotlib import import_matplotlib

import_matplotlib()
