"""Chains tried on images: what measures, alias rows, charts and animations start from."""

from sampviz.analysis.evaluation import Original, Trial
from sampviz.core.errors import UsageError
from sampviz.dsp.dtypes import Array
from sampviz.images.image import Image, magnitude
from sampviz.ops.chain import Chain


def original_of(image: Image, span: float | None = None) -> Original:
    """Return the original that chains are tried on; `span` is the range of values, if given.

    Without it, that of the format (255 for 8 bit) or, where there is none, the input's largest
    less its smallest value. UsageError for a volume.
    """
    check_plane(image)
    stack = image.array.reshape(-1, *image.size)
    if span is None:
        values = magnitude(stack)
        low, high = image.range or (float(values.min()), float(values.max()))
        span = high - low
    return Original(stack, span, image.spacing)


def check_plane(image: Image) -> None:
    """Raise UsageError for a volume."""
    if image.cuts:
        raise UsageError("planes are measured, not volumes", image.name, "leave --volume out")


def trial_of(original: Original, chain: Chain, output: Array | None = None) -> Trial:
    """Try a chain (resolved: no `auto`) on an original; `output` is what it made, where known."""
    traced = chain.trace(original.size)
    steps = [tuple(grid.step for grid in grids) for grids in traced]
    if output is None:
        output = chain(original.array)
    return Trial(
        original,
        chain,
        output.reshape(-1, *(grid.size for grid in traced[-1])),
        traced[-1],
        tuple(map(max, zip(*steps, strict=True))),
        chain.linear,
        any(step.op.kind == "up" for step in chain.steps),
    )
