"""Several inputs: one that cannot be read, drawn or paid for keeps no other from its work."""

from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Cli
from tests.every import every

COMMANDS = {
    "compare": ("--rows image -o out", "a_compare.png b_compare.png"),
    "spectrum": ("-o out", "a_spectrum.png b_spectrum.png"),
    "measure": ("--measures bias -o out/m.csv", "m.csv m.csv.partial"),
    "report": ("--measures bias -o out/r.html", "r.html"),
}


@pytest.mark.usefixtures("unpainted")
@pytest.mark.slow
@every("command", COMMANDS)
def test_an_input_that_fails_keeps_no_other_from_its_work(
    command: str, cli: Cli, tmp_path: Path
) -> None:
    words, files = COMMANDS[command]
    folder = tmp_path / command
    (folder / "out").mkdir(parents=True)
    values = np.random.default_rng(3).random((500, 500), np.float32)
    for name, array in {"a": values[:24, :24], "big": values, "b": values[24:48, :24]}.items():
        np.save(folder / f"{name}.npy", array)
    (folder / "bad.npy").write_bytes(b"no array")
    sources = [str(folder / f"{name}.npy") for name in ("a", "big", "bad", "b")]
    options = words.replace("out", str(folder / "out"), 1).split()
    result = cli(command, *sources, "--ops", "max", *options, "--max-memory", "3MB")
    assert result.code == 3
    assert sorted(p.name for p in (folder / "out").iterdir()) == files.split()
    lines = result.err.splitlines()
    (failed,) = [line for line in lines if line.startswith("failed: ")]
    assert sources[2] in failed
    (error,) = [at for at, line in enumerate(lines) if line.startswith("error: about ")]
    assert sources[1] in lines[error + 1]
    assert "--max-memory" in lines[error + 2]


@pytest.mark.usefixtures("unpainted")
@pytest.mark.slow
@every(
    "command, ops", [("spectrum", "nearest:32"), ("spectrum", "crop:p=9"), ("report", "crop:p=9")]
)
def test_an_input_that_a_chain_does_not_fit_keeps_no_other_from_its_work(
    command: str, ops: str, cli: Cli, tmp_path: Path
) -> None:
    folder = tmp_path / f"{command}-{ops.partition(':')[0]}"
    folder.mkdir()
    values = np.random.default_rng(3).random((200, 200), np.float32)
    side = {"nearest:32": 200, "crop:p=9": 12}[ops]  # too large to draw; less than is cut off
    np.save(folder / "odd.npy", values[:side, :side])
    np.save(folder / "b.npy", values[:24, :24])
    sources = [str(folder / f"{name}.npy") for name in ("odd", "b")]
    out = folder / {"spectrum": "out", "report": "r.html"}[command]
    result = cli(command, *sources, "--ops", ops, "-o", str(out))
    written = {"spectrum": out / "b_spectrum.png", "report": out}[command]
    assert (result.code, result.out) == (2, f"{written}\n")
    assert written.is_file()
    error, where, _ = result.err.splitlines()
    assert error.startswith("error: ")
    assert sources[0] in where
