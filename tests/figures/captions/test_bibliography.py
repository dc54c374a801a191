"""Every paper that is cited is in the bibliography, and none is there that is not."""

import re
from importlib import resources

import numpy as np
import pytest

from sampviz.analysis.metrics import METRICS
from sampviz.figures.captions.bibliography import Entry, bibliography
from sampviz.figures.captions.caption import PROGRAM
from sampviz.ops.registry import OURS

TEXT = (resources.files("sampviz.figures.captions") / "references.bib").read_text("utf-8")
FIELDS = {
    "author",
    "title",
    "booktitle",
    "journal",
    "volume",
    "number",
    "pages",
    "year",
    "doi",
    "eprint",
    "archiveprefix",
}


def test_every_key_is_known_and_every_entry_is_used() -> None:
    """What is missing is named: write its entry beside the operation, or into the file."""
    cites = [op.cite for op in OURS.values()] + [metric.cite for metric in METRICS.values()]
    used = {key for keys in cites for key in keys}
    assert sorted(used - set(bibliography())) == []
    assert sorted(set(bibliography()) - used) == [PROGRAM]


def test_the_file_is_its_entries_and_nothing_else() -> None:
    brought = {entry for op in OURS.values() for entry in op.bibtex}
    keys = [key for key, entry in bibliography().items() if entry.bibtex not in brought]
    assert "\n\n".join(bibliography()[key].bibtex for key in keys) + "\n" == TEXT
    assert keys == sorted(keys)


def test_an_operation_brings_its_paper() -> None:
    from sampviz.ops import op, unchanged

    entry = """
    @article{doe2020,
      author = {Doe, Jane},
      title = {A Pooling},
      year = {2020},
      doi = {10.1000/x},
    }
    """

    @op("brought", kind="same", linear=True, grid=unchanged, cite=("zhang2019", entry.strip()))
    def brought(x: np.ndarray) -> np.ndarray:
        return x.copy()

    assert brought.cite == ("zhang2019", "doe2020")
    (bibtex,) = brought.bibtex
    assert bibtex.splitlines()[:2] == ["@article{doe2020,", "  author = {Doe, Jane},"]


@pytest.mark.parametrize("key", bibliography())
def test_an_entry_is_bibtex(key: str) -> None:
    entry = bibliography()[key]
    depth = 0
    for sign in entry.bibtex:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
    lines = entry.bibtex.splitlines()
    assert re.fullmatch(rf"@(article|inproceedings|misc)\{{{key},", lines[0])
    names = [re.fullmatch(r"  ([a-z]+) = \{.+\},", line)[1] for line in lines[1:-1]]  # type: ignore[index]
    assert names == list(entry.fields)
    assert len(set(names)) == len(names)
    assert {"author", "title", "year"} <= set(names) <= FIELDS


@pytest.mark.parametrize("key", [key for key in bibliography() if key != PROGRAM])
def test_a_paper_can_be_found(key: str) -> None:
    fields = bibliography()[key].fields
    assert re.fullmatch(rf"[a-z]+{fields['year']}", key)
    family_name = fields["author"].partition(",")[0].lower()
    assert key.startswith(re.sub("[^a-z]", "", family_name))
    assert re.fullmatch(r"10\.[0-9]{4,5}/\S+", fields.get("doi", "10.0000/none"))
    assert re.fullmatch(r"[0-9]{4}\.[0-9]{4,5}", fields.get("eprint", "0000.00000"))
    assert bibliography()[key].url.startswith("https://")


def test_entries_are_named_and_written_as_in_a_text() -> None:
    known = bibliography()
    assert known["zhang2019"].label == "Zhang 2019"
    assert known["chaman2021"].label == "Chaman & Dokmanić 2021"
    assert known["gao2019"].label == "Gao et al. 2019"
    assert known["sampviz"].label == "The sampviz developers 2026"
    assert known["wang2004"].text == (
        "Zhou Wang, Alan C. Bovik, Hamid R. Sheikh and Eero P. Simoncelli. Image Quality"
        " Assessment: From Error Visibility to Structural Similarity. IEEE Transactions on Image"
        " Processing, 13(4):600–612, 2004."
    )
    assert known["wang2004"].url == "https://doi.org/10.1109/TIP.2003.819861"
    assert known["zhang2019"].url == "https://arxiv.org/abs/1904.11486"


def test_the_program_says_of_itself_what_its_licence_says() -> None:
    entry: Entry = bibliography()[PROGRAM]
    assert entry.fields["author"] == "{The sampviz developers}"
    assert entry.url == ""
