"""What work on planes takes in memory, estimated from size and chains before it begins."""

from collections.abc import Sequence
from math import prod
from typing import Literal, NamedTuple

from sampviz.core.budget import check_memory, current_budget
from sampviz.core.names import fewer
from sampviz.core.process_pool import threads
from sampviz.core.text import counted
from sampviz.images.image import Image
from sampviz.ops.chain import Chain

Work = Literal["apply", "compare", "panels", "spectrum", "measure", "shift", "report", "detect"]


class _Arrays(NamedTuple):
    """How many arrays are held at the most: of the image's size, and of each chain's largest."""

    own: float
    of_chain: float


# Measured on 1024x1024 and 2048x2048 px with one to four chains; a test holds the estimates to
# within a factor of two.
_ARRAYS: dict[Work, _Arrays] = {
    "apply": _Arrays(2, 3),
    "panels": _Arrays(6, 3),
    "compare": _Arrays(18, 2.5),
    "spectrum": _Arrays(20, 0.5),
    "measure": _Arrays(10, 18),  # of the chains that are measured at once
    "shift": _Arrays(70, 25),
    "report": _Arrays(64, 3),
    "detect": _Arrays(16, 6),
}


def check_plane_memory(work: Work, image: Image, chains: Sequence[Chain]) -> None:
    """Refuse work on a plane that would take more memory than it may.

    Parameters
    ----------
    work : str
        What is done.
    image : Image
        A plane, with its channels; volumes have `chains_at_once`.
    chains : sequence of Chain
        Resolved, and repeated for its levels.

    Raises
    ------
    LimitError
        If it takes more.
    """
    if image.axes == 2:
        sizes = sorted((_largest(image, chain) for chain in chains), reverse=True)
        _check(work, image, sizes, len(chains))


def measured_at_once(image: Image, chains: Sequence[Chain], most: int | None = None) -> int:
    """Return how many chains are measured at a time: 1 or more, as many as may be by memory.

    Parameters
    ----------
    image : Image
        A plane.
    chains : sequence of Chain
        Resolved.
    most : int, optional
        How many at most; as many as there are cores by default.

    Raises
    ------
    LimitError
        If one takes more.
    """
    sizes = sorted((_largest(image, chain) for chain in chains), reverse=True)
    _check("measure", image, sizes[:1], len(chains))
    count = min(most or threads(), len(chains))
    while count > 1 and _needed("measure", image, sizes[:count]) > current_budget().memory:
        count -= 1
    return max(1, count)


def _check(work: Work, image: Image, sizes: Sequence[int], chains: int) -> None:
    needed = _needed(work, image, sizes)
    sides, most = "x".join(map(str, image.size)), current_budget().memory
    share = (most / needed) ** 0.5 if needed else 1.0
    fitting = "x".join(str(int(side * share)) for side in image.size)
    check_memory(
        needed,
        f"{counted(chains, 'chain')} on {sides} px",
        image.name,
        ", ".join([*fewer({"chains": chains}), f"a part of it ({fitting} px)"]),
    )


def _needed(work: Work, image: Image, sizes: Sequence[int]) -> float:
    own, of_chain = _ARRAYS[work]
    values = own * image.array.size + of_chain * sum(sizes)
    return values * max(4, image.array.itemsize)


def _largest(image: Image, chain: Chain) -> int:
    """Return the values of the largest stage of a chain."""
    channels = image.array.size // prod(image.size)
    stages = chain.trace(image.size, channels)
    return channels * max(prod(grid.size for grid in grids) for grids in stages)
