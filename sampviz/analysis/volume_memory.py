"""What work on a large volume takes, said before it begins, and how much of it is done at once."""

from collections.abc import Sequence
from math import prod

from sampviz.core.budget import check_memory, current_budget
from sampviz.core.errors import InputError
from sampviz.core.memory import free_memory
from sampviz.core.process_pool import threads
from sampviz.core.warn import warn
from sampviz.dsp.dtypes import Array
from sampviz.images.image import Image
from sampviz.ops.chain import Chain
from sampviz.ops.slabs import LARGE, plan_slabs

_VOLUMES = 3  # of the size of the input, at most, that the work on one chain keeps beside it
_GB = 10**9


def chains_at_once(image: Image, chains: Sequence[Chain], most: int | None = None) -> int:
    """Return on how many chains a volume may be worked at a time, and say what it takes.

    Parameters
    ----------
    image : Image
        A plane or a volume; nothing is said of planes, nor of volumes below 2^25 voxels.
    chains : sequence of Chain
        Resolved: no `auto`.
    most : int, optional
        How many at most; as many as there are cores by default.

    Returns
    -------
    int
        1 or more.

    Raises
    ------
    InputError
        If there is not enough memory for one.

    Warns
    -----
    SampvizWarning
        For chains that need all slices at once.
    """
    if image.axes == 2 or image.array.size < LARGE:
        return most or threads()
    needed, free = _VOLUMES * image.array.nbytes, free_memory()
    sides = "x".join(map(str, image.size))
    if free is not None and needed > free:
        raise InputError(
            f"a chain on {sides} voxels takes about {needed / _GB:.1f} GB beside them,"
            f" and {free / _GB:.1f} GB of memory are free",
            image.name,
            "free some, or cut it into smaller pieces",
        )
    check_memory(needed, f"a chain on {sides} voxels", image.name, "a part of it")
    whole = [
        chain
        for chain in dict.fromkeys(chains)
        if plan_slabs(chain.steps, chain.trace, image.size, image.array.size // prod(image.size))
        is None
    ]
    if whole:
        warn(
            f"{image.name}: {', '.join(map(str, whole))} cannot be worked on slab by slab, and"
            f" takes the {sides} voxels at once: up to {needed / _GB:.1f} GB beside them"
        )
    return min(threads_that_fit(image.array), most or threads())


def threads_that_fit(array: Array) -> int:
    """Return how many threads may each work on one chain on a volume.

    Parameters
    ----------
    array : Array
        The volume.

    Returns
    -------
    int
        1 or more; as many as there are cores where memory allows it.
    """
    free, most = free_memory(), current_budget().memory
    fitting = (most if free is None else min(free, most)) // (_VOLUMES * array.nbytes)
    return max(1, min(threads(), fitting))
