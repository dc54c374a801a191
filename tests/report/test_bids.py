"""A BIDS data set in, a derivative with pages out."""

import json
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nibabel as nib
import numpy as np
import pytest

import sampviz
from sampviz.core.installation import install_command
from sampviz.core.process_pool import Pool, PoolOpener
from sampviz.recipes import versions as recipe_versions
from sampviz.report.bids import app, dataset
from sampviz.report.bids.dataset import BidsFile, images_of
from tests.conftest import Cli

pytest.importorskip("bids2table", reason="bids2table is not installed")
pd: Any = import_module("pandas")

WORDS = ["--measures", "bias,psnr", "--ops", "max,blur", "--no-figures", "--jobs", 1]


def save(path: Path, array: np.ndarray[Any, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(array.astype(np.float32), np.eye(4)), path)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data set of six subjects, of whom the fourth is brighter, and one has two images."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(dataset, "_AT_ONCE", 2)
    rng = np.random.default_rng(0)
    root = Path("raw")
    for label in range(1, 7):
        array = rng.random((16, 18, 3)) * (50 if label == 4 else 1)
        save(root / f"sub-{label:02}/ses-a/anat/sub-{label:02}_ses-a_run-01_T1w.nii.gz", array)
    save(root / "sub-02/ses-a/anat/sub-02_ses-a_acq-fast_T2w.nii.gz", rng.random((16, 18, 3)))
    save(root / "sub-02/ses-a/anat/sub-02_ses-a_defacemask.nii.gz", np.ones((16, 18, 3)))
    save(root / "sub-02/ses-a/func/sub-02_ses-a_task-rest_bold.nii.gz", np.ones((16, 18, 3, 2)))
    about = {"Name": "Six <b>subjects</b>", "BIDSVersion": "1.9.0", "DatasetDOI": "doi:10.1/x"}
    (root / "dataset_description.json").write_text(json.dumps(about))
    return root


def run(cli: Cli, *words: object) -> list[int]:
    """Run the level of participants; return how many images were made, kept, and failed."""
    result = cli("bids", "raw", "out", "participant", *words, *WORDS)
    return [int(number) for number in re.findall(r"(\d+) (?:made|kept|failed)", result.err)]


def test_the_derivative_says_what_it_is(cli: Cli, root: Path) -> None:
    assert run(cli) == [7, 0, 0]
    about = json.loads(Path("out/dataset_description.json").read_text("utf-8"))
    assert about == {
        "Name": "sampviz of Six <b>subjects</b>",
        "BIDSVersion": "1.9.0",
        "DatasetType": "derivative",
        "GeneratedBy": [
            {
                "Name": "sampviz",
                "Version": sampviz.__version__,
                "CodeURL": "https://github.com/sampviz/sampviz",
            }
        ],
        "DatasetLinks": {"raw": "../raw"},
        "SourceDatasets": [{"DOI": "doi:10.1/x"}],
    }
    names = [path.name for path in Path("out").rglob("sub-*_*")]
    rule = r"sub-0\d_ses-a(_acq-fast)?(_run-01)?_desc-sampviz_T[12]w\.(tsv|json)"
    assert len(names) == 14
    assert all(re.fullmatch(rule, name) for name in names)
    assert {path.parent for path in Path("out").rglob("*_T1w.tsv")} == {
        Path(f"out/sub-0{label}/ses-a/anat") for label in range(1, 7)
    }


def test_a_table_has_the_numbers_of_measure_and_describes_its_columns(cli: Cli, root: Path) -> None:
    assert run(cli, "--suffix", "T2w", "--levels", 2) == [1, 0, 0]
    (path,) = Path("out").rglob("*.tsv")
    table = pd.read_csv(path, sep="\t", na_values="n/a")
    source = root / "sub-02/ses-a/anat/sub-02_ses-a_acq-fast_T2w.nii.gz"
    rows = sampviz.measure(source, "max,blur", measures="bias,psnr", levels=2)
    assert table["chain"].tolist() == [row.chain for row in rows]
    assert table["level"].tolist() == [row.level for row in rows]
    for name in ("bias", "psnr"):  # pandas reads numbers to the last digit but one
        assert table[name].tolist() == pytest.approx([row.values[name] for row in rows], rel=1e-15)
    sidecar = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert sidecar["Sources"] == [f"bids:raw:{source.relative_to(root).as_posix()}"]
    assert all(sidecar[column]["Description"] for column in table)
    assert sidecar["psnr"]["Units"] == "dB"


def test_what_is_there_is_kept_and_what_has_changed_is_made(cli: Cli, root: Path) -> None:
    assert run(cli) == [7, 0, 0]
    before = {path: path.stat().st_mtime_ns for path in Path("out").rglob("*.*")}
    assert run(cli) == [0, 7, 0]
    assert {path: path.stat().st_mtime_ns for path in Path("out").rglob("*.*")} == before
    save(root / "sub-03/ses-a/anat/sub-03_ses-a_run-01_T1w.nii.gz", np.eye(16)[..., None])
    assert run(cli) == [1, 6, 0]
    next(Path("out/sub-05").rglob("*.tsv")).write_text("damaged")
    next(Path("out/sub-06").rglob("*.json")).unlink()
    assert run(cli) == [2, 5, 0]
    assert run(cli, "--levels", 2) == [7, 0, 0]


def test_an_image_that_cannot_be_read_fails_alone(cli: Cli, root: Path) -> None:
    assert run(cli) == [7, 0, 0]
    broken = root / "sub-03/ses-a/anat/sub-03_ses-a_run-01_T1w.nii.gz"
    broken.write_bytes(b"poison")
    result = cli("bids", "raw", "out", "participant", *WORDS)
    assert result.code == 3
    assert "0 made, 6 kept, 1 failed" in result.err
    assert f"failed: {broken.relative_to(root).as_posix()}" in result.err
    assert "It could not be read" in Path("out/sub-03.html").read_text("utf-8")
    assert not list(Path("out/sub-03").rglob("*.tsv"))  # of an image that is no more
    assert cli("bids", "raw", "out", "group").code == 0
    assert "sub-03" not in Path("out/group_measures.tsv").read_text("utf-8")


class Page(HTMLParser):
    """The targets of the links of a page, and where links may lead."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.tags: set[str] = set()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.add(tag)
        self.anchors.add(values.get("id") or "")
        self.links += [unquote(values["href"] or "")] if "href" in values else []


def test_the_group_has_all_numbers_and_links_its_outliers(cli: Cli, root: Path) -> None:
    run(cli)
    assert cli("bids", "raw", "out", "group").out == "out/group.html\n"
    numbers = pd.read_csv("out/group_measures.tsv", sep="\t", na_values="n/a")
    outliers = pd.read_csv("out/group_outliers.tsv", sep="\t", na_values="n/a")
    for name in ("measures", "outliers"):
        table = pd.read_csv(f"out/group_{name}.tsv", sep="\t")
        assert set(table) == set(json.loads(Path(f"out/group_{name}.json").read_text("utf-8")))
    expected = set()
    for (suffix, chain), group in numbers.groupby(["suffix", "chain"]):
        for name in ("bias", "psnr"):
            low, high = group[name].quantile([0.25, 0.75])
            reach = 1.5 * (high - low)
            beyond = group[(group[name] < low - reach) | (group[name] > high + reach)]
            for who in beyond["participant_id"] if len(group) >= 5 else ():
                expected.add((suffix, chain, name, who))
    columns = ["suffix", "chain", "measure", "participant_id"]
    assert set(outliers[columns].itertuples(index=False, name=None)) == expected
    assert ("T1w", "max", "bias", "sub-04") in expected
    page = Page(Path("out/group.html"))
    assert "script" not in page.tags
    assert "b" not in page.tags  # of the name of the data set
    assert page.links
    for link in page.links:
        file, _, anchor = link.partition("#")
        assert anchor in Page(Path("out") / file).anchors


@pytest.mark.slow
def test_a_subject_with_a_figure_has_a_page_that_shows_it(cli: Cli, root: Path) -> None:
    words = [word for word in WORDS if word != "--no-figures"]
    labels = ["--participant_label", "02", "sub-01"]
    result = cli("bids", "raw", "out", "participant", *words, *labels, "--suffix", "T2w")
    assert result.code == 0, result.err
    (picture,) = Path("out").rglob("*.png")
    page = Page(Path("out/sub-02.html"))
    assert picture.relative_to("out").as_posix() in page.links
    assert "psnr (dB)" in Path("out/sub-02.html").read_text("utf-8")
    assert "sub-02_ses-a_acq-fast_desc-sampviz_T2w" in page.anchors
    source = root / "sub-02/ses-a/anat/sub-02_ses-a_acq-fast_T2w.nii.gz"
    assert cli("rerun", picture, "--check", "--input", source).code == 0


def test_figures_of_a_recipe_have_names_of_their_own(cli: Cli, root: Path) -> None:
    figures = "\n".join(
        f'[[figure]]\nname = "{n}"\nops = "max"\nrows = "image"' for n in ("a-1", "b")
    )
    Path("two.toml").write_text(f'[defaults]\ninputs = "sample:dwi"\n{figures}\n')
    words = [word for word in WORDS if word != "--no-figures"]
    run_words = ["--recipe", "two.toml", "--participant-label", "01"]
    assert cli("bids", "raw", "out", "participant", *words, *run_words).code == 0
    assert {path.name for path in Path("out").rglob("*.png")} == {
        "sub-01_ses-a_run-01_desc-sampvizA1_T1w.png",
        "sub-01_ses-a_run-01_desc-sampvizB_T1w.png",
    }


def test_it_is_said_which_images_are_taken(cli: Cli, root: Path) -> None:
    words = ["bids", "raw", "out", "participant", *WORDS, "--participant-label", "02"]
    told = "warning: taken are the images T1w, T2w, not bold, defacemask: --suffix chooses others\n"
    assert cli(*words).err.startswith(told)
    assert "taken" not in cli(*words, "--suffix", "T2w").err
    with pytest.warns(sampviz.SampvizWarning, match="taken are the images T1w, T2w") as warned:
        sampviz.bids(root, "out", "participant", chains="max", figures=False, jobs=1)
    assert {each.filename for each in warned} == {__file__}


def test_shards_are_all_subjects_each_once(root: Path) -> None:
    made = [
        sampviz.bids("raw", f"out{i}", "participant", shard=f"{i}/4", measures="bias", chains="max",
                     figures=False, jobs=1).made
        for i in range(1, 5)
    ]  # fmt: skip
    assert sorted(path for paths in made for path in paths) == [i.path for i in images_of(root)]
    assert [len(paths) for paths in made] == [2, 3, 1, 1]  # sub-02 has two images


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["raw", "out", "participant", "--participant-label", "9"], "there is no subject '9'"),
        (["raw", "out", "participant", "--participant-label", "../x"], "letters and digits only"),
        (["raw", "out", "participant", "01"], "nothing is known of '01'"),
        (["raw", "out", "participant", "--shard", "0/3"], "'0/3' is no part of a whole"),
        (["raw", "out", "participant", "--shard", "1"], "'1' is no part of a whole"),
        (["raw", "out", "participant", "--suffix", "dwi"], "has no such image"),
        (["raw", "out", "participant", "--ops", "maxx"], "maxx"),
        (["raw", "out", "participant", "--measures", "psn"], "no measure is named 'psn'"),
        (["raw", "out", "group"], "no image was measured yet"),
        (["raw", "out", "group", "--shard", "1/2"], "all subjects that were measured"),
        (["raw/sub-01", "out", "participant"], "it is no BIDS data set"),
        (["rawr", "out", "participant"], "there is no such folder"),
        (["raw", "raw/dataset_description.json", "participant"], "the folder cannot be made"),
        (["raw", "raw", "participant"], "a data set that sampviz did not make"),
    ],
)
def test_what_cannot_be_meant_is_said_before_any_work(
    cli: Cli, root: Path, words: list[str], what: str
) -> None:
    result = cli("bids", *words)
    assert result.code in (2, 3, 4)
    assert what in result.err
    error = result.err[result.err.index("error:") :]
    assert error.count("\n") == 3
    assert "-o" not in error.replace("--o", "")  # the folder is an argument
    assert not Path("out").exists()


def test_a_link_does_not_lead_out_of_the_folder(cli: Cli, root: Path, tmp_path: Path) -> None:
    Path("out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    Path("out/sub-01").symlink_to(tmp_path / "elsewhere")
    assert cli("bids", "raw", "out", "participant", *WORDS).code == 4
    assert not list((tmp_path / "elsewhere").iterdir())


def test_without_its_library_it_is_said_how_to_get_it(
    cli: Cli, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bids2table", None)
    assert install_command("bids") in cli("bids", "raw", "out", "participant").err


@pytest.mark.parametrize(
    ("name", "desc", "figure", "output"),
    [
        ("sub-1_T1w.nii.gz", "", "", "sub-1_desc-sampviz_T1w.tsv"),
        ("sub-1_desc-pre_T1w.nii", "pre", "", "sub-1_desc-sampvizPre_T1w.tsv"),
        ("sub-1_run-02_PD.nii.gz", "", "two words", "sub-1_run-02_desc-sampvizTwoWords_PD.tsv"),
    ],
)
def test_names_keep_their_entities(name: str, desc: str, figure: str, output: str) -> None:
    file = BidsFile(f"sub-1/anat/{name}", "1", "", "T1w", desc)
    assert file.output(".tsv", figure) == f"sub-1/anat/{output}"


def test_a_cluster_leaves_what_one_process_leaves(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = []

    @contextmanager
    def threads() -> Iterator[Pool]:
        with ThreadPoolExecutor(2) as executor:
            yield Pool(executor, 2)

    def cluster_of(address: str) -> PoolOpener:
        addresses.append(address)
        return threads

    monkeypatch.setattr(app, "cluster_pool", cluster_of)
    words: dict[str, Any] = {"chains": "max", "measures": "bias", "figures": False}
    sampviz.bids(root, "here", "participant", **words, jobs=1)
    result = sampviz.bids(root, "there", "participant", **words, scheduler="tcp://somewhere:1")
    assert (len(result.made), addresses) == (7, ["tcp://somewhere:1"])
    here, there = (
        {path.relative_to(out): path.read_bytes() for path in Path(out).rglob("*.*")}
        for out in ("here", "there")
    )
    assert here == there

    monkeypatch.setattr(recipe_versions, "versions", dict)  # of the workers
    result = sampviz.bids(root, "other", "participant", **words, scheduler="tcp://somewhere:1")
    assert all("the worker has sampviz None" in str(e) for e in result.failures.values())
    assert len(result.failures) == 7
