"""`sample:NAME`: images and networks that come with the package, and images that are computed."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from sampviz.core.errors import InputError, did_you_mean
from sampviz.images.image import FileFacts, Image
from sampviz.images.input_names import PREFIX
from sampviz.images.selection import CHOICES, Selection
from sampviz.images.synthetic import SYNTHETIC, VOLUMES

SAMPLE_FILES = {
    "t1": "t1.nii.gz",
    "t1_lesions": "t1_lesions.nii.gz",
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
SAMPLE_NETWORKS = {"unet": "unet.onnx"}
DEFAULT_SIZE = (256, 256)
_LARGEST_SIDE = 4096
_SIZE = re.compile(r"([1-9][0-9]{0,3})x([1-9][0-9]{0,3})", re.ASCII)


def sample_path(name: str) -> Path:
    """Return the file of a sample, in the installed package or in a checkout.

    Parameters
    ----------
    name : str
        One of `SAMPLE_FILES` or `SAMPLE_NETWORKS`.

    Returns
    -------
    Path
    """
    package = Path(__file__).parent.parent
    installed = package / "sample_images"
    folder = installed if installed.is_dir() else package.parent / "sample_images"
    return folder / {**SAMPLE_FILES, **SAMPLE_NETWORKS}[name]


def sample_network_path(source: str) -> Path:
    """Return the file of a network that comes with the package.

    Parameters
    ----------
    source : str
        `sample:NAME`, with one of `SAMPLE_NETWORKS`.

    Returns
    -------
    Path

    Raises
    ------
    InputError
        If there is no such network.
    """
    name = source.removeprefix(PREFIX)
    if name not in SAMPLE_NETWORKS:
        advice = f"the networks are {' '.join(SAMPLE_NETWORKS)}"
        fix = did_you_mean(name, [*SAMPLE_NETWORKS], advice)
        raise InputError(f"no network is named {name[:40]!r}", source, fix)
    return sample_path(name)


def check_sample(source: str) -> None:
    """Check that there is a sample; nothing is read or computed.

    Parameters
    ----------
    source : str
        `sample:NAME` or `sample:NAME:HxW`.

    Raises
    ------
    InputError
        If there is no such sample, or its size cannot be.
    """
    text = source.removeprefix(PREFIX)
    if text not in (*SAMPLE_FILES, *SAMPLE_NETWORKS, *VOLUMES):
        _parse_synthetic(text)


def synthetic_image(text: str, selection: Selection) -> Image:
    """Compute a sample by its formula.

    Parameters
    ----------
    text : str
        `NAME` or `NAME:HxW`, with one of `SYNTHETIC` and sides of 1..4096 px; or one of `VOLUMES`.
    selection : Selection
        Without a frame or a channel, and of a plane without a slice.

    Returns
    -------
    Image
        (H, W), or (D, H, W) of a volume, float32, in 0..1.

    Raises
    ------
    InputError
        If there is no such sample, or its size cannot be.
    UsageError
        If the selection asks for a part of it.
    """
    if text in VOLUMES:
        return _computed_volume(text, selection)
    name, size = _parse_synthetic(text)
    selection.refuse(PREFIX + text, "an image made by a formula", *CHOICES)
    array = SYNTHETIC[name](size).astype(np.float32)
    return Image(
        array,
        name,
        FileFacts("formula", size, "float32"),
        range=(0.0, 1.0),
        range_source="its formula",
    )


def _computed_volume(name: str, selection: Selection) -> Image:
    from sampviz.images.formats.nibabel_image import read_placed  # nibabel takes a while

    array = VOLUMES[name]().astype(np.float32)
    # Voxels of a file run to the right, to the front and up; rows are counted from the front.
    image = read_placed(array[:, ::-1].T, np.eye(4), name, selection)
    return replace(
        image,
        file=FileFacts("formula", array.shape, "float32"),
        range=(0.0, 1.0),
        range_source="its formula",
    )


def _parse_synthetic(text: str) -> tuple[str, tuple[int, int]]:
    name, colon, size_text = text.partition(":")
    where = PREFIX + text
    if name in SAMPLE_FILES:
        raise InputError(f"sample {name!r} is a file and has its own size", where, "leave it out")
    if name in SAMPLE_NETWORKS:
        fix = f"`sampviz network {PREFIX}{name}` reads it"
        raise InputError(f"sample {name!r} is a network and no image", where, fix)
    if name in VOLUMES:
        raise InputError(f"sample {name!r} is a volume and has its own size", where, "leave it out")
    if name not in SYNTHETIC:
        fix = did_you_mean(
            name,
            [*SAMPLE_FILES, *SYNTHETIC, *VOLUMES],
            "the samples are " + " ".join([*SAMPLE_FILES, *SYNTHETIC, *VOLUMES]),
        )
        raise InputError(f"no sample is named {name!r}", where, fix)
    size = DEFAULT_SIZE
    if colon:
        match = _SIZE.fullmatch(size_text)
        if not match or max(map(int, match.groups())) > _LARGEST_SIDE:
            raise InputError(
                f"{size_text!r} is not a size",
                where,
                f"write HxW with sides of 1..{_LARGEST_SIDE} px",
            )
        size = int(match[1]), int(match[2])
    return name, size
