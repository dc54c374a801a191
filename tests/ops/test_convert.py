"""What users bring as chains: text, chains, operations, and code of their own as it is."""

import functools
import warnings
from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import ChainError, UsageError
from sampviz.ops.chain import Chain, parse_chains
from sampviz.ops.convert import as_chains
from sampviz.ops.registry import NAMED_CHAINS, OPS
from sampviz.ops.step import Step
from tests.every import every

pytestmark = pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
x = np.random.default_rng(0).normal(size=(9, 12)).astype(np.float32)


def every_third(plane: Any) -> Any:
    return plane[::3, ::3]


def mean_of_four(plane: Any) -> Any:
    return (plane[::2, ::2] + plane[1::2, ::2] + plane[::2, 1::2] + plane[1::2, 1::2]) / 4


def blur(plane: Any, gain: float = 2.0) -> Any:
    return plane * gain


@pytest.mark.parametrize("text", ["max", "max,avg:k=3+blur", *NAMED_CHAINS])
def test_text_chains_and_lists_of_them_mean_the_same(text: str) -> None:
    wanted = parse_chains(text)
    assert as_chains(text) == as_chains(wanted) == as_chains(list(wanted)) == wanted
    assert as_chains(text.split(",")) == wanted
    assert as_chains([text, *wanted]) == wanted * 2
    assert as_chains(wanted[0]) == wanted[:1]


@every("name", [name for name, op in OPS.items() if not op.takes_switches])
def test_an_operation_is_a_step_with_its_defaults(name: str) -> None:
    wanted = (Chain.parse(name),)
    assert as_chains(OPS[name]) == as_chains(Step.of(OPS[name])) == as_chains([OPS[name]]) == wanted


def test_a_step_keeps_its_values() -> None:
    assert as_chains(Step.of(OPS["blur"], k=3)) == parse_chains("blur:k=3")


def test_a_function_is_run_as_it_is() -> None:
    (chain,) = as_chains(every_third)
    np.testing.assert_array_equal(chain(x), x[::3, ::3])
    assert str(chain) == "every_third"
    assert chain.shape((9, 12)) == (3, 4)
    np.testing.assert_array_equal(as_chains([lambda plane: plane[1:]])[0](x), x[1:])
    np.testing.assert_array_equal(as_chains(functools.partial(blur, gain=3.0))[0](x), 3 * x)
    np.testing.assert_array_equal(as_chains(np.fliplr)[0](x), x[:, ::-1])


def test_names_of_objects_are_theirs_alone() -> None:
    chains = as_chains([blur, every_third, lambda p: p, lambda p: p, blur, "blur"])
    names = ["blur_2", "every_third", "lambda", "lambda_2", "blur_2", "blur"]
    assert [str(chain) for chain in chains] == names
    assert chains[0] == chains[4] != chains[5]


def test_a_repr_makes_the_chain_again_or_says_that_nothing_does() -> None:
    for text in ("max", "max+max+nearest:f=4", "maxblur"):
        chain = Chain.parse(text)
        assert eval(repr(chain)) == chain
    (chain,) = as_chains(every_third)
    assert repr(chain) == "<Chain every_third, with an object that no text names>"
    with pytest.raises(ChainError):
        Chain.parse(str(chain))
    long = Chain(Chain.parse("blur:k=3:s=1").steps * 60)
    assert len(repr(long)) <= 100
    assert all(len(repr(op)) <= 100 and name in repr(op) for name, op in OPS.items())


def test_what_a_function_does_wrong_names_its_step() -> None:
    def faulty(plane: Any) -> Any:
        raise KeyError("here")

    (chain,) = as_chains(faulty)
    with pytest.raises(ChainError) as caught:
        chain(x)
    assert caught.value.what == "faulty raised KeyError: 'here'"
    assert caught.value.fix == "mend it; the traceback shows where"
    assert isinstance(caught.value.__cause__, KeyError)


def test_a_module_is_copied_and_run() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    torch.manual_seed(0)
    pool = torch.nn.Sequential(torch.nn.Conv2d(1, 1, 3, stride=2), torch.nn.Dropout(0.5)).double()
    pool.train()
    (chain,) = as_chains(pool)
    assert pool.training
    assert next(pool.parameters()).dtype == torch.float64
    wanted = pool.eval()(torch.tensor(x, dtype=torch.float64)[None, None])[0, 0].detach().numpy()
    np.testing.assert_allclose(chain(x), wanted, atol=1e-6)
    with torch.no_grad():
        pool[0].weight.zero_()
    np.testing.assert_allclose(chain(x), wanted, atol=1e-6)
    assert str(chain) == "Sequential"
    pools = as_chains([torch.nn.MaxPool2d(2), torch.nn.MaxPool2d(3)])
    assert [str(each) for each in pools] == ["MaxPool2d", "MaxPool2d_2"]
    np.testing.assert_array_equal(pools[0](x[:8]), Chain.parse("max")(x[:8]))


@pytest.mark.parametrize("value", [3, None, {"a": 1}, object(), Chain, [["max"]], ["max", 3], x])
def test_what_is_no_chain_is_said_in_words(value: object) -> None:
    with pytest.raises(UsageError) as caught:
        as_chains(value)
    assert "is no chain" in caught.value.what
    assert caught.value.where == "chains"
    assert caught.value.fix.startswith("give a text")


def test_no_chain_and_code_in_a_text_are_refused() -> None:
    with pytest.raises(UsageError, match="there is no chain"):
        as_chains([])
    with pytest.raises(ChainError, match="code is not run unasked") as caught:
        as_chains("os.path:join")
    assert caught.value.fix == "add allow_code=True to run code from os.path"
    assert caught.value.as_options().fix == "add --allow-code to run code from os.path"
    with pytest.raises(ChainError) as caught:
        as_chains("max,nearst")
    assert caught.value.where == "chains 'max,nearst', column 5"
    assert caught.value.as_options().where == "--ops 'max,nearst', column 5"


def test_every_function_takes_what_the_conversion_takes() -> None:
    image = np.abs(x[:8, :12])
    chains = [OPS["avg"], Chain.parse("max"), "stride", mean_of_four]
    rows = sampviz.measure(image, chains, measures=["psnr", "alias"])
    assert [row.chain for row in rows] == ["avg", "max", "stride", "mean_of_four"]
    assert rows[0].values["psnr"] == pytest.approx(rows[3].values["psnr"])
    assert [repr(row).split(":")[0] for row in rows][1] == "<MetricRow array, max"
    (alone,) = sampviz.measure(image, Chain.parse("max"), measures=("psnr",))
    assert alone.values["psnr"] == rows[1].values["psnr"]
    figure = sampviz.compare(image, chains, rows=["image", "difference"], window=(0, 2))
    assert len(figure.sheet.panels) == 2 * len(chains) + 1
    same = sampviz.compare(image, chains[:3], rows="image,difference", window="0,2")
    for one, other in zip(same.sheet.panels[:4], figure.sheet.panels[:4], strict=True):
        np.testing.assert_array_equal(one.panel.pixels, other.panel.pixels)


def test_where_one_chain_is_taken_it_may_be_an_operation() -> None:
    assert [stage.size for stage in sampviz.shape(OPS["max"], (8, 6))] == [(8, 6), (4, 3)]
    assert [stage.size for stage in sampviz.shape(mean_of_four, (8, 6))] == [(8, 6), (4, 3)]
    assert sampviz.explain(OPS["max"]).output.shape == sampviz.explain("max").output.shape
    with pytest.raises(UsageError, match="2 chains, not one"):
        sampviz.shape(["max", "avg"], (8, 6))


def test_an_object_warns_where_its_samples_are_only_taken_to_lie() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        as_chains(every_third)
    assert [str(each.message) for each in told] == [
        "every_third does not say where its samples lie: they are taken as centred"
    ]


def test_a_module_that_makes_channels_is_measured_in_words() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    for channels in (1, 3):
        conv = torch.nn.Conv2d(1, 8, 3, stride=2)
        rows = sampviz.measure(np.stack([x] * channels), ["max", conv], measures="psnr,shift")
        assert {*rows[0].values, *rows[1].values} == {"psnr", "shift"}
        assert rows[1].undefined == {"psnr": "the output has other channels than the image"}
