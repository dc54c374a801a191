"""Options that several commands have, and the few steps around them that all commands share."""

import warnings
from typing import Annotated

import typer

from sampviz.errors import SampvizWarning, UsageError

_CHOOSE = "Which picture of a file"

InputName = Annotated[
    str,
    typer.Argument(
        metavar="INPUT", help="PNG, JPEG, NIfTI or .npy file, or sample:NAME.", show_default=False
    ),
]
Plane = Annotated[
    str | None,
    typer.Option(metavar="PLANE", help="axial, coronal or sagittal.", rich_help_panel=_CHOOSE),
]
SliceOption = Annotated[
    str | None,
    typer.Option(
        "--slice",
        metavar="SLICE",
        help="90 (index), 60% or mm=-12; the middle one by default.",
        rich_help_panel=_CHOOSE,
    ),
]
Frame = Annotated[
    int | None, typer.Option(help="Frame of a 4-D NIfTI, from 0.", rich_help_panel=_CHOOSE)
]
Channel = Annotated[
    int | None, typer.Option(help="Channel of a C x H x W .npy, from 0.", rich_help_panel=_CHOOSE)
]
Mosaic = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="The first N channels of a .npy, as tiles.",
        rich_help_panel=_CHOOSE,
    ),
]
KSpace = Annotated[
    bool,
    typer.Option(
        "--kspace", help="The file holds k-space: make the image.", rich_help_panel=_CHOOSE
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No warnings, no progress bar.")]


def hush(quiet: bool) -> None:
    """Say no warnings if `quiet`."""
    if quiet:
        warnings.simplefilter("ignore", SampvizWarning)


def parse_size(text: str, option: str) -> tuple[int, int]:
    """Read `HxW` in pixels."""
    rows, sign, columns = text.partition("x")
    good = sign and all(n.isascii() and n.isdigit() and 0 < len(n) < 8 for n in (rows, columns))
    if not good or not int(rows) or not int(columns):
        raise UsageError(f"{text!r} is not a size", option, "write HxW, rows first, e.g. 182x218")
    return int(rows), int(columns)


def parse_spacing(text: str, option: str) -> tuple[float, float]:
    """Read `RxC` or one number, in mm."""
    rows, sign, columns = text.partition("x")
    try:
        found = float(rows), float(columns if sign else rows)
    except ValueError:
        found = 0.0, 0.0
    if not all(0 < mm < 1e6 for mm in found):
        raise UsageError(
            f"{text!r} is not a spacing",
            option,
            "write mm between rows x between columns, e.g. 0.9x1.2",
        )
    return found


def print_json(values: dict[str, object]) -> None:
    """Print one object for a program, with the version of its form."""
    import json

    typer.echo(json.dumps({"schema": 1, **values}, indent=2, ensure_ascii=False))
