"""Layout: where everything stands on a figure, in whole pixels, and how large it is drawn."""

from sampviz.core.import_matplotlib import import_matplotlib

import_matplotlib()
