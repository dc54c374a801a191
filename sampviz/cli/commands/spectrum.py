"""`sampviz spectrum`: radial power spectra of an image and of what chains make of it."""

from collections.abc import Sequence
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sampviz.cli.console.preview import show_on_terminal
from sampviz.cli.failures import for_each_input
from sampviz.cli.input_options import (
    InputNames,
    Reading,
    chains_option,
    distinct_warnings,
    parsed_chains,
    takes_reading_options,
)
from sampviz.cli.options import (
    FIGURE_FILE,
    OUTPUT,
    AllowCode,
    Json,
    Overwrite,
    Preview,
    Quiet,
    figure_option,
    print_json,
    silence_warnings,
    takes_look_options,
)
from sampviz.core.errors import UsageError
from sampviz.core.standard_input import input_name

if TYPE_CHECKING:
    from sampviz.figures.charts.spectrum import Of, RadialCurve, Unit
    from sampviz.images.image import Image
    from sampviz.ops.chain import Chain


@takes_reading_options
@takes_look_options
def spectrum(
    inputs: InputNames,
    ops: Annotated[list[str], chains_option("a curve each")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help=f"{FIGURE_FILE}, or a folder; NAME_spectrum.png by default.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    levels: Annotated[int, figure_option("levels")] = 1,
    of: Annotated[
        Literal["mean", "sum"],
        typer.Option(metavar="WORD", help="mean or sum of the power in each ring of frequencies."),
    ] = "mean",
    unit: Annotated[
        Literal["px", "mm"],
        typer.Option(metavar="WORD", help="px, cycles per pixel of the original, or mm, per mm."),
    ] = "px",
    two_d: Annotated[
        bool, typer.Option("--two-d", help="The spectra as images, side by side, not as curves.")
    ] = False,
    json: Json = False,
    *,
    reading: Reading,
    look: dict[str, Any],
    preview: Preview = False,
    allow_code: AllowCode = False,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Draw the radial power spectra of an image and of what every chain makes of it.

    All on one axis, with the old and the new Nyquist frequencies: beyond the new one nothing can be
    kept, only be lost or be folded below it. Below stands, of a plane, the power of every output
    over the original's: above 0 dB was folded in or added, below was lost. Of a volume with thick
    slices the spectra within and across them are drawn apart. --json prints the numbers and draws
    nothing.
    """
    silence_warnings(quiet)
    chains = parsed_chains(ops, allow_code=allow_code)
    if json and (len(inputs) > 1 or out or two_d or preview):
        raise UsageError(
            "JSON is of one input, and nothing is drawn",
            "--json",
            "leave -o, --two-d and --preview out",
        )

    from sampviz.analysis.channel_choice import load_chosen
    from sampviz.cli.output_files import deliver, targets_of
    from sampviz.core.atomic_write import make_folder
    from sampviz.figures.charts.spectrum import UNITS
    from sampviz.figures.charts.volume_spectrum import unit_of_frequencies
    from sampviz.figures.grids import spectrum as grids
    from sampviz.images.discovery import check_inputs
    from sampviz.images.selection import Selection

    selection = Selection.of(reading)

    if json:
        image = load_chosen(inputs[0], selection, chains)
        print_json(
            {
                "input": input_name(inputs[0]),
                "unit": UNITS[unit] if image.axes == 2 else unit_of_frequencies(unit),
                "of": of,
                "curves": _curves(image, chains, levels, of, unit),
            }
        )
        return
    groups = [[source] for source in inputs]
    targets = targets_of(groups, out, "spectrum", overwrite=overwrite)
    check_inputs(inputs)

    def draw(pair: tuple[str, Path]) -> None:
        source, target = pair
        with distinct_warnings(source, inputs):
            image = load_chosen(source, selection, chains)
            figure = grids.spectrum(
                image, chains, levels=levels, of=of, unit=unit, two_d=two_d, **look
            )
        if len(inputs) > 1:
            make_folder(target.parent)
        deliver(figure, target, overwrite=overwrite)

    pairs = list(zip(inputs, targets, strict=True))
    for_each_input(draw, pairs, inputs, "drawing", quiet=quiet)
    if preview:
        show_on_terminal(targets)


def _curves(
    image: "Image",
    chains: "Sequence[Chain]",
    levels: int,
    of: "Of",
    unit: "Unit",
) -> list[dict[str, Any]]:
    """Return the numbers of all curves; of volumes also their axes, and what each ring holds."""
    from sampviz.analysis.evaluation import AXIS_NAMES
    from sampviz.figures.charts.spectrum import radial_curves
    from sampviz.figures.charts.volume_spectrum import shell_coverage, volume_curves

    if image.axes == 2:
        return [_numbers(curve, of) for curve in radial_curves(image, chains, levels, unit)]
    return [
        _numbers(curve, of)
        | {"axes": [AXIS_NAMES[axis] for axis in axes], "count": curve.radial.count.tolist()}
        | ({"coverage": shell_coverage(image, curve, unit)} if len(axes) == 3 else {})
        for axes, curves in volume_curves(image, chains, levels, unit)
        for curve in curves
    ]


def _numbers(curve: "RadialCurve", of: "Of") -> dict[str, Any]:
    return {
        "chain": str(curve.chain) if curve.chain else None,
        "frequency": curve.radial.frequency.tolist(),
        "power": [_number(power) for power in curve.power(of).tolist()],
        "variance": _number(curve.radial.variance),
        "parseval": _number(curve.radial.parseval),
        "note": curve.note,
    }


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return None if isnan(value) else value
