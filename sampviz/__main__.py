"""`python -m sampviz` is `sampviz`."""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    # `python -m` looks for modules in the working folder first, where anybody's `typer.py` may lie.
    # Where sampviz itself came from there, its folder is meant.
    if not sys.flags.safe_path and not Path(__file__).parents[1].samefile(os.curdir):
        sys.path.pop(0)

    from sampviz.cli import program

    program()
