"""Figures of explanations: every number is there, nothing overlaps, colours are as promised."""

from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image as Pillow

from sampviz.analysis.explain.explanation import Explanation, explain
from sampviz.core.errors import UsageError
from sampviz.figures.grids import worked_example as blackboard
from sampviz.figures.grids.example_rows import READ, TAKEN, WRITTEN
from sampviz.figures.grids.worked_example import (
    draw_worked_example,
    draw_worked_frames,
)
from sampviz.figures.options import Look
from sampviz.figures.render.animation import save_animation
from sampviz.figures.render.palette import quantize_exact
from sampviz.figures.style import own_style

pytestmark = pytest.mark.slow

ROWS = "1 2 0 3;0 1 2 1;3 0 1 2;1 1 0 2"
CHAINS = ["conv", "transpose", "conv+transpose", "max+unpool", "bilinear", "flc", "blur+softpool"]


def texts(figure: Figure) -> list[Text]:
    return [text for text in figure.axes[0].texts if text.get_text()]


def words(figure: Figure) -> list[str]:
    told = (text.get_text() for text in texts(figure))
    return [text.replace("\u2212", "-").replace("\u00a0", " ") for text in told]


def cells_in(figure: Figure, colour: str) -> int:
    faces = np.concatenate([grid.get_facecolor() for grid in figure.axes[0].collections])
    return int((faces[:, :3] == to_rgb(colour)).all(axis=1).sum())


@cache
def explained(chain: str) -> Explanation:
    """Two steps, of which one has many windows, of a smaller matrix."""
    return explain(chain, ROWS if chain == "conv+transpose" else None)


@cache
def page(chain: str) -> Figure:
    return draw_worked_example(explained(chain))


@cache
def frames(chain: str) -> list[Figure]:
    return list(draw_worked_frames(explained(chain)))


@pytest.mark.parametrize("chain", CHAINS)
def test_no_words_overlap_and_none_are_cut(chain: str) -> None:
    for figure in [page(chain), *islice(draw_worked_frames(explained(chain)), 3)]:
        with own_style():
            canvas = FigureCanvasAgg(figure)
            extents = [t.get_window_extent(canvas.get_renderer()).extents for t in texts(figure)]
        left, low, right, high = np.array(extents).T
        width, height = figure.get_size_inches() * figure.dpi
        assert left.min() >= 0
        assert low.min() >= 0
        assert right.max() <= width
        assert high.max() <= height
        apart = (right[:, None] <= left) | (high[:, None] <= low)
        assert (apart | apart.T | np.eye(len(left), dtype=bool)).all()


def test_titles_name_what_the_grids_are() -> None:
    said = words(page("transpose"))
    for title in ("INPUT 2x2", "KERNEL 2x2", "PRODUCT 3x3", "OUTPUT 3x3"):
        assert title in said
    assert "SWITCHES 2x2" in words(page("max+unpool"))
    assert "SPECTRUM 4x4" in words(page("flc"))
    assert "64 × KERNEL 4x4" in words(page("blur"))


def test_every_sum_stands_under_its_grids() -> None:
    said = " ".join(words(page("avg")))
    for move in explained("avg").traces[0].window_steps:
        assert move.text in said


def test_the_window_the_winner_and_the_result_are_in_colour() -> None:
    first = next(draw_worked_frames(explained("max")))
    assert [cells_in(first, colour) for colour in (READ, TAKEN, WRITTEN)] == [3, 1, 1]
    assert [cells_in(page("max"), colour) for colour in (READ, TAKEN, WRITTEN)] == [12, 4, 4]


def test_a_frame_for_every_move_and_one_of_the_result() -> None:
    found = frames("transpose")
    assert len(found) == 4 + 9 + 1
    assert len({tuple(frame.get_size_inches()) for frame in found}) == 1
    assert "transpose:s=1, 2 of 13" in words(found[1])
    assert "KERNEL 2x2" in words(found[1])
    assert cells_in(found[-1], WRITTEN) == 0


@pytest.mark.parametrize("chain", ["blur", "transpose", "flc"])
def test_no_third_of_a_frame_is_empty(chain: str) -> None:
    for frame in frames(chain):
        width = frame.get_figwidth() * frame.dpi
        (axes,) = frame.axes
        ends = sorted(
            (corners.min(), corners.max())
            for grid in axes.collections
            for corners in [np.concatenate([p.vertices for p in grid.get_paths()])[:, 0]]
        )
        edges = [0, *(x for pair in ends for x in pair), width]
        assert max(np.diff(edges)[::2]) < width / 3


def test_the_border_is_said_once_on_a_page_and_on_every_frame_that_reaches_beyond() -> None:
    found = explain("blur", ";".join(["1 2 3 4 5 6"] * 6))
    told = "Beyond the border the input is mirrored; a pixel that repeats has the sum of"
    assert " ".join(words(draw_worked_example(found))).count(told) == 1
    *moves, _ = draw_worked_frames(found)
    said = [told in " ".join(words(frame)) for frame in moves]
    assert said == [(m, n) != (1, 1) for m, n in np.ndindex(3, 3)]


def decoded(path: Path) -> list[np.ndarray]:
    with Pillow.open(path) as film:
        pages = []
        for number in range(film.n_frames):  # type: ignore[attr-defined]
            film.seek(number)
            pages.append(np.asarray(film.convert("RGB")))
        return pages


def test_an_animation_keeps_the_colours(tmp_path: Path) -> None:
    pages, palette = quantize_exact(draw_worked_frames(explain("max"), Look(dpi=100)))
    path = save_animation(pages, tmp_path / "max.gif", 500, palette=palette)
    found = decoded(path)
    assert len(found) == 5
    for page, came in zip(pages, found, strict=True):
        assert np.array_equal(palette[page], came)
    colours = {tuple(colour) for colour in found[0].reshape(-1, 3).tolist()}
    for colour in (READ, TAKEN, WRITTEN, "#ffffff"):
        assert tuple(bytes.fromhex(colour[1:])) in colours


def test_too_many_numbers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = explain("identity", "1 1 1;1 1 1;1 1 1")
    monkeypatch.setattr(blackboard, "MAX_GRIDS_PER_FIGURE", 10 * 18)
    monkeypatch.setattr(blackboard, "MAX_FRAMES", 10 * 18)
    draw_worked_example(found)
    next(draw_worked_frames(found))
    monkeypatch.setattr(blackboard, "MAX_GRIDS_PER_FIGURE", 179)
    monkeypatch.setattr(blackboard, "MAX_FRAMES", 179)
    what = "10 steps with 180 numbers are too many; the most is 179"
    with pytest.raises(UsageError, match=what):
        draw_worked_example(found)
    with pytest.raises(UsageError, match=what):
        next(draw_worked_frames(found))
