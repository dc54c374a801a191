"""The film of a moving image: exact panels, in register, on pages that are otherwise alike."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import SampvizWarning, UsageError
from sampviz.figures.grids import shift_animation as module
from sampviz.figures.grids import shift_frames
from sampviz.figures.grids.shift_animation import ShiftAnimation, shift
from sampviz.figures.render.render import draw_sheet
from sampviz.images.image import Image
from sampviz.images.intensity_window import Limits
from sampviz.ops.chain import parse_chains

pytestmark = pytest.mark.slow


def noise(h: int = 16, w: int = 24) -> np.ndarray:
    return np.random.default_rng(0).random((h, w))


def levels(array: np.ndarray, zoom: tuple[int, int], limits: Limits = (0, 1)) -> np.ndarray:
    """What the documentation of a window says, in whole blocks."""
    low, high = limits
    level = np.floor(256 * (array.astype(np.float64) - low) / (high - low))
    return np.clip(level, 0, 255).astype(np.uint8).repeat(zoom[0], 0).repeat(zoom[1], 1)


def made(x: np.ndarray | Image, chains: str, **options: Any) -> ShiftAnimation:
    given = {"window": "0,1", "range": "0..2", "step": 0.5, **options}
    image = x if isinstance(x, Image) else Image.of(x)
    return shift(image, parse_chains(chains), **given)


class Pages:
    """The layouts of the frames that are drawn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sheets: list[Any] = []

        def heard(sheet: Any, measures: Any) -> Any:
            self.sheets.append(sheet)
            return draw_sheet(sheet, measures)

        monkeypatch.setattr(shift_frames, "draw_sheet", heard)

    def panel(self, one: ShiftAnimation, frame: int, name: str) -> tuple[np.ndarray, np.ndarray]:
        """The pixels of a panel on a frame, and which of them no outline covers."""
        (placed,) = [p for p in self.sheets[frame].panels if p.panel.name == name]
        h, w = placed.panel.size
        pixels = one.frames[frame][placed.y : placed.y + h, placed.x : placed.x + w]
        bare = np.ones((h, w), bool)
        rows, columns = placed.panel.zoom
        for box in placed.panel.boxes:
            top, left = round(box.top * rows), round(box.left * columns)
            bottom, right = top + round(box.height * rows), left + round(box.width * columns)
            bare[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2] = False
            bare[top + 3 : bottom - 3, left + 3 : right - 3] = True
        assert bare.mean() > 0.5
        return pixels, bare

    def shows(self, one: ShiftAnimation, frame: int, name: str, wanted: np.ndarray) -> None:
        pixels, bare = self.panel(one, frame, name)
        assert np.array_equal(pixels[bare], wanted[bare])


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Pages:
    return Pages(monkeypatch)


def test_the_original_moves_and_whole_samples_stand_still(pages: Pages) -> None:
    x = noise()
    one = made(x, "stride,max", step=1)
    zoom = 9, 9  # of 24 columns: at least 2 inches, of 100 pixels
    outputs = {"Striding, no filter": x[::2, ::2], "Max pooling": sampviz.Chain.parse("max")(x)}
    for frame, by in enumerate((1, 2, 0)):
        pages.shows(one, frame, "image, Original", levels(np.roll(x, by, 1), zoom))
        if by != 1:
            for title, output in outputs.items():
                pages.shows(one, frame, f"image, {title}", levels(output, (18, 18)))


def test_it_starts_at_the_worst_shift_and_goes_around(pages: Pages) -> None:
    x = noise(32, 32)
    one = made(x, "stride,max", range="0..3")
    means = [(a + b) / 2 for a, b in one.errors]  # type: ignore[operator]
    assert one.worst == means.index(max(means)) != 0
    moved = [
        next(t for block in sheet.texts for t in block.lines if t.startswith("moved"))
        for sheet in pages.sheets
    ]
    shifts = [float(text.split()[1]) for text in moved]
    ordered = list(map(float, one.sweep.shifts))
    assert shifts == ordered[one.worst :] + ordered[: one.worst]


def test_the_detail_is_where_the_chains_flicker(pages: Pages) -> None:
    x = np.tile(0.3 + 0.2 * np.sin(np.arange(64) / 8), (64, 1))  # striding holds that
    x[36:44, 20:28] += noise(8, 8) / 2  # the jump where it wraps around does not count
    made(x, "stride", step=1)
    for placed in pages.sheets[0].panels[:2]:
        (box, _) = placed.panel.boxes
        step = 64 / placed.panel.array.shape[-1]
        middle = box.top + box.height / 2, box.left + box.width / 2
        assert np.multiply(middle, step) == pytest.approx((40, 24), abs=8)


def test_the_detail_and_the_error_are_exact_on_scales_that_all_frames_share(pages: Pages) -> None:
    x = noise(32, 32)
    one = made(x, "stride", step=1)
    outputs = [one.sweep.at(s).outputs[0] for s in one.sweep.shifts]
    original, unmoved = (
        p.panel for p in pages.sheets[2].panels if p.panel.name.startswith("detail")
    )
    rows, columns = x.shape[0] // 4, x.shape[1] // 4
    assert unmoved.array.shape == (1, rows // 2, columns // 2)
    assert np.array_equal(unmoved.limits, np.percentile(original.array, (1, 99)))
    at = [
        (i, j)
        for i in range(16)
        for j in range(16)
        if np.array_equal(outputs[0][i : i + 4, j : j + 4], unmoved.array[0])
    ]
    ((i, j),) = at
    errors = [(output - outputs[0])[i : i + 4, j : j + 4] for output in outputs]
    limit = np.percentile(np.abs(errors[1]), 99.5)  # of the worst
    for frame, by in enumerate((1, 2, 0)):
        part = outputs[by][i : i + 4, j : j + 4]
        for name, array, limits in (
            ("detail", part, unmoved.limits),
            ("error", errors[by], (-limit, limit)),
        ):
            title = f"{name}, Striding, no filter"
            pixels, _ = pages.panel(one, frame, title)
            zoom = pixels.shape[0] // 4, pixels.shape[1] // 4
            pages.shows(one, frame, title, levels(array, zoom, limits))
    assert (pages.panel(one, 1, "error, Striding, no filter")[0] == 128).all()  # grey: nothing


@pytest.mark.parametrize("axis", [0, 1])
def test_between_samples_an_output_is_moved_back_by_its_fourier_series(
    axis: int, pages: Pages
) -> None:
    x = noise(32, 32)
    one = made(x, "stride", step=1, axis=("rows", "columns")[axis])
    pixels, bare = pages.panel(one, 0, "image, Striding, no filter")
    moved = np.roll(x, 1, axis)[::2, ::2]
    turn = np.exp(2j * np.pi * np.fft.fftfreq(16) / 2)
    turn[8] = 0  # cos(pi / 2)
    back = np.fft.ifft(np.fft.fft(moved, axis=axis) * (turn[:, None], turn)[axis], axis=axis).real
    wanted = levels(back, (14, 14))[bare].astype(int)
    seen = pixels[bare].astype(int)
    # Rounding of the FFT may move a value over the edge between two neighbouring levels.
    assert np.abs(seen - wanted).max() <= 1
    assert (seen == wanted).mean() > 0.95


def test_colour_is_shown_in_colour_and_all_channels_count(pages: Pages) -> None:
    image = sampviz.load("sample:chelsea")
    image = replace(image, array=image.array[:, 90:210, 120:320])
    one = shift(image, parse_chains("stride"), step=1, axis="rows")
    output = image.array[:, ::2, ::2].astype(np.uint8).transpose(1, 2, 0).repeat(2, 0).repeat(2, 1)
    for frame in (1, 2):
        pages.shows(one, frame, "image, Striding, no filter", output)
    parts = [
        shift(Image.of(c), parse_chains("stride"), step=1, axis="rows").errors for c in image.array
    ]
    errors = [part[1][0] for part in parts if part[1][0] is not None]
    assert one.errors[1][0] is not None
    assert min(errors) < one.errors[1][0] < max(errors)


def test_complex_numbers_are_moved_as_they_are_and_drawn_as_magnitudes(pages: Pages) -> None:
    x = noise(32, 32) * np.exp(2j * np.pi * noise(32, 32))
    one = made(x, "stride", step=1)
    for frame, by in enumerate((1, 2, 0)):
        pages.shows(one, frame, "image, Original", levels(np.abs(np.roll(x, by, 1)), (7, 7)))
    assert one.errors[2] == (0,)
    assert one.errors[1][0] == pytest.approx(1.4, rel=0.15)


def told(
    monkeypatch: pytest.MonkeyPatch, image: Image, chains: str, **options: Any
) -> tuple[ShiftAnimation, list[str]]:
    """An animation, and the text of every page."""
    texts = []

    def heard(sheet: Any, measures: Any) -> Any:
        texts.append("\n".join(line for words in sheet.texts for line in words.lines))
        return draw_sheet(sheet, measures)

    monkeypatch.setattr(shift_frames, "draw_sheet", heard)
    return shift(image, parse_chains(chains), **options), texts


def said(*words: Any, **options: Any) -> list[str]:
    """The text of every page."""
    return told(*words, **options)[1]


def test_each_page_says_the_shift_and_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    image = Image.of(noise(80, 80), spacing=(1.0, 0.8))
    texts = said(monkeypatch, image, "stride", range="-1..9", step=5)
    plain = [text.replace("\u2007", "_").replace("\u00a0", " ") for text in texts]
    found = sorted(re.findall(r"moved \S+ px \(\S+ mm\)", " ".join(plain)))
    assert found == [
        "moved +4 px (+3.200 mm)",
        "moved +9 px (+7.200 mm)",
        "moved −1 px (−0.800 mm)",
    ]
    assert all("each output is moved back as far" in text for text in plain)
    at_rest = ["shift error __0.0 %" in text for text in plain]
    assert at_rest == ["moved +4 px" in text for text in plain]


@pytest.mark.usefixtures("unpainted")
def test_pages_are_of_one_size_whatever_is_written_on_them() -> None:
    # Narrow panels break the lines; 7 and 9.5 differ from 12 in digits, -0.5 from 2 in the sign.
    x = noise(96, 8)
    one = made(x, "stride", axis="rows", range="-0.5..12", step=2.5, font_size=14)
    assert list(map(float, one.sweep.shifts)) == [-0.5, 2, 4.5, 7, 9.5, 12]
    assert len(one.frames) == 6
    assert len({page.shape for page in one.frames}) == 1


@pytest.mark.usefixtures("unpainted")
def test_pages_are_of_one_size_however_large_the_error() -> None:
    x = noise(32, 8) + 1e5
    x[:, ::2] = 1 + 1e-5 * noise(32, 4)
    one = made(x, "stride", step=1)
    assert one.errors[1][0] is not None
    assert one.errors[1][0] > 1e6
    assert len({page.shape for page in one.frames}) == 1


@pytest.mark.usefixtures("unpainted")
def test_the_shift_is_written_with_the_decimals_that_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for step, wanted in ((1, "moved 1 px"), (0.5, "moved 0.5 px"), (0.125, "moved 0.125 px")):
        texts = said(monkeypatch, Image.of(noise()), "stride", step=step, range=f"0..{step}")
        assert wanted in " ".join(texts).replace("\u00a0", " ")


@pytest.mark.usefixtures("unpainted")
def test_an_undefined_error_is_said_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    image = sampviz.load("sample:checkerboard:32x32")
    with pytest.warns(SampvizWarning, match="stride: the shift error is undefined"):
        one, texts = told(monkeypatch, image, "stride,stride:3", step=1)
    assert all("shift error undefined" in text for text in texts)
    assert {row[0] for row in one.errors} == {None}
    assert None not in {row[1] for row in one.errors}
    first, second = (text.get_text() for text in one.curve.legends[0].get_texts())
    assert first == "Striding, no filter: undefined"
    assert second.startswith("Striding, no filter, step 3: ")


def test_too_many_pages_are_refused_before_they_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 2**18)
    monkeypatch.setattr(shift_frames, "draw_sheet", None)
    with pytest.raises(UsageError) as told:
        made(noise(), "max")
    assert told.value.what.startswith("5 pages of ")
    assert told.value.what.endswith(" px have 2 MiB; the most is 0")
    assert told.value.where == "range, step and chains"


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"dpi": 5}, "dpi"),
        ({"font_size": float("nan")}, "font_size"),
        ({"convention": "left"}, "convention"),
        ({"window": "9,3"}, "window"),
    ],
)
def test_options_that_cannot_be(options: dict[str, Any], where: str) -> None:
    with pytest.raises(UsageError) as told:
        made(noise(), "max", **options)
    assert told.value.where == where


def test_radiological_mirrors_the_pages(pages: Pages) -> None:
    image = sampviz.load("sample:dwi")
    block = levels(image.array[::2, ::2].astype(np.float64) / 2000, (8, 8))
    for convention, wanted in (("neurological", block), ("radiological", block[:, ::-1])):
        pages.sheets.clear()
        one = made(image, "stride", step=1, window="0,2000", convention=convention)
        for frame in (1, 2):
            pages.shows(one, frame, "image, Striding, no filter", wanted)
