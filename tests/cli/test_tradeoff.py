"""The choice among chains: what is drawn is what is measured."""

from pathlib import Path

import numpy as np
import pytest

from sampviz.analysis.measure_sources import MeasurementSpec, measure_each
from sampviz.analysis.metrics import METRICS
from sampviz.analysis.tradeoff import Point, Tradeoff
from tests.conftest import Cli


@pytest.fixture
def inputs(tmp_path: Path) -> list[str]:
    rng = np.random.default_rng(0)
    paths = [tmp_path / f"{i}.npy" for i in range(3)]
    for path in paths:
        np.save(path, rng.random((32, 32)).astype(np.float32))
    return list(map(str, paths))


@pytest.mark.slow
def test_the_chart_and_its_table_are_written(cli: Cli, inputs: list[str], tmp_path: Path) -> None:
    words = ["tradeoff", *inputs, "--ops", "max,stride,flc", "-o", tmp_path / "t.png"]
    result = cli(*words)
    assert result.code == 0
    assert result.out.splitlines()[-2:] == [str(tmp_path / "t.png"), str(tmp_path / "t.csv")]
    lines = (tmp_path / "t.csv").read_text().splitlines()
    assert len(lines) == 1 + 3 * 3
    before = (tmp_path / "t.png").read_bytes()
    assert cli(*words).code == 0
    assert (tmp_path / "t.png").read_bytes() == before


def test_points_are_means_over_the_inputs_with_their_intervals(inputs: list[str]) -> None:
    question = MeasurementSpec(("stride", "max"), 2, "alias,detail,passband")
    found = [outcome.get() for outcome in measure_each(inputs, question)]
    rows = [row for each in found for row in each]

    def points_of(y: str) -> list[Point]:
        choice = Tradeoff(METRICS["alias"], METRICS[y])
        for each in found:
            choice.add(each)
        return choice.points()

    points = points_of("detail")
    assert [point.label for point in points] == ["stride", "stride ×2"]  # max has no alias
    given = [row.values["alias"] for row in rows if (row.chain, row.level) == ("stride", 1)]
    assert points[0].x == pytest.approx(np.mean(given))
    assert points[0].x_interval is not None
    assert min(given) <= points[0].x_interval[0] <= points[0].x <= points[0].x_interval[1]
    # Of what is best at 1 the distance from 1 is drawn.
    (first, _) = points_of("passband")
    kept = [row.values["passband"] for row in rows if (row.chain, row.level) == ("stride", 1)]
    assert first.y == pytest.approx(np.mean(np.abs(np.array(kept) - 1)))


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--ops", "max", "--x", "alias"], "no chain has both alias and detail"),
        (["--ops", "max", "--x", "delta"], "this is no axis of a choice"),
        (["--ops", "max", "--y", "psnr,ssim"], "this is no axis of a choice"),
        (["--ops", "max", "--y", "psnt"], "no measure is named 'psnt'"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    cli: Cli, inputs: list[str], words: list[str], what: str
) -> None:
    result = cli("tradeoff", *inputs, *words)
    assert result.code == 2
    assert result.err.startswith(f"error: {what}")
    assert len(result.err.strip().splitlines()) == 3


def test_volumes_are_measured_whole(cli: Cli, tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.random.default_rng(0).random((12, 16, 16)))
    words = ["tradeoff", tmp_path / "v.npy", "--volume", "--ops", "max,flc", "--levels", "2"]
    assert cli(*words, "-o", tmp_path / "t.png").code == 0
    head, *lines = (tmp_path / "t.csv").read_text().splitlines()
    assert head.startswith(
        "input,chain,level,slices,rows,columns,equivariance,equivariance slices,"
    )
    assert [line.split(",")[3:6] for line in lines[:2]] == [["6", "8", "8"], ["3", "4", "4"]]
