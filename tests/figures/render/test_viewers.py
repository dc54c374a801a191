"""Viewers of PDF, SVG and EPS smooth pictures; what they draw of a panel is flat all the same."""

import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from shutil import which

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from PIL import Image as Pillow

import sampviz
from sampviz.figures.render.panel_artist import PanelArtist, block_size
from tests.figures.drawn import of_kind, pictures

pytestmark = pytest.mark.slow

VIEWERS = {"poppler": ".pdf", "cairo": ".pdf", "rsvg": ".svg", "ghostscript": ".eps"}


def command(viewer: str, file: Path, dpi: int, png: Path) -> list[object]:
    """How a viewer draws a file at so many dpi."""
    device = ["-q", "-dBATCH", "-dNOPAUSE", "-dEPSCrop", "-sDEVICE=png16m"]
    return {
        "poppler": ["pdftoppm", "-r", dpi, "-png", "-singlefile", file, png.with_suffix("")],
        "cairo": ["pdftocairo", "-r", dpi, "-png", "-singlefile", file, png.with_suffix("")],
        "rsvg": ["rsvg-convert", "-d", dpi, "-p", dpi, "-b", "white", file, "-o", png],
        "ghostscript": ["gs", *device, f"-r{dpi}", f"-sOutputFile={png}", file],
    }[viewer]


View = Callable[[Figure, str, int], np.ndarray]


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    """What a viewer draws of a figure at so many dpi, (H, W, 3)."""
    folder = tmp_path_factory.mktemp("viewed")

    @cache
    def saved(figure: Figure, ending: str) -> Path:
        return sampviz.save(figure, folder / f"{id(figure)}{ending}")

    def view_page(figure: Figure, viewer: str, dpi: int) -> np.ndarray:
        png = folder / "page.png"
        file = saved(figure, VIEWERS[viewer])
        program, *words = map(str, command(viewer, file, dpi, png))
        if which(program) is None:
            pytest.skip(f"{program} is not installed")
        subprocess.run([program, *words], check=True)
        with Pillow.open(png) as page:
            return np.asarray(page.convert("RGB"))

    return view_page


@cache
def comparison(size: tuple[int, int]) -> Figure:
    image = np.random.default_rng(0).random(size).astype(np.float32)
    return sampviz.compare(image, "max", rows="image,spectrum", annotate=False)


@cache
def colour_bar() -> Figure:
    image = np.random.default_rng(0).random((24, 8)).astype(np.float32)
    figure = sampviz.compare(image, "max", rows="spectrum", annotate=False)
    for frame in of_kind(figure, Polygon):
        frame.set_visible(False)
    return figure


@cache
def map_of_gains() -> Figure:
    figure = sampviz.response("max", two_d=True)
    (box,) = figure.axes[0].patches
    box.set_visible(False)
    for axes in figure.axes:
        axes.tick_params(length=0)
    return figure


def inner_pixels(edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of samples with these edges the pixels without the outermost, and of which sample each is."""
    first, end = np.ceil(edges[:-1]).astype(int) + 1, np.floor(edges[1:]).astype(int) - 1
    pixels = np.arange(first[0], int(edges[-1]))
    samples = np.searchsorted(first, pixels, side="right") - 1
    is_inner = pixels < end[samples]
    return pixels[is_inner], samples[is_inner]


def assert_flat(
    page: np.ndarray, picture: PanelArtist, figure: Figure, dpi: int, least: int
) -> None:
    """Every sample has its colour, up to its outermost pixels; so many samples have others."""
    box = picture.get_window_extent()
    inch = figure.get_size_inches()[1]
    rows, columns = picture.pixels.shape[:2]
    tops = dpi * np.linspace(inch - box.y1 / figure.dpi, inch - box.y0 / figure.dpi, rows + 1)
    lefts = dpi * np.linspace(box.x0, box.x1, columns + 1) / figure.dpi
    (y, i), (x, j) = inner_pixels(tops), inner_pixels(lefts)
    assert len(np.unique(i)) * len(np.unique(j)) >= least
    difference = page[np.ix_(y, x)].astype(int) - picture.pixels[np.ix_(i, j)]
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize(  # enlarged by more than 4 and by less
    ("size", "dpi"), [((12, 16), 72), ((12, 16), 300), ((38, 38), 72), ((38, 38), 150)]
)
def test_every_sample_is_flat_in_a_viewer(
    size: tuple[int, int], viewer: str, dpi: int, view: View
) -> None:
    figure = comparison(size)
    page = view(figure, viewer, dpi)
    for picture in pictures(figure):
        pixels_per_sample = picture.get_window_extent().height / len(picture.pixels) / 150 * dpi
        least = picture.pixels[..., 0].size if pixels_per_sample > 4 else 100
        assert_flat(page, picture, figure, dpi, least)


@pytest.mark.parametrize("viewer", VIEWERS)
def test_colour_bars_are_flat_in_a_viewer(viewer: str, view: View) -> None:
    figure = colour_bar()
    page = view(figure, viewer, 700)
    strip = of_kind(figure, PanelArtist)[-1]
    assert strip.pixels.shape[:2] == (256, 1)
    assert_flat(page, strip, figure, 700, 256)


@pytest.mark.usefixtures("few_waves")
@pytest.mark.parametrize("viewer", VIEWERS)
def test_maps_of_gains_are_flat_in_a_viewer(viewer: str, view: View) -> None:
    figure = map_of_gains()
    page = view(figure, viewer, 150)
    (picture,) = pictures(figure)
    assert_flat(page, picture, figure, 150, picture.pixels[..., 0].size)


@pytest.mark.parametrize("side", [1, 30, 500, 1500, 5000])
@pytest.mark.parametrize("inches", [1e-3, 1 / 75, 0.1, 2])
def test_a_panel_of_a_vector_format_stays_small(side: int, inches: float) -> None:
    size = block_size((side, side), (inches, inches))
    assert min(size) >= 1
    assert size == (1, 1) or side**2 * size[0] * size[1] <= 2**23


def test_samples_are_repeated_evenly_whatever_their_shape() -> None:
    assert block_size((10, 10), (1 / 20, 1 / 20)) == (16, 16)
    assert block_size((10, 10), (1 / 10, 1 / 100)) == (30, 4)
    assert block_size((3000, 10), (1 / 100, 1)) == (4, 16)
