"""Rendering: laid-out figures as matplotlib figures, pixels and files."""

from sampviz.core.import_matplotlib import import_matplotlib

import_matplotlib()
