"""Intensity scales: on every way to read an image, and said where a result depends on them."""

import json
import warnings
from pathlib import Path
from typing import Any

import cv2
import nibabel
import numpy as np
import pytest

import sampviz
from sampviz.core.errors import SampvizWarning
from sampviz.images.convert import as_image
from sampviz.images.load import load
from tests.conftest import Cli

x = np.random.default_rng(0).normal(300, 100, (16, 18)).astype(np.float32)
unit = (x - x.min()) / (x.max() - x.min())
zscore = (x - x.mean(dtype=np.float64)) / x.std(dtype=np.float64)
WARNING = (
    "warning: the result of {} depends on the scale of the values, which go beyond the 0..1 that"
    " networks see: --scale unit brings them there\n"
)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("x.npy", x)
    np.save("same.npy", np.full((8, 8), 7.0, np.float32))
    nibabel.save(nibabel.Nifti1Image(x.T[:, :, None], np.eye(4)), "x.nii.gz")
    cv2.imwrite("x.png", np.clip(x, 0, 255).astype(np.uint8))


@pytest.mark.parametrize(("scale", "wanted"), [("unit", unit), ("zscore", zscore), ("none", x)])
def test_values_are_brought_to_a_scale(scale: Any, wanted: np.ndarray) -> None:
    for image in (load("x.npy", scale=scale), as_image(x, scale=scale)):
        np.testing.assert_allclose(image.array, wanted, rtol=1e-5, atol=1e-6)
        assert image.array.dtype == np.float32
    volume = load("x.nii.gz", scale=scale).array
    np.testing.assert_allclose(np.sort(volume, None), np.sort(wanted, None), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(as_image(load("x.npy"), scale=scale).array, wanted, 1e-5, 1e-6)


def test_eight_bits_are_divided_by_255() -> None:
    image = load("x.png", scale="unit")
    np.testing.assert_allclose(image.array, np.floor(np.clip(x, 0, 255)) / 255, rtol=1e-6)
    assert image.range == (0, 1)
    assert load("sample:brick", scale="unit").array.max() == pytest.approx(207 / 255)


def test_nan_and_infinity_stay_and_do_not_count() -> None:
    odd = x.copy()
    odd[0, :3] = np.nan, np.inf, -np.inf
    kept = np.isfinite(odd)
    for scale in ("unit", "zscore"):
        values = as_image(odd, scale=scale).array
        assert np.array_equal(np.isfinite(values), kept)
        without = as_image(odd[kept][None], scale=scale).array[0]
        np.testing.assert_allclose(values[kept], without, rtol=1e-5, atol=1e-6)
    z = as_image(odd, scale="zscore").array[kept].astype(np.float64)
    assert (z.mean(), z.std()) == pytest.approx((0, 1), abs=1e-5)


def test_what_changes_nothing_is_not_said() -> None:
    def notes(*values: float) -> tuple[str, ...]:
        return as_image(np.array([values], np.float32), scale="unit").notes

    assert notes(0.0, 1.0) == ()
    assert notes(0.0, 4.0) == ("values divided by 4",)
    assert notes(3.0, 4.0) == ("values less 3",)


def test_complex_numbers_keep_their_phase_in_unit() -> None:
    wave = (x * np.exp(1j * x)).astype(np.complex64)
    image = as_image(wave, scale="unit")
    np.testing.assert_allclose(image.array, wave / np.abs(wave).max(), rtol=1e-5)
    z = as_image(wave, scale="zscore").array.astype(np.complex128)
    assert np.abs(z.mean()) == pytest.approx(0, abs=1e-5)
    assert (np.abs(z) ** 2).mean() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.full((8, 8), 7.1, np.float32), "it is constant"),
        (np.full((8, 8), np.nan), "it has no finite value"),
        (np.array([[-3e38, 3e38]], np.float32), "its values are too large"),
    ],
)
@pytest.mark.parametrize("scale", ["unit", "zscore"])
def test_what_cannot_be_scaled_stays_and_is_said(
    array: np.ndarray, reason: str, scale: Any
) -> None:
    with pytest.warns(SampvizWarning, match=f"{reason}: it is not scaled to {scale}"):
        image = as_image(array, scale=scale)
    np.testing.assert_array_equal(image.array, array)


READERS = {
    "compare": ["compare", "{}", "--ops", "softpool", "-o", "f.png"],
    "spectrum": ["spectrum", "{}", "--ops", "max,lip", "-o", "f.png"],
    "measure": ["measure", "{}", "--ops", "dpp"],
    "measure two": ["measure", "{}", "x.npy", "--ops", "dpp", "-j", "1"],
    "tradeoff": ["tradeoff", "{}", "--ops", "max,softpool", "-o", "f.png"],
    "report": ["report", "{}", "--ops", "softpool", "-o", "f.html"],
    "shift": ["shift", "{}", "--ops", "softpool", "-o", "f.gif", "--step", "1"],
    "apply": ["apply", "{}", "max:s=1+softpool", "-o", "f.npy"],
}


@pytest.mark.slow
@pytest.mark.usefixtures("unpainted", "few_waves")
@pytest.mark.parametrize("words", READERS.values(), ids=READERS)
def test_a_result_that_depends_on_the_scale_says_so_once(cli: Cli, words: list[str]) -> None:
    (name,) = (op for op in ("softpool", "lip", "dpp") if any(op in word for word in words))
    words = [word.format("x.npy") for word in words]
    result = cli(*words)
    assert (result.code, result.err) == (0, WARNING.format(name))
    result = cli(*words, "--scale", "unit", "--overwrite")
    assert (result.code, result.err) == (0, "")
    result = cli(*words, "--scale", "zscore", "--overwrite")
    assert (result.code, result.err) == (0, "")


def test_values_within_0_to_1_are_no_reason_to_warn(cli: Cli) -> None:
    assert cli("apply", "sample:zoneplate:32x32", "softpool+lip", "-o", "f.npy").err == ""
    assert cli("apply", "x.npy", "max+median", "-o", "g.npy").err == ""
    assert "of softpool, dpp depends" in cli("apply", "x.npy", "softpool+dpp", "-o", "h.npy").err


def test_softpool_of_an_mri_is_max_and_of_its_unit_scale_is_not() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampvizWarning)
        raw = sampviz.measure("x.npy", "softpool,max", measures="psnr")
        brought = sampviz.measure(load("x.npy", scale="unit"), "softpool,max", measures="psnr")
    assert abs(raw[0].values["psnr"] - raw[1].values["psnr"]) < 0.2
    assert brought[0].values["psnr"] > brought[1].values["psnr"] + 2


def test_in_python_the_warning_names_the_argument() -> None:
    with pytest.warns(SampvizWarning, match="scale='unit' brings them there"):
        sampviz.measure(x, "softpool", measures="psnr")


@pytest.mark.slow
def test_a_figure_and_its_record_have_the_scale(cli: Cli) -> None:
    assert cli("compare", "x.npy", "--ops", "max", "--scale", "zscore", "-o", "f.png").code == 0
    record = json.loads(cli("inspect", "f.png", "--json").out)
    assert "zscore" in json.dumps(record)
    assert cli("rerun", "f.png", "--check").out == "identical: f.png\n"
    recipe = {"inputs": "x.npy", "ops": "max", "scale": "zscore"}
    figure = sampviz.draw_recipe(recipe)
    texts = " ".join(text.get_text() for text in figure.texts)
    assert f"values less {x.mean(dtype=np.float64):g}, divided by" in texts


def test_a_data_set_is_scaled_picture_by_picture(cli: Cli) -> None:
    result = cli("measure", "x.npy", "same.npy", "--ops", "max", "--measures", "bias", "--scale",
                   "zscore", "--json", "-j", "1")  # fmt: skip
    assert result.err == "warning: same.npy: it is constant: it is not scaled to zscore\n"
    assert [row["input"] for row in json.loads(result.out)["rows"]] == ["x.npy", "same.npy"]


def test_a_word_that_is_no_scale_is_refused(cli: Cli) -> None:
    result = cli("measure", "x.npy", "--ops", "max", "--scale", "units")
    assert result.code == 2
    assert "units" in result.err
