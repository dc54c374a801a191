"""Names of other programs and of papers: they mean our operation, or lead to it."""

import re
from typing import Any

import numpy as np
import pytest

from sampviz.core.errors import ChainError
from sampviz.ops.aliases import _NEAREST, ALIASES, PARAMETER_ALIASES
from sampviz.ops.chain import Chain, parse_chains
from sampviz.ops.registry import NAMED_CHAINS, OPS
from tests.conftest import Cli
from tests.every import every

pytestmark = pytest.mark.slow

x = np.arange(16, dtype=np.float64).reshape(4, 4)
# What the other program makes of x with its own defaults, and 2 where it has none.
VALUES: dict[str, Any] = {
    "MaxPool2d": [[5, 7], [13, 15]],
    "max_pool2d": [[5, 7], [13, 15]],
    "F.max_pool2d": [[5, 7], [13, 15]],
    "MaxPooling2D": [[5, 7], [13, 15]],
    "maxpool": [[5, 7], [13, 15]],
    "AvgPool2d": [[2.5, 4.5], [10.5, 12.5]],
    "avg-pool": [[2.5, 4.5], [10.5, 12.5]],
    "AveragePooling2D": [[2.5, 4.5], [10.5, 12.5]],
    "minpool": [[0, 2], [8, 10]],
    "Upsample": np.kron(x, np.ones((2, 2))),
    "UpSampling2D": np.kron(x, np.ones((2, 2))),
    "nn.UpsamplingNearest2d": np.kron(x, np.ones((2, 2))),
    "LPPool2d": np.sqrt([[42, 98], [458, 642]]),
    "torch.nn.Identity": x,
    "ReLU": x,
    "MaxPool2d+MaxUnpool2d": np.where(np.isin(x, [5, 7, 13, 15]), x, 0),
    "PixelUnshuffle+PixelShuffle": x,
}


@every("name", VALUES)
def test_an_alias_does_what_its_program_does_by_default(name: str) -> None:
    np.testing.assert_allclose(np.squeeze(Chain.parse(name)(x)), VALUES[name])


@every("alias", ALIASES)
def test_an_alias_is_written_as_the_canonical_name(alias: str) -> None:
    before = "max+" if ALIASES[alias] == "unpool" else ""
    before += "unshuffle+" if ALIASES[alias] == "shuffle" else ""
    for written in (alias, alias.upper(), alias.capitalize()):
        chain = Chain.parse(before + written)
        assert chain == Chain.parse(before + ALIASES[alias])
        assert str(chain) == str(Chain.parse(str(chain)))


def test_no_alias_hides_an_operation_and_each_leads_to_one() -> None:
    names = {*OPS, *NAMED_CHAINS}
    assert not names & {*ALIASES}
    assert not ALIASES.keys() & _NEAREST.keys()
    # A name that is ours, and that others give to something else: with a capital it is theirs.
    assert names & {*_NEAREST} == {"resize"}
    assert {*ALIASES.values()} | {name for name, _ in _NEAREST.values()} <= names


@every("name", [*_NEAREST, "ConvTranspose2d", "FLCPooling", "Global_Avg_Pool"])
def test_other_names_lead_to_the_right_operation(cli: Cli, name: str) -> None:
    if name in OPS:
        name = name.capitalize()
    result = cli("shape", name, "--size", "8x8")
    assert result.code == 2
    assert result.err.splitlines()[0] == f"error: no operation is named {name!r}"
    nearest, note = _NEAREST[name.lower().replace("_", "")]
    assert result.err.splitlines()[2] == f"  fix: did you mean {nearest!r}? {note}"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("MaxPool2d:3", "max:k=3"),
        ("MaxPool2d:kernel_size=3:stride=2:padding=1", "max:k=3:s=2:p=1"),
        ("MaxPooling2D:pool_size=3:strides=2:padding=same", "max:k=3:s=2:p=same"),
        ("AvgPool2d:3:count_include_pad=false:ceil_mode=true", "avg:k=3:countpad=false:ceil=true"),
        ("BlurPool:filt_size=5:pad_type=zero", "blur:k=5:pad=zero"),
        ("Upsample:scale_factor=4", "nearest:4"),
        ("PixelUnshuffle:downscale_factor=4", "unshuffle:4"),
        ("LPPool2d:norm_type=1:kernel_size=3", "lp:norm=1:k=3"),
        ("maxpool,avgpool+upsample", "max,avg+nearest"),
        ("bilinear:align_corners=true", "bilinear:corners=true"),
    ],
)
def test_parameters_of_other_programs_are_ours(written: str, meant: str) -> None:
    assert parse_chains(written) == parse_chains(meant)
    assert str(parse_chains(written)[0]) == str(parse_chains(meant)[0])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Upsample:scale_factor=2:mode=bilinear", "bilinear:f=2"),
        ("nn.Upsample:size=20x24", "resize:size=HxW:filter=nearest"),
        ("UpSampling2D:interpolation=bilinear", "bilinear:f=2"),
    ],
)
def test_a_parameter_that_is_another_operation_leads_to_it(written: str, meant: str) -> None:
    with pytest.raises(ChainError) as caught:
        parse_chains(written)
    assert meant in caught.value.fix
    parse_chains(meant.replace("HxW", "20x24"))


def test_every_name_of_a_parameter_leads_to_one() -> None:
    names = {parameter.name for op in OPS.values() for parameter in op.parameters}
    assert {*PARAMETER_ALIASES.values()} <= names
    assert not names & {*PARAMETER_ALIASES}


def test_the_manual_is_found_by_an_alias(cli: Cli) -> None:
    result = cli("ops", "max_pool2d")
    assert result.out == cli("ops", "max").out
    assert result.err == "max_pool2d is max here\n"
    assert "did you mean 'transpose'?" in cli("ops", "ConvTranspose2d").err


def test_an_explanation_takes_an_alias(cli: Cli) -> None:
    assert cli("explain", "MaxPool2d").out == cli("explain", "max").out


@pytest.mark.parametrize(
    ("call", "advice"),
    [
        ("MaxPool2d(2)", "did you mean 'max:k=2'?"),
        ("nn.AvgPool2d(3, stride=2, ceil_mode=True)", "did you mean 'avg:k=3:s=2:ceil=true'?"),
        ("F.max_pool2d(x, 2)", "did you mean 'max'? parameters follow a colon: max:k=.."),
        ("MaxPool2d((2, 2))", "did you mean 'max'? parameters follow a colon: max:k=.."),
        ("PixelShuffle(2)+max", "did you mean 'shuffle:f=2'?"),
        ("MaxUnpool2d(2)", "did you mean 'unpool'? parameters follow a colon: unpool:size=.."),
        ("scipy.ndimage.zoom(x, 2)", f"did you mean 'resize'? {_NEAREST['zoom'][1]}"),
        (
            "nn.Upsample(scale_factor=2, mode='bilinear')",
            "nearest, bilinear and bicubic are operations: bilinear:f=2",
        ),
        ("Upsample(100)", "did you mean 'nearest'? parameters follow a colon: nearest:f=.."),
        ("f(", "parameters follow a colon: max:k=3"),
        ("(2)", "parameters follow a colon: max:k=3"),
    ],
)
def test_a_call_leads_to_the_step_that_stands_for_it(call: str, advice: str) -> None:
    with pytest.raises(ChainError, match="is not a name") as caught:
        parse_chains(call)
    assert caught.value.texts[2] == advice
    if step := re.fullmatch("did you mean '(.*)'[?]", advice):
        assert OPS[step[1].partition(":")[0]]
        if step[1] != "unpool":  # which stands alone nowhere
            Chain.parse(step[1])
