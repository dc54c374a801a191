"""What is installed and missing, of an installation made up here; nothing personal is told."""

import json
import os
from importlib.metadata import version
from pathlib import Path

import pytest

from sampviz.core import installation
from sampviz.core.doctor import doctor
from tests.conftest import Cli

REQUIRED = ["numpy>=2.0", "no-such-library>=7; extra == 'torch'", "tzwin; sys_platform == 'no'"]
EXTRAS = ["nibabel; extra == 'report'", "sampviz[report,torch]; extra == 'all'"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a home folder of jane, who installed sampviz from an archive in it."""
    home = tmp_path / "people" / "jane"
    home.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setattr(installation, "_ROOT", home)
    monkeypatch.syspath_prepend(home)
    write_metadata(home, [*REQUIRED, *EXTRAS])
    return home


def write_metadata(folder: Path, requirements: list[str]) -> None:
    about = folder / "sampviz-9.dist-info"
    about.mkdir(exist_ok=True)
    lines = ["Metadata-Version: 2.1", "Name: sampviz", "Version: 9"]
    lines += [f"Provides-Extra: {name}" for name in ("report", "torch", "all")]
    lines += [f"Requires-Dist: {requirement}" for requirement in requirements]
    (about / "METADATA").write_text("\n".join(lines) + "\n")
    address = f"https://jane:secret@example.org{folder}/s.whl"
    (about / "direct_url.json").write_text(json.dumps({"url": address, "archive_info": {}}))


@pytest.mark.usefixtures("home")
def test_extras_are_those_of_the_metadata() -> None:
    diagnosis = doctor()
    assert diagnosis.whole
    assert diagnosis.required.versions == {"numpy": version("numpy")}
    assert list(diagnosis.extras) == ["all", "report", "torch"]
    assert diagnosis.extras["report"].versions == {"nibabel": version("nibabel")}
    assert diagnosis.extras["report"].install == ""
    assert diagnosis.extras["all"].missing == ("no-such-library>=7",)
    assert set(diagnosis.extras["all"].versions) == {"nibabel", "no-such-library"}
    assert diagnosis.extras["torch"].install.startswith('pip install "sampviz[torch] @ https://')


@pytest.mark.parametrize("requirement", ["no-such-library", "numpy>=999"])
def test_what_is_missing_or_too_old_is_said_and_is_an_exit_code(
    cli: Cli, home: Path, requirement: str
) -> None:
    write_metadata(home, [requirement])
    result = cli("doctor")
    assert result.code == 1
    assert f"lacks {requirement}; pip install " in result.out.splitlines()[-1]


def test_nothing_personal_is_told(
    cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for cache, told in (
        (home / ".cache" / "sampviz", os.path.join("~", ".cache", "sampviz")),  # noqa: PTH118
        (tmp_path / "scratch" / "jane" / "c", str(tmp_path / "scratch" / "USER" / "c")),
    ):
        monkeypatch.setenv("SAMPVIZ_CACHE", str(cache))
        text = cli("doctor", "--json").out
        assert "jane" not in text + cli("doctor").out
        assert "secret" not in text
        assert json.loads(text)["cache"] == told
    monkeypatch.setenv("SAMPVIZ_CACHE", "off")
    assert "cache:     off\n" in cli("doctor").out


def test_the_lines_hold_what_the_object_does(cli: Cli, home: Path) -> None:
    values = json.loads(cli("doctor", "--json").out)
    diagnosis = doctor()
    assert values == {"schema": 1, **json.loads(json.dumps(diagnosis.json()))}
    lines = cli("doctor").out
    assert lines == f"{diagnosis}\n"
    for text in (values["version"], values["python"], values["system"], version("numpy")):
        assert text in lines
    assert "no-such-library>=7" in lines
    assert home.name not in diagnosis._repr_html_()


def test_a_folder_that_nobody_installed_is_called_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(installation, "_ROOT", tmp_path)
    monkeypatch.setattr(installation, "_NAME", "no-such-package")
    assert installation.installed_from() == f"the folder {tmp_path}, not installed"
