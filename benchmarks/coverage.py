"""Chains drawn from the whole grammar, beside the fastest library that computes the same.

The draw is the same each time. What a library makes is held against our result before it is timed.
The worst chains are told, and the median of all.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from fractions import Fraction
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.coverage_peers import STEPS
from benchmarks.coverage_poolings import Function
from benchmarks.peers import HAS_TORCH
from benchmarks.side_by_side import Call, Row, row, time_calls
from sampviz.core.errors import SampvizError
from sampviz.ops.chain import Chain
from sampviz.ops.registry import OURS

Array = Any
Generator = np.random.Generator
SIZES = {"256": (256, 256), "1024": (1024, 1024), "181x217": (181, 217), "stack": (64, 128, 128)}
BORDERS = ("zero", "reflect", "edge", "wrap")
PADDED = ("zero", "reflect", "edge", "wrap")
WANTED = 0.9  # times the fastest peer, of each chain
WANTED_MEDIAN = 2.0
AGREES = 1e-4  # of the largest value
WORST = 20
SEED = 0
# What is drawn for a parameter; an operation draws for those that it has.
VALUES: dict[str, tuple[Any, ...]] = {
    "k": (1, 2, 3, 4, 5, 6, 7),
    "s": (1, 2, 3, 4),
    "d": (1, 1, 2),
    "p": (0, 1, 2, 3, "same"),
    "pad": BORDERS,
    "kernel": ("identity", "box", "gauss", "random", "sobelx", "laplacian"),
    "ceil": ("false", "true"),
    "countpad": ("true", "false"),
    "corners": ("false", "true"),
    "f": (2, 3, 4),
    "o": (0, 1),
    "norm": (1, 2, 3),
    "off": (0,),
    "mode": PADDED,
}
OWN: dict[str, dict[str, tuple[Any, ...]]] = {
    "resize": {
        "f": (Fraction(1, 2), Fraction(3, 10), Fraction(7, 10), Fraction(3, 2), 2),
        "filter": ("nearest", "bilinear", "bicubic", "lanczos"),
        "antialias": ("true", "false"),
    },
    "pad": {"p": (1, 2, 3), "mode": PADDED},
    "crop": {"p": (1, 2, 3)},
    "transpose": {"p": (0, 1), "kernel": ("box", "gauss", "random")},
    "lp": {"p": (0,)},
}
WITHOUT_MODE = ("pad",)  # others have a mode of their own, which no library has


def draw_step(rng: Generator, name: str, files: dict[int, Path]) -> str:
    """Return the text of a step with parameters drawn at random."""
    words = [name]
    for parameter in OURS[name].parameters:
        if parameter.name == "mode" and name not in WITHOUT_MODE:
            continue
        choices = OWN.get(name, {}).get(parameter.name) or VALUES.get(parameter.name)
        if choices is None or rng.random() < 0.3:
            continue
        words.append(f"{parameter.name}={choices[rng.integers(len(choices))]}")
    if name in ("conv", "transpose") and rng.random() < 0.3:
        words = [word for word in words if not word.startswith(("k=", "kernel="))]
        words.append(f"file={files[int(rng.choice(list(files)))]}")
    return ":".join(words)


def draw_chain(rng: Generator, number: int, size: tuple[int, ...], files: dict[int, Path]) -> Chain:
    """Return a chain of one step, sometimes of two, that fits the size; operations take turns."""
    names = list(STEPS)
    while True:
        text = draw_step(rng, names[number % len(names)], files)
        if rng.random() < 0.25:
            text += "+" + draw_step(rng, names[rng.integers(len(names))], files)
        try:
            chain = Chain.parse(text)
            after = chain.shape(size[-2:])
        except SampvizError:
            continue
        if min(after) >= 1 and max(after) <= 4 * max(size):
            return chain


def peers_of(chain: Chain, x: Array) -> dict[str, Call]:
    """Return the calls of the libraries that have every step of a chain."""
    found = [STEPS[step.op.name](flat(step.params)) for step in chain.steps]
    calls: dict[str, Call] = {}
    for library in sorted({library.split()[0] for functions in found for library in functions}):
        ways = [
            [function for name, function in functions.items() if name.split()[0] == library]
            for functions in found
        ]
        for way in range(max(map(len, ways)) if all(ways) else 0):
            functions = [each[min(way, len(each) - 1)] for each in ways]
            calls |= _calls(library + (" by axes" if way else ""), functions, x)
    return calls


def flat(params: Any) -> dict[str, Any]:
    """Return parameters with one value for both axes."""
    return {name: value[0] if isinstance(value, tuple) else value for name, value in params.items()}


def _calls(name: str, functions: list[Function], x: Array) -> dict[str, Call]:
    def apply(value: Any) -> Any:
        for function in functions:
            value = function(value)
        return value

    if name.startswith("torch"):
        import torch

        tensor = torch.from_numpy(x.reshape(-1, 1, *x.shape[-2:]))

        def in_torch(threads: int) -> Array:
            torch.set_num_threads(threads)
            with torch.inference_mode():
                made = apply(tensor)
            return made.numpy().reshape(*x.shape[:-2], *made.shape[-2:])

        return {f"{name} {n}T": partial(in_torch, n) for n in (1, 2)}
    if x.ndim == 2:
        return {name: lambda: apply(x)}
    return {name: lambda: np.stack([apply(plane) for plane in x])}


def agree(call: Call, expected: Array) -> bool:
    """Tell whether a library computes the same."""
    try:
        made: Any = call()
    except Exception:  # what it has no parameters for it says in ways of its own
        return False
    if np.shape(made) != expected.shape:
        return False
    return bool(np.abs(made - expected).max(initial=0) <= AGREES * np.abs(expected).max(initial=1))


def rows(quick: bool, case: str = "") -> Iterator[Row]:
    """Yield the worst chains against the fastest library, and the median of all."""
    if not HAS_TORCH:
        print("torch is not installed: chains have no peers", file=sys.stderr)
        return
    alone = sorted(set(OURS) - set(STEPS))
    print(f"no library has {', '.join(alone)}", flush=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        compared = list(_compare(48 if quick else 240, 3 if quick else 5, folder, case))
    if not compared:
        return
    compared.sort(key=lambda each: each.ratio)
    yield from compared[:WORST]
    middle = median(each.ratio for each in compared)
    low, high = compared[len(compared) // 4].ratio, compared[len(compared) * 3 // 4].ratio
    yield Row(
        "coverage", f"median of {len(compared)} chains", middle, "1", 1.0, middle, low, high,
        WANTED_MEDIAN, unit="times",
    )  # fmt: skip


def _compare(count: int, rounds: int, folder: Path, case: str) -> Iterator[Row]:
    rng = np.random.default_rng(SEED)
    files = {k: folder / f"k{k}.npy" for k in (3, 5, 7)}
    for k, path in files.items():
        np.save(path, rng.normal(size=(k, k)))
    images = {name: rng.random(size) for name, size in SIZES.items()}
    without: Counter[str] = Counter()
    for number in range(count):
        name = list(SIZES)[int(rng.integers(len(SIZES)))]
        dtype = (np.float32, np.float32, np.float64)[int(rng.integers(3))]
        chain = draw_chain(rng, number, SIZES[name], files)
        text = f"{str(chain).replace(f'{folder}/', '')} {name} {np.dtype(dtype).name}"
        if case not in text:
            continue
        x = images[name].astype(dtype)
        expected = chain(x)
        peers = {key: call for key, call in peers_of(chain, x).items() if agree(call, expected)}
        if not peers:
            without[chain.steps[0].op.name] += 1
            continue
        times = time_calls({"ours": partial(_call, chain, x), **peers}, rounds)
        yield row("coverage", text, times, WANTED)
    told = ", ".join(f"{name} {times}" for name, times in without.most_common())
    print(f"no library computes the same as {without.total()} of {count}: {told}", flush=True)


def _call(function: Callable[[Array], Array], x: Array) -> Array:
    return function(x)
