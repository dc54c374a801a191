"""The versions of what the bytes of a figure depend on."""

from importlib.metadata import entry_points, version

from sampviz.core.bounded_cache import bounded_cache
from sampviz.core.version import __version__

_PROGRAMS = ("numpy", "scipy", "matplotlib", "pillow", "nibabel", "opencv-python-headless")


@bounded_cache(2**16)
def versions() -> dict[str, str]:
    """Return the version of sampviz, of the libraries, and of packages that offer operations."""
    programs = {"sampviz": __version__, **{name: version(name) for name in _PROGRAMS}}
    for entry_point in entry_points(group="sampviz.ops"):
        if entry_point.dist:
            programs[entry_point.dist.name] = entry_point.dist.version
    return programs
