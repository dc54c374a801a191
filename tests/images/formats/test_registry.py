"""Formats: declared once, with the extra that reads them; those of packages beside ours."""

import importlib.util
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sampviz.cli.app import run
from sampviz.core.errors import InputError, SampvizWarning
from sampviz.images.formats import Format, Source, plugins, registry
from sampviz.images.image import Image
from sampviz.images.load import load
from sampviz.images.selection import Selection

ROOT = Path(__file__).parents[3]
NEED_AN_EXTRA = [known for known in registry.our_formats() if known.extra]


def test_every_format_is_in_the_manual() -> None:
    text = (ROOT / "docs" / "formats.md").read_text()
    table = text.partition("<!-- formats -->\n")[2].partition("\n<!-- /formats -->")[0]
    assert table == registry.markdown()


def test_every_extra_is_one_of_the_package() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    assert {known.extra for known in NEED_AN_EXTRA} <= set(extras)


@pytest.mark.parametrize("known", NEED_AN_EXTRA, ids=lambda known: str(known.name))
def test_what_is_missing_is_named_with_the_line_that_installs_it(
    known: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        registry, "find_spec", lambda name: None if name == known.library else find(name)
    )
    with pytest.raises(InputError, match=f"{known.library} is not installed") as caught:
        registry.check_installed(known, "a.file")
    assert f"[{known.extra}]" in caught.value.fix


# --- of packages

PLUGINS = ROOT / "tests" / "example_plugin"


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Let packages offer formats, by `package.module:name`."""

    def offer(*values: str) -> None:
        entries = [EntryPoint(f"f{i}", value, plugins.GROUP) for i, value in enumerate(values)]
        monkeypatch.setattr(plugins, "plugin_entries", lambda group: entries)
        registry._other_formats.cache_clear()

    monkeypatch.syspath_prepend(PLUGINS)
    monkeypatch.setattr(plugins, "plugin_entries", lambda group: [])
    yield offer
    monkeypatch.undo()
    registry._other_formats.cache_clear()


def _raise(*_: Any) -> Any:
    raise KeyError("broken")


def _p5(start: bytes) -> bool:
    return start[:2] == b"P5"


def _ones(*_: Any) -> Any:
    return np.ones(3)


BROKEN = Format(name="Broken", endings=(), content="", read=_raise, matches=_p5)
WRONG = Format(name="Wrong", endings=(), content="", read=_ones, matches=_p5)
BLIND = Format(name="Blind", endings=(), content="", read=_raise, matches=_raise)
TAKEN = Format(name="PNG", endings=(), content="", read=_raise)
PGM = b"P5 4 3 255\n" + bytes(range(12))


def test_the_example_of_a_format_is_read(tmp_path: Path, offered: Any) -> None:
    offered("example_pools.pgm:FORMAT")
    (tmp_path / "a.pgm").write_bytes(PGM)
    image = load(tmp_path / "a.pgm")
    assert np.array_equal(image.array, np.arange(12).reshape(3, 4))
    assert image.file.format == "PGM"
    for data in (PGM[:-3], b"P5 4 3 65535\n", b"P5 99999 99999 255\n"):
        (tmp_path / "a.pgm").write_bytes(data)
        with pytest.raises(InputError):
            load(tmp_path / "a.pgm")
    (tmp_path / "a.pgm").write_bytes(b"hello")
    with pytest.raises(InputError, match="no known kind") as caught:
        load(tmp_path / "a.pgm")
    assert caught.value.fix.endswith("and PGM can be read")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("BROKEN", "an error in an unknown package, which reads Broken: KeyError: 'broken'"),
        ("WRONG", "the format Wrong returned a ndarray, not an Image"),
    ],
)
def test_what_a_format_of_others_does_wrong_ends_in_words(
    tmp_path: Path, offered: Any, name: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    offered(f"{__name__}:{name}")
    (tmp_path / "a.pgm").write_bytes(PGM)
    assert run(["info", str(tmp_path / "a.pgm")]) == 3
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == f"error: {words}"
    assert lines[2:] == ["  fix: mend it; --debug shows where"]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (f"{__name__}:TAKEN", "something else is named 'PNG'"),
        (f"{__name__}:PGM", "it is no Format, but of type bytes"),
        ("no.such.package:FORMAT", "it cannot be imported: ModuleNotFoundError"),
    ],
)
def test_what_cannot_be_used_is_left_out(
    tmp_path: Path, offered: Any, value: str, why: str
) -> None:
    offered(value)
    (tmp_path / "a.pgm").write_bytes(PGM)
    with pytest.warns(SampvizWarning, match=why), pytest.raises(InputError, match="no known kind"):
        load(tmp_path / "a.pgm")


def test_who_cannot_recognise_is_passed_over_with_a_warning(tmp_path: Path, offered: Any) -> None:
    offered(f"{__name__}:BLIND", "example_pools.pgm:FORMAT")
    (tmp_path / "a.pgm").write_bytes(PGM)
    with pytest.warns(SampvizWarning, match="Blind cannot recognise files: KeyError"):
        assert load(tmp_path / "a.pgm").size == (3, 4)


def test_none_is_imported_for_a_file_of_ours(offered: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    offered("no.such.package:FORMAT")
    monkeypatch.setattr(plugins, "plugin_formats", lambda names: pytest.fail("it was asked for"))
    assert load("sample:t1").file.format == "NIfTI-1"


def test_a_folder_may_be_an_image(tmp_path: Path, offered: Any, monkeypatch: Any) -> None:
    def read(source: Source, selection: Selection) -> Image:
        return Image.of(np.eye(3), source.name)

    series = Format(name="Series", endings=(), content="", read=read,
                    matches_folder=lambda folder: (folder / "index").exists())  # fmt: skip
    monkeypatch.setattr(registry, "_other_formats", lambda: (series,))
    with pytest.raises(InputError, match="is a folder"):
        load(tmp_path)
    (tmp_path / "index").touch()
    assert load(tmp_path).size == (3, 3)
