"""The options that say which picture of a file is read, and how: the same for all commands."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Literal, TypedDict, get_type_hints

import typer

_PANEL = "Which picture of a file"

InputName = Annotated[
    str,
    typer.Argument(
        metavar="INPUT", help="PNG, JPEG, NIfTI or .npy file, or sample:NAME.", show_default=False
    ),
]


def _option(meaning: str, *names: str, **more: Any) -> Any:
    return typer.Option(*names, help=meaning, rich_help_panel=_PANEL, **more)


class Reading(TypedDict):
    """What the user asked for: keywords of `sampviz.images.load.load`."""

    plane: Annotated[str | None, _option("axial, coronal or sagittal.", metavar="PLANE")]
    slice: Annotated[
        str | None,
        _option("90 (index), 60% or mm=-12; the middle one by default.", metavar="SLICE"),
    ]
    frame: Annotated[int | None, _option("Frame of a 4-D NIfTI, from 0.")]
    channel: Annotated[int | None, _option("Channel of a C x H x W .npy, from 0.")]
    mosaic: Annotated[
        int | None, _option("The first N channels of a .npy, as tiles.", min=1, metavar="N")
    ]
    kspace: Annotated[bool, _option("The file holds k-space: make the image.", "--kspace")]
    volume: Annotated[bool, _option("The whole volume, on three axes.", "--volume")]
    nan: Annotated[
        Literal["keep", "fill=0", "fill=mean", "error"],
        _option("What becomes of NaN and infinities; kept, they are drawn as stripes."),
    ]
    max_pixels: Annotated[
        int | None,
        _option(
            "Read no more: 2^28 pixels by default, and of a .nii.gz 2^29 voxels up to the last"
            " that is wanted.",
            min=1,
            metavar="N",
        ),
    ]


# Of all others None: the file decides.
_DEFAULTS = {"kspace": False, "volume": False, "nan": "keep"}
_PARAMETERS = [
    inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=_DEFAULTS.get(name), annotation=hint
    )
    for name, hint in get_type_hints(Reading, include_extras=True).items()
]


def reads(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command all options of reading; it gets them as one argument, `reading`."""
    own = [p for p in inspect.signature(command).parameters.values() if p.name != "reading"]
    offered = [p.replace(kind=p.KEYWORD_ONLY) for p in own] + _PARAMETERS

    @wraps(command)
    def with_options(**words: Any) -> None:
        reading = {p.name: words.pop(p.name) for p in _PARAMETERS}
        command(**words, reading=reading)

    with_options.__signature__ = inspect.Signature(offered)  # type: ignore[attr-defined]
    with_options.__annotations__ = {p.name: p.annotation for p in offered}
    return with_options
