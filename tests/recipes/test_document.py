"""Recipes: one entry stands for many figures, and what is wrong is said with its line."""

import json
from pathlib import Path

import numpy as np
import pytest

from sampviz.core.errors import InputError, SampvizError
from sampviz.recipes.draw import check_recipe
from sampviz.recipes.gallery import starter
from sampviz.recipes.read import parse_recipe
from sampviz.recipes.recipe import Recipe
from tests.conftest import Cli, CliResult

FIGURE = '[[figure]]\nname = "a"\ninputs = "sample:t1"\nops = "max"\n'


def parse(text: str, folder: Path = Path()) -> list[Recipe]:
    return parse_recipe(text, "r.toml", folder=folder)


def names(recipes: list[Recipe]) -> list[str]:
    return [recipe.name for recipe in recipes]


def refused(text: str, folder: Path = Path()) -> SampvizError:
    def lint() -> None:
        for recipe in parse(text, folder):
            check_recipe(recipe)

    with pytest.raises(SampvizError) as told:
        lint()
    return told.value


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """A data set in BIDS, with what lies beside its images."""
    for sub in ("01", "02"):
        for name in ("T1w.nii.gz", "run-1_bold.nii.gz", "T1w.json"):
            file = tmp_path / f"data/sub-{sub}/anat/sub-{sub}_{name}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"")
    for other in ("derivatives", ".git"):
        (tmp_path / "data" / other).mkdir()
        (tmp_path / "data" / other / "sub-01_T1w.nii.gz").write_bytes(b"")
    return tmp_path


def test_defaults_stand_under_every_figure_that_knows_them() -> None:
    shared = '[defaults]\nlevels = 2\nscale = "unit"\nops = "max"\ninputs = "sample:t1"\n'
    own = '[[figure]]\nname = "a"\nlevels = 3\n'
    steps = '[[figure]]\nname = "b"\nkind = "steps"\nops = "flc"\n'
    one, two = parse(shared + own + steps)
    assert one.values == {"levels": 3, "scale": "unit", "ops": "max", "inputs": ["sample:t1"]}
    assert two.values == {"scale": "unit", "ops": "flc", "inputs": ["sample:t1"]}


def test_options_of_defaults_and_figure_are_one_table() -> None:
    text = (
        '[defaults]\noptions = { k = "laplacian", s = "2" }\ninputs = "sample:t1"\n'
        '[[figure]]\nname = "a"\nops = "conv:{k}:s={s}"\noptions = { s = "3" }\n'
    )
    (recipe,) = parse(text)
    assert recipe.ops == ["conv:laplacian:s=3"]


def test_figures_may_stand_in_one_line() -> None:
    text = 'figure = [{ name = "a", inputs = "sample:t1", ops = "max" }]\n'
    assert names(parse(text)) == ["a"]
    err = refused(text.replace("ops", "opps"))
    assert (err.what, err.where) == ("unknown key 'opps'", "r.toml, line 1")


def test_a_matrix_is_a_figure_for_every_combination() -> None:
    text = (
        '[[figure]]\nname = "m"\n[figure.matrix]\ninputs = ["sample:t1", "sample:dwi"]\n'
        'slice = ["40%", "mm=-12", 7]\nops.pool = ["max", "avg"]\nops.cut = "flc"\n'
    )
    found = parse(text)
    assert names(found) == [
        f"m-{source}-{where}-{ops}"
        for source in ("t1", "dwi")
        for where in ("40pc", "mm-12", "slice7")
        for ops in ("pool", "cut")
    ]
    assert found[1].values == {"inputs": ["sample:t1"], "slice": "40%", "ops": "flc"}
    assert found[-2].values == {"inputs": ["sample:dwi"], "slice": 7, "ops": ["max", "avg"]}


def test_no_two_figures_of_a_matrix_have_one_name(tmp_path: Path) -> None:
    for folder in ("x", "y", "z"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "t1.npy").write_bytes(b"")
    (tmp_path / "z" / "T1.npy").write_bytes(b"")
    text = FIGURE.replace('"a"', '"m-t1"') + (
        '[[figure]]\nname = "m"\nops = "max"\nmatrix = { inputs = "*/*.npy" }\n'
    )
    found = names(parse(text, tmp_path))
    assert found[0] == "m-t1"
    assert len({name.casefold() for name in found}) == len(found) == 5
    long = parse(FIGURE.replace('"a"', f'"{"n" * 99}"') + "matrix = { levels = [1, 2, 3] }\n")
    assert len(set(names(long))) == 3
    assert all(len(name) <= 100 for name in names(long))


def test_the_matrix_of_a_figure_replaces_what_the_defaults_say() -> None:
    shared = '[defaults]\ninputs = "sample:t1"\nslice = 3\nops = "max"\n'
    varied = parse(shared + '[[figure]]\nname = "a"\nmatrix = { slice = [1, 2] }\n')
    assert [recipe.values["slice"] for recipe in varied] == [1, 2]
    every = '[defaults]\ninputs = "sample:t1"\nops = "max"\nmatrix = { slice = [1, 2] }\n'
    (alone,) = parse(every + '[[figure]]\nname = "a"\nslice = 5\n')
    assert (alone.name, alone.values["slice"]) == ("a", 5)


def test_patterns_are_relative_to_the_recipe_and_sorted(tmp_path: Path) -> None:
    for name in ("b.npy", "a.npy", ".hidden.npy", "c.png"):
        (tmp_path / name).write_bytes(b"")
    (recipe,) = parse(FIGURE.replace('"sample:t1"', '["*.npy", "a.npy"]'), tmp_path)
    assert recipe.inputs == [str(tmp_path / "a.npy"), str(tmp_path / "b.npy")]
    (tmp_path / "[1].npy").write_bytes(b"")  # a name that looks like a pattern
    (recipe,) = parse(FIGURE.replace("sample:t1", "[1].npy"), tmp_path)
    assert recipe.inputs == [str(tmp_path / "[1].npy")]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ('suffix = "T1w"', ["sub-01_T1w.nii.gz", "sub-02_T1w.nii.gz"]),
        ('suffix = "T1w", sub = "02"', ["sub-02_T1w.nii.gz"]),
        (
            'suffix = ["T1w", "bold"], sub = ["01"]',
            ["sub-01_T1w.nii.gz", "sub-01_run-1_bold.nii.gz"],
        ),
        ('run = "1", sub = "02"', ["sub-02_run-1_bold.nii.gz"]),
        ('suffix = "T1w", extension = ".json", sub = "01"', ["sub-01_T1w.json"]),
    ],
)
def test_bids_finds_files_by_the_entities_of_their_names(
    scans: Path, wanted: str, found: list[str]
) -> None:
    text = f'[[figure]]\nname = "a"\nops = "max"\nbids = {{ root = "data", {wanted} }}\n'
    (recipe,) = parse(text, scans)
    assert {Path(each).name for each in recipe.inputs} == set(found)
    varied = text.replace("bids = {", "matrix.bids = {")
    assert len(parse(varied, scans)) == len(found)


@pytest.mark.parametrize(
    ("text", "what", "where", "fix"),
    [
        ("[[figures]]\n", "unknown key 'figures'", "line 1", "'figure'"),
        (FIGURE + 'rws = "image"\n', "unknown key 'rws'", "line 5", "did you mean 'rows'?"),
        (FIGURE + "levels = true\n",
         "levels = True is not a whole number", "line 5", "each chain so many times"),
        (FIGURE + 'plane = "axiel"\n', "plane = 'axiel' is not known", "line 5", "'axial'"),
        (FIGURE + 'formats = ["png", "pfd"]\n', "formats = 'pfd' is not known", "line 5", "'pdf'"),
        # The line is that of the figure, not of another that has such a key.
        (FIGURE + 'rows = "image"\n\n' + FIGURE.replace('"a"', '"b"') + "rows = 3\n",
         "rows = 3 is not a text", "line 11", "the rows of compare"),
        ("[defaults]\n\nrws = 3\n" + FIGURE, "unknown key 'rws'", "line 3", "'rows'"),
        ('[defaults]\nname = "x"\n' + FIGURE,
         "unknown key 'name'", "line 2", "it may have: kind, inputs,"),
        (FIGURE + FIGURE.replace('"a"', '"A"'),
         "two figures are named 'A'", "line 6", "its own name"),
        (FIGURE.replace('"a"', '"../a"'),
         "'../a' cannot be the name of a file", "line 2", "'-' and '.'"),
        (FIGURE.replace('"a"', '"/a"'),
         "'/a' cannot be the name of a file", "line 2", "'-' and '.'"),
        (FIGURE + "matrix = { slize = [1] }\n", "unknown key 'slize'", "line 5", "'slice'"),
        (FIGURE + "matrix = { slice = 1 }\n",
         "slice = 1 is not a list or a table", "line 5", "write slice = ["),
        (FIGURE + "matrix = { slice = [] }\n",
         "slice = [] is not a list or a table", "line 5", "write slice = ["),
        (FIGURE + "matrix = { levels = [1.5] }\n",
         "levels = 1.5 is not a whole", "line 5", "each chain so"),
        (FIGURE + 'matrix = { inputs = "x.npy" }\n', "'inputs' is in the matrix", "line 3", "once"),
        (FIGURE + "matrix = { levels = [1,2], slice = [1,2], frame = [1,2] }\nlevels = 1\n",
         "'levels' is in the matrix", "line 5", "once"),
        (FIGURE.replace('"max"', '"mxa"'), "no operation is named 'mxa'", "line 4", "max"),
        (FIGURE + 'rows = "imge"\n', "no row is named 'imge'", "line 5", "image"),
        (FIGURE + 'in_panel = "alas"\n', "no measure is named 'alas'", "line 5", "alias"),
        (FIGURE + 'window = "9,1"\n', "'9,1' is not a window", "line 5", "p1,p99"),
        (FIGURE + "levels = 99\n", "99 is out of bounds", "line 5", "1..16"),
        (FIGURE + 'slice = "half"\n', "'half' is not a slice", "line 5", "mm=-12"),
        (FIGURE.replace("t1", "t2"), "no sample is named 't2'", "line 3", "'t1'"),
        (FIGURE.replace("sample:t1", "nowhere.npy"),
         "there is no such file", "line 3", "check the path"),
        (FIGURE.replace("sample:t1", "no*.npy"), "no file matches", "line 3", "the folder is"),
        ('[[figure]]\nname = "a"\nops = "max"\nbids = { root = ".", subj = "1" }\n',
         "no entity is named 'subj'", "line 4", "'sub'"),
        ('[[figure]]\nname = "a"\nops = "max"\nbids = { root = ".", sub = "1" }\n',
         "no file has sub=1", "line 4", "leave an entity out"),
        ('[[figure]]\nname = "a"\nops = "max"\nbids = { sub = "1" }\n',
         "one root", "line 4", 'root = "FOLDER"'),
        (FIGURE.replace('"a"', '"a"\nkind = "steps"') + 'panels = [{ show = "image" }]\n',
         "a panel says what it shows", "line 6", "{ show ="),
        ("a = [" * 2000, "this is not TOML", "r.toml", "at line 1"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said_with_its_line(
    tmp_path: Path, text: str, what: str, where: str, fix: str
) -> None:
    err = refused(text, tmp_path)
    assert what in err.what
    assert where in err.where
    assert "r.toml" in err.where
    assert fix in err.fix


def test_too_many_figures_are_refused_before_they_are_made() -> None:
    text = (
        FIGURE
        + "[figure.matrix]\n"
        + "".join(f"{axis} = {list(range(100))}\n" for axis in ("slice", "frame", "channel"))
    )
    err = refused(text)
    assert err.what == "a matrix of 1000000 figures"
    assert "line 5" in err.where


def test_a_link_to_a_file_that_is_gone_is_no_file_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.npy").write_bytes(b"")
    (tmp_path / "b.npy").symlink_to("gone.npy")
    err = refused(FIGURE.replace("sample:t1", "*.npy"), tmp_path)
    assert isinstance(err, InputError)
    assert "b.npy is a link to a file that is not there" in err.what


def test_a_started_recipe_is_one_and_nothing_is_overwritten(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "new.toml"
    assert cli("recipe", "init", file) == CliResult(0, f"{file}\n", "")
    assert cli("recipe", "lint", file) == CliResult(0, f"{file}: 10 figures\n", "")
    file.write_text("mine")
    result = cli("recipe", "init", file)
    assert result.code == 4
    assert "the file is there already" in result.err
    assert file.read_text() == "mine"
    assert cli("recipe", "init", file, "--overwrite").code == 0
    assert file.read_text() == starter()
    assert cli("recipe", "init", tmp_path / "new.txt").code == 4


def test_show_tells_every_figure_with_its_defaults(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(starter())
    data = json.loads(cli("recipe", "show", tmp_path / "r.toml", "--json").out)
    assert len(data["figures"]) == 10
    assert data["figures"][0]["ops"] == ["max", "stride", "blur:k=5", "flc"]
    assert data["figures"][1]["rows"] == "image,spectrum"
    text = cli("recipe", "show", tmp_path / "r.toml").out
    assert "survey-dwi-60pc-filtering: compare\n" in text
    assert '  ops = ["blur", "flc"]\n' in text


@pytest.mark.slow
def test_inputs_of_the_command_line_replace_those_of_the_recipe(cli: Cli, tmp_path: Path) -> None:
    np.save(tmp_path / "mine.npy", np.eye(32))
    (tmp_path / "r.toml").write_text(FIGURE.replace("sample:t1", "gone.npy"))
    assert cli("figure", tmp_path / "r.toml", "-o", tmp_path / "a.png").code == 3
    words = ["figure", tmp_path / "r.toml", tmp_path / "mine.npy", "-o", tmp_path / "a.png"]
    assert cli(*words).code == 0
