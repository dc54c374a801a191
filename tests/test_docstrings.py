"""Every public name says what it takes and gives, in numpydoc sections; every example runs."""

import doctest
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import sampviz
import sampviz.analysis.metric
import sampviz.analysis.metrics
import sampviz.dsp
import sampviz.ops

pytestmark = pytest.mark.slow

PACKAGE = Path(sampviz.__file__).parent
# Rooms of which every function without an underscore is documented, not only the public names.
ROOMS = (sampviz.dsp, sampviz.ops)
MODULES = [
    sampviz.analysis.metric,
    sampviz.analysis.metrics,
    *(
        import_module(found.name)
        for room in ROOMS
        for found in walk_packages(room.__path__, f"{room.__name__}.")
    ),
]


def sections(doc: str) -> dict[str, str]:
    """The text of each underlined section of a docstring."""
    _, *parts = re.split(r"^(\w[\w ]*)\n-{3,}$", doc, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def entries(section: str) -> list[str]:
    """The names that a section documents: `a, b : int` documents two."""
    heads = (line for line in section.splitlines() if line and not line.startswith(" "))
    return [name.strip("* ") for head in heads for name in head.split(" : ")[0].split(",")]


def arguments(item: object) -> list[str]:
    """What a caller gives; a name of underscores alone takes what does not matter."""
    made_as_base = inspect.isclass(item) and not {"__init__", "_fields"} & set(vars(item))
    names = [] if made_as_base else inspect.signature(item).parameters  # type: ignore[arg-type]
    return [name for name in names if name.strip("_")]


def members(name: str, item: object) -> Iterator[tuple[str, object]]:
    """A function, or a class with its public methods, bound: `self` is not what a caller gives."""
    yield name, item
    if inspect.isclass(item):
        for key, value in vars(item).items():
            if not key.startswith("_") and isinstance(value, (classmethod, staticmethod)):
                yield f"{name}.{key}", getattr(item, key)
            elif not key.startswith("_") and inspect.isfunction(value):
                yield f"{name}.{key}", value.__get__(item)


def documented() -> Iterator[tuple[str, object]]:
    for home in (sampviz, sampviz.ops):
        for name in home.__all__:
            item = getattr(home, name)
            if inspect.isclass(item) or inspect.isfunction(item):
                yield from members(f"{home.__name__}.{name}", item)
    for module in MODULES:
        for name, item in vars(module).items():
            plain = inspect.unwrap(item) if callable(item) else item
            is_own = getattr(plain, "__module__", "") == module.__name__
            is_code = inspect.isclass(plain) or inspect.isfunction(plain)
            if is_own and is_code and not name.startswith("_"):
                yield from members(f"{module.__name__}.{name}", plain)
    for registry in (sampviz.OPS, sampviz.analysis.metrics.METRICS):
        for name, operation in registry.items():
            yield f"{type(operation).__name__} {name}", operation


ITEMS = dict(documented())


def test_docstrings_have_what_is_taken_and_given() -> None:
    wrong = {}
    for name, item in ITEMS.items():
        found = sections(inspect.getdoc(item) or "")
        named = [key for key in entries(found.get("Parameters", "")) if key.strip("_")]
        gives = bool({"Returns", "Yields"} & set(found))
        if named != arguments(item):
            wrong[name] = f"named are {named}, taken are {arguments(item)}"
        elif not inspect.isclass(item):
            signature = inspect.signature(item)  # type: ignore[arg-type]
            if gives != (signature.return_annotation is not None):
                wrong[name] = f"something is said to be given: {gives}"
    assert wrong == {}


def test_the_law_sees_the_public_names() -> None:
    assert {"sampviz.Chain.parse", "sampviz.ops.op", "Operation max", "Metric psnr"} <= set(ITEMS)


WITH_EXAMPLES = [
    ".".join(["sampviz", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(
        ".__init__"
    )
    for path in sorted(PACKAGE.rglob("*.py"))
    if ">>> " in path.read_text("utf-8")
]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # some write a file
    outcome = doctest.testmod(import_module(name))
    assert outcome.attempted
    assert not outcome.failed
