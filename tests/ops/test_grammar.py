"""The grammar of chains: what it takes, what it gives back, and what it says of the rest."""

import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampviz.core.errors import ChainError
from sampviz.ops.chain import MOST_STEPS, Chain, parse_chains
from sampviz.ops.operation import Operation
from sampviz.ops.parameter import Parameter
from sampviz.ops.registry import NAMED_CHAINS, OPS
from sampviz.ops.step import Step
from tests.texts import any_text


def values(parameter: Parameter) -> st.SearchStrategy[object]:
    """Values within the bounds of a parameter."""
    words = st.sampled_from(parameter.spec.words) if parameter.spec.words else st.nothing()
    low, high = parameter.spec.low, parameter.spec.high
    if parameter.spec.is_path:
        return st.text(string.ascii_letters + "/._-", max_size=12)
    if parameter.type is bool:
        return st.booleans()
    if parameter.type is int:
        return words | st.integers(int(low or 0), int(high or 0))
    if parameter.type is float:
        return words | st.floats(low, high)
    return words


@st.composite
def steps(draw: st.DrawFn, op: Operation | None = None) -> Step:
    alone = [each for each in OPS.values() if not each.takes_switches]
    op = op or draw(st.sampled_from(alone))
    chosen = {p.name: draw(values(p)) for p in op.parameters if draw(st.booleans())}
    try:
        return Step.of(op, **chosen)  # type: ignore[arg-type]
    except ChainError:  # values that cannot go together
        return Step.of(op)


chains = st.lists(steps(), min_size=1, max_size=6).map(lambda found: Chain(tuple(found)))


@given(chains)
def test_a_printed_chain_parses_to_an_equal_one(chain: Chain) -> None:
    assert Chain.parse(str(chain)) == chain
    assert hash(Chain.parse(str(chain))) == hash(chain)


@given(st.lists(chains, min_size=1, max_size=4))
def test_columns_keep_their_order(columns: list[Chain]) -> None:
    assert list(parse_chains(",".join(map(str, columns)))) == columns


@settings(max_examples=500)
@given(any_text(max_size=60) | st.text("maxblurflc:=+,.0123456789- \n\x00é{}%$`", max_size=60))
def test_any_text_is_a_chain_or_an_error_in_three_lines(text: str) -> None:
    try:
        Chain.parse(text)
    except ChainError as err:
        first, place, fix = str(err).split("\n")
        assert first
        assert place.startswith("  in:  chain ")
        assert fix.startswith("  fix: ")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("max:2", "max:k=2"),
        ("max", "max:k=2:s=2:p=0:d=1:ceil=false"),
        ("max:k=3", "max:s=3:k=3"),
        ("max:kernel_size=3:stride=2", "max:k=3:s=2"),
        ("max:times=3", "max+max+max"),
        ("max:times=2+nearest:4", " max + max + nearest:f=4 "),
        ("maxblur", "max:s=1+blur"),
        ("flcmax:times=2", "flc+max:s=1+flc+max:s=1"),
        ("convblur", "conv:s=1+relu+blur:k=4"),
        ("resizeconv", "nearest+conv:kernel=identity:s=1"),
        ("dpp:lam=.5", "dpp:0.50"),
        ("avg:p=same", "avg:p=same:countpad=false"),
        ("avg:k=3", "avg:k=03"),
    ],
)
def test_chains_compare_by_meaning(one: str, other: str) -> None:
    assert Chain.parse(one) == Chain.parse(other)


@pytest.mark.parametrize(
    ("one", "other"), [("max", "avg"), ("max:k=3", "max:k=3:s=2"), ("avg:p=same", "avg")]
)
def test_chains_that_differ_are_not_equal(one: str, other: str) -> None:
    assert Chain.parse(one) != Chain.parse(other)


def test_canonical_form_has_non_defaults_in_declared_order() -> None:
    text = "conv:pad=reflect:kernel=gauss:s=2+max:s=1:k=2+dpp:lam=0.0001"
    assert str(Chain.parse(text)) == "conv:kernel=gauss:pad=reflect+max:s=1+dpp:lam=0.0001"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "max,nearst",
            "no operation is named 'nearst'\n  in:  --ops 'max,nearst', column 5\n"
            "  fix: did you mean 'nearest'? `sampviz ops` lists them all",
        ),
        (
            "max+blur:k=99",
            "k=99: wanted 1..64 px, auto or nnunet\n  in:  --ops 'max+blur:k=99', column 12\n"
            "  fix: `sampviz ops blur` explains its parameters",
        ),
        (
            "max:kk=2",
            "max has no parameter 'kk'\n  in:  --ops 'max:kk=2', column 5\n"
            "  fix: did you mean 'k'? `sampviz ops max` explains its parameters",
        ),
        (
            "max:2:3",
            "'3' has no name\n  in:  --ops 'max:2:3', column 7\n"
            "  fix: only the first value may stand alone; write name=value",
        ),
        (
            "max,,avg",
            "a step without a name\n  in:  --ops 'max,,avg', column 5\n"
            "  fix: write a name between the separators",
        ),
        (
            "max:k=2:2:k=3",
            "'2' has no name\n  in:  --ops 'max:k=2:2:k=3', column 9\n"
            "  fix: only the first value may stand alone; write name=value",
        ),
        (
            "blur:k=3:k=3",
            "k is given twice\n  in:  --ops 'blur:k=3:k=3', column 12\n  fix: give it once",
        ),
        (
            "max:times=2:times=3",
            "times is given twice\n  in:  --ops 'max:times=2:times=3', column 19\n"
            "  fix: give it once",
        ),
        (
            "max:=3",
            "an argument without a name\n  in:  --ops 'max:=3', column 5\n  fix: write name=value",
        ),
        (
            "blur:pad=mirror",
            "pad=mirror: wanted zero, reflect, edge or wrap\n"
            "  in:  --ops 'blur:pad=mirror', column 10\n"
            "  fix: `sampviz ops blur` explains its parameters",
        ),
        (
            "max:times=17",
            "times=17: wanted 1..16\n  in:  --ops 'max:times=17', column 11\n"
            "  fix: repeat the step with '+' for more",
        ),
        (
            "maxblur:f=3",
            "maxblur stands for 'max:s=1+blur', of which no step has a parameter 'f'\n"
            "  in:  --ops 'maxblur:f=3', column 9\n  fix: write name=value, or the chain",
        ),
        (
            "relu:1",
            "relu takes no parameter\n  in:  --ops 'relu:1', column 6\n  fix: leave it out",
        ),
        (
            "mаx",  # a Cyrillic а
            "'mаx' is not a name; 'а' is U+0430 CYRILLIC SMALL LETTER A\n"
            "  in:  --ops 'mаx', column 1\n"
            "  fix: a name has the letters a-z and digits; `sampviz ops` lists them all",
        ),
    ],
)
def test_errors_say_what_where_and_how_to_mend_it(text: str, told: str) -> None:
    with pytest.raises(ChainError) as caught:
        parse_chains(text, "--ops")
    assert str(caught.value) == told


def test_texts_and_chains_are_bounded() -> None:
    with pytest.raises(ChainError, match="a text of 50000 characters"):
        Chain.parse("max+" * 12500)
    with pytest.raises(ChainError, match="too many steps"):
        Chain.parse("+".join(["relu"] * (MOST_STEPS + 1)))
    with pytest.raises(ChainError, match="too many steps"):
        Chain.parse("+".join(["relu:times=16"] * 5))
    assert len(Chain.parse("+".join(["relu:times=16"] * 4)).steps) == MOST_STEPS


def test_two_chains_are_not_one() -> None:
    with pytest.raises(ChainError, match="2 chains where one is wanted"):
        Chain.parse("max,avg")


def test_named_chains_are_chains_and_not_operations() -> None:
    assert not set(NAMED_CHAINS) & set(OPS)
    for text in NAMED_CHAINS.values():
        assert Chain.parse(text)(np.zeros((4, 16, 16))).ndim == 3


def test_every_main_parameter_can_be_given_bare() -> None:
    for op in OPS.values():
        if op.parameters and not op.takes_switches:
            first = op.parameters[0]
            word = first.default_text
            assert Chain.parse(f"{op.name}:{word}") == Chain.parse(op.name)
