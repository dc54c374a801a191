"""Every known deviation is what its text says: closed forms, stored outputs, live programs."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sampviz.ops.chain import Chain
from sampviz.ops.registry import OPS
from sampviz.testing.parity.deviation import Deviation
from sampviz.testing.parity.deviation_numbers import (
    PYRDOWN_OF_KORNIA,
    PYRUP_OF_KORNIA,
    blur_of_timm,
    kspace_of_fastmri,
    nearest_of_resize,
    nearest_of_torch,
    resize_of_eight_bits,
)
from sampviz.testing.parity.deviations import DEVIATIONS
from sampviz.testing.parity.resize_deviations import cubic_by_table
from tests.every import every

pytestmark = pytest.mark.slow

ORACLES = Path(__file__).parents[2] / "oracles"


def told(op: str, program: str, number: int = 0) -> Deviation:
    found = [each for each in DEVIATIONS if op in each.ops and program in each.program]
    return found[number]


# What each says, in numbers that were worked out by hand or with the program itself.
EXPECTED: list[tuple[tuple[Any, ...], dict[str, float | None]]] = [
    # 1, -1/2 and -1/2 are the real parts of the third roots of one.
    (("flc", "GeJulia"), {"low": -0.5, "high": 1, "ours": 1}),
    # The same times the gain beside DC, .54 + .46 cos(pi/5).
    (("asap", "GeJulia"), {"low": -0.4560739, "high": 0.9121478, "ours": 1}),
    (
        ("asap", "GeJulia", 1),
        {
            "theirs_8": 0.54 + 0.46 * np.cos(np.pi / 7),
            "theirs_64": 0.54 + 0.46 * np.cos(np.pi / 63),
            "ours_8": 1,
            "ours_64": 1,
        },
    ),
    (("kspace", "fastMRI"), {"low": np.cos(8 * np.pi / 9), "high": 1, "ours": 1}),
    (("kspace", "fastMRI", 1), {"theirs": 2, "ours": 1}),
    (("blur", "timm"), {"theirs_rows": 17, "ours_rows": 16, "earlier": 1}),
    (("blur", "kornia"), {"theirs": (7 / 8) ** 2, "ours": 1}),
    (("conv", "Keras"), {"apart": 1}),
    (("softpool", "SoftPool"), {"theirs": 0, "ours": -1, "theirs_100": None, "ours_100": 100}),
    (("spectral", "diffstride"), {"theirs": 4, "ours": 1}),
    (("wavelet", "WaveCNet"), {"theirs": 2, "ours": 1}),
    (("pyrdown", "kornia"), {"later": 0.5, "theirs_rows": 3, "ours_rows": 4}),
    (("pyrup", "kornia"), {"earlier": 0.25}),
    (("lp", "p-norm"), {"bare": None, "absolute": 4 ** (1 / 3)}),
    (("resize", "torch"), {"pairs": 15, "of": 4096, "old": 14, "new": 46}),
    (("resize", "ONNX"), {"apart": 1}),
    (
        ("wavelet", "PyWavelets"),
        {"theirs": -(1 + np.sqrt(3)) / 2, "ours": (1 - np.sqrt(3)) / 2, "gain": 2},
    ),
    (("diffstride", "DiffStride"), {"theirs": (32 / 24) ** 2, "ours": 1}),
    (("transpose", "Keras"), {"absent": 16, "zero": 15}),
    (("resize", "scale_factor"), {"old": 10, "new": 7, "apart": 6.5 * (10 / 7 - 4 / 3)}),
    # Weights 3, 3, 1 of the first three rows, and of the last.
    (("resize", "torch 2.13"), {"theirs": 5 / 7, "ours": 7 - 5 / 7}),
    # Beside an edge the cubic, a = -1/2, goes beyond it by 9/128 and 1/128.
    (("resize", "8-bit"), {"theirs": 255, "ours": 255 * (1 + 9 / 128), "apart": 0.7512512}),
    (("resize", "OpenCV"), {"pairs": 94, "of": 4096, "old": 6, "new": 34}),
    (("conv", "torch, OpenCV"), {"theirs": 9, "ours": 5}),
    (("max", "all programs"), {"rising": 1, "falling": 0, "delta": 0.5}),
    (("resize", "scikit-image (order=0)"), {"apart": 1}),
    (("resize", "nearest-exact"), {"number": 23, "theirs": 31, "ours": 32}),
    # Middles of pixels of 7/3 px: the last lies at 5/2 * 7/3 - 1/2.
    (("resize", "ndimage.zoom"), {"size": 4, "own_size": 3, "theirs": 6, "ours": 16 / 3}),
    # Weights of the cubics at 1/4 px before pixel 0, a = -3/4: -9/64 and -3/64 lie outside.
    (("resize", "exclude_outside"), {"theirs": -3 / 22, "ours": -27 / 256}),
    (("resize", "bicubic without"), {"apart": 6.856035e-4}),
    (("resize", "scikit-image (resize)"), {"theirs": 1, "ours": 1.0971155}),
    # Weights of 1 - |j - 2| / 5 about pixel 2, and of 1 - j / 5 about pixel 0.
    (("resize", "align_corners=True"), {"theirs": 27 / 11, "ours": 4 / 3}),
    (("resize", "torchio"), {}),
    (("area", "mode='area'"), {"theirs": 3, "ours": 3.2}),
    (("localmean", "scikit-image"), {"corner": 0.25}),
    (("lps", "polyphase"), {"corner": 0.25}),
    (("unpool", "torch"), {}),
    (("fracmax", "torch"), {}),
    (("adapool", "adaPool"), {"ours": None}),
    (("s3pool", "port"), {"theirs": 5, "ours": 4}),
    (("median", "NumPy"), {"theirs": 1.5, "ours": 1}),
    (("transpose", "padding='valid'"), {"theirs": 24, "ours": 23}),
    (("pad", "OpenCV"), {"theirs": 0, "ours": 1}),
    (("onehot", "earlier versions"), {"pixels": 21, "of": 576}),
]


@every("old, new", [(14, 46), (6, 34), (64, 47), (47, 64), (1, 5), (63, 62)])
def test_nearest_takes_the_pixels_that_others_are_compared_with(old: int, new: int) -> None:
    line = np.arange(old, dtype=float)[None]
    resize = Chain.parse(f"resize:size=1x{new}:filter=nearest")
    assert np.array_equal(resize(line)[0], nearest_of_resize(old, new))


@cache
def measured(deviation: Deviation) -> dict[str, Any]:
    return deviation.measured()


@every("which, expected", EXPECTED)
def test_numbers_are(which: tuple[Any, ...], expected: dict[str, float | None]) -> None:
    found = measured(told(*which))["numbers"]
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert found[key] == (value if value is None else pytest.approx(value, abs=1e-6)), key


def test_every_deviation_is_tested() -> None:
    by_number = [told(*which) for which, _ in EXPECTED]
    assert [each for each in DEVIATIONS if each not in by_number] == [told("bicubic", "Pillow")]
    assert len(by_number) + 1 == len(DEVIATIONS)


@every("deviation", DEVIATIONS)
def test_names_are_known_and_texts_are_filled(deviation: Deviation) -> None:
    facts = measured(deviation)
    assert set(facts["ops"]) <= set(OPS)
    assert facts["why"]
    assert "{" not in facts["what"]
    assert set(facts["numbers"]) == {
        piece.partition("}")[0].partition(":")[0] for piece in deviation.text.split("{")[1:]
    }
    assert facts["instead"] is None or Chain.parse(facts["instead"])
    json.dumps(facts, allow_nan=False)


def test_cubics_differ_as_their_parameters_say() -> None:
    # The kernel of Keys has the term a t (t-1)^2, t beyond the next sample; a differs by 1/4, and
    # samples that are doubled lie 1/4 and 3/4 of the way.
    x = np.zeros((32, 32))
    x[:, 16] = 1
    apart = Chain.parse("bicubic")(x)[32] - Chain.parse("resize:f=2")(x)[32]
    terms = [0.25 * t * (t - 1) ** 2 for t in (0.25, 0.75)]
    assert np.allclose(np.sort(np.unique(np.abs(apart[20:46]).round(12)))[1:], np.sort(terms))
    assert 0.02 < told("bicubic", "Pillow").measured()["numbers"]["apart"] < 0.2


def stored(name: str) -> np.ndarray:
    return np.load(ORACLES / "authors.npz")[name]


def authors(op: str) -> dict[str, str]:
    cases = json.loads((ORACLES / "authors.json").read_text())["cases"]
    return next(case for case in cases if case["op"] == op)


def test_gain_of_the_wavelet_is_that_of_the_stored_output() -> None:
    case = authors("dwt_wavecnet")
    ours = Chain.parse("wavelet")(stored(f"in_{case['input']}"))
    gain = told("wavelet", "WaveCNet").measured()["numbers"]["theirs"]
    assert np.allclose(stored(case["output"]), gain * ours, atol=1e-5)


def test_kspace_of_fastmri_is_the_stored_output_and_ours_where_dc_is_met() -> None:
    case = authors("kspace_crop")
    x = stored(f"in_{case['input']}")  # 18x30, of which 9x15 are kept
    theirs = kspace_of_fastmri(x, (9, 15))
    assert np.allclose(theirs, stored(case["output"]), atol=1e-6)
    kspace = OPS["kspace"]
    assert np.abs(theirs.real / 2 - kspace(x)).max() > 0.1
    for h, w in ((16, 16), (17, 21), (19, 20)):  # n even, or N odd
        x = np.random.default_rng(0).random((h, w))
        n, m = h // 2, w // 2
        scaled = kspace_of_fastmri(x, (n, m)).real * np.sqrt(n * m / (h * w))
        assert np.allclose(scaled, kspace(x)), (h, w)


@pytest.mark.parametrize("k", range(1, 8))
def test_blurs_of_timm_and_of_the_authors(k: int) -> None:
    x = np.random.default_rng(0).random((16, 20))
    ours = f"blur:k={k}" + ":off=1" * (k % 2 == 0)
    assert np.allclose(blur_of_timm(x, k), Chain.parse(ours)(x))
    if k % 2:
        x = x[:15, :19]
        assert np.allclose(blur_of_timm(x, k), Chain.parse(ours)(x))


def test_kornias_pyramids_written_as_chains_are_its_definition() -> None:
    x = np.random.default_rng(0).random((7, 10))
    blurred = Chain.parse("blur:k=5:s=1")(x)
    # 10 columns are halved, 7 rows become 3: both bilinearly, around the middles of pixels.
    rows = (np.arange(3) + 0.5) * 7 / 3 - 0.5
    low = np.floor(rows).astype(int)
    part = (rows - low)[:, None]
    halves = (blurred[:, ::2] + blurred[:, 1::2]) / 2
    wanted = halves[low] * (1 - part) + halves[low + 1] * part
    assert np.allclose(Chain.parse(PYRDOWN_OF_KORNIA)(x), wanted)
    doubled = Chain.parse(PYRUP_OF_KORNIA)(x)
    assert doubled.shape == (14, 20)
    spread = np.kron(x, np.ones((2, 2)))  # bilinear, inside: 3/4 of the nearest, 1/4 of the next
    for axis in (0, 1):
        spread = (np.roll(spread, 1, axis) + 2 * spread + np.roll(spread, -1, axis)) / 4
    blurred = Chain.parse("blur:k=5:s=1")(spread)
    assert np.allclose(doubled[3:-3, 3:-3], blurred[3:-3, 3:-3])


@pytest.mark.parametrize("name", ["conv", "max", "min", "avg", "median"])
@pytest.mark.parametrize("n", [16, 15])
def test_same_of_keras_lies_a_pixel_later_where_a_side_is_even(name: str, n: int) -> None:
    ramp = np.tile(np.arange(float(n)), (n, 1))
    same, one = (Chain.parse(f"{name}:k=3:s=2:p={p}")(ramp) for p in ("same", "1"))
    assert same.shape == one.shape
    assert np.allclose((same - one)[2:6, 2:6], 1 - n % 2)


def test_softpool_overflows_only_in_the_program_of_the_authors() -> None:
    x = np.full((2, 2), np.float32(100))
    assert Chain.parse("softpool")(x) == 100
    assert "to nan;" in told("softpool", "SoftPool").measured()["what"]


def test_pillow_of_eight_bits_is_what_its_rule_says() -> None:
    image = pytest.importorskip("PIL.Image")
    rng = np.random.default_rng(0)
    for h, w, n, m in ((18, 30, 9, 15), (16, 16, 32, 32), (9, 11, 5, 40)):
        x = rng.integers(0, 256, (h, w)).astype(np.uint8)
        theirs = np.asarray(image.fromarray(x).resize((m, n), image.Resampling.BICUBIC))
        # Which pass comes first depends on the version.
        ours = resize_of_eight_bits(x, n, m), resize_of_eight_bits(x.T, m, n).T
        assert min(np.abs(theirs - y).max() for y in ours) <= 1
        assert np.abs(theirs - Chain.parse(f"resize:size={n}x{m}")(x)).max() > 0.4


def test_opencv_takes_pixels_one_place_before() -> None:
    cv2 = pytest.importorskip("cv2")
    theirs = cv2.resize(np.arange(6.0)[None], (34, 1), interpolation=cv2.INTER_NEAREST)[0]
    assert set(theirs - np.arange(34) * 6 // 34) == {0, -1}


def test_torch_repeats_the_first_row_where_rows_have_one_pixel() -> None:
    torch = pytest.importorskip("torch", minversion="2.13")
    ramp = torch.arange(8.0)[None, None, :, None]
    resize = torch.nn.functional.interpolate
    theirs = resize(ramp, size=(4, 1), mode="bilinear", antialias=True)[0, 0, :, 0].numpy()
    ours = Chain.parse("resize:size=4x1:filter=bilinear")(ramp[0, 0].numpy())[:, 0]
    assert np.allclose(theirs, ours[0], atol=1e-6)


def test_odd_norms_give_nan_in_torch_too() -> None:
    torch = pytest.importorskip("torch")
    x = -torch.ones(1, 1, 4, 4)
    assert torch.isnan(torch.nn.functional.lp_pool2d(x, 3.0, 2)).all()
    assert np.isnan(Chain.parse("lp:norm=3")(x[0, 0].numpy())).all()


def test_the_table_of_cubics_is_that_of_tensorflow() -> None:
    tensorflow = pytest.importorskip("tensorflow")
    x = np.random.default_rng(0).random((18, 30)).astype(np.float32)
    theirs = np.asarray(tensorflow.image.resize(x[..., None], (40, 70), "bicubic"))[..., 0]
    assert np.abs(theirs - cubic_by_table(x, (40, 70))).max() < 1e-6


def test_scipy_and_scikit_image_do_what_is_said_of_them() -> None:
    ndimage, transform = (
        pytest.importorskip("scipy.ndimage"),
        pytest.importorskip("skimage.transform"),
    )
    x = np.random.default_rng(0).random((7, 9))
    zoomed = Chain.parse("resize:f=0.5:filter=spline:round=half:at=corners")(x)
    assert np.allclose(ndimage.zoom(x, 0.5, mode="nearest"), zoomed)
    resized = Chain.parse("resize:size=4x4:filter=spline:clip=true:prefilter=skimage")(x)
    assert np.allclose(transform.resize(x, (4, 4), order=3, mode="edge"), resized)


@pytest.mark.parametrize(("old", "new"), [(14, 46), (26, 22), (30, 58), (16, 30), (64, 63)])
def test_torch_takes_the_pixels_that_its_rule_says(old: int, new: int) -> None:
    torch = pytest.importorskip("torch")
    x = torch.arange(old, dtype=torch.float32)[None, None]
    theirs = torch.nn.functional.interpolate(x, size=new, mode="nearest")[0, 0].numpy()
    assert np.array_equal(theirs, nearest_of_torch(old, new))
    ours = np.arange(new) * old // new
    assert (theirs - ours).min() == -((old, new) in {(14, 46), (26, 22), (30, 58)})
    assert (theirs - ours).max() == 0
