"""The range of the data: which values an image can have, and how that is known.

One rule for windows, for the peak that PSNR and SSIM refer to, for PNG files and for the report. A
container is no range: a camera of 12 bits fills a sixteenth of a 16-bit PNG, and a NIfTI of int16
says nothing of its values. In this order: what the user says, what the header says (`sBIT`), 8 bits
of a photograph, 16 bits where the values need more than 14, the values themselves.
"""

from dataclasses import dataclass, replace

from sampviz.dsp.dtypes import finite_range
from sampviz.images.image import Image, magnitude

_FEWEST_BITS_OF_16 = 15  # cameras and scanners have 10, 12 or 14
_SMALL_PART = 0.25  # of a range, below which it is worth a word


@dataclass(frozen=True)
class ValueRange:
    """The lowest and the highest value that an image can have.

    Parameters
    ----------
    low, high : float
        The ends of the range.
    source : str
        How they are known, such as "8 bit".
    """

    low: float
    high: float
    source: str

    @property
    def span(self) -> float:
        """The highest less the lowest value: L of PSNR and SSIM."""
        return self.high - self.low

    def __str__(self) -> str:
        return f"{self.low:.6g}..{self.high:.6g} ({self.source})"


def value_range(image: Image) -> ValueRange:
    """Return the range of an image's values.

    Parameters
    ----------
    image : Image
        Of complex numbers the magnitudes count.

    Returns
    -------
    ValueRange
        That of its format or header where that is the range of the data; else from the smallest to
        the largest finite value.

    Examples
    --------
    >>> import numpy as np
    >>> print(value_range(Image.of(np.zeros((8, 8), np.uint8))))
    0..255 (8 bit)
    >>> print(value_range(Image.of([[0.0, 3.0], [1.0, 2.0]])))
    0..3 (smallest and largest value)
    """
    if image.labels:
        return ValueRange(image.labels.ids[0], image.labels.ids[-1], "smallest and largest label")
    if image.range is not None:
        return ValueRange(*image.range, image.range_source)
    finite = finite_range(magnitude(image.array))
    if finite is None:
        return ValueRange(0.0, 0.0, "no finite value")
    source = "smallest and largest value"
    if image.range_source:
        source += f"; {image.range_source}"
    return ValueRange(*finite, source)


def with_stored_range(image: Image) -> Image:
    """Return the image with the range of 8 bits, if it holds bytes that nothing scales.

    Parameters
    ----------
    image : Image
        As it is read.

    Returns
    -------
    Image
        The same pixels have the same range in every container; a label map has none.
    """
    header = image.file.header
    is_scaled = header is not None and (header.slope, header.inter) != (1, 0)
    if image.labels or image.range or image.file.dtype != "uint8" or is_scaled:
        return image
    if image.array.dtype.kind == "c" or image.scale != "none":
        return image
    return replace(image, range=(0.0, 255.0), range_source="8 bit")


def small_part_note(image: Image) -> str:
    """Say that the values fill a small part of the range of their format; "" where they do not.

    Parameters
    ----------
    image : Image
        Any.

    Returns
    -------
    str
        Such as "its values 0..12 fill 5 % of its range 0..255 (8 bit)".
    """
    if image.range is None or image.labels:
        return ""
    full, content = value_range(image), value_range(replace(image, range=None))
    if not 0 < content.span < _SMALL_PART * full.span:
        return ""
    share = 100 * content.span / full.span
    return (
        f"its values {content.low:.6g}..{content.high:.6g} fill {share:.2g} % of its range {full}"
    )


def stored_range(
    bits: int, largest: float, significant: int = 0
) -> tuple[tuple[float, float] | None, str]:
    """Return the range of unsigned whole numbers as a file stores them, and how it is known.

    Parameters
    ----------
    bits : int
        Of a stored number: 8 or 16.
    largest : float
        The largest value.
    significant : int
        The bits that the file says are used (the chunk sBIT of a PNG); 0 where it does not.

    Returns
    -------
    range : tuple of float or None
        None where the values themselves are the only range that is known.
    source : str
        How the range is known; without one how many bits the values need.

    Examples
    --------
    >>> stored_range(16, 4000, 12), stored_range(16, 4000), stored_range(8, 40)
    (((0.0, 4095.0), 'sBIT: 12 of 16 bit'), (None, '12 of 16 bit'), ((0.0, 255.0), '8 bit'))
    """
    # A writer that keeps to the standard spreads the significant bits over all of them.
    if 0 < significant < bits and largest < 2**significant:
        return (0.0, 2.0**significant - 1), f"sBIT: {significant} of {bits} bit"
    if bits == 16 and largest < 2 ** (_FEWEST_BITS_OF_16 - 1):
        needed = max(1, int(largest).bit_length())
        return None, f"{needed} of {bits} bit"
    return (0.0, 2.0**bits - 1), f"{bits} bit"
