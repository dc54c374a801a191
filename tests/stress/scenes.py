"""What many processes do at once; each function returns what was not as it must be."""

import itertools
import os
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.images.build import diagonal, nifti
from tests.stress.forks import alone, contents, differences, ends, kill, start

_CHAINS = ("max", "avg", "stride", "blur", "flc")


def figures(folder: Path, count: int) -> list[str]:
    """Many figures, each of its own name, are drawn into one folder."""
    words = [
        ["compare", "sample:t1", "--ops", chain, "-q", "-o"]
        for chain in itertools.islice(itertools.cycle(_CHAINS), count)
    ]
    expected: dict[str, bytes] = {}
    for number, each in enumerate(words[: len(_CHAINS)]):
        alone([*each, str(folder / "alone.png")])
        picture = (folder / "alone.png").read_bytes()
        expected |= {f"{n}.png": picture for n in range(number, count, len(_CHAINS))}
        (folder / "alone.png").unlink()
    codes = ends([start([*each, str(folder / f"{n}.png")]) for n, each in enumerate(words)])
    return _failed(codes) + differences(contents(folder), expected)


def one_file(folder: Path, count: int) -> list[str]:
    """Many processes draw two figures under one name: one of the two is there, and is whole."""
    words = ["compare", "sample:t1", "-q", "-o", str(folder / "figure.png"), "--ops"]
    allowed = []
    for chain in _CHAINS[:2]:
        alone([*words, chain])
        allowed.append((folder / "figure.png").read_bytes())
    codes = ends([start([*words, _CHAINS[n % 2]]) for n in range(count)])
    found = contents(folder)
    lines = _failed(codes)
    if found.get("figure.png") not in allowed:
        lines.append("figure.png is neither of the two")
    return lines + [f"{name} is left" for name in found if name != "figure.png"]


def batches(folder: Path, count: int) -> list[str]:
    """Ten batches, of parts of a recipe, and one of all that is killed, into one folder."""
    names = [f"f{number:03d}" for number in range(count)]
    recipe = folder / "recipe.toml"
    recipe.write_text(
        "".join(
            f'[[figure]]\nname = "{name}"\ninputs = ["sample:t1"]\nops = ["{chain}"]\n'
            for name, chain in zip(names, itertools.cycle(_CHAINS), strict=False)
        )
    )
    words = ["batch", str(recipe), "-j", "1", "-q", "-o"]
    alone([*words, str(folder / "alone")])
    target = str(folder / "figures")
    killed = start([*words, target])
    parts = [start([*words, target, "--only", f"f*{digit}"]) for digit in range(10)]
    parts[0].join()
    kill(killed)
    lines = _failed(ends(parts))
    # What the killed one has left half written goes with the next batch.
    lines += _failed([alone([*words, target])])
    found, expected = contents(folder / "figures"), contents(folder / "alone")
    # The seconds that a figure took stand in its record and, at the end, in the manifest.
    return lines + differences(_without_seconds(found), _without_seconds(expected))


def _without_seconds(files: dict[str, bytes]) -> dict[str, bytes]:
    timed = {name: data.split(b'"seconds"')[0] for name, data in files.items() if "json" in name}
    return files | timed


def checks(folder: Path, count: int) -> list[str]:
    """`check --update` goes from one figure to another and back, while many check."""
    recipes = []
    for chain in _CHAINS[:2]:
        recipe = folder / f"{chain}.toml"
        recipe.write_text(f'[[figure]]\nname = "f"\ninputs = ["sample:t1"]\nops = ["{chain}"]\n')
        recipes.append(recipe)
    baseline = folder / "baseline"
    allowed = []
    for recipe in recipes:
        alone(["check", str(recipe), "--baseline", str(baseline), "--update", "-q"])
        allowed.append(contents(baseline))
    running = []
    for number in range(count):
        update = ["--update"] if number % 5 == 0 else []
        words = ["check", str(recipes[number % 2]), "--baseline", str(baseline), "-q", *update]
        running.append((update, start(words, folder / f"{number}.txt")))
    lines = []
    for number, ((update, _), code) in enumerate(
        zip(running, ends([process for _, process in running]), strict=True)
    ):
        text = (folder / f"{number}.txt").read_text()
        if code not in ([0] if update else [0, 1]) or "damaged" in text:
            lines.append(f"check {' '.join(update)} ended with {code}: {text}")
    if contents(baseline) not in allowed:
        lines.append("the baseline is neither of the two")
    return lines


def marks(folder: Path, count: int) -> list[str]:
    """Many read slices of one `.nii.gz` by marks, while what is kept is overwritten with noise."""
    from sampviz.images.formats import gzip_index, gzip_reader

    for module in (gzip_index, gzip_reader):
        vars(module)["APART"] = 2**19
    vars(gzip_index)["FEWEST"] = 2
    series = np.random.default_rng(0).normal(1000, 25, (64, 64, 32, 20)).astype(np.int16)
    path = folder / "v.nii.gz"
    path.write_bytes(_packed(nifti(series, diagonal((1, 1, 1)))))
    running = []
    for number, frame in zip(range(count), _frames(), strict=False):
        target = str(folder / f"{number}_{frame}.npy")
        words = ["apply", str(path), "stride:s=1", "--slice", "9", "--frame", str(frame)]
        running.append(start([*words, "-q", "-o", target]))
    rng = random.Random(0)
    while any(process.is_alive() for process in running):
        for kept in Path(os.environ["SAMPVIZ_CACHE"]).glob("*.marks"):
            _spoil(kept, rng)
    lines = _failed(ends(running))
    for file in folder.glob("*.npy"):
        frame = int(file.stem.split("_")[1])
        if not np.array_equal(np.load(file), series[:, :, 9, frame].T[::-1]):
            lines.append(f"frame {frame} is another")
    for kept in Path(os.environ["SAMPVIZ_CACHE"]).iterdir():
        if len(kept.stem) != 32:
            lines.append(f"{kept.name} is left in the cache")
    return lines


def _frames() -> Iterator[int]:
    return itertools.cycle((19, 3, 11, 7, 15))


def _packed(data: bytes) -> bytes:
    import gzip

    return gzip.compress(data, 1, mtime=0)


def _spoil(path: Path, rng: random.Random) -> None:
    """Overwrite some bytes somewhere in a file."""
    try:
        with path.open("r+b") as file:
            file.seek(rng.randrange(max(1, path.stat().st_size)))
            file.write(rng.randbytes(64))
    except OSError:  # it was replaced meanwhile
        return


def _failed(codes: list[int | None]) -> list[str]:
    return [f"a process ended with {code}" for code in codes if code]
