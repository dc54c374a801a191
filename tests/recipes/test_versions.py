"""What the bytes of a figure depend on has the versions that its packages say."""

from importlib.metadata import version

import pytest

from sampviz.core.errors import UsageError
from sampviz.core.version import __version__
from sampviz.recipes.versions import check_versions, versions


def test_versions_are_those_of_the_installed_packages() -> None:
    found = versions()
    assert found["sampviz"] == __version__
    for name in ("numpy", "scipy", "matplotlib", "pillow", "nibabel", "opencv-python-headless"):
        assert found[name] == version(name)


def test_a_worker_of_other_versions_is_refused_and_all_that_differ_are_named() -> None:
    own = versions()
    check_versions(dict(own))
    with pytest.raises(UsageError) as told:
        check_versions({**own, "numpy": "0.9", "a plug-in": "1.0"})
    assert told.value.what == (
        f"the worker has numpy {own['numpy']}, not 0.9; a plug-in None, not 1.0"
    )
    assert told.value.fix == "install the same versions on all machines"
    fewer = {name: text for name, text in own.items() if name != "scipy"}
    with pytest.raises(UsageError, match="the worker has more operations"):
        check_versions(fewer)
