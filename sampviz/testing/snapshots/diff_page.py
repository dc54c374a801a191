"""What differs, as a page to look at: expected, actual, difference, and a slider between them."""

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path
from urllib.parse import quote

import numpy as np

from sampviz.core.atomic_write import atomic_write
from sampviz.core.text import escape_control
from sampviz.dsp.dtypes import Array
from sampviz.figures.panels.colormap import (
    DIFFERENCE,
    GREY,
    Pixels,
    apply_colormap,
    apply_colormap_to_stack,
)
from sampviz.figures.render.render import PanelFigure
from sampviz.images.image import Image, magnitude
from sampviz.images.intensity_window import Limits, nonempty_limits
from sampviz.images.write_array import export
from sampviz.testing.snapshots import baseline
from sampviz.testing.snapshots.compare import SnapshotResult
from sampviz.testing.snapshots.snapshot import SnapshotPanel, snapshot_of

_MOST_PANELS = 12
_SMALLEST = 160  # px that a panel is wide on the page, at least
_HEAD = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>sampviz check</title>
<style>
body { font: 14px sans-serif; color: #222; margin: 2em; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 0.2em 1em 0.2em 0; }
img { max-width: 100%; }
.panel { image-rendering: pixelated; }
.pair { position: relative; display: inline-block; --at: 50%; }
.pair img { display: block; }
.over { position: absolute; top: 0; left: 0; clip-path: inset(0 calc(100% - var(--at)) 0 0); }
input { width: 100%; }
figure { display: inline-block; margin: 0 1em 1em 0; }
</style>
<h1>sampviz check</h1>
"""
_SLIDE = "this.previousElementSibling.style.setProperty('--at', this.value + '%')"


class DiffPage:
    """A page in a folder, with the pictures that it shows; it opens from disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: list[str] = []
        self._parts: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, result: SnapshotResult, figure: PanelFigure | None, baselines: Path) -> None:
        """Add what came out for a figure; of one that failed its pictures."""
        cells = (result.name, result.state, result.arrays, result.picture)
        self._rows.append("".join(f"<td>{_text(cell)}</td>" for cell in cells))
        if not result.failed:
            return
        lines = "".join(
            f"<li>{_text(line)}</li>" for line in [*result.as_options().reasons, *result.notes]
        )
        self._parts.append(f"<h2>{_text(result.name)}</h2>\n<ul>{lines}</ul>\n")
        if figure:
            self._parts += self._pictures(result.name, figure, baselines / f"{result.name}.png")
        for number, (expected, actual) in enumerate(result.differing[:_MOST_PANELS]):
            self._parts += self._panel(f"{result.name}_{number}", expected, actual)

    def write(self) -> Path:
        """Write the page; return its path."""
        path = self._folder / "index.html"
        heads = "".join(f"<th>{name}</th>" for name in ("figure", "verdict", "arrays", "picture"))
        rows = "".join(f"<tr>{row}</tr>\n" for row in self._rows)
        table = f"<table>\n<tr>{heads}</tr>\n{rows}</table>\n"
        with atomic_write(path) as file:
            file.write_text(_HEAD + table + "".join(self._parts) + "</html>\n", "utf-8")
        return path

    def _pictures(self, name: str, figure: PanelFigure, stored: Path) -> Iterator[str]:
        actual_pixels = snapshot_of(name, figure).pixels
        assert actual_pixels is not None
        actual = self._image(f"{name}_actual", actual_pixels)
        if not stored.is_file():
            yield _figure(actual, "actual")
            return
        expected_pixels = baseline.read_png(stored)
        expected = self._image(f"{name}_expected", expected_pixels)
        yield _figure(expected, "expected") + _figure(actual, "actual")
        if expected_pixels.shape == actual_pixels.shape:
            difference = np.abs(actual_pixels.astype(int) - expected_pixels).max(axis=-1)
            largest = int(difference.max())
            pixels = apply_colormap(difference.astype(np.float32), (0.0, max(largest, 1)), GREY)
            address = self._image(f"{name}_difference", pixels)
            yield _figure(address, f"difference, white is {largest} of 255")
            yield (
                f'<div><div class="pair"><img src="{expected}" alt="expected">'
                f'<img class="over" src="{actual}" alt="actual"></div>'
                f'<input type="range" min="0" max="100" value="50" oninput="{_SLIDE}"'
                ' aria-label="actual on the left, expected on the right"></div>\n'
            )

    def _panel(self, name: str, expected: SnapshotPanel, actual: SnapshotPanel) -> Iterator[str]:
        yield f"<h3>{_text(actual.name)}</h3>\n"
        window = expected.limits or _limits(expected.array)
        images = {
            "expected": (expected.array, window, GREY),
            "actual": (actual.array, window, GREY),
        }
        if expected.array.shape == actual.array.shape:
            difference = magnitude(actual.array).astype(float) - magnitude(expected.array)
            largest = float(np.abs(difference[np.isfinite(difference)]).max(initial=0.0)) or 1.0
            images["difference"] = (difference, (-largest, largest), DIFFERENCE)
        for column_name, (array, limits, cmap) in images.items():
            stack = magnitude(np.asarray(array)).reshape(-1, *_plane(array))
            pixels = apply_colormap_to_stack(stack, limits, cmap, colour=False)
            label = f"{column_name}, {limits[0]:.4g}..{limits[1]:.4g}"
            yield _figure(self._image(f"{name}_{column_name}", pixels), label, pixels.shape[1])

    def _image(self, name: str, pixels: Pixels) -> str:
        """Write a picture; return its address, as it stands in an attribute."""
        image = replace(Image.of(pixels.transpose(2, 0, 1)), colour=True)
        export(image, self._folder / f"{name}.png", limits=(0.0, 255.0), bits=8)
        return escape(quote(f"{name}.png"))


def _limits(array: Array) -> Limits:
    values = magnitude(array)
    finite = values[np.isfinite(values)]
    return nonempty_limits(float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def _plane(array: Array) -> tuple[int, int]:
    height, width = (1, 1, *array.shape)[-2:]
    return height, width


def _figure(address: str, caption: str, width: int = 0) -> str:
    attributes = f' class="panel" width="{width * max(1, -(-_SMALLEST // width))}"' if width else ""
    tag = f'<img src="{address}" alt="{_text(caption)}"{attributes}>'
    return f"<figure>{tag}<figcaption>{_text(caption)}</figcaption></figure>\n"


def _text(text: str) -> str:
    return escape(escape_control(text))
