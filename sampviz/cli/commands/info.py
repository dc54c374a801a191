"""`sampviz info`: what was read."""

from typing import TYPE_CHECKING

import typer

from sampviz.cli.input_options import InputName, Reading, takes_reading_options
from sampviz.cli.options import Json, Quiet, print_json, silence_warnings
from sampviz.core.standard_input import input_name
from sampviz.core.text import escape_control

if TYPE_CHECKING:
    from sampviz.images.image import Image

_TEMPLATES = {"talairach": "Talairach", "mni": "MNI 152", "template": "of a template"}


@takes_reading_options
def info(
    source: InputName,
    *,
    reading: Reading,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Print what is read of a file: shape, type, spacing, axes, values, the slice that is taken."""
    silence_warnings(quiet or json)  # in JSON the warnings are a list
    from sampviz.images.load import load
    from sampviz.images.summary import summarize

    image = load(source, **reading, series=True)
    summary = summarize(image)
    if json:
        print_json({"input": input_name(source), **summary})
        return
    stored = "x".join(map(str, summary["stored_shape"]))
    lines = {
        "name": image.name,
        "stored": f"{image.file.format}, {stored}, {image.file.dtype}",
        "taken": image.taken or "the whole image",
        "size": "x".join(map(str, image.size)) + _channels(image),
        "values": f"{summary['dtype']}, {_number(summary['min'])}..{_number(summary['max'])},"
        f" mean {_number(summary['mean'])}, {summary['nan']} NaN, {summary['inf']} infinite",
    }
    lines["range"] = _range(image)
    if image.labels:
        lines["labels"] = str(image.labels)
    if image.spacing:
        lines["spacing"] = "x".join(f"{mm:.4g}" for mm in image.spacing) + " mm"
        nyquist = "x".join(f"{frequency:.4g}" for frequency in summary["nyquist_per_mm"])
        lines["Nyquist"] = f"{nyquist} cycles/mm"
    if image.geometry and image.geometry.axes:
        *slices, rows, columns = image.geometry.axes
        lines["axes"] = f"rows count to {rows}, columns to {columns}"
        lines["axes"] += "".join(f", slices to {letter}" for letter in slices)
    if summary.get("space") in _TEMPLATES:
        lines["space"] = _TEMPLATES[summary["space"]]
    if summary.get("intent") not in (None, "none"):
        lines["intent"] = summary["intent"]
    if summary.get("seconds_per_frame"):
        lines["time"] = f"{summary['seconds_per_frame']:g} s from frame to frame"
    if image.header_window:
        low, high = image.header_window
        source, _, choice = image.window_source.partition(", ")
        lines["window"] = f"{low:g}..{high:g}, by {source} of the file: --window header"
        lines["window"] += f" ({choice})" if choice else ""
    lines |= image.file.facts
    for key, value in lines.items():
        typer.echo(f"{key + ':':<9} {escape_control(str(value))}")


def _channels(image: "Image") -> str:
    """Return what a pixel or voxel holds besides one number."""
    if image.colour:
        return ", RGB"
    if image.array.ndim == image.axes:
        return ""
    is_series = image.axes == 3 and image.file.header is not None
    return f", {len(image.array)} {'frames' if is_series else 'channels'}"


def _range(image: "Image") -> str:
    """Return the range of the data, and what else is known of it."""
    from sampviz.images.value_range import small_part_note, value_range

    parts = [str(value_range(image)), small_part_note(image)]
    return "; ".join(filter(None, parts))


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.6g}"
