"""A worked example as files: one figure, an animation, or a figure for each window."""

from pathlib import Path

from sampviz.analysis.explain.explanation import Explanation
from sampviz.core.atomic_write import check_target
from sampviz.core.errors import OutputError
from sampviz.core.option import join_words
from sampviz.figures.grids.worked_example import draw_worked_example, draw_worked_frames
from sampviz.figures.options import DEFAULT_LOOK, ENDINGS, Look
from sampviz.figures.render.animation import save_animation
from sampviz.figures.render.palette import quantize_exact
from sampviz.figures.render.save import save

ANIMATED = ".gif"
_DELAY = 1200  # ms for a frame of an animation


def check_example_ending(path: Path) -> None:
    """Raise OutputError if a worked example cannot be saved under that name."""
    if path.suffix.lower() not in (*ENDINGS, ANIMATED):
        raise OutputError(
            f"a figure cannot be saved as {path.suffix or 'a name without ending'}",
            str(path),
            f"end the name in {join_words(ENDINGS)}, or .gif for one that moves",
        )


def save_worked_example(
    explanation: Explanation,
    path: Path,
    *,
    frames: bool = False,
    look: Look = DEFAULT_LOOK,
    overwrite: bool = True,
) -> list[Path]:
    """Save one figure, an animation (.gif) or, as `frames`, a file for each window.

    Returns the paths. Without `overwrite` an older file that sampviz did not make is not replaced:
    OutputError, before anything is written.
    """
    check_example_ending(path)
    if path.suffix.lower() == ANIMATED:
        check_target(path, (), overwrite=overwrite)
        pages, palette = quantize_exact(draw_worked_frames(explanation, look))
        return [save_animation(pages, path, _DELAY, palette=palette, overwrite=overwrite)]
    figures = (
        list(draw_worked_frames(explanation, look))
        if frames
        else [draw_worked_example(explanation, look)]
    )
    digits = max(2, len(str(len(figures))))
    numbered = [
        path.with_name(f"{path.stem}_{i:0{digits}}{path.suffix}")
        for i in range(1, len(figures) + 1)
    ]
    targets = numbered if frames else [path]
    for target in targets:
        check_target(target, (), overwrite=overwrite)
    return [
        save(figure, target, overwrite=overwrite)
        for figure, target in zip(figures, targets, strict=True)
    ]
