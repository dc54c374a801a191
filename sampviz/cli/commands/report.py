"""`sampviz report`: a page to look at chains with, in any browser."""

from pathlib import Path
from typing import Annotated

import typer

from sampviz.cli.console.say import say
from sampviz.cli.failures import raise_first
from sampviz.cli.input_options import (
    InputPatterns,
    Reading,
    chains_option,
    parsed_chains,
    takes_reading_options,
)
from sampviz.cli.options import (
    OUTPUT,
    AllowCode,
    Measures,
    Overwrite,
    Quiet,
    figure_option,
    silence_warnings,
)
from sampviz.figures.options import Convention


@takes_reading_options
def report(
    inputs: InputPatterns,
    ops: Annotated[list[str], chains_option("a panel each")],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="FILE.html.",
            rich_help_panel=OUTPUT,
        ),
    ] = Path("report.html"),
    levels: Annotated[
        int, figure_option("levels", help="Each chain applied 1, 2 .. so many times.")
    ] = 1,
    measures: Measures = None,
    window: Annotated[str | None, figure_option("window")] = None,
    convention: Annotated[Convention, figure_option("convention")] = "neurological",
    lesion: Annotated[str | None, figure_option("lesion")] = None,
    max_size: Annotated[
        str,
        typer.Option(
            metavar="SIZE",
            help="Of a page that would be larger, the data go to a folder beside it.",
        ),
    ] = "15MB",
    *,
    reading: Reading,
    allow_code: AllowCode = False,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Write one HTML file to look at what chains make of an image: it opens from disk, offline.

    It opens on the detail in which the chains differ most from the ideal low-pass: pictures that
    zoom and pan together and share a grey window, overlays of error, alias and difference, a
    slider between any two, the spectra, the measures, and how to make it again. Several slices
    are shown by --slice 40%,50%,60%. With --volume a slider moves the planes of all panels to the
    same place.
    """
    silence_warnings(quiet)
    chains = parsed_chains(ops, allow_code=allow_code)

    from sampviz.cli.console.progress import progress_bar
    from sampviz.cli.output_files import print_path
    from sampviz.report.build import write_page_of

    report_options = {
        **reading,
        "levels": levels,
        "measures": measures,
        "window": window,
        "convention": convention,
        "lesion": lesion,
        "max_size": max_size,
        "allow_code": allow_code,
    }
    measuring = progress_bar("measuring", quiet)
    folder, failures = write_page_of(
        inputs, chains, out, report_options, overwrite=overwrite, progress=measuring
    )
    if folder:
        say(f"larger than {max_size}: mail the folder {folder} with the page")
    print_path(out)
    raise_first(failures)
