"""A word where label numbers are averaged."""

import warnings
from collections.abc import Sequence

from sampviz.core.errors import SampvizWarning, argument
from sampviz.images.image import Image
from sampviz.ops.chain import Chain


def warn_of_averaged_labels(image: Image, chains: Sequence[Chain]) -> None:
    """Warn of the chains that make values between the labels of a label map.

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
    averaging = [str(chain) for chain in chains if not chain.picks_values]
    if image.labels is None or not averaging:
        return
    makes = "makes" if len(averaging) == 1 else "make"
    warnings.warn(
        f"{image.name}: labels are names, not amounts, and {', '.join(averaging)} {makes} values"
        " between them: majority takes a vote, max, stride and nearest choose;"
        f" {argument('as_', 'intensity')} takes them for amounts",
        SampvizWarning,
        stacklevel=4,
    )
