"""Starting is quick because nothing is imported that is not used; modules tell, not the clock."""

import subprocess
import sys

import pytest

import sampviz

HEAVY = ("numpy", "scipy", "cv2", "nibabel", "matplotlib", "PIL")


def modules_after(code: str) -> set[str]:
    after = "except SystemExit: pass\nprint(*sys.modules, file=sys.stderr)"
    script = f"import sys\ntry:\n    {code}\n{after}"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        *(
            [name, "--help"]
            for name in (
                "compare",
                "report",
                "measure",
                "spectrum",
                "response",
                "shift",
                "explain",
                "figure",
                "batch",
                "recipe",
                "verify",
            )
        ),
        [],
    ],
)
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    code = f"import sys; sys.argv = ['sampviz', *{words}]; from sampviz.cli import main; main()"
    assert not modules_after(code) & set(HEAVY)


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not modules_after("import sampviz") & set(HEAVY)


def test_listing_operations_draws_nothing() -> None:
    code = "from sampviz.cli.app import run; run(['ops'])"
    assert not modules_after(code) & {"matplotlib", "nibabel", "scipy", "PIL", "cv2"}


def test_python_dash_m_is_the_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sampviz", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"sampviz {sampviz.__version__}\n"


def test_the_public_names_are_there() -> None:
    for name in sampviz.__all__:
        assert getattr(sampviz, name) is not None
    assert set(sampviz.__all__) <= set(dir(sampviz))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sampviz.nothing
