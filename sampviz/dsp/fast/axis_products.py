"""Products of a volume with a matrix along each axis, where every output comes from all inputs.

Crops of the spectrum are such products, and up to some hundred samples a product takes no longer
than the transforms. Along columns, whose samples lie side by side, one transform is taken, of which
the lowest frequencies are the first numbers: they are as many as the outputs, and what makes the
outputs of them comes last, when an eighth of the numbers is left. 128x128x128, half of each axis:
from 75 to 6 ms.

Each product stays below 2^18 multiplications: beyond, the linear algebra takes threads, which are
slow to start and give other last digits.
"""

from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.fast.finite import finite_or_none
from sampviz.dsp.fast.row_tiles import map_images
from sampviz.dsp.grid import Size

_LONGEST = 256  # samples of an axis; beyond, transforms are faster
_SHORTEST = 96  # samples of a transform; fewer are multiplied in the same time
_MOST_PRODUCTS = 2**18
_LEAST_LINES = 32  # of a product
_MOST_NUMBERS = 2**17  # of the slices that go through columns and rows together
_PART, _SLICES = 62, 63  # slots
_APART = 16  # rows of 2^n bytes share cache lines where one reads across them


def axis_products(
    functions: Sequence[Callable[[Array], Array]], size: Size, dtype: DType
) -> FiniteFastPath | None:
    """Plan linear functions along three axes.

    Parameters
    ----------
    functions : sequence of callable
        What is done along slices, rows and columns: a linear function of float64 arrays along
        their last axis.
    size : tuple of int
        Slices, rows and columns.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    callable or None
        A function of volumes, which returns None where a value is not finite; None for long axes.
    """
    if max(size) > _LONGEST:
        return None
    ones = [function(np.eye(n)).T for function, n in zip(functions, size, strict=True)]
    (d, slices), (h, height), (w, width) = (matrix.shape for matrix in ones)
    waves = _of_lowest_waves(ones[2])
    depth, rows = (np.ascontiguousarray(matrix, dtype) for matrix in ones[:2])
    columns = np.ascontiguousarray((ones[2] if waves is None else waves).T, dtype)
    kept, numbers = (w, w) if waves is None else (len(columns), width)
    through_planes = _plane_writer(rows, columns if waves is None else None, kept)
    most = min(_MOST_NUMBERS, d * h * w * 7 // 8)
    at_once = max(1, most // (height * numbers))
    # What is kept of half of the slices is as large as the result.
    halves = [(depth[:, part], part) for part in (slice(slices // 2), slice(slices // 2, None))]

    def multiply(volume: Array, out: Array) -> None:
        pitch = h * kept
        sums = out if kept == w else np.empty((d, h, kept), dtype)
        for matrix, part in halves:
            planes = volume[part]
            flat = buffer(_SLICES, (len(planes), pitch + _APART), dtype)[:, :pitch]
            few = flat.reshape(-1, h, kept)
            for first in range(0, len(planes), at_once):
                some = slice(first, first + at_once)
                through_planes(planes[some], few[some])
            _add_products(matrix, flat, sums.reshape(d, pitch), part.start is not None, most)
        if waves is not None:
            for plane, out_plane in zip(sums, out, strict=True):
                low = buffer(_PART, plane.shape, dtype)
                low[...] = plane  # the result may go where it lies
                _multiply(low, columns, out_plane)

    apply = map_images(multiply, (d, h, w))

    def apply_to(x: Array) -> Array:
        with np.errstate(all="ignore"):  # what is not finite is left to the general way
            return apply(np.ascontiguousarray(x))

    return finite_or_none(apply_to)


def _plane_writer(rows: Array, columns: Array | None, kept: int) -> Callable[[Array, Array], None]:
    """Return what writes the products of planes with a matrix of columns, then of rows.

    Without one of columns the first numbers of their spectra are taken.
    """

    def write(planes: Array, out: Array) -> None:
        numbers = planes.shape[2] if columns is None else kept
        low = buffer(_PART, (*planes.shape[:2], numbers), planes.dtype)
        if columns is None:
            lines = planes.reshape(-1, numbers)
            cv2.dft(lines, low.reshape(-1, numbers), cv2.DFT_ROWS | cv2.DFT_SCALE)
        else:
            _multiply(planes, columns, low)
        _multiply(rows, low[:, :, :kept], out)

    return write


def _of_lowest_waves(matrix: Array) -> Array | None:
    """Return what makes outputs of the first numbers of OpenCV's packed spectrum of the inputs.

    None where the outputs depend on other frequencies, and for lengths with other prime factors
    than 2, 3 and 5, whose transforms are slow.
    """
    m, n = matrix.shape
    if n < _SHORTEST or cv2.getOptimalDFTSize(n) != n:
        return None
    spectra = cv2.dft(np.eye(n), flags=cv2.DFT_ROWS | cv2.DFT_SCALE).T
    for kept in (m, m + 1):
        waves = spectra[:kept]  # they are orthogonal
        weights = matrix @ waves.T / (waves**2).sum(1)
        difference = np.abs(weights @ waves - matrix).max()
        if difference <= 1e-13 * np.abs(matrix).max():
            return np.asarray(weights)
    return None


def _multiply(a: Array, b: Array, out: Array) -> None:
    """Write products of matrices, each in parts that stay on one thread."""
    (m, n), columns = a.shape[-2:], b.shape[-1]
    if m * n * columns <= _MOST_PRODUCTS:
        np.matmul(a, b, out)
        return
    height = max(1, min(m, _MOST_PRODUCTS // (n * min(columns, _LEAST_LINES))))
    width = max(1, _MOST_PRODUCTS // (n * height))
    for rows in _parts(m, height):
        for some in _parts(columns, width):
            np.matmul(a[..., rows, :], b[..., some], out[..., rows, some])


def _add_products(matrix: Array, planes: Array, out: Array, adds: bool, most: int) -> None:
    """Write the products of a matrix with each column of (n, pixels), or add `most` at a time."""
    m, n = matrix.shape
    if not n:
        out[...] = 0
        return
    for pixels in _parts(planes.shape[1], max(1, most // m)):
        target, samples = out[:, pixels], planes[:, pixels]
        products = buffer(_PART, target.shape, out.dtype) if adds else target
        count = samples.shape[1]
        width = max(1, min(count, _MOST_PRODUCTS // (m * n)))
        whole = count // width * width  # blocks of pixels whose products are one call of numpy's
        blocks = (
            x[:, :whole].reshape(len(x), -1, width).swapaxes(0, 1) for x in (samples, products)
        )
        _multiply(matrix, *blocks)
        if whole < count:
            _multiply(matrix, samples[:, whole:], products[:, whole:])
        if adds:
            cv2.add(target, products, target)


def _parts(count: int, most: int) -> Iterator[slice]:
    """Split `count` into equal parts of so many at most."""
    number = -(-count // most)
    for i in range(number):
        yield slice(count * i // number, count * (i + 1) // number)
