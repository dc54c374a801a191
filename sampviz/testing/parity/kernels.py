"""Kernels written out, so that nothing of sampviz's own is on both sides of a comparison."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Run = Callable[[Array], Any]  # what a program makes of an array

GAUSS = np.outer([1, 2, 1], [1, 2, 1]) / 16
BOX = np.full((3, 3), 1 / 9)
SOBEL_X = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
LAPLACIAN = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
LAPLACIAN_8 = np.array([[1, 1, 1], [1, -8, 1], [1, 1, 1]])
PASCAL = {
    1: [1],
    2: [1, 1],
    3: [1, 2, 1],
    4: [1, 3, 3, 1],
    5: [1, 4, 6, 4, 1],
    6: [1, 5, 10, 10, 5, 1],
    7: [1, 6, 15, 20, 15, 6, 1],
}
