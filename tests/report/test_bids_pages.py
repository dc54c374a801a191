"""The pages of a derivative: subjects of many images, strips of few values and of thousands."""

import re
from pathlib import Path

import numpy as np
import pytest

from sampviz.analysis.outliers import distribution
from sampviz.core import page_list
from sampviz.report.bids.dataset import BidsFile
from sampviz.report.bids.group_page import Group, group_page
from tests.conftest import Cli
from tests.report.test_bids import root, run, save  # noqa: F401 - a fixture


@pytest.mark.parametrize(
    ("measure", "ends"), [("alias", ["0", "108"]), ("aliasscore", ["0", "100"]), ("bias", None)]
)
def test_a_strip_ends_where_values_end_that_can_be(measure: str, ends: list[str] | None) -> None:
    values = [0.01, 0.02, 0.9]
    files = [BidsFile(f"sub-{i}/anat/sub-{i}_T1w.tsv", str(i), "", "T1w") for i in range(3)]
    group = Group("T1w", "max", "1", measure, np.array(values), files, distribution(values))
    page = "".join(group_page("few", [group], 3, 3))
    found = re.findall(r'<div class="ends"><span>(.*?)</span><span>(.*?)</span>', page)
    assert found == [tuple(ends or ["−0.168", "1.08"])]


@pytest.mark.parametrize("count", [1, 4000])
def test_a_group_may_be_one_subject_or_thousands(count: int) -> None:
    values = np.sort(np.random.default_rng(0).normal(size=count))
    files = [BidsFile(f"sub-{i}/anat/sub-{i}_T1w.tsv", str(i), "", "T1w") for i in range(count)]
    group = Group("T1w", "max", "1", "psnr", values, files, distribution(values))
    page = "".join(group_page("many", [group], count, count))
    assert page.count('class="tick"') == min(count, 120)
    assert len(page) < 70_000
    expected = 0 if count == 1 else sum(abs(v) > 2.698 for v in values)  # 1.5 IQR of a normal
    assert abs(len(group.outliers) - expected) <= 4
    assert f"{count} image{'s' * (count > 1)}" in page


@pytest.mark.usefixtures("root")
def test_many_images_of_a_subject_are_parted_and_every_link_to_one_leads_to_it(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_list, "PER_PAGE", 2)
    for number in range(2, 7):
        name = f"sub-01/ses-a/anat/sub-01_ses-a_run-{number:02}_T1w.nii.gz"
        save(Path("raw") / name, np.full((16, 18, 3), number))
    assert run(cli, "--participant-label", "01") == [6, 0, 0]
    pages = {path.name: path.read_text("utf-8") for path in sorted(Path("out").glob("sub-*.html"))}
    assert set(pages) == {"sub-01.html", "sub-01_2.html", "sub-01_3.html"}
    ids = {name: re.findall(r'<section id="([^"]+)">', text) for name, text in pages.items()}
    assert [len(found) for found in ids.values()] == [2, 2, 2]
    lines = re.findall(r'<li id="([^"]+)"><a href="([^"#]+)#([^"]+)">', pages["sub-01.html"])
    assert [(line[0], line[2]) for line in lines] == [
        (anchor, anchor) for page in list(ids)[1:] for anchor in ids[page]
    ]
    assert all(anchor in ids[page] for _, page, anchor in lines)
    monkeypatch.setattr(page_list, "PER_PAGE", 4)
    assert run(cli, "--participant-label", "01") == [0, 6, 0]
    assert {path.name for path in Path("out").glob("sub-*.html")} == {
        "sub-01.html",
        "sub-01_2.html",
    }
