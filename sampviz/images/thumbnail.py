"""What a notebook shows of an image: its pixels as a picture, and the facts beside it."""

from typing import Any

import numpy as np

from sampviz.core.notebook import html_image, html_table

_WIDTH = 320  # px of a thumbnail, at most; small images are shown pixel by pixel


class Thumbnail:
    """An image as a notebook shows it."""

    def _repr_png_(self) -> bytes | None:
        """Return the picture that a notebook shows: grey, or in colour, in 8 bits.

        Of channels the first, of a volume the middle slice, of complex numbers the magnitude; None
        where no value is finite.
        """
        from sampviz.images.png_bytes import png_bytes  # OpenCV comes with it

        image: Any = self
        array = _magnitude(image.array)
        while array.ndim > 2 and not image.colour:
            array = array[len(array) // 2 if image.slice_planes and array.ndim == 3 else 0]
        finite = array[np.isfinite(array)].astype(np.float64)
        if not finite.size:
            return None
        low, high = image.range or (finite.min(), finite.max())
        levels = (array.astype(np.float64) - low) / ((high - low) or 1.0) * 255
        pixels = np.clip(np.rint(np.nan_to_num(levels)), 0, 255).astype(np.uint8)
        return png_bytes(pixels.transpose(1, 2, 0) if pixels.ndim == 3 else pixels)

    def _repr_html_(self) -> str:
        """Return the thumbnail and the facts that a notebook shows."""
        picture = self._repr_png_()
        thumbnail = html_image(picture, "png", repr(self), _WIDTH) if picture else ""
        return thumbnail + html_table(["image", ""], self._facts())

    def _facts(self) -> list[tuple[str, str]]:
        image: Any = self
        values = _magnitude(image.array)
        finite = values[np.isfinite(values)]
        number = f"{finite.min():.6g}..{finite.max():.6g}" if finite.size else "none is finite"
        facts = {
            "name": image.name,
            "size": f"{'x'.join(map(str, image.array.shape))}, {image.array.dtype}",
            "values": number,
            "spacing": " x ".join(f"{mm:.4g}" for mm in image.spacing) + " mm"
            if image.spacing
            else "",
            "taken": image.taken,
            "notes": "; ".join(image.notes),
        }
        return [(name, text) for name, text in facts.items() if text]


def _magnitude(array: Any) -> Any:
    return np.abs(array) if array.dtype.kind == "c" else array
