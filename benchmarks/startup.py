"""How long the program takes to start, beside what it cannot do without: Python and Typer.

And to the first figure, of the whole process: beside the import of what every figure is drawn with.
"""

import sys
from collections.abc import Iterator

from benchmarks.side_by_side import Row, row, time_commands, walls

_TYPER = "import typer"
# What a figure needs of others: all beyond it is ours.
_DRAWING = "import typer, numpy, cv2, matplotlib.figure, matplotlib.backends.backend_agg"
_LEAST = "import numpy, matplotlib.figure, matplotlib.backends.backend_agg"
_FIGURE = ("compare", "sample:t1", "--ops", "max,stride,blur,flc", "-o", "-", "-q")


def rows(quick: bool) -> Iterator[Row]:
    """Yield help and version against `import typer`, and what a figure imports."""
    program = (sys.executable, "-m", "sampviz")
    chains = "sampviz.recipes.draw, sampviz.cli.app, cv2"
    cases = (
        ("--version", (*program, "--version"), _TYPER, 1 / 1.5),
        ("--help", (*program, "--help"), _TYPER, 1 / 2.5),
        ("compare --help", (*program, "compare", "--help"), _TYPER, None),
        ("what compare imports", (sys.executable, "-c", f"import {chains}"), _DRAWING, None),
        ("compare sample:t1", (*program, *_FIGURE), _LEAST, 1 / 1.45),
    )
    for case, ours, needed, wanted in cases[:2] if quick else cases:
        commands = {"ours": ours, needed: (sys.executable, "-c", needed)}
        taken = time_commands(commands, 5 if quick else 15)
        yield row("startup", case, walls(taken), wanted)
