"""The samples of every operation lie where its grid says; each kind has its own proof.

Of a linear operation it is the first moment of the weights: what it reads off a ramp. Where the
weights add up to 0 the next moment that does not vanish is taken in its place. What takes the
image as periodic has no ramp, but a phase; what is not linear is, for small changes.
"""

import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from sampviz.core.errors import SampvizWarning
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid
from sampviz.ops.chain import Chain
from sampviz.ops.step import Step
from tests.every import Test, every
from tests.ops.test_laws import CHAINS, taps_of

N, ACROSS = 100, 16
MORE = (
    "conv:sobely", "conv:laplacian8", "conv:s=3", "lp:norm=inf:k=3:s=1", "resize:f=0.7:step=f",
    "resize:f=1.3:filter=nearest:step=f", "resize:f=0.6:filter=box", "resize:f=0.4:filter=box",
    "area:size=9x8", "kaiser:taps=13", "transpose:sobelx",
)  # fmt: skip
ALL = [*CHAINS, *map(Chain.parse, MORE)]


def kind_of(chain: Chain) -> str:
    """Return the name of the proof."""
    op, values = chain.steps[0].op, chain.steps[0].params
    if chain.steps[-1].op.restores_size:
        return "moved"
    if op.switches and op.channels == "together":  # one choice for all
        return "phase that wins"
    if op.domain == "labels":
        return "edges"
    if not chain.linear:
        return "small changes"
    if not is_even(chain.steps[0]):
        return "support"
    if op.group == "spectrum" and op.spreads_nonfinite(values):
        return "waves" if values.get("pad", "none") == "none" else "mirror"
    return "moments"


def is_even(step: Step) -> bool:
    """Tell whether the kernel of a step is even or odd about its middle."""
    taps = np.abs(taps_of(step))
    return np.array_equal(taps, taps[::-1, ::-1])


def chains(*kinds: str) -> Callable[[Test], Test]:
    return every("chain", lambda: [chain for chain in ALL if kind_of(chain) in kinds])


axes = every("axis", [0, 1])


@pytest.fixture(autouse=True)
def _expected_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampvizWarning)  # faithful modes warn of their fault
        yield


def image(line: Array, axis: int, across: Array) -> Array:
    """Return an image whose lines along the axis are one line, times `across`."""
    return np.multiply.outer(line, across) if axis == 0 else np.multiply.outer(across, line)


def read(chain: Chain, line: Array, axis: int, across: Array) -> Array:
    """Return the line in the middle of the output, the mean over its channels."""
    out = chain(image(line, axis, across))
    out = out.reshape(-1, *out.shape[-2:]).mean(axis=0)
    middle = out.shape[1 - axis] // 2
    return np.asarray(out[:, middle] if axis == 0 else out[middle])


def weights(chain: Chain, n: int, axis: int, across: Array) -> Array:
    """Return the weight of each pixel along the axis in each place of the output.

    Those across are added, times 1, 2, ..: a derivative across would add up to 0.
    """
    images = np.stack([image(one, axis, across) for one in np.eye(n)])
    if any(step.op.name.endswith("shuffle") for step in chain.steps):  # takes channels together
        out = np.stack([chain(one) for one in images])
    else:
        out = chain(images)
    out = out.reshape(n, -1, *out.shape[-2:]).mean(axis=1)
    return np.asarray(np.tensordot(out, np.arange(out.shape[2 - axis]) + 1.0, (2 - axis, 0)))


def grid_of(chain: Chain, n: int, axis: int) -> tuple[Grid, Array]:
    """Return the grid along the axis, and the places of its samples."""
    size = (n, ACROSS) if axis == 0 else (ACROSS, n)
    grid = chain.trace(size)[-1][axis]
    return grid, np.arange(grid.size) * float(grid.step) + float(grid.delta)


def whole_groups(grid: Grid) -> slice:
    """Return groups of samples that lie alike between the pixels: in the middle, or all."""
    group = grid.step.denominator
    count = grid.size // group
    if count < 3:
        return slice(None)
    margin = -(-count // 4)
    return slice(margin * group, (count - margin) * group)


def tie(chain: Chain, grid: Grid) -> float:
    """Return how far the mean place may be off where an edge of a box falls on a pixel's middle.

    Of the two pixels at its two edges one counts, as Pillow and rounding have it: in one of as
    many samples as lie alike it is half a pixel.
    """
    step = grid.step
    is_tied = (step.denominator if step > 1 else step.numerator) % 2 == 0
    is_box = chain.steps[0].params.get("filter") == "box"
    return 0.5 / step.denominator if is_box and is_tied else 0.0


@pytest.mark.slow
@chains("moments")
@axes
def test_the_first_moment_of_the_weights_is_the_place(chain: Chain, axis: int) -> None:
    grid, places = grid_of(chain, N, axis)
    distances = np.arange(N)[:, None] - places
    inner = whole_groups(grid)
    weighed = weights(chain, N, axis, np.arange(ACROSS) ** 2 + 1.0)[:, inner]
    moments = [(weighed * distances[:, inner] ** power).sum() for power in range(4)]
    power = next(i for i in range(3) if abs(moments[i]) > 1e-6 * np.abs(weighed).sum())
    mean_distance = moments[power + 1] / moments[power] / (power + 1)
    assert abs(mean_distance) <= tie(chain, grid) + 1e-9


@chains("support")
@axes
def test_the_middle_of_what_a_random_kernel_reads_is_the_place(chain: Chain, axis: int) -> None:
    """Its moments say nothing: the weights may add up to about 0."""
    grid, places = grid_of(chain, N, axis)
    weighed = weights(chain, N, axis, np.ones(ACROSS))
    for number in range(2, grid.size - 2):
        read_pixels = np.flatnonzero(weighed[:, number])
        assert places[number] == (read_pixels[0] + read_pixels[-1]) / 2


@chains("waves")
@axes
def test_the_phase_of_waves_is_the_place(chain: Chain, axis: int) -> None:
    """Of each sample; three whole waves, of which the rim sees no end."""
    _, places = grid_of(chain, N, axis)
    wave = np.exp(2j * np.pi * 3 * np.arange(N) / N)
    seen = read(chain, wave.real, axis, np.ones(ACROSS)) + 1j * read(
        chain, wave.imag, axis, np.ones(ACROSS)
    )
    assert np.abs(np.angle(seen * np.exp(-2j * np.pi * 3 * places / N))).max() < 1e-9


@chains("mirror")
@axes
def test_before_and_after_the_place_the_weights_are_alike(chain: Chain, axis: int) -> None:
    """Zeros are appended: of N for which a place is a pixel."""
    step = chain.steps[0]
    n = N - 1 if step.params["pad"] == "one" else N + 1
    factors = (2, 1) if axis == 0 else (1, 2)  # one axis at a time: the other is left alone
    chain = Chain((Step.of(step.op, **{**step.params, "f": factors}),))
    grid, places = grid_of(chain, n, axis)
    assert grid.step == 2
    weighed = weights(chain, n, axis, np.ones(1))
    for number, place in enumerate(places.astype(int)):
        assert place == places[number]
        reach = min(place, n - 1 - place)
        before = weighed[place - reach : place + 1, number][::-1]
        assert np.allclose(before, weighed[place : place + reach + 1, number], atol=1e-12)
        assert place == np.abs(weighed[:, number]).argmax()


@chains("small changes")
@axes
def test_small_changes_are_read_at_the_place(chain: Chain, axis: int) -> None:
    """A ramp on a pedestal, upwards and downwards: its slope is so small that weights are equal."""
    grid, places = grid_of(chain, N, axis)
    ramp, flat = np.arange(N) - N / 2, np.ones(ACROSS)
    gain = read(chain, np.ones(N), axis, flat)

    def seen(slope: float) -> Array:
        rising, falling = (read(chain, 1 + sign * slope * ramp, axis, flat) for sign in (1, -1))
        return np.asarray((rising - falling) / (2 * slope * gain) + N / 2)

    apart = 2 * seen(2.0**-20) - seen(2.0**-19) - places  # what is bent has no part in it
    if grid.step.denominator > 1:  # windows of whole pixels lie there on average
        assert abs(apart.mean()) < 1e-8
        return
    inner = slice(grid.size // 4, -(grid.size // 4))
    assert np.abs(apart)[inner].max() < 1e-8


@chains("edges")
@axes
def test_an_edge_between_labels_stays_within_half_a_sample(chain: Chain, axis: int) -> None:
    grid, places = grid_of(chain, N, axis)
    for first in range(N // 4, 3 * N // 4):
        line = (np.arange(N) >= first) * 1.0
        seen = read(chain, line, axis, np.ones(ACROSS))
        number = int(seen.argmax())
        middle = (places[number - 1] + places[number]) / 2
        assert set(seen) == {0, 1}
        assert abs(middle - (first - 0.5)) <= float(grid.step) / 2 + 1e-9


@chains("phase that wins")
@axes
def test_the_phase_that_wins_lies_half_a_pixel_before_or_after(chain: Chain, axis: int) -> None:
    _, places = grid_of(chain, N, axis)
    for line in (np.arange(N) + 1.0, N - np.arange(N)):
        seen = read(chain, line, axis, np.ones(ACROSS))
        seen = seen - 1 if line[0] == 1 else N - seen
        apart = (seen - places)[4:-4]
        # A blur of an even number of taps lies half a pixel beside; of an odd number it does not.
        assert np.allclose(np.abs(apart), 0.5)


@chains("moved")
@axes
def test_what_is_unpooled_lies_where_it_was(chain: Chain, axis: int) -> None:
    _, places = grid_of(chain, N, axis)
    assert np.array_equal(places, np.arange(N))
    line = np.random.default_rng(0).permutation(N) + 1.0
    out = chain(image(line, axis, np.ones(ACROSS)))
    whole = image(line, axis, np.ones(ACROSS))
    assert 0.02 < (out != 0).mean() < 0.6
    assert np.array_equal(out[out != 0], whole[out != 0])
