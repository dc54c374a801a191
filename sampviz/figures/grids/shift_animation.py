"""An animation: the original as it moves, and what every chain makes of it, moved back.

It starts at the worst shift, which a still figure shows, too.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from matplotlib.figure import Figure

from sampviz.analysis.arguments import ChainsLike, ImageLike
from sampviz.analysis.plane_memory import check_plane_memory
from sampviz.analysis.shift_sweep import (
    Axis,
    ShiftedOutputs,
    ShiftSweep,
    less_shifted,
    plan_sweep,
    worst_shift,
)
from sampviz.core.errors import OutputError, UsageError, argument
from sampviz.core.notebook import html_image
from sampviz.core.progress import Progress, with_progress
from sampviz.core.text import short_repr
from sampviz.core.warn import warn
from sampviz.figures.grids.shift_content import ShiftContent
from sampviz.figures.grids.shift_frames import FrameComposer
from sampviz.figures.grids.shift_still import draw_worst_shift
from sampviz.figures.looks import checked_look, warn_of_height
from sampviz.figures.options import Convention, Show, check_values
from sampviz.figures.panels.colormap import Pixels
from sampviz.figures.panels.column import columns_of
from sampviz.figures.render.animation import save_animation
from sampviz.figures.render.save import encode_figure, save
from sampviz.images.convert import as_image
from sampviz.images.intensity_window import Window
from sampviz.ops.convert import CHAINS, as_chains

DELAY = 150  # ms that a frame is shown
DELAYS = 20, 60_000
MOST_BYTES = 2**28  # of all frames; writing them takes several times as much


@dataclass(frozen=True, eq=False, repr=False)
class ShiftAnimation:
    """An image that moves, and what every chain makes of it, moved back: frames and a figure.

    Attributes
    ----------
    sweep : ShiftSweep
        The image, the chains (`sweep.chains`) and the shifts in pixels (`sweep.shifts`).
    errors : tuple of tuple of float or None
        For each shift the shift error of every chain: 0 if its output only moves with the image,
        None where it is undefined.
    frames : tuple of ndarray
        A picture for each shift, from the worst one on and around: uint8, (H, W) grey or (H, W, 3)
        in colour.
    curve : matplotlib.figure.Figure
        The still figure: the panels at the worst shift, and the shift errors over the shift.
    delay : int
        Milliseconds that each frame is shown.
    """

    sweep: ShiftSweep
    errors: tuple[tuple[float | None, ...], ...]
    frames: tuple[Pixels, ...]
    curve: Figure
    delay: int = DELAY

    @property
    def worst(self) -> int:
        """The number of the worst shift: that with the largest mean error of the chains."""
        return worst_shift(self.errors)

    def __repr__(self) -> str:
        chains = ", ".join(map(str, self.sweep.chains))
        frames = f"{len(self.frames)} frames of {'x'.join(map(str, self.frames[0].shape[:2]))} px"
        return short_repr(f"<ShiftAnimation {self.sweep.image.name}, {chains}: {frames}>")

    def _repr_html_(self) -> str:
        """Return the animation and the curve that a notebook shows."""
        kind = "png" if self.frames[0].ndim == 3 else "gif"
        with TemporaryDirectory() as folder:
            path = save_animation(self.frames, Path(folder, f"shift.{kind}"), self.delay)
            animation = html_image(path.read_bytes(), kind, repr(self))
        return animation + html_image(encode_figure(self.curve), "png", "shift error")

    def save(
        self, path: str | Path, curve: str | Path | None = None, *, overwrite: bool = True
    ) -> tuple[Path, Path]:
        """Save the animation, as .gif, .apng or .png, and the curve; return both paths.

        The curve goes to `curve`, by default beside the animation, as NAME_curve.png. Without
        `overwrite` an older file that sampviz did not make is not replaced: OutputError.
        """
        animation, chart = Path(path), curve_path(path, curve)
        save_animation(self.frames, animation, self.delay, overwrite=overwrite)
        save(self.curve, chart, overwrite=overwrite)
        return animation, chart


def curve_path(animation: str | Path, curve: str | Path | None = None) -> Path:
    """Return where the curve of an animation goes; OutputError if both are one file."""
    animation = Path(animation)
    chart = Path(curve) if curve else animation.with_name(f"{animation.stem}_curve.png")
    if chart == animation:
        raise OutputError(
            "the animation and the curve cannot be one file",
            str(chart),
            f"give {argument('curve')} another",
        )
    return chart


def shift(
    image: ImageLike,
    chains: ChainsLike,
    *,
    range: str | None = None,  # noqa: A002 - the word of the command line
    step: float = 0.25,
    axis: Axis = "columns",
    levels: int = 1,
    delay: int = DELAY,
    show: Show = "magnitude",
    window: str | None = None,
    convention: Convention = "neurological",
    columns: int | None = None,
    width: float | None = None,
    dpi: int | None = None,
    font_size: float | None = None,
    font: str | None = None,
    journal: str | None = None,
    allow_code: bool = False,
    progress: Progress[Fraction] | None = None,
) -> ShiftAnimation:
    """Animate what every chain makes of an image as it moves by parts of a step.

    As `sampviz shift`. Each output is moved back by as much: an ideal one stands still, and what
    flickers is what the chain added. Below the images are the detail in which they flicker most,
    in a window of its own, and what is moved back less what is unmoved, on one scale centred on
    zero: in greys, where the image is grey. Panels are at a whole zoom, as in `sampviz.compare`.

    Parameters
    ----------
    image : Image, array_like or path
        From `sampviz.load`, or an array of (H, W) or (C, H, W), or a file that is read.
    chains : str, Chain or sequence of these
        A panel each: `"max,stride,blur,flc"`.
    range : str, optional
        Shifts in pixels, `"LO..HI"`; by default from 0 over one period, the coarsest step.
    step : float
        Pixels between the frames.
    axis : {"columns", "rows", "both"}
        The axis that is moved: sideways, up and down, or both by as much.
    levels : int
        How often each chain is applied, 1..16.
    delay : int
        Milliseconds that each frame is shown, 20..60000; in a GIF to 10 ms.
    show : {"magnitude", "phase", "real"}
        What is drawn of complex numbers.
    window : str, optional
        Black and white: percentiles `"p1,p99"` or values `"0,800"`. By default the range of the
        format, or p1,p99.
    convention : {"neurological", "radiological"}
        Whether the patient's left is drawn left or right.
    columns : int, optional
        Start a new line after so many panels, 1..64.
    width, dpi, font_size, font, journal
        How frames and still figure look, as in `sampviz.compare`; without a width frames are as
        wide as their panels, at 100 dpi without a resolution, and the figure has 183 mm.
    allow_code : bool
        Let a step be `package.module:name`, code that is imported, which runs it.
    progress : callable, optional
        `progress(work, count)` yields the pieces of `work`: a wrapper such as that of tqdm.

    Returns
    -------
    ShiftAnimation
        Its `save` writes the animation and the still figure.

    Raises
    ------
    InputError
        For an image that is constant or not finite.
    UsageError
        For a volume, a range that cannot be meant, and too much work, before it is done.

    Examples
    --------
    >>> import sampviz
    >>> animation = sampviz.shift("sample:noise:32x32", "stride,sinc+stride", step=1)
    >>> len(animation.frames), animation.errors[0]
    (3, (0.0, 0.0))
    """
    if not DELAYS[0] <= delay <= DELAYS[1]:
        fix = f"wanted {DELAYS[0]}..{DELAYS[1]} ms"
        raise UsageError(f"{delay!r} is out of bounds", argument("delay"), fix)
    check_values(
        levels=levels,
        show=show,
        convention=convention,
        columns=columns,
    )
    look = checked_look(width, dpi, font_size, font, journal)
    grey = Window.parse(window)
    source, parsed = as_image(image), as_chains(chains, allow_code=allow_code)
    resolved_chains = [
        chain.repeat(levels).resolve(source.size, source.spacing) for chain in parsed
    ]
    check_plane_memory("shift", source, resolved_chains)
    sweep = plan_sweep(source, resolved_chains, axis=axis, extent=range, step=step)
    columns_at_rest = columns_of(source, parsed, levels, show)
    at_rest = ShiftContent.of(sweep, columns_at_rest, grey, convention, _unmoved(sweep))
    _check_amount(FrameComposer(at_rest, columns, look), sweep)
    errors = [
        sweep.at(distance).consistency
        for distance in with_progress(sweep.shifts, len(sweep.shifts), progress)
    ]
    for column, error in zip(at_rest.columns[1:], errors[0], strict=True):
        if error is None:
            warn(f"{column.title}: the shift error is undefined: its output is constant")
    first = worst_shift(errors)
    content = replace(at_rest, worst=sweep.at(sweep.shifts[first]))
    curve = draw_worst_shift(content, errors, columns, look)
    warn_of_height(curve, look)
    composer = FrameComposer(content, columns, look)
    ordered = [*sweep.shifts[first:], *sweep.shifts[:first]]
    frames = [
        composer.frame(sweep.at(distance))
        for distance in with_progress(ordered, len(ordered), progress)
    ]
    return ShiftAnimation(sweep, tuple(errors), tuple(frames), curve, delay)


def _unmoved(sweep: ShiftSweep) -> ShiftedOutputs:
    nothing = (0.0,) * len(sweep.chains)
    return ShiftedOutputs(sweep.shifts[0], sweep.image.array, sweep.unshifted, nothing)


def _check_amount(composer: FrameComposer, sweep: ShiftSweep) -> None:
    """Raise UsageError, before the image moves, if the frames would be too much."""
    count, sheet = len(sweep.shifts), composer.sheet(_unmoved(sweep))
    size = count * sheet.width * sheet.height * (3 if sweep.image.colour else 1)
    if size > MOST_BYTES:
        raise UsageError(
            f"{count} pages of {sheet.height}x{sheet.width} px have"
            f" {size / 2**20:.0f} MiB; the most is {MOST_BYTES / 2**20:.0f}",
            f"{argument('range')}, {argument('step')} and {CHAINS}",
            f"take {less_shifted(len(sweep.chains), 'a lower ' + argument('dpi'))}",
        )
