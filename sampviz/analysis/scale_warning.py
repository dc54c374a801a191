"""Say where a result depends on the intensity scale, and the scale is not that of networks."""

from collections.abc import Iterable

import numpy as np

from sampviz.core.errors import argument
from sampviz.core.warn import warn
from sampviz.images.image import Image, magnitude
from sampviz.ops.chain import Chain


def warn_of_scale(image: Image, chains: Iterable[Chain]) -> None:
    """Warn, with the option that mends it, if a step depends on a scale that nobody chose.

    Parameters
    ----------
    image : Image
        What the chains are applied to.
    chains : iterable of Chain
        Those with a step such as softpool, whose weights are e^x, are told for values beyond 0..1.

    Warns
    -----
    SampvizWarning
        Its text is the same for all images.
    """
    names = dict.fromkeys(
        step.op.name
        for chain in chains
        for step in chain.steps
        if step.op.scale_matters(step.params)
    )
    if not names or image.scale != "none":
        return
    values = magnitude(image.array)
    values = values[np.isfinite(values)]
    if not values.size or (values.min() >= 0 and values.max() <= 1):
        return
    warn(
        f"the result of {', '.join(names)} depends on the scale of the values, which go beyond the"
        f" 0..1 that networks see: {argument('scale', 'unit')} brings them there"
    )
