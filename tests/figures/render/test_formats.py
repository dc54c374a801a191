"""TIFF and EPS: what journals ask for, with the record, and the same bytes whenever written."""

import re
import struct
import zlib
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends import backend_ps
from matplotlib.font_manager import get_font
from PIL import Image as Pillow

import sampviz
from sampviz.core.errors import InputError
from sampviz.figures.render.render import PanelFigure
from sampviz.figures.render.save import encode_figure, figure_pixels
from sampviz.figures.style import font_files

pytestmark = pytest.mark.slow


@cache
def drawn() -> PanelFigure:
    return sampviz.draw_recipe({"inputs": "sample:dwi", "ops": "max", "dpi": 200})


@cache
def eps() -> bytes:
    return encode_figure(drawn(), ".eps")


def test_a_tiff_holds_the_pixels_of_the_png_and_its_resolution(tmp_path: Path) -> None:
    figure = drawn()
    path = sampviz.save(figure, tmp_path / "figure.tif")
    with Pillow.open(path) as picture:
        assert np.array_equal(np.asarray(picture), figure_pixels(figure))
        assert picture.info["compression"] == "tiff_lzw"
        assert picture.info["dpi"] == (200, 200)
        tags = picture.tag_v2  # type: ignore[attr-defined]
    assert tags[305].startswith("sampviz ")
    assert tags[270] == figure.record
    assert 306 not in tags  # no date


def test_an_eps_holds_text_as_text_and_no_date(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    first = eps()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert encode_figure(drawn(), ".eps") == first
    text = first.decode("latin-1")
    assert re.findall("^%%Creator: (.*)$", text, re.M) == [f"sampviz {sampviz.__version__}"]
    assert "Date" not in text
    assert "/FontType 42 def" in text
    assert max(map(len, text[: text.index("%%EndComments")].splitlines())) <= 255


def test_the_bounds_of_a_font_are_those_that_freetype_reads_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def draws_all_glyphs(_font: object) -> None:
        raise AssertionError("a second a font")

    monkeypatch.setattr(backend_ps, "_bounds", draws_all_glyphs)
    text = encode_figure(drawn(), ".eps").decode("latin-1")
    assert backend_ps._bounds is draws_all_glyphs  # matplotlib is left as it was
    bounds = {tuple(map(int, box.split())) for box in re.findall(r"/FontBBox \[(.*?)\]", text)}
    assert bounds == {get_font(file).bbox for file in font_files()}


def test_an_eps_holds_every_sample_as_a_block() -> None:
    figure, text = drawn(), eps().decode("latin-1")
    found = re.findall(
        r"/Width (\d+) /Height (\d+)(?:.|\n)*?>> image\n([0-9a-f\n]*)>",
        text,
    )
    panels = [placed.panel.pixels for placed in figure.sheet.panels]
    assert len(found) == len(panels) + len(figure.sheet.bars)
    for (width, height, data), pixels in zip(found, panels, strict=False):
        blocks = np.frombuffer(zlib.decompress(bytes.fromhex(data)), np.uint8)
        blocks = blocks.reshape(int(height), int(width), 3)[::-1]
        down, across = (n // m for n, m in zip(blocks.shape[:2], pixels.shape[:2], strict=True))
        assert min(down, across) >= 4
        assert np.array_equal(pixels.repeat(down, 0).repeat(across, 1), blocks)


@pytest.mark.parametrize("kind", [".tif", ".eps"])
def test_the_record_is_found_again(kind: str, tmp_path: Path) -> None:
    path = sampviz.save(drawn(), tmp_path / f"figure{kind}")
    assert sampviz.inspect(path).recipe.values["dpi"] == 200
    assert sampviz.rerun(path, check=True).identical


@pytest.mark.parametrize(
    "data",
    [
        b"II*\0",
        b"II*\0" + struct.pack("<I", 2**32 - 1),
        b"II*\0" + struct.pack("<IH", 8, 2**16 - 1),
        b"II*\0" + struct.pack("<IHHHII", 8, 1, 270, 2, 2**32 - 1, 8),
        b"II*\0" + struct.pack("<IHHHII", 8, 1, 270, 2, 50, 2**32 - 1),
        b"II*\0" + struct.pack("<IHHHII", 8, 1, 270, 2, 5, 22) + b"{...}",
        b"%!PS-Adobe-3.0\n%sampviz: {",
    ],
)
def test_a_damaged_file_has_no_record(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "f.tif").write_bytes(data)
    with pytest.raises(InputError, match="carries no record"):
        sampviz.inspect(tmp_path / "f.tif")
