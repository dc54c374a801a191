"""What was read: the facts of an image, for people and for programs."""

from typing import Any

import numpy as np

from sampviz.core.errors import options_text
from sampviz.dsp.dtypes import mean_of
from sampviz.images.image import Image, magnitude
from sampviz.images.value_range import value_range


def summarize(image: Image) -> dict[str, Any]:
    """Return the facts of an image as JSON can hold them.

    `min`, `max` and `mean` are over the finite values (of complex numbers the magnitudes), None
    where there are none. `spacing` is in mm, rows first, None where the file has none.
    """
    finite = magnitude(image.array[np.isfinite(image.array)])
    finite = finite[np.isfinite(finite)]  # a magnitude may lie beyond float64
    geometry, values = image.geometry, value_range(image)
    return {
        "name": image.name,
        "format": image.file.format,
        "stored_shape": list(image.file.shape),
        "stored_dtype": image.file.dtype,
        "taken": image.taken or None,
        "shape": list(image.array.shape),
        "dtype": str(image.array.dtype),
        "spacing": list(geometry.spacing) if geometry else None,
        "axes": list(geometry.axes) if geometry and geometry.axes else None,
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
