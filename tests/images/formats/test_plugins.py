"""Formats of installed packages are read as ours are; what cannot be used is left out."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import SampvizWarning
from sampviz.images.formats import registry
from sampviz.images.formats.plugins import GROUP, plugin_formats

EXAMPLE = Path(__file__).parents[2] / "example_plugin"


@pytest.fixture(autouse=True)
def _fresh_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(EXAMPLE)
    monkeypatch.syspath_prepend(tmp_path)
    registry._other_formats.cache_clear()
    yield
    registry._other_formats.cache_clear()


def offer(name: str, value: str) -> None:
    """Write what an installed package leaves behind that offers one format."""
    home = Path("sampviz_example-1.0.dist-info")
    home.mkdir()
    (home / "METADATA").write_text("Metadata-Version: 2.1\nName: sampviz-example\nVersion: 1.0\n")
    (home / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {value}\n")


def test_the_example_reads_its_files() -> None:
    values = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))
    ((name, value),) = values["project"]["entry-points"][GROUP].items()
    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    Path("x.pgm").write_bytes(b"P5\n4 3\n255\n" + pixels.tobytes())
    with pytest.raises(sampviz.InputError):
        sampviz.load("x.pgm")
    offer(name, value)
    registry._other_formats.cache_clear()
    assert np.array_equal(sampviz.load("x.pgm").array, pixels)


@pytest.mark.parametrize(
    ("value", "used_names", "why"),
    [
        ("example_pools:last", (), "it is no Format, but of type Operation"),
        ("example_pools.nowhere:x", (), "it cannot be imported: ModuleNotFoundError: "),
        ("example_pools.pgm:FORMAT", ("PGM",), "something else is named 'PGM'"),
    ],
)
def test_one_that_cannot_be_used_is_left_out(
    value: str, used_names: tuple[str, ...], why: str
) -> None:
    offer("mine", value)
    with pytest.warns(SampvizWarning) as caught:
        assert plugin_formats(used_names) == []
    start = f"the format 'mine' of sampviz-example is left out: {why}"
    assert [str(warning.message)[: len(start)] for warning in caught] == [start]
