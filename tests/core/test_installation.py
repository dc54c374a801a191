"""The line that installs an extra works, wherever sampviz came from; it is written in one place."""

import errno
import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest

import sampviz
from sampviz.core import installation

ROOT = Path(sampviz.__file__).parents[1]
SOURCES = [
    *sorted((ROOT / "sampviz").rglob("*.py")),
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]


def test_in_a_clone_it_is_the_clone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert installation.install_command("report") == f'pip install -e "{ROOT}[report]"'
    monkeypatch.chdir(ROOT)
    assert installation.install_command("report") == 'pip install -e ".[report]"'


def test_what_cannot_be_told_for_now_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> str:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(Path, "read_text", fail)
    with pytest.raises(OSError, match="Too many"):
        installation.installed_from()


DIRECT: dict[str, tuple[dict[str, Any], str]] = {
    "an index": ({}, "sampviz[torch]"),
    "a repository": (
        {"url": "https://example.org/s.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
        "sampviz[torch] @ git+https://example.org/s.git@abc",
    ),
    "a branch": (
        {
            "url": "https://example.org/s.git",
            "vcs_info": {"vcs": "git", "commit_id": "abc", "requested_revision": "v1"},
            "subdirectory": "py",
        },
        "sampviz[torch] @ git+https://example.org/s.git@v1#subdirectory=py",
    ),
    "an archive": (
        {"url": "https://example.org/s-1.tar.gz", "archive_info": {}},
        "sampviz[torch] @ https://example.org/s-1.tar.gz",
    ),
    "a folder": (
        {"url": "file:///home/me/s", "dir_info": {}},
        "sampviz[torch] @ file:///home/me/s",
    ),
}


@pytest.mark.parametrize(("direct", "wanted"), DIRECT.values(), ids=DIRECT)
def test_elsewhere_it_is_what_the_installer_wrote_down(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, direct: dict[str, Any], wanted: str
) -> None:
    home = tmp_path / "sampviz-9.dist-info"
    home.mkdir()
    (home / "METADATA").write_text("Metadata-Version: 2.1\nName: sampviz\nVersion: 9\n")
    if direct:
        (home / "direct_url.json").write_text(json.dumps(direct))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(installation, "_ROOT", tmp_path)
    command = shlex.split(installation.install_command("torch"))
    assert command == ["pip", "install", wanted]


@pytest.mark.parametrize("text", ["", "no JSON", "[]"])
def test_a_damaged_note_is_no_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    home = tmp_path / "sampviz-9.dist-info"
    home.mkdir()
    (home / "METADATA").write_text("Metadata-Version: 2.1\nName: sampviz\nVersion: 9\n")
    (home / "direct_url.json").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(installation, "_ROOT", tmp_path)
    assert installation.install_command("torch") == 'pip install "sampviz[torch]"'


def test_every_extra_that_is_named_is_one() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
        "optional-dependencies"
    ]
    named = {
        name
        for path in SOURCES
        for name in re.findall(r'install_command\("([a-z]+)"\)', path.read_text("utf-8"))
    }
    assert named
    assert named <= set(extras)


# Names that only an index would know; a clone is `.`, a repository has its URL.
FROM_AN_INDEX = re.compile(
    r"""(?:pip|uv|pipx)[^\n`]*? install [^\n`]*?['" ]sampviz(?! @)|install ['"]?sampviz(?! @)"""
)


def others() -> list[Path]:
    found = [path for path in SOURCES if path != Path(installation.__file__)]
    assert len(found) > 400
    return found


def test_no_other_text_says_how_to_install_it() -> None:
    assert [path for path in others() if FROM_AN_INDEX.search(path.read_text("utf-8"))] == []


def test_what_runs_it_without_installing_names_where_it_is() -> None:
    wrong = []
    for path in others():
        text = path.read_text("utf-8")
        runs = re.findall(r"(?:uvx|pipx run|uv tool run) ([^\n`]*sampviz[^\n`]*)", text)
        wrong += [path for words in runs if not re.match(r"--(?:from|spec) (?:\.|git\+)", words)]
    assert wrong == []
