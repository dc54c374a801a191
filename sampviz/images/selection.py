"""Which picture of a file is wanted: a slice, a frame, a channel or several."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Annotated, Any, Literal

from sampviz.core.budget import check_memory
from sampviz.core.errors import InputError, UsageError, argument
from sampviz.core.option import Spec, join_words, options_of

if TYPE_CHECKING:
    import numpy as np

PLANES = ("axial", "coronal", "sagittal")
Nan = Literal["keep", "fill=0", "fill=mean", "error"]
Scale = Literal["unit", "zscore", "none"]
# float32 pixels of 1 GB, and as many voxels as unpack in some seconds.
MOST_PIXELS = 2**27  # of all colours: reading them takes up to 1.5 GB
MOST_UNPACKED = 2**29
_BYTES_READ = 12  # of a pixel, while it is read
CHOICES = (
    "plane",
    "slice",
    "frame",
    "channel",
    "mosaic",
    "kspace",
    "volume",
    "layout",
    "dataset",
)
HELP_PANEL = "Which picture of a file"
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}", re.ASCII)
_BY_MEASURE = re.compile(r"by=(?P<measure>[a-z][a-z0-9]*)", re.ASCII)
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

    The fields with a `Spec` are the options of reading, of the command line, of recipes and of
    `load`; `series` is for Python alone.
    """

    plane: Annotated[
        str | None,
        Spec(
            "axial, coronal or sagittal.",
            "axial, coronal or sagittal",
            words=PLANES,
            metavar="PLANE",
        ),
    ] = None
    slice: Annotated[
        str | None,
        Spec(
            "90 (index), 60% or mm=-12; by default the middle one, of volumes where chains differ"
            " most.",
            "an index, '60%' or 'mm=-12'",
            metavar="SLICE",
            recipe_type="slice",
        ),
    ] = None
    frame: Annotated[
        int | None,
        Spec(
            "Frame of a 4-D NIfTI, or image of an N x C x H x W .npy, from 0.",
            "frame of a 4-D NIfTI, or image of an array of N x C x H x W",
        ),
    ] = None
    channel: Annotated[
        str | int | None,
        Spec(
            "Channel of a C x H x W .npy, component of a NIfTI of vectors, from 0; by=alias, or"
            " another measure: the one with the most of it.",
            "channel of an array of C x H x W: its number, or 'by=alias', or another measure",
            metavar="CHANNEL",
            recipe_type="channel",
        ),
    ] = None
    mosaic: Annotated[
        int | None,
        Spec(
            "The first N channels of a .npy, as tiles.",
            "the first channels of an array, as tiles",
            low=1,
            metavar="N",
        ),
    ] = None
    kspace: Annotated[
        bool,
        Spec("The file holds k-space: make the image.", "the file holds k-space: make the image"),
    ] = False
    volume: Annotated[
        bool,
        Spec("The whole volume, on three axes.", "the whole volume, on three axes"),
    ] = False
    nan: Annotated[
        Nan,
        Spec(
            "What becomes of NaN and infinities; kept, they are drawn as stripes.",
            "keep, fill=0, fill=mean or error",
        ),
    ] = "keep"
    as_: Annotated[
        Literal["labels", "intensity"] | None,
        Spec(
            "What the numbers are: names of regions, or amounts; the file and its content decide.",
            "labels or intensity",
        ),
    ] = None
    layout: Annotated[
        Literal["hwc", "chw"] | None,
        Spec(
            "Order of the axes of an array with channels; its shape and values decide.",
            "hwc or chw",
        ),
    ] = None
    palette: Annotated[
        Literal["colours", "index"],
        Spec(
            "What is read of a PNG with a palette: its colours, or the indices as labels.",
            "colours or index",
        ),
    ] = "colours"
    max_pixels: Annotated[
        int | None,
        Spec(
            "Read no more: 2^27 pixels by default, and of a .nii.gz 2^29 voxels up to the last"
            " that is wanted.",
            "read no more",
            low=1,
            metavar="N",
        ),
    ] = None
    scale: Annotated[
        Scale,
        Spec(
            "unit: values brought to 0..1, as networks see them; zscore: to mean 0 and standard"
            " deviation 1.",
            "unit (values brought to 0..1, as networks see them), zscore or none",
        ),
    ] = "none"
    dataset: Annotated[
        str | None,
        Spec(
            "Name of an array, of a file that holds several: .npz, HDF5, MATLAB, OME-Zarr; of DICOM"
            " the number of a series.",
            "name of an array, of a file that holds several, or number of a series of DICOM",
            metavar="NAME",
        ),
    ] = None
    series: bool = False  # all channels, and with volume all frames, unless some are chosen

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Selection":
        """Return the selection that the options of reading among `values` make.

        The index of a slice may be a number. UsageError for what no file can have.
        """
        reading_values = {name: values[name] for name in READING_OPTIONS if name in values}
        index_or_text = reading_values.get("slice")
        return cls(
            **reading_values | {"slice": None if index_or_text is None else str(index_or_text)}
        )

    def __post_init__(self) -> None:
        if self.plane is not None and self.plane not in PLANES:
            raise UsageError(
                f"no plane is named {self.plane!r}",
                argument("plane"),
                "wanted " + join_words(PLANES),
            )
        if self.slice is not None and not _SLICE.fullmatch(self.slice):
            raise UsageError(
                f"{self.slice!r} is not a slice",
                argument("slice"),
                "write an index (90), a percentage (60%) or a place (mm=-12)",
            )
        if self.max_pixels is not None and self.max_pixels < 1:
            raise UsageError(
                f"{self.max_pixels} is no number of pixels", argument("max_pixels"), "1 or more"
            )
        for name, option in READING_OPTIONS.items():
            option.check(getattr(self, name))
        object.__setattr__(self, "channel", channel_of(self.channel))
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
    def channel_measure(self) -> str:
        """The measure by which a channel is to be chosen; "" where none is."""
        match = _BY_MEASURE.fullmatch(self.channel) if isinstance(self.channel, str) else None
        return match["measure"] if match else ""

    @property
    def channel_number(self) -> int | None:
        """The number of the channel; None for the file's own default."""
        return self.channel if isinstance(self.channel, int) else None

    @property
    def most(self) -> int:
        """How many pixels may be held."""
        return self.max_pixels or MOST_PIXELS

    @property
    def most_unpacked(self) -> int:
        """How many voxels of a gzip file may be unpacked to come to those that are wanted."""
        return self.max_pixels or MOST_UNPACKED

    def check_size(self, sides: Sequence[int], where: str) -> None:
        """Raise InputError, before anything is made, for more pixels than may be held or read."""
        if prod(sides) > self.most:
            raise InputError(
                f"{'x'.join(map(str, sides))} are more than {self.most} pixels",
                where,
                f"{argument('max_pixels', prod(sides))}, if they fit into memory",
            )
        what = f"{'x'.join(map(str, sides))} pixels"
        check_memory(_BYTES_READ * prod(sides), what, where, "a slice, or a part of it")

    def check_kspace(self, dtype: "np.dtype[Any]", name: str) -> None:
        """Raise UsageError if k-space was asked of a file of real numbers."""
        if self.kspace and dtype.kind != "c":
            raise UsageError(
                f"k-space is complex, and the file holds {dtype}",
                f"{argument('kspace')}, for {name}",
                "leave it out",
            )

    def refuse(self, name: str, kind: str, *option_names: str) -> None:
        """Raise UsageError if one of `option_names` was set for a file that has no such thing."""
        for option_name in option_names:
            if getattr(self, option_name) != READING_OPTIONS[option_name].default:
                raise UsageError(
                    f"{kind} has no {option_name.replace('kspace', 'k-space')}",
                    f"{argument(option_name)}, for {name}",
                    "leave it out",
                )


READING_OPTIONS = options_of(Selection)


def channel_of(value: str | int | None) -> str | int | None:
    """Return the channel that a value means: a number, or `by=` and a measure as it is."""
    if not isinstance(value, str) or _BY_MEASURE.fullmatch(value):
        return value
    if not _NUMBER.fullmatch(value):
        fix = "write its number (3), or by= and a measure (by=alias)"
        raise UsageError(f"{value[:40]!r} is no channel", argument("channel"), fix)
    return int(value)


def slice_index(text: str | None, count: int, mm_of_first: float, mm_per_slice: float) -> int:
    """Return the index that `text` means among `count` slices; the middle one for None."""
    match = _SLICE.fullmatch(text) if text is not None else None
    if match is None:
        return count // 2
    if match["voxel"]:
        return index("slice", int(match["voxel"]), count)
    if match["percent"]:
        share = float(match["percent"])
        if share > 100:
            raise UsageError(
                f"{text} is beyond the last slice", argument("slice"), "wanted 0%..100%"
            )
        return round(share / 100 * (count - 1))
    position = (float(match["mm"]) - mm_of_first) / mm_per_slice
    if not -0.5 <= position <= count - 0.5:
        ends = sorted((mm_of_first, mm_of_first + mm_per_slice * (count - 1)))
        raise UsageError(
            f"no slice lies at {match['mm']} mm",
            argument("slice"),
            f"wanted {ends[0]:.1f}..{ends[1]:.1f} mm",
        )
    return min(max(round(position), 0), count - 1)


def index(axis_name: str, number: int | None, count: int) -> int:
    """Return `number`, or 0 for None; raise UsageError if there are not so many."""
    if number is None:
        return 0
    if not 0 <= number < count:
        raise UsageError(
            f"there is no {axis_name} {number}", argument(axis_name), f"wanted 0..{count - 1}"
        )
    return number
