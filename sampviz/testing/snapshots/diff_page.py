"""What differs, as a page to look at: expected, actual, difference, and a slider between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

import numpy as np

from sampviz.core.atomic_write import atomic_write
from sampviz.core.html_page import html_text, page_head
from sampviz.core.page_list import (
    FIRST_PAGE,
    page_links,
    page_names,
    parts_of,
    remove_older_pages,
)
from sampviz.core.text import three_digits
from sampviz.dsp.dtypes import Array
from sampviz.figures.panels.colormap import (
    DIFFERENCE,
    GREY,
    Pixels,
    apply_colormap,
    apply_colormap_to_stack,
)
from sampviz.figures.render.render import PanelFigure
from sampviz.images.image import magnitude
from sampviz.images.intensity_window import Limits, nonempty_limits
from sampviz.images.png_bytes import png_bytes
from sampviz.testing.snapshots import baseline
from sampviz.testing.snapshots.compare import SnapshotResult
from sampviz.testing.snapshots.snapshot import SnapshotPanel, snapshot_of

_MOST_PANELS = 12
_MOST_OPEN = 3  # panels that are seen without a click
_SMALLEST = 240  # px that a panel is wide on the page, at least, where there is room
_SLIDE = "this.previousElementSibling.style.setProperty('--at', this.value + '%')"


@dataclass(frozen=True)
class _Entry:
    """What stands of a figure in the table and, if it failed, below it."""

    name: str
    failed: bool
    row: str
    parts: list[str]


class DiffPage:
    """Pages in a folder, with the pictures that they show; they open from disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._entries: list[_Entry] = []
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, result: SnapshotResult, figure: PanelFigure | None, baselines: Path) -> None:
        """Add what came out for a figure; of one that failed its pictures."""
        cells = (result.name, result.state, result.arrays, result.picture)
        row = "".join(f"<td>{html_text(cell)}</td>" for cell in cells)
        parts = list(self._parts(result, figure, baselines)) if result.failed else []
        self._entries.append(_Entry(result.name, result.failed, row, parts))

    def _parts(
        self, result: SnapshotResult, figure: PanelFigure | None, baselines: Path
    ) -> Iterator[str]:
        lines = "".join(
            f"<li>{html_text(line)}</li>" for line in [*result.as_options().reasons, *result.notes]
        )
        yield f"<h2>{html_text(result.name)}</h2>\n<ul>{lines}</ul>\n"
        if figure:
            yield from self._pictures(result.name, figure, baselines / f"{result.name}.png")
        panels = [
            self._panel(f"{result.name}_{number}", expected, actual)
            for number, (expected, actual) in enumerate(result.differing[:_MOST_PANELS])
        ]
        yield _cards(panels[:_MOST_OPEN])
        if more := panels[_MOST_OPEN:]:
            left_out = len(result.differing) - len(panels)
            note = f", {left_out} left out" if left_out else ""
            summary = f"<summary>{len(more)} more{note}</summary>\n"
            yield f"<details>{summary}{_cards(more)}</details>\n"

    def write(self) -> Path:
        """Write the pages; return the path of the first. Of many, what failed stands first."""
        entries = self._entries
        names = page_names(len(entries))
        if len(names) > 1:
            entries = sorted(entries, key=lambda entry: not entry.failed)
        titles = [entry.name for entry in entries]
        for number, (name, part) in enumerate(zip(names, parts_of(entries), strict=True)):
            text = _page(part, page_links(titles, number))
            with atomic_write(self._folder / name) as file:
                file.write_text(text, "utf-8")
        remove_older_pages(self._folder, len(entries))
        return self._folder / FIRST_PAGE

    def _pictures(self, name: str, figure: PanelFigure, stored: Path) -> Iterator[str]:
        actual_pixels = snapshot_of(name, figure).pixels
        assert actual_pixels is not None
        actual = self._image(f"{name}_actual", actual_pixels)
        if not stored.is_file():
            yield _side_by_side([_figure(actual, "actual")])
            return
        expected_pixels = baseline.read_png(stored)
        expected = self._image(f"{name}_expected", expected_pixels)
        pictures = [_figure(expected, "expected"), _figure(actual, "actual")]
        if expected_pixels.shape != actual_pixels.shape:
            yield _side_by_side(pictures)
            return
        both = actual_pixels, expected_pixels
        difference = (np.maximum(*both) - np.minimum(*both)).max(axis=-1)
        largest = int(difference.max())
        pixels = apply_colormap(difference.astype(np.float32), (0.0, max(largest, 1)), GREY)
        address = self._image(f"{name}_difference", pixels)
        yield _side_by_side([*pictures, _figure(address, f"difference, white is {largest} of 255")])
        yield (
            "<details><summary>One above the other</summary>\n"
            f'<div class="pair"><img src="{expected}" alt="expected">'
            f'<img class="over" src="{actual}" alt="actual"></div>'
            f'<input type="range" min="0" max="100" value="50" oninput="{_SLIDE}"'
            ' aria-label="actual on the left, expected on the right"></details>\n'
        )

    def _panel(self, name: str, expected: SnapshotPanel, actual: SnapshotPanel) -> str:
        window = expected.limits or _limits(expected.array)
        images = {
            "expected": (expected.array, window, GREY),
            "actual": (actual.array, window, GREY),
        }
        if expected.array.shape == actual.array.shape:
            difference = magnitude(actual.array).astype(float) - magnitude(expected.array)
            largest = float(np.abs(difference[np.isfinite(difference)]).max(initial=0.0)) or 1.0
            images["difference"] = (difference, (-largest, largest), DIFFERENCE)
        figures = []
        for column_name, (array, limits, cmap) in images.items():
            stack = magnitude(np.asarray(array)).reshape(-1, *_plane(array))
            pixels = apply_colormap_to_stack(stack, limits, cmap, colour=False)
            low, high = map(three_digits, limits)
            label = (
                f"{column_name}, ±{high}" if cmap == DIFFERENCE else f"{column_name}, {low}..{high}"
            )
            address = self._image(f"{name}_{column_name}", pixels)
            figures.append(_figure(address, label, pixels.shape[1]))
        head = f"<h3>{html_text(actual.name)}</h3>"
        return f"<article>{head}\n{_side_by_side(figures)}</article>\n"

    def _image(self, name: str, pixels: Pixels) -> str:
        """Write a picture; return its address, as it stands in an attribute."""
        with atomic_write(self._folder / f"{name}.png") as file:
            file.write_bytes(png_bytes(pixels))
        return escape(quote(f"{name}.png"))


def _page(entries: Sequence[_Entry], links: str) -> str:
    heads = "".join(f"<th>{name}</th>" for name in ("figure", "verdict", "arrays", "picture"))
    rows = "".join(f"<tr>{entry.row}</tr>\n" for entry in entries)
    table = f'<div class="scroll"><table class="words">\n<tr>{heads}</tr>\n{rows}</table></div>\n'
    parts = "".join(part for entry in entries for part in entry.parts)
    return f"{page_head('sampviz check')}{links}{table}{parts}{links}</body>\n</html>\n"


def _limits(array: Array) -> Limits:
    values = magnitude(array)
    finite = values[np.isfinite(values)]
    return nonempty_limits(float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def _plane(array: Array) -> tuple[int, int]:
    height, width = (1, 1, *array.shape)[-2:]
    return height, width


def _side_by_side(figures: Sequence[str]) -> str:
    return f'<div class="three">\n{"".join(figures)}</div>\n'


def _cards(panels: Sequence[str]) -> str:
    return f'<div class="cards">\n{"".join(panels)}</div>\n' if panels else ""


def _figure(address: str, caption: str, samples: int = 0) -> str:
    """Return a picture that opens when clicked; `samples` in a line are drawn at a whole zoom."""
    attributes = ""
    if samples:
        attributes = f' class="samples" width="{samples * max(1, -(-_SMALLEST // samples))}"'
    tag = f'<img src="{address}" alt="{html_text(caption)}"{attributes}>'
    link = f'<a href="{address}">{tag}</a>'
    return f"<figure>{link}<figcaption>{html_text(caption)}</figcaption></figure>\n"
