"""The number of a version is the same wherever it stands."""

import re
import tomllib
from pathlib import Path

from sampviz.core.version import __version__

ROOT = Path(__file__).parent.parent


def test_the_number_stands_in_the_citation() -> None:
    (number,) = re.findall(r"^version: (.*)$", (ROOT / "CITATION.cff").read_text("utf-8"), re.M)
    assert number == __version__


def test_the_newest_section_of_the_changelog_is_of_this_version_and_dated_or_unreleased() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    pattern = r"(\d+\.\d+\.\d+) \((unreleased|\d{4}-\d{2}-\d{2})\)"
    sections = [re.fullmatch(pattern, heading) for heading in headings]
    assert all(sections)
    numbers = [tuple(map(int, section[1].split("."))) for section in sections if section]
    assert numbers == sorted(set(numbers), reverse=True)
    released = next((s[1] for s in sections if s and s[2] != "unreleased"), __version__)
    newest = sections[0][1] if sections[0] else ""
    assert __version__ in (newest, released)


def test_the_sdist_has_all_that_a_build_and_the_tests_need() -> None:
    values = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    included = values["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    tracked = {"sampviz", "sample_images", "tests", "docs", "benchmarks", "tools"}
    assert {*tracked, "LICENSE", "README.md"} <= set(included)
    assert all((ROOT / name).exists() for name in included)
