"""Chains that people build, by name: what each is known for, and values given to its steps."""

from pathlib import Path

import numpy as np
import pytest

from sampviz.core.errors import ChainError
from sampviz.ops.chain import Chain
from sampviz.ops.registry import OPS

x = np.random.default_rng(0).normal(size=(16, 18))


def test_the_downsampler_of_diffusion_models_samples_a_pixel_later() -> None:
    """F.pad(x, (0, 1, 0, 1)) before a strided convolution: the middle of 3x3 is pixel 2i + 1."""
    chain = Chain.parse("latentdown")
    assert np.array_equal(chain(x), x[1::2, 1::2])
    assert chain.trace((16, 18))[-1][0].delta == 1
    assert np.allclose(Chain.parse("latentdown:kernel=gauss")(x)[:-1], OPS["conv"](
        x, kernel="gauss", p=(0, 1, 0, 1))[:-1])  # fmt: skip


def test_the_blur_after_pixel_shuffle_moves_by_half_a_pixel() -> None:
    chain = Chain.parse("icnrblur")
    assert chain.trace((8, 10))[-1][0].delta == -0.5
    assert np.allclose(chain(np.ones((4, 8, 10))), 1)


def test_segnet_puts_the_largest_pixels_back_where_they_were() -> None:
    out = Chain.parse("segnet")(x)
    assert out.shape == x.shape
    assert np.array_equal(out[out != 0], x[out != 0])
    assert (out != 0).mean() == 0.25


@pytest.mark.parametrize("name", ["afrelu", "sg3relu"])
def test_an_alias_free_activation_moves_with_the_image(name: str) -> None:
    """By half a pixel, which ReLU alone does not; of waves that it can hold."""
    n = np.arange(64)
    waves = [np.cos(2 * np.pi * 5 * (n - shift) / 64) * np.ones((64, 1)) for shift in (0, 0.5)]
    from sampviz.dsp.bandlimited import fourier_shift

    def error(chain: Chain) -> float:
        moved = fourier_shift(chain(waves[0]), (0, -0.5))
        return float(np.abs(moved - chain(waves[1]))[16:-16, 16:-16].max())

    assert error(Chain.parse(name)) < 0.35 * error(Chain.parse("relu"))
    assert Chain.parse(name).trace((64, 64))[-1][0].size == 64


def test_nnunet_resamples_images_with_cubic_splines_that_stay_in_range() -> None:
    from skimage.transform import resize

    expected = resize(x, (8, 9), order=3, mode="edge", anti_aliasing=False)
    assert np.allclose(Chain.parse("nnunetimage")(x), expected)
    assert np.allclose(Chain.parse("nnunetimage:f=1.5")(x), resize(
        x, (24, 27), order=3, mode="edge", anti_aliasing=False))  # fmt: skip


def test_nnunet_resamples_labels_by_their_shares() -> None:
    labels = np.kron(np.array([[0, 4], [2, 4]]), np.ones((6, 6), int))
    assert np.array_equal(Chain.parse("nnunetlabels")(labels), labels[::2, ::2])


def test_patches_are_merged_by_a_mixture_of_their_channels(tmp_path: Path) -> None:
    """As in Swin: 2x2 pixels become four channels, and weights make two of them."""
    weights = np.random.default_rng(1).normal(size=(2, 4, 1, 1))
    np.save(tmp_path / "w.npy", weights)
    out = Chain.parse(f"patchmerge:file={tmp_path / 'w.npy'}")(x)
    phases = np.stack([x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]])
    assert np.allclose(out, np.tensordot(weights[:, :, 0, 0], phases, 1))


def test_patchify_takes_windows_that_do_not_meet() -> None:
    assert np.allclose(Chain.parse("patchify")(x), x[:16, :16].reshape(4, 4, 4, 4).mean((1, 3)))


def test_a_value_goes_to_the_step_that_takes_it() -> None:
    assert str(Chain.parse("maxblur:k=3:times=2")) == "max:k=3:s=1+blur+max:k=3:s=1+blur"
    assert str(Chain.parse("patchify:kernel=gauss")) == "conv:kernel=gauss:k=4:s=4:p=0"
    with pytest.raises(ChainError, match="of which no step has a parameter 'mode'"):
        Chain.parse("maxblur:mode=hard")
    with pytest.raises(ChainError, match="no step has a parameter ''"):
        Chain.parse("maxblur:3")
