"""Whatever is drawn is the same bytes in every process, and in every format."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib import get_cachedir

from sampviz.figures.options import FORMATS

pytestmark = pytest.mark.slow

RECIPES = """
[[figure]]
name = "every"
inputs = "a.npy"
ops = "max"
rows = "image,spectrum"
dpi = 72
formats = {formats}

[[figure]]
name = "page"
inputs = "sample:noise:24x32"
ops = "max"
width = 89
dpi = 72

[[figure]]
name = "steps"
kind = "steps"
inputs = "a.npy"
ops = "flc"
dpi = 72

[[figure]]
name = "inputs"
kind = "inputs"
inputs = "sample:dwi"
dpi = 72
"""
COMMANDS = [
    ["figure", "r.toml", "--caption", "md"],
    ["spectrum", "a.npy", "--ops", "max", "-o", "spectrum.svg"],
    ["response", "--ops", "max", "-o", "response.svg"],
    ["tradeoff", "a.npy", "--ops", "max,blur,flc", "-j", "1", "-o", "tradeoff.svg"],
    ["explain", "flc", "-o", "explain.svg"],
    ["detect", "a.npy", "--ops", "max", "--diameters", "2", "--dpi", "72", "-o", "detect.png"],
    *(
        [
            "shift",
            "a.npy",
            "--ops",
            "max",
            "--step",
            "1",
            "--range",
            "0..1",
            "--dpi",
            "72",
            "-o",
            f"shift.{ending}",
        ]
        for ending in ("gif", "apng")
    ),
]
PROGRAM = """
import json, sys
from sampviz.analysis import frequency_response
from sampviz.cli.app import run
frequency_response.LEAST_SIDE = 32
frequency_response._FREQUENCIES = {True: 16, False: 8}
sys.exit(any([run(words) for words in json.load(sys.stdin)]))
"""


def test_in_processes_whose_sets_and_dictionaries_have_other_orders(tmp_path: Path) -> None:
    written = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        np.save(folder / "a.npy", np.random.default_rng(0).random((16, 20)))
        (folder / "r.toml").write_text(RECIPES.format(formats=list(FORMATS)))
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            input=json.dumps(COMMANDS),
            capture_output=True,
            cwd=folder,
            env={
                "PYTHONHASHSEED": seed,
                "PATH": "",
                "HOME": str(tmp_path),
                "MPLCONFIGDIR": get_cachedir(),  # to list the fonts anew costs seconds
                "OPENBLAS_NUM_THREADS": "1",
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            },
            text=True,
        )
        assert done.returncode == 0, done.stderr
        written.append({path.name: path.read_bytes() for path in folder.iterdir()})
    first, second = written
    expected = {f"every.{ending}" for ending in FORMATS} | {"shift_curve.png", "tradeoff.csv"}
    assert expected | {"page.png", "steps.png", "inputs.png"} <= set(first)
    assert [name for name in first if first[name] != second.get(name)] == []
    assert set(first) == set(second)
