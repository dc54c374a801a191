"""A film: the original as it moves, and what every chain makes of it, moved back, side by side."""

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from matplotlib.figure import Figure

from sampviz.analysis.shift_sweep import Axis, ShiftedOutputs, ShiftSweep, plan_sweep
from sampviz.core.errors import SampvizWarning, UsageError
from sampviz.figures.captions import annotations
from sampviz.figures.charts.shift_consistency import describe, draw_consistency
from sampviz.figures.grids.compare import Convention, check_words
from sampviz.figures.layout.arrange import arrange
from sampviz.figures.layout.sheet import Sheet
from sampviz.figures.layout.zoom import choose_zoom
from sampviz.figures.panels.colormap import GREY, Pixels
from sampviz.figures.panels.column import Column, Show, columns_of, scenes_of
from sampviz.figures.panels.intensity_window import Window, panel_windows
from sampviz.figures.panels.panel import Panel
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.picture_rows import image_row
from sampviz.figures.render.render import draw_sheet
from sampviz.figures.render.save import figure_pixels
from sampviz.figures.style import NO_BREAK, own_style
from sampviz.images.image import Image
from sampviz.ops.chain import Chain

DPI = 100  # a film is for screens
MOST_BYTES = 2**28  # of all pages; writing them takes several times as much
_FIGURE_SPACE = "\u2007"  # as wide as a digit: the text of all pages is of one width


@dataclass(frozen=True, eq=False)
class ShiftAnimation:
    """A page for each shift of a sweep, (H, W) grey or (H, W, 3) in colour, and the curve.

    `errors` are E of every chain for each shift, None where it is undefined.
    """

    sweep: ShiftSweep
    errors: tuple[tuple[float | None, ...], ...]
    pages: tuple[Pixels, ...]
    curve: Figure


def shift_animation(
    image: Image,
    chains: Sequence[Chain],
    *,
    axis: Axis = "columns",
    extent: str | None = None,
    step: float = 0.25,
    levels: int = 1,
    show: Show = "magnitude",
    window: str | None = None,
    convention: Convention = "neurological",
    columns: int | None = None,
    dpi: int = DPI,
    font_size: float = 8.0,
    track: Callable[[Sequence[Fraction]], Iterable[Fraction]] = iter,
) -> ShiftAnimation:
    """Move an image over `extent` (LO..HI px, a period by default) and draw a page every `step` px.

    Panels are at a whole zoom in one grey window, as in `compare`. The outputs are moved back, so
    that only what a chain added flickers. `track` may show how far the work is. UsageError if it
    would be too much, before it is done.
    """
    check_words(
        levels=levels,
        show=show,
        convention=convention,
        columns=columns,
        dpi=dpi,
        font_size=font_size,
    )
    grey = Window.parse(window)
    whole = [chain.repeat(levels).resolve(image.size, image.spacing) for chain in chains]
    sweep = plan_sweep(image, whole, axis=axis, extent=extent, step=step)
    with own_style():
        shown = columns_of(image, chains, levels, show)
        composer = _Composer(sweep, shown, grey, convention, columns, dpi, font_size)
        still = ShiftedOutputs(sweep.shifts[0], image.array, sweep.still, (0.0,) * len(whole))
        sheet = composer.sheet(still)
        size = len(sweep.shifts) * sheet.width * sheet.height * (3 if image.colour else 1)
        if size > MOST_BYTES:
            raise UsageError(
                f"{len(sweep.shifts)} pages of {sheet.height}x{sheet.width} px have"
                f" {size / 2**20:.0f} MiB; the most is {MOST_BYTES / 2**20:.0f}",
                "--range, --step and --ops",
                "take a larger --step, a shorter --range, fewer chains or a lower --dpi",
            )
        errors, pages = [], []
        for shift in track(sweep.shifts):
            moved = sweep.at(shift)
            errors.append(moved.consistency)
            pages.append(composer.page(moved))
    titles = [view.title for view in shown[1:]]
    for title, error in zip(titles, errors[0], strict=True):
        if error is None:
            warnings.warn(
                f"{title}: E is undefined: its output is constant", SampvizWarning, stacklevel=2
            )
    header = annotations.header([image], show)
    curve = draw_consistency(sweep, titles, errors, header, font_size=font_size)
    return ShiftAnimation(sweep, tuple(errors), tuple(pages), curve)


class _Composer:
    """Puts pages together: all alike but for the pictures and the numbers under them."""

    def __init__(
        self,
        sweep: ShiftSweep,
        shown: Sequence[Column],
        window: Window,
        convention: Convention,
        columns: int | None,
        dpi: int,
        points: float,
    ) -> None:
        image = sweep.image
        self._sweep, self._views, self._columns = sweep, shown, columns
        self._windows = panel_windows(image, shown, window, "shared")
        self._mirrored = convention == "radiological" and image.runs_left_to_right
        self._around = annotations.edge_labels(image, mirrored=self._mirrored)
        self._settled = choose_zoom(
            scenes_of(image, shown, several=False),
            edge_labels=self._around is not None,
            tick_text="",
            dpi=dpi,
            width=None,
            points=points,
            columns=columns,
        )
        first = self._pictures(shown)
        looks = annotations.describe(
            [image], [first], ["image"], window, "shared", self._settled.aspect_errors
        )
        self._notes = [describe(sweep), *annotations.notes(looks)]
        self._titles = annotations.titles([(image, shown)])
        self._header = annotations.header([image], shown[0].show)
        self._labels = dict(zip(sweep.shifts, _labels(sweep), strict=True))

    def page(self, moved: ShiftedOutputs) -> Pixels:
        """Paint a page."""
        pixels = figure_pixels(draw_sheet(self.sheet(moved), self._settled.spacing))
        if self._sweep.image.colour:
            return pixels
        assert (pixels == pixels[..., :1]).all()  # the words are grey too
        return pixels[..., 0].copy()

    def sheet(self, moved: ShiftedOutputs) -> Sheet:
        """Lay out a page."""
        arrays = [moved.array, *moved.outputs]
        seen = [replace(v, array=a) for v, a in zip(self._views, arrays, strict=True)]
        row = image_row(self._pictures(seen), None, self._around)
        said = [self._labels[moved.shift], *map(_error, moved.consistency)]
        panels = [
            replace(panel, text_below=f"{text}\n{panel.text_below}".strip())
            for panel, text in zip(row.panels, said, strict=True)
            if isinstance(panel, Panel)
        ]
        return arrange(
            [replace(row, panels=tuple(panels))],
            self._titles,
            self._header,
            self._notes,
            self._settled.spacing,
            columns=self._columns,
            width=None,
        )

    def _pictures(self, shown: Sequence[Column]) -> PanelData:
        (zoom,) = self._settled.zooms
        return PanelData(self._sweep.image, tuple(shown), zoom, self._windows, GREY, self._mirrored)


def _labels(sweep: ShiftSweep) -> list[str]:
    """Say how far the image has moved, for every shift in text of the same width."""
    px = _aligned(sweep.shifts, next(d for d in range(7) if _exact(sweep.shifts, d)))
    labels = [f"moved by{NO_BREAK}{number}{NO_BREAK}px" for number in px]
    mm = sweep.mm_per_px
    if mm is None:
        return labels
    far = _aligned([float(shift) * mm for shift in sweep.shifts], 3)
    return [f"{label} ({number}{NO_BREAK}mm)" for label, number in zip(labels, far, strict=True)]


def _exact(values: Sequence[Fraction], digits: int) -> bool:
    return all((value * 10**digits).denominator == 1 for value in values)


def _aligned(values: Sequence[Fraction] | Sequence[float], digits: int) -> list[str]:
    sign = "+" if min(values) < 0 else ""
    written = [f"{float(value):{sign}.{digits}f}".replace("-", "−") for value in values]
    return [text.rjust(max(map(len, written)), _FIGURE_SPACE) for text in written]


def _error(value: float | None) -> str:
    if value is None:
        return f"E{NO_BREAK}undefined"
    # No wider than a column, however large: else the lines of this page would break elsewhere.
    return f"E{NO_BREAK}{value:.3f}" if value < 100 else f"E{NO_BREAK}{value:.1e}"
