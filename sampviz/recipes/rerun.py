"""Make a figure again from the record that it carries, and say what has changed since."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sampviz.core.errors import InputError, UsageError, argument
from sampviz.figures.render.render import PanelFigure
from sampviz.figures.render.save import encode_figure
from sampviz.images.embedded_text import embedded_text
from sampviz.images.samples import PREFIX
from sampviz.recipes.draw import draw_recipe
from sampviz.recipes.provenance import Record, changes, parse_record

_BENEATH = (
    "nothing that it records has changed: the file was altered,"
    " or something beneath differs, such as the processor"
)
_ONLY_THE_RECORD = "the picture is the same byte by byte: only the record in the file differs"


@dataclass(frozen=True)
class Rerun:
    """A figure that was made again, whether its bytes are those of the file, and why not."""

    figure: PanelFigure
    identical: bool
    why: tuple[str, ...]


def read_record(path: Path) -> Record:
    """Return the record that a file carries; InputError if it carries none."""
    _, text = embedded_text(path)
    if not text:
        fix = "figures of `sampviz compare` and `figure` carry one, and the NIfTI of `apply`"
        raise InputError("it carries no record of how it was made", str(path), fix)
    return parse_record(text, str(path))


def rerun(path: Path, inputs: Sequence[str] = (), *, allow_code: bool = False) -> Rerun:
    """Make a figure again, in the format that it has, and compare the bytes.

    Its inputs are `inputs`, else files of their names beside the figure or in the current folder.
    A step that is code is run only with `allow_code`. InputError for a file that is no figure with
    a record, and for an input that is not found.
    """
    then = read_record(path)
    if then.kind != "figure":
        fix = f"sampviz apply {' '.join(then.recipe.inputs)} {' '.join(then.recipe.ops)}"
        raise UsageError("it is an array, not a figure", str(path), fix)
    figure = draw_recipe(then.recipe, _sources(then, path.parent, inputs), allow_code=allow_code)
    kind, text = embedded_text(path)
    stored = path.read_bytes()
    if encode_figure(figure, kind) == stored:
        return Rerun(figure, True, ())
    now = figure.record
    figure.record = text
    told = [_ONLY_THE_RECORD] if encode_figure(figure, kind) == stored else []
    figure.record = now
    why = changes(then, parse_record(now, str(path))) or [_BENEATH]
    return Rerun(figure, False, (*why, *told))


def _sources(record: Record, folder: Path, given: Sequence[str]) -> list[str]:
    """Return the path of every input of a record."""
    wanted = [name for name in record.recipe.inputs if not name.startswith(PREFIX)]
    named = {Path(each).name: each for each in given}
    if len(given) == len(wanted) == 1:
        named = {wanted[0]: given[0]}
    for name, path in named.items():
        if name not in wanted:
            fix = f"it has {', '.join(wanted) or 'samples only'}"
            raise UsageError(f"the figure has no input {name}", argument("input", path), fix)
    return [
        name if name.startswith(PREFIX) else named.get(name) or _found(name, folder)
        for name in record.recipe.inputs
    ]


def _found(name: str, folder: Path) -> str:
    for path in (folder / name, Path(name)):
        if path.is_file():
            return str(path)
    what = f"its input {name} is neither beside it nor in the current folder"
    raise InputError(what, str(folder), argument("input", f"FOLDER/{name}"))
