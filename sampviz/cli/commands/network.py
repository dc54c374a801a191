"""`sampviz network`: the layers of a network that change resolution."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from sampviz.cli.completion import complete_input
from sampviz.cli.console.preview import show_on_terminal
from sampviz.cli.console.say import say
from sampviz.cli.input_options import Reading
from sampviz.cli.network_outputs import figure_of, print_values, read_arrays, write_page
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
    silence_warnings,
    takes_look_options,
    with_options,
)
from sampviz.core.errors import UsageError
from sampviz.figures.options import LOOK
from sampviz.images.selection import HELP_PANEL, READING_OPTIONS
from sampviz.networks.preparation_options import PREPARATION_OPTIONS

_READING = ("plane", "slice", "frame", "nan")
_ENTERING = "How the image enters"
_NUMBERS = (".csv", ".json", ".npy")  # others are figures


def _takes_preparation(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of how an image enters; it gets them as `preparation`."""
    parameters = [parameter_of(option, _ENTERING) for option in PREPARATION_OPTIONS.values()]
    parameters += [parameter_of(READING_OPTIONS[name], HELP_PANEL) for name in _READING]
    return with_options(command, "preparation", parameters)


@takes_look_options
@_takes_preparation
def network(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="MODEL.onnx",
            help="A network that was exported to ONNX, or sample:unet.",
            show_default=False,
        ),
    ] = None,
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
    shift: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=256,
            metavar="PX",
            help="Move the image by 0..PX along its last axis, and draw how far the output is from"
            " moving with it: MODEL-NAME_shift.png.",
            show_default=False,
        ),
    ] = None,
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
    output: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Measure only layers that this output is made of.",
            show_default=False,
        ),
    ] = None,
    maps: Annotated[
        str | None,
        typer.Option(
            metavar="LAYER",
            help="Write what enters this layer, by number or name, as C x H x W: -o FILE.npy.",
            show_default=False,
            rich_help_panel=OUTPUT,
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
    plans: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="nnUNetPlans.json, in place of MODEL.onnx, --size and --spacing: the network that"
            " it describes.",
        ),
    ] = None,
    configuration: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Which one of the plans; 3d_fullres by default, or the only one."
        ),
    ] = None,
    torch: Annotated[
        str | None,
        typer.Option(
            metavar="MODULE:NAME",
            help="In place of MODEL.onnx: code of yours that makes the network in torch, as"
            " package.module:factory; it is exported.",
        ),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Its weights: a state dict by torch.save."),
    ] = None,
    allow_code: Annotated[
        bool, typer.Option("--allow-code", help="Let the code of --torch be run.")
    ] = False,
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
    where sample 0 nominally lies, in input pixels; centroid: how far behind that the energy of a
    learned kernel lies, in samples of the map that enters.
    Below stand the merges of branches that came through different layers, and how far their
    samples lie apart: by the path that moves least to the path that moves most. With an image the
    network is run, with its own weights, and each layer is measured on the maps that enter it: what
    of them the result cannot hold, what folds where samples are dropped, how far the result is from
    moving with the maps; a figure shows it. Without one nothing is run.
    """
    silence_warnings(quiet)
    if torch is not None and image is None:
        model, image = None, model
    if model is None and plans is None and torch is None:
        raise UsageError("missing MODEL.onnx", "sampviz network", "`sampviz network --help`")
    source = {
        "plans": plans,
        "configuration": configuration,
        "torch": torch,
        "weights": weights,
        "allow_code": allow_code,
    }
    entry = {**preparation, "size": size, "spacing": spacing or None, "input": input_, "swap": swap}
    entry["output"] = output
    arguments: dict[str, Any] = {
        "also": read_arrays(also or ()),
        "shift": shift,
        "maps": maps,
        **source,
    }
    name = model or torch
    if image is None or name is None:
        from sampviz.networks.network import network as network_of

        result = network_of(model, image, **entry, **arguments, out=out)
        print_values(result, json=json)
        return
    from sampviz.cli.output_files import STDOUT, deliver, print_path, targets_of
    from sampviz.figures.captions.caption_formats import check_captions, parse_formats
    from sampviz.recipes.draw import check_recipe, prepare_recipe
    from sampviz.recipes.draw_network import network_recipe, run_network

    reading = {name: entry.pop(name) for name in _READING}
    values = {**reading, "layers": layers, "title": title, **look}
    if swap is None and (shift is not None or maps is not None):
        entry["swap"] = ""  # what is written has none
    recipe = network_recipe(name, image, entry, values)
    (check_recipe if torch is None else prepare_recipe)(recipe)  # code is no file
    arguments["model"] = model
    if maps is not None or (out is not None and out.suffix.lower() in _NUMBERS):
        result = run_network(recipe, out=out, overwrite=overwrite, **arguments)
        if json or not quiet:
            print_values(result, json=json)
        if out is not None:
            print_path(out, err=json)
        return
    if out is not None and out.suffix.lower() == ".html":
        write_page(recipe, out, arguments, overwrite=overwrite)
        return
    kind = "network" if shift is None else "shift"
    targets = targets_of([[name, image]], out, kind, overwrite=overwrite)
    captions = parse_formats(caption) if shift is None else []
    check_captions(captions, targets, [name, image])
    result = run_network(recipe, **arguments)
    if targets != [STDOUT] and (json or not quiet):
        print_values(result, json=json)
    figure = figure_of(result, recipe, has_record=not (also or torch))
    if figure is None:
        say("No layer has anything to draw: there is no figure.")
        return
    deliver(figure, targets[0], overwrite=overwrite, captions=captions, err=json)
    if preview:
        show_on_terminal(targets)
