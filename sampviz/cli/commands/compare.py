"""`sampviz compare`: the original and what every chain makes of it, side by side."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from sampviz.cli.input_options import Reading, reads
from sampviz.cli.options import AllowCode, Captions, Overwrite, Quiet, silence_warnings
from sampviz.core.errors import SampvizError

_CONTENT, _LOOK = "What is shown", "How it looks"


@reads
def compare(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT",
            help="PNG, JPEG, NIfTI or .npy files, or sample:NAME.",
            show_default=False,
        ),
    ],
    ops: Annotated[
        list[str],
        typer.Option(
            metavar="CHAINS",
            help="Chains, a column each: max,stride,blur,flc or max:k=3:s=2:p=1+bilinear:2.",
            show_default=False,
        ),
    ],
    *,
    reading: Reading,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="FILE.png, .pdf or .svg, or a folder; NAME_compare.png by default."
            " With - the PNG goes to stdout.",
        ),
    ] = None,
    together: Annotated[
        bool, typer.Option("--together", help="All inputs in one figure, with rows for each.")
    ] = False,
    rows: Annotated[
        str | None,
        typer.Option(
            metavar="ROWS",
            help="Some of image,zoom,spectrum,difference,alias,foldspectrum,flat;"
            " image,spectrum by default.",
            rich_help_panel=_CONTENT,
        ),
    ] = None,
    in_panel: Annotated[
        str | None,
        typer.Option(
            metavar="MEASURES",
            help="Numbers under the panels, e.g. alias,psnr; `sampviz measure --list`.",
            rich_help_panel=_CONTENT,
        ),
    ] = None,
    show: Annotated[
        Literal["magnitude", "phase", "real"],
        typer.Option(help="What is drawn of complex numbers.", rich_help_panel=_CONTENT),
    ] = "magnitude",
    levels: Annotated[
        int,
        typer.Option(
            min=1, max=16, help="Apply each chain so many times.", rich_help_panel=_CONTENT
        ),
    ] = 1,
    zoom: Annotated[
        str | None,
        typer.Option(
            metavar="REGION",
            help="ROWxCOL+SIZE in pixels of the original, or auto: where the chains differ most.",
            rich_help_panel=_CONTENT,
        ),
    ] = None,
    up: Annotated[
        Literal["nearest", "bilinear"],
        typer.Option(
            help="How outputs come onto the original's pixels for differences.",
            rich_help_panel=_CONTENT,
        ),
    ] = "nearest",
    window: Annotated[
        str | None,
        typer.Option(
            metavar="WINDOW",
            help="Black and white: percentiles p1,p99 or values 0,800."
            " By default the format's range, or p1,p99.",
            rich_help_panel=_LOOK,
        ),
    ] = None,
    window_scope: Annotated[
        Literal["shared", "panel"],
        typer.Option(help="One window for all, or one for each panel.", rich_help_panel=_LOOK),
    ] = "shared",
    convention: Annotated[
        Literal["neurological", "radiological"],
        typer.Option(
            help="Whether the patient's left is drawn left or right.", rich_help_panel=_LOOK
        ),
    ] = "neurological",
    cmap: Annotated[
        str, typer.Option(metavar="MAP", help="Colour map of the images.", rich_help_panel=_LOOK)
    ] = "gray",
    title: Annotated[
        str | None, typer.Option(help="Title instead of the name and slice.", rich_help_panel=_LOOK)
    ] = None,
    width: Annotated[
        float | None,
        typer.Option(
            min=10, max=5000, metavar="MM", help="Width of the figure.", rich_help_panel=_LOOK
        ),
    ] = None,
    dpi: Annotated[
        int | None,
        typer.Option(
            min=30,
            max=2400,
            help="Resolution; 150, or more if --width asks for it.",
            rich_help_panel=_LOOK,
        ),
    ] = None,
    columns: Annotated[
        int | None,
        typer.Option(
            min=1, max=64, help="Start a new line after so many columns.", rich_help_panel=_LOOK
        ),
    ] = None,
    font_size: Annotated[
        float,
        typer.Option(min=3, max=40, metavar="PT", help="Size of the text.", rich_help_panel=_LOOK),
    ] = 8,
    annotate: Annotated[
        bool,
        typer.Option(
            "--annotate/--no-annotate",
            help="Letters, scale bar, boxes and notes.",
            rich_help_panel=_LOOK,
        ),
    ] = True,
    caption: Captions = None,
    allow_code: AllowCode = False,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Draw what every chain makes of an image, side by side, with spectra.

    Each input makes a figure; with several, -o names a folder. Nothing in a figure is resampled:
    every value of every output is a block of whole pixels.
    """
    silence_warnings(quiet)
    from sampviz.ops.chain import parse_chains

    # All words are checked before any file is read.
    chains = [chain for text in ops for chain in parse_chains(text, "--ops", allow_code=allow_code)]

    from sampviz.cli.console.progress import tracked
    from sampviz.cli.output_files import deliver, make_folder, targets_of
    from sampviz.figures.captions.caption_formats import check_captions, parse_formats
    from sampviz.figures.grids.compare import check_options
    from sampviz.recipes.draw import draw_recipe
    from sampviz.recipes.recipe import Recipe

    options: dict[str, Any] = {
        "rows": rows,
        "levels": levels,
        "zoom": zoom,
        "up": up,
        "window": window,
        "window_scope": window_scope,
        "cmap": cmap,
        "dpi": dpi,
        "width": width,
        "columns": columns,
        "font_size": font_size,
        "convention": convention,
        "show": show,
        "in_panel": in_panel,
    }
    check_options(**options)
    captions = parse_formats(caption)
    groups = [inputs] if together else [[source] for source in inputs]
    targets = targets_of(groups, out, "compare", overwrite=overwrite)
    check_captions(captions, targets, inputs)

    given = {**reading, **options, "title": title, "annotate": annotate}
    written = {name: value for name, value in given.items() if value is not None}
    recipe = Recipe("compare", "compare", {"ops": [str(chain) for chain in chains], **written})

    for sources, target in tracked(
        zip(groups, targets, strict=True), len(groups), "drawing", quiet
    ):
        try:
            figure = draw_recipe(recipe, sources, allow_code=allow_code)
            if len(groups) > 1:
                make_folder(target.parent)
            deliver(figure, target, overwrite=overwrite, captions=captions)
        except SampvizError as err:
            raise err if len(groups) == 1 else err.of(sources[0]) from None
