"""Figures and arrays that are pinned: kept beside a test, and compared with what comes out now."""

import sampviz.figures.render  # noqa: F401 - before anything here imports matplotlib
