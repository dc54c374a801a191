"""What matplotlib does on its import: no setting changes or stops anything, no help is written."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from shutil import copy
from typing import Any, Protocol

import matplotlib as mpl
import pytest
from matplotlib import artist

import sampviz
from sampviz.core.import_matplotlib import WRITES_DOCSTRING, leave_out_docstrings
from sampviz.figures.render.save import encode_figure
from tests.conftest import Cli
from tests.recipes.batch.build import left_in, recipe

pytestmark = pytest.mark.slow

ROOT = str(Path(sampviz.__file__).parent.parent)
NOTEBOOK = "module://matplotlib_inline.backend_inline"
ODD = "font.size: 30\nfont.family: Comic Sans MS\nfigure.facecolor: red\npath.sketch: 3, 20, 2\n"
BAD = f"{ODD}axes.linewidth: thick\nno such key: 3\nlines.color red\n"
NOT_TEXT = b"font.family: \xff\xfe\n"


# It imports once what figures need but matplotlib and sampviz; every case is a copy of it.
_COPIES = """
import json, os, runpy, sys
import cv2, dateutil.rrule, fontTools.subset, kiwisolver, PIL.Image, PIL.PngImagePlugin, pyparsing
import concurrent.futures, multiprocessing, typer, unittest.mock, xml.sax.saxutils
for line in sys.stdin:
    words, folder, environment = json.loads(line)
    if child := os.fork():
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, name in enumerate((os.devnull, os.devnull, environment["STDERR"])):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT), number)
    assert not {"matplotlib", "sampviz"} & set(sys.modules)
    sys.path[0] = folder
    sys.argv[:] = words[1:]
    if words[0] == "-m":
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        exec(words[1], {"__name__": "__main__"})
    break
"""


class Python(Protocol):
    """Run Python with words in a folder; it ends well and says nothing on stderr."""

    def __call__(self, folder: Path, *words: object, **environment: str) -> None: ...


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Python]:
    clean = {k: v for k, v in os.environ.items() if k not in ("MPLBACKEND", "MATPLOTLIBRC")}
    environment = {**clean, "PYTHONPATH": ROOT}
    words = [sys.executable, "-c", _COPIES]
    said = tmp_path_factory.mktemp("said")
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, env=environment, **pipes) as process:
        assert process.stdin
        assert process.stdout
        numbers = count()

        def run(folder: Path, *words: object, **more: str) -> None:
            err = said / str(next(numbers))
            case = ([*map(str, words)], str(folder), {**environment, **more, "STDERR": str(err)})
            print(json.dumps(case), file=process.stdin, flush=True)
            code = process.stdout.readline().strip()  # type: ignore[union-attr]
            assert (code, err.read_text()) == ("0", "")

        yield run
        process.stdin.close()


COMPARE = ("compare", "sample:noise:24x24", "--ops", "max", "-o")


# Where a file lies says whether it is read, what is in it what then happens: each once.
@pytest.mark.parametrize(
    ("place", "settings"),
    [("current folder", BAD.encode()), ("named", NOT_TEXT), ("own folder", BAD.encode())],
    ids=["current folder", "named", "own folder"],
)
def test_a_file_of_settings_and_a_backend(
    cli: Cli, python: Python, tmp_path: Path, place: str, settings: bytes
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    other = here if place == "current folder" else tmp_path
    (other / "matplotlibrc").write_bytes(settings)
    for fonts in Path(mpl.get_cachedir()).glob("fontlist*.json"):
        copy(fonts, tmp_path)  # in its own folder matplotlib would list them, in a second
    variable = {"named": "MATPLOTLIBRC", "own folder": "MPLCONFIGDIR"}.get(place)
    environment = {variable: str(tmp_path)} if variable else {"MPLBACKEND": "no backend"}
    python(here, "-m", "sampviz", *COMPARE, "out.png", **environment)
    assert cli(*COMPARE, tmp_path / "plain.png").code == 0  # nothing was done to this process
    assert (here / "out.png").read_bytes() == (tmp_path / "plain.png").read_bytes()


def test_workers_and_the_process_that_they_are_copies_of(
    cli: Cli, python: Python, tmp_path: Path
) -> None:
    file = recipe(tmp_path, 2)
    assert cli("batch", file, "-j", 1, "-q", "-o", tmp_path / "out").code == 0
    odd = tmp_path / "odd"
    odd.mkdir()
    (odd / "matplotlibrc").write_bytes(NOT_TEXT)
    words = ("batch", file, "-j", 2, "-q", "-o", odd / "out")
    python(odd, "-m", "sampviz", *words, MPLBACKEND=NOTEBOOK)
    assert left_in(tmp_path / "out") == left_in(odd / "out")


LIBRARY = """
import os, sys
from pathlib import Path
import cv2  # sets a variable of its own
before = dict(os.environ), Path.cwd()
import sampviz
sampviz.save(sampviz.compare(sampviz.load("sample:noise:24x24"), "max"), "out.png")
assert (dict(os.environ), Path.cwd()) == before
import matplotlib
"""


def test_in_a_library_the_user_s_own_figures_keep_the_user_s_settings(
    python: Python, tmp_path: Path
) -> None:
    (tmp_path / "matplotlibrc").write_text(ODD)
    check = "assert matplotlib.rcParams['font.size'] == 30, matplotlib.rcParams['font.size']"
    python(tmp_path, "-c", LIBRARY + check, MPLBACKEND=NOTEBOOK)
    plain = sampviz.compare(sampviz.load("sample:noise:24x24"), "max")
    assert (tmp_path / "out.png").read_bytes() == encode_figure(plain, ".png")


def test_in_a_library_a_setting_that_stops_matplotlib_stops_nothing(
    python: Python, tmp_path: Path
) -> None:
    python(tmp_path, "-c", LIBRARY, MPLBACKEND="no backend")


def test_no_docstrings_of_artists_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    # Both names are looked for: it is told here if matplotlib has others.
    monkeypatch.setattr(artist.Artist, WRITES_DOCSTRING, vars(artist.Artist)[WRITES_DOCSTRING])
    monkeypatch.setattr(artist, "kwdoc", artist.kwdoc)
    leave_out_docstrings()
    monkeypatch.setattr(artist, "ArtistInspector", None)

    class Own(artist.Artist):
        pass

    drawn = Own()
    drawn.set(alpha=0.5, zorder=3)
    assert (Own.set.__doc__, drawn.get_alpha(), drawn.get_zorder()) == (None, 0.5, 3)
