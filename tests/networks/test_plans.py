"""The network that plans of nnU-Net describe: its ladder and its merges, without weights."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import sampviz
from sampviz.core.errors import InputError, UsageError
from sampviz.networks.ladder import Network
from tests.conftest import Cli

STRIDES = [[1, 1, 1], [1, 2, 2], [2, 2, 2], [2, 2, 2], [1, 2, 2], [1, 2, 2], [1, 2, 2]]
KERNELS = [[1, 3, 3]] * 2 + [[3, 3, 3]] * 5
OLDER: dict[str, Any] = {
    "architecture": None,
    "pool_op_kernel_sizes": STRIDES,
    "conv_kernel_sizes": KERNELS,
}
HALF = Fraction(1, 2)


def of_architecture(name: str, strides: Any, kernels: Any) -> dict[str, Any]:
    arguments = {"strides": strides, "kernel_sizes": kernels}
    full_name = f"dynamic_network_architectures.architectures.unet.{name}"
    return {"architecture": {"network_class_name": full_name, "arch_kwargs": arguments}}


def configuration(name: str = "PlainConvUNet", **changes: Any) -> dict[str, Any]:
    """Return a configuration of thick slices."""
    return {
        "patch_size": [28, 256, 256],
        "spacing": [3, 0.78, 0.78],
        **of_architecture(name, STRIDES, KERNELS),
        **changes,
    }


def written(folder: Path, order: Any = (0, 1, 2), **configurations: Any) -> Path:
    file = folder / "nnUNetPlans.json"
    content = {"configurations": configurations, "transpose_forward": order}
    file.write_text(json.dumps(content))
    return file


def of(folder: Path, values: dict[str, Any], **others: Any) -> Network:
    return sampviz.network(plans=written(folder, **{"3d_fullres": values}, **others))


def test_thick_slices_keep_their_step_and_the_decoder_lies_up_to_31_5_px_off(
    tmp_path: Path,
) -> None:
    net = of(tmp_path, configuration())
    assert [layer.size for layer in net.layers[:7]] == [
        (28, 256, 256),
        *((28, 128, 128), (14, 64, 64), (7, 32, 32)),
        *((7, n, n) for n in (16, 8, 4)),
    ]
    assert [layer.step[0] for layer in net.layers[:7]] == [1, 1, 2, 4, 4, 4, 4]
    assert net.layers[6].spacing == pytest.approx((12, 49.92, 49.92))
    assert net.layers[6].nyquist_per_mm == pytest.approx((1 / 24, 0.5 / 49.92, 0.5 / 49.92))
    assert net.layers[1].op == "conv:k=1x3x3:s=1x2x2:p=0x1x1"
    assert [layer.op for layer in net.layers[7:]] == ["transpose:k=1x2x2:s=1x2x2"] * 3 + [
        "transpose:k=2:s=2"
    ] * 2 + ["transpose:k=1x2x2:s=1x2x2"]
    assert [merge.apart[2][0] for merge in net.merges] == [-HALF] * 6
    last = net.merges[-1]
    assert (last.size, last.layers) == ((28, 256, 256), (12, 0))
    assert [most for _, most in last.apart_px] == [-3 * HALF, -63 * HALF, -63 * HALF]


def test_mean_shortcuts_of_a_residual_encoder_lie_half_a_sample_behind(tmp_path: Path) -> None:
    values = configuration("ResidualEncoderUNet", patch_size=[64, 64], spacing=[1, 1])
    values |= of_architecture("ResidualEncoderUNet", [1, 2, 2, 2], [3, 3, 3, 3])
    net = of(tmp_path, values)
    shortcuts = [merge for merge in net.merges if merge.op == "Add"]
    assert [merge.apart_px[0][1] for merge in shortcuts] == [-HALF, -1, -2]
    assert [net.layers[merge.layers[1]].op for merge in shortcuts] == ["avg:k=2:s=2"] * 3
    decoder = [merge for merge in net.merges if merge.op == "Concat"]
    # The path through the shortcuts lies as far behind as the decoder lies ahead.
    assert [merge.apart_px[0] for merge in decoder] == [(0, -2), (0, -3), (0, -7 * HALF)]


def test_older_plans_and_those_that_inherit_say_the_same(tmp_path: Path) -> None:
    newer = of(tmp_path, configuration())
    older = {
        "patch_size": [28, 256, 256],
        "spacing": [3, 0.78, 0.78],
        "UNet_class_name": "PlainConvUNet",
        **OLDER,
    }
    file = written(tmp_path, **{"3d_fullres": older, "cascade": {"inherits_from": "3d_fullres"}})
    for name in ("3d_fullres", "cascade"):
        assert sampviz.network(plans=file, configuration=name) == newer


def test_axes_are_those_of_the_image(tmp_path: Path) -> None:
    net = of(tmp_path, configuration(), order=(2, 0, 1))
    assert net.layers[0].size == (256, 256, 28)
    assert net.layers[1].op == "conv:k=3x3x1:s=2x2x1:p=1x1x0"
    assert [most for _, most in net.merges[-1].apart_px] == [-63 * HALF, -63 * HALF, -3 * HALF]


def test_the_command_prints_what_python_returns(tmp_path: Path, cli: Cli) -> None:
    file = written(tmp_path, **{"2d": configuration(), "3d_fullres": configuration()})
    result = cli("network", "--plans", file, "--json")
    assert result.err.startswith("warning: 3d_fullres of the plans is taken; --configuration")
    net = sampviz.network(plans=file, configuration="3d_fullres")
    data = json.loads(result.out)
    assert [layer["name"] for layer in data["layers"]] == [layer.name for layer in net.layers]
    assert len(data["merges"]) == len(net.merges)
    missing = cli("network")
    assert (missing.code, missing.err.splitlines()[0]) == (2, "error: missing MODEL.onnx")


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (configuration("UMambaEnc"), "a network that is not known: 'UMambaEnc'"),
        (configuration(architecture=None), "pool_op_kernel_sizes is not a list"),
        (configuration(patch_size=[28, 250, 256]), "28x250x256 px smaller by 4x64x64"),
        (
            configuration() | of_architecture("PlainConvUNet", STRIDES, None),
            "how large the kernels",
        ),
        (configuration() | of_architecture("PlainConvUNet", STRIDES, KERNELS[1:]), "6 of kernels"),
        (
            configuration() | of_architecture("PlainConvUNet", STRIDES, [0] * 7),
            "kernel_sizes is not",
        ),
        (configuration(UNet_class_name=3, **OLDER), "the class of its network is no name"),
    ],
)
def test_plans_of_no_network_are_refused(tmp_path: Path, values: dict[str, Any], what: str) -> None:
    with pytest.raises(InputError, match=what):
        of(tmp_path, values)


@pytest.mark.parametrize(
    "arguments",
    [{}, {"configuration": "2d", "model": "m.onnx"}, {"plans": "p.json", "size": "8x8"}],
)
def test_plans_or_a_model_are_given(arguments: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        sampviz.network(**arguments)
