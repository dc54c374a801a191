"""`sample:NAME`: the images that come with the package, and those that a formula gives."""

import re
from pathlib import Path

import numpy as np

from sampviz.core.errors import InputError, did_you_mean
from sampviz.images.image import FileFacts, Image
from sampviz.images.selection import CHOICES, Selection
from sampviz.images.synthetic import ANALYTIC

PREFIX = "sample:"  # of the sources that are no path
REAL = {
    "t1": "t1.nii.gz",
    "pd": "pd.nii.gz",
    "dwi": "dwi.nii.gz",
    "dwi_1p5mm": "dwi_1p5mm.nii.gz",
    "bold": "bold.nii.gz",
    "flash_phantom": "flash_phantom.nii.gz",
    "flash_phantom_kspace": "flash_phantom_kspace.nii.gz",
    "brick": "brick.png",
    "grass": "grass.png",
    "chelsea": "chelsea.png",
    "rocket": "rocket.jpg",
}
DEFAULT_SIZE = (256, 256)
_LARGEST_SIDE = 4096
_SIZE = re.compile(r"([1-9][0-9]{0,3})x([1-9][0-9]{0,3})", re.ASCII)


def name_of(source: str) -> str:
    """Return what a source is called without its folder: of a sample all of it."""
    return source if source.startswith(PREFIX) else Path(source).name


def sample_path(name: str) -> Path:
    """Return the file of a real sample, in the installed package or in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "sample_images"
    return (installed if installed.is_dir() else package.parent / "sample_images") / REAL[name]


def check_sample(source: str) -> None:
    """Raise InputError if there is no such sample; nothing is read or made."""
    text = source.removeprefix(PREFIX)
    if text not in REAL:
        _formula(text)


def analytic(text: str, pick: Selection) -> Image:
    """Make an image by its formula: `NAME` or `NAME:HxW`."""
    name, size = _formula(text)
    pick.refuse(PREFIX + text, "an image made by a formula", *CHOICES)
    array = ANALYTIC[name](size).astype(np.float32)
    return Image(array, name, FileFacts("formula", size, "float32"), range=(0.0, 1.0))


def _formula(text: str) -> tuple[str, tuple[int, int]]:
    name, colon, size_text = text.partition(":")
    where = PREFIX + text
    if name in REAL:
        raise InputError(f"sample {name!r} is a file and has its own size", where, "leave it out")
    if name not in ANALYTIC:
        fix = did_you_mean(
            name, [*REAL, *ANALYTIC], "the samples are " + " ".join([*REAL, *ANALYTIC])
        )
        raise InputError(f"no sample is named {name!r}", where, fix)
    size = DEFAULT_SIZE
    if colon:
        found = _SIZE.fullmatch(size_text)
        if not found or max(map(int, found.groups())) > _LARGEST_SIDE:
            raise InputError(
                f"{size_text!r} is not a size",
                where,
                f"write HxW with sides of 1..{_LARGEST_SIDE} px",
            )
        size = int(found[1]), int(found[2])
    return name, size
