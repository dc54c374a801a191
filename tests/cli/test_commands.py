"""`ops`, `shape`, `info`: what people read and what programs read."""

import json
from pathlib import Path

import numpy as np
import pytest

from sampviz.ops.catalogue import GROUPS
from sampviz.ops.registry import NAMED_CHAINS, OPS
from tests.conftest import Cli, CliResult
from tests.every import every


def test_ops_lists_every_operation_and_named_chain(cli: Cli) -> None:
    result = cli("ops")
    first_words = [line.split()[0] for line in result.out.splitlines() if line.strip()]
    groups = list(GROUPS)
    by_group = sorted(OPS.values(), key=lambda op: groups.index(op.group))
    assert [word for word in first_words if word in OPS or word in NAMED_CHAINS] == [
        *(op.name for op in by_group),
        *NAMED_CHAINS,
    ]


def test_ops_json_is_one_object_with_everything(cli: Cli) -> None:
    data = json.loads(cli("ops", "--json").out)
    assert data["schema"] == 1
    assert [op["name"] for op in data["ops"]] == list(OPS)
    assert data["chains"] == NAMED_CHAINS
    blur = next(op for op in data["ops"] if op["name"] == "blur")
    assert blur["linear"] is True
    assert blur["parameters"][0] == {
        "name": "k",
        "default": "4",
        "wanted": "1..64 px, auto or nnunet",
        "meaning": "side of the window",
    }


@every("name", OPS)
def test_every_operation_has_a_manual(cli: Cli, name: str) -> None:
    result = cli("ops", name)
    assert result.code == 0
    assert result.out.startswith(f"{name}: {OPS[name].summary}\n")
    for parameter in OPS[name].parameters:
        assert f"\n  {parameter.name} " in result.out


def test_an_unknown_operation_names_the_nearest(cli: Cli) -> None:
    assert cli("ops", "bluur") == CliResult(
        2,
        "",
        "error: no operation is named 'bluur'\n  in:  sampviz ops\n"
        "  fix: did you mean 'blur'? `sampviz ops` lists them all\n",
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("anti-aliasing", {"resize"}),
        ("Downsample", {"max", "stride"}),
        ("upsample", {"nearest"}),
        ("low pass", {"blur"}),
    ],
)
def test_a_search_takes_the_words_of_a_reader(cli: Cli, text: str, names: set[str]) -> None:
    found = json.loads(cli("ops", "--search", text, "--json").out)["ops"]
    assert names <= {op["name"] for op in found} < set(OPS)


def test_a_search_lists_names_first_and_what_has_the_words_only(cli: Cli) -> None:
    found = json.loads(cli("ops", "--search", "blur", "--json").out)
    names = [op["name"] for op in found["ops"]]
    assert names[0] == "blur"
    assert {"pyrdown", "median"} <= set(names)  # by its manual; by MedianBlur of other programs
    assert {"stride", "flc"}.isdisjoint(names)
    assert list(found["chains"])[:2] == ["maxblur", "convblur"]
    first = json.loads(cli("ops", "--search", "Max pool", "--json").out)["ops"][0]
    assert first["name"] == "max"  # by its title
    table = cli("ops", "--search", "blur").out
    assert table.index("\nblur ") < table.index("\npyrdown ") < table.index("\nmedian ")


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_search_that_finds_nothing_is_an_error(cli: Cli, more: tuple[str, ...]) -> None:
    result = cli("ops", "--search", "zzz", *more)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("error: no operation has 'zzz' in its manual\n")


def test_shape_tells_sizes_places_and_frequencies(cli: Cli) -> None:
    words = ["shape", "max:times=2+bilinear:2", "--size", "182x218", "--spacing", "0.9x1"]
    data = json.loads(cli(*words, "--json").out)
    assert data["chain"] == "max+max+bilinear"
    assert [stage["size"] for stage in data["stages"]] == [
        [182, 218],
        [91, 109],
        [45, 54],
        [90, 108],
    ]
    assert data["stages"][2]["factor"] == [4, 4]
    assert data["stages"][2]["delta"] == [1.5, 1.5]
    assert data["stages"][2]["nyquist"] == [0.125, 0.125]
    assert data["stages"][2]["spacing"] == pytest.approx([3.6, 4])
    assert data["stages"][2]["nyquist_per_mm"] == pytest.approx([0.5 / 3.6, 0.125])
    text = cli(*words).out
    assert "45x54" in text
    assert "max: floor((N + 2p - d(k-1) - 1) / s) + 1" in text


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["max", "--size", "7by9"], "error: '7by9' is not a size"),
        (["max", "--size", "0x9"], "error: '0x9' is not a size"),
        (["max", "--size", "9x9", "--spacing", "-1"], "error: '-1' is not a spacing"),
        (["max:times=9", "--size", "9x9"], "error: max leaves nothing of an axis of 1 px"),
    ],
)
def test_shape_refuses_in_three_lines(cli: Cli, words: list[str], what: str) -> None:
    result = cli("shape", *words)
    assert (result.code, result.err.splitlines()[0], result.err.count("\n")) == (2, what, 3)


def test_info_tells_what_was_read(cli: Cli, tmp_path: Path) -> None:
    array = np.array([[1.5, np.nan, 3], [np.inf, 5, -6]])
    np.save(tmp_path / "odd.npy", array)
    data = json.loads(cli("info", tmp_path / "odd.npy", "--json").out)
    assert data == {
        "schema": 1,
        "input": str(tmp_path / "odd.npy"),
        "name": "odd",
        "format": "npy",
        "stored_shape": [2, 3],
        "stored_dtype": "float64",
        "taken": None,
        "shape": [2, 3],
        "dtype": "float64",
        "spacing": None,
        "nyquist_per_mm": None,
        "axes": None,
        "min": -6.0,
        "max": 5.0,
        "mean": 0.875,
        "range": [-6.0, 5.0],
        "range_source": "smallest and largest value",
        "nan": 1,
        "inf": 1,
        "labels": None,
        "warnings": ["1 NaN and 1 infinite among 6 values"],
    }


def test_info_names_slice_spacing_and_axes(cli: Cli) -> None:
    result = cli("info", "sample:t1", "--slice", "60%")
    assert result.out.splitlines() == [
        "name:     t1",
        "stored:   NIfTI-1, 192x256x8, int16",
        "taken:    axial slice 4 of 0..7, z = 23.1 mm",
        "size:     256x192",
        "values:   float32, 0..596, mean 113.196, 0 NaN, 0 infinite",
        "range:    0..596 (smallest and largest value)",
        "spacing:  0.9375x0.9 mm",
        "Nyquist:  0.5333x0.5556 cycles/mm",
        "axes:     rows count to P, columns to R",
    ]


def test_info_json_lists_warnings_and_says_nothing_on_stderr(cli: Cli) -> None:
    result = cli("info", "sample:pd", "--json")
    assert result.err == ""
    assert json.loads(result.out)["warnings"] == [
        "oblique by 7.9 degrees: drawn on the voxel grid, not resampled"
    ]


def test_apply_never_replaces_its_input(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("o_1_avg.npy", np.ones((4, 4)))
    kept = Path("o_1_avg.npy").read_bytes()
    for words in (["-o", "o_1_avg.npy"], ["-o", "o.npy", "--stages"]):
        result = cli("apply", "o_1_avg.npy", "avg", *words)
        assert result.code == 4
        assert result.err.startswith(
            "error: the output would replace the input\n  in:  o_1_avg.npy"
        )
        assert [path.name for path in Path().iterdir()] == ["o_1_avg.npy"]
        assert Path("o_1_avg.npy").read_bytes() == kept


def test_errors_name_the_input_where_there_are_several(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["--ops", "max", "--rows", "image", "--zoom", "90x90+20"]
    result = cli("compare", "sample:t1", "sample:dwi", *words)
    assert result.out == "t1_compare.png\n"
    assert result.err.splitlines()[1] == "  in:  --zoom, for sample:dwi"


def test_a_full_disk_behind_stdout_is_an_output_that_cannot_be_written(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sampviz.cli.commands.ops._print_table", full)
    result = cli("ops")
    assert (result.code, result.err.splitlines()[0]) == (
        4,
        "error: the output cannot be written: No space left on device",
    )
