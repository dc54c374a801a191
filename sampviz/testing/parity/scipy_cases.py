"""What SciPy gives: filters of ndimage, windowed sincs, resampling by Fourier."""

import numpy as np

from sampviz.testing.parity.kernels import LAPLACIAN_8, PASCAL, SOBEL_X, Array, Run


def cases() -> dict[str, Run]:
    """Return what the program does, under the chain that must equal it."""
    from scipy import ndimage, signal

    def resampled(x: Array, f: int) -> Array:
        return signal.resample(signal.resample(x, f * x.shape[0], axis=0), f * x.shape[1], axis=1)

    def zero_filled(x: Array) -> Array:
        return np.kron(x, np.array([[1, 0], [0, 0]]))

    def low_passed(
        x: Array, taps: int, cutoff: float, width: float, before: int, after: int, s: int
    ) -> Array:
        h = signal.firwin(taps, cutoff, width=width, fs=2)
        padded = np.pad(x, (before, after))
        return signal.convolve2d(padded, np.outer(h, h), mode="valid")[::s, ::s]

    return {
        "max:k=3:s=2:p=1": lambda x: ndimage.maximum_filter(x, 3, mode="constant", cval=-np.inf)[
            ::2, ::2
        ],
        "min:k=5:s=2:p=2": lambda x: ndimage.minimum_filter(x, 5, mode="nearest")[::2, ::2],
        "conv:laplacian8:pad=reflect": lambda x: ndimage.correlate(x, LAPLACIAN_8, mode="mirror")[
            ::2, ::2
        ],
        "conv:sobely": lambda x: signal.correlate2d(x, SOBEL_X.T, mode="same")[::2, ::2],
        "sinc": lambda x: resampled(x, 2),
        "sinc:3": lambda x: resampled(x, 3),
        "kaiser:3:taps=9:cutoff=0.3": lambda x: low_passed(x, 9, 0.3, 0.2, 3, 3, 3),
        "kaiserup": lambda x: 4 * low_passed(zero_filled(x), 12, 0.5, 0.2, 6, 5, 1),
        "blur:7:pad=edge": lambda x: ndimage.correlate(
            x, np.outer(PASCAL[7], PASCAL[7]) / 64**2, mode="nearest"
        )[::2, ::2],
    }
