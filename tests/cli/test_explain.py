"""`explain`: what people read, what programs read, which files are written."""

import json
from pathlib import Path

import pytest

from tests.conftest import Cli, CliResult

pytestmark = pytest.mark.slow


def test_windows_sums_and_grids_are_printed(cli: Cli) -> None:
    result = cli("explain", "conv", "--input", "0 1 2;3 4 5;6 7 8", "--kernel", "0 1;2 3")
    assert result.code == 0
    assert result.out.startswith("conv:s=1:p=0: Correlate with a kernel")
    lines = [line.rstrip() for line in result.out.splitlines()]
    start = lines.index("2 of 4: 1*0 + 2*1 + 4*2 + 5*3 = 25")
    assert lines[start + 1 : start + 7] == [
        "INPUT 3x3       OUTPUT 2x2",
        "┌───┬───┬───┐   ┌────┬────┐",
        "│  0│[1]│[2]│   │  19│[25]│",
        "│  3│[4]│[5]│   │   ·│   ·│",
        "│  6│  7│  8│   └────┴────┘",
        "└───┴───┴───┘",
    ]
    assert lines[-6:] == [
        "INPUT 3x3       KERNEL 2x2   OUTPUT 2x2",
        "┌───┬───┬───┐   ┌───┬───┐    ┌────┬────┐",
        "│  0│  1│  2│   │  0│  1│    │  19│  25│",
        "│  3│  4│  5│   │  2│  3│    │  37│  43│",
        "│  6│  7│  8│   └───┴───┘    └────┴────┘",
        "└───┴───┴───┘",
    ]


def test_a_running_sum_stands_beside_its_parts_and_a_border_below_the_heading(cli: Cli) -> None:
    lines = [line.rstrip() for line in cli("explain", "transpose").out.splitlines()]
    start = lines.index("3 of 13: 2 times the kernel goes to rows 1..2, columns 0..1")
    assert lines[start + 1 : start + 7] == [
        "INPUT 2x2   PRODUCT 3x3     SUM 3x3",
        "┌───┬───┐   ┌───┬───┬───┐   ┌───┬───┬───┐",
        "│  0│  1│   │  ·│  ·│  ·│   │  0│  0│  1│",
        "│[2]│  3│   │[0]│[2]│  ·│   │[0]│[4]│  3│",
        "└───┴───┘   │[4]│[6]│  ·│   │[4]│[6]│  ·│",
        "            └───┴───┴───┘   └───┴───┴───┘",
    ]
    assert cli("explain", "blur").out.splitlines()[1].startswith("Beyond the border the input is")


def test_the_pixel_that_is_chosen_is_marked(cli: Cli) -> None:
    assert "│<5>│" in cli("explain", "max", "--input", "5 2;3 4").out


def test_what_is_true_of_the_slide_is_said_at_the_end(cli: Cli) -> None:
    last = cli("explain", "conv+transpose").out.splitlines()[-1]
    assert last.startswith("The size of the input comes back, 5x5; its values do not")


def test_nothing_is_coloured_where_nobody_looks(cli: Cli) -> None:
    assert "\x1b" not in cli("explain", "max").out


def test_no_grid_is_folded_on_a_narrow_terminal(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    out = cli("explain", "conv").out
    assert "│  0│  1│  0│  1│  0│   │  0│   1│  0│   │   3│  -3│  -1│" in out


def test_many_windows_are_told_by_their_sums_alone(cli: Cli) -> None:
    rows = ";".join([" ".join("123456789")] * 9)
    out = cli("explain", "conv:box", "--input", rows, "-p", "1").out
    assert out.count(" of 81: ") == 81
    assert out.count("INPUT 9x9") == 1


def test_json_has_input_kernel_output_and_steps(cli: Cli) -> None:
    data = json.loads(cli("explain", "transpose", "-s", "2", "--json").out)
    assert data["schema"] == 1
    assert data["chain"] == "transpose"
    assert data["input"] == data["kernel"] == [[0, 1], [2, 3]]
    assert data["output"] == [[0, 0, 0, 1], [0, 0, 2, 3], [0, 2, 0, 3], [4, 6, 6, 9]]
    assert data["note"] is None
    assert data["steps"] == [
        {
            "stage": 0,
            "text": f"{value} times the kernel goes to rows {rows}, columns {columns}",
            "reads": [place],
            "weights": None,
            "taken": None,
            "writes": [[2 * i + a, 2 * j + b] for a in (0, 1) for b in (0, 1)],
            "values": [value * weight for weight in range(4)],
            "part": "PRODUCT",
        }
        for value, (rows, columns), (i, j), place in [
            (0, ("0..1", "0..1"), (0, 0), [0, 0]),
            (1, ("0..1", "2..3"), (0, 1), [0, 1]),
            (2, ("2..3", "0..1"), (1, 0), [1, 0]),
            (3, ("2..3", "2..3"), (1, 1), [1, 1]),
        ]
    ]


def test_json_of_a_choice_names_who_won(cli: Cli) -> None:
    (step,) = json.loads(cli("explain", "max", "--input", "1 2;4 3", "--json").out)["steps"]
    assert (step["taken"], step["values"], step["weights"]) == ([1, 0], [4], None)


def test_json_of_a_spectrum_has_pairs(cli: Cli) -> None:
    data = json.loads(cli("explain", "flc", "--json").out)
    assert data["stages"][0]["names"] == ["INPUT", "SPECTRUM"]
    assert data["stages"][0]["output"][2][2] == [4, 0]
    assert data["stages"][1]["output"] == data["output"]


def test_list_has_commands_that_run(cli: Cli) -> None:
    lines = cli("explain", "--list").out.splitlines()
    assert lines[1].startswith("conv ")
    assert any(line.startswith("conv+transpose ") for line in lines)


@pytest.mark.usefixtures("unpainted")
def test_figures_frames_and_animations_are_written(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["explain", "max", "--input", "0 1 2 3;4 5 6 7"]  # two windows
    for ending in ("png", "pdf", "svg", "tif", "eps", "gif"):
        assert cli(*words, "-o", f"m.{ending}") == CliResult(0, f"m.{ending}\n", "")
    result = cli(*words, "-o", "f.svg", "--frames")
    assert result.out.split() == [f"f_0{i}.svg" for i in range(1, 4)]
    starts = {path.name: path.read_bytes()[:4] for path in tmp_path.iterdir()}
    assert len(starts) == 9
    assert [starts[f"m.{e}"] for e in ("png", "pdf", "gif")] == [b"\x89PNG", b"%PDF", b"GIF8"]
    result = cli(*words, "-o", "m.gif", "--json")
    assert (json.loads(result.out)["chain"], result.err) == ("max", "m.gif\n")


@pytest.mark.usefixtures("unpainted")
def test_nothing_is_written_over_what_is_not_ours(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("f_03.png").write_text("a diary")
    result = cli("explain", "max", "-o", "f.png", "--frames")
    assert (result.code, result.err.splitlines()[1]) == (4, "  in:  f_03.png")
    assert [path.name for path in tmp_path.iterdir()] == ["f_03.png"]
    assert cli("explain", "max", "-o", "f.png", "--frames", "--overwrite").code == 0


@pytest.mark.parametrize(
    ("given", "code", "lines"),
    [
        (
            ["max", "--input", "0 1;2"],
            2,
            [
                "error: rows of different length: row 1 has 2 numbers, row 2 1",
                "  in:  --input '0 1;2', column 5",
                "  fix: give every row as many numbers",
            ],
        ),
        (
            ["conv", "--kernel", "0 1;2 x"],
            2,
            [
                "error: 'x' is not a number",
                "  in:  --kernel '0 1;2 x', column 7",
                "  fix: write numbers between spaces and rows between semicolons, e.g. '0 1;2 3'",
            ],
        ),
        (
            ["max", "-s", "x"],
            2,
            [
                "error: s=x: wanted 1..64 px, auto or nnunet",
                "  in:  chain 'max', column 1",
                "  fix: `sampviz ops max` explains its parameters",
            ],
        ),
        (
            [],
            2,
            [
                "error: missing CHAIN",
                "  in:  sampviz explain",
                "  fix: `sampviz explain max`",
            ],
        ),
        (
            ["max", "--frames"],
            2,
            [
                "error: frames go into files of their own",
                "  in:  --frames",
                "  fix: name them with -o FILE.png",
            ],
        ),
        (
            ["max", "-o", "m.jpg"],
            4,
            [
                "error: a figure cannot be saved as .jpg",
                "  in:  m.jpg",
                "  fix: end the name in .png, .pdf, .svg, .tif or .eps, or .gif for one that moves",
            ],
        ),
    ],
)
def test_what_is_wrong_is_said_in_three_lines(
    cli: Cli, given: list[str], code: int, lines: list[str]
) -> None:
    assert cli("explain", *given) == CliResult(code, "", "\n".join(lines) + "\n")
