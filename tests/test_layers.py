"""Imports point down: a room imports only from the rooms below it, and so inside the rooms."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import sampviz

PACKAGE = Path(sampviz.__file__).parent
ROOT_MODULES = {"__init__.py", "__main__.py"}
# From the top to the bottom; the rooms of one floor do not know each other.
ROOMS = [
    ["__main__"],
    ["cli"],
    ["report", "testing"],
    ["recipes"],
    ["figures"],
    ["networks"],
    ["analysis"],
    ["ops", "images"],
    ["dsp"],
    ["core"],
]
# The floors inside a room, by the first name after it; what is not named has no line to keep but
# that of the room.
INNER = {
    "figures": [
        ["grids"],
        ["charts"],
        ["render"],
        ["captions", "layout"],
        ["panels"],
        ["style"],
        ["options"],
        ["journals"],
    ],
    "networks": [
        ["network"],
        ["network_table"],
        ["ladder", "measure_network"],
        ["output_swaps"],
        ["output_shift"],
        ["image_input", "measure_resampled", "measure_strided", "preparation", "simplify"],
        ["walk"],
        ["strided_layer"],
        ["runtime"],
        ["entering_image", "layer_measures", "runtime_process", "swaps"],
        ["blurred_model", "messages"],
        ["meetings"],
        ["gather_rules"],
        ["block_patterns", "layout_rules", "sampling_rules"],
        ["window_rules"],
        ["attributes", "places"],
        ["axis_rules", "read_model"],
        ["graph", "requirements"],
    ],
    "ops": [
        ["catalogue"],
        ["chain"],
        ["chain_run"],
        ["chain_trace"],
        ["step"],
        ["call_advice"],
        ["registry", "user_code"],
        ["families", "plugins"],
        ["define", "parameter_types"],
        ["conv_weights"],
        ["operation"],
        ["bind", "manual"],
        ["rules"],
        ["parameter"],
    ],
    "analysis": [
        ["measure_dataset"],
        ["metric_tables", "tradeoff"],
        ["statistics"],
        ["measure"],
        ["metrics"],
        ["metric_plugins"],
        ["metric"],
        ["evaluation"],
        ["reference"],
    ],
    "recipes": [
        ["batch", "rerun", "apply"],
        ["draw"],
        ["draw_network"],
        ["provenance"],
        ["read"],
        ["document"],
        ["fields", "matrix", "gallery", "recipe", "versions"],
    ],
}
SOURCES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
INSIDE = [path for path in SOURCES if path.parts[0] != "__init__.py"]  # not the public names


def names_of(path: Path) -> list[str]:
    """The names of a module from the package on: ["figures", "grids", "compare"]."""
    return [part for part in path.with_suffix("").parts if part != "__init__"]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse((PACKAGE / path).read_text())


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """All statements in a module, which are a few of its nodes."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case)):
            yield child
            yield from statements(child)


@cache
def imported(path: Path) -> set[str]:
    """The modules and names of the package that a file imports, wherever in it; read, not run."""
    names = set()
    for node in statements(parsed(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name.removeprefix("sampviz.") for name in names if name.startswith("sampviz.")}


def height(floors: list[list[str]], name: str) -> int | None:
    """How many floors stand above; None for a name that has no floor."""
    return next((i for i, names in enumerate(floors) if name in names), None)


def test_every_file_is_in_a_room() -> None:
    rooms = {name for floor in ROOMS for name in floor}
    assert {path.parts[0] for path in SOURCES if len(path.parts) == 1} == ROOT_MODULES
    assert {path.parts[0] for path in SOURCES if len(path.parts) > 1} == rooms - {"__main__"}


def test_imports_point_down() -> None:
    wrong = []
    for path in INSIDE:
        here = names_of(path)[0]
        for name in imported(path):
            room = name.split(".")[0]
            below, own = height(ROOMS, room), height(ROOMS, here)
            if below is None:
                wrong.append(f"{path} imports {name}: the public names are for users")
            elif own is None or (room != here and below <= own):
                wrong.append(f"{path} imports {name}")
    assert wrong == []


def test_imports_point_down_inside_a_room() -> None:
    wrong = []
    for path in INSIDE:
        room, *inner = names_of(path)
        own = height(INNER[room], inner[0]) if inner and room in INNER else None
        for name in imported(path):
            first, _, rest = name.partition(".")
            there = rest.partition(".")[0]
            below = height(INNER[room], there) if room in INNER else None
            if first == room and own is not None and below is not None and there != inner[0]:
                wrong += [f"{path} imports {name}"] if below <= own else []
    assert wrong == []


def test_modules_make_no_circle() -> None:
    modules = {".".join(names_of(path)): path for path in INSIDE}
    needs: dict[str, set[str]] = {}
    for module, path in modules.items():
        names = imported(path)
        used = {name if name in modules else name.rpartition(".")[0] for name in names}
        needs[module] = (used & set(modules)) - {module}
    while needs:
        free = {module for module, below in needs.items() if not below & set(needs)}
        assert free, f"a circle among {sorted(needs)}"
        needs = {module: below for module, below in needs.items() if module not in free}


@cache
def packages(path: Path, *, anywhere: bool) -> set[str]:
    """The other packages that a file imports: anywhere in it, or at its top, when it is loaded."""
    tree = parsed(path)
    names = set()
    for node in statements(tree) if anywhere else tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
    return names


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("nibabel", {"images/formats/nibabel_import.py"}),
        (
            "cv2",
            {
                "images/formats/opencv_decode.py",
                "images/formats/opencv_image.py",
                "images/formats/png_jpeg.py",
                "images/png_bytes.py",
                "figures/render/png_encoder.py",
                "testing/parity/opencv_cases.py",
            },
        ),
        (
            "PIL",
            {
                "images/formats/orientation.py",
                "images/formats/png_jpeg.py",
                "figures/render/animation.py",
                "figures/render/tiff_encoder.py",
                "testing/parity/pillow_cases.py",
            },
        ),
        (
            "torch",
            {
                "networks/network.py",
                "networks/torch_module.py",
                "testing/parity/torch_cases.py",
            },
        ),
        (
            "pydicom",
            {f"images/formats/dicom_{name}.py" for name in ("elements", "file", "pixels")},
        ),
        ("jinja2", {"report/write_page.py"}),
        (
            "onnx",
            {
                *(
                    f"networks/{name}.py"
                    for name in ("blurred_model", "network", "requirements", "runtime_process")
                ),
                "testing/parity/onnxruntime_cases.py",
            },
        ),
    ],
)
def test_libraries_of_files_and_of_oracles_are_imported_in_one_place(
    package: str, allowed: set[str]
) -> None:
    users = {str(path) for path in SOURCES if package in packages(path, anywhere=True)}
    assert {user for user in users if not user.startswith("dsp/")} == allowed


@pytest.mark.parametrize(
    "name", ["torch_cases", "opencv_cases", "scipy_cases", "pillow_cases", "kernels"]
)
def test_oracles_use_nothing_of_what_they_judge(name: str) -> None:
    path = Path("testing", "parity", f"{name}.py")
    assert all(used.startswith("testing.parity") for used in imported(path))
    # A program is imported when its cases are asked for: it may not be installed.
    assert packages(path, anywhere=False) <= {"collections", "typing", "numpy", "sampviz"}
