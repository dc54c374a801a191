"""The options of components: declared once for the command line and for Python."""

from dataclasses import dataclass
from typing import Annotated, Literal

from sampviz.core.option import Spec, options_of

Connect = Literal["full", "faces", "18"]
MOST_DILATION = 100


@dataclass(frozen=True)
class LabelOptions:
    """Which components of label maps are told, and how outputs are held against them."""

    label: Annotated[
        int | None,
        Spec(
            "The label whose components are told; all above 0 are one by default.",
            "the label of the components",
            metavar="NUMBER",
        ),
    ] = None
    connect: Annotated[
        Connect,
        Spec(
            "Neighbours of a pixel: full (8; 26 of a voxel), faces (4; 6), or 18 of a voxel.",
            "full, faces or 18",
            metavar="NEIGHBOURS",
        ),
    ] = "full"
    dilate: Annotated[
        int,
        Spec(
            "Dilate maps so many times before components are told apart: near ones are one.",
            "dilations before components are told apart",
            low=0,
            high=MOST_DILATION,
        ),
    ] = 0
    threshold: Annotated[
        float,
        Spec(
            "A cell is set where a chain makes more than this of 0 and 1.",
            "share above which a cell is set",
            low=0,
            high=1,
            metavar="SHARE",
        ),
    ] = 0.5
    bins: Annotated[
        str | None,
        Spec(
            "Limits between the bins of diameters in mm, px where the spacing is not known;"
            " 2,3,5,8 by default.",
            "limits between bins of diameters, with commas between them",
            metavar="LIST",
        ),
    ] = None


LABEL_OPTIONS = options_of(LabelOptions)


def check_label_values(**values: object) -> None:
    """Raise UsageError for a word that is none of those it may be, or a number out of bounds."""
    for name, value in values.items():
        LABEL_OPTIONS[name].check(value)
