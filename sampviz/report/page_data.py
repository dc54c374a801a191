"""The data of the page's scripts: numbers and texts, and the names of packed arrays."""

from collections.abc import Sequence
from dataclasses import replace
from math import isnan
from typing import Any

import numpy as np

from sampviz.analysis.metric import Metric
from sampviz.dsp.grid import Grids
from sampviz.dsp.spectrum import FLOOR_DB, decibels
from sampviz.figures.captions import annotations
from sampviz.figures.charts.spectrum import RadialCurve, radial_curve, reference_of
from sampviz.figures.panels.alias_rows import alias_stack, no_alias_reason
from sampviz.figures.panels.colormap import DIFFERENCE, SPECTRUM
from sampviz.figures.panels.column import Column
from sampviz.figures.panels.picture_rows import symmetric_limit
from sampviz.images.intensity_window import Window
from sampviz.report.array_store import DB_STEP, ArrayStore
from sampviz.report.subjects import Level, Subject

_SIDES = ("left", "right", "top", "bottom")
_DIGITS = 5  # of frequencies in charts


def page_data(metrics: Sequence[Metric]) -> dict[str, Any]:
    """Return what all subjects have in common: the measures, the colours, the steps of dB."""
    return {
        "measures": [
            {"name": metric.name, "unit": metric.unit, "better": metric.better}
            for metric in metrics
        ],
        "colours": {"spectrum": _table(SPECTRUM), "signed": _table(DIFFERENCE)},
        "decibels": {"floor": FLOOR_DB, "step": DB_STEP},
    }


def _table(name: str) -> str:
    """Return the 256 colours of a map as hexadecimal digits, as `paint` takes them."""
    import matplotlib as mpl

    table = np.rint(mpl.colormaps[name](np.arange(256))[:, :3] * 255).astype(np.uint8)
    return table.tobytes().hex()


def subject_model(subject: Subject, store: ArrayStore, metrics: Sequence[Metric]) -> dict[str, Any]:
    """Return what is told of a subject; its arrays go into `store`."""
    image = subject.image
    geometry, edges = image.geometry, annotations.edge_labels(image, mirrored=subject.mirrored)
    return {
        "size": list(image.size),
        "spacing": list(image.spacing) if image.spacing else None,
        # Where the file says which way is left: (row, column, 1) to mm.
        "affine": geometry.affine[:3, [0, 1, 3]].tolist() if geometry and geometry.axes else None,
        "edges": {side: getattr(edges, side) for side in _SIDES} if edges else None,
        "mirrored": subject.mirrored,
        "levels": [_level(level, store, metrics) for level in subject.levels],
    }


def facts_of(subject: Subject, window: Window) -> list[str]:
    """Return what a reader must know: the window, which way is left, NaN, notes of the file."""
    panel_data = subject.levels[0].panel_data
    panel_data = replace(panel_data, mirrored=subject.mirrored)
    return annotations.describe(
        [subject.image], [panel_data], ["image"], window, "shared", (), annotate=False
    )


def _level(level: Level, store: ArrayStore, metrics: Sequence[Metric]) -> dict[str, Any]:
    panel_data = level.panel_data
    image, columns = panel_data.image, panel_data.columns
    pixel = image.spacing or (1.0, 1.0)
    width = 1 / min(n * pixel_side for n, pixel_side in zip(image.size, pixel, strict=True))
    curves = [radial_curve(column, tuple(pixel), width) for column in columns]
    reference, reference_name = reference_of(curves, "mean")
    peak = float(panel_data.spectra[0].max())
    aliases = {
        column: alias_stack(column, evaluation)
        for column, evaluation in panel_data.evaluations.items()
    }
    original = columns[0].grey
    differences = [
        column.on_original("nearest") - original
        for column in columns[1:]
        if len(column.grey) == len(original)
    ]
    panels = []
    for column, window, spectrum, curve in zip(
        columns, panel_data.windows, panel_data.spectra, curves, strict=True
    ):
        panel: dict[str, Any] = {
            "title": column.title,
            "chain": str(column.chain) if column.chain else None,
            "size": annotations.size_of(column, image),
            "array": store.add(column.display_stack),
            "colour": column.colour,
            "axes": _axes(column.grids),
            "window": list(window.limits),
            "line": window.label,
            "spectrum": store.add_decibels(
                decibels(spectrum, peak if np.isfinite(peak) else float(spectrum.max()))
            ),
            "curve": _curve(curve, reference),
            "steps": _steps(column),
            "comparable": len(column.grey) == len(original),
        }
        if column.chain:
            folded = aliases[column]
            panel["linear"] = column.chain.linear
            panel["alias"] = None if folded is None else store.add(folded)
            panel["why"] = "" if folded is not None else " ".join(no_alias_reason(column).split())
            values, undefined = level.numbers[column]
            panel["values"] = [values.get(metric.name) for metric in metrics]
            panel["undefined"] = dict(undefined)
        panels.append(panel)
    return {
        "panels": panels,
        "alias": symmetric_limit([alias for alias in aliases.values() if alias is not None]),
        "difference": symmetric_limit(differences),
        "reference": panel_data.spectrum_reference,
        "ring": reference_name,
    }


def _axes(grids: Grids) -> list[list[float]]:
    """Return, for rows and columns, where sample 0 lies and the step, in pixels of the original."""
    return [[float(grid.delta), float(grid.step)] for grid in grids]


def _steps(column: Column) -> list[list[float]]:
    """Return the steps of all stages, in pixels of the original: each folds what it cannot hold."""
    stages = column.chain.trace(column.original_size) if column.chain else (column.grids,)
    return [[float(grid.step) for grid in grids] for grids in stages]


def _curve(curve: RadialCurve, reference: float) -> dict[str, Any]:
    levels = decibels(np.sqrt(curve.radial.mean), reference)
    return {
        "frequency": [float(f"{value:.{_DIGITS}g}") for value in curve.radial.frequency],
        "level": [None if isnan(value) else round(float(value), 2) for value in levels],
        "nyquist": list(curve.nyquist),
        "lost": list(curve.lost),
        "note": curve.note,
    }
