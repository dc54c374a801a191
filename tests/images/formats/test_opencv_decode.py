"""OpenCV decodes a picture only where there is memory for it and for a copy."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from sampviz.core.errors import InputError
from sampviz.dsp.dtypes import Array
from sampviz.images.formats import opencv_decode
from sampviz.images.load import load
from tests.every import every

DEEP = np.arange(40 * 50 * 3, dtype=np.uint16).reshape(40, 50, 3)
BYTES = DEEP.astype(np.uint8)
PICTURES: dict[str, Array] = {
    "grey.png": BYTES[..., 0],
    "grey with alpha.png": BYTES[..., :2],
    "RGB.png": BYTES,
    "RGBA.png": BYTES[..., [0, 1, 2, 0]],
    "grey of 16 bits.png": DEEP[..., 0],
    "RGB of 16 bits.png": DEEP,
    "RGB.bmp": BYTES,
    "RGB.webp": BYTES,
    "RGB of 16 bits.tif": DEEP,
    "grey.jp2": BYTES[..., 0],
    "RGB of 16 bits.jp2": DEEP,
    "RGB.jpg": BYTES,
}


def _write(folder: Path, name: str) -> Path:
    path, array = folder / name, PICTURES[name]
    if array.dtype == np.uint16 or path.suffix == ".jp2":
        path.write_bytes(cv2.imencode(path.suffix, array)[1].tobytes())
    else:
        Pillow.fromarray(array).save(path)
    return path


@pytest.mark.filterwarnings("ignore:.*transparency")
@every("name", PICTURES)
def test_memory_for_two_of_the_picture_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = _write(tmp_path, name)
    sizes: list[int] = []
    real: Any = cv2.imdecode

    def decode(*arguments: object) -> Any:
        pixels = real(*arguments)
        sizes.append(pixels.nbytes)
        return pixels

    with monkeypatch.context() as patch:
        patch.setattr(cv2, "imdecode", decode)
        patch.setattr(opencv_decode, "reserve", sizes.append)
        load(path)
    reserved, decoded = sizes
    assert 0 < reserved - 2 * decoded < 2**16


def _no_room(*_: object) -> None:
    raise MemoryError


def _no_room_in_opencv(*_: object) -> None:
    error = cv2.error()
    error.code = cv2.Error.StsNoMem
    raise error


def test_a_picture_without_memory_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RGB.png", "RGB.bmp", "RGB.jpg"):
        path = _write(tmp_path, name)
        for module, function, refuse in (
            (opencv_decode, "reserve", _no_room),
            (cv2, "imdecode", _no_room_in_opencv),
        ):
            with monkeypatch.context() as patch:
                patch.setattr(module, function, refuse)
                with pytest.raises(InputError, match=r"^there is not enough memory for it\n"):
                    load(path)
