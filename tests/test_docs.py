"""What docs/ci.md and the pre-commit hook say is what the program does."""

import ast
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sampviz.analysis.evaluation import evaluate, source_of
from sampviz.analysis.metric import SECTIONS
from sampviz.images.image import Image
from sampviz.ops.chain import Chain
from sampviz.recipes import gallery
from tests.conftest import Cli
from tests.every import every

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
DOCS = (ROOT / "docs" / "ci.md").read_text("utf-8")


def test_the_shipped_figures_are_pinned_by_the_two_commands(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # Workers are judged elsewhere.
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0}, raising=False)
    # One of each kind: all are drawn by the tests of recipes.
    some = ["contrasts", "dpp", "flc"]
    monkeypatch.setattr("sampviz.recipes.gallery.shipped", lambda: some)
    text = gallery.recipe_text
    coarse = "[[figure]]\ndpi = 150\n"
    monkeypatch.setattr(
        "sampviz.recipes.read.recipe_text", lambda name: text(name).replace("[[figure]]\n", coarse)
    )
    (block,) = re.findall(r"```sh\n(.*?)```", DOCS, re.DOTALL)
    update, check = (shlex.split(line) for line in block.splitlines())
    assert update[:2] == check[:2] == ["sampviz", "check"]
    assert cli(*update[1:], "-q").code == 0
    assert sorted(path.stem for path in Path("baselines").glob("*.npz")) == [
        "contrasts",
        "dpp",
        "flc",
    ]
    result = cli(*check[1:], "-q")
    assert result.code == 0, result.out
    assert result.out.endswith("\n3 of 3 are as they should be\n")
    assert {"report.xml", "report"} <= {path.name for path in Path().iterdir()}


def test_the_hook_runs_a_command_that_is_there(cli: Cli) -> None:
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text()
    (entry,) = re.findall(r"entry: sampviz (.*)", hook)
    assert cli(entry, "--help").code == 0
    (named,) = re.findall(r"- id: (.*)", hook)
    assert f"- id: {named}" in DOCS


def test_what_is_pinned_is_the_readers_own_revision() -> None:
    pinned = re.findall(r"git\+(\S+)@(\S+)\"", DOCS) + re.findall(
        r"repo: (\S+)\n *rev: (\S+)", DOCS
    )
    assert pinned == [("ADDRESS", "REVISION")] * 3  # which the page says how to find


def test_the_fixture_is_offered_to_pytest() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    offered = told["project"]["entry-points"]["pytest11"]
    assert offered == {"sampviz.testing.pytest_plugin": "sampviz.testing.pytest_plugin"}


EXAMPLE = ROOT / "tests" / "example_plugin"
PACKAGE = (ROOT / "docs" / "howto" / "package.md").read_text("utf-8")


def test_the_package_of_the_manual_is_the_one_that_is_tested() -> None:
    blocks = re.findall(
        r"^## `([\w./]+)`\n.*?^```\w+\n(.*?)^```$", PACKAGE, re.DOTALL | re.MULTILINE
    )
    files = [path for suffix in ("toml", "py") for path in EXAMPLE.rglob(f"*.{suffix}")]
    assert {name: text.encode() for name, text in blocks} == {
        path.relative_to(EXAMPLE).as_posix(): path.read_bytes() for path in files
    }


def test_the_package_of_the_manual_prints_what_it_says(tmp_path: Path) -> None:
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    home = tmp_path / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    home.mkdir()
    (home / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    (home / "entry_points.txt").write_text(
        "".join(
            f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in offered.items())
            for group, offered in project["entry-points"].items()
        )
    )
    (tmp_path / "x.pgm").write_bytes(b"P5 4 3 255\nabcdefghijkl")
    paths = os.pathsep.join(map(str, (tmp_path, EXAMPLE, ROOT)))
    sessions = re.findall(r"^\$ sampviz (.*)\n((?:.*\n)*?)```$", PACKAGE, re.MULTILINE)
    assert len(sessions) == 3
    for words, printed in sessions:
        done = subprocess.run(
            [sys.executable, "-m", "sampviz", *shlex.split(words)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": paths},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == printed


CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", CONTRIBUTING, re.DOTALL)


def test_the_example_of_an_operation_is_one() -> None:
    names: dict[str, Any] = {"__name__": "example"}
    exec(EXAMPLES[0], names)
    plane = np.arange(16.0).reshape(4, 4)
    assert names["last"](plane).tolist() == [[5, 7], [13, 15]]
    assert list(names["last"].sections) == ["Size", "Delta", "Edges", "Source"]


def test_the_example_of_a_measure_is_one() -> None:
    names: dict[str, Any] = {"__name__": "example"}
    exec(EXAMPLES[1], names)
    image = Image.of(np.arange(64.0).reshape(8, 8))
    original = source_of(image, None)

    def value(chain: str) -> float:
        return float(names["brightest"](evaluate(original, Chain.parse(chain))).value)

    assert value("max") == 0
    assert value("avg") == (63 + 62 + 55 + 54) / 4 - 63
    assert list(names["brightest"].sections) == list(SECTIONS)


@pytest.mark.parametrize("path", re.findall(r"`(sampviz/[\w/.]+)`", CONTRIBUTING))
def test_the_files_that_contributors_are_sent_to_are_there(path: str) -> None:
    made_there = path.endswith("last_sample.py")  # by the reader
    assert (ROOT / path).exists() != made_there


def test_the_tasks_that_are_listed_are_those_that_run() -> None:
    listed = re.findall(r"`nox -s ([\w-]+)`", CONTRIBUTING)
    tasks = ast.parse((ROOT / "noxfile.py").read_text())
    sessions = [
        next(
            (
                k.value.value
                for d in node.decorator_list
                if isinstance(d, ast.Call)
                for k in d.keywords
                if k.arg == "name" and isinstance(k.value, ast.Constant)
            ),
            node.name,
        )
        for node in tasks.body
        if isinstance(node, ast.FunctionDef)
    ]
    assert set(sessions) <= set(listed)
    assert set(listed) <= set(sessions)


@every("page", sorted((ROOT / "docs").rglob("*.md")))
def test_links_of_the_manual_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\[[^\]\n]+\]\(([\w./-]+)\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target
