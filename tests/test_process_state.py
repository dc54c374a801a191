"""Nothing that a process shares is changed for good by a call, from however many threads."""

import gc
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image as PillowImage

import sampviz
from sampviz.core import process_pool
from sampviz.core.atomic_write import atomic_write
from sampviz.core.parallel import map_outcomes
from sampviz.figures.charts.spectrum import draw_spectrum
from sampviz.figures.render.save import encode_figure
from sampviz.figures.style import CHARTS, PANELS, own_style
from sampviz.ops.chain import Chain, parse_chains
from sampviz.ops.user_code import user_operation

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)
THREADS = 3


def _umask() -> int:
    mask = os.umask(0o22)
    os.umask(mask)
    return mask


def state() -> dict[str, Any]:
    """All that threads of a process share and libraries like to change."""
    return {
        "rcParams": dict(dict.items(mpl.rcParams)),
        "filters": list(warnings.filters),
        "filters are": id(warnings.filters),
        "showwarning": warnings.showwarning,
        "path": list(sys.path),
        "environment": dict(os.environ),
        "folder": Path.cwd(),
        "stderr": (os.fstat(2).st_dev, os.fstat(2).st_ino),
        "signals": [signal.getsignal(number) for number in SIGNALS],
        "gc": gc.get_threshold(),
        "umask": _umask(),
        "numpy": np.geterr(),
    }


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files of every kind that is decoded by C, and the user's own settings."""
    grey = np.random.default_rng(0).integers(0, 256, (24, 24), np.uint8)
    PillowImage.fromarray(grey).save(tmp_path / "a.png")
    PillowImage.fromarray(grey).save(tmp_path / "a.jpg", exif=b"Exif\0\0II*\0\x08\0\0\0\xff")
    np.save(tmp_path / "a.npy", grey)
    monkeypatch.chdir(HERE / "example_code")
    return tmp_path


@pytest.fixture
def users_settings() -> Iterator[None]:
    """Settings of a user that would be seen in any figure."""
    odd: dict[Any, Any] = {
        "font.size": 31,
        "font.family": ["monospace"],
        "text.color": "red",
        "text.hinting": "none",
        "path.sketch": (3, 20, 2),
        "figure.facecolor": "yellow",
        "axes.unicode_minus": False,
        "svg.hashsalt": "user",
        "pdf.fonttype": 3,
        "savefig.bbox": "tight",
        "lines.linewidth": 9,
    }
    with mpl.rc_context(odd):
        yield


def _saved(figure: Any, *kinds: str) -> bytes:
    return b"".join(encode_figure(figure, kind) for kind in kinds)


def _compared() -> bytes:
    image = sampviz.load("sample:noise:24x24")
    return _saved(
        sampviz.compare(image, "max,conv:sobelx", title="a 脑", rows="image"),
        ".png",
        ".svg",
    )


def _charted() -> bytes:
    image = sampviz.load("sample:noise:24x24")
    return _saved(draw_spectrum(image, parse_chains("max,blur")), ".png", ".pdf", ".svg")


def _loaded(folder: Path) -> bytes:
    names = ("a.png", "a.jpg", "a.npy")
    return b"".join(sampviz.load(folder / name).array.tobytes() for name in names)


def _ran_code() -> bytes:
    user_operation.clear()
    return Chain.parse("mypkg.pools:twice", allow_code=True)(np.eye(8)).tobytes()


def _refused_code() -> bytes:
    with pytest.raises(sampviz.SampvizError) as caught:
        Chain.parse("mypkg.nowhere:twice", allow_code=True)
    return str(caught.value).encode()


def _mapped() -> bytes:
    return bytes(outcome.get() for outcome in map_outcomes(abs, [-3, 2, -1, 5], 1, ordered=True))


def _wrote(folder: Path) -> bytes:
    target = folder / f"{threading.get_ident()}.bin"
    with atomic_write(target) as temporary:
        temporary.write_bytes(b"bytes")
    return oct(target.stat().st_mode).encode()


def operations(folder: Path) -> list[Callable[[], bytes]]:
    return [
        _compared,
        _charted,
        partial(_loaded, folder),
        _ran_code,
        _refused_code,
        _mapped,
        partial(_wrote, folder),
    ]


@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_threads_leave_no_trace_and_give_the_same_bytes(files: Path, users_settings: None) -> None:
    work = operations(files)
    with mpl.rc_context():
        mpl.rcdefaults()
        alone = [operation() for operation in work]
    before = state()
    start = threading.Barrier(THREADS)

    def one(thread: int) -> list[bytes]:
        start.wait()
        results = {}
        for i in range(len(work)):
            number = (i + 2 * thread) % len(work)
            results[number] = work[number]()
        return [results[number] for number in range(len(work))]

    with ThreadPoolExecutor(THREADS) as pool:
        together = list(pool.map(one, range(THREADS)))
    assert state() == before
    for thread in together:
        assert thread == alone


def test_the_settings_come_back_after_an_error_and_from_within(users_settings: None) -> None:
    before = dict(dict.items(mpl.rcParams))

    def draw_and_fail() -> None:
        with own_style():
            assert mpl.rcParams["text.parse_math"] is False
            with own_style(PANELS):
                assert mpl.rcParams["font.size"] == 10
                assert mpl.rcParams["text.parse_math"] is True
            assert mpl.rcParams["text.parse_math"] is False
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        draw_and_fail()
    assert dict(dict.items(mpl.rcParams)) == before


def test_of_a_user_who_changed_nothing_no_setting_changes_for_panels() -> None:
    with mpl.rc_context():
        mpl.rcdefaults()
        users = mpl.rcParams.copy()
        with own_style(PANELS):
            assert dict(dict.items(mpl.rcParams)) == dict(dict.items(users))
        with own_style(CHARTS):
            assert mpl.rcParams["axes.linewidth"] == 0.5


def test_the_backend_is_neither_chosen_nor_changed() -> None:
    before = dict.get(mpl.rcParams, "backend")
    with own_style():
        assert dict.get(mpl.rcParams, "backend") is before
    assert dict.get(mpl.rcParams, "backend") is before


def test_a_user_s_process_starts_no_server_of_ours() -> None:
    preloaded = list(vars(forkserver._forkserver)["_preload_modules"])
    with process_pool.early_pool(2, "json") as pool:
        outcomes = map_outcomes(abs, range(5), 2, pool)
        assert sorted(outcome.get() for outcome in outcomes) == list(range(5))
    assert process_pool.prepare("json") is None
    assert list(vars(forkserver._forkserver)["_preload_modules"]) == preloaded
