"""All measures of eight chains on a slice, against scikit-image with two measures of them.

The peer computes what one would with it: for every chain `structural_similarity` and
`peak_signal_noise_ratio`, called plainly (a flat window of 7x7 px; the Gaussian one is slower). It
compares images of one size, so the outputs are brought to the grid of the slice, 512x512 px,
beforehand and outside the timing. The second row is harder: there the peer looks at the 256x256 px
of the outputs alone, with references that somebody has made for it. We make the references, run
the chains, on moved images and on edges too, and compute 23 measures in both; in the third row
those of blobs as well, and in the last the peer's two alone.

Both get float32. What we keep from one image of a size to the next is forgotten before every round.
"""

import sys
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from benchmarks.side_by_side import Row, row, time_calls
from sampviz.analysis.detection import axis_matrices
from sampviz.analysis.measure import measure
from sampviz.analysis.metrics import parse_metrics
from sampviz.analysis.metrics import ringing as edges
from sampviz.dsp.dtypes import Array
from sampviz.images.image import Image
from sampviz.ops.chain import Chain, parse_chains

CHAINS = "max,stride,avg,blur,blur:k=5,flc,asap,dpp"
SIDE = 512
OF_BLOBS = ("contrast", "dprime")
PROMISE = 1 / 1.5  # the time of the peer, plus 50 %
OUTPUTS_ALONE = 1 / 4  # why not less: docs/decisions/time-of-measures.md
THEIRS = ("ssim", "psnr")


def rows(quick: bool) -> Iterator[Row]:
    """Yield the comparisons; none without scikit-image."""
    try:
        import skimage.metrics as peer
    except ImportError:
        print("measures: scikit-image is not installed, nothing to compare with", file=sys.stderr)
        return
    chains, image = parse_chains(CHAINS), Image.of(_slice())
    small = [(a, b) for a, b in (_pair(chain, image) for chain in chains)]
    large = [(image.array, _enlarged(b)) for _, b in small]
    count = 5 if quick else 15
    every = [metric.name for metric in parse_metrics(None)]
    names = [name for name in every if name not in OF_BLOBS]
    span = float(np.ptp(image.array))
    for side, pairs, measures, wanted in (
        (SIDE, large, names, PROMISE),
        (SIDE // 2, small, names, OUTPUTS_ALONE),
        (SIDE, large, every, None),
        (SIDE // 2, small, list(THEIRS), 1.0),
    ):
        calls: dict[str, Callable[[], object]] = {
            "ours": partial(_ours, image, chains, measures),
            "scikit-image, ssim and psnr": partial(_theirs, peer, pairs, span),
        }
        case = f"{len(measures)} measures, {len(chains)} chains; {side} px"
        yield row("measures", case, time_calls(calls, count), wanted)


def _ours(image: Image, chains: tuple[Chain, ...], measures: list[str]) -> None:
    edges.overshoot.clear()
    axis_matrices._level_matrices.clear()
    measure(image, chains, measures=measures)


def _theirs(peer: object, pairs: list[tuple[Array, Array]], span: float) -> None:
    for a, b in pairs:
        peer.structural_similarity(a, b, data_range=span)  # type: ignore[attr-defined]
        peer.peak_signal_noise_ratio(a, b, data_range=span)  # type: ignore[attr-defined]


def _slice() -> Array:
    """Return noise whose power falls with frequency, as that of pictures does."""
    white = np.fft.rfft2(np.random.default_rng(0).normal(size=(SIDE, SIDE)))
    down, along = np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)
    return np.fft.irfft2(white / (1 / SIDE + np.hypot(down, along))).astype(np.float32)


def _pair(chain: Chain, image: Image) -> tuple[Array, Array]:
    from sampviz.analysis.evaluation import evaluate, source_of

    tried = evaluate(source_of(image), chain)
    return tried.reference[0], tried.output[0]


def _enlarged(output: Array) -> Array:
    return output.repeat(2, 0).repeat(2, 1)
