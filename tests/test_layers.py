"""Imports point down: a room imports only from floors below it, or from itself."""

import ast
from pathlib import Path

import pytest

import sampviz

PACKAGE = Path(sampviz.__file__).parent
FLOORS = [
    {"text", "errors", "once", "starting", "arrays", "parallel", "cluster"},
    {"parameter", "op", "image", "weights", "trial", "measurement"},
    {"ops", "own", "measures"},
    {
        "grammar",
        "step",
        "chain",
        "explain",
        "formulas",
        "catalogue",
        "steps",
        "facts",
        "spectrum",
        "probe",
        "response",
        "io",
        "cuts",
        "trials",
        "measuring",
        "sweep",
    },
    {"figure", "verify"},
    {
        "keys",
        "matrix",
        "datasets",
        "drafts",
        "recipe",
        "schema",
        "figures",
        "versions",
        "batch",
        "snapshot",
        "provenance",
        "report",
        "rerun",
        "survey",
        "tally",
        "tables",
        "tradeoff",
    },
    {"cli", "__main__", "pytest_plugin"},
]
# The front door: it names what users import, and imports it when it is asked for.
FRONT_DOOR = "__init__"
SOURCES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))


def room(parts: tuple[str, ...]) -> str:
    return parts[0].removesuffix(".py")


def floor(name: str) -> int:
    return next(i for i, rooms in enumerate(FLOORS) if name in rooms)


def imported(path: Path) -> set[str]:
    """The rooms that a file imports, wherever in it; read, not run."""
    found = set()
    for node in ast.walk(ast.parse((PACKAGE / path).read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("sampviz.")}
    return found - {"__version__"}


@pytest.mark.parametrize("path", [s for s in SOURCES if room(s.parts) != FRONT_DOOR], ids=str)
def test_imports_point_down(path: Path) -> None:
    here = room(path.parts)
    for name in imported(path):
        assert name == here or floor(name) < floor(here) or _same_floor(name, here), (
            f"{path} imports {name}"
        )


def _same_floor(name: str, here: str) -> bool:
    # Within a floor, files may build on each other where that makes no circle: see the next test.
    return floor(name) == floor(here)


def test_rooms_make_no_circle() -> None:
    below: dict[str, set[str]] = {}
    for path in SOURCES:
        here = room(path.parts)
        if here != FRONT_DOOR:
            below.setdefault(here, set()).update(imported(path) - {here})
    while below:
        free = {name for name, needs in below.items() if not needs & set(below)}
        assert free, f"a circle among {sorted(below)}"
        below = {name: needs for name, needs in below.items() if name not in free}


def packages(path: Path, *, anywhere: bool) -> set[str]:
    """The other packages that a file imports: anywhere in it, or at its top, when it is loaded."""
    tree = ast.parse((PACKAGE / path).read_text())
    found = set()
    for node in ast.walk(tree) if anywhere else tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
    return found


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("nibabel", {"io/header.py", "io/nifti.py", "io/export.py"}),
        ("cv2", {"io/raster.py", "io/export.py", "io/encode.py", "verify/cv2.py"}),
        ("PIL", {"io/raster.py", "io/animation.py", "verify/pillow.py"}),
        ("torch", {"verify/torch.py"}),
        ("jinja2", {"report/page.py"}),
    ],
)
def test_libraries_of_files_and_of_oracles_are_imported_in_one_place(
    package: str, allowed: set[str]
) -> None:
    users = {str(path) for path in SOURCES if package in packages(path, anywhere=True)}
    assert {user for user in users if not user.startswith("arrays/")} == allowed


@pytest.mark.parametrize("name", ["torch", "cv2", "scipy", "pillow", "kernels"])
def test_oracles_use_nothing_of_what_they_judge(name: str) -> None:
    path = Path("verify", f"{name}.py")
    assert imported(path) <= {"verify"}
    # A program is imported when its cases are asked for: it may not be installed.
    assert packages(path, anywhere=False) <= {"collections", "typing", "numpy", "sampviz"}
