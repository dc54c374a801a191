"""What Pillow gives: resizing with filters as wide as the coarser grid asks for."""

import numpy as np

from sampviz.testing.parity.kernels import Array, Run


def cases() -> dict[str, Run]:
    """Return what the program does, under the chain that must equal it."""
    from PIL import Image

    def resized(x: Array, f: int, method: Image.Resampling) -> Array:
        image = Image.fromarray(x)
        return np.asarray(image.resize((x.shape[1] * f, x.shape[0] * f), method))

    def resized_to(h: int, w: int, name: str) -> Run:
        method = Image.Resampling[name.upper()]
        return lambda x: np.asarray(Image.fromarray(x).resize((w, h), method))

    return {
        "avg": lambda x: np.asarray(Image.fromarray(x).reduce(2))[
            : x.shape[0] // 2, : x.shape[1] // 2
        ],
        "nearest:3": lambda x: resized(x, 3, Image.Resampling.NEAREST),
        "bilinear": lambda x: resized(x, 2, Image.Resampling.BILINEAR),
        "lanczos": lambda x: resized(x, 2, Image.Resampling.LANCZOS),
        **{
            f"resize:{h}x{w}:filter={name}": resized_to(h, w, name)
            for h, w in ((3, 4), (5, 13), (20, 40))
            for name in ("box", "bilinear", "bicubic", "lanczos")
        },
    }
