"""Zarr and OME-Zarr: a folder of chunks, of which those of the wanted slice are read."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any

from sampviz.core.errors import InputError, argument
from sampviz.images.formats.datasets import choose_dataset
from sampviz.images.formats.format import Format, Source
from sampviz.images.formats.npy import as_format, select
from sampviz.images.formats.zarr_store import MARKS, check_array, metadata, open_array, within
from sampviz.images.image import Image
from sampviz.images.selection import Selection

_KIND = "a Zarr"
_FIX = "write it anew, with zarr or ome-zarr"
_MOST_LEVELS = 64
_MOST_FOLDERS = 1000  # that are looked at for arrays
_MM = {
    "meter": 1e3, "centimeter": 10.0, "millimeter": 1.0, "micrometer": 1e-3, "nanometer": 1e-6,
    "angstrom": 1e-7,
}  # fmt: skip
_SECONDS = {"second": 1.0, "millisecond": 1e-3, "microsecond": 1e-6, "minute": 60.0, "hour": 3600.0}


def matches_folder(folder: Path) -> bool:
    """Whether a folder is a group or an array of Zarr."""
    return any((folder / mark).is_file() for mark in MARKS)


def _read(source: Source, selection: Selection) -> Image:
    """Return one slice, or the volume, of a level of OME-Zarr; else one array."""
    where, root = source.where, source.path
    said = metadata(root, "zarr.json", where)
    attributes = said.get("attributes", {}) or metadata(root, ".zattrs", where)
    if isinstance(attributes, dict):
        attributes = attributes.get("ome", attributes)
    scales = attributes.get("multiscales") if isinstance(attributes, dict) else None
    if isinstance(scales, list) and scales and isinstance(scales[0], dict):
        return _read_level(scales[0], source, selection)
    selection.refuse(where, "an array", "plane", "slice")
    arrays = _arrays(root, where)
    name = choose_dataset(arrays, where, selection, _KIND)
    stored: Any = open_array(source, root / name, selection)
    _check_numbers(stored, where)
    image = select(stored, source.name, where, selection)
    return as_format(image, "Zarr", tuple(stored.shape), {"dataset": name} if name else {})


def _read_level(scales: Mapping[str, Any], source: Source, selection: Selection) -> Image:
    from sampviz.images.formats.array_voxels import read_stack
    from sampviz.images.formats.volume_header import VolumeFacts

    where = source.where
    levels = scales.get("datasets")
    if not isinstance(levels, list) or not 1 <= len(levels) <= _MOST_LEVELS:
        raise _unreadable("it has no datasets", where)
    paths = [str(level.get("path", "")) if isinstance(level, dict) else "" for level in levels]
    listed = {}
    for path in paths:
        folder = within(source.path, path, where)
        check_array(folder, where, selection)
        described = metadata(folder, "zarr.json", where) or metadata(folder, ".zarray", where)
        kind = str(described.get("dtype", described.get("data_type")))[:10]
        listed[path] = tuple(described["shape"]), kind
    is_choice = selection.dataset is None and len(paths) > 1
    name = paths[0] if is_choice else choose_dataset(listed, where, selection, _KIND)
    array = open_array(source, within(source.path, name, where), selection)
    _check_numbers(array, where)
    axes, units = _axes(scales, len(array.shape), where)
    spacing, seconds = _spacing(scales, levels[paths.index(name)], axes, units)
    facts = VolumeFacts(
        format="OME-Zarr",
        spacing=spacing,
        is_of_body=False,
        seconds=seconds,
        facts={"dataset": name},
    )
    image = read_stack(array, axes, facts, source.name, where, selection, "an OME-Zarr")
    if not is_choice:
        return image
    level = f"level {name} of {len(paths)} is taken; {argument('dataset')} chooses"
    return replace(image, choices=(*image.choices, level))


def _arrays(root: Path, where: str) -> dict[str, tuple[tuple[int, ...], str]]:
    """Return the arrays in a folder, and below it, by their paths."""
    arrays: dict[str, tuple[tuple[int, ...], str]] = {}
    for count, (folder, subfolders, names) in enumerate(os.walk(root)):
        subfolders.sort()
        if count > _MOST_FOLDERS:
            raise _unreadable(f"more than {_MOST_FOLDERS} folders, and none is of OME-Zarr", where)
        is_array = ".zarray" in names
        said = metadata(Path(folder), ".zarray" if is_array else "zarr.json", where)
        if is_array or said.get("node_type") == "array":
            subfolders.clear()  # of chunks
            shape = said.get("shape")
            if isinstance(shape, list) and 2 <= len(shape) <= 5:
                name = Path(folder).relative_to(root).as_posix().removeprefix(".")
                kind = str(said.get("dtype", said.get("data_type")))[:10]
                arrays[name] = tuple(shape), kind
    return arrays


def _check_numbers(array: Any, where: str) -> None:
    if getattr(array.dtype, "kind", "O") not in "biufc":
        raise _unreadable(f"it holds {str(array.dtype)[:40]}", where)


def _axes(scales: Mapping[str, Any], count: int, where: str) -> tuple[str, Sequence[str]]:
    """Return the letters of the axes, and their units; before version 0.3 all are there."""
    entries = scales.get("axes") or [{"name": letter} for letter in "tczyx"[-count:]]
    if not isinstance(entries, list):
        raise _unreadable("its axes are no list", where)
    tables = [entry if isinstance(entry, dict) else {"name": entry} for entry in entries]
    letters = "".join(str(table.get("name", "?"))[:9].lower() for table in tables)
    if len(tables) != count or len(letters) != count or set(letters) - set("tczyx"):
        raise _unreadable(f"its axes are {letters[:40]!r}, of {count}", where)
    if len(set(letters)) < count or not {"x", "y"} <= set(letters):
        raise _unreadable(f"its axes are {letters!r}", where)
    return letters, [str(table.get("unit", "")) for table in tables]


def _spacing(
    scales: Mapping[str, Any], level: Mapping[str, Any], axes: str, units: Sequence[str]
) -> tuple[tuple[float, float, float] | None, float]:
    """Return mm along x, y and z, None where they are not said, and seconds between frames."""
    factors = [1.0] * len(axes)
    is_said = False
    for transforms in (
        level.get("coordinateTransformations"),
        scales.get("coordinateTransformations"),
    ):
        for transform in transforms if isinstance(transforms, list) else []:
            scale = transform.get("scale") if isinstance(transform, dict) else None
            if isinstance(scale, list) and len(scale) == len(axes):
                numbers = [_positive(number) for number in scale]
                factors = [a * b for a, b in zip(factors, numbers, strict=True)]
                is_said = True
    step = dict(zip(axes, factors, strict=True))
    unit = dict(zip(axes, units, strict=True))
    x, y, z = (step.get(a, 1.0) * _MM.get(unit.get(a, "millimeter"), 0.0) for a in "xyz")
    seconds = step.get("t", 0.0) * _SECONDS.get(unit.get("t", ""), 0.0)
    return (x, y, z or 1.0) if is_said and x and y else None, seconds if is_said else 0.0


def _positive(number: Any) -> float:
    is_number = isinstance(number, (int, float)) and isfinite(number) and number > 0
    return float(number) if is_number else 0.0


def _unreadable(what: str, where: str) -> InputError:
    return InputError(f"the folder is {_KIND} that cannot be read: {what}", where, _FIX)


FORMAT = Format(
    name="Zarr",
    endings=(".zarr", ".ome.zarr"),
    content="a folder on disk, version 2 or 3: OME-Zarr with its spacing, channels and frames, the"
    " finest level unless `--dataset` names another; else one array",
    read=_read,
    matches_folder=matches_folder,
    kind=_KIND,
    extra="zarr",
    library="zarr",
    has_datasets=True,
)
