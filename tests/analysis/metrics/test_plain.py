"""What is quick is what is plain: measures against their definitions, chains together and alone."""

from fractions import Fraction
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from sampviz.analysis import measure as measuring
from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.measure import measure
from sampviz.analysis.metrics import METRICS
from sampviz.analysis.metrics.detail import _rings_of_quarters
from sampviz.core import parallel
from sampviz.dsp.spectrum import nearest_ring
from sampviz.images.image import Image
from tests.analysis.metrics import plain
from tests.analysis.metrics.build import trial, volume_trial
from tests.every import every

pytestmark = pytest.mark.slow

PLAIN = ["nyquist", "passband", "highfreq", "detail", "spectral", "am1", "shift", "ringing"]
SIZES = [(24, 24), (21, 26), (20, 17), (8, 11, 12)]
TRIALS = {2: trial, 3: volume_trial}
CHAINS = "stride,avg:times=2,flc,median,stride:3,max+nearest:2,blur+bilinear"


@cache
def tried(size: tuple[int, ...], chain: str, kind: str) -> Evaluation:
    x, trial = np.random.default_rng(0).random((2, *size)), TRIALS[len(size)]
    if kind == "complex":
        return trial(x[:1] + 1j * x[1:], chain)
    return trial(x if kind == "channels" else x[:1], chain)


@every("kind", ["real", "channels", "complex"])
@every("chain", ["stride", "blur:k=5", "avg:times=2", "flc", "blur+bilinear"])
@every("size", SIZES)
@every("name", PLAIN)
def test_a_measure_is_what_its_definition_says(
    name: str, size: tuple[int, ...], chain: str, kind: str
) -> None:
    made = tried(size, chain, kind)
    wanted = getattr(plain, name)(made)
    assert METRICS[name](made).value == pytest.approx(wanted, rel=1e-9, abs=1e-12)


@every("name", [*PLAIN, "alias"])
@every("chain", ["blur:s=1x2x2", "stride:2x1x1", "avg+bilinear:1x2x2"])
def test_of_a_volume_only_the_axes_that_change_count(name: str, chain: str) -> None:
    made = tried((9, 16, 14), chain, "channels")
    expected = getattr(plain, name)(made)
    assert METRICS[name](made).value == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", ["nyquist", "highfreq", "detail", "am1", "shift", "ringing"])
@pytest.mark.parametrize("chain", ["max", "dpp", "median:times=2"])
def test_so_it_is_for_chains_that_are_not_linear(name: str, chain: str) -> None:
    made = tried((48, 45), chain, "real")
    wanted = getattr(plain, name)(made)
    assert METRICS[name](made).value == pytest.approx(wanted, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("size", [(32, 64), (40, 30), (64, 32), (24, 32)])
@pytest.mark.parametrize("steps", [(1, 1), (2, 2), (2, 3)])
def test_rings_whose_radius_lies_midway_are_numbered_by_whole_numbers(
    size: tuple[int, int], steps: tuple[int, int]
) -> None:
    """Radii of 3/2, 2 and 5/2 among them, of which a square root may fall short."""
    side = min(size)
    exact = plain.exact_rings(size, [Fraction(step) for step in steps], Fraction(side))
    cycles = [np.fft.fftfreq(n, step) for n, step in zip(size, steps, strict=True)]
    roots = np.hypot(cycles[0][:, None], cycles[1]) * side
    for sign in (-1, 0, 1):  # in whatever way the root is taken
        assert np.array_equal(nearest_ring(roots * (1 + sign * 1e-15)), exact)
    for name in ("detail", "spectral"):
        made = tried(size, "avg", "real")
        assert METRICS[name](made).value == pytest.approx(getattr(plain, name)(made), rel=1e-12)


def test_no_ring_is_lost_in_the_corner_of_a_volume() -> None:
    """The corner of a plane is at 5.66 quarters of the Nyquist frequency, of a volume at 6.93."""
    for axes, rings in ((2, 6), (3, 7)):
        ideal = SimpleNamespace(
            grids=(None,) * axes, radius=np.array([0, axes**0.5, np.inf]), baseband_power=np.ones(3)
        )
        numbers, _ = _rings_of_quarters(ideal)  # type: ignore[arg-type]
        assert numbers.tolist() == [0, rings, rings + 1]


def test_the_parts_of_the_passband_are_what_they_say() -> None:
    made = tried((45, 50), "avg", "channels")
    assert METRICS["passband"](made).parts["50-75%"] == pytest.approx(plain.third_quarter(made))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64])
def test_chains_that_share_an_image_have_the_numbers_that_they_have_alone(dtype: type) -> None:
    image = Image.of(np.random.default_rng(0).random((30, 26)).astype(dtype))
    chains = [each for each in CHAINS.split(",") if dtype is not np.complex64 or each[0] in "sabf"]
    chains = chains if dtype is np.float32 else chains[::2]
    together = measure(image, ",".join([*chains, *reversed(chains)]), levels=2)
    alone = [row for chain in chains for row in measure(image, chain, levels=2)]
    pairs = {(row.chain, row.level): row for row in alone}
    assert [pairs[row.chain, row.level] for row in together] == together


@pytest.mark.parametrize("threads", [2, 3])
def test_any_number_of_threads_gives_the_same_numbers(
    threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "cores", lambda: threads)
    monkeypatch.setattr(measuring, "_WORTH_THREADS", 0)
    image = Image.of(np.random.default_rng(0).random((40, 32)).astype(np.float32))
    alone, together = (measure(image, CHAINS, levels=2, threads=n) for n in (1, threads))
    assert alone == together


def test_an_image_keeps_no_more_than_twice_itself_of_what_it_is_compared_with() -> None:
    tries = [trial(np.ones((32, 32)), chain) for chain in ("nearest:2", "stride", "max", "flc")]
    original = tries[0].original
    for each in tries:
        ideal = original.ideal(each.grids, each.coarsest, half=True)
        assert original.ideal(each.grids, each.coarsest, half=True) is ideal
    # Four times the image is dropped for the others, of which stride and flc are at one place.
    assert len(original._ideals) == 2
