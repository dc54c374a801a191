"""A batch: the same bytes from any number of processes, and only what has changed again."""

import json
from pathlib import Path
from shutil import rmtree

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from sampviz.core.errors import OutputError
from sampviz.recipes.batch import jobs as jobs_module
from sampviz.recipes.gallery import shipped
from sampviz.recipes.versions import versions
from tests.conftest import Cli
from tests.recipes.batch.build import left_in, recipe


def plan(cli: Cli, *words: object) -> list[str]:
    """What would be drawn."""
    result = cli("batch", *words, "--dry-run")
    assert result.code == 0, result.err
    return [line.split()[1] for line in result.out.splitlines() if line.startswith("draw")]


@pytest.mark.slow
def test_two_processes_leave_what_one_leaves(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sampviz.core.parallel.MIN_PIECES", 2)
    file = recipe(tmp_path, 2, formats='"png", "pdf", "svg"')
    for count in (1, 2):
        result = cli("batch", file, "-j", count, "-o", tmp_path / str(count))
        assert result.code == 0
        assert result.out == f"{tmp_path / str(count) / 'index.html'}\n"
        assert result.err == "2 drawn, 0 unchanged\n"
    one, two = (left_in(tmp_path / str(count)) for count in (1, 2))
    assert one == two
    assert len(one) == 2 * 3 + 2 + 2


@pytest.mark.slow
def test_volumes_are_drawn_as_compare_draws_them(cli: Cli, tmp_path: Path) -> None:
    x = np.random.default_rng(0).random((12, 20, 16)).astype(np.float32)
    nib.save(nib.Nifti1Image(x, np.diag([2.0, 1.0, 1.0, 1.0])), tmp_path / "v.nii")
    file = tmp_path / "r.toml"
    file.write_text('[[figure]]\nname = "f"\ninputs = "v.nii"\nops = ["max"]\nvolume = true\n')
    assert cli("batch", file, "-j", 1, "-o", tmp_path / "out").code == 0
    alone = cli("compare", tmp_path / "v.nii", "--volume", "--ops", "max", "-o", tmp_path / "f.png")
    assert alone.code == 0, alone.err
    drawn = [Image.open(path).tobytes() for path in (tmp_path / "f.png", tmp_path / "out/f.png")]
    assert drawn[0] == drawn[1]
    again = cli("batch", file, "-o", tmp_path / "out")
    assert (again.code, again.err) == (0, "0 drawn, 1 unchanged\n")


def test_what_has_not_changed_is_not_drawn_again(cli: Cli, tmp_path: Path) -> None:
    file, out = recipe(tmp_path, 4), tmp_path / "out"
    assert cli("batch", file, "-j", 1, "-o", out).code == 0
    before, nodes = left_in(out), {p: p.stat().st_ino for p in out.glob("*.png")}
    manifest = (out / "manifest.json").read_bytes()
    result = cli("batch", file, "-o", out)
    assert (result.code, result.err) == (0, "0 drawn, 4 unchanged\n")
    assert left_in(out) == before
    assert {p: p.stat().st_ino for p in out.glob("*.png")} == nodes
    assert (out / "manifest.json").read_bytes() == manifest  # the seconds, too, are those then


def test_only_what_has_changed_is_drawn_again(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, out = recipe(tmp_path, 3), tmp_path / "out"
    words = (file, "-o", out)
    every = [f"f-scan0{i}.png" for i in range(3)]
    assert plan(cli, *words) == every
    assert cli("batch", *words, "-j", 1).code == 0
    assert plan(cli, *words) == []
    # An input: one voxel of it.
    image = np.load(tmp_path / "scan01.npy")
    image[3, 5] += 1
    np.save(tmp_path / "scan01.npy", image)
    assert plan(cli, *words) == [every[1]]
    before = (out / every[1]).read_bytes()
    assert cli("batch", *words).err == "1 drawn, 2 unchanged\n"
    assert (out / every[1]).read_bytes() != before
    # A file that was touched but is the same.
    np.save(tmp_path / "scan02.npy", np.load(tmp_path / "scan02.npy"))
    assert plan(cli, *words) == []
    # An output that is gone, or is another.
    (out / every[0]).unlink()
    (out / every[2]).write_bytes(b"")
    assert plan(cli, *words) == [every[0], every[2]]
    assert cli("batch", *words).code == 0
    # The recipe: of one figure, and a word of all.
    text = file.read_text()
    file.write_text(text + '\n[[figure]]\nname = "g"\nops = "max"\ninputs = "scan00.npy"\n')
    assert plan(cli, *words) == ["g.png"]
    file.write_text(text.replace('"flc"', '"flc:f=4"'))
    assert plan(cli, *words) == every
    file.write_text(text)
    assert plan(cli, *words) == []
    # The program, or a library.
    others = {**versions(), "numpy": "9.9"}
    monkeypatch.setattr(jobs_module, "versions", lambda: others)
    assert plan(cli, *words) == every


def test_only_draws_what_it_names(cli: Cli, tmp_path: Path) -> None:
    file, out = recipe(tmp_path, 3), tmp_path / "out"
    assert cli("batch", file, "-o", out, "--only", "*02", "-j", 1).code == 0
    assert [p.name for p in out.glob("*.png")] == ["f-scan02.png"]
    manifest = json.loads((out / "manifest.json").read_text())
    assert [each["name"] for each in manifest["figures"]] == ["f-scan02"]
    result = cli("batch", file, "-o", out, "--only", "f-scan2")
    assert result.code == 2
    assert result.err.startswith("error: no figure is named 'f-scan2'")
    assert "did you mean 'f-scan02'?" in result.err


@pytest.mark.parametrize("count", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_poisoned_input_fails_alone(cli: Cli, tmp_path: Path, count: int) -> None:
    file, out = recipe(tmp_path, 3), tmp_path / "out"
    (tmp_path / "scan01.npy").write_bytes(b"\x93NUMPY poison")
    result = cli("batch", file, "-o", out, "-j", count, "--keep-going")
    assert result.code == 3
    assert result.out == f"{out / 'index.html'}\n"
    (line, counts) = result.err.splitlines()
    assert line.startswith("failed: f-scan01: ")
    assert "scan01.npy, for figure 'f-scan01'" in line
    assert counts == "2 drawn, 0 unchanged, 1 failed"
    manifest = json.loads((out / "manifest.json").read_text())
    assert list(manifest["failed"]) == ["f-scan01"]
    assert [each["name"] for each in manifest["figures"]] == [f"f-scan0{i}" for i in (0, 2)]
    assert str(tmp_path) not in (out / "manifest.json").read_text()


def test_without_keep_going_a_failure_is_the_end(cli: Cli, tmp_path: Path) -> None:
    file, out = recipe(tmp_path, 3), tmp_path / "out"
    (tmp_path / "scan01.npy").write_bytes(b"poison")
    result = cli("batch", file, "-o", out)
    assert result.code == 3
    assert result.err.splitlines()[0] == "error: the file is of no known kind"
    assert len(result.err.splitlines()) == 3
    assert [p.name for p in out.glob("*.png")] == ["f-scan00.png"]
    np.save(tmp_path / "scan01.npy", np.eye(24))
    assert cli("batch", file, "-o", out).err == "2 drawn, 1 unchanged\n"


def test_a_recipe_is_checked_whole_before_any_work(cli: Cli, tmp_path: Path) -> None:
    file, out = recipe(tmp_path, 1), tmp_path / "out"
    good = file.read_text()
    for wrong, code in (('ops = "mxa"', 2), ('ops = "max"\nrows = "imge"', 2)):
        file.write_text(good + f'[[figure]]\nname = "g"\ninputs = "scan00.npy"\n{wrong}\n')
        assert cli("batch", file, "-o", out).code == code
    file.write_text(good + '[[figure]]\nname = "g"\nops = "max"\ninputs = "gone.npy"\n')
    assert cli("batch", file, "-o", out, "--keep-going").code == 3
    assert not out.exists()


def test_nothing_leaves_the_folder(cli: Cli, tmp_path: Path) -> None:
    file, out = recipe(tmp_path, 1), tmp_path / "out"
    outside = tmp_path / "outside.png"
    out.mkdir()
    for name in ("f-scan00.png", "manifest.json", "index.html"):
        (out / name).symlink_to(outside)
        result = cli("batch", file, "-o", out)
        assert result.code == OutputError.exit_code
        assert "this is a link that leads out of the folder" in result.err
        (out / name).unlink()
    other = tmp_path / "other"
    other.mkdir()
    rmtree(out / ".sampviz")
    (out / ".sampviz").symlink_to(other)
    assert "a link that leads out" in cli("batch", file, "-o", out).err
    assert list(other.iterdir()) == []
    assert not outside.exists()


@pytest.mark.parametrize("name", ["f-scan00.png", "manifest.json", "index.html"])
def test_files_of_others_are_not_replaced(cli: Cli, tmp_path: Path, name: str) -> None:
    file, out = recipe(tmp_path, 1), tmp_path / "out"
    out.mkdir()
    (out / name).write_text("mine")
    result = cli("batch", file, "-o", out)
    assert result.code == 4
    assert "sampviz may not have made it" in result.err
    assert (out / name).read_text() == "mine"
    assert cli("batch", file, "-o", out, "--overwrite").code == 0
    assert cli("batch", file, "-o", out).code == 0


def test_a_record_that_is_none_is_as_if_it_were_not_there(cli: Cli, tmp_path: Path) -> None:
    file, out = recipe(tmp_path, 1), tmp_path / "out"
    assert cli("batch", file, "-o", out).code == 0
    whole = left_in(out)
    record = out / ".sampviz" / "f-scan00.json"
    for text in ("", "{", "[]", "3", '{"schema": 1}', '{"schema": 2}', "[" * 100_000):
        record.write_text(text)
        assert plan(cli, file, "-o", out) == ["f-scan00.png"]
    assert cli("batch", file, "-o", out).code == 0
    assert left_in(out) == whole


def test_what_a_record_says_of_the_files_is_not_believed(cli: Cli, tmp_path: Path) -> None:
    file, out = recipe(tmp_path, 1), tmp_path / "out"
    assert cli("batch", file, "-o", out).code == 0
    whole = left_in(out)
    path = out / ".sampviz" / "f-scan00.json"
    record = json.loads(path.read_bytes())
    (output,) = record["outputs"]
    outside = tmp_path / "outside.png"
    outside.write_bytes((out / output["file"]).read_bytes())
    impossible: tuple[object, ...] = (
        [],
        {},
        ["f-scan00.png"],
        [output | {"file": "/dev/zero"}],
        [output | {"file": "../outside.png"}],
        [output | {"file": 3}],
        [output | {"sha256": None}],
        [output, output | {"file": "more.png"}],
    )
    for outputs in impossible:
        path.write_text(json.dumps(record | {"outputs": outputs}))
        assert plan(cli, file, "-o", out) == ["f-scan00.png"], outputs
    for key in ("name", "about", "chains", "inputs", "seconds"):
        path.write_text(json.dumps(record | {key: {}}))
        assert plan(cli, file, "-o", out) == ["f-scan00.png"], key
    assert cli("batch", file, "-o", out).code == 0
    assert left_in(out) == whole


def test_no_record_is_written_through_a_link(cli: Cli, tmp_path: Path) -> None:
    file, out = recipe(tmp_path, 1), tmp_path / "out"
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    (out / ".sampviz").mkdir(parents=True)
    (out / ".sampviz" / "f-scan00.json").symlink_to(outside)
    result = cli("batch", file, "-o", out)
    assert "this is a link that leads out of the folder" in result.err
    assert result.code == 4
    assert outside.read_bytes() == b"mine"


def test_a_recipe_may_begin_with_a_byte_order_mark(cli: Cli, tmp_path: Path) -> None:
    file = recipe(tmp_path, 1)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert plan(cli, file, "-o", tmp_path / "out") == ["f-scan00.png"]


def test_the_manifest_tells_how_every_figure_was_made(cli: Cli, tmp_path: Path) -> None:
    from hashlib import sha256

    file, out = recipe(tmp_path, 2), tmp_path / "out"
    file.write_text(file.read_text().replace('"max"', '"max:k=2:s=2"'))
    assert cli("batch", file, "-o", out).code == 0
    manifest = json.loads((out / "manifest.json").read_text())
    assert list(manifest) == ["schema", "program", "recipe", "figures", "failed", "seconds"]
    assert manifest["schema"] == 1
    figure = manifest["figures"][1]
    assert figure["chains"] == ["max", "flc"]  # canonical
    data = (tmp_path / "scan01.npy").read_bytes()
    assert figure["inputs"] == [{"name": "scan01.npy", "sha256": sha256(data).hexdigest()}]
    data = (out / "f-scan01.png").read_bytes()
    assert figure["outputs"] == [{"file": "f-scan01.png", "sha256": sha256(data).hexdigest()}]
    assert figure["versions"]["numpy"] == np.__version__
    assert manifest["seconds"].keys() == {"f-scan00", "f-scan01"}
    assert min(manifest["seconds"].values()) > 0


def test_the_page_escapes_what_recipes_say(cli: Cli, tmp_path: Path) -> None:
    np.save(tmp_path / "<b>&.npy", np.eye(16))
    (tmp_path / "r.toml").write_text(
        '[[figure]]\nname = "a"\nops = "max"\ninputs = "<b>&.npy"\n'
        "about = \"<script>alert('x')</script>\"\n"
    )
    assert cli("batch", tmp_path / "r.toml", "-o", tmp_path / "out").code == 0
    text = (tmp_path / "out" / "index.html").read_text()
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;" in text
    assert "&lt;b&gt;&amp;.npy" in text
    assert "<script" not in text
    assert "<b>" not in text
    assert '<img src="a.png"' in text


def test_all_shipped_figures_are_one_batch(cli: Cli, tmp_path: Path) -> None:
    assert len(plan(cli, "gallery", "-o", tmp_path)) == len(shipped())
    assert list(tmp_path.iterdir()) == []
