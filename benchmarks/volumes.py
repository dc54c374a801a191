"""Operations on volumes against their peers: cubes, and slices that are thick and kept.

The types of number are compared with cold caches and in new memory: else a volume of float32 that
fits the caches, or what was freed before, would be held against one of float64 that does not.
In a row with `memory` stands the largest memory of a call beside the input, in outputs.
"""

import sys
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from benchmarks import volume_peers as peers
from benchmarks.coverage import agree
from benchmarks.operations import noise
from benchmarks.peers import HAS_TORCH, Peers
from benchmarks.side_by_side import Call, Rounds, Row, row, time_calls, time_cold_calls
from sampviz.dsp.filter_taps import kernel
from sampviz.ops.chain import parse_chains

SIZES = {
    "64": ((64, 64, 64), (2, 2, 2)),
    "128": ((128, 128, 128), (2, 2, 2)),
    "64x256x256, 1x2x2": ((64, 256, 256), (1, 2, 2)),
}
# What a factor of 1 makes of the window k and the padding p is written for each axis.
CHAINS: dict[str, tuple[str, Callable[..., Peers]]] = {
    "max2": ("max:k={f}", peers.max2),
    "max3": ("max:k={k3}:s={f}:p={p1}", peers.max3),
    "min2": ("min:k={f}", peers.min2),
    "avg2": ("avg:k={f}", peers.avg2),
    "conv3": ("conv:gauss:s={f}", partial(peers.conv, kernel("gauss", 3, 0, 3), True)),
    "conv3 s1": ("conv:gauss:s=1", partial(peers.conv, kernel("gauss", 3, 0, 3), False)),
    "conv3 full": ("conv:random:s={f}", partial(peers.conv, kernel("random", 3, 0, 3), True)),
    "conv3 full s1": ("conv:random:s=1", partial(peers.conv, kernel("random", 3, 0, 3), False)),
    "blur3": ("blur:k={k3}:s={f}", partial(peers.blur, 3)),
    "blur4": ("blur:k={k4}:s={f}", partial(peers.blur, 4)),
    "blur5": ("blur:k={k5}:s={f}", partial(peers.blur, 5)),
    "blur7": ("blur:k={k7}:s={f}", partial(peers.blur, 7)),
    "maxblur": ("max:k={f}:s=1+blur:k={k4}:s={f}", peers.maxblur),
    "flc": ("flc:f={f}", peers.flc),
    "asap": ("asap:f={f}", peers.asap),
    "kspace": ("kspace:f={f}", peers.flc),
    "nearest": ("nearest:f={f}", peers.nearest),
    "bilinear": ("bilinear:f={f}", peers.bilinear),
    "max+unpool": ("max:k={f}+unpool", peers.max_unpool),
    "unpool": ("", peers.unpool),
    "transpose": ("transpose:s={f}", peers.transpose),
}
QUICK = ("max2", "avg2", "conv3", "blur4", "flc", "nearest")
WANTED = 2.0  # times the fastest peer; those below have filters that torch has as one loop
WANTED_OF_FILTERS = 1.7
FLOAT64 = 1 / 2.5
MEMORY = 3.0  # outputs
SWEEPS, ROUNDS = 3, 3  # through all cases, and of each case in a sweep


def rows(quick: bool, case: str = "") -> Iterator[Row]:
    """Yield each operation at each size against the peers, in float64, and its memory.

    Those whose name has the text `case` in it. The rounds of a case are spread over the run: a
    machine is slower for minutes, one core more than the other, and so is what takes one or both.
    """
    if not HAS_TORCH:
        print("torch is not installed: volumes have no peers", file=sys.stderr)
        return
    if not peers.HAS_SKIMAGE:
        print("scikit-image is not installed: it is left out", file=sys.stderr)
    sizes, names = (("64",), QUICK) if quick else (tuple(SIZES), tuple(CHAINS))
    cases = [(n, size) for size in sizes for n in names if case in f"{n} {size}"]
    times: dict[tuple[str, str], Rounds] = {}
    types: dict[tuple[str, str], Rounds] = {}
    # The types last: memory that is given back for them is slower for a while.
    for found, timed in ((times, _beside_peers), (types, _types)):
        for _ in range(1 if quick else SWEEPS):
            for name, size in cases:
                rounds = timed(f"{name} {size}", *CHAINS[name], *SIZES[size])
                before = found.setdefault((name, size), {each: [] for each in rounds})
                found[name, size] = {each: before[each] + rounds[each] for each in before}
    for name, size in cases:
        text, (shape, f) = CHAINS[name][0], SIZES[size]
        outputs = _memory(ours(text, noise(shape), f))
        yield from _rows(f"{name} {size}", text, times[name, size], types[name, size], outputs)


def _beside_peers(
    case: str, text: str, peers_of: Callable[..., Peers], shape: peers.Factors, f: peers.Factors
) -> Rounds:
    x = noise(shape)
    call = ours(text, x, f)
    published = peers_that_agree(peers_of(x, f), call(), case)
    return time_calls({"ours": call, **published}, ROUNDS)


def _types(
    case: str, text: str, peers_of: Callable[..., Peers], shape: peers.Factors, f: peers.Factors
) -> Rounds:
    x = noise(shape)
    calls = {"ours": ours(text, x.astype(np.float64), f), "float32": ours(text, x, f)}
    return time_cold_calls(calls, ROUNDS)


def _rows(case: str, text: str, times: Rounds, types: Rounds, outputs: float) -> Iterator[Row]:
    wanted = WANTED_OF_FILTERS if case.startswith(("blur", "conv3")) else WANTED
    promise = wanted if text else None  # unpool alone is half of max+unpool
    own = {name for name in times if name.startswith(peers.HALF)}
    chosen = {name: seconds for name, seconds in times.items() if name not in own}
    yield row("volumes", case, chosen, promise, limit=f"peak {outputs:.2f}x output")
    if own:
        faster = {each: times[each] for each in ("ours", *sorted(own))}
        yield row("volumes", f"{case}, half spectrum", faster, None)
    yield row("volumes", f"{case}, float64", types, FLOAT64)
    yield Row(
        "volumes", f"{case}, memory", outputs, "bound", MEMORY, MEMORY / outputs,
        MEMORY / outputs, MEMORY / outputs, 1.0, unit="outputs",
    )  # fmt: skip


def peers_that_agree(published: Peers, expected: peers.Array, case: str) -> Peers:
    """Return the peers that compute the same; of the others it is said that they are left out."""

    def reshaped(call: Call) -> peers.Array:
        return np.asarray(call()).reshape(expected.shape)

    same = {
        name: call for name, call in published.items() if agree(partial(reshaped, call), expected)
    }
    for name in published.keys() - same.keys():
        print(f"{case}: {name} computes something else, and is left out", file=sys.stderr)
    return same


def chain_text(text: str, f: peers.Factors) -> str:
    """Return the text of a chain with the windows and paddings of these factors."""

    def per_axis(coarse: int, kept: int) -> str:
        return "x".join(str(coarse if n > 1 else kept) for n in f)

    windows = {f"k{k}": per_axis(k, 1) for k in (3, 4, 5, 7)}
    return text.format(f="x".join(map(str, f)), p1=per_axis(1, 0), **windows)


def ours(text: str, x: peers.Array, f: peers.Factors) -> Call:
    """Return our call: a chain that was parsed before. Of unpool only the second half is timed."""
    if not text:
        from sampviz.dsp.pool_indices import max_pool_indices, max_unpool
        from sampviz.dsp.sliding_window import window_layout

        layouts = [window_layout(n, k=fi, s=fi) for n, fi in zip(x.shape, f, strict=True)]
        places = max_pool_indices(x, layouts)
        pooled = x.ravel()[places]
        return lambda: max_unpool(pooled, places, x.shape)
    (chain,) = parse_chains(chain_text(text, f))
    return lambda: chain(x, axes=3)


def _memory(call: Call) -> float:
    """Return the largest memory of a call in outputs, with what a thread keeps for the next."""
    made: peers.Array = call()
    tracemalloc.start()
    with ThreadPoolExecutor(1) as fresh:
        fresh.submit(call).result()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return float(peak / made.nbytes)
