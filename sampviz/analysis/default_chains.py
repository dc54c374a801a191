"""The chains that are compared where none are given: such as the images can go through."""

from collections.abc import Iterable

from sampviz.core.warn import warn
from sampviz.images.image import Image
from sampviz.ops.chain import Chain, parse_chains
from sampviz.ops.convert import CHAINS

DEFAULT_CHAINS = "max,stride,blur,flc"
_OF_LABELS = "max,stride,majority,onehot+blur+argmax"
_OF_COMPLEX = "avg,stride,blur,flc"  # none is the largest of complex numbers


def default_chains(images: Iterable[Image]) -> tuple[Chain, ...]:
    """Return the chains of a comparison for which none are given, and say which they are.

    Parameters
    ----------
    images : iterable of Image
        What is compared.

    Returns
    -------
    tuple of Chain
        Those of `chains_by_default`.

    Warns
    -----
    SampvizWarning
        With the chains.
    """
    chains = chains_by_default(images)
    warn(f"{CHAINS} is not given: {chains} are compared")
    return parse_chains(chains)


def chains_by_default(images: Iterable[Image]) -> str:
    """Return the chains of a comparison for which none are given, as they are written.

    Parameters
    ----------
    images : iterable of Image
        What is compared.

    Returns
    -------
    str
        A maximum, plain decimation, a blur before it, and a cut of the spectrum; where a label map
        is among the images, the vote of windows, and a blur of their shares; where one is of
        complex numbers, means and no maximum.
    """
    seen = tuple(images)
    if any(image.labels for image in seen):
        return _OF_LABELS
    return _OF_COMPLEX if any(image.array.dtype.kind == "c" for image in seen) else DEFAULT_CHAINS
