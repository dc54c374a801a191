"""A word where label numbers are averaged."""

import warnings
from collections.abc import Sequence

from sampviz.core.errors import SampvizWarning, argument
from sampviz.images.image import Image
from sampviz.ops.chain import Chain


def keeps_labels(image: Image, chain: Chain) -> bool:
    """Return whether a label map goes through a chain as one.

    Parameters
    ----------
    image : Image
        What the chain is applied to.
    chain : Chain
        It may choose among the labels, and take the absolute values of labels that are their own.

    Returns
    -------
    bool
        False for an image that is no label map.
    """
    if image.labels is None:
        return False
    is_positive = image.labels.ids[0] >= 0  # then absolute values of labels are labels
    return all(step.picks_values or (is_positive and step.picks_magnitudes) for step in chain.steps)


def warn_of_averaged_labels(image: Image, chains: Sequence[Chain]) -> None:
    """Warn of the chains that calculate with the labels of a label map.

    Parameters
    ----------
    image : Image
        What the chains are applied to; nothing is said where it is no label map.
    chains : sequence of Chain
        Those that only choose among the values of their input are in order.

    Warns
    -----
    SampvizWarning
        One line for all chains, with the ways to mend it.
    """
    averaging = [str(chain) for chain in chains if not keeps_labels(image, chain)]
    if image.labels is None or not averaging:
        return
    makes = "makes" if len(averaging) == 1 else "make"
    warnings.warn(
        f"{image.name}: labels are names, not amounts, and {', '.join(averaging)} {makes} other"
        " numbers of them: majority takes a vote, max, stride and nearest choose;"
        f" {argument('as_', 'intensity')} takes them for amounts",
        SampvizWarning,
        stacklevel=4,
    )
