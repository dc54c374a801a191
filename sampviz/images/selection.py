"""Which picture of a file is wanted: a slice, a frame, a channel or several."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from sampviz.core.errors import InputError, UsageError, argument

if TYPE_CHECKING:
    import numpy as np

PLANES = ("axial", "coronal", "sagittal")
NAN = ("keep", "fill=0", "fill=mean", "error")
# float32 pixels of 1 GB, and as many voxels as unpack in some seconds.
MOST_PIXELS = 2**28
MOST_UNPACKED = 2**29
CHOICES = ("plane", "slice", "frame", "channel", "mosaic", "kspace", "volume")
_SLICE = re.compile(
    r"(?P<voxel>[0-9]{1,9})|(?P<percent>[0-9]{1,3}(\.[0-9]{1,9})?)%"
    r"|mm=(?P<mm>[+-]?[0-9]{1,6}(\.[0-9]{1,9})?)",
    re.ASCII,
)


@dataclass(frozen=True)
class Selection:
    """What the user asked for; None where the file's own default is wanted.

    `slice` is an index of the canonical (RAS+) array, a percentage of the way through it
    (`60%`), or a place in mm (`mm=-12`). `nan` says what becomes of NaN and infinities.
    """

    plane: str | None = None
    slice: str | None = None
    frame: int | None = None
    channel: int | None = None
    mosaic: int | None = None
    kspace: bool = False
    volume: bool = False
    series: bool = False  # with volume: all frames, unless one is chosen
    max_pixels: int | None = None
    nan: str = "keep"

    def __post_init__(self) -> None:
        if self.plane is not None and self.plane not in PLANES:
            raise UsageError(
                f"no plane is named {self.plane!r}", argument("plane"), "wanted " + _or(PLANES)
            )
        if self.slice is not None and not _SLICE.fullmatch(self.slice):
            raise UsageError(
                f"{self.slice!r} is not a slice",
                argument("slice"),
                "write an index (90), a percentage (60%) or a place (mm=-12)",
            )
        if self.nan not in NAN:
            raise UsageError(f"{self.nan!r} is not one of the words", argument("nan"), _or(NAN))
        if self.max_pixels is not None and self.max_pixels < 1:
            raise UsageError(
                f"{self.max_pixels} is no number of pixels", argument("max_pixels"), "1 or more"
            )
        if self.channel is not None and self.mosaic is not None:
            raise UsageError(
                "one channel and a mosaic",
                f"{argument('channel')}, {argument('mosaic')}",
                "choose one of them",
            )
        if self.volume and self.slice is not None and self.plane is None:
            raise UsageError(
                "a slice of which plane?",
                argument("slice"),
                f"add {argument('plane')} for a volume",
            )

    @property
    def most(self) -> int:
        """How many pixels may be held."""
        return self.max_pixels or MOST_PIXELS

    @property
    def most_unpacked(self) -> int:
        """How many voxels of a gzip file may be unpacked to come to those that are wanted."""
        return self.max_pixels or MOST_UNPACKED

    def check_size(self, sides: Sequence[int], where: str) -> None:
        """Raise InputError, before anything is made, for more pixels than may be held."""
        if prod(sides) > self.most:
            raise InputError(
                f"{'x'.join(map(str, sides))} are more than {self.most} pixels",
                where,
                f"{argument('max_pixels', prod(sides))}, if they fit into memory",
            )

    def check_kspace(self, dtype: "np.dtype[Any]", name: str) -> None:
        """Raise UsageError if k-space was asked of a file of real numbers."""
        if self.kspace and dtype.kind != "c":
            raise UsageError(
                f"k-space is complex, and the file holds {dtype}",
                f"{argument('kspace')}, for {name}",
                "leave it out",
            )

    def refuse(self, name: str, kind: str, *words: str) -> None:
        """Raise UsageError if one of `words` was asked of a file that has no such thing."""
        for word in words:
            if getattr(self, word) is not None and getattr(self, word) is not False:
                raise UsageError(
                    f"{kind} has no {word.replace('kspace', 'k-space')}",
                    f"{argument(word)}, for {name}",
                    "leave it out",
                )


def slice_index(text: str | None, count: int, mm_of_first: float, mm_per_slice: float) -> int:
    """Return the index that `text` means among `count` slices; the middle one for None."""
    found = _SLICE.fullmatch(text) if text is not None else None
    if found is None:
        return count // 2
    if found["voxel"]:
        return index("slice", int(found["voxel"]), count)
    if found["percent"]:
        share = float(found["percent"])
        if share > 100:
            raise UsageError(
                f"{text} is beyond the last slice", argument("slice"), "wanted 0%..100%"
            )
        return round(share / 100 * (count - 1))
    at = (float(found["mm"]) - mm_of_first) / mm_per_slice
    if not -0.5 <= at <= count - 0.5:
        ends = sorted((mm_of_first, mm_of_first + mm_per_slice * (count - 1)))
        raise UsageError(
            f"no slice lies at {found['mm']} mm",
            argument("slice"),
            f"wanted {ends[0]:.1f}..{ends[1]:.1f} mm",
        )
    return min(max(round(at), 0), count - 1)


def index(word: str, wanted: int | None, count: int) -> int:
    """Return `wanted`, or 0 for None; raise UsageError if there are not so many."""
    if wanted is None:
        return 0
    if not 0 <= wanted < count:
        raise UsageError(f"there is no {word} {wanted}", argument(word), f"wanted 0..{count - 1}")
    return wanted


def _or(words: tuple[str, ...]) -> str:
    return ", ".join(words[:-1]) + " or " + words[-1]
