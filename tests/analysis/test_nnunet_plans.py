"""The ladder of an nnU-Net: sizes, mm and Nyquist per stage, from plans that may be anybody's."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import InputError, SampvizWarning, UsageError
from tests.conftest import Cli

# Spacing, patch and strides as nnU-Net plans them, and the patch of the last stage.
LADDERS = [
    ((1, 1, 1), (128, 128, 128), "111 222 222 222 222 222", (4, 4, 4)),
    ((3, 0.9, 0.9), (32, 224, 224), "111 122 222 222 222 122", (4, 7, 7)),
    ((5, 0.78, 0.78), (20, 320, 256), "111 122 122 222 222 122 122", (5, 5, 4)),
    ((10, 1.5625, 1.5625), (14, 256, 224), "111 122 122 222 122 122", (7, 8, 7)),
    ((0.24, 1.25, 1.25), (224, 56, 56), "111 211 211 222 222 222", (7, 7, 7)),
]


def strides_of(text: str) -> list[list[int]]:
    """Return the strides of each stage: `111 122` are [1, 1, 1] and [1, 2, 2]."""
    return [list(map(int, stage)) for stage in text.split()]


def configuration(spacing: Any, patch: Any, strides: Any) -> dict[str, Any]:
    return {
        "patch_size": list(patch),
        "spacing": list(spacing),
        "architecture": {"arch_kwargs": {"strides": strides}},
    }


FULL = configuration((3, 0.9, 0.9), (32, 224, 192), strides_of("111 122 222"))
PLANE = configuration((0.9, 0.8), (224, 192), [[1, 1], [2, 2], [2, 1]])


def plans(
    path: Path, configurations: Any = None, transpose_forward: Any = (0, 1, 2), **others: Any
) -> Path:
    """Write plans."""
    document = {
        "configurations": {"3d_fullres": FULL} if configurations is None else configurations,
        "transpose_forward": transpose_forward,
        **others,
    }
    file = path / "nnUNetPlans.json"
    file.write_text(json.dumps(document))
    return file


@pytest.mark.parametrize(("spacing", "patch", "strides", "last"), LADDERS)
def test_the_ladder_has_size_mm_and_nyquist_of_every_stage(
    tmp_path: Path,
    spacing: tuple[float, ...],
    patch: tuple[int, ...],
    strides: str,
    last: tuple[int, ...],
) -> None:
    each = strides_of(strides)
    file = plans(tmp_path, {"3d_fullres": configuration(spacing, patch, each)})
    stages = sampviz.shape(plans=file)
    assert len(stages) == len(each)
    assert (stages[0].size, stages[-1].size) == (patch, last)
    for stage, factor in zip(stages, np.cumprod(each, axis=0), strict=True):
        assert stage.spacing == pytest.approx(np.multiply(spacing, factor))
        assert stage.nyquist_per_mm == pytest.approx(1 / (2 * np.multiply(spacing, factor)))


@pytest.mark.parametrize("forward", [(0, 1, 2), (1, 0, 2), (2, 0, 1)])
def test_axes_are_those_of_the_image(tmp_path: Path, forward: tuple[int, ...]) -> None:
    stages = sampviz.shape(plans=plans(tmp_path, transpose_forward=forward))
    image = np.empty(stages[0].size, bool)
    assert image.transpose(forward).shape == (32, 224, 192)
    thick = forward[0]
    assert [stages[0].spacing and stages[0].spacing[axis] for axis in range(3)] == [
        3 if axis == thick else 0.9 for axis in range(3)
    ]
    assert [stages[1].factor[axis] for axis in range(3)] == [
        1 if axis == thick else 2 for axis in range(3)
    ]


@pytest.mark.parametrize(
    ("forward", "size", "spacing"),
    [((1, 0, 2), (224, 192), (0.9, 0.8)), ((0, 2, 1), (192, 224), (0.8, 0.9))],
)
def test_a_plane_has_the_last_two_axes(
    tmp_path: Path, forward: Any, size: tuple[int, int], spacing: tuple[float, float]
) -> None:
    stages = sampviz.shape(plans=plans(tmp_path, {"2d": PLANE}, forward))
    assert (stages[0].size, stages[0].spacing) == (size, spacing)


def test_older_plans_and_those_that_inherit_say_the_same(tmp_path: Path) -> None:
    old: dict[str, Any] = {"patch_size": [32, 224, 192], "spacing": [3, 0.9, 0.9]}
    old["pool_op_kernel_sizes"] = strides_of("111 122 222")
    heir = {"inherits_from": "3d_fullres", "previous_stage": "3d_lowres"}
    both = {"3d_fullres": old, "3d_cascade_fullres": heir}
    new = [stage.size for stage in sampviz.shape(plans=plans(tmp_path))]
    file = plans(tmp_path, both)
    for name in both:
        stages = sampviz.shape(plans=file, configuration=name)
        assert [stage.size for stage in stages] == new


def test_the_configuration_that_is_taken_is_said(tmp_path: Path) -> None:
    file = plans(tmp_path, {"2d": PLANE, "3d_fullres": FULL})
    with pytest.warns(SampvizWarning, match=r"^3d_fullres of the plans is taken; configuration"):
        assert len(sampviz.shape(plans=file)[0].size) == 3
    assert len(sampviz.shape(plans=file, configuration="2d")[0].size) == 2
    with pytest.raises(UsageError, match="no configuration is named '3d'"):
        sampviz.shape(plans=file, configuration="3d")
    with pytest.raises(UsageError, match="the plans have 2 configurations"):
        sampviz.shape(plans=plans(tmp_path, {"2d": PLANE, "3d_lowres": FULL}))


def test_the_command_prints_what_python_returns(tmp_path: Path, cli: Cli) -> None:
    file = plans(tmp_path)
    stages = sampviz.shape(plans=file)
    printed = json.loads(cli("shape", "--plans", file, "--json").out)
    assert printed["chain"] == "stride:s=1x2x2+stride"
    assert [tuple(stage["size"]) for stage in printed["stages"]] == [s.size for s in stages]
    (line,) = [x for x in cli("shape", "--plans", file).out.splitlines() if x.startswith("stride ")]
    assert line.split("  ")[-1].strip() == "0.08333 x 0.1389 x 0.1389"
    assert "<td>0.1667x0.2778x0.2778</td>" in stages._repr_html_()


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"size": "64x64"}, "plans say the chain, the size and the spacing"),
        ({"chain": "max", "plans": None}, "there is no size"),
        ({"chain": "max", "size": "8x8", "plans": None, "configuration": "2d"}, "no plans"),
    ],
)
def test_plans_stand_for_a_chain_a_size_and_a_spacing(values: dict[str, Any], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        sampviz.shape(**{"plans": "nnUNetPlans.json", **values})


def but(**changes: Any) -> dict[str, Any]:
    """Plans of one configuration that has other values."""
    return {"configurations": {"3d_fullres": {**FULL, **changes}}}


def with_strides(strides: Any) -> dict[str, Any]:
    return but(architecture={"arch_kwargs": {"strides": strides}})


HOSTILE: dict[str, tuple[dict[str, Any], str]] = {
    "no configurations": ({"configurations": {}}, "it has no configurations"),
    "a list of them": ({"configurations": [FULL]}, "it has no configurations"),
    "one that is none": ({"configurations": {"2d": 3}}, "what '2d' inherits from cannot be told"),
    "its own heir": (but(inherits_from="3d_fullres"), "'3d_fullres' inherits from cannot"),
    "an heir of nobody": (but(inherits_from={}), "'3d_fullres' inherits from cannot"),
    "a huge patch": (but(patch_size=[32, 10**400, 9]), "patch_size is not a list of numbers"),
    "half a pixel": (but(patch_size=[32, 2.5, 9]), "patch_size is not a list of numbers above 0"),
    "no patch": (but(patch_size=None), "patch_size is not a list of numbers"),
    "four axes": (but(patch_size=[8] * 4), "strides has a stage of 3"),
    "a spacing of 0": (but(spacing=[3, 0, 1]), "spacing is not a list of numbers above 0"),
    "a spacing of words": (but(spacing=["3", "1", "1"]), "spacing is not a list of numbers"),
    "two spacings": (but(spacing=[3, 1]), "patch_size has 3 axes and spacing 2"),
    "a stride of 0": (with_strides([[1, 0, 1]]), "strides is not a list of numbers above 0"),
    "a stride of true": (with_strides([[1, True, 1]]), "strides is not a list of numbers"),
    "a large stride": (with_strides([[1, 65, 1]]), "strides is not a list of numbers"),
    "strides of two axes": (with_strides([[2, 2]]), "strides has a stage of 2 axes, and a patch 3"),
    "many stages": (with_strides([[1, 1, 1]] * 17), "strides is not a list of 1..16 stages"),
    "no stage": (with_strides([]), "strides is not a list of 1..16 stages"),
    "no strides": (but(architecture={}), "pool_op_kernel_sizes is not a list"),
    "an axis twice": ({"transpose_forward": [0, 0, 1]}, "transpose_forward is no order"),
    "axes of true": ({"transpose_forward": [False, True, 2]}, "transpose_forward is no order"),
    "no order": ({"transpose_forward": None}, "transpose_forward is no order of the axes 0, 1"),
}


@pytest.mark.parametrize(("values", "what"), HOSTILE.values(), ids=HOSTILE)
def test_plans_that_cannot_be_are_refused(
    tmp_path: Path, values: dict[str, Any], what: str
) -> None:
    file = plans(tmp_path, **values)
    with pytest.raises(InputError, match=rf"no plans of nnU-Net: .*{what}") as caught:
        sampviz.shape(plans=file)
    assert str(caught.value).splitlines()[1:] == [
        f"  in:  {file}",
        "  fix: give the nnUNetPlans.json that nnU-Net wrote beside the preprocessed images",
    ]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "it is no JSON"),
        (b"\xff\xfe\x00", "it is no JSON"),
        (b"[" * 10**5, "it is no JSON"),
        (b"[]", "it is a JSON without names"),
        (b'{"a": NaN}', "NaN is no number"),
        (b" " * (2**22 + 1), "it has more than 4194304 bytes"),
    ],
    ids=["empty", "no text", "deep", "a list", "NaN", "long"],
)
def test_what_is_no_plan_is_told_in_three_lines(
    tmp_path: Path, cli: Cli, content: bytes, what: str
) -> None:
    file = tmp_path / "plans.json"
    file.write_bytes(content)
    result = cli("shape", "--plans", file)
    assert (result.code, result.out, result.err.count("\n")) == (3, "", 3)
    assert what in result.err.splitlines()[0]
