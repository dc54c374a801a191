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
from typing import NamedTuple

import cv2
import numpy as np

from sampviz.core.blas_threads import one_blas_thread
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
_MOST_UNEVEN = 100.0  # largest to smallest gain
_PART, _SLICES = 62, 63  # slots


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
    depth = _halved(ones[0], dtype)
    # What comes last is a product of planes, of which there is one where columns have waves.
    rows, mixed = (_halved(ones[1], dtype), None) if waves is None else _mixed_last(ones[1], dtype)
    columns = np.ascontiguousarray((ones[2] if waves is None else waves).T, dtype)
    kept = w if waves is None else len(columns)
    through_planes = _plane_writer(rows, columns if waves is None else None, kept)
    most = min(_MOST_NUMBERS, d * h * w * 7 // 8)
    at_once = max(1, most // ((height if waves is not None else h) * width))
    at_once = at_once // 4 * 4 or at_once
    # What is kept of half of the slices is as large as the result.
    middle = slices // 4 * 2
    halves = [(0, middle), (middle, slices)] if middle else [(0, slices)]

    def multiply(volume: Array, out: Array) -> None:
        pitch = h * kept
        sums = out if kept == w else np.empty((d, h, kept), dtype)
        for begin, end in halves:
            planes = volume[begin:end]
            flat = buffer(_SLICES, (len(planes), pitch), dtype)
            few = flat.reshape(-1, h, kept)
            for first in range(0, len(planes), at_once):
                some = slice(first, first + at_once)
                through_planes(planes[some], few[some])
            _add_products(depth, flat, sums.reshape(d, pitch), begin, most)
        if waves is None:
            return
        for plane, out_plane in zip(sums, out, strict=True):
            low = buffer(_PART, plane.shape, dtype)
            if mixed is None:
                low[...] = plane  # the result may go where it lies
            else:
                _multiply(mixed, plane, low)
            _multiply(low, columns, out_plane)

    apply = map_images(multiply, (d, h, w))

    def apply_to(x: Array) -> Array:
        with np.errstate(all="ignore"):  # what is not finite is left to the general way
            return apply(np.ascontiguousarray(x))

    return finite_or_none(apply_to)


class _Matrix(NamedTuple):
    """The matrix of an axis.

    Parameters
    ----------
    weights : Array, shape (outputs, inputs)
        The matrix, or its columns of inputs 1, 3, ..
    share : float
        If it is not 0, what output i has of input 2 i, which no other output depends on.
    """

    weights: Array
    share: float

    def of(self, x: Array, out: Array) -> None:
        """Write the products with (planes, inputs, columns)."""
        _multiply(self.weights, x[:, 1::2] if self.share else x, out)
        if self.share:  # the planes below each other
            even, sums = x[:, ::2].reshape(-1, x.shape[2]), out.reshape(-1, x.shape[2])
            cv2.scaleAdd(even, self.share, sums, sums)


def _halved(matrix: Array, dtype: DType) -> _Matrix:
    """Leave out inputs that one output alone depends on, as those between of a crop by two."""
    m, n = matrix.shape
    share = float(matrix[0, 0])
    shares = share * np.eye(m)
    if n != 2 * m or np.abs(matrix[:, ::2] - shares).max() > 1e-14:
        return _Matrix(np.ascontiguousarray(matrix, dtype), 0.0)
    return _Matrix(np.ascontiguousarray(matrix[:, 1::2], dtype), share)


def _mixed_last(matrix: Array, dtype: DType) -> tuple[_Matrix, Array | None]:
    """Part a matrix in one of inputs 1, 3, .. and one of outputs, which may be applied at the end.

    With gains on what is kept of a crop by two each output depends on all inputs; without them, as
    it is before the second matrix, each on one of inputs 0, 2, ..
    """
    (m, n), halved, one_thread = matrix.shape, _halved(matrix, dtype), one_blas_thread()
    if n != 2 * m or halved.share or one_thread is None:
        return halved, None
    mixed, odd = (np.ascontiguousarray(matrix[:, first::2]) for first in (0, 1))
    with one_thread:  # the same last digits for any number
        if np.linalg.cond(mixed) > _MOST_UNEVEN:
            return halved, None
        odd = np.linalg.solve(mixed, odd)
    return _Matrix(odd.astype(dtype), 1.0), mixed.astype(dtype)


def _plane_writer(
    rows: _Matrix, columns: Array | None, kept: int
) -> Callable[[Array, Array], None]:
    """Return what writes the products of planes with a matrix of columns, then of rows.

    Without one of columns the first numbers of their spectra are taken.
    """

    def write_waves(planes: Array, out: Array) -> None:
        numbers = planes.shape[2]
        low = buffer(_PART, planes.shape, planes.dtype)
        lines = planes.reshape(-1, numbers)
        cv2.dft(lines, low.reshape(-1, numbers), cv2.DFT_ROWS | cv2.DFT_SCALE)
        rows.of(low[:, :, :kept], out)

    if columns is None:
        return write_waves
    matrix = columns

    def write(planes: Array, out: Array) -> None:
        # Rows first: their even samples are added as they lie.
        few = buffer(_PART, (len(planes), out.shape[1], planes.shape[2]), planes.dtype)
        rows.of(planes, few)
        lines, sums = few.reshape(-1, few.shape[2]), out.reshape(-1, out.shape[2])
        most = max(1, _MOST_PRODUCTS // matrix.size)
        whole = len(lines) // most * most  # blocks of lines whose products are one call of numpy's
        blocks = (x[:whole].reshape(-1, most, x.shape[1]) for x in (lines, sums))
        _multiply(next(blocks), matrix, next(blocks))
        if whole < len(lines):
            _multiply(lines[whole:], matrix, sums[whole:])

    return write


def _of_lowest_waves(matrix: Array) -> Array | None:
    """Return what makes outputs of the first numbers of OpenCV's packed spectrum of the inputs.

    None where the outputs depend on other frequencies, and for lengths with other prime factors
    than 2, 3 and 5, whose transforms are slow.
    """
    m, n = matrix.shape
    if n < _SHORTEST or cv2.getOptimalDFTSize(n) != n:
        return None
    spectra = (
        cv2.dft(np.ascontiguousarray(x), flags=cv2.DFT_ROWS | cv2.DFT_SCALE)
        for x in (np.eye(n), matrix)
    )
    waves_of_all, spectra_of_outputs = spectra
    for kept in (m, m + 1):
        waves = waves_of_all[:, :kept].T  # they are orthogonal
        # Not a product of matrices, whose last digits depend on the number of threads.
        weights = spectra_of_outputs[:, :kept] / (waves**2).sum(1)
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


def _add_products(matrix: _Matrix, planes: Array, out: Array, begin: int, most: int) -> None:
    """Add the products with inputs from `begin` on, (n, pixels); write them for the first.

    So many numbers at most are kept on the way.
    """
    count = len(planes)
    step = 2 if matrix.share else 1
    weights = matrix.weights[:, begin // step : (begin + count) // step]
    inputs = planes[step - 1 :: step]
    m, n = weights.shape
    for pixels in _parts(out.shape[1], max(1, most // m) if begin else out.shape[1]):
        target, samples = out[:, pixels], inputs[:, pixels]
        products = buffer(_PART, target.shape, out.dtype) if begin else target
        size = samples.shape[1]
        width = max(1, min(size, _MOST_PRODUCTS // (m * n)))
        whole = size // width * width  # blocks of pixels whose products are one call of numpy's
        blocks = (
            x[:, :whole].reshape(len(x), -1, width).swapaxes(0, 1) for x in (samples, products)
        )
        _multiply(weights, *blocks)
        if whole < size:
            _multiply(weights, samples[:, whole:], products[:, whole:])
        if begin:
            cv2.add(target, products, target)
    if matrix.share:
        target = out[begin // 2 : (begin + count) // 2]
        cv2.scaleAdd(planes[::2], matrix.share, target, target)


def _parts(count: int, most: int) -> Iterator[slice]:
    """Split `count` into equal parts of so many at most."""
    number = -(-count // most)
    for i in range(number):
        yield slice(count * i // number, count * (i + 1) // number)
