"""The record that a file carries, and the figure made again from it: what has changed since."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sampviz.core.atomic_write import check_target
from sampviz.core.errors import InputError, UsageError, argument
from sampviz.core.paths import Paths, path_texts
from sampviz.core.standard_input import NAME, check_stdin_once, input_path, refuse_stdin
from sampviz.core.text import short_repr
from sampviz.figures.render.render import PanelFigure
from sampviz.figures.render.save import check_ending, encode_figure, save
from sampviz.images.embedded_text import embedded_text
from sampviz.images.formats.registry import folder_format
from sampviz.images.input_names import PREFIX
from sampviz.recipes.draw import draw_recipe
from sampviz.recipes.provenance import Record, changes, parse_record

_BENEATH = (
    "nothing that it records has changed: the file was altered,"
    " or something beneath differs, such as the processor"
)
_ONLY_THE_RECORD = "the picture is the same byte by byte: only the record in the file differs"


@dataclass(frozen=True, repr=False)
class Rerun:
    """A figure that was made again, whether its bytes are those of the file, and why not.

    `path` is where it was written, None if it was only compared.
    """

    figure: PanelFigure
    identical: bool
    differences: tuple[str, ...]
    path: Path | None = None

    def __repr__(self) -> str:
        outcome = "identical" if self.identical else "; ".join(self.differences)
        return short_repr(f"<Rerun {outcome}>")

    def _repr_png_(self) -> bytes:
        """Return the figure that a notebook shows."""
        return encode_figure(self.figure)


def inspect(path: str | Path) -> Record:
    """Return how a figure or an array was made, by what its file says of itself.

    Parameters
    ----------
    path : str or Path
        A figure of sampviz, or an array of `apply`.

    Returns
    -------
    Record
        Its recipe, the SHA-256 of its inputs, the versions of the programs. Inputs are named
        without their folders.

    Raises
    ------
    InputError
        If the file cannot be read, or carries no record.

    Examples
    --------
    >>> import tempfile
    >>> import sampviz
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = sampviz.save(sampviz.figure("flc")[0], f"{folder}/flc.png")
    ...     record = sampviz.inspect(path)
    >>> record
    <Record of a figure: sample:t1, flc>
    >>> record.recipe.ops
    ['flc']
    """
    path = input_path(path)
    _, text = embedded_text(path)
    if not text:
        fix = "figures of compare, figure, detect and network carry one, and the NIfTI of apply"
        raise InputError("it carries no record of how it was made", str(path), fix)
    return parse_record(text, str(path))


def rerun(
    figure: str | Path,
    inputs: Paths = (),
    *,
    check: bool = False,
    out: str | Path | None = None,
    allow_code: bool = False,
    overwrite: bool = False,
) -> Rerun:
    """Make a figure again from what it says of itself, and compare it byte by byte.

    Parameters
    ----------
    figure : str or Path
        A figure of sampviz.
    inputs : str, Path or sequence of these
        Inputs that lie elsewhere. Others are looked for beside the figure and in the current
        folder.
    check : bool
        Compare only: write nothing.
    out : str or Path, optional
        FILE.png, .pdf, .svg, .tif or .eps; by default FIGURE_again beside the figure.
    allow_code : bool
        Let a step be ``package.module:name``: code of yours, which is run.
    overwrite : bool
        Replace a file that sampviz did not make, too.

    Returns
    -------
    Rerun
        The figure, whether it is identical to the file in the file's format, and what has changed
        if it is not: an input, an option, a version, the font.

    Raises
    ------
    UsageError
        If the file is an array, or has no input of the name of one of `inputs`.
    InputError
        If the file carries no record, or an input is not found.
    OutputError
        If the new figure cannot be written, or something would be lost by it.

    Examples
    --------
    >>> import tempfile
    >>> import sampviz
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = sampviz.save(sampviz.figure("flc")[0], f"{folder}/flc.png")
    ...     sampviz.rerun(path, check=True)
    <Rerun identical>
    """
    source, sources = Path(figure), path_texts(inputs)
    refuse_stdin([str(figure)], "FIGURE")
    check_stdin_once(sources)
    if check and out:
        raise UsageError(
            f"{argument('check', True)} writes nothing", f"-o {out}", "leave one of them out"
        )
    target = Path(out) if out else source.with_stem(f"{source.stem}_again")
    if not check:
        check_ending(target)
        check_target(target, [source, *sources], overwrite=overwrite)
    result = _compared(source, sources, allow_code)
    if check:
        return result
    return replace(result, path=save(result.figure, target, overwrite=overwrite))


def _compared(path: Path, inputs: Sequence[str], allow_code: bool) -> Rerun:
    """Make a figure again, in the format that it has, and compare the bytes."""
    earlier = inspect(path)
    if earlier.kind != "figure":
        fix = f"sampviz apply {' '.join(earlier.recipe.inputs)} {' '.join(earlier.recipe.ops)}"
        raise UsageError("it is an array, not a figure", str(path), fix)
    figure = draw_recipe(
        earlier.recipe, _sources(earlier, path.parent, inputs), allow_code=allow_code
    )
    kind, text = embedded_text(path)
    stored = path.read_bytes()
    if encode_figure(figure, kind) == stored:
        return Rerun(figure, True, ())
    later = figure.record
    figure.record = text
    same_picture = [_ONLY_THE_RECORD] if encode_figure(figure, kind) == stored else []
    figure.record = later
    differences = changes(earlier, parse_record(later, str(path))) or [_BENEATH]
    return Rerun(figure, False, (*differences, *same_picture))


def _sources(record: Record, folder: Path, inputs: Sequence[str]) -> list[str]:
    """Return the path of every input of a record."""
    names = [name for name in record.recipe.inputs if not name.startswith(PREFIX)]
    paths: dict[str, str] = {}
    for path in inputs:
        # The name in a record ends as the path does: sub-01/T1w.nii, where there is another T1w.
        matches = [name for name in names if _ends_with(path, name)]
        if len(inputs) == len(names) == 1:
            matches = names
        if not matches:
            fix = f"it has {', '.join(names) or 'samples only'}"
            raise UsageError(
                f"the figure has no input {Path(path).name}",
                argument("inputs", path, option="input"),
                fix,
            )
        paths |= dict.fromkeys(matches, path)
    return [
        name if name.startswith(PREFIX) else paths.get(name) or _find(name, folder)
        for name in record.recipe.inputs
    ]


def _ends_with(path: str, name: str) -> bool:
    parts = Path(name).parts
    return Path(os.path.abspath(path)).parts[-len(parts) :] == parts  # noqa: PTH100


def _find(name: str, folder: Path) -> str:
    fix = argument("inputs", "FILE", option="input")
    for path in (folder / name, Path(name)):
        if path.is_file() or folder_format(path):
            return str(path)
    if name == NAME:
        what = "its input came through stdin, which cannot be read again"
        raise InputError(what, str(folder), f"give the file that it came from: {fix}")
    what = f"its input {name} is neither beside it nor in the current folder"
    raise InputError(what, str(folder), argument("inputs", f"FOLDER/{name}", option="input"))
