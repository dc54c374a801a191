"""`sampviz figure` as a user meets it, and the captions of figure and compare."""

from pathlib import Path

import numpy as np
import pytest

from sampviz.recipes.gallery import shipped
from tests.conftest import Cli, CliResult

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("unpainted")]

SMALL = "sample:step:24x24"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def names() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


def test_list_has_a_line_for_every_figure(cli: Cli) -> None:
    result = cli("figure", "--list")
    assert result.code == 0
    assert [line.split()[0] for line in result.out.splitlines()] == [*shipped(), "gallery"]
    assert all(len(line.split()) > 3 for line in result.out.splitlines())
    assert names() == []


def test_figures_have_the_numbers_of_the_article_too(cli: Cli) -> None:
    for i, name in enumerate(("contrasts", "pitfalls", "blurpool", "flc", "alternatives"), 1):
        numbered = cli("figure", f"fig{i}", "--show-recipe")
        assert numbered == cli("figure", name, "--show-recipe")
        assert numbered.code == 0
    assert cli("figure", "fig4", SMALL, "-q") == CliResult(0, "flc.png\n", "")
    again = Path("flc.png").read_bytes()
    cli("figure", "flc", SMALL, "-q", "-o", "named.png")
    assert Path("named.png").read_bytes() == again


def test_a_recipe_is_printed_saved_edited_and_run(cli: Cli) -> None:
    text = cli("figure", "blurpool", "--show-recipe").out
    Path("same.toml").write_text(text)
    assert cli("figure", "blurpool").out == cli("figure", "same.toml").out
    first = Path("blurpool.png").read_bytes()
    edits = {
        '["max:s=1+blur:k=5:s=1+stride", "max"]': '"avg:s=1+blur:k=3:s=1+stride"',
        'inputs = "sample:t1"': 'inputs = "sample:t1"\nslice = 2',
        'title = "Max, stride 1"': 'title = "mean, stride 1"',
        'name = "blurpool"': 'name = "mine"',
    }
    for old, new in edits.items():
        assert old in text
        text = text.replace(old, new)
    Path("edited.toml").write_text(text)
    assert cli("figure", "edited.toml", "--caption", "md").out == "mine.png\nmine.md\nmine.bib\n"
    assert Path("mine.png").read_bytes() != first
    caption = Path("mine.md").read_text()
    assert "axial slice 2 of 0..7" in caption
    assert "Operation avg: take the mean of every window" in caption
    assert "k = 3 px" in caption
    assert "mean, stride 1" in caption
    assert "Operation max" not in caption


def test_kernel_and_set_change_the_options_of_a_recipe(cli: Cli) -> None:
    words = ("figure", "pitfalls", SMALL, "--caption", "md", "--overwrite")
    captions = {}
    for options in ((), ("--kernel", "laplacian"), ("--set", "kernel=laplacian")):
        assert cli(*words, *options).code == 0
        captions[options] = Path("pitfalls.md").read_text()
    assert "conv:kernel=laplacian" not in captions[()]
    assert "conv:kernel=laplacian ×2" in captions["--kernel", "laplacian"]
    assert captions["--kernel", "laplacian"] == captions["--set", "kernel=laplacian"]


def test_your_images_are_drawn_in_place_of_the_shipped(cli: Cli) -> None:
    np.save("mine.npy", np.random.default_rng(0).random((32, 32)))
    assert cli("figure", "flc", "mine.npy", "--caption", "html").code == 0
    text = Path("flc.html").read_text()
    assert "Input: mine, 32x32 px" in text
    assert 'alt="5 panels with arrows' in text


def test_a_folder_takes_a_figure_by_its_name(cli: Cli) -> None:
    Path("out").mkdir()
    assert cli("figure", "dpp", SMALL, "-o", "out").out == "out/dpp.png\n"
    recipe = "".join(
        f'[[figure]]\nname = "{name}"\ninputs = "{SMALL}"\nops = "max"\nrows = "image"\n'
        for name in ("a", "b")
    )
    Path("two.toml").write_text(recipe)
    assert cli("figure", "two.toml", "-o", "new").out == "new/a.png\nnew/b.png\n"


ERRORS = {
    "no name": (["figure"], 2, "error: missing NAME\n  in:  sampviz figure\n"),
    "unknown name": (
        ["figure", "pitfall"],
        2,
        "error: no figure is named 'pitfall'\n  in:  sampviz figure\n"
        "  fix: did you mean 'pitfalls'? `sampviz figure --list` lists them all\n",
    ),
    "missing recipe": (
        ["figure", "mine.toml"],
        3,
        "error: there is no such file\n  in:  mine.toml\n",
    ),
    "unknown option": (
        ["figure", "pitfalls", "--set", "kernal=box"],
        2,
        "error: the recipe has no option 'kernal'\n  in:  pitfalls\n  fix: did you mean 'kernel'? ",
    ),
    "option of another figure": (
        ["figure", "flc", "--kernel", "box"],
        2,
        "error: the recipe has no option 'kernel'\n  in:  flc\n  fix: it has: none\n",
    ),
    "no setting": (
        ["figure", "pitfalls", "--set", "kernel"],
        2,
        "error: 'kernel' is no setting\n  in:  --set\n  fix: write NAME=VALUE\n",
    ),
    "unknown kernel": (
        ["figure", "pitfalls", "--kernel", "laplace"],
        2,
        "error: kernel=laplace: wanted ",
    ),
    "wrong ending": (
        ["figure", "flc", "-o", "flc.jpg"],
        4,
        "error: a figure cannot be saved as .jpg\n  in:  flc.jpg\n",
    ),
    "unknown format of captions": (
        ["figure", "flc", "--caption", "docx"],
        2,
        "error: no format of captions is named 'docx'\n  in:  --caption\n"
        "  fix: md, tex or html, or several with commas\n",
    ),
    "a caption beside nothing": (
        ["compare", "sample:dwi", "--ops", "max", "-o", "-", "--caption", "md"],
        2,
        "error: a caption stands beside a file\n  in:  --caption\n  fix: name a file with -o\n",
    ),
    "a name that LaTeX cannot read": (
        ["compare", "sample:dwi", "--ops", "max", "-o", "100%.png", "--caption", "tex"],
        4,
        "error: LaTeX cannot read a figure of this name\n  in:  100%.png\n"
        "  fix: choose another with -o\n",
    ),
}


@pytest.mark.parametrize(("words", "code", "start"), ERRORS.values(), ids=ERRORS)
def test_errors(cli: Cli, words: list[str], code: int, start: str) -> None:
    result = cli(*words)
    assert result.code == code
    assert result.err.startswith(start)
    assert result.out == ""
    assert names() == []


def test_captions_stand_beside_the_figure_and_are_printed_after_it(cli: Cli) -> None:
    words = ["compare", "sample:dwi", "--ops", "max,blur", "--rows", "image"]
    words += ["--caption", "md,tex,html"]
    made = [f"dwi_compare.{ending}" for ending in ("png", "md", "tex", "html", "bib")]
    assert cli(*words) == CliResult(0, "".join(f"{name}\n" for name in made), "")
    assert names() == sorted(made)
    before = {name: Path(name).read_bytes() for name in made}
    assert cli(*words).code == 0  # the same again
    assert {name: Path(name).read_bytes() for name in made} == before
    assert b"zhang2019" in before["dwi_compare.bib"]
    assert b"\\includegraphics" in before["dwi_compare.tex"]


def test_a_caption_of_others_stays_and_so_does_the_figure(cli: Cli) -> None:
    words = ("compare", "sample:dwi", "--rows", "image", "--caption", "md", "--ops")
    cli(*words, "max")
    figure = Path("dwi_compare.png").read_bytes()
    Path("dwi_compare.md").write_text("my own words")
    result = cli(*words, "avg")
    assert result == CliResult(
        4,
        "",
        "error: the file is there already, and sampviz may not have made it\n"
        "  in:  dwi_compare.md\n  fix: choose another name, or --overwrite\n",
    )
    assert Path("dwi_compare.md").read_text() == "my own words"
    assert Path("dwi_compare.png").read_bytes() == figure
    assert cli(*words, "avg", "--overwrite").code == 0
    assert "Operation avg" in Path("dwi_compare.md").read_text()


def test_hostile_names_of_inputs_do_no_harm(cli: Cli) -> None:
    name = "<script>alert(1)</script>_&_`x`_|_%_$".replace("/", "\\")
    np.save(f"{name}.npy", np.eye(8))
    words = ["--ops", "max", "--rows", "image", "--caption", "md,tex,html"]
    result = cli("compare", f"{name}.npy", *words, "-o", "f.png")
    assert result.code == 0, result.err
    assert "<script>" not in Path("f.html").read_text()
    assert "Input: &lt;script&gt;alert(1)&lt;\\script&gt;_&amp;_`x`_|_%_$, 8x8 px" in (
        Path("f.html").read_text()
    )
    assert "\\textless{}script\\textgreater{}" in Path("f.tex").read_text()
    assert "\\<script\\>alert(1)\\<\\\\script\\>\\_\\&\\_\\`x\\`\\_\\|\\_%\\_\\$" in (
        Path("f.md").read_text()
    )


def test_gallery_has_a_caption_for_every_figure(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sampviz.recipes.gallery.shipped", lambda: ["dpp", "flc"])
    result = cli("figure", "gallery", SMALL, "--caption", "tex", "-o", "all")
    assert result.code == 0, result.err
    assert result.out.splitlines() == [
        f"all/{name}"
        for name in (
            "dpp.png",
            "dpp.tex",
            "dpp.bib",
            "flc.png",
            "flc.tex",
            "flc.bib",
            "gallery.png",
        )
    ]


def test_the_title_of_other_inputs_is_their_own(cli: Cli) -> None:
    assert cli("figure", "contrasts", "sample:bold", "sample:dwi", "-o", "c.svg").code == 0
    text = Path("c.svg").read_text()
    assert ">bold, dwi<" in text
    assert "different subjects" not in text
