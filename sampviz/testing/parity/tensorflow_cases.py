"""What TensorFlow gives: tf.image.resize, windows with padding SAME, transposed convolutions."""

from collections.abc import Callable
from typing import Any

import numpy as np

from sampviz.testing.parity.kernels import Array, Run


def cases() -> dict[str, Run]:
    """Return what the program does, under the chain that must equal it."""
    import tensorflow as tf

    def resized(size: tuple[int, int], method: str, antialias: bool) -> Run:
        return lambda x: np.asarray(
            tf.image.resize(x[..., None], size, method=method, antialias=antialias)
        )[..., 0]

    def transposed(k: int, s: int, op: int | None, padding: str = "same") -> Run:
        def run(x: Array) -> Array:
            layer = tf.keras.layers.Conv2DTranspose(
                1, k, s, padding, output_padding=op, use_bias=False, kernel_initializer="ones"
            )
            return np.asarray(layer(x[None, ..., None]))[0, ..., 0]

        return run

    def pooled(pool: Callable[..., Any], k: int, s: int) -> Run:
        return lambda x: np.asarray(pool(x[None, ..., None], k, s, "SAME"))[0, ..., 0]

    def mean_by_conv2d(k: int, s: int, d: int) -> Run:
        taps = np.full((k, k, 1, 1), 1 / k**2, np.float32)
        return lambda x: np.asarray(tf.nn.conv2d(x[None, ..., None], taps, s, "SAME", dilations=d))[
            0, ..., 0
        ]

    return {
        "resize:13x5:filter=nearest:at=half": resized((13, 5), "nearest", False),
        "resize:11x40:filter=mitchell": resized((11, 40), "mitchellcubic", True),
        "resize:15x25:filter=gaussian": resized((15, 25), "gaussian", True),
        "resize:25x9:filter=lanczos5": resized((25, 9), "lanczos5", True),
        "resize:30x20:filter=mitchell:antialias=false:outside=drop": resized(
            (30, 20), "mitchellcubic", False
        ),
        "resize:12x5:filter=bilinear:antialias=false": resized((12, 5), "bilinear", False),
        "resize:11x40:filter=bicubic:a=-0.5": resized((11, 40), "bicubic", True),
        "resize:30x20:filter=lanczos:antialias=false:outside=drop": resized(
            (30, 20), "lanczos3", False
        ),
        "area:size=4x3": resized((4, 3), "area", False),
        "max:k=3:s=2:p=same": pooled(tf.nn.max_pool2d, 3, 2),
        "max:k=2:s=3:p=same": pooled(tf.nn.max_pool2d, 2, 3),
        "avg:k=4:s=3:p=same:countpad=false": pooled(tf.nn.avg_pool2d, 4, 3),
        "conv:box:k=5:s=3:p=same": mean_by_conv2d(5, 3, 1),
        "conv:box:s=1:d=2:p=same": mean_by_conv2d(3, 1, 2),
        "transpose:k=3:s=2:p=same": transposed(3, 2, None),
        "transpose:k=3:s=2:p=same:op=1": transposed(3, 2, 1),
        "transpose:k=2:s=3:p=same": transposed(2, 3, None),
        "transpose:k=5:s=3:p=same:op=0": transposed(5, 3, 0),
        "transpose:k=5:s=3:p=same:op=1": transposed(5, 3, 1),
        "transpose:k=2:s=3:p=0:op=1": transposed(2, 3, None, "valid"),
        "transpose:k=3:s=2:p=0:op=1": transposed(3, 2, 1, "valid"),
    }
