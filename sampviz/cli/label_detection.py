"""`sampviz detect` with `--labels`: what is printed and written of the components of label maps."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from sampviz.analysis.components.options import LABEL_OPTIONS, LabelOptions
from sampviz.cli.options import parameter_of, print_json, with_options
from sampviz.core.errors import SampvizError, SampvizWarning, UsageError, flag
from sampviz.figures.detect_options import DetectOptions

if TYPE_CHECKING:
    from sampviz.ops.chain import Chain

LABELS = "Label maps"  # the panel of the help
_PARAMETERS = [parameter_of(option, LABELS) for option in LABEL_OPTIONS.values()]
_TELLING = ("plane", "slice", "volume", "max_pixels", "layout", "palette", "dataset", "as_")


def takes_label_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of components; it gets them as one argument, `of_labels`."""
    return with_options(command, "of_labels", _PARAMETERS)


def is_label_map(source: str, reading: Mapping[str, Any]) -> bool:
    """Return whether an input is a label map, by its file or its content.

    What cannot be read is none: the command says why when it reads it.
    """
    if reading["as_"]:
        return bool(reading["as_"] == "labels")
    if reading["kspace"] or reading["channel"] is not None or reading["mosaic"]:
        return False
    from sampviz.images.load import load

    chosen = {name: value for name, value in reading.items() if name in _TELLING}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampvizWarning)
        try:
            return load(source, **chosen).labels is not None
        except SampvizError:
            return False


def refuse_words(words: Mapping[str, Any], what: str, fix: str = "leave it out") -> None:
    """Raise UsageError for options that are given and mean nothing here."""
    defaults = {**vars(DetectOptions()), **vars(LabelOptions())}
    given = [name for name, value in words.items() if value != defaults.get(name)]
    if given:
        raise UsageError(what, ", ".join(map(flag, given)), fix)


def run_on_labels(
    inputs: Sequence[str],
    labels: Sequence[str] | None,
    chains: Sequence["Chain"],
    out: Path | None,
    *,
    overwrite: bool,
    json: bool,
    quiet: bool,
    **words: Any,
) -> None:
    """Measure the components of maps, print the table of bins, and write the numbers to a file.

    `inputs` are the images, or the maps where there are no `labels`; `words` go to `detect_labels`.
    """
    from sampviz.analysis.components.tables import cells, check_table, headings, summary_lines
    from sampviz.cli.console.table import print_table
    from sampviz.cli.output_files import print_path
    from sampviz.core.atomic_write import check_target
    from sampviz.recipes.detect_labels import detect_labels

    if out:
        check_table(out)
        check_target(out, [*inputs, *(labels or ())], overwrite=overwrite)
    maps, images = (list(labels), list(inputs)) if labels else (list(inputs), None)
    result = detect_labels(maps, chains, image=images, **words)
    if json:
        print_json(result.json())
        return
    if not (out and quiet):
        print_table(headings(result.outcomes), cells(result.outcomes))
        typer.echo()
        for line in summary_lines(result.outcomes):
            typer.echo(f"– {line}")
    if out:
        print_path(result.save(out, overwrite=overwrite))
