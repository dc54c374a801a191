"""Where figures go, each with its captions beside it."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from sampviz.core.atomic_write import check_target
from sampviz.core.errors import OutputError
from sampviz.figures.captions.caption_formats import save_caption
from sampviz.figures.render.render import PanelFigure
from sampviz.figures.render.save import check_ending, save
from sampviz.images.input_names import distinct_names, file_names, with_digest

_LONGEST = 200  # bytes of a name: there are file systems that take 255, and an ending follows


def figure_paths(
    groups: Sequence[Sequence[str]], out: Path | None, kind: str, *, overwrite: bool
) -> list[Path]:
    """Return where the figure of every group of inputs goes; no two groups go to one place.

    `out` is a file, or a folder for files NAME_KIND.png; None is the folder where we are.
    OutputError, before anything is read, if something would be lost there.
    """
    if out and len(groups) == 1 and not os.path.isdir(out):  # noqa: PTH112 - also of odd names
        check_ending(out)
        paths = [out]
    else:
        paths = _paths_in_folder(groups, out, kind)
    sources = [source for group in groups for source in group]
    for path in paths:
        check_target(path, sources, overwrite=overwrite)
    return paths


def _paths_in_folder(groups: Sequence[Sequence[str]], out: Path | None, kind: str) -> list[Path]:
    folder = out or Path()
    # No folder is called "-", which is the output of the process.
    is_file = out and (out.suffix or out == Path("-") or out.exists())
    if is_file and not os.path.isdir(folder):  # noqa: PTH112
        raise OutputError(
            f"{len(groups)} figures do not fit into one file",
            str(out),
            "name a folder with -o, or make it first if it has a dot",
        )
    sources = [source for group in groups for source in group]
    name_of_source = dict(zip(sources, distinct_names(sources), strict=True))
    names = ["-".join(name_of_source[source] for source in group) for group in groups]
    files = file_names((_of_file(name), name) for name in names)
    return [folder / f"{name}_{kind}.png" for name in files]


def _of_file(name: str) -> str:
    """Return the names of inputs, which are names of files already, as one that is not too long."""
    file = re.sub("[/:]", "-", name)
    return file if len(os.fsencode(file)) <= _LONGEST else with_digest(file, name)


def save_with_captions(
    figure: Figure, path: Path, captions: Sequence[str] = (), *, overwrite: bool
) -> list[Path]:
    """Save a figure, and its caption in these formats; return the paths, the figure's first."""
    # The captions first: people change them, and the old figure stays if they may not go.
    texts = []
    if captions:
        assert isinstance(figure, PanelFigure)
        assert figure.caption
        texts = save_caption(figure.caption, path, captions, overwrite=overwrite)
    return [save(figure, path, overwrite=overwrite), *texts]
