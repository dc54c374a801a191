"""The data of the page's scripts: numbers and texts, and the names of packed arrays."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from sampviz.analysis.metric import Metric
from sampviz.analysis.metric_text import best_value, factor_of
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grids
from sampviz.dsp.spectrum import FLOOR_DB
from sampviz.dsp.volume_spectrum import amplitude_in_planes
from sampviz.figures.captions import annotations
from sampviz.figures.charts import fold_summary
from sampviz.figures.charts.fold_summary import ChainSummary, summarize_chains
from sampviz.figures.charts.pareto_chart import axis_label
from sampviz.figures.charts.spectrum import radial_curve
from sampviz.figures.panels.alias_rows import alias_stack, no_alias_reason
from sampviz.figures.panels.colormap import DIFFERENCE, SPECTRUM
from sampviz.figures.panels.column import Column
from sampviz.figures.panels.detail_rows import automatic_region, column_error, detail_window
from sampviz.figures.panels.label_colours import colour_of_label
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.picture_rows import symmetric_limit
from sampviz.figures.panels.zoom_region import Region
from sampviz.images.image import Image, luminance
from sampviz.images.intensity_window import Window
from sampviz.images.volume_slice import slices_across
from sampviz.report.array_store import DB_STEP, ArrayStore
from sampviz.report.spectra_data import rounded, spectra_data
from sampviz.report.subjects import Level, Subject
from sampviz.report.volume_planes import (
    plane_curves,
    plane_place,
    plane_regions,
)

_SIDES = ("left", "right", "top", "bottom")


def page_data(metrics: Sequence[Metric]) -> dict[str, Any]:
    """Return what all subjects have in common: measures, colours, steps of dB, words of charts."""
    return {
        "measures": [
            {
                "name": metric.name,
                "label": metric.label,
                "axis": axis_label(metric),
                "factor": factor_of(metric),
                "best": best_value(metric),
            }
            for metric in metrics
        ],
        "colours": colour_tables(),
        "decibels": {"floor": FLOOR_DB, "step": DB_STEP},
        "summary": {
            "titles": fold_summary.TITLES,
            "x": fold_summary.X_LABEL,
            "y": fold_summary.Y_LABELS[0],
            "headings": fold_summary.HEADINGS,
            "least": fold_summary.LEAST,
            "most": fold_summary.MOST,
        },
    }


def colour_tables() -> dict[str, str]:
    """Return the maps of spectra and of signed values, as `paint` takes them."""
    return {"spectrum": _table(SPECTRUM), "signed": _table(DIFFERENCE)}


def _table(name: str) -> str:
    """Return the 256 colours of a map as hexadecimal digits, as `paint` takes them."""
    import matplotlib as mpl

    table = np.rint(mpl.colormaps[name](np.arange(256))[:, :3] * 255).astype(np.uint8)
    return str(table.tobytes().hex())


def subject_model(
    subject: Subject, store: ArrayStore, metrics: Sequence[Metric], window: Window
) -> dict[str, Any]:
    """Return what is told of a subject; its arrays go into `store`."""
    image, labels = subject.image, _label_colours(subject.image)
    if not subject.slices:
        levels = [_level(level, store, metrics, window) for level in subject.levels]
        return {**_place(subject), "labels": labels, "levels": levels}
    slices = zip(image.slice_planes, subject.slices, strict=True)
    return {
        "planes": [{**plane_place(image, plane), **_place(cut)} for plane, cut in slices],
        "plane": subject.opening,
        "labels": labels,
        "levels": [
            _volume_level(level, [cut.levels[i] for cut in subject.slices], store, metrics, window)
            for i, level in enumerate(subject.levels)
        ],
    }


def _place(subject: Subject) -> dict[str, Any]:
    """Return how a plane lies in the patient and on the screen."""
    image = subject.image
    geometry, edges = image.geometry, annotations.edge_labels(image, mirrored=subject.mirrored)
    return {
        "size": list(image.size),
        "spacing": list(image.spacing) if image.spacing else None,
        # Where the file says which way is left: (row, column, 1) to mm.
        "affine": geometry.affine[:3, [0, 1, 3]].tolist() if geometry and geometry.axes else None,
        "edges": {side: getattr(edges, side) for side in _SIDES} if edges else None,
        "mirrored": subject.mirrored,
    }


def facts_of(subject: Subject, window: Window, rows: Sequence[str]) -> list[str]:
    """Return what a reader must know: which way is left, NaN, notes of the file; of rows more."""
    subject = subject.picture
    panel_data = subject.levels[0].panel_data
    panel_data = replace(panel_data, mirrored=subject.mirrored)
    return annotations.describe(
        [subject.image], [panel_data], rows, window, "shared", (), annotate=False
    )


def _label_colours(image: Image) -> dict[str, str] | None:
    """Return the colours of all labels as hexadecimal digits; None where values are amounts."""
    if not image.labels:
        return None
    ids = sorted({0, *image.labels.ids})
    return {str(label): bytes(colour_of_label(label, image.labels)).hex() for label in ids}


def _level(
    level: Level, store: ArrayStore, metrics: Sequence[Metric], window: Window
) -> dict[str, Any]:
    """Return what is told of a plane at a level."""
    panel_data = level.panel_data
    image = panel_data.image
    pixel = image.spacing or (1.0, 1.0)
    width = 1 / min(n * pixel_side for n, pixel_side in zip(image.size, pixel, strict=True))
    curves = [radial_curve(column, tuple(pixel), width) for column in panel_data.columns]
    panels, limits = _panels(level, store, metrics)
    spectra = spectra_data(panel_data.spectra, curves, store)
    pairs = zip(panels, spectra.pop("panels"), strict=True)
    return {
        "panels": [panel | spectrum for panel, spectrum in pairs],
        **_windows(panel_data, automatic_region(panel_data), window),
        "limits": limits,
        **spectra,
    }


def _volume_level(
    level: Level,
    slices: Sequence[Level],
    store: ArrayStore,
    metrics: Sequence[Metric],
    window: Window,
) -> dict[str, Any]:
    """Return what is told of a volume at a level: of its planes what a slice does not change."""
    panel_data = level.panel_data
    image, columns = panel_data.image, panel_data.columns
    panels, limits = _panels(level, store, metrics)
    for panel, column in zip(panels, columns, strict=True):
        error = column_error(panel_data, column) if column.chain else None
        # Of all slices, so that a slice says the same wherever the slider is.
        panel["mean"] = None if error is None else [_finite_mean(channel) for channel in error]
    scenes = [cut.panel_data for cut in slices]
    regions = plane_regions(panel_data, scenes)
    stacks = [column.grey if column.colour else column.stack for column in columns]
    planes = []
    for plane, scene, region in zip(image.slice_planes, scenes, regions, strict=True):
        spectra = [amplitude_in_planes(slices_across(stack, plane)) for stack in stacks]
        curves = plane_curves(image, columns, plane)
        planes.append({**_windows(scene, region, window), **spectra_data(spectra, curves, store)})
    return {"panels": panels, "planes": planes, "limits": limits}


def _panels(
    level: Level, store: ArrayStore, metrics: Sequence[Metric]
) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """Return what is told of all columns but their spectra, and the scales of the overlays."""
    panel_data = level.panel_data
    image = panel_data.image
    titles = {evaluation: column.heading for column, evaluation in panel_data.evaluations.items()}
    summaries = dict(zip(panel_data.evaluations, summarize_chains(titles), strict=True))
    overlays = _Overlays(panel_data, store)
    panels = []
    for column, panel_window in zip(panel_data.columns, panel_data.windows, strict=True):
        panel: dict[str, Any] = {
            "title": column.heading,
            "chain": str(column.chain) if column.chain else None,
            "size": annotations.size_of(column, image).replace("x", "×"),
            "array": store.add(column.display_stack),
            "colour": column.colour,
            "labels": column.labels is not None,
            "axes": _axes(column.grids),
            # Its own, where it is not that of all.
            "window": list(panel_window.limits) if panel_window.label else None,
            "line": " ".join(panel_window.label.split()),
            "steps": _steps(column),
        }
        if column.chain:
            panel |= overlays.of(column) | _summary(summaries[column])
            values, undefined = level.numbers[column]
            panel["values"] = [values.get(metric.name) for metric in metrics]
            panel["undefined"] = dict(undefined)
        panels.append(panel)
    return panels, overlays.limits()


def _windows(panel_data: PanelData, region: Region, window: Window) -> dict[str, Any]:
    """Return the region on which the page opens, and the grey window of it and of the whole."""
    shared = panel_data.windows[0]
    detail = shared.limits
    part = (region.height, region.width) != panel_data.image.size
    if part and window.kind == "auto" and not panel_data.image.labels:
        detail = detail_window(panel_data.columns[0], region)
    return {
        "region": [region.row, region.column, region.height, region.width],
        "windows": {"whole": list(shared.limits), "detail": list(detail)},
        # "window 1..428 (p1, p99 of the original)": its ends stand in the fields.
        "origin": shared.origin.partition("(")[2].rstrip(")"),
    }


class _Overlays:
    """What can be laid over the outputs of a level, all on one scale for each kind."""

    def __init__(self, panel_data: PanelData, store: ArrayStore) -> None:
        self._data, self._store = panel_data, store
        self._aliases = {
            column: alias_stack(column, evaluation)
            for column, evaluation in panel_data.evaluations.items()
        }
        self._errors = {column: column_error(panel_data, column) for column in self._aliases}

    def of(self, column: Column) -> dict[str, Any]:
        """Return the arrays of a column, and in words why there is none."""
        evaluation, alias = self._data.evaluations[column], self._aliases[column]
        comparable = len(column.grey) == len(self._data.columns[0].grey)
        reason = " ".join(no_alias_reason(evaluation).split())
        reason = reason if evaluation.affine else "not linear"
        ideal = None
        if self._errors[column] is not None:
            magnitudes = evaluation.ideal.magnitudes
            magnitudes = luminance(magnitudes)[None] if column.colour else magnitudes
            ideal = self._store.add_rounded(magnitudes)
        other = "" if comparable else "other channels than the original"
        return {
            "alias": None if alias is None else self._store.add_rounded(alias),
            "ideal": ideal,
            "comparable": comparable,
            "why": {
                "alias": "" if alias is not None else reason,
                "error": "" if ideal else other or "other channels than the original",
                "difference": other,
            },
        }

    def limits(self) -> dict[str, float]:
        """Return the ends of the scales; of errors without their means."""
        original = self._data.columns[0].grey
        with np.errstate(invalid="ignore"):
            errors = [e - e.mean() for e in self._errors.values() if e is not None]
            differences = [
                column.on_original("cells") - original
                for column in self._data.columns[1:]
                if len(column.grey) == len(original)
            ]
        return {
            "alias": symmetric_limit([a for a in self._aliases.values() if a is not None]),
            "error": symmetric_limit(errors),
            "difference": symmetric_limit(differences),
        }


def _finite_mean(values: Array) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.mean(dtype=np.float64)) if finite.size else 0.0


def _summary(summary: ChainSummary) -> dict[str, Any]:
    """Return what the summary charts show of a chain."""
    profile = summary.profile
    return {
        "profile": profile
        and {
            "frequency": rounded(profile.frequency),
            "ratio": [round(float(v), 3) if np.isfinite(v) else None for v in profile.ratio],
        },
        "folded": {"value": summary.folded, "why": summary.folded_reason},
        "bias": {"value": summary.bias, "why": summary.bias_reason},
    }


def _axes(grids: Grids) -> list[list[float]]:
    """Return, for each axis, where sample 0 lies and the step, in pixels of the original."""
    return [[float(grid.delta), float(grid.step)] for grid in grids]


def _steps(column: Column) -> list[list[float]]:
    """Return the steps of all stages, in pixels of the original: each folds what it cannot hold."""
    stages = column.chain.trace(column.original_size) if column.chain else (column.grids,)
    return [[float(grid.step) for grid in grids] for grids in stages]
