"""How an image becomes what a network takes: the options."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypedDict

from sampviz.core.option import Spec, options_of

Layout = Literal["auto", "nchw", "nhwc"]
ChannelRule = Literal["auto", "gray", "repeat", "rgb", "bgr"]
Scale = Literal["none", "unit", "255", "zscore", "half", "imagenet"]


@dataclass(frozen=True)
class Preparation:
    """How an image becomes what a network takes."""

    layout: Annotated[
        Layout,
        Spec(
            "Where the channels of the model's input stand; its first convolution tells.",
            "auto, nchw or nhwc",
        ),
    ] = "auto"
    channels: Annotated[
        ChannelRule,
        Spec(
            "Colours made grey, one channel repeated, colours as they are, or the other way round;"
            " auto repeats one channel and takes colours as they are.",
            "auto, gray, repeat, rgb or bgr",
        ),
    ] = "auto"
    scale: Annotated[
        Scale,
        Spec(
            "The values that enter: as they are, 0..1, 0..255, mean 0 and deviation 1, -1..1, or as"
            " models of ImageNet take them.",
            "none, unit, 255, zscore, half or imagenet",
        ),
    ] = "none"
    window: Annotated[
        str | Sequence[float | str] | None,
        Spec(
            "Cut the values to p1,p99 or LO,HI first; unit, 255, half and imagenet start from it.",
            "p1,p99 or LO,HI",
            metavar="LO,HI",
        ),
    ] = None
    fit: Annotated[
        str | Sequence[int] | None,
        Spec(
            "Cut, or surround by zeros, to so many px, centred; by default to what the model"
            " takes.",
            "HxW",
            metavar="HxW",
        ),
    ] = None
    multiple: Annotated[
        int | None,
        Spec(
            "Add zeros behind, up to a multiple of so many px, where the model leaves its sides"
            " open; the largest step of the network by default.",
            "a number of pixels",
            low=1,
            metavar="N",
        ),
    ] = None
    stack: Annotated[
        bool,
        Spec(
            "Neighbouring slices are the channels, the chosen one in the middle.",
            "neighbouring slices are the channels",
        ),
    ] = False

    def __post_init__(self) -> None:
        for name, option in PREPARATION_OPTIONS.items():
            option.check(getattr(self, name))


PREPARATION_OPTIONS = options_of(Preparation)


class PreparationOptions(TypedDict, total=False):
    """The options of `Preparation`, as keywords."""

    layout: Layout
    channels: ChannelRule
    scale: Scale
    window: str | Sequence[float | str] | None
    fit: str | Sequence[int] | None
    multiple: int | None
    stack: bool
