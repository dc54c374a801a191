"""What is run while calls fail: every command in the ways in which it reads and writes."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

SCENES = {
    "apply-npy": "apply a.npy max -o o.npy --overwrite",
    "apply-nii": "apply a.nii.gz max -o o.nii.gz --record --overwrite",
    "apply-png": "apply a.png max -o o.png --overwrite",
    "apply-stages": "apply a.npy max+bilinear:2 -o stages.npy --stages",
    "compare": "compare a.png --ops max -o o.png --caption md --overwrite",
    "compare-pdf": "compare a.npy --ops max --rows image -o o.pdf --overwrite",
    "measure": "measure a.npy --ops max --measures psnr --json",
    "measure-csv": "measure a.npy --ops max --measures psnr -o o.csv --overwrite",
    "measure-workers": "measure a.npy a.png a.nii.gz b.npy --ops max --measures psnr -j 2 -k",
    "spectrum": "spectrum a.npy --ops max -o o.png --overwrite",
    "response": "response --ops max -o o.png --overwrite",
    "shift": "shift b.npy --ops max -o o.gif --step 1 --overwrite",
    "tradeoff": "tradeoff a.npy --ops max,flc -o o.png --overwrite",
    "detect": "detect b.npy --ops max --diameters 2,4 -o o.png --overwrite",
    "detect-labels": "detect labels.npy --as labels --ops max -o o.csv --overwrite",
    "report": "report a.npy --ops max --measures psnr -o o.html --overwrite",
    "report-folder": "report a.npy --ops max --measures psnr --max-size 1kB -o o.html --overwrite",
    "figure": "figure recipe.toml -o o.png --overwrite",
    "batch": "batch recipe.toml -o figures --jobs 1 --overwrite",
    "batch-workers": "batch four.toml -o figures --jobs 2 --overwrite",
    "check": "check recipe.toml --baseline base --junit o.xml --html pages",
    "check-update": "check recipe.toml --baseline new --update --force",
    "bids": "bids data made participant --ops max --measures psnr --jobs 1",
    "bids-group": "bids data out group --ops max --measures psnr --jobs 1",
    "inspect": "inspect made.png",
    "rerun": "rerun made.png -o o.png --overwrite",
    "info": "info a.nii.gz",
    "explain": "explain max",
    "explain-gif": "explain max -o o.gif --overwrite",
    "shape": "shape max --size 64x64",
    "ops": "ops max",
    "doctor": "doctor",
    "verify": "verify --against pywt --json",
    "recipe-init": "recipe init o.toml",
    "recipe-show": "recipe show recipe.toml",
    "recipe-lint": "recipe lint recipe.toml",
    "recipe-schema": "recipe schema",
    "network": "network sample:unet",
    "network-figure": "network sample:unet b.npy --scale unit -o o.png --overwrite",
    "network-page": "network sample:unet b.npy --scale unit -o o.html --overwrite",
}
_RECIPE = """
[[figure]]
name = "one"
inputs = "a.npy"
ops = ["max"]
rows = "image"
"""


_IMAGE = "data/sub-01/anat/sub-01_T1w.nii.gz"
_MADE = {
    "a.png": "apply a.npy identity -o a.png",
    "a.nii.gz": "apply sample:dwi max -o a.nii.gz",
    "data": f"apply sample:dwi max -o {_IMAGE}",
    "made.png": "compare a.npy --ops max --rows image -o made.png",
    "base": "check recipe.toml --baseline base --update --force",
    "new": "check older.toml --baseline new --update --force",
    "figures": "batch older.toml -o figures --jobs 1",
    "out": "bids data out participant --ops max --measures psnr --jobs 1",
}


def prepare(folder: Path, scenes: Iterable[str] = SCENES) -> None:
    """Make all that the scenes read, in a folder that becomes the current one."""
    import numpy as np

    from sampviz.cli.app import run

    folder.mkdir()
    os.chdir(folder)
    noise = np.random.default_rng(0).random((256, 208)).astype(np.float32)
    np.save("a.npy", noise)
    np.save("b.npy", noise[:32, :32])
    blocks = np.zeros((64, 64), np.uint8)
    blocks[8:20, 8:20], blocks[40:44, 30:50] = 1, 1
    np.save("labels.npy", blocks)
    Path("recipe.toml").write_text(_RECIPE)
    names = ("one", "two", "three", "four")
    Path("four.toml").write_text("".join(_RECIPE.replace("one", name) for name in names))
    Path("older.toml").write_text(Path("four.toml").read_text().replace('"max"', '"stride"'))
    Path("data/sub-01/anat").mkdir(parents=True)
    about = {"Name": "one subject", "BIDSVersion": "1.9.0"}
    Path("data/dataset_description.json").write_text(json.dumps(about))
    named = {word for scene in scenes for word in SCENES[scene].split()}
    for name, words in _MADE.items():
        if name in named:
            code = run([*words.split(), "-q"])
            assert code == 0, words
    for ending in ("npy", "nii.gz", "png", "pdf", "csv", "gif", "html", "xml"):
        Path(f"o.{ending}").write_bytes(b"the old file")
