"""Baselines: snapshots in a folder, three files for each.

NAME.npz holds the arrays, NAME.json their hashes, the windows, the words and the record, to be
read in a review, and NAME.png is the figure itself. The same snapshot gives the same bytes. The
folder is locked meanwhile, so that who compares sees all three of one time.
"""

import json
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import AbstractContextManager
from hashlib import sha256
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from sampviz.core.atomic_write import atomic_write, folder_locked
from sampviz.core.budget import LimitError
from sampviz.core.errors import InputError, SampvizError, SampvizWarning, argument
from sampviz.core.ignored_warnings import ignored_warnings
from sampviz.core.open_file import open_file
from sampviz.core.stored_npy import npy_header
from sampviz.dsp.dtypes import Array
from sampviz.figures.drawn_figure import encode_figure
from sampviz.figures.panels.colormap import Pixels
from sampviz.figures.render.render import PanelFigure
from sampviz.images.load import load
from sampviz.recipes.provenance import parse_record
from sampviz.testing.snapshots.snapshot import Snapshot, SnapshotPanel

_SCHEMA = 1
_LONGEST = 2**24  # bytes of a JSON file
_LARGEST = 2**32  # bytes of all arrays
_FIX = f"get it again, or write it again with {argument('update')}"


def write_snapshot(folder: Path, snapshot: Snapshot, figure: PanelFigure | None) -> None:
    """Write a snapshot; the JSON comes last, so that it belongs to what is there."""

    # The folder may come with a clone, and a link in it lead anywhere.
    def whole(ending: str) -> AbstractContextManager[Path]:
        return atomic_write(folder / f"{snapshot.name}{ending}", within=folder)

    picture = encode_figure(figure, ".png") if figure else None
    arrays = {str(i): panel.array for i, panel in enumerate(snapshot.panels)}
    panels = [
        {
            "name": panel.name,
            "shape": list(panel.array.shape),
            "dtype": str(panel.array.dtype),
            "sha256": _hash(panel.array),
            "window": list(panel.limits) if panel.limits else None,
        }
        for panel in snapshot.panels
    ]
    table = {
        "schema": _SCHEMA,
        "panels": panels,
        "words": snapshot.words,
        "dpi": snapshot.dpi,
        "versions": dict(snapshot.versions),
        "record": json.loads(snapshot.record) if snapshot.record else None,
    }
    with folder_locked(folder, shared=False):
        if picture:
            with whole(".png") as file:
                file.write_bytes(picture)
        with whole(".npz") as file, file.open("wb") as opened:
            np.savez_compressed(opened, allow_pickle=False, **arrays)
        with whole(".json") as file:
            file.write_text(json.dumps(table, indent=1) + "\n", "utf-8")


def is_there(folder: Path, name: str) -> bool:
    """Whether a folder has a baseline of that name."""
    return (folder / f"{name}.json").is_file()


def names_in(folder: Path) -> list[str]:
    """Return the names of all baselines in a folder, sorted."""
    names = (path.stem for path in folder.glob("*.json"))
    return sorted(name for name in names if (folder / f"{name}.npz").is_file())


def read_snapshot(folder: Path, name: str) -> Snapshot:
    """Read a baseline; InputError if it is not whole, or its arrays are not those of its hashes."""
    with folder_locked(folder, shared=True):
        return _read_snapshot(folder, name)


def _read_snapshot(folder: Path, name: str) -> Snapshot:
    path = folder / f"{name}.json"
    with open_file(path, str(path)) as file:
        text = file.read(_LONGEST)
    try:
        table = json.loads(text)
        entries = table["panels"]
        arrays = _arrays(folder / f"{name}.npz", len(entries))
        panels = [
            _panel(entry, array) for entry, array in zip(table["panels"], arrays, strict=True)
        ]
        record = json.dumps(table["record"]) if table["record"] else ""
        if record:
            parse_record(record, str(path))
        dpi = None if table["dpi"] is None else float(table["dpi"])
        pixels = read_png(folder / f"{name}.png") if dpi else None
        versions = {str(key): str(value) for key, value in table["versions"].items()}
        return Snapshot(name, panels, str(table["words"]), record, versions, dpi, pixels)
    except LimitError:
        raise
    except SampvizError as err:
        raise InputError(f"the baseline is damaged: {err.what}", str(path), _FIX) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as err:
        raise InputError(f"the baseline is damaged: {err}", str(path), _FIX) from None


def read_png(path: Path) -> Pixels:
    """Return the pixels of a stored PNG, (H, W, 3)."""
    with ignored_warnings(SampvizWarning):  # of an alpha that is 1 everywhere
        array = load(path).array
    colour = np.broadcast_to(array, (3, *array.shape[-2:]))
    return np.ascontiguousarray(colour.transpose(1, 2, 0)).astype(np.uint8)


def _arrays(path: Path, count: int) -> list[Array]:
    with open_file(path, str(path)) as file:
        try:
            archive = zipfile.ZipFile(file)
            if sum(_size(archive, member, path) for member in archive.namelist()) > _LARGEST:
                raise ValueError("its arrays are too large")
            file.seek(0)
            with np.load(file, allow_pickle=False) as arrays:
                return [arrays[str(i)] for i in range(count)]
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as err:
            raise ValueError(str(err)) from None


def _size(archive: zipfile.ZipFile, member: str, path: Path) -> int:
    """Return how many bytes an array has, as its header says."""
    with archive.open(member) as file:
        shape, _, dtype = npy_header(file, str(path))
    return prod(shape) * dtype.itemsize


def _panel(table: Mapping[str, Any], array: Array) -> SnapshotPanel:
    if table["sha256"] != _hash(array):
        raise ValueError(f"the array of {table['name']!r} has another hash")
    window = table["window"]
    limits = (float(window[0]), float(window[1])) if window else None
    return SnapshotPanel(str(table["name"]), array, limits)


def _hash(array: Array) -> str:
    head = f"{array.dtype.str} {array.shape}".encode()
    return sha256(head + np.ascontiguousarray(array).tobytes()).hexdigest()
