"""The versions of what the bytes of a figure depend on."""

import re
from collections.abc import Mapping
from importlib.metadata import distribution

from sampviz.core.bounded_cache import bounded_cache
from sampviz.core.errors import UsageError, argument
from sampviz.core.plugins import plugin_versions
from sampviz.core.version import __version__

_PROGRAMS = ("numpy", "scipy", "matplotlib", "pillow", "nibabel", "opencv-python-headless")


@bounded_cache(2**16)
def versions() -> dict[str, str]:
    """Return the version of sampviz, of the libraries, and of packages with plug-ins."""
    programs = {"sampviz": __version__, **{name: _version(name) for name in _PROGRAMS}}
    return programs | plugin_versions()


def check_versions(expected: Mapping[str, str]) -> None:
    """Raise UsageError if this machine, a worker, has other versions than those of the command."""
    own = versions()
    if own == expected:
        return
    differences = [
        f"{name} {own.get(name)}, not {version}"
        for name, version in expected.items()
        if own.get(name) != version
    ]
    raise UsageError(
        f"the worker has {'; '.join(differences) or 'more operations'}",
        argument("scheduler"),
        "install the same versions on all machines",
    )


def _version(name: str) -> str:
    """Return the version of a package, from the first lines of what is known of it.

    Python reads all of that, as an e-mail with a page of text: 15 ms for all of them.
    """
    package = distribution(name)
    line = re.search(r"^Version: (\S+)$", package.read_text("METADATA") or "", re.MULTILINE)
    return line[1] if line else package.version
