"""The series that are made: every encoding that is read, every kind of number, odd places."""

from typing import Any

from tests.images.formats.dicom import build
from tests.images.formats.dicom.build import MR, SAGITTAL, Array, Series, pixels, positions, stack

_SIXTEEN = pixels("int16")
_TWELVE = pixels("uint16", bits=12)
_EIGHT = pixels("uint8")
_FLAT = positions()
_CT: dict[str, Any] = {"RescaleSlope": 1, "RescaleIntercept": -1024}
_TURNED = (0.8, 0.6, 0.0, 0.0, 0.0, -1.0)


def _encoded(name: str, syntax: Any, images: Array, close: float = 1e-6, **more: Any) -> Series:
    bits: dict[str, Any] = {"bits": 12} if images is _TWELVE else {}
    return Series(name, lambda: stack(images, _FLAT, syntax, **bits, **more), close)


def _slopes(number: int) -> dict[str, Any]:
    return {"RescaleSlope": 0.5 + number, "RescaleIntercept": 0}


def _twice() -> list[bytes]:
    files = stack(_SIXTEEN, _FLAT)
    return [*files, files[2]]


SERIES = [
    _encoded("implicit", build.IMPLICIT, _TWELVE, sop_class=MR),
    _encoded("explicit", build.EXPLICIT, _SIXTEEN, **_CT),
    _encoded("big-endian", build.BIG, _SIXTEEN, **_CT),
    _encoded("deflated", build.DEFLATED, _TWELVE),
    _encoded("rle", build.RLE, _SIXTEEN),
    _encoded("jpeg", build.JPEG, _EIGHT, 3),
    _encoded("jpeg-lossless", build.JPEG_LOSSLESS, _TWELVE),
    _encoded("jpeg-lossless-first-order", build.JPEG_LOSSLESS_1, _TWELVE),
    _encoded("jpeg-ls", build.JPEG_LS, _TWELVE),
    _encoded("jpeg-ls-near", build.JPEG_LS_NEAR, _TWELVE, 3),
    _encoded("jpeg-2000", build.J2K, _TWELVE, **_CT),
    _encoded("jpeg-2000-lossy", build.J2K_LOSSY, _TWELVE, 60),
    _encoded("eight-bit", build.EXPLICIT, _EIGHT),
    _encoded("signed-eight-bit", build.EXPLICIT, pixels("int8")),
    Series("signed-twelve-bit", lambda: stack(pixels("int16", bits=12), _FLAT, bits=12)),
    _encoded("rescaled", build.EXPLICIT, _TWELVE, RescaleSlope="0.25", RescaleIntercept="-7.5"),
    Series("slopes-of-slices", lambda: stack(_TWELVE, _FLAT, changes=_slopes, sop_class=MR)),
    _encoded("monochrome1", build.EXPLICIT, _TWELVE, PhotometricInterpretation="MONOCHROME1"),
    Series(
        "sagittal", lambda: stack(_SIXTEEN, positions(orientation=SAGITTAL), orientation=SAGITTAL)
    ),
    Series("turned", lambda: stack(_SIXTEEN, positions(orientation=_TURNED), orientation=_TURNED)),
    Series("downwards", lambda: stack(_SIXTEEN, _FLAT[::-1])),
    Series("gantry-tilt", lambda: stack(_SIXTEEN, positions(tilt=0.5))),
    Series("missing-slice", lambda: stack(_SIXTEEN[:4], positions((0, 1, 3, 4)))),
    Series("uneven", lambda: stack(_SIXTEEN, positions((0, 1, 2.3, 3, 4)))),
    Series("duplicates", _twice),
    Series("spacing-not-believed", lambda: stack(_SIXTEEN, _FLAT, SpacingBetweenSlices=9.0)),
    Series("one-slice", lambda: stack(_SIXTEEN[:1], _FLAT[:1])),
    Series("enhanced", lambda: [build.enhanced(_TWELVE, _FLAT)]),
    Series("enhanced-jpeg-2000", lambda: [build.enhanced(_TWELVE, _FLAT, build.J2K)]),
]
