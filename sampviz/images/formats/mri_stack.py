"""k-space of several coils and images made of it: slices x coils x rows x columns."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sampviz.core.errors import UsageError, argument
from sampviz.dsp.dtypes import Array
from sampviz.dsp.fourier_crop import kspace_to_image
from sampviz.images.formats.format import Source
from sampviz.images.formats.rescale import as_numbers
from sampviz.images.geometry import Geometry
from sampviz.images.image import FileFacts, Image
from sampviz.images.selection import Selection, index, slice_index

_KSPACE = "kspace"
_IMAGES = ("reconstruction_rss", "reconstruction_esc")


@dataclass(frozen=True)
class Space:
    """A matrix and how large it is.

    Parameters
    ----------
    matrix : tuple of int
        Columns, rows and slices or partitions.
    size : tuple of float
        Millimetres.
    """

    matrix: tuple[int, int, int]
    size: tuple[float, float, float]


@dataclass(frozen=True)
class MriHeader:
    """What a header says of the space of a measurement.

    Parameters
    ----------
    encoded, image : Space
        Of k-space, and of the image that is made of it.
    trajectory : str
        Such as "cartesian".
    centre : int
        The number of the line in the middle of k-space; -1 where that is not said.
    """

    encoded: Space
    image: Space
    trajectory: str
    centre: int


@dataclass(frozen=True, eq=False)
class MriFile:
    """An array of slices (x coils) x rows x columns, with what its file says.

    Parameters
    ----------
    array : array_like
        Has a shape and a type, and is read by numbers and slices.
    format : str
        "fastMRI" or "ISMRMRD".
    dataset : str
        The name of the array.
    header : MriHeader, optional
        That of ISMRMRD; None where the file has none, and says no spacing.
    taken : str
        Which frame it is; "" for all.
    choice : str
        What was decided, with the option that decides otherwise.
    """

    array: Any
    format: str
    dataset: str
    header: MriHeader | None
    taken: str = ""
    choice: str = ""


def fastmri_default(arrays: Mapping[str, Any], selection: Selection) -> tuple[str, str]:
    """Return which array of fastMRI is meant where none is named, and a word on that.

    Parameters
    ----------
    arrays : mapping of str
        By their names.
    selection : Selection
        With `kspace` it is k-space.

    Returns
    -------
    name : str
        "" where one is named, or the file is of something else.
    choice : str
        "" where there is one alone.
    """
    if selection.dataset or _KSPACE not in arrays:
        return "", ""
    images = [name for name in _IMAGES if name in arrays]
    name = _KSPACE if selection.kspace or not images else images[0]
    choice = f"the array {name} is taken; {argument('dataset')} chooses" if images else ""
    return name, "" if selection.kspace else choice


def is_coil_kspace(name: str, array: Any) -> bool:
    """Whether an array can be nothing but k-space of coils, of a file without a header.

    Parameters
    ----------
    name : str
        Of the array.
    array : array_like
        Has a type and a number of axes.

    Returns
    -------
    bool
    """
    return name == _KSPACE and array.dtype.kind == "c" and array.ndim == 4


def read_mri(file: MriFile, source: Source, selection: Selection) -> Image:
    """Return one slice, or the volume; with `kspace` the image of all coils, or of one.

    Parameters
    ----------
    file : MriFile
        Of k-space, or of images.
    source : Source
        The input.
    selection : Selection
        Which slice and coil.

    Returns
    -------
    Image
        Coils are combined by the root of the sum of squares; of one coil the image is complex.
    """
    if file.array.ndim not in (3, 4):
        shape = "x".join(map(str, file.array.shape))
        raise UsageError(
            f"the array {file.dataset} is {shape}: no slices of rows and columns",
            source.where,
            f"choose another: {argument('dataset')}",
        )
    if selection.kspace:
        image = _image_of_kspace(file, source, selection)
    else:
        image = _stack(file, source, selection)
        if file.array.dtype.kind == "c":
            choice = f"k-space as it was measured; {argument('kspace')} makes the image"
            image = replace(image, choices=(*image.choices, choice))
    taken = ", ".join(filter(None, (file.taken, image.taken)))
    return replace(image, taken=taken, choices=(*image.choices, *filter(None, [file.choice])))


def _stack(file: MriFile, source: Source, selection: Selection) -> Image:
    from sampviz.images.formats.array_voxels import read_stack
    from sampviz.images.formats.volume_header import VolumeFacts

    spacing, note = _spacing(file)
    needs_note = selection.volume or selection.plane not in (None, "axial")
    facts = VolumeFacts(
        format=file.format,
        spacing=spacing,
        notes=(note,) if needs_note or not spacing else (),
        facts={"dataset": file.dataset},
    )
    if file.taken:  # which frame it is was chosen before
        selection = replace(selection, frame=None)
    axes = "zcyx" if file.array.ndim == 4 else "zyx"
    return read_stack(
        file.array, axes, facts, source.name, source.where, selection, f"an array of {file.format}"
    )


def _spacing(file: MriFile) -> tuple[tuple[float, float, float] | None, str]:
    """Return mm between columns, rows and slices, None if they are not said, and a note on them."""
    if not file.header:
        return None, "the spacing is not known: the file has no ismrmrd_header"
    rows, columns = file.array.shape[-2:]
    encoded, image = file.header.encoded, file.header.image
    space = encoded if (columns, rows) == encoded.matrix[:2] else image
    if file.dataset == _KSPACE:
        space = encoded
    thickness = space.size[2] / space.matrix[2]
    note = f"slices are {thickness:.4g} mm thick; how far apart they lie is not said"
    return (space.size[0] / columns, space.size[1] / rows, thickness), note


def _image_of_kspace(file: MriFile, source: Source, selection: Selection) -> Image:
    """Return the image of one slice of k-space."""
    where, shape = source.where, file.array.shape
    selection.refuse(where, "k-space", "plane", "mosaic", "layout")
    if selection.volume:
        raise UsageError(
            "k-space is read slice by slice",
            f"{argument('kspace')}, for {where}",
            f"leave out {argument('volume')}",
        )
    if not file.taken:
        selection.refuse(where, "k-space of one frame", "frame")
    selection.check_kspace(file.array.dtype, where)
    count = shape[0]
    if (selection.slice or "").startswith("mm="):
        raise UsageError(
            "the file does not say where its slices lie", argument("slice"), "write an index (7)"
        )
    k = slice_index(selection.slice, count, 0.0, 1.0)
    selection.check_size(shape[1:], where)
    planes = np.asarray(file.array[k])
    values, notes = as_numbers(planes, where, selection.nan)
    coils = shape[1] if len(shape) == 4 else 1
    taken = f"slice {k} of 0..{count - 1}, " if count > 1 else ""
    pixels, text = _combined(kspace_to_image(values), coils, where, selection)
    spacing, note = _spacing(file)
    geometry = Geometry.of_spacing((spacing[1], spacing[0]), where) if spacing else None
    if not file.header:
        notes += (note,)
    elif file.header.image.matrix[:2] != shape[:-3:-1]:
        matrix = "x".join(map(str, file.header.image.matrix[1::-1]))
        notes += (f"not cut to the {matrix} pixels of its image space",)
    facts = FileFacts(file.format, shape, str(file.array.dtype), facts={"dataset": file.dataset})
    return Image(
        pixels, source.name, facts, geometry, taken=(taken + text).removesuffix(", "), notes=notes
    )


def _combined(images: Array, coils: int, where: str, selection: Selection) -> tuple[Array, str]:
    """Return the image of one coil, complex, or that of all, and which."""
    if images.ndim == 2:
        selection.refuse(where, "k-space of one coil", "channel")
        return images, ""
    if selection.channel_measure:  # of all coils one will be chosen
        return images, ""
    if selection.channel is not None:
        coil = index("channel", selection.channel_number, coils)
        return images[coil], f"coil {coil} of 0..{coils - 1}"
    combined = np.sqrt((images.real**2 + images.imag**2).sum(axis=0))
    return combined, f"{coils} coils combined by root of squares"
