"""A comparison of four ways to downsample 256x256 pixels, against what a researcher would write."""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.naive import can_run
from benchmarks.naive.figure import draw
from benchmarks.side_by_side import Row, row, time_calls, time_commands, walls
from sampviz import Chain, Image, compare
from sampviz.figures import style
from sampviz.figures.render import text_artist
from sampviz.figures.render.save import encode_figure

_CHAINS = "max,stride,blur,flc"
_SIDE = 256


def rows(quick: bool) -> Iterator[Row]:
    """Yield the whole process against the researcher's script, and the drawing alone."""
    array = np.random.default_rng(0).random((_SIDE, _SIDE)).astype(np.float32)
    if can_run("figure"):
        yield _process(array, rounds=1 if quick else 9)
    yield _drawing(array, rounds=3 if quick else 15)


def _process(array: np.ndarray, rounds: int) -> Row:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "slice.npy"
        np.save(file, array)
        ours = ("sampviz", "compare", str(file), "--ops", _CHAINS, "-o", f"{folder}/ours.png")
        naive = ("benchmarks.naive.compare", folder, _CHAINS, str(file))
        commands = {
            "ours": (sys.executable, "-m", *ours),
            "script of torch and pyplot": (sys.executable, "-m", *naive),
        }
        taken = time_commands(commands, rounds)
    return row("figure", "compare, whole process", walls(taken), 2.0)


def _drawing(array: np.ndarray, rounds: int) -> Row:
    """Compare the drawing; ours makes the outputs too, and checks them.

    Nothing is kept from call to call, as it would be in a batch: every figure is a first one.
    """
    outputs = {text: Chain.parse(text)(array) for text in _CHAINS.split(",")}
    image = Image.of(array, "slice")

    def ours() -> bytes:
        style._width.clear()
        text_artist._text_pixels.clear()
        return encode_figure(compare(image, _CHAINS))

    calls = {
        "ours": ours,
        "pyplot, tight": lambda: draw({"original": array, **outputs}, "slice", BytesIO()),
    }
    return row("figure", "compare, drawing", time_calls(calls, rounds), 2.5)
