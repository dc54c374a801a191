"""Operations of users: code that a chain names."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sampviz as front_door
from sampviz.core.errors import ChainError, SampvizWarning
from sampviz.core.installation import install_command
from sampviz.dsp.dtypes import Array
from sampviz.images.embedded_text import embedded_text
from sampviz.ops.chain import Chain, parse_chains
from sampviz.ops.registry import OPS
from sampviz.ops.user_code import user_operation
from tests.conftest import Cli, CliResult
from tests.ops.program import ROOT, program
from tests.test_readme import OWN_OPERATION, between, blocks

pytestmark = pytest.mark.slow

HERE = Path(__file__).parents[1]
CENTRED = "warning: {} does not say where its samples lie: they are taken as centred\n"
x = np.random.default_rng(0).normal(size=(9, 12))


@pytest.fixture
def code(monkeypatch: pytest.MonkeyPatch) -> None:
    """The current folder has a package `mypkg`."""
    monkeypatch.chdir(HERE / "example_code")
    monkeypatch.setattr(sys, "path", [*sys.path])
    user_operation.clear()


@pytest.fixture
def torch_code(code: None) -> None:
    pytest.importorskip("torch", reason="torch is not installed")


def parse(text: str) -> Chain:
    return Chain.parse(text, allow_code=True)


@pytest.mark.parametrize("command", ["shape", "apply", "compare"])
def test_code_is_not_run_unasked(cli: Cli, command: str) -> None:
    text = "max,never.here:f:k=3" if command == "compare" else "max+never.here:f:k=3"
    words = {
        "shape": ["shape", text, "--size", "9x9"],
        "apply": ["apply", "sample:t1", text, "-o", "x.npy"],
        "compare": ["compare", "sample:t1", "--ops", text],
    }[command]
    label = "--ops" if command == "compare" else "chain"
    assert cli(*words) == CliResult(
        2,
        "",
        "error: 'never.here:f' is code, and code is not run unasked\n"
        f"  in:  {label} '{text}', column 5\n"
        "  fix: add --allow-code to run code from never.here\n",
    )


names = st.sampled_from(["this", "antigravity", "wave.open", "xml.dom", "mypkg.pools", "os.path"])
dotted = st.lists(names | st.text("ab._:=3", max_size=5), min_size=1).map(":".join)


@given(st.text("abt.:+,=_ 3", max_size=40) | dotted)
def test_parsing_imports_nothing(text: str) -> None:
    before = set(sys.modules)
    try:
        parse_chains(text)
    except ChainError as err:
        told = str(err)
        assert told.count("\n") == 2
    assert set(sys.modules) == before


def test_a_function_is_an_operation(code: None) -> None:
    with pytest.warns(SampvizWarning, match="taken as centred") as caught:
        chain, _ = (parse("mypkg.pools:top:2.5:k=3:flip=true:mode=b") for _ in range(2))
    assert len(caught) == 1  # once
    assert parse(str(chain)) == chain
    assert str(chain) == "mypkg.pools:top:gain=2.5:k=3:flip=true:mode=b"
    assert np.array_equal(chain(x), 2.5 * x[::3, ::3][::-1])
    assert np.array_equal(parse("mypkg.pools:top:mode=auto")(x), x[::2, ::2])  # a word as any
    assert not chain.linear
    rows, columns = chain.trace((9, 12))[-1]
    assert (rows.size, rows.step, rows.delta) == (3, 3, 1)
    assert columns.size == 4


@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_a_function_is_given_copies_of_single_planes(code: None) -> None:
    channels = np.stack([x, x + 1]).astype(np.float32)
    kept = channels.copy()
    assert np.array_equal(parse("mypkg.pools:in_place")(channels), 2 * kept)
    assert np.array_equal(channels, kept)
    out = parse("mypkg.pools:wide+max")(channels)  # float64 came, 9 of 12 columns
    assert (out.dtype, out.shape) == (np.float32, (2, 4, 4))


def test_an_operation_may_be_named_by_its_place(code: None) -> None:
    chain = parse("mypkg.pools:twice+max")
    assert parse(str(chain)) == chain
    assert chain.steps[0].op.linear
    assert np.array_equal(chain(x), 2 * OPS["max"](x))
    pool = parse("sampviz.ops.families.pooling:maximum:3")
    assert np.array_equal(pool(x), OPS["max"](x, k=3))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "max+mypkg.pools",
            "'mypkg.pools' names a module, and nothing in it\n"
            "  in:  chain 'max+mypkg.pools', column 5\n  fix: write package.module:name",
        ),
        (
            "mypkg.pool:top",
            "there is no module 'mypkg.pool'\n  in:  chain 'mypkg.pool:top', column 1\n"
            "  fix: work in the folder that holds it, or install it",
        ),
        (
            "mypkg.pools:tops",
            "mypkg.pools has no 'tops'\n  in:  chain 'mypkg.pools:tops', column 1\n"
            "  fix: did you mean 'top'? write a name that the module defines",
        ),
        (
            "mypkg.broken:top",
            "mypkg.broken cannot be imported: RuntimeError: not today\n"
            "  in:  chain 'mypkg.broken:top', column 1\n  fix: mend it; the traceback shows where",
        ),
        (
            "mypkg.pools:number",
            "mypkg.pools:number is of type int\n  in:  chain 'mypkg.pools:number', column 1\n"
            "  fix: name an operation made with @op, a function or a torch module",
        ),
        (
            "mypkg.pools:needs",
            "mypkg.pools:needs needs a value for k\n  in:  chain 'mypkg.pools:needs', column 1\n"
            "  fix: give it a default",
        ),
        (
            "mypkg.pools:mute",
            "mypkg.pools:mute cannot be used: its docstring has no paragraph 'Size: '\n"
            "  in:  chain 'mypkg.pools:mute', column 1\n  fix: see docs/own_operation.md",
        ),
        (
            "mypkg.pools:top:q=2",
            "mypkg.pools:top has no parameter 'q'\n"
            "  in:  chain 'mypkg.pools:top:q=2', column 17\n"
            "  fix: the code of top in mypkg.pools explains its parameters",
        ),
        (
            "mypkg.pools:top:k=2.5",
            "k=2.5: wanted a whole number\n  in:  chain 'mypkg.pools:top:k=2.5', column 19\n"
            "  fix: the code of top in mypkg.pools explains its parameters",
        ),
        (
            "mypkg.pools:top:gain=1e999",
            "gain=1e999: wanted a number\n  in:  chain 'mypkg.pools:top:gain=1e999', column 22\n"
            "  fix: the code of top in mypkg.pools explains its parameters",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_what_cannot_be_used_is_said_where_it_is_named(code: None, text: str, told: str) -> None:
    with pytest.raises(ChainError) as caught:
        parse(text)
    assert str(caught.value) == told


MEND = "mend it; --debug shows where"
ARRAY = "return an array of numbers, of rows x columns"


@pytest.mark.parametrize(
    ("name", "what", "fix"),
    [
        ("raises", "raised ValueError: two lines", MEND),
        ("leaves", "raised SystemExit: bye", MEND),
        ("a_list", "returned a list, not an array", ARRAY),
        ("a_line", "returned an array of shape (4,)", ARRAY),
        ("nothing", "returned an array of shape (0, 4)", ARRAY),
        ("words", "returned an array of <U32", ARRAY),
        ("faulty", "raised KeyError: 'here'", MEND),
    ],
)
@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_what_goes_wrong_in_code_names_the_step(
    code: None, cli: Cli, tmp_path: Path, name: str, what: str, fix: str
) -> None:
    text = f"max+mypkg.pools:{name}"
    target = tmp_path / "x.npy"
    words = ["apply", "sample:noise:8x8", text, "--allow-code", "-q", "-o", target]
    place = f"step 2 of '{text}'" + ("" if name == "faulty" else " for 8x8 px")
    assert cli(*words) == CliResult(
        2, "", f"error: mypkg.pools:{name} {what}\n  in:  {place}\n  fix: {fix}\n"
    )
    assert not target.exists()


@pytest.mark.parametrize(
    ("name", "shape", "said"), [("moody", "(5, 12)", "(9, 12)"), ("liar", "(5, 6)", "(9, 12)")]
)
@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_a_size_that_is_not_as_said_is_refused(
    code: None, name: str, shape: str, said: str
) -> None:
    with pytest.raises(ChainError) as caught:
        parse(f"mypkg.pools:{name}")(x)
    assert str(caught.value) == (
        f"mypkg.pools:{name} made an array of shape {shape} where {said} was said beforehand\n"
        f"  in:  step 1 of 'mypkg.pools:{name}'\n"
        "  fix: let the size follow from the size of the input alone, as its rule says"
    )


def test_a_size_rule_that_gives_no_grid_is_refused(code: None) -> None:
    with pytest.raises(ChainError, match="ungrid returned no Grid but something of type int"):
        parse("mypkg.pools:ungrid").shape((9, 9))


@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_trials_are_bounded_and_done_once(code: None, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = parse("mypkg.pools:top")
    with pytest.raises(ChainError, match="would be tried on zeros first, of at most 16777216 px"):
        chain.shape((2**13, 2**13))
    calls = []

    def counted_zeros(*arguments: Any) -> Array:
        calls.append(arguments)
        return np.ones(*arguments)

    monkeypatch.setattr(np, "zeros", counted_zeros)
    assert [chain.shape((7, 7)) for _ in range(3)] == [(4, 4)] * 3
    assert len(calls) == 1


def test_debug_shows_the_users_traceback(code: None, cli: Cli) -> None:
    words = ["shape", "mypkg.pools:raises", "--size", "9x9", "--allow-code", "--debug"]
    assert 'raise ValueError("two\\nlines")' in cli(*words).err


def test_the_command_line_draws_what_python_draws(code: None, cli: Cli, tmp_path: Path) -> None:
    text = "max,mypkg.pools:top:k=4"
    result = cli(
        "compare", "sample:noise:32x32", "--ops", text, "--allow-code", "-o", tmp_path / "a.png"
    )
    assert (result.code, result.err) == (0, CENTRED.format("mypkg.pools:top"))
    image = front_door.load("sample:noise:32x32")
    figure = front_door.compare(image, text, allow_code=True)
    _, figure.record = embedded_text(tmp_path / "a.png")  # Python does not know the file
    front_door.save(figure, tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    with pytest.raises(ChainError, match="code is not run unasked"):
        front_door.compare(image, [text.partition(",")[2]])


def test_stages_have_names_that_any_file_system_takes(code: None, cli: Cli, tmp_path: Path) -> None:
    words = ["sample:noise:8x8", "mypkg.pools:twice", "--stages", "--allow-code"]
    assert cli("apply", *words, "-o", tmp_path / "o.npy").code == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["o.npy", "o_0_input.npy", "o_1_twice.npy"]


def test_a_table_of_steps_has_no_pictures_in_it(code: None, cli: Cli) -> None:
    result = cli("shape", "mypkg.pools:top:k=3", "--size", "9x9", "--allow-code")
    assert "\nmypkg.pools:top:k=3 " in result.out
    assert "\n  mypkg.pools:top: found by a trial on zeros\n" in result.out


@pytest.mark.parametrize("name", ["mypkg.nets:Pool", "mypkg.nets:pool"])
@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_a_torch_module_equals_our_operation(torch_code: None, name: str) -> None:
    chain = parse(name)
    assert parse(str(chain)) == chain
    channels = np.stack([x, 2 * x, -x]).astype(np.float32)
    for array in (x, channels, channels[None]):
        out, ours = chain(array), OPS["max"](array)
        assert (out.shape, out.dtype) == (ours.shape, ours.dtype)
        assert np.abs(out - ours).max() <= 1e-6
    rows, _ = chain.trace((8, 8))[-1]
    assert (rows.size, rows.step, float(rows.delta)) == (4, 2, 0.5)


@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_a_torch_module_gets_the_channels_that_it_wants(torch_code: None) -> None:
    channels = np.stack([x, 2 * x, -x]).astype(np.float32)
    mixed = channels.sum(0, keepdims=True)
    assert np.allclose(parse("mypkg.nets:mix")(channels), mixed, atol=1e-5)
    assert np.allclose(parse("mypkg.nets:mix")(np.stack([channels] * 2)), [mixed] * 2, atol=1e-5)
    with pytest.raises(ChainError) as caught:
        parse("mypkg.nets:mix")(x)
    assert str(caught.value) == (
        "mypkg.nets:mix wants 3 channels, not 1\n  in:  step 1 of 'mypkg.nets:mix'\n"
        "  fix: choose an image that has them"
    )
    assert parse("mypkg.nets:maps")(x).shape == (4, 4, 5)
    assert parse("mypkg.nets:maps")(channels).shape == (3, 4, 4, 5)
    assert parse("torch.nn:ReLU")(x).min() == 0


@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_a_torch_module_is_tried_once_for_images_of_a_size(
    torch_code: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain, sizes = parse("mypkg.nets:Pool"), [(9, 12), (8, 8)]
    images = [np.ones(size) for size in sizes]
    tried = []

    def recorded_zeros(shape: tuple[int, ...]) -> Array:
        tried.append(shape)
        return np.ones(shape)

    monkeypatch.setattr(np, "zeros", recorded_zeros)
    for image in [*images, *images]:
        assert (chain(image) == 1).all()
    assert tried == [(1, *size) for size in sizes]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("mypkg.nets:Flat", "returned a Tensor of shape (81,)"),
        ("torch.nn:MaxPool2d", "cannot be made without arguments: TypeError"),
        ("torch.nn:Module", "raised NotImplementedError"),
        ("torch.nn:LSTM", "cannot be made without arguments"),
    ],
)
@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_what_goes_wrong_in_a_module_is_said_in_words(
    torch_code: None, cli: Cli, name: str, what: str
) -> None:
    result = cli("shape", name, "--size", "9x9", "--allow-code")
    first, place, fix = result.err.splitlines()[-3:]
    assert result.code == 2
    assert first.startswith(f"error: {name} {what}")
    assert place.startswith("  in:  ")
    assert fix.startswith("  fix: ")


def test_missing_torch_names_the_extra(
    code: None, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "mypkg.nets", raising=False)
    result = cli("shape", "mypkg.nets:pool", "--size", "9x9", "--allow-code")
    assert result.err == (
        "error: mypkg.nets needs torch\n  in:  chain 'mypkg.nets:pool', column 1\n"
        f"  fix: {install_command('torch')}\n"
    )


def test_a_function_loads_no_torch() -> None:
    words = "['shape', 'mypkg.pools:top', '--size', '9x9', '--allow-code']"
    script = (
        f"from sampviz.cli.app import run; run({words}); import sys; print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=HERE / "example_code",
        env={**os.environ, "PYTHONPATH": ROOT},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "False"


def test_the_example_of_the_manual_runs(tmp_path: Path) -> None:
    (tmp_path / "my").mkdir()
    (tmp_path / "my" / "pools.py").write_text(blocks(OWN_OPERATION, "python")[0])
    command = between(OWN_OPERATION, "own-command", "end").strip().splitlines()[1]
    result = program(*shlex.split(command)[1:], path=tmp_path)
    assert (result.code, result.err) == (0, CENTRED.format("my.pools:darkest"))
    assert (tmp_path / result.out.strip()).stat().st_size
