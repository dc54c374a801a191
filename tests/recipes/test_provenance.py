"""A record says how a figure was made, and nothing that could tell who is on it."""

import getpass
import json
import socket
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampviz.core.errors import ChainError, InputError
from sampviz.figures.options import ENDINGS
from sampviz.figures.render.save import save
from sampviz.images.embedded_text import embedded_text
from sampviz.recipes.draw import draw_recipe
from sampviz.recipes.provenance import Record, changes, parse_record
from sampviz.recipes.recipe import Recipe
from tests.texts import any_text

SECRET = b"DOE^JANE 1961-04-12"
ODD = '50 % <of> "it" (é, \\ & ν)'


def recipe(**values: object) -> Recipe:
    return Recipe("f", "compare", {"ops": ["max:2"], "inputs": ["sample:noise:16x12"], **values})


def scan_with_a_name(folder: Path) -> Path:
    """A volume of which the header names a patient."""
    volume = nib.Nifti1Image(np.arange(256, dtype=np.float32).reshape(8, 8, 4), np.eye(4))
    for key in ("descrip", "db_name", "aux_file", "intent_name"):
        volume.header[key] = SECRET[: volume.header[key].dtype.itemsize]
    volume.header.extensions.append(nib.nifti1.Nifti1Extension(6, SECRET))
    folder.mkdir()
    nib.save(volume, folder / "scan.nii.gz")
    return folder / "scan.nii.gz"


def record(**values: object) -> Record:
    return parse_record(draw_recipe(recipe(**values)).record, "here")


@pytest.mark.slow
@pytest.mark.usefixtures("unpainted")
def test_every_format_carries_the_record_which_does_not_tell_who_where_or_when(
    tmp_path: Path,
) -> None:
    figure = draw_recipe(recipe(title=ODD, inputs=[str(scan_with_a_name(tmp_path / "ward7"))]))
    for name in (socket.gethostname(), getpass.getuser()):
        assert f'"{name}"' not in figure.record
    persons = (b"DOE", b"JANE", b"1961", b"ward7", str(tmp_path).encode(), b"/home")
    for ending in ENDINGS:
        path = save(figure, tmp_path / f"f{ending}")
        assert embedded_text(path) == (ending, figure.record)
        whole = path.read_bytes()
        assert b"scan.nii.gz" in whole, ending
        assert [word for word in (*persons, b"Date", b"tIME") if word in whole] == [], ending


def test_chains_are_canonical_and_defaults_are_left_out() -> None:
    said = record(ops=["max:2,blur:k=4"], levels=1, window="0,1", up="cells", nan="keep")
    assert said.recipe.values == {
        "ops": ["max", "blur"],
        "inputs": ["sample:noise:16x12"],
        "window": "0,1",
    }
    assert said.windows["image, original"] == [0, 1]


def test_a_record_has_what_a_figure_of_its_kind_has_not_by_default() -> None:
    usual = {"levels": 1, "cmap": "gray", "show": "magnitude", "window_scope": "shared"}
    assert record(**usual, annotate=True).recipe.values.keys() == {"ops", "inputs"}
    others = {"levels": 2, "cmap": "viridis", "window_scope": "panel", "annotate": False}
    assert record(**others).recipe.values.items() >= others.items()
    panels = [{"show": "image", "stage": 0}, {"show": "image", "stage": 1}]
    for convention, kept in (("neurological", set()), ("radiological", {"convention"})):
        values = {**recipe().values, "panels": panels, "convention": convention}
        found = parse_record(draw_recipe(Recipe("f", "steps", values)).record, "here")
        assert found.recipe.values.keys() == {"ops", "inputs", "panels"} | kept


def test_an_input_is_known_by_its_bytes_and_its_name(tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    np.save(path, np.eye(8))
    found = parse_record(draw_recipe(recipe(inputs=[str(path)])).record, "here")
    assert found.recipe.inputs == ["x.npy"]
    assert found.digests == (sha256(path.read_bytes()).hexdigest(),)


def test_of_a_pair_both_files_count(tmp_path: Path) -> None:
    nib.save(nib.Nifti1Pair(np.ones((8, 8, 2), np.float32), np.eye(4)), tmp_path / "v.img")
    both = (tmp_path / "v.hdr").read_bytes() + (tmp_path / "v.img").read_bytes()
    for half in ("v.hdr", "v.img"):
        found = parse_record(draw_recipe(recipe(inputs=[str(tmp_path / half)])).record, "here")
        assert found.digests == (sha256(both).hexdigest(),)


@pytest.mark.slow
@given(any_text() | st.recursive(st.none() | st.integers() | any_text(), st.lists).map(json.dumps))
def test_any_text_is_a_record_or_an_error(text: str) -> None:
    with pytest.raises(InputError):
        parse_record(text, "f.png")


def test_code_in_a_record_is_not_run_unless_allowed() -> None:
    table = json.loads(draw_recipe(recipe()).record)
    table["figure"]["ops"] = ["antigravity.wings:fly"]
    found = parse_record(json.dumps(table), "f.png")
    with pytest.raises(ChainError, match="allow_code=True"):
        draw_recipe(found.recipe)


def test_names_in_braces_stay_as_they_are() -> None:
    figure = draw_recipe(recipe(title="{subject}"))
    assert draw_recipe(parse_record(figure.record, "f").recipe).record == figure.record


def test_changes_name_inputs_options_versions_and_the_font() -> None:
    then = record()
    now = replace(
        record(window="0,1", levels=2, ops=["max,blur"]),
        digests=("0" * 64,),
        versions={**then.versions, "numpy": "9.9", "font": "DejaVu Sans 000000000000"},
    )
    old = then.versions
    assert changes(then, now) == [
        "input sample:noise:16x12: other bytes, SHA-256 none then, 000000000000 now",
        "option ops: max then, max,blur now",
        "option window: the default then, 0,1 now",
        "option levels: the default then, 2 now",
        f"numpy: {old['numpy']} then, 9.9 now",
        f"font: {old['font']} then, DejaVu Sans 000000000000 now",
    ]
    assert changes(then, then) == []
