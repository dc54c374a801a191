"""Wavelets against PyWavelets, and where a ramp is read."""

import numpy as np
import pytest
import pywt

from sampviz.core.errors import ChainError
from sampviz.ops.chain import Chain

VARIANTS = (
    "wavelet:name=db3:mode=symmetric",
    "wavelet:name=bior2.2:mode=periodic",
    "wavelet:name=bior4.4:mode=reflect",
    "wavelet:name=sym4:mode=zero",
    "iwavelet:name=db2",
    "iwavelet:name=bior4.4:mode=periodic",
)
MODES = {
    "zero": "zero",
    "symmetric": "symmetric",
    "reflect": "reflect",
    "periodic": "periodization",
}
x = np.random.default_rng(0).normal(size=(17, 30))


@pytest.mark.parametrize("name", ["haar", "db4", "bior2.2", "rbio3.1", "sym4", "coif2"])
@pytest.mark.parametrize("mode", MODES)
def test_both_ways_are_those_of_pywavelets(name: str, mode: str) -> None:
    low = pywt.dwt2(x, name, MODES[mode])[0]
    assert np.allclose(Chain.parse(f"wavelet:name={name}:mode={mode}")(x), low / 2)
    back = pywt.idwt2((2 * x, (None, None, None)), name, MODES[mode])
    assert np.allclose(Chain.parse(f"iwavelet:name={name}:mode={mode}")(x), back)


@pytest.mark.parametrize(
    ("name", "plain", "periodic"),
    [("haar", 0.5, 0.5), ("db2", -1.3660, -0.3660), ("db4", -4.9946, -1.9946), ("bior2.2", -2, 0),
     ("bior4.4", -4, 0), ("sym4", -1.9855, 1.0145)],
)  # fmt: skip
def test_a_ramp_is_read_at_the_place(name: str, plain: float, periodic: float) -> None:
    ramp = np.outer(np.arange(64.0), np.ones(64))
    for mode, place in (("zero", plain), ("periodic", periodic)):
        chain = Chain.parse(f"wavelet:name={name}:mode={mode}")
        assert float(chain.trace((64, 64))[-1][0].delta) == pytest.approx(place, abs=1e-4)
        column = chain(ramp)[:, 16]
        assert column[16] == pytest.approx(32 + place, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "plain", "periodic"), [("db2", 0.6830, 0.1830), ("db4", 2.4973, 0.9973)]
)
def test_a_ramp_comes_back_at_the_place(name: str, plain: float, periodic: float) -> None:
    """(L - 2 - m)/2 and (L/2 - 1 - m)/2, where m is 0.634 of db2 and 1.0054 of db4."""
    ramp = np.outer(np.arange(64.0), np.ones(64))
    for mode, place in (("symmetric", plain), ("periodic", periodic)):
        chain = Chain.parse(f"iwavelet:name={name}:mode={mode}")
        assert float(chain.trace((64, 64))[-1][0].delta) == pytest.approx(place, abs=1e-4)
        assert chain(ramp)[40:42, 64] == pytest.approx([20 + place, 20.5 + place], abs=1e-4)


def test_an_unknown_wavelet_is_refused() -> None:
    with pytest.raises(ChainError, match="did you mean 'sym4'"):
        Chain.parse("wavelet:name=sym44")
