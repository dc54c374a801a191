"""`sampviz network`: the layers of a network that change resolution."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sampviz.cli.options import Json, print_json
from sampviz.core.errors import UsageError

if TYPE_CHECKING:
    from sampviz.networks.ladder import Layer, Merge, Network

_LISTED_NAMES = 4  # of a note; --json has them all


def network(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="MODEL.onnx",
            help="A network that was exported to ONNX, or sample:unet.",
            show_default=False,
        ),
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(
            metavar="HxW",
            help="Rows x columns of the image, or DxHxW, where the model leaves them open.",
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
    json: Json = False,
) -> None:
    """Print the layers of a network that change resolution, and where its branches meet.

    Size, step, delta and Nyquist are those of the result, accumulated from the input on. Delta:
    where sample 0 nominally lies, in input pixels; what a kernel has learned may lie elsewhere.
    Below stand the merges of branches that came through different layers, and how far their
    samples lie apart: by the path that moves least to the path that moves most. Nothing is run.
    """
    if model is None and plans is None and torch is None:
        raise UsageError("missing MODEL.onnx", "sampviz network", "`sampviz network --help`")
    from sampviz.networks.network import network as network_of

    result = network_of(
        model,
        size=size,
        spacing=spacing or None,
        input=input_,
        plans=plans,
        configuration=configuration,
        torch=torch,
        weights=weights,
        allow_code=allow_code,
    )
    if json:
        print_json(
            {
                "layers": list(map(_layer_values, result.layers)),
                "merges": list(map(_merge_values, result.merges)),
                "pooled": list(result.pooled),
                "ends": {name: list(layers) for name, layers in result.ends.items()},
            }
        )
        return
    _print_layers(result.layers)
    if result.merges:
        typer.echo("\nWhere branches meet that came through different layers (0 is the input):")
        _print_merges(result.merges)
    _print_notes(result)


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


def _layer_values(layer: "Layer") -> dict[str, object]:
    return {
        "name": layer.name,
        "op": layer.op,
        "entering": list(layer.entering),
        "size": list(layer.size),
        "step": [float(v) for v in layer.step],
        "delta": [[float(v) for v in ends] for ends in layer.delta],
        "nyquist_frequency": [float(v) for v in layer.nyquist],
        "spacing": list(layer.spacing) if layer.spacing else None,
        "nyquist_per_mm": list(layer.nyquist_per_mm) if layer.nyquist_per_mm else None,
    }


def _merge_values(merge: "Merge") -> dict[str, object]:
    return {
        "name": merge.name,
        "op": merge.op,
        "layers": list(merge.layers),
        "size": list(merge.size),
        "step": [float(v) for v in merge.step],
        "apart": [[float(v) for v in ends] for ends in merge.apart],
        "apart_px": [[float(v) for v in ends] for ends in merge.apart_px],
        "apart_mm": [list(ends) for ends in merge.apart_mm] if merge.apart_mm else None,
    }


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
