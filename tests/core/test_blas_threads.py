"""One thread of the linear algebra, for as long as somebody needs it."""

import sys

import numpy as np
import pytest

from sampviz.core.blas_threads import OneThread, one_blas_thread


def test_the_usual_number_comes_back_with_the_last_one() -> None:
    numbers = [4]
    context = OneThread(lambda: numbers[-1], numbers.append)
    with context:
        assert numbers == [4, 1]
        with context:
            pass
        assert numbers == [4, 1]
    assert numbers == [4, 1, 4]


@pytest.mark.skipif(
    sys.platform == "win32"
    or "openblas" not in np.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"],
    reason="NumPy has other linear algebra here",
)
def test_the_switch_of_openblas_is_found() -> None:
    """It was asked for one thread, and had one; a name that changed would show here."""
    assert one_blas_thread() is not None
