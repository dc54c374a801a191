"""What ONNX Runtime gives for the operator Resize, by its coordinate and rounding rules."""

import numpy as np

from sampviz.testing.parity.kernels import Array, Run

_OPSET = 19


def cases() -> dict[str, Run]:
    """Return what the program does, under the chain that must equal it."""

    def resized(size: tuple[int, int], **attributes: str | float | int) -> Run:
        return lambda x: _run(x, size, attributes)

    linear = {"mode": "linear"}
    cubic: dict[str, str | float | int] = {"mode": "cubic"}
    return {
        "resize:5x13:filter=bilinear:antialias=false": resized((5, 13), **linear),
        "resize:20x7:filter=bilinear:antialias=false:at=corners": resized(
            (20, 7), **linear, coordinate_transformation_mode="align_corners"
        ),
        "resize:13x5:filter=bilinear:antialias=false:at=start": resized(
            (13, 5), **linear, coordinate_transformation_mode="asymmetric"
        ),
        "resize:1x5:filter=bilinear:antialias=false:at=torchhalf": resized(
            (1, 5), **linear, coordinate_transformation_mode="pytorch_half_pixel"
        ),
        "resize:11x13:antialias=false:a=-0.5": resized((11, 13), **cubic, cubic_coeff_a=-0.5),
        "resize:12x5:filter=bilinear:outside=edge": resized((12, 5), **linear, antialias=1),
        "resize:5x40:outside=edge:a=-0.75": resized((5, 40), **cubic, antialias=1),
        "resize:9x30:antialias=false:outside=drop": resized((9, 30), **cubic, exclude_outside=1),
        "resize:11x23:filter=nearest:at=half:round=down": resized(
            (11, 23), mode="nearest", nearest_mode="round_prefer_floor"
        ),
        "resize:11x23:filter=nearest:at=half:round=ceil": resized(
            (11, 23), mode="nearest", nearest_mode="ceil"
        ),
    }


def _run(x: Array, size: tuple[int, int], attributes: dict[str, str | float | int]) -> Array:
    from onnx import TensorProto, helper
    from onnxruntime import InferenceSession

    node = helper.make_node("Resize", ["x", "", "", "sizes"], ["y"], **attributes)
    graph = helper.make_graph(
        [node],
        "resize",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, *x.shape])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, *size])],
        [helper.make_tensor("sizes", TensorProto.INT64, [4], [1, 1, *size])],
    )
    opset = helper.make_opsetid("", _OPSET)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=9)
    session = InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (out,) = session.run(None, {"x": x.astype(np.float32)[None, None]})
    return np.asarray(out)[0, 0]
