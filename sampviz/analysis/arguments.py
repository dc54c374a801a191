"""The types of what public functions take."""

from typing import Any, Literal, TypeAlias, TypedDict

ImageLike: TypeAlias = Any  # whatever `images.convert.as_image` takes
ChainsLike: TypeAlias = Any  # whatever `ops.convert.as_chains` takes


class Reading(TypedDict, total=False):
    """Which picture of a file is read, and how: keywords of `sampviz.load`, which explains them.

    Where there are chains `channel` may be `by=alias`, or another measure: see `load_channel`.
    """

    plane: str | None
    slice: str | int | None
    frame: int | None
    channel: int | str | None
    mosaic: int | None
    kspace: bool
    volume: bool
    nan: Literal["keep", "fill=0", "fill=mean", "error"]
    max_pixels: int | None
    as_: Literal["labels", "intensity"] | None
    layout: Literal["hwc", "chw"] | None
    palette: Literal["colours", "index"]
    scale: Literal["unit", "zscore", "none"]
    dataset: str | None
