"""What OpenCV gives: filters, pyramids and resizing."""

import numpy as np

from sampviz.testing.parity.kernels import GAUSS, SOBEL_X, Array, Run


def cases() -> dict[str, Run]:
    """Return what the program does, under the chain that must equal it."""
    import cv2

    def filtered(kernel: Array, border: int, s: int) -> Run:
        return lambda x: cv2.filter2D(x, -1, kernel.astype(np.float32), borderType=border)[::s, ::s]

    def even(x: Array) -> Array:
        return np.ascontiguousarray(x[: x.shape[0] // 2 * 2, : x.shape[1] // 2 * 2])

    def resized(x: Array, f: float, method: int) -> Array:
        return cv2.resize(x, (round(x.shape[1] * f), round(x.shape[0] * f)), interpolation=method)

    ones = np.ones((3, 3), np.uint8)
    return {
        "blur:5": cv2.pyrDown,
        "conv:gauss:pad=reflect": filtered(GAUSS, cv2.BORDER_REFLECT_101, 2),
        "conv:sobelx:pad=edge:s=1": filtered(SOBEL_X, cv2.BORDER_REPLICATE, 1),
        "max:k=3:s=2:p=1": lambda x: cv2.dilate(x, ones)[::2, ::2],
        "min:k=3:s=1:p=1": lambda x: cv2.erode(x, ones),
        "avg": lambda x: resized(even(x), 0.5, cv2.INTER_AREA),
        "nearest": lambda x: resized(x, 2, cv2.INTER_NEAREST),
        "bilinear": lambda x: resized(x, 2, cv2.INTER_LINEAR),
        "bilinear:4": lambda x: resized(x, 4, cv2.INTER_LINEAR),
        "bicubic": lambda x: resized(x, 2, cv2.INTER_CUBIC),
        "area:size=5x6": lambda x: cv2.resize(x, (6, 5), interpolation=cv2.INTER_AREA),
        "pyrdown": cv2.pyrDown,
        "pyrup": cv2.pyrUp,
    }


def nearest_pixels(size_before: int, size_after: int) -> Array:
    """Return which pixels of a line INTER_NEAREST takes."""
    import cv2

    pixels = np.arange(size_before, dtype=np.float32)[None]
    return np.asarray(cv2.resize(pixels, (size_after, 1), interpolation=cv2.INTER_NEAREST)[0])
