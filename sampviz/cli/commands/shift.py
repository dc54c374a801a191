"""`sampviz shift`: what flickers as the image moves."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from sampviz.cli.console.preview import show_on_terminal
from sampviz.cli.input_options import (
    InputName,
    Reading,
    chains_option,
    parsed_chains,
    takes_reading_options_but,
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
from sampviz.core.standard_input import input_name
from sampviz.figures.options import LOOK, Convention, Show


@takes_reading_options_but("volume")
@takes_look_options
def shift(
    source: InputName,
    ops: Annotated[list[str], chains_option("a panel each")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="The animation: FILE.gif, or .apng or .png for an animated PNG; NAME_shift.gif"
            " by default, of a colour image NAME_shift.png.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    curve: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The still figure, of the worst shift and the curves:"
            f" {FIGURE_FILE}; NAME_curve.png beside the animation by default, be that a GIF"
            " or a PNG.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    extent: Annotated[
        str | None,
        typer.Option(
            "--range",
            metavar="LO..HI",
            help="Shifts in pixels; by default from 0 over one period, the coarsest step.",
        ),
    ] = None,
    step: Annotated[
        float, typer.Option(min=0.01, max=1000, metavar="PX", help="Pixels between the frames.")
    ] = 0.25,
    axis: Annotated[
        Literal["columns", "rows", "both"],
        typer.Option(
            metavar="WORD",
            help="What is moved: columns, which is sideways, rows, or both by as much.",
        ),
    ] = "columns",
    levels: Annotated[int, figure_option("levels")] = 1,
    json: Json = False,
    delay: Annotated[
        int,
        typer.Option(
            min=20,
            max=60_000,
            metavar="MS",
            help="How long each frame is shown, in a GIF to 10 ms.",
            rich_help_panel=LOOK,
        ),
    ] = 150,
    show: Annotated[Show, figure_option("show", rich_help_panel=LOOK)] = "magnitude",
    window: Annotated[str | None, figure_option("window", rich_help_panel=LOOK)] = None,
    convention: Annotated[
        Convention, figure_option("convention", rich_help_panel=LOOK)
    ] = "neurological",
    columns: Annotated[
        int | None,
        figure_option(
            "columns", help="Start a new line after so many panels.", rich_help_panel=LOOK
        ),
    ] = None,
    *,
    reading: Reading,
    look: dict[str, Any],
    preview: Preview = False,
    allow_code: AllowCode = False,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Animate what every chain makes of an image as it moves by parts of a step.

    Each output is moved back by as much: an ideal one stands still, and what flickers is what the
    chain added. Below the images are the detail that flickers most, in a window of its own, and
    what is moved back less what is unmoved. It starts at the worst shift. Beside it goes a still
    figure of that shift with the curves of the shift error E, 0 for an ideal chain, which --json
    prints.
    """
    silence_warnings(quiet)
    from sampviz.figures.render.animation import check_animation
    from sampviz.figures.render.save import check_ending

    # The words are checked before any file is read.
    chains = parsed_chains(ops, allow_code=allow_code)
    if curve:
        check_ending(curve)
    if out and not out.is_dir():
        check_animation(out, colour=False)

    from sampviz.analysis.channel_choice import load_chosen
    from sampviz.cli.console.progress import progress_bar
    from sampviz.cli.output_files import print_path
    from sampviz.core.atomic_write import check_target
    from sampviz.figures.grids import shift_animation
    from sampviz.images.input_names import stem
    from sampviz.images.selection import Selection

    image = load_chosen(source, Selection.of(reading), chains)
    default = f"{stem(source)}_shift.{'png' if image.colour else 'gif'}"
    animation = out / default if out and out.is_dir() else out or Path(default)
    check_animation(animation, colour=image.colour)
    chart = shift_animation.curve_path(animation, curve)
    for path in (animation, chart):
        check_target(path, [source], overwrite=overwrite)
    shifted = shift_animation.shift(
        image,
        chains,
        range=extent,
        step=step,
        axis=axis,
        levels=levels,
        delay=delay,
        show=show,
        window=window,
        convention=convention,
        columns=columns,
        **look,
        progress=progress_bar("moving", quiet),
    )
    for path in shifted.save(animation, chart, overwrite=overwrite):
        print_path(path, err=json)
    if json:
        sweep, name = shifted.sweep, input_name(source)
        rows = [
            {"input": name, "chain": str(chain), "shift": float(px), "consistency": errors[i]}
            for i, chain in enumerate(sweep.chains)
            for px, errors in zip(sweep.shifts, shifted.errors, strict=True)
        ]
        print_json({"rows": rows})
    if preview:
        show_on_terminal([chart])
