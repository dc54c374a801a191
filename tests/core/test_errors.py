"""Errors: of which built-in kind they are, how they travel, and how each edge words them."""

import ast
import pickle
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sampviz
from sampviz.cli.app import run
from sampviz.core.errors import (
    ChainError,
    InputError,
    MissingInputError,
    OutputError,
    SampvizError,
    UsageError,
    argument,
    either,
    named_argument,
)
from sampviz.core.names import as_names

pytestmark = pytest.mark.slow

ROOT = Path(sampviz.__file__).parent
CLASSES = (SampvizError, UsageError, ChainError, InputError, MissingInputError, OutputError)
# Marks stand between these: a text of others with them is not a text that names an argument.
texts = st.text(st.characters(exclude_characters="\x02\x03\x1f", exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (UsageError, ValueError),
        (ChainError, ValueError),
        (InputError, ValueError),
        (MissingInputError, FileNotFoundError),
        (OutputError, OSError),
    ],
)
def test_who_knows_only_pythons_own_errors_can_catch_ours(
    kind: type[SampvizError], builtin: type[Exception]
) -> None:
    with pytest.raises(builtin):
        raise kind("what", "where", "fix")


def test_a_missing_file_and_a_chain_of_no_name_are_what_python_calls_them(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sampviz.load(tmp_path / "none.png")
    with pytest.raises(ValueError, match="no operation is named"):
        sampviz.Chain.parse("nothing")
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(ValueError, match="no known kind"):
        sampviz.load(tmp_path / "text.png")
    with pytest.raises(OSError, match="cannot be written"):
        sampviz.save(sampviz.compare([[0, 1], [2, 3]], "max"), tmp_path / "none" / "a.png")


def test_the_errors_are_public() -> None:
    assert sampviz.ChainError is ChainError
    assert sampviz.InputError is InputError
    assert sampviz.OutputError is OutputError
    assert sampviz.UsageError is UsageError


@pytest.mark.parametrize("kind", CLASSES)
@given(what=texts, where=texts, fix=texts)
def test_an_error_comes_out_of_another_process_as_it_was(
    kind: type[SampvizError], what: str, where: str, fix: str
) -> None:
    error = kind(what, where + argument("in_panel"), fix)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert (copy.what, copy.where, copy.fix) == (what, f"{where}in_panel", fix)
    assert str(copy) == str(error)
    assert str(copy.as_options()) == str(error.as_options())


@pytest.mark.parametrize("kind", CLASSES)
def test_an_error_can_be_made_before_it_is_filled(kind: type[SampvizError]) -> None:
    empty = kind.__new__(kind, "what")  # so a worker of a cluster unpickles it
    vars(empty).update(vars(kind("what", "where", "fix")))
    assert str(empty) == str(kind("what", "where", "fix"))


@pytest.mark.parametrize(
    ("marked", "python", "option"),
    [
        (argument("in_panel"), "in_panel", "--in-panel"),
        (argument("width", 80), "width=80", "--width 80"),
        (argument("nan", "fill=0"), "nan='fill=0'", "--nan fill=0"),
        (argument("allow_code", True), "allow_code=True", "--allow-code"),
        (argument("chains", option="ops"), "chains", "--ops"),
        (f"{argument('x')}, {argument('y')}", "x, y", "--x, --y"),
        (f"a name{either('', ' with -o')}", "a name", "a name with -o"),
        ("{rows} --rows", "{rows} --rows", "{rows} --rows"),
    ],
)
def test_an_argument_is_worded_for_who_reads(marked: str, python: str, option: str) -> None:
    error = UsageError("a", marked, f"write {marked}")
    assert str(error) == f"a\n  in:  {python}\n  fix: write {python}"
    assert (error.where, error.fix) == (python, f"write {python}")
    told = error.as_options()
    assert type(told) is UsageError
    assert str(told) == f"a\n  in:  {option}\n  fix: write {option}"


@given(texts, texts)
def test_texts_of_others_stay_as_they_are(what: str, where: str) -> None:
    error = UsageError(what, where)
    assert (error.what, error.where) == (what, where)
    assert str(error) == str(error.as_options())


def test_an_error_keeps_its_marks_wherever_it_is_moved() -> None:
    error = UsageError("a", "", f"see {argument('rows')}").at(argument("zoom"), "never")
    assert str(error.as_options()) == "a\n  in:  --zoom\n  fix: see --rows"
    error.within("line 3").of("b.png").of("b.png")
    assert error.where == "line 3, for zoom, for b.png"
    what, _, fix = error.texts
    assert str(UsageError(what, "c", fix).as_options()) == "a\n  in:  c\n  fix: see --rows"
    assert named_argument(f"{argument('max_pixels')} 9") == ("max_pixels", " 9")
    assert named_argument("max_pixels 9") == ("", "max_pixels 9")


def test_the_command_line_and_python_say_the_same_of_one_mistake(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["compare", "sample:t1", "--ops", "max", "--in-panel", "sharp"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: no measure is named 'sharp'\n  in:  --in-panel 'sharp'\n  fix: ")
    with pytest.raises(UsageError) as caught:
        sampviz.compare("sample:t1", "max", in_panel="sharp")
    assert f"error: {caught.value}\n" == said.replace("--in-panel 'sharp'", "in_panel 'sharp'")


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def _strings(file: Path) -> list[str]:
    """Return the texts in a module but its docstrings, which speak of both."""
    docs: set[int] = set()
    found = []
    for node in ast.walk(_tree(file)):  # what has a docstring comes before it
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            if isinstance(node.body[0], ast.Expr):
                docs.add(id(node.body[0].value))
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
        ):
            found.append(node.value)
    return found


@pytest.fixture(scope="module")
def option() -> re.Pattern[str]:
    """What finds an option of the program."""
    import typer.main

    from sampviz.cli.app import _app
    from sampviz.cli.command_list import COMMANDS

    program = typer.main.get_command(_app(list(COMMANDS)))
    commands = program.commands.values()  # type: ignore[attr-defined]
    options = {name for each in commands for param in each.params for name in param.opts}
    assert {"--ops", "--in-panel"} <= options
    long = [name for name in options if name.startswith("--")]
    return re.compile(rf"(?<![\w-])({'|'.join(sorted(long))})(?![\w-])", re.ASCII)


# Of those that have no option anywhere there is nothing to look through.
ROOMS = [
    file
    for file in ROOT.rglob("*.py")
    if file.relative_to(ROOT).parts[0] != "cli" and "--" in file.read_text()
]


def test_no_text_of_the_library_begins_with_an_option(option: re.Pattern[str]) -> None:
    assert len(ROOMS) > 10
    assert [(f.name, text) for f in ROOMS for text in _strings(f) if option.match(text)] == []


def test_the_library_raises_no_error_that_names_an_option(option: re.Pattern[str]) -> None:
    wrong = []
    for file in ROOMS:
        for node in ast.walk(_tree(file)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Error"):
                texts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]
                whole = re.sub("`sampviz [^`]*`", "", " ".join(map(str, texts)))  # a command
                wrong += [(file.name, whole)] if option.search(whole) else []
    assert wrong == []


@given(st.lists(st.text("abc_", min_size=1), min_size=1))
def test_names_are_the_same_as_a_text_and_as_a_list(names: list[str]) -> None:
    wanted = tuple(names)
    assert as_names(names, "rows") == as_names(wanted, "rows") == wanted
    assert as_names(",".join(names), "rows") == as_names(" , ".join(names), "rows") == wanted


@pytest.mark.parametrize("value", [3, [3], ["a", None], [], {"a": 1}])
def test_what_is_no_list_of_names_is_refused_in_words(value: object) -> None:
    with pytest.raises(UsageError) as caught:
        as_names(value, argument("rows"))  # type: ignore[arg-type]
    assert caught.value.where == "rows"
