"""The numbers of a network as JSON and CSV, and what they were made with."""

import csv
import json
from collections.abc import Iterator, Mapping
from hashlib import file_digest, sha256
from importlib.metadata import version
from math import isfinite, isnan
from pathlib import Path
from typing import Any

import numpy as np

from sampviz.core.atomic_write import atomic_write
from sampviz.core.errors import OutputError, UsageError, argument
from sampviz.core.open_file import open_file
from sampviz.core.table_text import check_table_ending, csv_cell
from sampviz.core.version import __version__
from sampviz.dsp.dtypes import Array
from sampviz.images.load import digest
from sampviz.networks.entering_image import EnteringImage
from sampviz.networks.ladder import Layer, Merge, Network
from sampviz.networks.layer_measures import LayerMeasures, SwapMeasures
from sampviz.networks.output_shift import OutputShift

MEASURES = (
    "nyquist",
    "stake",
    "alias",
    "fold",
    "fold_inner",
    "fold_median",
    "equivariance",
    "above",
    "checkerboard",
    "variation",
)
_PROGRAMS = ("numpy", "scipy", "onnx", "onnxruntime")
_ENDINGS = (".csv", ".json")


def provenance(model: Any, entering: EnteringImage) -> dict[str, Any]:
    """Return the SHA-256 of model and image, and the versions of the programs.

    Parameters
    ----------
    model : str, Path or onnx.ModelProto
        The model.
    entering : EnteringImage
        What entered it.

    Returns
    -------
    dict
    """
    if isinstance(model, (str, Path)):
        name = Path(model).name
        with open_file(Path(model), str(model)) as file:
            hashed = file_digest(file, "sha256").hexdigest()
    else:
        name, hashed = "", sha256(model.SerializeToString(deterministic=True)).hexdigest()
    source = entering.source
    return {
        "model": {"name": name, "sha256": hashed},
        "image": {"name": entering.image, "sha256": digest(source) if source else None},
        "versions": {"sampviz": __version__, **{name: version(name) for name in _PROGRAMS}},
    }


def network_values(net: Network, *, channels: bool = True) -> dict[str, Any]:
    """Return the numbers of a network as JSON can hold them.

    Parameters
    ----------
    net : Network
        The network.
    channels : bool
        Whether those of each channel are among them.

    Returns
    -------
    dict
    """
    values: dict[str, Any] = {
        "layers": [_layer_values(layer, channels=channels) for layer in net.layers],
        "merges": list(map(_merge_values, net.merges)),
        "pooled": list(net.pooled),
        "ends": {name: list(layers) for name, layers in net.ends.items()},
        "different_steps": {
            name: [list(map(float, step)) for step in steps]
            for name, steps in net.different_steps.items()
        },
    }
    if net.entering is not None:
        entering = {
            "input": net.entering.name,
            "shape": list(net.entering.array.shape),
            "range": list(net.entering.range),
            "steps": list(net.entering.steps),
        }
        values |= {"entering": entering, **net.made_with}
    if net.shift is not None:
        values["shift"] = _shift_values(net.shift)
    return values


def _shift_values(shift: OutputShift) -> dict[str, Any]:
    return {
        "output": shift.output,
        "wraps": shift.wraps,
        "shifts": list(shift.shifts),
        "errors": shift.errors.tolist(),
        "low": {f"{float(band):g}": errors.tolist() for band, errors in shift.low.items()},
        "changes": [None if isnan(change) else change for change in shift.changes.tolist()],
        "margin": shift.margin,
        "drift": None if shift.drift is None else shift.drift.tolist(),
        "reads_positions": shift.reads_positions,
        "swaps": [
            {
                "op": swap.op,
                "kind": swap.kind,
                "layers": swap.layers,
                "distance": swap.distance,
                "errors": swap.shift.errors.tolist(),
                "margin": swap.shift.margin,
                "drift": None if swap.shift.drift is None else swap.shift.drift.tolist(),
            }
            for swap in shift.swaps
        ],
    }


def _layer_values(layer: Layer, *, channels: bool) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": layer.name,
        "op": layer.op,
        "entering": list(layer.entering),
        "size": list(layer.size),
        "step": [float(v) for v in layer.step],
        "delta": [[float(v) for v in ends] for ends in layer.delta],
        "nyquist_frequency": [float(v) for v in layer.nyquist],
        "spacing": list(layer.spacing) if layer.spacing else None,
        "nyquist_per_mm": list(layer.nyquist_per_mm) if layer.nyquist_per_mm else None,
        "centroid": list(layer.centroid) if layer.centroid else None,
    }
    if layer.measures is None:
        return values
    measures = layer.measures
    values |= {**measures.values, "undefined": dict(measures.undefined)}
    values |= {"notes": list(measures.notes)} if measures.notes else {}
    values |= {"channel": measures.shown.channel if measures.shown else None}
    values |= {"channels": _lists(measures.channels)} if channels else {}
    values["swaps"] = [
        {
            "op": swap.op,
            **swap.values,
            **({"channels": _lists(swap.channels)} if channels else {}),
        }
        for swap in measures.swaps
    ]
    return values


def _lists(channels: Mapping[str, Array]) -> dict[str, list[float | None]]:
    return {
        name: [v if isfinite(v) else None for v in of_each.tolist()]
        for name, of_each in channels.items()
    }


def _merge_values(merge: Merge) -> dict[str, Any]:
    return {
        "name": merge.name,
        "op": merge.op,
        "layers": list(merge.layers),
        "size": list(merge.size),
        "step": [float(v) for v in merge.step],
        "apart": [[float(v) for v in ends] for ends in merge.apart],
        "apart_px": [[float(v) for v in ends] for ends in merge.apart_px],
        "apart_mm": [list(ends) for ends in merge.apart_mm] if merge.apart_mm else None,
    }


def check_ending(path: Path) -> None:
    """Raise OutputError if the numbers cannot be written under that name."""
    check_table_ending(path, _ENDINGS)


def check_out(out: str | Path | None, maps: str | int | None) -> None:
    """Raise an error if numbers, or maps, cannot be written there."""
    if maps is None:
        if out is not None and Path(out).suffix.lower() == ".npy":
            fix = f"add {argument('maps', 'LAYER')}, or end the name in .csv or .json"
            raise UsageError("which maps to write is not said", str(out), fix)
        if out is not None:
            check_ending(Path(out))
    elif out is None:
        raise UsageError("no file is named", argument("maps"), f"add {argument('out', 'FILE.npy')}")
    elif Path(out).suffix.lower() != ".npy":
        what = f"maps cannot be written as {Path(out).suffix or 'a name without ending'}"
        raise OutputError(what, str(out), "end the name in .npy")


def write_maps(maps: Array, path: Path, *, overwrite: bool = False) -> None:
    """Write what enters a layer, an array C x H x W or C x D x H x W, to FILE.npy."""
    with atomic_write(path, overwrite=overwrite) as temporary, temporary.open("wb") as file:
        np.save(file, maps)


def write_network(net: Network, path: Path, *, overwrite: bool = False) -> None:
    """Write the numbers of a network, those of each channel too.

    Parameters
    ----------
    net : Network
        Which was run on an image.
    path : Path
        FILE.json, or FILE.csv: a line for each layer and filter in its place, and for each of
        their channels.
    overwrite : bool
        Whether a file may be replaced.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    check_ending(path)
    with (
        atomic_write(path, overwrite=overwrite) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        if path.suffix.lower() == ".json":
            json.dump({"schema": 1, **network_values(net)}, file, indent=1, allow_nan=False)
            file.write("\n")
            return
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["layer", "name", "op", "in_place", "channel", "size", "step", *MEASURES])
        for layer in net.layers[1:]:
            writer.writerows(_lines(layer))


def _lines(layer: Layer) -> Iterator[list[Any]]:
    if layer.measures is None:
        return
    sides = ("x".join(map(str, values)) for values in (layer.size, layer.step))
    name, size, step = csv_cell(layer.name), *sides
    trained: LayerMeasures | SwapMeasures = layer.measures
    for op, measures in [("", trained), *((swap.op, swap) for swap in layer.measures.swaps)]:
        head = [layer.number, name, layer.op, op]
        yield [*head, "all", size, step, *(measures.values.get(m, "") for m in MEASURES)]
        count = max(map(len, measures.channels.values()), default=0)
        for channel in range(count):
            cells = (_cell(measures.channels.get(m), channel) for m in MEASURES)
            yield [*head, channel, size, step, *cells]


def _cell(of_each: Array | None, channel: int) -> float | str:
    is_number = of_each is not None and isfinite(of_each[channel])
    return float(of_each[channel]) if is_number and of_each is not None else ""
