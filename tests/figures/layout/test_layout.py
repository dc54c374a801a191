"""Nothing overlaps and nothing is cut, whatever is compared."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from PIL import Image as Pillow

import sampviz
from sampviz.core.errors import UsageError
from sampviz.figures.captions.annotations import nice_length
from sampviz.figures.layout import page
from sampviz.figures.layout.zoom import pixel_aspect
from sampviz.figures.style import NO_BREAK, TextSize
from sampviz.images.geometry import Geometry
from sampviz.images.image import FileFacts, Image
from tests.figures.drawn import extents, outlines, overlapping, place_texts, scales

pytestmark = pytest.mark.slow


def image_of(size: tuple[int, int], spacing: tuple[float, float] | None = None) -> Image:
    array = np.random.default_rng(0).random(size).astype(np.float32)
    geometry = None
    if spacing:
        affine = np.diag([1.0, 1, 1, 1])
        affine[:3, :2] = [[0, spacing[1]], [-spacing[0], 0], [0, 0]]
        geometry = Geometry(affine, ("P", "R"))
    return Image(
        array,
        "a_rather_long_name_of_a_file",
        FileFacts("npy", size, "float32"),
        geometry,
        taken="axial slice 90 of 0..181, z = -12.0 mm",
    )


NINE = "max,stride,avg,blur,flc,asap,dpp,conv:gauss:pad=reflect,min"
CASES: dict[str, tuple[Image, dict[str, Any]]] = {
    "256x256": (image_of((256, 256), (1, 1)), {"chains": "max,stride,blur,flc"}),
    "182x218": (image_of((182, 218), (1, 1)), {"chains": "max,stride,blur,flc", "levels": 2}),
    "folding": (
        image_of((128, 128), (1, 1)),
        {
            "chains": NINE,
            "rows": "image,alias,foldspectrum",
            "in_panel": "alias,psnr,delta,residual",
        },
    ),
    "DWI": (image_of((64, 64), (2.5, 2.5)), {"chains": NINE, "levels": 3}),
    "one": (image_of((64, 64), (2.5, 2.5)), {"chains": "max"}),
    "7x9": (image_of((7, 9)), {"chains": "max,stride,blur:3,flc", "zoom": "2x2+4"}),
    "lines": (image_of((64, 64), (2, 3)), {"chains": NINE, "columns": 4, "zoom": "auto"}),
    "flat": (
        image_of((8, 192), (0.94, 0.9)),
        {"chains": "max,blur", "rows": "image,zoom,spectrum,difference", "zoom": "0x0+8"},
    ),
    "tall": (image_of((192, 8), (0.94, 0.9)), {"chains": "max,blur:3,conv:laplacian"}),
    "thick": (image_of((24, 200), (7, 0.86)), {"chains": "max,blur", "rows": "difference,image"}),
    "long": (
        image_of((64, 64), (1, 1)),
        {
            "chains": "conv:random:k=5:p=2:pad=reflect:seed=9+relu+blur:5+bilinear:4:corners=true",
            "window_scope": "panel",
        },
    ),
    "narrow": (
        image_of((256, 192), (0.94, 0.9)),
        {"chains": "max,stride,blur,flc", "width": 88, "columns": 3, "font_size": 6},
    ),
    "wide": (image_of((256, 192), (0.94, 0.9)), {"chains": "max,stride,blur,flc", "width": 180}),
    "small type": (
        image_of((64, 64), (4, 4)),
        {"chains": "max,flc", "font_size": 4, "rows": "difference,spectrum,image"},
    ),
    "flat, large type": (
        image_of((8, 300), (1, 1)),
        {"chains": "max,flc", "font_size": 20, "rows": "difference,image"},
    ),
    "tall zoom": (image_of((300, 8)), {"chains": "max,flc", "zoom": "auto"}),
    "long title": (image_of((64, 64)), {"chains": "max", "title": "wide words win " * 9}),
    "single pixel": (image_of((1, 9)), {"chains": "stride,nearest:3"}),
    "fine resolution": (
        image_of((64, 64), (4, 4)),
        {"chains": "max", "dpi": 600, "rows": "image,spectrum,difference"},
    ),
    "large type": (image_of((64, 64), (4, 4)), {"chains": "max,flc", "font_size": 16}),
}


@pytest.fixture(scope="module", params=CASES, ids=list(CASES))
def figure(request: pytest.FixtureRequest) -> Figure:
    image, options = CASES[request.param]
    options = dict(options)
    made = sampviz.compare(image, options.pop("chains"), **options)
    place_texts(made)
    return made


def boxes_of_text(figure: Figure) -> list[tuple[str, Bbox]]:
    texts = [text for text in figure.texts if text.get_text()]
    texts += [bar.txt_label._text for bar in scales(figure)]
    return [(text.get_text(), text.get_window_extent()) for text in texts]


def overlap(one: Bbox, other: Bbox, slack: float = 1.0) -> bool:
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    return width > slack and height > slack


def test_no_text_overlaps_another(figure: Figure) -> None:
    boxes = boxes_of_text(figure)
    assert overlapping(boxes, boxes) == []


def test_no_text_lies_on_a_panel(figure: Figure) -> None:
    panels = [("a panel", panel) for panel in extents(figure)]
    assert overlapping(boxes_of_text(figure), panels) == []


def test_nothing_is_cut_at_the_edge(figure: Figure) -> None:
    for text, box in boxes_of_text(figure):
        assert box.x0 >= -0.5 and box.y0 >= -0.5, text  # noqa: PT018
        assert box.x1 <= figure.bbox.x1 + 0.5 and box.y1 <= figure.bbox.y1 + 0.5, text  # noqa: PT018


def test_no_panels_overlap(figure: Figure) -> None:
    panels = [("a panel", panel) for panel in extents(figure)]
    assert overlapping(panels, panels) == []


TRIED = {**CASES, "tall": (image_of((192, 32), (0.94, 0.9)), {"chains": "max,blur:3"})}


@pytest.mark.parametrize("name", ["tall", "DWI", "large type", "182x218"])
def test_no_size_that_is_not_tried_would_have_been_taken(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    image, options = TRIED[name]
    sizes = []
    for is_cut_short in (True, False):
        if not is_cut_short:  # every zoom at every resolution
            monkeypatch.setattr(page, "_is_too_large", lambda *_: False)
        made = sampviz.compare(image, **options)
        zooms = [placed.panel.zoom for placed in made.sheet.panels]
        sizes.append((made.sheet.width, made.sheet.height, made.dpi, zooms))
    assert sizes[0] == sizes[1]


@pytest.mark.parametrize("width", [120.0, 180.0])
def test_width_is_kept_to_the_pixel(width: float) -> None:
    made = sampviz.compare(image_of((256, 192)), "max,stride", width=width)
    assert made.get_figwidth() * 25.4 == pytest.approx(width, abs=25.4 / made.dpi)


def test_a_width_that_cannot_hold_the_panels_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        sampviz.compare(image_of((256, 256)), "max,stride", width=60, dpi=100)
    assert caught.value.what == "not even one column fits"
    with pytest.raises(UsageError) as caught:
        sampviz.compare(image_of((256, 256)), "max,stride", width=60, dpi=100, rows="image")
    assert caught.value.what.startswith("1 column needs")
    assert "columns" not in caught.value.fix
    for columns, count in ((2, 2), (3, 3), (9, 3)):
        with pytest.raises(UsageError, match=f"^{count} columns need") as caught:
            sampviz.compare(
                image_of((256, 256)), "max,stride", columns=columns, width=60, dpi=100, rows="image"
            )
        assert "columns" in caught.value.fix


def test_an_option_that_the_function_does_not_have_is_not_advised() -> None:
    for chains in ("max", "max,avg,blur"):
        with pytest.raises(UsageError, match=r"^1 column needs \d\d mm") as caught:
            sampviz.spectrum(image_of((256, 256)), chains, two_d=True, width=20)
        assert caught.value.fix == "raise width, or lower font_size"


@pytest.mark.parametrize(
    ("spacing", "zoom", "missed"),
    [
        ((1, 1), (1, 1), 1),
        ((2, 1), (2, 1), 1),
        ((1, 2), (1, 2), 1),
        ((1.5, 1), (3, 2), 1),
        ((0.7, 1.1), (5, 8), (0.7 / 1.1) / (5 / 8)),
        ((7, 0.859375), (8, 1), 7 / 0.859375 / 8),
        ((0.9375, 0.9), (1, 1), 0.9375 / 0.9),
    ],
)
def test_voxels_keep_their_aspect_in_whole_zooms(
    spacing: tuple[float, float], zoom: tuple[int, int], missed: float
) -> None:
    found, off = pixel_aspect(image_of((8, 8), spacing))
    assert found == zoom
    assert off == pytest.approx(missed)


def test_scale_bars_have_round_lengths() -> None:
    for most, length in ((57.6, 50), (20, 20), (19.9, 10), (3.2, 2), (0.7, 0.5), (1e-3, 1e-3)):
        assert nice_length(most) == pytest.approx(length)


def _runs(row: np.ndarray) -> list[str]:
    return "".join("#" if dark else " " for dark in row).split() or [""]


def test_scale_bar_is_as_long_as_it_says(tmp_path: Path) -> None:
    made = sampviz.compare(image_of((64, 64), (2, 2)), "max", rows="image", dpi=600)
    sampviz.save(made, tmp_path / "f.png")
    panel = extents(made)[0]
    (bar,) = scales(made)
    (line,) = bar.size_bar.get_children()
    assert bar.txt_label.get_text() == "20 mm"
    assert line.get_window_extent().width == pytest.approx(panel.width * 20 / 128)
    with Pillow.open(tmp_path / "f.png") as picture:
        pixels = np.asarray(picture.convert("L"))
    below = pixels[int(made.bbox.height - panel.y0) + 2 :, int(panel.x0) - 20 : int(panel.x1)]
    longest = max(len(run) for row in below < 50 for run in _runs(row))
    assert longest == pytest.approx(panel.width * 20 / 128, abs=2)


def test_letters_stand_at_the_image_row_wherever_it_is() -> None:
    image = image_of((64, 64), (2, 2))
    for rows in ("image,spectrum", "spectrum,image", "zoom,difference,image"):
        made = sampviz.compare(image, "max", rows=rows, zoom="0x0+8")
        assert {t.get_text() for t in made.texts} >= {"L", "R", "A", "P"}


def test_numbers_stand_right_below_their_panels_and_not_below_the_scale_bar() -> None:
    made = sampviz.compare(image_of((64, 64), (2, 2)), "max", in_panel="psnr")
    sheet = made.sheet
    panel = next(placed for placed in sheet.panels if placed.panel.name == "image, max")
    (numbers,) = (text for text in sheet.texts if text.lines[0].startswith("psnr"))
    gap = numbers.y - panel.y - panel.panel.size[0]
    assert 0 <= gap < TextSize(7, made.dpi).line


def test_a_region_is_outlined_whenever_it_is_asked_for() -> None:
    made = sampviz.compare(image_of((64, 64)), "max", rows="image", zoom="auto")
    assert len(outlines(made)) == 1


def test_nothing_is_said_of_left_and_right_where_they_are_not_seen() -> None:
    affine = np.array([[0, 0, 1, 0], [0, 1, 0, 0], [-1, 0, 0, 0], [0, 0, 0, 1.0]])
    side = Image(np.zeros((8, 8)), "side", FileFacts("npy", (8, 8), "float64"),
                 Geometry(affine, ("I", "A")))  # fmt: skip
    made = sampviz.compare(side, "max", convention="radiological")
    words = " ".join(text.get_text() for text in made.texts)
    assert "left" not in words
    assert [t.get_text() for t in made.texts if t.get_text() in "APSI"] == ["P", "A", "S", "I"]


def test_factors_that_do_not_match_stay_drawable() -> None:
    made = sampviz.compare(image_of((128, 128)), "nearest:3,bilinear:5,nearest:7,stride:3")
    assert made.get_figwidth() * made.dpi < 8000


@pytest.mark.parametrize("number", [1, 7, 8, 9, 16, 17, 100])
@pytest.mark.parametrize("room", [60, 400, 2000])
def test_a_line_takes_as_many_words_as_it_holds(number: int, room: int) -> None:
    kind = TextSize(8, 150)
    words = [f"w{i * i}" for i in range(number)]
    lines = kind.wrap(" ".join(words), room)
    assert " ".join(lines).split() == words
    assert all(kind.width(line) <= room for line in lines)
    for line, after in pairwise(lines):
        assert kind.width(f"{line} {after.split()[0]}") > room


def test_words_break_where_they_may() -> None:
    kind = TextSize(8, 150)
    text = f"conv:kernel=random:k=5 + blur, 1.88x1.8{NO_BREAK}mm"
    for room in (60, 100, 200, 400):
        lines = kind.wrap(text, room)
        assert all(kind.width(line) <= room for line in lines)
        joined = "".join(lines).replace(" ", "").replace(NO_BREAK, "")
        assert joined == text.replace(" ", "").replace(NO_BREAK, "")
    assert f"1.88x1.8{NO_BREAK}mm" in kind.wrap(text, 120)
    for start in ("160×192×16", "160×19", "160×"):  # a number stays whole
        lines = kind.wrap("160×192×160 px", kind.width(start))
        assert len(lines) > 1
        assert {n for line in lines for n in line.replace("×", " ").split()} == {"160", "192", "px"}
