"""The contact sheet of the manual: every operation on every picture, in its place."""

import contextlib
import re
from pathlib import Path

import numpy as np
import pytest

import sampviz as sv
from sampviz.core.errors import ChainError
from sampviz.ops.chain import parse_chains
from sampviz.ops.registry import OPS
from tests.conftest import Cli, CliResult
from tests.figures.drawn import pixels

pytestmark = pytest.mark.slow

MANUAL = (Path(__file__).parents[3] / "docs" / "operations.md").read_text("utf-8")


def test_a_chain_for_every_operation(cli: Cli) -> None:
    chains = parse_chains(cli("ops", "--chains").out.strip())
    assert {step.op.name for chain in chains for step in chain.steps} >= set(OPS)
    assert len(set(chains)) == len(chains)
    assert cli("ops", "max", "--chains").code == 2


def test_the_chains_of_volumes_are_those_that_volumes_go_through(cli: Cli) -> None:
    of_planes, of_volumes = (
        parse_chains(cli("ops", "--chains", *words).out.strip()) for words in ((), ("--volume",))
    )
    for chain in of_planes:
        with contextlib.suppress(ChainError):
            chain(np.ones((12, 12, 12)), axes=3)
            assert chain in of_volumes
    for chain in of_volumes:
        assert chain(np.ones((12, 12, 12)), axes=3).size
    assert cli("ops", "--volume").code == 2


@pytest.mark.usefixtures("unpainted")
def test_the_documented_command_draws_every_operation(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (command,) = re.findall(r"```bash\n(sampviz compare .*?)```", MANUAL, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    words = command.replace("\\\n", " ").split()[1:]
    at = words.index("--ops")
    assert words[at + 1 : at + 4] == ['"$(sampviz', "ops", '--chains)"']
    words[at + 1 : at + 4] = [cli("ops", "--chains").out.strip()]
    assert cli(*words) == CliResult(0, "contact_sheet.png\n", "")


def test_several_pictures_have_rows_of_their_own() -> None:
    names = ("zoneplate:32x32", "siemens:32x32", "noise:16x24")
    images = [sv.load(f"sample:{name}") for name in names]
    figure = sv.compare(images, "max,blur", rows="image", window="0,1")
    drawn = [each[..., 0] for each in pixels(figure)]
    arrays = [
        array
        for image in images
        for array in (image.array, *(sv.Chain.parse(t)(image.array) for t in ("max", "blur")))
    ]
    assert len(drawn) == len(arrays) == 9
    for panel, array in zip(drawn, arrays, strict=True):
        level = np.clip(np.floor(256 * array.astype(float)), 0, 255)
        assert np.array_equal(panel, level)
    words = {text.get_text() for text in figure.texts}
    assert {"zoneplate image", "siemens image", "noise image", "Max pooling"} <= words
    assert "16x16" not in words  # not the size of all three
