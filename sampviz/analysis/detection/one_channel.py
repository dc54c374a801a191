"""The one channel of real numbers that lesions are put into, of whatever an image has."""

from dataclasses import replace

from sampviz.core.errors import UsageError, argument
from sampviz.core.warn import warn
from sampviz.images.image import Image, luminance, magnitude


def one_channel(image: Image) -> Image:
    """Return one channel of an image, (H, W) or (D, H, W), of real numbers.

    Of colours their luminance, of complex numbers the magnitude, of several channels the first:
    each is said. UsageError for label maps, which have no contrast.
    """
    if image.labels:
        fix = f"{argument('as_', 'intensity')} takes the numbers for amounts"
        raise UsageError("labels are names, and have no contrast", image.name, fix)
    array, note = image.array, ""
    if array.dtype.kind == "c":
        array, note = magnitude(array), "the magnitude of its complex numbers is taken"
    if image.colour:
        array, note = luminance(array), "the luminance of its colours is taken"
    elif array.ndim > image.axes:
        count = len(array)
        array = array.reshape(-1, *image.size)[0]
        if count > 1:
            note = f"channel 0 of 0..{count - 1} is taken; {argument('channel')} chooses"
    if note:
        warn(f"{image.name}: {note}")
    return replace(image, array=array, colour=False)
