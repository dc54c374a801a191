"""Recipes: whatever is written in them, it is a figure or an error with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampviz.core.errors import InputError, SampvizError, UsageError
from sampviz.recipes.gallery import recipe_text, shipped
from sampviz.recipes.read import parse_recipe
from tests.texts import any_text

GOOD = '[[figure]]\nname = "a"\ninputs = "sample:dwi"\nops = "max"\n'


def error_of(text: str, options: dict[str, str] | None = None) -> str:
    with pytest.raises(UsageError) as caught:
        parse_recipe(text, "mine.toml", options)
    return str(caught.value)


def test_shipped_recipes_are_figures_of_their_own_name() -> None:
    assert shipped() == [
        "contrasts",
        "pitfalls",
        "blurpool",
        "flc",
        "asap",
        "dpp",
        "alternatives",
        "checkerboard",
        "upsampling",
    ]
    for name in shipped():
        (recipe,) = parse_recipe(recipe_text(name), name)
        assert recipe.name == name
        assert recipe.about
        assert recipe.inputs
        assert bool(recipe.ops) == (recipe.kind != "inputs")


def test_a_recipe_may_have_several_figures() -> None:
    first, second = parse_recipe(GOOD + GOOD.replace('"a"', '"b"'), "mine.toml")
    assert (first.name, second.name) == ("a", "b")
    assert first.inputs == ["sample:dwi"]
    assert first.ops == ["max"]
    assert first.kind == "compare"


def test_options_are_put_into_the_texts() -> None:
    text = GOOD.replace('"max"', '["max:k={k}", "blur:k={k}"]') + 'options = { k = "3" }\n'
    assert parse_recipe(text, "")[0].ops == ["max:k=3", "blur:k=3"]
    assert parse_recipe(text, "", {"k": "5"})[0].ops == ["max:k=5", "blur:k=5"]
    panels = (
        '[[figure]]\nname = "a"\nkind = "steps"\ninputs = "sample:dwi"\nops = "max"\n'
        'panels = [{ show = "image", stage = 0, title = "by {n}" }]\noptions = { n = 2 }\n'
    )
    assert parse_recipe(panels, "")[0].values["panels"][0]["title"] == "by 2"


ERRORS = {
    "no TOML": ("[[figure]\n", "this is not TOML"),
    "unknown table": (
        "[[figures]]\n",
        "unknown key 'figures'\n  in:  mine.toml, line 1\n  fix: did you mean 'figure'?",
    ),
    "empty": ("", "there is no [[figure]] in it\n  in:  mine.toml\n"),
    "not a list": ("[figure]\nname = 1\n", "there is no [[figure]] in it"),
    "unknown key": (
        GOOD + 'rws = "image"\n',
        "unknown key 'rws'\n  in:  mine.toml, line 5\n  fix: did you mean 'rows'? a figure of kind",
    ),
    "key of another kind": (
        GOOD + 'kind = "steps"\nrows = "image"\n',
        "unknown key 'rows'\n  in:  mine.toml, line 6\n  fix: ",
    ),
    "unknown kind": (
        GOOD + 'kind = "grid"\n',
        "no kind of figure is named 'grid'\n  in:  mine.toml, line 5\n"
        "  fix: compare, steps, inputs",
    ),
    "wrong type": (
        GOOD + 'levels = "two"\n',
        "levels = 'two' is not a whole number\n  in:  mine.toml, line 5\n"
        "  fix: each chain so many times",
    ),
    "a flag is no number": (GOOD + "levels = true\n", "levels = True is not a whole number"),
    "a number is no text": (GOOD + "title = 5\n", "title = 5 is not a text"),
    "no inputs in a list": (
        GOOD.replace('"sample:dwi"', "[]"),
        "inputs = [] is not a text or a list of texts\n  in:  mine.toml, line 3\n"
        "  fix: files",
    ),
    "no name": (
        '[[figure]]\nops = "max"\n',
        "a figure needs a name\n  in:  mine.toml\n  fix: letters, digits, '_', '-' and '.'",
    ),
    "name of a folder": (
        GOOD.replace('"a"', '"../a"'),
        "'../a' cannot be the name of a file\n  in:  mine.toml, line 2\n",
    ),
    "two of one name": (GOOD + GOOD, "two figures are named 'a'\n  in:  mine.toml"),
    "unknown key of a panel": (
        GOOD + 'kind = "steps"\npanels = [{ show = "image", stag = 1 }]\n',
        "unknown key 'stag'\n  in:  mine.toml, line 6\n  fix: did you mean 'stage'? a panel has",
    ),
    "an option that is not there": (
        GOOD.replace('"max"', '"max:k={side}"') + "options = { sides = 2 }\n",
        "no option is named 'side'\n  in:  mine.toml\n  fix: did you mean 'sides'? write it",
    ),
    "an option of no kind": (GOOD + "options = 3\n", "options = 3 is not a table of texts"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "start"), ERRORS.values(), ids=ERRORS)
def test_what_cannot_be_meant_is_said_with_its_line(text: str, start: str) -> None:
    told = error_of(text)
    assert told.startswith(start)
    assert "mine.toml" in told


def test_an_option_that_the_recipe_has_not_is_said() -> None:
    text = GOOD.replace('"max"', '"max:k={side}"') + "options = { side = 2 }\n"
    assert error_of(text, {"sid": "3"}) == (
        "the recipe has no option 'sid'\n  in:  mine.toml\n  fix: did you mean 'side'? it has: side"
    )
    assert error_of(GOOD, {"kernel": "box"}).endswith("fix: it has: none")


def is_read_or_refused_in_words(text: str) -> bool:
    try:
        return bool(parse_recipe(text, "mine.toml"))
    except SampvizError as err:
        return bool(err.what) and err.where.startswith("mine.toml")


@given(any_text())
def test_any_text_is_a_recipe_or_an_error_in_words(text: str) -> None:
    for each in (text, f"[[figure]]\n{text}", f'{GOOD}title = "{text}"\n'):
        assert is_read_or_refused_in_words(each)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text(), inner, max_size=3),
    max_leaves=5,
)


def as_toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{as_toml(k)} = {as_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(c):08x}" for c in value if ord(c) < 0xD800) + '"'
    return "0" if value is None else str(value)


KEYS = ("name", "about", "kind", "inputs", "ops", "options", "slice", "scale", "rows", "levels")


@given(st.dictionaries(st.sampled_from([*KEYS, "panels", "colour"]), values, max_size=4))
def test_any_values_are_a_recipe_or_an_error_in_words(written: dict[str, object]) -> None:
    lines = [f"{key} = {as_toml(value)}\n" for key, value in written.items()]
    assert is_read_or_refused_in_words("[[figure]]\n" + "".join(lines))


def test_a_figure_that_there_is_not() -> None:
    with pytest.raises(UsageError) as caught:
        recipe_text("alternativ")
    assert str(caught.value) == (
        "no figure is named 'alternativ'\n  in:  sampviz figure\n"
        "  fix: did you mean 'alternatives'? `sampviz figure --list` lists them all"
    )


def test_files_that_are_no_recipes(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    cases = {
        "there is no such file": None,
        "the recipe is not UTF-8 text": b"[[figure]]\nname = '\xff'\n",
        "this is too large for a recipe": b"#" * 1_000_001,
    }
    for what, content in cases.items():
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(InputError) as caught:
            recipe_text(str(path))
        assert caught.value.what == what
        assert caught.value.where == str(path)
        assert caught.value.fix
    path.unlink()
    path.mkdir()
    with pytest.raises(SampvizError, match="is a folder"):
        recipe_text(str(path))
