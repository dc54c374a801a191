"""What chains make of arrays by the definitions of operations, which fast paths are held to."""

from unittest.mock import patch

from sampviz.dsp.dtypes import Array
from sampviz.ops.chain import Chain
from sampviz.ops.operation import Operation


def by_definition(chain: Chain, x: Array, axes: int = 2) -> Array:
    """Return the array after the last step, computed without fast paths."""
    with (
        patch("sampviz.ops.chain._fast_path", lambda *_: None),
        patch.object(Operation, "fast_path", lambda *_: None),
    ):
        return chain(x, axes=axes)
