"""Chains that calculate with label numbers are refused: labels are names, which have no mean."""

from collections.abc import Sequence

from sampviz.core.errors import ChainError, argument
from sampviz.images.image import Image
from sampviz.ops.chain import Chain
from sampviz.ops.step import Step
from sampviz.ops.switches import without_shares


def keeps_labels(image: Image, chain: Chain) -> bool:
    """Return whether a label map goes through a chain as one.

    Parameters
    ----------
    image : Image
        What the chain is applied to.
    chain : Chain
        It may choose among the labels, vote with their shares, and take the absolute values of
        labels that are their own.

    Returns
    -------
    bool
        False for an image that is no label map.
    """
    return image.labels is not None and all(
        _chooses(image, step) for step in without_shares(chain.steps)
    )


def check_labels(image: Image, chains: Sequence[Chain]) -> None:
    """Refuse chains that calculate with the numbers of a label map.

    Parameters
    ----------
    image : Image
        What the chains are applied to; nothing is refused where it is no label map.
    chains : sequence of Chain
        They may choose among labels, and do what they like with the shares that a onehot makes.

    Raises
    ------
    ChainError
        For all of them that make other numbers, with the ways to mend it.
    """
    if image.labels is None:
        return
    averaging = [str(chain) for chain in chains if _calculates(image, chain)]
    if not averaging:
        return
    makes = "makes" if len(averaging) == 1 else "make"
    raise ChainError(
        f"labels are names, not amounts, and {', '.join(averaging)} {makes} other numbers of them",
        f"{image.name}, of labels {image.labels}",
        f"onehot+{averaging[0]}+argmax takes shares, majority a vote, max, stride and nearest"
        f" choose; or {argument('as_', 'intensity')} takes them for amounts",
    )


def _calculates(image: Image, chain: Chain) -> bool:
    """Whether a step makes other numbers of labels; those after an open onehot are of shares."""
    for step in without_shares(chain.steps):
        if step.op.domain == "labels" and step.op.switches:
            return False
        if not _chooses(image, step):
            return True
    return False


def _chooses(image: Image, step: Step) -> bool:
    assert image.labels
    is_positive = image.labels.ids[0] >= 0  # then absolute values of labels are labels
    return step.picks_values or (is_positive and step.picks_magnitudes)
