"""Detail-preserving pooling against a plain transcription of its definition, and known answers."""

import numpy as np
import pytest

from sampviz.ops.registry import OPS
from tests.plain_operations import dpp as plain

VARIANTS = (
    "dpp:sym=false",
    "dpp:lam=3:alpha=0",
    "dpp:full=true",
)
WITHOUT_PEER = ("dpp",)

dpp = OPS["dpp"]


@pytest.mark.parametrize("size", [(2, 2), (7, 9), (16, 16), (33, 64), (18, 30), (1, 1)])
@pytest.mark.parametrize(("lam", "alpha", "sym"), [(1, 1, True), (3, 0.5, False), (0.5, 0, True)])
def test_equals_its_definition(size: tuple[int, int], lam: float, alpha: float, sym: bool) -> None:
    """In float32 too, which goes another way."""
    x = np.random.default_rng(0).random(size, np.float32).astype(np.float64)
    expected = plain(x, lam, alpha, sym=sym)
    for dtype in (np.float64, np.float32):
        found = dpp(x.astype(dtype), lam=lam, alpha=alpha, sym=sym)
        assert np.allclose(found, expected, rtol=1e-5)


def test_impulse_has_the_known_answers() -> None:
    x = np.array([[0, 0], [0, 1.0]])
    assert dpp(x)[0, 0] == pytest.approx(0.365, abs=5e-4)
    assert dpp(x, sym=False)[0, 0] == pytest.approx(0.479, abs=5e-4)


def test_without_exponent_it_is_average_pooling() -> None:
    x = np.random.default_rng(0).random((8, 10))
    assert np.allclose(dpp(x, lam=0), OPS["avg"](x))


def test_a_checkerboard_stays_grey_and_a_constant_block_itself() -> None:
    board = np.add.outer(np.arange(8), np.arange(8)) % 2.0
    assert np.allclose(dpp(board), 0.5)
    assert np.allclose(dpp(np.full((4, 4), 0.3)), 0.3)


def test_full_smooths_with_the_kernel_instead_of_the_mean() -> None:
    x = np.random.default_rng(0).random((8, 8))
    smooth = OPS["conv"](x, kernel="gauss").repeat(2, 0).repeat(2, 1)
    q = (x - smooth) ** 2 + 1e-3
    mean = OPS["avg"](q).repeat(2, 0).repeat(2, 1)
    w = np.sqrt(q / mean) + 1
    assert np.allclose(dpp(x, full=True), OPS["avg"](x * w) / OPS["avg"](w))
