"""The spectra of the page: pictures in decibels, and radial curves."""

from collections.abc import Sequence
from math import isnan
from typing import Any

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.spectrum import decibels
from sampviz.figures.charts.spectrum import RadialCurve, reference_of
from sampviz.figures.panels.panel_data import spectrum_reference
from sampviz.report.array_store import ArrayStore

_DIGITS = 5  # of frequencies in charts


def spectra_data(
    spectra: Sequence[Array], curves: Sequence[RadialCurve], store: ArrayStore
) -> dict[str, Any]:
    """Return the spectra of all columns, and what is 0 dB."""
    reference, ring = reference_of(curves, "mean")
    peak = float(spectra[0].max())
    return {
        "panels": [
            {
                "spectrum": store.add_decibels(
                    decibels(spectrum, peak if np.isfinite(peak) else float(spectrum.max()))
                ),
                "curve": _curve(curve, reference),
            }
            for spectrum, curve in zip(spectra, curves, strict=True)
        ],
        "reference": spectrum_reference(spectra[0]),
        "ring": ring,
    }


def rounded(values: Array) -> list[float]:
    """Return numbers for a chart."""
    return [float(f"{value:.{_DIGITS}g}") for value in values]


def _curve(curve: RadialCurve, reference: float) -> dict[str, Any]:
    levels = decibels(np.sqrt(curve.radial.mean), reference)
    return {
        "frequency": rounded(curve.radial.frequency),
        "level": [None if isnan(value) else round(float(value), 2) for value in levels],
        "nyquist": list(curve.nyquist),
        "lost": list(curve.lost),
        "note": curve.note,
    }
