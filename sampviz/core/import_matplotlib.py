"""The import of matplotlib, which no setting of the user may change or stop.

On its import matplotlib reads the variable MPLBACKEND and a file of settings: `matplotlibrc` in the
current folder, or where MATPLOTLIBRC or the user's folder of settings has one. A backend that it
does not know, such as that of a notebook in another environment, or a file that cannot be decoded
stops the import; less is said on stderr.

In a process that is ours (`sampviz.core.startup`) they are not read. In a process of the user they
are, for the user's own figures, unless they stop the import. Figures of sampviz follow none of
them either way: see `sampviz.figures.style`.

Matplotlib also writes a docstring for `set` of each of its 116 kinds of artists, from those of all
their setters: a fifth of its import, for help that nobody asks the program for.
"""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, nullcontext, suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sampviz.core.startup import is_process_ours

WRITES_DOCSTRING = "_update_set_signature_and_docstring"  # of matplotlib's Artist
_RC = "matplotlibrc"


def import_matplotlib() -> None:
    """Import matplotlib, if nobody has yet."""
    if "matplotlib" in sys.modules:
        return
    if not is_process_ours():
        with suppress(Exception):
            import_module("matplotlib")
            return
        for name in [name for name in sys.modules if name.startswith("matplotlib.")]:
            del sys.modules[name]  # parts of what could not be imported
    with _without_settings():
        import_module("matplotlib")
    if is_process_ours():
        # On a slow machine it says after 5 s that fonts are being listed, on stderr.
        logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
        leave_out_docstrings()


def leave_out_docstrings() -> None:
    """Let kinds of artists that are imported from now on have no docstring of `set`.

    Where matplotlib goes about it in another way than it does today nothing is changed.
    """
    artist: Any = import_module("matplotlib.artist")
    if hasattr(artist.Artist, WRITES_DOCSTRING) and hasattr(artist, "kwdoc"):
        setattr(artist.Artist, WRITES_DOCSTRING, classmethod(lambda _: None))
        artist.kwdoc = lambda _: ""  # the same text within other docstrings


@contextmanager
def _without_settings() -> Iterator[None]:
    """Hide the user's settings of matplotlib, from the environment and the current folder."""
    spec = find_spec("matplotlib")
    data_folder = Path(spec.origin or "").parent / "mpl-data" if spec else Path()
    own_variables = {"MATPLOTLIBRC": str(data_folder / _RC), "MPLBACKEND": ""}  # "" is no backend
    users = {name: os.environ.get(name) for name in own_variables}
    os.environ.update(own_variables)
    try:
        # A file of settings in the current folder goes before any other.
        with chdir(data_folder) if os.path.exists(_RC) else nullcontext():  # noqa: PTH110 - never fails
            yield
    finally:
        for name, value in users.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
