"""`sampviz compare`: the original and what every chain makes of it, side by side."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

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
    Captions,
    Overwrite,
    Preview,
    Quiet,
    silence_warnings,
    takes_figure_options,
)


@takes_reading_options
@takes_figure_options
def compare(
    inputs: InputNames,
    ops: Annotated[
        list[str] | None, chains_option("a column each", "max,stride,blur,flc by default.")
    ] = None,
    *,
    options: dict[str, Any],
    reading: Reading,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help=f"{FIGURE_FILE}, or a folder; NAME_compare.png by default."
            " With - the PNG goes to stdout.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    together: Annotated[
        bool, typer.Option("--together", help="All inputs in one figure, with rows for each.")
    ] = False,
    caption: Captions = None,
    preview: Preview = False,
    allow_code: AllowCode = False,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Draw what every chain makes of an image, side by side, with spectra.

    Each input makes a figure; with several, -o names a folder, and one that cannot be read keeps no
    other from being drawn. Nothing in a figure is resampled:
    every value of every output is a block of whole pixels.
    """
    silence_warnings(quiet)
    from sampviz.analysis.default_chains import DEFAULT_CHAINS

    # All words are checked before any file is read.
    chains = parsed_chains(ops or [DEFAULT_CHAINS], allow_code=allow_code)

    from sampviz.cli.console.progress import progress_bar
    from sampviz.cli.output_files import deliver, targets_of
    from sampviz.core.atomic_write import make_folder
    from sampviz.figures.captions.caption_formats import check_captions, parse_formats
    from sampviz.images.discovery import check_inputs
    from sampviz.recipes.draw import comparison_recipe, prepare_recipe

    groups = [inputs] if together else [[source] for source in inputs]
    recipe = prepare_recipe(comparison_recipe(groups[0], chains, reading, options), chains)
    recipe = replace(recipe, by_default=not ops)
    captions = parse_formats(caption)
    targets = targets_of(groups, out, "compare", overwrite=overwrite)
    check_captions(captions, targets, inputs)
    check_inputs(inputs)

    # Of a single figure the progress is that of its stages.
    one = progress_bar("drawing", quiet) if len(groups) == 1 else None

    def draw(group: tuple[list[str], Path]) -> None:
        sources, target = group
        with distinct_warnings(sources[0], sources if together else inputs):
            figure = recipe.of(sources).draw(progress=one)
        if len(groups) > 1:
            make_folder(target.parent)
        deliver(figure, target, overwrite=overwrite, captions=captions)

    pieces = list(zip(groups, targets, strict=True))
    for_each_input(draw, pieces, [group[0] for group in groups], "drawing", quiet=quiet)
    if preview:
        show_on_terminal(targets)
