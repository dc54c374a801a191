"""Transposed convolution of volumes, of step 2 along rows and columns.

Each slice goes by four small filters, whose outputs are interleaved, as planes in `plane_scatter`.
A slice of the result is the sum of that of one or two slices; where the kernel is a product
of taps along the slices and a plane's, these are summed before, and a dozen of them stacked with
zeros in between.
"""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array, DType, FastPath, FiniteFastPath
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.fast.finite import finite_or_none
from sampviz.dsp.fast.row_tiles import map_images, row_tiles
from sampviz.dsp.fast.slices import Terms, depth_factor, slab_sums
from sampviz.dsp.grid import Size

_MOST_TAPS = 14  # of a side; the filters of half as many are not taken by Fourier transforms
_BORDERED, _PART, _STACK = 0, 5, 6  # slots; 1 to 4 are the phases
_PIXELS = 2**16  # of the slices that are worked on at once
Phases = Sequence[Sequence[Array]]  # taps for even and odd rows, and columns, of the output


def transposed_convolution(
    size: Size, kernel: Array, steps: Size, dtype: DType
) -> FiniteFastPath | None:
    """Plan the sum of a kernel times each pixel, `steps` px apart.

    Parameters
    ----------
    size : tuple of int
        Slices, rows and columns.
    kernel : Array, shape (k, k, k)
        At least two taps along an axis.
    steps : tuple of int
        Step of each axis.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    callable or None
        A function of volumes; for large kernels, of which OpenCV takes a Fourier
        transform, None where a value is not finite. None unless rows and columns have step 2.
    """
    if steps[-2:] != (2, 2):
        return None
    k = len(kernel)
    write_volume, full = _volume_writer(size, kernel, steps[0], dtype)
    convolution = map_images(write_volume, full)
    h, w = (2 * (n - 1) + k for n in size[-2:])
    fast: FastPath = lambda x: convolution(x)[..., :h, :w]  # noqa: E731
    return fast if k <= _MOST_TAPS else finite_or_none(fast)


def _volume_writer(
    size: Size, kernel: Array, step: int, dtype: DType
) -> tuple[Callable[[Array, Array], None], Size]:
    """Return a function that writes a volume's result, and the size it writes."""
    count = (size[0] - 1) * step + len(kernel)
    taps_of = [_taps_of_slice(number, size[0], len(kernel), step) for number in range(count)]
    if factors := depth_factor(kernel):
        along_depth, plane = factors[0].tolist(), _phases(factors[1], dtype)
        terms = [[(i, along_depth[a]) for i, a in taps if along_depth[a]] for taps in taps_of]
        return _product_writer(size, len(kernel), terms, plane, dtype)
    planes = [_phases(taps, dtype) for taps in kernel]
    write, full = _plane_writer(size[1:], len(kernel), dtype)

    def write_sums(volume: Array, out: Array) -> None:
        for taps, out_plane in zip(taps_of, out, strict=True):
            write([(volume[i], planes[a]) for i, a in taps], out_plane)

    return write_sums, (count, *full)


def _product_writer(
    size: Size, k: int, terms: Sequence[Terms], phases: Phases, dtype: DType
) -> tuple[Callable[[Array, Array], None], Size]:
    """Sum slices, stack the sums with zeros between them, and write the result of all at once."""
    _, rows, columns = size
    pitch = rows + (k - 1) // 2
    number = max(1, min(len(terms), _PIXELS // (pitch * columns)))
    write, (_, columns_after) = _plane_writer((number * pitch - pitch + rows, columns), k, dtype)
    sums = slab_sums(terms, number)

    def write_volume(volume: Array, out: Array) -> None:
        stack = buffer(_STACK, (number, pitch, columns), dtype)
        stack[:, rows:] = 0
        for begin in (*range(0, len(terms) - number, number), len(terms) - number):
            slices = sums(volume, begin, stack[:, :rows])
            tall = slices[0] if number == 1 else stack.reshape(-1, columns)[: rows - pitch or None]
            write([(tall, phases)], out[begin : begin + number].reshape(-1, columns_after))

    return write_volume, (len(terms), 2 * pitch, columns_after)


def _taps_of_slice(number: int, n: int, k: int, step: int) -> list[tuple[int, int]]:
    """Return the slices of the input that reach a slice of the result, and their taps."""
    return [
        ((number - a) // step, a)
        for a in range(k)
        if (number - a) % step == 0 and 0 <= (number - a) // step < n
    ]


def _phases(kernel: Array, dtype: DType) -> Phases:
    """Return the taps of even and odd rows and columns, flipped as a correlation has them."""
    return [
        [np.ascontiguousarray(kernel[row::2, column::2][::-1, ::-1], dtype) for column in (0, 1)]
        for row in (0, 1)
    ]


def _plane_writer(
    size: Size, k: int, dtype: DType
) -> tuple[Callable[[Sequence[tuple[Array, Phases]], Array], None], Size]:
    """Return a function that writes the sum for some planes and phases, and the size it writes."""
    margin = (k - 1) // 2  # pixels that the output reaches beyond twice the input
    padded = size[0] + margin, size[1] + margin
    full = 2 * padded[0], 2 * padded[1]
    bands = row_tiles(size, full, 2)

    def write(planes: Sequence[tuple[Array, Phases]], out: Array) -> None:
        for first, last in bands:
            begin, end = first // 2, last // 2
            # Zeros where the band reaches beyond the image, at the end as in the beginning.
            before = max(0, margin - begin)
            row_pairs = out[first:last].reshape(-1, 2, padded[1], 2)
            sums: dict[tuple[int, int], Array] = {}
            for plane, phases in planes:
                rows_in = plane[max(0, begin - margin) : end]
                border = before, end - begin + margin - before - len(rows_in)
                bordered = buffer(
                    _BORDERED, (sum(border) + len(rows_in), size[1] + 2 * margin), dtype
                )
                cv2.copyMakeBorder(
                    rows_in, *border, margin, margin, cv2.BORDER_CONSTANT, bordered, 0
                )
                for row in (0, 1):
                    for column in (0, 1):
                        slot = 1 + 2 * row + column
                        taps = phases[row][column]
                        if (row, column) in sums:
                            part = _filtered(bordered, taps, _PART)
                            cv2.add(sums[row, column], part, sums[row, column])
                        else:
                            sums[row, column] = _filtered(bordered, taps, slot)
            for row in (0, 1):
                # OpenCV's merge takes ten times as long where rows begin within a cache line.
                for column in (0, 1):
                    row_pairs[:, row, :, column] = sums[row, column][margin:, margin:]

    return write, full


def _filtered(x: Array, taps: Array, slot: int) -> Array:
    """Return y[i,j] = sum over a,b of taps[-1-a,-1-b] x[i-a,j-b], right from row k/2 on."""
    anchor = taps.shape[1] - 1, taps.shape[0] - 1
    full = buffer(slot, x.shape, x.dtype)
    return cv2.filter2D(x, -1, taps, full, anchor, 0, cv2.BORDER_CONSTANT)
