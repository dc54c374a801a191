"""Read NIfTI-1 and NIfTI-2: a slice or a volume in canonical orientation, and where it lies.

Axes are flipped and swapped, never resampled. Only the selected slice is read: of a .nii its
pieces, of a .nii.gz nothing behind it.
"""

from dataclasses import replace
from math import prod
from pathlib import Path

import numpy as np

from sampviz.core.errors import InputError, UsageError, argument
from sampviz.dsp.dtypes import Array
from sampviz.dsp.fourier_crop import kspace_to_image
from sampviz.images.formats.nibabel_import import nib
from sampviz.images.formats.nifti_affine import geometry_notes
from sampviz.images.formats.nifti_canonical import PLANE_AXES, CanonicalVolume, canonical_volume
from sampviz.images.formats.nifti_components import Components, select_components
from sampviz.images.formats.nifti_header import Header
from sampviz.images.formats.nifti_voxels import AnyVoxels, open_voxels
from sampviz.images.formats.rescale import ALPHA_NOTE, as_numbers, over_black
from sampviz.images.geometry import AXIS_NAMES, Geometry, SlicePlane
from sampviz.images.image import FileFacts, Image, Labels
from sampviz.images.label_map import label_ids
from sampviz.images.selection import PLANES, Selection, index, slice_index


def read_nifti(path: Path, name: str, where: str, selection: Selection) -> Image:
    """Read one slice, or a volume.

    Parameters
    ----------
    path : Path
        A single file, or either of a pair; plain or gzip.
    name : str
        What the image is called.
    where : str
        The name of the input, for errors.
    selection : Selection
        Which slice and frame, or the volume.

    Returns
    -------
    Image
        (H, W), (3, H, W) in colour, (C, H, W) of components, or a volume of (D, H, W) or
        (T, D, H, W).

    Raises
    ------
    InputError
        For a file that cannot be read.
    UsageError
        If the selection asks for what the file has not.
    """
    with open_voxels(path, where, selection.most_unpacked) as voxels:
        return select(voxels, name, where, selection)


def select(voxels: AnyVoxels, name: str, where: str, selection: Selection) -> Image:
    """Return one slice, or the volume, of voxels that are read when they are needed.

    Parameters
    ----------
    voxels : AnyVoxels
        With a checked header.
    name : str
        What the image is called.
    where : str
        The name of the input, for errors.
    selection : Selection
        Which slice and frame, or the volume.

    Returns
    -------
    Image
        As `read_nifti` returns it.
    """
    read = _read_volume if selection.volume else _read_slice
    return read(canonical_volume(voxels), name, where, selection)


def _read_slice(volume: CanonicalVolume, name: str, where: str, selection: Selection) -> Image:
    plane = selection.plane or _default_plane(volume.shape)
    _, down, along = PLANE_AXES[plane]
    components = select_components(volume.header, selection, where)
    sides = (*components.lead_shape, volume.shape[down], volume.shape[along])
    selection.check_size(sides, where)
    k, texts = _slice_of_plane(volume, plane, selection)
    taken = texts[k]
    frame = index("frame", selection.frame, volume.frames)
    selection.check_kspace(volume.header.dtype, where)

    planes = [volume.slice(plane, k, c * volume.frames + frame) for c in components.numbers]
    stored = np.stack(planes) if components.lead_shape else planes[0]
    values, notes = _values(stored, volume.header, where, selection)
    if selection.kspace:  # before it is flipped, which would move the centre of k-space
        values = kspace_to_image(values)
    values = volume.upright(plane, components.compose(values))
    if volume.frames > 1:
        taken += f", frame {frame} of 0..{volume.frames - 1}"
    affine = volume.plane_affine(plane, k)
    codes = nib.orientations.aff2axcodes(affine)
    notes = (*_notes(volume, components, selection), *notes)
    geometry = Geometry(affine, (codes[0], codes[1]) if volume.header.is_oriented else None)
    colour = components.colour or volume.header.dtype.names is not None
    facts = _file_facts(volume.header, frame, selection)
    image = Image(values, name, facts, geometry, None, taken + components.text, notes, colour)
    if colour:
        return replace(image, range=(0.0, 255.0), range_source="8 bit")
    return _with_header(image, volume.header)


def _slice_of_plane(
    volume: CanonicalVolume, plane: str, selection: Selection
) -> tuple[int, list[str]]:
    """Return the index of the selected slice of a plane, and the descriptions of all."""
    across = PLANE_AXES[plane][0]
    count = volume.shape[across]
    step = volume.affine[across, across]
    middle = (np.array(volume.shape) - 1) / 2
    middle[across] = 0
    first = float((volume.affine @ [*middle, 1])[across])
    oriented = volume.header.is_oriented
    if not oriented and (selection.slice or "").startswith("mm="):
        raise UsageError(
            "the file does not say where its slices lie",
            argument("slice"),
            "write an index (90) or a percentage (60%)",
        )
    k = slice_index(selection.slice, count, first, step)
    texts = [f"slice {i} of 0..{count - 1}" for i in range(count)]
    if not oriented:
        return k, [f"{text} along the {AXIS_NAMES[across]}" for text in texts]
    places = [f"{'xyz'[across]} = {first + i * step:.1f} mm" for i in range(count)]
    return k, [f"{plane} {text}, {place}" for text, place in zip(texts, places, strict=True)]


def _read_volume(volume: CanonicalVolume, name: str, where: str, selection: Selection) -> Image:
    """Read a volume, or all volumes of a series: slices upwards, rows from the front."""
    selection.check_kspace(volume.header.dtype, where)
    if selection.kspace:
        raise UsageError(
            "k-space is read slice by slice",
            f"{argument('kspace')}, for {where}",
            f"leave out {argument('volume')}",
        )
    if volume.header.dtype.names:
        raise InputError("a volume in colour is not read whole", where, "read its slices")
    all_frames = selection.series and selection.frame is None and volume.frames > 1
    frames = volume.frames if all_frames else 1
    selection.check_size(
        (*volume.stored_shape, frames) if all_frames else volume.stored_shape, where
    )
    components = select_components(volume.header, selection, where)
    frame = index("frame", selection.frame, volume.frames)
    size = prod(volume.stored_shape)
    first = components.numbers[0] * volume.frames + frame
    flat = volume.voxels.pieces(first * size, 1, frames * size, frames * size)
    values = flat.reshape(frames, *volume.stored_shape[::-1])
    z, y, x = (3 - volume.stored_axis[canonical] for canonical in (2, 1, 0))
    values = values.transpose(0, z, y, x)
    reversed_axes = (volume.flipped[2], not volume.flipped[1], volume.flipped[0])
    values = values[:, *(slice(None, None, -1 if flip else 1) for flip in reversed_axes)]
    array, notes = _values(values if all_frames else values[0], volume.header, where, selection)
    array = np.ascontiguousarray(array)

    to_voxel = np.zeros((4, 4))
    to_voxel[2, 0] = to_voxel[0, 2] = to_voxel[3, 3] = 1
    to_voxel[1, 1], to_voxel[1, 3] = -1, volume.shape[1] - 1
    geometry = Geometry(
        volume.affine @ to_voxel, ("S", "P", "R") if volume.header.is_oriented else None, 3
    )
    planes = [selection.plane] if selection.plane else list(PLANES)
    slice_planes = tuple(_slice_plane(volume, plane, selection) for plane in planes)
    taken = "volume"
    if volume.frames > 1:
        taken += f", {'all frames' if all_frames else f'frame {frame}'} of 0..{volume.frames - 1}"
    notes = (*_notes(volume, components, selection), *notes)
    image = Image(
        array,
        name,
        _file_facts(volume.header, frame, selection),
        geometry,
        taken=taken + components.text,
        notes=notes,
        slice_planes=slice_planes,
    )
    return _with_header(image, volume.header)


def _slice_plane(volume: CanonicalVolume, plane: str, selection: Selection) -> SlicePlane:
    """Return the selected slice of a plane, by its index in the volume as it is read."""
    k, texts = _slice_of_plane(volume, plane, selection)
    label = "" if volume.header.is_oriented else AXIS_NAMES[PLANE_AXES[plane][0]]
    i, by_index = k, texts
    if plane == "coronal":
        i, by_index = len(texts) - 1 - k, texts[::-1]
    is_chosen = selection.slice is not None
    return SlicePlane(plane, i, texts[k], label, () if is_chosen else tuple(by_index))


def _default_plane(shape: tuple[int, int, int]) -> str:
    # A volume of one slice is read in the plane of that slice.
    flat = [plane for plane in PLANES if shape[PLANE_AXES[plane][0]] == 1]
    return flat[0] if len(flat) == 1 else "axial"


def _values(
    stored: Array, header: Header, where: str, selection: Selection
) -> tuple[Array, tuple[str, ...]]:
    """Return the values of stored voxels, (3, H, W) of colours, and notes."""
    if not header.dtype.names:
        return as_numbers(stored, where, selection.nan, header.slope, header.inter)
    colours = np.stack([stored[c] for c in "RGB"], -1).astype(np.float32)
    notes: tuple[str, ...] = ()
    if "A" in header.dtype.names:
        colours = over_black(colours, stored["A"].astype(np.float32) / 255)
        notes = (ALPHA_NOTE,)
    return colours.transpose(2, 0, 1), notes


def _with_header(image: Image, header: Header) -> Image:
    """Return an image with what the header says of its values: a window, or that it has labels."""
    ids = label_ids(image.array) if header.has_labels else None
    labels = Labels(ids, f"its intent: {header.intent}") if ids else None
    return replace(image, header_window=header.window, labels=labels)


def _file_facts(header: Header, frame: int, selection: Selection) -> FileFacts:
    """Return what a file holds, with the header as it is of what is read."""
    raw = header.raw.copy()
    if frame:  # what is read begins later than the series
        raw["toffset"] += frame * raw["pixdim"][4]
    if selection.kspace:  # of an image made of it nothing is said
        raw["cal_min"] = raw["cal_max"] = 0
    kept = replace(header, raw=raw)
    return FileFacts(header.format, header.stored_shape, header.type, kept, header.facts)


def _notes(
    volume: CanonicalVolume, components: Components, selection: Selection
) -> tuple[str, ...]:
    """Return what a reader should know of the header, the orientation and the components."""
    return (*volume.header.notes, *_geometry_notes(volume, selection), *components.notes)


def _geometry_notes(volume: CanonicalVolume, selection: Selection) -> tuple[str, ...]:
    if volume.header.is_oriented:
        return geometry_notes(volume.affine)
    if not volume.header.is_of_body:
        return ()
    note = "the file does not say which way is left: drawn as stored, without letters"
    if not selection.plane:
        return (note,)
    axis = AXIS_NAMES[PLANE_AXES[selection.plane][0]]
    plane_note = f"the file does not say which plane is {selection.plane}"
    return (note, f"{plane_note}: slices along its {axis} are taken")
