"""Every operation against its peers, at four sizes, with odd sides and with NaN."""

import sys
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from math import prod

import numpy as np

from benchmarks import peers
from benchmarks.side_by_side import Row, row, time_calls
from sampviz.ops.chain import parse_chains

CHAINS = {
    "max2": "max",
    "max3": "max:k=3:s=2:p=1",
    "avg2": "avg",
    "conv3": "conv:kernel=gauss",
    "blur3": "blur:k=3",
    "blur4": "blur:k=4",
    "blur5": "blur:k=5",
    "blur7": "blur:k=7",
    "maxblur": "maxblur",
    "flc": "flc",
    "asap": "asap",
    "dpp": "dpp",
    "nearest": "nearest",
    "bilinear": "bilinear",
    "max+unpool": "max+unpool",
    "unpool": "unpool",
    "transpose": "transpose",
}
SIZES = {"256": (256, 256), "1024": (1024, 1024), "4096": (4096, 4096), "stack": (256, 256, 256)}
# Not 1023 x 1025: that is 4 bytes less than 4 MB, from where on numpy asks for huge pages.
ODD = {"256": (255, 257), "1024": (1025, 1027)}
AHEAD = 1.2  # of the fastest published peer
AT_MOST_BEHIND = 1 / 1.25  # of a line of OpenCV
AT_MOST_DEARER = 1 / 1.5  # odd sides and NaN than even sides without
# Of crops of the spectrum, whose transforms take as long as the largest prime factor has it.
CROPS = ("flc", "asap")
ODD_CROPS_AT_MOST_DEARER = {"256": 1 / 2.3, "1024": 1 / 5}
SLICES = ((182, 218), (181, 217))  # of the templates of brains
SLICES_AT_MOST_DEARER = 1 / 1.3  # than 256x256 px, though they have less pixels


def noise(shape: tuple[int, ...]) -> peers.Array:
    """Return noise, the same each time."""
    return np.random.default_rng(0).random(shape, dtype=np.float32)


def ours(name: str, x: peers.Array) -> Callable[[], peers.Array]:
    """Return our call: a chain that was parsed before. Of unpool only the second half is timed."""
    if name == "unpool":
        from sampviz.dsp.pool_indices import max_pool_indices, max_unpool
        from sampviz.dsp.sliding_window import window_layout

        size = x.shape[-2:]
        places = max_pool_indices(x, [window_layout(n, k=2, s=2) for n in size])
        (pool,) = parse_chains("max")
        pooled = pool(x)
        return lambda: max_unpool(pooled, places, size)
    (chain,) = parse_chains(CHAINS[name])
    return lambda: chain(x)


def _limit(call: Callable[[], peers.Array], x: peers.Array, seconds: float) -> str:
    """Return how many copies of input and output the call takes, and its memory in outputs."""
    made = call()
    size = x.nbytes + made.nbytes
    block = np.ones(size // 8)
    copy = time_calls({"copy": block.copy}, 5)["copy"]
    tracemalloc.start()
    with ThreadPoolExecutor(1) as fresh:  # what a thread keeps for the next call counts as well
        fresh.submit(call).result()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return f"{seconds / sorted(copy)[2]:.1f}x copy, peak {peak / made.nbytes:.1f}x output"


def rows(quick: bool) -> Iterator[Row]:
    """Yield each operation at each size against the published peers and a line of OpenCV."""
    if not peers.HAS_TORCH:
        print("torch is not installed: only OpenCV is compared", file=sys.stderr)
    for size in ("256",) if quick else SIZES:
        x = noise(SIZES[size])
        rounds = (7 if quick else 9) if x.size <= 2**20 else 5
        for name in peers.names():
            yield from _against_peers(name, size, x, rounds)
    for size, odd in ODD.items():
        if quick and size != "256":
            continue
        for name in peers.names():
            yield from _awkward(name, size, noise(SIZES[size]), noise(odd), 7 if quick else 9)
    for name in CROPS:
        yield from _slices(name, 7 if quick else 15)


def _against_peers(name: str, size: str, x: peers.Array, rounds: int) -> Iterator[Row]:
    call = ours(name, x)
    published, one_line = peers.published(name, x), peers.in_opencv(name, x)
    times = time_calls({"ours": call, **published, **one_line}, rounds)
    limit = _limit(call, x, float(np.median(times["ours"])))
    if published:
        wanted = None if name == "unpool" else AHEAD  # it is one half of max+unpool
        chosen = {each: times[each] for each in ("ours", *published)}
        yield row("operations", f"{name} {size}", chosen, wanted, limit=limit)
    if one_line:
        chosen = {each: times[each] for each in ("ours", *one_line)}
        yield row("operations", f"{name} {size}, opencv", chosen, AT_MOST_BEHIND, limit=limit)


def _awkward(
    name: str, size: str, even: peers.Array, odd: peers.Array, rounds: int
) -> Iterator[Row]:
    """Yield the time with odd sides and with 40 NaN against that with even sides and none."""
    holed = even.copy()
    holed.ravel()[np.random.default_rng(1).choice(even.size, 40, replace=False)] = np.nan
    times = time_calls(
        {"even": ours(name, even), "odd": ours(name, odd), "NaN": ours(name, holed)}, rounds
    )
    scale = prod(even.shape) / prod(odd.shape)
    wanted = ODD_CROPS_AT_MOST_DEARER[size] if name in CROPS else AT_MOST_DEARER
    for what, factor, at_most in (("odd", scale, wanted), ("NaN", 1.0, AT_MOST_DEARER)):
        found = {
            "ours": [factor * each for each in times[what]],
            "ours, even, no NaN": times["even"],
        }
        yield row("operations", f"{name} {size}, {what}", found, at_most)


def _slices(name: str, rounds: int) -> Iterator[Row]:
    """Yield the time of slices of brains against that of 256x256 px."""
    sizes = {"x".join(map(str, size)): size for size in (SIZES["256"], *SLICES)}
    times = time_calls({text: ours(name, noise(size)) for text, size in sizes.items()}, rounds)
    even, *others = sizes
    for text in others:
        pair = {"ours": times[text], f"ours, {even}": times[even]}
        yield row("operations", f"{name} {text}", pair, SLICES_AT_MOST_DEARER)
