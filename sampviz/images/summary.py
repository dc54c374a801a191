"""What was read: the facts of an image, for people and for programs."""

from typing import TYPE_CHECKING, Any

import numpy as np

from sampviz.core.errors import options_text
from sampviz.dsp.dtypes import mean_of
from sampviz.images.image import Image, magnitude
from sampviz.images.value_range import value_range

if TYPE_CHECKING:
    from sampviz.images.formats.nifti_header import Header


def summarize(image: Image) -> dict[str, Any]:
    """Return the facts of an image as JSON can hold them.

    `min`, `max` and `mean` are over the finite values (of complex numbers the magnitudes), None
    where there are none. `spacing` is in mm, rows first, None where the file has none, and
    `nyquist_per_mm` the highest frequency along each axis, in cycles/mm. Of a NIfTI `space` is what
    its affine leads to and `intent` what its values are; `window` are the values that a header says
    to be black and white. What else a format says stands under its own name.
    """
    finite = magnitude(image.array[np.isfinite(image.array)])
    finite = finite[np.isfinite(finite)]  # a magnitude may lie beyond float64
    geometry, values, header = image.geometry, value_range(image), image.file.header
    return {
        "name": image.name,
        "format": image.file.format,
        "stored_shape": list(image.file.shape),
        "stored_dtype": image.file.dtype,
        "taken": image.taken or None,
        "shape": list(image.array.shape),
        "dtype": str(image.array.dtype),
        "spacing": list(geometry.spacing) if geometry else None,
        "nyquist_per_mm": [0.5 / mm for mm in geometry.spacing] if geometry else None,
        "axes": list(geometry.axes) if geometry and geometry.axes else None,
        **(_header_facts(header) if header else {}),
        **({"window": list(image.header_window)} if image.header_window else {}),
        **image.file.facts,
        "min": float(finite.min()) if finite.size else None,
        "max": float(finite.max()) if finite.size else None,
        "mean": mean_of(finite) if finite.size else None,
        "range": [values.low, values.high],
        "range_source": values.source,
        "nan": int(np.isnan(image.array).sum()),
        "inf": int(np.isinf(image.array).sum()),
        "labels": list(image.labels.ids) if image.labels else None,
        "warnings": [*image.notes, *map(options_text, image.choices)],
    }


def _header_facts(header: "Header") -> dict[str, Any]:
    """Return what a NIfTI says besides its voxels."""
    return {
        "space": header.space,
        "intent": header.intent,
        "seconds_per_frame": header.seconds_per_frame,
        "window": list(header.window) if header.window else None,
    }
