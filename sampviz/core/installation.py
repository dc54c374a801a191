"""How sampviz was installed, and so the line that installs what an extra needs."""

import json
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

_NAME = "sampviz"
_ROOT = Path(__file__).parents[2]


def install_command(extra: str) -> str:
    """Return the command that installs an extra of sampviz into this environment.

    Parameters
    ----------
    extra : str
        One of pyproject.toml, such as `report`.

    Returns
    -------
    str
        It names what sampviz came from: the clone, a folder, a repository or an archive; the index
        of the installer only where it came from there.
    """
    if _is_clone(_ROOT):
        root = "." if Path.cwd() == _ROOT else str(_ROOT)
        return f'pip install -e "{root}[{extra}]"'
    return f'pip install "{_requirement(extra, _direct_url())}"'


def _is_clone(folder: Path) -> bool:
    try:
        return f'name = "{_NAME}"' in (folder / "pyproject.toml").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def _direct_url() -> dict[str, Any]:
    """Return what the installer wrote down of where it came from (PEP 610); {} for an index."""
    try:
        values = json.loads(distribution(_NAME).read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def _requirement(extra: str, direct: dict[str, Any]) -> str:
    name, url = f"{_NAME}[{extra}]", str(direct.get("url", ""))
    if not url:
        return name
    part = f"#subdirectory={direct['subdirectory']}" if direct.get("subdirectory") else ""
    vcs = direct.get("vcs_info")
    if isinstance(vcs, dict):
        revision = vcs.get("requested_revision") or vcs.get("commit_id") or ""
        at = f"@{revision}" if revision else ""
        return f"{name} @ {vcs.get('vcs', 'git')}+{url}{at}{part}"
    return f"{name} @ {url}{part}"
