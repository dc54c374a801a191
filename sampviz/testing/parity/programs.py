"""The programs that operations are compared with: what they are called, and what they do."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from sampviz.core.installation import install_command
from sampviz.testing.parity import onnxruntime_cases as onnxruntime
from sampviz.testing.parity import opencv_cases as cv2
from sampviz.testing.parity import pillow_cases as pillow
from sampviz.testing.parity import pywt_cases as pywt
from sampviz.testing.parity import scipy_cases as scipy
from sampviz.testing.parity import skimage_cases as skimage
from sampviz.testing.parity import tensorflow_cases as tensorflow
from sampviz.testing.parity import torch_cases as torch
from sampviz.testing.parity.kernels import Run

ALLOWED = 1e-5
ALLOWED_IN_FLOAT32 = 3e-5


@dataclass(frozen=True)
class Program:
    """A program: as `package` for pip, as `module` for Python.

    `cases` imports it and gives what it does, under the chain that must equal it;
    `float32_places` are the chains for which it computes places in float32.
    """

    package: str
    module: str
    install: str
    cases: Callable[[], dict[str, Run]]
    float32_places: frozenset[str] = frozenset()

    @property
    def is_installed(self) -> bool:
        """Whether it could be imported; it is not imported for that."""
        return find_spec(self.module) is not None

    @property
    def version(self) -> str:
        """The version that is imported."""
        return str(import_module(self.module).__version__)

    def allowed(self, chain: str) -> float:
        """Return how far the program and a chain may be apart, for pixels of about 1."""
        return ALLOWED_IN_FLOAT32 if chain in self.float32_places else ALLOWED


PROGRAMS = {
    "torch": Program(
        "torch",
        "torch",
        install_command("torch"),
        torch.cases,
        torch.FLOAT32_PLACES,
    ),
    "cv2": Program(
        "opencv-python-headless", "cv2", "pip install opencv-python-headless", cv2.cases
    ),
    "scipy": Program("scipy", "scipy", "pip install scipy", scipy.cases),
    "pillow": Program("pillow", "PIL", "pip install pillow", pillow.cases),
    "onnxruntime": Program(
        "onnxruntime", "onnxruntime", install_command("network"), onnxruntime.cases
    ),
    "tensorflow": Program("tensorflow", "tensorflow", "pip install tensorflow", tensorflow.cases),
    "skimage": Program("scikit-image", "skimage", "pip install scikit-image", skimage.cases),
    "pywt": Program("PyWavelets", "pywt", "pip install PyWavelets", pywt.cases),
}
