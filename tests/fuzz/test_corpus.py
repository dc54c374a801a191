"""What reached new code when it was fuzzed is read, or refused in words, by every run of tests."""

import warnings
from pathlib import Path

import pytest

from tests.fuzz.guided import CORPUS
from tests.fuzz.targets import TARGETS


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_the_corpus_holds_no_finding(name: str) -> None:
    if name == "onnx":
        pytest.importorskip("onnx")
    files = sorted((CORPUS / name).iterdir())
    assert files
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for file in files:
            TARGETS[name].attempt(file.read_bytes())


def test_the_corpus_is_small() -> None:
    files = [file for file in Path(CORPUS).rglob("*") if file.is_file()]
    assert {file.parent.name for file in files} == set(TARGETS)
    assert sum(file.stat().st_size for file in files) < 200_000
