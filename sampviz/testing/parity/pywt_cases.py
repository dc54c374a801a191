"""What PyWavelets gives: the low band, and the image that it alone makes."""

import numpy as np

from sampviz.testing.parity.kernels import Run

_MODES = {"zero": "zero", "symmetric": "symmetric", "reflect": "reflect"}
_MODES["periodic"] = "periodization"


def cases() -> dict[str, Run]:
    """Return what the program does, under the chain that must equal it."""
    import pywt

    def low(name: str, mode: str) -> Run:
        return lambda x: np.asarray(pywt.dwt2(x, name, _MODES[mode])[0] / 2)

    def back(name: str, mode: str) -> Run:
        return lambda x: np.asarray(pywt.idwt2((2 * x, (None, None, None)), name, _MODES[mode]))

    names = (("haar", "symmetric"), ("db2", "zero"), ("bior2.2", "periodic"), ("sym4", "reflect"))
    return {
        **{f"wavelet:name={name}:mode={mode}": low(name, mode) for name, mode in names},
        **{f"iwavelet:name={name}:mode={mode}": back(name, mode) for name, mode in names},
    }
