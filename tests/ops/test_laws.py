"""Laws that every operation keeps. A new operation is held to them before its test is written."""

import contextlib
import warnings
from math import isqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sampviz.core.errors import ChainError, SampvizWarning
from sampviz.dsp.filter_taps import VOLUME_KERNELS, kernel
from sampviz.ops.chain import Chain
from sampviz.ops.linear_part import linear_part
from sampviz.ops.registry import OPS, OURS
from sampviz.ops.step import Step
from tests.every import every
from tests.ops.declared import VARIANTS
from tests.ops.definition import by_definition

# Every operation with its defaults, after what it needs before it, and what its tests say.
TEXTS = dict.fromkeys((*(op.example for op in OPS.values()), *VARIANTS))
CHAINS = list(map(Chain.parse, TEXTS))
# Each length up to 9 along rows or columns, which are alike.
SIZES = [(1, 9), (8, 2), (3, 7), (6, 4), (5, 5), (1, 1), (2, 2), (3, 3), (33, 64), (18, 30)]

every_chain = every("chain", CHAINS)


@pytest.fixture(autouse=True)
def _expected_warnings() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampvizWarning)  # faithful modes warn of their fault
        yield


def random(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def noise(chain: Chain, *shape: int, seed: int = 0) -> np.ndarray:
    """Noise that a chain takes: labels, or values of 0 and above, where it wants them."""
    domains = {step.op.domain for step in chain.steps}
    if "labels" in domains:
        return np.random.default_rng(seed).integers(0, 5, shape) * 1.0
    return np.abs(random(*shape, seed=seed)) if "positive" in domains else random(*shape, seed=seed)


def image(chain: Chain, h: int, w: int) -> np.ndarray:
    """Noise of a size, of an even one where the chain wants whole blocks."""
    try:
        chain.shape((h, w))
    except ChainError:
        return noise(chain, h // 2 * 2, w // 2 * 2)
    return noise(chain, h, w)


def waves(chain: Chain, h: int, w: int) -> np.ndarray:
    """Smooth noise that a chain takes: of frequencies far below any new Nyquist frequency."""
    smooth = Chain.parse("flc:4+sinc:4")(random(h, w))
    domains = {step.op.domain for step in chain.steps}
    if "labels" in domains:
        return np.rint(smooth)
    return smooth - smooth.min() if "positive" in domains else smooth


@every_chain
def test_linear_as_declared(chain: Chain) -> None:
    same = []
    for seed in range(5):
        x, y = noise(chain, 2, 24, 24, seed=seed)
        b = 3 if any(step.op.domain == "positive" for step in chain.steps) else -3
        both, alone = chain(2 * x + b * y), 2 * chain(x) + b * chain(y)
        same.append(np.allclose(both, alone, atol=1e-12))
    assert all(same) or not chain.linear
    # Some values of what is not linear are, such as the largest of one pixel.
    has_defaults = not any(step.changed for step in chain.steps)
    assert chain.linear or not all(same) or not has_defaults


AFFINE = [c for c in CHAINS if not c.linear and all(step.affine for step in c.steps)]


@every("chain", AFFINE)
def test_affine_as_declared(chain: Chain) -> None:
    x, y = noise(chain, 2, 24, 24)
    of_zeros, both = chain(np.zeros_like(x)), chain(2 * x - 3 * y)
    assert of_zeros.any()
    parts = 2 * (chain(x) - of_zeros) - 3 * (chain(y) - of_zeros)
    np.testing.assert_allclose(both - of_zeros, parts, atol=1e-12)
    linear = linear_part(chain)
    assert linear
    assert linear.linear
    np.testing.assert_allclose(linear(x), chain(x) - of_zeros, atol=1e-12)


@every_chain
def test_depends_on_the_scale_as_declared(chain: Chain) -> None:
    x = noise(chain, 24, 24)
    same = np.allclose(chain(64 * x), 64 * chain(x), rtol=1e-9, atol=1e-9, equal_nan=True)
    assert same == (not any(step.op.scale_matters(step.params) for step in chain.steps))


@every_chain
def test_leaves_its_input_alone_and_shares_no_memory_with_it(chain: Chain) -> None:
    x = noise(chain, 16, 18)
    kept = x.copy()
    out = chain(x)
    out[...] = 77
    assert np.array_equal(x, kept)


@every_chain
def test_size_as_stated_or_refused_in_words(chain: Chain) -> None:
    assert [size for size in SIZES if not has_size_as_stated(chain, size)] == []


def has_size_as_stated(chain: Chain, size: tuple[int, int]) -> bool:
    x = noise(chain, *size)
    try:
        stated = chain.shape(size)
    except ChainError:
        with pytest.raises(ChainError) as caught:
            chain(x)
        return str(caught.value).count("\n") == 2  # what, in, fix
    return chain(x).shape[-2:] == stated


@every_chain
def test_rows_and_columns_alike(chain: Chain, tmp_path: Path) -> None:
    x = image(chain, 18, 33)
    if any(step.op.grid_of == "this axis" for step in chain.steps):
        # Rows may be others in number than columns: of these sizes they are not.
        x = waves(chain, 24, 36)
    out = np.moveaxis(turned(chain, tmp_path)(x.T), -1, -2)
    if out.ndim > 2:  # the pixels of a block are channels: it is transposed too
        side = isqrt(len(out))
        out = out.reshape(side, side, *out.shape[1:]).swapaxes(0, 1).reshape(out.shape)
    assert np.allclose(out, chain(x), atol=1e-12, equal_nan=True)


def of_two_axes(chain: Chain) -> bool:
    return any(isinstance(value, tuple) for step in chain.steps for _, value in step.values)


def turned(chain: Chain, folder: Path) -> Chain:
    """Return the chain that does to columns what this one does to rows."""
    steps = []
    for step in chain.steps:
        values: dict[str, Any] = {
            k: v[::-1] if isinstance(v, tuple) else v for k, v in step.params.items()
        }
        for one, other in step.op.swaps:
            values[one], values[other] = values[other], values[one]
        if not is_symmetric(step):
            file = folder / f"{len([*folder.iterdir()])}.npy"
            np.save(file, taps_of(step).T)
            values |= {"kernel": "identity", "k": 3, "file": str(file)}
        steps.append(Step.of(step.op, **values))
    return Chain(tuple(steps))


@every_chain
def test_channels_alone(chain: Chain) -> None:
    x = noise(chain, 2, 3, 16, 18)
    if any(step.op.channels == "together" for step in chain.steps):
        copies = np.broadcast_to(x[:1], x.shape)
        assert np.array_equal(chain(copies), [chain(part) for part in copies])
        return
    together = chain(x)
    assert together.shape[:2] == (2, 3)
    for i in np.ndindex(2, 3):
        assert np.allclose(together[i], chain(x[i]), atol=1e-14, equal_nan=True)


@every_chain
def test_each_type_of_number_is_kept_and_as_good_as_it_can_be(chain: Chain) -> None:
    x = np.abs(image(chain, 33, 40)).astype(np.float32)
    exact = by_definition(chain, x.astype(np.float64))
    for dtype, tolerance in ((np.float32, 2e-6), (np.float64, 1e-12)):
        made = chain(x.astype(dtype))
        assert made.dtype == dtype
        assert np.abs(made - exact).max() <= tolerance * max(1, np.abs(exact).max())


@every_chain
def test_integers_are_computed_as_numbers(chain: Chain) -> None:
    x = np.random.default_rng(1).integers(0, 256, (20, 20), dtype=np.uint8)
    assert np.array_equal(chain(x), chain(x.astype(np.float32)))


@every_chain
def test_same_input_same_bytes(chain: Chain) -> None:
    x = image(chain, 21, 22).astype(np.float32)
    assert chain(x).tobytes() == chain(x.copy()).tobytes()


@every_chain
def test_picks_values_of_its_input_and_makes_no_new_ones_exactly_if_declared(chain: Chain) -> None:
    shapes = ((10, 12), 2), ((3, 12, 18), 2), ((6, 8, 10), 3)
    for dtype in (np.float32, np.float64):
        picked = True
        for shape, axes in shapes:
            x = noise(chain, *shape).astype(dtype)
            with contextlib.suppress(ChainError):  # planes only
                picked &= bool(np.isin(chain(x, axes=axes), np.append(x, 0)).all())
        assert picked == chain.picks_values, dtype


@every_chain
def test_complex_numbers_are_two_real_ones_or_refused(chain: Chain) -> None:
    x, y = noise(chain, 2, 16, 18)
    if chain.linear:
        v, w = x + 2j * y, 3 * x - 1j * y
        assert np.allclose(chain(v) - 1j * chain(w), chain(v - 1j * w), atol=1e-12)
        assert np.allclose(chain(x + 0j).real, chain(x), atol=1e-12)
        assert np.allclose(chain(smooth := waves(chain, 16, 24)), chain(smooth + 0j), atol=1e-12)
        assert chain(v.astype(np.complex64)).dtype == np.complex64
    elif all(step.op.takes_complex or step.linear for step in chain.steps):
        assert np.allclose(chain(x + 1j * y), chain(np.hypot(x, y)))
    else:
        with pytest.raises(ChainError, match="is not defined for complex numbers"):
            chain(x + 1j * y)


@every_chain
def test_volumes_keep_the_laws_or_are_refused(chain: Chain) -> None:
    if any(step.op.form == "plane" for step in chain.steps):
        with pytest.raises(ChainError, match="works on planes, not on volumes"):
            chain.stages(noise(chain, 8, 10, 12), axes=3)
        return
    x = noise(chain, 12, 13, 16)
    kernels = {step.params["kernel"] for step in chain.steps if has_kernel(step)}
    if not kernels <= set(VOLUME_KERNELS) or of_two_axes(chain):
        with pytest.raises(ChainError, match=r"two axes, not 3|2 values for 3 axes"):
            chain.stages(x, axes=3)
        return
    out = chain.stages(x, axes=3)[-1]
    assert out.shape == chain.shape(x.shape)
    turned = chain.stages(x.transpose(2, 0, 1), axes=3)[-1]
    if all(map(is_symmetric, chain.steps)):
        assert np.allclose(turned, out.transpose(2, 0, 1), atol=1e-12, equal_nan=True)


def has_kernel(step: Step) -> bool:
    return {"kernel", "k", "seed"} <= set(step.params)


def taps_of(step: Step) -> np.ndarray:
    """Return the kernel of a step, of a single 1 where it has none."""
    if not has_kernel(step):
        return np.ones((1, 1))
    values: Any = step.params
    return kernel(values["kernel"], values["k"], values["seed"])


def is_symmetric(step: Step) -> bool:
    """Tell whether the kernel stays itself when axes change places."""
    return np.array_equal(taps_of(step), taps_of(step).T)


def test_every_file_in_the_folder_gives_an_operation() -> None:
    from sampviz.ops import families

    files = {p.stem for p in Path(families.__file__).parent.glob("[a-z]*.py")}
    homes = {op.function.__module__.rpartition(".")[2] for op in OURS.values()}
    assert homes == files


@every("op", OPS.values())
def test_manual_has_every_heading(op: Any) -> None:
    assert list(op.sections) == ["Size", "Delta", "Edges", "Source"]
    assert op.summary.endswith(".")
    assert len(op.summary) <= 90
    for parameter in op.parameters:
        assert parameter.spec.meaning
