"""The channel with the most of a measure: picked by known answers, said, and read as any other."""

import json
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest

import sampviz
from sampviz.core.errors import SampvizWarning, UsageError
from sampviz.images.intensity_window import Window
from sampviz.images.selection import Selection
from sampviz.ops.convert import as_chains
from sampviz.recipes.provenance import parse_record
from sampviz.report.subjects import subjects_of
from tests.conftest import Cli

N = 32
LOW = np.cos(2 * np.pi * 5 * np.arange(N) / N)  # below the new Nyquist of 8 waves
HIGH = np.cos(2 * np.pi * 13 * np.arange(N) / N)  # striding folds it to 3 waves
SHARES = (0.1, 0.4, 0.9, 0.2)  # of the energy that is beyond
MAPS = np.stack(
    [np.tile((1 - b) ** 0.5 * LOW + b**0.5 * HIGH, (N, 1)) for b in SHARES]
).astype(np.float32)  # fmt: skip
quiet = pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    np.save("maps.npy", MAPS)
    return Path("maps.npy")


def test_the_channel_with_the_largest_folded_share_is_taken_and_said(file: Path) -> None:
    said = r"^maps: channel 2 of 4 is taken, with the most alias, 0\.9 of stride$"
    with pytest.warns(SampvizWarning, match=said):
        image = sampviz.load_channel(file, "alias", "stride,max")
    assert np.array_equal(image.array, MAPS[2])
    assert image.taken == "channel 2 of 0..3, most alias"


@quiet
def test_the_largest_value_of_any_chain_counts() -> None:
    # Max pooling of twice the noise is too bright by twice as much; the mean stays.
    noise = np.random.default_rng(0).normal(size=(N, N))
    stack = np.stack([noise, 3 * noise, 2 * noise])
    image = sampviz.load_channel(stack, "bias", "avg,max")
    assert np.array_equal(image.array, stack[1])


@quiet
def test_of_equal_channels_the_first_is_taken() -> None:
    image = sampviz.load_channel(MAPS[[0, 1, 1]], "alias", "stride")
    assert image.taken == "channel 1 of 0..2, most alias"


@quiet
@pytest.mark.parametrize("scale", ["none", "unit", "zscore"])
def test_nothing_but_words_differs_from_the_channel_by_its_number(file: Path, scale: str) -> None:
    chosen = sampviz.load_channel(file, "alias", "stride", scale=scale)
    plain = sampviz.load(file, channel=2, scale=scale)  # type: ignore[arg-type]
    assert np.array_equal(chosen.array, plain.array)
    assert (chosen.range, chosen.range_source) == (plain.range, plain.range_source)


def test_commands_say_which_channel_they_show(file: Path, cli: Cli) -> None:
    by = ["--ops", "stride", "--channel", "by=alias"]
    said = "warning: maps: channel 2 of 4 is taken, with the most alias, 0.9 of stride\n"
    applied = cli("apply", file, "stride", "--channel", "by=alias", "-o", "small.npy")
    assert (applied.code, applied.err) == (0, said)
    assert np.array_equal(np.load("small.npy"), MAPS[2, ::2, ::2])
    printed = json.loads(cli("measure", file, *by, "--measures", "alias", "--json").out)
    (row,) = printed["rows"]
    assert row["taken"] == "channel 2 of 0..3, most alias"
    assert row["alias"] == pytest.approx(SHARES[2], rel=1e-5)
    assert said in cli("spectrum", file, *by, "--json").err
    drawn = cli("compare", file, *by, "--rows", "image", "-o", "c.png", "--caption", "md")
    assert said in drawn.err
    assert "Input: maps, channel 2 of 0..3, most alias" in Path("c.md").read_text("utf-8")
    assert "identical" in cli("rerun", "c.png").out


@quiet
def test_recipes_and_pages_choose_too(file: Path) -> None:
    values = {"inputs": str(file), "ops": "stride", "rows": "image"}
    chosen, plain = (sampviz.draw_recipe({**values, "channel": c}) for c in ("by=alias", 2))
    for one, other in zip(chosen.sheet.panels, plain.sheet.panels, strict=True):
        assert np.array_equal(one.panel.pixels, other.panel.pixels)
    (subject,) = subjects_of(
        [str(file)], as_chains("stride"), [], reading={"channel": "by=alias"}, levels=1,
        window=Window.parse(None), radiological=False, failures={},
    )  # fmt: skip
    assert subject.label == "maps, channel 2 of 0..3, most alias"


@pytest.mark.parametrize(("words", "kept"), [("2", 2), ("by=alias", "by=alias")])
def test_a_record_keeps_the_words(file: Path, cli: Cli, words: str, kept: object) -> None:
    cli("apply", file, "stride", "--channel", words, "-o", "small.npy", "--record")
    (record,) = Path().glob("*.sampviz.json")
    assert parse_record(record.read_text(), "record").recipe.values["channel"] == kept


@quiet
def test_components_of_a_nifti_are_chosen(tmp_path: Path) -> None:
    data = np.zeros((N, N, 2, 1, 4), np.float32)
    data[:, :, 1, 0, :] = MAPS.transpose(2, 1, 0)
    image = nib.Nifti1Image(data, np.eye(4))
    image.header["intent_code"] = 1007
    nib.save(image, tmp_path / "v.nii")
    chosen = sampviz.load_channel(tmp_path / "v.nii", "alias", "stride", slice=1)
    plain = sampviz.load(tmp_path / "v.nii", channel=2, slice=1)
    assert np.array_equal(chosen.array, plain.array)
    assert chosen.taken.endswith("channel 2 of 0..3 (vector), most alias")


@quiet
def test_of_volumes_too() -> None:
    volumes = np.repeat(MAPS[:, None], 4, axis=1)  # four slices each
    image = sampviz.load_channel(volumes, "alias", "stride:s=1x2x2", volume=True)
    assert np.array_equal(image.array, volumes[2])
    assert image.taken == "volume, channel 2 of 0..3, most alias"


@quiet
def test_without_chains_those_are_measured_that_such_channels_can_go_through() -> None:
    """No maximum of complex numbers is defined."""
    with pytest.warns(SampvizWarning) as told:
        image = sampviz.load_channel(1j * MAPS, "alias")
    assert str(told[0].message) == "chains is not given: avg,stride,blur,flc are compared"
    assert told[0].filename == __file__
    assert np.array_equal(image.array, 1j * MAPS[2])


@quiet
def test_channels_of_labels_are_chosen_by_what_is_compared_of_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = np.kron(np.indices((4, 4)).sum(axis=0) % 3, np.ones((8, 8), int))
    square = np.zeros((N, N), int)
    square[9:20, 9:20] = 2
    np.save("maps.npy", np.stack([blocks, square]).astype(np.uint8))
    of_labels = "max,stride,majority,onehot+blur+argmax"
    with pytest.warns(SampvizWarning) as told:
        image = sampviz.load_channel("maps.npy", "psnr")
    assert str(told[0].message) == f"chains is not given: {of_labels} are compared"
    again = sampviz.load_channel("maps.npy", "psnr", of_labels)
    other = sampviz.load_channel("maps.npy", "psnr", "max,stride,blur,flc")
    assert image.taken == again.taken != other.taken
    drawn = cli("compare", "maps.npy", "--channel", "by=psnr", "--rows", "image", "-o", "r.png")
    assert f"{image.taken.split(' of ')[0]} of 2 is taken" in drawn.err
    assert "identical" in cli("rerun", "r.png").out


@quiet
def test_what_are_labels_may_be_told(tmp_path: Path) -> None:
    labels = np.stack([np.eye(N), np.tri(N)])  # floats of 0 and 1 are amounts, unless told
    np.save(tmp_path / "labels.npy", labels)
    for source in (labels, tmp_path / "labels.npy"):
        chosen = sampviz.load_channel(source, "merr", as_="labels")
        number = int(chosen.taken.split()[1])
        plain = sampviz.load_channel(source, "merr", "max,stride,majority,onehot+blur+argmax")
        assert np.array_equal(chosen.array, labels[number])
        assert chosen.labels
        assert chosen.labels.ids == (0, 1)
        assert plain.taken == chosen.taken


REFUSED: dict[str, tuple[list[str], str, str]] = {
    "no such measure": (["by=alais"], "no measure is named 'alais'", "did you mean 'alias'?"),
    "no measure": (["by="], "'by=' is no channel", "write its number (3), or by= and a measure"),
    "no number": (["2.5"], "'2.5' is no channel", "write its number (3), or by= and a measure"),
    "not there": (["4"], "there is no channel 4", "wanted 0..3"),
    "below 0": (["-1"], "there is no channel -1", "wanted 0..3"),
    "a mosaic": (["by=alias", "--mosaic", "2"], "one channel and a mosaic", "choose one of them"),
    "a volume": (["by=alias", "--volume"], "a volume of one channel has no channel", "leave"),
    "no value": (
        ["by=alias"],
        "no channel has a value of alias: the chain is not linear",
        "choose another measure or other chains",
    ),
}


@pytest.mark.parametrize(("words", "what", "fix"), REFUSED.values(), ids=REFUSED)
def test_a_channel_that_cannot_be_is_refused(
    file: Path, cli: Cli, words: list[str], what: str, fix: str
) -> None:
    result = cli("compare", file, "--ops", "max", "-o", "c.png", "--channel", *words)
    first, where, last = result.err.splitlines()
    assert (result.code, first[: len(what) + 7]) == (2, f"error: {what}")
    assert where.startswith("  in:  --channel")
    assert last.startswith(f"  fix: {fix}")
    assert not Path("c.png").exists()


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"kind": "inputs", "channel": "by=alias"}, "there is no chain to be measured"),
        ({"ops": "max", "channel": "by=nothing"}, "no measure is named 'nothing'"),
        ({"ops": "max", "channel": 2.5}, "channel = 2.5 is not a whole number or a text"),
    ],
)
def test_recipes_are_checked_before_inputs_are_read(values: dict[str, Any], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        sampviz.draw_recipe({"inputs": "not_there.npy", **values})


def test_reading_alone_measures_nothing(file: Path, cli: Cli) -> None:
    with pytest.raises(UsageError, match=r"nothing is measured .*\n.*\n  fix: load_channel"):
        sampviz.load(file, channel="by=alias")
    assert cli("info", file, "--channel", "by=alias").code == 2
    with pytest.raises(UsageError, match="an array of two axes has no channel"):
        sampviz.load_channel(MAPS[0], "alias", "stride")


@pytest.mark.parametrize(("value", "kept"), [("07", 7), (3, 3), (None, None), ("by=am1", "by=am1")])
def test_a_selection_has_numbers_as_numbers(value: Any, kept: Any) -> None:
    assert Selection(channel=value).channel == kept
