"""An axis that is to become 1 times as large is left alone, by every operation."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import DTypeLike

from sampviz.core.errors import ChainError
from sampviz.dsp.grid import Grid
from sampviz.ops.chain import Chain
from sampviz.ops.operation import Operation
from sampviz.ops.registry import OPS
from tests.ops.test_laws import random

pytestmark = pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")

FACTORS = {
    f"{op.name}:{p.name}": (op, p.name)
    for op in OPS.values()
    for p in op.parameters
    if p.spec.is_factor
}
every_factor = pytest.mark.parametrize(("op", "factor"), FACTORS.values(), ids=FACTORS)


def _choices(op: Operation) -> list[dict[str, Any]]:
    """Return no values, and each value of each choice."""
    words = {p.name: p.spec.words or (False, True) for p in op.parameters if p.type in (bool, str)}
    return [{}, *({name: word} for name in words for word in words[name])]


@every_factor
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_axis_with_factor_1_is_left_alone(op: Operation, factor: str, dtype: DTypeLike) -> None:
    """Rows that are one row times powers of two stay that, to the last bit; so do columns."""
    line = random(24).astype(dtype)
    for count, values in product((8, 9), _choices(op)):
        scales = (-2.0) ** np.arange(count, dtype=dtype)
        call = {factor: (1, 2), **values}
        out = op(np.outer(scales, line), **call)
        assert np.array_equal(out, np.outer(scales, out[0]))
        assert op.grids((count, 24), op.bind(call))[0] == Grid(count)
        call[factor] = (2, 1)
        turned = op(np.outer(line, scales), **call)
        assert np.array_equal(turned, np.outer(turned[:, 0], scales))
        assert op.grids((24, count), op.bind(call))[1] == Grid(count)
        call[factor] = 1
        assert np.array_equal(op(np.outer(scales, line), **call), np.outer(scales, line))


@every_factor
def test_axes_of_a_volume_with_factor_1_are_left_alone(op: Operation, factor: str) -> None:
    if op.form == "plane":
        with pytest.raises(ChainError, match="works on planes, not on volumes"):
            op(random(8, 9, 10), axes=3)
        return
    scales = np.outer((-2.0) ** np.arange(8), (-2.0) ** np.arange(9))
    volume = scales[..., None] * random(24)
    for values in _choices(op):
        out = op(volume, axes=3, **{factor: (1, 1, 2), **values})
        assert np.array_equal(out, scales[..., None] * out[0, 0])
        turned = op(np.moveaxis(volume, -1, 0), axes=3, **{factor: (2, 1, 1), **values})
        assert np.array_equal(turned, scales * turned[:, :1, :1])
        assert np.array_equal(op(volume, axes=3, **{factor: 1, **values}), volume)


@pytest.mark.parametrize("text", ["resize:f=1", "resize:size=9x10", "area:f=1", "area:size=9x10"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_size_that_is_there_already_changes_nothing(text: str, dtype: DTypeLike) -> None:
    x = random(9, 10).astype(dtype)
    filters = ("box", "bilinear", "bicubic", "lanczos", "nearest")
    values = [f":filter={name}" for name in filters] if "resize" in text else []
    for value in ["", *values]:
        assert np.array_equal(Chain.parse(text + value)(x), x)
