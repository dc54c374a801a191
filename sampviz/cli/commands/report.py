"""`sampviz report`: a page to look at chains with, in any browser."""

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from sampviz.cli.input_options import Reading, reads
from sampviz.cli.options import AllowCode, Overwrite, Quiet, figure_option, silence_warnings
from sampviz.core.errors import OutputError, UsageError
from sampviz.figures.options import Convention

_SIZE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)(k|M|G)?B?", re.ASCII)
_BYTES = {None: 1, "k": 10**3, "M": 10**6, "G": 10**9}


@reads
def report(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT",
            help="PNG, JPEG, NIfTI or .npy files, 'scans/*.nii.gz', or sample:NAME.",
            show_default=False,
        ),
    ],
    ops: Annotated[
        list[str],
        typer.Option(
            metavar="CHAINS",
            help="Chains, a panel each: max,stride,blur,flc or max:k=3:s=2:p=1+bilinear:2.",
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="FILE.html.")] = Path(
        "report.html"
    ),
    levels: Annotated[
        int, figure_option("levels", help="Each chain applied 1, 2 .. so many times.")
    ] = 1,
    measures: Annotated[
        str | None,
        typer.Option(
            metavar="LIST",
            help="Some of `sampviz measure --list`, e.g. alias,psnr; all by default.",
        ),
    ] = None,
    window: Annotated[str | None, figure_option("window")] = None,
    convention: Annotated[Convention, figure_option("convention")] = "neurological",
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

    Pictures in register that zoom and pan together, a slider between any two, the spectra and
    where a frequency folds to, the measures, and how to make it again. Several slices are shown
    by --slice 40%,50%,60%.
    """
    silence_warnings(quiet)
    from sampviz.ops.chain import parse_chains

    # All words are checked before any file is read.
    chains = [chain for text in ops for chain in parse_chains(text, "--ops", allow_code=allow_code)]
    most = _bytes(max_size)
    if out.suffix.lower() not in (".html", ".htm"):
        raise OutputError("a page is HTML", str(out), "end the name in .html")

    from sampviz.analysis.metrics import parse_metrics
    from sampviz.cli.console.progress import tracked
    from sampviz.cli.output_files import print_path
    from sampviz.core.atomic_write import check_target
    from sampviz.figures.panels.intensity_window import Window
    from sampviz.images.discovery import check_inputs, find_inputs
    from sampviz.images.selection import Selection
    from sampviz.report.reproduction import reproduction_of
    from sampviz.report.subjects import readings, subjects_of
    from sampviz.report.write_page import Report, check_jinja, write_report

    check_jinja()
    wanted, grey = parse_metrics(measures), Window.parse(window)
    for each in readings(reading):
        Selection(**each)
    sources = find_inputs(inputs)
    check_inputs(sources)
    check_target(out, sources, overwrite=overwrite)
    given: dict[str, Any] = {
        **reading,
        "levels": levels,
        "measures": measures,
        "window": window,
        "convention": convention,
        "max_size": max_size,
        "allow_code": allow_code,
    }
    usual = {"levels": 1, "convention": "neurological", "max_size": "15MB", "nan": "keep"}
    options = {k: v for k, v in given.items() if v not in (None, False) and v != usual.get(k)}
    found = subjects_of(
        sources,
        chains,
        wanted,
        reading=reading,
        levels=levels,
        window=grey,
        radiological=convention == "radiological",
    )
    count = len(sources) * len(readings(reading))
    subjects = list(tracked(found, count, "measuring", quiet))
    making = reproduction_of(sources, chains, wanted, options)
    folder = write_report(Report(subjects, wanted, grey, making), out, most, overwrite=overwrite)
    if folder:
        typer.echo(f"larger than {max_size}: mail the folder {folder} with the page", err=True)
    print_path(out)


def _bytes(text: str) -> int:
    found = _SIZE.fullmatch(text)
    if not found or not float(found[1]):
        raise UsageError(f"{text!r} is no size of a file", "--max-size", "write 15MB, 500kB or 1GB")
    return round(float(found[1]) * _BYTES[found[2]])
