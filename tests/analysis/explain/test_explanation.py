"""What is explained where parameters are left out, and what is refused."""

from typing import Any

import pytest

from sampviz.analysis.explain.explanation import explain
from sampviz.core.errors import ChainError, SampvizError, UsageError

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("chain", "meant"),
    [
        ("conv", "conv:s=1:p=0"),
        ("conv:s=2", "conv:p=0"),
        ("conv:laplacian:p=1", "conv:kernel=laplacian:s=1"),
        ("transpose:times=2", "transpose:s=1+transpose:s=1"),
        ("max", "max"),
    ],
)
def test_convolutions_move_by_one_and_pad_nothing_unless_told(chain: str, meant: str) -> None:
    assert explain(chain).chain == meant


def test_shorthands_are_parameters_of_the_steps_that_have_them() -> None:
    found = explain("max+bilinear+conv:box", s="1", k="2")
    assert found.chain == "max:s=1+bilinear+conv:kernel=box:k=2:s=1:p=0"


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"chain": "aps"}, "aps chooses one phase for the whole image: no window explains it"),
        ({"chain": "unshuffle"}, "unshuffle makes many images of one: no window explains it"),
        ({"chain": "conv,max"}, "several chains; one is explained at a time"),
        ({"chain": "nearest:17"}, "34x34 numbers; at most 32x32 are written out"),
        ({"chain": "conv:box", "kernel": "1"}, "no step of 'conv:box' waits for a kernel"),
        ({"chain": "max", "kernel": "1"}, "no step of 'max' waits for a kernel"),
        ({"chain": "conv", "kernel": "1 2"}, "a kernel is square, not 1x2"),
        ({"chain": "flc", "s": "2"}, "no step of 'flc' has a parameter s"),
        ({"chain": "max:s=1", "s": "2"}, "s is given twice"),
        ({"chain": "conv", "input": "1 2;3 4"}, "conv leaves nothing of an axis of 2 px"),
        ({"chain": "my.module:thing"}, "'my.module:thing' is code, and code is not run unasked"),
    ],
)
def test_what_cannot_be_explained_is_refused(given: dict[str, Any], what: str) -> None:
    with pytest.raises((ChainError, UsageError)) as caught:
        explain(**given)
    assert caught.value.what == what
    assert caught.value.where
    assert caught.value.fix


def test_errors_name_no_file_of_our_own() -> None:
    with pytest.raises(SampvizError) as caught:
        explain("conv", "1 2;3 4")
    assert str(caught.value).splitlines() == [
        "conv leaves nothing of an axis of 2 px",
        "  in:  step 1 of 'conv:s=1:p=0' for 2x2 px",
        "  fix: use a larger image",
    ]
