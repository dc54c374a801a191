"""Convolutions from files that mix channels, by their definition as a sum over taps."""

from pathlib import Path

import numpy as np
import pytest

from sampviz.core.errors import ChainError, InputError
from sampviz.ops.chain import Chain

rng = np.random.default_rng(0)
x = rng.normal(size=(4, 7, 8))


def save(folder: Path, name: str, array: np.ndarray) -> Path:
    np.save(folder / name, array)
    return folder / name


@pytest.mark.parametrize(("made", "taken"), [(6, 4), (6, 2), (4, 1)])
def test_a_convolution_is_the_sum_over_channels_of_its_group(
    made: int, taken: int, tmp_path: Path
) -> None:
    kernel, bias = rng.normal(size=(made, taken, 3, 3)), rng.normal(size=made)
    files = save(tmp_path, "w.npy", kernel), save(tmp_path, "b.npy", bias)
    out = Chain.parse(f"conv:file={files[0]}:bias={files[1]}:s=2:p=1")(x)
    padded, groups = np.pad(x, ((0, 0), (1, 1), (1, 1))), 4 // taken
    for o, i, j in np.ndindex(made, 4, 4):
        first = o // (made // groups) * taken
        window = padded[first : first + taken, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3]
        assert np.isclose(out[o, i, j], (kernel[o] * window).sum() + bias[o])


@pytest.mark.parametrize("groups", [1, 2])
def test_a_transposed_convolution_is_the_adjoint(groups: int, tmp_path: Path) -> None:
    """<conv(y), x> = <y, transpose(x)>, of weights that are conv's with the channels turned."""
    kernel = rng.normal(size=(4, 3, 3, 3))
    file = save(tmp_path, "w.npy", kernel)
    up = Chain.parse(f"transpose:file={file}:s=2:groups={groups}")
    y = rng.normal(size=(3 * groups, 15, 17))
    down = Chain.parse(f"conv:file={file}:s=2:p=0")
    assert np.isclose((down(y) * x).sum(), (y * up(x)).sum())


def test_a_weight_of_0_does_not_count(tmp_path: Path) -> None:
    kernel = np.zeros((2, 4, 1, 1))
    kernel[:, 1, 0, 0] = 2, 3
    spoilt = x.copy()
    spoilt[0] = np.nan
    file = save(tmp_path, "w.npy", kernel)
    for text in (f"conv:file={file}:s=1:p=0", f"transpose:file={file}:s=1"):
        if "transpose" in text:
            np.save(file, kernel.swapaxes(0, 1))
        assert np.array_equal(Chain.parse(text)(spoilt), [2 * x[1], 3 * x[1]])


@pytest.mark.parametrize("axes", [2, 3])
@pytest.mark.parametrize("hole", [0.0, np.nan])
def test_images_of_a_stack_are_convolved_each_alone(axes: int, hole: float, tmp_path: Path) -> None:
    stack = rng.normal(size=(2, 3, 4, *(5, 6, 7)[-axes:]))
    stack[1, 2, 3, 4] += hole
    file = save(tmp_path, "w.npy", rng.normal(size=(4, 2, *(3,) * axes)))
    bias = save(tmp_path, "b.npy", rng.normal(size=4))
    for text in (f"conv:file={file}:bias={bias}", f"transpose:file={file}:groups=2:bias={bias}"):
        chain = Chain.parse(text)
        with np.errstate(invalid="ignore"):
            together = chain(stack, axes=axes)
            each = [[chain(image, axes=axes) for image in row] for row in stack]
        np.testing.assert_allclose(together, each, rtol=1e-12, atol=1e-12)


def test_a_plane_is_a_single_channel(tmp_path: Path) -> None:
    kernels = rng.normal(size=(2, 3, 3))
    mixing = save(tmp_path, "w.npy", kernels[:, None])
    turned = save(tmp_path, "t.npy", kernels[None])
    for text, file in (("conv:file={}:pad=edge", mixing), ("transpose:file={}:s=3", turned)):
        each = [Chain.parse(text.format(save(tmp_path, "one.npy", k)))(x[0]) for k in kernels]
        np.testing.assert_allclose(Chain.parse(text.format(file))(x[0]), each, atol=1e-12)


def test_channels_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    file = save(tmp_path, "w.npy", np.ones((2, 3, 1, 1)))
    odd = save(tmp_path, "odd.npy", np.ones((3, 2, 1, 1)))  # three channels of two groups
    for text in (f"conv:file={file}", f"transpose:file={file}", f"conv:file={odd}"):
        with pytest.raises(ChainError, match="does not fit 4"):
            Chain.parse(text)(x)
    with pytest.raises(ChainError, match="groups=3: wanted a part of the 4 channels"):
        Chain.parse(f"transpose:groups=3:file={save(tmp_path, 'g.npy', np.ones((4, 1, 1, 1)))}")(x)
    bias = save(tmp_path, "b.npy", np.ones(5))
    with pytest.raises(InputError, match="a number for each of 4 channels"):
        Chain.parse(f"conv:gauss:bias={bias}")(x)


@pytest.mark.parametrize("name", ["conv", "transpose"])
def test_a_bias_of_one_number_is_added_to_a_plane(name: str, tmp_path: Path) -> None:
    bias = save(tmp_path, "b.npy", np.array([2.5]))
    plain = Chain.parse(f"{name}:gauss")(x[0])
    assert np.array_equal(Chain.parse(f"{name}:gauss:bias={bias}")(x[0]), plain + 2.5)
    save(tmp_path, "b.npy", np.array([2.5, 1]))
    with pytest.raises(InputError, match=r"a number for each of 1 channel, not shape \(2,\)"):
        Chain.parse(f"{name}:gauss:bias={bias}")(x[0])


@pytest.mark.parametrize("name", ["conv", "transpose"])
@pytest.mark.parametrize(
    ("shape", "axes", "told"),
    [
        ((3, 3), 3, "two axes: wanted three"),
        ((1, 1, 3, 3), 3, "two axes: wanted three"),
        ((3, 3, 3), 2, "three axes: wanted two"),
        ((1, 1, 3, 3, 3), 2, "three axes: wanted two"),
    ],
)
def test_a_kernel_of_planes_is_refused_for_volumes_and_the_other_way_round(
    shape: tuple[int, ...], axes: int, told: str, name: str, tmp_path: Path
) -> None:
    chain = Chain.parse(f"{name}:file={save(tmp_path, 'w.npy', np.ones(shape))}")
    fix = ("k x k weights are for an image", "k x k x k weights are for a volume")[axes - 2]
    for dtype in (np.float32, np.uint8):
        with pytest.raises(ChainError) as caught:
            chain(np.zeros((1, 9, 9, 9), dtype), axes=axes)
        assert caught.value.what == f"file holds a kernel of {told}"
        assert caught.value.fix == fix
        with pytest.raises(ChainError) as told_of_size:
            chain.trace((9,) * axes)
        assert str(told_of_size.value) == str(caught.value)


@pytest.mark.parametrize(
    ("k", "s", "d", "op", "size"),
    [(3, 2, 1, "none", 14), (3, 2, 1, "0", 13), (3, 2, 1, "1", 14), (2, 3, 1, "1", 19),
     (5, 2, 1, "none", 14), (3, 1, 2, "none", 7)],
)  # fmt: skip
def test_keras_sizes_of_a_transposed_convolution(
    k: int, s: int, d: int, op: str, size: int
) -> None:
    chain = Chain.parse(f"transpose:k={k}:s={s}:d={d}:op={op}:p=same")
    assert chain.shape((7, 7)) == (size, size)


def test_a_file_may_hold_as_many_weights_as_are_allowed_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sampviz.ops.conv_weights._MOST_WEIGHTS", 9)
    for side, allowed in ((3, True), (4, False)):
        np.save(tmp_path / f"w{side}.npy", np.ones((1, 1, side, side), np.float32))
        chain = f"conv:file={tmp_path}/w{side}.npy:s=2:p=0"
        if allowed:
            assert Chain.parse(chain)(np.ones((1, 8, 8)))[0, 0, 0] == 9
        else:
            with pytest.raises(InputError, match=r"16 weights; wanted 1\.\.9"):
                Chain.parse(chain)(np.ones((1, 8, 8)))


def test_more_than_16_million_weights_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path, count = tmp_path / "w.npy", 2**24 + 1
    np.lib.format.open_memmap(path, "w+", np.int8, (count,))  # a hole in the file
    with pytest.raises(InputError, match=r"^16777217 weights; wanted 1\.\.16777216\n"):
        Chain.parse(f"conv:gauss:bias={path}")(np.ones((4, 4)))
