"""A constant stays one, times the gain that the manual of every operation says."""

import numpy as np
import pytest

from sampviz.dsp.dtypes import Array
from sampviz.ops.chain import Chain
from tests.every import every
from tests.ops.declared import GAINS, RIPPLES
from tests.ops.test_laws import CHAINS, every_chain, noise, of_two_axes

pytestmark = pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
SEPARABLE = [chain for chain in CHAINS if all(step.op.form == "axis" for step in chain.steps)]
IN_VOLUMES = [chain for chain in SEPARABLE if not of_two_axes(chain)]


def whole_groups(n: int) -> slice:
    """Return the middle of n samples, a multiple of 12 of them where there are so many."""
    count = n - n // 4 * 2
    return slice(n // 4, n // 4 + (count // 12 * 12 or count))


def gain_at_0(chain: Chain, axes: int = 2) -> float:
    """Return what a constant is multiplied by, as the manuals say."""
    total = 1.0
    for step in chain.steps:
        gain = step.op.gain([np.zeros(1)] * axes, step.params)
        if step.op.name in GAINS:
            total *= GAINS[step.op.name](step.params, axes)
        elif step.op.restores_size:  # one pixel of four is not 0
            total /= 4
        elif gain is not None:
            total *= float(gain[0])
    return total


def ripple(chain: Chain) -> float:
    """Return by how much a constant may be off: of rounding, and what the tests of families say."""
    steps = [step for step in chain.steps if step.op.name in RIPPLES]
    return max([1e-9, *(RIPPLES[step.op.name](step.params) for step in steps)])


@every_chain
def test_a_constant_is_multiplied_by_the_gain_away_from_edges(chain: Chain) -> None:
    out = chain(np.full((64, 64), 2.5))
    height, width = map(whole_groups, out.shape[-2:])
    inner = out[..., height, width]
    gain = gain_at_0(chain)
    if chain.steps[-1].op.kind == "up" or len(chain.steps) > 1:  # whole groups of samples
        assert abs(abs(inner.mean()) / 2.5 - gain) < ripple(chain)
    else:
        assert np.abs(np.abs(inner) / 2.5 - gain).max() < ripple(chain)


@every("chain", IN_VOLUMES)
def test_a_volume_of_equal_slices_gives_slices_that_are_the_flat_result(chain: Chain) -> None:
    """Times the gain along the third axis; the mean over samples that lie differently."""
    plane = noise(chain, 48, 48)
    slices: Array = chain.stages(np.repeat(plane[None], 48, 0), axes=3)[-1]
    mean = slices[whole_groups(len(slices))].mean(axis=0)
    expected = chain(plane) * (gain_at_0(chain, 3) / gain_at_0(chain))
    assert np.allclose(mean, expected, atol=10 * ripple(chain))
