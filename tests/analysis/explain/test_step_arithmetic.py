"""What is explained is what the operation does: every sum, every choice, the slides' numbers."""

import re
from collections.abc import Callable
from functools import cache
from statistics import median_low, multimode

import numpy as np
import pytest
import scipy

from sampviz.analysis.explain.explanation import Explanation, explain
from sampviz.analysis.explain.step_arithmetic import StepTrace
from sampviz.ops.chain import Chain
from sampviz.ops.registry import OPS
from tests.every import every
from tests.ops.declared import VALUES

pytestmark = pytest.mark.slow

EXAMPLES = {name: op.example for name, op in OPS.items() if not op.not_by_window}
CHAINS = [
    *EXAMPLES.values(),
    "conv:gauss:pad=reflect:s=2:p=1",
    "conv:random:s=3:p=same:k=4",
    "conv:sobelx:d=2:pad=wrap:p=2",
    "transpose:gauss:s=2:p=1:op=1",
    "transpose:box:k=2:s=3:d=2",
    "transpose:random:k=3:s=2:p=same",
    "max:k=3:s=2:p=1",
    "max:k=3:s=1+unpool",
    "avg:k=3:s=2:p=1",
    "avg:p=same",
    "median:k=3x2:p=1x0",
    "blur:k=5:pad=edge",
    "bilinear:f=3:corners=true",
    "flc:f=3",
    "avgunpool:mode=sum",
    "zeros:f=3:o=1",
    "maxblur+sinc",
    "conv+relu+transpose",
]


def matrix(h: int, w: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(-9, 10, (h, w)).astype(float)


def input_of(chain: str, h: int, w: int) -> np.ndarray:
    """Return a matrix that the chain takes."""
    is_positive = any(step.op.domain == "positive" for step in Chain.parse(chain).steps)
    return np.abs(matrix(h, w)) if is_positive else matrix(h, w)


def text_of(x: np.ndarray) -> str:
    return ";".join(" ".join(f"{v:g}" for v in row) for row in x)


def explained(chain: str, x: np.ndarray, **given: str) -> Explanation:
    return explain(chain, text_of(x), **given)


@cache
def example(chain: str, size: tuple[int, int]) -> Explanation:
    """One explanation for all that is judged of it."""
    return explained(chain, input_of(chain, *size))


def added_up(working: StepTrace) -> np.ndarray:
    """The sums of what every move adds: of the terms where there are some, else of the parts."""
    total = np.zeros(working.output.shape)
    whole = [move for move in working.window_steps if not move.part]
    for move in whole or working.window_steps:
        if move.part:
            total += np.nan_to_num(move.partial_output)
            continue
        terms = (
            w * working.input[place] for w, place in zip(move.weights, move.reads, strict=True)
        )
        total[move.writes[0]] = sum(terms)
    return total


@every("size", [(6, 6), (8, 5)])
@every("chain", CHAINS)
def test_the_moves_are_the_operation(chain: str, size: tuple[int, int]) -> None:
    found = example(chain, size)
    kernel = found.kernel
    for working in found.traces:
        moves = [move for move in working.window_steps if not move.part]
        assert not moves or [m.writes for m in moves] == [
            (p,) for p in np.ndindex(working.output.shape)
        ]
        for move in moves:
            assert move.partial_output[move.writes[0]] == working.output[move.writes[0]]
            written = int(np.isfinite(move.partial_output).sum())
            assert written == 1 + move.writes[0][0] * working.output.shape[1] + move.writes[0][1]
    if kernel is None:  # else see below
        assert np.array_equal(found.output, Chain.parse(found.chain)(input_of(chain, *size)))


@every("size", [(6, 6), (8, 5)])
@every("chain", CHAINS)
def test_the_terms_of_every_sum_add_up_to_the_output(chain: str, size: tuple[int, int]) -> None:
    for working in example(chain, size).traces:
        name = re.match("[a-z]+", working.heading)
        assert name
        sums = OPS[name[0]].linear or name[0] == "unpool"
        if sums and working.window_steps and working.names[0] == "INPUT":
            assert added_up(working) == pytest.approx(working.output, rel=1e-12, abs=1e-12)


def told(found: Explanation) -> list[tuple[str, str, float]]:
    """The sums and choices as they are written: left side, sign, right side."""
    moves = [move for working in found.traces for move in working.window_steps]
    parts = [re.split(" (=|≈) ", move.text) for move in moves if not move.part]
    return [(left, sign, float(right)) for left, sign, right in parts]


def _by_definition(name: str) -> Callable[..., float]:
    return lambda *window: VALUES[name](np.array(window, float), OPS[name].bind({}))


@every(
    "chain", [c for c in CHAINS if not set(re.split(r"\W", c)) & {"dpp", "lip", "lp", "softpool"}]
)
def test_what_is_written_is_true(chain: str) -> None:
    known = {
        "median": lambda *v: median_low(v),
        "majority": lambda *v: min(multimode(v)),
        "relu": lambda v: max(v, 0),
        "nothing": 0,
        "fracmax": max,
        **{name: _by_definition(name) for name in VALUES},
    }
    for left, sign, right in told(example(chain, (6, 6))):
        result = eval(left, known | {"abs": abs, "identity": float})
        # Five digits of a number; sums of several have several such errors.
        rough = 1e-4 * (1 + sum(map(float, re.findall(r"\d+\.\d+", left))))
        assert result == pytest.approx(right, abs=1e-9 if sign == "=" else 10 * rough)


@pytest.mark.parametrize("tie", ["low", "high"])
def test_a_vote_reads_the_pixels_of_its_window(tie: str) -> None:
    """Labels alone have no NaN to be followed."""
    (trace,) = explained(f"majority:k=2x3:s=2:tie={tie}", matrix(5, 7)).traces
    windows = [
        {(2 * i + a, 2 * j + b) for a in range(2) for b in range(3)} for i, j in np.ndindex(2, 3)
    ]
    assert [set(move.reads) for move in trace.window_steps] == windows


def test_weighted_means_are_of_the_pixels_that_are_named() -> None:
    for left, _, right in told(explained("softpool", matrix(4, 4))):
        x = np.array(re.findall(r"-?\d+", left), float)
        weights = np.exp(x)
        assert (x * weights).sum() / weights.sum() == pytest.approx(right, rel=1e-4)


@pytest.mark.parametrize(("h", "w"), [(4, 4), (5, 7), (6, 8), (9, 10)])
@pytest.mark.parametrize("mode", ["corrected", "faithful"])
@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_the_waves_of_the_kept_frequencies_add_up(mode: str, h: int, w: int) -> None:
    x = matrix(h, w)
    found = explained(f"flc:mode={mode}", x)
    to, back = found.traces
    assert to.output == pytest.approx(np.fft.fftshift(np.fft.fft2(x)) / x.size)
    waves = [move for move in back.window_steps if move.part]
    assert len(waves) == len(back.kept_positions) == found.output.size
    assert sum(wave.partial_output for wave in waves) == pytest.approx(OPS["flc"](x, mode=mode))


@pytest.mark.parametrize(("s", "size"), [(1, (5, 6)), (2, (5, 6)), (3, (4, 7))])
def test_a_convolution_takes_the_kernel_that_is_given(s: int, size: tuple[int, int]) -> None:
    x, kernel = matrix(*size), matrix(3, 3, seed=1)
    found = explained("conv", x, kernel=text_of(kernel), s=f"{s}")
    assert found.output.tolist() == scipy.signal.correlate2d(x, kernel, "valid")[::s, ::s].tolist()
    assert np.array_equal(found.kernel, kernel)  # type: ignore[arg-type]
    spread = np.zeros([(n - 1) * s + 1 for n in size])
    spread[::s, ::s] = x
    found = explained("transpose", x, kernel=text_of(kernel), s=f"{s}")
    assert found.output.tolist() == scipy.signal.convolve2d(spread, kernel).tolist()
    assert np.array_equal(found.kernel, kernel)  # type: ignore[arg-type]


def test_the_slides_edge_detector() -> None:
    found = explain("conv")
    assert set(found.input.ravel()) == {0, 1}
    assert found.output.tolist() == [[3, -3, -1], [-2, 3, -3], [-3, 2, 3]]
    assert found.kernel.tolist() == [[0, 1, 0], [1, -4, 1], [0, 1, 0]]  # type: ignore[union-attr]


def test_the_slides_transposed_convolution() -> None:
    found = explain("transpose")
    assert found.output.tolist() == [[0, 0, 1], [0, 4, 6], [4, 12, 9]]
    (working,) = found.traces
    products = [move for move in working.window_steps if move.part]
    assert np.nan_to_num(products[2].partial_output).tolist() == [[0, 0, 0], [0, 2, 0], [4, 6, 0]]
    assert np.isnan(products[2].partial_output).sum() == 5
    texts = [move.text for move in working.window_steps]
    assert "2 times the kernel goes to rows 1..2, columns 0..1" in texts
    assert "0*3 + 1*2 + 2*1 + 3*0 = 4" in texts
    twice = explain("transpose", s=2)
    assert twice.output.tolist() == [[0, 0, 0, 1], [0, 0, 2, 3], [0, 2, 0, 3], [4, 6, 6, 9]]


@pytest.mark.parametrize("chain", ["transpose", "transpose:random:k=3:s=2", "flc"])
def test_parts_that_meet_add_up_to_the_output(chain: str) -> None:
    working = explained(chain, matrix(4, 6)).traces[-1]
    parts = [move for move in working.window_steps if move.part]
    total = np.zeros(working.output.shape)
    for move in parts:
        total += np.nan_to_num(move.partial_output)
        assert move.running_sum is not None
        assert np.array_equal(np.nan_to_num(move.running_sum), total)
    assert total == pytest.approx(working.output)
    assert all(move.running_sum is None for move in working.window_steps if not move.part)


def test_parts_that_do_not_meet_have_no_sum() -> None:
    for chain in ("transpose:s=2", "nearest"):
        assert {move.running_sum for move in explain(chain).traces[0].window_steps} == {None}


def test_the_kernel_of_a_blur_is_shown_in_whole_numbers() -> None:
    (working,) = explain("blur").traces
    rows = ("1331", "3993", "3993", "1331")
    assert working.operand == ("64 × KERNEL", tuple(map(tuple, rows)))
    assert explain("blur:k=2").traces[0].operand == ("4 × KERNEL", (("1", "1"), ("1", "1")))
    assert explain("blur:k=1").traces[0].operand == ("KERNEL", (("1",),))


@pytest.mark.parametrize(
    ("chain", "word"),
    [
        ("blur", "mirrored"),
        ("blur:pad=edge", "repeated"),
        ("conv:box:p=1:pad=wrap", "wrapped around"),
        ("blur:pad=zero", ""),
        ("conv:box:p=1", ""),
        ("conv:box:p=0:pad=reflect", ""),
        ("avg", ""),
        ("median", ""),
    ],
)
def test_what_lies_beyond_the_border_is_said_where_it_has_weights(chain: str, word: str) -> None:
    (working,) = explain(chain).traces
    assert (f"Beyond the border the input is {word};" in working.remark) == bool(word)
    assert bool(working.remark) == bool(word)


def test_the_slide_that_is_false_says_what_is_true() -> None:
    found = explain("conv+transpose")
    assert found.traces[0].output.tolist() == [[3, -3, -1], [-2, 3, -3], [-3, 2, 3]]
    assert found.output.tolist() == [
        [0, 3, -3, -1, 0],
        [3, -17, 17, -2, -1],
        [-2, 11, -18, 17, -3],
        [-3, 12, -5, -13, 3],
        [0, -3, 2, 3, 0],
    ]
    assert found.note == (
        "The size of the input comes back, 5x5; its values do not: 21 of 25 numbers differ."
        " Transposed convolution is not the inverse of convolution, though lecture slides have"
        " claimed so."
    )


def test_the_note_is_not_said_where_it_is_false() -> None:
    same = explain("conv+transpose", "1 2;3 4", kernel="1")
    assert same.note == "The size, 2x2, and with this kernel the values of the input come back."
    assert explain("conv+transpose", s=2).note.startswith("The size of the input")
    assert explain("conv:p=1+transpose").note == ""
    assert explain("max+unpool").note == ""


def test_the_sum_of_a_window_is_the_one_of_every_lesson() -> None:
    found = explain("conv", "0 1 2;3 4 5;6 7 8", kernel="0 1;2 3")
    assert [move.text for move in found.traces[0].window_steps] == [
        "0*0 + 1*1 + 3*2 + 4*3 = 19",
        "1*0 + 2*1 + 4*2 + 5*3 = 25",
        "3*0 + 4*1 + 6*2 + 7*3 = 37",
        "4*0 + 5*1 + 7*2 + 8*3 = 43",
    ]


def test_the_largest_pixel_is_marked_and_remembered() -> None:
    found = explain("max+unpool", "1 2 5 5;4 3 5 5;0 0 -1 -2;0 0 -3 -4")
    pooled, back = found.traces
    assert [move.chosen_pixel for move in pooled.window_steps] == [(1, 0), (0, 2), (2, 0), (2, 2)]
    assert back.operand == ("SWITCHES", (("1,0", "0,2"), ("2,0", "2,2")))
    assert [move.writes for move in back.window_steps] == [
        ((1, 0),),
        ((0, 2),),
        ((2, 0),),
        ((2, 2),),
    ]
    assert back.output.tolist() == [[0, 0, 5, 0], [4, 0, 0, 0], [0, 0, -1, 0], [0, 0, 0, 0]]


def test_of_several_values_that_go_to_one_place_the_last_stays() -> None:
    (_, back) = explain("max:k=2:s=1+unpool", "0 0 0;0 7 0;0 0 0").traces
    assert [move.writes for move in back.window_steps] == [(), (), (), ((1, 1),)]
    assert back.window_steps[0].text == "7 goes where a later one replaces it"
    assert back.output.sum() == 7


def test_a_mirrored_window_names_its_pixels_as_often_as_they_count() -> None:
    (working,) = explain("median", "1 2 3;4 5 6;7 8 9").traces
    assert working.window_steps[0].text == "median(5, 4, 5, 2, 1, 2, 5, 4, 5) = 4"
    assert sorted(working.window_steps[0].reads) == [(0, 0), (0, 1), (1, 0), (1, 1)]
