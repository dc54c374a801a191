"""`sampviz network`: the layers of a network that change resolution."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sampviz.cli.completion import complete_input
from sampviz.cli.console.preview import show_on_terminal
from sampviz.cli.input_options import Reading
from sampviz.cli.options import (
    FIGURE_FILE,
    OUTPUT,
    Captions,
    Json,
    Overwrite,
    Preview,
    Quiet,
    figure_option,
    parameter_of,
    print_json,
    silence_warnings,
    takes_look_options,
    with_options,
)
from sampviz.core.errors import UsageError
from sampviz.figures.options import LOOK
from sampviz.images.selection import HELP_PANEL, READING_OPTIONS
from sampviz.networks.preparation_options import PREPARATION_OPTIONS

if TYPE_CHECKING:
    from sampviz.images.image import Image
    from sampviz.networks.ladder import Layer, Merge, Network
    from sampviz.recipes.recipe import Recipe

SHRINKING = {
    "nyquist": "above Nyquist",
    "alias": "alias",
    "fold": "folded",
    "fold_inner": "inside",
    "equivariance": "shift error",
}
ENLARGING = {"above": "above Nyquist", "checkerboard": "checkerboard"}
_READING = ("plane", "slice", "frame", "nan")
_ENTERING = "How the image enters"
_NUMBERS = (".csv", ".json")  # files of numbers; others are figures
_LISTED_NAMES = 4  # of a note; --json has them all


def _takes_preparation(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of how an image enters; it gets them as `preparation`."""
    parameters = [parameter_of(option, _ENTERING) for option in PREPARATION_OPTIONS.values()]
    parameters += [parameter_of(READING_OPTIONS[name], HELP_PANEL) for name in _READING]
    return with_options(command, "preparation", parameters)


@takes_look_options
@_takes_preparation
def network(
    model: Annotated[
        str, typer.Argument(metavar="MODEL.onnx", help="A network that was exported to ONNX.")
    ],
    image: Annotated[
        str | None,
        typer.Argument(
            metavar="INPUT",
            help="What enters it: PNG, JPEG, NIfTI or .npy file, or sample:NAME.",
            show_default=False,
            autocompletion=complete_input,
        ),
    ] = None,
    swap: Annotated[
        str | None,
        typer.Option(
            metavar="LIST",
            help="Filters in place of layers, on the same maps: max=maxblur,conv=blur:k=5.",
            show_default=False,
        ),
    ] = None,
    layers: Annotated[
        str | None,
        typer.Option(
            metavar="LIST",
            help="Layers that are drawn in full: 1,3,5-8, or their names; by default all, or those"
            " that fold most.",
            show_default=False,
            rich_help_panel=LOOK,
        ),
    ] = None,
    title: Annotated[str | None, figure_option("title", rich_help_panel=LOOK)] = None,
    size: Annotated[
        str | None,
        typer.Option(
            metavar="HxW",
            help="Resample the image to rows x columns, or DxHxW; without INPUT what the model"
            " leaves open.",
            show_default=False,
        ),
    ] = None,
    spacing: Annotated[
        str | None,
        typer.Option(metavar="RxC", help="mm between rows x between columns, or one number."),
    ] = None,
    input_: Annotated[
        str | None,
        typer.Option("--input", metavar="NAME", help="The input that is the image, of several."),
    ] = None,
    also: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FILE.npy", help="What enters another input.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help=f"The figure: {FIGURE_FILE}, MODEL-NAME_network.png by default; FILE.html: a page"
            " with many channels of each layer; FILE.csv or .json: all numbers.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    *,
    preparation: Reading,
    look: dict[str, Any],
    caption: Captions = None,
    preview: Preview = False,
    overwrite: Overwrite = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Print the layers of a network that change resolution, and what they do to an image inside.

    Size, step, delta and Nyquist are those of the result, accumulated from the input on. Delta:
    where sample 0 nominally lies, in input pixels; what a kernel has learned may lie elsewhere.
    Below stand the merges of branches that came through different layers, and how far their
    samples lie apart: by the path that moves least to the path that moves most. With an image the
    network is run, with its own weights, and each layer is measured on the maps that enter it: what
    of them the result cannot hold, what folds where samples are dropped, how far the result is from
    moving with the maps; a figure shows it. Without one nothing is run.
    """
    silence_warnings(quiet)
    entry = {**preparation, "size": size, "spacing": spacing, "input": input_, "swap": swap}
    arguments: dict[str, Any] = {"also": _read_arrays(also or ())}
    if image is None:
        from sampviz.networks.network import network as network_of

        _print(network_of(model, out=out, **entry, **arguments), json=json)
        return
    from sampviz.cli.output_files import STDOUT, deliver, print_path, targets_of
    from sampviz.figures.captions.caption_formats import check_captions, parse_formats
    from sampviz.recipes.draw import check_recipe
    from sampviz.recipes.draw_network import draw_network, network_recipe, run_network

    reading = {name: entry.pop(name) for name in _READING}
    values = {**reading, "layers": layers, "title": title, **look}
    recipe = network_recipe(model, image, entry, values)
    check_recipe(recipe)
    if out is not None and out.suffix.lower() in _NUMBERS:
        result = run_network(recipe, out=out, overwrite=overwrite, **arguments)
        if json or not quiet:
            _print(result, json=json)
        print_path(out, err=json)
        return
    if out is not None and out.suffix.lower() == ".html":
        _write_page(recipe, out, arguments, overwrite=overwrite)
        return
    targets = targets_of([[model, image]], out, "network", overwrite=overwrite)
    captions = parse_formats(caption)
    check_captions(captions, targets, [model, image])
    result = run_network(recipe, **arguments)
    figure = draw_network(recipe, result)
    if also:
        figure.record = ""  # by which it could not be made again
    if targets != [STDOUT] and (json or not quiet):
        _print(result, json=json)
    deliver(figure, targets[0], overwrite=overwrite, captions=captions, err=json)
    if preview:
        show_on_terminal(targets)


def _write_page(recipe: "Recipe", out: Path, arguments: dict[str, Any], *, overwrite: bool) -> None:
    from sampviz.cli.output_files import print_path
    from sampviz.core.atomic_write import check_target
    from sampviz.recipes.draw_network import run_network
    from sampviz.report.network_page import KEPT, network_report
    from sampviz.report.write_page import check_jinja

    check_jinja()
    check_target(out, recipe.inputs, overwrite=overwrite)
    result = run_network(recipe, keep=KEPT, **arguments)
    print_path(network_report(result, out, overwrite=overwrite))


def _print(result: "Network", *, json: bool) -> None:
    if not json:
        _print_network(result)
        return
    from sampviz.networks.network_table import network_values

    print_json(network_values(result, channels=False))


def _read_arrays(texts: Sequence[str]) -> "dict[str, Image]":
    """Return the arrays of other inputs, by name."""
    from sampviz.images.load import load

    arrays = {}
    for text in texts:
        name, equals, path = text.partition("=")
        if not equals:
            raise UsageError(f"{text!r} names no input", "--also", "write NAME=FILE.npy")
        arrays[name] = load(path, series=True)
    return arrays


def _print_network(result: "Network") -> None:
    from sampviz.core.text import escape_control

    if result.entering:
        typer.echo(escape_control(str(result.entering)) + "\n")
    _print_layers(result.layers)
    if result.entering:
        _print_shrinking(result.layers)
        _print_enlarging(result.layers)
    if result.merges:
        typer.echo("\nWhere branches meet that came through different layers (0 is the input):")
        _print_merges(result.merges)
    _print_notes(result)


def _print_shrinking(layers: "Sequence[Layer]") -> None:
    from sampviz.cli.console.table import print_table

    rows = []
    for layer in layers:
        measures = layer.measures
        if measures is None or "nyquist" not in measures.values:
            continue
        cells = [_share(measures.values.get(name)) for name in SHRINKING]
        few = " (few samples)" if measures.notes else ""
        channel = "" if measures.shown is None else str(measures.shown.channel)
        rows.append([str(layer.number), layer.op + few, *cells, channel])
        for swap in measures.swaps:
            cells = [_share(swap.values.get(name)) for name in SHRINKING]
            rows.append(["", f"{swap.op} in its place", *cells, ""])
    if rows:
        typer.echo("\nWhat layers that shrink do to the maps that enter them:")
        print_table(["layer", "what it is", *SHRINKING.values(), "channel that folds most"], rows)


def _print_enlarging(layers: "Sequence[Layer]") -> None:
    from sampviz.cli.console.table import print_table

    rows = [
        [str(layer.number), layer.op, *(_share(layer.measures.values[name]) for name in ENLARGING)]
        for layer in layers
        if layer.measures is not None and ENLARGING.keys() <= layer.measures.values.keys()
    ]
    if rows:
        typer.echo("\nWhat layers that enlarge add to the maps that enter them:")
        print_table(["layer", "what it is", *ENLARGING.values()], rows)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _print_layers(layers: "Sequence[Layer]") -> None:
    from sampviz.cli.console.table import print_table

    headings = ["layer", "what it is", "size", "step px", "delta px", "Nyquist c/px"]
    rows = []
    for layer in layers:
        cells = [str(layer.number), layer.op or "input", "x".join(map(str, layer.size))]
        cells += [_joined(layer.step), _joined_intervals(layer.delta), _joined(layer.nyquist)]
        if layer.spacing and layer.nyquist_per_mm:
            cells += [_joined(layer.spacing), _joined(layer.nyquist_per_mm)]
        rows.append([*cells, layer.name])
    in_mm = ["step mm", "Nyquist c/mm"] if layers[0].spacing else []
    print_table([*headings, *in_mm, "name"], rows)


def _print_merges(merges: "Sequence[Merge]") -> None:
    from sampviz.cli.console.table import print_table

    headings = ["layers", "size", "apart in samples", "px"]
    rows = []
    for merge in merges:
        cells = [" and ".join(map(str, merge.layers)), "x".join(map(str, merge.size))]
        cells += [_joined_intervals(merge.apart), _joined_intervals(merge.apart_px)]
        if merge.apart_mm:
            cells.append(_joined_intervals(merge.apart_mm))
        rows.append([*cells, f"{merge.name} ({merge.op})"])
    print_table([*headings, *(["mm"] if merges[0].spacing else []), "name"], rows)


def _print_notes(result: "Network") -> None:
    from sampviz.core.text import escape_control

    if result.pooled:
        names = escape_control(_listed(result.pooled))
        typer.echo(f"\nPools all of the space, and is no layer of the ladder: {names}.")
    for name, layers in result.ends.items():
        typer.echo(
            f"\nThe ladder ends at {escape_control(name)}: nobody knows where its samples lie."
            f" Layers behind it: {escape_control(_listed(layers))}."
        )


def _listed(names: Sequence[str]) -> str:
    """Return the first names of a list, and how many there are where it is long."""
    text = ", ".join(names[:_LISTED_NAMES])
    return text if len(names) <= _LISTED_NAMES else f"{text}, … ({len(names)} in all)"


def _joined(values: Sequence[Fraction | float]) -> str:
    return _joined_texts([_number(value) for value in values])


def _joined_intervals(values: Sequence[tuple[Fraction | float, Fraction | float]]) -> str:
    """Return intervals, of which those without extent are one number."""
    return _joined_texts(
        [
            _number(low) if low == high else f"{_number(low)}..{_number(high)}"
            for low, high in values
        ]
    )


def _joined_texts(texts: Sequence[str]) -> str:
    return texts[0] if len(set(texts)) == 1 else " x ".join(texts)


def _number(value: Fraction | float) -> str:
    is_short = isinstance(value, Fraction) and value.denominator <= 16
    return str(value) if is_short else f"{float(value):.4g}"
