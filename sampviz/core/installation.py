"""How sampviz was installed, and so the line that installs what an extra needs."""

import json
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

_NAME = "sampviz"
_ROOT = Path(__file__).parents[2]
# As importlib.metadata has it. That too many files are open, say, is no answer.
_ABSENT = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)


def install_command(extra: str = "") -> str:
    """Return the command that installs sampviz, with an extra, into this environment.

    Parameters
    ----------
    extra : str
        One of pyproject.toml, such as `report`; without one, what sampviz cannot do without.

    Returns
    -------
    str
        It names what sampviz came from: the clone, a folder, a repository or an archive; the index
        of the installer only where it came from there.
    """
    if _is_clone(_ROOT):
        root = "." if Path.cwd() == _ROOT else str(_ROOT)
        return f'pip install -e "{root}{_brackets(extra)}"'
    return f'pip install "{_requirement(extra, _direct_url())}"'


def installed_from() -> str:
    """Return in words what sampviz came from.

    Returns
    -------
    str
        Such as `a clone at /home/me/sampviz` or `the index of the installer`.
    """
    if _is_clone(_ROOT):
        return f"a clone at {_ROOT}"
    direct = _direct_url()
    if direct:
        return _requirement("", direct).partition(" @ ")[2] or "an address that is not known"
    return "the index of the installer" if _is_installed() else f"the folder {_ROOT}, not installed"


def _is_installed() -> bool:
    try:
        return bool(distribution(_NAME).metadata)
    except PackageNotFoundError:
        return False


def _is_clone(folder: Path) -> bool:
    try:
        return f'name = "{_NAME}"' in (folder / "pyproject.toml").read_text("utf-8")
    except (*_ABSENT, UnicodeDecodeError):
        return False


def _direct_url() -> dict[str, Any]:
    """Return what the installer wrote down of where it came from (PEP 610); {} for an index."""
    try:
        values = json.loads(distribution(_NAME).read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def _brackets(extra: str) -> str:
    return f"[{extra}]" if extra else ""


def _requirement(extra: str, direct: dict[str, Any]) -> str:
    name, url = f"{_NAME}{_brackets(extra)}", str(direct.get("url", ""))
    if not url:
        return name
    part = f"#subdirectory={direct['subdirectory']}" if direct.get("subdirectory") else ""
    vcs = direct.get("vcs_info")
    if isinstance(vcs, dict):
        revision = vcs.get("requested_revision") or vcs.get("commit_id") or ""
        at = f"@{revision}" if revision else ""
        return f"{name} @ {vcs.get('vcs', 'git')}+{url}{at}{part}"
    return f"{name} @ {url}{part}"
