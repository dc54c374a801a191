"""What a notebook shows of the last line of a cell: pictures, tables, a short line."""

import ast
import re
import sys
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

import sampviz
from sampviz.core.notebook import html_table
from sampviz.core.progress import progress_bar

pd: Any = import_module("pandas")

_HOSTILE = "a<script>alert(1)<&script>b"


_SMALL = "sample:noise:24x24"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    picture = np.random.default_rng(0).random((32, 32), dtype=np.float32)
    np.save(home / f"{_HOSTILE}.npy", picture)
    return home


@pytest.fixture(autouse=True)
def _folder(home: Path, monkeypatch: pytest.MonkeyPatch, few_waves: None) -> None:
    monkeypatch.chdir(home)


@cache
def made(make: Callable[[], Any]) -> Any:
    """What a call gives, at which tests only look."""
    return make()


def picture(name: str) -> Any:
    return made(PICTURES[name])


def table(name: str) -> Any:
    return made(TABLES[name][0])


PICTURES: dict[str, Callable[[], Any]] = {
    "compare": lambda: sampviz.compare(_SMALL, "max", rows="image"),
    "spectrum": lambda: sampviz.spectrum(_SMALL, "max"),
    "spectra": lambda: sampviz.spectrum(_SMALL, "max", two_d=True),
    "response": lambda: sampviz.response("avg"),
    "tradeoff": lambda: table("tradeoff").figure,
    "figure": lambda: sampviz.figure("flc", _SMALL)[0],
    "recipe": lambda: sampviz.draw_recipe({"inputs": _SMALL, "ops": "max", "rows": "image"}),
}
OTHERS: dict[str, Callable[[], Any]] = {
    "image": lambda: sampviz.load("sample:t1"),
    "colour": lambda: sampviz.load("sample:chelsea"),
    "volume": lambda: sampviz.load("sample:dwi", volume=True),
    "complex": lambda: sampviz.load("sample:flash_phantom_kspace", kspace=True),
    "applied": lambda: sampviz.apply("sample:t1", "max", "a.npy"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PICTURES)
def test_a_figure_is_shown_as_the_png_that_is_saved(name: str) -> None:
    figure = picture(name)
    shown = figure._repr_png_()
    assert shown == sampviz.save(figure, "f.png").read_bytes()


@pytest.mark.parametrize("make", OTHERS.values(), ids=OTHERS)
def test_an_image_is_shown_pixel_by_pixel(make: Callable[[], Any]) -> None:
    value = made(make)
    image = getattr(value, "image", value)
    with Pillow.open(BytesIO(value._repr_png_())) as picture:
        assert picture.size == image.array.shape[:-3:-1]
        assert (picture.mode == "RGB") == image.colour
        pixels = np.asarray(picture)
    if not image.colour and image.array.ndim == 2 and image.array.dtype.kind == "f":
        x = image.array.astype(np.float64)
        np.testing.assert_array_equal(pixels, np.rint((x - x.min()) / np.ptp(x) * 255))


class Cells(HTMLParser):
    """The tags and the texts of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self.rows:
            self.rows[-1][-1] += data


def hostile_batch() -> Any:
    text = f'[[figure]]\nname = "f"\nops = "max"\nrows = "image"\ninputs = "{_HOSTILE}.npy"\n'
    Path("r.toml").write_text(text)
    return sampviz.batch("r.toml", f"{_HOSTILE}", jobs=1)


TABLES: dict[str, tuple[Callable[[], Any], str]] = {
    "measure": (lambda: sampviz.measure(f"{_HOSTILE}.npy", "max,flc"), _HOSTILE),
    "data set": (lambda: sampviz.measure_dataset(f"{_HOSTILE}.npy", "max,flc"), "flc"),
    "tradeoff": (lambda: sampviz.tradeoff([_SMALL, "sample:noise:32x24"], "stride,blur"), "blur"),
    "detect": (lambda: sampviz.detect("sample:dwi", "stride,avg", diameters="3"), "stride"),
    "shape": (lambda: sampviz.shape("max+flc", (64, 64)), "16x16"),
    "explain": (lambda: sampviz.explain("max", "1 2;3 4"), "max(1, 2, 3, 4) = 4"),
    "batch": (hostile_batch, f"{_HOSTILE}/f.png"),
    "check": (lambda: sampviz.check("flc", "base"), "missing"),
    "operations": (lambda: sampviz.OPS, "Keep the largest pixel of every window."),
    "measures": (lambda: sampviz.METRICS, "psnr"),
    "shift": (lambda: sampviz.shift(_SMALL, "max", step=1), ""),
    "parity": (lambda: sampviz.verify("pillow"), "pillow"),
    "chain": (lambda: sampviz.Chain.parse("max:2+bilinear:3"), "max+bilinear:f=3"),
    "small chain": (lambda: sampviz.Chain.parse("crop:p=200"), "crop:p=200"),
    "thumbnail": (lambda: sampviz.load(f"{_HOSTILE}.npy"), _HOSTILE),
    "doctor": (lambda: sampviz.doctor(), ""),
}


@pytest.mark.slow
@pytest.mark.parametrize(("make", "text"), TABLES.values(), ids=TABLES)
def test_a_table_is_html_in_which_no_text_acts(make: Callable[[], Any], text: str) -> None:
    cells = Cells(made(make)._repr_html_())
    assert cells.tags <= {"table", "thead", "tbody", "tr", "th", "td", "img"}
    assert not text or text in cells.texts


def test_control_characters_do_not_reach_a_table() -> None:
    assert "\x1b" not in html_table(["\x1b[2J"], [["\x1b[2J", "\u202e"]])


VALUES: dict[str, Callable[[], Any]] = {
    "chain": lambda: sampviz.Chain.parse("+".join(["max:k=3:s=1"] * 40)),
    "operation": lambda: sampviz.OPS["softpool"],
    "step": lambda: sampviz.Chain.parse("conv:gauss").steps[0],
    "geometry": lambda: sampviz.load("sample:t1").geometry,
    "rows": lambda: table("measure")[0],
    "stage": lambda: table("shape")[1],
    "statistics": lambda: table("data set").statistics,
    "summary": lambda: table("data set").summary[0],
    "point": lambda: table("tradeoff").points[0],
    "caption": lambda: picture("compare").caption,
    "sheet": lambda: picture("compare").sheet,
    "sweep": lambda: table("shift").sweep,
    "trace": lambda: table("explain").traces[0],
    "result": lambda: table("check").results[0],
    "batched": lambda: table("batch").figures[0],
    "parity row": lambda: table("parity").rows[0],
    "record": lambda: sampviz.inspect(sampviz.save(picture("figure"), "record.png")),
    "record's recipe": lambda: made(VALUES["record"]).recipe,
}
_LISTS = ("measure", "shape")


@pytest.mark.slow
@pytest.mark.parametrize(
    "make",
    [*PICTURES.values(), *OTHERS.values(), *VALUES.values()]
    + [make for name, (make, _) in TABLES.items() if name not in _LISTS],
)
def test_a_repr_is_a_short_line(make: Callable[[], Any]) -> None:
    text = repr(made(make))
    assert len(text) <= 100
    assert text.isprintable()
    assert not re.search(r"object at 0x|\bFigure size", text)


def test_numpy_takes_an_image() -> None:
    image = sampviz.load("sample:t1")
    assert np.array_equal(np.asarray(image), image.array)
    assert np.asarray(image, np.float64).dtype == np.float64


def test_rows_are_a_list_as_ever() -> None:
    rows = sampviz.measure("sample:t1", "max,blur", measures="psnr")
    assert isinstance(rows, list)
    assert rows[:1] == [rows[0]]
    assert len(ast.literal_eval(repr([row.chain for row in rows]))) == 2


def test_a_chain_is_shown_with_the_size_after_each_step() -> None:
    html = sampviz.Chain.parse("max:times=2+bilinear:3")._repr_html_()
    head, *rows = Cells(html).rows
    assert head == ["max+max+bilinear:f=3", "size", "step px", "first sample px"]
    assert [row[1] for row in rows] == ["256x256", "128x128", "64x64", "192x192"]
    assert [row[2] for row in rows] == ["1x1", "2x2", "4x4", "4/3x4/3"]


def test_a_thumbnail_has_the_facts_of_the_image() -> None:
    image = sampviz.load("sample:dwi")
    html = image._repr_html_()
    assert b64encode(image._repr_png_() or b"").decode() in html
    facts = dict(Cells(html).rows[1:])
    assert facts["size"] == f"{'x'.join(map(str, image.array.shape))}, float32"
    assert facts["values"] == f"{image.array.min():.6g}..{image.array.max():.6g}"
    assert facts["taken"] == image.taken


@pytest.mark.slow
def test_a_figure_is_svg_where_that_is_asked_for() -> None:
    figure = picture("response")
    saved = sampviz.save(figure, "f.svg").read_text("utf-8")
    assert figure.svg()._repr_svg_() == figure.svg() == saved
    assert len(repr(figure.svg())) < 100
    assert not hasattr(figure, "_repr_svg_")  # a notebook would draw every figure twice


@pytest.mark.parametrize("volume", [False, True])
def test_pandas_has_the_columns_and_the_numbers_of_the_csv(volume: bool, tmp_path: Path) -> None:
    np.save("v.npy", np.random.default_rng(0).random((8, 9, 10)))
    result = sampviz.measure_dataset(
        ["v.npy"], "max,blur", measures="alias,delta,psnr", volume=volume, out=tmp_path / "t.csv"
    )
    expected = pd.read_csv(tmp_path / "t.csv")
    table = result.to_pandas()
    assert list(table) == list(expected)
    numbers = ["level", "alias", "delta", "delta rows", "psnr", "span"]
    # pandas 2 reads numbers to the last digit but one.
    np.testing.assert_allclose(table[numbers], expected[numbers], rtol=1e-15)
    assert table["undefined"].tolist() == expected["undefined"].fillna("").tolist()
    head, *rows = Cells(result._repr_html_()).rows
    assert [row[head.index("chain")] for row in rows] == ["max", "blur"]


def test_without_pandas_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    rows = sampviz.measure("sample:dwi", "max", measures="psnr")
    assert "<table>" in rows._repr_html_()
    with pytest.raises(sampviz.UsageError, match="pandas is not installed"):
        rows.to_pandas()


def test_a_page_is_shown_in_a_frame_that_holds_it() -> None:
    np.save("x.npy", np.random.default_rng(0).random((16, 16)))
    page = sampviz.report("x.npy", "max", measures="psnr")
    assert page == Path("report.html")
    assert str(page.parent) == "."
    (frame,) = Frames(page._repr_html_() or "").frames
    assert frame["srcdoc"] == page.read_text("utf-8")
    assert "allow-same-origin" not in frame["sandbox"]
    Path("report_files").mkdir()  # what a page that is too large keeps beside it
    (frame,) = Frames(page._repr_html_() or "").frames
    assert frame["src"] == "report.html"
    page.unlink()
    Path("report_files").rmdir()
    assert page._repr_html_() is None


class Frames(HTMLParser):
    """The attributes of the frames of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.frames: list[dict[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "iframe":
            self.frames.append({name: value or "" for name, value in attrs})


def test_a_bar_is_a_line_in_a_terminal_and_nothing_in_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sampviz.measure_dataset(["sample:dwi"] * 1, "max", measures="bias", progress=progress_bar)
    assert list(progress_bar(iter("abc"), 3)) == ["a", "b", "c"]
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert list(progress_bar(iter("abc"), 3)) == ["a", "b", "c"]
    assert capsys.readouterr().err == "\r0/3\r3/3\n"
