"""Lossless JPEG: all predictors, depths and components, against an encoder by the standard."""

import numpy as np
import pytest

from sampviz.images.formats.jpeg_lossless import LosslessJpegError, decode_lossless
from tests.images.formats.dicom.lossless_jpeg import lossless_jpeg

RNG = np.random.default_rng(5)


@pytest.mark.parametrize("predictor", range(1, 8))
@pytest.mark.parametrize("bits", [2, 8, 12, 16])
@pytest.mark.parametrize("components", [1, 3])
def test_what_was_encoded_is_decoded(predictor: int, bits: int, components: int) -> None:
    noise = RNG.integers(0, 2**bits, (11, 13, components)).astype(np.uint16)
    for image in (noise, noise[:1], noise[:, :1], np.zeros_like(noise), noise | (2**bits - 1)):
        np.testing.assert_array_equal(decode_lossless(lossless_jpeg(image, bits, predictor)), image)


def test_images_of_many_blocks_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    from sampviz.images.formats import jpeg_lossless

    monkeypatch.setattr(jpeg_lossless, "_BLOCK", 7)
    image = RNG.integers(0, 4096, (19, 23)).astype(np.uint16)
    np.testing.assert_array_equal(decode_lossless(lossless_jpeg(image, 12, 1))[..., 0], image)


WHOLE = lossless_jpeg(RNG.integers(0, 4096, (8, 9)).astype(np.uint16), 12, 1)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (WHOLE[:-30], "it ends after"),
        (WHOLE[:20], "its header ends early"),
        (WHOLE.replace(b"\xff\xda", b"\xff\xd9"), "it has no scan|header ends early"),
        (WHOLE.replace(b"\xff\xc4", b"\xff\xe4"), "a table of codes is not there"),
        (WHOLE.replace(b"\xff\xc4\0\x24\0\0", b"\xff\xc4\0\x24\0\3"), "a table of codes is"),
        (WHOLE[:-20] + b"\xfe" * 18 + b"\xff\xd9", "a code of it is in no table"),
        (b"\xff\xd8\xff\xdd\0\4\0\7" + WHOLE[2:], "it has restart markers"),
    ],
)
def test_damage_is_said(data: bytes, why: str) -> None:
    with pytest.raises(LosslessJpegError, match=why):
        decode_lossless(data)
