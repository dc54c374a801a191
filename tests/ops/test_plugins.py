"""Operations of installed packages."""

import subprocess
import sys
from collections.abc import Callable
from inspect import unwrap
from pathlib import Path

import numpy as np
import pytest

import sampviz as front_door
from sampviz.core.errors import SampvizWarning
from sampviz.core.plugins import plugin_entries
from sampviz.ops.chain import Chain
from sampviz.ops.plugins import GROUP, plugin_operations
from sampviz.ops.registry import OPS, OURS
from sampviz.ops.step import Step
from tests.conftest import Cli
from tests.every import every
from tests.ops import test_constants as constants
from tests.ops import test_laws as laws
from tests.ops import test_places as places
from tests.ops.program import program, programs
from tests.test_readme import OPERATIONS, between

pytestmark = pytest.mark.slow

HERE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip has put the example package."""
    target = tmp_path_factory.mktemp("installed")
    words = "-m pip install -q --no-build-isolation --no-deps --no-index --target"
    subprocess.run(
        [sys.executable, *words.split(), str(target), str(HERE / "example_plugin")], check=True
    )
    return target


def offer(folder: Path, name: str, value: str, package: str = "bad-pools") -> None:
    """Write what an installed package leaves behind that offers one operation."""
    home = folder / f"{package.replace('-', '_')}-1.0.dist-info"
    home.mkdir()
    (home / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (home / "entry_points.txt").write_text(f"[sampviz.ops]\n{name} = {value}\n")


def test_an_installed_operation_is_like_ours(installed: Path) -> None:
    listed, explained, table = programs(
        ["ops"], ["ops", "last"], ["ops", "--markdown"], path=installed
    )
    assert "\nlast " in listed.out
    assert listed.err == ""
    assert explained.out.startswith("last: Keep the last sample")
    assert table.out == between(OPERATIONS, "ops", "/ops")  # that of the readme has ours alone
    words = ["apply", "sample:noise:12x12", "last:3+max", "-o", installed / "out.npy"]
    applied = program(*words, path=installed)
    assert (applied.code, applied.err) == (0, "")
    whole = front_door.load("sample:noise:12x12").array
    assert np.array_equal(np.load(installed / "out.npy"), OPS["max"](whole[2::3, 2::3]))


def test_help_loads_no_plug_in(tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text("raise SystemExit('loaded')")
    offer(tmp_path, "loud", "loud:op")
    result = program("--help", path=tmp_path)
    assert (result.code, result.err) == (0, "")
    assert "is left out" in program("ops", path=tmp_path).err  # it is there


# What stands in a module, and why it is not taken.
LEFT_OUT = {
    "import nowhere": "it cannot be imported: ModuleNotFoundError: No module named 'nowhere'",
    "raise SystemExit(3)": "it cannot be imported: SystemExit: 3",
    "thing = 3": "it is not made with @op, but of type int",
    "": "it cannot be imported: AttributeError: module '{}' has no attribute 'thing'",
    "from sampviz.ops.families.pooling import maximum as thing": "something else is named 'max'",
    "@named('maxblur')": "something else is named 'maxblur'",
    "@named('Not_A')": "its name 'Not_A' has more than the letters a-z and digits",
    "@named('fine', doc='Do.')": "its docstring has no paragraph 'Size: '",
}
NAMED = """
from sampviz.ops import op, unchanged
DOC = 'Do.\\n\\nSize: N\\nDelta: 0\\nEdges: no\\nSource: no'
def named(name, doc=DOC):
    def make(function):
        function.__doc__ = doc
        return op(name, kind='same', linear=True, grid=unchanged)(function)
    return make
"""


def test_plug_ins_that_cannot_be_used_are_left_out(cli: Cli, tmp_path: Path) -> None:
    told = []
    for number, (code, why) in enumerate(LEFT_OUT.items()):
        name = f"bad{number}"
        is_made = code.startswith("@")
        (tmp_path / f"{name}.py").write_text(
            f"{NAMED}{code}\ndef thing(x): return x" if is_made else code
        )
        offer(tmp_path, f"mine{number}", f"{name}:thing", f"{name}-pools")
        reason = why.format(name)
        told.append(f"warning: the operation 'mine{number}' of {name}-pools is left out: {reason}")
    result = program("ops", "--json", path=tmp_path)
    assert result.code == 0
    assert sorted(result.err.splitlines()) == told
    assert result.out == cli("ops", "--json").out


def test_of_two_plug_ins_with_one_name_the_first_package_counts(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(tmp_path, "other", "example_pools:last", "zz-pools")
    monkeypatch.syspath_prepend(installed)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.warns(SampvizWarning) as caught:
        assert [op.name for op in plugin_operations(OURS, plugin_entries(GROUP))] == ["last"]
    assert [str(each.message) for each in caught] == [
        "the operation 'other' of zz-pools is left out: something else is named 'last'"
    ]


LAWS: tuple[tuple[Callable[..., None], tuple[object, ...]], ...] = (
    (laws.test_linear_as_declared, ()),
    (laws.test_leaves_its_input_alone_and_shares_no_memory_with_it, ()),
    (laws.test_rows_and_columns_alike, (Path(),)),
    (constants.test_a_constant_is_multiplied_by_the_gain_away_from_edges, ()),
    (laws.test_each_type_of_number_is_kept_and_as_good_as_it_can_be, ()),
    (laws.test_size_as_stated_or_refused_in_words, ()),
    (places.test_the_first_moment_of_the_weights_is_the_place, (0,)),
)


@every("law, values", LAWS)
def test_an_installed_operation_keeps_the_laws(
    installed: Path,
    monkeypatch: pytest.MonkeyPatch,
    law: Callable[..., None],
    values: tuple[object, ...],
) -> None:
    monkeypatch.syspath_prepend(installed)
    (op,) = plugin_operations(OURS, plugin_entries(GROUP))
    unwrap(law)(Chain((Step.of(op, s=3),)), *values)
