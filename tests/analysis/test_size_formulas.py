"""Size formulas with the numbers put in: they are true, and say where torch and Keras differ."""

import re
from fractions import Fraction
from math import ceil, floor

import pytest

from sampviz.analysis.size_formulas import AxisFormulas, formulas
from sampviz.ops.chain import Chain
from tests.every import every

pytestmark = pytest.mark.slow

CHAINS = [
    *(
        f"conv:k={k}:s={s}:p={p}:kernel=box"
        for k in (1, 2, 3, 5)
        for s in (1, 2, 3)
        for p in (0, 1)
    ),
    "conv:d=2:p=2",
    "conv:p=same",
    "conv:d=2:p=same",
    "max",
    "max:k=3:s=2:p=1",
    "max:k=3:s=2:ceil=true",
    "max:k=2:s=2:p=1:ceil=true",
    "max:p=same",
    "min:k=3",
    "avg:k=3:s=2:p=same",
    "median",
    "lip",
    "lp:k=3:ceil=true",
    "softpool",
    *(f"transpose:k={k}:s={s}" for k in (1, 2, 3, 4, 5) for s in (1, 2, 3)),
    "transpose:p=1:op=1",
    "transpose:k=4:s=2:p=1",
    "transpose:d=2:p=1",
    "transpose:p=same",
    "transpose:k=2:s=3:p=same",
    "transpose:k=2:s=1:p=same",
    "transpose:k=3:s=2:p=same:op=0",
    "transpose:k=4:s=3:p=same:op=1",
]


def only(chain: str, n: int) -> AxisFormulas:
    (found,) = formulas(Chain.parse(chain), (n, n))
    return found


@every("n", [7, 8, 9, 12])
@every("chain", CHAINS)
def test_a_formula_with_its_numbers_gives_the_size(chain: str, n: int) -> None:
    found = only(chain, n)
    for each in found.formulas:
        text = each.text.partition(", for")[0]
        assert eval(text, {"floor": floor, "ceil": ceil, "max": max}) == each.size
        if each.total:
            total = eval(each.total.partition(" = ")[0], {"max": max})
            assert total == sum(each.pads) == int(each.total.partition(" = ")[2])


@every("n", [7, 8, 9, 12])
@every("chain", CHAINS)
def test_the_one_that_is_followed_is_what_the_step_does(chain: str, n: int) -> None:
    (grid, _) = Chain.parse(chain).trace((n, n))[-1]
    used = [each for each in only(chain, n).formulas if each.used]
    assert used
    for each in used:
        assert (each.size, each.delta) == (grid.size, grid.delta)


@every("n", [7, 8, 9, 12])
@every("chain", CHAINS)
def test_those_for_comparison_are_what_such_a_step_would_do(chain: str, n: int) -> None:
    found = only(chain, n)
    (step,) = Chain.parse(chain).steps
    takes = {parameter.name for parameter in step.op.parameters}
    for each in found.formulas:
        if each.used or each.convention == "Keras valid" or "p" not in takes:
            continue
        values = dict(step.values)
        words = dict(re.findall(r"(p|op)=(\d+)", each.convention))
        p = "same" if each.convention == "Keras same" else int(words["p"])
        op = "none" if p == "same" else int(words.get("op", 0))
        values |= {"p": p} | ({"op": op} if "op" in takes else {})
        values |= {"ceil": False} if "ceil" in takes else {}
        (grid, _) = step.op.grids((n, n), step.op.bind(values))
        assert (each.size, each.delta) == (grid.size, grid.delta)


def test_an_even_side_is_sampled_a_pixel_later_by_keras() -> None:
    torch, keras = only("conv", 256).formulas
    assert torch.text == "floor((256 + 2*1 - 1*(3-1) - 1) / 2) + 1"
    assert (torch.size, torch.pads, torch.delta) == (128, (1, 1), 0)
    assert keras.text == "ceil(256 / 2)"
    assert keras.total == "max((128-1)*2 + 3 - 256, 0) = 1"
    assert (keras.size, keras.pads, keras.delta) == (128, (0, 1), 1)
    assert only("conv", 256).difference == (
        "Same size, but sampled 1 pixel apart: at the start torch p=1 pads 1, Keras same 0;"
        " it pads the odd pixel at the end"
    )
    assert only("conv", 255).difference == "torch p=1 and Keras same agree in size and in place"


def test_a_transposed_convolution_is_cut_at_different_ends() -> None:
    found = only("transpose:p=1:op=1", 64)
    assert [each.pads for each in found.formulas] == [(1, 0), (0, 1)]
    assert [each.delta for each in found.formulas] == [0, Fraction(-1, 2)]
    assert found.difference == (
        "Same size, but sampled 1 pixel of the output apart: at the start torch p=1 op=1 cuts 1,"
        " Keras same 0; it cuts the odd pixel at the end"
    )


def test_where_torch_has_no_such_size_it_is_said() -> None:
    found = only("transpose:k=2:s=1:p=same", 8)
    assert [each.convention for each in found.formulas] == ["Keras same"]
    assert found.difference == "torch has no padding that gives this size"


def test_axes_with_the_same_numbers_stand_together() -> None:
    assert [each.axes for each in formulas(Chain.parse("max"), (9, 9))] == [("rows", "columns")]
    assert [each.axes for each in formulas(Chain.parse("max:s=1x2"), (9, 9))] == [
        ("rows",),
        ("columns",),
    ]
    assert [each.axes for each in formulas(Chain.parse("max"), (4, 9, 9))] == [
        ("slices",),
        ("rows", "columns"),
    ]


def test_steps_are_numbered_and_others_have_no_formula() -> None:
    found = formulas(Chain.parse("blur+max+flc+max"), (64, 64))
    assert [(each.step, each.n) for each in found] == [(1, 32), (3, 8)]
