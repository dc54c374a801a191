"""What TensorFlow gives: tf.image.resize, and the transposed convolution of Keras."""

import numpy as np

from sampviz.testing.parity.kernels import Array, Run


def cases() -> dict[str, Run]:
    """Return what the program does, under the chain that must equal it."""
    import tensorflow as tf

    def resized(size: tuple[int, int], method: str, antialias: bool) -> Run:
        return lambda x: np.asarray(
            tf.image.resize(x[..., None], size, method=method, antialias=antialias)
        )[..., 0]

    def transposed(k: int, s: int, op: int | None) -> Run:
        def run(x: Array) -> Array:
            layer = tf.keras.layers.Conv2DTranspose(
                1, k, s, "same", output_padding=op, use_bias=False, kernel_initializer="ones"
            )
            return np.asarray(layer(x[None, ..., None]))[0, ..., 0]

        return run

    return {
        "resize:13x5:filter=nearest:at=half": resized((13, 5), "nearest", False),
        "resize:11x40:filter=mitchell": resized((11, 40), "mitchellcubic", True),
        "resize:15x25:filter=gaussian": resized((15, 25), "gaussian", True),
        "resize:25x9:filter=lanczos5": resized((25, 9), "lanczos5", True),
        "resize:30x20:filter=mitchell:antialias=false:outside=drop": resized(
            (30, 20), "mitchellcubic", False
        ),
        "resize:12x5:filter=bilinear:antialias=false": resized((12, 5), "bilinear", False),
        "transpose:k=3:s=2:p=same": transposed(3, 2, None),
        "transpose:k=3:s=2:p=same:op=1": transposed(3, 2, 1),
        "transpose:k=2:s=3:p=same": transposed(2, 3, None),
    }
