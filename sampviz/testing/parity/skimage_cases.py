"""What scikit-image gives: splines with and without a Gaussian before, and means over blocks."""

from typing import Any

import numpy as np

from sampviz.testing.parity.kernels import Run


def cases() -> dict[str, Run]:
    """Return what the program does, under the chain that must equal it."""
    from skimage.transform import downscale_local_mean, resize

    def resized(size: tuple[int, int], **options: Any) -> Run:
        options = {"mode": "edge", "anti_aliasing": False, "clip": False, **options}
        return lambda x: np.asarray(resize(x.astype(np.float64), size, **options))

    return {
        "resize:5x13:filter=nearest:at=half": resized((5, 13), order=0),
        "resize:12x5:filter=spline:order=1": resized((12, 5), order=1),
        "resize:7x31:filter=spline:order=2": resized((7, 31), order=2),
        "resize:12x20:filter=spline": resized((12, 20), order=3),
        "resize:12x20:filter=spline:clip=true": resized((12, 20), order=3, clip=True),
        "resize:5x7:filter=spline:prefilter=skimage": resized((5, 7), order=3, anti_aliasing=True),
        "resize:20x5:filter=spline:order=5": resized((20, 5), order=5),
        "localmean": lambda x: np.asarray(downscale_local_mean(x, (2, 2))),
        "localmean:f=3x2": lambda x: np.asarray(downscale_local_mean(x, (3, 2))),
    }
