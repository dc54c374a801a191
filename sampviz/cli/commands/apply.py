"""`sampviz apply`: the array that a chain makes."""

from pathlib import Path
from typing import Annotated

import typer

from sampviz.cli.completion import complete_chains
from sampviz.cli.console.say import say
from sampviz.cli.input_options import InputName, Reading, takes_reading_options
from sampviz.cli.options import OUTPUT, AllowCode, Overwrite, Quiet, silence_warnings


@takes_reading_options
def apply(
    source: InputName,
    chain: Annotated[
        str,
        typer.Argument(
            metavar="CHAIN",
            help="e.g. max:times=2+bilinear:4",
            show_default=False,
            autocompletion=complete_chains,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="FILE.npy, .nii.gz, .nii or .png",
            show_default=False,
            rich_help_panel=OUTPUT,
        ),
    ],
    *,
    reading: Reading,
    stages: Annotated[
        bool,
        typer.Option(
            "--stages",
            help="Write the array after every step too: FILE_1_max.npy.",
            rich_help_panel=OUTPUT,
        ),
    ] = False,
    window: Annotated[
        str | None,
        typer.Option(
            metavar="WINDOW",
            help="Values that are black and white in a PNG: 0,800, p1,p99 of the input, or header."
            " By default the range of the data.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    bits: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="8 or 16 bits a pixel in a PNG; the input's by default.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    record: Annotated[
        bool,
        typer.Option(
            "--record",
            help="Write how each was made beside it: FILE.sampviz.json. NIfTI holds it anyhow.",
            rich_help_panel=OUTPUT,
        ),
    ] = False,
    allow_code: AllowCode = False,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Write the array that a chain makes of an image.

    .npy holds it exactly (float32 or float64). NIfTI keeps every structure at its place in mm:
    the spacing and the origin follow the operations. PNG is cut into 8 or 16 bits.
    """
    silence_warnings(quiet)
    from sampviz.cli.output_files import print_path
    from sampviz.recipes.apply import plan_application

    plan = plan_application(
        source, chain, out, window=window, bits=bits, allow_code=allow_code, **reading
    )
    if plan.limits:
        low, high = plan.limits
        say(f"window: {low:g} is black, {high:g} is white, {plan.bits} bits")
    for path, _ in plan.write(stages=stages, record=record, overwrite=overwrite):
        print_path(path)
    chosen = [word for word in ("slice", "frame", "channel") if word in plan.image.taken]
    if any(reading.get(word) is None for word in chosen) and not quiet:
        say(f"taken: {plan.image.taken}")  # by the program, not by the user
