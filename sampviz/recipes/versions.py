"""The versions of what the bytes of a figure depend on."""

from importlib.metadata import version

from sampviz.core.bounded_cache import bounded_cache
from sampviz.core.plugins import plugin_versions
from sampviz.core.version import __version__

_PROGRAMS = ("numpy", "scipy", "matplotlib", "pillow", "nibabel", "opencv-python-headless")


@bounded_cache(2**16)
def versions() -> dict[str, str]:
    """Return the version of sampviz, of the libraries, and of packages with plug-ins."""
    programs = {"sampviz": __version__, **{name: version(name) for name in _PROGRAMS}}
    return programs | plugin_versions()
