"""The options of `detect`, declared as those of all figures are: see `figures.options`."""

from dataclasses import dataclass
from typing import Annotated, Literal

from sampviz.core.option import Spec, options_of

_DETECT = ("detect",)


@dataclass(frozen=True)
class DetectOptions:
    """What lesions are put into an image, as it was written."""

    diameters: Annotated[
        str | None,
        Spec(
            "Diameters in mm, px where the spacing is not known; 1,1.5,2,3,4,5,6,8,10,14 by"
            " default.",
            "diameters in mm, with commas between them",
            metavar="LIST",
            kinds=_DETECT,
        ),
    ] = None
    contrast: Annotated[
        str,
        Spec(
            "Of the lesions: 30% of the median of the tissue, or a number in units of the image.",
            "contrast of the lesions: '30%' of the median of the tissue, or a number as a text",
            metavar="AMOUNT",
            kinds=_DETECT,
        ),
    ] = "30%"
    polarity: Annotated[
        Literal["both", "bright", "dark"],
        Spec("Lesions brighter or darker than tissue.", "both, bright or dark", kinds=_DETECT),
    ] = "both"
    shape: Annotated[
        Literal["disc", "gaussian"],
        Spec(
            "A disc, in a volume a ball; or a blob, as wide as the diameter at half its height.",
            "disc (in a volume a ball) or gaussian",
            kinds=_DETECT,
        ),
    ] = "disc"
    noise: Annotated[
        float | None,
        Spec(
            "Standard deviation of the noise of d'; by default that of the finest detail of the"
            " tissue.",
            "standard deviation of the noise of d'",
            low=0,
            metavar="SD",
            kinds=_DETECT,
        ),
    ] = None
    seed: Annotated[
        int,
        Spec("Of places and noise.", "seed of places and noise", low=0, high=2**31, kinds=_DETECT),
    ] = 0


DETECT_OPTIONS = options_of(DetectOptions)


def check_detect_values(**values: object) -> None:
    """Raise UsageError for a word that is none of those it may be, or a number out of bounds."""
    for name, value in values.items():
        DETECT_OPTIONS[name].check(value)
