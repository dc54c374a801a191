"""The tables of a network on the terminal: its layers, what they do to an image, its merges."""

from collections.abc import Sequence
from fractions import Fraction
from math import isnan

import typer

from sampviz.cli.console.table import fraction_text, print_table
from sampviz.core.text import counted, escape_control
from sampviz.networks.ladder import Layer, Merge, Network
from sampviz.networks.output_shift import OutputShift

_SHRINKING = {
    "nyquist": "above Nyquist",
    "alias": "alias",
    "fold": "folded",
    "fold_inner": "inside",
    "equivariance": "shift error",
}
_ENLARGING = {"above": "above Nyquist", "checkerboard": "checkerboard"}
_LISTED_NAMES = 4  # of a note; --json has them all


def print_network(result: Network) -> None:
    """Print what is known of a network: what entered, its layers, their numbers, its merges."""
    if result.entering:
        typer.echo(escape_control(str(result.entering)) + "\n")
    _print_layers(result.layers)
    if result.entering:
        _print_shrinking(result.layers)
        _print_enlarging(result.layers)
    if result.shift:
        _print_shift(result.shift)
    if result.merges:
        typer.echo("\nWhere branches meet that came through different layers (0 is the input):")
        _print_merges(result.merges)
    _print_notes(result)


def _print_shrinking(layers: Sequence[Layer]) -> None:
    rows = []
    for layer in layers:
        measures = layer.measures
        if measures is None or "nyquist" not in measures.values:
            continue
        cells = [_share(measures.values.get(name)) for name in _SHRINKING]
        few = " (few samples)" if measures.notes else ""
        channel = "" if measures.shown is None else str(measures.shown.channel)
        rows.append([str(layer.number), layer.op + few, *cells, channel])
        for swap in measures.swaps:
            cells = [_share(swap.values.get(name)) for name in _SHRINKING]
            rows.append(["", f"{swap.op} in its place", *cells, ""])
    if rows:
        typer.echo("\nWhat layers that shrink do to the maps that enter them:")
        print_table(["layer", "what it is", *_SHRINKING.values(), "channel that folds most"], rows)


def _print_enlarging(layers: Sequence[Layer]) -> None:
    rows = [
        [str(layer.number), layer.op, *(_share(layer.measures.values[name]) for name in _ENLARGING)]
        for layer in layers
        if layer.measures is not None and _ENLARGING.keys() <= layer.measures.values.keys()
    ]
    if rows:
        typer.echo("\nWhat layers that enlarge add to the maps that enter them:")
        print_table(["layer", "what it is", *_ENLARGING.values()], rows)


def _print_shift(shift: OutputShift) -> None:
    bands = {f"below 1/{2 * band} c/px": values for band, values in shift.low.items()}
    columns = {"error E": shift.errors, **bands, "class changes": shift.changes}
    if shift.drift is not None:
        columns["largest drift"] = shift.drift
    rows = [
        [str(d), *(_share(float(values[i])) for values in columns.values())]
        for i, d in enumerate(shift.shifts)
    ]
    typer.echo(f"\nHow far {escape_control(shift.output)} is from moving with the image:")
    print_table(["shift px", *columns], rows)
    for swap in shift.swaps:
        margin = "" if swap.shift.margin is None else f", margin {swap.shift.margin:.3g}"
        typer.echo(
            f"\nWith {swap.op} in place of {counted(swap.layers, 'layer')} ({swap.kind}), not"
            " trained again:"
            f" its output lies {swap.distance:.3g} from that of the network{margin}."
        )
        rows = [
            [str(d), _share(float(error))]
            for d, error in zip(swap.shift.shifts, swap.shift.errors, strict=True)
        ]
        print_table(["shift px", "error E"], rows)
    if shift.margin is not None:
        typer.echo(f"Margin of the largest value at shift 0: {shift.margin:.3g}.")
    if shift.reads_positions:
        typer.echo(
            "It is made without pooling over all of space: it depends on positions by right, and"
            " that part of its drift is no aliasing."
        )


def _share(value: float | None) -> str:
    return "–" if value is None or isnan(value) else f"{value:.3f}"


def _print_layers(layers: Sequence[Layer]) -> None:
    headings = ["layer", "what it is", "size", "step px", "delta px", "Nyquist c/px"]
    has_centroid = any(layer.centroid for layer in layers)
    rows = []
    for layer in layers:
        cells = [str(layer.number), layer.op or "input", "x".join(map(str, layer.size))]
        cells += [_joined(layer.step), _joined_intervals(layer.delta), _joined(layer.nyquist)]
        if layer.spacing and layer.nyquist_per_mm:
            cells += [_joined(layer.spacing), _joined(layer.nyquist_per_mm)]
        if has_centroid:
            cells.append(_joined_texts([f"{value:+.2f}" for value in layer.centroid or ()]))
        rows.append([*cells, layer.name])
    in_mm = ["step mm", "Nyquist c/mm"] if layers[0].spacing else []
    print_table([*headings, *in_mm, *(["centroid"] if has_centroid else []), "name"], rows)


def _print_merges(merges: Sequence[Merge]) -> None:
    headings = ["layers", "size", "apart in samples", "px"]
    rows = []
    for merge in merges:
        cells = [" and ".join(map(str, merge.layers)), "x".join(map(str, merge.size))]
        cells += [_joined_intervals(merge.apart), _joined_intervals(merge.apart_px)]
        if merge.apart_mm:
            cells.append(_joined_intervals(merge.apart_mm))
        rows.append([*cells, f"{merge.name} ({merge.op})"])
    print_table([*headings, *(["mm"] if merges[0].spacing else []), "name"], rows)


def _print_notes(result: Network) -> None:
    for layer in result.layers:
        if layer.measures and not layer.measures.values:
            reason = escape_control("; ".join(layer.measures.undefined.values()))
            typer.echo(f"\nLayer {layer.number} is not measured: {reason}.")
    if result.pooled:
        names = escape_control(_listed(result.pooled))
        typer.echo(f"\nPools all of the space, and is no layer of the ladder: {names}.")
    for name, steps in result.different_steps.items():
        typer.echo(
            f"\nMaps of different steps meet in {escape_control(name)},"
            f" {' and '.join(map(_joined, steps))} px: how far they lie apart changes along the"
            " map, and is not in the table."
        )
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
    return _joined_texts([fraction_text(value) for value in values])


def _joined_intervals(values: Sequence[tuple[Fraction | float, Fraction | float]]) -> str:
    """Return intervals, of which those without extent are one number."""
    return _joined_texts(
        [
            fraction_text(low) if low == high else f"{fraction_text(low)}..{fraction_text(high)}"
            for low, high in values
        ]
    )


def _joined_texts(texts: Sequence[str]) -> str:
    return texts[0] if len(set(texts)) == 1 else " x ".join(texts)
