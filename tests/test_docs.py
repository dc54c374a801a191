"""What docs/ci.md and the pre-commit hook say is what the program does."""

import re
import shlex
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from sampviz.recipes.gallery import shipped
from tests.conftest import Told

ROOT = Path(__file__).parent.parent
DOCS = (ROOT / "docs" / "ci.md").read_text("utf-8")


def test_the_shipped_figures_are_pinned_by_the_two_commands(
    sampviz: Callable[..., Told], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    (block,) = re.findall(r"```sh\n(.*?)```", DOCS, re.DOTALL)
    update, check = (shlex.split(line) for line in block.splitlines())
    assert update[:2] == check[:2] == ["sampviz", "check"]
    assert sampviz(*update[1:], "-q").code == 0
    assert sorted(path.stem for path in Path("baselines").glob("*.npz")) == shipped()
    told = sampviz(*check[1:], "-q")
    assert told.code == 0, told.out
    assert told.out.endswith(f"\n{len(shipped())} of {len(shipped())} are as they should be\n")
    assert {"report.xml", "report"} <= {path.name for path in Path().iterdir()}


def test_the_hook_runs_a_command_that_is_there(sampviz: Callable[..., Told]) -> None:
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text()
    (entry,) = re.findall(r"entry: sampviz (.*)", hook)
    assert sampviz(entry, "--help").code == 0
    (named,) = re.findall(r"- id: (.*)", hook)
    assert f"- id: {named}" in DOCS


def test_the_fixture_is_offered_to_pytest() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    offered = told["project"]["entry-points"]["pytest11"]
    assert offered == {"sampviz.testing.pytest_plugin": "sampviz.testing.pytest_plugin"}
