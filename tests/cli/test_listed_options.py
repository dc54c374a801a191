"""Options of reading that a command lists are taken, of files that have such a thing."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
import typer.main

from sampviz.cli.app import _app
from sampviz.cli.command_list import COMMANDS
from sampviz.figures.charts import pareto_chart
from sampviz.images.selection import READING_OPTIONS
from tests.conftest import Cli

pytestmark = pytest.mark.slow


def listed(command: str) -> set[str]:
    """Return the options of reading in the help of a command."""
    declared: Any = typer.main.get_command(_app([command])).commands[command]  # type: ignore[attr-defined]
    names = {p.name for p in getattr(declared, "params", ()) if not getattr(p, "hidden", False)}
    return names & set(READING_OPTIONS)


# A network has channels of its own: it takes few options of reading, and says what becomes of each.
THAT_READ = [name for name in COMMANDS if "max_pixels" in listed(name)]
STRIDE = ["--ops", "stride"]
WORDS: dict[str, list[str]] = {
    "compare": [*STRIDE, "--rows", "image", "-o", "out.png"],
    "report": [*STRIDE, "--measures", "bias", "-o", "out.html"],
    "measure": [*STRIDE, "--measures", "bias"],
    "spectrum": [*STRIDE, "--json"],
    "shift": [*STRIDE, "--range", "0..1", "--step", "1", "--dpi", "30", "-o", "out.png"],
    "tradeoff": [*STRIDE, "--x", "bias", "--y", "psnr", "-o", "out.png", "--overwrite"],
    "detect": [*STRIDE, "--diameters", "3", "--json"],
    "apply": ["stride", "-o", "out.npy", "--overwrite"],
    "info": [],
    "bids": [*STRIDE, "--measures", "bias", "--no-figures", "--jobs", "1"],
}
# Those of a group can be given together.
VALUES: list[tuple[str, dict[str, str]]] = [
    ("series.nii", {"plane": "coronal", "slice": "3", "frame": "1", "max_pixels": "100000",
                    "nan": "fill=0", "as_": "intensity", "scale": "unit"}),
    ("series.nii", {"volume": ""}),
    ("vectors.nii", {"channel": "1"}),
    ("vectors.nii", {"mosaic": "2"}),
    ("complex.nii", {"kspace": ""}),
    ("colours.npy", {"layout": "hwc", "palette": "index"}),
    ("two.npz", {"dataset": "one"}),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0).random
    series = random((16, 18, 14, 2), np.float32)
    vectors = nib.Nifti1Image(random((16, 18, 14, 1, 3), np.float32), np.eye(4))
    vectors.header["intent_code"] = 1007
    nib.save(nib.Nifti1Image(series, np.eye(4)), "series.nii")
    nib.save(vectors, "vectors.nii")
    spectra = (series[..., 0] + 0.5j).astype(np.complex64)
    nib.save(nib.Nifti1Image(spectra, np.eye(4)), "complex.nii")
    np.save("colours.npy", random((16, 18, 3), np.float32))
    np.savez("two.npz", one=series[..., 0, 0], two=series[..., 1, 0])


def inputs_of(command: str, file: str) -> list[str]:
    """Return the arguments that name a file; of `bids` a data set of it."""
    if command != "bids":
        return [file]
    pytest.importorskip("bids2table", reason="bids2table is not installed")
    folder = Path(file).with_suffix("")
    anatomy = folder / "sub-01/anat"
    anatomy.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, anatomy / f"sub-01_T1w{Path(file).suffix}")
    about = {"Name": "one", "BIDSVersion": "1.9.0"}
    (folder / "dataset_description.json").write_text(json.dumps(about))
    return [str(folder), f"{folder}_out", "participant"]


def refusals(cli: Cli, command: str) -> Iterator[str]:
    for file, values in VALUES:
        options = [
            word
            for name in sorted(values.keys() & listed(command))
            for word in (READING_OPTIONS[name].flag, values[name])
            if word
        ]
        if not options:
            continue
        result = cli(command, *inputs_of(command, file), *WORDS[command], *options, "-q")
        if result.code:
            yield f"{' '.join(options)}: {result.err}"


def test_all_commands_that_read_are_tried() -> None:
    assert set(THAT_READ) == set(WORDS)
    assert sorted(name for _, values in VALUES for name in values) == sorted(READING_OPTIONS)


@pytest.mark.usefixtures("unpainted")
@pytest.mark.parametrize("command", WORDS)
def test_what_is_listed_is_taken(cli: Cli, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pareto_chart, "freeze_layout", lambda *_: (400.0, 300.0))  # unlaid
    assert list(refusals(cli, command)) == []
