"""`measure` of volumes: what is taken, what is said, and what stands in the tables."""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import SampvizWarning, UsageError
from tests.conftest import Cli

rng = np.random.default_rng(0)


def test_a_file_an_array_and_an_image_have_the_same_numbers(tmp_path: Path) -> None:
    x = rng.random((2, 12, 16, 14))
    np.save(tmp_path / "x.npy", x)
    image = sampviz.load(tmp_path / "x.npy", volume=True, series=True)
    (of_path,) = sampviz.measure(tmp_path / "x.npy", "max", axes=3)
    (of_array,) = sampviz.measure(x, "max", axes=3)
    (of_image,) = sampviz.measure(image, "max")
    assert of_path.values == of_array.values == of_image.values
    assert of_path.size == (6, 8, 7)


def test_all_channels_count(tmp_path: Path) -> None:
    x = rng.random((2, 12, 16, 14))
    (both,) = sampviz.measure(x, "avg", axes=3, measures="nrmse,alias", span=1.0)
    alone = [sampviz.measure(each, "avg", axes=3, measures="alias")[0] for each in x]
    assert both.values["alias"] not in [row.values["alias"] for row in alone]
    assert both.taken == "volume"


@pytest.mark.parametrize(
    ("volume", "axes", "message"),
    [
        (True, 2, "a volume has 3 axes, not 2\n  in:  dwi\n  fix: load it without volume"),
        (False, 3, "an image of planes has 2 axes, not 3\n  in:  dwi\n  fix: load it with volume="),
        (False, 4, "4 axes\n  in:  axes\n  fix: 2 is for planes, 3 for a volume"),
    ],
)
def test_axes_that_an_image_does_not_have_are_refused(
    volume: bool, axes: int, message: str
) -> None:
    image = sampviz.load("sample:dwi", volume=volume)
    with pytest.raises(UsageError) as err:
        sampviz.measure(image, "max", axes=axes)  # type: ignore[arg-type]
    assert message in str(err.value)


def test_the_step_from_the_last_slice_to_the_first_is_said_where_it_counts() -> None:
    ramp = np.arange(9.0)[:, None, None] + rng.random((9, 12, 12)) / 100
    with pytest.warns(
        SampvizWarning, match="from the last to the first, 64 times the mean"
    ) as all_:
        sampviz.measure(ramp, "stride", axes=3, measures="alias")
    assert len(all_) == 1
    there_and_back = np.concatenate([ramp, ramp[::-1]])
    sampviz.measure(there_and_back, "stride", axes=3, measures="alias")  # says nothing
    sampviz.measure(ramp, "stride:1x2x2", axes=3, measures="alias")


def test_tables_of_volumes_have_slices(cli: Cli, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", rng.random((8, 24, 24)))
    command = ["measure", tmp_path / "x.npy", "--volume", "--ops", "stride,max"]
    more = ["--measures", "alias,ssim,delta", "-o", tmp_path / "x.csv", "--json"]
    done = cli(*command, *more)
    assert done.code == 0
    note = "no window along slices, of which the output has fewer than 11"
    (stride, pooled) = json.loads(done.out)["rows"]
    assert stride["size"] == [4, 12, 12]
    assert stride["notes"] == {"ssim": note}
    assert set(stride["parts"]["alias"]) == {"slices", "in-plane", "mixed"}
    assert pooled["undefined"]["alias"].startswith("the chain is not linear")
    with (tmp_path / "x.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [rows[0][name] for name in ("slices", "rows", "columns")] == ["4", "12", "12"]
    assert float(rows[0]["alias slices"]) == stride["parts"]["alias"]["slices"]
    assert [row["delta slices"] for row in rows] == ["0.0", "0.5"]
    assert rows[0]["notes"] == f"ssim: {note}"
    printed = cli(*command, "--measures", "ssim")
    assert f"ssim for stride, max: {note}" in printed.out + printed.err


def test_a_large_image_has_a_progress_of_its_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = []

    def progress(work: Iterable[int], count: int) -> Iterator[int]:
        counts.append(count)
        yield from work

    x = rng.random((8, 12, 12))
    sampviz.measure(x, "max,avg", axes=3, measures="bias,delta,psnr", progress=progress)
    assert counts == []  # it is done at once
    monkeypatch.setattr("sampviz.analysis.measure._WORTH_THREADS", x.size)
    sampviz.measure(x, "max,avg", axes=3, measures="bias,delta,psnr", progress=progress)
    assert counts == [6]
