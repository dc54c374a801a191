"""The fuzzer for a bounded time: the same damaged files in every run of the tests."""

import random
from pathlib import Path

import pytest

from tests.fuzz.__main__ import case, try_one
from tests.fuzz.judge import Wrong, judge
from tests.fuzz.mutate import mutated
from tests.fuzz.seeds import seeds

pytestmark = pytest.mark.slow

SEEDS = seeds()


@pytest.mark.parametrize("ending", SEEDS)
def test_the_seeds_are_images_and_the_oracle_agrees(tmp_path: Path, ending: str) -> None:
    for data in SEEDS[ending]:
        path = tmp_path / f"a.{ending}"
        path.write_bytes(data)
        assert judge(path, ending) == "image"


@pytest.mark.parametrize("seed", range(5))
def test_damaged_files_give_images_or_errors_in_words(tmp_path: Path, seed: int) -> None:
    told = {try_one(number, -1 - seed, SEEDS, tmp_path) for number in range(300)}
    assert told == {"image", "refused"}


def test_a_case_can_be_made_again() -> None:
    assert case(5, 7, SEEDS) == case(5, 7, SEEDS)


@pytest.mark.parametrize("ending", SEEDS)
def test_damage_is_damage(ending: str) -> None:
    rng = random.Random(0)
    files = SEEDS[ending][:-1]
    made = [mutated(files[0], ending, rng, files) for _ in range(100)]
    assert sum(data != files[0] for data in made) > 80


def test_the_judge_sees_a_wrong_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sampviz.images.load import load

    def wrong(path: Path) -> object:
        image = load(path)
        image.array[0, 0] += 1
        return image

    path = tmp_path / "a.png"
    path.write_bytes(SEEDS["png"][0])
    monkeypatch.setattr("tests.fuzz.judge.load", wrong)
    with pytest.raises(Wrong, match=r"^values "):
        judge(path, "png")
